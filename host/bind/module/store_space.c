/* assay.store, the team's own: keys with values, and notes on leads and accounts that are only added to.
 * Every call names the pack of the state; there is no way to another team's. */
#include "bind/module/argument.h"
#include "bind/module/store_module.h"
#include "bind/sandbox/scratch.h"

#include "base/limits.h"
#include "base/time.h"
#include "store/work/space.h"

#include <string.h>

/* A key or prefix: text without NUL, of the length that the store takes. */
static const char *key_argument(lua_State *L, int index)
{
    struct as_str text = as_argument_text(L, index);
    if (text.n > AS_MAX_NAME || memchr(text.p, '\0', text.n) != NULL)
        as_argument_refuse(L, index, "a short text without NUL");
    return text.p;
}

static int call_get(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    const char *key = key_argument(L, 1);
    struct as_buf *value = as_scratch_buffer(L);
    struct as_error error = AS_ERROR_INIT;
    bool found = false;
    if (as_store_space_get(value, &found, access->store, access->pack, key, &error) != AS_OK)
        as_store_refuse(L, &error);
    if (!found)
        return as_argument_fail(L, "no such key");
    lua_pushlstring(L, as_buf_c(value), value->n);
    return 1;
}

static int call_put(lua_State *L)
{
    const struct as_store_access *access = as_store_writable(L);
    struct as_error error = AS_ERROR_INIT;
    if (as_store_space_put(access->store, access->pack, key_argument(L, 1), as_argument_text(L, 2),
                           access->at, &error) != AS_OK)
        as_store_refuse(L, &error);
    return 0;
}

static int call_remove(lua_State *L)
{
    const struct as_store_access *access = as_store_writable(L);
    struct as_error error = AS_ERROR_INIT;
    bool removed = false;
    if (as_store_space_remove(&removed, access->store, access->pack, key_argument(L, 1), &error) != AS_OK)
        as_store_refuse(L, &error);
    lua_pushboolean(L, removed);
    return 1;
}

/* Entries are gathered first: Lua may raise, the store's statement must not be passed over. */
struct entry {
    const char *key, *value;
    size_t n;
    int64_t at;
};
struct entries {
    struct as_arena *arena;
    AS_LIST(struct entry) items;
};

static enum as_status add_entry(struct entries *to, const char *key, struct as_str value, int64_t at,
                                struct as_error *error)
{
    struct entry entry = {as_arena_copy(to->arena, key, strlen(key)),
                          as_arena_copy(to->arena, value.p != NULL ? value.p : "", value.n), value.n, at};
    if (entry.key == NULL || entry.value == NULL || !as_list_push(to->arena, &to->items, entry))
        return as_error_memory(error);
    return AS_OK;
}

static enum as_status on_key(void *context, const char *key, struct as_str value, int64_t at,
                             struct as_error *error)
{
    return add_entry(context, key, value, at, error);
}

static enum as_status on_note(void *context, int64_t at, struct as_str text, struct as_error *error)
{
    return add_entry(context, "", text, at, error);
}

static int call_list(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    const char *prefix = lua_isnoneornil(L, 1) ? "" : key_argument(L, 1);
    struct entries entries = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    if (as_store_space_list(access->store, access->pack, prefix, on_key, &entries, &error) != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, 0, (int)entries.items.n);
    for (uint32_t i = 0; i < entries.items.n; i++) {
        lua_pushlstring(L, entries.items.at[i].value, entries.items.at[i].n);
        lua_setfield(L, -2, entries.items.at[i].key);
    }
    return 1;
}

static int call_note(lua_State *L)
{
    const struct as_store_access *access = as_store_writable(L);
    struct as_str text = as_argument_text(L, 2);
    int64_t id = as_store_row_argument(L, 1, access, as_store_level_of(L));
    if (id == 0)
        return 2;
    struct as_error error = AS_ERROR_INIT;
    enum as_status status =
        as_store_note_add(access->store, access->pack, as_store_level_of(L), id, text, access->at, &error);
    if (status == AS_ERR_MISSING)
        return as_argument_fail(L, error.what);
    if (status != AS_OK)
        as_store_refuse(L, &error);
    lua_pushboolean(L, 1);
    return 1;
}

static int call_notes(lua_State *L)
{
    const struct as_store_access *access = as_store_readable(L);
    int64_t id = as_store_row_argument(L, 1, access, as_store_level_of(L));
    if (id == 0)
        return 2;
    struct entries notes = {.arena = as_scratch_arena(L)};
    struct as_error error = AS_ERROR_INIT;
    enum as_status status =
        as_store_notes(access->store, access->pack, as_store_level_of(L), id, on_note, &notes, &error);
    if (status == AS_ERR_MISSING)
        return as_argument_fail(L, error.what);
    if (status != AS_OK)
        as_store_refuse(L, &error);
    lua_createtable(L, (int)notes.items.n, 0);
    for (uint32_t i = 0; i < notes.items.n; i++) {
        char text[AS_TIME_TEXT];
        lua_createtable(L, 0, 3);
        lua_pushlstring(L, notes.items.at[i].value, notes.items.at[i].n);
        lua_setfield(L, -2, "text");
        lua_pushinteger(L, notes.items.at[i].at);
        lua_setfield(L, -2, "time");
        lua_pushstring(L, as_time_format(text, notes.items.at[i].at));
        lua_setfield(L, -2, "at");
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

#define KEY                                                                                                  \
    {                                                                                                        \
        "key", "string", "at most 128 bytes", false                                                          \
    }
#define LEAD                                                                                                 \
    {                                                                                                        \
        "lead", "integer|string|table", "an id, a lead's table, or words that find one", false               \
    }
#define ACCOUNT                                                                                              \
    {                                                                                                        \
        "account", "integer|string|table", "an id, an account's table, or words that find one", false        \
    }
#define NOTE                                                                                                 \
    {                                                                                                        \
        "text", "string", "the note", false                                                                  \
    }

static const struct as_module_function rows[] = {
    {.name = "get",
     .call = call_get,
     .text = "The value that the team keeps under a key.",
     .arguments = {KEY},
     .returns = "string?, string?",
     .returns_text = "the value; or nil and why",
     .example = "(store.get(\"no such key\"))",
     .result = "nil"},
    {.name = "put",
     .call = call_put,
     .text = "Keeps a value under a key, over what was there. Only enrichment and effects may.",
     .arguments = {KEY, {"value", "string", "at most 64 KiB", false}},
     .returns = "nil",
     .returns_text = "nothing",
     .example = "store.put(\"cursor\", \"42\") or store.get(\"cursor\")",
     .result = "\"42\""},
    {.name = "remove",
     .call = call_remove,
     .text = "Forgets a key. Only enrichment and effects may.",
     .arguments = {KEY},
     .returns = "boolean",
     .returns_text = "whether there was one",
     .example = "store.remove(\"no such key\")",
     .result = "false"},
    {.name = "list",
     .call = call_list,
     .text = "The team's keys that begin with a prefix, with their values.",
     .arguments = {{"prefix", "string", "left out: all", true}},
     .returns = "table<string, string>",
     .returns_text = "values by key",
     .example = "store.list(\"no such \").key",
     .result = "nil"},
    {.name = "note",
     .call = call_note,
     .text = "Adds a note on a lead; notes are never changed. Only enrichment and effects may.",
     .arguments = {LEAD, NOTE},
     .returns = "boolean?, string?",
     .returns_text = "true; or nil and why",
     .example = "store.note(\"jane@acme.example\", \"met at the fair\")",
     .result = "true"},
    {.name = "notes",
     .call = call_notes,
     .text = "The team's notes on a lead, oldest first, each {text, time, at}.",
     .arguments = {LEAD},
     .returns = "table[]?, string?",
     .returns_text = "notes; or nil and why",
     .example = "store.notes(\"jane@acme.example\")[1].text",
     .result = "\"met at the fair\""},
    {.name = "account_note",
     .call = call_note,
     .text = "Adds a note on an account; notes are never changed. Only enrichment and effects may.",
     .arguments = {ACCOUNT, NOTE},
     .returns = "boolean?, string?",
     .returns_text = "true; or nil and why",
     .example = "store.account_note(\"acme.example\", \"board meets in May\")",
     .result = "true"},
    {.name = "account_notes",
     .call = call_notes,
     .text = "The team's notes on an account, oldest first, each {text, time, at}.",
     .arguments = {ACCOUNT},
     .returns = "table[]?, string?",
     .returns_text = "notes; or nil and why",
     .example = "#store.account_notes(\"acme.example\")",
     .result = "1"},
};
const struct as_module_part as_store_space_part = {rows, sizeof rows / sizeof rows[0]};
