/* The lifecycle: single steps told as short stories. */
#include "lifecycle.h"

static void climbs_as_far_as_gates_hold(void **state)
{
    (void)state;
    const struct {
        uint16_t v;
        enum as_stage want;
    } rows[] = {
        {verdicts(F, F, F, F), AS_STAGE_SUSPECT},      {verdicts(U, P, P, P), AS_STAGE_SUSPECT},
        {verdicts(P, F, P, P), AS_STAGE_NURTURE},      {verdicts(P, U, P, P), AS_STAGE_NURTURE},
        {verdicts(P, P, F, P), AS_STAGE_WORTH_A_CALL}, {verdicts(P, P, P, U), AS_STAGE_SALES_READY},
        {verdicts(P, P, P, P), AS_STAGE_OPPORTUNITY},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct as_standing s = step(&nobody, T0, rows[i].v);
        assert_int_equal(s.stage, rows[i].want);
        assert_int_equal(s.cause, AS_CAUSE_FIRST);
        assert_int_equal(s.furthest, rows[i].want);
        assert_int_equal(s.entered, T0);
        assert_int_equal(s.recycled, AS_TIME_NONE);
    }
}

static void the_open_market_stands_somewhere(void **state)
{
    (void)state;
    /* Gate 1 is the target market. Whatever the other gates say, whoever passes it and is not disqualified
     * stands in one of the five open stages, and nobody else does. */
    const int all[] = {F, U, P};
    for (int i = 0; i < 81; i++)
        for (int rest = 0; rest < 4; rest++) {
            const int market = all[i % 3];
            struct as_stage_facts facts =
                facts_of(&nobody, T0, verdicts(market, all[i / 3 % 3], all[i / 9 % 3], all[i / 27]));
            facts.disqualifier = rest & 1;
            facts.unsure = rest >> 1;
            struct as_standing s = decide(&facts);
            bool open = s.stage >= AS_STAGE_NURTURE && s.stage <= AS_STAGE_OPPORTUNITY;
            assert_int_equal(open, market == P && !facts.disqualifier);
            /* Who is not sales-ready by then is nurtured or worth a call. */
            if (open && s.stage < AS_STAGE_SALES_READY)
                assert_true(s.stage == AS_STAGE_NURTURE || s.stage == AS_STAGE_WORTH_A_CALL);
        }
}

static void earlier_gates_count_once_reached(void **state)
{
    (void)state;
    struct as_prior prior = standing_in(AS_STAGE_WORTH_A_CALL, T0 - DAY);
    struct as_standing s = step(&prior, T0, verdicts(F, F, P, F));
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_int_equal(s.cause, AS_CAUSE_GATE);
    assert_true(s.attention); /* the gates behind it fail now */
}

static void failing_later_demotes_nobody(void **state)
{
    (void)state;
    for (enum as_stage stage = AS_STAGE_NURTURE; stage <= AS_STAGE_OPPORTUNITY; stage++) {
        struct as_prior prior = standing_in(stage, T0 - DAY);
        struct as_standing s = step(&prior, T0, verdicts(F, F, F, F));
        assert_int_equal(s.stage, stage);
        assert_int_equal(s.entered, T0 - DAY);
        assert_int_equal(s.cause, AS_CAUSE_NONE);
        assert_true(s.attention);
        s = step(&prior, T0, verdicts(U, U, U, U));
        assert_int_equal(s.stage, stage);
        assert_false(s.attention); /* unknown is not a failure */
    }
}

static void missing_gates_are_not_asked(void **state)
{
    (void)state;
    struct as_gate *only[] = {&gates[2]};
    const struct as_model small = {.name = "small", .gates = {only, 1, 1}};
    struct as_stage_facts facts = facts_of(&nobody, T0, verdicts(N, N, P, N));
    struct as_standing s;
    as_stage_decide(&s, &small, &facts);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
}

static void disqualifiers(void **state)
{
    (void)state;
    struct as_prior prior = standing_in(AS_STAGE_SALES_READY, T0 - DAY);
    struct as_stage_facts facts = facts_of(&prior, T0, verdicts(P, P, P, F));
    facts.disqualifier = 2;
    struct as_standing s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_DISQUALIFIED);
    assert_int_equal(s.cause, AS_CAUSE_DISQUALIFY);
    assert_int_equal(s.disqualifier, 2);
    assert_int_equal(s.furthest, AS_STAGE_SALES_READY);

    /* Unknown now: it stays. Definitely gone: back to the furthest gates that hold. */
    struct as_prior out = prior_of(&s);
    facts = facts_of(&out, T0 + DAY, verdicts(P, P, F, F));
    facts.unsure = true;
    assert_int_equal(decide(&facts).stage, AS_STAGE_DISQUALIFIED);
    facts.unsure = false;
    s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_WORTH_A_CALL);
    assert_int_equal(s.cause, AS_CAUSE_DISQUALIFY);
    assert_int_equal(s.entered, T0 + DAY);
}

static void unknown_disqualifier_blocks(void **state)
{
    (void)state;
    struct as_stage_facts facts = facts_of(&nobody, T0, verdicts(P, P, P, P));
    facts.unsure = true;
    struct as_standing s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_WORTH_A_CALL);
    assert_true(s.blocked);
    /* Who stands there already stays, and is not handed over. */
    struct as_prior prior = standing_in(AS_STAGE_SALES_READY, T0 - DAY);
    facts = facts_of(&prior, T0, verdicts(P, P, P, P));
    facts.unsure = true;
    s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_true(s.blocked);
}

static void recycling(void **state)
{
    (void)state;
    const struct as_recycle rule = {AS_STAGE_SALES_READY, AS_STAGE_NURTURE, NULL, 30 * DAY, {NULL, 0}};
    struct as_prior prior = standing_in(AS_STAGE_SALES_READY, T0 - DAY);
    struct as_stage_facts facts = facts_of(&prior, T0, verdicts(P, P, P, P));
    facts.recycle = &rule;
    struct as_standing s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.cause, AS_CAUSE_RECYCLE);
    assert_int_equal(s.recycles, 1);
    assert_int_equal(s.recycled, T0);
    assert_int_equal(s.cool_off, T0 + 30 * DAY);
    assert_int_equal(s.furthest, AS_STAGE_SALES_READY);

    struct as_prior cooling = prior_of(&s);
    assert_int_equal(step(&cooling, T0 + 30 * DAY - 1, verdicts(P, P, P, P)).stage, AS_STAGE_NURTURE);
    s = step(&cooling, T0 + 30 * DAY, verdicts(P, P, P, F));
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_int_equal(s.recycles, 1);
}

static void recycling_needs_gates_again(void **state)
{
    (void)state;
    struct as_prior prior = standing_in(AS_STAGE_NURTURE, T0 - DAY);
    prior.furthest = AS_STAGE_SALES_READY;
    prior.recycled = T0 - DAY;
    prior.recycles = 1;
    /* worth_a_call was reached before, but not since the lead went back. */
    assert_int_equal(step(&prior, T0, verdicts(P, F, P, P)).stage, AS_STAGE_NURTURE);
}

static struct as_stage_record act(enum as_act what, int64_t time)
{
    return (struct as_stage_record){.time = time, .act = what};
}

static struct as_standing with_records(const struct as_prior *prior, int64_t at, uint16_t v,
                                       const struct as_stage_record *records, uint32_t n)
{
    struct as_stage_facts facts = facts_of(prior, at, v);
    facts.records = records;
    facts.record_count = n;
    return decide(&facts);
}

static void acts_of_sales(void **state)
{
    (void)state;
    struct as_prior ready = standing_in(AS_STAGE_SALES_READY, T0);
    struct as_stage_record accepted = act(AS_ACT_ACCEPTED, T0 + DAY);
    struct as_standing s = with_records(&ready, T0 + 2 * DAY, verdicts(P, P, P, F), &accepted, 1);
    assert_int_equal(s.stage, AS_STAGE_ACCEPTED);
    assert_int_equal(s.cause, AS_CAUSE_ACT);
    assert_int_equal(s.entered, T0 + DAY); /* when it was done, not when it was seen */
    /* An act of the time before the stage was entered has had its effect. */
    struct as_prior later = standing_in(AS_STAGE_SALES_READY, T0 + 2 * DAY);
    assert_int_equal(with_records(&later, T0 + 3 * DAY, verdicts(P, P, P, F), &accepted, 1).stage,
                     AS_STAGE_SALES_READY);

    const enum as_act ends[] = {AS_ACT_WON, AS_ACT_LOST, AS_ACT_NO_DECISION};
    const enum as_stage want[] = {AS_STAGE_WON, AS_STAGE_LOST, AS_STAGE_NO_DECISION};
    for (int i = 0; i < 3; i++) {
        const struct as_stage_record records[] = {accepted, act(ends[i], T0 + 2 * DAY)};
        s = with_records(&ready, T0 + 3 * DAY, verdicts(P, P, P, P), records, 2);
        assert_int_equal(s.stage, want[i]);
        assert_false(s.attention);
        /* An ended lifecycle stays ended, whatever gates and disqualifiers say. */
        struct as_prior ended = prior_of(&s);
        struct as_stage_facts facts = facts_of(&ended, T0 + 9 * DAY, verdicts(P, P, P, P));
        facts.disqualifier = 1;
        assert_int_equal(decide(&facts).stage, want[i]);
    }
}

static void acts_in_the_second_of_entry(void **state)
{
    (void)state;
    /* Decided at the end of a day, recorded as of the end of that day, decided again the next. */
    struct as_prior ready = standing_in(AS_STAGE_SALES_READY, T0);
    const struct as_stage_record accepted = act(AS_ACT_ACCEPTED, T0);
    struct as_standing s = with_records(&ready, T0 + DAY, verdicts(P, P, P, F), &accepted, 1);
    assert_int_equal(s.stage, AS_STAGE_ACCEPTED);
    assert_int_equal(s.entered, T0);
    /* Applied once only: what it made of the lead is recognised. */
    const struct as_stage_record both[] = {accepted, act(AS_ACT_REJECTED, T0)};
    s = with_records(&ready, T0 + DAY, verdicts(P, P, P, F), both, 2);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.recycles, 1);
    struct as_prior back = prior_of(&s);
    s = with_records(&back, T0 + 2 * DAY, verdicts(P, P, P, F), both, 2);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.recycles, 1);
}

static void offering_moves_nothing(void **state)
{
    (void)state;
    struct as_prior ready = standing_in(AS_STAGE_SALES_READY, T0);
    struct as_stage_record offered = act(AS_ACT_HANDOFF, T0 + DAY);
    struct as_standing s = with_records(&ready, T0 + 2 * DAY, verdicts(P, P, P, F), &offered, 1);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_int_equal(s.entered, T0);
}

static void rejections_by_reason(void **state)
{
    (void)state;
    struct as_prior accepted = standing_in(AS_STAGE_ACCEPTED, T0);
    struct as_stage_record record = act(AS_ACT_REJECTED, T0 + DAY);
    record.listed = true;

    record.reject = (struct as_reject_reason){"no budget", AS_REJECT_NURTURE, 90 * DAY};
    struct as_standing s = with_records(&accepted, T0 + 2 * DAY, verdicts(P, P, P, P), &record, 1);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.recycles, 1);
    assert_int_equal(s.cool_off, T0 + 91 * DAY);

    record.reject = (struct as_reject_reason){"competitor", AS_REJECT_DISQUALIFY, 0};
    s = with_records(&accepted, T0 + 2 * DAY, verdicts(P, P, P, P), &record, 1);
    assert_int_equal(s.stage, AS_STAGE_DISQUALIFIED);
    assert_int_equal(s.cause, AS_CAUSE_ACT);
    /* No disqualifier made it so, none that is gone lifts it. */
    struct as_prior out = prior_of(&s);
    assert_int_equal(with_records(&out, T0 + 9 * DAY, verdicts(P, P, P, P), &record, 1).stage,
                     AS_STAGE_DISQUALIFIED);

    record.reject = (struct as_reject_reason){"bad data", AS_REJECT_FIX, 0};
    s = with_records(&accepted, T0 + 2 * DAY, verdicts(P, P, P, F), &record, 1);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_true(s.attention);
    out = prior_of(&s);
    assert_true(with_records(&out, T0 + 3 * DAY, verdicts(P, P, P, F), &record, 1).attention);
}

static void rejected_is_nurtured_not_lost(void **state)
{
    (void)state;
    struct as_prior ready = standing_in(AS_STAGE_SALES_READY, T0);
    struct as_stage_record record = act(AS_ACT_REJECTED, T0 + DAY);
    struct as_standing s = with_records(&ready, T0 + 2 * DAY, verdicts(P, P, P, P), &record, 1);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.recycled, T0 + DAY);
    assert_int_equal(s.cool_off, T0 + DAY + AS_REJECTED_COOL_OFF);
    /* The model's own rule for it comes first. */
    const struct as_recycle rule = {AS_STAGE_SALES_READY, AS_STAGE_WORTH_A_CALL, NULL, 7 * DAY, {NULL, 0}};
    struct as_stage_facts facts = facts_of(&ready, T0 + 2 * DAY, verdicts(P, P, P, P));
    facts.records = &record;
    facts.record_count = 1;
    facts.recycle = &rule;
    s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_WORTH_A_CALL);
    assert_int_equal(s.cause, AS_CAUSE_RECYCLE);
    assert_int_equal(s.cool_off, T0 + 9 * DAY);
}

static void overrides_hold(void **state)
{
    (void)state;
    struct as_prior nurtured = standing_in(AS_STAGE_NURTURE, T0);
    struct as_stage_record word = {.time = T0 + DAY, .overrides = true, .stage = AS_STAGE_SALES_READY};
    struct as_stage_facts facts = facts_of(&nurtured, T0 + 2 * DAY, verdicts(P, F, F, F));
    facts.records = &word;
    facts.record_count = 1;
    struct as_standing s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_int_equal(s.cause, AS_CAUSE_OVERRIDE);
    assert_int_equal(s.entered, T0 + DAY);

    /* It holds against gates, disqualifiers and recycling … */
    const struct as_recycle rule = {AS_STAGE_SALES_READY, AS_STAGE_NURTURE, NULL, 0, {NULL, 0}};
    struct as_prior held = prior_of(&s);
    facts = facts_of(&held, T0 + 3 * DAY, verdicts(P, P, P, P));
    facts.records = &word;
    facts.record_count = 1;
    facts.disqualifier = 1;
    facts.recycle = &rule;
    s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_SALES_READY);
    assert_true(s.attention); /* … but does not hide what speaks against it. */

    /* The next record ends it: an act, or the word that the rules decide again. */
    const struct as_stage_record then[] = {word,
                                           {.time = T0 + 4 * DAY, .overrides = true, .stage = AS_STAGE_NONE}};
    facts = facts_of(&held, T0 + 5 * DAY, verdicts(P, P, P, P));
    facts.records = then;
    facts.record_count = 2;
    s = decide(&facts);
    assert_int_equal(s.stage, AS_STAGE_OPPORTUNITY);
    assert_int_equal(s.cause, AS_CAUSE_GATE);
    const struct as_stage_record lost[] = {word, act(AS_ACT_LOST, T0 + 4 * DAY)};
    assert_int_equal(with_records(&held, T0 + 5 * DAY, verdicts(P, P, P, P), lost, 2).stage, AS_STAGE_LOST);
}

static void other_models_leads(void **state)
{
    (void)state;
    struct as_stage_facts facts = facts_of(&nobody, T0, verdicts(P, P, P, P));
    facts.about = AS_NO;
    struct as_standing s = decide(&facts);
    assert_true(s.outside);
    assert_int_equal(s.stage, AS_STAGE_NONE);
    facts.about = AS_UNKNOWN;
    assert_true(decide(&facts).outside);
    /* A lead it has spoken about stays when the fact behind it becomes unknown. */
    struct as_prior prior = standing_in(AS_STAGE_NURTURE, T0 - DAY);
    facts.prior = &prior;
    assert_int_equal(decide(&facts).stage, AS_STAGE_OPPORTUNITY);
    facts.about = AS_NO;
    s = decide(&facts);
    assert_true(s.outside);
    assert_int_equal(s.stage, AS_STAGE_NURTURE);
    assert_int_equal(s.entered, T0 - DAY);
}

static void sellers_move_no_stage_of_the_buyer(void **state)
{
    (void)state;
    /* What a seller records short of an acceptance or an outcome leaves every open stage where the gates put
     * it. */
    for (enum as_stage stage = AS_STAGE_SUSPECT; stage <= AS_STAGE_OPPORTUNITY; stage++) {
        struct as_prior prior = standing_in(stage, T0);
        const struct as_stage_record records[] = {act(AS_ACT_HANDOFF, T0 + 1), act(AS_ACT_NONE, T0 + 2)};
        assert_int_equal(with_records(&prior, T0 + DAY, verdicts(F, F, F, F), records, 2).stage, stage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("a new lead climbs as far as each gate holds", climbs_as_far_as_gates_hold),
        named("the open target market is nurtured, worth a call, sales ready, accepted or an opportunity "
              "[A7.13]",
              the_open_market_stands_somewhere),
        named("gates behind a stage that was reached are not asked again", earlier_gates_count_once_reached),
        named("failing later asks for attention and demotes nobody", failing_later_demotes_nobody),
        named("only gates the model declares count", missing_gates_are_not_asked),
        named("a disqualifier disqualifies, and lifts when it is definitely gone", disqualifiers),
        named("an unknown disqualifier blocks the hand-off only", unknown_disqualifier_blocks),
        named("recycling closes the gates while the lead cools off", recycling),
        named("a recycled lead passes the gates again", recycling_needs_gates_again),
        named("sales accepts, wins, loses, or the buyer decides nothing [A4.23]", acts_of_sales),
        named("an act in the second of entry counts once", acts_in_the_second_of_entry),
        named("an offer alone moves nothing", offering_moves_nothing),
        named("a rejection does what its reason says", rejections_by_reason),
        named("a rejected lead is nurtured again, never lost [A1.29]", rejected_is_nurtured_not_lost),
        named("an override holds until the next record [A8.6]", overrides_hold),
        named("a model leaves alone the leads it does not speak about", other_models_leads),
        named("what sellers record short of an outcome moves no stage", sellers_move_no_stage_of_the_buyer),
    };
    return cmocka_run_group_tests_name("stages", tests, NULL, NULL);
}
