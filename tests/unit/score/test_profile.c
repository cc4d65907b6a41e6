/* Profiles: every rule and criterion is there, calls are counted one by one, and what parts get is no more
 * than what was spent. Times themselves are nobody's to foresee. */
#include "score/plan/profile.h"
#include "world.h"

static enum as_status give_one(struct as_function_result *out, void *context, unsigned worker,
                               uint32_t function, const struct as_dataset *dataset, uint32_t row, int64_t at,
                               struct as_error *error)
{
    (void)context, (void)worker, (void)function, (void)dataset, (void)row, (void)at, (void)error;
    out->kind = AS_RESULT_NUMBER;
    out->number = 1;
    return AS_OK;
}

enum { LEADS = 3000, TITLED = 1000 };

/* One rule of a fact, one of events, and one function that is asked only of leads with a title. */
static void make_rules(struct world *w)
{
    struct as_score *score = world_score(w, "interest");
    const struct as_expr *titled = CALL(w, lead_(w, "title"), "known");
    world_rule(w, score, "title", 1000, titled);
    struct as_rule *views = world_rule(w, score, "views", 0, NULL);
    world_points(w, views, "page_view", 4000, 0, 0);
    struct as_rule *called = world_rule(w, score, "called", 0, titled);
    called->kind = AS_RULE_FUNCTION;
    must(w, as_expr_function(&called->function, &w->pack->rules, 0, "called", AS_LEVEL_LEAD, here(w),
                             &w->error));
    struct as_gate *gate = world_gate(w, "nurture", AS_LEVEL_LEAD);
    world_root(w, gate, titled);
}

static void parts_are_counted(void **state)
{
    (void)state;
    static const struct as_functions functions = {.call = give_one};
    struct world w;
    struct as_profile *profile;
    const struct as_profile_part *parts;
    uint32_t n, rules = 0, criteria = 0;
    int64_t spent = 0, given = 0;
    world_open(&w);
    make_rules(&w);
    world_data(&w, LEADS, 1);
    for (uint32_t row = 0; row < TITLED; row++)
        world_text(&w, lead_column(&w, "title"), row, "COO");
    world_event(&w, 7, "page_view", w.at - 60);
    world_log(&w);
    world_compile(&w);
    must(&w, as_profile_new(&profile, w.plan, &w.error));
    struct as_run_options options = world_options(&w);
    options.functions = &functions;
    options.profile = profile;
    must(&w, as_plan_run(&w.outcome, w.plan, w.data, &options, &w.error));
    must(&w, as_profile_parts(&parts, &n, profile, &w.error));
    for (int phase = 0; phase < AS_PROFILE_PHASES; phase++)
        spent += as_profile_phase_ns(profile, (enum as_profile_phase)phase);
    for (uint32_t i = 0; i < n; i++) {
        rules += strcmp(parts[i].kind, "rule") == 0;
        criteria += strcmp(parts[i].kind, "criterion") == 0;
        given += parts[i].ns;
        bool called = strcmp(parts[i].name, "called") == 0;
        assert_int_equal(parts[i].function, called);
        assert_int_equal(parts[i].calls, called ? TITLED : 0);
        assert_true(i == 0 || parts[i].ns <= parts[i - 1].ns);
    }
    assert_int_equal(rules, 3);
    assert_int_equal(criteria, 1);
    assert_true(given > 0 && given <= spent);
    as_profile_free(profile);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(parts_are_counted)};
    return cmocka_run_group_tests_name("profile", tests, NULL, NULL);
}
