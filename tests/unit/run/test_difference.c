/* Two versions of a pack over one base: who would move, by which rules, and what else differs. Counts are
 * laid beside those of dry runs, which come about by another way. */
#include "town.h"

#include "base/intern.h"
#include "run/difference/difference.h"

struct pair {
    struct town town;
    struct as_pack *packs[AS_SIDES];
};

static int setup(void **state)
{
    struct pair *pair = calloc(1, sizeof *pair);
    town_open(&pair->town);
    pair->packs[AS_BEFORE] = town_pack(&pair->town, "p", "h1", 40);
    pair->packs[AS_AFTER] = town_pack(&pair->town, "p", "h2", 40);
    town_lead(&pair->town, "ann", "Head of operations", DAY(0));
    town_lead(&pair->town, "bob", "Clown", DAY(0));
    town_lead(&pair->town, "cid", NULL, DAY(0));
    *state = pair;
    return 0;
}

static int teardown(void **state)
{
    struct pair *pair = *state;
    as_pack_free(pair->packs[AS_BEFORE]);
    as_pack_free(pair->packs[AS_AFTER]);
    town_close(&pair->town);
    free(pair);
    return 0;
}

static struct as_difference compare(struct pair *pair, int64_t at)
{
    struct as_difference_request request = {
        .schema = pair->town.schema,
        .packs = {{.pack = pair->packs[AS_BEFORE]}, {.pack = pair->packs[AS_AFTER]}},
        .at = at,
        .known_at = at,
        .threads = 1};
    struct as_difference difference;
    town_ok(&pair->town, as_difference_of(&difference, pair->town.store, &request, &pair->town.error));
    return difference;
}

static struct as_run_result decide(struct pair *pair, int side, int64_t at, bool dry)
{
    struct as_run_pack given = {.pack = pair->packs[side]};
    struct as_run_request request = town_request(&pair->town, &given, 1, at);
    struct as_run_result result;
    request.dry_run = dry;
    town_ok(&pair->town, as_run(&result, pair->town.store, &request, &pair->town.error));
    assert_int_equal(result.failed, 0);
    return result;
}

static struct as_model *model_of(struct as_pack *pack)
{
    return pack->models.at[pack->models.n - 1];
}

static const struct as_difference_part *part_of(const struct as_difference_model *model,
                                                enum as_difference_kind kind, const char *name)
{
    for (uint32_t p = 0; p < model->parts.n; p++)
        if (model->parts.at[p].kind == kind && strcmp(model->parts.at[p].name, name) == 0)
            return &model->parts.at[p];
    return NULL;
}

static void packs_that_decide_alike_do_not_differ(void **state)
{
    struct pair *pair = *state;
    struct as_difference difference = compare(pair, DAY(0));
    assert_true(as_difference_none(&difference));
    assert_int_equal(difference.leads, 3);
    assert_int_equal(difference.models.n, 1);
    assert_int_equal(difference.models.at[0].leads, 3);
    assert_int_equal(difference.models.at[0].matrix[AS_STAGE_NURTURE][AS_STAGE_NURTURE], 1);
    assert_int_equal(difference.models.at[0].matrix[AS_STAGE_SUSPECT][AS_STAGE_SUSPECT], 2);
    assert_int_equal(difference.models.at[0].parts.n, 0);
    assert_null(difference.history);
    as_difference_free(&difference);
}

static void fewer_points_move_a_lead_back_and_the_rule_is_named(void **state)
{
    struct pair *pair = *state;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    model_of(pair->packs[AS_AFTER])->scores.at[0]->rules.at[0]->points = 30000;
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_model *model = &difference.models.at[0];
    assert_false(as_difference_none(&difference));
    assert_int_equal(model->moved, 1);
    assert_int_equal(model->up, 0);
    assert_int_equal(model->down, 1);
    assert_int_equal(model->rejudged, 1);
    assert_int_equal(model->matrix[AS_STAGE_WORTH_A_CALL][AS_STAGE_NURTURE], 1);
    assert_int_equal(model->scores.at[0].down, 1);
    assert_int_equal(model->scores.at[0].points, -20000);
    assert_int_equal(model->parts.n, 2);
    const struct as_difference_part *rule = part_of(model, AS_DIFFERENT_RULE, "asked for a demo");
    assert_non_null(rule);
    assert_int_equal(rule->leads, 1);
    assert_int_equal(rule->down, 1);
    assert_int_equal(rule->points, -20000);
    assert_int_equal(rule->position.line, 10);
    const struct as_difference_part *criterion = part_of(model, AS_DIFFERENT_CRITERION, "interest");
    assert_non_null(criterion);
    assert_string_equal(criterion->of, "worth_a_call");
    assert_int_equal(criterion->down, 1);
    assert_int_equal(model->fall.list.n, 1);
    assert_string_equal(model->fall.list.at[0].lead, "ann");
    assert_string_equal(model->fall.list.at[0].because,
                        "criterion worth_a_call.interest: yes → no; asked for a demo −20");
    assert_int_equal(model->advance.list.n, 0);
    as_difference_free(&difference);
}

static void rules_that_one_pack_alone_has_are_added_or_removed(void **state)
{
    struct pair *pair = *state;
    struct town *town = &pair->town;
    struct as_pack *after = pair->packs[AS_AFTER];
    struct as_rule *title = town_rule(after, model_of(after)->scores.at[0], "in operations", 12);
    title->kind = AS_RULE_CONDITION;
    title->when = town_call(town, after, town_field(town, after, AS_LEVEL_LEAD, "title", 12), "matches",
                            town_text("operations"), 12);
    title->points = 45000;
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_part *part =
        part_of(&difference.models.at[0], AS_DIFFERENT_RULE, "in operations");
    assert_non_null(part);
    assert_false(part->in[AS_BEFORE]);
    assert_true(part->in[AS_AFTER]);
    assert_int_equal(part->up, 1);
    assert_int_equal(part->points, 45000);
    assert_int_equal(difference.models.at[0].up, 1);
    assert_int_equal(difference.models.at[0].gates.at[1].opens, 1);
    as_difference_free(&difference);
    pair->packs[AS_AFTER] = pair->packs[AS_BEFORE];
    pair->packs[AS_BEFORE] = after;
    difference = compare(pair, DAY(0));
    part = part_of(&difference.models.at[0], AS_DIFFERENT_RULE, "in operations");
    assert_non_null(part);
    assert_true(part->in[AS_BEFORE]);
    assert_false(part->in[AS_AFTER]);
    assert_int_equal(part->points, -45000);
    assert_int_equal(difference.models.at[0].gates.at[1].closes, 1);
    as_difference_free(&difference);
}

/* A stage that was reached is not taken back by other rules; their verdict is what differs. */
static void both_start_from_the_stored_standings_and_nothing_is_written(void **state)
{
    struct pair *pair = *state;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    struct as_run_result run = decide(pair, AS_BEFORE, DAY(0), false);
    as_run_free(&run);
    long decisions = town_count(&pair->town, "SELECT count(*) FROM decision");
    long runs = town_count(&pair->town, "SELECT count(*) FROM run");
    model_of(pair->packs[AS_AFTER])->scores.at[0]->rules.at[0]->points = 30000;
    struct as_difference difference = compare(pair, DAY(1));
    const struct as_difference_model *model = &difference.models.at[0];
    assert_string_equal(difference.history, "p");
    assert_int_equal(model->moved, 0);
    assert_int_equal(model->rejudged, 1);
    assert_int_equal(model->matrix[AS_STAGE_WORTH_A_CALL][AS_STAGE_WORTH_A_CALL], 1);
    assert_int_equal(model->gates.at[1].closes, 1);
    assert_int_equal(model->other.list.n, 1);
    assert_non_null(part_of(model, AS_DIFFERENT_RULE, "asked for a demo"));
    as_difference_free(&difference);
    assert_int_equal(town_count(&pair->town, "SELECT count(*) FROM decision"), decisions);
    assert_int_equal(town_count(&pair->town, "SELECT count(*) FROM run"), runs);
}

static void a_customer_whom_the_rules_would_turn_away_is_counted(void **state)
{
    struct pair *pair = *state;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 7200, DAY(0));
    town_need(&pair->town, "ann", "acknowledged", "stated", DAY(0) - 3600);
    town_event(&pair->town, "ann", "won", DAY(0) - 60, DAY(0));
    model_of(pair->packs[AS_AFTER])->scores.at[0]->rules.at[0]->points = 30000;
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_model *model = &difference.models.at[0];
    assert_int_equal(model->matrix[AS_STAGE_WON][AS_STAGE_WON], 1);
    assert_int_equal(model->won, 1);
    assert_int_equal(model->won_rejected, 1);
    assert_int_equal(model->won_undecided, 0);
    assert_int_equal(model->won_examples.list.n, 1);
    assert_string_equal(model->won_examples.list.at[0].lead, "ann");
    assert_non_null(model->won_examples.list.at[0].because);
    as_difference_free(&difference);
}

static void hand_offs_that_only_one_pack_makes_are_told(void **state)
{
    struct pair *pair = *state;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 7200, DAY(0));
    town_need(&pair->town, "ann", "acknowledged", "stated", DAY(0) - 3600);
    model_of(pair->packs[AS_BEFORE])->scores.at[0]->rules.at[0]->points = 30000;
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_model *model = &difference.models.at[0];
    assert_int_equal(model->matrix[AS_STAGE_NURTURE][AS_STAGE_SALES_READY], 1);
    assert_int_equal(model->handoffs[AS_BEFORE], 0);
    assert_int_equal(model->handoffs[AS_AFTER], 1);
    assert_int_equal(model->handoffs_new, 1);
    assert_int_equal(model->handoffs_gone, 0);
    as_difference_free(&difference);
}

static void a_model_without_a_partner_is_told_and_not_compared(void **state)
{
    struct pair *pair = *state;
    model_of(pair->packs[AS_AFTER])->name = "n";
    struct as_difference difference = compare(pair, DAY(0));
    assert_int_equal(difference.models.n, 2);
    assert_string_equal(difference.models.at[0].name, "n");
    assert_null(difference.models.at[0].model[AS_BEFORE]);
    assert_string_equal(difference.models.at[1].name, "m");
    assert_null(difference.models.at[1].model[AS_AFTER]);
    assert_false(as_difference_none(&difference));
    as_difference_free(&difference);
}

/* Models of another order have standings of another order. */
static void models_are_paired_by_name_not_by_place(void **state)
{
    struct pair *pair = *state;
    struct as_pack *after = pair->packs[AS_AFTER];
    struct as_model *first = town_alloc(after, sizeof *first), *own = after->models.at[0];
    first->name = "a";
    assert_true(as_list_push(&after->rules.arena, &after->models, own));
    after->models.at[0] = first;
    own->index = 1;
    own->scores.at[0]->rules.at[0]->points = 30000;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    struct as_run_result run = decide(pair, AS_BEFORE, DAY(0), false);
    as_run_free(&run);
    struct as_difference difference = compare(pair, DAY(1));
    assert_int_equal(difference.models.n, 2);
    const struct as_difference_model *model = &difference.models.at[1];
    assert_string_equal(model->name, "m");
    assert_int_equal(model->matrix[AS_STAGE_WORTH_A_CALL][AS_STAGE_WORTH_A_CALL], 1);
    assert_int_equal(model->rejudged, 1);
    const struct as_difference_part *rule = part_of(model, AS_DIFFERENT_RULE, "asked for a demo");
    assert_non_null(rule);
    assert_int_equal(rule->points, -20000);
    as_difference_free(&difference);
}

static void put_list(struct as_pack *pack, const char *name, const char *const *values)
{
    struct as_named_list list = {.name = name, .path = "lists/x.txt", .values = as_intern_new()};
    for (uint32_t i = 0; values[i] != NULL; i++)
        assert_int_not_equal(as_intern_add(list.values, as_str_of(values[i])), AS_INTERN_NONE);
    assert_true(as_list_push(&pack->rules.arena, &pack->lists, list));
}

static void lists_contact_policy_and_agreement_are_compared(void **state)
{
    struct pair *pair = *state;
    struct as_pack *before = pair->packs[AS_BEFORE], *after = pair->packs[AS_AFTER];
    put_list(before, "rivals", (const char *const[]){"a", "b", NULL});
    put_list(after, "rivals", (const char *const[]){"z", "b", "c", NULL});
    put_list(before, "same", (const char *const[]){"a", NULL});
    put_list(after, "same", (const char *const[]){"a", NULL});
    struct as_contact_cap cap = {"email", {2, {7 * AS_DAY_SECONDS, AS_SPAN_SECONDS}}};
    assert_true(as_list_push(&before->rules.arena, &before->policy.caps, cap));
    cap.most.count = 1;
    assert_true(as_list_push(&after->rules.arena, &after->policy.caps, cap));
    before->policy.gap = after->policy.gap = 3600;
    after->policy.after_first_download = 7 * AS_DAY_SECONDS;
    struct as_question_cap most = {1, 2};
    assert_true(as_list_push(&before->rules.arena, &before->policy.ladder, "topic"));
    assert_true(as_list_push(&after->rules.arena, &after->policy.ladder, "topic"));
    assert_true(as_list_push(&after->rules.arena, &after->policy.questions, most));
    before->agreement = after->agreement =
        (struct as_agreement){.declared = true, .signers = {"Ruiz", "Okafor"}, .review_by = 1};
    after->agreement.signers[AS_SALES] = "Lindt";
    struct as_difference difference = compare(pair, DAY(0));
    assert_int_equal(difference.lists.n, 1);
    const struct as_difference_list *list = &difference.lists.at[0];
    assert_string_equal(list->name, "rivals");
    assert_int_equal(list->added, 2);
    assert_int_equal(list->removed, 1);
    assert_string_equal(list->added_values.at[0], "c");
    assert_string_equal(list->added_values.at[1], "z");
    assert_string_equal(list->removed_values.at[0], "a");
    assert_int_equal(difference.contact.n, 3);
    assert_string_equal(difference.contact.at[0].what, "at most by email");
    assert_string_equal(difference.contact.at[0].before, "2 per 7d");
    assert_string_equal(difference.contact.at[0].after, "1 per 7d");
    assert_string_equal(difference.contact.at[1].what, "wait after the first download");
    assert_null(difference.contact.at[1].before);
    assert_string_equal(difference.contact.at[1].after, "7d");
    assert_string_equal(difference.contact.at[2].what, "questions with permission for topic");
    assert_null(difference.contact.at[2].before);
    assert_string_equal(difference.contact.at[2].after, "2");
    assert_int_equal(difference.agreement.n, 1);
    assert_string_equal(difference.agreement.at[0].before, "Okafor");
    assert_string_equal(difference.agreement.at[0].after, "Lindt");
    assert_true(difference.agreed[AS_AFTER].review_over);
    assert_false(as_difference_none(&difference));
    as_difference_free(&difference);
}

/* Sixty leads with titles, page views and demo requests by number; the stages are those of two dry runs, the
 * points of all parts together those of the scores. */
static void counts_agree_with_two_dry_runs(void **state)
{
    struct pair *pair = *state;
    for (int i = 0; i < 60; i++) {
        char id[16];
        snprintf(id, sizeof id, "l%02d", i);
        town_lead(&pair->town, id, i % 3 == 0 ? NULL : i % 3 == 1 ? "VP operations" : "Clown", DAY(0));
        for (int e = 0; e < i % 7; e++)
            town_event(&pair->town, id, "page_view", DAY(0) - 3600 * (e + 1), DAY(0));
        if (i % 4 == 0)
            town_event(&pair->town, id, "demo_request", DAY(0) - 100, DAY(0));
        if (i % 5 == 0)
            town_need(&pair->town, id, "confirmed", "stated", DAY(0) - 50);
    }
    struct as_score *score = model_of(pair->packs[AS_AFTER])->scores.at[0];
    score->rules.at[0]->points = 36500;
    score->rules.at[1]->per_event.at[0].points = 2000;
    score->has_cap = true;
    score->cap = 44000;
    static const struct as_capacity capacities[] = {{.stage = AS_STAGE_WORTH_A_CALL, .work = 20 * 60},
                                                    {.stage = AS_STAGE_SALES_READY, .work = 60 * 60}};
    struct as_pack *before = pair->packs[AS_BEFORE];
    for (int i = 0; i < 2; i++)
        assert_true(as_list_push(&before->rules.arena, &before->capacities, capacities[i]));
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_model *model = &difference.models.at[0];
    uint32_t moved = 0, rows[AS_STAGE_COUNT] = {0}, columns[AS_STAGE_COUNT] = {0};
    for (int from = 0; from < AS_STAGE_COUNT; from++)
        for (int to = 0; to < AS_STAGE_COUNT; to++) {
            rows[from] += model->matrix[from][to];
            columns[to] += model->matrix[from][to];
            moved += from != to ? model->matrix[from][to] : 0;
        }
    assert_int_equal(model->moved, moved);
    assert_int_equal(model->up + model->down, moved);
    assert_true(moved > 0);
    for (int side = 0; side < AS_SIDES; side++) {
        struct as_run_result run = decide(pair, side, DAY(0), true);
        const struct as_model_summary *summary = &run.packs.at[0]->models.at[0];
        for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++) {
            assert_int_equal(model->stages[side][stage], summary->stages[stage]);
            assert_int_equal((side == AS_BEFORE ? rows : columns)[stage], summary->stages[stage]);
        }
        for (uint32_t g = 0; g < model->gates.n; g++)
            assert_int_equal(model->gates.at[g].pass[side], summary->gates.at[g].pass);
        /* A first decision: who stands at a gate's stage has just entered it. */
        assert_true(summary->stages[AS_STAGE_WORTH_A_CALL] > 0);
        assert_int_equal(difference.work[side], summary->stages[AS_STAGE_WORTH_A_CALL] * 20 * 60 +
                                                    summary->stages[AS_STAGE_SALES_READY] * 60 * 60);
        assert_true(run.packs.at[0]->made.handoff > 0);
        assert_memory_equal(&difference.made[side], &run.packs.at[0]->made, sizeof difference.made[side]);
        as_run_free(&run);
    }
    /* Leads whose gate is judged alike move no points into the parts, so the sum is taken over movers alone:
     * here every part must stand for at least one of them, the largest first. */
    for (uint32_t p = 0; p < model->parts.n; p++) {
        assert_true(model->parts.at[p].leads > 0);
        assert_true(p == 0 || model->parts.at[p].leads <= model->parts.at[p - 1].leads);
    }
    assert_true(model->advance.list.n <= AS_DIFFERENCE_EXAMPLES);
    assert_true(model->fall.list.n <= AS_DIFFERENCE_EXAMPLES);
    as_difference_free(&difference);
}

/* Where every lead moves, the parts' points together are the scores': nothing is lost and nothing counted
 * twice. */
static void points_of_all_parts_balance(void **state)
{
    struct pair *pair = *state;
    static const char *const ids[] = {"ann", "bob", "cid"};
    for (int i = 0; i < 3; i++) {
        town_event(&pair->town, ids[i], "demo_request", DAY(0) - 100, DAY(0));
        for (int e = 0; e < 5 * i; e++)
            town_event(&pair->town, ids[i], "page_view", DAY(0) - 3600 * (e + 1), DAY(0));
    }
    struct as_score *score = model_of(pair->packs[AS_AFTER])->scores.at[0];
    score->rules.at[1]->per_event.at[0].points = 3000;
    score->rules.at[0]->points = 10000;
    score->has_cap = true;
    score->cap = 31000;
    struct as_difference difference = compare(pair, DAY(0));
    const struct as_difference_model *model = &difference.models.at[0];
    assert_int_equal(model->rejudged, 3); /* 40 points were reached by all, and now by nobody */
    int64_t sum = 0;
    for (uint32_t p = 0; p < model->parts.n; p++)
        sum += model->parts.at[p].points;
    assert_int_equal(sum, model->scores.at[0].points);
    /* ann: 10 for 50; bob: 10 + 15 for 50 + 5; cid: 31, the cap, for 50 + 10 */
    assert_int_equal(sum, (10000 - 50000) + (25000 - 55000) + (31000 - 60000));
    as_difference_free(&difference);
}

static void json_is_written_whole(void **state)
{
    struct pair *pair = *state;
    town_event(&pair->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    model_of(pair->packs[AS_AFTER])->scores.at[0]->rules.at[0]->points = 30000;
    struct as_difference difference = compare(pair, DAY(0));
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_difference_json(&json, &difference);
    assert_non_null(strstr(as_buf_c(&text),
                           "\"transitions\":[{\"from\":\"suspect\",\"to\":\"suspect\",\"leads\":2},"
                           "{\"from\":\"worth_a_call\",\"to\":\"nurture\",\"leads\":1}]"));
    assert_non_null(strstr(as_buf_c(&text),
                           "{\"kind\":\"rule\",\"of\":\"interest\",\"name\":\"asked for a demo\","
                           "\"change\":\"changed\",\"leads\":1,\"up\":0,\"down\":1,\"points\":-20,"
                           "\"file\":\"town.lua\",\"line\":10}"));
    as_buf_free(&text);
    as_difference_free(&difference);
}

int main(void)
{
#define IN_TOWN(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        IN_TOWN(packs_that_decide_alike_do_not_differ),
        IN_TOWN(fewer_points_move_a_lead_back_and_the_rule_is_named),
        IN_TOWN(rules_that_one_pack_alone_has_are_added_or_removed),
        IN_TOWN(both_start_from_the_stored_standings_and_nothing_is_written),
        IN_TOWN(a_customer_whom_the_rules_would_turn_away_is_counted),
        IN_TOWN(hand_offs_that_only_one_pack_makes_are_told),
        IN_TOWN(a_model_without_a_partner_is_told_and_not_compared),
        IN_TOWN(models_are_paired_by_name_not_by_place),
        IN_TOWN(lists_contact_policy_and_agreement_are_compared),
        IN_TOWN(counts_agree_with_two_dry_runs),
        IN_TOWN(points_of_all_parts_balance),
        IN_TOWN(json_is_written_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
