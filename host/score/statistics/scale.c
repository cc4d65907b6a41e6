/* Maps from one number to another number or a label. */
#include "score/statistics/scale.h"

#include <math.h>

double as_clamp(double x, double low, double high)
{
    if (x < low || high < low)
        return isnan(x) ? x : low;
    return x > high ? high : x;
}

double as_scale(double x, double from_low, double from_high, double to_low, double to_high)
{
    if (isnan(x))
        return x;
    if (from_low == from_high)
        return to_low;
    double share = as_clamp((x - from_low) / (from_high - from_low), 0, 1);
    /* The far end is met exactly, which to_low + 1 * (to_high - to_low) may miss by rounding. */
    return share == 1 ? to_high : to_low + share * (to_high - to_low);
}

bool as_ratio(double *out, double a, double b)
{
    if (b == 0 || !isfinite(a / b))
        return false;
    *out = a / b;
    return true;
}

double as_saturate(double x, double acceptable, double most)
{
    if (isnan(x))
        return x;
    if (x <= 0)
        return 0;
    return x >= acceptable ? most : x / acceptable * most;
}

size_t as_bucket(double x, const double *borders, size_t n)
{
    size_t bucket = 0;
    while (bucket < n && borders[bucket] <= x)
        bucket++;
    return bucket;
}

const char *as_rung_of(double x, const struct as_rung *rungs, size_t n, const char *lowest)
{
    if (isnan(x))
        return NULL;
    for (size_t i = 0; i < n; i++)
        if (rungs[i].from <= x)
            return rungs[i].label;
    return lowest;
}

const char *as_thirds_grade(int64_t thirds)
{
    static const char *const grades[] = {"F",  "D-", "D",  "D+", "C-", "C", "C+",
                                         "B-", "B",  "B+", "A-", "A",  "A+"};
    const int64_t start = 2, last = sizeof grades / sizeof *grades - 1;
    if (thirds < -start)
        thirds = -start;
    if (thirds > last - start)
        thirds = last - start;
    return grades[start + thirds];
}
