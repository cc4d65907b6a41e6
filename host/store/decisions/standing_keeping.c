/* Keeping standings: the files and rows of a model brought up to what a run decided, in its transaction.
 *
 * What differs from the base are rows of a table while they are few, so that a run about few leads writes no
 * more than these; then they go into the delta, and when that has grown to its share, all become a new base.
 * The days are a file of their own, since a run over everybody finds them anew. */
#include "store/decisions/standing_keeping.h"

#include "store/companion.h"
#include "store/decisions/last_decisions.h"

#include "base/intern.h"

#include "score/plan/plan.h"

#include <stdlib.h>
#include <string.h>

/* --- what changed --- */

/* How many rows may lie over the base. */
static size_t over_rows(const struct as_held_standings *held)
{
    const struct as_standing_file *delta = &held->files->delta;
    return held->recent_n + (delta->head == NULL ? 0 : (size_t)delta->head->rows);
}

/* The dataset's leads are just those of the base: only the delta's and the changed ones have to be looked at.
 */
static enum as_status look_at_changed(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    const struct as_standings_news *news = keeping->news;
    struct as_standing_over walk = {0};
    const struct as_standing_row *over = as_standings_over(&walk, held);
    enum as_status status = AS_OK;
    keeping->day = news->not_before;
    if (keeping->day == NULL)
        keeping->day = keeping->made_day = calloc((size_t)dataset->leads + 1, sizeof *keeping->day);
    if (keeping->day == NULL)
        return as_error_memory(error);
    for (size_t changed = 0; status == AS_OK && (changed < news->n || over != NULL);) {
        if (changed < news->n && (over == NULL || news->row[changed].lead <= over->lead)) {
            if (over != NULL && over->lead == news->row[changed].lead)
                over = as_standings_over(&walk, held);
            status = as_standing_add(&keeping->said, &news->row[changed++], error);
            continue;
        }
        /* One that the delta alone has is another's by now. */
        int64_t place = as_standing_place(&held->files->base, over->lead);
        over = as_standings_over(&walk, held);
        if (place >= 0) {
            struct as_standing_row same = as_standing_unchanged(keeping, (uint32_t)place);
            status = as_standing_add(&keeping->said, &same, error);
        }
    }
    return status;
}

static bool has_just(const struct as_standing_file *base, const struct as_dataset *dataset)
{
    return base->head->rows == dataset->leads &&
           as_ids_begin(dataset->lead_id, dataset->leads, as_standing_column(base, AS_STANDING_LEAD),
                        dataset->leads);
}

/* Everybody of a whole run: whom the base does not have or the delta did, and the days of the others. */
static enum as_status look_through(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    const struct as_standings_news *news = keeping->news;
    const int64_t *base = as_standing_column(&held->files->base, AS_STANDING_LEAD);
    struct as_standing_over walk = {0};
    const struct as_standing_row *over = as_standings_over(&walk, held);
    uint64_t rows = held->files->base.head->rows, at = 0;
    size_t changed = 0;
    enum as_status status = AS_OK;
    int32_t *day = malloc((rows + 1) * sizeof *day);
    keeping->day = keeping->made_day = day;
    if (day == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row <= dataset->leads && status == AS_OK; row++) {
        int64_t lead = row < dataset->leads ? dataset->lead_id[row] : INT64_MAX;
        for (; at < rows && base[at] < lead && status == AS_OK; at++) {
            day[at] = AS_DAY_NEVER;
            status = as_id_push(&keeping->lost, base[at], error);
        }
        if (row == dataset->leads || status != AS_OK)
            break;
        while (over != NULL && over->lead < lead)
            over = as_standings_over(&walk, held);
        bool based = at < rows && base[at] == lead, other = over != NULL && over->lead == lead;
        if (based)
            day[at++] = as_keeping_day(keeping, row);
        if (changed < news->n && news->row[changed].lead == lead)
            status = as_standing_add(&keeping->said, &news->row[changed++], error);
        else if (!based || other) {
            struct as_standing_row same = as_standing_unchanged(keeping, row);
            status = as_standing_add(&keeping->said, &same, error);
        }
    }
    return status;
}

/* One lead's rows, where they are. */
struct words {
    const struct as_standing_row *said, *before; /* of this run, and of the delta */
    bool lost;
};

static enum as_status settle(struct as_keeping *keeping, int64_t lead, const struct words *words,
                             struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    bool whole = keeping->news->whole;
    const struct as_standing_file *base = &held->files->base;
    int64_t place = as_standing_place(base, lead);
    const struct as_prior *based =
        place < 0 ? NULL : &((const struct as_prior *)as_standing_column(base, AS_STANDING_PRIOR))[place];
    const struct as_prior *was = words->before != NULL ? &words->before->prior : based;
    bool counted = was != NULL && (words->before == NULL || words->before->gone == 0);
    enum as_status status = AS_OK;
    if (words->said != NULL) {
        if (counted)
            status = as_standing_count_add(&keeping->count, was, -1, error);
        if (status == AS_OK)
            status = as_standing_count_add(&keeping->count, &words->said->prior, 1, error);
        /* A whole run says the days of the base anew: there is nothing else to tell. */
        if (status == AS_OK &&
            !(whole && based != NULL && memcmp(based, &words->said->prior, sizeof *based) == 0))
            status = as_standing_add(&keeping->delta, words->said, error);
        return status;
    }
    if (was == NULL)
        return AS_OK;
    if (counted)
        status = as_standing_count_add(&keeping->count, was, -1, error);
    struct as_standing_row gone;
    memset(&gone, 0, sizeof gone);
    gone.lead = lead;
    gone.prior = *was;
    gone.due = AS_DAY_NEVER;
    gone.gone = 1;
    return status == AS_OK ? as_standing_add(&keeping->delta, &gone, error) : status;
}

static enum as_status count_as_before(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < held->tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&keeping->count, held->tally[i].key, held->tally[i].leads, error);
    return status;
}

/* Most of the delta of before is of leads that a run about a part does not speak of: rows up to the next one
 * that it does. */
static enum as_status pass_others(const struct as_standing_row **over, struct as_standing_over *walk,
                                  struct as_keeping *keeping, size_t said, size_t lost,
                                  struct as_error *error)
{
    int64_t next = INT64_MAX;
    if (said < keeping->said.n)
        next = keeping->said.at[said].lead;
    if (lost < keeping->lost.n && keeping->lost.at[lost] < next)
        next = keeping->lost.at[lost];
    enum as_status status = AS_OK;
    for (; *over != NULL && (*over)->lead < next && status == AS_OK;
         *over = as_standings_over(walk, &keeping->held))
        status = as_standing_add(&keeping->delta, *over, error);
    return status;
}

/* The delta of before, what this run says and whom it lost, lead by lead. */
static enum as_status bring_together(struct as_keeping *keeping, struct as_error *error)
{
    struct as_standing_over walk = {0};
    const struct as_standing_row *over = as_standings_over(&walk, &keeping->held);
    size_t said = 0, lost = 0;
    enum as_status status = count_as_before(keeping, error);
    if (status == AS_OK)
        status = as_standing_room(&keeping->delta,
                                  over_rows(&keeping->held) + keeping->said.n + keeping->lost.n, error);
    while (status == AS_OK && (over != NULL || said < keeping->said.n || lost < keeping->lost.n)) {
        int64_t lead = INT64_MAX;
        if (!keeping->news->whole && over != NULL) {
            const struct as_standing_row *before = over;
            status = pass_others(&over, &walk, keeping, said, lost, error);
            if (over != before)
                continue;
        }
        if (over != NULL)
            lead = over->lead;
        if (said < keeping->said.n && keeping->said.at[said].lead < lead)
            lead = keeping->said.at[said].lead;
        if (lost < keeping->lost.n && keeping->lost.at[lost] < lead)
            lead = keeping->lost.at[lost];
        struct words words = {NULL, NULL, false};
        if (over != NULL && over->lead == lead) {
            words.before = over;
            over = as_standings_over(&walk, &keeping->held);
        }
        if (said < keeping->said.n && keeping->said.at[said].lead == lead)
            words.said = &keeping->said.at[said++];
        if (lost < keeping->lost.n && keeping->lost.at[lost] == lead) {
            words.lost = true;
            lost++;
        }
        status = settle(keeping, lead, &words, error);
    }
    return status;
}

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
    size_t rows = (size_t)files->base.head->rows;
    enum as_status status = AS_OK;
    keeping->base_sum = files->base.head->sum;
    keeping->due_sum = files->due.head->sum;
    if (keeping->day != NULL && memcmp(keeping->day, as_standing_column(&files->due, AS_STANDING_DAY),
                                       rows * sizeof *keeping->day) != 0)
        status = as_standing_write_days(keeping, keeping->day, rows, error);
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

/* What it comes to for the leads that this run has a word on and those that it lost. */
static enum as_status settle_few(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    size_t said = 0, lost = 0;
    enum as_status status = count_as_before(keeping, error);
    while (status == AS_OK && (said < news->n || lost < keeping->lost.n)) {
        struct as_standing_row was;
        struct words words = {NULL, NULL, false};
        bool here =
            said < news->n && (lost == keeping->lost.n || news->row[said].lead <= keeping->lost.at[lost]);
        int64_t lead = here ? news->row[said].lead : keeping->lost.at[lost];
        if (lost < keeping->lost.n && keeping->lost.at[lost] == lead) {
            words.lost = true;
            lost++;
        }
        if (here)
            words.said = &news->row[said++];
        if (as_standings_find(&was, &keeping->held, lead))
            words.before = &was;
        /* Only what is new is written. */
        if (words.before == NULL || (here ? memcmp(&was, words.said, sizeof was) != 0 : was.gone == 0))
            status = settle(keeping, lead, &words, error);
    }
    return status;
}

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
    enum as_status status = settle_few(keeping, error);
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

static enum as_status keep_many(struct as_keeping *keeping, int64_t model_id, struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    const struct as_standing_files *files = keeping->held.files;
    int64_t version;
    size_t tally;
    enum as_status status =
        as_standing_room(&keeping->said, news->n + (files == NULL ? 0 : over_rows(&keeping->held)), error);
    if (status == AS_OK && (files == NULL || !news->whole))
        for (size_t i = 0; i < news->n && status == AS_OK; i++)
            status = as_standing_add(&keeping->said, &news->row[i], error);
    if (files == NULL) {
        if (status == AS_OK)
            status = write_anew(keeping, error);
    } else {
        if (status == AS_OK && news->whole)
            status = has_just(&files->base, keeping->dataset) ? look_at_changed(keeping, error)
                                                              : look_through(keeping, error);
        if (status == AS_OK)
            status = bring_together(keeping, error);
        if (status == AS_OK)
            status = keeping->delta.n - keeping->delta.gone > files->base.head->rows / AS_DELTA_SHARE
                         ? write_anew(keeping, error)
                         : write_beside(keeping, error);
    }
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
