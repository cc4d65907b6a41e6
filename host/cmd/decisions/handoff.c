/* assay handoff: what sales gets with a lead, and sales' answer. Who may be handed over and what is in the
 * package is host/run's; the answer is recorded as `assay record` records it. */
#include "base/suggest.h"
#include "cmd/commands.h"
#include "cmd/decisions/handoff_page.h"
#include "cmd/facts/record.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"

#include <inttypes.h>
#include <string.h>

struct handing {
    struct as_context *context;
    const struct as_arguments *arguments;
    struct as_run_pack *packs;
    uint32_t pack_count;
    int64_t lead_id, known_at;
};

/* --- one package --- */

/* By the pack that is named; else by the first that hands the lead over. The reason why not is that of the
 * first that has the model. */
static enum as_status make_package(struct as_package *package, struct handing *h, struct as_error *error)
{
    struct as_package_request request = {.schema = h->context->schema,
                                         .packs = h->packs,
                                         .pack_count = h->pack_count,
                                         .model = as_given_text(h->arguments, "model"),
                                         .at = h->context->at,
                                         .known_at = h->known_at,
                                         .lead_id = h->lead_id};
    bool any = as_given(h->arguments, "pack");
    enum as_status status = as_package_of(package, h->context->store, &request, error);
    for (uint32_t i = 1; i < h->pack_count && !any && (status == AS_ERR_CONFLICT || status == AS_ERR_USAGE);
         i++) {
        struct as_run_pack first = h->packs[i];
        struct as_error other = AS_ERROR_INIT;
        h->packs[i] = h->packs[0];
        h->packs[0] = first;
        enum as_status own = as_package_of(package, h->context->store, &request, &other);
        if (own == AS_OK || (own == AS_ERR_CONFLICT && status == AS_ERR_USAGE)) {
            *error = other; /* what the first one said is nobody's word any more */
            status = own;
        }
    }
    return status;
}

static bool is_json(const struct handing *h)
{
    const char *format = as_given_text(h->arguments, "format");
    return h->context->json || (format != NULL && strcmp(format, "json") == 0);
}

static enum as_document_form form_of(const char *format)
{
    return format == NULL                    ? AS_DOCUMENT_TEXT
           : strcmp(format, "markdown") == 0 ? AS_DOCUMENT_MARKDOWN
           : strcmp(format, "html") == 0     ? AS_DOCUMENT_HTML
                                             : AS_DOCUMENT_TEXT;
}

static void print_faults(const struct as_terminal *t, const struct as_package *package)
{
    struct as_buf text = {.p = NULL};
    as_display_text(&text, as_str_of(package->explanation.lead));
    fprintf(t->out, "The package of %s is not complete:\n", as_buf_c(&text));
    as_buf_free(&text);
    for (uint32_t i = 0; i < package->faults.n; i++) {
        fputs("  ", t->out);
        as_wrap_print(t, 2, 4, package->faults.at[i].what);
        if (package->faults.at[i].advice == NULL)
            continue;
        fputs("    ", t->out);
        as_wrap_print(t, 4, 4, package->faults.at[i].advice);
    }
}

static enum as_status print_package(struct handing *h, const struct as_package *package,
                                    struct as_error *error)
{
    struct as_context *context = h->context;
    const char *format = as_given_text(h->arguments, "format");
    const struct as_terminal page = as_page(&context->terminal);
    context->findings |= package->faults.n > 0;
    if (is_json(h)) {
        struct as_buf text = {.p = NULL};
        struct as_json json = {.out = &text};
        as_package_json(&json, package);
        enum as_status status = as_context_print_json(context, &text, error);
        as_buf_free(&text);
        return status;
    }
    if (package->faults.n > 0) {
        print_faults(&page, package);
        return AS_OK;
    }
    struct as_document document = {.terminal = &page, .form = form_of(format)};
    return as_print_package(&document, package, error);
}

/* --- sales' answer --- */

/* Reasons are the team's where it lists them: what follows from each is in the rules. */
static enum as_status check_reason(const char **reason, const struct as_package *package,
                                   struct as_error *error)
{
    const struct as_model *model = package->model->model;
    const char *names[64];
    uint32_t n = 0;
    struct as_buf list = {.p = NULL};
    for (uint32_t i = 0; i < model->reject_reasons.n; i++) {
        const char *name = model->reject_reasons.at[i].reason;
        if (as_str_is_nocase(as_str_trim(as_str_of(*reason)), name)) {
            *reason = name;
            as_buf_free(&list);
            return AS_OK;
        }
        if (n < sizeof names / sizeof *names)
            names[n++] = name;
        as_buf_printf(&list, "%s%s", i > 0 ? ", " : "", name);
    }
    enum as_status status = AS_OK;
    if (as_str_trim(as_str_of(*reason)).n == 0)
        status = as_error_set(error, AS_ERR_USAGE, "--reject needs a reason");
    else if (model->reject_reasons.n > 0)
        status = as_error_set(error, AS_ERR_USAGE, "model %s knows no reason \"%.80s\" to reject a lead",
                              model->name, *reason);
    if (status != AS_OK) {
        const char *near = as_suggest(as_str_of(*reason), names, n);
        as_error_meant(error, near);
        as_error_advise(error, "its reasons: %s", list.n > 0 ? as_buf_c(&list) : "any text");
    }
    as_buf_free(&list);
    return status;
}

static enum as_status print_answer(struct handing *h, const struct as_package *package,
                                   const struct as_recording *r, struct as_error *error)
{
    const struct as_context *context = h->context;
    struct as_buf out = {.p = NULL};
    enum as_status status = AS_OK;
    if (context->json) {
        struct as_json json = {.out = &out};
        as_json_open(&json, '{');
        as_json_put_int(&json, "lead", h->lead_id);
        as_json_put_text(&json, "name", package->explanation.lead);
        as_json_put_text(&json, "recorded", r->act);
        as_json_put_text(&json, "at", r->at);
        as_json_put_text(&json, "by", r->user);
        as_json_put_text(&json, "reason", r->reason);
        as_json_close(&json, '}');
        status = as_context_print_json(context, &out, error);
    } else if (!context->quiet) {
        as_display_text(&out, as_str_of(package->explanation.lead));
        as_buf_printf(&out, ": %s by ", r->act);
        as_display_text(&out, as_str_of(r->user));
        if (r->reason != NULL) {
            as_buf_text(&out, ", ");
            as_display_text(&out, as_str_of(r->reason));
        }
        fprintf(context->terminal.out, "%s; the next run moves the lead\n", as_buf_c(&out));
    }
    as_buf_free(&out);
    return status;
}

static enum as_status answer(struct handing *h, const struct as_package *package, bool accept,
                             struct as_error *error)
{
    const struct as_explained_model *model = package->model;
    struct as_recording r = {.context = h->context,
                             .arena = &h->context->arena,
                             .arguments = h->arguments,
                             .id = h->lead_id,
                             .subject = as_arena_printf(&h->context->arena, "#%" PRId64, h->lead_id),
                             .act = accept ? "accepted" : "rejected",
                             .user = as_given_text(h->arguments, "user"),
                             .reason = as_given_text(h->arguments, "reject"),
                             .happened = h->context->at};
    struct as_record_act act;
    if (r.user == NULL) {
        as_error_set(error, AS_ERR_USAGE, "%s needs --user: who answers for sales",
                     accept ? "--accept" : "--reject");
        return as_error_advise(error, "for example: --user \"R. Ito\"");
    }
    if (r.subject == NULL)
        return as_error_memory(error);
    enum as_status status = accept ? AS_OK : check_reason(&r.reason, package, error);
    if (status != AS_OK)
        return status;
    const struct as_package_offer *last =
        package->offers.n > 0 ? &package->offers.at[package->offers.n - 1] : NULL;
    if (last != NULL && last->answered != AS_TIME_NONE) {
        char when[AS_WORDING];
        as_error_set(error, AS_ERR_CONFLICT, "%.100s was %s%s%.80s on %.10s, and no offer waits since",
                     package->explanation.lead, last->state, last->by != NULL ? " by " : "",
                     last->by != NULL ? last->by : "", as_instant_format(when, last->answered));
        return as_error_advise(error,
                               "another word goes over the first: assay record LEAD override STAGE --reason "
                               "\"…\"");
    }
    uint8_t stage = model->standing.stage;
    if (stage == AS_STAGE_OPPORTUNITY || (accept && stage == AS_STAGE_ACCEPTED)) {
        as_error_set(error, AS_ERR_CONFLICT, "%.100s stands at %s already", package->explanation.lead,
                     model->label);
        return as_error_advise(error, "`assay handoff LEAD` shows who took the lead and when");
    }
    as_time_format(r.at, h->context->at);
    status = as_record_act_find(&act, &r, error);
    if (status == AS_OK)
        status = as_record_act_do(&r, &act, error);
    return status == AS_OK ? print_answer(h, package, &r, error) : status;
}

/* --- content --- */

static enum as_status show_coverage(struct handing *h, struct as_error *error)
{
    struct as_context *context = h->context;
    const struct as_terminal page = as_page(&context->terminal);
    struct as_document document = {.terminal = &page, .form = form_of(as_given_text(h->arguments, "format"))};
    struct as_buf text = {.p = NULL};
    struct as_json json = {.out = &text};
    struct as_coverage coverage;
    enum as_status status =
        as_choose_packs_first(&h->packs, &h->pack_count, context, as_given_text(h->arguments, "pack"), error);
    if (status == AS_OK)
        status = as_coverage_of(&coverage, context->store, h->packs[0].pack, context->at, error);
    if (status != AS_OK)
        return status;
    context->findings |= coverage.gaps.n > 0;
    if (is_json(h)) {
        as_coverage_json(&json, &coverage);
        status = as_context_print_json(context, &text, error);
    } else {
        status = as_print_coverage(&document, &coverage, error);
    }
    as_buf_free(&text);
    as_coverage_free(&coverage);
    return status;
}

/* What would be left aside in silence is refused. */
static enum as_status check_options(const struct as_arguments *arguments, const char *lead, bool content,
                                    bool answers, struct as_error *error)
{
    const char *format = as_given_text(arguments, "format");
    enum as_status status = as_refuse_idle(arguments, "user", !answers, "--accept or --reject", error);
    if (status == AS_OK)
        status = as_refuse_idle(arguments, "model", lead == NULL, "LEAD", error);
    if (status != AS_OK)
        return status;
    if (lead == NULL && !content && format != NULL && form_of(format) != AS_DOCUMENT_TEXT) {
        as_error_set(error, AS_ERR_USAGE,
                     "the list of offers is text or json; --format %s is for a lead's package", format);
        return as_error_advise(error, "name a lead, or leave --format away");
    }
    return AS_OK;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct handing h = {.context = context, .arguments = arguments};
    const char *lead = as_given_text(arguments, "LEAD");
    bool accept = as_given(arguments, "accept"), reject = as_given(arguments, "reject");
    bool content = as_given(arguments, "content");
    if (content && (lead != NULL || accept || reject)) {
        as_error_set(error, AS_ERR_USAGE, "--content is about all content, not about a lead");
        return as_error_advise(error, "leave out the lead, --accept and --reject");
    }
    if (accept && reject) {
        as_error_set(error, AS_ERR_USAGE, "sales accepts a lead or rejects it, not both");
        return as_error_advise(error, "leave one of them out");
    }
    if (lead == NULL && (accept || reject)) {
        as_error_set(error, AS_ERR_USAGE, "name the lead that is %s", accept ? "accepted" : "rejected");
        return as_error_advise(error, "for example: assay handoff ada@acme.example --accept");
    }
    enum as_status status = check_options(arguments, lead, content, accept || reject, error);
    if (status == AS_OK)
        status = as_known_at(&h.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, accept || reject ? AS_STORE_WRITE : AS_STORE_READ, error);
    if (status != AS_OK || lead == NULL)
        return status != AS_OK ? status
               : content       ? show_coverage(&h, error)
                               : as_list_offers(context, arguments, is_json(&h), error);
    if (accept || reject)
        status = as_store_lock(context->store, "handoff", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_store_find_lead(&h.lead_id, context->store, lead, error);
    if (status == AS_OK)
        status =
            as_choose_packs_first(&h.packs, &h.pack_count, context, as_given_text(arguments, "pack"), error);
    if (status != AS_OK)
        return status;
    struct as_package package;
    status = make_package(&package, &h, error);
    if (status != AS_OK)
        return status;
    status = accept || reject ? answer(&h, &package, accept, error) : print_package(&h, &package, error);
    as_package_free(&package);
    return status;
}

static const char *const formats[] = {"text", "markdown", "html", "json", NULL};

const struct as_command as_command_handoff = {
    .name = "handoff",
    .group = AS_GROUP_DAY,
    .summary = "what sales gets with a lead: history, questions, content, score; and sales' answer",
    .text = "With LEAD: the package for whoever takes the lead over. What happened and what comes next, the "
            "questions the buyer has answered and the first that is open, content that answers it, the "
            "buying group, the gate, the score with every point, the content plan, and everything that was "
            "offered, viewed, read and said.\n\n"
            "Only a lead that stands at sales_ready is handed over, by the gate or by a recorded override. A "
            "package without persona, content plan or content is not complete: what is missing is named, and "
            "the exit code is 1.\n\n"
            "--accept and --reject record sales' answer as `assay record LEAD accepted` does; the next run "
            "moves the lead. Where the model lists reject_reasons, REASON is one of them.\n\n"
            "Without LEAD: the offers that wait for sales' answer, the oldest first, and by when it is due "
            "where a pack has agreed on that (s.agreement). With --content: what the catalogue has for each "
            "persona in each buying phase, which questions nothing answers, and what nobody uses; the exit "
            "code is 1 when there are gaps.",
    .positionals =
        (const struct as_positional[]){
            {.name = "LEAD", .text = "e-mail, external id, #12, or beginning of a name", .optional = true},
            {0}},
    .options =
        (const struct as_option[]){
            {.name = "accept", .kind = AS_OPTION_FLAG, .text = "sales takes the lead"},
            {.name = "reject",
             .kind = AS_OPTION_TEXT,
             .value = "REASON",
             .text = "sales gives the lead back"},
            {.name = "user", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "who answers for sales"},
            {.name = "content",
             .kind = AS_OPTION_FLAG,
             .text = "what content there is for each persona and phase, its gaps, and what is used"},
            {.name = "format",
             .kind = AS_OPTION_CHOICE,
             .value = "FORM",
             .text = "how to print; html is one page that needs nothing beside it",
             .choices = formats},
            {.name = "pack",
             .kind = AS_OPTION_TEXT,
             .value = "PACK",
             .text = "a folder with a pack.lua, or the name of a pack that has run"},
            {.name = "model", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "the model that hands over"},
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples =
        (const char *const[]){"assay handoff jane@acme.example",
                              "assay handoff jane@acme.example --format html > jane.html",
                              "assay handoff jane@acme.example --accept --user \"R. Ito\"",
                              "assay handoff jane@acme.example --reject \"no budget\" --user \"R. Ito\"",
                              "assay handoff  # who waits for an answer",
                              "assay handoff --content  # what is missing in the catalogue", NULL},
    .run = run,
};
