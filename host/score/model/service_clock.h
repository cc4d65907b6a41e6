/* Service clock: how far a promise has run, on the hours that the pack counts. A fold over what happened, as
 * everything else: it is reckoned anew for any instant. */
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
    int64_t next;           /* from when on it stands otherwise, whatever happens; AS_TIME_NONE: never */
};

/* The clock that began at `began` and was stopped at `stopped` (AS_TIME_NONE: not by `at`). */
struct as_service_clock as_service_clock_at(const struct as_pack *pack, const struct as_service_level *level,
                                            int64_t began, int64_t stopped, int64_t at);
/* Whether it begins with the event of this place in the log of leads' events. */
enum as_status as_service_level_starts(bool *out, const struct as_service_level *level,
                                       const struct as_dataset *dataset, uint32_t event,
                                       struct as_error *error);
/* The earliest instant from which on a clock may begin so that its time is not over at `at`. */
int64_t as_service_level_reaches(const struct as_pack *pack, const struct as_service_level *level,
                                 int64_t at);
/* Whether an event of the kind stops it. Who waits for event.sales_touch is answered by whatever a person of
 * ours does in person: a call, a meeting, and a touch that somebody recorded (`..._on_touch`). */
bool as_service_level_stops(const struct as_service_level *level, const struct as_schema *schema,
                            uint32_t kind);
bool as_service_level_stops_on_touch(const struct as_service_level *level, const struct as_schema *schema);
/* What the clocks of a pack read of events: bits by kind and by property of its schema. */
void as_service_needs(const struct as_pack *pack, uint64_t *kinds, uint64_t *properties);
/* By the events of one lead alone, of which event handoff stands for an offer: the last clock that began up
 * to `at`. *found false: there is none. */
enum as_status as_service_clock_of(bool *found, struct as_service_clock *out, const struct as_pack *pack,
                                   const struct as_service_level *level, const struct as_dataset *dataset,
                                   uint32_t row, int64_t at, struct as_error *error);
/* "1 business day", "4 business hours", "24h". */
void as_within_say(struct as_buf *out, const struct as_span *within);

#endif
