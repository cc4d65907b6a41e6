/* Why a decision is another than it was: facts, events, time and rules are told apart. */
#include "telling.h"

#include "run/explain/changes.h"

static int setup(void **state)
{
    return telling_open(state, DAY(-30));
}

static enum as_status changes_of(struct as_lead_changes *out, struct telling *t, int64_t then, int64_t at)
{
    struct as_explain_request request = {
        .schema = t->town.schema, .packs = &t->given, .pack_count = 1, .at = at, .known_at = at};
    town_ok(&t->town, as_store_find_lead(&request.lead_id, t->town.store, "ann", &t->town.error));
    return as_lead_changes_of(out, t->town.store, &request, then, &t->town.error);
}

static void run_at(struct telling *t, int64_t at)
{
    struct as_run_request request = town_request(&t->town, &t->given, 1, at);
    struct as_run_result result;
    town_ok(&t->town, as_run(&result, t->town.store, &request, &t->town.error));
    assert_int_equal(result.failed, 0);
    as_run_free(&result);
}

/* Every line as "what name: before → after (cause because)". */
static void expect(struct telling *t, int64_t then, int64_t at, const char *lines)
{
    struct as_lead_changes changes;
    struct as_buf text = {.p = NULL};
    town_ok(&t->town, changes_of(&changes, t, then, at));
    for (uint32_t i = 0; i < changes.list.n; i++) {
        const struct as_lead_change *c = &changes.list.at[i];
        as_buf_printf(&text, "%s %s: %s → %s", c->what, c->name, c->before, c->after);
        if (c->because != NULL)
            as_buf_printf(&text, " (%s: %s)", as_change_cause_name(c->cause), c->because);
        as_buf_char(&text, '\n');
    }
    assert_string_equal(as_buf_c(&text), lines);
    as_buf_free(&text);
    as_lead_changes_free(&changes);
}

static void nothing_changes_without_reason(void **state)
{
    town_event(&((struct telling *)*state)->town, "ann", "page_view", DAY(-20), DAY(-20));
    expect(*state, DAY(-10) - 1, DAY(-10), "");
}

static void a_fact_an_event_and_time_are_told_apart(void **state)
{
    struct telling *t = *state;
    town_event(&t->town, "ann", "page_view", DAY(-14), DAY(-14));
    /* By time: half of the point is left after 14 days. */
    expect(t, DAY(-14), DAY(0),
           "score interest: 1 → 0.5\n"
           "rule reading: 1 → 0.5 (time: time alone)\n");
    town_event(&t->town, "ann", "demo_request", DAY(-1), DAY(-1));
    expect(t, DAY(-2), DAY(0),
           "stage m: nurture → worth_a_call\n"
           "gate worth_a_call: fail → pass\n"
           "criterion worth_a_call: interest: no → yes (events: m.interest 0.552 → 50.5)\n"
           "score interest: 0.552 → 50.5\n"
           "rule asked for a demo: 0 → 50 (events: event.demo_request:seen(\"7d\") yes)\n"
           "rule reading: 0.552 → 0.5 (time: time alone)\n");
    town_need(&t->town, "ann", "acknowledged", "stated", DAY(0));
    expect(t, DAY(0) - 1, DAY(0),
           "stage m: worth_a_call → sales_ready\n"
           "gate sales_ready: insufficient → pass\n"
           "criterion sales_ready: need: unknown → yes (facts: answer.need unknown → acknowledged (stated by "
           "buyer))\n");
}

/* What was learnt late, of before then, is no work of time. */
static void late_news_are_events(void **state)
{
    struct telling *t = *state;
    town_event(&t->town, "ann", "page_view", DAY(-1), DAY(-1));
    town_event(&t->town, "ann", "page_view", DAY(-1) - 100, DAY(0));
    expect(t, DAY(-1), DAY(0),
           "score interest: 1 → 1.904\n"
           "rule reading: 1 → 1.904 (events: 1 page_view → 2 page_view)\n");
}

static void other_rules_are_told_by_what_was_stored(void **state)
{
    struct telling *t = *state;
    town_event(&t->town, "ann", "page_view", DAY(-3), DAY(-3));
    run_at(t, DAY(-2));
    struct as_pack *lower = town_pack(&t->town, "p", "h2", 0);
    t->given.pack = lower;
    expect(t, DAY(-1) - 1, DAY(-1),
           "gate worth_a_call: fail → pass (rules: the rules of then, p@h1, said so)\n");
    t->given.pack = t->pack;
    as_pack_free(lower);
}

static void the_future_is_no_past(void **state)
{
    struct telling *t = *state;
    struct as_lead_changes changes;
    assert_int_equal(changes_of(&changes, t, DAY(0), DAY(0)), AS_ERR_USAGE);
    as_error_clear(&t->town.error);
    assert_int_equal(changes_of(&changes, t, DAY(-60), DAY(0)), AS_ERR_MISSING);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_changes_without_reason, setup, telling_close),
        cmocka_unit_test_setup_teardown(a_fact_an_event_and_time_are_told_apart, setup, telling_close),
        cmocka_unit_test_setup_teardown(late_news_are_events, setup, telling_close),
        cmocka_unit_test_setup_teardown(other_rules_are_told_by_what_was_stored, setup, telling_close),
        cmocka_unit_test_setup_teardown(the_future_is_no_past, setup, telling_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
