/* Effects of runs over days: messages and tasks of tracks once each, owners in turn, one touch a run for all
 * packs. */
#include "town.h"

#include "store/work/effects.h"
#include "store/work/work.h"

struct days {
    struct town town;
    struct as_pack *pack, *other;
    struct as_run_pack given[2];
};

static void add_step(struct as_pack *pack, struct as_track *track, const char *name, const char *content,
                     const char *task)
{
    struct as_step step = {.name = name,
                           .position = town_line(60),
                           .content = content,
                           .task = task,
                           .channel = task != NULL ? "call" : "email",
                           .role = task != NULL ? "ldr" : NULL,
                           .wait = AS_DAY_SECONDS};
    assert_true(as_list_push(&pack->rules.arena, &track->steps, step));
}

static void add_track(struct as_pack *pack)
{
    struct as_track *track = town_alloc(pack, sizeof *track);
    track->name = "waiting";
    track->position = town_line(59);
    add_step(pack, track, "guide", "cost-of-delay-guide", NULL);
    add_step(pack, track, "talk", NULL, "call with the discovery questions");
    assert_true(as_list_push(&pack->rules.arena, &pack->tracks, track));
}

static int setup(void **state)
{
    struct days *d = calloc(1, sizeof *d);
    town_open(&d->town);
    d->pack = town_pack(&d->town, "p", "h1", 40);
    d->other = town_pack(&d->town, "q", "h2", 40);
    add_track(d->pack);
    add_track(d->other);
    d->given[0].pack = d->pack;
    d->given[1].pack = d->other;
    town_lead(&d->town, "ann", "operations", DAY(-1));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct days *d = *state;
    as_pack_free(d->pack);
    as_pack_free(d->other);
    town_close(&d->town);
    free(d);
    return 0;
}

/* What the first of `packs` packs made on a day. */
static struct as_effects_made run_day(struct days *d, uint32_t packs, int day, uint64_t *sent_by_all)
{
    struct as_run_request request = town_request(&d->town, d->given, packs, DAY(day));
    struct as_run_result result;
    request.approve = day == 0; /* the first */
    town_ok(&d->town, as_run(&result, d->town.store, &request, &d->town.error));
    assert_int_equal(result.failed, 0);
    struct as_effects_made made = result.packs.at[0]->made;
    for (uint32_t i = 0; sent_by_all != NULL && i < packs; i++)
        *sent_by_all += result.packs.at[i]->made.send;
    as_run_free(&result);
    return made;
}

static void a_step_is_sent_once_and_the_next_waits_for_the_touch(void **state)
{
    struct days *d = *state;
    char at[AS_TIME_TEXT];
    assert_int_equal(run_day(d, 1, 0, NULL).send, 0); /* enters the track; the first step waits a day */
    assert_int_equal(run_day(d, 1, 1, NULL).send, 1);
    assert_int_equal(run_day(d, 1, 2, NULL).send, 0); /* not delivered yet: the same message stays the same */
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM outbox"), 1);
    town_put(&d->town, AS_IMPORT_TOUCHES, DAY(3), "id", "t1", "lead_id", "ann", "channel", "email", "at",
             as_time_format(at, DAY(2) + 3600), NULL);
    assert_int_equal(run_day(d, 1, 3, NULL).task, 0); /* the call waits a day after the touch */
    struct as_effects_made made = run_day(d, 1, 4, NULL);
    assert_int_equal(made.task, 1);
    assert_int_equal(made.send, 0);
    assert_int_equal(run_day(d, 1, 5, NULL).task, 0);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM task"), 1);
}

static void two_packs_do_not_both_write_to_one_person(void **state)
{
    struct days *d = *state;
    uint64_t sent = 0;
    run_day(d, 2, 0, NULL);
    run_day(d, 2, 1, &sent);
    assert_int_equal(sent, 1);
}

static void add_route(struct as_pack *pack, const char *team)
{
    struct as_route route = {.name = team, .position = town_line(70), .to = AS_ROUTE_ROUND_ROBIN};
    struct as_route_target target = {team, 1};
    assert_true(as_list_push(&pack->rules.arena, &route.targets, target));
    assert_true(as_list_push(&pack->rules.arena, &pack->routes, route));
}

static void owners_come_in_turn_and_stay(void **state)
{
    struct days *d = *state;
    add_route(d->pack, "sdr");
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U1", "name", "Ana", "email", "ana@ours.example",
             "team", "sdr", NULL);
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U2", "name", "Ben", "email", "ben@ours.example",
             "team", "sdr", NULL);
    town_lead(&d->town, "bob", "operations", DAY(-1));
    town_event(&d->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    town_event(&d->town, "bob", "demo_request", DAY(0) - 3600, DAY(0));
    assert_int_equal(run_day(d, 1, 0, NULL).assign, 2);
    assert_int_equal(town_count(&d->town, "SELECT count(DISTINCT user) FROM assignment"), 2);
    assert_int_equal(run_day(d, 1, 1, NULL).assign, 0);
}

/* ann is handed over to nobody in particular, bob has to wait; then Ana comes. */
static void who_was_handed_over_to_nobody_gets_an_owner_while_others_wait(void **state)
{
    struct days *d = *state;
    struct as_capacity few = {.stage = AS_STAGE_SALES_READY,
                              .most = {1, {30 * AS_DAY_SECONDS, AS_SPAN_SECONDS}}};
    assert_true(as_list_push(&d->pack->rules.arena, &d->pack->capacities, few));
    add_route(d->pack, "sdr");
    town_lead(&d->town, "bob", "operations", DAY(-1));
    for (int i = 0; i < 2; i++) {
        town_event(&d->town, i == 0 ? "ann" : "bob", "demo_request", DAY(0) - 3600, DAY(0));
        town_need(&d->town, i == 0 ? "ann" : "bob", "confirmed", "stated", DAY(0));
    }
    struct as_effects_made made = run_day(d, 1, 0, NULL);
    assert_int_equal(made.handoff, 1);
    assert_int_equal(made.waiting, 1);
    assert_int_equal(made.unowned, 1);
    town_put(&d->town, AS_IMPORT_USERS, DAY(1), "id", "U1", "name", "Ana", "team", "sdr", NULL);
    made = run_day(d, 1, 1, NULL);
    assert_int_equal(made.assign, 1);
    assert_int_equal(made.unowned, 0);
    assert_int_equal(made.waiting, 1);
    assert_int_equal(town_count(&d->town, "SELECT lead_id FROM assignment WHERE user = 'Ana'"), 1);
}

static void a_dry_run_notes_nobody_who_waits(void **state)
{
    struct days *d = *state;
    struct as_run_request request = town_request(&d->town, d->given, 1, DAY(0));
    struct as_run_result result;
    add_route(d->pack, "sdr");
    town_event(&d->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    request.dry_run = true;
    town_ok(&d->town, as_run(&result, d->town.store, &request, &d->town.error));
    assert_int_equal(result.packs.at[0]->made.unowned, 1);
    as_run_free(&result);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM waiting"), 0);
    assert_int_equal(run_day(d, 1, 0, NULL).unowned, 1);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM waiting"), 1);
}

/* Ana leaves the team, and nobody else is in it: ann has an owner all the same. */
static void who_has_an_owner_waits_for_none(void **state)
{
    struct days *d = *state;
    add_route(d->pack, "sdr");
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U1", "name", "Ana", "team", "sdr", NULL);
    town_event(&d->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    assert_int_equal(run_day(d, 1, 0, NULL).assign, 1);
    town_put(&d->town, AS_IMPORT_USERS, DAY(1), "id", "U1", "name", "Ana", "team", "field", NULL);
    town_need(&d->town, "ann", "confirmed", "stated", DAY(1));
    struct as_effects_made made = run_day(d, 1, 1, NULL);
    assert_int_equal(made.handoff, 1);
    assert_int_equal(made.unowned, 0);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM handoff WHERE owner = 'Ana'"), 1);
}

static void a_baseline_gives_owners_and_tells_nobody(void **state)
{
    struct days *d = *state;
    struct as_run_request request = town_request(&d->town, d->given, 1, DAY(0));
    struct as_run_result result;
    add_route(d->pack, "sdr");
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U1", "name", "Ana", "team", "sdr", NULL);
    town_event(&d->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    request.baseline = true;
    town_ok(&d->town, as_run(&result, d->town.store, &request, &d->town.error));
    as_run_free(&result);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM assignment WHERE user = 'Ana'"), 1);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM outbox"), 0);
}

/* Somebody in two models is one person, and whose turn it is comes once. */
static void who_comes_in_two_models_has_one_owner(void **state)
{
    struct days *d = *state;
    struct as_model *again = town_alloc(d->pack, sizeof *again);
    *again = *d->pack->models.at[0];
    again->name = "again";
    again->index = 1;
    again->scores.n = again->axes.n = 0;
    assert_true(as_list_push(&d->pack->rules.arena, &d->pack->models, again));
    add_route(d->pack, "sdr");
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U1", "name", "Ana", "team", "sdr", NULL);
    town_put(&d->town, AS_IMPORT_USERS, DAY(-1), "id", "U2", "name", "Ben", "team", "sdr", NULL);
    town_event(&d->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    run_day(d, 1, 0, NULL);
    assert_int_equal(town_count(&d->town, "SELECT count(DISTINCT m.id) FROM standing s JOIN model m ON m.id ="
                                          " s.model_id WHERE s.stage = 'worth_a_call'"),
                     2);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM assignment"), 1);
}

/* bob walks through the track; then he turns out to be ann, who has not been there. */
static void a_place_of_somebody_merged_ends_where_it_lies(void **state)
{
    struct days *d = *state;
    uint64_t places = 0;
    town_lead(&d->town, "bob", "operations", DAY(-1));
    town_put(&d->town, AS_IMPORT_LEADS, DAY(-1), "id", "ann", "title", "baker", NULL);
    run_day(d, 1, 0, NULL);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM enrolment WHERE lead_id = 2"), 1);
    town_ok(&d->town, as_store_merge(d->town.store, 1, 2, "maria", DAY(1), &d->town.error));
    town_ok(&d->town, as_store_in_tracks(&places, d->town.store, "p", &d->town.error));
    assert_int_equal(places, 1);
    for (int day = 1; day < 4; day++)
        run_day(d, 1, day, NULL);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM enrolment"), 1);
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM enrolment WHERE ended IS NULL"), 0);
    /* Entered, left: nothing is ended over and over. */
    assert_int_equal(town_count(&d->town, "SELECT count(*) FROM enrolment_step"), 2);
    town_ok(&d->town, as_store_in_tracks(&places, d->town.store, "p", &d->town.error));
    assert_int_equal(places, 0);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a step is sent once and the next waits for the touch",
             a_step_is_sent_once_and_the_next_waits_for_the_touch),
        TEST("two packs do not both write to one person in a run", two_packs_do_not_both_write_to_one_person),
        TEST("owners come in turn and stay", owners_come_in_turn_and_stay),
        TEST("who was handed over to nobody gets an owner while others wait [A8.18]",
             who_was_handed_over_to_nobody_gets_an_owner_while_others_wait),
        TEST("a dry run notes nobody who waits", a_dry_run_notes_nobody_who_waits),
        TEST("who has an owner waits for none", who_has_an_owner_waits_for_none),
        TEST("a baseline gives owners and tells nobody", a_baseline_gives_owners_and_tells_nobody),
        TEST("who comes in two models has one owner", who_comes_in_two_models_has_one_owner),
        TEST("a place of somebody merged ends where it lies", a_place_of_somebody_merged_ends_where_it_lies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
