/* The kernels alone on W1: a pack's rules decided over columns made in memory, no database, no files, beside
 * the same rules written in C by hand (hand_w1.c). Results are compared before any time is printed; calls of
 * both alternate, and medians are given.
 *
 *     kernel_w1 PACK [LEADS [THREADS [RESULT.csv [DAYS [EVENTS]]]]]
 *
 * 1,000,000 leads and one thread unless told otherwise; DAYS: how many days later than 2026-06-30 to decide;
 * EVENTS: up to how many a lead has.
 * RESULT.csv gets a row a lead, as the other engines' results are written. */
#include "bind/script/host.h"
#include "hand_w1.h"
#include "run/decision/decision.h"
#include "w1_rows.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

enum { REPEATS = 5 };

static struct as_error error;

static void check(enum as_status status)
{
    if (status == AS_OK)
        return;
    fprintf(stderr, "kernel_w1: %s:%d: %s (%s)\n", error.file, error.line, error.what, error.advice);
    exit(3);
}

static void *need(void *p)
{
    if (p == NULL)
        check(as_error_memory(&error));
    return p;
}

static double peak_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* --- the data --- */

static struct as_column *column(struct as_dataset *data, enum as_level level, const char *name)
{
    struct as_column *out;
    check(as_dataset_column(&out, data, as_schema_field(data->schema, level, as_str_of(name)), &error));
    return out;
}

static void put(struct as_column *to, uint32_t row, const char *value)
{
    if (value != NULL && value[0] != '\0')
        check(as_column_set_text(to, row, as_str_of(value), &error));
}

static void fill_accounts(struct as_dataset *data, struct w1 *w1)
{
    struct as_column *industry = column(data, AS_LEVEL_ACCOUNT, "industry"),
                     *country = column(data, AS_LEVEL_ACCOUNT, "country"),
                     *employees = column(data, AS_LEVEL_ACCOUNT, "employees"),
                     *revenue = column(data, AS_LEVEL_ACCOUNT, "revenue");
    for (uint32_t r = 0; r < data->accounts; r++) {
        struct w1_account account;
        w1_account(&account, w1);
        put(industry, r, account.industry);
        put(country, r, account.country);
        if (account.employees > 0)
            as_column_set_i64(employees, r, (int64_t)account.employees);
        if (account.revenue > 0)
            check(as_column_set_money(revenue, r, (int64_t)account.revenue * 100, AS_STR("EUR"), &error));
    }
}

static void fill_leads(struct as_dataset *data, struct w1 *w1)
{
    struct as_column *title = column(data, AS_LEVEL_LEAD, "title"),
                     *level = column(data, AS_LEVEL_LEAD, "job_level"),
                     *country = column(data, AS_LEVEL_LEAD, "country"),
                     *source = column(data, AS_LEVEL_LEAD, "source");
    for (uint32_t r = 0; r < data->leads; r++) {
        struct w1_lead lead;
        w1_lead(&lead, w1);
        data->lead_account[r] = lead.account == UINT32_MAX ? AS_NO_INDEX : lead.account;
        put(title, r, lead.title);
        put(level, r, lead.level);
        put(country, r, lead.country);
        put(source, r, lead.source);
    }
}

static void fill_events(struct as_dataset *data, struct w1 *w1)
{
    uint16_t codes[W1_KINDS];
    for (uint32_t k = 0; k < W1_KINDS; k++)
        codes[k] = (uint16_t)as_schema_kind(data->schema, as_str_of(w1_kinds[k]));
    struct as_event_log *log = &data->lead_events;
    log->start = need(calloc(data->leads + (size_t)1, sizeof *log->start));
    log->time = need(malloc(((size_t)data->leads * W1_MOST_EVENTS + 1) * sizeof *log->time));
    log->kind = need(malloc(((size_t)data->leads * W1_MOST_EVENTS + 1) * sizeof *log->kind));
    for (uint32_t r = 0; r < data->leads; r++) {
        struct w1_event events[W1_MOST_EVENTS];
        uint32_t n = w1_events(events, w1);
        for (uint32_t i = 0; i < n; i++, log->n++) {
            log->time[log->n] = events[i].time;
            log->kind[log->n] = codes[events[i].kind];
        }
        log->start[r + 1] = (uint32_t)log->n;
    }
    log->end = log->start + 1;
}

static struct as_dataset *make_data(const struct as_schema *schema, uint32_t leads, uint32_t most_events,
                                    int64_t at)
{
    struct w1 w1;
    struct as_dataset *data;
    w1_open(&w1, leads, most_events);
    check(as_dataset_new(&data, schema, leads, w1.accounts, &error));
    data->at = data->known_at = at;
    fill_accounts(data, &w1);
    fill_leads(data, &w1);
    fill_events(data, &w1);
    check(as_dataset_link(data, &error));
    return data;
}

/* --- by hand --- */

static struct hand_columns by_hand(struct as_dataset *data)
{
    uint8_t *kind = need(calloc(data->schema->kinds.n, 1));
    for (uint32_t k = 0; k < W1_KINDS; k++)
        kind[as_schema_kind(data->schema, as_str_of(w1_kinds[k]))] = (uint8_t)k;
    return (struct hand_columns){column(data, AS_LEVEL_LEAD, "title"),
                                 column(data, AS_LEVEL_LEAD, "job_level"),
                                 column(data, AS_LEVEL_LEAD, "country"),
                                 column(data, AS_LEVEL_LEAD, "source"),
                                 column(data, AS_LEVEL_ACCOUNT, "industry"),
                                 column(data, AS_LEVEL_ACCOUNT, "employees"),
                                 column(data, AS_LEVEL_ACCOUNT, "revenue"),
                                 column(data, AS_LEVEL_ACCOUNT, "country"),
                                 data,
                                 kind};
}

static uint32_t differ(const struct hand_result *hand, const struct as_decision *decision)
{
    const struct as_model *model = decision->pack->models.at[0];
    const struct as_points_column *fits = as_outcome_score(decision->outcome, model->scores.at[0]);
    uint32_t wrong = 0;
    if (model->scores.n == 1) { /* functions: they say what they give, and leave nothing open */
        for (uint32_t r = 0; r < decision->dataset->leads; r++)
            wrong += as_points_at(fits, r).value != hand[r].fit.value;
        return wrong;
    }
    const struct as_points_column *interests = as_outcome_score(decision->outcome, model->scores.at[1]);
    for (uint32_t r = 0; r < decision->dataset->leads; r++) {
        const struct hand_result *h = &hand[r];
        struct as_points fit = as_points_at(fits, r), interest = as_points_at(interests, r);
        const struct as_standing *s = as_standing_at(decision, 0, r);
        uint16_t grade =
            (uint16_t)(1 + (h->bands >> 4) * AS_GRADE_BANDS + h->bands % 16); /* as grade.h has it */
        bool same = fit.value == h->fit.value && fit.low == h->fit.low && fit.high == h->fit.high &&
                    interest.value == h->interest.value && interest.low == h->interest.low &&
                    interest.high == h->interest.high && s->verdicts == h->gates && s->grade == grade;
        if (!same && wrong++ < 5)
            fprintf(stderr,
                    "lead %" PRIu32 ": fit %" PRId64 " [%" PRId64 ", %" PRId64
                    "] by hand %d [%d, %d]; interest "
                    "%" PRId64 " [%" PRId64 ", %" PRId64
                    "] by hand %d [%d, %d]; gates %x by hand %x; grade %u by hand %u\n",
                    r, fit.value, fit.low, fit.high, h->fit.value, h->fit.low, h->fit.high, interest.value,
                    interest.low, interest.high, h->interest.value, h->interest.low, h->interest.high,
                    (unsigned)s->verdicts, h->gates, s->grade, grade);
    }
    return wrong;
}

/* --- what is printed --- */

static void write_results(const char *path, const struct as_decision *decision)
{
    static const char *const verdicts[] = {"", "fail", "insufficient", "pass"};
    const struct as_model *model = decision->pack->models.at[0];
    FILE *out = fopen(path, "w");
    if (out == NULL)
        check(as_error_set(&error, AS_ERR_DATA, "cannot write %s", path));
    for (uint32_t r = 0; r < decision->dataset->leads; r++) {
        const struct as_standing *standing = as_standing_at(decision, 0, r);
        char grade[AS_GRADE_TEXT];
        fprintf(out, "%" PRIu32, r);
        for (uint32_t s = 0; s < model->scores.n; s++)
            fprintf(out, ",%" PRId64,
                    as_points_at(as_outcome_score(decision->outcome, model->scores.at[s]), r).value);
        for (uint32_t g = 0; g < model->gates.n; g++)
            fprintf(out, ",%s", verdicts[as_verdict_of(standing->verdicts, g)]);
        if (model->axes.n > 0)
            fprintf(out, ",%s", as_grade_show(grade, model, standing->grade));
        fputc('\n', out);
    }
    if (fclose(out) != 0)
        check(as_error_set(&error, AS_ERR_DATA, "cannot write %s", path));
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static double median_ms(int64_t *times)
{
    qsort(times, REPEATS, sizeof *times, by_size);
    return (double)times[REPEATS / 2] / 1e6;
}

static int64_t processor_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* Nanoseconds for nothing but reading the columns of events once: what memory alone would take. */
static int64_t read_events(const struct as_event_log *log)
{
    int64_t began = processor_ns();
    uint64_t sum = 0;
    for (size_t i = 0; i < log->n; i++)
        sum += log->time[i] + log->kind[i];
    volatile uint64_t keep = sum; /* or the sum would not be made at all */
    (void)keep;
    return processor_ns() - began;
}

/* Milliseconds for the first score alone: of W1, 20 rules that read no events. */
static double first_score_ms(const struct as_pack *pack, const struct as_dataset *data,
                             const struct as_run_options *options)
{
    struct as_pack small = *pack;
    struct as_model model = *pack->models.at[0], *models[] = {&model};
    model.scores.n = 1;
    model.gates.n = model.axes.n = 0;
    small.models.at = models;
    small.models.n = 1;
    struct as_plan *plan;
    struct as_outcome *outcome;
    int64_t times[REPEATS];
    check(as_plan_new(&plan, &small, &error));
    for (int i = 0; i < REPEATS; i++) {
        int64_t began = processor_ns();
        check(as_plan_run(&outcome, plan, data, options, &error));
        times[i] = processor_ns() - began;
        as_outcome_free(outcome);
    }
    as_plan_free(plan);
    return median_ms(times);
}

/* --- until when --- */

/* Shares of leads by the days until they are due, beside those that a run that many days later decides
 * differently; a lead that was promised to stay and did not ends it all. */
static void print_due(const struct as_pack *pack, const struct as_plan *plan, const struct as_dataset *data,
                      const struct as_decision *today, struct as_run_options options)
{
    static const int32_t ahead[] = {1, 2, 4, 8, 15, 30};
    const int32_t day = (int32_t)(data->at / AS_DAY_SECONDS);
    struct as_outcome *outcome;
    int64_t times[REPEATS];
    options.not_before = true;
    for (int i = 0; i < REPEATS; i++) {
        int64_t began = processor_ns();
        check(as_plan_run(&outcome, plan, data, &options, &error));
        times[i] = processor_ns() - began;
        if (i + 1 < REPEATS)
            as_outcome_free(outcome);
    }
    printf("rules and days        %9.1f ms\n", median_ms(times));
    const int32_t *due = as_outcome_not_before(outcome);
    for (size_t a = 0; a < sizeof ahead / sizeof *ahead; a++) {
        struct as_decision later = {.pack = NULL};
        uint32_t told = 0, moved = 0, wrong = 0;
        options.at = data->at + (int64_t)ahead[a] * AS_DAY_SECONDS;
        check(as_decide(&later, pack, plan, data, &options, &error));
        for (uint32_t r = 0; r < data->leads; r++) {
            const struct as_standing *x = as_standing_at(today, 0, r), *y = as_standing_at(&later, 0, r);
            bool same = x->verdicts == y->verdicts && x->grade == y->grade;
            told += due[r] <= day + ahead[a];
            moved += !same;
            wrong += !same && due[r] > day + ahead[a];
        }
        as_decision_free(&later);
        printf("due within %2d days    %9.2f %%, decided differently then %.2f %%\n", ahead[a],
               100.0 * told / data->leads, 100.0 * moved / data->leads);
        if (wrong > 0) {
            fprintf(stderr, "kernel_w1: %" PRIu32 " leads changed before their day\n", wrong);
            exit(1);
        }
    }
    as_outcome_free(outcome);
}

/* A pack's functions, called for each lead whatever they answered before. */
static enum as_status call_anew(void *context, unsigned worker, uint32_t function,
                                const struct as_function_rows *rows, struct as_error *why)
{
    const struct as_functions *functions = context;
    struct as_function_rows anew = *rows;
    anew.kept = NULL;
    return functions->call_rows(functions->context, worker, function, &anew, why);
}

static double calls_ms(const struct as_plan *plan, const struct as_dataset *data,
                       const struct as_run_options *options)
{
    struct as_functions functions = {.context = (void *)options->functions, .call_rows = call_anew};
    struct as_run_options anew = *options;
    struct as_outcome *outcome;
    int64_t times[REPEATS];
    anew.functions = &functions;
    for (int i = 0; i < REPEATS; i++) {
        int64_t began = processor_ns();
        check(as_plan_run(&outcome, plan, data, &anew, &error));
        times[i] = processor_ns() - began;
        as_outcome_free(outcome);
    }
    return median_ms(times);
}

int main(int argc, char **argv)
{
    static const int64_t most[] = {50000000, 64, W1_LATER, W1_MOST_EVENTS};
    int64_t numbers[] = {1000000, 1, 0, W1_MOST_EVENTS};
    bool told = argc >= 2 && argc <= 7;
    for (int i = 2, n = 0; told && i < argc; i++)
        if (i != 4) {
            told = as_parse_int(&numbers[n], as_str_of(argv[i])) && numbers[n] >= (n < 2) &&
                   numbers[n] <= most[n];
            n++;
        }
    if (!told) {
        fprintf(stderr, "usage: kernel_w1 PACK [LEADS [THREADS [RESULT.csv [DAYS [EVENTS]]]]]\n");
        return 2;
    }
    const int64_t leads = numbers[0], threads = numbers[1];
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    as_source_init(&source);
    check(as_source_read(&source, argv[1], &error));
    check(as_schema_new(&schema, &error));
    check(as_script_load(&script, &source, schema, NULL, &error));
    struct as_dataset *data =
        make_data(schema, (uint32_t)leads, (uint32_t)numbers[3], W1_AT + numbers[2] * 86400);
    struct hand_columns columns = by_hand(data);
    struct hand_result *hand = need(calloc((size_t)leads, sizeof *hand));
    double data_mb = peak_mb();

    const struct as_pack *pack = as_script_pack(script);
    struct as_plan *plan;
    struct as_run_options options = {.at = data->at, .threads = (unsigned)threads};
    check(as_plan_new(&plan, pack, &error));
    check(as_script_functions(&options.functions, script, (unsigned)threads, &error));
    int64_t ours[REPEATS], rules[REPEATS], theirs[REPEATS], their_events[REPEATS], reading[REPEATS];
    struct as_decision decision = {.pack = NULL};
    for (int i = 0; i < REPEATS; i++) {
        int64_t began = processor_ns();
        if (!hand_w1(hand, &their_events[i], &columns))
            check(as_error_memory(&error));
        theirs[i] = processor_ns() - began;
        reading[i] = read_events(&data->lead_events);
        if (decision.pack != NULL)
            as_decision_free(&decision);
        began = processor_ns();
        struct as_outcome *outcome;
        check(as_plan_run(&outcome, plan, data, &options, &error));
        rules[i] = processor_ns() - began;
        as_outcome_free(outcome);
        began = processor_ns();
        check(as_decide(&decision, pack, plan, data, &options, &error));
        ours[i] = processor_ns() - began;
    }
    uint32_t wrong = differ(hand, &decision);
    if (wrong > 0) {
        fprintf(stderr, "kernel_w1: %" PRIu32 " of %" PRId64 " leads differ from the rules by hand\n", wrong,
                leads);
        return 1;
    }
    if (argc > 4)
        write_results(argv[4], &decision);
    double ms = median_ms(rules), hand_ms = median_ms(theirs), read_ms = median_ms(reading);
    printf("%" PRId64 " leads, %zu events, %" PRId64 " threads; every result equals that by hand\n", leads,
           data->lead_events.n, threads);
    printf("rules                 %9.1f ms\n", ms);
    printf("rules and standings   %9.1f ms\n", median_ms(ours));
    printf("by hand, one thread   %9.1f ms, of which events %.1f ms\n", hand_ms, median_ms(their_events));
    printf("reading the events    %9.1f ms, %.1f GB/s\n", read_ms,
           (double)data->lead_events.n * 6 / read_ms / 1e6);
    printf("rules / by hand       %9.2f\n", ms / hand_ms);
    if (pack->functions > 0)
        printf("functions anew        %9.1f ms, called for each lead\n", calls_ms(plan, data, &options));
    printf("fit rules alone       %9.1f ms\n", first_score_ms(pack, data, &options));
    print_due(pack, plan, data, &decision, options);
    printf("peak memory           %9.1f MB, of which facts %.1f MB\n", peak_mb(), data_mb);
    as_decision_free(&decision);
    as_plan_free(plan);
    as_dataset_free(data);
    as_script_free(script);
    as_schema_free(schema);
    as_source_free(&source);
    free((uint8_t *)columns.kind);
    free(hand);
    return 0;
}
