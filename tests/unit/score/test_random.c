/* Random packs over random datasets: kernels, traces and ledgers against the naive evaluation, to the
 * milli-point. Every case is named by its seed; the seeds are fixed, so that a failure stays. ASSAY_ROUNDS
 * asks for more cases than the default. */
#include "random_world.h"

enum { ROUNDS = 600 };

/* --- comparison --- */

struct check {
    struct world *w;
    uint64_t seed;
    uint32_t ledgers;
};

static void differ(const struct check *check, const char *what, const struct as_expr *root, uint32_t row,
                   int64_t got, int64_t want)
{
    struct as_buf text = {0};
    if (root != NULL)
        as_expr_source(&text, root, check->w->schema);
    fail_msg("seed %llu: %s %s, row %u: %lld, not %lld", (unsigned long long)check->seed, what,
             as_buf_c(&text), row, (long long)got, (long long)want);
}

static enum as_status check_ledger(void *context, uint32_t row, const struct as_ledger *ledger,
                                   struct as_error *error)
{
    struct check *check = context;
    struct naive_interval want = naive_score(check->w, ledger->score, row);
    int64_t sum = 0;
    (void)error;
    for (uint32_t i = 0; i < ledger->entries.n; i++)
        sum += ledger->entries.at[i].points;
    if (sum != want.value || ledger->value != want.value)
        differ(check, "ledger", NULL, row, sum, want.value);
    if (ledger->low != want.low || ledger->high != want.high || (ledger->open.n > 0) != want.open)
        differ(check, "open ledger", NULL, row, ledger->high, want.high);
    check->ledgers++;
    return AS_OK;
}

static void check_trace(const struct check *check, const struct roots *roots, struct as_score *const *scores,
                        uint32_t row, const struct as_run_options *options)
{
    struct world *w = check->w;
    struct as_trace *trace;
    struct as_arena arena;
    as_arena_init(&arena);
    must(w, as_trace_new(&trace, w->plan, w->data, options, row, &w->error));
    for (int i = 0; i < 8; i++)
        if (as_trace_state_at(trace, roots->lead[i], AS_LEVEL_LEAD) != lead_state(w, roots->lead[i], row))
            differ(check, "trace", roots->lead[i], row, as_trace_state(trace, roots->lead[i]),
                   lead_state(w, roots->lead[i], row));
    uint32_t account = w->data->lead_account[row];
    for (int i = 0; i < 4 && account != AS_NO_INDEX; i++)
        if (as_trace_state_at(trace, roots->account[i], AS_LEVEL_ACCOUNT) !=
            account_state(w, roots->account[i], account))
            differ(check, "trace of account", roots->account[i], row,
                   as_trace_state_at(trace, roots->account[i], AS_LEVEL_ACCOUNT),
                   account_state(w, roots->account[i], account));
    for (int s = 0; s < 3; s++) {
        struct as_ledger ledger;
        must(w, as_ledger_of(&ledger, &arena, trace, scores[s], &w->error));
        assert_int_equal(ledger.value, as_points_at(as_outcome_score(w->outcome, scores[s]), row).value);
    }
    as_trace_free(trace);
    as_arena_free(&arena);
}

static void check_rows(const struct check *check, const struct roots *roots, struct as_score *const *scores)
{
    struct world *w = check->w;
    for (uint32_t r = 0; r < w->data->leads; r++) {
        for (int s = 0; s < 3; s++) {
            struct naive_interval want = naive_score(w, scores[s], r);
            struct as_points got = as_points_at(as_outcome_score(w->outcome, scores[s]), r);
            if (got.value != want.value)
                differ(check, scores[s]->name, NULL, r, got.value, want.value);
            if (got.low != want.low)
                differ(check, "low", NULL, r, got.low, want.low);
            if (got.high != want.high)
                differ(check, "high", NULL, r, got.high, want.high);
        }
        for (int i = 0; i < 8; i++) {
            enum as_tri want = naive_value(w, roots->lead[i], AS_LEVEL_LEAD, r, NAIVE_ALL).state;
            if (lead_state(w, roots->lead[i], r) != want)
                differ(check, "lead", roots->lead[i], r, lead_state(w, roots->lead[i], r), want);
        }
        enum as_tri want = naive_value(w, roots->recycle, AS_LEVEL_LEAD, r, NAIVE_ENTERED).state;
        enum as_tri got = as_verdict_at(as_outcome_recycle(w->outcome, &w->model->recycles.at[0]), r);
        if (got != want)
            differ(check, "recycle", roots->recycle, r, got, want);
    }
    for (uint32_t r = 0; r < w->data->accounts; r++)
        for (int i = 0; i < 4; i++) {
            enum as_tri want = naive_value(w, roots->account[i], AS_LEVEL_ACCOUNT, r, NAIVE_ALL).state;
            if (account_state(w, roots->account[i], r) != want)
                differ(check, "account", roots->account[i], r, account_state(w, roots->account[i], r), want);
        }
}

static void one_case(uint64_t seed, uint32_t leads)
{
    struct world w;
    struct roots roots;
    struct as_score *scores[3];
    random_world(&w, &roots, scores, seed, leads);
    struct check check = {&w, seed, 0};
    struct as_functions functions = {.call = call_function};
    /* Each of the machines that kernels are compiled for, as far as there is such a one here. */
    struct as_run_options options = {
        .at = w.at, .threads = 1 + (unsigned)(seed % 2), .functions = &functions, .vectors = 16u << seed % 3};
    must(&w, as_plan_run(&w.outcome, w.plan, w.data, &options, &w.error));
    check_rows(&check, &roots, scores);
    for (int i = 0; i < 3; i++)
        check_trace(&check, &roots, scores, draw(leads), &options);
    uint32_t *rows = calloc(leads, sizeof *rows), n = 0;
    for (uint32_t r = 0; r < leads; r++)
        if (leads < 300 || r % 7 == 0)
            rows[n++] = r;
    must(&w, as_ledgers(w.plan, w.data, &options, NULL, rows, n, check_ledger, &check, &w.error));
    must(&w, as_ledgers(w.plan, w.data, &options, w.outcome, rows, n, check_ledger, &check, &w.error));
    assert_int_equal(check.ledgers, 2 * 3 * n);
    free(rows);
    world_close(&w);
}

static void small_worlds(void **state)
{
    (void)state;
    int64_t rounds = ROUNDS;
    const char *asked = getenv("ASSAY_ROUNDS");
    if (asked != NULL)
        assert_true(as_parse_int(&rounds, as_str_of(asked)));
    for (uint64_t seed = 1; seed <= (uint64_t)rounds; seed++)
        one_case(seed, 1 + (uint32_t)(seed * 7 % 23));
}

static void borders_of_batches(void **state)
{
    (void)state;
    static const uint32_t leads[] = {63, 64, 65, 1023, 1024, 1025, 2100};
    for (uint64_t i = 0; i < sizeof leads / sizeof *leads; i++)
        one_case(90000 + i, leads[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("random packs agree with the naive evaluation", small_worlds),
        named("batches end where rows end", borders_of_batches),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
