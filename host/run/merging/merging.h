/* Merging: what becomes of two leads that are one person: which survives and why, what it takes over, both
 * logs as one, and where it stands then. */
#ifndef AS_RUN_MERGING_H
#define AS_RUN_MERGING_H

#include "run/decision/decision.h"
#include "run/decision/json.h"
#include "store/facts/facts.h"
#include "store/report/merging.h"

/* A lead in one model: where it stands and its scores. */
struct as_merging_score {
    const char *name;
    int64_t before, after; /* milli-points */
};
struct as_merging_model {
    const char *pack, *model;
    const char *stage, *grade;             /* of the survivor before */
    const char *stage_after, *grade_after; /* with both logs and the facts it takes */
    const char *other_stage;               /* of the one that is merged */
    AS_LIST(struct as_merging_score) scores;
};

struct as_merging {
    struct as_arena arena;
    int64_t survivor, merged, at;
    const char *survivor_name, *merged_name, *by;
    bool done;   /* else all is as it was */
    bool chosen; /* by request->keep, not by what they have */
    enum as_tie_breaker breaker;
    struct as_merge_claim own, other; /* of the survivor; of the merged one */
    struct as_merged_logs logs;
    AS_LIST(struct as_merged_fact) facts;
    AS_LIST(struct as_merged_consent) consents;
    AS_LIST(struct as_merging_model) models;
};

struct as_merging_request {
    struct as_schema *schema;
    const struct as_run_pack *packs; /* where the two stand is told by these */
    uint32_t pack_count;
    int64_t a, b, keep; /* keep: the one that has to survive, 0 when the tie-breakers say */
    int64_t at;
    const char *by;
    bool dry; /* tell all, change nothing */
};

/* Merges two leads that as_store_may_merge lets pass, in one transaction. The store is locked for writing; a
 * failure leaves it as it was. Freed by the caller. */
enum as_status as_merge(struct as_merging *out, struct as_store *store,
                        const struct as_merging_request *request, struct as_error *error);
void as_merging_free(struct as_merging *merging);
void as_merging_json(struct as_json *json, const struct as_merging *merging);

#endif
