/* The kernels alone on W1: the rules of w1/model.lua made by the builders, columns made in memory, no Lua, no
 * database, no files. Prints the wall time of each phase and the peak of memory.
 *
 *     kernel_w1 [LEADS] [THREADS]      1,000,000 leads and two threads unless told otherwise
 */
#include "score/ledger.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#define TODAY INT64_C(20000)
#define AT    (TODAY * AS_DAY_SECONDS + 43200)

static struct as_error error;

static void check(enum as_status status)
{
    if (status == AS_OK)
        return;
    fprintf(stderr, "kernel_w1: %s (%s)\n", error.what, error.advice);
    exit(3);
}

static void *need(void *p)
{
    if (p == NULL)
        check(as_error_memory(&error));
    return p;
}

static uint64_t state = 88172645463325252u;
static uint32_t below(uint32_t n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)((state >> 32) * n >> 32);
}

static double seconds(void)
{
    return (double)as_clock_ticks() / 1e9;
}

static double phase(const char *name, double since)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double now = seconds();
    printf("%-28s %8.1f ms   peak %7.1f MB\n", name, (now - since) * 1e3, (double)usage.ru_maxrss / 1024);
    return seconds();
}

/* --- the rules --- */

typedef const struct as_expr *expr;

static struct as_schema *schema;
static struct as_pack *pack;
static struct as_model model = {.name = "w1"};
static const struct as_position nowhere = {"w1", 1};

static expr lead(const char *name)
{
    expr out;
    check(as_expr_field(&out, &pack->rules, AS_LEVEL_LEAD, as_str_of(name), nowhere, &error));
    return out;
}

static expr account(const char *name)
{
    expr out;
    check(as_expr_field(&out, &pack->rules, AS_LEVEL_ACCOUNT, as_str_of(name), nowhere, &error));
    return out;
}

static expr event(const char *name)
{
    expr out;
    check(as_expr_events(&out, &pack->rules, AS_LEVEL_LEAD, as_str_of(name), nowhere, &error));
    return out;
}

static expr score_of(const struct as_score *score)
{
    expr out;
    check(as_expr_score(&out, &pack->rules, score, nowhere, &error));
    return out;
}

static expr call(expr receiver, const char *op, const struct as_literal *args, uint32_t n)
{
    expr out;
    check(as_expr_call(&out, &pack->rules, receiver, op, args, n, nowhere, &error));
    return out;
}

static struct as_literal text(const char *value)
{
    return (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(value)};
}

static expr ask(expr receiver, const char *op)
{
    return call(receiver, op, NULL, 0);
}

static expr ask_text(expr receiver, const char *op, const char *value)
{
    struct as_literal arg = text(value);
    return call(receiver, op, &arg, 1);
}

/* `values` are separated by "|". */
static expr ask_list(expr receiver, const char *op, const char *values)
{
    struct as_literal items[8], list = {.kind = AS_LITERAL_LIST, .items = items};
    struct as_str rest = as_str_of(values);
    while (rest.p != NULL)
        items[list.n++] = (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_cut(&rest, '|')};
    return call(receiver, op, &list, 1);
}

static expr ask_number(expr receiver, const char *op, double a)
{
    struct as_literal arg = {.kind = AS_LITERAL_NUMBER, .number = a};
    return call(receiver, op, &arg, 1);
}

static expr ask_between(expr receiver, double a, double b)
{
    struct as_literal args[] = {{.kind = AS_LITERAL_NUMBER, .number = a},
                                {.kind = AS_LITERAL_NUMBER, .number = b}};
    return call(receiver, "between", args, 2);
}

static expr join(expr a, const char *op, expr b)
{
    struct as_literal arg = {.kind = AS_LITERAL_EXPR, .expr = b};
    return call(a, op, &arg, 1);
}

static struct as_score *add_score(const char *name)
{
    struct as_score *score = need(as_arena_alloc(&pack->rules.arena, sizeof *score));
    *score =
        (struct as_score){.name = name, .model = &model, .has_floor = true, .has_cap = true, .cap = 100000};
    if (!as_list_push(&pack->rules.arena, &model.scores, score))
        check(as_error_memory(&error));
    return score;
}

static struct as_rule *add_rule(struct as_score *score, const char *name, double points, expr when)
{
    struct as_rule *rule = need(as_arena_alloc(&pack->rules.arena, sizeof *rule));
    *rule = (struct as_rule){
        .name = name, .points = (int64_t)(points * 1000), .when = when, .index = score->rules.n};
    if (!as_list_push(&pack->rules.arena, &score->rules, rule))
        check(as_error_memory(&error));
    return rule;
}

static void add_events(struct as_score *score, const char *name, int64_t half_life, double cap,
                       const char *kind_a, double a, const char *kind_b, double b, uint32_t limit)
{
    struct as_rule *rule = add_rule(score, name, 0, NULL);
    rule->kind = AS_RULE_EVENTS;
    rule->fading = AS_FADING_HALF_LIFE;
    rule->fading_days = half_life;
    rule->has_cap = true;
    rule->cap = (int64_t)(cap * 1000);
    struct as_rate rate = {limit, {AS_DAY_SECONDS, AS_SPAN_SECONDS}};
    struct as_event_points points[] = {
        {as_schema_kind(schema, as_str_of(kind_a)), (int64_t)(a * 1000), rate},
        {as_schema_kind(schema, as_str_of(kind_b)), (int64_t)(b * 1000), rate},
    };
    for (int i = 0; i < 2; i++)
        if (!as_list_push(&pack->rules.arena, &rule->per_event, points[i]))
            check(as_error_memory(&error));
}

static void add_gate(const char *name, enum as_stage stage, expr a, expr b, expr c)
{
    struct as_gate *gate = need(as_arena_alloc(&pack->rules.arena, sizeof *gate));
    *gate = (struct as_gate){.name = name, .stage = stage, .index = model.gates.n};
    expr criteria[] = {a, b, c};
    for (int i = 0; i < 3; i++)
        if (criteria[i] != NULL &&
            !as_list_push(&pack->rules.arena, &gate->criteria, ((struct as_criterion){name, criteria[i]})))
            check(as_error_memory(&error));
    if (!as_list_push(&pack->rules.arena, &model.gates, gate))
        check(as_error_memory(&error));
}

static expr count(const char *kind, const char *window)
{
    return ask_text(event(kind), "count", window);
}

static expr seen(const char *kind, const char *window)
{
    return ask_text(event(kind), "seen", window);
}

static expr market;

static struct as_score *make_fit(void)
{
    struct as_score *fit = add_score("fit");
    expr title = lead("title"), level = lead("job_level"), industry = account("industry"),
         size = account("employees"), revenue = account("revenue"), source = lead("source");
    market = ask_list(industry, "one_of", "Software|Manufacturing|Logistics");
    add_rule(fit, "operations", 12, ask_text(title, "matches", "operations|supply chain|procurement"));
    add_rule(fit, "finance", 8, ask_text(title, "matches", "finance|controller|\\bcfo\\b"));
    add_rule(fit, "technology", 6, ask_text(title, "matches", "\\bit\\b|technology|architect"));
    add_rule(fit, "head", 10, ask_list(title, "has_word", "head|chief|vp"));
    add_rule(fit, "assistant", -10, ask_list(title, "has_word", "assistant|intern"));
    add_rule(fit, "director up", 15, ask_text(level, "at_least", "director"));
    add_rule(fit, "manager", 8, ask_text(level, "is", "manager"));
    add_rule(fit, "individual", -5, ask_text(level, "at_most", "individual"));
    add_rule(fit, "market", 15, market);
    add_rule(fit, "healthcare", 5, ask_text(industry, "is", "Healthcare"));
    add_rule(fit, "education", -5, ask_text(industry, "is", "Education"));
    add_rule(fit, "right size", 15, ask_between(size, 200, 5000));
    add_rule(fit, "large", 8, ask_number(size, "more_than", 5000));
    add_rule(fit, "tiny", -15, ask_number(size, "less_than", 20));
    add_rule(fit, "rich", 10, ask_number(revenue, "at_least", 50e6));
    add_rule(fit, "able", 5, ask_between(revenue, 10e6, 50e6));
    add_rule(fit, "core countries", 8, ask_list(lead("country"), "one_of", "DE|US|GB"));
    add_rule(fit, "same country", 4,
             join(ask_list(account("country"), "one_of", "DE|US"), "and", ask(lead("country"), "known")));
    add_rule(fit, "good source", 6, ask_list(source, "one_of", "referral|partner"));
    add_rule(fit, "advert", -4,
             join(ask_text(source, "is", "advertisement"), "and",
                  ask(ask_text(level, "at_least", "manager"), "not")));
    return fit;
}

static struct as_score *make_interest(void)
{
    struct as_score *s = add_score("interest");
    expr quiet = ask(event("any"), "days_since");
    add_events(s, "reading", 14, 20, "page_view", 1, "blog_view", 0.5, 3);
    add_events(s, "downloads", 21, 20, "whitepaper", 4, "ebook", 4, 0);
    add_events(s, "meetings", 30, 20, "webinar", 6, "case_study", 5, 0);
    add_events(s, "mail", 7, 8, "email_open", 0.2, "email_click", 1, 0);
    add_events(s, "product", 14, 30, "pricing_view", 8, "docs_view", 3, 0);
    add_events(s, "hand raised", 30, 40, "demo_request", 25, "trial_start", 15, 0);
    add_rule(s, "pricing twice", 10, ask_number(count("pricing_view", "30d"), "at_least", 2));
    add_rule(s, "docs often", 6, ask_number(count("docs_view", "14d"), "at_least", 3));
    add_rule(s, "clicked lately", 3, seen("email_click", "7d"));
    add_rule(s, "trial lately", 10, seen("trial_start", "14d"));
    add_rule(s, "demo lately", 12, seen("demo_request", "7d"));
    add_rule(s, "webinar month", 4, seen("webinar", "30d"));
    add_rule(s, "busy week", 6, ask_number(count("any", "7d"), "at_least", 5));
    add_rule(s, "busy month", 4, ask_number(count("any", "30d"), "at_least", 12));
    add_rule(s, "many days", 8, ask_number(ask_text(event("any"), "distinct_days", "30d"), "at_least", 6));
    add_rule(s, "case and price", 5, join(seen("case_study", "60d"), "and", seen("pricing_view", "60d")));
    add_rule(s, "only mail", -5,
             join(seen("email_open", "30d"), "and", ask_number(count("page_view", "30d"), "at_most", 0)));
    add_rule(s, "gone quiet", -15, ask_number(quiet, "more_than", 60));
    add_rule(s, "long quiet", -20, ask_number(quiet, "more_than", 120));
    add_rule(s, "binge", 5, ask_number(ask_text(event("page_view"), "distinct_days", "7d"), "at_least", 3));
    return s;
}

static void make_pack(void)
{
    static const char *const names[] = {"page_view",    "blog_view",  "whitepaper",  "ebook",
                                        "webinar",      "case_study", "email_open",  "email_click",
                                        "pricing_view", "docs_view",  "trial_start", "demo_request"};
    check(as_schema_new(&schema, &error));
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct as_event_kind kind = {.name = names[i], .by = AS_ACTOR_BUYER};
        uint32_t index;
        if (as_schema_kind(schema, as_str_of(names[i])) == AS_NO_INDEX)
            check(as_schema_add_kind(&index, schema, &kind, &error));
    }
    check(as_pack_new(&pack, schema, &error));
    if (!as_list_push(&pack->rules.arena, &pack->models, &model))
        check(as_error_memory(&error));
    struct as_score *fit = make_fit(), *interest = make_interest();
    add_gate("nurture", AS_STAGE_NURTURE, market, ask(lead("title"), "known"), NULL);
    add_gate("worth_a_call", AS_STAGE_WORTH_A_CALL,
             join(ask_number(score_of(interest), "at_least", 40), "or", seen("demo_request", "7d")), NULL,
             NULL);
    add_gate("sales_ready", AS_STAGE_SALES_READY, ask_number(score_of(fit), "at_least", 40),
             ask_number(score_of(interest), "at_least", 60),
             ask_number(account("employees"), "at_least", 50));
}

/* --- the data --- */

static const char *const ranks[] = {"Head of", "Director of", "VP",    "Manager of", "Assistant to",
                                    "Senior",  "Intern in",   "Chief", "Lead",       "Coordinator"};
static const char *const areas[] = {"Operations", "Supply Chain", "Procurement", "Finance", "IT",
                                    "Technology", "Marketing",    "Legal",       "Sales",   "People"};
static const char *const industries[] = {"Software",   "Manufacturing", "Logistics",
                                         "Healthcare", "Education",     "Retail"};
static const char *const countries[] = {"DE", "US", "GB", "FR", "NL", "IN", "ES", "IT"};
static const char *const sources[] = {"search", "referral", "partner", "advertisement", "webinar"};

static struct as_column *column(struct as_dataset *data, enum as_level level, const char *name)
{
    struct as_column *out;
    check(as_dataset_column(&out, data, as_schema_field(schema, level, as_str_of(name)), &error));
    return out;
}

static void put(struct as_column *to, uint32_t row, const char *value)
{
    check(as_column_set_text(to, row, as_str_of(value), &error));
}

static void fill_leads(struct as_dataset *data)
{
    struct as_column *title = column(data, AS_LEVEL_LEAD, "title"),
                     *level = column(data, AS_LEVEL_LEAD, "job_level"),
                     *country = column(data, AS_LEVEL_LEAD, "country"),
                     *source = column(data, AS_LEVEL_LEAD, "source");
    static const char *const levels[] = {"individual", "senior", "manager", "director", "vp", "c_level"};
    char words[96];
    for (uint32_t r = 0; r < data->leads; r++) {
        data->lead_account[r] = below(10) == 0 ? AS_NO_INDEX : below(data->accounts);
        snprintf(words, sizeof words, "%s %s %u", ranks[below(10)], areas[below(10)], below(500));
        if (below(20) != 0)
            put(title, r, words);
        if (below(10) != 0)
            put(level, r, levels[below(6)]);
        put(country, r, countries[below(8)]);
        put(source, r, sources[below(5)]);
    }
}

static void fill_accounts(struct as_dataset *data)
{
    struct as_column *industry = column(data, AS_LEVEL_ACCOUNT, "industry"),
                     *country = column(data, AS_LEVEL_ACCOUNT, "country"),
                     *employees = column(data, AS_LEVEL_ACCOUNT, "employees"),
                     *revenue = column(data, AS_LEVEL_ACCOUNT, "revenue");
    for (uint32_t r = 0; r < data->accounts; r++) {
        put(industry, r, industries[below(6)]);
        put(country, r, countries[below(8)]);
        if (below(10) != 0)
            as_column_set_i64(employees, r, below(8000));
        if (below(5) != 0)
            check(as_column_set_money(revenue, r, (int64_t)below(100000) * 100000, AS_STR("EUR"), &error));
    }
}

static int by_time(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* 20 events a lead on average, over 180 days, mostly reading and mail. */
static void fill_events(struct as_dataset *data)
{
    static const char *const kinds[] = {"page_view",    "blog_view",  "whitepaper",  "ebook",
                                        "webinar",      "case_study", "email_open",  "email_click",
                                        "pricing_view", "docs_view",  "trial_start", "demo_request"};
    static const uint32_t share[] = {350, 480, 520, 550, 580, 610, 820, 890, 940, 980, 992, 1000};
    uint16_t codes[12];
    for (size_t k = 0; k < 12; k++)
        codes[k] = (uint16_t)as_schema_kind(schema, as_str_of(kinds[k]));
    struct as_event_log *log = &data->lead_events;
    log->start = need(calloc(data->leads + 1u, sizeof *log->start));
    log->time = need(calloc((size_t)data->leads * 40 + 1, sizeof *log->time));
    log->kind = need(calloc((size_t)data->leads * 40 + 1, sizeof *log->kind));
    for (uint32_t r = 0; r < data->leads; r++) {
        uint32_t n = below(41);
        for (uint32_t i = 0; i < n; i++)
            log->time[log->n + i] = (uint32_t)(AT - below(180 * 86400));
        qsort(log->time + log->n, n, sizeof *log->time, by_time);
        for (uint32_t i = 0; i < n; i++) {
            uint32_t draw = below(1000), k = 0;
            while (share[k] <= draw)
                k++;
            log->kind[log->n + i] = codes[k];
        }
        log->n += n;
        log->start[r + 1] = (uint32_t)log->n;
    }
}

static enum as_status count_entries(void *context, uint32_t row, const struct as_ledger *ledger,
                                    struct as_error *e)
{
    (void)row, (void)e;
    *(uint64_t *)context += ledger->entries.n;
    return AS_OK;
}

/* What explaining costs: ledgers of one lead in a hundred, and single traces. */
static void explain(const struct as_plan *plan, const struct as_dataset *data,
                    const struct as_run_options *options)
{
    uint32_t *rows = need(calloc(data->leads / 100 + 1u, sizeof *rows)), n = 0;
    uint64_t entries = 0;
    for (uint32_t r = 0; r < data->leads; r += 100)
        rows[n++] = r;
    double t = seconds();
    check(as_ledgers(plan, data, options, rows, n, count_entries, &entries, &error));
    t = phase("ledgers of 1 %", t);
    for (uint32_t i = 0; i < 1000; i++) {
        struct as_trace *trace;
        check(as_trace_new(&trace, plan, data, options, rows[i % n], &error));
        as_trace_free(trace);
    }
    phase("1,000 traces", t);
    printf("%u ledgers with %" PRIu64 " entries\n", n, entries);
    free(rows);
}

int main(int argc, char **argv)
{
    int64_t leads = 1000000, threads = 2;
    if ((argc > 1 && !as_parse_int(&leads, as_str_of(argv[1]))) ||
        (argc > 2 && !as_parse_int(&threads, as_str_of(argv[2]))) || leads < 1 || leads > 50000000 ||
        threads < 1) {
        fprintf(stderr, "usage: kernel_w1 [LEADS] [THREADS]\n");
        return 2;
    }
    double t = seconds();
    make_pack();
    struct as_dataset *data;
    check(as_dataset_new(&data, schema, (uint32_t)leads, (uint32_t)(leads / 10 + 1), &error));
    fill_leads(data);
    fill_accounts(data);
    fill_events(data);
    check(as_dataset_link(data, &error));
    t = phase("data made", t);
    struct as_plan *plan;
    check(as_plan_new(&plan, pack, &error));
    t = phase("pack compiled", t);
    struct as_run_options options = {.at = AT, .threads = (unsigned)threads};
    struct as_outcome *outcome = NULL;
    for (int i = 0; i < 3; i++) {
        as_outcome_free(outcome);
        t = seconds();
        check(as_plan_run(&outcome, plan, data, &options, &error));
        t = phase("every lead decided", t);
    }
    explain(plan, data, &options);
    int64_t sum = 0;
    for (uint32_t s = 0; s < model.scores.n; s++) {
        struct as_score_values values = as_outcome_score(outcome, model.scores.at[s]);
        for (uint32_t r = 0; r < data->leads; r++)
            sum += values.value[r];
    }
    printf("%" PRId64 " leads, %zu events, %u rules, %" PRId64 " points in all\n", leads, data->lead_events.n,
           model.scores.at[0]->rules.n + model.scores.at[1]->rules.n, sum / 1000);
    as_outcome_free(outcome);
    as_plan_free(plan);
    as_dataset_free(data);
    as_pack_free(pack);
    as_schema_free(schema);
    return 0;
}
