/* Supposition: what a set of conditions that are supposed to come true leaves open about each fact. For
 * possible.c alone.
 */
#ifndef AS_SCORE_SUPPOSITION_H
#define AS_SCORE_SUPPOSITION_H

#include "score/check/extent.h"
#include "score/tree/operator.h"

/* More facts than this in one condition are not reasoned about. */
enum { AS_SUPPOSED_FACTS = 48, AS_SUPPOSED_REFUSALS = 8, AS_SUPPOSED_VALUES = 64 };

/* Ends of a range that may be left out themselves. */
struct as_bounds {
    double low, high;
    bool low_out, high_out;
};

/* What is supposed of one fact: of a field, an answer, a count of events, a whole condition. */
struct as_supposed {
    const struct as_expr *key; /* the fact; for a condition that cannot be looked into, the call */
    int64_t days;              /* of a count of events: its window, 0 none */
    bool count;                /* the key is a selection of events, and its number is meant */
    signed char known;         /* 1: must be known, -1: must not, 0: open */
    signed char truth;         /* 1: holds, -1: does not, 0: open */
    bool whole;
    struct as_bounds number; /* of numbers, and of dates as day numbers */
    struct as_bounds today;  /* of dates, in days from today */
    double refused[AS_SUPPOSED_REFUSALS];
    uint32_t refused_n;
    bool listed; /* one of `values` whose bit is set in `open` */
    const struct as_str *values;
    const struct as_literal *literals; /* stand for values when they come from a rule */
    uint32_t value_n;
    uint64_t open;
    const struct as_literal *unlike[AS_SUPPOSED_REFUSALS]; /* values it is not, before any is listed */
    uint32_t unlike_n;
};

struct as_supposition {
    struct as_extents *extents;
    uint32_t n;
    bool full; /* a fact found no room: nothing can be proven any more */
    struct as_supposed facts[AS_SUPPOSED_FACTS];
};

/* Empty; extents: borrowed, what is known of the pack's facts. */
void as_suppose_nothing(struct as_supposition *s, struct as_extents *extents);
/* Each returns false when it contradicts what was supposed before. What is not understood contradicts
 * nothing. */
bool as_suppose_truth(struct as_supposition *s, const struct as_expr *key, bool holds);
bool as_suppose_known(struct as_supposition *s, const struct as_expr *key, bool known);
/* Within the bounds; today: in days from today. */
bool as_suppose_number(struct as_supposition *s, const struct as_expr *key, struct as_bounds bounds,
                       bool today);
bool as_suppose_not_number(struct as_supposition *s, const struct as_expr *key, double number);
bool as_suppose_count(struct as_supposition *s, const struct as_expr *events, int64_t days,
                      struct as_bounds bounds);
/* One of the texts (or one text), or none of them. */
bool as_suppose_values(struct as_supposition *s, const struct as_expr *key, const struct as_literal *texts,
                       bool among);
/* A declared choice at or above (below) another one. */
bool as_suppose_choice(struct as_supposition *s, const struct as_expr *key, struct as_str from, bool above,
                       bool itself);

#endif
