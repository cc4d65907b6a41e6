/* Recent scores: those of few leads, as rows of the database that lie over the score files. Internal to
 * host/store. */
#ifndef AS_STORE_RECENT_SCORES_H
#define AS_STORE_RECENT_SCORES_H

#include "store/database.h"
#include "store/decisions/score_writing.h"

/* One model's rows, leads ascending. */
struct as_recent_scores {
    size_t n;
    int64_t *lead;
    int32_t *day;             /* AS_SCORE_GONE: it has none any more */
    struct as_points *points; /* by lead and score, the scores in the order asked for */
};
/* like: the scores. A lead that lacks one of them is left out. */
enum as_status as_recent_scores_read(struct as_recent_scores *out, struct as_store *store,
                                     const struct as_score_source *like, struct as_error *error);
void as_recent_scores_free(struct as_recent_scores *rows); /* fine for one that is all zero */

/* The day of a lead's rows; *found false: it has none. */
enum as_status as_recent_scores_day(int32_t *day, bool *found, struct as_store *store,
                                    const struct as_score_source *like, int64_t lead, struct as_error *error);
/* Writes a lead's, that of row `row` of the source; those of before are replaced. */
enum as_status as_recent_scores_put(struct as_store *store, const struct as_score_source *source,
                                    uint32_t row, int32_t day, struct as_error *error);
/* Removes all of a model, or of all models (0). */
enum as_status as_recent_scores_clear(struct as_store *store, int64_t model_id, struct as_error *error);

#endif
