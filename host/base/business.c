/* Business hours, counted from a Monday on, so that any two instants are one subtraction apart. */
#include "base/business.h"

#include "base/search.h"

#include <stdlib.h>

enum { MONDAY = 4 }; /* 1970-01-05 */

static bool read_clock(int32_t *seconds, struct as_str text)
{
    int64_t hour, minute;
    struct as_str rest = text, hours = as_str_cut(&rest, ':');
    if (rest.p == NULL || rest.n != 2 || !as_parse_int(&hour, hours) || !as_parse_int(&minute, rest) ||
        hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour * 60 + minute > 24 * 60)
        return false;
    *seconds = (int32_t)(hour * 3600 + minute * 60);
    return true;
}

enum as_status as_business_parse(struct as_business *out, struct as_str text, struct as_error *error)
{
    struct as_str rest = text, open = as_str_cut(&rest, '-');
    if (rest.p != NULL && read_clock(&out->open, open) && read_clock(&out->close, rest) &&
        out->open < out->close)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "\"%.*s\" are no business hours", text.n > 40 ? 40 : (int)text.n,
                 text.p);
    return as_error_advise(error, "write 09:00-17:00");
}

static int64_t days_per_week(const struct as_business *business)
{
    return business->every_day ? 7 : 5;
}

static int compare_days(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* 0 is Monday. */
static int64_t weekday_of(int64_t day)
{
    int64_t weekday = (day - MONDAY) % 7;
    return weekday < 0 ? weekday + 7 : weekday;
}

uint32_t as_business_days_off(int64_t *days, uint32_t n, bool every_day)
{
    uint32_t kept = 0;
    if (n > 0)
        qsort(days, n, sizeof *days, compare_days);
    for (uint32_t i = 0; i < n; i++)
        if ((every_day || weekday_of(days[i]) < 5) && (kept == 0 || days[kept - 1] != days[i]))
            days[kept++] = days[i];
    return kept;
}

/* Days off before a day. */
static uint32_t off_before(const struct as_business *business, int64_t day)
{
    uint32_t i;
    AS_SEARCH(i, business->off_count, business->off[i] < day);
    return i;
}

/* Working seconds since a Monday long ago, by the wall clock. */
static int64_t worked(const struct as_business *business, int64_t seconds)
{
    int64_t local = seconds + (business->zone != NULL ? as_zone_offset(business->zone, seconds) : 0);
    int64_t day = as_day_of(local), second = local - day * AS_DAY_SECONDS,
            length = business->close - business->open, week_days = days_per_week(business);
    int64_t weekday = weekday_of(day), week = (day - MONDAY - weekday) / 7;
    uint32_t off = off_before(business, day);
    bool free_day = weekday >= week_days || (off < business->off_count && business->off[off] == day);
    int64_t today = second - business->open;
    today = free_day || today < 0 ? 0 : today > length ? length : today;
    return (week * week_days + (weekday < week_days ? weekday : week_days) - off) * length + today;
}

/* The working day before which there are so many since that Monday. */
static int64_t working_day(const struct as_business *business, int64_t number)
{
    int64_t week_days = days_per_week(business), day, passed = 0, off;
    do { /* each day off on the way puts it off by one, and more may lie on what it is put off to */
        int64_t n = number + passed, week = n / week_days - (n % week_days < 0);
        day = MONDAY + week * 7 + n - week * week_days;
        off = passed;
        passed = off_before(business, day + 1);
    } while (passed != off);
    return day;
}

int64_t as_business_seconds(const struct as_business *business, int64_t from, int64_t to)
{
    return to > from ? worked(business, to) - worked(business, from) : 0;
}

void as_business_measure(int64_t *passed, int64_t *length, const struct as_business *business,
                         const struct as_span *span, int64_t from, int64_t to)
{
    *length = span->unit == AS_SPAN_BUSINESS_DAYS ? span->length * (business->close - business->open)
                                                  : span->length;
    *passed = span->unit != AS_SPAN_SECONDS ? as_business_seconds(business, from, to)
              : to > from                   ? to - from
                                            : 0;
}

int64_t as_business_until(const struct as_business *business, const struct as_span *span, int64_t from)
{
    int64_t length = business->close - business->open;
    int64_t wanted = span->unit == AS_SPAN_BUSINESS_DAYS ? span->length * length : span->length;
    if (span->unit == AS_SPAN_SECONDS || wanted <= 0)
        return from + wanted;
    int64_t sum = worked(business, from) + wanted - 1; /* the last working second begins here */
    int64_t days = sum / length - (sum % length < 0);
    int64_t local = working_day(business, days) * AS_DAY_SECONDS + business->open + sum - days * length + 1;
    return business->zone != NULL ? as_zone_instant(business->zone, local) : local;
}
