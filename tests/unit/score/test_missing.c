/* What is missing for a gate, and what time alone will change, on traces of one lead. */
#include "rules.h"

#include "score/model/forecast.h"
#include "score/model/missing.h"
#include "score/tree/operator.h"

enum { DAY = 86400 };
#define T0 (INT64_C(1772442000))

struct office {
    struct people p;
    struct as_pack *pack;
    struct as_model *model;
    struct as_plan *plan;
    struct as_trace *trace;
};

static const char *const words[] = {"none", "acknowledged", "confirmed"};

static void office_new(struct office *o)
{
    *o = (struct office){.p = {NULL, NULL}};
    people_schema(&o->p);
    uint32_t index;
    struct as_field need = {.name = "need",
                            .level = AS_LEVEL_LEAD,
                            .type = AS_TYPE_CHOICE,
                            .ask = "Which problem would you solve first?",
                            .choices = words,
                            .choice_count = 3};
    struct as_field evaluating = {.name = "evaluating",
                                  .level = AS_LEVEL_LEAD,
                                  .type = AS_TYPE_BOOLEAN,
                                  .ask = "Are you comparing solutions today?"};
    must(as_schema_add_field(&index, o->p.schema, &need, &error));
    must(as_schema_add_field(&index, o->p.schema, &evaluating, &error));
    o->pack = pack_new(&o->p);
    o->model = model_of(o->pack, "inbound");
}

static void office_people(struct office *o)
{
    people_new(&o->p, 2, 1);
    o->p.set->lead_account[0] = 0;
    must(as_dataset_link(o->p.set, &error));
    people_events(&o->p, NULL, 0);
}

static void look(struct office *o, uint32_t lead, int64_t at)
{
    const struct as_run_options options = {.at = at, .threads = 1};
    o->p.set->at = o->p.set->known_at = at;
    if (o->plan == NULL)
        o->plan = plan_new(o->pack);
    if (o->trace != NULL)
        as_trace_free(o->trace);
    must(as_trace_new(&o->trace, o->plan, o->p.set, &options, lead, &error));
}

static void office_close(struct office *o)
{
    if (o->trace != NULL)
        as_trace_free(o->trace);
    as_plan_free(o->plan);
    as_pack_free(o->pack);
    people_free(&o->p);
}

static void leaves_that_block(void **state)
{
    (void)state;
    struct office o;
    office_new(&o);
    struct as_gate *gate = gate_of(o.pack, o.model, AS_STAGE_SALES_READY, AS_LEVEL_LEAD);
    const struct as_expr *title = field(o.pack, AS_LEVEL_LEAD, "title");
    const struct as_expr *big =
        with_number(o.pack, field(o.pack, AS_LEVEL_ACCOUNT, "employees"), "at_least", 200);
    const struct as_expr *need = with_text(o.pack, answer(o.pack, "need"), "at_least", "acknowledged");
    const struct as_expr *looks = plain(o.pack, answer(o.pack, "evaluating"), "is_true");
    const struct as_expr *meets = plain(o.pack, events(o.pack, "meeting_booked"), "seen");
    const struct as_expr *asks = plain(o.pack, events(o.pack, "demo_request"), "seen");
    const struct as_expr *clerk = with_text(o.pack, title, "matches", "clerk");
    criterion(o.pack, gate, "authority", with_text(o.pack, title, "matches", "director"));
    criterion(o.pack, gate, "need", joined(o.pack, "and", big, need));
    criterion(o.pack, gate, "sober", plain(o.pack, clerk, "not"));
    criterion(o.pack, gate, "timeframe", joined(o.pack, "and", joined(o.pack, "or", meets, asks), looks));
    office_people(&o);
    people_field(&o.p, AS_LEVEL_LEAD, "title", 0, "Director");
    people_field(&o.p, AS_LEVEL_ACCOUNT, "employees", 0, "20");

    look(&o, 0, T0);
    struct as_missing missing[8];
    assert_int_equal(as_missing_for(missing, 8, o.trace, gate), 5);
    /* Criteria in order, the unknown before the definite; what holds is not named. */
    const struct {
        const char *criterion;
        const struct as_expr *leaf;
        enum as_tri state;
        const char *ask;
    } want[] = {{"need", need, AS_UNKNOWN, "Which problem would you solve first?"},
                {"need", big, AS_NO, NULL},
                {"timeframe", looks, AS_UNKNOWN, "Are you comparing solutions today?"},
                {"timeframe", meets, AS_NO, NULL},
                {"timeframe", asks, AS_NO, NULL}};
    for (int i = 0; i < 5; i++) {
        assert_string_equal(missing[i].criterion->name, want[i].criterion);
        assert_ptr_equal(missing[i].leaf, want[i].leaf);
        assert_int_equal(missing[i].state, want[i].state);
        if (want[i].ask == NULL)
            assert_null(missing[i].ask);
        else
            assert_string_equal(missing[i].ask, want[i].ask);
    }
    /* Counting goes on where the room ends. */
    assert_int_equal(as_missing_for(missing, 2, o.trace, gate), 5);

    /* Once everything is answered, nothing is missing. */
    people_field(&o.p, AS_LEVEL_ACCOUNT, "employees", 0, "200");
    people_answer(&o.p, "need", 0, "confirmed", T0, true);
    people_answer(&o.p, "evaluating", 0, "yes", T0, true);
    const struct happened asked = {0, T0, "demo_request"};
    people_events(&o.p, &asked, 1);
    look(&o, 0, T0);
    assert_int_equal(as_missing_for(missing, 8, o.trace, gate), 0);
    /* Lead 1 has no title, no account and a clerk cannot be told: unknown inside "not" is named by its
     * inside. */
    look(&o, 1, T0);
    uint32_t n = as_missing_for(missing, 8, o.trace, gate);
    bool found = false;
    for (uint32_t i = 0; i < n && i < 8; i++)
        found |= missing[i].leaf == clerk && missing[i].state == AS_UNKNOWN;
    assert_true(found);
    office_close(&o);
}

static void open_scores_name_their_rules(void **state)
{
    (void)state;
    struct office o;
    office_new(&o);
    struct as_score *interest = score_of(o.pack, o.model, "interest");
    const struct as_expr *looks = plain(o.pack, answer(o.pack, "evaluating"), "is_true");
    const struct as_expr *value = NULL;
    rule_of(o.pack, interest, "evaluating", 40, looks);
    must(as_expr_score(&value, &o.pack->rules, interest, here, &error));
    struct as_gate *gate = gate_of(o.pack, o.model, AS_STAGE_WORTH_A_CALL, AS_LEVEL_LEAD);
    const struct as_expr *enough = with_number(o.pack, value, "at_least", 30);
    criterion(o.pack, gate, "interest", enough);
    office_people(&o);
    look(&o, 0, T0);
    struct as_missing missing[4];
    /* The score lies between 0 and 40: the question behind its open rule settles it. */
    assert_int_equal(as_missing_for(missing, 4, o.trace, gate), 2);
    assert_ptr_equal(missing[0].leaf, enough);
    assert_int_equal(missing[0].state, AS_UNKNOWN);
    assert_ptr_equal(missing[1].leaf, looks);
    assert_string_equal(missing[1].ask, "Are you comparing solutions today?");
    people_answer(&o.p, "evaluating", 0, "no", T0, true);
    look(&o, 0, T0);
    assert_int_equal(as_missing_for(missing, 4, o.trace, gate), 1);
    assert_int_equal(missing[0].state, AS_NO);
    assert_int_equal(as_missing_in(missing, 4, o.trace, enough, AS_LEVEL_LEAD), 1);
    assert_null(missing[0].criterion);
    office_close(&o);
}

enum { LEAVES = 4 };

/* A random condition over the leaves, no node of which is reached twice. */
static const struct as_expr *random_tree(struct as_pack *pack, const struct as_expr *const *leaves,
                                         unsigned depth)
{
    unsigned shape = (unsigned)rand() % (depth == 0 ? 1 : 5);
    if (shape < 2)
        return leaves[rand() % LEAVES];
    const struct as_expr *a = random_tree(pack, leaves, depth - 1);
    if (shape == 4)
        return plain(pack, a, "not");
    return joined(pack, shape == 2 ? "and" : "or", a, random_tree(pack, leaves, depth - 1));
}

/* Kleene logic once more, by hand. */
static enum as_tri value_of(const struct as_expr *expr, const struct as_expr *const *leaves,
                            const enum as_tri *states)
{
    for (int i = 0; i < LEAVES; i++)
        if (expr == leaves[i])
            return states[i];
    enum as_tri a = value_of(expr->args[0].expr, leaves, states);
    if (expr->arg_count == 1)
        return a == AS_UNKNOWN ? AS_UNKNOWN : a == AS_YES ? AS_NO : AS_YES;
    enum as_tri b = value_of(expr->args[1].expr, leaves, states);
    bool both = expr->op->kernel == AS_KERNEL_AND;
    enum as_tri decides = both ? AS_NO : AS_YES;
    if (a == decides || b == decides)
        return decides;
    return a == AS_UNKNOWN || b == AS_UNKNOWN ? AS_UNKNOWN : both ? AS_YES : AS_NO;
}

static void something_is_missing_until_it_passes(void **state)
{
    (void)state;
    srand(23);
    for (int round = 0; round < 60; round++) {
        struct office o = {.p = {NULL, NULL}};
        static const char *const names[LEAVES] = {"first", "second", "third", "fourth"};
        people_schema(&o.p);
        for (int i = 0; i < LEAVES; i++)
            people_ask(&o.p, names[i], AS_LEVEL_LEAD, AS_TYPE_BOOLEAN, NULL, 0);
        o.pack = pack_new(&o.p);
        o.model = model_of(o.pack, "m");
        const struct as_expr *leaves[LEAVES];
        for (int i = 0; i < LEAVES; i++)
            leaves[i] = plain(o.pack, answer(o.pack, names[i]), "is_true");
        struct as_gate *gate = gate_of(o.pack, o.model, AS_STAGE_NURTURE, AS_LEVEL_LEAD);
        const struct as_expr *tree = random_tree(o.pack, leaves, 4);
        criterion(o.pack, gate, "tree", tree);
        o.plan = plan_new(o.pack);
        for (int told = 0; told < 12; told++) {
            enum as_tri states[LEAVES];
            people_new(&o.p, 1, 0);
            for (int i = 0; i < LEAVES; i++) {
                states[i] = (enum as_tri)(rand() % 3);
                if (states[i] != AS_UNKNOWN)
                    people_answer(&o.p, names[i], 0, states[i] == AS_YES ? "yes" : "no", T0, true);
            }
            look(&o, 0, T0);
            enum as_tri want = value_of(tree, leaves, states);
            struct as_missing missing[64];
            uint32_t n = as_missing_for(missing, 64, o.trace, gate);
            assert_int_equal(n > 0, want != AS_YES);
            bool unknown = false;
            for (uint32_t i = 0; i < n; i++) {
                unknown |= missing[i].state == AS_UNKNOWN;
                assert_true(missing[i].state != AS_YES);
                assert_int_equal(missing[i].state, value_of(missing[i].leaf, leaves, states));
                for (uint32_t j = 0; j < i; j++)
                    assert_true(missing[j].leaf != missing[i].leaf);
            }
            /* What is not decided names at least one thing to ask. */
            assert_true(want != AS_UNKNOWN || unknown);
            as_trace_free(o.trace);
            o.trace = NULL;
            as_dataset_free(o.p.set);
            o.p.set = NULL;
        }
        as_plan_free(o.plan);
        as_pack_free(o.pack);
        as_schema_free(o.p.schema);
    }
}

static struct as_band bands[] = {{"1", 20000}, {"2", 8000}};

static void what_time_changes(void **state)
{
    (void)state;
    struct office o;
    office_new(&o);
    struct as_score *interest = score_of(o.pack, o.model, "interest");
    struct as_rule *rule = rule_of(o.pack, interest, "engagement", 0, NULL);
    rule->kind = AS_RULE_EVENTS;
    rule->fading = AS_FADING_HALF_LIFE;
    rule->fading_days = 14;
    struct as_event_points points = {
        as_schema_kind(o.p.schema, AS_STR("demo_request")), 25000, {0, {0, AS_SPAN_SECONDS}}};
    assert_true(as_list_push(&o.pack->rules.arena, &rule->per_event, points));
    assert_true(as_list_push(&o.pack->rules.arena, &o.model->axes,
                             ((struct as_grade_axis){interest, "3", {bands, 2, 2}})));
    const struct as_expr *value = NULL;
    must(as_expr_score(&value, &o.pack->rules, interest, here, &error));
    struct as_gate *call_gate = gate_of(o.pack, o.model, AS_STAGE_WORTH_A_CALL, AS_LEVEL_LEAD);
    criterion(o.pack, call_gate, "interest", with_number(o.pack, value, "at_least", 10));
    struct as_gate *ready = gate_of(o.pack, o.model, AS_STAGE_SALES_READY, AS_LEVEL_LEAD);
    criterion(o.pack, ready, "recent", with_text(o.pack, events(o.pack, "demo_request"), "seen", "30d"));
    office_people(&o);
    const struct happened asked = {0, T0, "demo_request"};
    people_events(&o.p, &asked, 1);
    look(&o, 0, T0);

    const struct as_run_options options = {.at = T0, .threads = 1};
    struct as_forecast found[8];
    uint32_t n;
    must(as_forecast_of(found, 8, &n, o.plan, o.model, o.p.set, &options, 0, 90, &error));
    /* 25 points fall below 20 after 4.5 days, below 10 after 18.5; the window closes on day 30. */
    assert_int_equal(n, 3);
    int64_t today = as_day_of(T0);
    assert_ptr_equal(found[0].score, interest);
    assert_int_equal(found[0].day, today + 5);
    assert_int_equal(found[0].from, 1);
    assert_int_equal(found[0].to, 1 + 1 * AS_GRADE_BANDS);
    assert_ptr_equal(found[1].gate, call_gate);
    assert_int_equal(found[1].day, today + 19);
    assert_int_equal(found[1].from, AS_GATE_PASS);
    assert_int_equal(found[1].to, AS_GATE_FAIL);
    assert_ptr_equal(found[2].gate, ready);
    assert_int_equal(found[2].day, today + 30);
    /* A shorter look finds less; a lead without events has nothing to lose. */
    must(as_forecast_of(found, 8, &n, o.plan, o.model, o.p.set, &options, 0, 18, &error));
    assert_int_equal(n, 1);
    must(as_forecast_of(found, 8, &n, o.plan, o.model, o.p.set, &options, 1, 90, &error));
    assert_int_equal(n, 0);
    must(as_forecast_of(found, 1, &n, o.plan, o.model, o.p.set, &options, 0, 90, &error));
    assert_int_equal(n, 3);
    office_close(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("the conditions that block a gate, the unknown first, with what to ask", leaves_that_block),
        named("a score that is open names the rules that leave it so", open_scores_name_their_rules),
        named("something is missing until the gate passes, and something to ask until it is decided",
              something_is_missing_until_it_passes),
        named("what time alone changes, on which day", what_time_changes),
    };
    return cmocka_run_group_tests_name("missing and forecast", tests, NULL, NULL);
}
