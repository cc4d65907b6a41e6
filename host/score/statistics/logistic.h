/* Logistic regression: log odds as a weighted sum, fitted by iteratively reweighted least squares with a
 * ridge (Hastie, Tibshirani, Friedman, The Elements of Statistical Learning, 4.4). */
#ifndef AS_SCORE_LOGISTIC_H
#define AS_SCORE_LOGISTIC_H

#include "base/arena.h"
#include "base/status.h"

struct as_logistic {
    double *weight; /* the constant first, then one a term */
    double *error;  /* standard errors, from the curvature at the solution */
    uint32_t terms;
    bool separated; /* the terms part the two outcomes cleanly: without a ridge weights would grow for ever */
};
/* x: n rows of `terms` numbers; y: 1 or 0. ridge: half of it times the square of each weight but the
 * constant's is taken off the log likelihood; 0 none. Lives in `arena`. AS_ERR_DATA when an outcome is
 * absent, or the terms do not settle the weights: one is told by the others, or they part the outcomes and
 * nothing holds them (ridge 0). */
enum as_status as_logistic_fit(struct as_logistic *out, struct as_arena *arena, const double *x,
                               const uint8_t *y, size_t n, uint32_t terms, double ridge,
                               struct as_error *error);

#endif
