/* Kept standings: where the leads of one model stand, in files that the database names and in the few rows of
 * the table recent_standing that lie over them. Internal to host/store.
 *
 * Decisions stay the truth: a lead stands where its last decision left it. A run brings files and rows up to
 * what it decides, in the same transaction; an erasure drops them. Where they are missing or damaged, the
 * decisions say where everybody stands until a run over everybody writes them anew.
 */
#ifndef AS_STORE_KEPT_STANDINGS_H
#define AS_STORE_KEPT_STANDINGS_H

#include "base/ids.h"
#include "store/database.h"
#include "store/decisions/decisions.h"
#include "store/decisions/standing_count.h"
#include "store/decisions/standing_file.h"
#include "store/found.h"
#include "store/layers.h"

/* The files of a model, open for as long as somebody has them. */
struct as_standing_files {
    unsigned uses;
    unsigned layers;
    struct as_standing_file base, due, layer[AS_LAYERS]; /* layers oldest first */
    struct as_standing_block *blocks[AS_LAYERS + 1]; /* of the base, of each layer; NULL: nobody asked yet */
};
/* What AS_STANDING_BLOCK rows of a file come to: questions pass over those that none of them answers. */
enum { AS_STANDING_BLOCK = 4096 };
struct as_standing_block {
    int32_t due;          /* the least */
    uint32_t since, cool; /* the most */
};

struct as_held_standings {
    bool whole; /* all that is named is there */
    struct as_standing_files *files;
    struct as_standing_row *recent; /* leads ascending; they hold over the files */
    size_t recent_n;
    struct as_standing_entry *tally; /* of all leads that are not gone */
    size_t tally_n;
};
/* standing_shelf.c: what there is of a model now; files stay open in the store between runs. */
enum as_status as_standings_hold(struct as_held_standings *out, struct as_store *store, int64_t model_id,
                                 struct as_error *error);
void as_standings_let_go(struct as_held_standings *held); /* fine for one that is all zero */
/* What is held became this by a change that the row of standing_file names by `version`; copied. */
enum as_status as_standings_held_now(struct as_store *store, int64_t model_id, int64_t version,
                                     const struct as_held_standings *held, struct as_error *error);

/* --- standing_layers.c: what lies over each other, read as one --- */

/* Many are found one after the other, in ascending order, from where the last one was. */
struct as_standing_cursor {
    size_t recent, layer[AS_LAYERS], base; /* places; all zero to begin with */
};
/* What is known of a lead: false when neither files nor rows have it, and it was never decided. */
bool as_standings_seek(struct as_standing_row *out, struct as_standing_cursor *at,
                       const struct as_held_standings *held, int64_t lead);
bool as_standings_find(struct as_standing_row *out, const struct as_held_standings *held, int64_t lead);
/* Whether layers from `from` on or rows have a word on it. */
bool as_standings_say(struct as_standing_cursor *at, const struct as_held_standings *held, unsigned from,
                      int64_t lead);
/* The same of the model as it stands now; all zero but its id for a lead that was never decided. *kept false:
 * nothing is kept. */
enum as_status as_standings_find_one(struct as_standing_row *out, bool *kept, struct as_store *store,
                                     int64_t model_id, int64_t lead, struct as_error *error);
/* What lies over the base, oldest first: its layers, and the recent rows behind these (which: the number of
 * layers). */
static inline size_t as_standings_rows_in(const struct as_held_standings *held, unsigned which)
{
    return which < held->files->layers ? (size_t)held->files->layer[which].head->rows : held->recent_n;
}
static inline int64_t as_standings_lead_in(const struct as_held_standings *held, unsigned which, size_t place)
{
    return which < held->files->layers
               ? ((const int64_t *)as_standing_column(&held->files->layer[which], AS_STANDING_LEAD))[place]
               : held->recent[place].lead;
}
/* AS_STANDING_GONE for a lead that is another's by now. */
static inline int32_t as_standings_day_in(const struct as_held_standings *held, unsigned which, size_t place)
{
    if (which < held->files->layers)
        return ((const int32_t *)as_standing_column(&held->files->layer[which], AS_STANDING_DAY))[place];
    return held->recent[place].gone != 0 ? AS_STANDING_GONE : held->recent[place].due;
}
/* The rows that lie over the base, leads ascending, each lead once. */
struct as_standing_over {
    const struct as_held_standings *held;
    unsigned from;
    size_t place[AS_LAYERS + 1]; /* of each layer; behind these of the recent rows */
    int64_t next[AS_LAYERS + 1]; /* the lead there, INT64_MAX at the end */
    struct as_standing_row row;
};
/* Those of the layers from `from` on, and the recent ones. */
void as_standings_over_begin(struct as_standing_over *walk, const struct as_held_standings *held,
                             unsigned from);
/* Good until the next call; NULL at the end. */
const struct as_standing_row *as_standings_over(struct as_standing_over *walk);
/* How many rows lie over the base, counting each as often as it is there; how many each layer has. */
size_t as_standings_over_count(size_t *rows_of, const struct as_held_standings *held);

/* The words that files have as numbers, in their order, into the dataset's labels. *same false: the labels
 * had others before, and files cannot be used with this dataset. */
enum as_status as_standings_read_words(bool *same, struct as_intern *labels, struct as_store *store,
                                       struct as_error *error);
/* Keeps the labels' words with their numbers. */
enum as_status as_standings_keep_words(bool *same, const struct as_intern *labels, struct as_store *store,
                                       struct as_error *error);

/* Leads merged into others as of known_at, ascending, added to an empty list. */
enum as_status as_merged_leads(struct as_id_list *out, struct as_store *store, int64_t known_at,
                               struct as_error *error);

/* How the leads of the dataset that a run wrote stand by now, ascending; `whole`: all others of the dataset
 * stand as their priors say and the dataset has everybody, else `row` is by row of the dataset. */
struct as_standings_news {
    const struct as_standing_row *row;
    size_t n;
    bool whole;
    uint32_t model;            /* index of the dataset's priors */
    const int32_t *not_before; /* by row of the dataset; NULL: every day */
    int64_t first;             /* decisions from this id on are the run's own */
};
/* standing_keeping.c: brings files and rows up to a run. Without files of before, a part makes none. */
enum as_status as_standings_keep(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 const struct as_dataset *dataset, const struct as_standings_news *news,
                                 struct as_error *error);
/* Forgets files and rows of all models; within a transaction it holds once that commits. */
enum as_status as_standings_forget(struct as_store *store, struct as_error *error);
/* standing_check.c: tells of files that are not as they were written, or do not say what the last decisions
 * say. */
enum as_status as_standings_check(struct as_found *found, struct as_store *store, struct as_error *error);

#endif
