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

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("no answer of a random pack changes before its day", no_answer_changes_before),
        named("days of batches end where rows end", batches_end_where_rows_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
