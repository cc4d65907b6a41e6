/* What is missing for a gate: the conditions that keep it from passing, and what to ask to settle them. */
#ifndef AS_SCORE_MISSING_H
#define AS_SCORE_MISSING_H

#include "score/model/forecast.h"
#include "score/model/ledger.h"
#include "score/model/standing.h"

struct as_missing {
    const struct as_criterion *criterion;
    const struct as_expr *leaf; /* the condition that blocks */
    enum as_tri state;          /* AS_NO, AS_UNKNOWN or AS_UNMEASURABLE */
    const char *ask;            /* the question that would settle it; NULL when it is no answer */
};
/* The conditions that keep a gate from passing, in order of criteria, unknown ones first within each, each
 * once a criterion. Of conditions joined by "or", and of those of "at least k of", all that do not hold are
 * named: any would help. A comparison with a score that is unknown is followed by the rules of the score that
 * leave it open. Returns how many there are; fills at most `most`. */
uint32_t as_missing_for(struct as_missing *out, uint32_t most, const struct as_trace *trace,
                        const struct as_gate *gate);

/* The same for one condition at the level where it stands (a disqualifier's, a play's); criterion is NULL in
 * what it fills. */
uint32_t as_missing_in(struct as_missing *out, uint32_t most, const struct as_trace *trace,
                       const struct as_expr *condition, enum as_level level);

#endif
