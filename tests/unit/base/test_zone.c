/* Time zones. Known answers: the laws in force (EU directive 2000/84, US Energy Policy Act of 2005). */
#include "base/time.h"
#include "base/zone.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static int64_t utc(const char *text)
{
    int64_t seconds;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(text)));
    return seconds;
}

static struct as_zone *opened(const char *name)
{
    struct as_zone *zone;
    struct as_error error = AS_ERROR_INIT;
    if (as_zone_open(&zone, as_str_of(name), &error) != AS_OK)
        fail_msg("%s: %s", name, error.what);
    return zone;
}

static void changes_between(const char *name, const char *instant, int32_t before, int32_t after)
{
    struct as_zone *zone = opened(name);
    int64_t at = utc(instant);
    assert_int_equal(as_zone_offset(zone, at - 1), before);
    assert_int_equal(as_zone_offset(zone, at), after);
    as_zone_free(zone);
}

static void berlin_changes_on_the_last_sundays(void **state)
{
    (void)state;
    changes_between("Europe/Berlin", "2026-03-29T01:00:00Z", 3600, 7200);
    changes_between("Europe/Berlin", "2026-10-25T01:00:00Z", 7200, 3600);
}

static void new_york_changes_in_march_and_november(void **state)
{
    (void)state;
    changes_between("America/New_York", "2026-03-08T07:00:00Z", -18000, -14400);
    changes_between("America/New_York", "2026-11-01T06:00:00Z", -14400, -18000);
}

static void years_beyond_the_table_follow_the_footer(void **state)
{
    (void)state;
    changes_between("Europe/Berlin", "2040-03-25T01:00:00Z", 3600, 7200);
    changes_between("Europe/Berlin", "2040-10-28T01:00:00Z", 7200, 3600);
    changes_between("America/New_York", "2040-03-11T07:00:00Z", -18000, -14400);
    changes_between("America/New_York", "2040-11-04T06:00:00Z", -14400, -18000);
    /* South of the equator summer spans the new year. */
    changes_between("Australia/Sydney", "2040-10-06T16:00:00Z", 36000, 39600);
    changes_between("Australia/Sydney", "2040-03-31T16:00:00Z", 39600, 36000);
}

static void india_never_changes(void **state)
{
    (void)state;
    struct as_zone *zone = opened("Asia/Kolkata");
    assert_int_equal(as_zone_offset(zone, utc("2026-01-15")), 19800);
    assert_int_equal(as_zone_offset(zone, utc("2026-07-15")), 19800);
    assert_int_equal(as_zone_offset(zone, utc("2045-07-15")), 19800);
    assert_int_equal(as_zone_instant(zone, utc("2026-07-15T09:00")), utc("2026-07-15T03:30"));
    as_zone_free(zone);
}

static void a_local_time_in_the_gap_moves_on_by_the_gap(void **state)
{
    (void)state;
    struct as_zone *zone = opened("Europe/Berlin");
    assert_int_equal(as_zone_instant(zone, utc("2026-03-29T01:59:59")), utc("2026-03-29T00:59:59"));
    assert_int_equal(as_zone_instant(zone, utc("2026-03-29T02:30:00")), utc("2026-03-29T01:30:00"));
    assert_int_equal(as_zone_instant(zone, utc("2026-03-29T03:00:00")), utc("2026-03-29T01:00:00"));
    as_zone_free(zone);
}

static void a_local_time_that_comes_twice_is_the_earlier(void **state)
{
    (void)state;
    struct as_zone *zone = opened("Europe/Berlin");
    assert_int_equal(as_zone_instant(zone, utc("2026-10-25T02:30:00")), utc("2026-10-25T00:30:00"));
    assert_int_equal(as_zone_instant(zone, utc("2026-10-25T03:00:00")), utc("2026-10-25T02:00:00"));
    as_zone_free(zone);
    zone = opened("America/New_York");
    assert_int_equal(as_zone_instant(zone, utc("2026-11-01T01:30:00")), utc("2026-11-01T05:30:00"));
    assert_int_equal(as_zone_instant(zone, utc("2026-03-08T02:30:00")), utc("2026-03-08T07:30:00"));
    as_zone_free(zone);
}

static void utc_is_a_zone(void **state)
{
    (void)state;
    struct as_zone *zone = opened("UTC");
    assert_int_equal(as_zone_offset(zone, utc("2026-07-01")), 0);
    assert_int_equal(as_zone_instant(zone, 12345), 12345);
    as_zone_free(zone);
}

static void names_outside_the_database_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "", "/etc/passwd", "../../etc/passwd", "Europe", "Europe/Nowhere", "Europe/Ber lin", "zone.tab"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct as_zone *zone;
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_zone_open(&zone, as_str_of(wrong[i]), &error), AS_ERR_MISSING);
        assert_null(zone);
        assert_true(error.advice[0] != '\0');
    }
}

static int needs_tzdata(void **state)
{
    (void)state;
    struct as_zone *zone;
    if (as_zone_open(&zone, AS_STR("Europe/Berlin"), NULL) == AS_OK)
        as_zone_free(zone);
    else
        print_message("tzdata is not installed: these tests fail without it\n");
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(berlin_changes_on_the_last_sundays),
        cmocka_unit_test(new_york_changes_in_march_and_november),
        cmocka_unit_test(years_beyond_the_table_follow_the_footer),
        cmocka_unit_test(india_never_changes),
        cmocka_unit_test(a_local_time_in_the_gap_moves_on_by_the_gap),
        cmocka_unit_test(a_local_time_that_comes_twice_is_the_earlier),
        cmocka_unit_test(utc_is_a_zone),
        cmocka_unit_test(names_outside_the_database_are_refused),
    };
    return cmocka_run_group_tests(tests, needs_tzdata, NULL);
}
