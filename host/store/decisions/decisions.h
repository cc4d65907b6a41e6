/* Decisions: runs, standings, ledgers; written pack by pack, one transaction each. */
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

/* --- what a run stores of one model --- */

/* Which leads of the dataset are decided anew: those that stand otherwise in anything than their last
 * decision left them, as `differs` (struct as_stood) says. The dataset holds the pack's priors as they stand
 * now (prior_pack); when it holds a part of the leads, all others keep what they have. A lead the model is
 * not about is not decided unless it was before. What is given must outlive it. */
struct as_changes;
enum as_status as_store_changes(struct as_changes **out, struct as_store *store,
                                const struct as_run_record *run, const struct as_model *model,
                                const struct as_dataset *dataset, const struct as_standings *standings,
                                const uint64_t *differs, struct as_error *error);
void as_changes_free(struct as_changes *changes); /* NULL is fine */
/* Their dataset rows, ascending; *n of them. */
const uint32_t *as_changes_rows(uint32_t *n, const struct as_changes *changes);
/* Hashes of what the dataset says of the leads in n rows. Any thread may ask. */
void as_changes_facts(uint64_t *out, const struct as_changes *changes, const uint32_t *row, size_t n);

/* What is said of a decision beside how the lead stands. */
struct as_reasons {
    const char *why;       /* why it moved, in words for people: "new facts", "rule change"; may be NULL */
    const char *by;        /* what moved it; NULL: the gate that was passed or the disqualifier that holds */
    struct as_str ledgers; /* as_ledgers_put; empty: none */
    uint64_t facts;        /* as_changes_facts */
};
/* Stores the decision about the next of these rows: it is called once for each, in order. */
enum as_status as_store_decide(struct as_changes *changes, const struct as_reasons *said,
                               struct as_error *error);
/* Behind the last of them. AS_ERR_BUG when one was left out. */
enum as_status as_store_decided(struct as_changes *changes, struct as_error *error);
/* Before them, among them or behind them: brings the current standings and scores up to date. The earlier,
 * the longer the disk has for the files until the commit waits for them. From when on time alone may change a
 * lead (as_outcome_not_before) is kept too; any day may where nobody asked for it. outcome NULL: no scores.
 */
enum as_status as_store_standings(struct as_changes *changes, const struct as_outcome *outcome,
                                  struct as_error *error);

/* The names that the ledgers of a model say, numbered; within a transaction. Any thread may read it. The
 * model must outlive it. */
struct as_ledger_words;
enum as_status as_ledger_words_new(struct as_ledger_words **out, struct as_store *store,
                                   const struct as_model *model, struct as_error *error);
void as_ledger_words_free(struct as_ledger_words *words); /* NULL is fine */
/* Appends the ledgers of one decision, of each score of the model one, as they are stored. AS_ERR_BUG when
 * one does not balance; lead_id for that. */
enum as_status as_ledgers_put(struct as_buf *out, const struct as_ledger_words *words,
                              const struct as_ledger *ledgers, int64_t lead_id, struct as_error *error);

/* Between as_store_run_begin and this the caller holds a transaction (as_store_begin): either all of a pack's
 * run is stored or nothing. */
enum as_status as_store_run_end(struct as_store *store, const struct as_run_record *run,
                                const char *summary_json, int64_t finished, struct as_error *error);

/* --- what was stored --- */

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

/* A stored decision. ledger_json: the ledgers of all scores of it in words,
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
/* What a lead has of one score now, in milli-points. */
struct as_score_now {
    const char *name;
    int64_t value;
};
/* A rule that gave points in a decision. */
struct as_reason {
    const char *rule;
    int64_t points;
};
enum { AS_REASONS = 3 }; /* of one decision: those with the most points; of equals, by name */

/* The last decisions of a lead by runs for `until` or earlier, newest first, at most `most`; pack or model
 * NULL: any; until INT64_MAX: all. */
enum as_status as_store_decisions_of(struct as_store *store, const char *pack, const char *model,
                                     int64_t lead_id, int64_t until, uint32_t most, as_decision_row_fn each,
                                     void *context, struct as_error *error);

#endif
