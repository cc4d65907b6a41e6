/* Intervals and patience: how sure a rate is, and how long to wait before judging a programme:
 * Wilson 1927, Wald 1945. */
#ifndef AS_SCORE_INTERVAL_H
#define AS_SCORE_INTERVAL_H

#include <stdbool.h>
#include <stdint.h>

/* The z that leaves 5 % of the normal distribution outside of -z to z. */
#define AS_Z_95 1.959963984540054

/* The z below which a share p of the normal distribution lies; false unless 0 < p < 1. */
bool as_normal_quantile(double *z, double p);

/* Wilson score interval of hits out of n at a two-sided confidence, 0.95 in most places. false when n is 0,
 * hits > n or the confidence is not between 0 and 1. */
bool as_wilson(double *low, double *high, uint64_t hits, uint64_t n, double confidence);

/* Leads without one conversion that refute a base rate: ceil(ln(1-confidence) / ln(1-rate)). false unless
 * both are between 0 and 1. */
bool as_patience_zero(uint64_t *leads, double rate, double confidence);

/* Leads an arm needs to tell rate p1 from p2 (two-sided alpha). false unless the rates differ and all are
 * between 0 and 1. */
bool as_patience_arms(uint64_t *leads, double p1, double p2, double alpha, double power);

/* The same of two arms together that are not of one size: the one with rate p1 has a share of all (Fleiss,
 * Tytun and Ury 1980, without correction for continuity). */
bool as_patience_people(uint64_t *leads, double p1, double p2, double share, double alpha, double power);

/* Leads in all until Wilson's interval leaves a mark on one side, when they go on at the rate of hits so far.
 * false: it is the mark itself (within 0.5 points), or what as_wilson refuses. */
bool as_patience_mark(uint64_t *leads, uint64_t hits, uint64_t n, double mark, double confidence);

/* Wald's sequential test of rate p1 (it works) against p0 (it does not): keep looking while the log
 * likelihood ratio stays between the bounds. */
enum as_sequential { AS_SEQUENTIAL_GO_ON, AS_SEQUENTIAL_WORKS, AS_SEQUENTIAL_FAILS };
const char *as_sequential_name(enum as_sequential verdict); /* "insufficient", "works", "fails" */
/* upper = ln((1-beta)/alpha), lower = ln(beta/(1-alpha)). false unless alpha and beta are positive and alpha
 * + beta is below 1. */
bool as_sequential_bounds(double *lower, double *upper, double alpha, double beta);
/* *ratio gets the log likelihood ratio of hits out of n. false where the bounds or rates make no sense. */
bool as_sequential_of(enum as_sequential *verdict, double *ratio, uint64_t hits, uint64_t n, double p0,
                      double p1, double alpha, double beta);

#endif
