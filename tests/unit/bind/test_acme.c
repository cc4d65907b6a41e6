/* The design's own example, from its folder: it loads as written, and becomes exactly what it says. */
#include "bind/script/host.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct acme {
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    const struct as_pack *pack;
    const struct as_model *model;
};

static int load(void **state)
{
    static struct acme acme;
    struct as_error error = AS_ERROR_INIT;
    as_schema_new(&acme.schema, &error);
    if (as_source_read(&acme.source, ASSAY_SOURCE_DIR "/tests/packs/acme", &error) == AS_OK)
        as_script_load(&acme.script, &acme.source, acme.schema, NULL, &error);
    if (error.status != AS_OK) {
        print_error("%s:%d: %s\n%s\n", error.file, error.line, error.what, error.advice);
        return -1;
    }
    acme.pack = as_script_pack(acme.script);
    acme.model = acme.pack->models.at[0];
    *state = &acme;
    return 0;
}

static int unload(void **state)
{
    struct acme *acme = *state;
    as_script_free(acme->script);
    as_source_free(&acme->source);
    as_schema_free(acme->schema);
    return 0;
}

static const char *source_of(const struct acme *acme, const struct as_expr *expr)
{
    static char text[512]; /* tests alone: one at a time */
    struct as_buf buf = {0};
    as_expr_source(&buf, expr, acme->schema);
    strncpy(text, as_buf_c(&buf), sizeof text - 1);
    as_buf_free(&buf);
    return text;
}

static void the_pack_is_what_it_says(void **state)
{
    const struct acme *acme = *state;
    const struct as_pack *pack = acme->pack;
    assert_string_equal(pack->name, "acme");
    assert_string_equal(pack->owner, "revops@acme.example");
    assert_string_equal(pack->hash, acme->source.hash);
    assert_true(pack->agreement.declared);
    assert_string_equal(pack->agreement.signers[AS_MARKETING], "M. Ruiz");
    int64_t review;
    assert_true(as_time_parse(&review, NULL, AS_STR("2027-04-01")));
    assert_int_equal(pack->agreement.review_by, as_day_of(review));
    assert_true(pack->agreement.marketing_commits == 0.30);
    assert_string_equal(as_pack_label(pack, AS_STAGE_WORTH_A_CALL), "MQL");
    assert_string_equal(as_pack_label(pack, AS_STAGE_SALES_READY), "SAL");
    assert_string_equal(as_pack_label(pack, AS_STAGE_NURTURE), "nurture");
    assert_int_equal(pack->permitted_origins.n, 1);
    assert_string_equal(pack->permitted_secrets.at[0], "ENRICH_TOKEN");
    uint32_t urgency = as_schema_answer(acme->schema, AS_STR("urgency"));
    assert_int_equal(acme->schema->fields.at[urgency]->level, AS_LEVEL_ACCOUNT);
    uint32_t web = acme->schema->feeds.n - 1;
    assert_int_equal(acme->schema->feeds.at[web]->fresh, 2 * AS_DAY_SECONDS);
    assert_int_equal(acme->schema->feeds.at[web]->kinds.n, 2);
    bool found = false;
    for (uint32_t i = 0; i < pack->lists.n; i++)
        if (strcmp(pack->lists.at[i].name, "competitors") == 0) {
            found = true;
            assert_int_equal(as_intern_count(pack->lists.at[i].values), 2);
            assert_int_not_equal(as_intern_find(pack->lists.at[i].values, AS_STR("rival.example")),
                                 AS_INTERN_NONE);
        }
    assert_true(found);
}

static void scores_and_rules_keep_their_order_and_points(void **state)
{
    const struct as_model *model = ((const struct acme *)*state)->model;
    assert_string_equal(model->name, "inbound");
    assert_int_equal(model->scores.n, 2);
    const struct as_score *fit = model->scores.at[0], *interest = model->scores.at[1];
    static const struct {
        const char *name;
        int64_t points;
    } rules[] = {{"senior title", 25000},
                 {"operations", 15000},
                 {"right size", 20000},
                 {"target industry", 15000},
                 {"free mailbox", -25000}};
    assert_int_equal(fit->rules.n, 5);
    for (uint32_t i = 0; i < 5; i++) {
        assert_string_equal(fit->rules.at[i]->name, rules[i].name);
        assert_int_equal(fit->rules.at[i]->points, rules[i].points);
        assert_string_equal(fit->rules.at[i]->position.file, "qualification.lua");
    }
    assert_true(fit->has_cap && fit->cap == 100000 && fit->has_floor && fit->floor == 0);
    assert_string_equal(source_of(*state, fit->rules.at[2]->when), "account.employees:between(200, 5000)");

    const struct as_rule *engagement = interest->rules.at[0];
    assert_int_equal(engagement->kind, AS_RULE_EVENTS);
    assert_int_equal(engagement->fading, AS_FADING_HALF_LIFE);
    assert_int_equal(engagement->fading_days, 14);
    assert_true(engagement->has_cap && engagement->cap == 60000);
    static const struct {
        const char *kind;
        int64_t points;
        uint32_t most;
    } events[] = {{"demo_request", 25000, 0},
                  {"page_view", 1000, 3},
                  {"pricing_view", 10000, 0},
                  {"webinar", 8000, 0},
                  {"whitepaper", 5000, 0}};
    assert_int_equal(engagement->per_event.n, 5);
    for (uint32_t i = 0; i < 5; i++) {
        const struct as_event_points *points = &engagement->per_event.at[i];
        assert_int_equal(points->kind,
                         as_schema_kind(((const struct acme *)*state)->schema, as_str_of(events[i].kind)));
        assert_int_equal(points->points, events[i].points);
        assert_int_equal(points->at_most.count, events[i].most);
    }
    assert_int_equal(interest->rules.at[3]->kind, AS_RULE_FUNCTION);
    assert_int_equal(((const struct acme *)*state)->pack->functions, 1);
}

static void gates_stand_in_order_and_criteria_by_name(void **state)
{
    const struct as_model *model = ((const struct acme *)*state)->model;
    static const char *const gates[] = {"nurture", "worth_a_call", "sales_ready", "opportunity"};
    assert_int_equal(model->gates.n, 4);
    for (uint32_t i = 0; i < 4; i++) {
        assert_string_equal(model->gates.at[i]->name, gates[i]);
        assert_int_equal(model->gates.at[i]->index, i);
        assert_int_equal(model->gates.at[i]->level, i == 3 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD);
    }
    static const char *const criteria[] = {"authority", "budget", "market", "need", "timeframe", "willing"};
    assert_int_equal(model->gates.at[2]->criteria.n, 6);
    for (uint32_t i = 0; i < 6; i++)
        assert_string_equal(model->gates.at[2]->criteria.at[i].name, criteria[i]);
    /* one node may stand in several places: the market of two gates and of a rule */
    assert_ptr_equal(model->gates.at[0]->criteria.at[0].when, model->gates.at[2]->criteria.at[2].when);
    assert_ptr_equal(model->gates.at[0]->criteria.at[0].when, model->scores.at[0]->rules.at[3]->when);
}

static void grades_have_a_band_below_the_lowest(void **state)
{
    const struct as_model *model = ((const struct acme *)*state)->model;
    assert_int_equal(model->axes.n, 2);
    assert_string_equal(model->axes.at[0].score->name, "fit");
    assert_string_equal(model->axes.at[0].lowest, "D");
    assert_string_equal(model->axes.at[1].lowest, "4");
    assert_string_equal(model->axes.at[0].bands.at[0].label, "A");
    assert_int_equal(model->axes.at[0].bands.at[0].from, 75000);
    assert_string_equal(model->axes.at[1].bands.at[2].label, "3");
}

static void the_way_back_has_a_cool_off(void **state)
{
    const struct as_model *model = ((const struct acme *)*state)->model;
    assert_int_equal(model->recycles.n, 1);
    assert_int_equal(model->recycles.at[0].from, AS_STAGE_SALES_READY);
    assert_int_equal(model->recycles.at[0].to, AS_STAGE_NURTURE);
    assert_int_equal(model->recycles.at[0].cool_off, 30 * AS_DAY_SECONDS);
    assert_int_equal(model->disqualifiers.n, 2);
}

static void nurturing_is_what_it_says(void **state)
{
    const struct as_pack *pack = ((const struct acme *)*state)->pack;
    const struct as_contact_policy *policy = &pack->policy;
    assert_true(policy->declared);
    assert_int_equal(policy->caps.n, 3);
    assert_string_equal(policy->caps.at[2].channel, "email");
    assert_int_equal(policy->caps.at[2].most.count, 2);
    assert_int_equal(policy->caps.at[2].most.span.length, 7 * AS_DAY_SECONDS);
    assert_int_equal(policy->gap, AS_DAY_SECONDS);
    assert_int_equal(policy->after_first_download, 7 * AS_DAY_SECONDS);
    assert_int_equal(policy->quiet_from, 18 * 60);
    assert_int_equal(policy->quiet_to, 8 * 60);
    assert_non_null(policy->quiet_zone);
    assert_int_equal(policy->ladder.n, 4);
    for (uint32_t i = 0; i < policy->needs.n; i++)
        if (strcmp(policy->needs.at[i].ask, "demo") == 0)
            assert_int_equal(policy->needs.at[i].rung, 3);
    assert_int_equal(pack->tracks.n, 1);
    const struct as_track *track = pack->tracks.at[0];
    assert_string_equal(track->persona, "operations leader");
    assert_string_equal(track->phase, "discovery");
    static const char *const steps[] = {"frame the challenge", "offer empathy", "provide help",
                                        "give confidence"};
    assert_int_equal(track->steps.n, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_string_equal(track->steps.at[i].name, steps[i]);
    assert_int_equal(track->steps.at[1].wait, 5 * AS_DAY_SECONDS);
    assert_non_null(track->steps.at[1].done_when);
    assert_string_equal(track->steps.at[3].task, "call with the discovery questions");
    assert_string_equal(track->steps.at[3].channel, "call");
    assert_string_equal(track->steps.at[3].role, "ldr");
}

static void account_plans_are_what_they_say(void **state)
{
    const struct as_pack *pack = ((const struct acme *)*state)->pack;
    assert_true(pack->segment.declared);
    assert_int_equal(pack->segment.very_high_value, 50000000);
    assert_int_equal(pack->segment.low_value, 5000000);
    assert_true(pack->segment.homogeneous == 0.3);
    assert_int_equal(pack->templates.n, 1);
    const struct as_template *plan = pack->templates.at[0];
    assert_int_equal(plan->group.n, 4);
    assert_string_equal(plan->group.at[3].role, "user");
    assert_int_equal(plan->group.at[3].count, 2);
    assert_true(plan->budget_share == 0.05);
    assert_non_null(plan->marketing_owner);
    assert_int_equal(plan->plays.n, 2);
    assert_int_equal(plan->plays.at[0].due, 14 * AS_DAY_SECONDS);
    assert_false(plan->plays.at[0].unique);
    assert_true(plan->plays.at[1].unique);
    assert_string_equal(plan->plays.at[1].content, "cost-of-delay-model");
}

static void loading_again_gives_the_same_tree(void **state)
{
    const struct acme *acme = *state;
    struct as_error error = AS_ERROR_INIT;
    struct as_script *again = NULL;
    assert_int_equal(as_script_load(&again, &acme->source, acme->schema, NULL, &error), AS_OK);
    const struct as_rules *a = &acme->pack->rules, *b = &as_script_pack(again)->rules;
    assert_int_equal(a->nodes.n, b->nodes.n);
    for (uint32_t i = 0; i < a->nodes.n; i++) {
        struct as_buf left = {0}, right = {0};
        as_expr_source(&left, a->nodes.at[i], acme->schema);
        as_expr_source(&right, b->nodes.at[i], acme->schema);
        assert_string_equal(as_buf_c(&left), as_buf_c(&right));
        assert_int_equal(a->nodes.at[i]->position.line, b->nodes.at[i]->position.line);
        as_buf_free(&left);
        as_buf_free(&right);
    }
    as_script_free(again);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_pack_is_what_it_says),
        cmocka_unit_test(scores_and_rules_keep_their_order_and_points),
        cmocka_unit_test(gates_stand_in_order_and_criteria_by_name),
        cmocka_unit_test(grades_have_a_band_below_the_lowest),
        cmocka_unit_test(the_way_back_has_a_cool_off),
        cmocka_unit_test(nurturing_is_what_it_says),
        cmocka_unit_test(account_plans_are_what_they_say),
        cmocka_unit_test(loading_again_gives_the_same_tree),
    };
    return cmocka_run_group_tests_name("the design's example", tests, load, unload);
}
