/* Hand-offs that nobody answers, over days of runs: who is reminded, what a breach does, each once; and whose
 * offer it is when there is an appointment. */
#include "owing.h"

#include "run/queue/queue.h"

static void book(struct owing *o, const char *with, int64_t at)
{
    char now[AS_TIME_TEXT], starts[AS_TIME_TEXT];
    town_put(&o->town, AS_IMPORT_EVENTS, at, "lead_id", "ann", "kind", "meeting_booked", "at",
             as_time_format(now, at), "property.with", with, "property.by", "Lea", "property.starts",
             as_time_format(starts, MONDAY(72)), NULL);
}

/* Offered on Monday at ten: half of eight hours have passed at two, all of them on Tuesday at ten. */
static void a_reminder_is_sent_once_and_so_is_what_follows(void **state)
{
    struct owing *o = *state;
    assert_int_equal(run_at(o, MONDAY(10)).made.handoff, 1);
    assert_int_equal(run_at(o, MONDAY(13.9)).reminded, 0);
    struct day day = run_at(o, MONDAY(14));
    assert_int_equal(day.states[AS_CLOCK_AT_RISK], 1);
    assert_int_equal(day.reminded, 1);
    assert_int_equal(run_at(o, MONDAY(15)).reminded, 0);
    day = run_at(o, MONDAY(24 + 10)); /* the last second of its time */
    assert_int_equal(day.states[AS_CLOCK_AT_RISK], 1);
    assert_int_equal(day.notified, 0);
    day = run_at(o, MONDAY(24 + 11));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE], 1);
    assert_int_equal(day.reminded, 1);
    assert_int_equal(day.notified, 1);
    assert_int_equal(day.made.task, 1);
    day = run_at(o, MONDAY(24 + 12));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE], 1);
    assert_int_equal(day.reminded + day.notified + day.made.task, 0);
    assert_int_equal(count(o, "outbox WHERE kind = 'reminder'"), 2);
    assert_int_equal(count(o, "task WHERE role = 'manager' AND owner = 'Kim' AND lead_id = 1"), 1);
}

static void an_answer_stops_the_clock(void **state)
{
    struct owing *o = *state;
    run_at(o, MONDAY(10));
    town_event(&o->town, "ann", "handoff_accepted", MONDAY(13), MONDAY(13));
    struct day day = run_at(o, MONDAY(48));
    assert_int_equal(day.states[AS_CLOCK_RUNS] + day.states[AS_CLOCK_AT_RISK] + day.states[AS_CLOCK_OVERDUE],
                     0);
    assert_int_equal(count(o, "outbox WHERE kind = 'reminder'"), 0);
}

/* A clock that sales' answer does not stop runs on, until somebody called. */
static void another_stop_than_the_answer_is_waited_for(void **state)
{
    struct owing *o = *state;
    o->level->stops.n = 0;
    add_stop(o, "sales_touch");
    run_at(o, MONDAY(10));
    town_event(&o->town, "ann", "handoff_accepted", MONDAY(13), MONDAY(13));
    assert_int_equal(run_at(o, MONDAY(14)).states[AS_CLOCK_AT_RISK], 1);
    town_event(&o->town, "ann", "sales_touch", MONDAY(15), MONDAY(15));
    assert_int_equal(run_at(o, MONDAY(48)).states[AS_CLOCK_OVERDUE], 0);
}

/* ann turns out to be nobody we sell to, before the clock has run. */
static void nothing_is_owed_of_whom_the_rules_took_away(void **state)
{
    struct owing *o = *state;
    struct as_disqualifier no_buyer = {
        .name = "no buyer",
        .position = town_line(40),
        .when = town_call(&o->town, o->pack, town_field(&o->town, o->pack, AS_LEVEL_LEAD, "title", 40),
                          "matches", town_text("student"), 40)};
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->models.at[0]->disqualifiers, no_buyer));
    run_at(o, MONDAY(10));
    town_put(&o->town, AS_IMPORT_LEADS, MONDAY(11), "id", "ann", "title", "student of operations", NULL);
    run_at(o, MONDAY(12));
    struct day day = run_at(o, MONDAY(48));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE] + day.reminded + day.notified, 0);
    assert_int_equal(count(o, "handoff WHERE state = 'offered'"), 1);
    assert_int_equal(owed_of(o, 1, MONDAY(48)).n, 0);
}

static void nor_where_the_answer_stops_no_clock(void **state)
{
    struct owing *o = *state;
    o->level->stops.n = 0;
    add_stop(o, "sales_touch");
    nothing_is_owed_of_whom_the_rules_took_away(state);
}

/* bob was offered, too, and turns out to be ann, whom sales takes. */
static void nothing_is_owed_of_whom_another_stands_for(void **state)
{
    struct owing *o = *state;
    town_lead(&o->town, "bob", "operations", MONDAY(0));
    town_event(&o->town, "bob", "demo_request", MONDAY(1), MONDAY(1));
    town_need(&o->town, "bob", "confirmed", "stated", MONDAY(1));
    assert_int_equal(run_at(o, MONDAY(10)).states[AS_CLOCK_RUNS], 2);
    town_ok(&o->town, as_store_merge(o->town.store, 1, 2, "maria", MONDAY(11), &o->town.error));
    town_event(&o->town, "ann", "handoff_accepted", MONDAY(12), MONDAY(12));
    struct day day = run_at(o, MONDAY(48));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE] + day.reminded + day.notified, 0);
    assert_int_equal(owed_of(o, AS_OWED_EVER, MONDAY(48)).n, 1);
    assert_int_equal(owed_of(o, AS_OWED_NOW, MONDAY(10.5)).n, 2); /* as they were then */
}

static void who_lets_time_pass_loses_the_lead_to_somebody_else(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    run_at(o, MONDAY(10));
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana' AND state = 'offered'"), 1);
    assert_int_equal(run_at(o, MONDAY(24 + 10)).reassigned, 0);
    struct day day = run_at(o, MONDAY(24 + 11));
    assert_int_equal(day.reassigned, 1);
    assert_int_equal(day.made.handoff, 1);
    assert_int_equal(
        count(o, "handoff WHERE owner = 'Ana' AND state = 'rejected' AND reason LIKE '%(answer)'"), 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
    assert_int_equal(count(o, "assignment WHERE user = 'Ben'"), 1);
    assert_int_equal(day.made.assign, 1);
    assert_int_equal(count(o, "outbox WHERE kind = 'assign'"), 2); /* who shows leads by owner is told */
    assert_int_equal(
        count(o, "event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'handoff_rejected'"), 0);
    /* A new offer has a time of its own. */
    day = run_at(o, MONDAY(24 + 12));
    assert_int_equal(day.states[AS_CLOCK_RUNS], 1);
    assert_int_equal(day.states[AS_CLOCK_OVERDUE] + day.reassigned, 0);
}

/* Ana's time was over when Ben took the lead: his answer is none of hers. */
static void an_offer_that_lapsed_ended_then(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    run_at(o, MONDAY(10));
    run_at(o, MONDAY(24 + 11));
    town_event(&o->town, "ann", "handoff_accepted", MONDAY(24 + 13), MONDAY(24 + 13));
    struct told told = owed_of(o, AS_OWED_EVER, MONDAY(48));
    assert_int_equal(told.n, 2);
    assert_int_equal(told.stopped, MONDAY(24 + 11));
}

/* The offer is Sam's, who has the appointment; the lead is Ana's, and the routes leave it to her. */
static void who_owned_the_lead_before_is_no_new_owner(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    book(o, "Sam", MONDAY(9));
    run_at(o, MONDAY(10));
    struct day day = run_at(o, MONDAY(24 + 11));
    assert_int_equal(day.reassigned, 1);
    assert_int_equal(day.made.assign, 0);
    assert_int_equal(count(o, "assignment"), 1);
    assert_int_equal(count(o, "outbox WHERE kind = 'assign'"), 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana' AND state = 'offered'"), 1);
}

/* Two promises about the same offer: the lead changes hands once, and who then has it has time. */
static void what_is_done_about_an_offer_is_done_once(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    struct as_service_level other = *o->level;
    other.name = "call";
    other.within.length = 6 * 3600;
    other.within.unit = AS_SPAN_BUSINESS_SECONDS;
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->service_levels, other));
    run_at(o, MONDAY(10));
    struct day day = run_at(o, MONDAY(24 + 11));
    assert_int_equal(day.made.assign, 1);
    assert_int_equal(count(o, "assignment"), 2);
    assert_int_equal(count(o, "handoff"), 2);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
}

/* One promise gives the offer to somebody else: the other one does not give the lead back as well. */
static void what_was_offered_anew_is_not_given_back(void **state)
{
    struct owing *o = *state;
    struct as_service_level other = *o->level;
    other.name = "call";
    other.reject = "no answer in time";
    o->level->reassign = true;
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->service_levels, other));
    run_at(o, MONDAY(10));
    assert_int_equal(run_at(o, MONDAY(24 + 11)).reassigned, 1);
    assert_int_equal(
        count(o, "event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'handoff_rejected'"), 0);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
}

/* There is room for two: ann takes one of them, to whomever she goes. */
static void what_goes_to_somebody_else_takes_no_more_room(void **state)
{
    struct owing *o = *state;
    struct as_capacity two = {.stage = AS_STAGE_SALES_READY,
                              .most = {2, {14 * AS_DAY_SECONDS, AS_SPAN_SECONDS}}};
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->capacities, two));
    o->level->reassign = true;
    run_at(o, MONDAY(10));
    assert_int_equal(run_at(o, MONDAY(24 + 11)).reassigned, 1);
    static const char *const more[] = {"bob", "cleo"};
    for (int i = 0; i < 2; i++) {
        town_lead(&o->town, more[i], "operations", MONDAY(24 + 12 + i));
        town_event(&o->town, more[i], "demo_request", MONDAY(24 + 12 + i), MONDAY(24 + 12 + i));
        town_need(&o->town, more[i], "confirmed", "stated", MONDAY(24 + 12 + i));
        struct day day = run_at(o, MONDAY(24 + 12 + i) + 60);
        assert_int_equal(day.made.handoff, i == 0);
        assert_int_equal(day.made.waiting, i);
    }
}

static void nobody_else_is_nobody(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    o->pack->routes.at[0].to = AS_ROUTE_USER;
    o->pack->routes.at[0].targets.at[0].name = "Ana";
    run_at(o, MONDAY(10));
    struct day day = run_at(o, MONDAY(48));
    assert_int_equal(day.reassigned, 0);
    assert_int_equal(day.notified, 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana' AND state = 'offered'"), 1);
}

static void a_lead_is_given_back_as_sales_would(void **state)
{
    struct owing *o = *state;
    o->level->reject = "no answer in time";
    run_at(o, MONDAY(10));
    assert_int_equal(run_at(o, MONDAY(24 + 11)).given_back, 1);
    assert_int_equal(count(o, "handoff WHERE state = 'rejected' AND reason = 'no answer in time'"), 1);
    assert_int_equal(
        count(o, "event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'handoff_rejected' AND"
                 " e.lead_id = 1"),
        1);
    assert_int_equal(run_at(o, MONDAY(24 + 12)).given_back, 0);
    assert_int_equal(
        count(o, "event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'handoff_rejected'"), 1);
}

static void a_dry_run_does_nothing(void **state)
{
    struct owing *o = *state;
    o->level->reject = "no answer in time";
    run_at(o, MONDAY(10));
    struct as_run_request request = town_request(&o->town, &o->given, 1, MONDAY(24 + 11));
    request.dry_run = true;
    struct day day = run_as(o, request);
    assert_int_equal(day.states[AS_CLOCK_OVERDUE], 1);
    assert_int_equal(day.given_back, 0);
    assert_int_equal(count(o, "outbox WHERE kind = 'reminder'"), 0);
    assert_int_equal(count(o, "handoff WHERE state = 'offered'"), 1);
}

/* Ana, then Ben, then Cleo let the time pass. Ben is asked for no second time while Cleo is there, and once
 * all three have had it, it goes round no more. */
static void nobody_gets_a_lead_again_whose_time_they_let_pass(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    add_person(o, "U3", "Cleo");
    run_at(o, MONDAY(10));
    static const char *const owners[] = {"Ana", "Ben", "Cleo"};
    for (int day = 1; day <= 5; day++) {
        struct day done =
            run_at(o, MONDAY(24 * day + 12 + day)); /* later each day, for each has a day's time */
        char held[80];
        snprintf(held, sizeof held, "SELECT count(*) FROM handoff WHERE owner = '%s' AND state = 'offered'",
                 owners[day < 2 ? day : 2]);
        if (day < 5) /* that is a Saturday: no time has passed since */
            assert_int_equal(town_count(&o->town, held), 1);
        assert_int_equal(done.reassigned, day <= 2);
    }
    assert_int_equal(count(o, "handoff"), 3);
    add_person(o, "U4", "Dora"); /* who comes later may have it */
    assert_int_equal(run_at(o, MONDAY(24 * 7 + 10)).reassigned, 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Dora' AND state = 'offered'"), 1);
}

/* ann is Ana's and bob Ben's; when both have let the time pass, bob turns out to be ann. Ben gets her no more
 * than Ana does, until the two are told apart again. */
static void nor_under_another_name(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    add_person(o, "U3", "Cleo");
    town_lead(&o->town, "bob", "operations", MONDAY(0));
    town_event(&o->town, "bob", "demo_request", MONDAY(1), MONDAY(1));
    town_need(&o->town, "bob", "confirmed", "stated", MONDAY(1));
    run_at(o, MONDAY(10));
    assert_int_equal(count(o, "handoff WHERE lead_id = 1 AND owner = 'Ana'"), 1);
    assert_int_equal(count(o, "handoff WHERE lead_id = 2 AND owner = 'Ben'"), 1);
    assert_int_equal(run_at(o, MONDAY(24 + 13)).reassigned, 2);
    assert_int_equal(count(o, "handoff WHERE lead_id = 1 AND owner = 'Cleo' AND state = 'offered'"), 1);
    town_ok(&o->town, as_store_merge(o->town.store, 1, 2, "maria", MONDAY(24 + 13.5), &o->town.error));
    struct day day = run_at(o, MONDAY(48 + 14));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE], 1);
    assert_int_equal(day.reassigned, 0);
    town_ok(&o->town, as_store_unmerge(o->town.store, 2, "maria", MONDAY(48 + 15), &o->town.error));
    run_at(o, MONDAY(48 + 16));
    assert_int_equal(count(o, "handoff WHERE lead_id = 1 AND owner = 'Ben' AND state = 'offered'"), 1);
}

/* ann was offered two hours before bob, who asked later. */
static void who_is_due_first_is_called_first(void **state)
{
    struct owing *o = *state;
    struct as_queue queue;
    run_at(o, MONDAY(10));
    town_lead(&o->town, "bob", "operations", MONDAY(11));
    town_event(&o->town, "bob", "demo_request", MONDAY(11), MONDAY(11));
    town_need(&o->town, "bob", "confirmed", "stated", MONDAY(11));
    run_at(o, MONDAY(12));
    struct as_queue_request request = {.schema = o->town.schema,
                                       .packs = &o->given,
                                       .pack_count = 1,
                                       .at = MONDAY(12),
                                       .known_at = MONDAY(12),
                                       .threads = 1,
                                       .most = 10};
    town_ok(&o->town, as_queue_of(&queue, o->town.store, &request, &o->town.error));
    assert_int_equal(queue.items.n, 2);
    assert_true(queue.items.at[0].hand_raised && queue.items.at[1].hand_raised);
    assert_int_equal(queue.items.at[0].lead_id, 1);
    assert_true(queue.items.at[0].owed->clock.due < queue.items.at[1].owed->clock.due);
    as_queue_free(&queue);
}

/* --- whose offer it is [A8.5] --- */

static void an_offer_goes_to_who_has_the_appointment(void **state)
{
    struct owing *o = *state;
    book(o, "Sam", MONDAY(9));
    run_at(o, MONDAY(10));
    assert_int_equal(count(o, "handoff WHERE owner = 'Sam'"), 1);
    assert_int_equal(count(o, "assignment WHERE user = 'Ana'"), 1); /* whose lead it is stays the routes' */
    assert_int_equal(count(o, "outbox WHERE kind = 'handoff' AND json_extract(payload, '$.to') = 'Sam' AND"
                              " json_extract(payload, '$.owner') = 'Ana' AND"
                              " json_extract(payload, '$.appointment.with') = 'Sam'"),
                     1);
}

/* There is room for one: it is ann's, whom Sam meets, though bob has asked twice. */
static void who_has_an_appointment_takes_the_room_first(void **state)
{
    struct owing *o = *state;
    struct as_capacity one = {.stage = AS_STAGE_SALES_READY,
                              .most = {1, {14 * AS_DAY_SECONDS, AS_SPAN_SECONDS}}};
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->capacities, one));
    book(o, "Sam", MONDAY(9));
    town_lead(&o->town, "bob", "operations", MONDAY(0));
    for (int i = 1; i < 3; i++)
        town_event(&o->town, "bob", "demo_request", MONDAY(i), MONDAY(i));
    town_need(&o->town, "bob", "confirmed", "stated", MONDAY(1));
    struct day day = run_at(o, MONDAY(10));
    assert_int_equal(day.made.handoff, 1);
    assert_int_equal(day.made.waiting, 1);
    assert_int_equal(count(o, "handoff WHERE lead_id = 1 AND owner = 'Sam'"), 1);
}

static void one_that_was_called_off_is_none(void **state)
{
    struct owing *o = *state;
    book(o, "Sam", MONDAY(8));
    town_event(&o->town, "ann", "meeting_cancelled", MONDAY(9), MONDAY(9));
    run_at(o, MONDAY(10));
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana'"), 1);
    assert_int_equal(count(o, "outbox WHERE kind = 'handoff' AND payload LIKE '%\"appointment\":null%'"), 1);
}

static void an_offer_that_waits_follows_the_appointment(void **state)
{
    struct owing *o = *state;
    run_at(o, MONDAY(10));
    book(o, "Sam", MONDAY(11));
    assert_int_equal(count(o, "handoff WHERE owner = 'Sam' AND state = 'offered'"), 1);
    town_event(&o->town, "ann", "handoff_accepted", MONDAY(13), MONDAY(13));
    book(o, "Ben", MONDAY(14)); /* what was answered stays as it was */
    assert_int_equal(count(o, "handoff WHERE owner = 'Sam' AND state = 'accepted'"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a reminder is sent once, and so is what follows [A8.13]",
             a_reminder_is_sent_once_and_so_is_what_follows),
        TEST("an answer stops the clock", an_answer_stops_the_clock),
        TEST("another stop than the answer is waited for", another_stop_than_the_answer_is_waited_for),
        TEST("nothing is owed of whom the rules took away", nothing_is_owed_of_whom_the_rules_took_away),
        TEST("nor where the answer stops no clock", nor_where_the_answer_stops_no_clock),
        TEST("nothing is owed of whom another stands for", nothing_is_owed_of_whom_another_stands_for),
        TEST("who lets time pass loses the lead to somebody else",
             who_lets_time_pass_loses_the_lead_to_somebody_else),
        TEST("an offer that lapsed ended then", an_offer_that_lapsed_ended_then),
        TEST("who owned the lead before is no new owner", who_owned_the_lead_before_is_no_new_owner),
        TEST("what is done about an offer is done once", what_is_done_about_an_offer_is_done_once),
        TEST("what was offered anew is not given back", what_was_offered_anew_is_not_given_back),
        TEST("what goes to somebody else takes no more room", what_goes_to_somebody_else_takes_no_more_room),
        TEST("nobody else is nobody", nobody_else_is_nobody),
        TEST("a lead is given back as sales would", a_lead_is_given_back_as_sales_would),
        TEST("a dry run does nothing", a_dry_run_does_nothing),
        TEST("nobody gets a lead again whose time they let pass",
             nobody_gets_a_lead_again_whose_time_they_let_pass),
        TEST("nor under another name", nor_under_another_name),
        TEST("who is due first is called first [A8.1]", who_is_due_first_is_called_first),
        TEST("an offer goes to who has the appointment [A8.5]", an_offer_goes_to_who_has_the_appointment),
        TEST("who has an appointment takes the room first", who_has_an_appointment_takes_the_room_first),
        TEST("one that was called off is none", one_that_was_called_off_is_none),
        TEST("an offer that waits follows the appointment", an_offer_that_waits_follows_the_appointment),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
