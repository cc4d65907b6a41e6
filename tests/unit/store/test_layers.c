/* Layers: which files become one. Whatever sizes runs write, there are few files, no run writes many rows for
 * others before it, and each row is written a few times. */
#include "chance.h"
#include "fixture.h"

#include "store/layers.h"

enum { RUNS = 4000, MOST = 5000, ROUNDS = 20 };

/* What files with so many rows come to when runs of these sizes write one after the other. */
struct shelf {
    size_t rows[AS_LAYERS], written, most_written;
    unsigned n, most_n;
};

static void write_rows(struct shelf *s, size_t rows)
{
    const unsigned first = as_layers_joined(s->rows, s->n, rows, MOST);
    size_t all = rows;
    assert_true(first <= s->n && first < AS_LAYERS);
    for (unsigned i = first; i < s->n; i++)
        all += s->rows[i];
    assert_true(first == s->n || all <= MOST || s->n == AS_LAYERS);
    s->rows[first] = all;
    s->n = first + 1;
    s->written += all;
    s->most_written = all > s->most_written ? all : s->most_written;
    s->most_n = s->n > s->most_n ? s->n : s->most_n;
}

/* By hand: 1, 1 1 -> 2, 2 1, 2 1 1 -> 4 and so on, as numbers count in two. */
static void files_of_equal_runs_are_a_number_in_two(void **state)
{
    (void)state;
    struct shelf s = {.n = 0};
    for (size_t run = 1; run <= MOST; run++) {
        write_rows(&s, 1);
        assert_int_equal(s.n, __builtin_popcountll(run));
    }
}

static void rows_are_written_a_few_times(void **state)
{
    (void)state;
    for (unsigned round = 0; round < ROUNDS; round++) {
        struct shelf s = {.n = 0};
        size_t rows = 0, most = 1 + pick(40), largest = 0;
        seed = UINT64_C(0x9E3779B97F4A7C15) * (round + 3);
        for (int run = 0; run < RUNS && rows < AS_JOINED_SHARE * MOST; run++) {
            const size_t own = 1 + pick(most);
            largest = own > largest ? own : largest;
            rows += own;
            write_rows(&s, own);
        }
        assert_true(s.most_n < AS_LAYERS);
        assert_true(s.most_written <= MOST);
        assert_true(s.written <= 14 * rows); /* MOST is 12 doublings of one row */
    }
}

static void a_run_of_more_than_all_is_a_file_of_its_own(void **state)
{
    (void)state;
    struct shelf s = {.n = 0};
    write_rows(&s, 10);
    write_rows(&s, 2 * MOST);
    assert_int_equal(s.n, 2);
    /* Each smaller than the one before: there is room in the end. */
    s.n = 0;
    for (size_t rows = 3 * AS_LAYERS; rows > 0; rows--)
        write_rows(&s, rows);
    assert_true(s.n <= AS_LAYERS);
}

static void a_list_is_what_its_bytes_say(void **state)
{
    (void)state;
    const uint64_t sums[AS_LAYERS + 1] = {7, 8, 9};
    struct as_layer_list list, other;
    assert_true(as_layer_list_read(&list, sums, 3 * sizeof *sums));
    assert_true(list.n == 3 && list.sum[0] == 7 && list.sum[2] == 9);
    assert_true(as_layer_list_read(&other, sums, 2 * sizeof *sums));
    assert_false(as_layer_lists_same(&list, &other));
    assert_true(as_layer_list_read(&other, NULL, 0) && other.n == 0);
    assert_false(as_layer_list_read(&other, sums, 5));
    assert_true(other.n == 0);
    assert_false(as_layer_list_read(&other, sums, sizeof sums));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_of_equal_runs_are_a_number_in_two),
        cmocka_unit_test(rows_are_written_a_few_times),
        cmocka_unit_test(a_run_of_more_than_all_is_a_file_of_its_own),
        cmocka_unit_test(a_list_is_what_its_bytes_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
