/* Scales: one number mapped to another number, a bucket or a label. */
#ifndef AS_SCORE_SCALE_H
#define AS_SCORE_SCALE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* x kept within [low, high]; low when the limits are crossed. NaN stays NaN. */
double as_clamp(double x, double low, double high);

/* The straight line that takes from_low to to_low and from_high to to_high, kept between both; to_low where
 * the source range is empty. Ranges may run downwards. */
double as_scale(double x, double from_low, double from_high, double to_low, double to_high);

/* a / b; false (unknown) when b is 0 or the result is not finite. */
bool as_ratio(double *out, double a, double b);

/* Value that stops growing: 0 at and below 0, a straight line up to `acceptable`, `most` from there on. More
 * of what is already good enough earns nothing. `acceptable` must be positive, else `most` holds for every x
 * > 0. */
double as_saturate(double x, double acceptable, double most);

/* How many of the ascending borders are <= x: bucket 0 … n. */
size_t as_bucket(double x, const double *borders, size_t n);

/* A label and the least value that earns it. */
struct as_rung {
    const char *label;
    double from;
};
/* The label of the first rung (highest first) with from <= x, else `lowest`. NaN gives NULL. */
const char *as_rung_of(double x, const struct as_rung *rungs, size_t n, const char *lowest);

/* The ladder of thirds: F, D-, D, D+, C- … A, A+. Everyone starts at D; `thirds` steps up or down, stopping
 * at both ends. */
const char *as_thirds_grade(int64_t thirds);

#endif
