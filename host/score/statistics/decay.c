/* Decay of points by age, one value at a time or as a table.
 *
 * Which events count at all (kinds, conditions, rate limits) is the event kernels' business. */
#include "score/statistics/decay.h"

#include "base/time.h"

#include <math.h>

double as_decay_weight(enum as_fading fading, int64_t days, int64_t age)
{
    if (age < 0)
        return 0;
    switch (fading) {
    case AS_FADING_NONE:
        return 1;
    case AS_FADING_HALF_LIFE:
        return days > 0 ? exp2(-(double)age / (double)days) : 0;
    case AS_FADING_LINEAR:
        return age < days ? (double)(days - age) / (double)days : 0;
    case AS_FADING_WINDOW:
        return age < days ? 1 : 0;
    }
    return 0;
}

int64_t as_decay_points(int64_t points, enum as_fading fading, int64_t days, int64_t age)
{
    if (fading == AS_FADING_LINEAR) {
        if (age < 0 || age >= days)
            return 0;
        /* Integers, so that a half is a half: points is at most 1e9, days 36,525. */
        int64_t twice = 2 * points * (days - age);
        return (twice + (points < 0 ? -days : days)) / (2 * days);
    }
    return llround((double)points * as_decay_weight(fading, days, age));
}

/* Event times are unsigned 32-bit seconds, so no event is older than this at any decision about them. */
static const int64_t oldest_age = UINT32_MAX / AS_DAY_SECONDS + 1;

static int64_t faded_after(int64_t points, enum as_fading fading, int64_t days)
{
    int64_t magnitude = points < 0 ? -points : points;
    switch (fading) {
    case AS_FADING_NONE:
        return 0;
    case AS_FADING_LINEAR:
    case AS_FADING_WINDOW:
        return days;
    case AS_FADING_HALF_LIFE:
        /* Below half a milli-point it rounds to 0: one day more than log2(2 |points|) half-lives. */
        return magnitude == 0 ? 0 : (int64_t)ceil((double)days * log2(2.0 * (double)magnitude)) + 1;
    }
    return 0;
}

enum as_status as_decay_table_of(struct as_decay_table *out, struct as_arena *arena, int64_t points,
                                 enum as_fading fading, int64_t days, struct as_error *error)
{
    int64_t n = faded_after(points, fading, days);
    if (n > oldest_age)
        n = oldest_age;
    int64_t *table = as_arena_array(arena, n > 0 ? (size_t)n : 1, sizeof *table);
    if (table == NULL)
        return as_error_memory(error);
    for (int64_t age = 0; age < n; age++)
        table[age] = as_decay_points(points, fading, days, age);
    *out = (struct as_decay_table){table, n > 0 ? (uint32_t)n : 0, fading == AS_FADING_NONE ? points : 0};
    return AS_OK;
}
