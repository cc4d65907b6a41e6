/* The cause of a move, and the order of the queue: both without a database. */
#include "town.h"

#include "run/decision/moves.h"
#include "run/queue/queue_order.h"

static const struct as_prior was = {.stage = AS_STAGE_NURTURE, .decided = true};
static const struct as_standing now = {
    .stage = AS_STAGE_WORTH_A_CALL, .prior_stage = AS_STAGE_NURTURE, .cause = AS_CAUSE_GATE};
static const uint64_t yes = 1, no = 0;

static void first_decisions_are_their_own_cause(void **state)
{
    (void)state;
    struct as_since since = {&yes, &yes, true, NULL};
    struct as_prior never = {.decided = false};
    assert_int_equal(as_move_cause_of(&now, &never, &since, 0, 0), AS_MOVED_FIRST);
}

static void what_a_person_recorded_comes_before_facts(void **state)
{
    (void)state;
    struct as_since since = {&yes, &no, true, NULL};
    struct as_standing act = now;
    act.cause = AS_CAUSE_ACT;
    assert_int_equal(as_move_cause_of(&act, &was, &since, 0, 0), AS_MOVED_PERSON);
    act.cause = AS_CAUSE_OVERRIDE;
    assert_int_equal(as_move_cause_of(&act, &was, &since, 0, 0), AS_MOVED_PERSON);
}

static void facts_merge_rules_and_time_are_told_apart(void **state)
{
    (void)state;
    struct as_since quiet = {&no, &no, false, NULL}, fact = {&yes, &no, false, NULL},
                    merge = {&yes, &yes, false, NULL}, rule = {&no, &no, true, NULL};
    assert_int_equal(as_move_cause_of(&now, &was, &quiet, 0, 0), AS_MOVED_TIME);
    assert_int_equal(as_move_cause_of(&now, &was, &fact, 0, 0), AS_MOVED_FACTS);
    assert_int_equal(as_move_cause_of(&now, &was, &merge, 0, 0), AS_MOVED_MERGE);
    assert_int_equal(as_move_cause_of(&now, &was, &rule, 0, 0), AS_MOVED_RULES);
}

/* With new facts and new rules at once, the last rules on today's facts decide which of them it was. */
static void the_last_version_decides_between_facts_and_rules(void **state)
{
    (void)state;
    struct as_standing same = now, other = {.stage = AS_STAGE_NURTURE};
    const struct as_standings by_same[] = {{.alike = &same}}, by_other[] = {{.alike = &other}};
    struct as_since facts = {&yes, &no, true, by_same}, rules = {&yes, &no, true, by_other},
                    time = {&no, &no, true, by_same};
    assert_int_equal(as_move_cause_of(&now, &was, &facts, 0, 0), AS_MOVED_FACTS);
    assert_int_equal(as_move_cause_of(&now, &was, &rules, 0, 0), AS_MOVED_RULES);
    assert_int_equal(as_move_cause_of(&now, &was, &time, 0, 0), AS_MOVED_TIME);
}

static struct as_candidate candidate(uint32_t row, uint8_t stage, int64_t interest, int64_t raised_at)
{
    return (struct as_candidate){.row = row,
                                 .stage = stage,
                                 .interest = interest,
                                 .due = AS_TIME_NONE,
                                 .promised = AS_TIME_NONE,
                                 .hand_raise = raised_at == AS_TIME_NONE ? AS_NO_INDEX : 1,
                                 .hand_raised_at = raised_at};
}

/* [A8.1] */
static void the_queue_goes_by_stage_hand_interest(void **state)
{
    (void)state;
    struct as_candidates all = {NULL, 0, 0};
    struct as_candidate given[] = {candidate(0, AS_STAGE_WORTH_A_CALL, 90000, AS_TIME_NONE),
                                   candidate(1, AS_STAGE_WORTH_A_CALL, 40000, DAY(0)),
                                   candidate(2, AS_STAGE_SALES_READY, 10000, AS_TIME_NONE),
                                   candidate(3, AS_STAGE_WORTH_A_CALL, 40000, DAY(-1)),
                                   candidate(4, AS_STAGE_NURTURE, 99000, DAY(-2)),
                                   candidate(5, AS_STAGE_WORTH_A_CALL, 90000, AS_TIME_NONE),
                                   candidate(6, AS_STAGE_SALES_READY, 20000, AS_TIME_NONE)};
    const uint32_t wanted[] = {6, 2, 1, 3, 0, 5, 4};
    for (size_t i = 0; i < 7; i++)
        assert_true(as_candidates_add(&all, &given[i]));
    as_candidates_sort(&all);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(all.at[i].row, wanted[i]);
    as_candidates_free(&all);
}

/* [A8.1] Whom nobody promised anything waits behind, however lately it asked; who raised no hand is none of
 * them. */
static void a_promise_that_is_due_comes_before_a_newer_hand(void **state)
{
    (void)state;
    struct as_candidates all = {NULL, 0, 0};
    struct as_candidate given[] = {candidate(0, AS_STAGE_WORTH_A_CALL, 90000, DAY(0)),
                                   candidate(1, AS_STAGE_WORTH_A_CALL, 40000, DAY(-1)),
                                   candidate(2, AS_STAGE_WORTH_A_CALL, 50000, DAY(-3)),
                                   candidate(3, AS_STAGE_WORTH_A_CALL, 60000, DAY(-2)),
                                   candidate(4, AS_STAGE_WORTH_A_CALL, 10000, DAY(-1)),
                                   candidate(5, AS_STAGE_WORTH_A_CALL, 95000, AS_TIME_NONE),
                                   candidate(6, AS_STAGE_SALES_READY, 0, AS_TIME_NONE)};
    given[2].promised = DAY(1);
    given[3].promised = given[4].promised = DAY(-1);
    const uint32_t wanted[] = {6, 4, 3, 2, 0, 1, 5};
    for (size_t i = 0; i < 7; i++)
        assert_true(as_candidates_add(&all, &given[i]));
    as_candidates_sort(&all);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(all.at[i].row, wanted[i]);
    as_candidates_free(&all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        {"a first decision is its own cause", first_decisions_are_their_own_cause, NULL, NULL, NULL},
        {"what a person recorded comes before facts", what_a_person_recorded_comes_before_facts, NULL, NULL,
         NULL},
        {"facts, merge, rules and time are told apart", facts_merge_rules_and_time_are_told_apart, NULL, NULL,
         NULL},
        {"the last version decides between facts and rules", the_last_version_decides_between_facts_and_rules,
         NULL, NULL, NULL},
        {"the queue goes by stage, raised hand, interest [A8.1]", the_queue_goes_by_stage_hand_interest, NULL,
         NULL, NULL},
        {"a promise that is due comes before a newer hand [A8.1]",
         a_promise_that_is_due_comes_before_a_newer_hand, NULL, NULL, NULL},
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
