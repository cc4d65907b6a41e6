/* Keeping standings: the files and rows of a model brought up to what a run decided, in its transaction.
 *
 * What differs from the base are rows of a table while they are few, so that a run about few leads writes no
 * more than these; then they go into a layer with what else the run changed, also of a run about everybody.
 */
#include "store/decisions/standing_keeping.h"

#include "store/companion.h"
#include "store/decisions/last_decisions.h"

#include "base/intern.h"

#include <stdlib.h>
#include <string.h>

static enum as_status write_row(struct as_store *store, int64_t model_id, const struct as_standing_row *row,
                                struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO recent_standing(model_id, lead_id, state) VALUES(?1, ?2, ?3)"
                     " ON CONFLICT DO UPDATE SET state = ?3",
                     "iib", model_id, row->lead, (struct as_str){(const char *)row, sizeof *row});
}

/* All that lies over a base at once: in one layer or in rows. */
static enum as_status write_over(struct as_keeping *keeping, struct as_error *error)
{
    keeping->layers.n = 0;
    keeping->few = keeping->over.n <= keeping->store->few_leads;
    return keeping->few ? AS_OK : as_standing_write_layer(keeping, error);
}

static void name_files(struct as_keeping *keeping)
{
    const struct as_standing_files *files = keeping->held.files;
    keeping->base_sum = files->base.head->sum;
    keeping->due_sum = files->due.head->sum;
    for (keeping->layers.n = 0; keeping->layers.n < files->layers; keeping->layers.n++)
        keeping->layers.sum[keeping->layers.n] = files->layer[keeping->layers.n].head->sum;
}

static enum as_status write_anew(struct as_keeping *keeping, struct as_error *error)
{
    enum as_status status = as_standing_write_base(keeping, keeping->held.files == NULL, error);
    struct as_standing_rows over = keeping->over;
    keeping->over = keeping->gone;
    keeping->gone = over;
    return status == AS_OK ? write_over(keeping, error) : status;
}

/* Names what was written by a new version, which is not that of any other change. */
static enum as_status name_version(int64_t *version, size_t *tally_n, struct as_keeping *keeping,
                                   int64_t model_id, struct as_error *error)
{
    size_t n = *tally_n = as_standing_count_pack(&keeping->count);
    struct as_str tally = {n == 0 ? "" : (const char *)keeping->count.at, n * sizeof *keeping->count.at},
                  layers = {(const char *)keeping->layers.sum,
                            keeping->layers.n * sizeof *keeping->layers.sum};
    *version = (int64_t)as_hash_seed();
    return as_sql_do(keeping->store, error,
                     "INSERT INTO standing_file(model_id, base, due, layers, tally, version)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(model_id) DO UPDATE SET base = ?2,"
                     " due = ?3, layers = ?4, tally = ?5, version = ?6",
                     "iiibbi", model_id, (int64_t)keeping->base_sum, (int64_t)keeping->due_sum, layers, tally,
                     *version);
}

/* Whatever files and rows there were, these rows are all. */
static enum as_status replace_rows(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    /* A file of before may be nobody's now. */
    keeping->store->swept = false;
    enum as_status status =
        as_sql_do(keeping->store, error, "DELETE FROM recent_standing WHERE model_id = ?", "i", model_id);
    for (size_t i = 0; keeping->few && i < keeping->over.n && status == AS_OK; i++)
        status = write_row(keeping->store, model_id, &keeping->over.at[i], error);
    return status;
}

/* --- what a run changed --- */

/* Into keeping->over what layers from `from` on and the rows said before, with what it has over them. */
static enum as_status lay_over(struct as_keeping *keeping, unsigned from, struct as_error *error)
{
    struct as_standing_rows laid = {.at = NULL}, *fresh = &keeping->over;
    struct as_standing_over walk;
    as_standings_over_begin(&walk, &keeping->held, from);
    const struct as_standing_row *before = as_standings_over(&walk);
    size_t next = 0, most = fresh->n;
    for (unsigned which = from; which <= keeping->held.files->layers; which++)
        most += as_standings_rows_in(&keeping->held, which);
    enum as_status status = as_standing_room(&laid, most, error);
    while (status == AS_OK && (before != NULL || next < fresh->n)) {
        const int64_t lead = next < fresh->n ? fresh->at[next].lead : INT64_MAX;
        const bool stays = before != NULL && before->lead < lead;
        status = as_standing_add(&laid, stays ? before : &fresh->at[next++], error);
        if (stays || (before != NULL && before->lead == lead))
            before = as_standings_over(&walk);
    }
    free(fresh->at);
    *fresh = laid;
    return status;
}

/* Rows of the table, and what this process holds is brought along. */
static enum as_status keep_rows(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    struct as_held_standings now = keeping->held;
    int64_t version;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < keeping->over.n && status == AS_OK; i++)
        status = write_row(keeping->store, model_id, &keeping->over.at[i], error);
    if (status == AS_OK)
        status = name_version(&version, &now.tally_n, keeping, model_id, error);
    if (status == AS_OK)
        status = lay_over(keeping, keeping->held.files->layers, error);
    now.tally = keeping->count.at;
    now.recent = keeping->over.at;
    now.recent_n = keeping->over.n;
    return status == AS_OK ? as_standings_held_now(keeping->store, model_id, version, &now, error) : status;
}

/* A layer, which becomes one with those of before that are as small. */
static enum as_status keep_layer(struct as_keeping *keeping, const size_t *rows_of, size_t most,
                                 struct as_error *error)
{
    const size_t least = keeping->store->few_leads * (size_t)AS_JOINED_FEW;
    const unsigned first = as_layers_joined(
        rows_of, keeping->layers.n, keeping->over.n + keeping->held.recent_n, most > least ? most : least);
    enum as_status status = lay_over(keeping, first, error);
    keeping->layers.n = first;
    return status == AS_OK ? as_standing_write_layer(keeping, error) : status;
}

/* The rows that the run changed: of the table, of a layer, or with all others of a new base. */
static enum as_status keep_changed(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const bool whole = keeping->news->whole;
    const size_t base = (size_t)held->files->base.head->rows;
    size_t rows_of[AS_LAYERS], tally;
    int64_t version;
    enum as_status status = AS_OK;
    if (keeping->over.n == 0)
        return AS_OK;
    name_files(keeping);
    const size_t over = as_standings_over_count(rows_of, held) + keeping->over.n;
    if (over > base / (whole ? AS_LAYERS_SHARE_OF_ALL : AS_LAYERS_SHARE)) {
        status = lay_over(keeping, 0, error);
        if (status == AS_OK)
            status = write_anew(keeping, error);
    } else if (held->recent_n + keeping->over.n <= keeping->store->few_leads) {
        return keep_rows(keeping, model_id, error);
    } else {
        status =
            keep_layer(keeping, rows_of, base / (whole ? AS_JOINED_SHARE_OF_ALL : AS_JOINED_SHARE), error);
    }
    if (status == AS_OK)
        status = name_version(&version, &tally, keeping, model_id, error);
    return status == AS_OK ? replace_rows(keeping, model_id, error) : status;
}

/* The first files of a model. */
static enum as_status make_files(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    int64_t version;
    size_t tally;
    enum as_status status = as_standing_room(&keeping->said, news->n, error);
    for (size_t i = 0; i < news->n && status == AS_OK; i++)
        status = as_standing_add(&keeping->said, &news->row[i], error);
    if (status == AS_OK)
        status = write_anew(keeping, error);
    if (status == AS_OK)
        status = name_version(&version, &tally, keeping, model_id, error);
    return status == AS_OK ? replace_rows(keeping, model_id, error) : status;
}

static enum as_status keep(struct as_keeping *keeping, const struct as_run_record *run, int64_t model_id,
                           struct as_error *error)
{
    enum as_status status = AS_OK;
    if (keeping->held.files == NULL)
        return make_files(keeping, model_id, error);
    if (!keeping->news->whole)
        status = as_merged_leads(&keeping->lost, keeping->store, run->known_at, error);
    if (status == AS_OK)
        status = keeping->news->whole ? as_standing_settle_all(keeping, error)
                                      : as_standing_settle_part(keeping, error);
    return status == AS_OK ? keep_changed(keeping, model_id, error) : status;
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
    const bool known = keeping.held.whole && dataset->prior_day[news->model] != NULL;
    if (status == AS_OK && (!same || (!known && !news->whole)))
        status = forget_model(store, model_id, error);
    else if (status == AS_OK)
        status = keep(&keeping, run, model_id, error);
    as_standings_let_go(&keeping.held);
    as_standing_count_free(&keeping.count);
    free(keeping.said.at);
    free(keeping.over.at);
    free(keeping.gone.at);
    free(keeping.lost.at);
    return status;
}

enum as_status as_standings_forget(struct as_store *store, struct as_error *error)
{
    enum as_status status = as_sql_do(store, error, "DELETE FROM standing_file", "");
    return status == AS_OK ? as_sql_do(store, error, "DELETE FROM recent_standing", "") : status;
}
