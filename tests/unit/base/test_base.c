/* Views, parses, buffers, edit distance, errors, arenas, interning and threads. */
#include "base/arena.h"
#include "base/ids.h"
#include "base/intern.h"
#include "base/limits.h"
#include "base/suggest.h"
#include "base/text.h"
#include "base/thread.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void integers_are_read_whole_or_not_at_all(void **state)
{
    (void)state;
    int64_t value;
    assert_true(as_parse_int(&value, AS_STR("9223372036854775807")) && value == INT64_MAX);
    assert_true(as_parse_int(&value, AS_STR("-9223372036854775808")) && value == INT64_MIN);
    assert_true(as_parse_int(&value, AS_STR("+7")) && value == 7);
    assert_true(as_parse_int(&value, AS_STR("-0")) && value == 0);
    static const char *const wrong[] = {"",
                                        "-",
                                        "+",
                                        "12a",
                                        " 1",
                                        "1 ",
                                        "9223372036854775808",
                                        "0x1",
                                        "1e3",
                                        "1.0",
                                        "--1",
                                        "-9223372036854775809",
                                        "99999999999999999999"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_false(as_parse_int(&value, as_str_of(wrong[i])));
}

static void numbers_are_read_as_the_c_library_reads_them(void **state)
{
    (void)state;
    static const char *const right[] = {"0",
                                        "-0.5",
                                        "1250000.75",
                                        "1e6",
                                        "2.5E-3",
                                        ".5",
                                        "5.",
                                        "0.1",
                                        "1e308",
                                        "4.9e-324",
                                        "1e23",
                                        "9007199254740993",
                                        "123456789012345678901234567890",
                                        "0.30000000000000004",
                                        "-1.7976931348623157e308"};
    for (size_t i = 0; i < sizeof right / sizeof right[0]; i++) {
        double value;
        assert_true(as_parse_number(&value, as_str_of(right[i])));
        double same = strtod(right[i], NULL);
        assert_memory_equal(&value, &same, sizeof value);
    }
    static const char *const wrong[] = {"",   "-",  ".",  "nan", "inf",   "-Infinity", "0x10", "1,5",
                                        "1 ", " 1", "1e", "e5",  "1e400", "1.2.3",     "1e+"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        double value;
        if (as_parse_number(&value, as_str_of(wrong[i])))
            fail_msg("\"%s\" was read as a number", wrong[i]);
    }
}

static void cutting_gives_every_part(void **state)
{
    (void)state;
    struct as_str rest = AS_STR("a,,b");
    assert_true(as_str_is(as_str_cut(&rest, ','), "a"));
    assert_true(as_str_is(as_str_cut(&rest, ','), ""));
    assert_non_null(rest.p);
    assert_true(as_str_is(as_str_cut(&rest, ','), "b"));
    assert_null(rest.p);
    rest = AS_STR("a,");
    as_str_cut(&rest, ',');
    assert_non_null(rest.p);
    assert_int_equal(rest.n, 0);
}

static void views_compare_by_bytes(void **state)
{
    (void)state;
    assert_true(as_str_is(as_str_trim(AS_STR(" \t a b \r\n")), "a b"));
    assert_int_equal(as_str_trim(AS_STR("  ")).n, 0);
    assert_true(as_str_cmp(AS_STR("ab"), AS_STR("abc")) < 0);
    assert_true(as_str_cmp(AS_STR("b"), AS_STR("abc")) > 0);
    assert_true(as_str_cmp(AS_STR("\xC3\xA9"), AS_STR("z")) > 0);
    assert_true(as_str_is_nocase(AS_STR("Lead ID"), "lead id"));
    assert_true(as_str_starts(AS_STR("abc"), AS_STR("ab")) && as_str_ends(AS_STR("abc"), AS_STR("bc")));
    assert_false(as_str_ends(AS_STR("c"), AS_STR("bc")));
}

static void a_buffer_grows_to_its_maximum_and_says_so(void **state)
{
    (void)state;
    struct as_buf buf = {.max = 10};
    as_buf_text(&buf, "12345");
    as_buf_printf(&buf, "%d", 67890);
    assert_string_equal(as_buf_c(&buf), "1234567890");
    assert_false(buf.failed);
    as_buf_char(&buf, '!');
    assert_true(buf.failed);
    as_buf_text(&buf, "");
    assert_string_equal(as_buf_c(&buf), "1234567890");
    as_buf_reset(&buf);
    assert_false(buf.failed);
    as_buf_printf(&buf, "%s", "eleven chars");
    assert_true(buf.failed);
    assert_string_equal(as_buf_c(&buf), "");
    as_buf_free(&buf);
    assert_string_equal(as_buf_c(&buf), "");
    for (int i = 0; i < 1000; i++)
        as_buf_printf(&buf, "%d,", i % 10);
    assert_true(buf.failed);
    as_buf_free(&buf);
    buf.max = 0;
    for (int i = 0; i < 1000; i++)
        as_buf_printf(&buf, "%d,", i % 10);
    assert_int_equal(buf.n, 2000);
    as_buf_free(&buf);
}

static void json_text_is_escaped_and_always_utf8(void **state)
{
    (void)state;
    struct as_buf buf = {0};
    as_buf_json(&buf, AS_STR("a\"b\\c\n\x01 \xC3\xA9 \xF0\x9F\x98\x80"));
    assert_string_equal(as_buf_c(&buf), "\"a\\\"b\\\\c\\n\\u0001 \xC3\xA9 \xF0\x9F\x98\x80\"");
    as_buf_reset(&buf);
    /* A lone continuation, an overlong slash, a surrogate, a cut character. */
    as_buf_json(&buf, AS_STR("\x80|\xC0\xAF|\xED\xA0\x80|\xE2\x82"));
    const char *r = "\xEF\xBF\xBD";
    char expected[64];
    snprintf(expected, sizeof expected, "\"%s|%s%s|%s%s%s|%s%s\"", r, r, r, r, r, r, r, r);
    assert_string_equal(as_buf_c(&buf), expected);
    as_buf_free(&buf);
}

static int distance(const char *a, const char *b)
{
    return as_edit_distance(as_str_of(a), as_str_of(b), 10);
}

static void edit_distance_counts_a_swap_of_neighbours_as_one(void **state)
{
    (void)state;
    assert_int_equal(distance("kitten", "sitting"), 3);
    assert_int_equal(distance("teh", "the"), 1);
    assert_int_equal(distance("", "abc"), 3);
    assert_int_equal(distance("Same", "sAME"), 0);
    /* The restricted form never edits a swapped pair again: 3, where the unrestricted one gives 2. */
    assert_int_equal(distance("ca", "abc"), 3);
    assert_int_equal(distance("saturday", "sunday"), 3);
    assert_int_equal(as_edit_distance(AS_STR("abcdef"), AS_STR("uvwxyz"), 2), 3);
    assert_int_equal(as_edit_distance(AS_STR("a"), AS_STR("abcdef"), 2), 3);
    /* The bound must not cut off a swap that repairs a bad row. */
    assert_int_equal(as_edit_distance(AS_STR("ab"), AS_STR("ba"), 1), 1);
    assert_int_equal(as_edit_distance(AS_STR("abcd"), AS_STR("badc"), 2), 2);
}

static void the_nearest_name_is_suggested(void **state)
{
    (void)state;
    static const char *const names[] = {"email", "employees", "title", "id"};
    assert_string_equal(as_suggest(AS_STR("emial"), names, 4), "email");
    assert_string_equal(as_suggest(AS_STR("employes"), names, 4), "employees");
    assert_string_equal(as_suggest(AS_STR("TITEL"), names, 4), "title");
    assert_null(as_suggest(AS_STR("revenue"), names, 4));
    assert_null(as_suggest(AS_STR("ix"), names, 4));
    assert_null(as_suggest(AS_STR("x"), names, 0));
}

static void what_was_meant_is_said_and_nothing_where_no_name_is_near(void **state)
{
    (void)state;
    assert_string_equal(as_meant(" (", "email", ")").text, " (did you mean \"email\"?)");
    assert_string_equal(as_meant(" (", NULL, ")").text, "");
    struct as_error error = AS_ERROR_INIT;
    as_error_set(&error, AS_ERR_DATA, "there is no \"emial\"");
    assert_int_equal(as_error_meant(&error, NULL), AS_ERR_DATA);
    assert_string_equal(error.advice, "");
    assert_int_equal(as_error_meant(&error, "email"), AS_ERR_DATA);
    as_error_advise(&error, "what goes without a name");
    assert_string_equal(error.advice, "did you mean \"email\"?");
    assert_int_equal(as_error_meant(NULL, "email"), AS_ERR_BUG);
    assert_int_equal(as_error_meant(NULL, NULL), AS_ERR_BUG);
}

static void the_first_cause_of_an_error_stays(void **state)
{
    (void)state;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_error_set(&error, AS_ERR_DATA, "row %d", 3), AS_ERR_DATA);
    assert_int_equal(as_error_set(&error, AS_ERR_IO, "other"), AS_ERR_DATA);
    as_error_at(&error, "a.csv", 7);
    as_error_at(&error, "b.csv", 9);
    as_error_advise(&error, "fix it");
    as_error_advise(&error, "again");
    assert_string_equal(error.what, "row 3");
    assert_string_equal(error.file, "a.csv");
    assert_int_equal(error.line, 7);
    assert_string_equal(error.advice, "fix it");
    assert_int_equal(as_error_set(NULL, AS_ERR_IO, "nobody listens"), AS_ERR_IO);
}

static void a_message_cut_for_length_stays_utf8(void **state)
{
    (void)state;
    char text[2 * AS_ERROR_WHAT + 1];
    for (size_t shift = 0; shift < 3; shift++) {
        struct as_error error = AS_ERROR_INIT;
        size_t n = shift;
        memset(text, 'x', n);
        for (; n + 3 < sizeof text; n += 3)
            memcpy(text + n, "\xE2\x82\xAC", 3);
        text[n] = '\0';
        as_error_set(&error, AS_ERR_DATA, "%s", text);
        assert_true(strlen(error.what) >= AS_ERROR_WHAT - 4);
        assert_int_equal((strlen(error.what) - shift) % 3, 0);
    }
}

static void an_arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    for (size_t size = 0; size < 20000; size = size * 2 + 1) {
        unsigned char *p = as_arena_alloc(&arena, size);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < size; i++)
            assert_int_equal(p[i], 0);
        memset(p, 0xAA, size);
    }
    assert_null(as_arena_array(&arena, SIZE_MAX / 2, 3));
    assert_string_equal(as_arena_printf(&arena, "%s-%d", "x", 12), "x-12");
    assert_string_equal(as_arena_copy(&arena, "abcdef", 3), "abc");
    as_arena_free(&arena);
    assert_int_equal(arena.used, 0);
}

static void a_list_keeps_its_items_while_it_grows(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    AS_LIST(int) list = {0};
    for (int i = 0; i < 1000; i++)
        assert_true(as_list_push(&arena, &list, i));
    assert_int_equal(list.n, 1000);
    for (int i = 0; i < 1000; i++)
        assert_int_equal(list.at[i], i);
    as_arena_free(&arena);
}

static void a_hundred_thousand_texts_keep_their_codes(void **state)
{
    (void)state;
    struct as_intern *table = as_intern_new();
    assert_non_null(table);
    assert_int_equal(as_intern_find(table, AS_STR("")), AS_INTERN_NONE);
    char text[32];
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 100000; i++) {
            int n = snprintf(text, sizeof text, "title %u", i);
            assert_int_equal(as_intern_add(table, (struct as_str){text, (size_t)n}), i);
        }
    assert_int_equal(as_intern_count(table), 100000);
    assert_string_equal(as_intern_text(table, 99999).p, "title 99999");
    assert_int_equal(as_intern_find(table, AS_STR("title 777")), 777);
    assert_int_equal(as_intern_find(table, AS_STR("title")), AS_INTERN_NONE);
    assert_int_equal(as_intern_add(table, AS_STR("")), 100000);
    assert_int_equal(as_intern_add(table, AS_STR("a\0b")), 100001);
    assert_int_equal(as_intern_add(table, AS_STR("a\0c")), 100002);
    as_intern_free(table);
}

static enum as_status look_up(void *table, unsigned worker, size_t item, struct as_error *error)
{
    char text[32];
    int n = snprintf(text, sizeof text, "title %zu", item);
    (void)worker;
    return as_intern_find(table, (struct as_str){text, (size_t)n}) == item
               ? AS_OK
               : as_error_set(error, AS_ERR_BUG, "title %zu is not found", item);
}

/* The first look-up hashes what is there, whoever comes first. */
static void a_filled_table_is_looked_up_by_many_threads(void **state)
{
    (void)state;
    enum { TEXTS = 5000 };
    static char bytes[TEXTS][32];
    static struct as_str texts[TEXTS];
    for (size_t i = 0; i < TEXTS; i++)
        texts[i] = (struct as_str){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "title %zu", i)};
    struct as_intern *table = as_intern_new();
    assert_true(as_intern_fill(table, texts, TEXTS));
    memset(bytes, 'x', sizeof bytes);
    assert_int_equal(as_intern_count(table), TEXTS);
    assert_string_equal(as_intern_text(table, 4999).p, "title 4999");
    assert_int_equal(as_parallel(4, TEXTS, look_up, table, NULL), AS_OK);
    assert_int_equal(as_intern_find(table, AS_STR("title 5000")), AS_INTERN_NONE);
    as_intern_free(table);
}

static void a_filled_table_grows(void **state)
{
    (void)state;
    for (uint32_t n = 0; n < 200; n += 49) {
        char bytes[200][16];
        struct as_str texts[200];
        struct as_intern *table = as_intern_new();
        for (uint32_t i = 0; i < 200; i++)
            texts[i] = (struct as_str){bytes[i], (size_t)snprintf(bytes[i], sizeof bytes[i], "%u", i)};
        assert_true(as_intern_fill(table, texts, n));
        for (uint32_t i = 0; i < 200; i++)
            assert_int_equal(as_intern_add(table, texts[i]), i);
        assert_int_equal(as_intern_count(table), 200);
        as_intern_free(table);
    }
}

static void a_long_text_is_interned_whole(void **state)
{
    (void)state;
    struct as_intern *table = as_intern_new();
    char *text = malloc(AS_MAX_TEXT);
    assert_non_null(text);
    memset(text, 'x', AS_MAX_TEXT);
    assert_int_equal(as_intern_add(table, AS_STR("first")), 0);
    assert_int_equal(as_intern_add(table, (struct as_str){text, AS_MAX_TEXT}), 1);
    assert_int_equal(as_intern_add(table, AS_STR("last")), 2);
    assert_int_equal(as_intern_add(table, (struct as_str){text, AS_MAX_TEXT}), 1);
    assert_int_equal(as_intern_text(table, 1).n, AS_MAX_TEXT);
    free(text);
    as_intern_free(table);
}

/* Seeds differ so that nobody can prepare colliding input; one seed gives one hash. */
static void hashes_depend_on_seed_length_and_every_byte(void **state)
{
    (void)state;
    unsigned char bytes[64] = {0};
    for (size_t n = 0; n <= sizeof bytes; n++) {
        uint64_t h = as_hash_bytes(bytes, n, 1);
        assert_true(h == as_hash_bytes(bytes, n, 1));
        assert_true(h != as_hash_bytes(bytes, n, 2));
        for (size_t i = 0; i < n; i++) {
            bytes[i] = 1;
            assert_true(h != as_hash_bytes(bytes, n, 1));
            bytes[i] = 0;
        }
        if (n > 0)
            assert_true(h != as_hash_bytes(bytes, n - 1, 1));
    }
}

struct sum {
    atomic_uint_fast64_t total;
    atomic_int busy[AS_MAX_THREADS];
    atomic_bool overlapped;
};

static enum as_status add_item(void *context, unsigned worker, size_t item, struct as_error *error)
{
    (void)error;
    struct sum *sum = context;
    if (atomic_fetch_add(&sum->busy[worker], 1) != 0)
        atomic_store(&sum->overlapped, true);
    atomic_fetch_add(&sum->total, item + 1);
    atomic_fetch_sub(&sum->busy[worker], 1);
    return AS_OK;
}

/* Beside an order found by looking at everything for each place. */
static void ids_are_put_into_order(void **state)
{
    (void)state;
    enum { MOST = 700 };
    static const int64_t span[] = {3, 40, 5000, INT64_C(1) << 40, INT64_MAX};
    uint64_t drawn = 20261122;
    for (size_t n = 0; n <= MOST; n = n * 2 + 1)
        for (size_t s = 0; s < sizeof span / sizeof *span; s++) {
            int64_t ids[MOST], once[MOST];
            uint32_t order[MOST];
            struct as_error error = AS_ERROR_INIT;
            for (size_t i = 0; i < n; i++) {
                drawn = drawn * UINT64_C(6364136223846793005) + 1442695040888963407u;
                once[i] = ids[i] = (int64_t)(drawn >> 1) % span[s] - (s > 2 ? span[s] / 2 : 0);
            }
            assert_int_equal(as_ids_order(order, ids, n, &error), AS_OK);
            size_t different = 0;
            for (size_t i = 0; i < n; i++) {
                size_t before = 0;
                bool first = true;
                for (size_t k = 0; k < n; k++) {
                    before += ids[k] < ids[i] || (ids[k] == ids[i] && k < i);
                    first &= ids[k] != ids[i] || k >= i;
                }
                assert_int_equal(order[before], i);
                different += first;
            }
            assert_int_equal(as_ids_each_once(once, n), different);
            for (size_t i = 0; i < n; i++)
                assert_true(as_ids_have(once, different, ids[i]));
            for (size_t i = 1; i < different; i++)
                assert_true(once[i - 1] < once[i]);
        }
}

static void every_item_is_worked_once(void **state)
{
    (void)state;
    static const struct {
        unsigned threads;
        size_t n;
    } cases[] = {{0, 5}, {1, 1000}, {2, 0}, {8, 3}, {4, 1000}, {1000, 1000}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct sum sum = {0};
        size_t n = cases[i].n;
        assert_int_equal(as_parallel(cases[i].threads, n, add_item, &sum, NULL), AS_OK);
        assert_int_equal(atomic_load(&sum.total), n * (n + 1) / 2);
        assert_false(atomic_load(&sum.overlapped));
    }
    assert_true(as_processors() >= 1);
}

static enum as_status fail_from_40(void *context, unsigned worker, size_t item, struct as_error *error)
{
    (void)worker;
    atomic_fetch_add((atomic_size_t *)context, 1);
    if (item >= 40)
        return as_error_set(error, AS_ERR_DATA, "item %zu", item);
    return AS_OK;
}

static void the_lowest_failing_item_is_reported(void **state)
{
    (void)state;
    for (unsigned threads = 1; threads <= 8; threads++) {
        atomic_size_t worked = 0;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_parallel(threads, 1000, fail_from_40, &worked, &error), AS_ERR_DATA);
        assert_string_equal(error.what, "item 40");
        assert_true(atomic_load(&worked) <= 41 + threads);
    }
}

/* What threads made, and what was taken of it so far. */
struct passing {
    size_t made[7]; /* by slot: the item, 0 when it was taken */
    size_t ahead, taken, fails_at;
    atomic_bool wrong;
};

static enum as_status make_item(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct passing *passing = context;
    (void)worker;
    if (item == passing->fails_at)
        return as_error_set(error, AS_ERR_DATA, "item %zu", item);
    /* The slot is nobody's but ours: what lay in it was taken. */
    if (passing->made[item % passing->ahead] != 0)
        atomic_store(&passing->wrong, true);
    passing->made[item % passing->ahead] = item + 1;
    return AS_OK;
}

static enum as_status take_item(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct passing *passing = context;
    (void)error;
    if (worker != 0 || item != passing->taken || passing->made[item % passing->ahead] != item + 1)
        atomic_store(&passing->wrong, true);
    passing->made[item % passing->ahead] = 0;
    passing->taken++;
    return AS_OK;
}

static void what_threads_make_is_taken_in_order(void **state)
{
    (void)state;
    for (unsigned threads = 0; threads <= 5; threads++)
        for (size_t ahead = 1; ahead <= 7; ahead += 3) {
            struct passing passing = {.ahead = ahead, .fails_at = SIZE_MAX};
            assert_int_equal(as_relay(threads, 500, ahead, make_item, take_item, &passing, NULL), AS_OK);
            assert_int_equal(passing.taken, 500);
            assert_false(atomic_load(&passing.wrong));
            struct passing failing = {.ahead = ahead, .fails_at = 40};
            struct as_error error = AS_ERROR_INIT;
            assert_int_equal(as_relay(threads, 500, ahead, make_item, take_item, &failing, &error),
                             AS_ERR_DATA);
            assert_string_equal(error.what, "item 40");
            assert_true(failing.taken <= 40);
            assert_false(atomic_load(&failing.wrong));
        }
    assert_int_equal(as_relay(2, 0, 1, make_item, take_item, NULL, NULL), AS_OK);
}

static void integers_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0, 7, -7, 10, -10, 999, 1000, 123456789012, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct as_buf buf = {0};
        char expected[24];
        snprintf(expected, sizeof expected, "%lld", (long long)numbers[i]);
        as_buf_int(&buf, numbers[i]);
        assert_string_equal(as_buf_c(&buf), expected);
        as_buf_free(&buf);
    }
}

static void thousandths_are_written_as_printf_writes_them(void **state)
{
    (void)state;
    static const int64_t numbers[] = {0,      1,     -1,   10,   -100,  999,     1000,
                                      -47250, 47025, 1500, 1999, 60000, -123456, 9999999999};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct as_buf buf = {0};
        char expected[32];
        snprintf(expected, sizeof expected, "%.10g", (double)numbers[i] / 1000);
        as_buf_milli(&buf, numbers[i]);
        assert_string_equal(as_buf_c(&buf), expected);
        as_buf_free(&buf);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_whole_or_not_at_all),
        cmocka_unit_test(numbers_are_read_as_the_c_library_reads_them),
        cmocka_unit_test(cutting_gives_every_part),
        cmocka_unit_test(views_compare_by_bytes),
        cmocka_unit_test(a_buffer_grows_to_its_maximum_and_says_so),
        cmocka_unit_test(json_text_is_escaped_and_always_utf8),
        cmocka_unit_test(edit_distance_counts_a_swap_of_neighbours_as_one),
        cmocka_unit_test(the_nearest_name_is_suggested),
        cmocka_unit_test(what_was_meant_is_said_and_nothing_where_no_name_is_near),
        cmocka_unit_test(the_first_cause_of_an_error_stays),
        cmocka_unit_test(a_message_cut_for_length_stays_utf8),
        cmocka_unit_test(an_arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(a_list_keeps_its_items_while_it_grows),
        cmocka_unit_test(a_hundred_thousand_texts_keep_their_codes),
        cmocka_unit_test(a_filled_table_is_looked_up_by_many_threads),
        cmocka_unit_test(a_filled_table_grows),
        cmocka_unit_test(a_long_text_is_interned_whole),
        cmocka_unit_test(hashes_depend_on_seed_length_and_every_byte),
        cmocka_unit_test(ids_are_put_into_order),
        cmocka_unit_test(every_item_is_worked_once),
        cmocka_unit_test(the_lowest_failing_item_is_reported),
        cmocka_unit_test(what_threads_make_is_taken_in_order),
        cmocka_unit_test(integers_are_written_as_printf_writes_them),
        cmocka_unit_test(thousandths_are_written_as_printf_writes_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
