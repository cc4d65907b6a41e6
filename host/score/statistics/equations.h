/* Equations: systems of linear equations, solved whole. */
#ifndef AS_SCORE_EQUATIONS_H
#define AS_SCORE_EQUATIONS_H

#include <stdbool.h>
#include <stdint.h>

/* Solves n equations by elimination with pivots. `row` holds n rows of n + sides numbers, coefficients first;
 * each of the right sides behind them becomes its solution (the identity: the inverse). False when the
 * equations do not settle it: what stands in `row` then means nothing. */
bool as_equations_solve(double *row, uint32_t n, uint32_t sides);

#endif
