/* Runs that follow events: when they look at the clocks of leads that nothing new is about. */
#include "owing.h"

#include "run/desk.h"

static struct as_run_request following(struct owing *o, int64_t at)
{
    struct as_run_request request = town_request(&o->town, &o->given, 1, at);
    request.library_hash = "library";
    request.tell = true;
    return request;
}

static struct as_effects_made follow_at(struct owing *o, struct as_desk *desk, int64_t at)
{
    struct as_run_request request = following(o, at);
    struct as_run_result result;
    town_ok(&o->town, as_desk_run(&result, desk, &request, &o->town.error));
    assert_int_equal(result.failed, 0);
    struct as_effects_made made = result.packs.at[0]->made;
    as_run_free(&result);
    return made;
}

static void who_follows_looks_when_the_moment_of_a_clock_comes(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk;
    o->level->reassign = true;
    town_ok(&o->town, as_desk_open(&desk, o->town.store, &o->town.error));
    follow_at(o, desk, TUESDAY(8));
    assert_true(as_desk_next(desk, AS_TIME_NONE) == AS_TIME_NONE);
    raise_hand(o, TUESDAY(9));
    assert_int_equal(follow_at(o, desk, TUESDAY(9)).told, 0);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(9.5));
    assert_int_equal(as_desk_next(desk, TUESDAY(9.5) - 1), TUESDAY(9.5));
    assert_true(as_desk_next(desk, TUESDAY(9.5)) == AS_TIME_NONE);
    assert_int_equal(follow_at(o, desk, TUESDAY(9.4)).told, 0);
    assert_int_equal(follow_at(o, desk, TUESDAY(9.5)).told, 1); /* nothing came in */
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(10) + 1);
    struct as_effects_made made = follow_at(o, desk, TUESDAY(10) + 1);
    assert_int_equal(made.task, 1);
    assert_int_equal(made.assign, 1);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE),
                     TUESDAY(10.5) + 1); /* who has it now has an hour, too */
    town_put(&o->town, AS_IMPORT_TOUCHES, TUESDAY(10.2), "lead_id", "bob", "channel", "call", "at",
             "2026-06-30T10:12:00Z", "user", "Ben", NULL);
    follow_at(o, desk, TUESDAY(10.5) + 1);
    assert_true(as_desk_next(desk, AS_TIME_NONE) == AS_TIME_NONE);
    as_desk_close(desk);
}

/* Somebody else ran, and made a promise that this desk has not seen. */
static void who_follows_notices_the_runs_of_others(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk;
    town_ok(&o->town, as_desk_open(&desk, o->town.store, &o->town.error));
    follow_at(o, desk, TUESDAY(8));
    raise_hand(o, TUESDAY(9));
    run_at(o, TUESDAY(9.1));
    follow_at(o, desk, TUESDAY(9.2));
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(9.5));
    as_desk_close(desk);
}

static void absent_until(struct owing *o, const char *id, const char *name, const char *day)
{
    town_put(&o->town, AS_IMPORT_USERS, MONDAY(10), "id", id, "name", name, "team", "field", "absent_from",
             "2026-06-29", "absent_to", day, NULL);
}

/* A desk at which bob's lead was over at TUESDAY(10) + 1, and nobody but Ana, who has it, was there. */
static struct as_desk *open_left_alone(struct owing *o)
{
    struct as_desk *desk;
    o->level->reassign = true;
    o->pack->routes.at[0].skip_absent = true;
    absent_until(o, "U2", "Ben", "2026-06-30");
    town_ok(&o->town, as_desk_open(&desk, o->town.store, &o->town.error));
    raise_hand(o, TUESDAY(9));
    follow_at(o, desk, TUESDAY(9));
    follow_at(o, desk, TUESDAY(9.5));
    struct as_effects_made made = follow_at(o, desk, TUESDAY(10) + 1);
    assert_int_equal(made.task, 1);
    assert_int_equal(made.assign, 0);
    return desk;
}

static void who_is_back_is_given_what_nobody_else_was_there_for(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk = open_left_alone(o);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(24));
    assert_int_equal(follow_at(o, desk, TUESDAY(24) - 1).assign, 0);
    assert_int_equal(follow_at(o, desk, TUESDAY(24)).assign, 1);
    assert_int_equal(count(o, "assignment WHERE lead_id = 2 AND user = 'Ben'"), 1);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(24 + 9.5)); /* who has an hour */
    as_desk_close(desk);
}

static void who_is_new_is_given_it_at_once(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk = open_left_alone(o);
    town_event(&o->town, "ann", "page_view", TUESDAY(10.5), TUESDAY(10.5));
    assert_int_equal(follow_at(o, desk, TUESDAY(10.5)).assign, 0);
    add_person(o, "U3", "Cleo");
    assert_int_equal(follow_at(o, desk, TUESDAY(11)).assign, 1);
    assert_int_equal(count(o, "assignment WHERE lead_id = 2 AND user = 'Cleo'"), 1);
    as_desk_close(desk);
}

static void so_is_who_comes_back_sooner(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk = open_left_alone(o);
    absent_until(o, "U2", "Ben", "2026-06-29");
    assert_int_equal(follow_at(o, desk, TUESDAY(11)).assign, 1);
    as_desk_close(desk);
}

/* ann is offered on Monday at ten; a working day later nobody has answered. */
static void what_is_given_back_is_decided_at_once(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk;
    o->level->reject = "no answer in time";
    town_ok(&o->town, as_desk_open(&desk, o->town.store, &o->town.error));
    run_at(o, MONDAY(10));
    follow_at(o, desk, MONDAY(11));
    follow_at(o, desk, TUESDAY(11));
    assert_int_equal(count(o, "handoff WHERE state = 'rejected'"), 1);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), TUESDAY(11));
    follow_at(o, desk, TUESDAY(11)); /* who gave it back moves it, or not: then nothing is left to do */
    assert_true(as_desk_next(desk, AS_TIME_NONE) == AS_TIME_NONE);
    as_desk_close(desk);
}

/* The clock of an offer that went to somebody else, by an agreement that is over sooner, begins anew, too. */
static void every_clock_of_what_goes_to_somebody_else_begins_anew(void **state)
{
    struct owing *o = *state;
    struct as_desk *desk;
    struct as_service_level sooner = *o->level;
    sooner.name = "a word";
    sooner.within = (struct as_span){4 * 3600, AS_SPAN_SECONDS};
    sooner.warn = 0;
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->service_levels, sooner));
    o->level = &o->pack->service_levels.at[0];
    o->level->within = (struct as_span){10 * 3600, AS_SPAN_SECONDS};
    o->level->warn = 0;
    o->level->reassign = true;
    town_ok(&o->town, as_desk_open(&desk, o->town.store, &o->town.error));
    run_at(o, MONDAY(10));
    follow_at(o, desk, MONDAY(11));
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), MONDAY(14) + 1);
    assert_int_equal(follow_at(o, desk, MONDAY(14) + 1).task, 1);
    assert_int_equal(follow_at(o, desk, MONDAY(20) + 1).handoff, 1);
    assert_int_equal(as_desk_next(desk, AS_TIME_NONE), MONDAY(24) + 2);
    assert_int_equal(follow_at(o, desk, MONDAY(24) + 2).task, 1);
    as_desk_close(desk);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMISE("who follows looks when the moment of a clock comes",
                who_follows_looks_when_the_moment_of_a_clock_comes),
        PROMISE("who follows notices the runs of others", who_follows_notices_the_runs_of_others),
        PROMISE("who is back is given what nobody else was there for",
                who_is_back_is_given_what_nobody_else_was_there_for),
        PROMISE("who is new is given it at once", who_is_new_is_given_it_at_once),
        PROMISE("so is who comes back sooner", so_is_who_comes_back_sooner),
        TEST("what is given back is decided at once", what_is_given_back_is_decided_at_once),
        TEST("every clock of what goes to somebody else begins anew",
             every_clock_of_what_goes_to_somebody_else_begins_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
