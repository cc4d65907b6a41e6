/* What if and why not: supposed facts change decisions and nothing else; the ways that are found do what they
 * say. */
#include "town.h"

#include "run/explain/explain.h"
#include "run/explain/whynot.h"
#include "store/snapshot/snapshot.h"

struct asking {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
    struct as_overlay overlay;
    int64_t lead;
};

static int setup(void **state)
{
    struct asking *a = calloc(1, sizeof *a);
    town_open(&a->town);
    a->pack = town_pack(&a->town, "p", "h1", 40);
    a->given.pack = a->pack;
    town_lead(&a->town, "ann", "Gardener", DAY(-3));
    town_ok(&a->town, as_store_find_lead(&a->lead, a->town.store, "ann", &a->town.error));
    *state = a;
    return 0;
}

static int teardown(void **state)
{
    struct asking *a = *state;
    as_overlay_free(&a->overlay);
    as_pack_free(a->pack);
    town_close(&a->town);
    free(a);
    return 0;
}

static const struct as_gate *gate_of(const struct asking *a, enum as_stage stage)
{
    const struct as_model *model = a->pack->models.at[0];
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g]->stage == stage)
            return model->gates.at[g];
    fail();
    return NULL;
}

static struct as_whynot whynot_ok(struct asking *a, enum as_stage stage)
{
    struct as_whynot out;
    struct as_whynot_request request = {.schema = a->town.schema,
                                        .pack = &a->given,
                                        .gate = gate_of(a, stage),
                                        .lead_id = a->lead,
                                        .at = DAY(0),
                                        .known_at = DAY(0),
                                        .overlay = &a->overlay};
    town_ok(&a->town, as_whynot(&out, a->town.store, &request, &a->town.error));
    return out;
}

static struct as_explanation explain_ok(struct asking *a)
{
    struct as_explanation out;
    struct as_explain_request request = {.schema = a->town.schema,
                                         .packs = &a->given,
                                         .pack_count = 1,
                                         .at = DAY(0),
                                         .known_at = DAY(0),
                                         .lead_id = a->lead,
                                         .overlay = &a->overlay};
    town_ok(&a->town, as_explain(&out, a->town.store, &request, &a->town.error));
    return out;
}

static void suppose(struct asking *a, struct as_change change)
{
    town_ok(&a->town, as_overlay_step(&a->overlay, &a->town.error));
    town_ok(&a->town, as_overlay_add(&a->overlay, &change, &a->town.error));
}

static uint32_t title_field(const struct asking *a)
{
    return as_schema_field(a->town.schema, AS_LEVEL_LEAD, AS_STR("title"));
}

static void a_known_title_would_have_to_change(void **state)
{
    struct asking *a = *state;
    struct as_whynot w = whynot_ok(a, AS_STAGE_NURTURE);
    assert_int_equal(w.verdict, AS_GATE_FAIL);
    assert_int_equal(w.barriers.n, 1);
    assert_int_equal(w.barriers.at[0].state, AS_NO);
    assert_int_equal(w.barriers.at[0].ways.n, 1);
    const struct as_way *way = &w.barriers.at[0].ways.at[0];
    assert_string_equal(way->changes.at[0].value, "operations");
    assert_int_equal(way->cost, 2);
    assert_non_null(strstr(way->said, "now Gardener"));
    assert_true(w.together);
    as_whynot_free(&w);
}

static void an_unanswered_question_is_answered(void **state)
{
    struct asking *a = *state;
    struct as_whynot w = whynot_ok(a, AS_STAGE_SALES_READY);
    assert_int_equal(w.barriers.n, 1);
    assert_int_equal(w.barriers.at[0].state, AS_UNKNOWN);
    const struct as_change *change = &w.barriers.at[0].ways.at[0].changes.at[0];
    assert_int_equal(change->kind, AS_CHANGE_ANSWER);
    assert_string_equal(change->value, "acknowledged");
    assert_string_equal(w.barriers.at[0].ways.at[0].said, "learn that answer.need is at least acknowledged");
    assert_int_equal(w.barriers.at[0].ways.at[0].cost, 1);
    assert_true(w.together);
    as_whynot_free(&w);
}

/* The score: +50 for a demo request within 7 days, else a point for each page view; 40 are needed, and ten
 * page views are the most that is supposed. */
static void one_demo_request_lifts_the_score_over_the_threshold(void **state)
{
    struct asking *a = *state;
    struct as_whynot w = whynot_ok(a, AS_STAGE_WORTH_A_CALL);
    assert_int_equal(w.barriers.n, 1);
    assert_int_equal(w.barriers.at[0].ways.n, 1);
    const struct as_way *way = &w.barriers.at[0].ways.at[0];
    assert_int_equal(way->changes.n, 1);
    assert_string_equal(a->town.schema->kinds.at[way->changes.at[0].event]->name, "demo_request");
    assert_int_equal(way->changes.at[0].count, 1);
    assert_string_equal(way->said, "one more demo_request (interest +50)");
    as_whynot_free(&w);
}

static void what_is_supposed_already_counts(void **state)
{
    struct asking *a = *state;
    suppose(a, (struct as_change){.kind = AS_CHANGE_FIELD, .field = title_field(a), .value = "Operations"});
    struct as_whynot w = whynot_ok(a, AS_STAGE_NURTURE);
    assert_int_equal(w.verdict, AS_GATE_PASS);
    assert_int_equal(w.barriers.n, 0);
    as_whynot_free(&w);
    assert_true(as_overlay_undo(&a->overlay));
    assert_false(as_overlay_undo(&a->overlay));
    w = whynot_ok(a, AS_STAGE_NURTURE);
    assert_int_equal(w.verdict, AS_GATE_FAIL);
    as_whynot_free(&w);
}

static void supposed_facts_say_so_and_are_not_stored(void **state)
{
    struct asking *a = *state;
    long cells = town_count(&a->town, "SELECT count(*) FROM field_history"),
         events = town_count(&a->town, "SELECT count(*) FROM event");
    suppose(a, (struct as_change){.kind = AS_CHANGE_FIELD, .field = title_field(a), .value = "Operations"});
    struct as_explanation x = explain_ok(a);
    const struct as_explained_value *title = &x.models.at[0].gates.at[0].criteria.at[0].values.list.at[0];
    assert_string_equal(title->value, "Operations");
    assert_string_equal(title->source, "supposed");
    as_explanation_free(&x);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM field_history"), cells);
    assert_int_equal(town_count(&a->town, "SELECT count(*) FROM event"), events);
    as_overlay_undo(&a->overlay);
    x = explain_ok(a);
    title = &x.models.at[0].gates.at[0].criteria.at[0].values.list.at[0];
    assert_string_equal(title->value, "Gardener");
    as_explanation_free(&x);
}

/* Events in the middle of others, of a lead that is not the last: what comes after keeps its lead, time and
 * kind. */
static void supposed_events_take_their_place_in_time(void **state)
{
    struct asking *a = *state;
    town_lead(&a->town, "bob", "Operations", DAY(-3));
    town_event(&a->town, "ann", "page_view", DAY(-9), DAY(-3));
    town_event(&a->town, "ann", "page_view", DAY(-5), DAY(-3));
    town_event(&a->town, "bob", "page_view", DAY(-7), DAY(-3));
    struct as_dataset *set;
    struct as_snapshot_request wanted = {.at = DAY(0), .known_at = DAY(0), .account_events = true};
    town_ok(&a->town, as_store_snapshot(&set, a->town.store, a->town.schema, &wanted, &a->town.error));
    assert_int_equal(set->lead_events.n, 3);
    struct as_change change = {.kind = AS_CHANGE_EVENT,
                               .event = as_schema_kind(a->town.schema, AS_STR("demo_request")),
                               .count = 2,
                               .time = DAY(-6),
                               .apart = AS_DAY_SECONDS};
    uint16_t view = (uint16_t)as_schema_kind(a->town.schema, AS_STR("page_view"));
    town_ok(&a->town, as_overlay_apply(set, 0, &change, 1, &a->town.error));
    const struct as_event_log *log = &set->lead_events;
    assert_int_equal(log->n, 5);
    assert_int_equal(log->start[1], 4);
    assert_int_equal(log->start[2], 5);
    int64_t times[] = {DAY(-9), DAY(-7), DAY(-6), DAY(-5), DAY(-7)};
    uint16_t kinds[] = {view, (uint16_t)change.event, (uint16_t)change.event, view, view};
    for (int i = 0; i < 5; i++) {
        assert_int_equal(log->time[i], times[i]);
        assert_int_equal(log->kind[i], kinds[i]);
    }
    for (uint32_t p = 0; p < a->town.schema->properties.n; p++)
        if (log->property != NULL && log->property[p] != NULL)
            assert_int_equal(log->property[p]->n, 5);
    as_dataset_free(set);
}

static void a_text_that_is_no_value_is_refused(void **state)
{
    struct asking *a = *state;
    struct as_dataset *set;
    struct as_snapshot_request wanted = {.at = DAY(0), .known_at = DAY(0)};
    town_ok(&a->town, as_store_snapshot(&set, a->town.store, a->town.schema, &wanted, &a->town.error));
    struct as_change change = {.kind = AS_CHANGE_ANSWER,
                               .field = as_schema_answer(a->town.schema, AS_STR("need")),
                               .value = "perhaps"};
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_overlay_apply(set, 0, &change, 1, &error), AS_ERR_DATA);
    as_dataset_free(set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_known_title_would_have_to_change, setup, teardown),
        cmocka_unit_test_setup_teardown(an_unanswered_question_is_answered, setup, teardown),
        cmocka_unit_test_setup_teardown(one_demo_request_lifts_the_score_over_the_threshold, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_supposed_already_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(supposed_facts_say_so_and_are_not_stored, setup, teardown),
        cmocka_unit_test_setup_teardown(supposed_events_take_their_place_in_time, setup, teardown),
        cmocka_unit_test_setup_teardown(a_text_that_is_no_value_is_refused, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
