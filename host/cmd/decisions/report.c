/* assay report: funnel, velocity and what follows from them, for whoever answers for the numbers. */
#include "run/report/report.h"
#include "cmd/commands.h"
#include "cmd/decisions/report_page.h"
#include "cmd/line/pack_choice.h"
#include "cmd/line/watch.h"
#include "cmd/output/output_file.h"
#include "cmd/output/wrap.h"

#include "base/thread.h"
#include "base/time.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A bare date of --since is its beginning. */
static enum as_status read_window(struct as_report_request *request, const struct as_context *context,
                                  const struct as_arguments *arguments, struct as_error *error)
{
    const char *since = as_given_text(arguments, "since"), *until = as_given_text(arguments, "until");
    enum as_status status = AS_OK;
    const char *adopted = as_given_text(arguments, "adopted");
    request->since = AS_TIME_NONE;
    request->adopted = AS_TIME_NONE;
    request->until = context->at;
    if (since != NULL && !as_time_parse(&request->since, NULL, as_str_of(since))) {
        status = as_time_parse_at(&request->since, as_str_of(since), context->now, error);
        if (status == AS_OK)
            request->since = as_day_of(request->since) * AS_DAY_SECONDS;
    }
    if (status == AS_OK && until != NULL)
        status = as_time_parse_at(&request->until, as_str_of(until), context->now, error);
    if (status == AS_OK && adopted != NULL)
        status = as_time_parse_at(&request->adopted, as_str_of(adopted), context->now, error);
    if (status != AS_OK)
        return status;
    if (request->until > context->at)
        request->until = context->at;
    if (request->since != AS_TIME_NONE && request->since > request->until) {
        as_error_set(error, AS_ERR_USAGE, "nothing lies between --since %s and %s", since,
                     until != NULL ? until : "the time of the report");
        return as_error_advise(error, "--since is the earlier of the two");
    }
    return AS_OK;
}

static enum as_status read_span(struct as_span *out, const struct as_arguments *arguments, const char *option,
                                const char *otherwise, struct as_error *error)
{
    const char *given = as_given_text(arguments, option);
    enum as_status status = as_span_parse(out, as_str_of(given != NULL ? given : otherwise), error);
    return status == AS_ERR_RULE ? (error->status = AS_ERR_USAGE) : status;
}

/* What is promised; one business day each where nothing is said. *zone is the caller's to free. */
static enum as_status read_terms(struct as_report_terms *terms, struct as_zone **zone,
                                 const struct as_arguments *arguments, struct as_error *error)
{
    const char *hours = as_given_text(arguments, "hours"), *name = as_given_text(arguments, "timezone");
    enum as_status status =
        as_business_parse(&terms->business, as_str_of(hours != NULL ? hours : "09:00-17:00"), error);
    if (status == AS_OK && name != NULL)
        status = as_zone_open(zone, as_str_of(name), error);
    terms->business.zone = *zone;
    if (status == AS_OK)
        status = read_span(&terms->first_touch, arguments, "first-touch", "1 business day", error);
    if (status == AS_OK)
        status = read_span(&terms->field, arguments, "field-answer", "1 business day", error);
    terms->dropped_days = as_given_int(arguments, "dropped-after", 14);
    terms->lost_days = as_given_int(arguments, "lost-within", 30);
    return status;
}

/* "80 EUR", "62.50" */
static enum as_status read_cost(struct as_report_request *request, const struct as_arguments *arguments,
                                struct as_error *error)
{
    struct as_str currency = as_str_of(as_given_text(arguments, "hour-cost")), amount;
    double units;
    if (currency.n == 0)
        return AS_OK;
    amount = as_str_cut(&currency, ' ');
    request->hour_currency = currency.p != NULL ? currency.p : "";
    if (as_parse_number(&units, amount) && units > 0 && units < 1e9) {
        request->hour_cost = llround(units * 100);
        return AS_OK;
    }
    as_error_set(error, AS_ERR_USAGE, "--hour-cost %s is no amount", as_given_text(arguments, "hour-cost"));
    return as_error_advise(error, "write 80 EUR");
}

static void choose_parts(struct as_report_request *request, const struct as_arguments *arguments)
{
    const char *named = as_given_text(arguments, "SECTION");
    for (int part = 0; part < AS_REPORT_PARTS; part++)
        if (named == NULL || strcmp(named, as_report_part_names[part]) == 0)
            request->parts |= 1u << part;
}

/* Every pack that ran, or the one named; none where nothing ever ran, since deals can be told without. */
static enum as_status choose_packs(struct as_run_pack **packs, uint32_t *n, unsigned threads,
                                   struct as_context *context, const struct as_arguments *arguments,
                                   struct as_error *error)
{
    struct as_texts named = as_given_texts(arguments, "pack");
    struct as_error own = AS_ERROR_INIT;
    enum as_status status = as_choose_packs(packs, n, NULL, context, named, threads, &own);
    if (status == AS_ERR_MISSING && named.n == 0 && own.file[0] == '\0') {
        *n = 0;
        return AS_OK;
    }
    if (status != AS_OK)
        *error = own;
    return status;
}

static enum as_status make(struct as_report *report, struct as_context *context,
                           struct as_report_request *request, const struct as_run_pack *pack,
                           struct as_error *error)
{
    struct as_watch watch;
    request->pack = pack;
    request->progress = as_watch_show;
    request->progress_context = &watch;
    as_watch_open(&watch, context, "reading", "");
    enum as_status status = as_report_of(report, context->store, request, error);
    as_watch_close(&watch);
    return status;
}

/* What is printed into: JSON, the terminal, or a page for --html. */
struct output {
    struct as_context *context;
    struct as_buf text;
    struct as_json json;
    struct as_terminal page;
    struct as_document document;
    const char *html; /* the file; NULL: none */
    char *bytes;      /* of the page */
    size_t size;
};

static enum as_status open_output(struct output *out, struct as_context *context,
                                  const struct as_arguments *arguments, struct as_error *error)
{
    *out = (struct output){.context = context, .html = as_given_text(arguments, "html")};
    out->text.max = (size_t)1 << 30;
    out->json.out = &out->text;
    out->page = as_page(&context->terminal);
    out->document.terminal = &out->page;
    if (out->html != NULL) {
        out->page.out = open_memstream(&out->bytes, &out->size);
        out->page.color = false;
        out->document.form = AS_DOCUMENT_HTML;
        if (out->page.out == NULL)
            return as_error_memory(error);
        as_document_begin(&out->document, "Report");
    }
    as_json_open(&out->json, '{');
    as_json_key(&out->json, "reports");
    as_json_open(&out->json, '[');
    return AS_OK;
}

static enum as_status close_output(struct output *out, enum as_status status, struct as_error *error)
{
    as_json_close(&out->json, ']');
    as_json_close(&out->json, '}');
    if (out->html != NULL && out->page.out != NULL) {
        as_document_end(&out->document);
        bool failed = fclose(out->page.out) != 0;
        if (status == AS_OK)
            status = failed ? as_error_memory(error)
                            : as_output_replace(&out->context->arena, out->html,
                                                (struct as_str){out->bytes, out->size}, error);
    }
    if (status == AS_OK && out->context->json)
        status = as_context_print_json(out->context, &out->text, error);
    free(out->bytes);
    as_buf_free(&out->text);
    return status;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct as_report_request request = {
        .at = context->at, .threads = (unsigned)as_given_int(arguments, "jobs", as_processors())};
    struct as_run_pack *packs = NULL;
    uint32_t n = 0;
    struct output out;
    struct as_zone *zone = NULL;
    choose_parts(&request, arguments);
    enum as_status status = read_window(&request, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = choose_packs(&packs, &n, request.threads, context, arguments, error);
    if (status == AS_OK && n > 0)
        status = as_context_learn(context, error);
    request.schema = context->schema;
    if (status == AS_OK)
        status = read_terms(&request.terms, &zone, arguments, error);
    if (status == AS_OK)
        status = read_cost(&request, arguments, error);
    if (status != AS_OK)
        goto done;
    status = open_output(&out, context, arguments, error);
    for (uint32_t i = 0; i < (n > 0 ? n : 1) && status == AS_OK; i++) {
        struct as_report report;
        status = make(&report, context, &request, n > 0 ? &packs[i] : NULL, error);
        if (status == AS_OK && context->json)
            as_report_json(&out.json, &report);
        if (status == AS_OK && (out.html != NULL || !context->json))
            status = as_print_report(&out.document, &report, error);
        as_report_free(&report);
    }
    status = close_output(&out, status, error);
done:
    as_zone_free(zone);
    return status;
}

const struct as_command as_command_report = {
    .name = "report",
    .group = AS_GROUP_DAY,
    .summary = "funnel, velocity and what follows from them",
    .text =
        "Counts what runs stored and what was imported, as of --at. Nothing is decided anew but for the "
        "facts. Every share says of how many it is and its 95 % interval; what cannot be known says why.\n\n"
        "--since and --until choose leads by the day on which they began and deals by the day on which they "
        "closed; times in a stage are of all history.",
    .positionals = (const struct as_positional[]){{.name = "SECTION",
                                                   .text = "one part; else all of them",
                                                   .choices = as_report_part_names,
                                                   .optional = true},
                                                  {0}},
    .options =
        (const struct as_option[]){
            {.name = "pack",
             .kind = AS_OPTION_LIST,
             .value = "PACK",
             .text = "of this pack; else of every pack that has run"},
            {.name = "since", .kind = AS_OPTION_TEXT, .value = "TIME", .text = "from then on; else ever"},
            {.name = "until", .kind = AS_OPTION_TEXT, .value = "TIME", .text = "up to then; else --at"},
            {.name = "first-touch",
             .kind = AS_OPTION_TEXT,
             .value = "SPAN",
             .text = "promise: from a lead worth a call to a person's first word; else 1 business day"},
            {.name = "field-answer",
             .kind = AS_OPTION_TEXT,
             .value = "SPAN",
             .text = "promise: from an offer to sales to its answer; else 1 business day"},
            {.name = "hours",
             .kind = AS_OPTION_TEXT,
             .value = "HH:MM-HH:MM",
             .text = "business hours, Monday to Friday; else 09:00-17:00"},
            {.name = "timezone", .kind = AS_OPTION_TEXT, .value = "ZONE", .text = "of these hours; else UTC"},
            {.name = "dropped-after",
             .kind = AS_OPTION_INT,
             .value = "DAYS",
             .text = "a lead in people's hands without a word for so long is dropped; else 14",
             .least = 1,
             .most = AS_MAX_WINDOW_DAYS},
            {.name = "lost-within",
             .kind = AS_OPTION_INT,
             .value = "DAYS",
             .text = "a loss so soon after the hand-off counts against it; else 30",
             .least = 1,
             .most = AS_MAX_WINDOW_DAYS},
            {.name = "hour-cost",
             .kind = AS_OPTION_TEXT,
             .value = "AMOUNT",
             .text = "what an hour of a person costs, 80 EUR, for what duds cost"},
            {.name = "adopted",
             .kind = AS_OPTION_TEXT,
             .value = "TIME",
             .text = "since when sales uses the hand-off package: stages and research before and after"},
            AS_OPTION_JOBS,
            {.name = "html",
             .kind = AS_OPTION_TEXT,
             .value = "FILE",
             .text = "write a page that a browser shows and prints, whole or not at all"},
            {0}},
    .examples = (const char *const[]){"assay report                      # all of it, as of now",
                                      "assay report velocity --since 2026-01-01",
                                      "assay report --html board.html      # for the board",
                                      "assay report funnel --json | jq '.reports[0].sections.funnel'", NULL},
    .run = run,
};
