/* Scales, ladders, tallies. Band borders as published. */
#include "near.h"

#include "score/statistics/scale.h"
#include "score/statistics/tally.h"

#include "base/limits.h"

#include <string.h>

static void clamps_and_scales(void **state)
{
    (void)state;
    assert_near(as_clamp(5, 0, 3), 3, 0);
    assert_near(as_clamp(-5, 0, 3), 0, 0);
    assert_near(as_clamp(2, 0, 3), 2, 0);
    assert_true(isnan(as_clamp(NAN, 0, 3)));
    assert_near(as_scale(5, 0, 10, 0, 100), 50, 0);
    assert_near(as_scale(-1, 0, 10, 0, 100), 0, 0);
    assert_near(as_scale(11, 0, 10, 0, 100), 100, 0);
    /* Downwards: recency of 0..90 days to 20..0 points. */
    assert_near(as_scale(45, 0, 90, 20, 0), 10, 1e-12);
    assert_near(as_scale(200, 0, 90, 20, 0), 0, 0);
    assert_near(as_scale(3, 7, 7, 1, 2), 1, 0);
}

static void ratios_of_nothing_are_unknown(void **state)
{
    (void)state;
    double r;
    assert_true(as_ratio(&r, 1, 4));
    assert_near(r, 0.25, 0);
    assert_false(as_ratio(&r, 1, 0));
    assert_false(as_ratio(&r, 0, 0));
    assert_false(as_ratio(&r, 1e308, 1e-308));
}

static void saturates(void **state)
{
    (void)state;
    /* Battery life: what lasts a working day is enough. */
    double at_ten = as_saturate(10, 10, 20);
    assert_near(at_ten, 20, 0);
    for (double hours = 10; hours <= 215; hours += 0.5)
        assert_near(as_saturate(hours, 10, 20), at_ten, 0);
    assert_near(as_saturate(5, 10, 20), 10, 0);
    assert_near(as_saturate(0, 10, 20), 0, 0);
    assert_near(as_saturate(-3, 10, 20), 0, 0);
}

static void buckets(void **state)
{
    (void)state;
    const double borders[] = {50, 70, 85};
    assert_int_equal(as_bucket(49, borders, 3), 0);
    assert_int_equal(as_bucket(50, borders, 3), 1);
    assert_int_equal(as_bucket(69.999, borders, 3), 1);
    assert_int_equal(as_bucket(85, borders, 3), 3);
    assert_int_equal(as_bucket(1, NULL, 0), 0);
}

/* The ladders of words and letters that people know. */
static void rungs_begin_at_their_border(void **state)
{
    (void)state;
    static const struct as_rung words[] = {{"very good", 85}, {"good", 70}, {"medium", 50}};
    static const struct as_rung letters[] = {{"A", 90}, {"B", 75}, {"C", 50}, {"D", 25}, {"E", 1}};
    const struct {
        double x;
        const char *word, *letter;
    } rows[] = {{100, "very good", "A"}, {90, "very good", "A"}, {89, "very good", "B"},
                {85, "very good", "B"},  {84, "good", "B"},      {75, "good", "B"},
                {74, "good", "C"},       {70, "good", "C"},      {69, "medium", "C"},
                {50, "medium", "C"},     {49, "low", "D"},       {25, "low", "D"},
                {24, "low", "E"},        {1, "low", "E"},        {0, "low", ""}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_string_equal(as_rung_of(rows[i].x, words, 3, "low"), rows[i].word);
        assert_string_equal(as_rung_of(rows[i].x, letters, 5, ""), rows[i].letter);
    }
    assert_null(as_rung_of(NAN, words, 3, "low"));
}

static void thirds(void **state)
{
    (void)state;
    assert_string_equal(as_thirds_grade(0), "D");
    assert_string_equal(as_thirds_grade(1), "D+");
    assert_string_equal(as_thirds_grade(2), "C-");
    assert_string_equal(as_thirds_grade(3), "C");
    assert_string_equal(as_thirds_grade(10), "A+");
    assert_string_equal(as_thirds_grade(9), "A");
    assert_string_equal(as_thirds_grade(-1), "D-");
    assert_string_equal(as_thirds_grade(-2), "F");
    assert_string_equal(as_thirds_grade(INT64_MAX), "A+");
    assert_string_equal(as_thirds_grade(INT64_MIN), "F");
}

static void tallies_balance(void **state)
{
    (void)state;
    struct as_part parts[] = {
        {.name = "fit", .weight = 0.3, .known = true, .value = 33.333},
        {.name = "interest", .weight = 0.7, .known = true, .value = 66.667},
        {.name = "risk", .weight = -1, .known = true, .value = 0.0005},
        {.name = "survey", .weight = 2, .known = false, .low = -1, .high = 5},
    };
    struct as_tally tally;
    assert_int_equal(as_tally_of(&tally, parts, 4, NULL), AS_OK);
    assert_int_equal(parts[0].points, 10000); /* 9.9999 */
    assert_int_equal(parts[1].points, 46667); /* 46.6669 */
    assert_int_equal(parts[2].points, -1);    /* -0.0005, away from zero */
    assert_int_equal(parts[3].points, 0);
    int64_t sum = 0;
    for (int i = 0; i < 4; i++)
        sum += parts[i].points;
    assert_int_equal(tally.value, sum);
    assert_int_equal(tally.low, sum - 2000);
    assert_int_equal(tally.high, sum + 10000);
}

static void tallies_refuse_nonsense(void **state)
{
    (void)state;
    struct as_error error = AS_ERROR_INIT;
    struct as_tally tally;
    struct as_part part = {.name = "x", .weight = 1, .known = true, .value = NAN};
    assert_int_equal(as_tally_of(&tally, &part, 1, &error), AS_ERR_DATA);
    as_error_clear(&error);
    part.value = 1e300;
    assert_int_equal(as_tally_of(&tally, &part, 1, &error), AS_ERR_LIMIT);
    assert_non_null(strstr(error.what, "\"x\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("clamp and scale stay within their limits", clamps_and_scales),
        named("a ratio to nothing is unknown", ratios_of_nothing_are_unknown),
        named("more than acceptable earns nothing more [A5.11]", saturates),
        named("buckets begin at their border", buckets),
        named("medium, good, very good at 49/50, 69/70, 84/85, letters A to E at theirs",
              rungs_begin_at_their_border),
        named("everyone starts at D; ten thirds lift D to A+", thirds),
        named("the entries of a weighted sum add up to it", tallies_balance),
        named("a weighted sum refuses what is no number or too large", tallies_refuse_nonsense),
    };
    return cmocka_run_group_tests_name("scales and tallies", tests, NULL, NULL);
}
