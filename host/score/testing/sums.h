/* Sums: which points the rules of a score can add up to, where that can be told from their declarations. */
#ifndef AS_SCORE_SUMS_H
#define AS_SCORE_SUMS_H

#include "score/tree/pack.h"

/* Whether the score can be a value from `from` to `to`, in milli-points, both included. True also where it
 * cannot be told: rules that fade or are functions, caps of groups, more sums than are worth counting. That
 * conditions may exclude each other is not looked at, so a sum that is said to be possible may be none. */
bool as_score_reaches(const struct as_score *score, int64_t from, int64_t to);

#endif
