/* Ranks: percentile ranks, and how well a score orders and calibrates outcomes.
 *
 * y is 1 for what happened and 0 for what did not; ties are groups, never broken by order. Functions that
 * sort take a copy and so may run out of memory. */
#ifndef AS_SCORE_RANK_H
#define AS_SCORE_RANK_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* The share (0..100) of values that lie below x, ties counting one half; false when there are no values. */
bool as_percentile_rank(double *out, double x, const double *values, size_t n);
/* The same for every value among all, in one sort. NaN values get NaN and count for nobody. */
enum as_status as_percentile_ranks(double *out, const double *values, size_t n, struct as_error *error);

/* How well scores order outcomes. */
struct as_ranking {
    size_t positives, negatives;
    double auc; /* Mann-Whitney, ties one half */
    double ks;  /* greatest gap between the two cumulative shares */
    double average_precision;
};
/* AS_ERR_DATA when a class is absent or a score is NaN. */
enum as_status as_ranking_of(struct as_ranking *out, const uint8_t *y, const double *score, size_t n,
                             struct as_error *error);

/* The interval of the AUC by DeLong's variance (DeLong, DeLong, Clarke-Pearson 1988), kept within 0 and 1. It
 * has no width where every score of one class lies above every score of the other: then it says nothing.
 * AS_ERR_DATA as above. */
enum as_status as_auc_interval(double *low, double *high, const uint8_t *y, const double *score, size_t n,
                               double confidence, struct as_error *error);

/* Mean squared error of probabilities; false when n is 0. */
bool as_brier(double *out, const uint8_t *y, const double *p, size_t n);
/* Mean of -ln of the probability given to what happened; p is kept within [1e-15, 1 - 1e-15]. false when n is
 * 0. */
bool as_log_loss(double *out, const uint8_t *y, const double *p, size_t n);

#endif
