/* Points of many rows: which form a batch needs, and from it and to it. What they are points of is left to
 * who keeps them. */
#include "data/facts/points.h"

#include <stdlib.h>
#include <string.h>

enum { FEW_ROWS = 1 << 16, ENDS = 3 };
static const size_t narrow_batch = AS_BATCH * sizeof(int32_t);

/* How much of the room the values take, or one of their ends: all batches in the narrow form. */
static size_t part_of(const struct as_points_column *column)
{
    const size_t bytes = column->batches * narrow_batch;
    return (bytes + AS_PAGES_HUGE - 1) / AS_PAGES_HUGE * AS_PAGES_HUGE;
}

enum as_status as_points_new(struct as_points_column *out, size_t rows, struct as_error *error)
{
    *out = (struct as_points_column){.batches = (rows + AS_BATCH - 1) / AS_BATCH};
    out->batch = calloc(out->batches + 1, sizeof *out->batch);
    if (out->batch == NULL)
        return as_error_memory(error);
    if (rows < FEW_ROWS)
        return AS_OK;
    enum as_status status = as_pages_new(&out->room, ENDS * part_of(out), error);
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

static const void *put(void *to, const int64_t *items, size_t n, bool wide)
{
    int32_t *narrow = to;
    if (wide)
        memcpy(to, items, n * sizeof *items);
    for (size_t i = 0; i < n && !wide; i++)
        narrow[i] = (int32_t)items[i];
    return to;
}

enum as_status as_points_keep(struct as_points_column *column, size_t batch, const int64_t *value,
                              const int64_t *low, const int64_t *high, size_t n, struct as_error *error)
{
    const size_t bytes = n * sizeof *value;
    bool wide = !fit(value, n) || !fit(low, n) || !fit(high, n);
    bool has_low = memcmp(low, value, bytes) != 0, has_high = memcmp(high, value, bytes) != 0;
    bool owned = wide || column->room.at == NULL;
    size_t step = owned ? (wide ? bytes : n * sizeof(int32_t)) : part_of(column);
    char *room =
        owned ? malloc(step * (1U + has_low + has_high) + 1) : column->room.at + batch * narrow_batch;
    if (room == NULL)
        return as_error_memory(error);
    struct as_points_batch *out = &column->batch[batch];
    out->wide = wide;
    out->owned = owned;
    out->value = put(room, value, n, wide);
    out->low = has_low ? put(room += step, low, n, wide) : out->value;
    out->high = has_high ? put(room += step, high, n, wide) : out->value;
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
