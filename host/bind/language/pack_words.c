/* The word that names a pack: its fields, answers, events, feeds, lists, permissions, labels, capacities; its
 * agreement is read in agreement_words.c. */
#include "bind/language/declare.h"
#include "bind/language/fact_names.h"
#include "bind/language/lists.h"
#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"

#include "net/origin.h"

#include <lauxlib.h>
#include <string.h>

#define TABLE AS_TAKES_TABLE
#define TEXT  AS_TAKES_TEXT

static const struct as_form_option pack_options[] = {
    {"owner", TEXT, true, "Who answers for the pack: an address."},
    {"text", TEXT, false, "What the pack is for."},
    {"change", TEXT, false, "What this version changes, for whoever reviews it; `assay diff` shows it."},
    {"agreement", TABLE, false, "What marketing and sales agreed on, and who signed."},
    {"capacity", TABLE, false,
     "What people can do for leads that come to a stage: { worth_a_call = { work = \"20m\" } }."},
    {"labels", TABLE, false, "The team's words for stages: { worth_a_call = \"MQL\" }."},
    {"fields", TABLE, false,
     "Facts of leads and accounts: { lead = { title = \"text\" }, account = { … } }."},
    {"answers", TABLE, false, "Questions, with the answers they can have."},
    {"events", TABLE, false, "Kinds of events, and who does them."},
    {"feeds", TABLE, false,
     "Sources of events, and after how long their silence means that they are broken."},
    {"lists", TABLE, false, "Lists of values: { competitors = \"lists/competitors.txt\" }."},
    {"rates", TEXT, false, "The table of currency rates: \"lists/rates.csv\" with currency,rate,date."},
    {"permits", TABLE, false, "What enrichment and delivery may reach, and the secrets they may use."},
    {"destinations", TABLE, false, "Where effects are sent: { crm = { url = \"https://…\" } }."},
    {"rules", TABLE, true, "The rule files, in the order in which they are read, without \".lua\"."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_pack = {"pack", NULL, "A folder of rules of one team.",
                                     "return require \"assay.pack\" \"acme\" { owner = "
                                     "\"revops@acme.example\", rules = { \"qualification\" } }",
                                     pack_options};

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

static const struct as_form_option feed_options[] = {
    {"events", TABLE, true, "The kinds of events that it delivers."},
    {"fresh", AS_TAKES_SPAN, true, "After how long silence means that the feed is stale."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_feed = {"feed", NULL, "A source of events that is expected to deliver.",
                                     "web = { events = { \"page_view\" }, fresh = \"2d\" }", feed_options};

static const struct as_form_option permit_options[] = {
    {"http", TABLE, false, "Origins that enrichment may ask."},
    {"secrets", TABLE, false, "Names of secrets that enrichment may use."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_permits = {"permits", NULL, "What the pack may do beside deciding.",
                                        "permits = { http = { \"https://enrich.example/\" } }",
                                        permit_options};

static const struct as_form_option capacity_options[] = {
    {"work", AS_TAKES_SPAN, false, "How long one lead takes, all told."},
    {"most", AS_TAKES_RATE, false, "How many leads can be taken: \"60 per 7d\"."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_capacity = {
    "capacity", NULL, "What people can do for leads that come to a stage.",
    "worth_a_call = { work = \"20m\", most = \"60 per 7d\" }", capacity_options};

/* Positions in the schema outlive the pack and meet those of other packs, so that they name the pack. */
static struct as_position schema_position(const struct as_options *o)
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
    field->position = schema_position(o);
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

/* Calls `each` with every named value of a table option on top of the stack. */
static void for_each(const struct as_options *o, const char *option,
                     void (*each)(const struct as_options *o, const char *name))
{
    lua_State *L = o->L;
    if (!as_option_push(o, option))
        return;
    uint32_t n;
    const char **names = as_literal_keys(&n, L, o->loading, -1, as_option_what(o, option));
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, -1, names[i]);
        each(o, names[i]);
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

static void read_event(const struct as_options *pack, const char *name)
{
    struct as_options o;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_event, name, pack->position);
    static const char *const actors[] = {"buyer", "seller", "system", NULL};
    struct as_event_kind kind = {.name = name, .position = schema_position(&o)};
    kind.by = (enum as_actor)as_option_one_of(&o, "by", actors, 0);
    kind.intent = as_option_text(&o, "intent");
    kind.text = as_option_text(&o, "text");
    struct as_error error = AS_ERROR_INIT;
    uint32_t index, property, n;
    must(&o, as_schema_add_kind(&index, o.loading->schema, &kind, &error), &error);
    if (!as_option_push(&o, "properties"))
        return;
    const char **names = as_literal_keys(&n, o.L, o.loading, -1, as_option_what(&o, "properties"));
    for (uint32_t i = 0; i < n; i++) {
        struct as_field as_read = {.name = names[i]};
        if (lua_getfield(o.L, -1, names[i]) != LUA_TSTRING)
            as_option_refuse(&o, "properties", "write { strength = \"number\" }", "gives \"%s\" no type",
                             names[i]);
        read_type(&o, &as_read, lua_tostring(o.L, -1));
        lua_pop(o.L, 1);
        must(&o, as_schema_add_property(&property, o.loading->schema, index, names[i], as_read.type, &error),
             &error);
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
                            schema_position(&o), &error),
         &error);
}

static void read_list(const struct as_options *o, const char *name)
{
    struct as_error error = AS_ERROR_INIT;
    if (lua_type(o->L, -1) != LUA_TSTRING)
        as_option_refuse(o, "lists", "write competitors = \"lists/competitors.txt\"", "gives \"%s\" no file",
                         name);
    size_t n;
    const char *path = lua_tolstring(o->L, -1, &n);
    path = as_loading_copy(o->L, o->loading, path, n);
    if (as_list_read(o->loading, name, path, &error) != AS_OK) {
        as_error_at(&error, o->position.file, o->position.line);
        as_raise(o->L, &error);
    }
}

static enum as_stage read_stage(const struct as_options *o, const char *option, const char *name)
{
    enum as_stage stage;
    const char *stages[AS_STAGE_COUNT];
    size_t n = 0;
    if (as_stage_parse(&stage, as_str_of(name)))
        return stage;
    for (int i = AS_STAGE_SUSPECT; i < AS_STAGE_COUNT; i++)
        stages[n++] = as_stage_name((enum as_stage)i);
    as_raise_unknown(o->L, o->position, as_suggest(as_str_of(name), stages, n),
                     "stages: suspect, nurture, worth_a_call, sales_ready, accepted, opportunity, won, lost, "
                     "no_decision, disqualified",
                     "%s names no stage \"%s\"", option, name);
}

static void read_capacity(const struct as_options *pack, const char *name)
{
    struct as_options o;
    struct as_capacity capacity = {.stage = read_stage(pack, "capacity", name)};
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_capacity, name, pack->position);
    capacity.work = as_option_span(&o, "work");
    as_option_rate(&capacity.most, &o, "most");
    as_loading_push(pack->L, pack->loading, &pack->loading->pack->capacities, capacity);
}

static void read_label(const struct as_options *o, const char *name)
{
    struct as_label label = {.stage = read_stage(o, "labels", name)};
    label.label = as_loading_name(o->L, o->loading, -1, "label");
    as_loading_push(o->L, o->loading, &o->loading->pack->labels, label);
}

static void read_permits(const struct as_options *pack)
{
    struct as_options o;
    if (!as_option_push(pack, "permits"))
        return;
    as_options_open(&o, pack->L, pack->loading, -1, &as_form_permits, NULL, pack->position);
    struct as_pack *to = o.loading->pack;
    uint32_t n;
    if (as_option_push(&o, "http")) {
        const char **origins = as_option_texts(&n, &o, "http");
        lua_pop(o.L, 1);
        for (uint32_t i = 0; i < n; i++) {
            struct as_error error = AS_ERROR_INIT;
            struct as_origin origin;
            if (as_origin_parse(&origin, &to->rules.arena, origins[i], &error) != AS_OK)
                as_option_refuse(&o, "http", error.advice, "%s", error.what);
            /* This machine alone is asked without TLS, and only where the host's policy names it. */
            if (!origin.secure && !as_origin_loopback(&origin))
                as_option_refuse(&o, "http", "other schemes would send facts in the clear",
                                 "permits \"%s\", which is not https", origins[i]);
            as_loading_push(o.L, o.loading, &to->permitted_origins, origins[i]);
        }
    }
    if (as_option_push(&o, "secrets")) {
        const char **secrets = as_option_texts(&n, &o, "secrets");
        lua_pop(o.L, 1);
        for (uint32_t i = 0; i < n; i++)
            as_loading_push(o.L, o.loading, &to->permitted_secrets, secrets[i]);
    }
    lua_pop(pack->L, 1);
}

static int take_pack(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    if (loading->declared)
        as_loading_twice(L, opening->position, "pack", opening->name, pack->position);
    loading->declared = true;
    struct as_options o;
    struct as_error error = AS_ERROR_INIT;
    pack->name = opening->name;
    pack->position = opening->position;
    as_options_open(&o, L, loading, options, &as_form_pack, opening->name, opening->position);
    pack->owner = as_option_text(&o, "owner");
    as_option_text(&o, "text");
    must(&o, as_lists_builtin(loading, &error), &error);
    as_agreement_read(&o);
    pack->change = as_option_text(&o, "change");
    for_each(&o, "labels", read_label);
    for_each(&o, "capacity", read_capacity);
    read_fields(&o);
    for_each(&o, "answers", read_answer);
    for_each(&o, "events", read_event);
    for_each(&o, "feeds", read_feed);
    for_each(&o, "lists", read_list);
    read_permits(&o);
    as_read_destinations(&o);
    const char *rates = as_option_text(&o, "rates");
    if (rates != NULL && as_rates_read(loading, rates, &error) != AS_OK) {
        as_error_at(&error, o.position.file, o.position.line);
        as_raise(L, &error);
    }
    uint32_t n;
    as_option_push(&o, "rules");
    const char **files = as_option_texts(&n, &o, "rules");
    for (uint32_t i = 0; i < n; i++)
        as_loading_push(L, loading, &loading->rule_files, files[i]);
    lua_settop(L, 0);
    lua_pushboolean(L, 1);
    return 1;
}

static const struct as_declaration pack_declaration = {"pack", NULL, take_pack};

int as_word_pack(lua_State *L)
{
    struct as_opening *opening = as_opening_push(L, &pack_declaration, NULL, 1);
    const char *allowed = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    if (strspn(opening->name, allowed) != strlen(opening->name))
        as_raise_rule(L, opening->position, "use small letters, digits, \"-\" and \"_\"",
                      "a pack cannot be called \"%s\"", opening->name);
    return 1;
}
