/* Two groups compared. What the numbers are of, and which differences matter, is the reader's business. */
#include "score/statistics/comparison.h"

#include "score/statistics/interval.h"

#include <math.h>

void as_moments_add(struct as_moments *moments, double value, uint64_t times)
{
    if (times == 0)
        return;
    double before = value - moments->mean;
    moments->n += times;
    moments->mean += before * (double)times / (double)moments->n;
    moments->squares += (double)times * before * (value - moments->mean);
}

/* --- Student's distribution --- */

/* The continued fraction of the incomplete beta function, by Lentz's method: converges within some 300 steps
 * where x < (a + 1) / (a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
    enum { STEPS = 10000 };
    const double tiny = 1e-300;
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double product = d;
    for (int m = 1; m <= STEPS; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + even * d;
        c = 1 + even / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        product *= d * c;
        d = 1 + odd * d;
        c = 1 + odd / c;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = fabs(c) < tiny ? tiny : c;
        product *= d * c;
        if (fabs(d * c - 1) < 1e-15)
            break;
    }
    return product;
}

/* I_x(a, b) */
static double incomplete_beta(double x, double a, double b)
{
    if (x <= 0 || x >= 1)
        return x <= 0 ? 0 : 1;
    double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a
                                     : 1 - front * beta_fraction(1 - x, b, a) / b;
}

/* The share above t >= 0. */
static double student_tail(double t, double df)
{
    return 0.5 * incomplete_beta(df / (df + t * t), df / 2, 0.5);
}

bool as_student_quantile(double *t, double p, double df)
{
    if (!(p > 0 && p < 1) || !(df > 0))
        return false;
    double tail = p < 0.5 ? p : 1 - p, low = 0, high = 1;
    while (student_tail(high, df) > tail && high < 1e150)
        high *= 2;
    for (;;) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if (student_tail(middle, df) > tail)
            low = middle;
        else
            high = middle;
    }
    *t = p < 0.5 ? -high : p > 0.5 ? high : 0;
    return true;
}

/* --- intervals --- */

static double variance_of_mean(const struct as_moments *moments)
{
    return moments->squares / (double)(moments->n - 1) / (double)moments->n;
}

bool as_mean_interval(double *low, double *high, const struct as_moments *moments, double confidence)
{
    double t;
    if (moments->n < 2 || !(moments->squares > 0) ||
        !as_student_quantile(&t, 0.5 + confidence / 2, (double)(moments->n - 1)))
        return false;
    double half = t * sqrt(variance_of_mean(moments));
    *low = moments->mean - half;
    *high = moments->mean + half;
    return true;
}

bool as_mean_gap(double *low, double *high, const struct as_moments *a, const struct as_moments *b,
                 double confidence)
{
    double t;
    if (a->n < 2 || b->n < 2 || !(a->squares > 0) || !(b->squares > 0))
        return false;
    double va = variance_of_mean(a), vb = variance_of_mean(b);
    double df = (va + vb) * (va + vb) / (va * va / (double)(a->n - 1) + vb * vb / (double)(b->n - 1));
    if (!as_student_quantile(&t, 0.5 + confidence / 2, df))
        return false;
    double gap = a->mean - b->mean, half = t * sqrt(va + vb);
    *low = gap - half;
    *high = gap + half;
    return true;
}

bool as_share_gap(double *low, double *high, const struct as_beside *beside, double confidence)
{
    double l, u, other_l, other_u;
    if (!as_wilson(&l, &u, beside->hits, beside->n, confidence) ||
        !as_wilson(&other_l, &other_u, beside->other_hits, beside->other_n, confidence))
        return false;
    double p = (double)beside->hits / (double)beside->n;
    double other = (double)beside->other_hits / (double)beside->other_n;
    *low = p - other - hypot(p - l, other_u - other);
    *high = p - other + hypot(u - p, other - other_l);
    return true;
}

/* The log odds ratio and its variance, Woolf's. */
static bool odds_ratio(double *ratio, double *variance, const struct as_beside *b)
{
    double cell[] = {(double)b->hits, (double)(b->n - b->hits), (double)b->other_hits,
                     (double)(b->other_n - b->other_hits)};
    bool empty = false;
    if (b->n == 0 || b->other_n == 0 || b->hits > b->n || b->other_hits > b->other_n)
        return false;
    *ratio = *variance = 0;
    for (int i = 0; i < 4; i++)
        empty |= cell[i] == 0;
    for (int i = 0; i < 4; i++) {
        cell[i] += empty ? 0.5 : 0;
        *ratio += (i == 0 || i == 3 ? 1 : -1) * log(cell[i]);
        *variance += 1 / cell[i];
    }
    return true;
}

bool as_odds_interaction(double *difference, double *low, double *high, const struct as_beside *group,
                         const struct as_beside *other, double confidence)
{
    double ratio, variance, other_ratio, other_variance, z;
    if (!odds_ratio(&ratio, &variance, group) || !odds_ratio(&other_ratio, &other_variance, other) ||
        !as_normal_quantile(&z, 0.5 + confidence / 2))
        return false;
    *difference = ratio - other_ratio;
    *low = *difference - z * sqrt(variance + other_variance);
    *high = *difference + z * sqrt(variance + other_variance);
    return true;
}
