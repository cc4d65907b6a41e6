/* Making files of standings: those of one model, written anew. */
#include "store/decisions/standing_keeping.h"

#include "store/companion.h"

#include "score/plan/plan.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum as_status as_standing_room(struct as_standing_rows *rows, size_t room, struct as_error *error)
{
    if (room <= rows->room)
        return AS_OK;
    struct as_standing_row *grown = realloc(rows->at, room * sizeof *grown);
    if (grown == NULL)
        return as_error_memory(error);
    rows->at = grown;
    rows->room = room;
    return AS_OK;
}

enum as_status as_standing_add(struct as_standing_rows *rows, const struct as_standing_row *row,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    if (rows->n == rows->room)
        status = as_standing_room(rows, rows->room == 0 ? 256 : rows->room * 2, error);
    if (status != AS_OK)
        return status;
    rows->at[rows->n++] = *row;
    rows->gone += row->gone;
    return status;
}

struct as_standing_row as_standing_unchanged(const struct as_keeping *keeping, uint32_t row)
{
    struct as_standing_row out;
    memset(&out, 0, sizeof out);
    out.lead = keeping->dataset->lead_id[row];
    out.prior = *as_prior_at(keeping->dataset, keeping->news->model, row);
    out.prior.owner = AS_NO_INDEX;
    out.due = as_keeping_day(keeping, row);
    return out;
}

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

static enum as_status end(uint64_t *sum, struct making *making, struct as_store *store, uint64_t base,
                          enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        status = as_standing_writer_end(sum, making->writer, base, error);
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&making->path), AS_COMPANION_STANDINGS, *sum, error);
    if (status != AS_OK && making->writer != NULL)
        unlink(as_buf_c(&making->path));
    as_standing_writer_free(making->writer);
    as_buf_free(&making->path);
    return status;
}

/* The days of the base that keeping->base_sum names. */
static enum as_status write_days(struct as_keeping *keeping, const int32_t *day, size_t n,
                                 struct as_error *error)
{
    struct making making;
    enum as_status status = begin(&making, keeping->store, AS_STANDING_DUE, n, error);
    if (status == AS_OK)
        status = as_standing_push_days(making.writer, day, n, error);
    return end(&keeping->due_sum, &making, keeping->store, keeping->base_sum, status, error);
}

enum as_status as_standing_write_layer(struct as_keeping *keeping, struct as_error *error)
{
    const struct as_standing_rows *over = &keeping->over;
    struct making making;
    enum as_status status = begin(&making, keeping->store, AS_STANDING_LAYER, over->n, error);
    for (size_t i = 0; i < over->n && status == AS_OK; i++)
        status = as_standing_push(making.writer, &over->at[i], error);
    return end(&keeping->layers.sum[keeping->layers.n++], &making, keeping->store, keeping->base_sum, status,
               error);
}

/* The rows of a new base, one after the other: the base of now and what lies over it, else the dataset's. */
struct walk {
    uint64_t base, over, said;
    uint32_t row;
};

static bool next(struct as_standing_row *out, struct walk *walk, const struct as_keeping *keeping)
{
    const struct as_held_standings *held = &keeping->held;
    if (!held->whole) {
        if (walk->row == keeping->dataset->leads)
            return false;
        const struct as_standing_rows *said = &keeping->said;
        if (walk->said < said->n && said->at[walk->said].lead == keeping->dataset->lead_id[walk->row])
            *out = said->at[walk->said++];
        else
            *out = as_standing_unchanged(keeping, walk->row);
        walk->row++;
        return true;
    }
    const struct as_standing_file *base = &held->files->base;
    const int64_t *lead = as_standing_column(base, AS_STANDING_LEAD);
    const int32_t *day = as_standing_column(&held->files->due, AS_STANDING_DAY);
    bool based = walk->base < base->head->rows, over = walk->over < keeping->over.n;
    if (over && (!based || keeping->over.at[walk->over].lead <= lead[walk->base])) {
        *out = keeping->over.at[walk->over++];
        walk->base += based && lead[walk->base] == out->lead;
    } else if (based) {
        memset(out, 0, sizeof *out);
        out->lead = lead[walk->base];
        out->prior = ((const struct as_prior *)as_standing_column(base, AS_STANDING_PRIOR))[walk->base];
        out->due = day[walk->base++];
    }
    return over || based;
}

enum as_status as_standing_write_base(struct as_keeping *keeping, bool counting, struct as_error *error)
{
    struct as_store *store = keeping->store;
    const struct as_held_standings *held = &keeping->held;
    uint64_t most = held->whole ? held->files->base.head->rows + keeping->over.n : keeping->dataset->leads;
    struct as_standing_row row;
    size_t rows = 0;
    struct walk walk = {0};
    struct making making;
    int32_t *day = malloc((most + 1) * sizeof *day);
    enum as_status status = begin(&making, store, AS_STANDING_BASE, most, error);
    if (status == AS_OK && day == NULL)
        status = as_error_memory(error);
    while (status == AS_OK && next(&row, &walk, keeping)) {
        if (row.gone != 0) {
            status = as_standing_add(&keeping->gone, &row, error);
            continue;
        }
        day[rows++] = row.due;
        status = as_standing_push(making.writer, &row, error);
        if (counting && status == AS_OK)
            status = as_standing_count_add(&keeping->count, &row.prior, 1, error);
    }
    status = end(&keeping->base_sum, &making, store, 0, status, error);
    if (status == AS_OK)
        status = write_days(keeping, day, rows, error);
    free(day);
    return status;
}
