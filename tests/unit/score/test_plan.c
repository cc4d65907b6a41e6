/* Packs compiled and run: every operator on rows whose answers are known by hand, what time means, levels and
 * strata. */
#include "world.h"

static const char *const needs[] = {"none", "acknowledged", "confirmed"};

/* --- known answers: decay and rate limits --- */

static int64_t one_score(struct world *w, struct as_score *score, uint32_t row)
{
    world_run(w);
    return as_points_at(as_outcome_score(w->outcome, score), row).value;
}

static void half_life_points(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    struct as_rule *rule = world_rule(&w, score, "engagement", 0, NULL);
    rule->fading = AS_FADING_HALF_LIFE;
    rule->fading_days = 30;
    world_points(&w, rule, "webinar", 10000, 0, 0);
    static const int ages[] = {0, 15, 30, 60, 90};
    static const int64_t want[] = {10000, 7071, 5000, 2500, 1250};
    world_data(&w, 5, 0);
    for (uint32_t i = 0; i < 5; i++)
        world_event(&w, i, "webinar", w.at - DAYS(ages[i]));
    world_run(&w);
    for (uint32_t i = 0; i < 5; i++)
        assert_int_equal(as_points_at(as_outcome_score(w.outcome, score), i).value, want[i]);
    world_close(&w);
}

static void one_point_after_four_half_lives(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    struct as_rule *rule = world_rule(&w, score, "engagement", 0, NULL);
    rule->fading = AS_FADING_HALF_LIFE;
    rule->fading_days = 14;
    world_points(&w, rule, "page_view", 1000, 0, 0);
    world_data(&w, 1, 0);
    world_event(&w, 0, "page_view", w.at - DAYS(56));
    assert_int_equal(one_score(&w, score, 0), 63);
    world_close(&w);
}

static void linear_and_window(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *linear = world_score(&w, "linear"), *window = world_score(&w, "window");
    struct as_rule *a = world_rule(&w, linear, "half a month", 0, NULL);
    a->fading = AS_FADING_LINEAR;
    a->fading_days = 60;
    world_points(&w, a, "webinar", 10000, 0, 0);
    struct as_rule *b = world_rule(&w, window, "a month", 0, NULL);
    b->fading = AS_FADING_WINDOW;
    b->fading_days = 30;
    world_points(&w, b, "webinar", 10000, 0, 0);
    world_data(&w, 4, 0);
    static const int ages[] = {0, 30, 60, 29};
    for (uint32_t i = 0; i < 4; i++)
        world_event(&w, i, "webinar", w.at - DAYS(ages[i]));
    world_run(&w);
    const struct as_points_column *l = as_outcome_score(w.outcome, linear),
                                  *v = as_outcome_score(w.outcome, window);
    assert_int_equal(as_points_at(l, 0).value, 10000);
    assert_int_equal(as_points_at(l, 1).value, 5000);
    assert_int_equal(as_points_at(l, 2).value, 0);
    assert_int_equal(as_points_at(v, 0).value, 10000);
    assert_int_equal(as_points_at(v, 3).value, 10000); /* the thirtieth day */
    assert_int_equal(as_points_at(v, 1).value, 0);     /* day 31 drops */
    world_close(&w);
}

static void twenty_one_events_a_day_count_twenty(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    struct as_rule *rule = world_rule(&w, score, "views", 0, NULL);
    world_points(&w, rule, "page_view", 1000, 20, 1);
    world_data(&w, 2, 0);
    for (int i = 0; i < 21; i++) {
        world_event(&w, 0, "page_view", w.at - DAYS(1));
        world_event(&w, 1, "page_view", w.at - DAYS(i % 2));
    }
    world_run(&w);
    assert_int_equal(as_points_at(as_outcome_score(w.outcome, score), 0).value, 20000);
    assert_int_equal(as_points_at(as_outcome_score(w.outcome, score), 1).value, 21000);
    world_close(&w);
}

static void once_counts_the_first_ever(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    struct as_rule *rule = world_rule(&w, score, "first visit", 0, NULL);
    rule->fading = AS_FADING_LINEAR;
    rule->fading_days = 100;
    world_points(&w, rule, "page_view", 10000, 1, 0);
    world_data(&w, 1, 0);
    world_event(&w, 0, "page_view", w.at);
    world_event(&w, 0, "page_view", w.at - DAYS(50));
    assert_int_equal(one_score(&w, score, 0), 5000);
    world_close(&w);
}

static void what_comes_later_is_invisible(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *count =
        world_root(&w, gate, CALL(&w, CALL(&w, event_(&w, "page_view"), "count"), "is", I(2)));
    world_data(&w, 1, 0);
    world_event(&w, 0, "page_view", w.at - 10);
    world_event(&w, 0, "page_view", w.at);
    world_event(&w, 0, "page_view", w.at + 1);
    world_run(&w);
    assert_int_equal(lead_state(&w, count, 0), AS_YES);
    world_close(&w);
}

static void nothing_happened(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *view = event_(&w, "page_view");
    const struct as_expr *count =
        world_root(&w, gate, CALL(&w, CALL(&w, view, "count", T("30d")), "is", I(0)));
    const struct as_expr *seen = world_root(&w, gate, CALL(&w, view, "seen"));
    const struct as_expr *since =
        world_root(&w, gate, CALL(&w, CALL(&w, view, "days_since"), "more_than", I(90)));
    const struct as_expr *last = world_root(&w, gate, CALL(&w, CALL(&w, view, "last"), "known"));
    world_data(&w, 1, 0);
    world_run(&w);
    assert_int_equal(lead_state(&w, count, 0), AS_YES);
    assert_int_equal(lead_state(&w, seen, 0), AS_NO);
    assert_int_equal(lead_state(&w, since, 0), AS_UNKNOWN);
    assert_int_equal(lead_state(&w, last, 0), AS_NO);
    world_close(&w);
}

static void feeds_and_refusals(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *stale = world_root(&w, gate, CALL(&w, event_(&w, "page_view"), "seen"));
    const struct as_expr *never = world_root(&w, gate, CALL(&w, event_(&w, "webinar"), "seen"));
    const struct as_expr *live = world_root(&w, gate, CALL(&w, event_(&w, "whitepaper"), "seen"));
    const struct as_expr *seller = world_root(&w, gate, CALL(&w, event_(&w, "handoff"), "seen"));
    const struct as_expr *any = world_root(&w, gate, CALL(&w, event_(&w, "any"), "seen"));
    world_data(&w, 2, 0);
    world_event(&w, 0, "whitepaper", w.at);
    world_event(&w, 0, "page_view", w.at);
    w.data->kind_state[as_schema_kind(w.schema, AS_STR("page_view"))] = AS_FEED_STALE;
    w.data->kind_state[as_schema_kind(w.schema, AS_STR("webinar"))] = AS_FEED_NEVER;
    w.data->untracked = calloc(1, sizeof *w.data->untracked);
    as_bit_set(w.data->untracked, 1);
    world_run(&w);
    assert_int_equal(lead_state(&w, stale, 0), AS_UNKNOWN);
    assert_int_equal(lead_state(&w, never, 0), AS_UNMEASURABLE);
    assert_int_equal(lead_state(&w, live, 0), AS_YES);
    assert_int_equal(lead_state(&w, any, 0), AS_UNKNOWN);
    assert_int_equal(lead_state(&w, live, 1), AS_UNMEASURABLE);
    assert_int_equal(lead_state(&w, seller, 1), AS_NO);
    world_close(&w);
}

/* --- facts --- */

static void texts(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *title = lead_(&w, "title"), *mail = lead_(&w, "email");
    const struct {
        const struct as_expr *root;
        enum as_tri want[3]; /* title "Head of Supply Chain" / "Student helper" / unknown */
    } cases[] = {
        {CALL(&w, title, "matches", T("operations|supply")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, title, "has_word", L(T("student"), T("intern"))), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, title, "has_word", T("stud")), {AS_NO, AS_NO, AS_UNKNOWN}},
        {CALL(&w, title, "is", T("student HELPER")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, title, "one_of", L(T("x"), T("head of supply chain"))), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, title, "starts_with", T("head")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, title, "ends_with", T("Helper")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, title, "contains", T("SUPPLY")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, title, "known"), {AS_YES, AS_YES, AS_NO}},
        {CALL(&w, title, "unknown"), {AS_NO, AS_NO, AS_YES}},
        {CALL(&w, mail, "is_freemail"), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, CALL(&w, mail, "domain"), "is", T("acme.co.uk")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, CALL(&w, mail, "domain"), "ends_with", T(".com")), {AS_NO, AS_YES, AS_UNKNOWN}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        world_root(&w, gate, cases[i].root);
    world_data(&w, 3, 0);
    world_text(&w, lead_column(&w, "title"), 0, "Head of Supply Chain");
    world_text(&w, lead_column(&w, "title"), 1, "Student helper");
    world_text(&w, lead_column(&w, "email"), 0, "jo@mail.acme.co.uk");
    world_text(&w, lead_column(&w, "email"), 1, "jo@gmail.com");
    world_run(&w);
    struct as_trace *trace = NULL;
    struct as_run_options options = world_options(&w);
    for (uint32_t row = 0; row < 3; row++) {
        must(&w, as_trace_new(&trace, w.plan, w.data, &options, row, &w.error));
        for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
            if (lead_state(&w, cases[i].root, row) != cases[i].want[row])
                fail_msg("case %zu row %u is %d", i, row, (int)lead_state(&w, cases[i].root, row));
            assert_int_equal(as_trace_state(trace, cases[i].root), cases[i].want[row]);
        }
        as_trace_free(trace);
    }
    world_close(&w);
}

static void numbers_choices_dates(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    world_add_field(&w, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, needs, 3, true);
    uint32_t weight = world_add_field(&w, "weight", AS_LEVEL_LEAD, AS_TYPE_NUMBER, NULL, 0, false);
    uint32_t staff = world_add_field(&w, "staff", AS_LEVEL_LEAD, AS_TYPE_INTEGER, NULL, 0, false);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *n = lead_(&w, "staff"), *f = lead_(&w, "weight"), *d = lead_(&w, "created"),
                         *level = lead_(&w, "job_level"), *set = lead_(&w, "unsubscribed"),
                         *need = answer_(&w, "need");
    const struct {
        const struct as_expr *root;
        enum as_tri want[3];
    } cases[] = {
        /* staff 200 / 199 / unknown */
        {CALL(&w, n, "at_least", I(200)), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, n, "more_than", I(199)), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, n, "more_than", N(199.5)), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, n, "at_most", N(199.5)), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, n, "less_than", I(200)), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, n, "between", I(200), I(5000)), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, n, "is", I(199)), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, n, "is", N(199.5)), {AS_NO, AS_NO, AS_UNKNOWN}},
        /* weight 0.5 / -1 / unknown */
        {CALL(&w, f, "at_least", N(0.5)), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, f, "more_than", N(0.5)), {AS_NO, AS_NO, AS_UNKNOWN}},
        {CALL(&w, f, "less_than", N(0.5)), {AS_NO, AS_YES, AS_UNKNOWN}},
        /* created today / 30 days ago / unknown */
        {CALL(&w, d, "in_last", T("30d")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, d, "in_last", T("31d")), {AS_YES, AS_YES, AS_UNKNOWN}},
        {CALL(&w, d, "in_next", T("1d")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, d, "before", T("2024-10-04")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, d, "after", T("2024-10-03")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, d, "is", T("2024-10-04")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, CALL(&w, d, "days_since"), "is", I(30)), {AS_NO, AS_YES, AS_UNKNOWN}},
        /* job level director / manager / unknown */
        {CALL(&w, level, "at_least", T("director")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, level, "at_most", T("manager")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, level, "is", T("manager")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, level, "one_of", L(T("director"), T("vp"))), {AS_YES, AS_NO, AS_UNKNOWN}},
        /* unsubscribed email, call / call / unknown */
        {CALL(&w, set, "includes", T("email")), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, set, "excludes", T("email")), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, set, "includes", L(T("sms"), T("call"))), {AS_YES, AS_YES, AS_UNKNOWN}},
        /* need acknowledged (stated) / confirmed (inferred) / unknown */
        {CALL(&w, need, "at_least", T("acknowledged")), {AS_YES, AS_YES, AS_UNKNOWN}},
        {CALL(&w, need, "acknowledged"), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, need, "stated"), {AS_YES, AS_NO, AS_UNKNOWN}},
        {CALL(&w, need, "inferred"), {AS_NO, AS_YES, AS_UNKNOWN}},
        {CALL(&w, need, "confirmed_by", T("sales")), {AS_NO, AS_YES, AS_UNKNOWN}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        world_root(&w, gate, cases[i].root);
    world_data(&w, 3, 0);
    assert_int_equal(as_day_of(w.at), 20000); /* 2024-10-04 */
    as_column_set_i64(world_column(&w, staff), 0, 200);
    as_column_set_i64(world_column(&w, staff), 1, 199);
    as_column_set_f64(world_column(&w, weight), 0, 0.5);
    as_column_set_f64(world_column(&w, weight), 1, -1);
    as_column_set_i64(lead_column(&w, "created"), 0, 20000);
    as_column_set_i64(lead_column(&w, "created"), 1, 20000 - 30);
    world_text(&w, lead_column(&w, "job_level"), 0, "director");
    world_text(&w, lead_column(&w, "job_level"), 1, "manager");
    world_text(&w, lead_column(&w, "unsubscribed"), 0, "email; call");
    world_text(&w, lead_column(&w, "unsubscribed"), 1, "call");
    uint32_t index = as_schema_answer(w.schema, AS_STR("need"));
    world_text(&w, world_column(&w, index), 0, "acknowledged");
    world_text(&w, world_column(&w, index), 1, "confirmed");
    as_bit_set(w.data->answer[index].stated, 0);
    w.data->answer[index].voices[0] = AS_VOICE_BUYER;
    w.data->answer[index].voices[1] = AS_VOICE_SALES;
    world_run(&w);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (uint32_t row = 0; row < 3; row++)
            if (lead_state(&w, cases[i].root, row) != cases[i].want[row])
                fail_msg("case %zu row %u is %d", i, row, (int)lead_state(&w, cases[i].root, row));
    world_close(&w);
}

static void needs_must_be_stated(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    uint32_t need = world_add_field(&w, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, needs, 3, true);
    const struct as_expr *acknowledged = world_root(&w, world_gate(&w, "sales_ready", AS_LEVEL_LEAD),
                                                    CALL(&w, answer_(&w, "need"), "acknowledged"));
    world_data(&w, 4, 0);
    static const char *const said[] = {"acknowledged", "acknowledged", "none"};
    for (uint32_t r = 0; r < 3; r++)
        world_text(&w, world_column(&w, need), r, said[r]);
    as_bit_set(w.data->answer[need].stated, 0);
    as_bit_set(w.data->answer[need].stated, 2);
    world_run(&w);
    static const enum as_tri want[] = {AS_YES, AS_NO, AS_NO, AS_UNKNOWN}; /* the second was only inferred */
    for (uint32_t r = 0; r < 4; r++)
        assert_int_equal(lead_state(&w, acknowledged, r), want[r]);
    world_close(&w);
}

/* --- levels --- */

static void lead_without_account(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *size = world_root(&w, gate, CALL(&w, account_(&w, "employees"), "at_least", I(10)));
    const struct as_expr *unknown = world_root(&w, gate, CALL(&w, account_(&w, "domain"), "unknown"));
    const struct as_expr *both = world_root(
        &w, gate,
        CALL(&w, CALL(&w, account_(&w, "domain"), "known"), "and", E(CALL(&w, lead_(&w, "title"), "known"))));
    world_data(&w, 3, 2);
    w.data->lead_account[0] = 1;
    w.data->lead_account[1] = 0;
    as_column_set_i64(account_column(&w, "employees"), 1, 50);
    world_text(&w, account_column(&w, "domain"), 1, "acme.example");
    world_text(&w, lead_column(&w, "title"), 0, "COO");
    world_run(&w);
    assert_int_equal(lead_state(&w, size, 0), AS_YES);
    assert_int_equal(lead_state(&w, size, 1), AS_UNKNOWN);
    assert_int_equal(lead_state(&w, size, 2), AS_UNKNOWN);
    assert_int_equal(lead_state(&w, unknown, 0), AS_NO);
    assert_int_equal(lead_state(&w, unknown, 1), AS_YES);
    assert_int_equal(lead_state(&w, unknown, 2), AS_YES);
    assert_int_equal(lead_state(&w, both, 0), AS_YES);
    assert_int_equal(lead_state(&w, both, 2), AS_NO);
    world_close(&w);
}

static void groups(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    world_add_field(&w, "need", AS_LEVEL_LEAD, AS_TYPE_CHOICE, needs, 3, true);
    struct as_gate *gate = world_gate(&w, "opportunity", AS_LEVEL_ACCOUNT),
                   *back = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *group = group_(&w), *need = answer_(&w, "need");
    const struct as_expr *acknowledged = CALL(&w, need, "at_least", T("acknowledged"));
    const struct as_expr *every = world_root(&w, gate, CALL(&w, group, "every", E(acknowledged)));
    const struct as_expr *some = world_root(&w, gate, CALL(&w, group, "some", E(acknowledged)));
    const struct as_expr *confirmed = world_root(&w, gate, CALL(&w, need, "confirmed_by", T("sales")));
    const struct as_expr *own = world_root(&w, back, confirmed);
    const struct as_expr *covers =
        world_root(&w, gate, CALL(&w, group, "covers", L(T("economic"), T("user"))));
    const struct as_expr *two = world_root(&w, gate, CALL(&w, CALL(&w, group, "size"), "is", I(2)));
    const struct as_expr *given =
        world_root(&w, back, CALL(&w, some, "and", E(CALL(&w, lead_(&w, "title"), "unknown"))));
    /* account 0: two members, one acknowledged, one none; 1: one confirmed, one unknown; 2: nobody */
    world_data(&w, 5, 3);
    static const uint32_t of[] = {0, 1, 0, 1, AS_NO_INDEX};
    memcpy(w.data->lead_account, of, sizeof of);
    uint32_t index = as_schema_answer(w.schema, AS_STR("need"));
    world_text(&w, world_column(&w, index), 0, "acknowledged");
    world_text(&w, world_column(&w, index), 2, "none");
    world_text(&w, world_column(&w, index), 1, "confirmed");
    w.data->answer[index].voices[1] = AS_VOICE_SALES;
    world_text(&w, lead_column(&w, "group_role"), 1, "economic");
    world_text(&w, lead_column(&w, "group_role"), 3, "user");
    world_text(&w, lead_column(&w, "group_role"), 0, "user");
    world_run(&w);
    static const enum as_tri want_every[] = {AS_NO, AS_UNKNOWN, AS_UNKNOWN},
                             want_some[] = {AS_YES, AS_YES, AS_UNKNOWN},
                             want_confirmed[] = {AS_NO, AS_YES, AS_UNKNOWN},
                             want_covers[] = {AS_UNKNOWN, AS_YES, AS_UNKNOWN},
                             want_two[] = {AS_YES, AS_YES, AS_NO};
    for (uint32_t a = 0; a < 3; a++) {
        assert_int_equal(account_state(&w, every, a), want_every[a]);
        assert_int_equal(account_state(&w, some, a), want_some[a]);
        assert_int_equal(account_state(&w, confirmed, a), want_confirmed[a]);
        assert_int_equal(account_state(&w, covers, a), want_covers[a]);
        assert_int_equal(account_state(&w, two, a), want_two[a]);
    }
    static const enum as_tri want_own[] = {AS_NO, AS_YES, AS_NO, AS_UNKNOWN, AS_UNKNOWN};
    for (uint32_t l = 0; l < 5; l++)
        assert_int_equal(lead_state(&w, own, l), want_own[l]);
    assert_int_equal(lead_state(&w, given, 2), AS_YES);
    assert_int_equal(lead_state(&w, given, 4), AS_UNKNOWN);

    struct as_trace *trace;
    struct as_run_options options = world_options(&w);
    uint32_t rows[4];
    must(&w, as_trace_new(&trace, w.plan, w.data, &options, 0, &w.error));
    assert_int_equal(as_trace_members(rows, 4, trace, every, AS_NO), 1);
    assert_int_equal(rows[0], 2); /* who has not acknowledged */
    as_trace_free(trace);
    must(&w, as_trace_new(&trace, w.plan, w.data, &options, 3, &w.error));
    assert_int_equal(as_trace_state_at(trace, every, AS_LEVEL_ACCOUNT), AS_UNKNOWN);
    assert_int_equal(as_trace_members(rows, 4, trace, every, AS_UNKNOWN), 1);
    assert_int_equal(rows[0], 3);
    assert_int_equal(as_trace_members(rows, 4, trace, every, AS_YES), 1);
    assert_int_equal(rows[0], 1);
    assert_int_equal(as_trace_state_at(trace, confirmed, AS_LEVEL_ACCOUNT), AS_YES);
    assert_int_equal(as_trace_state_at(trace, confirmed, AS_LEVEL_LEAD), AS_UNKNOWN);
    as_trace_free(trace);
    world_close(&w);
}

static void restarts(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest"), *fit = world_score(&w, "all time");
    score->restart_on_recycle = true;
    world_points(&w, world_rule(&w, score, "views", 0, NULL), "page_view", 1000, 0, 0);
    world_points(&w, world_rule(&w, fit, "views", 0, NULL), "page_view", 1000, 0, 0);
    const struct as_expr *seen = CALL(&w, event_(&w, "page_view"), "seen");
    struct as_recycle recycle = {AS_STAGE_SALES_READY, AS_STAGE_NURTURE, seen, 0, {"rules.lua", 1}};
    assert_true(as_list_push(&w.pack->rules.arena, &w.model->recycles, recycle));
    world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD), seen);
    world_data(&w, 3, 0);
    for (uint32_t lead = 0; lead < 3; lead++) {
        world_event(&w, lead, "page_view", w.at - DAYS(10));
        world_event(&w, lead, "page_view", w.at - DAYS(5));
    }
    w.data->prior_models = 1;
    w.data->prior = calloc(1, sizeof *w.data->prior);
    w.data->prior[0] = calloc(3, sizeof **w.data->prior);
    w.data->prior[0][0] =
        (struct as_prior){.decided = true, .entered = w.at - DAYS(1), .recycled = w.at - DAYS(5)};
    w.data->prior[0][1] =
        (struct as_prior){.decided = true, .entered = w.at - DAYS(9), .recycled = AS_TIME_NONE};
    world_run(&w);
    static const int64_t want[] = {1000, 2000, 2000};
    static const enum as_tri want_seen[] = {AS_NO, AS_YES, AS_YES};
    for (uint32_t lead = 0; lead < 3; lead++) {
        assert_int_equal(as_points_at(as_outcome_score(w.outcome, score), lead).value, want[lead]);
        assert_int_equal(as_points_at(as_outcome_score(w.outcome, fit), lead).value, 2000);
        assert_int_equal(lead_state(&w, seen, lead), AS_YES);
        assert_int_equal(as_verdict_at(as_outcome_recycle(w.outcome, &w.model->recycles.at[0]), lead),
                         want_seen[lead]);
    }
    world_close(&w);
}

/* --- what a plan reads --- */

static bool needs_field(const struct world *w, const uint64_t *fields, enum as_level level, const char *name)
{
    return as_bit(fields, as_schema_field(w->schema, level, as_str_of(name)));
}

static void needs_are_what_is_read(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "nurture", AS_LEVEL_LEAD);
    const struct as_expr *step, *visits;
    must(&w, as_expr_step(&step, &w.pack->rules, lead_(&w, "former_account"), AS_STR("type"), here(&w),
                          &w.error));
    must(&w,
         as_expr_events(&visits, &w.pack->rules, AS_LEVEL_ACCOUNT, AS_STR("webinar"), here(&w), &w.error));
    world_root(&w, gate, CALL(&w, step, "is", T("customer")));
    world_root(&w, gate, CALL(&w, visits, "seen"));
    world_root(&w, gate, CALL(&w, group_(&w), "covers", L(T("user"))));
    uint64_t fields[AS_MAX_FIELDS / 64] = {0}, kinds[AS_MAX_EVENT_KINDS / 64] = {0};
    bool account_events = false;
    world_compile(&w);
    as_plan_needs(w.plan, fields, kinds, NULL, &account_events);
    assert_true(needs_field(&w, fields, AS_LEVEL_LEAD, "former_account"));
    assert_true(needs_field(&w, fields, AS_LEVEL_ACCOUNT, "type"));
    assert_true(needs_field(&w, fields, AS_LEVEL_LEAD, "group_role"));
    assert_false(needs_field(&w, fields, AS_LEVEL_ACCOUNT, "employees"));
    assert_true(as_bit(kinds, as_schema_kind(w.schema, AS_STR("webinar"))));
    assert_true(account_events);

    /* A function asks by name while it runs: everything may be needed. */
    const struct as_expr *function;
    must(&w, as_expr_function(&function, &w.pack->rules, 0, "f", AS_LEVEL_LEAD, here(&w), &w.error));
    world_root(&w, gate, function);
    as_plan_free(w.plan);
    world_compile(&w);
    as_plan_needs(w.plan, fields, NULL, NULL, NULL);
    for (uint32_t i = 0; i < w.schema->fields.n; i++)
        assert_true(as_bit(fields, i));
    world_close(&w);
}

/* --- errors --- */

static void a_cycle_of_scores(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *a = world_score(&w, "fit"), *b = world_score(&w, "interest");
    world_rule(&w, a, "one", 1000, CALL(&w, score_(&w, b), "at_least", I(1)));
    world_rule(&w, b, "two", 1000, CALL(&w, score_(&w, a), "at_least", I(1)));
    assert_int_equal(as_plan_new(&w.plan, w.pack, &w.error), AS_ERR_RULE);
    assert_non_null(strstr(w.error.what, "fit -> interest -> fit"));
    world_close(&w);
}

static void a_lead_fact_in_an_account_gate(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_gate *gate = world_gate(&w, "opportunity", AS_LEVEL_ACCOUNT);
    world_root(&w, gate, CALL(&w, lead_(&w, "title"), "known"));
    assert_int_equal(as_plan_new(&w.plan, w.pack, &w.error), AS_ERR_RULE);
    assert_non_null(strstr(w.error.what, "one lead"));
    assert_string_equal(w.error.file, "rules.lua");
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("10 points at h = 30 d fade to 10, 7.071, 5, 2.5, 1.25", half_life_points),
        named("1 point at 56 d, h = 14 d, is 0.063", one_point_after_four_half_lives),
        named("linear fading and windows end where they say", linear_and_window),
        named("21 events in a day with at most 20 count 20", twenty_one_events_a_day_count_twenty),
        named("once counts the first ever", once_counts_the_first_ever),
        named("events after the decision are invisible", what_comes_later_is_invisible),
        named("of nothing, count is 0, seen is no, days since unknown", nothing_happened),
        named("stale feeds are unknown, absent ones not measurable", feeds_and_refusals),
        named("texts", texts),
        named("numbers, choices, dates, answers", numbers_choices_dates),
        named("an inferred need is not an acknowledged one [A1.5]", needs_must_be_stated),
        named("a lead without an account knows nothing of one", lead_without_account),
        named("a member who has not acknowledged fails the group and is named [A1.11]", groups),
        named("events restart when a lead is recycled or enters a stage", restarts),
        named("a plan needs what it reads, and all when a function reads", needs_are_what_is_read),
        named("a cycle of scores is named", a_cycle_of_scores),
        named("a lead's fact in an account gate is refused", a_lead_fact_in_an_account_gate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
