/* Before: what the store holds of a lead's earlier decisions in one model, for telling what changed. */
#ifndef AS_RUN_BEFORE_H
#define AS_RUN_BEFORE_H

#include "run/explain/explain.h"

struct as_before_points {
    const char *score, *rule; /* rule NULL: the score itself */
    int64_t points;           /* milli-points */
};
struct as_before {
    struct as_arena *arena;
    struct as_explained_before decision; /* the newest one earlier than `at`; none: at AS_TIME_NONE */
    const char *ledgers; /* of that decision, as it was stored; NULL: none, or they are in `points` by now */
    AS_LIST(struct as_before_points) points;
    const char *by, *cause; /* of the newest change of stage; NULL unknown */
    uint8_t stage;          /* it went there; AS_STAGE_NONE: no change is stored */
};

/* The newest decision earlier than `at` of one lead in one model, with its points; there may be none. Texts
 * are in `arena`. */
enum as_status as_before_of(struct as_before *out, struct as_arena *arena, struct as_store *store,
                            const char *pack, const char *model, int64_t lead_id, int64_t at,
                            struct as_error *error);
/* Adds the newest change of stage not after `at`. */
enum as_status as_before_stage(struct as_before *before, struct as_store *store, const char *pack,
                               const char *model, int64_t lead_id, int64_t at, struct as_error *error);

/* The changes of one score: rules whose points differ, in the order of the ledger, then those that gave
 * points before. */
enum as_status as_before_changes(struct as_explained_score *score, struct as_before *before,
                                 struct as_error *error);

#endif
