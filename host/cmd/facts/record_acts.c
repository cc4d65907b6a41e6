/* The acts of `assay record`: how each becomes a record, and what it must not be. */
#include "base/limits.h"
#include "base/suggest.h"
#include "cmd/facts/record.h"
#include "data/facts/standard.h"
#include "data/mapping/convert.h"
#include "store/work/work.h"

#include <string.h>

static void pair(struct as_recording *r, const char *name, struct as_str value)
{
    if (r->n < AS_RECORD_PAIRS && value.n > 0)
        r->pairs[r->n++] = (struct as_value_pair){name, value};
}

static void pair_option(struct as_recording *r, const char *name, const char *option)
{
    pair(r, name, as_str_of(as_given_text(r->arguments, option)));
}

static void start(struct as_recording *r)
{
    r->n = 0;
    pair(r, r->account ? "account_id" : "lead_id", as_str_of(r->subject));
    pair(r, "at", as_str_of(r->at));
}

static enum as_status put(struct as_recording *r, enum as_import_kind kind, struct as_error *error)
{
    struct as_record_sink sink = as_facts_sink(r->facts);
    struct as_record record = {.kind = kind, .line = 1, .pairs = r->pairs, .n = r->n};
    bool changed = false;
    enum as_status status = sink.put(sink.context, &record, &changed, error);
    r->changed |= changed;
    return status;
}

/* Splits "need=acknowledged". */
static enum as_status split(const char **name, struct as_str *value, struct as_recording *r,
                            const char *detail, const char *example, struct as_error *error)
{
    struct as_str rest = as_str_of(detail), before = as_str_cut(&rest, '=');
    if (!rest.p || before.n == 0) {
        as_error_set(error, AS_ERR_USAGE, "\"%.80s\" is not of the form NAME=VALUE", detail);
        as_error_advise(error, "for example: %s", example);
        return AS_ERR_USAGE;
    }
    *name = as_arena_copy(r->arena, before.p, before.n);
    *value = rest;
    return *name ? AS_OK : as_error_memory(error);
}

enum as_status as_record_needs(struct as_recording *r, const char *what, const char *example,
                               struct as_error *error)
{
    as_error_set(error, AS_ERR_USAGE, "assay record … %s needs %s", r->act, what);
    as_error_advise(error, "for example: %s", example);
    return AS_ERR_USAGE;
}

/* Details after the first `from` go under the names of `allowed`. */
static enum as_status pair_details(struct as_recording *r, uint32_t from, const char *const *allowed,
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
            as_error_meant(error, near);
            as_error_advise(error, "for example: %s", example);
            return AS_ERR_USAGE;
        }
        pair(r, allowed[k], value);
    }
    return AS_OK;
}

/* As an import would: the canonical text of the value, or what it cannot be. */
static enum as_status check_answer(struct as_str *value, struct as_recording *r, const char *question,
                                   struct as_error *error)
{
    uint32_t index = as_schema_answer(r->context->schema, as_str_of(question));
    if (index == AS_NO_INDEX)
        return AS_OK; /* the store says so, and what was meant */
    const struct as_field *field = r->context->schema->fields.at[index];
    if (r->account && field->level == AS_LEVEL_LEAD) {
        as_error_set(error, AS_ERR_USAGE, "%s is asked of people, not of accounts", field->name);
        as_error_advise(error, "leave --account out and name the person");
        return AS_ERR_USAGE;
    }
    if (as_str_trim(*value).n == 0) {
        as_error_set(error, AS_ERR_USAGE, "%s= says nothing", field->name);
        return as_error_advise(error, "write the answer after it: %s=%s", field->name,
                               field->choice_count > 0 ? field->choices[field->choice_count - 1] : "ANSWER");
    }
    struct as_error cause = AS_ERROR_INIT;
    struct as_buf canonical = {.max = AS_MAX_TEXT};
    enum as_status status =
        as_value_canonical(&canonical, field->type, field->choices, field->choice_count, *value, &cause);
    const char *copy = status == AS_OK ? as_arena_copy(r->arena, as_buf_c(&canonical), canonical.n) : NULL;
    if (status == AS_ERR_DATA) {
        status = as_error_set(error, AS_ERR_USAGE, "%s: %s", field->name, cause.what);
        if (cause.advice[0])
            as_error_advise(error, "%s", cause.advice);
    } else if (!copy) {
        status = as_error_memory(error);
    }
    if (status == AS_OK)
        *value = (struct as_str){copy, canonical.n};
    as_buf_free(&canonical);
    return status;
}

static enum as_status put_channel(struct as_recording *r, struct as_error *error)
{
    const char *channel = r->details.at[0], *known;
    if (!as_standard_channel(&known, r->context->schema, as_str_of(channel))) {
        as_error_set(error, AS_ERR_USAGE, "there is no channel \"%.80s\"", channel);
        return as_error_meant(error, known);
    }
    pair(r, "channel", as_str_of(known != NULL ? known : channel));
    return AS_OK;
}

static enum as_status record_answer(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example answer need=acknowledged";
    const char *voice = as_given_text(r->arguments, "by");
    if (r->details.n == 0)
        return as_record_needs(r, "QUESTION=VALUE", example, error);
    for (uint32_t i = 0; i < r->details.n; i++) {
        const char *question;
        struct as_str value;
        enum as_status status = split(&question, &value, r, r->details.at[i], example, error);
        if (status == AS_OK)
            status = check_answer(&value, r, question, error);
        if (status != AS_OK)
            return status;
        start(r);
        pair(r, "question", as_str_of(question));
        pair(r, "value", value);
        pair(r, "by", as_str_of(voice ? voice : "sales"));
        pair_option(r, "manner", "manner");
        pair(r, "user", as_str_of(r->user));
        status = put(r, AS_IMPORT_ANSWERS, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

/* What a conversation came to may be told in any words; two of them, alone or joined by ";", are counted:
 * the interest was probed, and demand was stimulated. A slip of the pen would not be. */
static enum as_status check_outcome(const struct as_recording *r, struct as_error *error)
{
    static const char *const counted[] = {"probed", "stimulated"};
    for (uint32_t i = 1; i < r->details.n; i++) {
        struct as_str rest = as_str_of(r->details.at[i]);
        if (!as_str_starts(rest, AS_STR("outcome=")))
            continue;
        as_str_cut(&rest, '=');
        while (rest.p != NULL) {
            struct as_str word = as_str_trim(as_str_cut(&rest, ';'));
            const char *near = as_suggest(word, counted, 2);
            if (near == NULL || as_str_is(word, near))
                continue;
            as_error_set(error, AS_ERR_USAGE, "outcome: nobody counts \"%.*s\"",
                         word.n > 80 ? 80 : (int)word.n, word.p);
            return as_error_meant(error, near);
        }
    }
    return AS_OK;
}

static enum as_status record_touch(struct as_recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example touch call outcome=reached summary=\"asked for a proposal\"";
    static const char *const allowed[] = {"id", "ask", "content", "outcome", "summary", NULL};
    if (r->details.n == 0 || strchr(r->details.at[0], '='))
        return as_record_needs(r, "a channel", example, error);
    start(r);
    pair(r, "user", as_str_of(r->user));
    enum as_status status = put_channel(r, error);
    if (status == AS_OK)
        status = check_outcome(r, error);
    if (status == AS_OK)
        status = pair_details(r, 1, allowed, example, error);
    return status == AS_OK ? put(r, AS_IMPORT_TOUCHES, error) : status;
}

static enum as_status record_consent(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example consent email granted source=\"trade fair\"";
    static const char *const allowed[] = {"purpose", "basis", "source", "evidence", NULL};
    if (r->details.n < 2 || strchr(r->details.at[0], '=') || strchr(r->details.at[1], '='))
        return as_record_needs(r, "a channel and a state", example, error);
    start(r);
    pair(r, "state", as_str_of(r->details.at[1]));
    enum as_status status = put_channel(r, error);
    if (status == AS_OK)
        status = pair_details(r, 2, allowed, example, error);
    return status == AS_OK ? put(r, AS_IMPORT_CONSENT, error) : status;
}

static const char *const no_values[] = {NULL};

/* The properties that a kind of event has, by name; ends with NULL. */
static const char *const *properties_of(struct as_recording *r, uint32_t kind)
{
    const struct as_schema *schema = r->context->schema;
    const char **names = as_arena_array(r->arena, schema->properties.n + 1, sizeof *names);
    uint32_t n = 0;
    for (uint32_t i = 0; names && i < schema->properties.n; i++)
        if (schema->properties.at[i].kind == kind)
            names[n++] = schema->properties.at[i].name;
    return names ? names : no_values;
}

/* Who and why are kept where the kind has room for them. */
static void pair_property(struct as_recording *r, uint32_t kind, const char *property, const char *value)
{
    if (value && as_schema_property(r->context->schema, kind, as_str_of(property)) != AS_NO_INDEX)
        pair(r, property, as_str_of(value));
}

/* When a meeting is to be: an instant, after it was agreed on; written in one form. */
static enum as_status check_starts(struct as_str *value, struct as_recording *r, struct as_error *error)
{
    int64_t starts;
    bool is_date = false;
    char *text = as_arena_alloc(r->arena, AS_TIME_TEXT);
    if (text == NULL)
        return as_error_memory(error);
    if (!as_time_parse(&starts, &is_date, *value) || is_date)
        as_error_set(error, AS_ERR_USAGE, "starts: \"%.*s\" is not a day with its time of day",
                     value->n > 80 ? 80 : (int)value->n, value->p);
    else if (starts <= r->happened)
        as_error_set(error, AS_ERR_USAGE, "starts: %s is not after %s, when it was agreed on",
                     as_time_format(text, starts), r->at);
    else
        *value = as_str_of(as_time_format(text, starts));
    if (error->status != AS_OK)
        return as_error_advise(error,
                               "for example: starts=2026-03-12T10:00:00Z; --at says when it was agreed on");
    return AS_OK;
}

enum as_status as_record_event(struct as_recording *r, const char *kind_name, struct as_error *error)
{
    struct as_arena *arena = r->arena;
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
    for (uint32_t i = first; i < r->n && status == AS_OK; i++)
        if (strcmp(r->pairs[i].name, "starts") == 0)
            status = check_starts(&r->pairs[i].value, r, error);
    if (status != AS_OK)
        return status;
    pair_property(r, kind, "reason", r->reason);
    pair_property(r, kind, "by", r->user);
    for (uint32_t i = first; i < r->n; i++) {
        r->pairs[i].name = as_arena_printf(arena, "property.%s", r->pairs[i].name);
        if (!r->pairs[i].name)
            return as_error_memory(error);
    }
    return put(r, AS_IMPORT_EVENTS, error);
}

static enum as_status record_accepted(struct as_recording *r, struct as_error *error)
{
    return as_record_event(r, "handoff_accepted", error);
}

static enum as_status record_rejected(struct as_recording *r, struct as_error *error)
{
    if (!r->reason)
        return as_record_needs(
            r, "--reason: why sales gives the lead back",
            "assay record ada@acme.example rejected --reason \"no project before next year\"", error);
    return as_record_event(r, "handoff_rejected", error);
}

static enum as_status record_any_event(struct as_recording *r, struct as_error *error)
{
    return as_record_event(r, r->act, error);
}

static enum as_status record_done(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example done 7 --outcome \"meeting on Friday\"";
    struct as_task_end end = {.lead_id = r->account ? 0 : r->id,
                              .account_id = r->account ? r->id : 0,
                              .by = r->user,
                              .outcome = as_given_text(r->arguments, "outcome"),
                              .at = r->happened};
    struct as_str word = r->details.n == 1 ? as_str_of(r->details.at[0]) : (struct as_str){NULL, 0};
    if (!as_parse_int(&end.id, word))
        return as_record_needs(r, "the number of a task", example, error);
    return as_store_finish_task(&r->changed, r->context->store, &end, error);
}

static const struct as_record_act acts[] = {
    {"answer", record_answer, true, true},      {"touch", record_touch, true, false},
    {"consent", record_consent, true, false},   {"accepted", record_accepted, true, false},
    {"rejected", record_rejected, true, false}, {"override", as_record_override, false, false},
    {"track", as_record_track, false, false},   {"appointment", as_record_appointment, false, false},
    {"rated", as_record_rated, false, false},   {"done", record_done, false, true},
};
enum { ACTS = sizeof acts / sizeof *acts };

/* Every kind of event of the schema is an act too: won, lost, meeting_held … */
enum as_status as_record_act_find(struct as_record_act *out, const struct as_recording *r,
                                  struct as_error *error)
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
        *out = (struct as_record_act){r->act, record_any_event, true, true};
        return AS_OK;
    }
    const char *near = as_suggest(word, names, ACTS);
    if (!near)
        near = as_schema_suggest_kind(schema, word);
    as_error_set(error, AS_ERR_USAGE, "nobody can record \"%.80s\"", r->act);
    as_error_meant(error, near);
    as_error_advise(error, "it is answer, touch, consent, accepted, rejected, override, track, "
                           "appointment, rated, done, or a "
                           "kind of event such as won, lost or meeting_held");
    return AS_ERR_USAGE;
}
