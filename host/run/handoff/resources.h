/* Resources: the catalogue of content in memory, and what of it speaks to whom. */
#ifndef AS_RUN_RESOURCES_H
#define AS_RUN_RESOURCES_H

#include "score/model/buyer.h"
#include "score/tree/pack.h"
#include "store/store.h"

struct as_resource {
    const char *key, *title, *kind, *persona, *phase, *url; /* NULL unknown, but key; as in as_content_row */
    const char *answers, *source_type, *evidence, *appeal;
    bool story, brand_known, brand_visible;
    uint64_t offered, used;
    uint32_t trust; /* as_pack_trust_rank */
};
struct as_resources {
    AS_LIST(struct as_resource) list; /* by key */
};
/* The catalogue; strings live in the arena. */
enum as_status as_resources_read(struct as_resources *out, struct as_arena *arena, struct as_store *store,
                                 const struct as_pack *pack, int64_t at, struct as_error *error);

/* Whether a list with ";" between its parts has the word; case makes no difference. NULL and "" have none. */
bool as_listed(const char *list, const char *word);

/* Whether it is for the persona (NULL: of nobody known, then only what is for all) and for the phase. What
 * names no persona or no phase is for every one. */
bool as_resource_suits(const struct as_resource *resource, const char *persona);
bool as_resource_in_phase(const struct as_resource *resource, enum as_phase phase);

/* Third parties and customers prove what a vendor says: a customer's story, or a source other than the
 * vendor. */
bool as_resource_proves(const struct as_resource *resource);

/* By key, else by title, else by address; each may be NULL. NULL: it is not in the catalogue. */
const struct as_resource *as_resource_find(const struct as_resources *resources, const char *key,
                                           const char *title, const char *url);

/* What sales works with in the late phases. */
enum { AS_SALES_TOOLS = 5 };
const char *as_sales_tool_name(uint32_t tool); /* "e-mail template", "slides with script" … */
/* Which tool a kind of content is; AS_SALES_TOOLS: none. Case and "_" for a blank make no difference. */
uint32_t as_sales_tool_of(const char *kind);

#endif
