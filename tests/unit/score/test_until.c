/* Until when decisions hold while facts stay as they are: random packs decided naively on every day before
 * the one that a run gives, and cases worked out by hand. ASSAY_ROUNDS asks for more random cases. */
#include "random_world.h"

enum { ROUNDS = 160, MOST_DAYS = 60 };

/* --- random --- */

struct answers {
    uint8_t lead[8], account[4], recycle, bands[2][3];
};

static uint8_t band_of(const struct as_grade_axis *axis, int64_t value)
{
    uint8_t band = 0;
    while (band < axis->bands.n && value < axis->bands.at[band].from)
        band++;
    return band;
}

static void add_axes(struct world *w, struct as_score *const *scores)
{
    for (uint32_t a = 0; a < 2; a++) {
        struct as_grade_axis axis = {.score = scores[a], .lowest = "C"};
        static const char *const labels[] = {"A", "B"};
        for (int64_t b = 0; b < 2; b++) {
            struct as_band band = {labels[b], (30 - 25 * b) * 1000 - (int64_t)draw(5000)};
            assert_true(as_list_push(&w->pack->rules.arena, &axis.bands, band));
        }
        assert_true(as_list_push(&w->pack->rules.arena, &w->model->axes, axis));
    }
}

/* What no longer is to come. */
static void forget_the_future(struct world *w)
{
    for (size_t i = 0; i < w->data->lead_events.n; i++)
        if (w->data->lead_events.time[i] > w->at)
            w->data->lead_events.time[i] = (uint32_t)w->at;
}

static void ask_all(struct answers *out, struct world *w, const struct roots *roots, uint32_t row)
{
    memset(out, 0, sizeof *out);
    for (int i = 0; i < 8; i++)
        out->lead[i] = (uint8_t)naive_value(w, roots->lead[i], AS_LEVEL_LEAD, row, NAIVE_ALL).state;
    out->recycle = (uint8_t)naive_value(w, roots->recycle, AS_LEVEL_LEAD, row, NAIVE_ENTERED).state;
    uint32_t account = w->data->lead_account[row];
    for (int i = 0; i < 4 && account != AS_NO_INDEX; i++)
        out->account[i] =
            (uint8_t)naive_value(w, roots->account[i], AS_LEVEL_ACCOUNT, account, NAIVE_ALL).state;
    for (uint32_t a = 0; a < w->model->axes.n; a++) {
        const struct as_grade_axis *axis = &w->model->axes.at[a];
        struct naive_interval score = naive_score(w, axis->score, row);
        out->bands[a][0] = band_of(axis, score.value);
        out->bands[a][1] = band_of(axis, score.low);
        out->bands[a][2] = band_of(axis, score.high);
    }
}

struct tally {
    uint32_t never, later, tomorrow;
};

/* The last days before are the ones that matter most; some of the others are tried as well. */
static bool tried(uint64_t seed, int64_t ahead, int64_t days)
{
    return seed % 8 == 0 || ahead <= 2 || ahead + 2 >= days || draw(8) == 0;
}

static void check_row(struct tally *tally, struct world *w, const struct roots *roots, uint64_t seed,
                      uint32_t row)
{
    const int64_t at = w->at, today = as_day_of(at);
    const int32_t day = as_outcome_not_before(w->outcome)[row];
    struct answers now, then;
    assert_true(day > today);
    tally->never += day == AS_DAY_NEVER;
    tally->tomorrow += day == today + 1;
    tally->later += day != AS_DAY_NEVER && day != today + 1;
    int64_t days = day == AS_DAY_NEVER || day - today > MOST_DAYS ? MOST_DAYS + 1 : day - today;
    ask_all(&now, w, roots, row);
    for (int64_t ahead = 1; ahead < days; ahead++) {
        if (!tried(seed, ahead, days))
            continue;
        w->at = at + DAYS(ahead);
        ask_all(&then, w, roots, row);
        w->at = at;
        if (memcmp(&now, &then, sizeof now) == 0)
            continue;
        struct as_buf text = {0};
        for (int i = 0; i < 8; i++)
            if (now.lead[i] != then.lead[i])
                as_expr_source(&text, roots->lead[i], w->schema);
        for (int i = 0; i < 4; i++)
            if (now.account[i] != then.account[i])
                as_expr_source(&text, roots->account[i], w->schema);
        if (now.recycle != then.recycle)
            as_expr_source(&text, roots->recycle, w->schema);
        fail_msg("seed %llu, row %u: another answer in %lld days, but %lld were promised: %s",
                 (unsigned long long)seed, row, (long long)ahead, (long long)days, as_buf_c(&text));
    }
}

/* Promises of an earlier run stand in for days worked out again: on the same day those of some leads give
 * just what was there, a day later those that still lie ahead hold as ever. */
static void keep_promises(struct tally *tally, struct world *w, const struct roots *roots, uint64_t seed,
                          const struct as_run_options *before)
{
    uint32_t leads = w->data->leads;
    struct as_run_options options = *before;
    struct as_outcome *first = w->outcome;
    const int32_t *days = as_outcome_not_before(first);
    int32_t *promised = calloc(leads + (size_t)1, sizeof *promised);
    for (uint32_t r = 0; r < leads; r++)
        promised[r] = chance(60) ? days[r] : 0;
    options.promised = promised;
    must(w, as_plan_run(&w->outcome, w->plan, w->data, &options, &w->error));
    assert_memory_equal(as_outcome_not_before(w->outcome), days, leads * sizeof *days);
    as_outcome_free(w->outcome);
    w->at = options.at = before->at + DAYS(1);
    for (uint32_t r = 0; r < leads; r++)
        promised[r] = days[r] > as_day_of(w->at) ? days[r] : 0;
    must(w, as_plan_run(&w->outcome, w->plan, w->data, &options, &w->error));
    for (uint32_t r = 0; r < leads; r++)
        check_row(tally, w, roots, seed, r);
    as_outcome_free(w->outcome); /* its days are the promises */
    w->outcome = first;
    free(promised);
}

static void one_case(struct tally *tally, uint64_t seed, uint32_t leads)
{
    struct world w;
    struct roots roots;
    struct as_score *scores[3];
    random_world(&w, &roots, scores, seed, leads);
    as_plan_free(w.plan);
    w.plan = NULL;
    if (chance(60))
        add_axes(&w, scores);
    forget_the_future(&w);
    world_compile(&w);
    struct as_functions functions = {.call = call_function};
    struct as_run_options options = {
        .at = w.at, .threads = 1 + (unsigned)(seed % 2), .functions = &functions, .not_before = true};
    must(&w, as_plan_run(&w.outcome, w.plan, w.data, &options, &w.error));
    for (uint32_t r = 0; r < leads; r++)
        check_row(tally, &w, &roots, seed, r);
    if (seed % 4 != 0)
        keep_promises(tally, &w, &roots, seed, &options);
    world_close(&w);
}

static void no_answer_changes_before(void **state)
{
    (void)state;
    int64_t rounds = ROUNDS;
    struct tally tally = {0};
    const char *asked = getenv("ASSAY_ROUNDS");
    if (asked != NULL)
        assert_true(as_parse_int(&rounds, as_str_of(asked)));
    for (uint64_t seed = 1; seed <= (uint64_t)rounds; seed++)
        one_case(&tally, seed, 1 + (uint32_t)(seed * 7 % 23));
    print_message("never %u, later %u, tomorrow %u\n", tally.never, tally.later, tally.tomorrow);
    assert_true(tally.never > 0 && tally.later > 0 && tally.tomorrow > 0);
}

static void batches_end_where_rows_end(void **state)
{
    (void)state;
    struct tally tally = {0};
    one_case(&tally, 91001, 65);
    one_case(&tally, 91002, 1025);
}

/* --- by hand --- */

enum { TODAY = 20000 };

static int32_t due(struct world *w, uint32_t row)
{
    struct as_run_options options = world_options(w);
    options.not_before = true;
    if (w->data->lead_events.start == NULL)
        world_log(w);
    must(w, as_dataset_link(w->data, &w->error));
    world_compile(w);
    must(w, as_plan_run(&w->outcome, w->plan, w->data, &options, &w->error));
    return as_outcome_not_before(w->outcome)[row];
}

/* The day of a lead whose events lie so many days back, when one condition decides. */
static int32_t due_for(const struct as_expr *(*decides)(struct world *), const int *ages, int n)
{
    struct world w;
    world_open(&w);
    world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD), decides(&w));
    world_data(&w, 1, 0);
    for (int i = 0; i < n; i++)
        world_event(&w, 0, "page_view", w.at - DAYS(ages[i]));
    int32_t day = due(&w, 0);
    world_close(&w);
    return day;
}

static const struct as_expr *two_in_a_month(struct world *w)
{
    return CALL(w, CALL(w, event_(w, "page_view"), "count", T("30d")), "at_least", I(2));
}

static const struct as_expr *at_most_one(struct world *w)
{
    return CALL(w, CALL(w, event_(w, "page_view"), "count", T("30d")), "at_most", I(1));
}

static const struct as_expr *two_days(struct world *w)
{
    return CALL(w, CALL(w, event_(w, "page_view"), "distinct_days", T("30d")), "at_least", I(2));
}

static const struct as_expr *quiet(struct world *w)
{
    return CALL(w, CALL(w, event_(w, "page_view"), "days_since"), "more_than", I(60));
}

static const struct as_expr *seen_or_quiet(struct world *w)
{
    return CALL(w, CALL(w, event_(w, "page_view"), "seen", T("7d")), "or", E(quiet(w)));
}

static const struct as_expr *ever_seen(struct world *w)
{
    return CALL(w, event_(w, "page_view"), "seen");
}

static void windows_close(void **state)
{
    (void)state;
    const int three[] = {5, 10, 20}, same[] = {5, 5, 20}, far[] = {70}, near[] = {3};
    /* Two are left until the second latest, ten days old, leaves after the day it is 29 days old. */
    assert_int_equal(due_for(two_in_a_month, three, 3), TODAY + 20);
    assert_int_equal(due_for(two_in_a_month, three, 1), AS_DAY_NEVER); /* too few, and fewer by time */
    assert_int_equal(due_for(at_most_one, three, 3), TODAY + 20);
    assert_int_equal(due_for(two_days, same, 3), TODAY + 10); /* the second day is that of the oldest */
    assert_int_equal(due_for(quiet, three, 1), TODAY + 56);
    assert_int_equal(due_for(quiet, far, 1), AS_DAY_NEVER);
    assert_int_equal(due_for(seen_or_quiet, near, 1), TODAY + 4);
    assert_int_equal(due_for(seen_or_quiet, far, 1), AS_DAY_NEVER); /* a yes that stays */
    assert_int_equal(due_for(ever_seen, three, 3), AS_DAY_NEVER);
}

static void dates(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD),
               CALL(&w, lead_(&w, "created"), "in_last", T("30d")));
    world_data(&w, 4, 0);
    const int64_t ahead[] = {5, 0, -40};
    for (uint32_t r = 0; r < 3; r++)
        as_column_set_i64(lead_column(&w, "created"), r, TODAY + ahead[r]);
    assert_int_equal(due(&w, 0), TODAY + 5);
    const int32_t *days = as_outcome_not_before(w.outcome);
    assert_int_equal(days[1], TODAY + 30);
    assert_int_equal(days[2], AS_DAY_NEVER); /* gone */
    assert_int_equal(days[3], AS_DAY_NEVER); /* unknown */
    world_close(&w);
}

/* 80 points of one event and a half-life of ten days: 40 on day 10 exactly, so that at least 40 holds for the
 * last time on that day; a day is told that is not later than the eleventh, and not much earlier. */
static void fading(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    struct as_score *score = world_score(&w, "interest");
    struct as_rule *rule = world_rule(&w, score, "reading", 0, NULL);
    rule->fading = AS_FADING_HALF_LIFE;
    rule->fading_days = 10;
    world_points(&w, rule, "page_view", 80000, 0, 0);
    world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD), CALL(&w, score_(&w, score), "at_least", I(40)));
    world_data(&w, 3, 1);
    for (uint32_t r = 0; r < 2; r++)
        w.data->lead_account[r] = 0;
    world_event(&w, 0, "page_view", w.at);
    world_event(&w, 1, "page_view", w.at - DAYS(11));
    int32_t day = due(&w, 0);
    assert_true(day > TODAY + 7 && day <= TODAY + 11);
    const int32_t *days = as_outcome_not_before(w.outcome);
    assert_int_equal(days[1], AS_DAY_NEVER); /* below, and falling */
    assert_int_equal(days[2], AS_DAY_NEVER);
    world_close(&w);
}

/* What an account decides is due for all of its leads. */
static void groups(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    const struct as_expr *seen = CALL(&w, event_(&w, "page_view"), "seen", T("7d"));
    world_root(&w, world_gate(&w, "opportunity", AS_LEVEL_ACCOUNT), CALL(&w, group_(&w), "some", E(seen)));
    world_data(&w, 4, 2);
    for (uint32_t r = 0; r < 3; r++)
        w.data->lead_account[r] = 0;
    world_event(&w, 0, "page_view", w.at - DAYS(2));
    world_event(&w, 1, "page_view", w.at - DAYS(1)); /* as long as this one is there, some have */
    world_event(&w, 3, "page_view", w.at);
    assert_int_equal(due(&w, 0), TODAY + 6);
    const int32_t *days = as_outcome_not_before(w.outcome);
    assert_int_equal(days[1], TODAY + 6);
    assert_int_equal(days[2], TODAY + 6);
    assert_int_equal(days[3], AS_DAY_NEVER); /* of no account, and its own seen decides nothing */
    world_close(&w);
}

static void nobody_asks(void **state)
{
    (void)state;
    struct world w;
    world_open(&w);
    world_root(&w, world_gate(&w, "nurture", AS_LEVEL_LEAD), ever_seen(&w));
    world_data(&w, 1, 0);
    world_run(&w);
    assert_null(as_outcome_not_before(w.outcome));
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("no answer of a random pack changes before its day", no_answer_changes_before),
        named("days of batches end where rows end", batches_end_where_rows_end),
        named("an event leaves its window", windows_close),
        named("a date comes and goes", dates),
        named("points fade to a border", fading),
        named("an account's day is its leads'", groups),
        named("there are no days unless asked for", nobody_asks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
