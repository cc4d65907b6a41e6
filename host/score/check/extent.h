/* Extent: which numbers an expression can be, which points a score can reach, and whether conditions can hold
 * together. */
#ifndef AS_SCORE_EXTENT_H
#define AS_SCORE_EXTENT_H

#include "score/tree/pack.h"

struct as_plan;

/* Both ends included; INFINITY where there is no end. Empty when low > high. */
struct as_extent {
    double low, high;
    bool whole; /* whole numbers only */
};

/* The points of a score, in units. */
struct as_score_extent {
    const struct as_score *score;
    struct as_extent points;
    bool working; /* being computed: a score never depends on itself in a pack that loads */
};

/* Extents of one pack; computed when they are asked for, kept until closed. */
struct as_extents {
    const struct as_pack *pack;
    struct as_plan *plan; /* owned: what each rule may add */
    struct as_arena arena;
    AS_LIST(struct as_score_extent) scores;
};
enum as_status as_extents_open(struct as_extents *extents, const struct as_pack *pack,
                               struct as_error *error);
void as_extents_close(struct as_extents *extents);

/* Of a number, a count of days, or a score. Facts have no extent of their own. */
struct as_extent as_extent_of(struct as_extents *extents, const struct as_expr *expr);
/* What the rules, their groups, the caps and the floor leave possible. Rules that exclude each other are not
 * added up. */
struct as_extent as_extent_of_score(struct as_extents *extents, const struct as_score *score);

/* A condition that is wished to hold, or wished not to; or a fact that is wished to be unknown. */
struct as_wish {
    const struct as_expr *expr;
    bool holds;
    bool unknown; /* expr is a field or answer */
};
/* False when no facts whatever make all wishes come true (an unknown condition does neither hold nor not
 * hold). True otherwise, or when the search grew too long: never a false alarm. */
bool as_possible(struct as_extents *extents, const struct as_wish *wishes, uint32_t n);

#endif
