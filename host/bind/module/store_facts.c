/* assay.store, facts: leads, accounts, events, answers and earlier decisions as Lua tables. The store's
 * callbacks only copy into an arena; Lua, which may raise at any moment, is called when the store's statement
 * is done. */
#include "bind/module/argument.h"
#include "bind/module/json_value.h"
#include "bind/module/store_module.h"
#include "bind/sandbox/scratch.h"

#include "base/limits.h"
#include "base/time.h"
#include "score/model/standing.h"
#include "score/tree/pack.h"
#include "store/decisions/decisions.h"
#include "store/work/space.h"

#include <string.h>

/* What one read gathers. The members that a kind of read has no use for stay NULL. */
struct item {
    const char *name, *text, *manner, *voice;
    size_t n;
    enum as_type type;
    int64_t time;
};
struct gathered {
    struct as_arena *arena;
    AS_LIST(struct item) items;
};

static enum as_status gather(struct gathered *to, struct item item, const char *name, struct as_str text,
                             struct as_error *error)
{
    item.name = as_arena_copy(to->arena, name, strlen(name));
    item.text = as_arena_copy(to->arena, text.p != NULL ? text.p : "", text.n);
    item.n = text.n;
    if (item.name == NULL || item.text == NULL || !as_list_push(to->arena, &to->items, item))
        return as_error_memory(error);
    return AS_OK;
}

/* --- one lead or account --- */

static enum as_status on_fact(void *context, const char *name, enum as_type type, struct as_str value,
                              struct as_error *error)
{
    return gather(context, (struct item){.type = type}, name, value, error);
}

/* "a; b" as an array of texts. */
static void push_choices(lua_State *L, struct as_str text)
{
    lua_newtable(L);
    lua_Integer n = 0;
    while (text.p != NULL) {
        struct as_str one = as_str_trim(as_str_cut(&text, ';'));
        lua_pushlstring(L, one.p, one.n);
        lua_rawseti(L, -2, ++n);
    }
}

/* Sets field item->name of the table on top, as the Lua value of its type. */
static void set_fact(lua_State *L, const struct item *item)
{
    struct as_str text = {item->text, item->n};
    int64_t integer = 0;
    double number = 0;
    switch (item->type) {
    case AS_TYPE_BOOLEAN:
        lua_pushboolean(L, as_str_is(text, "true"));
        break;
    case AS_TYPE_INTEGER:
        if (as_parse_int(&integer, text))
            lua_pushinteger(L, integer);
        else
            lua_pushlstring(L, text.p, text.n);
        break;
    case AS_TYPE_MONEY:
    case AS_TYPE_NUMBER: {
        struct as_str rest = text, amount = as_str_cut(&rest, ' ');
        if (!as_parse_number(&number, amount)) {
            lua_pushlstring(L, text.p, text.n);
            break;
        }
        if (rest.p != NULL) {
            lua_pushfstring(L, "%s_currency", item->name);
            lua_pushlstring(L, rest.p, rest.n);
            lua_rawset(L, -3);
        }
        lua_pushnumber(L, number);
        break;
    }
    case AS_TYPE_CHOICES:
        push_choices(L, text);
        break;
    case AS_TYPE_REFERENCE:
    case AS_TYPE_DATE:
    case AS_TYPE_TEXT:
    case AS_TYPE_CHOICE:
    case AS_TYPE_USER:
        lua_pushlstring(L, text.p, text.n);
        break;
    }
    lua_setfield(L, -2, item->name);
}

static int call_row(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    enum as_level level = as_store_level_of(L);
    int64_t id = as_store_row_argument(L, 1, access, level);
    if (id == 0)
        return 2;
    struct gathered facts = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    enum as_status status = as_store_read_row(access->store, access->schema, level, id, access->known_at,
                                              on_fact, &facts, &error);
    if (status == AS_ERR_MISSING)
        return as_argument_fail(L, error.what);
    if (status != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, 0, (int)facts.items.n + 1);
    for (uint32_t i = 0; i < facts.items.n; i++)
        set_fact(L, &facts.items.at[i]);
    lua_pushinteger(L, id);
    lua_setfield(L, -2, "id");
    return 1;
}

/* --- events --- */

static enum as_status on_event(void *context, int64_t time, const char *kind, const char *properties_json,
                               struct as_error *error)
{
    return gather(context, (struct item){.time = time}, kind, as_str_of(properties_json), error);
}

static void set_time(lua_State *L, int64_t time)
{
    char text[AS_TIME_TEXT];
    lua_pushinteger(L, time);
    lua_setfield(L, -2, "time");
    lua_pushstring(L, as_time_format(text, time));
    lua_setfield(L, -2, "at");
}

static int call_events(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    enum as_level level = as_store_level_of(L);
    uint32_t most = lua_isnoneornil(L, 2) ? 0 : (uint32_t)as_argument_integer(L, 2, 1, INT32_MAX);
    int64_t id = as_store_row_argument(L, 1, access, level);
    if (id == 0)
        return 2;
    struct gathered events = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    enum as_status status = as_store_read_events(access->store, level, id, access->at, access->known_at, most,
                                                 on_event, &events, &error);
    if (status == AS_ERR_MISSING)
        return as_argument_fail(L, error.what);
    if (status != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, (int)events.items.n, 0);
    for (uint32_t i = 0; i < events.items.n; i++) {
        const struct item *event = &events.items.at[i];
        lua_createtable(L, 0, 4);
        lua_pushstring(L, event->name);
        lua_setfield(L, -2, "kind");
        set_time(L, event->time);
        if (event->n > 0) {
            if (as_json_push(L, (struct as_str){event->text, event->n}, &error) != AS_OK)
                as_store_refuse(L, &error);
            lua_setfield(L, -2, "properties");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

/* --- answers --- */

static enum as_status on_answer(void *context, const char *question, struct as_str value, const char *manner,
                                const char *voice, int64_t time, struct as_error *error)
{
    struct gathered *to = context;
    struct item item = {.time = time,
                        .manner = as_arena_copy(to->arena, manner, strlen(manner)),
                        .voice = as_arena_copy(to->arena, voice, strlen(voice))};
    if (item.manner == NULL || item.voice == NULL)
        return as_error_memory(error);
    return gather(to, item, question, value, error);
}

static int call_answers(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    enum as_level level = as_store_level_of(L);
    int64_t id = as_store_row_argument(L, 1, access, level);
    if (id == 0)
        return 2;
    struct gathered answers = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    enum as_status status = as_store_read_answers(access->store, level, id, access->at, access->known_at,
                                                  on_answer, &answers, &error);
    if (status == AS_ERR_MISSING)
        return as_argument_fail(L, error.what);
    if (status != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, 0, (int)answers.items.n);
    for (uint32_t i = 0; i < answers.items.n; i++) {
        const struct item *answer = &answers.items.at[i];
        lua_createtable(L, 0, 5);
        lua_pushlstring(L, answer->text, answer->n);
        lua_setfield(L, -2, "value");
        lua_pushstring(L, answer->manner);
        lua_setfield(L, -2, "manner");
        lua_pushstring(L, answer->voice);
        lua_setfield(L, -2, "by");
        set_time(L, answer->time);
        lua_setfield(L, -2, answer->name);
    }
    return 1;
}

/* --- earlier decisions --- */

struct past {
    int64_t at;
    const char *pack, *model, *grade, *cause, *ledger;
    uint8_t stage, prior_stage;
};
struct history {
    struct as_arena *arena;
    AS_LIST(struct past) items;
};

/* False when memory is out. */
static bool keep(const char **out, struct as_arena *arena, const char *text)
{
    *out = text != NULL ? as_arena_copy(arena, text, strlen(text)) : NULL;
    return text == NULL || *out != NULL;
}

static enum as_status on_decision(void *context, const struct as_decision_row *row, struct as_error *error)
{
    struct history *to = context;
    struct past past = {.at = row->at,
                        .cause = as_cause_name((enum as_cause)row->cause),
                        .stage = row->stage,
                        .prior_stage = row->prior_stage};
    bool kept = keep(&past.pack, to->arena, row->pack) && keep(&past.model, to->arena, row->model) &&
                keep(&past.grade, to->arena, row->grade_text) &&
                keep(&past.ledger, to->arena, row->ledger_json);
    return kept && as_list_push(to->arena, &to->items, past) ? AS_OK : as_error_memory(error);
}

static int call_decisions(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    uint32_t most = lua_isnoneornil(L, 2) ? 20 : (uint32_t)as_argument_integer(L, 2, 1, INT32_MAX);
    int64_t id = as_store_row_argument(L, 1, access, AS_LEVEL_LEAD);
    if (id == 0)
        return 2;
    struct history history = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    /* A team sees its own decisions; what other packs decided is theirs. */
    if (as_store_decisions_of(access->store, access->pack, NULL, id, access->at, most, on_decision, &history,
                              &error) != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, (int)history.items.n, 0);
    for (uint32_t i = 0; i < history.items.n; i++) {
        const struct past *past = &history.items.at[i];
        lua_createtable(L, 0, 8);
        as_set_text(L, "pack", past->pack);
        as_set_text(L, "model", past->model);
        as_set_text(L, "grade", past->grade);
        as_set_text(L, "cause", past->cause);
        as_set_text(L, "stage", as_stage_name((enum as_stage)past->stage));
        as_set_text(L, "prior_stage", as_stage_name((enum as_stage)past->prior_stage));
        set_time(L, past->at);
        if (past->ledger != NULL) {
            if (as_json_push(L, as_str_of(past->ledger), &error) != AS_OK)
                as_store_refuse(L, &error);
            lua_setfield(L, -2, "ledger");
        }
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

#define LEAD                                                                                                 \
    {                                                                                                        \
        "lead", "integer|string|table",                                                                      \
            "an id, a lead's table, or words: an e-mail address, an external id", false                      \
    }
#define ACCOUNT                                                                                              \
    {                                                                                                        \
        "account", "integer|string|table", "an id, an account's table, or words: a domain, a name", false    \
    }
#define MOST                                                                                                 \
    {                                                                                                        \
        "most", "integer", "at most so many, the newest; left out: all", true                                \
    }
#define EVENTS_TEXT                                                                                          \
    " Oldest first, each {kind, time, at, properties}; events after the state's decision time are "          \
    "invisible."

static const struct as_module_function rows[] = {
    {.name = "lead",
     .call = call_row,
     .text = "A lead's known fields by name, with its `id`. Money is a number with NAME_currency beside it, "
             "a date is text, several choices are an array.",
     .arguments = {LEAD},
     .returns = "table?, string?",
     .returns_text = "fields by name; or nil and why",
     .example = "store.lead(\"jane@acme.example\").title",
     .result = "\"VP Operations\""},
    {.name = "account",
     .call = call_row,
     .text = "An account's known fields by name, with its `id`.",
     .arguments = {ACCOUNT},
     .returns = "table?, string?",
     .returns_text = "fields by name; or nil and why",
     .example = "store.account(\"acme.example\").employees",
     .result = "800"},
    {.name = "events",
     .call = call_events,
     .text = "What a lead did and what was done with it." EVENTS_TEXT,
     .arguments = {LEAD, MOST},
     .returns = "table[]?, string?",
     .returns_text = "events; or nil and why",
     .example = "store.events(\"jane@acme.example\")[1].kind",
     .result = "\"whitepaper\""},
    {.name = "account_events",
     .call = call_events,
     .text = "What happened at an account." EVENTS_TEXT,
     .arguments = {ACCOUNT, MOST},
     .returns = "table[]?, string?",
     .returns_text = "events; or nil and why",
     .example = "#store.account_events(\"acme.example\") >= 1",
     .result = "true"},
    {.name = "answers",
     .call = call_answers,
     .text = "The answers a lead gave or was found to have, by question, each {value, manner, by, time, at}.",
     .arguments = {LEAD},
     .returns = "table<string, table>?, string?",
     .returns_text = "answers by question; or nil and why",
     .example = "store.answers(\"jane@acme.example\").need.value",
     .result = "\"acknowledged\""},
    {.name = "account_answers",
     .call = call_answers,
     .text = "The answers that hold for a whole account, by question.",
     .arguments = {ACCOUNT},
     .returns = "table<string, table>?, string?",
     .returns_text = "answers by question; or nil and why",
     .example = "store.account_answers(\"acme.example\").urgency",
     .result = "nil"},
    {.name = "decisions",
     .call = call_decisions,
     .text = "What this pack decided about a lead up to the state's decision time, newest first: {model, "
             "stage, prior_stage, grade, cause, time, at, ledger}.",
     .arguments = {LEAD, {"most", "integer", "at most so many; 20 when left out", true}},
     .returns = "table[]?, string?",
     .returns_text = "decisions; or nil and why",
     .example = "#store.decisions(\"jane@acme.example\")",
     .result = "0"},
};
const struct as_module_part as_store_facts_part = {rows, sizeof rows / sizeof rows[0]};
