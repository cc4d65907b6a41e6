/* assay run: decides for every lead and stores what changed. What a run does is host/run's; here options
 * become a request, and its result a screen or a document. */
#include "run/run.h"
#include "cmd/commands.h"
#include "cmd/decisions/delivery.h"
#include "cmd/decisions/morning.h"
#include "cmd/decisions/profile.h"
#include "cmd/decisions/run_setting.h"
#include "cmd/facts/enrichment.h"
#include "cmd/line/pack_choice.h"
#include "cmd/line/watch.h"
#include "run/decision/json.h"

#include "base/thread.h"
#include "base/time.h"

#include <string.h>

/* "5%", "5 %" or "0.05". */
static enum as_status parse_share(double *out, const char *text, struct as_error *error)
{
    struct as_str words = as_str_trim(as_str_of(text));
    bool percent = as_str_ends(words, AS_STR("%"));
    if (percent)
        words.n--;
    if (as_parse_number(out, as_str_trim(words))) {
        if (percent)
            *out /= 100;
        if (*out >= 0 && *out <= 1)
            return AS_OK;
    }
    as_error_set(error, AS_ERR_USAGE, "--max-moves \"%s\" is no share", text);
    return as_error_advise(error, "write a percentage such as 5%%, or a fraction such as 0.05");
}

/* delivered NULL: nothing was to be delivered. */
static enum as_status print_json(struct as_context *context, const struct as_run_result *result,
                                 const struct as_enriched_list *enriched,
                                 const struct as_delivery_result *delivered, struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    as_json_open(&json, '{');
    as_json_put_bool(&json, "held_by_moves", result->held_by_moves);
    as_json_put_int(&json, "failed", result->failed);
    as_json_put_int(&json, "milliseconds", result->run_ms);
    as_json_key(&json, "packs");
    as_json_open(&json, '[');
    for (uint32_t i = 0; i < result->packs.n; i++)
        as_summary_json(&json, result->packs.at[i]);
    as_json_close(&json, ']');
    if (result->profiles.n > 0)
        as_profile_json(&json, result);
    as_json_key(&json, "enrichment");
    as_enriched_list_json(&json, enriched);
    if (delivered != NULL) {
        as_json_key(&json, "delivery");
        status = as_delivery_json(&json, context, delivered, error);
    }
    as_json_close(&json, '}');
    if (status == AS_OK)
        status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status print_text(struct as_context *context, const struct as_run_result *result,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    bool first = true;
    for (uint32_t i = 0; i < result->packs.n && status == AS_OK; i++) {
        const struct as_summary *summary = result->packs.at[i];
        if (summary->failed)
            continue;
        if (!first)
            fputc('\n', context->terminal.out);
        first = false;
        status = as_print_morning(&context->terminal, summary, error);
        if (summary->leads == 0)
            fprintf(context->terminal.err,
                    "assay: no lead was known at that time\n"
                    "       import leads first; facts imported without --at are known from the "
                    "moment of their import, see --known-at\n");
    }
    return status;
}

/* Faults of packs, each in the author's language; the last becomes the command's own. */
static enum as_status report_failed(struct as_context *context, const struct as_run_result *result,
                                    uint32_t broken, struct as_error *error)
{
    const struct as_summary *last = NULL;
    for (uint32_t i = 0; i < result->packs.n; i++) {
        if (!result->packs.at[i]->failed)
            continue;
        if (last != NULL)
            as_error_print(&context->terminal, &last->error);
        last = result->packs.at[i];
    }
    if (last != NULL) {
        *error = last->error;
        return as_error_advise(error, "pack %s stored nothing of this run", last->pack->name);
    }
    if (broken > 0)
        return as_error_set(error, AS_ERR_RULE, "%u of the packs could not be loaded and did not run",
                            broken);
    return AS_OK;
}

/* Another process that delivers will find what this run made; that is no fault of the run. */
static enum as_status deliver_after(bool *delivered, struct as_delivery_result *out,
                                    struct as_context *context, const char *policy, struct as_error *error)
{
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_deliver_effects(out, context, policy, 0, &why);
    if (status == AS_ERR_BUSY) {
        as_error_print(&context->terminal, &why);
        *delivered = false;
        return AS_OK;
    }
    if (status != AS_OK)
        *error = why;
    return status;
}

/* Facts first. A run of another day, or one that writes nothing, decides on what is known. */
static enum as_status enrich_before(struct as_enriched_list *out, struct as_context *context,
                                    const struct as_arguments *arguments,
                                    const struct as_run_request *request, struct as_error *error)
{
    const struct as_enrichment_wish wish = {.policy = as_given_text(arguments, "policy"),
                                            .threads = request->threads,
                                            .seconds = AS_ENRICH_RUN_S};
    if (as_given(arguments, "no-enrich") || request->dry_run || request->at != context->now ||
        request->known_at != context->now)
        return AS_OK;
    return as_enrich_packs(out, context, request->packs, request->pack_count, &wish, error);
}

/* What the options ask for, and whether they contradict each other. */
static enum as_status read_options(struct as_run_request *request, const struct as_arguments *arguments,
                                   struct as_error *error)
{
    const char *share = as_given_text(arguments, "max-moves");
    if (request->baseline && request->approve) {
        as_error_set(error, AS_ERR_USAGE, "--baseline makes no effects, so there is nothing to --approve");
        return as_error_advise(error, "leave one of them out");
    }
    if (request->dry_run && as_given(arguments, "deliver")) {
        as_error_set(error, AS_ERR_USAGE,
                     "--dry-run writes and sends nothing, so that --deliver has nothing to do");
        return as_error_advise(error, "leave one of them out");
    }
    return share == NULL ? AS_OK : parse_share(&request->max_moves, share, error);
}

/* delivered: NULL when nothing was to be delivered. */
static enum as_status print_all(struct as_context *context, const struct as_run_result *result,
                                const struct as_enriched_list *enriched,
                                const struct as_delivery_result *delivered, struct as_error *error)
{
    if (context->json)
        return print_json(context, result, enriched, delivered, error);
    enum as_status status = context->quiet ? AS_OK : print_text(context, result, error);
    if (status == AS_OK && enriched->rows.n > 0 && !context->quiet) {
        fputc('\n', context->terminal.out);
        status = as_print_enriched(context, enriched, error);
    }
    if (status == AS_OK && delivered != NULL && !context->quiet) {
        fputc('\n', context->terminal.out);
        status = as_print_delivery(context, delivered, error);
    }
    return status == AS_OK ? as_print_profiles(&context->terminal, result, error) : status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    unsigned threads = (unsigned)as_given_int(arguments, "jobs", as_processors());
    struct as_run_setting setting;
    struct as_watch watch;
    struct as_run_request request = {
        .at = context->at,
        .now = context->now,
        .threads = threads,
        .dry_run = as_given(arguments, "dry-run"),
        .baseline = as_given(arguments, "baseline"),
        .approve = as_given(arguments, "approve"),
        .whole = as_given(arguments, "whole"),
        .profile = as_given(arguments, "profile"),
        .max_moves = -1,
        .progress = as_watch_show,
        .progress_context = &watch,
    };
    enum as_status status = read_options(&request, arguments, error);
    if (status == AS_OK)
        status = as_known_at(&request.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, request.dry_run ? AS_STORE_READ : AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = as_run_setting(&setting, &request, context, as_given_texts(arguments, "PACK"), error);
    if (status != AS_OK)
        return status;
    struct as_run_result result = {.failed = 0};
    struct as_enriched_list enriched = {.rows = {.at = NULL}};
    status = enrich_before(&enriched, context, arguments, &request, error);
    if (status == AS_OK && request.pack_count > 0) {
        as_watch_open(&watch, context, "reading", "leads");
        status = as_run(&result, context->store, &request, error);
        as_watch_close(&watch);
    }
    if (status != AS_OK) {
        as_arena_free(&enriched.arena);
        return status;
    }
    context->findings = result.held_by_moves;
    struct as_delivery_result delivered = {.tried = 0};
    bool delivers = as_given(arguments, "deliver");
    if (delivers)
        status = deliver_after(&delivers, &delivered, context, as_given_text(arguments, "policy"), error);
    if (status == AS_OK)
        status = print_all(context, &result, &enriched, delivers ? &delivered : NULL, error);
    if (status == AS_OK)
        status = report_failed(context, &result, setting.broken, error);
    if (status == AS_OK)
        status = as_report_faults(&delivered, error);
    as_arena_free(&enriched.arena);
    as_delivery_free(&delivered);
    as_run_free(&result);
    return status;
}

const struct as_command as_command_run = {
    .name = "run",
    .group = AS_GROUP_DAY,
    .summary = "decide for every lead, store what changed, queue what follows",
    .text =
        "Asks providers first, where packs enrich (see `assay enrich`), for ten minutes at most. Reads the "
        "facts known at --at, decides every pack over them, and stores per pack, in one transaction, where "
        "each lead stands, every decision that changed with its ledger, owners, tasks and the messages to "
        "send. A pack that fails stores nothing; the others go on.\n\n"
        "The first run of a pack moves everybody, so its effects are held until --approve; with --baseline "
        "it makes none. With --max-moves the effects of a run that moves a larger share of the leads are "
        "held, and the exit code is 1 until --approve.\n\n"
        "A pack that declares an agreement runs only while marketing and sales have signed it (assay sign); "
        "once a version was promoted (assay promote), only that one runs. --dry-run needs neither.\n\n"
        "After a pack's first run only those are decided anew for whom something may have changed: leads "
        "with new facts, those of their accounts where rules look at the members, and those whom time alone "
        "may move. All others would stand as they do; their scores keep the day on which they were computed. "
        "--whole decides about everybody.\n\n"
        "Running again at the same time changes nothing.",
    .positionals = as_packs_to_run_positionals,
    .options =
        (const struct as_option[]){
            {.name = "dry-run",
             .letter = 'n',
             .kind = AS_OPTION_FLAG,
             .text = "decide and report, write nothing"},
            {.name = "baseline",
             .kind = AS_OPTION_FLAG,
             .text = "decide and store, but make no effects: for the first day"},
            {.name = "max-moves",
             .kind = AS_OPTION_TEXT,
             .value = "SHARE",
             .text = "hold the effects when more than this share of leads moves, for example 5%"},
            {.name = "approve",
             .kind = AS_OPTION_FLAG,
             .text = "let held effects go, and hold none of this run"},
            {.name = "whole",
             .kind = AS_OPTION_FLAG,
             .text = "decide about everybody, also where only a few have news"},
            {.name = "deliver",
             .kind = AS_OPTION_FLAG,
             .text = "send what the outbox holds afterwards, as `assay deliver` does"},
            {.name = "no-enrich",
             .kind = AS_OPTION_FLAG,
             .text = "ask no provider first: decide on what is known"},
            AS_OPTION_POLICY,
            {.name = "profile",
             .kind = AS_OPTION_FLAG,
             .text = "say where the time went: by phase, rule and function"},
            AS_OPTION_JOBS,
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples =
        (const char *const[]){"assay run rules/inbound --baseline  # the first day: nobody is flooded",
                              "assay run --max-moves 5%            # every morning, from cron",
                              "assay run rules/inbound --dry-run   # what would this version do?",
                              "assay run rules/inbound --dry-run --profile --quiet  # which rules are slow?",
                              NULL},
    .run = run,
};
