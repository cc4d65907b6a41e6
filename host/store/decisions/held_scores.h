/* Held scores: the score files of one model, kept open in the store for as long as the database names them.
 * Internal to host/store. */
#ifndef AS_STORE_HELD_SCORES_H
#define AS_STORE_HELD_SCORES_H

#include "store/database.h"
#include "store/decisions/score_stack.h"
#include "store/decisions/score_writing.h"

struct as_held_scores {
    bool whole;          /* the stack is open and its files have all scores asked for */
    int64_t day, recent; /* of the base; how many leads' rows were written over the files */
    struct as_score_stack stack;
};
/* The store's, until the next call or its end. like: the scores that each file must have. */
enum as_status as_scores_hold(const struct as_held_scores **out, struct as_store *store, int64_t model_id,
                              const struct as_score_source *like, struct as_error *error);

/* Where leads were found; in ascending order they are found at once. All zero to begin with. */
struct as_score_cursor {
    int64_t lead;
    size_t place[AS_LAYERS + 1]; /* of the base, of each layer */
};
/* The file of the stack that has the last word on a lead, and where; -1 none has. */
int as_scores_seek(size_t *place, struct as_score_cursor *at, const struct as_held_scores *held,
                   int64_t lead);

struct as_model;
/* The model's scores with their ids, without points. */
enum as_status as_scores_name(struct as_score_source *out, struct as_store *store,
                              const struct as_model *model, int64_t model_id, struct as_error *error);

/* The bytes that a database in memory has instead of a model's file; NULL none. */
const void *as_scores_in_memory(void *store, int64_t model_id, size_t *n);

#endif
