/* Windows over one run of event times. Selecting kinds and properties is left to the caller. */
#include "score/statistics/window.h"

#include "base/search.h"

#include <math.h>

/* The first index whose time is >= bound. */
static size_t first_from(const uint32_t *time, size_t n, int64_t bound)
{
    size_t i;
    AS_SEARCH(i, n, (int64_t)time[i] < bound);
    return i;
}

/* The part first … end-1 of the run that a window holds. */
struct slice {
    size_t first, end;
};

static struct slice slice_of(const uint32_t *time, size_t n, int64_t at, int64_t days)
{
    struct slice slice = {0, at == INT64_MAX ? n : first_from(time, n, at + 1)};
    if (days > 0 && slice.end > 0)
        slice.first = first_from(time, slice.end, (as_day_of(at) - days + 1) * AS_DAY_SECONDS);
    return slice;
}

size_t as_window_count(const uint32_t *time, size_t n, int64_t at, int64_t days)
{
    struct slice slice = slice_of(time, n, at, days);
    return slice.end - slice.first;
}

double as_window_sum(const uint32_t *time, const double *value, size_t n, int64_t at, int64_t days)
{
    struct slice slice = slice_of(time, n, at, days);
    double sum = 0;
    for (size_t i = slice.first; i < slice.end; i++)
        if (!isnan(value[i]))
            sum += value[i];
    return sum;
}

size_t as_window_distinct_days(const uint32_t *time, size_t n, int64_t at, int64_t days)
{
    struct slice slice = slice_of(time, n, at, days);
    size_t distinct = 0;
    int64_t last = 0;
    for (size_t i = slice.first; i < slice.end; i++) {
        int64_t day = as_day_of(time[i]);
        if (distinct == 0 || day != last)
            distinct++;
        last = day;
    }
    return distinct;
}

bool as_recency_days(int64_t *days, const uint32_t *time, size_t n, int64_t at)
{
    size_t end = slice_of(time, n, at, 0).end;
    if (end == 0)
        return false;
    *days = as_age_days(at, time[end - 1]);
    return true;
}

bool as_frequency(double *per_day, const uint32_t *time, size_t n, int64_t at, int64_t days)
{
    if (days <= 0)
        return false;
    *per_day = (double)as_window_count(time, n, at, days) / (double)days;
    return true;
}
