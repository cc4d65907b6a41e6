/* Decay and windows: the published examples, and a slow second count. */
#include "near.h"

#include "base/limits.h"
#include "score/statistics/decay.h"
#include "score/statistics/window.h"

#include <stdlib.h>

static void half_life_of_ten_points(void **state)
{
    (void)state;
    assert_int_equal(as_decay_points(10000, AS_FADING_HALF_LIFE, 30, 0), 10000);
    assert_int_equal(as_decay_points(10000, AS_FADING_HALF_LIFE, 30, 15), 7071);
    assert_int_equal(as_decay_points(10000, AS_FADING_HALF_LIFE, 30, 30), 5000);
    assert_int_equal(as_decay_points(10000, AS_FADING_HALF_LIFE, 30, 60), 2500);
    assert_int_equal(as_decay_points(10000, AS_FADING_HALF_LIFE, 30, 90), 1250);
    assert_near(10 * as_decay_weight(AS_FADING_HALF_LIFE, 30, 15), 7.0711, 5e-5);
}

static void rounds_half_away_from_zero(void **state)
{
    (void)state;
    /* 1 point after four half-lives is 0.0625. */
    assert_int_equal(as_decay_points(1000, AS_FADING_HALF_LIFE, 14, 56), 63);
    assert_int_equal(as_decay_points(-1000, AS_FADING_HALF_LIFE, 14, 56), -63);
    /* 5 milli-points, half of the way: 2.5. */
    assert_int_equal(as_decay_points(5, AS_FADING_LINEAR, 10, 5), 3);
    assert_int_equal(as_decay_points(-5, AS_FADING_LINEAR, 10, 5), -3);
    assert_int_equal(as_decay_points(1, AS_FADING_LINEAR, 3, 2), 0);
    assert_int_equal(as_decay_points(1, AS_FADING_LINEAR, 3, 1), 1);
}

static void linear_loses_half_a_month(void **state)
{
    (void)state;
    const int64_t want[] = {10000, 5000, 0, 0};
    for (int month = 0; month < 4; month++)
        assert_int_equal(as_decay_points(10000, AS_FADING_LINEAR, 60, 30 * month), want[month]);
}

static void window_drops_on_day_31(void **state)
{
    (void)state;
    assert_int_equal(as_decay_points(1000, AS_FADING_WINDOW, 30, 29), 1000);
    assert_int_equal(as_decay_points(1000, AS_FADING_WINDOW, 30, 30), 0);
}

static void the_future_is_worth_nothing(void **state)
{
    (void)state;
    for (int fading = AS_FADING_NONE; fading <= AS_FADING_WINDOW; fading++)
        assert_int_equal(as_decay_points(1000, (enum as_fading)fading, 30, -1), 0);
}

static void tables_agree_with_single_values(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    const int64_t points[] = {0, 1, -1, 63, 1000, -25000, AS_MAX_POINTS_MILLI};
    const int64_t days[] = {1, 7, 14, 365, AS_MAX_WINDOW_DAYS};
    for (size_t p = 0; p < sizeof points / sizeof *points; p++)
        for (size_t d = 0; d < sizeof days / sizeof *days; d++)
            for (int fading = AS_FADING_NONE; fading <= AS_FADING_WINDOW; fading++) {
                struct as_decay_table table;
                assert_int_equal(
                    as_decay_table_of(&table, &arena, points[p], (enum as_fading)fading, days[d], NULL),
                    AS_OK);
                for (int64_t age = -2; age < 49710; age += age < 800 ? 1 : 97)
                    assert_int_equal(as_decay_look(&table, age),
                                     as_decay_points(points[p], (enum as_fading)fading, days[d], age));
            }
    as_arena_free(&arena);
}

static void a_half_life_table_ends(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_decay_table table;
    assert_int_equal(as_decay_table_of(&table, &arena, 25000, AS_FADING_HALF_LIFE, 14, NULL), AS_OK);
    /* 25,000 milli-points reach half a milli-point after log2(50,000) = 15.6 half-lives. */
    assert_in_range(table.n, 218, 221);
    as_arena_free(&arena);
}

static void each_event_fades_by_its_age(void **state)
{
    (void)state;
    struct as_arena arena = {0};
    struct as_decay_table table;
    const int64_t day = AS_DAY_SECONDS, at = 20000 * AS_DAY_SECONDS + 49999;
    assert_int_equal(as_decay_table_of(&table, &arena, 8000, AS_FADING_HALF_LIFE, 14, NULL), AS_OK);
    assert_int_equal(as_decay_look(&table, as_age_days(at, at - 28 * day)), 2000);
    assert_int_equal(as_decay_look(&table, as_age_days(at, at - 14 * day)), 4000);
    assert_int_equal(as_decay_look(&table, as_age_days(at, at - 49999)), 8000);
    assert_int_equal(as_decay_look(&table, -1), 0); /* not seen yet */
    as_arena_free(&arena);
}

static void windows_hold_whole_days(void **state)
{
    (void)state;
    const int64_t day = AS_DAY_SECONDS, at = 100 * day + 12345;
    const uint32_t time[] = {(uint32_t)(70 * day), (uint32_t)(71 * day - 1),
                             (uint32_t)(71 * day), (uint32_t)(100 * day),
                             (uint32_t)at,         (uint32_t)(at + 1)};
    /* Ages 30, 30, 29, 0, 0, and one of the future. */
    assert_int_equal(as_window_count(time, 6, at, 30), 3);
    assert_int_equal(as_window_count(time, 6, at, 31), 5);
    assert_int_equal(as_window_count(time, 6, at, 1), 2);
    assert_int_equal(as_window_count(time, 6, at, 0), 5);
    assert_int_equal(as_window_distinct_days(time, 6, at, 0), 3);
    double value[] = {1, 2, 4, NAN, 16, 32}, per_day;
    assert_near(as_window_sum(time, value, 6, at, 30), 20, 0);
    assert_true(as_frequency(&per_day, time, 6, at, 30));
    assert_near(per_day, 0.1, 1e-15);
    assert_false(as_frequency(&per_day, time, 6, at, 0));
    int64_t days;
    assert_true(as_recency_days(&days, time, 3, at));
    assert_int_equal(days, 29);
    assert_true(as_recency_days(&days, time, 6, at));
    assert_int_equal(days, 0);
}

static void nothing_counts_nothing(void **state)
{
    (void)state;
    int64_t days;
    assert_int_equal(as_window_count(NULL, 0, 1000000, 30), 0);
    assert_int_equal(as_window_distinct_days(NULL, 0, 1000000, 0), 0);
    assert_false(as_recency_days(&days, NULL, 0, 1000000));
    const uint32_t future[] = {2000000};
    assert_false(as_recency_days(&days, future, 1, 1000000));
}

static int ascending(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void windows_agree_with_a_slow_count(void **state)
{
    (void)state;
    srand(7);
    for (int round = 0; round < 300; round++) {
        uint32_t time[40];
        size_t n = (size_t)(rand() % 41);
        for (size_t i = 0; i < n; i++)
            time[i] = (uint32_t)(rand() % (60 * AS_DAY_SECONDS));
        qsort(time, n, sizeof *time, ascending);
        int64_t at = rand() % (60 * AS_DAY_SECONDS), days = rand() % 20;
        size_t count = 0, distinct = 0;
        for (size_t i = 0; i < n; i++) {
            if (time[i] > at || (days > 0 && at / 86400 - time[i] / 86400 >= days))
                continue;
            count++;
            bool seen = false;
            for (size_t j = 0; j < i; j++)
                seen |= time[j] / 86400 == time[i] / 86400;
            distinct += !seen;
        }
        assert_int_equal(as_window_count(time, n, at, days), count);
        assert_int_equal(as_window_distinct_days(time, n, at, days), distinct);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("ten points at a half-life of 30 days: 10, 7.071, 5, 2.5, 1.25", half_life_of_ten_points),
        named("rounding is half away from zero, per event", rounds_half_away_from_zero),
        named("half a month linear: 10, 5, 0, 0", linear_loses_half_a_month),
        named("a window of 30 days drops an event on day 31", window_drops_on_day_31),
        named("an event of the future is worth nothing", the_future_is_worth_nothing),
        named("tables give what single values give", tables_agree_with_single_values),
        named("a half-life table ends where points vanish", a_half_life_table_ends),
        named("each event fades by its own age", each_event_fades_by_its_age),
        named("windows hold whole UTC days", windows_hold_whole_days),
        named("no events: counts are 0, recency is unknown", nothing_counts_nothing),
        named("windows agree with a slow count", windows_agree_with_a_slow_count),
    };
    return cmocka_run_group_tests_name("decay and windows", tests, NULL, NULL);
}
