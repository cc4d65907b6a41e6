/* assay bench: how long a pack takes to decide, and which of its rules take the time. Nothing is stored. */
#include "cmd/commands.h"
#include "cmd/decisions/profile.h"
#include "cmd/line/pack_choice.h"
#include "run/run.h"
#include "run/sample/invented.h"

#include "base/thread.h"
#include "base/time.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <sys/resource.h>

enum { ROUNDS = 5, SHOWN = 15 };

struct bench {
    const struct as_run_pack *pack;
    struct as_plan *plan;
    struct as_dataset *data;
    struct as_profile *profile;
    int64_t rules_ns[ROUNDS], standings_ns[ROUNDS];
    unsigned threads;
    bool invented;
};

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t median(int64_t *times)
{
    qsort(times, ROUNDS, sizeof *times, by_size);
    return times[ROUNDS / 2];
}

static double peak_mb(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

static enum as_status read_facts(struct bench *bench, struct as_context *context, int64_t leads,
                                 struct as_error *error)
{
    const struct as_pack *pack = bench->pack->pack;
    struct as_needs needs;
    enum as_status status = as_needs_new(&needs, context->schema, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&needs, bench->plan);
    const struct as_snapshot_request wanted = as_needs_request(&needs, context->at, context->at);
    if (bench->invented)
        status = as_invent(&bench->data, pack, &needs, (uint32_t)leads, context->at, error);
    else
        status = as_store_snapshot(&bench->data, context->store, context->schema, &wanted, error);
    as_needs_free(&needs);
    if (status == AS_OK && bench->data->leads == 0) {
        as_error_set(error, AS_ERR_DATA, "the database has no leads at that time");
        status = as_error_advise(error, "import leads first, or measure with invented ones: --leads 100000");
    }
    return status;
}

static enum as_status measure(struct bench *bench, const struct as_context *context, struct as_error *error)
{
    struct as_run_options options = {.at = context->at,
                                     .threads = bench->threads,
                                     .functions = bench->pack->functions,
                                     .profile = bench->profile};
    enum as_status status = AS_OK;
    for (int i = 0; i < ROUNDS && status == AS_OK; i++) {
        struct as_decision decision;
        status = as_decide(&decision, bench->pack->pack, bench->plan, bench->data, &options, error);
        if (status != AS_OK)
            break;
        bench->rules_ns[i] = decision.rules_ns;
        bench->standings_ns[i] = decision.standings_ns;
        as_decision_free(&decision);
        status = as_context_interrupted(context, error);
    }
    return status;
}

static enum as_status print_text(struct as_context *context, struct bench *bench,
                                 const struct as_profile_part *parts, uint32_t n, struct as_error *error)
{
    const struct as_terminal *t = &context->terminal;
    double leads = bench->data->leads;
    int64_t rules = median(bench->rules_ns), standings = median(bench->standings_ns), all = 0;
    for (int phase = 0; phase < AS_PROFILE_PHASES; phase++)
        all += as_profile_phase_ns(bench->profile, (enum as_profile_phase)phase);
    fprintf(t->out, "%s%s%s: %u %sleads, %zu events, %u thread%s, median of %d rounds\n",
            as_style(t, AS_BOLD), bench->pack->pack->name, as_style_end(t), bench->data->leads,
            bench->invented ? "invented " : "", bench->data->lead_events.n, bench->threads,
            bench->threads == 1 ? "" : "s", ROUNDS);
    fprintf(t->out, "  rules      %10.1f ms  %8.0f ns a lead\n", (double)rules / 1e6, (double)rules / leads);
    fprintf(t->out, "  standings  %10.1f ms  %8.0f ns a lead\n", (double)standings / 1e6,
            (double)standings / leads);
    for (int phase = 0; phase < AS_PROFILE_PHASES; phase++) {
        int64_t ns = as_profile_phase_ns(bench->profile, (enum as_profile_phase)phase);
        fprintf(t->out, "  %3.0f%% %s\n", all == 0 ? 0 : 100 * (double)ns / (double)all,
                as_profile_phase_name((enum as_profile_phase)phase));
    }
    fprintf(t->out, "  peak memory %.1f MB, facts included\n", peak_mb());
    return as_print_slowest(t, parts, n, SHOWN, all, error);
}

static enum as_status print_json(struct as_context *context, struct bench *bench,
                                 const struct as_profile_part *parts, uint32_t n, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_put_text(&json, "pack", bench->pack->pack->name);
    as_json_put_int(&json, "leads", bench->data->leads);
    as_json_put_int(&json, "events", (int64_t)bench->data->lead_events.n);
    as_json_put_bool(&json, "invented", bench->invented);
    as_json_put_int(&json, "threads", bench->threads);
    as_json_put_int(&json, "rounds", ROUNDS);
    as_json_key(&json, "rules_ms");
    as_json_number(&json, (double)median(bench->rules_ns) / 1e6);
    as_json_key(&json, "standings_ms");
    as_json_number(&json, (double)median(bench->standings_ns) / 1e6);
    as_json_key(&json, "peak_mb");
    as_json_number(&json, peak_mb());
    as_json_key(&json, "parts"); /* of all rounds together */
    as_profile_parts_json(&json, parts, n);
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_loaded_pack *loaded;
    struct as_run_pack pack;
    struct bench bench = {.pack = &pack, .invented = as_given(arguments, "leads")};
    const struct as_profile_part *parts = NULL;
    uint32_t n = 0;
    bench.threads = (unsigned)as_given_int(arguments, "jobs", as_processors());
    enum as_status status = AS_OK;
    if (!bench.invented)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = as_context_pack(&loaded, context, as_given_text(arguments, "PACK"), error);
    if (status == AS_OK)
        status = as_ready_pack(&pack, loaded, bench.threads, error);
    if (status == AS_OK && !bench.invented)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = as_plan_new(&bench.plan, pack.pack, error);
    if (status == AS_OK)
        status = as_profile_new(&bench.profile, bench.plan, error);
    if (status == AS_OK)
        status = read_facts(&bench, context, as_given_int(arguments, "leads", 0), error);
    if (status == AS_OK)
        status = measure(&bench, context, error);
    if (status == AS_OK)
        status = as_profile_parts(&parts, &n, bench.profile, error);
    if (status == AS_OK)
        status = context->json ? print_json(context, &bench, parts, n, error)
                               : print_text(context, &bench, parts, n, error);
    as_profile_free(bench.profile);
    as_dataset_free(bench.data);
    as_plan_free(bench.plan);
    return status;
}

const struct as_command as_command_bench = {
    .name = "bench",
    .group = AS_GROUP_RULES,
    .summary = "measure how long a pack takes to decide, and which of its rules take the time",
    .text =
        "Decides the pack several times over the leads of the database, or over invented ones with --leads, "
        "and shows medians, the share of each phase and the slowest rules. What several rules share is "
        "divided between them; a rule that is a Lua function shows how often it was called. Nothing is "
        "stored.",
    .positionals = (const struct as_positional[]){{.name = "PACK",
                                                   .text = "a folder with a pack.lua, or the name of a pack "
                                                           "that has run"},
                                                  {0}},
    .options =
        (const struct as_option[]){
            {.name = "leads",
             .kind = AS_OPTION_INT,
             .value = "N",
             .text = "invent so many leads, ten to an account, with 20 events each; no database is read",
             .least = 1,
             .most = 20000000},
            AS_OPTION_JOBS,
            {0}},
    .examples =
        (const char *const[]){"assay bench rules/inbound                 # on the leads of the database",
                              "assay bench rules/inbound --leads 100000  # without one",
                              "assay bench rules/inbound --json          # for a chart of every week", NULL},
    .run = run,
};
