/* Keeping standings: the files and rows of a model brought up to what a run decided, in its transaction.
 *
 * What differs from the base are rows of a table while they are few, so that a run about few leads writes no
 * more than these; then they go into the delta, and when that has grown to its share, all become a new base.
 * The days are a file of their own, since a run over everybody finds them anew. */
#include "store/decisions/standing_keeping.h"

#include "store/companion.h"
#include "store/decisions/last_decisions.h"

#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

/* Whether what lies over the base says just the same already. */
static bool lies_so(const struct as_keeping *keeping)
{
    const struct as_standing_rows *delta = &keeping->delta;
    struct as_standing_over walk = {0};
    const struct as_standing_row *over;
    size_t n = 0;
    while ((over = as_standings_over(&walk, &keeping->held)) != NULL)
        if (n == delta->n || memcmp(over, &delta->at[n++], sizeof *over) != 0)
            return false;
    return n == delta->n;
}

static enum as_status write_row(struct as_store *store, int64_t model_id, const struct as_standing_row *row,
                                struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO recent_standing(model_id, lead_id, state) VALUES(?1, ?2, ?3)"
                     " ON CONFLICT DO UPDATE SET state = ?3",
                     "iib", model_id, row->lead, (struct as_str){(const char *)row, sizeof *row});
}

static enum as_status write_delta(struct as_keeping *keeping, struct as_error *error)
{
    keeping->few = keeping->delta.n <= AS_FEW_LEADS;
    return keeping->few ? AS_OK : as_standing_write_delta(keeping, error);
}

static enum as_status write_beside(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standing_files *files = keeping->held.files;
    enum as_status status = AS_OK;
    keeping->base_sum = files->base.head->sum;
    keeping->due_sum = files->due.head->sum;
    if (!as_standing_days_stay(keeping))
        status = as_standing_write_days(keeping, keeping->day, (size_t)files->base.head->rows, error);
    keeping->as_it_lay = lies_so(keeping);
    if (keeping->as_it_lay)
        keeping->delta_sum = files->delta.head == NULL ? 0 : files->delta.head->sum;
    else if (status == AS_OK)
        status = write_delta(keeping, error);
    return status;
}

static enum as_status write_anew(struct as_keeping *keeping, struct as_error *error)
{
    enum as_status status = as_standing_write_base(keeping, keeping->held.files == NULL, error);
    struct as_standing_rows over = keeping->delta;
    keeping->delta = keeping->gone;
    keeping->gone = over;
    return status == AS_OK ? write_delta(keeping, error) : status;
}

/* Names what was written by a new version, which is not that of any other change. */
static enum as_status name_version(int64_t *version, size_t *tally_n, struct as_keeping *keeping,
                                   int64_t model_id, struct as_error *error)
{
    size_t n = *tally_n = as_standing_count_pack(&keeping->count);
    struct as_str tally = {n == 0 ? "" : (const char *)keeping->count.at, n * sizeof *keeping->count.at};
    *version = (int64_t)as_hash_seed();
    return as_sql_do(keeping->store, error,
                     "INSERT INTO standing_file(model_id, base, due, delta, tally, version)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(model_id) DO UPDATE SET base = ?2,"
                     " due = ?3, delta = ?4, tally = ?5, version = ?6",
                     "iiikbi", model_id, (int64_t)keeping->base_sum, (int64_t)keeping->due_sum,
                     (int64_t)keeping->delta_sum, tally, *version);
}

/* --- a run about few leads --- */

/* The rows of before and those of this run over them. */
static enum as_status lay_rows(struct as_standing_rows *out, const struct as_held_standings *held,
                               const struct as_standing_rows *fresh, struct as_error *error)
{
    size_t old = 0, next = 0;
    enum as_status status = AS_OK;
    while (status == AS_OK && (old < held->recent_n || next < fresh->n)) {
        bool before =
            old < held->recent_n && (next == fresh->n || held->recent[old].lead < fresh->at[next].lead);
        if (!before && old < held->recent_n && held->recent[old].lead == fresh->at[next].lead)
            old++;
        status = as_standing_add(out, before ? &held->recent[old++] : &fresh->at[next++], error);
    }
    return status;
}

/* *done false: they are too many. */
static enum as_status keep_few(bool *done, struct as_keeping *keeping, int64_t model_id,
                               struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_standing_files *files = held->files;
    struct as_held_standings now = *held;
    struct as_standing_rows rows = {.at = NULL};
    int64_t version;
    enum as_status status = as_standing_settle_few(keeping, error);
    size_t over = held->recent_n + keeping->delta.n;
    *done = over <= AS_FEW_LEADS && over + (files->delta.head == NULL ? 0 : files->delta.head->rows) <=
                                        files->base.head->rows / AS_DELTA_SHARE;
    if (status != AS_OK || !*done) {
        as_standing_count_free(&keeping->count);
        keeping->delta.n = keeping->delta.gone = 0;
        return status;
    }
    keeping->base_sum = files->base.head->sum;
    keeping->due_sum = files->due.head->sum;
    keeping->delta_sum = files->delta.head == NULL ? 0 : files->delta.head->sum;
    for (size_t i = 0; i < keeping->delta.n && status == AS_OK; i++)
        status = write_row(keeping->store, model_id, &keeping->delta.at[i], error);
    if (status == AS_OK)
        status = name_version(&version, &now.tally_n, keeping, model_id, error);
    if (status == AS_OK)
        status = lay_rows(&rows, held, &keeping->delta, error);
    now.tally = keeping->count.at;
    now.recent = rows.at;
    now.recent_n = rows.n;
    if (status == AS_OK)
        status = as_standings_held_now(keeping->store, model_id, version, &now, error);
    free(rows.at);
    return status;
}

/* --- any other --- */

static enum as_status write_rows(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    /* The delta of before may be nobody's now. */
    keeping->store->swept = false;
    enum as_status status =
        as_sql_do(keeping->store, error, "DELETE FROM recent_standing WHERE model_id = ?", "i", model_id);
    for (size_t i = 0; keeping->few && i < keeping->delta.n && status == AS_OK; i++)
        status = write_row(keeping->store, model_id, &keeping->delta.at[i], error);
    return status;
}

/* The first files of a model. */
static enum as_status make_files(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    enum as_status status = as_standing_room(&keeping->said, news->n, error);
    for (size_t i = 0; i < news->n && status == AS_OK; i++)
        status = as_standing_add(&keeping->said, &news->row[i], error);
    return status == AS_OK ? write_anew(keeping, error) : status;
}

static enum as_status keep_many(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    const struct as_standing_files *files = keeping->held.files;
    int64_t version;
    size_t tally;
    enum as_status status = AS_OK;
    if (files == NULL) {
        status = make_files(keeping, error);
    } else if (keeping->news->whole && as_standing_has_just(keeping)) {
        status = as_standing_take_days(keeping, error);
        if (status == AS_OK && as_standing_all_stays(keeping))
            return AS_OK;
        if (status == AS_OK)
            status = as_standing_lay_beside(keeping, error);
    } else {
        status = as_standing_gather(keeping, error);
    }
    if (files != NULL && status == AS_OK)
        status = keeping->delta.n - keeping->delta.gone > files->base.head->rows / AS_DELTA_SHARE
                     ? write_anew(keeping, error)
                     : write_beside(keeping, error);
    if (status == AS_OK)
        status = name_version(&version, &tally, keeping, model_id, error);
    return status == AS_OK && !keeping->as_it_lay ? write_rows(keeping, model_id, error) : status;
}

static enum as_status keep(struct as_keeping *keeping, const struct as_run_record *run, int64_t model_id,
                           struct as_error *error)
{
    bool done = false;
    enum as_status status = AS_OK;
    if (keeping->held.whole && !keeping->news->whole) {
        status = as_merged_leads(&keeping->lost, keeping->store, run->known_at, error);
        if (status == AS_OK && keeping->news->n <= AS_FEW_LEADS)
            status = keep_few(&done, keeping, model_id, error);
    }
    return status == AS_OK && !done ? keep_many(keeping, model_id, error) : status;
}

static enum as_status forget_model(struct as_store *store, int64_t model_id, struct as_error *error)
{
    enum as_status status =
        as_sql_do(store, error, "DELETE FROM standing_file WHERE model_id = ?", "i", model_id);
    return status == AS_OK
               ? as_sql_do(store, error, "DELETE FROM recent_standing WHERE model_id = ?", "i", model_id)
               : status;
}

/* Where no files say it: leads that were decided before and that the dataset does not have. */
static enum as_status find_gone(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    const struct as_dataset *dataset = keeping->dataset;
    struct as_decided_list list;
    uint32_t row = 0;
    enum as_status status = as_decided_read(&list, keeping->store, model_id, keeping->news->first, error);
    for (size_t i = 0; i < list.n && status == AS_OK; i++) {
        struct as_standing_row gone;
        memset(&gone, 0, sizeof gone);
        gone.lead = list.at[i].lead;
        gone.due = AS_DAY_NEVER;
        gone.gone = 1;
        while (row < dataset->leads && dataset->lead_id[row] < gone.lead)
            row++;
        if (row < dataset->leads && dataset->lead_id[row] == gone.lead)
            continue;
        status = as_prior_after(&gone.prior, dataset->labels, keeping->store, list.at[i].decision, error);
        if (status == AS_OK)
            status = as_standing_add(&keeping->gone, &gone, error);
    }
    free(list.at);
    return status;
}

enum as_status as_standings_keep(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 const struct as_dataset *dataset, const struct as_standings_news *news,
                                 struct as_error *error)
{
    struct as_keeping keeping = {.store = store, .dataset = dataset, .news = news};
    bool same = false;
    if (as_in_memory(store))
        return AS_OK;
    enum as_status status = as_standings_hold(&keeping.held, store, model_id, error);
    if (status == AS_OK && !keeping.held.whole && news->whole)
        status = find_gone(&keeping, model_id, error);
    if (status == AS_OK)
        status = as_standings_keep_words(&same, dataset->labels, store, error);
    if (status == AS_OK && (!same || (!keeping.held.whole && !news->whole)))
        status = forget_model(store, model_id, error);
    else if (status == AS_OK)
        status = keep(&keeping, run, model_id, error);
    as_standings_let_go(&keeping.held);
    as_standing_count_free(&keeping.count);
    free(keeping.said.at);
    free(keeping.delta.at);
    free(keeping.gone.at);
    free(keeping.lost.at);
    free(keeping.made_day);
    return status;
}

enum as_status as_standings_forget(struct as_store *store, struct as_error *error)
{
    enum as_status status = as_sql_do(store, error, "DELETE FROM standing_file", "");
    return status == AS_OK ? as_sql_do(store, error, "DELETE FROM recent_standing", "") : status;
}
