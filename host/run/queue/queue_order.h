/* Order of the queue: who is contacted first. Internal to the queue, apart so that the order can be tested by
 * itself. */
#ifndef AS_RUN_QUEUE_ORDER_H
#define AS_RUN_QUEUE_ORDER_H

#include "score/tree/pack.h"

/* What an appointment with sales leaves to be done. */
enum as_meeting_work {
    AS_MEETING_NONE,    /* there is none, or it was called off: one is to be arranged */
    AS_MEETING_TO_TELL, /* its time has come and nobody said what became of it */
    AS_MEETING_MISSED,  /* the lead did not come: it is to be arranged anew */
    AS_MEETING_SETTLED, /* it is to come, or was held: nothing */
};

/* What a queue keeps of a lead before anybody reads it. */
struct as_candidate {
    uint32_t row, pack, model;
    uint32_t hand_raise;         /* event kind of an open hand-raise, AS_NO_INDEX none */
    int64_t hand_raised_at, due; /* AS_TIME_NONE: none */
    int64_t promised;            /* by when a raised hand is to be answered; AS_TIME_NONE: nobody said */
    int64_t interest;            /* milli-points */
    const struct as_step *step;  /* NULL: a call */
    uint8_t stage;
    uint8_t denial;  /* enum as_denial */
    uint8_t meeting; /* enum as_meeting_work */
};
struct as_candidates {
    struct as_candidate *at;
    uint32_t n;
    size_t room;
};

/* Negative when a comes before b: furthest stage, an open hand-raise (those that were promised an answer by
 * when it is due, then the newest), highest interest, earliest due (none first: as soon as may be), then row.
 * Total, so that the order never depends on the sorting. */
int as_candidate_order(const struct as_candidate *a, const struct as_candidate *b);

bool as_candidates_add(struct as_candidates *candidates,
                       const struct as_candidate *candidate); /* false: no memory */
void as_candidates_sort(struct as_candidates *candidates);
void as_candidates_free(struct as_candidates *candidates);

#endif
