/* Scores: the score files of each model with the few rows that lie over them, which one it is, and keeping
 * it. Internal to host/store. */
#ifndef AS_STORE_SCORES_H
#define AS_STORE_SCORES_H

#include "store/database.h"
#include "store/found.h"

struct as_dataset;
struct as_model;
struct as_outcome;
struct as_run_record;
struct as_standings;

/* Writes the scores of the dataset's leads that the model is about, within the caller's transaction; nothing
 * where they are those of the file that is there. When the dataset is a part, all other leads keep theirs
 * with their day; without them (as_scores_whole) there are no scores until a run decides everybody. */
enum as_status as_scores_write(struct as_store *store, const struct as_run_record *run,
                               const struct as_model *model, int64_t model_id,
                               const struct as_dataset *dataset, const struct as_standings *standings,
                               const struct as_outcome *outcome, struct as_error *error);
/* Whether the scores of a model are there, of all leads and all its scores. */
enum as_status as_scores_whole(bool *whole, struct as_store *store, const struct as_model *model,
                               int64_t model_id, struct as_error *error);
/* Forgets files and rows of all models; within a transaction it holds once that commits. */
enum as_status as_scores_forget(struct as_store *store, struct as_error *error);
/* The table of SQL over the files; called when a database is opened. */
enum as_status as_scores_register(struct as_store *store, struct as_error *error);
enum as_status as_scores_check(struct as_found *found, struct as_store *store, struct as_error *error);

/* What a database in memory has instead of files; NULL is fine. */
struct as_kept_scores;
void as_kept_scores_free(struct as_kept_scores *kept);

#endif
