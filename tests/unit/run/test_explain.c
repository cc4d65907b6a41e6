/* One lead explained: where each value comes from, what changed, what is missing. */
#include "telling.h"

#include "run/explain/explain.h"

static int setup(void **state)
{
    return telling_open(state, DAY(-3));
}

static struct as_explanation explain_ok(struct telling *t, int64_t at)
{
    struct as_explanation out;
    struct as_explain_request request = {
        .schema = t->town.schema, .packs = &t->given, .pack_count = 1, .at = at, .known_at = at};
    town_ok(&t->town, as_store_find_lead(&request.lead_id, t->town.store, "ann", &t->town.error));
    town_ok(&t->town, as_explain(&out, t->town.store, &request, &t->town.error));
    return out;
}

static void run_at(struct telling *t, int64_t at)
{
    struct as_run_request request = town_request(&t->town, &t->given, 1, at);
    struct as_run_result result;
    town_ok(&t->town, as_run(&result, t->town.store, &request, &t->town.error));
    assert_int_equal(result.failed, 0);
    as_run_free(&result);
}

static const struct as_explained_gate *gate(const struct as_explanation *x, enum as_stage stage)
{
    for (uint32_t g = 0; g < x->models.at[0].gates.n; g++)
        if (x->models.at[0].gates.at[g].gate->stage == stage)
            return &x->models.at[0].gates.at[g];
    fail();
    return NULL;
}

static void facts_are_marked_stated_inferred_or_unknown(void **state)
{
    struct telling *t = *state;
    struct as_explanation x = explain_ok(t, DAY(0));
    const struct as_explained_condition *title = &gate(&x, AS_STAGE_NURTURE)->criteria.at[0];
    const struct as_explained_condition *need = &gate(&x, AS_STAGE_SALES_READY)->criteria.at[0];
    assert_int_equal(title->state, AS_YES);
    assert_int_equal(title->values.list.at[0].manner, AS_MANNER_FACT);
    assert_string_equal(title->values.list.at[0].fact, "lead.title");
    assert_string_equal(title->values.list.at[0].value, "Head of operations");
    assert_int_equal(title->values.list.at[0].since, DAY(-3));
    assert_int_equal(need->state, AS_UNKNOWN);
    assert_int_equal(need->values.list.at[0].manner, AS_MANNER_UNKNOWN);
    assert_null(need->values.list.at[0].value);
    as_explanation_free(&x);
    town_need(&t->town, "ann", "acknowledged", "inferred", DAY(0));
    x = explain_ok(t, DAY(0));
    assert_int_equal(gate(&x, AS_STAGE_SALES_READY)->criteria.at[0].values.list.at[0].manner,
                     AS_MANNER_INFERRED);
    as_explanation_free(&x);
    town_need(&t->town, "ann", "confirmed", "stated", DAY(0));
    x = explain_ok(t, DAY(0));
    assert_int_equal(gate(&x, AS_STAGE_SALES_READY)->criteria.at[0].values.list.at[0].manner,
                     AS_MANNER_STATED);
    assert_string_equal(gate(&x, AS_STAGE_SALES_READY)->criteria.at[0].values.list.at[0].value, "confirmed");
    as_explanation_free(&x);
}

/* 16 page views of today at half-life 14 days: 16 points; with the request's 50, the ledger sums to 66. */
static void every_point_has_its_rule_and_line(void **state)
{
    struct telling *t = *state;
    for (int i = 0; i < 16; i++)
        town_event(&t->town, "ann", "page_view", DAY(0) - 60 * (i + 1), DAY(0));
    town_event(&t->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    struct as_explanation x = explain_ok(t, DAY(0));
    const struct as_explained_score *score = &x.models.at[0].scores.at[0];
    int64_t sum = 0;
    assert_int_equal(score->ledger.value, 66000);
    for (uint32_t i = 0; i < score->entries.n; i++) {
        sum += score->entries.at[i].entry->points;
        assert_string_equal(score->entries.at[i].entry->rule->position.file, "town.lua");
    }
    assert_int_equal(sum, 66000);
    assert_int_equal(score->entries.n, 2);
    assert_int_equal(score->entries.at[0].entry->rule->position.line, 10);
    assert_string_equal(score->entries.at[1].counted, "16 page_view");
    as_explanation_free(&x);
}

static void what_is_missing_names_the_question(void **state)
{
    struct telling *t = *state;
    town_event(&t->town, "ann", "demo_request", DAY(0) - 3600, DAY(0));
    run_at(t, DAY(0));
    struct as_explanation x = explain_ok(t, DAY(0));
    const struct as_explained_model *model = &x.models.at[0];
    assert_int_equal(model->standing.stage, AS_STAGE_WORTH_A_CALL);
    assert_false(model->pending);
    assert_string_equal(model->next->name, "sales_ready");
    assert_int_equal(model->missing.n, 1);
    assert_string_equal(model->missing.at[0].ask, "Which problem would you solve first?");
    as_explanation_free(&x);
}

static void what_changed_since_the_decision_before(void **state)
{
    struct telling *t = *state;
    run_at(t, DAY(0));
    town_event(&t->town, "ann", "demo_request", DAY(1) - 3600, DAY(1));
    struct as_explanation x = explain_ok(t, DAY(1));
    const struct as_explained_model *model = &x.models.at[0];
    assert_true(model->pending);
    assert_int_equal(model->before.at, DAY(0));
    assert_int_equal(model->before.stage, AS_STAGE_NURTURE);
    assert_true(model->scores.at[0].had_before);
    assert_int_equal(model->scores.at[0].before, 0);
    assert_int_equal(model->scores.at[0].changes.n, 1);
    assert_string_equal(model->scores.at[0].changes.at[0].name, "asked for a demo");
    assert_int_equal(model->scores.at[0].changes.at[0].now, 50000);
    as_explanation_free(&x);
    run_at(t, DAY(1));
    x = explain_ok(t, DAY(1));
    assert_false(x.models.at[0].pending);
    assert_string_equal(x.models.at[0].why, "worth_a_call");
    assert_string_equal(x.models.at[0].cause, "new facts");
    as_explanation_free(&x);
}

/* A window of seven days holds the days of age 0 to 6: what happened on 2026-06-29 is out of it on
 * 2026-07-06. */
static void time_alone_changes_the_gate_on_a_named_day(void **state)
{
    struct telling *t = *state;
    town_event(&t->town, "ann", "demo_request", DAY(1) - 3600, DAY(1));
    run_at(t, DAY(1));
    struct as_explanation x = explain_ok(t, DAY(1));
    const struct as_explained_model *model = &x.models.at[0];
    assert_int_equal(model->forecast.n, 1);
    assert_string_equal(model->forecast.at[0].what, "gate worth_a_call");
    assert_string_equal(model->forecast.at[0].from, "pass");
    assert_string_equal(model->forecast.at[0].to, "fail");
    char day[AS_TIME_TEXT];
    assert_string_equal(as_day_format(day, model->forecast.at[0].day), "2026-07-06");
    as_explanation_free(&x);
}

static void a_lead_not_yet_known_is_missing(void **state)
{
    struct telling *t = *state;
    struct as_explanation out;
    struct as_explain_request request = {
        .schema = t->town.schema, .packs = &t->given, .pack_count = 1, .at = DAY(-9), .known_at = DAY(-9)};
    town_ok(&t->town, as_store_find_lead(&request.lead_id, t->town.store, "ann", &t->town.error));
    assert_int_equal(as_explain(&out, t->town.store, &request, &t->town.error), AS_ERR_MISSING);
}

static void the_json_is_one_object_with_the_lead(void **state)
{
    struct telling *t = *state;
    struct as_explanation x = explain_ok(t, DAY(0));
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_explanation_json(&json, &x);
    assert_non_null(strstr(as_buf_c(&text), "\"email\":\"ann@ann.example\""));
    assert_non_null(strstr(as_buf_c(&text), "\"manner\":\"unknown\""));
    assert_int_equal(as_buf_c(&text)[0], '{');
    as_buf_free(&text);
    as_explanation_free(&x);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, telling_close, NULL                                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("facts are marked stated, inferred or unknown [A1.3]",
             facts_are_marked_stated_inferred_or_unknown),
        TEST("every point has its rule and line", every_point_has_its_rule_and_line),
        TEST("what is missing names the question to ask", what_is_missing_names_the_question),
        TEST("what changed since the decision before", what_changed_since_the_decision_before),
        TEST("time alone changes the gate on a named day", time_alone_changes_the_gate_on_a_named_day),
        TEST("a lead not yet known then is missing", a_lead_not_yet_known_is_missing),
        TEST("the JSON is one object with the lead", the_json_is_one_object_with_the_lead),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
