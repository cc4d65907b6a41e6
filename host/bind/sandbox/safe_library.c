/* Replacements for library functions that would hurt as they stand: pcall that swallows a stop, tostring and
 * format that show addresses, C loops that no budget reaches. Patterns, tables and
 * metatables are text_library.c, table_library.c and metatables.c; which names exist at all is sandbox.c. */
#include "bind/sandbox/safe_library.h"

#include "bind/sandbox/frozen.h"
#include "bind/sandbox/metatables.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/state.h"
#include "bind/sandbox/table_library.h"
#include "bind/sandbox/text_library.h"

#include <lauxlib.h>
#include <string.h>

/* Pushes what a person may read of the value at index: never an address. */
static const char *push_safe_text(lua_State *L, int index, size_t *n)
{
    index = lua_absindex(L, index);
    int type = lua_type(L, index);
    bool addressed = type == LUA_TTABLE || type == LUA_TFUNCTION || type == LUA_TUSERDATA ||
                     type == LUA_TLIGHTUSERDATA || type == LUA_TTHREAD;
    if (addressed && luaL_getmetafield(L, index, "__tostring") == LUA_TNIL) {
        if (luaL_getmetafield(L, index, "__name") != LUA_TSTRING)
            lua_pushstring(L, lua_typename(L, type));
        return lua_tolstring(L, -1, n);
    }
    if (addressed)
        lua_pop(L, 1);
    return luaL_tolstring(L, index, n);
}

static int safe_tostring(lua_State *L)
{
    luaL_checkany(L, 1);
    push_safe_text(L, 1, NULL);
    return 1;
}

/* After a stop nothing may catch: the error goes on to the outermost call. */
static int protected_end(lua_State *L, int status, int first)
{
    struct as_state *state = as_state_of(L);
    if (status == LUA_ERRMEM && !state->stopped)
        state->stopped = true;
    if (state->stopped)
        as_raise(L, &state->stop);
    if (status == LUA_OK) {
        lua_pushboolean(L, 1);
        lua_replace(L, first);
        return lua_gettop(L) - first + 1;
    }
    lua_pushboolean(L, 0);
    lua_insert(L, -2);
    return 2;
}

/* What it protects asked the network and went on later (enrichment). */
static int protected_resumed(lua_State *L, int status, lua_KContext first)
{
    return protected_end(L, status == LUA_YIELD ? LUA_OK : status, (int)first);
}

static int safe_pcall(lua_State *L)
{
    luaL_checkany(L, 1);
    lua_pushnil(L); /* where the first result goes */
    lua_insert(L, 1);
    return protected_end(L, lua_pcallk(L, lua_gettop(L) - 2, LUA_MULTRET, 0, 1, protected_resumed), 1);
}

/* What an error costs beside the steps of the functions it leaves: making it, unwinding, and all of it again
 * when the handler fails in turn. */
enum { HANDLED_STEPS = 50 };

/* Upvalue 1: the script's handler. A stop passes it by. */
static int handle(lua_State *L)
{
    if (as_state_of(L)->stopped)
        return 1;
    as_state_charge(L, HANDLED_STEPS);
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, 1);
    return 1;
}

static int safe_xpcall(lua_State *L)
{
    luaL_checktype(L, 2, LUA_TFUNCTION);
    lua_pushvalue(L, 2);
    lua_pushcclosure(L, handle, 1);
    lua_replace(L, 2);
    lua_pushvalue(L, 1);
    lua_insert(L, 3); /* function, handler, function, arguments */
    int status = lua_pcallk(L, lua_gettop(L) - 3, LUA_MULTRET, 2, 2, protected_resumed);
    return protected_end(L, status, 2);
}

static int safe_format(lua_State *L)
{
    size_t n;
    const char *form = luaL_checklstring(L, 1, &n);
    for (size_t i = 0; i + 1 < n; i++) {
        if (form[i] != '%')
            continue;
        i++;
        while (i < n && strchr("-+ #0123456789.", form[i]) != NULL && form[i] != '\0')
            i++;
        if (i < n && form[i] == 'p')
            as_raise_rule(L, (struct as_position){0}, "addresses differ from run to run",
                          "format refuses %%p");
    }
    for (int i = 2; i <= lua_gettop(L); i++)
        if (lua_type(L, i) > LUA_TSTRING || lua_type(L, i) == LUA_TLIGHTUSERDATA) {
            push_safe_text(L, i, NULL);
            lua_replace(L, i);
        }
    return as_call_upvalue(L);
}

/* Library functions that go over a text once: what they do is known before. Upvalue 1: the original. */
static int charged_by_length(lua_State *L)
{
    enum { CHARACTERS_A_STEP = 8 };
    if (lua_type(L, 1) == LUA_TSTRING)
        as_state_charge(L, lua_rawlen(L, 1) / CHARACTERS_A_STEP);
    return as_call_upvalue(L);
}

/* Raw reading sees what a frozen table holds, as indexing does. */
static int safe_rawget(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_checkany(L, 2);
    lua_settop(L, 2);
    if (as_frozen_push(L, 1))
        lua_replace(L, 1);
    lua_rawget(L, 1);
    return 1;
}

static int safe_rawlen(lua_State *L)
{
    luaL_argexpected(L, lua_type(L, 1) == LUA_TTABLE || lua_type(L, 1) == LUA_TSTRING, 1, "table or string");
    if (as_frozen_push(L, 1))
        lua_replace(L, 1);
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, 1));
    return 1;
}

static const struct {
    const char *library, *name;
    lua_CFunction call;
} replacements[] = {
    {"", "pairs", as_sorted_pairs},
    {"", "tostring", safe_tostring},
    {"", "pcall", safe_pcall},
    {"", "xpcall", safe_xpcall},
    {"", "setmetatable", as_metatable_set},
    {"", "getmetatable", as_metatable_get},
    {"string", "format", safe_format},
    {"", "rawget", safe_rawget},
    {"", "rawlen", safe_rawlen},
    {"string", "find", as_text_find},
    {"string", "gmatch", as_text_gmatch},
    {"string", "gsub", as_text_gsub},
    {"string", "match", as_text_match},
    {"string", "rep", as_text_rep},
    {"string", "lower", as_text_lower},
    {"string", "reverse", charged_by_length},
    {"string", "upper", as_text_upper},
    {"utf8", "codepoint", charged_by_length},
    {"utf8", "len", charged_by_length},
    {"utf8", "offset", charged_by_length},
    {"table", "concat", as_table_concat},
    {"table", "insert", as_table_insert},
    {"table", "move", as_table_move},
    {"table", "remove", as_table_remove},
    {"table", "sort", as_table_sort},
    {"table", "unpack", as_table_unpack},
};

void as_safe_replace(lua_State *L, const char *library, const char *name)
{
    for (size_t i = 0; i < sizeof replacements / sizeof *replacements; i++)
        if (strcmp(replacements[i].library, library) == 0 && strcmp(replacements[i].name, name) == 0) {
            lua_pushcclosure(L, replacements[i].call, 1);
            return;
        }
}
