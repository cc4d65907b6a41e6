/* Routing: the first route that holds, and the person it leads to. Who is present and what each already got
 * is the roster's, which the store fills. */
#include "score/model/route.h"

#include <stdio.h>
#include <string.h>

static void give(struct as_assignment *out, const char *user)
{
    snprintf(out->user, sizeof out->user, "%s", user);
}

/* The owner the lead has had so far; NULL for none. */
static const char *owner_of(const struct as_dataset *dataset, uint32_t lead_row)
{
    for (uint32_t m = 0; dataset->prior != NULL && m < dataset->prior_models; m++)
        if (dataset->prior[m] != NULL && as_prior_at(dataset, m, lead_row)->decided &&
            as_prior_at(dataset, m, lead_row)->owner != AS_NO_INDEX)
            return as_intern_text(dataset->users, as_prior_at(dataset, m, lead_row)->owner).p;
    return NULL;
}

static bool is_one_of(const struct as_assignee *person, const char *target)
{
    return strcmp(person->user, target) == 0 || (person->team != NULL && strcmp(person->team, target) == 0);
}

bool as_is_passed_over(const struct as_roster *roster, const char *user)
{
    bool found = false;
    for (uint32_t i = 0; i < roster->passed_over.n; i++)
        found |= strcmp(roster->passed_over.at[i], user) == 0;
    return found;
}

/* From when on the person has room, whom nobody gives more leads than were given by `at`. */
static int64_t has_room_from(const struct as_assignee *person, const struct as_rate *most, int64_t at)
{
    uint32_t n = person->assigned.n;
    while (n > 0 && person->assigned.at[n - 1] > at)
        n--;
    if (most->count == 0 || n < most->count)
        return at;
    int64_t span =
        most->span.unit == AS_SPAN_BUSINESS_DAYS ? most->span.length * AS_DAY_SECONDS : most->span.length;
    int64_t from = span > 0 ? person->assigned.at[n - most->count] + span : INT64_MAX;
    return from > at ? from : at;
}

/* From when on, for all that is known at `at`, the route may lead to the person. */
static int64_t takes_from(const struct as_assignee *person, const struct as_route *route, int64_t at)
{
    int64_t from = has_room_from(person, &route->at_most, at);
    if (!route->skip_absent || !person->absent)
        return from;
    if (person->back == 0)
        return INT64_MAX;
    return person->back > from ? person->back : from;
}

/* Of those who may take a lead of this target, the one with the fewest; ties by name. */
static struct as_assignee *freest(const struct as_route *route, struct as_roster *roster, const char *target,
                                  int64_t at, uint32_t *members)
{
    struct as_assignee *best = NULL;
    for (uint32_t i = 0; i < roster->people.n; i++) {
        struct as_assignee *person = &roster->people.at[i];
        if (!is_one_of(person, target))
            continue;
        (*members)++;
        if (as_is_passed_over(roster, person->user) || takes_from(person, route, at) > at)
            continue;
        if (best == NULL || person->total < best->total ||
            (person->total == best->total && strcmp(person->user, best->user) < 0))
            best = person;
    }
    return best;
}

static uint64_t target_total(const struct as_roster *roster, const char *target)
{
    uint64_t total = 0;
    for (uint32_t i = 0; i < roster->people.n; i++)
        if (is_one_of(&roster->people.at[i], target))
            total += roster->people.at[i].total;
    return total;
}

/* The member to whom a team or weighted route leads; NULL when nobody is free. */
static struct as_assignee *choose(const struct as_route *route, struct as_roster *roster, int64_t at,
                                  uint32_t *members)
{
    struct as_assignee *best = NULL;
    const struct as_route_target *best_target = NULL;
    uint64_t best_total = 0;
    for (uint32_t i = 0; i < route->targets.n; i++) {
        const struct as_route_target *target = &route->targets.at[i];
        struct as_assignee *person = freest(route, roster, target->name, at, members);
        if (person == NULL || (route->to == AS_ROUTE_WEIGHTED && target->weight == 0))
            continue;
        uint64_t total = target_total(roster, target->name);
        /* Furthest below its share: the least total per weight, compared without division. */
        bool better = best == NULL || (route->to == AS_ROUTE_WEIGHTED
                                           ? total * best_target->weight < best_total * target->weight
                                           : person->total < best->total);
        if (!better)
            continue;
        best = person;
        best_target = target;
        best_total = total;
    }
    return best;
}

static bool keeps(struct as_assignment *out, const struct as_route *route, const struct as_roster *roster,
                  const char *owner)
{
    if (owner != NULL && as_is_passed_over(roster, owner))
        return false;
    for (uint32_t i = 0; owner != NULL && i < route->targets.n; i++)
        for (uint32_t p = 0; p < roster->people.n; p++) {
            const struct as_assignee *person = &roster->people.at[p];
            if (strcmp(person->user, owner) != 0 || !is_one_of(person, route->targets.at[i].name))
                continue;
            give(out, owner);
            out->kept = true;
            snprintf(out->reason, sizeof out->reason, "%s: stays with its owner%s", route->name,
                     person->absent ? ", who is absent" : "");
            return true;
        }
    return false;
}

static enum as_status assign(struct as_assignment *out, const struct as_route *route,
                             struct as_roster *roster, int64_t at, struct as_error *error)
{
    uint32_t members = 0;
    struct as_assignee *person = choose(route, roster, at, &members);
    if (person == NULL) {
        snprintf(out->reason, sizeof out->reason, "%s: %s", route->name,
                 members == 0 ? "nobody belongs to its team"
                              : "everybody is absent or has as many leads as the route allows");
        return AS_OK;
    }
    if (!as_list_push(roster->arena, &person->assigned, at))
        return as_error_memory(error);
    person->total++;
    give(out, person->user);
    snprintf(out->reason, sizeof out->reason, "%s: %s", route->name,
             route->to == AS_ROUTE_WEIGHTED ? "furthest below its share" : "next in turn");
    return AS_OK;
}

static enum as_status follow(struct as_assignment *out, const struct as_route *route,
                             const struct as_outcome *outcome, const struct as_dataset *dataset,
                             struct as_roster *roster, uint32_t lead_row, int64_t at, struct as_error *error)
{
    const char *owner = owner_of(dataset, lead_row);
    out->route = route;
    if (route->to == AS_ROUTE_EXPR) {
        struct as_buf user = {0};
        uint32_t row = route->to_expr->level == AS_LEVEL_LEAD ? lead_row : dataset->lead_account[lead_row];
        bool known =
            row != AS_NO_INDEX && as_outcome_text(&user, outcome, route->to_expr, row) && !user.failed;
        if (known)
            give(out, as_buf_c(&user));
        as_buf_free(&user);
        out->kept = known && owner != NULL && strcmp(owner, out->user) == 0;
        snprintf(out->reason, sizeof out->reason, "%s%s", route->name,
                 known ? "" : ": the person it names is unknown");
        return AS_OK;
    }
    if (route->to == AS_ROUTE_USER) {
        give(out, route->targets.at[0].name);
        out->kept = owner != NULL && strcmp(owner, out->user) == 0;
        snprintf(out->reason, sizeof out->reason, "%s", route->name);
        return AS_OK;
    }
    return keeps(out, route, roster, owner) ? AS_OK : assign(out, route, roster, at, error);
}

enum as_status as_route_lead(struct as_assignment *out, const struct as_pack *pack,
                             const struct as_outcome *outcome, const struct as_dataset *dataset,
                             struct as_roster *roster, uint32_t lead_row, int64_t at, struct as_error *error)
{
    *out = (struct as_assignment){0};
    for (uint32_t i = 0; i < pack->routes.n; i++) {
        const struct as_route *route = &pack->routes.at[i];
        if (as_verdict_at(as_outcome_verdicts_at(outcome, route->when, AS_LEVEL_LEAD), lead_row) == AS_YES)
            return follow(out, route, outcome, dataset, roster, lead_row, at, error);
    }
    snprintf(out->reason, sizeof out->reason, "no route holds");
    return AS_OK;
}

int64_t as_route_frees(const struct as_route *route, const struct as_roster *roster, int64_t at)
{
    int64_t first = INT64_MAX;
    for (uint32_t i = 0; i < route->targets.n; i++)
        for (uint32_t p = 0; p < roster->people.n; p++) {
            const struct as_assignee *person = &roster->people.at[p];
            if ((route->to == AS_ROUTE_WEIGHTED && route->targets.at[i].weight == 0) ||
                !is_one_of(person, route->targets.at[i].name) || as_is_passed_over(roster, person->user))
                continue;
            int64_t from = takes_from(person, route, at);
            first = from < first ? from : first;
        }
    return first == INT64_MAX ? AS_TIME_NONE : first;
}
