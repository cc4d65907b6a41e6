/* Decisions: runs, standings, ledgers, stage history; written pack by pack, one transaction each. */
#ifndef AS_STORE_DECISIONS_H
#define AS_STORE_DECISIONS_H

#include "score/ledger.h"
#include "score/standing.h"
#include "store/store.h"

#include "data/source.h"

/* Keeps a version of a pack (content-addressed) and says which one decides. */
enum as_status as_store_keep_pack(struct as_store *store, const char *name, const struct as_source *source, int64_t now,
                                  struct as_error *error);
/* hash NULL: the version of the last run. The source is initialised by the callee and freed by the caller. */
enum as_status as_store_load_pack(struct as_source *out, struct as_store *store, const char *name, const char *hash,
                                  struct as_error *error);
/* Names of packs that have run, by name. Calls back for each. */
enum as_status as_store_packs(struct as_store *store, enum as_status (*each)(void *context, const char *name, const char *hash, struct as_error *error),
                              void *context, struct as_error *error);

struct as_run_record {
    int64_t id;             /* out */
    const char *pack, *hash;
    int64_t at, known_at, started;
    bool baseline;          /* decided without effects */
    bool held;              /* effects are held until approved */
};
enum as_status as_store_run_begin(struct as_store *store, struct as_run_record *run, struct as_error *error);

/* One model's standings of all leads of the dataset. Writes the current standing of every lead, and a decision row (with
 * its ledgers, given later by as_store_decision_ledger) for each whose stage, grade or verdict changed. changed_rows
 * (malloc'ed, freed by the caller) lists them, ascending. */
enum as_status as_store_standings(uint32_t **changed_rows, uint32_t *changed, struct as_store *store,
                                  const struct as_run_record *run, const struct as_model *model, const struct as_dataset *dataset,
                                  const struct as_standing *standings, const struct as_outcome *outcome, struct as_error *error);
enum as_status as_store_decision_ledger(struct as_store *store, const struct as_run_record *run, const struct as_model *model,
                                        int64_t lead_id, const struct as_ledger *ledger, struct as_error *error);
enum as_status as_store_run_end(struct as_store *store, const struct as_run_record *run, const char *summary_json,
                                int64_t finished, struct as_error *error);

#endif
