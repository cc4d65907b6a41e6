/* Ranges: what a comparison with literals lets pass, normalised, so that two comparisons that mean the same
 * are equal. */
#ifndef AS_SCORE_RANGE_H
#define AS_SCORE_RANGE_H

#include "score/tree/operator.h"

/* lo <= x <= hi in whole steps, or flo <= x <= fhi where the value is a double. */
struct as_range {
    int64_t lo, hi;
    double flo, fhi;
};

/* The number of an INTEGER or NUMBER literal. */
double as_literal_number(const struct as_literal *literal);

/* The range of a comparison, EQUAL to BETWEEN. whole: the value is counted in steps of 1/scale of the unit
 * that a and b are in (money 100, points 1000); else it is a double and scale is ignored. b: of BETWEEN. */
struct as_range as_range_of(enum as_kernel kernel, double a, double b, double scale, bool whole);

#endif
