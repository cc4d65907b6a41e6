/* assay handoff: what sales gets with a lead, and sales' answer. Who may be handed over and what is in the
 * package is host/run's; the answer is recorded as `assay record` records it. */
#include "cmd/commands.h"
#include "cmd/decisions/handoff_page.h"
#include "cmd/facts/record.h"
#include "cmd/line/pack_choice.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "store/report/report.h"
#include "store/work/work.h"

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
 * first. */
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
        if (as_package_of(package, h->context->store, &request, &other) == AS_OK)
            status = AS_OK;
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
        as_error_advise(error, near != NULL ? "did you mean \"%s\"?" : "its reasons: %s",
                        near != NULL ? near
                        : list.n > 0 ? as_buf_c(&list)
                                     : "any text");
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

/* --- offers that wait --- */

struct waiting {
    struct handing *h;
    struct as_table table;
    struct as_json json;
    const struct as_offer_row *row;
    struct as_owed_list *owed; /* by pack of h */
    bool agreed;               /* some pack has an agreement about hand-offs */
    uint64_t n;
};

/* What the offer waits for: of its agreements the one that is due first; NULL: none. */
static const struct as_owed *owed_of(const struct waiting *w, const struct as_offer_row *row)
{
    const struct as_owed *first = NULL;
    for (uint32_t p = 0; p < w->h->pack_count; p++)
        for (uint32_t i = 0; i < w->owed[p].list.n; i++) {
            const struct as_owed *one = &w->owed[p].list.at[i];
            bool this = one->offer == row->id && strcmp(w->h->packs[p].pack->name, row->pack) == 0;
            if (this && (first == NULL || one->clock.due < first->clock.due))
                first = one;
        }
    return first;
}

static void owed_cell(struct as_table *table, const struct as_owed *owed)
{
    static const enum as_style styles[] = {
        [AS_CLOCK_RUNS] = AS_PLAIN, [AS_CLOCK_AT_RISK] = AS_YELLOW, [AS_CLOCK_OVERDUE] = AS_RED};
    char due[AS_WORDING], text[2 * AS_WORDING];
    if (owed == NULL) {
        as_table_style(table, AS_DIM, "·");
        return;
    }
    as_instant_format(due, owed->clock.due);
    snprintf(text, sizeof text, "%s%s", due,
             owed->clock.state == AS_CLOCK_OVERDUE   ? ", overdue"
             : owed->clock.state == AS_CLOCK_AT_RISK ? ", at risk"
                                                     : "");
    as_table_style(table, styles[owed->clock.state], text);
}

static enum as_status take_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct waiting *w = context;
    const struct as_offer_row *row = w->row;
    int64_t at = w->h->context->at;
    char text[AS_WORDING];
    (void)error;
    w->n++;
    as_json_open(&w->json, '{');
    as_json_put_int(&w->json, "id", row->lead_id);
    as_json_put_text(&w->json, "lead", who->name);
    as_json_put_text(&w->json, "account", who->company);
    as_json_put_text(&w->json, "pack", row->pack);
    as_json_put_text(&w->json, "model", row->model);
    as_json_put_text(&w->json, "owner", row->owner);
    as_json_put_time(&w->json, "offered", row->offered);
    as_json_put_int(&w->json, "waiting_seconds", at - row->offered);
    const struct as_owed *owed = owed_of(w, row);
    as_json_key(&w->json, "owed");
    if (owed != NULL) {
        as_json_open(&w->json, '{');
        as_json_put_text(&w->json, "agreement", owed->level->name);
        as_service_clock_json(&w->json, &owed->clock);
        as_json_close(&w->json, '}');
    } else {
        as_json_text(&w->json, NULL);
    }
    as_json_close(&w->json, '}');
    as_table_row(&w->table);
    as_table_printf(&w->table, "%s%s%s", who->name, who->company != NULL ? ", " : "",
                    who->company != NULL ? who->company : "");
    as_table_text(&w->table, row->owner != NULL ? row->owner : "nobody");
    as_table_text(&w->table, as_instant_format(text, row->offered));
    as_table_text(&w->table, as_age_format(text, at - row->offered));
    if (w->agreed)
        owed_cell(&w->table, owed);
    return AS_OK;
}

static enum as_status take_waiting(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct waiting *w = context;
    if (row->offered > w->h->context->at)
        return AS_OK;
    w->row = row;
    return as_store_who(w->h->context->store, row->lead_id, take_who, w, error);
}

/* The packs that run, and what is owed by their agreements; none where nothing ever ran. */
static enum as_status read_owed(struct waiting *w, struct as_error *error)
{
    struct as_context *context = w->h->context;
    struct as_texts named = as_given_texts(w->h->arguments, "pack");
    struct as_error own = AS_ERROR_INIT;
    enum as_status status = as_choose_packs(&w->h->packs, &w->h->pack_count, NULL, context, named, 1, &own);
    if (status == AS_ERR_MISSING && named.n == 0 && own.file[0] == '\0') {
        w->h->pack_count = 0;
        return AS_OK;
    }
    if (status != AS_OK) {
        *error = own;
        return status;
    }
    w->owed = as_arena_array(&context->arena, w->h->pack_count + (size_t)1, sizeof *w->owed);
    if (w->owed == NULL)
        return as_error_memory(error);
    for (uint32_t p = 0; p < w->h->pack_count && status == AS_OK; p++) {
        const struct as_pack *pack = w->h->packs[p].pack;
        w->agreed |= pack->service_levels.n > 0;
        status =
            as_owed_of(&w->owed[p], &context->arena, context->store, pack, AS_OWED_NOW, context->at, error);
    }
    return status;
}

static enum as_status list_waiting(struct handing *h, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Waits for sales' answer", false, true},
                                                     {"Owner", false, false},
                                                     {"Offered", false, false},
                                                     {"For", true, false},
                                                     {"Answer due", false, false}};
    struct as_context *context = h->context;
    const struct as_terminal page = as_page(&context->terminal);
    struct as_buf text = {.p = NULL};
    struct waiting w = {.h = h, .json = {.out = &text}};
    enum as_status status = read_owed(&w, error);
    if (status != AS_OK)
        return status;
    as_table_open(&w.table, columns, w.agreed ? 5 : 4);
    as_json_open(&w.json, '[');
    status = as_store_offers(context->store, as_given(h->arguments, "pack") ? h->packs[0].pack->name : NULL,
                             0, true, take_waiting, &w, error);
    as_json_close(&w.json, ']');
    if (status == AS_OK && context->json)
        status = as_context_print_json(context, &text, error);
    else if (status == AS_OK && w.n > 0)
        status = as_table_print(&w.table, &page, 0, error);
    else if (status == AS_OK && !context->quiet)
        fputs("No offer waits for an answer.\n", page.out);
    as_table_close(&w.table);
    as_buf_free(&text);
    return status;
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

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    struct handing h = {.context = context, .arguments = arguments};
    const char *lead = as_given_text(arguments, "LEAD");
    bool accept = as_given(arguments, "accept"), reject = as_given(arguments, "reject");
    bool content = as_given(arguments, "content");
    if (content && (lead != NULL || accept || reject))
        return as_error_set(error, AS_ERR_USAGE, "--content is about all content, not about a lead");
    if (accept && reject)
        return as_error_set(error, AS_ERR_USAGE, "sales accepts a lead or rejects it, not both");
    if (lead == NULL && (accept || reject))
        return as_error_set(error, AS_ERR_USAGE, "name the lead that is %s",
                            accept ? "accepted" : "rejected");
    enum as_status status = as_known_at(&h.known_at, context, arguments, error);
    if (status == AS_OK)
        status = as_context_store(context, accept || reject ? AS_STORE_WRITE : AS_STORE_READ, error);
    if (status != AS_OK || lead == NULL)
        return status != AS_OK ? status : content ? show_coverage(&h, error) : list_waiting(&h, error);
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
            "Without LEAD: the offers that wait for sales' answer, the oldest first. With --content: what "
            "the catalogue has for each persona in each buying phase, which questions nothing answers, and "
            "what nobody uses; the exit code is 1 when there are gaps.",
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
