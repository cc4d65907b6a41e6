/* Likeness: how much alike leads are by the conditions of a pack. */
#ifndef AS_SCORE_LIKENESS_H
#define AS_SCORE_LIKENESS_H

#include "score/plan/plan.h"

/* Lin's information-theoretic similarity (1998) over the states yes, no and unknown of n conditions, of row
 * `row` with every row, 0 to 1: with p(s) the share of rows that have the state,
 *
 *     Σ over equal 2·log p(s)  +  Σ over unequal 2·log (p(s) + p(t))
 *     --------------------------------------------------------------
 *                     Σ over all  log p(s) + log p(t)
 *
 * so that agreeing in what is rare counts most and agreeing in what everybody has counts nothing. 1 where
 * there is nothing to tell rows apart. `out` has one entry a row. */
enum as_status as_likeness(double *out, const struct as_verdicts *conditions, uint32_t n, uint32_t rows,
                           uint32_t row, struct as_error *error);

#endif
