/* Sample: some leads of a database with their colleagues, disguised, as a folder of files that `assay import`
 * takes in, so that a machine without personal data can compare packs.
 *
 * FOLDER/sample.json says what it is of, strata.ndjson how many leads stand where; accounts, leads, events,
 * answers, touches, consent and users are NDJSON files in the columns of `assay import`. A sample has no
 * history: no stages of before, overrides, places in tracks; each lead begins where the rules put it. Facts,
 * events and answers that no pack reads are not in it.
 */
#ifndef AS_RUN_SAMPLE_H
#define AS_RUN_SAMPLE_H

#include "data/identity/pseudonym.h"
#include "run/decision/decision.h"
#include "store/store.h"

struct as_sample_request {
    struct as_schema *schema;
    const struct as_run_pack *packs; /* whose outcomes are kept; the first one's standings make the strata */
    uint32_t pack_count;
    int64_t at, known_at;
    uint32_t wanted; /* leads; whole accounts are taken, so that it may become a few more */
    unsigned threads;
    const struct as_pseudonym_key *key;
    const char *folder;
};

/* Where leads stand, and how many of them. */
struct as_sample_stratum {
    const char *place; /* "inbound: sales_ready A1"; of several models one after the other */
    uint32_t leads, sampled;
};
struct as_sample {
    struct as_arena arena;
    uint32_t leads, accounts; /* written */
    uint32_t refused;         /* leads left out because an outcome could not be kept, with their colleagues */
    AS_LIST(struct as_sample_stratum) strata; /* by place */
    AS_LIST(int64_t) chosen;                  /* lead ids, ascending */
};

/* Chooses, disguises, writes, reads back and decides again: only leads whose every decision is the same stay.
 * The files are written one by one into the folder, which is made; sample.json is the last. AS_ERR_MISSING
 * when the first pack never ran. The caller frees *out in any case. */
enum as_status as_sample_write(struct as_sample *out, struct as_store *store,
                               const struct as_sample_request *request, struct as_error *error);
void as_sample_free(struct as_sample *sample);

/* The moment that a sample is of. */
enum as_status as_sample_at(int64_t *at, const char *folder, struct as_error *error);
/* Takes a sample into a store that knows the schema, as known at `at`. */
enum as_status as_sample_read(struct as_store *store, const struct as_schema *schema, const char *folder,
                              int64_t at, struct as_error *error);

#endif
