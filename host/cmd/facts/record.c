/* assay record: what people did, learnt and decided about one lead, as facts with a time and a name. What
 * follows from them is the next run's business. */
#include "cmd/facts/record.h"
#include "cmd/commands.h"
#include "run/decision/json.h"
#include "store/report/report.h"

#include <string.h>

enum as_status as_record_act_do(struct as_recording *r, const struct as_record_act *act,
                                struct as_error *error)
{
    enum as_status status = as_record_permit(r, error);
    if (status != AS_OK || !act->facts)
        return status == AS_OK ? act->record(r, error) : status;
    struct as_facts_options options = {
        .system = "assay",
        .file = "record",
        .precedence = AS_FROM_STATED,
        .now = r->context->at,
    };
    struct as_facts_summary summary;
    status = as_facts_open(&r->facts, r->context->store, r->context->schema, &options, error);
    if (status == AS_OK)
        status = act->record(r, error);
    if (status == AS_OK)
        status = as_facts_commit(r->facts, &summary, error);
    r->corrects = status == AS_OK && strcmp(r->act, "touch") == 0 && summary.updated > 0;
    as_facts_close(r->facts);
    return status;
}

static enum as_status print_who(void *into, const struct as_who *who, struct as_error *error)
{
    const struct as_recording *r = into;
    const struct as_context *context = r->context;
    const char *name = r->account ? who->company : who->name;
    enum as_status status = AS_OK;
    struct as_buf out = {0};
    if (context->json) {
        struct as_json json = {.out = &out};
        as_json_open(&json, '{');
        as_json_put_int(&json, r->account ? "account" : "lead", r->id);
        as_json_put_text(&json, "name", name);
        as_json_put_text(&json, "recorded", r->act);
        as_json_put_text(&json, "at", r->at);
        as_json_put_bool(&json, "changed", r->changed);
        as_json_put_bool(&json, "corrects", r->corrects);
        as_json_close(&json, '}');
        status = as_context_print_json(context, &out, error);
    } else {
        as_display_text(&out, as_str_of(name ? name : r->subject));
        as_buf_printf(&out, ": %s", r->act);
        for (uint32_t i = 0; i < r->details.n; i++) {
            as_buf_char(&out, ' ');
            as_display_text(&out, as_str_of(r->details.at[i]));
        }
        as_buf_text(&out, r->corrects  ? " is recorded as a second word on that touch: the first one stays\n"
                          : r->changed ? " is recorded\n"
                                       : " is recorded already: nothing changed\n");
        fputs(as_buf_c(&out), context->terminal.out);
    }
    as_buf_free(&out);
    return status;
}

static enum as_status find_subject(struct as_recording *r, const char *words, struct as_error *error)
{
    struct as_store *store = r->context->store;
    enum as_status status = r->account ? as_store_find_account(&r->id, store, words, error)
                                       : as_store_find_lead(&r->id, store, words, error);
    if (status != AS_OK)
        return status;
    r->subject = as_arena_printf(r->arena, "#%lld", (long long)r->id);
    return r->subject ? AS_OK : as_error_memory(error);
}

/* Whether the act is one of these, which are named for a message, too: "answer or override". */
static bool is_among(struct as_buf *said, const char *act, const char *const *acts)
{
    bool found = false;
    for (const char *const *one = acts; *one != NULL; one++) {
        found |= strcmp(*one, act) == 0;
        as_buf_printf(said, "%s%s", one == acts ? "" : one[1] != NULL ? ", " : " or ", *one);
    }
    return found;
}

static enum as_status check_options(const struct as_recording *r, struct as_error *error)
{
    static const struct {
        const char *option, *acts[4];
    } rows[] = {{"by", {"answer", "override"}},
                {"manner", {"answer"}},
                {"outcome", {"done"}},
                {"pack", {"override", "track", "appointment"}},
                {"model", {"override", "appointment"}}};
    static const char *const unreasoned[] = {"answer", "touch", "consent", "done", NULL};
    enum as_status status = AS_OK;
    struct as_buf acts = {.p = NULL};
    for (size_t i = 0; i < sizeof rows / sizeof *rows && status == AS_OK; i++) {
        as_buf_reset(&acts);
        bool idle = !is_among(&acts, r->act, rows[i].acts);
        status = as_refuse_idle(r->arguments, rows[i].option, idle, as_buf_c(&acts), error);
    }
    if (status == AS_OK)
        status = as_refuse_idle(r->arguments, "reason", is_among(&acts, r->act, unreasoned),
                                "rejected, override, track and events", error);
    as_buf_free(&acts);
    return status;
}

enum as_status as_record(struct as_recording *r, struct as_arena *arena, struct as_context *context,
                         const struct as_arguments *arguments, int64_t happened, struct as_error *error)
{
    struct as_record_act act;
    *r = (struct as_recording){
        .context = context,
        .arena = arena,
        .arguments = arguments,
        .account = as_given(arguments, "account"),
        .act = as_given_text(arguments, "ACT"),
        .user = as_given_text(arguments, "user"),
        .reason = as_given_text(arguments, "reason"),
        .details = as_given_texts(arguments, "DETAIL"),
        .happened = happened,
    };
    as_time_format(r->at, happened);
    enum as_status status = as_record_act_find(&act, r, error);
    if (status == AS_OK)
        status = check_options(r, error);
    if (status == AS_OK && r->account && !act.account) {
        status = as_error_set(error, AS_ERR_USAGE, "%s is said of people, not of accounts", r->act);
        as_error_advise(error, "leave --account out and name the person");
    }
    if (status == AS_OK)
        status = find_subject(r, as_given_text(arguments, "WHO"), error);
    return status == AS_OK ? as_record_act_do(r, &act, error) : status;
}

static enum as_status run_record(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    struct as_recording r;
    enum as_status status = as_context_store(context, AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = as_store_lock(context->store, "record", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = as_record(&r, &context->arena, context, arguments, context->at, error);
    if (status != AS_OK || (context->quiet && !context->json))
        return status;
    return r.account ? as_store_account_who(context->store, r.id, print_who, &r, error)
                     : as_store_who(context->store, r.id, print_who, &r, error);
}

static const char *const voices[] = {"buyer", "sales", "marketing", "system", NULL};
static const char *const manners[] = {"stated", "inferred", NULL};
static const struct as_positional positionals[] = {
    {.name = "WHO",
     .text =
         "the lead: e-mail, id of the CRM, #number, or the beginning of a name; with --account an account"},
    {.name = "ACT",
     .text = "answer, touch, consent, accepted, rejected, override, track, appointment, rated, done, or a "
             "kind of event: won, lost, "
             "no_decision, meeting_held …"},
    {.name = "DETAIL", .text = "what the act needs, see the examples", .optional = true, .repeats = true},
    {0},
};
static const struct as_option options[] = {
    {.name = "account", .kind = AS_OPTION_FLAG, .text = "WHO is an account"},
    {.name = "by",
     .kind = AS_OPTION_CHOICE,
     .value = "VOICE",
     .text = "whose word an answer or override is; else sales",
     .choices = voices},
    {.name = "manner",
     .kind = AS_OPTION_CHOICE,
     .value = "MANNER",
     .text = "how an answer is known; else stated",
     .choices = manners},
    {.name = "user", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "which of our people did it"},
    {.name = "reason",
     .kind = AS_OPTION_TEXT,
     .value = "TEXT",
     .text = "why: rejected, override and track need it"},
    {.name = "outcome", .kind = AS_OPTION_TEXT, .value = "TEXT", .text = "done: what came of the task"},
    {.name = "pack",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "override: in this pack alone; track: whose it is; appointment: whose gate is asked"},
    {.name = "model",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "override: in this model alone; appointment: whose gate is asked"},
    {0},
};
static const char *const examples[] = {
    "assay record ada@acme.example answer need=acknowledged evaluating=true",
    "assay record --account acme.example answer decision_by=2026-09-30",
    "assay record ada@acme.example touch call outcome=reached --user \"R. Ito\"",
    "assay record ada@acme.example meeting_held minutes=30 --at 2026-03-02",
    "assay record ada@acme.example accepted --user \"R. Ito\"",
    "assay record ada@acme.example rejected --reason \"no project before next year\"",
    "assay record ada@acme.example won amount=12000",
    "assay record ada@acme.example override stage=sales_ready --reason \"met at the fair\"",
    "assay record ada@acme.example track \"business case\" --reason \"asked for numbers\" --user \"L. "
    "Vogel\"",
    "assay record ada@acme.example appointment starts=2026-03-12T10:00:00Z with=\"S. Okafor\" --user \"L. "
    "Vogel\"",
    "assay record ada@acme.example meeting_moved starts=2026-03-13T09:00:00Z --user \"L. Vogel\"",
    "assay record ada@acme.example rated 4 --user \"S. Okafor\" --reason \"knew his numbers\"",
    "assay record ada@acme.example consent email granted source=\"trade fair\"",
    "assay record ada@acme.example done 7 --outcome \"meeting on Friday\"",
    NULL,
};

const struct as_command as_command_record = {
    .name = "record",
    .group = AS_GROUP_DATA,
    .summary = "say what people did, learnt or decided about a lead",
    .text = "What is recorded is kept as a fact with its time and takes effect with the next run. Nothing "
            "recorded is ever overwritten: a later word supersedes an earlier one. An override holds against "
            "the rules until the next act or override; override none lets the rules decide again. A lead "
            "that a person places in a "
            "track enters it with the next run and stays to its end or until it leaves nurturing; track out "
            "keeps "
            "it out of all, track none gives it back to the rules. An appointment needs the gate "
            "sales_ready, the meeting that was just "
            "agreed on counted with; who held it rates it from 1 to 5.\n\n"
            "--at says when it happened and became known.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_record,
};
