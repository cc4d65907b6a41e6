/* Business hours: how much working time passes between two instants. The same hours on each working day, in
 * one zone; Monday to Friday, without the days off that somebody lists. */
#ifndef AS_BASE_BUSINESS_H
#define AS_BASE_BUSINESS_H

#include "base/time.h"
#include "base/zone.h"

struct as_business {
    const struct as_zone *zone; /* NULL: UTC; borrowed */
    int32_t open, close;        /* seconds of the local day, open before close */
    bool every_day;             /* Saturdays and Sundays are working days */
    const int64_t *off;         /* days off, ascending, each once, none that is free anyhow; borrowed */
    uint32_t off_count;
};

/* Brings days off into the form of `off`, in place: how many are left of n. */
uint32_t as_business_days_off(int64_t *days, uint32_t n, bool every_day);

/* Reads "09:00-17:00". AS_ERR_USAGE. */
enum as_status as_business_parse(struct as_business *out, struct as_str text, struct as_error *error);
/* Working seconds from one instant to a later one; 0 when it is not later. Clocks that change do so at night.
 */
int64_t as_business_seconds(const struct as_business *business, int64_t from, int64_t to);
/* How much of a span has passed between two instants, and the span's length, both in seconds of its own
 * clock: the wall's, or working time, of which a business day has close - open. */
void as_business_measure(int64_t *passed, int64_t *length, const struct as_business *business,
                         const struct as_span *span, int64_t from, int64_t to);
/* When a span that begins at an instant has passed on its own clock; for working time the moment of the last
 * working second, so that what ends with a day ends at its close. */
int64_t as_business_until(const struct as_business *business, const struct as_span *span, int64_t from);

#endif
