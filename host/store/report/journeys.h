/* Journeys: when leads began, and every step that they made through a model's stages. For reports over all
 * leads: one pass over the tables, rows without strings. */
#ifndef AS_STORE_JOURNEYS_H
#define AS_STORE_JOURNEYS_H

#include "store/decisions/decisions.h"

/* When a lead began: the day that its source says it was created on, else the day on which it became known
 * here. What was merged into others or erased is left out; what became known after `at` is, too. */
struct as_lead_start {
    int64_t lead;
    int64_t start, known; /* UTC days; start may be later than known when the source says so */
};
typedef enum as_status (*as_lead_start_fn)(void *context, const struct as_lead_start *start,
                                           struct as_error *error);
/* By lead id. */
enum as_status as_store_lead_starts(struct as_store *store, int64_t at, as_lead_start_fn each, void *context,
                                    struct as_error *error);

/* Models that a pack ever decided about, in the order in which they came. */
typedef enum as_status (*as_model_row_fn)(void *context, int64_t model_id, const char *name,
                                          struct as_error *error);
enum as_status as_store_models(struct as_store *store, const char *pack, as_model_row_fn each, void *context,
                               struct as_error *error);

/* A lead's first decision in a model, or one that changed its stage or whether the model is about it. */
struct as_step_row {
    int64_t lead, run, time; /* time: when the stage was entered */
    int64_t decided;         /* the run's `at` */
    int64_t before;          /* `at` of the pack's run before that one; AS_TIME_NONE: it was the first */
    bool first, outside;
    uint8_t from, to, furthest; /* enum as_stage; from 0: none */
};
typedef enum as_status (*as_step_row_fn)(void *context, const struct as_step_row *row,
                                         struct as_error *error);
/* Of runs as of `at` or earlier, in order of runs, then leads. */
enum as_status as_store_steps(struct as_store *store, int64_t model_id, int64_t at, as_step_row_fn each,
                              void *context, struct as_error *error);

#endif
