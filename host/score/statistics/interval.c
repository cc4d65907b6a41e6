/* Rates from counts: intervals, sample sizes and the sequential test. Counting is left to reports. */
#include "score/statistics/interval.h"

#include <math.h>

static bool is_share(double p)
{
    return p > 0 && p < 1;
}

bool as_normal_quantile(double *z, double p)
{
    if (!is_share(p))
        return false;
    /* The distribution function through erfc keeps its precision in both tails, so halving an interval until
     * two neighbours meet gives the quantile to the last bit that p itself can tell. */
    double low = -40, high = 40;
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (0.5 * erfc(-middle / sqrt(2)) < p)
            low = middle;
        else
            high = middle;
    }
    *z = high;
    return true;
}

bool as_wilson(double *low, double *high, uint64_t hits, uint64_t n, double confidence)
{
    double z;
    if (n == 0 || hits > n || !is_share(confidence) || !as_normal_quantile(&z, 0.5 + confidence / 2))
        return false;
    double count = (double)n, p = (double)hits / count, z2 = z * z;
    double middle = (p + z2 / (2 * count)) / (1 + z2 / count);
    double half = z / (1 + z2 / count) * sqrt(p * (1 - p) / count + z2 / (4 * count * count));
    /* At the ends the formula is exact; rounding must not make a bound of 1e-17 of it. */
    *low = hits == 0 ? 0 : middle - half;
    *high = hits == n ? 1 : middle + half;
    return true;
}

bool as_patience_zero(uint64_t *leads, double rate, double confidence)
{
    if (!is_share(rate) || !is_share(confidence))
        return false;
    double n = ceil(log1p(-confidence) / log1p(-rate));
    if (n >= 0x1p63)
        return false;
    *leads = (uint64_t)n;
    return true;
}

/* Of both arms together, of which the one with p1 has `share`. */
static bool people(double *n, double p1, double p2, double share, double alpha, double power)
{
    double za, zb;
    if (!is_share(p1) || !is_share(p2) || p1 == p2 || !is_share(share) || !is_share(alpha) ||
        !as_normal_quantile(&za, 1 - alpha / 2) || !as_normal_quantile(&zb, power))
        return false;
    double pooled = share * p1 + (1 - share) * p2;
    double root = za * sqrt(pooled * (1 - pooled) * (1 / share + 1 / (1 - share))) +
                  zb * sqrt(p1 * (1 - p1) / share + p2 * (1 - p2) / (1 - share));
    *n = root * root / ((p1 - p2) * (p1 - p2));
    return *n < 0x1p63;
}

bool as_patience_people(uint64_t *leads, double p1, double p2, double share, double alpha, double power)
{
    double n;
    if (!people(&n, p1, p2, share, alpha, power))
        return false;
    *leads = (uint64_t)ceil(n);
    return true;
}

bool as_patience_arms(uint64_t *leads, double p1, double p2, double alpha, double power)
{
    double n;
    if (!people(&n, p1, p2, 0.5, alpha, power))
        return false;
    *leads = (uint64_t)ceil(n / 2);
    return true;
}

static bool leaves(double rate, uint64_t n, double mark, double confidence)
{
    double low = 0, high = 1;
    return as_wilson(&low, &high, (uint64_t)llround(rate * (double)n), n, confidence) &&
           (low > mark || high < mark);
}

bool as_patience_mark(uint64_t *leads, uint64_t hits, uint64_t n, double mark, double confidence)
{
    double low, high, rate = n > 0 ? (double)hits / (double)n : 0;
    if ((n > 0 && !as_wilson(&low, &high, hits, n, confidence)) || !(fabs(rate - mark) > 0.005))
        return false;
    uint64_t enough = n > 0 ? n : 1, too_few = enough - 1;
    while (!leaves(rate, enough, mark, confidence)) {
        too_few = enough;
        enough *= 2;
    }
    while (enough - too_few > 1) {
        uint64_t middle = too_few + (enough - too_few) / 2;
        if (leaves(rate, middle, mark, confidence))
            enough = middle;
        else
            too_few = middle;
    }
    *leads = enough;
    return true;
}

const char *as_sequential_name(enum as_sequential verdict)
{
    switch (verdict) {
    case AS_SEQUENTIAL_GO_ON:
        return "insufficient";
    case AS_SEQUENTIAL_WORKS:
        return "works";
    case AS_SEQUENTIAL_FAILS:
        return "fails";
    }
    return "";
}

bool as_sequential_bounds(double *lower, double *upper, double alpha, double beta)
{
    if (!(alpha > 0 && beta > 0 && alpha + beta < 1))
        return false;
    *upper = log((1 - beta) / alpha);
    *lower = log(beta / (1 - alpha));
    return true;
}

bool as_sequential_of(enum as_sequential *verdict, double *ratio, uint64_t hits, uint64_t n, double p0,
                      double p1, double alpha, double beta)
{
    double lower, upper;
    if (hits > n || !is_share(p0) || !is_share(p1) || p1 <= p0 ||
        !as_sequential_bounds(&lower, &upper, alpha, beta))
        return false;
    *ratio = (double)hits * log(p1 / p0) + (double)(n - hits) * (log1p(-p1) - log1p(-p0));
    *verdict = *ratio >= upper   ? AS_SEQUENTIAL_WORKS
               : *ratio <= lower ? AS_SEQUENTIAL_FAILS
                                 : AS_SEQUENTIAL_GO_ON;
    return true;
}
