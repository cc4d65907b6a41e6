/* Keeping standings: the files of a model brought up to what a run wrote into the table, in its transaction.
 *
 * What differs from the base goes into the delta; when that has grown to its share, both become a new base.
 * The days are a file of their own, since a run over everybody finds them anew. */
#include "store/decisions/kept_standings.h"

#include "store/companion.h"

#include "score/plan/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A list of rows by lead. */
struct rows {
    struct as_standing_row *at;
    size_t n, room;
};

static enum as_status add(struct rows *rows, const struct as_standing_row *row, struct as_error *error)
{
    if (rows->n == rows->room) {
        size_t room = rows->room == 0 ? 256 : rows->room * 2;
        struct as_standing_row *grown = realloc(rows->at, room * sizeof *grown);
        if (grown == NULL)
            return as_error_memory(error);
        rows->at = grown;
        rows->room = room;
    }
    rows->at[rows->n++] = *row;
    return AS_OK;
}

/* What one call works on. */
struct keeping {
    struct as_store *store;
    const struct as_dataset *dataset;
    const struct as_standings_news *news;
    struct as_held_standings held;
    struct as_standing_count count;
    struct rows said; /* the leads that this run has a word on */
    int64_t *lost;    /* leads that it does not have any more, ascending */
    size_t lost_n;
    struct rows delta;                     /* what it comes to */
    int32_t *day;                          /* of the base's rows; NULL: as they were */
    uint64_t base_sum, due_sum, delta_sum; /* delta_sum 0: no file */
    bool in_row;                           /* the delta's rows are few, or none */
};

static int32_t day_of(const struct keeping *keeping, uint32_t row)
{
    return keeping->news->not_before == NULL ? 0 : keeping->news->not_before[row];
}

/* A lead of the dataset that stands as it did. */
static struct as_standing_row unchanged(const struct keeping *keeping, uint32_t row)
{
    struct as_standing_row out;
    memset(&out, 0, sizeof out);
    out.lead = keeping->dataset->lead_id[row];
    out.prior = keeping->dataset->prior[keeping->news->model][row];
    out.prior.owner = AS_NO_INDEX;
    out.due = day_of(keeping, row);
    return out;
}

/* --- files --- */

/* A file being made. */
struct making {
    struct as_buf path; /* temporary */
    struct as_standing_writer *writer;
};

static enum as_status begin(struct making *making, struct as_store *store, enum as_standing_part part,
                            uint64_t rows, struct as_error *error)
{
    *making = (struct making){.writer = NULL};
    as_companion_temporary(&making->path, store, AS_COMPANION_STANDINGS);
    return making->path.failed
               ? as_error_memory(error)
               : as_standing_writer_new(&making->writer, as_buf_c(&making->path), part, rows, error);
}

static enum as_status end(uint64_t *sum, struct making *making, struct as_store *store,
                          const struct as_standing_head *head, enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        status = as_standing_writer_end(sum, making->writer, head, error);
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&making->path), AS_COMPANION_STANDINGS, *sum, error);
    if (status != AS_OK && making->writer != NULL)
        unlink(as_buf_c(&making->path));
    as_standing_writer_free(making->writer);
    as_buf_free(&making->path);
    return status;
}

/* One column in a file of its own. */
static enum as_status write_one(uint64_t *sum, struct as_store *store, enum as_standing_part part,
                                const void *items, size_t n, uint64_t base, struct as_error *error)
{
    struct making making;
    enum as_status status = begin(&making, store, part, n, error);
    if (status == AS_OK)
        status = as_standing_push(making.writer, 0, items, n, error);
    return end(sum, &making, store, &(struct as_standing_head){.rows = n, .base = base}, status, error);
}

static enum as_status push(struct making *making, int32_t *day, uint64_t *n,
                           const struct as_standing_row *row, struct as_error *error)
{
    int64_t later = row->prior.entered > row->prior.recycled ? row->prior.entered : row->prior.recycled;
    uint32_t since = as_standing_second(later), cool = as_standing_second(row->prior.cool_off);
    enum as_status status = as_standing_push(making->writer, AS_STANDING_PRIOR, &row->prior, 1, error);
    if (status == AS_OK)
        status = as_standing_push(making->writer, AS_STANDING_LEAD, &row->lead, 1, error);
    if (status == AS_OK)
        status = as_standing_push(making->writer, AS_STANDING_SINCE, &since, 1, error);
    if (status == AS_OK)
        status = as_standing_push(making->writer, AS_STANDING_COOL, &cool, 1, error);
    day[(*n)++] = row->due;
    return status;
}

/* The rows of a new base, one after the other: base and delta of now, else the dataset's. */
struct walk {
    uint64_t base, delta, said;
    uint32_t row;
};

static bool next(struct as_standing_row *out, struct walk *walk, const struct keeping *keeping)
{
    const struct as_held_standings *held = &keeping->held;
    if (!held->whole) {
        if (walk->row == keeping->dataset->leads)
            return false;
        const struct rows *said = &keeping->said;
        if (walk->said < said->n && said->at[walk->said].lead == keeping->dataset->lead_id[walk->row])
            *out = said->at[walk->said++];
        else
            *out = unchanged(keeping, walk->row);
        walk->row++;
        return true;
    }
    const int64_t *lead = as_standing_column(&held->base, AS_STANDING_LEAD);
    const int32_t *day =
        keeping->day != NULL ? keeping->day : as_standing_column(&held->due, AS_STANDING_DAY);
    for (;;) {
        bool based = walk->base < held->base.head->rows, over = walk->delta < keeping->delta.n;
        if (over && (!based || keeping->delta.at[walk->delta].lead <= lead[walk->base])) {
            *out = keeping->delta.at[walk->delta++];
            walk->base += based && lead[walk->base] == out->lead;
            if (out->gone == 0)
                return true;
        } else if (based) {
            memset(out, 0, sizeof *out);
            out->lead = lead[walk->base];
            out->prior =
                ((const struct as_prior *)as_standing_column(&held->base, AS_STANDING_PRIOR))[walk->base];
            out->due = day[walk->base++];
            return true;
        } else
            return false;
    }
}

static enum as_status write_base(struct keeping *keeping, bool counting, struct as_error *error)
{
    struct as_store *store = keeping->store;
    const struct as_held_standings *held = &keeping->held;
    uint64_t most = held->whole ? held->base.head->rows + keeping->delta.n : keeping->dataset->leads;
    struct as_standing_head head = {.rows = 0};
    struct as_standing_row row;
    struct walk walk = {0};
    struct making making;
    bool found;
    int32_t *day = malloc((most + 1) * sizeof *day);
    enum as_status status = begin(&making, store, AS_STANDING_BASE, most, error);
    if (status == AS_OK && day == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = as_sql_get(&head.highest, &found, store, error, "SELECT max(id) FROM lead", "");
    while (status == AS_OK && next(&row, &walk, keeping)) {
        status = push(&making, day, &head.rows, &row, error);
        if (counting && status == AS_OK)
            status = as_standing_count_add(&keeping->count, &row.prior, 1, error);
    }
    status = end(&keeping->base_sum, &making, store, &head, status, error);
    if (status == AS_OK)
        status = write_one(&keeping->due_sum, store, AS_STANDING_DUE, day, (size_t)head.rows,
                           keeping->base_sum, error);
    free(day);
    return status;
}

/* --- what changed --- */

/* The dataset's leads are just those of the base: only the delta's and the changed ones have to be looked at.
 */
static enum as_status look_at_changed(struct keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    const struct as_standings_news *news = keeping->news;
    const struct as_standing_row *delta =
        held->delta.head == NULL ? NULL : as_standing_column(&held->delta, AS_STANDING_ROW);
    uint64_t more = delta == NULL ? 0 : held->delta.head->rows, over = 0;
    enum as_status status = AS_OK;
    keeping->day = calloc((size_t)dataset->leads + 1, sizeof *keeping->day);
    if (keeping->day == NULL)
        return as_error_memory(error);
    if (news->not_before != NULL)
        memcpy(keeping->day, news->not_before, dataset->leads * sizeof *keeping->day);
    for (size_t changed = 0; status == AS_OK && (changed < news->n || over < more);) {
        if (changed < news->n && (over == more || news->row[changed].lead <= delta[over].lead)) {
            over += over < more && delta[over].lead == news->row[changed].lead;
            status = add(&keeping->said, &news->row[changed++], error);
            continue;
        }
        /* One that the delta alone has is another's by now. */
        int64_t place = as_standing_place(&held->base, delta[over++].lead);
        if (place >= 0) {
            struct as_standing_row same = unchanged(keeping, (uint32_t)place);
            status = add(&keeping->said, &same, error);
        }
    }
    return status;
}

static bool has_just(const struct as_standing_file *base, const struct as_dataset *dataset)
{
    return base->head->rows == dataset->leads &&
           memcmp(as_standing_column(base, AS_STANDING_LEAD), dataset->lead_id,
                  dataset->leads * sizeof *dataset->lead_id) == 0;
}

/* Everybody of a whole run: whom the base does not have or the delta did, and the days of the others. */
static enum as_status look_through(struct keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_dataset *dataset = keeping->dataset;
    const struct as_standings_news *news = keeping->news;
    const int64_t *base = as_standing_column(&held->base, AS_STANDING_LEAD);
    const struct as_standing_row *delta =
        held->delta.head == NULL ? NULL : as_standing_column(&held->delta, AS_STANDING_ROW);
    uint64_t rows = held->base.head->rows, more = delta == NULL ? 0 : held->delta.head->rows, at = 0,
             over = 0;
    size_t changed = 0, room = 0;
    enum as_status status = AS_OK;
    keeping->day = malloc((rows + 1) * sizeof *keeping->day);
    if (keeping->day == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row <= dataset->leads && status == AS_OK; row++) {
        int64_t lead = row < dataset->leads ? dataset->lead_id[row] : INT64_MAX;
        for (; at < rows && base[at] < lead && status == AS_OK; at++) {
            keeping->day[at] = AS_DAY_NEVER;
            if (keeping->lost_n == room) {
                room = room == 0 ? 64 : room * 2;
                int64_t *grown = realloc(keeping->lost, room * sizeof *grown);
                if (grown == NULL)
                    return as_error_memory(error);
                keeping->lost = grown;
            }
            keeping->lost[keeping->lost_n++] = base[at];
        }
        if (row == dataset->leads)
            break;
        while (over < more && delta[over].lead < lead)
            over++;
        bool based = at < rows && base[at] == lead, other = over < more && delta[over].lead == lead;
        if (based)
            keeping->day[at++] = day_of(keeping, row);
        if (changed < news->n && news->row[changed].lead == lead)
            status = add(&keeping->said, &news->row[changed++], error);
        else if (!based || other) {
            struct as_standing_row same = unchanged(keeping, row);
            status = add(&keeping->said, &same, error);
        }
    }
    return status;
}

/* One lead's rows, where they are. */
struct words {
    const struct as_standing_row *said, *before; /* of this run, and of the delta */
    bool lost;
};

static enum as_status settle(struct keeping *keeping, int64_t lead, const struct words *words,
                             struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    bool whole = keeping->news->whole;
    int64_t place = as_standing_place(&held->base, lead);
    const struct as_prior *based =
        place < 0 ? NULL
                  : &((const struct as_prior *)as_standing_column(&held->base, AS_STANDING_PRIOR))[place];
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
            status = add(&keeping->delta, words->said, error);
        return status;
    }
    if (!words->lost && (words->before != NULL && !whole))
        return add(&keeping->delta, words->before, error);
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
    return status == AS_OK ? add(&keeping->delta, &gone, error) : status;
}

/* The delta of before, what this run says and whom it lost, lead by lead. */
static enum as_status bring_together(struct keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    const struct as_standing_row *delta =
        held->delta.head == NULL ? NULL : as_standing_column(&held->delta, AS_STANDING_ROW);
    uint64_t more = delta == NULL ? 0 : held->delta.head->rows, over = 0;
    size_t said = 0, lost = 0;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < held->tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&keeping->count, held->tally[i].key, held->tally[i].leads, error);
    while (status == AS_OK && (over < more || said < keeping->said.n || lost < keeping->lost_n)) {
        int64_t lead = INT64_MAX;
        if (over < more)
            lead = delta[over].lead;
        if (said < keeping->said.n && keeping->said.at[said].lead < lead)
            lead = keeping->said.at[said].lead;
        if (lost < keeping->lost_n && keeping->lost[lost] < lead)
            lead = keeping->lost[lost];
        struct words words = {NULL, NULL, false};
        if (over < more && delta[over].lead == lead)
            words.before = &delta[over++];
        if (said < keeping->said.n && keeping->said.at[said].lead == lead)
            words.said = &keeping->said.at[said++];
        if (lost < keeping->lost_n && keeping->lost[lost] == lead) {
            words.lost = true;
            lost++;
        }
        status = settle(keeping, lead, &words, error);
    }
    return status;
}

static enum as_status write_beside(struct keeping *keeping, struct as_error *error)
{
    const struct as_held_standings *held = &keeping->held;
    size_t rows = (size_t)held->base.head->rows;
    enum as_status status = AS_OK;
    keeping->base_sum = held->base.head->sum;
    keeping->due_sum = held->due.head->sum;
    if (keeping->day != NULL && memcmp(keeping->day, as_standing_column(&held->due, AS_STANDING_DAY),
                                       rows * sizeof *keeping->day) != 0)
        status = write_one(&keeping->due_sum, keeping->store, AS_STANDING_DUE, keeping->day, rows,
                           keeping->base_sum, error);
    const struct rows *delta = &keeping->delta;
    keeping->in_row = delta->n * sizeof *delta->at <= AS_SMALL_DELTA;
    if (keeping->in_row || status != AS_OK)
        return status;
    if (held->delta.head != NULL && held->delta.head->rows == delta->n &&
        memcmp(as_standing_column(&held->delta, AS_STANDING_ROW), delta->at, delta->n * sizeof *delta->at) ==
            0)
        keeping->delta_sum = held->delta.head->sum;
    else
        status = write_one(&keeping->delta_sum, keeping->store, AS_STANDING_DELTA, delta->at, delta->n,
                           keeping->base_sum, error);
    return status;
}

static enum as_status keep(struct keeping *keeping, const struct as_run_record *run, int64_t model_id,
                           struct as_error *error)
{
    const struct as_standings_news *news = keeping->news;
    enum as_status status = AS_OK;
    if (!keeping->held.whole || !news->whole)
        for (size_t i = 0; i < news->n && status == AS_OK; i++)
            status = add(&keeping->said, &news->row[i], error);
    if (!keeping->held.whole) {
        if (status == AS_OK)
            status = write_base(keeping, true, error);
    } else {
        if (status == AS_OK)
            status =
                news->whole
                    ? has_just(&keeping->held.base, keeping->dataset) ? look_at_changed(keeping, error)
                                                                      : look_through(keeping, error)
                    : as_merged_leads(&keeping->lost, &keeping->lost_n, keeping->store, run->known_at, error);
        if (status == AS_OK)
            status = bring_together(keeping, error);
        if (status == AS_OK)
            status = keeping->delta.n > keeping->held.base.head->rows / AS_DELTA_SHARE
                         ? write_base(keeping, false, error)
                         : write_beside(keeping, error);
    }
    if (status != AS_OK)
        return status;
    size_t n = as_standing_count_pack(&keeping->count);
    struct as_str few = {(const char *)keeping->delta.at,
                         keeping->in_row ? keeping->delta.n * sizeof *keeping->delta.at : 0};
    struct as_str tally = {n == 0 ? "" : (const char *)keeping->count.at, n * sizeof *keeping->count.at};
    return as_sql_do(
        keeping->store, error,
        "INSERT INTO standing_file(model_id, base, due, delta, tally, delta_rows)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(model_id) DO UPDATE SET base = ?2, due = ?3,"
        " delta = ?4, tally = ?5, delta_rows = ?6",
        "iiikbb", model_id, (int64_t)keeping->base_sum, (int64_t)keeping->due_sum,
        (int64_t)keeping->delta_sum, tally, few);
}

enum as_status as_standings_keep(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 const struct as_dataset *dataset, const struct as_standings_news *news,
                                 struct as_error *error)
{
    struct keeping keeping = {.store = store, .dataset = dataset, .news = news};
    bool same = false;
    if (as_in_memory(store))
        return AS_OK;
    enum as_status status = as_standings_keep_words(&same, dataset->labels, store, error);
    if (status == AS_OK)
        status = as_standings_hold(&keeping.held, store, model_id, error);
    if (status == AS_OK && (!same || (!keeping.held.whole && !news->whole)))
        status = as_sql_do(store, error, "DELETE FROM standing_file WHERE model_id = ?", "i", model_id);
    else if (status == AS_OK)
        status = keep(&keeping, run, model_id, error);
    as_standings_let_go(&keeping.held);
    as_standing_count_free(&keeping.count);
    free(keeping.said.at);
    free(keeping.delta.at);
    free(keeping.lost);
    free(keeping.day);
    return status;
}

enum as_status as_standings_forget(struct as_store *store, struct as_error *error)
{
    return as_sql_do(store, error, "DELETE FROM standing_file", "");
}
