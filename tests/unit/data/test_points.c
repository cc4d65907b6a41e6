/* Points are what they were given as, whatever form a batch is kept in. */
#include "data/facts/points.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

enum { ROWS = 5 * AS_BATCH + 77 };

static uint64_t seed = 88172645463325252;

static int64_t pick(int64_t least, int64_t most)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return least + (int64_t)(seed % (uint64_t)(most - least + 1));
}

/* By batch: small without interval, small with one, with only one end open, beyond 32 bits, at their edge. */
static struct as_points invent(size_t row)
{
    int64_t value = pick(-100000, 100000);
    switch (row / AS_BATCH) {
    case 0:
        return (struct as_points){value, value, value};
    case 1:
        return (struct as_points){value, value - pick(0, 9), value + pick(0, 9)};
    case 2:
        return (struct as_points){value, value, value + pick(0, 1)};
    case 3:
        return (struct as_points){value, row % AS_BATCH == 500 ? -(INT64_C(1) << 50) : value, value};
    case 4:
        return (struct as_points){INT32_MIN, INT32_MIN, INT32_MAX};
    default:
        return (struct as_points){value, value, row + 1 == ROWS ? INT64_C(1) + INT32_MAX : value};
    }
}

static void points_are_those_that_were_kept(void **state)
{
    (void)state;
    struct as_error error = AS_ERROR_INIT;
    struct as_points_column column;
    int64_t *value = calloc(3 * (size_t)ROWS, sizeof *value), *low = value + ROWS, *high = low + ROWS;
    int64_t again[3][AS_BATCH];
    assert_non_null(value);
    assert_int_equal(as_points_new(&column, ROWS, &error), AS_OK);
    for (size_t row = 0; row < ROWS; row++) {
        struct as_points points = invent(row);
        value[row] = points.value;
        low[row] = points.low;
        high[row] = points.high;
    }
    for (size_t b = 0, at = 0; at < ROWS; b++, at += AS_BATCH) {
        size_t n = ROWS - at < AS_BATCH ? ROWS - at : AS_BATCH;
        assert_int_equal(as_points_keep(&column, b, value + at, low + at, high + at, n, &error), AS_OK);
        as_points_spread(again[0], again[1], again[2], &column, b, n);
        assert_memory_equal(again[0], value + at, n * sizeof *value);
        assert_memory_equal(again[1], low + at, n * sizeof *value);
        assert_memory_equal(again[2], high + at, n * sizeof *value);
    }
    for (size_t row = 0; row < ROWS; row++) {
        struct as_points points = as_points_at(&column, row);
        assert_true(points.value == value[row] && points.low == low[row] && points.high == high[row]);
    }
    /* What fits takes four bytes, and what is no interval no more. */
    assert_false(column.batch[0].wide || column.batch[1].wide || column.batch[2].wide ||
                 column.batch[4].wide);
    assert_true(column.batch[3].wide && column.batch[5].wide);
    assert_ptr_equal(column.batch[0].low, column.batch[0].value);
    assert_ptr_equal(column.batch[0].high, column.batch[0].value);
    assert_ptr_equal(column.batch[2].low, column.batch[2].value);
    as_points_free(&column);
    free(value);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(points_are_those_that_were_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
