/* A run end to end over a database in memory: idempotence, isolation of packs, holding, dry runs, time. */
#include "town.h"

#include "store/database.h"
#include "store/work/effects.h"

struct runs {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
};

static int setup(void **state)
{
    struct runs *runs = calloc(1, sizeof *runs);
    town_open(&runs->town);
    runs->pack = town_pack(&runs->town, "p", "h1", 40);
    runs->given.pack = runs->pack;
    town_lead(&runs->town, "ann", "Head of operations", DAY(0));
    town_lead(&runs->town, "bob", "Clown", DAY(0));
    town_lead(&runs->town, "cid", NULL, DAY(0));
    *state = runs;
    return 0;
}

static int teardown(void **state)
{
    struct runs *runs = *state;
    as_pack_free(runs->pack);
    town_close(&runs->town);
    free(runs);
    return 0;
}

static struct as_run_result run_ok(struct runs *runs, const struct as_run_request *request)
{
    struct as_run_result result;
    town_ok(&runs->town, as_run(&result, runs->town.store, request, &runs->town.error));
    return result;
}

static void stages_follow_gates_and_unknown_is_insufficient(void **state)
{
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result result = run_ok(runs, &request);
    assert_int_equal(result.failed, 0);
    const struct as_model_summary *model = &result.packs.at[0]->models.at[0];
    assert_int_equal(model->leads, 3);
    assert_int_equal(model->stages[AS_STAGE_NURTURE], 1);
    assert_int_equal(model->stages[AS_STAGE_SUSPECT], 2);
    assert_int_equal(model->gates.at[0].pass, 1);
    assert_int_equal(model->gates.at[0].fail, 1);
    assert_int_equal(model->gates.at[0].insufficient, 1);
    assert_int_equal(model->gates.at[0].waiting, 2);
    assert_int_equal(model->gates.at[0].undecided, 1);
    assert_int_equal(model->gates.at[0].blocked, 1);
    assert_string_equal(model->gates.at[0].fact, "lead.title");
    as_run_free(&result);
}

static void a_second_run_changes_nothing(void **state)
{
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    long decisions = town_count(&runs->town, "SELECT count(*) FROM decision");
    assert_true(decisions >= 3);
    struct as_run_result second = run_ok(runs, &request);
    assert_int_equal(second.packs.at[0]->models.at[0].changed, 0);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM decision"), decisions);
    assert_int_equal(second.packs.at[0]->past.n, 1);
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
        assert_int_equal(second.packs.at[0]->models.at[0].stages[stage],
                         first.packs.at[0]->models.at[0].stages[stage]);
    as_run_free(&first);
    as_run_free(&second);
}

/* Both runs wrote the same scores, the second to a new place: who read them at the old one looks again. */
static void scores_in_memory_are_read_where_the_last_run_wrote_them(void **state)
{
    static const char all[] = "SELECT sum(value) FROM score_value",
                      pairs[] = "SELECT count(*) FROM score_value a JOIN score_value b ON b.score_id = "
                                "a.score_id AND b.lead_id = a.lead_id";
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    request.whole = true;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    for (int i = 0; i < 2; i++) {
        struct as_run_result result = run_ok(runs, &request);
        as_run_free(&result);
        assert_int_equal(town_count(&runs->town, pairs), 3);
        assert_int_equal(town_count(&runs->town, all), 50000);
    }
}

/* What the last five runs said when they ran: told by the last one of them, or read from each where it is
 * silent. */
static void runs_before_are_told_as_they_told_themselves(void **state)
{
    enum { RUNS = 7, SILENT = RUNS + 1 };
    struct runs *runs = *state;
    struct as_past_run told[SILENT + 1] = {{.id = 0}};
    for (int i = 0; i <= SILENT; i++) {
        if (i > 0 && i < 4)
            town_event(&runs->town, i == 2 ? "bob" : "ann", "demo_request", DAY(i) - 3600, DAY(i));
        struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(i));
        request.approve = i == 3;
        if (i == SILENT)
            assert_int_equal(sqlite3_exec(runs->town.store->db,
                                          "UPDATE run SET summary = json_remove(summary, '$.past')", NULL,
                                          NULL, NULL),
                             SQLITE_OK);
        struct as_run_result result = run_ok(runs, &request);
        const struct as_summary *summary = result.packs.at[0];
        assert_int_equal(summary->past.n, i < AS_SUMMARY_RUNS ? i : AS_SUMMARY_RUNS);
        for (uint32_t p = 0; p < summary->past.n; p++) {
            const struct as_past_run *past = &summary->past.at[p], *own = &told[i - 1 - (int)p];
            assert_int_equal(past->id, own->id);
            assert_int_equal(past->at, own->at);
            assert_int_equal(past->leads, own->leads);
            assert_int_equal(past->changed, own->changed);
            assert_int_equal(past->moved, own->moved);
            assert_int_equal(past->made, own->made);
            assert_int_equal(past->held, i <= 3 ? own->held : false); /* the fourth lets go what was held */
        }
        const struct as_model_summary *model = &summary->models.at[0];
        told[i] = (struct as_past_run){.id = summary->run,
                                       .at = request.at,
                                       .leads = model->leads,
                                       .changed = model->changed,
                                       .moved = model->moved,
                                       .made = summary->made.handoff + summary->made.task +
                                               summary->made.send + summary->made.assign + summary->made.told,
                                       .held = summary->hold != AS_HOLD_NONE};
        as_run_free(&result);
    }
    assert_true(told[0].held);
    assert_true(told[1].changed > 0);
}

static void new_facts_move_and_are_named_as_the_cause(void **state)
{
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    town_event(&runs->town, "ann", "demo_request", DAY(1) - 3600, DAY(1));
    request = town_request(&runs->town, &runs->given, 1, DAY(1));
    struct as_run_result second = run_ok(runs, &request);
    const struct as_summary *summary = second.packs.at[0];
    assert_int_equal(summary->models.at[0].into[AS_STAGE_WORTH_A_CALL][AS_MOVED_FACTS], 1);
    assert_int_equal(summary->models.at[0].moved, 1);
    assert_int_equal(summary->moves.n, 1);
    assert_string_equal(summary->moves.at[0].lead, "ann");
    assert_string_equal(summary->moves.at[0].why, "worth_a_call");
    assert_string_equal(summary->moves.at[0].because, "asked for a demo +50");
    as_run_free(&first);
    as_run_free(&second);
}

/* A demo request counts seven days: on the eighth the verdict changes, and only time did it. The stage stays.
 */
static void time_alone_changes_a_verdict(void **state)
{
    struct runs *runs = *state;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    assert_int_equal(first.packs.at[0]->models.at[0].stages[AS_STAGE_WORTH_A_CALL], 1);
    request = town_request(&runs->town, &runs->given, 1, DAY(8));
    struct as_run_result second = run_ok(runs, &request);
    assert_int_equal(second.packs.at[0]->models.at[0].changed, 1);
    assert_int_equal(second.packs.at[0]->models.at[0].moved, 0);
    assert_int_equal(second.packs.at[0]->models.at[0].attention, 1);
    assert_int_equal(second.packs.at[0]->models.at[0].stages[AS_STAGE_WORTH_A_CALL], 1);
    as_run_free(&first);
    as_run_free(&second);
}

static void another_version_is_a_rule_change(void **state)
{
    struct runs *runs = *state;
    for (int i = 0; i < 20; i++)
        town_event(&runs->town, "ann", "page_view", DAY(0) - 60 * (i + 1), DAY(0));
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    assert_int_equal(first.packs.at[0]->models.at[0].stages[AS_STAGE_NURTURE], 1);
    struct as_pack *lower = town_pack(&runs->town, "p", "h2", 15);
    struct as_run_pack given = {.pack = lower}, last = runs->given;
    request = town_request(&runs->town, &given, 1, DAY(0));
    request.last = &last;
    struct as_run_result second = run_ok(runs, &request);
    assert_true(second.packs.at[0]->rules_changed);
    assert_int_equal(second.packs.at[0]->models.at[0].into[AS_STAGE_WORTH_A_CALL][AS_MOVED_RULES], 1);
    as_run_free(&first);
    as_run_free(&second);
    as_pack_free(lower);
}

static enum as_status over_budget(struct as_function_result *out, void *context, unsigned worker,
                                  uint32_t function, const struct as_dataset *dataset, uint32_t row,
                                  int64_t at, struct as_error *error)
{
    (void)out, (void)context, (void)worker, (void)function, (void)dataset, (void)row, (void)at;
    as_error_set(error, AS_ERR_STOPPED, "the rule \"endless\" spent its budget");
    as_error_at(error, "endless.lua", 7);
    return AS_ERR_STOPPED;
}

static void a_pack_that_fails_stores_nothing_and_the_other_goes_on(void **state)
{
    struct runs *runs = *state;
    struct as_pack *endless = town_pack(&runs->town, "endless", "h9", 40);
    endless->functions = 1;
    struct as_score *interest = endless->models.at[0]->scores.at[0];
    struct as_rule *rule = town_rule(endless, interest, "endless", 7);
    rule->kind = AS_RULE_FUNCTION;
    town_ok(&runs->town, as_expr_function(&rule->function, &endless->rules, 0, "endless", AS_LEVEL_LEAD,
                                          town_line(7), &runs->town.error));
    as_expr_use(&endless->rules, rule->function);
    struct as_functions functions = {.call = over_budget};
    struct as_run_pack packs[] = {{endless, NULL, &functions}, runs->given};
    struct as_run_request request = town_request(&runs->town, packs, 2, DAY(0));
    struct as_run_result result = run_ok(runs, &request);
    assert_int_equal(result.failed, 1);
    assert_true(result.packs.at[0]->failed);
    assert_string_equal(result.packs.at[0]->error.file, "endless.lua");
    assert_int_equal(result.packs.at[0]->error.line, 7);
    assert_int_equal(result.packs.at[0]->run, 0);
    assert_false(result.packs.at[1]->failed);
    assert_true(result.packs.at[1]->run > 0);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM run"), 1);
    as_run_free(&result);
    as_pack_free(endless);
}

static void the_first_run_is_held_until_approved(void **state)
{
    struct runs *runs = *state;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    town_need(&runs->town, "ann", "acknowledged", "stated", DAY(0));
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    assert_int_equal(first.packs.at[0]->models.at[0].stages[AS_STAGE_SALES_READY], 1);
    assert_int_equal(first.packs.at[0]->hold, AS_HOLD_FIRST);
    assert_int_equal(first.packs.at[0]->made.handoff, 1);
    assert_int_equal(first.packs.at[0]->held, 1);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM handoff"), 0);
    struct as_run_result second = run_ok(runs, &request);
    assert_int_equal(second.packs.at[0]->hold, AS_HOLD_FIRST);
    request.approve = true;
    struct as_run_result third = run_ok(runs, &request);
    assert_int_equal(third.packs.at[0]->hold, AS_HOLD_NONE);
    assert_int_equal(third.packs.at[0]->held, 0);
    assert_int_equal(third.packs.at[0]->queued, 1);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM handoff"), 1);
    as_run_free(&first);
    as_run_free(&second);
    as_run_free(&third);
}

static void a_baseline_makes_no_effects_and_offers_nobody_later(void **state)
{
    struct runs *runs = *state;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    town_need(&runs->town, "ann", "acknowledged", "stated", DAY(0));
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    request.baseline = true;
    struct as_run_result first = run_ok(runs, &request);
    assert_int_equal(first.packs.at[0]->hold, AS_HOLD_NONE);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM outbox"), 0);
    request = town_request(&runs->town, &runs->given, 1, DAY(1));
    request.approve = true;
    struct as_run_result second = run_ok(runs, &request);
    assert_int_equal(second.packs.at[0]->made.handoff, 0);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM outbox"), 0);
    as_run_free(&first);
    as_run_free(&second);
}

static void too_many_moves_hold_the_effects(void **state)
{
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    request.baseline = true;
    struct as_run_result first = run_ok(runs, &request);
    town_event(&runs->town, "ann", "demo_request", DAY(1) - 3600, DAY(1));
    town_need(&runs->town, "ann", "acknowledged", "stated", DAY(1));
    request = town_request(&runs->town, &runs->given, 1, DAY(1));
    request.max_moves = 0.05; /* one of three moves */
    struct as_run_result second = run_ok(runs, &request);
    assert_true(second.held_by_moves);
    assert_int_equal(second.packs.at[0]->hold, AS_HOLD_MOVES);
    assert_int_equal(second.packs.at[0]->held, 1);
    struct as_run_result again = run_ok(runs, &request);
    assert_true(again.held_by_moves); /* nobody approved */
    request.approve = true;
    struct as_run_result third = run_ok(runs, &request);
    assert_false(third.held_by_moves);
    assert_int_equal(third.packs.at[0]->held, 0);
    assert_int_equal(third.packs.at[0]->queued, 1);
    as_run_free(&first);
    as_run_free(&second);
    as_run_free(&again);
    as_run_free(&third);
}

static void a_dry_run_writes_nothing(void **state)
{
    struct runs *runs = *state;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    town_need(&runs->town, "ann", "acknowledged", "stated", DAY(0));
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    request.dry_run = true;
    struct as_run_result result = run_ok(runs, &request);
    assert_int_equal(result.packs.at[0]->models.at[0].changed, 3);
    assert_int_equal(result.packs.at[0]->made.handoff, 1);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM run"), 0);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM decision"), 0);
    assert_int_equal(town_count(&runs->town, "SELECT count(*) FROM outbox"), 0);
    as_run_free(&result);
}

static void a_lifecycle_does_not_run_backwards(void **state)
{
    struct runs *runs = *state;
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(5));
    struct as_run_result result = run_ok(runs, &request), never;
    as_run_free(&result);
    request = town_request(&runs->town, &runs->given, 1, DAY(4));
    assert_int_equal(as_run(&never, runs->town.store, &request, &runs->town.error), AS_ERR_USAGE);
    as_error_clear(&runs->town.error);
    request.dry_run = true;
    result = run_ok(runs, &request);
    as_run_free(&result);
}

static void what_was_learnt_later_is_invisible(void **state)
{
    struct runs *runs = *state;
    town_event(&runs->town, "ann", "demo_request", DAY(0) - 3600,
               DAY(3)); /* happened before, learnt three days later */
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    struct as_run_result first = run_ok(runs, &request);
    assert_int_equal(first.packs.at[0]->models.at[0].stages[AS_STAGE_WORTH_A_CALL], 0);
    request.known_at = DAY(3);
    struct as_run_result second = run_ok(runs, &request);
    assert_int_equal(second.packs.at[0]->models.at[0].stages[AS_STAGE_WORTH_A_CALL], 1);
    as_run_free(&first);
    as_run_free(&second);
}

static void threads_do_not_change_the_outcome(void **state)
{
    struct runs *runs = *state;
    char id[16];
    for (int i = 0; i < 60; i++) {
        snprintf(id, sizeof id, "x%d", i);
        town_lead(&runs->town, id, i % 3 == 0 ? "Operations" : "Sales", DAY(0));
    }
    struct as_run_request request = town_request(&runs->town, &runs->given, 1, DAY(0));
    request.dry_run = true;
    struct as_run_result one = run_ok(runs, &request);
    request.threads = 4;
    struct as_run_result four = run_ok(runs, &request);
    assert_int_equal(one.packs.at[0]->models.at[0].stages[AS_STAGE_NURTURE], 21);
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
        assert_int_equal(one.packs.at[0]->models.at[0].stages[stage],
                         four.packs.at[0]->models.at[0].stages[stage]);
    as_run_free(&one);
    as_run_free(&four);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("stages follow the gates and an unknown title is insufficient [A1.2]",
             stages_follow_gates_and_unknown_is_insufficient),
        TEST("a second run at the same time changes nothing", a_second_run_changes_nothing),
        TEST("scores in memory are read where the last run wrote them",
             scores_in_memory_are_read_where_the_last_run_wrote_them),
        TEST("runs before are told as they told themselves", runs_before_are_told_as_they_told_themselves),
        TEST("new facts move a lead and are named as the cause", new_facts_move_and_are_named_as_the_cause),
        TEST("time alone changes a verdict, not the stage", time_alone_changes_a_verdict),
        TEST("another version of the pack is a rule change", another_version_is_a_rule_change),
        TEST("a pack that fails stores nothing and the other goes on",
             a_pack_that_fails_stores_nothing_and_the_other_goes_on),
        TEST("the first run is held until approved", the_first_run_is_held_until_approved),
        TEST("a baseline makes no effects and offers nobody later",
             a_baseline_makes_no_effects_and_offers_nobody_later),
        TEST("too many moves hold the effects until approved", too_many_moves_hold_the_effects),
        TEST("a dry run writes nothing", a_dry_run_writes_nothing),
        TEST("a lifecycle does not run backwards", a_lifecycle_does_not_run_backwards),
        TEST("what was learnt later is invisible", what_was_learnt_later_is_invisible),
        TEST("threads do not change the outcome", threads_do_not_change_the_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
