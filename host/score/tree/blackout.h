/* Blackout: the days on which nobody is contacted, as a pack declares them. */
#ifndef AS_SCORE_BLACKOUT_H
#define AS_SCORE_BLACKOUT_H

#include "score/tree/expr.h"

/* A row of a pack's table of days off. */
struct as_day_off {
    int64_t day;
    const char *region; /* a country, in any case; NULL: everywhere */
};
struct as_days_off {
    AS_LIST(struct as_day_off) list; /* by day */
};
struct as_blackout {
    bool declared, weekends, spares_hand_raise; /* weekends: Saturday and Sunday */
    struct as_position position;
    const char *dates;        /* the pack's file of days off; NULL none */
    const struct as_expr *by; /* text of a lead or its account, which a day's region is compared with; NULL:
                                 each day off is one everywhere */
    struct as_days_off days;
};

#endif
