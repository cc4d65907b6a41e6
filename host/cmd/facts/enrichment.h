/* Enrichment from the command line: what `enrich` and `run` share. */
#ifndef AS_CMD_ENRICHMENT_H
#define AS_CMD_ENRICHMENT_H

#include "bind/script/enriching.h"
#include "cmd/line/pack_choice.h"
#include "run/decision/json.h"

struct as_enrichment_wish {
    const char *policy; /* NULL: $ASSAY_POLICY */
    const char *only;   /* one enrichment; NULL: all */
    const char *record; /* file that gets what the network answers; NULL: none */
    const char *replay; /* file that stands for the network; NULL: none */
    unsigned threads;
    uint32_t limit;  /* 0: all that are due */
    int64_t seconds; /* 0: no end */
    bool dry;
};
/* Enriches for packs of as_choose_packs, one after another, holding the database as an import does. The
 * list's arena is the caller's to free, in any case. */
enum as_status as_enrich_packs(struct as_enriched_list *out, struct as_context *context,
                               const struct as_run_pack *packs, uint32_t n,
                               const struct as_enrichment_wish *wish, struct as_error *error);

/* A line for each enrichment; nothing where there is none. */
enum as_status as_print_enriched(struct as_context *context, const struct as_enriched_list *list,
                                 struct as_error *error);
/* An array; shape in host/run/README.md. */
void as_enriched_list_json(struct as_json *json, const struct as_enriched_list *list);

#endif
