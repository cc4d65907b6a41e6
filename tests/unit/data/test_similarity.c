/* Similarity. Known answers: Winkler's published pairs, the README of rapidfuzz, arithmetic. */
#include "data/identity/similarity.h"

#include <math.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

typedef enum as_status (*measure_fn)(double *out, struct as_str a, struct as_str b, struct as_error *error);

struct pair {
    const char *a, *b;
    double expected;
};

static void check(measure_fn measure, const struct pair *pairs, size_t n, double within)
{
    for (size_t i = 0; i < n; i++) {
        double there, back;
        assert_int_equal(measure(&there, as_str_of(pairs[i].a), as_str_of(pairs[i].b), NULL), AS_OK);
        assert_int_equal(measure(&back, as_str_of(pairs[i].b), as_str_of(pairs[i].a), NULL), AS_OK);
        if (fabs(there - pairs[i].expected) > within || fabs(there - back) > 1e-12)
            fail_msg("%s and %s: %.6f, back %.6f, expected %.6f", pairs[i].a, pairs[i].b, there, back,
                     pairs[i].expected);
    }
}
#define CHECK(measure, pairs, within) check(measure, pairs, sizeof(pairs) / sizeof *(pairs), within)

static void winkler_lifts_a_common_beginning(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"MARTHA", "MARHTA", 0.9611},
        {"DWAYNE", "DUANE", 0.8400},
        {"DIXON", "DICKSONX", 0.8133},
        {"ABROMS", "ABRAMS", 0.9222},
        {"CRATE", "TRACE", 0.7333},
        {"SHACKLEFORD", "SHACKELFORD", 0.9818},
        /* without one it is Jaro's */
        {"JELLYFISH", "SMELLYFISH", 0.8963},
        {"", "", 1},
        {"", "a", 0},
        {"abc", "xyz", 0},
        {"same", "same", 1},
        {"a", "a", 1},
    };
    CHECK(as_jaro_winkler, pairs, 0.00005);
}

static void code_points_are_compared_not_bytes(void **state)
{
    (void)state;
    /* One of four letters differs, whatever the number of its bytes. */
    double plain, accented;
    assert_int_equal(as_jaro_winkler(&plain, AS_STR("muse"), AS_STR("mase"), NULL), AS_OK);
    assert_int_equal(as_jaro_winkler(&accented, AS_STR("muse"), AS_STR("m\xC3\xBCse"), NULL), AS_OK);
    assert_true(plain == accented);
    double value;
    assert_int_equal(as_token_set_ratio(&value, AS_STR("\xF0\x9F\x98\x80"), AS_STR("\xF0\x9F\x98\x81"), NULL),
                     AS_OK);
    assert_true(value == 0);
}

static void single_words_are_compared_by_what_is_put_in_and_left_out(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"kitten", "sitting", 8.0 / 13}, /* "ittn" */
        {"ab", "ba", 0.5},
        {"abc", "abc", 1},
    };
    CHECK(as_token_set_ratio, pairs, 1e-12);
}

static void token_sets_forget_order_and_repetition(void **state)
{
    (void)state;
    static const struct pair pairs[] = {
        {"fuzzy was a bear", "fuzzy fuzzy was a bear", 1},
        {"fuzzy was a bear but not a dog", "fuzzy was a bear", 1},
        {"acme logistics", "logistics   acme", 1},
        {"acme", "risk", 0}, /* nothing in common */
        {"", "acme", 0},
    };
    CHECK(as_token_set_ratio, pairs, 1e-12);
}

static void match_weights_are_in_bits(void **state)
{
    (void)state;
    assert_true(fabs(as_match_weight(true, 0.9, 0.1) - 3.169925001442312) < 1e-12);
    assert_true(fabs(as_match_weight(false, 0.9, 0.1) + 3.169925001442312) < 1e-12);
    assert_true(isnan(as_match_weight(true, 1.0, 0.1)) && isnan(as_match_weight(true, 0.5, 0.0)));
    /* The design's known answer: m .9, u .01, prior .001. */
    assert_true(fabs(as_match_weight(true, 0.9, 0.01) - 6.491853) < 5e-7);
    assert_true(fabs(as_match_probability(as_match_weight(true, 0.9, 0.01), 0.001) - 0.082645) < 5e-7);
    assert_true(fabs(as_match_probability(0, 0.5) - 0.5) < 1e-12);
    /* Odds 1:999 times 2^10 are 1024:999. */
    assert_true(fabs(as_match_probability(10, 0.001) - 1024.0 / 2023.0) < 1e-12);
    assert_true(as_match_probability(2000, 0.5) == 1 && as_match_probability(-2000, 0.5) == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(winkler_lifts_a_common_beginning),
        cmocka_unit_test(code_points_are_compared_not_bytes),
        cmocka_unit_test(single_words_are_compared_by_what_is_put_in_and_left_out),
        cmocka_unit_test(token_sets_forget_order_and_repetition),
        cmocka_unit_test(match_weights_are_in_bits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
