/* Kept standings: the files of one model's standings that the database names. Internal to host/store.
 *
 * The table `standing` stays the truth. A run brings the files up to what it writes there, in the same
 * transaction; what else changes the table (an erasure) drops them. A lead that no file has stands as the
 * table says.
 */
#ifndef AS_STORE_KEPT_STANDINGS_H
#define AS_STORE_KEPT_STANDINGS_H

#include "store/database.h"
#include "store/decisions/decisions.h"
#include "store/decisions/standing_count.h"
#include "store/decisions/standing_file.h"

struct as_held_standings {
    bool whole;                               /* all that is named is open */
    struct as_standing_file base, due, delta; /* delta.head NULL: none */
    struct as_standing_entry *tally;          /* of all leads that are not gone */
    size_t tally_n;
};
enum as_status as_standings_hold(struct as_held_standings *out, struct as_store *store, int64_t model_id,
                                 struct as_error *error);
void as_standings_let_go(struct as_held_standings *held); /* fine for one that is all zero */

/* What is known of a lead: false when no file has it. */
bool as_standings_find(struct as_standing_row *out, const struct as_held_standings *held, int64_t lead);

/* The words that files have as numbers, in their order, into the dataset's labels. *same false: the labels
 * had others before, and files cannot be used with this dataset. */
enum as_status as_standings_read_words(bool *same, struct as_intern *labels, struct as_store *store,
                                       struct as_error *error);
/* Keeps the labels' words with their numbers. */
enum as_status as_standings_keep_words(bool *same, const struct as_intern *labels, struct as_store *store,
                                       struct as_error *error);

/* Leads merged into others as of known_at, ascending; malloc'ed. */
enum as_status as_merged_leads(int64_t **ids, size_t *n, struct as_store *store, int64_t known_at,
                               struct as_error *error);

/* How the leads of the dataset that a run wrote stand by now, ascending; `whole`: all others of the dataset
 * stand as their priors say and the dataset has everybody, else all of the dataset are among them. */
struct as_standings_news {
    const struct as_standing_row *row;
    size_t n;
    bool whole;
    uint32_t model;            /* index of the dataset's priors */
    const int32_t *not_before; /* by row of the dataset; NULL: every day */
};
/* standing_keeping.c: brings the files up to a run. Without files of before, a part makes none. */
enum as_status as_standings_keep(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 const struct as_dataset *dataset, const struct as_standings_news *news,
                                 struct as_error *error);
/* Forgets the files of all models; within a transaction it holds once that commits. */
enum as_status as_standings_forget(struct as_store *store, struct as_error *error);
/* standing_check.c: tells of files that are not as they were written, or do not say what the table says. */
enum as_status as_standings_check(struct as_store *store, void (*finding)(void *context, const char *text),
                                  void *context, uint32_t *findings, struct as_error *error);

#endif
