/* The words for facts: fields, answers, kinds of events with their properties, and feeds, as pack.lua
 * declares them. */
#include "bind/language/declare.h"
#include "bind/language/fact_names.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include "base/suggest.h"

#include <lauxlib.h>
#include <string.h>

#define TABLE AS_TAKES_TABLE
#define TEXT  AS_TAKES_TEXT

static const struct as_form_option field_options[] = {
    {"type", TEXT, false, "text, integer, number, money, boolean, date, choice, choices, user or reference."},
    {"values", TABLE, false, "The choices, lowest first."},
    {"to", TEXT, false, "What a reference refers to: \"account\" (when left out) or \"lead\"."},
    {"bant", AS_TAKES_BOOLEAN, false,
     "It speaks of budget, authority, need or timing: no matter for the first gate."},
    {"text", TEXT, false, "What the field means."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_field = {"field", NULL, "A fact, declared with more than its type.",
                                      "tier = { type = \"choice\", values = { \"low\", \"high\" } }",
                                      field_options};

static const struct as_form_option answer_options[] = {
    {"ask", TEXT, true, "The question, as a person asks it."},
    {"type", TEXT, false, "The type of the answer; choice when it has values, else text."},
    {"values", TABLE, false, "The answers it can have, lowest first."},
    {"scope", TEXT, false, "\"lead\" (when left out) or \"account\": whose answer it is."},
    {"bant", AS_TAKES_BOOLEAN, false, "It asks for budget, authority, need or timing."},
    {"text", TEXT, false, "What the answer means."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_answer = {
    "answer", NULL, "A question whose answer rules may read.",
    "evaluating = { ask = \"Are you comparing solutions today?\", type = \"boolean\" }", answer_options};

static const struct as_form_option event_options[] = {
    {"by", TEXT, true, "Who does it: \"buyer\", \"seller\" or \"system\". Only what buyers do is interest."},
    {"intent", TEXT, false, "What it shows: \"content\", \"product\", \"hand_raise\", \"community\"."},
    {"properties", TABLE, false, "What is known of each such event: { strength = \"number\" }."},
    {"text", TEXT, false, "What the event means."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_event = {"event", NULL, "A kind of event.",
                                      "page_view = { by = \"buyer\", intent = \"content\" }", event_options};

static const struct as_form_option property_options[] = {
    {"type", TEXT, true, "The type, as of a field."},
    {"required", AS_TAKES_BOOLEAN, false,
     "An event that does not say it is refused by imports and by people."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_property = {"property", NULL,
                                         "What is known of each event of a kind, with more than its type.",
                                         "outcome = { type = \"text\", required = true }", property_options};

static const struct as_form_option feed_options[] = {
    {"events", TABLE, true, "The kinds of events that it delivers."},
    {"fresh", AS_TAKES_SPAN, true, "After how long silence means that the feed is stale."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_feed = {"feed", NULL, "A source of events that is expected to deliver.",
                                     "web = { events = { \"page_view\" }, fresh = \"2d\" }", feed_options};

struct as_position as_schema_position(const struct as_options *o)
{
    struct as_position position = o->position;
    position.file = as_arena_printf(&o->loading->pack->rules.arena, "%s/%s", o->loading->pack->name,
                                    o->position.file != NULL ? o->position.file : "pack.lua");
    if (position.file == NULL)
        as_loading_out_of_memory(o->L);
    return position;
}

static void must(const struct as_options *o, enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        return;
    error->file[0] = '\0';
    as_error_at(error, o->position.file, o->position.line);
    as_raise(o->L, error);
}

static void read_type(const struct as_options *o, struct as_field *field, const char *word)
{
    if (as_type_parse(&field->type, as_str_of(word)))
        return;
    const char *names[AS_TYPE_COUNT];
    for (int i = 0; i < AS_TYPE_COUNT; i++)
        names[i] = as_type_name((enum as_type)i);
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(word), names, AS_TYPE_COUNT),
                     "types: text, integer, number, money, boolean, date, choice, choices, user, reference",
                     "field \"%s\" has the unknown type \"%s\"", field->name, word);
}

static void read_values(const struct as_options *o, struct as_field *field)
{
    if (!as_option_push(o, "values"))
        return;
    if (field->type != AS_TYPE_CHOICE && field->type != AS_TYPE_CHOICES)
        as_option_refuse(o, "values", "leave out the type, or make it \"choice\" or \"choices\"",
                         "goes with a choice, not with %s", as_type_name(field->type));
    field->choices = as_option_texts(&field->choice_count, o, "values");
    lua_pop(o->L, 1);
}

static void add_field(const struct as_options *o, struct as_field *field)
{
    struct as_error error = AS_ERROR_INIT;
    uint32_t index;
    field->position = as_schema_position(o);
    must(o, as_schema_add_field(&index, o->loading->schema, field, &error), &error);
}

/* The value on top: a type, or a table with more. */
static void read_field(const struct as_options *pack, enum as_level level, const char *name)
{
    lua_State *L = pack->L;
    struct as_field field = {.name = name, .level = level, .target = AS_LEVEL_ACCOUNT};
    if (as_fact_names_reserved(name))
        as_option_refuse(pack, "fields", "give it another name",
                         "cannot call a field \"%s\": the word is taken", name);
    if (lua_type(L, -1) == LUA_TSTRING) {
        read_type(pack, &field, lua_tostring(L, -1));
        add_field(pack, &field);
        return;
    }
    struct as_options o;
    as_options_open(&o, L, pack->loading, -1, &as_form_field, name, pack->position);
    const char *type = as_option_text(&o, "type");
    if (type != NULL)
        read_type(&o, &field, type);
    else
        field.type = AS_TYPE_CHOICE;
    read_values(&o, &field);
    if (type == NULL && field.choices == NULL)
        as_option_refuse(&o, "type", NULL, "is missing");
    static const char *const levels[] = {"lead", "account", NULL};
    field.target = as_option_one_of(&o, "to", levels, 1) == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;
    field.bant = as_option_flag(&o, "bant", false);
    field.text = as_option_text(&o, "text");
    add_field(&o, &field);
}

static void read_fields(const struct as_options *o)
{
    lua_State *L = o->L;
    if (!as_option_push(o, "fields"))
        return;
    static const char *const levels[] = {"lead", "account"};
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "fields"));
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(names[i], levels[0]) != 0 && strcmp(names[i], levels[1]) != 0)
            as_raise_unknown(L, o->position, as_suggest(as_str_of(names[i]), levels, 2),
                             "write fields = { lead = { … }, account = { … } }",
                             "fields belong to leads and accounts, not to \"%s\"", names[i]);
    for (int level = 0; level < 2; level++) {
        if (lua_getfield(L, -1, levels[level]) == LUA_TTABLE) {
            names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, "fields"));
            for (uint32_t i = 0; i < n; i++) {
                lua_getfield(L, -1, names[i]);
                read_field(o, level == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT, names[i]);
                lua_pop(L, 1);
            }
        } else if (!lua_isnil(L, -1)) {
            as_option_refuse(o, "fields", "write lead = { title = \"text\" }", "of \"%s\" must be a table",
                             levels[level]);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static void read_answer(const struct as_options *pack, const char *name)
{
    struct as_options o;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_answer, name, pack->position);
    struct as_field field = {.name = name, .target = AS_LEVEL_ACCOUNT, .type = AS_TYPE_TEXT};
    field.ask = as_option_text(&o, "ask");
    const char *type = as_option_text(&o, "type");
    if (type != NULL) {
        read_type(&o, &field, type);
    } else if (as_option_push(&o, "values")) {
        field.type = AS_TYPE_CHOICE;
        lua_pop(o.L, 1);
    }
    read_values(&o, &field);
    static const char *const scopes[] = {"lead", "account", NULL};
    field.level = as_option_one_of(&o, "scope", scopes, 0) == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;
    field.bant = as_option_flag(&o, "bant", false);
    field.text = as_option_text(&o, "text");
    add_field(&o, &field);
}

/* The type on top, or a table with more. */
static enum as_type read_property(bool *required, const struct as_options *event, const char *name)
{
    struct as_field as_read = {.name = name};
    *required = false;
    if (lua_type(event->L, -1) == LUA_TSTRING) {
        read_type(event, &as_read, lua_tostring(event->L, -1));
    } else if (lua_istable(event->L, -1)) {
        struct as_options o;
        as_options_open(&o, event->L, event->loading, -1, &as_form_property, name, event->position);
        read_type(&o, &as_read, as_option_text(&o, "type"));
        *required = as_option_flag(&o, "required", false);
    } else {
        as_option_refuse(event, "properties", "write { strength = \"number\" }", "gives \"%s\" no type",
                         name);
    }
    return as_read.type;
}

/* A team may have intents of its own, but not slips of the pen: such an event would count as nothing. */
static void check_intent(const struct as_options *event, const char *intent)
{
    static const char *const known[] = {"content", "product", "hand_raise", "community", "intent"};
    const char *near =
        intent != NULL ? as_suggest(as_str_of(intent), known, sizeof known / sizeof *known) : NULL;
    if (near != NULL && strcmp(near, intent) != 0)
        as_option_refuse(event, "intent", "content, product, hand_raise and community have a meaning",
                         "is \"%s\"%s", intent, as_meant(": ", near, "").text);
}

static void read_event(const struct as_options *pack, const char *name)
{
    struct as_options o;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_event, name, pack->position);
    static const char *const actors[] = {"buyer", "seller", "system", NULL};
    struct as_event_kind kind = {.name = name, .position = as_schema_position(&o)};
    kind.by = (enum as_actor)as_option_one_of(&o, "by", actors, 0);
    kind.intent = as_option_text(&o, "intent");
    check_intent(&o, kind.intent);
    kind.text = as_option_text(&o, "text");
    struct as_error error = AS_ERROR_INIT;
    uint32_t index, property, n;
    must(&o, as_schema_add_kind(&index, o.loading->schema, &kind, &error), &error);
    if (!as_option_push(&o, "properties"))
        return;
    const char **names = as_literal_keys(&n, o.L, o.loading, -1, as_option_what(&o, "properties"));
    for (uint32_t i = 0; i < n; i++) {
        bool required;
        lua_getfield(o.L, -1, names[i]);
        enum as_type type = read_property(&required, &o, names[i]);
        lua_pop(o.L, 1);
        must(&o, as_schema_add_property(&property, o.loading->schema, index, names[i], type, &error), &error);
        if (required)
            as_schema_require(o.loading->schema, property);
    }
    lua_pop(o.L, 1);
}

static void read_feed(const struct as_options *pack, const char *name)
{
    struct as_options o;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_feed, name, pack->position);
    uint32_t n;
    as_option_push(&o, "events");
    const char **names = as_option_texts(&n, &o, "events");
    lua_pop(o.L, 1);
    uint32_t *kinds = as_loading_alloc(o.L, o.loading, (n + (size_t)1) * sizeof *kinds);
    for (uint32_t i = 0; i < n; i++) {
        kinds[i] = as_schema_kind(o.loading->schema, as_str_of(names[i]));
        if (kinds[i] == AS_NO_INDEX)
            as_raise_unknown(o.L, o.position, as_schema_suggest_kind(o.loading->schema, as_str_of(names[i])),
                             "declare it under events",
                             "feed \"%s\" delivers an event \"%s\" that nobody declares", name, names[i]);
    }
    struct as_error error = AS_ERROR_INIT;
    must(&o,
         as_schema_add_feed(o.loading->schema, name, kinds, n, as_option_span(&o, "fresh"),
                            as_schema_position(&o), &error),
         &error);
}

void as_read_facts(const struct as_options *pack)
{
    read_fields(pack);
    as_option_each(pack, "answers", read_answer);
    as_option_each(pack, "events", read_event);
    as_option_each(pack, "feeds", read_feed);
}
