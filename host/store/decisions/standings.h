/* Kept standings: where every lead of a model stood when it was last decided, asked without deciding anybody:
 * what a run needs that decides a part of the leads and leaves all others as they are. */
#ifndef AS_STORE_STANDINGS_H
#define AS_STORE_STANDINGS_H

#include "base/ids.h"
#include "data/facts/dataset.h"
#include "score/model/standing.h"
#include "store/store.h"

/* One model's, as of its last run; whatever is removed meanwhile. */
struct as_kept;

/* *out NULL: standings, days or scores of some leads are not kept for this model. Then a run decides
 * everybody, which brings them back; else it may decide a part. */
enum as_status as_store_kept(struct as_kept **out, struct as_store *store, const char *pack,
                             const struct as_model *model, struct as_error *error);
void as_kept_free(struct as_kept *kept); /* NULL is fine */

/* The leads, ascending, that time alone may change by this day (as_outcome_not_before, of the run that
 * decided them), also such that the model is not about. The list is new; its `at` is the caller's to free. */
enum as_status as_kept_due(struct as_id_list *out, const struct as_kept *kept, int32_t day,
                           struct as_error *error);
/* The decided leads that entered their stage or were recycled at `since` or later, or whose cooling off ends
 * after cool_after and not after cool_until. */
enum as_status as_kept_timed(struct as_id_list *out, const struct as_kept *kept, int64_t since,
                             int64_t cool_after, int64_t cool_until, struct as_error *error);

/* Lowers days[i], of the lead with the i-th id (ascending), to the day by which time may change it; to 0
 * where none is kept. */
void as_kept_days(int32_t *days, const struct as_kept *kept, const int64_t *lead_ids, size_t n);
/* The days themselves, the caller's to write to and to free. */
enum as_status as_kept_own_days(int32_t **out, const struct as_kept *kept, const int64_t *lead_ids, size_t n,
                                struct as_error *error);

/* Leads by how they stand. */
struct as_tally {
    struct as_tally_row *at; /* malloc'ed */
    size_t n;
};
/* Counts the decided leads that the dataset has not, and that are not merged into others as of
 * dataset->known_at. The dataset is a part and has its priors (as_store_load_priors). */
enum as_status as_kept_others(struct as_tally *out, const struct as_kept *kept, struct as_store *store,
                              const struct as_dataset *dataset, struct as_error *error);

#endif
