/* assay record: what people did, learnt and decided about one lead, as facts with a time and a name. What
 * follows from them is the next run's business. */
#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/context.h"
#include "run/json.h"
#include "score/pack.h"
#include "store/facts.h"
#include "store/report.h"
#include "store/work.h"

#include <string.h>

/* Most columns of one record, details included. */
enum { RECORD_PAIRS = 48 };

struct recording {
    struct as_context *context;
    const struct as_arguments *arguments;
    bool account;        /* WHO is an account */
    int64_t id;          /* of the lead or account */
    const char *subject; /* "#12" */
    const char *act;
    struct as_texts details;
    char at[AS_TIME_TEXT];
    struct as_facts *facts;
    bool changed;
    struct as_value_pair pairs[RECORD_PAIRS];
    uint32_t n;
};

typedef enum as_status (*act_fn)(struct recording *r, struct as_error *error);

static void pair(struct recording *r, const char *name, struct as_str value)
{
    if (r->n < RECORD_PAIRS && value.n > 0)
        r->pairs[r->n++] = (struct as_value_pair){name, value};
}

static void pair_option(struct recording *r, const char *name, const char *option)
{
    pair(r, name, as_str_of(as_given_text(r->arguments, option)));
}

static void start(struct recording *r)
{
    r->n = 0;
    pair(r, r->account ? "account_id" : "lead_id", as_str_of(r->subject));
    pair(r, "at", as_str_of(r->at));
}

static enum as_status put(struct recording *r, enum as_import_kind kind, struct as_error *error)
{
    struct as_record_sink sink = as_facts_sink(r->facts);
    struct as_record record = {.kind = kind, .line = 1, .pairs = r->pairs, .n = r->n};
    bool changed = false;
    enum as_status status = sink.put(sink.context, &record, &changed, error);
    r->changed |= changed;
    return status;
}

/* Splits "need=acknowledged". */
static enum as_status split(const char **name, struct as_str *value, struct recording *r, const char *detail,
                            const char *example, struct as_error *error)
{
    struct as_str rest = as_str_of(detail), before = as_str_cut(&rest, '=');
    if (!rest.p || before.n == 0) {
        as_error_set(error, AS_ERR_USAGE, "\"%.80s\" is not of the form NAME=VALUE", detail);
        as_error_advise(error, "for example: %s", example);
        return AS_ERR_USAGE;
    }
    *name = as_arena_copy(&r->context->arena, before.p, before.n);
    *value = rest;
    return *name ? AS_OK : as_error_memory(error);
}

static enum as_status needs(struct recording *r, const char *what, const char *example,
                            struct as_error *error)
{
    as_error_set(error, AS_ERR_USAGE, "assay record … %s needs %s", r->act, what);
    as_error_advise(error, "for example: %s", example);
    return AS_ERR_USAGE;
}

/* Details after the first `from` go under the names of `allowed`. */
static enum as_status pair_details(struct recording *r, uint32_t from, const char *const *allowed,
                                   const char *example, struct as_error *error)
{
    size_t n = 0;
    while (allowed[n])
        n++;
    for (uint32_t i = from; i < r->details.n; i++) {
        const char *name;
        struct as_str value;
        enum as_status status = split(&name, &value, r, r->details.at[i], example, error);
        if (status != AS_OK)
            return status;
        size_t k = 0;
        while (k < n && strcmp(allowed[k], name) != 0)
            k++;
        if (k == n) {
            const char *near = as_suggest(as_str_of(name), allowed, n);
            as_error_set(error, AS_ERR_USAGE, "%s has no \"%.80s\"", r->act, name);
            as_error_advise(error, near ? "did you mean %s?" : "for example: %s", near ? near : example);
            return AS_ERR_USAGE;
        }
        pair(r, allowed[k], value);
    }
    return AS_OK;
}

static enum as_status record_answer(struct recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example answer need=acknowledged";
    const char *voice = as_given_text(r->arguments, "by");
    if (r->details.n == 0)
        return needs(r, "QUESTION=VALUE", example, error);
    for (uint32_t i = 0; i < r->details.n; i++) {
        const char *question;
        struct as_str value;
        enum as_status status = split(&question, &value, r, r->details.at[i], example, error);
        if (status != AS_OK)
            return status;
        start(r);
        pair(r, "question", as_str_of(question));
        pair(r, "value", value);
        pair(r, "by", as_str_of(voice ? voice : "sales"));
        pair_option(r, "manner", "manner");
        pair_option(r, "user", "user");
        status = put(r, AS_IMPORT_ANSWERS, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

static enum as_status record_touch(struct recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example touch call outcome=reached summary=\"asked for a proposal\"";
    static const char *const allowed[] = {"id", "ask", "content", "outcome", "summary", NULL};
    if (r->details.n == 0 || strchr(r->details.at[0], '='))
        return needs(r, "a channel", example, error);
    start(r);
    pair(r, "channel", as_str_of(r->details.at[0]));
    pair_option(r, "user", "user");
    enum as_status status = pair_details(r, 1, allowed, example, error);
    return status == AS_OK ? put(r, AS_IMPORT_TOUCHES, error) : status;
}

static enum as_status record_consent(struct recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example consent email granted source=\"trade fair\"";
    static const char *const allowed[] = {"purpose", "basis", "source", "evidence", NULL};
    if (r->details.n < 2 || strchr(r->details.at[0], '=') || strchr(r->details.at[1], '='))
        return needs(r, "a channel and a state", example, error);
    start(r);
    pair(r, "channel", as_str_of(r->details.at[0]));
    pair(r, "state", as_str_of(r->details.at[1]));
    enum as_status status = pair_details(r, 2, allowed, example, error);
    return status == AS_OK ? put(r, AS_IMPORT_CONSENT, error) : status;
}

static const char *const no_values[] = {NULL};

/* The properties that a kind of event has, by name; ends with NULL. */
static const char *const *properties_of(struct recording *r, uint32_t kind)
{
    const struct as_schema *schema = r->context->schema;
    const char **names = as_arena_array(&r->context->arena, schema->properties.n + 1, sizeof *names);
    uint32_t n = 0;
    for (uint32_t i = 0; names && i < schema->properties.n; i++)
        if (schema->properties.at[i].kind == kind)
            names[n++] = schema->properties.at[i].name;
    return names ? names : no_values;
}

static enum as_status record_event(struct recording *r, const char *kind_name, const char *property,
                                   const char *value, struct as_error *error)
{
    struct as_arena *arena = &r->context->arena;
    uint32_t kind = as_schema_kind(r->context->schema, as_str_of(kind_name));
    char *example = as_arena_printf(arena, "assay record ada@acme.example %s", r->act);
    const char *const *allowed = properties_of(r, kind);
    if (!example)
        return as_error_memory(error);
    start(r);
    pair(r, "kind", as_str_of(kind_name));
    uint32_t first = r->n;
    enum as_status status = pair_details(r, 0, allowed, example, error);
    if (status != AS_OK)
        return status;
    if (value && as_schema_property(r->context->schema, kind, as_str_of(property)) != AS_NO_INDEX)
        pair(r, property, as_str_of(value));
    for (uint32_t i = first; i < r->n; i++) {
        r->pairs[i].name = as_arena_printf(arena, "property.%s", r->pairs[i].name);
        if (!r->pairs[i].name)
            return as_error_memory(error);
    }
    return put(r, AS_IMPORT_EVENTS, error);
}

static enum as_status record_accepted(struct recording *r, struct as_error *error)
{
    return record_event(r, "handoff_accepted", "by", as_given_text(r->arguments, "user"), error);
}

static enum as_status record_rejected(struct recording *r, struct as_error *error)
{
    const char *reason = as_given_text(r->arguments, "reason");
    if (!reason)
        return needs(r, "--reason: why sales gives the lead back",
                     "assay record ada@acme.example rejected --reason \"no project before next year\"",
                     error);
    return record_event(r, "handoff_rejected", "reason", reason, error);
}

static enum as_status record_any_event(struct recording *r, struct as_error *error)
{
    return record_event(r, r->act, "reason", as_given_text(r->arguments, "reason"), error);
}

/* "stage=sales_ready", "sales_ready", or "none": the machine decides again. */
static enum as_status read_stage(enum as_stage *stage, struct recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example override stage=sales_ready --reason \"met at the fair\"";
    const char *names[AS_STAGE_COUNT];
    size_t n = 0;
    if (r->details.n != 1)
        return needs(r, "one stage", example, error);
    struct as_str word = as_str_of(r->details.at[0]);
    if (as_str_starts(word, AS_STR("stage=")))
        word = (struct as_str){word.p + 6, word.n - 6};
    *stage = AS_STAGE_NONE;
    if (as_str_is(word, "none") || as_stage_parse(stage, word))
        return AS_OK;
    for (int s = AS_STAGE_SUSPECT; s < AS_STAGE_COUNT; s++)
        names[n++] = as_stage_name((enum as_stage)s);
    const char *near = as_suggest(word, names, n);
    as_error_set(error, AS_ERR_USAGE, "there is no stage \"%.*s\"", word.n > 80 ? 80 : (int)word.n, word.p);
    if (near)
        as_error_advise(error, "did you mean %s?", near);
    else
        as_error_advise(error, "for example: %s; none lets the rules decide again", example);
    return AS_ERR_USAGE;
}

static enum as_status record_override(struct recording *r, struct as_error *error)
{
    const char *reason = as_given_text(r->arguments, "reason");
    const char *user = as_given_text(r->arguments, "user"), *voice = as_given_text(r->arguments, "by");
    enum as_stage stage;
    enum as_status status = read_stage(&stage, r, error);
    if (status != AS_OK)
        return status;
    if (!reason || as_str_trim(as_str_of(reason)).n == 0)
        return needs(r, "--reason: a person's word over the rules is kept with its reason",
                     "assay record ada@acme.example override sales_ready --reason \"met at the fair\"",
                     error);
    r->changed = true;
    return as_store_override(r->context->store, r->id, as_given_text(r->arguments, "pack"),
                             as_given_text(r->arguments, "model"), (uint8_t)stage,
                             user    ? user
                             : voice ? voice
                                     : "sales",
                             reason, r->context->at, r->context->at, error);
}

static enum as_status record_done(struct recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example done 7 --outcome \"meeting on Friday\"";
    const char *user = as_given_text(r->arguments, "user"), *outcome = as_given_text(r->arguments, "outcome");
    struct as_str word = r->details.n == 1 ? as_str_of(r->details.at[0]) : (struct as_str){NULL, 0};
    int64_t task;
    if (!as_parse_int(&task, word))
        return needs(r, "the number of a task", example, error);
    r->changed = true;
    return as_store_finish_task(r->context->store, task, user, outcome, r->context->at, error);
}

struct act {
    const char *name;
    act_fn record;
    bool facts;   /* goes through a batch of facts */
    bool account; /* can be said of an account */
};
static const struct act acts[] = {
    {"answer", record_answer, true, true},      {"touch", record_touch, true, false},
    {"consent", record_consent, true, false},   {"accepted", record_accepted, true, false},
    {"rejected", record_rejected, true, false}, {"override", record_override, false, false},
    {"done", record_done, false, true},
};
enum { ACTS = sizeof acts / sizeof *acts };

/* Every kind of event of the schema is an act too: won, lost, meeting_held … */
static enum as_status find_act(struct act *out, const struct recording *r, struct as_error *error)
{
    const struct as_schema *schema = r->context->schema;
    struct as_str word = as_str_of(r->act);
    const char *names[ACTS];
    for (size_t i = 0; i < ACTS; i++) {
        names[i] = acts[i].name;
        if (as_str_is(word, acts[i].name)) {
            *out = acts[i];
            return AS_OK;
        }
    }
    if (as_schema_kind(schema, word) != AS_NO_INDEX) {
        *out = (struct act){r->act, record_any_event, true, true};
        return AS_OK;
    }
    const char *near = as_suggest(word, names, ACTS);
    if (!near)
        near = as_schema_suggest_kind(schema, word);
    as_error_set(error, AS_ERR_USAGE, "nobody can record \"%.80s\"", r->act);
    if (near)
        as_error_advise(error, "did you mean %s?", near);
    else
        as_error_advise(
            error,
            "it is answer, touch, consent, accepted, rejected, override, done, or a kind of event such as "
            "won, lost or meeting_held");
    return AS_ERR_USAGE;
}

static enum as_status record_act(struct recording *r, const struct act *act, struct as_error *error)
{
    if (!act->facts)
        return act->record(r, error);
    struct as_facts_options options = {
        .system = "assay",
        .file = "record",
        .precedence = AS_FROM_STATED,
        .now = r->context->at,
    };
    struct as_facts_summary summary;
    enum as_status status = as_facts_open(&r->facts, r->context->store, r->context->schema, &options, error);
    if (status == AS_OK)
        status = act->record(r, error);
    if (status == AS_OK)
        status = as_facts_commit(r->facts, &summary, error);
    as_facts_close(r->facts);
    return status;
}

static enum as_status print_who(void *into, const struct as_who *who, struct as_error *error)
{
    const struct recording *r = into;
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
        as_json_close(&json, '}');
        status = as_context_print_json(context, &out, error);
    } else {
        as_display_text(&out, as_str_of(name ? name : r->subject));
        as_buf_printf(&out, ": %s", r->act);
        for (uint32_t i = 0; i < r->details.n; i++) {
            as_buf_char(&out, ' ');
            as_display_text(&out, as_str_of(r->details.at[i]));
        }
        as_buf_text(&out, r->changed ? " is recorded\n" : " is recorded already: nothing changed\n");
        fputs(as_buf_c(&out), context->terminal.out);
    }
    as_buf_free(&out);
    return status;
}

static enum as_status find_subject(struct recording *r, const char *words, struct as_error *error)
{
    struct as_store *store = r->context->store;
    enum as_status status = r->account ? as_store_find_account(&r->id, store, words, error)
                                       : as_store_find_lead(&r->id, store, words, error);
    if (status != AS_OK)
        return status;
    r->subject = as_arena_printf(&r->context->arena, "#%lld", (long long)r->id);
    return r->subject ? AS_OK : as_error_memory(error);
}

static enum as_status run_record(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    struct recording r = {
        .context = context,
        .arguments = arguments,
        .account = as_given(arguments, "account"),
        .act = as_given_text(arguments, "ACT"),
        .details = as_given_texts(arguments, "DETAIL"),
    };
    struct act act;
    as_time_format(r.at, context->at);
    enum as_status status = as_context_store(context, AS_STORE_WRITE, error);
    if (status == AS_OK)
        status = as_store_lock(context->store, "record", error);
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status == AS_OK)
        status = find_act(&act, &r, error);
    if (status == AS_OK && r.account && !act.account) {
        status = as_error_set(error, AS_ERR_USAGE, "%s is said of people, not of accounts", r.act);
        as_error_advise(error, "leave --account out and name the person");
    }
    if (status == AS_OK)
        status = find_subject(&r, as_given_text(arguments, "WHO"), error);
    if (status == AS_OK)
        status = record_act(&r, &act, error);
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
     .text = "answer, touch, consent, accepted, rejected, override, done, or a kind of event: won, lost, "
             "no_decision, meeting_held …"},
    {.name = "DETAIL", .text = "what the act needs, see the examples", .optional = true, .repeats = true},
    {0},
};
static const struct as_option options[] = {
    {.name = "account", .kind = AS_OPTION_FLAG, .text = "WHO is an account"},
    {.name = "by",
     .kind = AS_OPTION_CHOICE,
     .value = "VOICE",
     .text = "whose word an answer is; else sales",
     .choices = voices},
    {.name = "manner",
     .kind = AS_OPTION_CHOICE,
     .value = "MANNER",
     .text = "how an answer is known; else stated",
     .choices = manners},
    {.name = "user", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "which of our people did it"},
    {.name = "reason", .kind = AS_OPTION_TEXT, .value = "TEXT", .text = "why: rejected and override need it"},
    {.name = "outcome", .kind = AS_OPTION_TEXT, .value = "TEXT", .text = "done: what came of the task"},
    {.name = "pack", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "override: in this pack alone"},
    {.name = "model", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "override: in this model alone"},
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
    "assay record ada@acme.example consent email granted source=\"trade fair\"",
    "assay record ada@acme.example done 7 --outcome \"meeting on Friday\"",
    NULL,
};

const struct as_command as_command_record = {
    .name = "record",
    .group = AS_GROUP_DATA,
    .summary = "say what people did, learnt or decided about a lead",
    .text = "What is recorded is kept as a fact with its time and takes effect with the next run. Nothing "
            "recorded is ever "
            "overwritten: a later word supersedes an earlier one. An override holds against the rules until "
            "the next act or "
            "override; override none lets the rules decide again.\n"
            "\n"
            "--at says when it happened and became known.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_record,
};
