/* Days, civil dates and written instants. Known answers: GNU date and the calendar itself. */
#include "base/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int64_t parsed(const char *text)
{
    int64_t seconds;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(text)));
    return seconds;
}

static void refused(const char *text)
{
    int64_t seconds;
    if (as_time_parse(&seconds, NULL, as_str_of(text)))
        fail_msg("\"%s\" was read as a time", text);
}

static void days_are_floored_before_1970(void **state)
{
    (void)state;
    assert_int_equal(as_day_of(0), 0);
    assert_int_equal(as_day_of(86399), 0);
    assert_int_equal(as_day_of(86400), 1);
    assert_int_equal(as_day_of(-1), -1);
    assert_int_equal(as_day_of(-86400), -1);
    assert_int_equal(as_day_of(-86401), -2);
}

static void civil_dates_match_the_calendar(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t seconds;
    } known[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59Z", -1},
        {"2000-02-29T00:00:00Z", 951782400},
        {"2000-03-01T00:00:00Z", 951868800},
        {"1900-02-28T00:00:00Z", -2203977600},
        {"1900-03-01T00:00:00Z", -2203891200},
        {"2026-03-01T09:30:00Z", 1772357400},
        {"2024-12-31T23:59:59Z", 1735689599},
        {"0001-01-01T00:00:00Z", -62135596800},
        {"9999-12-31T23:59:59Z", 253402300799},
    };
    char text[AS_TIME_TEXT];
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(parsed(known[i].text), known[i].seconds);
        assert_string_equal(as_time_format(text, known[i].seconds), known[i].text);
    }
    assert_string_equal(as_day_format(text, 11016), "2000-02-29");
    assert_string_equal(as_day_format(text, -1), "1969-12-31");
}

/* Counting on from one day to the next is the second, naive implementation. */
static void every_day_of_eight_centuries_follows_the_one_before(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int64_t year = 1600;
    int month = 1, day = 1, weekday = 5; /* 1600-01-01 was a Saturday */
    for (int64_t n = -135140; year < 2400; n++) {
        struct as_civil c = as_civil_of(n * AS_DAY_SECONDS);
        assert_true(c.year == year && c.month == month && c.day == day);
        assert_int_equal(as_civil_seconds(c), n * AS_DAY_SECONDS);
        assert_int_equal(as_weekday_of(n), weekday);
        weekday = (weekday + 1) % 7;
        bool leap = year % 400 == 0 || (year % 4 == 0 && year % 100 != 0);
        if (++day > lengths[month - 1] + (month == 2 && leap)) {
            day = 1;
            if (++month > 12) {
                month = 1;
                year++;
            }
        }
    }
}

static void any_instant_can_be_written(void **state)
{
    (void)state;
    char text[AS_TIME_TEXT];
    assert_true(strlen(as_time_format(text, INT64_MAX)) < sizeof text);
    assert_true(strlen(as_time_format(text, INT64_MIN)) < sizeof text);
    assert_true(strlen(as_day_format(text, INT64_MAX)) < sizeof text);
    assert_true(strlen(as_day_format(text, INT64_MIN)) < sizeof text);
}

static void instants_are_read_in_their_usual_forms(void **state)
{
    (void)state;
    const int64_t noon = 1772366400; /* 2026-03-01T12:00:00Z */
    assert_int_equal(parsed("2026-03-01T12:00:00Z"), noon);
    assert_int_equal(parsed("2026-03-01 12:00:00"), noon);
    assert_int_equal(parsed("2026-03-01T12:00"), noon);
    assert_int_equal(parsed("2026-03-01T14:00:00+02:00"), noon);
    assert_int_equal(parsed("2026-03-01T14:00:00+0200"), noon);
    assert_int_equal(parsed("2026-03-01T07:00:00-05:00"), noon);
    assert_int_equal(parsed("2026-03-01T17:30:00+05:30"), noon);
    assert_int_equal(parsed("2026-03-01T12:00:00.999Z"), noon);
    assert_int_equal(parsed("2026-03-01T12:00:00.000+0000"), noon);
    assert_int_equal(parsed("2026-03-01 12:00:00 UTC"), noon);
    assert_int_equal(parsed(" 2026-03-01 "), noon - 43200);
    bool is_date = false;
    int64_t seconds;
    assert_true(as_time_parse(&seconds, &is_date, AS_STR("2026-03-01")) && is_date);
    assert_true(as_time_parse(&seconds, &is_date, AS_STR("2026-03-01T00:00:00Z")) && !is_date);
}

static void what_is_no_time_is_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {
        "",
        "2026",
        "2026-3-1",
        "2026-02-29",
        "1900-02-29",
        "2026-13-01",
        "2026-00-10",
        "2026-01-32",
        "2026-01-01T24:00",
        "2026-01-01T12:60",
        "01/02/2026",
        "2026-01-01T1",
        "2026-01-01Tnoon",
        "2026-01-01T12:00 x",
        "2026-01-01T12:00+2",
        "2026-01-01x",
        "2026-01-01T12:00:00+24:00",
        "-026-01-01",
        "2026-01-01T12:00:00.",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        refused(wrong[i]);
}

static void forms_read_what_they_describe(void **state)
{
    (void)state;
    static const struct {
        const char *form, *text, *instant;
    } known[] = {
        {"DD-MM-YYYY", "01-03-2026", "2026-03-01"},
        {"M/D/YYYY", "3/1/2026", "2026-03-01"},
        {"M/D/YYYY", "12/31/2026", "2026-12-31"},
        {"M/D/YYYY h:mm AM", "3/1/2026 9:30 PM", "2026-03-01T21:30:00"},
        {"M/D/YYYY h:mm AM", "3/1/2026 12:05 am", "2026-03-01T00:05:00"},
        {"M/D/YYYY h:mm AM", "3/1/2026 12:05 PM", "2026-03-01T12:05:00"},
        {"DD.MM.YYYY HH:mm:ss", "28.02.2026 23:59:58", "2026-02-28T23:59:58"},
        {"YYYYMMDD", "20260301", "2026-03-01"},
        {"D MMM YYYY", "1 Mar 2026", "2026-03-01"},
        {"epoch", "1772366400", "2026-03-01T12:00:00"},
        {"epoch_ms", "1772366400999", "2026-03-01T12:00:00"},
    };
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t seconds;
        assert_true(as_time_parse_form(&seconds, as_str_of(known[i].text), known[i].form));
        assert_int_equal(seconds, parsed(known[i].instant));
    }
    static const char *const wrong[][2] = {
        {"DD-MM-YYYY", "2026-03-01"},
        {"DD-MM-YYYY", "31-02-2026"},
        {"DD-MM-YYYY", "1-3-2026"},
        {"M/D/YYYY", "13/1/2026"},
        {"M/D/YYYY h:mm AM", "3/1/2026 13:00 PM"},
        {"M/D/YYYY", "3/1/26"},
        {"M/D/YYYY", "3/1/2026 9:00"},
        {"epoch", "1772366400999"},
        {"epoch", "soon"},
        {"DD-MM-YYYY", ""},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        int64_t seconds;
        if (as_time_parse_form(&seconds, as_str_of(wrong[i][1]), wrong[i][0]))
            fail_msg("\"%s\" was read as %s", wrong[i][1], wrong[i][0]);
    }
}

static void a_date_given_with_at_is_its_end(void **state)
{
    (void)state;
    const int64_t now = 1772366400; /* a Sunday noon */
    static const struct {
        const char *text, *instant;
    } known[] = {
        {"now", "2026-03-01T12:00:00"},           {"2026-02-10", "2026-02-10T23:59:59"},
        {"2026-02-10T08:00", "2026-02-10T08:00"}, {"yesterday", "2026-02-28T23:59:59"},
        {"today", "2026-03-01T23:59:59"},         {"last monday", "2026-02-23T23:59:59"},
        {"last sunday", "2026-02-22T23:59:59"},   {"Last Saturday", "2026-02-28T23:59:59"},
        {"3 days ago", "2026-02-26T23:59:59"},    {"2 weeks ago", "2026-02-15T23:59:59"},
    };
    struct as_error error = AS_ERROR_INIT;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        int64_t seconds;
        assert_int_equal(as_time_parse_at(&seconds, as_str_of(known[i].text), now, &error), AS_OK);
        assert_int_equal(seconds, parsed(known[i].instant));
    }
    int64_t seconds;
    assert_int_equal(as_time_parse_at(&seconds, AS_STR("last moonday"), now, &error), AS_ERR_USAGE);
    assert_non_null(strstr(error.what, "last moonday"));
    assert_true(error.advice[0] != '\0');
}

static void spans_are_numbers_with_units(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t length;
        enum as_span_unit unit;
    } known[] = {
        {"90s", 90, AS_SPAN_SECONDS},
        {"15m", 900, AS_SPAN_SECONDS},
        {"24h", 86400, AS_SPAN_SECONDS},
        {"14d", 14 * 86400, AS_SPAN_SECONDS},
        {"2w", 14 * 86400, AS_SPAN_SECONDS},
        {"14 days", 14 * 86400, AS_SPAN_SECONDS},
        {"1 Day", 86400, AS_SPAN_SECONDS},
        {"1 business hour", 3600, AS_SPAN_BUSINESS_SECONDS},
        {"3 business days", 3, AS_SPAN_BUSINESS_DAYS},
        {"36525d", INT64_C(36525) * 86400, AS_SPAN_SECONDS},
    };
    struct as_span span;
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        assert_int_equal(as_span_parse(&span, as_str_of(known[i].text), NULL), AS_OK);
        assert_int_equal(span.length, known[i].length);
        assert_int_equal(span.unit, known[i].unit);
    }
    static const char *const wrong[] = {
        "", "14", "d", "-1d", "1.5d", "14 dayz", "2 per 7d", "14d x", "99999999999999999999d"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(as_span_parse(&span, as_str_of(wrong[i]), NULL), AS_ERR_RULE);
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_span_parse(&span, AS_STR("1 month"), &error), AS_ERR_RULE);
    assert_non_null(strstr(error.advice, "30d"));
    assert_int_equal(as_span_parse(&span, AS_STR("36526d"), NULL), AS_ERR_LIMIT);
}

static void windows_are_whole_days(void **state)
{
    (void)state;
    int64_t days;
    assert_int_equal(as_days_parse(&days, AS_STR("30d"), NULL), AS_OK);
    assert_int_equal(days, 30);
    assert_int_equal(as_days_parse(&days, AS_STR("2 weeks"), NULL), AS_OK);
    assert_int_equal(days, 14);
    static const char *const wrong[] = {"0d", "12h", "3 business days", "90m", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(as_days_parse(&days, as_str_of(wrong[i]), NULL), AS_ERR_RULE);
}

static void a_span_is_said_as_it_is_read(void **state)
{
    (void)state;
    static const char *const texts[] = {"5d", "36h", "90m", "61s"};
    struct as_buf said = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct as_span span;
        assert_int_equal(as_span_parse(&span, as_str_of(texts[i]), NULL), AS_OK);
        as_buf_reset(&said);
        as_span_say(&said, span.length);
        assert_string_equal(as_buf_c(&said), texts[i]);
    }
    as_buf_free(&said);
}

static void rates_count_per_span(void **state)
{
    (void)state;
    struct as_rate rate;
    assert_int_equal(as_rate_parse(&rate, AS_STR("3 per 1d"), NULL), AS_OK);
    assert_true(rate.count == 3 && rate.span.length == 86400);
    assert_int_equal(as_rate_parse(&rate, AS_STR("2 per 7 days"), NULL), AS_OK);
    assert_true(rate.count == 2 && rate.span.length == 7 * 86400);
    assert_int_equal(as_rate_parse(&rate, AS_STR("once"), NULL), AS_OK);
    assert_true(rate.count == 1 && rate.span.length == 0);
    static const char *const wrong[] = {"0 per 7d",      "",         "3",        "3 in 1d", "per 1d", "3 per",
                                        "3 per 1 month", "3 per 0d", "-1 per 1d"};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_int_equal(as_rate_parse(&rate, as_str_of(wrong[i]), NULL), AS_ERR_RULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_floored_before_1970),
        cmocka_unit_test(civil_dates_match_the_calendar),
        cmocka_unit_test(every_day_of_eight_centuries_follows_the_one_before),
        cmocka_unit_test(any_instant_can_be_written),
        cmocka_unit_test(instants_are_read_in_their_usual_forms),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(forms_read_what_they_describe),
        cmocka_unit_test(a_date_given_with_at_is_its_end),
        cmocka_unit_test(spans_are_numbers_with_units),
        cmocka_unit_test(windows_are_whole_days),
        cmocka_unit_test(a_span_is_said_as_it_is_read),
        cmocka_unit_test(rates_count_per_span),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
