/* Decisions: runs, standings, ledgers, stage history; written pack by pack, one transaction each. */
#ifndef AS_STORE_DECISIONS_H
#define AS_STORE_DECISIONS_H

#include "score/model/ledger.h"
#include "score/model/standing.h"
#include "score/tree/reference.h"
#include "store/store.h"

struct as_run_record {
    int64_t id; /* out */
    const char *pack, *hash;
    int64_t at, known_at, started;
    bool baseline;                        /* decided without effects */
    bool same_rules;                      /* those by which the pack's last run decided */
    bool held;                            /* effects are held until approved */
    const struct as_pack *rules;          /* what decides; its names are kept beside numbers */
    const char *library_hash;             /* of the Lua library; may be NULL */
    const struct as_reference *reference; /* data that decisions rest on; kept once each; may be NULL */
};
enum as_status as_store_run_begin(struct as_store *store, struct as_run_record *run, struct as_error *error);

/* One model's standings of the leads of the dataset, which holds the pack's priors as they stand now
 * (prior_pack). When it holds a part of the leads, all others keep what they have. Brings the current
 * standings and scores up to date (rows that are as they were are not written again), and writes a decision
 * row (with its ledgers, given later by as_store_decision_ledger) for each lead that stands
 * otherwise than its last decision left it in anything. changed_rows (malloc'ed, freed by the caller) lists
 * them, ascending. A lead the model is not about has no row unless it was decided before. From when on time
 * alone may change a lead (as_outcome_not_before) is kept too; any day may where nobody asked for it. outcome
 * NULL: no scores. */
enum as_status as_store_standings(uint32_t **changed_rows, uint32_t *changed, struct as_store *store,
                                  const struct as_run_record *run, const struct as_model *model,
                                  const struct as_dataset *dataset, const struct as_standings *standings,
                                  const struct as_outcome *outcome, struct as_error *error);
enum as_status as_store_decision_ledger(struct as_store *store, const struct as_run_record *run,
                                        const struct as_model *model, int64_t lead_id,
                                        const struct as_ledger *ledger, struct as_error *error);
/* Between these two the caller holds a transaction (as_store_begin): either all of a pack's run is stored or
 * nothing. */
enum as_status as_store_run_end(struct as_store *store, const struct as_run_record *run,
                                const char *summary_json, int64_t finished, struct as_error *error);
/* Says why a lead moved, in words for people ("new facts", "rule change", "time"), and by what (a gate, a
 * disqualifier, an act); kept in stage_history beside the move of this run. Either may be NULL. */
enum as_status as_store_move_cause(struct as_store *store, const struct as_run_record *run,
                                   const struct as_model *model, int64_t lead_id, const char *why,
                                   const char *by, struct as_error *error);

/* Strings of rows live during the call. */
struct as_run_row {
    int64_t id;
    const char *pack, *hash;
    int64_t at, known_at, started, finished;
    bool baseline, held;
    const char *summary_json; /* "{}" when there is none */
};
typedef enum as_status (*as_run_row_fn)(void *context, const struct as_run_row *row, struct as_error *error);
/* Finished runs of a pack (NULL: of all), newest first, at most `most`. */
enum as_status as_store_runs(struct as_store *store, const char *pack, uint32_t most, as_run_row_fn each,
                             void *context, struct as_error *error);
/* When the newest baseline of a pack decided; *found false: there is none. */
enum as_status as_store_last_baseline(int64_t *at, bool *found, struct as_store *store, const char *pack,
                                      struct as_error *error);

/* A stored decision. ledger_json: the ledgers of all scores of it as stored,
 *   {"fit":{"value":60000,"low":60000,"high":85000,
 *           "entries":[{"kind":"rule","name":"right size","points":20000}, …],
 *           "open":[{"name":"target industry","state":"unknown","low":0,"high":15000}]}}
 * points in milli-points; kinds rule, events (with "events": how many counted), rule_cap, group_cap, cap,
 * floor; "group" and "note" where there is one. Where a rule stands is in the pack's files, which are kept.
 * NULL when none was stored. */
struct as_decision_row {
    int64_t id, run, at, lead;
    const char *pack, *hash, *model;
    uint8_t stage, prior_stage, cause;
    uint16_t grade, prior_grade, verdicts, prior_verdicts;
    const char *grade_text;                        /* "B2", "" for none */
    const char *persona, *disqualifier, *why, *by; /* NULL for none */
    const char *ledger_json;
};
typedef enum as_status (*as_decision_row_fn)(void *context, const struct as_decision_row *row,
                                             struct as_error *error);
/* The last decisions of a lead, newest first, at most `most`; pack or model NULL: any. */
enum as_status as_store_decisions_of(struct as_store *store, const char *pack, const char *model,
                                     int64_t lead_id, uint32_t most, as_decision_row_fn each, void *context,
                                     struct as_error *error);

#endif
