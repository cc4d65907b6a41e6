/* Points of many rows: which form a batch needs, and from it and to it. What they are points of is left to
 * who keeps them. */
#include "data/facts/points.h"

#include <stdlib.h>
#include <string.h>

enum { FEW_ROWS = 1 << 16 };
static const size_t shortest = AS_BATCH * sizeof(int32_t);

enum as_status as_points_new(struct as_points_column *out, size_t rows, struct as_error *error)
{
    *out = (struct as_points_column){.batches = (rows + AS_BATCH - 1) / AS_BATCH};
    out->batch = calloc(out->batches + 1, sizeof *out->batch);
    if (out->batch == NULL)
        return as_error_memory(error);
    if (rows < FEW_ROWS)
        return AS_OK;
    enum as_status status = as_pages_new(&out->room, out->batches * shortest, error);
    if (status == AS_OK)
        as_pages_prefer_huge(out->room.at, out->room.bytes);
    return status;
}

void as_points_free(struct as_points_column *column)
{
    for (size_t i = 0; column->batch != NULL && i < column->batches; i++)
        if (column->batch[i].owned)
            free((void *)column->batch[i].value);
    as_pages_free(&column->room);
    free(column->batch);
    *column = (struct as_points_column){.batch = NULL};
}

static bool fit(const int64_t *items, size_t n)
{
    int64_t lost = 0;
    for (size_t i = 0; i < n; i++)
        lost |= items[i] ^ (int32_t)items[i];
    return lost == 0;
}

static const void *put(char **room, const int64_t *items, size_t n, bool wide)
{
    void *to = *room;
    int32_t *narrow = to;
    if (wide)
        memcpy(to, items, n * sizeof *items);
    for (size_t i = 0; i < n && !wide; i++)
        narrow[i] = (int32_t)items[i];
    *room += n * (wide ? sizeof *items : sizeof *narrow);
    return to;
}

enum as_status as_points_keep(struct as_points_column *column, size_t batch, const int64_t *value,
                              const int64_t *low, const int64_t *high, size_t n, struct as_error *error)
{
    const size_t bytes = n * sizeof *value;
    bool wide = !fit(value, n) || !fit(low, n) || !fit(high, n);
    bool has_low = memcmp(low, value, bytes) != 0, has_high = memcmp(high, value, bytes) != 0;
    bool short_form = column->room.at != NULL && !wide && !has_low && !has_high;
    char *room = short_form ? column->room.at + batch * shortest
                            : malloc((wide ? bytes : n * sizeof(int32_t)) * (1U + has_low + has_high) + 1);
    if (room == NULL)
        return as_error_memory(error);
    struct as_points_batch *out = &column->batch[batch];
    out->wide = wide;
    out->owned = !short_form;
    out->value = put(&room, value, n, wide);
    out->low = has_low ? put(&room, low, n, wide) : out->value;
    out->high = has_high ? put(&room, high, n, wide) : out->value;
    return AS_OK;
}

void as_points_lay(struct as_points_column *column, size_t batch, const int64_t *value, const int64_t *low,
                   const int64_t *high)
{
    column->batch[batch] = (struct as_points_batch){value, low, high, true, false};
}

static void take(int64_t *to, const void *items, size_t n, bool wide)
{
    const int32_t *narrow = items;
    if (wide)
        memcpy(to, items, n * sizeof *to);
    for (size_t i = 0; i < n && !wide; i++)
        to[i] = narrow[i];
}

void as_points_spread(int64_t *value, int64_t *low, int64_t *high, const struct as_points_column *column,
                      size_t batch, size_t n)
{
    const struct as_points_batch *from = &column->batch[batch];
    take(value, from->value, n, from->wide);
    take(low, from->low, n, from->wide);
    take(high, from->high, n, from->wide);
}
