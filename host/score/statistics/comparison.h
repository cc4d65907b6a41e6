/* Comparison: whether two groups that were asked the same differ, as a difference with its interval. */
#ifndef AS_SCORE_COMPARISON_H
#define AS_SCORE_COMPARISON_H

#include <stdbool.h>
#include <stdint.h>

/* What is needed of many numbers to know their mean and spread (Welford's recurrence; weights are numbers of
 * observations). Starts as zeros. */
struct as_moments {
    uint64_t n;
    double mean, squares; /* squares: sum of squared distances from the mean */
};
/* times 0 adds nothing. */
void as_moments_add(struct as_moments *moments, double value, uint64_t times);

/* The t below which a share p of Student's distribution with df degrees of freedom lies; false unless
 * 0 < p < 1 and df > 0. Through the incomplete beta function (DLMF 8.17.22). */
bool as_student_quantile(double *t, double p, double df);

/* Interval of a mean, by Student's t. false when there are fewer than two observations, when all are equal (a
 * spread of 0 says nothing about others) or the confidence is not between 0 and 1. */
bool as_mean_interval(double *low, double *high, const struct as_moments *moments, double confidence);
/* Interval of the mean of a minus the mean of b, of two independent groups whose spreads may differ (Welch
 * 1947). false as above, for either. */
bool as_mean_gap(double *low, double *high, const struct as_moments *a, const struct as_moments *b,
                 double confidence);
/* hits of n, and of how many of others without something. */
struct as_beside {
    uint64_t hits, n, other_hits, other_n;
};
/* Interval of hits/n - other_hits/other_n (Newcombe 1998, method 10: Wilson's intervals put together). false
 * where as_wilson is. */
bool as_share_gap(double *low, double *high, const struct as_beside *beside, double confidence);
/* Whether the same thing does more in one group than in another: the difference of their log odds ratios,
 * which is the interaction of a logistic regression of the two, with Woolf's interval. A table with an empty
 * cell gets 0.5 added to every cell. false where a share has no one to be of. */
bool as_odds_interaction(double *difference, double *low, double *high, const struct as_beside *group,
                         const struct as_beside *other, double confidence);

#endif
