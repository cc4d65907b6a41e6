/* Business hours, by the calendar of 2026 (1 January was a Thursday). */
#include "base/business.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static int64_t instant(const char *text)
{
    int64_t seconds;
    assert_true(as_time_parse(&seconds, NULL, as_str_of(text)));
    return seconds;
}

static void weeks(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
        int64_t minutes;
    } cases[] = {
        {"2026-03-02T10:00:00Z", "2026-03-02T11:30:00Z", 90},       /* a Monday */
        {"2026-03-02T08:00:00Z", "2026-03-02T09:15:00Z", 15},       /* before they open */
        {"2026-03-02T16:30:00Z", "2026-03-03T09:30:00Z", 60},       /* over night */
        {"2026-03-06T16:00:00Z", "2026-03-09T10:00:00Z", 120},      /* over the weekend */
        {"2026-03-07T10:00:00Z", "2026-03-08T12:00:00Z", 0},        /* within it */
        {"2026-03-02T09:00:00Z", "2026-03-30T09:00:00Z", 20 * 480}, /* four weeks */
        {"1969-12-29T09:00:00Z", "1970-01-05T09:00:00Z", 5 * 480},  /* across the epoch */
        {"2026-03-03T09:00:00Z", "2026-03-02T09:00:00Z", 0},        /* backwards */
    };
    struct as_business business = {.zone = NULL};
    assert_int_equal(as_business_parse(&business, AS_STR("09:00-17:00"), NULL), AS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(as_business_seconds(&business, instant(cases[i].from), instant(cases[i].to)),
                         cases[i].minutes * 60);
}

static void zones(void **state)
{
    (void)state;
    /* Berlin goes forward on 29 March 2026: Friday 16:00 is 15:00 UTC, Monday 10:00 is 08:00 UTC. */
    struct as_zone *zone;
    assert_int_equal(as_zone_open(&zone, AS_STR("Europe/Berlin"), NULL), AS_OK);
    struct as_business business = {.zone = zone, .open = 9 * 3600, .close = 17 * 3600};
    assert_int_equal(
        as_business_seconds(&business, instant("2026-03-27T15:00:00Z"), instant("2026-03-30T08:00:00Z")),
        2 * 3600);
    as_zone_free(zone);
}

static void spans(void **state)
{
    (void)state;
    /* From Friday 16:00 to Monday 16:00: 72 hours by the wall, 8 of work. */
    static const struct {
        const char *words;
        int64_t passed, length;
    } cases[] = {
        {"24h", 72 * 3600, 86400}, {"2 business hours", 8 * 3600, 7200}, {"1 business day", 8 * 3600, 28800}};
    struct as_business business = {.open = 9 * 3600, .close = 17 * 3600};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_span span;
        int64_t passed, length;
        assert_int_equal(as_span_parse(&span, as_str_of(cases[i].words), NULL), AS_OK);
        as_business_measure(&passed, &length, &business, &span, instant("2026-03-06T16:00:00Z"),
                            instant("2026-03-09T16:00:00Z"));
        assert_int_equal(length, cases[i].length);
        assert_int_equal(passed, cases[i].passed);
    }
}

/* Naively: minute after minute is looked at by the calendar, until as many were worked. */
static int64_t walk(const struct as_business *business, int64_t from, int64_t minutes)
{
    int64_t time = from;
    for (; minutes > 0; time += 60) {
        int64_t local = time + (business->zone != NULL ? as_zone_offset(business->zone, time) : 0);
        struct as_civil c = as_civil_of(local);
        int64_t weekday = (as_day_of(local) + 3) % 7, second = c.hour * 3600 + c.minute * 60; /* 0 a Monday */
        bool off = weekday >= 5 && !business->every_day;
        for (uint32_t i = 0; i < business->off_count; i++)
            off |= business->off[i] == as_day_of(local);
        minutes -= !off && second >= business->open && second < business->close;
    }
    return time;
}

static void until(void **state)
{
    (void)state;
    struct as_zone *zone;
    assert_int_equal(as_zone_open(&zone, AS_STR("Europe/Berlin"), NULL), AS_OK);
    /* Good Friday and Easter Monday, and a row of days off up to a weekend. */
    int64_t easter[] = {as_day_of(instant("2026-04-03T00:00:00Z")),
                        as_day_of(instant("2026-04-06T00:00:00Z"))};
    int64_t row[4];
    for (int i = 0; i < 4; i++)
        row[i] = as_day_of(instant("2026-03-31T00:00:00Z")) + i;
    const struct as_business at[] = {
        {.open = 9 * 3600, .close = 17 * 3600},
        {.zone = zone, .open = 8 * 3600 + 1800, .close = 17 * 3600},
        {.zone = zone, .close = 86400},
        {.zone = zone, .open = 9 * 3600, .close = 17 * 3600, .off = easter, .off_count = 2},
        {.open = 9 * 3600, .close = 17 * 3600, .off = row, .off_count = 4},
        {.open = 9 * 3600, .close = 17 * 3600, .every_day = true, .off = easter, .off_count = 2}};
    const struct as_span spans[] = {{1, AS_SPAN_BUSINESS_DAYS},
                                    {7, AS_SPAN_BUSINESS_DAYS},
                                    {60, AS_SPAN_BUSINESS_SECONDS},
                                    {4 * 3600, AS_SPAN_BUSINESS_SECONDS}};
    for (size_t b = 0; b < sizeof at / sizeof *at; b++)
        for (size_t s = 0; s < 4; s++)
            /* Ten days around the change of clocks, at odd times. */
            for (int64_t from = instant("2026-03-25T00:00:00Z"); from < instant("2026-04-04T00:00:00Z");
                 from += 4980) {
                int64_t passed, length, end = as_business_until(&at[b], &spans[s], from);
                as_business_measure(&passed, &length, &at[b], &spans[s], from, end);
                assert_int_equal(passed, length);
                as_business_measure(&passed, &length, &at[b], &spans[s], from, end - 1);
                assert_int_equal(passed, length - 1);
                assert_int_equal(end, walk(&at[b], from, length / 60));
            }
    as_zone_free(zone);
    assert_int_equal(as_business_until(&at[0], &(struct as_span){86400, AS_SPAN_SECONDS}, 1000), 87400);
}

/* Maundy Thursday 2026, three in the afternoon: a day's work is done on the Tuesday after Easter, when both
 * holidays are off; without them on Good Friday. */
static void holidays(void **state)
{
    (void)state;
    int64_t days[] = {as_day_of(instant("2026-04-06T00:00:00Z")), as_day_of(instant("2026-04-03T00:00:00Z")),
                      as_day_of(instant("2026-04-04T00:00:00Z")), as_day_of(instant("2026-04-03T00:00:00Z"))};
    struct as_business business = {.open = 9 * 3600, .close = 17 * 3600};
    const struct as_span day = {1, AS_SPAN_BUSINESS_DAYS};
    int64_t from = instant("2026-04-02T15:00:00Z");
    assert_int_equal(as_business_until(&business, &day, from), instant("2026-04-03T15:00:00Z"));
    business.off = days;
    business.off_count =
        as_business_days_off(days, 4, false); /* Saturday is free anyhow, Friday stands twice */
    assert_int_equal(business.off_count, 2);
    assert_int_equal(as_business_until(&business, &day, from), instant("2026-04-07T15:00:00Z"));
    assert_int_equal(as_business_seconds(&business, from, instant("2026-04-07T09:00:00Z")), 2 * 3600);
}

static void wrong(void **state)
{
    (void)state;
    static const char *const words[] = {
        "", "9-17", "17:00-09:00", "09:00", "09:60-17:00", "25:00-26:00", "09:00-24:30"};
    struct as_business business;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct as_error error = AS_ERROR_INIT;
        assert_int_equal(as_business_parse(&business, as_str_of(words[i]), &error), AS_ERR_USAGE);
    }
    assert_int_equal(as_business_parse(&business, AS_STR("00:00-24:00"), NULL), AS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"nights and weekends do not count [A8.13]", weeks, NULL, NULL, NULL},
        {"a clock that changes at night changes no hours", zones, NULL, NULL, NULL},
        {"a business day has as many hours as it has", spans, NULL, NULL, NULL},
        {"a span ends with its last working second [A8.13]", until, NULL, NULL, NULL},
        {"holidays are no working days", holidays, NULL, NULL, NULL},
        {"what are no hours is refused", wrong, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
