/* Forecast: what time alone will change, with no new facts. */
#ifndef AS_SCORE_FORECAST_H
#define AS_SCORE_FORECAST_H

#include "score/model/ledger.h"
#include "score/model/standing.h"

struct as_forecast {
    int64_t day;                  /* UTC day on which it changes, with no new facts */
    const struct as_gate *gate;   /* a gate's verdict changes, or */
    const struct as_score *score; /* a score crosses into another grade band */
    uint16_t from, to;            /* gate verdicts or grades */
};
/* Changes within `days` days after `at`, the first one of each gate and of each axis of the grade (its score
 * is named), in order of day. Days are looked at one by one, since a verdict may come and go. Returns how
 * many; fills at most `most`. */
enum as_status as_forecast_of(struct as_forecast *out, uint32_t most, uint32_t *n, const struct as_plan *plan,
                              const struct as_model *model, const struct as_dataset *dataset,
                              const struct as_run_options *options, uint32_t lead_row, uint32_t days,
                              struct as_error *error);

#endif
