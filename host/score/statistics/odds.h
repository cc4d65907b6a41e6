/* Odds: sigmoid, log odds, scorecards, weight of evidence, and naive Bayes for one record.
 * What is learnt from many records is trait.h's and contrast.h's. */
#ifndef AS_SCORE_ODDS_H
#define AS_SCORE_ODDS_H

#include "base/arena.h"
#include "base/status.h"

#include <stddef.h>

/* 1 / (1 + e^-x); never overflows. */
double as_sigmoid(double x);
/* ln(p / (1 - p)); false (unknown) unless 0 < p < 1. */
bool as_log_odds(double *out, double p);

/* score = offset + factor * ln(odds), factor = pdo / ln 2: `pdo` points double the odds. */
struct as_scorecard {
    double factor, offset;
};
/* false unless pdo and base_odds are positive. */
bool as_scorecard_of(struct as_scorecard *out, double pdo, double base_score, double base_odds);
/* false unless odds is positive. */
bool as_scorecard_score(double *out, const struct as_scorecard *card, double odds);

/* Weight of evidence of each bin, ln((good/G) / (bad/B)), and the information value. A table with an empty
 * cell gets 0.5 added to every cell, and *smoothed says so. false when there are no bins, a count is negative
 * or not finite, or one class is absent. */
bool as_weight_of_evidence(double *woe, double *information, bool *smoothed, const double *good,
                           const double *bad, size_t n);
/* An information value as people call it: "useless" below 0.02, "weak" below 0.1, "medium" below 0.3,
 * "strong" up to 0.5, "suspicious" above: such a column has often seen the outcome. */
const char *as_information_word(double information);

/* --- naive Bayes over won and lost frequencies (Odoo's form) --- */

/* How often a value of a field that the record has was won and lost, beside the field's totals. */
struct as_bayes_cell {
    double won, lost;             /* of this value */
    double field_won, field_lost; /* of all values of the field; for the stage field W and L */
    bool tag;                     /* tags are ignored while won + lost < least_tag */
};
struct as_bayes_options {
    double smoothing; /* what a new or emptied cell holds on both sides; 0.1 */
    double least_tag; /* 50 */
};
#define AS_BAYES_DEFAULTS ((struct as_bayes_options){0.1, 50})

/* Log odds: the prior plus one term a cell; their sum is the score, so it explains itself exactly. */
struct as_bayes_score {
    double probability; /* percent, rounded to 2 places, 0.01 … 99.99 */
    double prior;       /* ln(S_w / S_l) before any field */
    double log_odds;    /* prior plus all terms */
};
/* won, lost: totals W and L. term[i], when term is not NULL, gets cell i's ln((won/W_f)/(lost/L_f)), 0 where
 * it was ignored. false when W or L is not positive, or a field's total is not: the score cannot be computed.
 * A record in a won stage is 100 by definition: the caller says so, not this function. */
bool as_bayes_of(struct as_bayes_score *out, double *term, double won, double lost,
                 const struct as_bayes_cell *cells, size_t n, const struct as_bayes_options *options);
/* The count after one more (+1) or one fewer (-1) outcome: what falls to 0 or below becomes `smoothing`. */
double as_bayes_update(double count, double change, const struct as_bayes_options *options);

#endif
