/* Ids are found where looking at each of them finds them, however they lie: in a row, evenly, in heaps, at
 * the ends of what an id can be. */
#include "base/ids.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static uint64_t drawn = 20261123;

static uint64_t draw(uint64_t below)
{
    drawn = drawn * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (drawn >> 11) % below;
}

static size_t first_not_before(const int64_t *ids, size_t n, size_t from, int64_t id)
{
    while (from < n && ids[from] < id)
        from++;
    return from;
}

static void is_found(const int64_t *ids, size_t n, int64_t id)
{
    const size_t there = first_not_before(ids, n, 0, id);
    assert_true(as_ids_place(ids, n, id) == (there < n && ids[there] == id ? there : SIZE_MAX));
    for (size_t from = 0; from <= n; from += 1 + n / 7)
        assert_int_equal(as_ids_seek(ids, n, from, id), first_not_before(ids, n, from, id));
}

static void all_are_found(const int64_t *ids, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        is_found(ids, n, ids[i]);
        if (ids[i] < INT64_MAX)
            is_found(ids, n, ids[i] + 1);
        if (ids[i] > INT64_MIN)
            is_found(ids, n, ids[i] - 1);
    }
    is_found(ids, n, INT64_MIN);
    is_found(ids, n, INT64_MAX);
    is_found(ids, n, 0);
}

/* Gaps of one size, of chance, and heaps with long ways between them. */
static void ids_are_found_however_they_lie(void **state)
{
    (void)state;
    enum { MOST = 500 };
    static const uint64_t widest[] = {1, 2, 100, UINT64_C(1) << 40};
    for (size_t n = 0; n <= MOST; n = n * 3 + 1)
        for (size_t w = 0; w < sizeof widest / sizeof *widest; w++)
            for (int heaps = 0; heaps < 2; heaps++) {
                int64_t ids[MOST], id = (int64_t)draw(1000) - 500;
                for (size_t i = 0; i < n; i++) {
                    id += (int64_t)(1 + draw(widest[w]));
                    if (heaps && draw(40) == 0)
                        id += INT64_C(1) << (20 + draw(30));
                    ids[i] = id;
                }
                all_are_found(ids, n);
            }
}

static void ids_are_found_at_the_ends_of_what_there_is(void **state)
{
    (void)state;
    static const int64_t ends[] = {INT64_MIN, INT64_MIN + 1, -1, 0, 1, INT64_MAX - 1, INT64_MAX};
    for (size_t from = 0; from < sizeof ends / sizeof *ends; from++)
        for (size_t n = 1; from + n <= sizeof ends / sizeof *ends; n++)
            all_are_found(ends + from, n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_are_found_however_they_lie),
        cmocka_unit_test(ids_are_found_at_the_ends_of_what_there_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
