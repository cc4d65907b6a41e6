/* Decay: what an event's points are worth some days later.
 *
 * Everything that fades points reads these functions or a table made of them, so that every reader rounds
 * alike: per event, to milli-points, half away from zero. Ages are whole UTC days; a negative age is an event
 * of the future, which is worth nothing. */
#ifndef AS_SCORE_DECAY_H
#define AS_SCORE_DECAY_H

#include "base/arena.h"
#include "base/status.h"

enum as_fading { AS_FADING_NONE, AS_FADING_HALF_LIFE, AS_FADING_LINEAR, AS_FADING_WINDOW };

/* The weight of an event that is `age` days old: 2^(-age/days) for a half-life; 1 - age/days down to 0 for
 * linear; 1 inside a window (age < days), else 0; 1 when nothing fades. */
double as_decay_weight(enum as_fading fading, int64_t days, int64_t age);

/* points (milli-points) times the weight, rounded half away from zero. Exact for linear fading. */
int64_t as_decay_points(int64_t points, enum as_fading fading, int64_t days, int64_t age);

/* The points by age: points[age] for age < n, `rest` from there on. */
struct as_decay_table {
    const int64_t *points;
    uint32_t n;
    int64_t rest; /* the points themselves when nothing fades, else 0 */
};
/* Fills a table in `arena`; it ends where the points have faded to 0, at most where event times end (2106).
 */
enum as_status as_decay_table_of(struct as_decay_table *out, struct as_arena *arena, int64_t points,
                                 enum as_fading fading, int64_t days, struct as_error *error);

static inline int64_t as_decay_look(const struct as_decay_table *table, int64_t age)
{
    if (age < 0)
        return 0;
    return age < (int64_t)table->n ? table->points[age] : table->rest;
}

#endif
