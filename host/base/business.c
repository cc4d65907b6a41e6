/* Business hours, counted from a Monday on, so that any two instants are one subtraction apart. */
#include "base/business.h"

#include <stdio.h>

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

/* Working seconds since a Monday long ago, by the wall clock. */
static int64_t worked(const struct as_business *business, int64_t seconds)
{
    int64_t local = seconds + (business->zone != NULL ? as_zone_offset(business->zone, seconds) : 0);
    int64_t day = as_day_of(local), second = local - day * AS_DAY_SECONDS,
            length = business->close - business->open;
    int64_t week = (day - MONDAY) / 7 - ((day - MONDAY) % 7 < 0), weekday = day - MONDAY - week * 7;
    int64_t today = second - business->open;
    today = weekday >= 5 || today < 0 ? 0 : today > length ? length : today;
    return (week * 5 + (weekday < 5 ? weekday : 5)) * length + today;
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
    int64_t days = sum / length - (sum % length < 0), week = days / 5 - (days % 5 < 0);
    int64_t local =
        (MONDAY + week * 7 + days - week * 5) * AS_DAY_SECONDS + business->open + sum - days * length + 1;
    return business->zone != NULL ? as_zone_instant(business->zone, local) : local;
}
