/* What leads did that was promised to be answered: clocks that begin without any offer, over days of runs,
 * beside a second, naive reckoning; and runs that follow events. */
#include "owing.h"

static void touch(struct owing *o, const char *user, int64_t at)
{
    char when[AS_TIME_TEXT];
    town_put(&o->town, AS_IMPORT_TOUCHES, at, "lead_id", "bob", "channel", "call", "at",
             as_time_format(when, at), user != NULL ? "user" : NULL, user, NULL);
}

static void a_raised_hand_has_a_clock_without_any_offer(void **state)
{
    struct owing *o = *state;
    raise_hand(o, TUESDAY(9));
    assert_int_equal(run_at(o, TUESDAY(9.4)).states[AS_CLOCK_RUNS], 1);
    struct day day = run_at(o, TUESDAY(9.5));
    assert_int_equal(day.states[AS_CLOCK_AT_RISK], 1);
    assert_int_equal(day.reminded, 1);
    assert_int_equal(run_at(o, TUESDAY(10)).notified, 0);
    day = run_at(o, TUESDAY(10) + 1);
    assert_int_equal(day.states[AS_CLOCK_OVERDUE], 1);
    assert_int_equal(day.notified, 1);
    assert_int_equal(run_at(o, TUESDAY(12)).notified + run_at(o, TUESDAY(13)).reminded, 0);
    assert_int_equal(count(o, "task WHERE role = 'manager' AND lead_id = 2"), 1);
    assert_int_equal(count(o, "handoff WHERE lead_id = 2"), 0);
    assert_int_equal(count(o, "outbox WHERE kind = 'reminder' AND json_extract(payload, '$.asked') ="
                              " '2026-06-30T09:00:00Z'"),
                     2);
}

static void whoever_gets_in_touch_stops_it(void **state)
{
    struct owing *o = *state;
    raise_hand(o, TUESDAY(9));
    run_at(o, TUESDAY(9.2));
    touch(o, NULL, TUESDAY(9.25)); /* a machine's mail is no answer */
    assert_int_equal(run_at(o, TUESDAY(9.5)).states[AS_CLOCK_AT_RISK], 1);
    touch(o, "Ana", TUESDAY(9.75));
    assert_int_equal(owed_of(o, AS_OWED_NOW, TUESDAY(9.8)).n, 0); /* told before any run */
    assert_int_equal(run_at(o, TUESDAY(12)).states[AS_CLOCK_OVERDUE], 0);
    struct told told = owed_of(o, 2, TUESDAY(12));
    assert_int_equal(told.n, 1);
    assert_int_equal(told.stopped, TUESDAY(9.75));
    assert_int_equal(count(o, "promise WHERE settled IS NOT NULL"), 2); /* ann's, too */
    assert_int_equal(owed_of(o, AS_OWED_NOW, TUESDAY(9.3)).n, 1);       /* as it was known then */
}

static void what_is_asked_again_meanwhile_waits_with_it(void **state)
{
    struct owing *o = *state;
    raise_hand(o, TUESDAY(9));
    raise_hand(o, TUESDAY(9.9));
    assert_int_equal(run_at(o, TUESDAY(10) + 1).states[AS_CLOCK_OVERDUE], 1);
    town_event(&o->town, "bob", "meeting_held", TUESDAY(11), TUESDAY(11));
    raise_hand(o, TUESDAY(12));
    assert_int_equal(run_at(o, TUESDAY(12.1)).states[AS_CLOCK_RUNS], 1);
    assert_int_equal(owed_of(o, 2, TUESDAY(12.1)).n, 2);
}

/* cy asked months ago: that was promised to nobody. */
static void what_was_over_before_it_was_promised_is_none(void **state)
{
    struct owing *o = *state;
    town_lead(&o->town, "cy", "operations", MONDAY(11));
    town_event(&o->town, "cy", "demo_request", MONDAY(-24 * 60), MONDAY(11));
    struct day day = run_at(o, MONDAY(12));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE] + day.notified, 0);
    town_event(&o->town, "cy", "demo_request", MONDAY(10.5), MONDAY(13)); /* told late, but promised */
    assert_int_equal(run_at(o, MONDAY(13)).notified, 1);
}

static void nothing_is_promised_to_whom_the_rules_keep_away(void **state)
{
    struct owing *o = *state;
    struct as_disqualifier no_buyer = {
        .name = "no buyer",
        .position = town_line(40),
        .when = town_call(&o->town, o->pack, town_field(&o->town, o->pack, AS_LEVEL_LEAD, "title", 40),
                          "matches", town_text("student"), 40)};
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->models.at[0]->disqualifiers, no_buyer));
    town_put(&o->town, AS_IMPORT_LEADS, TUESDAY(8), "id", "bob", "title", "student of operations", NULL);
    raise_hand(o, TUESDAY(9));
    struct day day = run_at(o, TUESDAY(12));
    assert_int_equal(day.states[AS_CLOCK_OVERDUE] + day.notified, 0);
}

static const char *owner_of_bob(struct owing *o, int64_t at, char *out, size_t size)
{
    struct as_arena arena = {.head = NULL};
    struct as_owed_list owed;
    town_ok(&o->town, as_owed_of(&owed, &arena, o->town.store, o->pack, AS_OWED_NOW, at, &o->town.error));
    assert_int_equal(owed.list.n, 1);
    snprintf(out, size, "%s", owed.list.at[0].owner != NULL ? owed.list.at[0].owner : "nobody");
    as_arena_free(&arena);
    return out;
}

/* Ana and Ben: each has an hour, and then it stays where it is. */
static void the_lead_goes_to_somebody_else_who_has_an_hour_too(void **state)
{
    struct owing *o = *state;
    char first[40], second[40], third[40];
    o->level->reassign = true;
    raise_hand(o, TUESDAY(9));
    run_at(o, TUESDAY(9.2));
    owner_of_bob(o, TUESDAY(9.2), first, sizeof first);
    struct day day = run_at(o, TUESDAY(11));
    assert_int_equal(day.reassigned, 1);
    assert_int_equal(day.made.assign, 1);
    assert_int_equal(day.made.handoff, 0); /* there is no offer to be told of */
    owner_of_bob(o, TUESDAY(11), second, sizeof second);
    assert_string_not_equal(first, second);
    assert_int_equal(run_at(o, TUESDAY(11.4)).states[AS_CLOCK_RUNS], 1);
    day = run_at(o, TUESDAY(13));
    assert_int_equal(day.reassigned, 0);
    assert_int_equal(day.notified, 1);
    assert_string_equal(owner_of_bob(o, TUESDAY(13), third, sizeof third), second);
    add_person(o, "U3", "Cleo");
    assert_int_equal(run_at(o, TUESDAY(14)).reassigned, 1);
    assert_string_equal(owner_of_bob(o, TUESDAY(14), third, sizeof third), "Cleo");
    assert_int_equal(owed_of(o, 2, TUESDAY(14)).n, 3);
}

/* The offer goes with the lead. */
static void an_offer_goes_with_it(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    town_event(&o->town, "ann", "demo_request", TUESDAY(9), TUESDAY(9));
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana' AND state = 'offered'"), 1);
    struct day day = run_at(o, TUESDAY(11));
    assert_int_equal(day.reassigned, 1);
    assert_int_equal(day.made.handoff, 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ana' AND state = 'rejected'"), 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
}

/* Whoever gets a lead because its offer was not answered has the whole hour for what was asked, too. */
static void who_is_given_an_offer_has_an_hour_for_what_was_asked(void **state)
{
    struct owing *o = *state;
    struct as_service_level asked = {
        .name = "hand raise", .position = town_line(81), .within = {3600, AS_SPAN_SECONDS}, .reassign = true};
    const struct as_expr *demo = town_events(&o->town, o->pack, "demo_request", 81);
    assert_true(as_list_push(&o->pack->rules.arena, &asked.starts, demo));
    o->level->within = (struct as_span){4 * 3600, AS_SPAN_SECONDS};
    o->level->reassign = true;
    assert_true(as_list_push(&o->pack->rules.arena, &o->pack->service_levels, asked));
    o->level = &o->pack->service_levels.at[1];
    add_stop(o, "sales_touch");
    add_person(o, "U3", "Cleo");
    run_at(o, MONDAY(10));
    town_event(&o->town, "ann", "demo_request", MONDAY(10.5), MONDAY(10.5));
    run_at(o, MONDAY(10.6));
    assert_int_equal(run_at(o, MONDAY(15)).reassigned, 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
    assert_int_equal(count(o, "promise WHERE owner = 'Ana' AND lapsed IS NOT NULL"), 1);
    run_at(o, MONDAY(15.1));
    run_at(o, MONDAY(16));
    assert_int_equal(count(o, "handoff WHERE owner = 'Ben' AND state = 'offered'"), 1);
    run_at(o, MONDAY(16) + 1);
    assert_int_equal(count(o, "handoff WHERE owner = 'Cleo' AND state = 'offered'"), 1);
}

static struct day dry_at(struct owing *o, int64_t at)
{
    struct as_run_request request = town_request(&o->town, &o->given, 1, at);
    request.dry_run = true;
    return run_as(o, request);
}

/* Nothing is noted, nothing lapses, nothing is taken for over. */
static void a_dry_run_promises_nothing(void **state)
{
    struct owing *o = *state;
    o->level->reassign = true;
    raise_hand(o, TUESDAY(9));
    dry_at(o, TUESDAY(9.2));
    assert_int_equal(count(o, "promise WHERE lead_id = 2"), 0);
    run_at(o, TUESDAY(9.2));
    assert_int_equal(count(o, "promise WHERE lead_id = 2"), 1);
    assert_int_equal(dry_at(o, TUESDAY(11)).reassigned, 1);
    assert_int_equal(count(o, "promise WHERE lead_id = 2"), 1);
    assert_int_equal(count(o, "promise WHERE lapsed IS NOT NULL"), 0);
    touch(o, "Ana", TUESDAY(11));
    dry_at(o, TUESDAY(12));
    assert_int_equal(count(o, "promise WHERE lead_id = 2 AND settled IS NULL"), 1);
}

/* dee (3) is taken for bob (2) for an hour, in which there are runs. */
static void take_for_bob(struct owing *o, int64_t at)
{
    town_ok(&o->town, as_store_merge(o->town.store, 2, 3, "maria", at, &o->town.error));
}

static void tell_apart(struct owing *o, int64_t at)
{
    town_ok(&o->town, as_store_unmerge(o->town.store, 3, "maria", at, &o->town.error));
}

static void what_somebody_else_asked_is_owed_to_them_alone(void **state)
{
    struct owing *o = *state;
    town_lead(&o->town, "dee", "operations", TUESDAY(8));
    town_event(&o->town, "bob", "page_view", TUESDAY(9), TUESDAY(9));
    town_event(&o->town, "dee", "demo_request", TUESDAY(9), TUESDAY(9));
    take_for_bob(o, TUESDAY(9.1));
    assert_int_equal(run_at(o, TUESDAY(9.2)).states[AS_CLOCK_RUNS], 1);
    assert_int_equal(owed_of(o, 2, TUESDAY(9.2)).n, 1);
    tell_apart(o, TUESDAY(9.3));
    assert_int_equal(run_at(o, TUESDAY(9.4)).states[AS_CLOCK_RUNS], 1);
    assert_int_equal(owed_of(o, 2, TUESDAY(9.4)).n, 0);
    assert_int_equal(owed_of(o, 3, TUESDAY(9.4)).n, 1);
}

static void an_answer_to_somebody_else_is_none(void **state)
{
    struct owing *o = *state;
    town_lead(&o->town, "dee", "operations", TUESDAY(8));
    raise_hand(o, TUESDAY(9));
    town_event(&o->town, "dee", "call_made", TUESDAY(9.05), TUESDAY(9.05));
    take_for_bob(o, TUESDAY(9.1));
    assert_int_equal(run_at(o, TUESDAY(9.25)).states[AS_CLOCK_RUNS], 0);
    tell_apart(o, TUESDAY(9.3));
    assert_int_equal(run_at(o, TUESDAY(9.4)).states[AS_CLOCK_RUNS], 1);
    assert_int_equal(run_at(o, TUESDAY(11)).notified, 1);
}

/* --- the same, naively --- */

enum { HOURS = 60, LEADS = 6 };

/* A minute's luck, the same on every machine. */
static uint32_t dice(uint32_t *seed)
{
    *seed = *seed * 1664525 + 1013904223;
    return *seed >> 24;
}

/* What happens to each lead in each hour: asks, is called, is touched by a person, or by a machine. */
static void clocks_are_those_of_a_naive_walk(void **state)
{
    struct owing *o = *state;
    static const char *const kinds[] = {"demo_request", "call_made", "page_view", "demo_request",
                                        "meeting_held"};
    struct as_arena arena = {.head = NULL};
    int64_t asked[LEADS][HOURS], stopped[LEADS][HOURS];
    uint32_t n[LEADS] = {0}, seed = 7;
    for (int lead = 0; lead < LEADS; lead++) {
        char id[16];
        snprintf(id, sizeof id, "x%d", lead);
        town_lead(&o->town, id, "operations", MONDAY(0));
    }
    for (int hour = 0; hour < HOURS; hour++) {
        for (int lead = 0; lead < LEADS; lead++) {
            int64_t at = MONDAY(11 + hour);
            char id[16], when[AS_TIME_TEXT];
            uint32_t luck = dice(&seed) % 20;
            bool waits = n[lead] > 0 && stopped[lead][n[lead] - 1] == AS_TIME_NONE, answers = false;
            snprintf(id, sizeof id, "x%d", lead);
            if (luck < 5) {
                town_event(&o->town, id, kinds[luck], at, at);
                answers = luck == 1 || luck == 4;
                if ((luck == 0 || luck == 3) && !waits) {
                    asked[lead][n[lead]] = at;
                    stopped[lead][n[lead]++] = AS_TIME_NONE;
                }
            } else if (luck < 7) {
                answers = luck == 5;
                town_put(&o->town, AS_IMPORT_TOUCHES, at, "lead_id", id, "channel", "email", "at",
                         as_time_format(when, at), answers ? "user" : NULL, "Ana", NULL);
            }
            if (waits && answers)
                stopped[lead][n[lead] - 1] = at;
        }
        if (hour % 5 == 4)
            run_at(o, MONDAY(11 + hour) + 60);
    }
    for (int lead = 0; lead < LEADS; lead++) {
        struct as_owed_list owed;
        town_ok(&o->town, as_owed_of(&owed, &arena, o->town.store, o->pack, 3 + lead, MONDAY(11 + HOURS),
                                     &o->town.error));
        assert_int_equal(owed.list.n, n[lead]);
        for (uint32_t i = 0; i < n[lead]; i++) {
            assert_int_equal(owed.list.at[i].asked, asked[lead][i]);
            assert_int_equal(owed.list.at[i].clock.stopped, stopped[lead][i]);
        }
    }
    as_arena_free(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PROMISE("a raised hand has a clock without any offer [A8.13]",
                a_raised_hand_has_a_clock_without_any_offer),
        PROMISE("whoever gets in touch stops it", whoever_gets_in_touch_stops_it),
        PROMISE("what is asked again meanwhile waits with it", what_is_asked_again_meanwhile_waits_with_it),
        PROMISE("what was over before it was promised is none", what_was_over_before_it_was_promised_is_none),
        PROMISE("nothing is promised to whom the rules keep away",
                nothing_is_promised_to_whom_the_rules_keep_away),
        PROMISE("the lead goes to somebody else, who has an hour too",
                the_lead_goes_to_somebody_else_who_has_an_hour_too),
        PROMISE("an offer goes with it", an_offer_goes_with_it),
        TEST("who is given an offer has an hour for what was asked, too",
             who_is_given_an_offer_has_an_hour_for_what_was_asked),
        PROMISE("a dry run promises nothing", a_dry_run_promises_nothing),
        PROMISE("what somebody else asked is owed to them alone",
                what_somebody_else_asked_is_owed_to_them_alone),
        PROMISE("an answer to somebody else is none", an_answer_to_somebody_else_is_none),
        PROMISE("clocks are those of a naive walk", clocks_are_those_of_a_naive_walk),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
