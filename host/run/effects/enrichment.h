/* Enrichment: about whom a pack's enrichments are to ask now, and what a run of them came to. Asking is
 * host/bind's. */
#ifndef AS_RUN_ENRICHMENT_H
#define AS_RUN_ENRICHMENT_H

#include "score/plan/plan.h"
#include "store/store.h"

struct as_due_request {
    const struct as_schema *schema;
    const struct as_pack *pack;
    const struct as_functions *functions; /* of the pack; may be NULL when it has none */
    int64_t now;                          /* facts known now, asked now */
    unsigned threads;
};
/* Row ids of those for whom `when` holds and whose last answer is too old: those never asked first, then the
 * longest ago. One that failed is asked again after AS_ENRICH_RETRY_S, twice as long after each further
 * failure, at most after `every`. The caller frees *ids. */
enum as_status as_enrichment_due(int64_t **ids, uint32_t *n, struct as_store *store,
                                 const struct as_due_request *request, const struct as_enrichment *enrichment,
                                 struct as_error *error);

/* What became of one enrichment, for the morning screen. */
struct as_enriched {
    const char *name;
    const char *pack;
    uint32_t due, found, nothing, failed;
    uint32_t left;  /* due and not asked: time was up, or the provider is left alone for now */
    uint32_t facts; /* values that changed */
    char why[320];  /* the first failure, or why some are left; "" none */
};

struct as_json;
/* {"pack", "enrichment", "due", "found", "nothing", "failed", "left", "facts", "why"} */
void as_enriched_json(struct as_json *json, const struct as_enriched *enriched);

#endif
