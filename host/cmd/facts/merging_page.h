/* Merging page: what a merge would make of two leads, gathered before it is done, and printed. */
#ifndef AS_CMD_MERGING_PAGE_H
#define AS_CMD_MERGING_PAGE_H

#include "cmd/line/context.h"
#include "run/decision/decision.h"
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
    struct as_context *context;
    int64_t survivor, merged;
    const char *survivor_name, *merged_name;
    bool chosen; /* by --keep, not by what they have */
    enum as_tie_breaker by;
    struct as_merge_claim own, other; /* of the survivor; of the merged one */
    struct as_merged_logs logs;
    AS_LIST(struct as_merged_fact) facts;
    AS_LIST(struct as_merged_consent) consents;
    AS_LIST(struct as_merging_model) models;
};

/* Which of two leads survives, and what both have; nothing is changed. keep: the one that has to survive, 0
 * when the tie-breakers say. Lives in the context's arena. */
enum as_status as_merging_look(struct as_merging *out, struct as_context *context, int64_t a, int64_t b,
                               int64_t keep, struct as_error *error);
/* Where they stand now, by every pack that has run; and, called again within the transaction that merged
 * them, where the survivor would. */
enum as_status as_merging_decide(struct as_merging *merging, const struct as_run_pack *packs, uint32_t n,
                                 bool after, struct as_error *error);
/* done: it was merged; else it is a preview. */
enum as_status as_merging_print(const struct as_merging *merging, bool done, const char *by,
                                struct as_error *error);

#endif
