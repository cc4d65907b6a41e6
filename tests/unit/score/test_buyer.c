/* What a buyer has shown: permission reached on the ladder, and the phase of buying. */
#include "policy.h"

#include "score/model/buyer.h"
#include "score/model/track.h"

static uint8_t rung_of(const struct as_pack *pack, const struct as_dataset *set, uint32_t row, int64_t at)
{
    struct as_nurture *nurture;
    assert_int_equal(as_nurture_open(&nurture, pack, NULL, set, NULL), AS_OK);
    uint8_t rung = as_nurture_rung(nurture, row, at);
    as_nurture_close(nurture);
    return rung;
}

static void one_interaction_is_no_evaluation(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    unsigned content = 0, hands = 0;
    for (uint32_t k = 0; k < p.schema->kinds.n; k++) {
        const struct as_event_kind *kind = p.schema->kinds.at[k];
        const struct happened once = {0, JILL, kind->name};
        people_events(&p, &once, 1);
        uint8_t rung = rung_of(&pack, p.set, 0, JILL + HOUR);
        const char *phase = as_buying_phase(&pack, p.set, 0, JILL + HOUR);
        struct as_str intent = as_str_of(kind->intent);
        if (kind->by != AS_ACTOR_BUYER || as_str_is(intent, "content") || as_str_is(intent, "community")) {
            assert_int_equal(rung, 1);
            assert_string_equal(phase, "discovery");
            content += as_str_is(intent, "content");
        }
        if (as_str_is(intent, "hand_raise")) {
            assert_int_equal(rung, 4);
            assert_string_equal(phase, "consideration");
            hands++;
        }
    }
    assert_true(content >= 10 && hands >= 3);
    people_free(&p);
}

static void sellers_are_no_evidence(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    /* Whatever a seller does, as often as it is done, the buyer stays where the buyer was. */
    for (uint32_t k = 0; k < p.schema->kinds.n; k++) {
        if (p.schema->kinds.at[k]->by != AS_ACTOR_SELLER)
            continue;
        struct happened events[5] = {{0, JILL, "product_view"}};
        for (int i = 1; i < 5; i++)
            events[i] = (struct happened){0, JILL + i * HOUR, p.schema->kinds.at[k]->name};
        people_events(&p, events, 5);
        assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 3);
        assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + DAY), "consideration");
        people_events(&p, events + 1, 4);
        assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 1);
        assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + DAY), "discovery");
    }
    people_free(&p);
}

/* One buyer at each rung: content, a need stated, product interest, a raised hand. */
static void four_buyers(struct people *p)
{
    static const char *const words[] = {"none", "acknowledged", "confirmed"};
    const struct happened events[] = {
        {0, JILL, "ebook"}, {1, JILL, "ebook"}, {2, JILL, "pricing_view"}, {3, JILL, "demo_request"}};
    *p = (struct people){NULL, NULL};
    people_schema(p);
    people_ask(p, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, words, 3);
    people_ask(p, "evaluating", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0);
    people_new(p, 5, 0);
    people_events(p, events, 4);
    people_answer(p, "need", 1, "acknowledged", JILL, true);
}

static void ask_needs_permission(void **state)
{
    (void)state;
    struct people p;
    four_buyers(&p);
    struct as_pack pack = pack_of(&p);
    pack.policy.after_first_download = 0;
    for (uint32_t lead = 0; lead < 4; lead++)
        for (uint32_t n = 0; n < 4; n++) {
            struct as_contact_answer answer = ask(&pack, &p, lead, JILL + DAY, "email", needs[n].ask);
            assert_int_equal(answer.denial, n > lead ? AS_DENIED_LADDER : AS_CONTACT_ALLOWED);
            if (n > lead) {
                assert_non_null(strstr(answer.reason, needs[n].ask));
                assert_non_null(strstr(answer.reason, ladder[n]));
                assert_non_null(strstr(answer.reason, ladder[lead]));
            }
        }
    struct as_contact_question question = {JILL, "email", "marriage", false, 0};
    struct as_contact_answer answer;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_contact_ask(&answer, &pack, NULL, p.set, 0, &question, &error), AS_ERR_MISSING);
    assert_non_null(strstr(error.what, "marriage"));
    people_free(&p);
}

static void buyers_alone_give_permission(void **state)
{
    (void)state;
    struct people p;
    four_buyers(&p);
    struct as_pack pack = pack_of(&p);
    /* Inferred is not stated; a need of none is no need; evaluating counts as product interest. */
    people_answer(&p, "need", 0, "confirmed", JILL, false);
    assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 1);
    people_answer(&p, "need", 0, "none", JILL, true);
    assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 1);
    people_answer(&p, "need", 0, "confirmed", JILL, true);
    assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 2);
    people_answer(&p, "evaluating", 0, "yes", JILL, true);
    assert_int_equal(rung_of(&pack, p.set, 0, JILL + DAY), 3);
    assert_int_equal(rung_of(&pack, p.set, 0, JILL - 1), 1);
    /* Who leaves takes it back; what comes after counts anew. */
    const struct happened left[] = {{3, JILL, "demo_request"}, {3, JILL + HOUR, "unsubscribe"}};
    people_events(&p, left, 2);
    assert_int_equal(rung_of(&pack, p.set, 3, JILL), 4);
    assert_int_equal(rung_of(&pack, p.set, 3, JILL + HOUR), 1);
    const struct happened back[] = {
        {3, JILL, "demo_request"}, {3, JILL + HOUR, "spam_report"}, {3, JILL + DAY, "pricing_view"}};
    people_events(&p, back, 3);
    assert_int_equal(rung_of(&pack, p.set, 3, JILL + DAY), 3);
    /* A short ladder has no rungs beyond its end. */
    pack.policy.ladder.n = 2;
    assert_int_equal(rung_of(&pack, p.set, 3, JILL + DAY), 2);
    people_free(&p);
}

/* Whatever happens, in whatever order: who leaves is back on the lowest rung, nothing else takes permission
 * back, and what buyers did not do themselves never raises it. */
static void permission_moves_by_buyers_alone(void **state)
{
    (void)state;
    enum { EVENTS = 12, LIVES = 200 };
    struct people p = {NULL, NULL};
    people_new(&p, 1, 0);
    struct as_pack pack = pack_of(&p);
    uint64_t seed = 20260301;
    unsigned raised = 0, left = 0;
    for (int life = 0; life < LIVES; life++) {
        struct happened events[EVENTS];
        uint8_t before = 1;
        for (uint32_t n = 0; n < EVENTS; n++) {
            seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            const struct as_event_kind *kind = p.schema->kinds.at[(seed >> 33) % p.schema->kinds.n];
            events[n] = (struct happened){0, JILL + n * HOUR, kind->name};
            people_events(&p, events, n + 1);
            uint8_t after = rung_of(&pack, p.set, 0, JILL + n * HOUR);
            if ((as_buyer_signs_of(kind) & AS_SIGN_LEAVES) != 0)
                assert_int_equal(after, 1);
            else if (kind->by != AS_ACTOR_BUYER)
                assert_int_equal(after, before);
            else
                assert_true(after >= before);
            raised += after > before;
            left += after < before;
            before = after;
        }
    }
    assert_true(raised > LIVES / 2 && left > 10);
    people_free(&p);
}

static void six_steps_three_phases(void **state)
{
    (void)state;
    unsigned hit[3] = {0, 0, 0};
    enum as_phase phase, last = AS_PHASE_DISCOVERY;
    for (uint32_t step = 0; step < AS_BUYING_STEPS; step++) {
        assert_true(as_phase_parse(&phase, as_str_of(as_buying_step_name(step))));
        assert_int_equal(phase, as_phase_of_step(step));
        assert_true(phase >= last);
        hit[phase]++;
        last = phase;
    }
    for (int i = 0; i < 3; i++)
        assert_int_equal(hit[i], 2);
    static const char *const late[] = {"exploring possible solutions", "committing to a solution",
                                       "justifying the decision"};
    for (int i = 0; i < 3; i++) {
        assert_true(as_phase_parse(&phase, as_str_of(late[i])));
        assert_int_equal(phase, i < 2 ? AS_PHASE_CONSIDERATION : AS_PHASE_DECISION);
    }
    assert_true(as_phase_parse(&phase, AS_STR("Consideration")));
    assert_int_equal(phase, AS_PHASE_CONSIDERATION);
    assert_false(as_phase_parse(&phase, AS_STR("desire")));
}

/* Awareness, consideration, evaluation, purchase: each has a phase, in order, and every phase has one. */
static void four_stages_three_phases(void **state)
{
    (void)state;
    static const enum as_phase expected[] = {AS_PHASE_DISCOVERY, AS_PHASE_CONSIDERATION,
                                             AS_PHASE_CONSIDERATION, AS_PHASE_DECISION};
    static const char *const names[] = {"Awareness", "Consideration", "Evaluation", "Purchase"};
    for (uint32_t stage = 0; stage < 4; stage++) {
        enum as_phase phase;
        assert_true(as_phase_parse(&phase, as_str_of(names[stage])));
        assert_int_equal(phase, expected[stage]);
        assert_int_equal(as_phase_of_stage(stage), expected[stage]);
        assert_true(as_str_is_nocase(as_str_of(names[stage]), as_buying_stage_name(stage)));
    }
    assert_null(as_buying_stage_name(4));
}

static void phases_move_both_ways(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    people_ask(&p, "evaluating", AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0);
    people_ask(&p, "decision_by", AS_LEVEL_ACCOUNT, AS_TYPE_DATE, NULL, 0);
    people_ask(&p, "phase", AS_LEVEL_LEAD, AS_TYPE_TEXT, NULL, 0);
    people_new(&p, 1, 1);
    p.set->lead_account[0] = 0;
    struct as_pack pack = pack_of(&p);
    const struct happened seen = {0, JILL, "pricing_view"};
    people_events(&p, &seen, 1);
    assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + 89 * DAY), "consideration");
    assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + 90 * DAY), "discovery");
    people_answer(&p, "evaluating", 0, "yes", JILL + 91 * DAY, true);
    assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + 200 * DAY), "consideration");
    people_answer(&p, "evaluating", 0, "no", JILL + DAY, true);
    assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + 2 * DAY), "discovery");
    people_answer(&p, "decision_by", 0, "2026-04-01", JILL + DAY, true);
    assert_string_equal(as_buying_phase(&pack, p.set, 0, JILL + 2 * DAY), "decision");
    assert_string_equal(as_buying_phase(&pack, p.set, 0, instant("2026-04-02")), "discovery");
    people_answer(&p, "phase", 0, "Justifying the decision", JILL, true);
    assert_string_equal(as_buying_phase(&pack, p.set, 0, instant("2026-04-02")), "decision");
    people_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("one content event or registration is no evaluation; a raised hand is [A3.5]",
              one_interaction_is_no_evaluation),
        named("a request beyond what the buyer permits is denied with its reason [A3.6] [A3.9] [A7.2]",
              ask_needs_permission),
        named("what sellers do moves no buyer [A3.8]", sellers_are_no_evidence),
        named("six steps sum up to three phases, total and onto [A2.14] [A4.2]", six_steps_three_phases),
        named("four stages belong to the three phases, too [A4.1]", four_stages_three_phases),
        named("the buying phase moves forward and backward [A4.3]", phases_move_both_ways),
        named("only the buyer raises permission; leaving takes it back [A7.1]", buyers_alone_give_permission),
        named("in any order of events permission moves by buyers alone [A7.1]",
              permission_moves_by_buyers_alone),
    };
    return cmocka_run_group_tests_name("buyers", tests, NULL, NULL);
}
