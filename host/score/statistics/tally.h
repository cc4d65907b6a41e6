/* Tally: a weighted sum that keeps its ledger. The entries sum to the total exactly, in milli-points. */
#ifndef AS_SCORE_TALLY_H
#define AS_SCORE_TALLY_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct as_part {
    const char *name;
    double weight;
    bool known;
    double value;     /* when known */
    double low, high; /* what an unknown value may lie between */
    int64_t points;   /* out: weight * value in milli-points, half away from zero; 0 when unknown */
};
struct as_tally {
    int64_t value, low, high; /* milli-points; unknown parts add 0 to the value and widen the interval */
};
/* AS_ERR_LIMIT when a part exceeds AS_MAX_POINTS_MILLI, AS_ERR_DATA when one is not a number. */
enum as_status as_tally_of(struct as_tally *out, struct as_part *parts, size_t n, struct as_error *error);

/* x to the nearest milli-point of x points, half away from zero. false beyond AS_MAX_POINTS_MILLI or for NaN.
 */
bool as_milli_of(int64_t *out, double points);

#endif
