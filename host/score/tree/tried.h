/* Programmes that try tracks, as a pack declares them. */
#ifndef AS_SCORE_TRIED_H
#define AS_SCORE_TRIED_H

#include "score/statistics/spending.h"
#include "score/tree/expr.h"
#include "score/tree/stages.h"

/* What a lead is given that came to a programme: its tracks, or nothing, so that there is something to
 * compare with. */
enum as_arm { AS_ARM_NONE, AS_ARM_TREATED, AS_ARM_HELD_OUT };
const char *as_arm_name(enum as_arm arm);  /* "treated", "held_out"; NULL of none */
enum as_arm as_arm_read(const char *name); /* none of what is no name of one, NULL too */

/* Tracks that are tried: some of those who would enter one are held out of all of the pack's tracks for a
 * while, and after a planned time, not before a least one, the two arms are compared. */
struct as_programme {
    const char *name;
    struct as_position position;
    AS_LIST(const char *) tracks; /* by name, each in one programme alone */
    const char *model;            /* whose stages the outcome is of; NULL: it is a condition */
    enum as_stage outcome;        /* reached within so many days, by whom it is counted */
    const struct as_expr *when;   /* the condition that holds when they are over, the lead's events counted
                                     since it came; NULL: a stage, or as the store has it */
    const char *counts;           /* the outcome in words: "sales_ready", or the condition */
    int64_t within;               /* days from coming to the programme; also how long one is held out */
    double holdout;               /* share of those who come */
    uint64_t least_people;        /* whose time is over, and */
    int64_t least_days;           /* since it began: before, it is not stopped, changed or looked at */
    uint64_t ends_people;         /* planned: whose time is over; 0: it ends on a day */
    int64_t ends_on;              /* day after which nobody comes to it; 0: it ends with people */
    double alpha;
    enum as_spending spending;
    double without, with, power; /* what is looked for: shares with the outcome in the two arms, and how often
                                    that is to be found; without 0: not said. No term: it changes no look */
    const char
        *terms; /* all of it in words, a line each: what makes another programme of it when it changes */
};

/* How many leads came to a programme's tracks of late. */
struct as_programme_pace {
    uint64_t came; /* in so many days */
    int64_t days;  /* 0: nobody ever came */
    uint64_t in;   /* who are in the programme already */
};

#endif
