/* Points: a score of many rows, in milli-points, with the interval that unknown facts leave open.
 *
 * Most scores are small and have no interval, so that each batch of AS_BATCH rows is kept in what its own
 * rows need: 32 bits an item where all fit, and no ends where they are the value itself.
 */
#ifndef AS_DATA_POINTS_H
#define AS_DATA_POINTS_H

#include "base/limits.h"
#include "base/pages.h"
#include "base/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct as_points {
    int64_t value, low, high;
};

struct as_points_batch {
    const void *value, *low, *high; /* ends may be value's own items */
    bool wide;                      /* items of 64 bits, else of 32 */
    bool owned;                     /* value is a piece of memory of its own, freed with the column */
};
struct as_points_column {
    struct as_points_batch *batch; /* of AS_BATCH rows each, the last may have fewer; NULL: nothing is kept */
    size_t batches;
    /* Room for all batches of 32 bits, values and ends apart, so that ends that nobody has take no memory:
     * threads that ask malloc for a piece each time wait for one another and for the system. at NULL: few
     * rows, each batch has its own. */
    struct as_pages room;
};

/* A column for so many rows, its batches still to be kept; freed with as_points_free, on failure too. */
enum as_status as_points_new(struct as_points_column *out, size_t rows, struct as_error *error);
void as_points_free(struct as_points_column *column);
/* Keeps n rows as batch `batch`, which had none. Different batches may be kept by different threads. */
enum as_status as_points_keep(struct as_points_column *column, size_t batch, const int64_t *value,
                              const int64_t *low, const int64_t *high, size_t n, struct as_error *error);
/* The same without a copy: the items must outlive the column. */
void as_points_lay(struct as_points_column *column, size_t batch, const int64_t *value, const int64_t *low,
                   const int64_t *high);
/* n rows of a batch as they were given. */
void as_points_spread(int64_t *value, int64_t *low, int64_t *high, const struct as_points_column *column,
                      size_t batch, size_t n);

static inline struct as_points as_points_at(const struct as_points_column *column, size_t row)
{
    const struct as_points_batch *batch = &column->batch[row / AS_BATCH];
    size_t i = row % AS_BATCH;
    if (batch->wide)
        return (struct as_points){((const int64_t *)batch->value)[i], ((const int64_t *)batch->low)[i],
                                  ((const int64_t *)batch->high)[i]};
    return (struct as_points){((const int32_t *)batch->value)[i], ((const int32_t *)batch->low)[i],
                              ((const int32_t *)batch->high)[i]};
}

#endif
