/* Enriching: runs a pack's enrich functions, many at once in one Lua state, each waiting for its own
 * requests, and writes what they found. */
#ifndef AS_BIND_ENRICHING_H
#define AS_BIND_ENRICHING_H

#include "bind/script/host.h"
#include "net/cassette.h"
#include "net/policy.h"
#include "run/effects/enrichment.h"

struct as_enrich_options {
    struct as_store *store; /* open for writing; locked only while results are written, so that an import need
                               not wait for providers */
    const struct as_policy *policy;
    int64_t now; /* facts found are known from here on */
    unsigned threads;
    int64_t seconds;              /* after which no new lead or account is asked about; 0: no end */
    uint32_t limit;               /* leads or accounts of each enrichment; 0: all that are due */
    const char *only;             /* one enrichment; NULL: all of the pack */
    struct as_cassette *cassette; /* plays or records the network (net/cassette.h); NULL: the network alone */
    bool dry;                     /* counts who is due, asks nobody */
    /* false stops; what was found until then is kept. May be NULL. */
    bool (*progress)(void *context, const char *what, uint64_t done, uint64_t all);
    void *progress_context;
};

/* Appends one row for each enrichment of the pack, in order of declaration; names live as long as the script.
 * Failures of providers and faults of functions are in the rows. AS_ERR_STOPPED when progress said so. */
struct as_enriched_list {
    struct as_arena arena;
    AS_LIST(struct as_enriched) rows;
};
enum as_status as_enrich(struct as_enriched_list *out, struct as_script *script,
                         const struct as_enrich_options *options, struct as_error *error);

#endif
