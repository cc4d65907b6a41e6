/* What is missing for a gate, and what time alone will change. */
#ifndef AS_SCORE_MISSING_H
#define AS_SCORE_MISSING_H

#include "score/ledger.h"
#include "score/standing.h"

struct as_missing {
    const struct as_criterion *criterion;
    const struct as_expr *leaf;  /* the condition that blocks */
    enum as_tri state;           /* AS_NO, AS_UNKNOWN or AS_UNMEASURABLE */
    const char *ask;             /* the question that would settle it; NULL when it is no answer */
};
/* The conditions that keep a gate from passing, in order of criteria, unknown ones first within each. Returns how many
 * there are; fills at most `most`. */
uint32_t as_missing_for(struct as_missing *out, uint32_t most, const struct as_trace *trace, const struct as_gate *gate);

struct as_forecast {
    int64_t day;                 /* UTC day on which it changes, with no new facts */
    const struct as_gate *gate;  /* a gate's verdict changes, or */
    const struct as_score *score; /* a score crosses into another grade band */
    uint16_t from, to;           /* gate verdicts or grades */
};
/* Changes within `days` days after `at`, first change per gate and of the grade, in order of day. Returns how many; fills
 * at most `most`. */
enum as_status as_forecast_of(struct as_forecast *out, uint32_t most, uint32_t *n, const struct as_plan *plan,
                              const struct as_model *model, const struct as_dataset *dataset,
                              const struct as_run_options *options, uint32_t lead_row, uint32_t days, struct as_error *error);

#endif
