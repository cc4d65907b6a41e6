/* Owing: a town with an agreement about hand-offs, and days of runs over it. */
#ifndef TESTS_OWING_H
#define TESTS_OWING_H

#include "town.h"

#include "run/decision/owed.h"

/* Seconds after Monday 2026-06-29, midnight. */
#define MONDAY(hours)  (DAY(0) + 1 + (int64_t)((hours)*3600))

#define TUESDAY(hours) MONDAY(24 + (hours))

struct owing {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
    struct as_service_level *level;
};

static inline uint32_t kind_of(const struct owing *o, const char *name)
{
    return as_schema_kind(o->town.schema, as_str_of(name));
}

static inline void add_stop(struct owing *o, const char *kind)
{
    uint32_t stop = kind_of(o, kind);
    assert_true(as_list_push(&o->pack->rules.arena, &o->level->stops, stop));
}

static inline void add_route(struct owing *o)
{
    struct as_route route = {.name = "field", .position = town_line(70), .to = AS_ROUTE_ROUND_ROBIN};
    struct as_route_target team = {"field", 1};
    assert_true(as_list_push(&o->pack->rules.arena, &route.targets, team));
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->routes, route));
}

static inline void add_person(struct owing *o, const char *id, const char *name)
{
    town_put(&o->town, AS_IMPORT_USERS, MONDAY(0), "id", id, "name", name, "team", "field", "role", "sales",
             "manager", "Kim", NULL);
}

/* ann has asked for a demo and has a need; Ana and Ben of the field have Kim as their manager. */
static inline int setup(void **state)
{
    struct owing *o = calloc(1, sizeof *o);
    town_open(&o->town);
    o->pack = town_pack(&o->town, "p", "h1", 40);
    struct as_service_level level = {.name = "answer",
                                     .position = town_line(80),
                                     .within = {1, AS_SPAN_BUSINESS_DAYS},
                                     .warn = 50,
                                     .notify = "manager"};
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->service_levels, level));
    o->level = &o->pack->service_levels.at[0];
    add_stop(o, "handoff_accepted");
    add_route(o);
    o->given.pack = o->pack;
    add_person(o, "U1", "Ana");
    add_person(o, "U2", "Ben");
    town_lead(&o->town, "ann", "operations", MONDAY(0));
    town_event(&o->town, "ann", "demo_request", MONDAY(1), MONDAY(1));
    town_need(&o->town, "ann", "confirmed", "stated", MONDAY(1));
    *state = o;
    return 0;
}

static inline int teardown(void **state)
{
    struct owing *o = *state;
    as_pack_free(o->pack);
    town_close(&o->town);
    free(o);
    return 0;
}

struct day {
    struct as_effects_made made;
    uint64_t states[AS_CLOCK_OVERDUE + 1], reminded, notified, reassigned, given_back;
};

static inline struct day run_as(struct owing *o, struct as_run_request request)
{
    struct as_run_result result;
    struct day day = {.reminded = 0};
    request.library_hash = "library";
    town_ok(&o->town, as_run(&result, o->town.store, &request, &o->town.error));
    if (result.failed > 0)
        fail_msg("%s", result.packs.at[0]->error.what);
    const struct as_summary *summary = result.packs.at[0];
    day.made = summary->made;
    if (summary->owed.n > 0) {
        const struct as_owed_summary *owed = &summary->owed.at[0];
        memcpy(day.states, owed->states, sizeof day.states);
        day.reminded = owed->reminded;
        day.notified = owed->notified;
        day.reassigned = owed->reassigned;
        day.given_back = owed->given_back;
    }
    as_run_free(&result);
    return day;
}

static inline struct day run_at(struct owing *o, int64_t at)
{
    struct as_run_request request = town_request(&o->town, &o->given, 1, at);
    request.approve = at == MONDAY(10); /* the first */
    return run_as(o, request);
}

/* What was owed of a lead, or AS_OWED_EVER: how many, and when the clock of the first stopped. */
struct told {
    uint32_t n;
    int64_t stopped;
};

static inline struct told owed_of(struct owing *o, int64_t lead_id, int64_t at)
{
    struct as_arena arena = {.head = NULL};
    struct as_owed_list owed;
    town_ok(&o->town, as_owed_of(&owed, &arena, o->town.store, o->pack, lead_id, at, &o->town.error));
    struct told told = {owed.list.n, owed.list.n > 0 ? owed.list.at[0].clock.stopped : AS_TIME_NONE};
    as_arena_free(&arena);
    return told;
}

#define count(o, sql) town_count(&(o)->town, "SELECT count(*) FROM " sql)

/* bob asks for a demo and has no need, so that nobody offers him to sales; ann was called. An answer is
 * promised within a business hour. */
static inline int setup_promise(void **state)
{
    setup(state);
    struct owing *o = *state;
    const struct as_expr *demo = town_events(&o->town, o->pack, "demo_request", 80);
    assert_true(as_list_push(&o->pack->rules.arena, &o->level->starts, demo));
    o->level->name = "hand raise";
    o->level->within = (struct as_span){3600, AS_SPAN_BUSINESS_SECONDS};
    o->level->stops.n = 0;
    add_stop(o, "sales_touch");
    town_event(&o->town, "ann", "call_made", MONDAY(2), MONDAY(2));
    town_lead(&o->town, "bob", "operations", MONDAY(0));
    run_at(o, MONDAY(10));
    return 0;
}

static inline void raise_hand(struct owing *o, int64_t at)
{
    town_event(&o->town, "bob", "demo_request", at, at);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

#define PROMISE(name, function)                                                                              \
    {                                                                                                        \
        name, function, setup_promise, teardown, NULL                                                        \
    }

#endif
