/* Service clock: how far a promise about a hand-off has run, on the hours that the pack counts. A fold over
 * what happened, as everything else: it is reckoned anew for any instant. */
#ifndef AS_SCORE_SERVICE_CLOCK_H
#define AS_SCORE_SERVICE_CLOCK_H

#include "data/facts/dataset.h"
#include "score/tree/pack.h"

enum as_clock_state {
    AS_CLOCK_RUNS,
    AS_CLOCK_AT_RISK, /* the share of `warn` has passed */
    AS_CLOCK_OVERDUE, /* time is over, and nobody answered yet */
    AS_CLOCK_KEPT,
    AS_CLOCK_LATE, /* answered, after time was over */
};
const char *as_clock_state_name(enum as_clock_state state); /* "runs", "at risk" … */

struct as_service_clock {
    enum as_clock_state state;
    int64_t began, stopped; /* stopped AS_TIME_NONE: it runs */
    int64_t due;            /* when its time is over */
    int64_t over;           /* seconds of its own clock beyond its time; 0: none */
};

/* The clock of a hand-off at `began` that was answered at `stopped` (AS_TIME_NONE: not by `at`). */
struct as_service_clock as_service_clock_at(const struct as_pack *pack, const struct as_service_level *level,
                                            int64_t began, int64_t stopped, int64_t at);
/* Whether an event of the kind stops it. */
bool as_service_level_stops(const struct as_service_level *level, const struct as_schema *schema,
                            uint32_t kind);
/* By the log of one lead alone: of the last event handoff up to `at`. False: there is none. */
bool as_service_clock_of(struct as_service_clock *out, const struct as_pack *pack,
                         const struct as_service_level *level, const struct as_dataset *dataset, uint32_t row,
                         int64_t at);
/* "1 business day", "4 business hours", "24h". */
void as_within_say(struct as_buf *out, const struct as_span *within);

#endif
