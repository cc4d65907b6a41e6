/* Routing: who owns a lead, and by which route. */
#ifndef AS_SCORE_ROUTE_H
#define AS_SCORE_ROUTE_H

#include "score/model/standing.h"

/* Who may receive leads, and what each already got; the store fills it. */
struct as_assignee {
    const char *user, *team;
    bool absent;               /* at the decision's time */
    int64_t back;              /* of who is absent: the first moment after that; 0: never */
    AS_LIST(int64_t) assigned; /* times of assignments that count towards at_most, ascending */
    uint64_t total;            /* leads ever assigned, for round robin and weights */
};
struct as_roster {
    struct as_arena *arena; /* assignments made are appended here */
    AS_LIST(struct as_assignee) people;
    AS_LIST(const char *) passed_over; /* who gets no lead, and keeps none */
};

struct as_assignment {
    const struct as_route *route; /* NULL: no route holds */
    char user[AS_MAX_NAME];       /* empty: the route holds but nobody is free */
    bool kept;                    /* the owner held before stays: a returned lead keeps its owner */
    char reason[200];
};

/* Whether the user gets no lead now, and keeps none. */
bool as_is_passed_over(const struct as_roster *roster, const char *user);

/* The first route that holds. A route to a fact follows that fact; a route to a team or to shares keeps the
 * owner held before as long as that owner belongs to it. Round robin goes to the present member with the
 * fewest leads (ties by name), weighted to the one furthest below its share; at_most skips who is full.
 * Deterministic: rows are asked in ascending order, and the roster is updated. */
enum as_status as_route_lead(struct as_assignment *out, const struct as_pack *pack,
                             const struct as_outcome *outcome, const struct as_dataset *dataset,
                             struct as_roster *roster, uint32_t lead_row, int64_t at, struct as_error *error);
/* When the route that led to nobody at `at` may lead to somebody, though nothing is new: the first moment at
 * which one who is not passed over is back, or has room again. AS_TIME_NONE: never. */
int64_t as_route_frees(const struct as_route *route, const struct as_roster *roster, int64_t at);

#endif
