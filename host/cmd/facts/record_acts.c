/* The acts of `assay record`: how each becomes a record, and what it must not be. */
#include "base/limits.h"
#include "cmd/facts/record.h"
#include "data/mapping/convert.h"
#include "score/tree/pack.h"
#include "store/decisions/decisions.h"
#include "store/decisions/versions.h"
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

static enum as_status needs(struct as_recording *r, const char *what, const char *example,
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
            as_error_advise(error, near ? "did you mean %s?" : "for example: %s", near ? near : example);
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

/* Teams may have channels of their own, but not ones that are a slip of the pen from a known one: their
 * touches would escape every cap. */
static enum as_status check_channel(const struct as_recording *r, const char *channel, struct as_error *error)
{
    const struct as_schema *schema = r->context->schema;
    uint32_t index = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("unsubscribed"));
    if (index == AS_NO_INDEX)
        return AS_OK;
    const struct as_field *field = schema->fields.at[index];
    for (uint32_t i = 0; i < field->choice_count; i++)
        if (strcmp(field->choices[i], channel) == 0)
            return AS_OK;
    const char *near = as_suggest(as_str_of(channel), field->choices, field->choice_count);
    if (!near)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "there is no channel \"%.80s\"", channel);
    as_error_advise(error, "did you mean %s?", near);
    return AS_ERR_USAGE;
}

static enum as_status record_answer(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example answer need=acknowledged";
    const char *voice = as_given_text(r->arguments, "by");
    if (r->details.n == 0)
        return needs(r, "QUESTION=VALUE", example, error);
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

static enum as_status record_touch(struct as_recording *r, struct as_error *error)
{
    static const char example[] =
        "assay record ada@acme.example touch call outcome=reached summary=\"asked for a proposal\"";
    static const char *const allowed[] = {"id", "ask", "content", "outcome", "summary", NULL};
    if (r->details.n == 0 || strchr(r->details.at[0], '='))
        return needs(r, "a channel", example, error);
    start(r);
    pair(r, "channel", as_str_of(r->details.at[0]));
    pair(r, "user", as_str_of(r->user));
    enum as_status status = check_channel(r, r->details.at[0], error);
    if (status == AS_OK)
        status = pair_details(r, 1, allowed, example, error);
    return status == AS_OK ? put(r, AS_IMPORT_TOUCHES, error) : status;
}

static enum as_status record_consent(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example consent email granted source=\"trade fair\"";
    static const char *const allowed[] = {"purpose", "basis", "source", "evidence", NULL};
    if (r->details.n < 2 || strchr(r->details.at[0], '=') || strchr(r->details.at[1], '='))
        return needs(r, "a channel and a state", example, error);
    start(r);
    pair(r, "channel", as_str_of(r->details.at[0]));
    pair(r, "state", as_str_of(r->details.at[1]));
    enum as_status status = check_channel(r, r->details.at[0], error);
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

static enum as_status record_event(struct as_recording *r, const char *kind_name, struct as_error *error)
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
    return record_event(r, "handoff_accepted", error);
}

static enum as_status record_rejected(struct as_recording *r, struct as_error *error)
{
    if (!r->reason)
        return needs(r, "--reason: why sales gives the lead back",
                     "assay record ada@acme.example rejected --reason \"no project before next year\"",
                     error);
    return record_event(r, "handoff_rejected", error);
}

static enum as_status record_any_event(struct as_recording *r, struct as_error *error)
{
    return record_event(r, r->act, error);
}

/* "stage=sales_ready", "sales_ready", or "none": the machine decides again. */
static enum as_status read_stage(enum as_stage *stage, struct as_recording *r, struct as_error *error)
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

struct name_search {
    struct as_arena *arena;
    const char *wanted;
    bool found;
    AS_LIST(const char *) names;
};

static enum as_status look_at_name(struct name_search *search, const char *name, struct as_error *error)
{
    search->found |= strcmp(search->wanted, name) == 0;
    const char *copy = as_arena_copy(search->arena, name, strlen(name));
    return copy && as_list_push(search->arena, &search->names, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status look_at_pack(void *into, const char *name, const char *hash, struct as_error *error)
{
    (void)hash;
    return look_at_name(into, name, error);
}

static enum as_status look_at_models(struct name_search *models, struct as_recording *r,
                                     const char *pack_name, struct as_error *error)
{
    struct as_loaded_pack *loaded;
    enum as_status status = as_context_pack(&loaded, r->context, pack_name, error);
    for (uint32_t i = 0; status == AS_OK && i < loaded->pack->models.n; i++)
        status = look_at_name(models, loaded->pack->models.at[i]->name, error);
    return status;
}

static enum as_status must_be_found(const struct name_search *search, const char *what,
                                    struct as_error *error)
{
    if (search->found)
        return AS_OK;
    const char *near = as_suggest(as_str_of(search->wanted), search->names.at, search->names.n);
    as_error_set(error, AS_ERR_MISSING, "there is no %s \"%.100s\"", what, search->wanted);
    if (near)
        as_error_advise(error, "did you mean %s?", near);
    else
        as_error_advise(error, "it is the name of a %s that has run on this database", what);
    return AS_ERR_MISSING;
}

/* An override of a pack or model that is not there would be kept and never heard of again. */
static enum as_status check_whose(struct as_recording *r, const char *pack_name, const char *model,
                                  struct as_error *error)
{
    struct as_arena *arena = r->arena;
    struct name_search packs = {.arena = arena, .wanted = pack_name ? pack_name : ""};
    struct name_search models = {.arena = arena, .wanted = model};
    if (!pack_name && !model)
        return AS_OK;
    enum as_status status = as_store_packs(r->context->store, AS_PACKS_RAN, look_at_pack, &packs, error);
    if (status == AS_OK && pack_name)
        status = must_be_found(&packs, "pack", error);
    for (uint32_t i = 0; status == AS_OK && model && i < packs.names.n; i++)
        if (!pack_name || strcmp(packs.names.at[i], pack_name) == 0)
            status = look_at_models(&models, r, packs.names.at[i], error);
    return status == AS_OK && model ? must_be_found(&models, "model", error) : status;
}

static enum as_status record_override(struct as_recording *r, struct as_error *error)
{
    const char *reason = r->reason, *user = r->user, *voice = as_given_text(r->arguments, "by");
    enum as_stage stage;
    enum as_status status = read_stage(&stage, r, error);
    if (status != AS_OK)
        return status;
    if (!reason || as_str_trim(as_str_of(reason)).n == 0)
        return needs(r, "--reason: a person's word over the rules is kept with its reason",
                     "assay record ada@acme.example override sales_ready --reason \"met at the fair\"",
                     error);
    const char *pack_name = as_given_text(r->arguments, "pack"),
               *model = as_given_text(r->arguments, "model");
    status = check_whose(r, pack_name, model, error);
    if (status != AS_OK)
        return status;
    return as_store_override(&r->changed, r->context->store, r->id, pack_name, model, (uint8_t)stage,
                             user    ? user
                             : voice ? voice
                                     : "sales",
                             reason, r->happened, r->context->at, error);
}

static enum as_status record_done(struct as_recording *r, struct as_error *error)
{
    static const char example[] = "assay record ada@acme.example done 7 --outcome \"meeting on Friday\"";
    const char *outcome = as_given_text(r->arguments, "outcome");
    struct as_str word = r->details.n == 1 ? as_str_of(r->details.at[0]) : (struct as_str){NULL, 0};
    int64_t task;
    if (!as_parse_int(&task, word))
        return needs(r, "the number of a task", example, error);
    return as_store_finish_task(&r->changed, r->context->store, task, r->user, outcome, r->happened, error);
}

static const struct as_record_act acts[] = {
    {"answer", record_answer, true, true},      {"touch", record_touch, true, false},
    {"consent", record_consent, true, false},   {"accepted", record_accepted, true, false},
    {"rejected", record_rejected, true, false}, {"override", record_override, false, false},
    {"done", record_done, false, true},
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
    if (near)
        as_error_advise(error, "did you mean %s?", near);
    else
        as_error_advise(
            error,
            "it is answer, touch, consent, accepted, rejected, override, done, or a kind of event such as "
            "won, lost or meeting_held");
    return AS_ERR_USAGE;
}
