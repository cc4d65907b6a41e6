/* Sandbox: the allow list. What is not in it does not exist for scripts; what authors will look for in vain
 * is told why. Replacements of unsafe functions are safe_library.c, modules are require.c. */
#include "bind/sandbox/sandbox.h"

#include "base/limits.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/safe_library.h"

#include <lauxlib.h>
#include <lualib.h>
#include <string.h>

static const struct as_allowed allow_list[] = {
    {"", "assert", "checks what a rule relies on"},
    {"", "error", "a rule that cannot decide must be able to say so"},
    {"", "getmetatable", "replaced: shows what a script gave, nothing of the host's"},
    {"", "ipairs", "arrays have an order"},
    {"", "pairs", "replaced: sorted, so that the same pack gives the same rules"},
    {"", "pcall", "replaced: cannot swallow a spent budget"},
    {"", "rawequal", "compares without running anything"},
    {"", "rawget", "reads, frozen tables too"},
    {"", "rawlen", "reads, frozen tables too"},
    {"", "select", "works on arguments alone"},
    {"", "setmetatable", "replaced: no finalizers, no weak tables, now or later"},
    {"", "tonumber", "converts"},
    {"", "tostring", "replaced: shows no addresses"},
    {"", "type", "reads"},
    {"", "xpcall", "replaced: cannot swallow a spent budget"},
    {"string", "byte", "reads"},
    {"string", "char", "makes text of at most a few hundred bytes"},
    {"string", "find", "replaced: matches under the budget"},
    {"string", "format", "replaced: shows no addresses"},
    {"string", "gmatch", "replaced: matches under the budget"},
    {"string", "gsub", "replaced: matches under the budget"},
    {"string", "len", "reads"},
    {"string", "lower", "replaced: ASCII case; counted by the length of the text"},
    {"string", "match", "replaced: matches under the budget"},
    {"string", "rep", "replaced: by doubling, under the budget"},
    {"string", "reverse", "replaced: makes text as long as its argument; counted by the length of the text"},
    {"string", "sub", "makes text shorter than its argument"},
    {"string", "upper", "replaced: ASCII case; counted by the length of the text"},
    {"table", "concat", "replaced: reads the table alone"},
    {"table", "insert", "replaced: takes no lying length"},
    {"table", "move", "replaced: bounded"},
    {"table", "pack", "bounded by the arguments"},
    {"table", "remove", "replaced: takes no lying length"},
    {"table", "sort", "replaced: believes no comparator, keeps the order of equals"},
    {"table", "unpack", "replaced: reads the table alone; bounded by the stack"},
    {"math", "abs", "arithmetic"},
    {"math", "ceil", "arithmetic"},
    {"math", "exp", "arithmetic"},
    {"math", "floor", "arithmetic"},
    {"math", "fmod", "arithmetic"},
    {"math", "huge", "a constant"},
    {"math", "log", "arithmetic"},
    {"math", "max", "arithmetic"},
    {"math", "maxinteger", "a constant"},
    {"math", "min", "arithmetic"},
    {"math", "mininteger", "a constant"},
    {"math", "modf", "arithmetic"},
    {"math", "pi", "a constant"},
    {"math", "sqrt", "arithmetic"},
    {"math", "tointeger", "converts"},
    {"math", "type", "reads"},
    {"math", "ult", "arithmetic"},
    {"utf8", "char", "makes text"},
    {"utf8", "charpattern", "a constant"},
    {"utf8", "codepoint", "replaced: reads; counted by the length of the text"},
    {"utf8", "codes", "reads"},
    {"utf8", "len", "replaced: reads; counted by the length of the text"},
    {"utf8", "offset", "replaced: reads; counted by the length of the text"},
};

/* Names that people look for. */
static const struct {
    const char *name, *why;
} absent[] = {
    {"collectgarbage", "memory belongs to the host"},
    {"coroutine", "a rule is one call; there is nothing to switch to"},
    {"debug", "it opens what the sandbox closes"},
    {"dofile", "use require, which sees the library and the pack's own folder"},
    {"io", "rules see no files; put data into a list file or into the database"},
    {"load", "rules are files of the pack, so that their hash tells what decided"},
    {"loadfile", "use require, which sees the library and the pack's own folder"},
    {"loadstring", "rules are files of the pack, so that their hash tells what decided"},
    {"next", "its order is not fixed: use pairs, which sorts"},
    {"os", "a rule sees no clock: time is a parameter of the decision"},
    {"package", "use require, which sees the library and the pack's own folder"},
    {"print", "a rule has no terminal: return a note as the second value"},
    {"rawset", "tables of the library are read-only"},
    {"math.random", "a decision must give the same answer when it is replayed"},
    {"math.randomseed", "a decision must give the same answer when it is replayed"},
    {"string.dump", "there is no bytecode"},
};

enum { ALLOWED = sizeof allow_list / sizeof *allow_list, ABSENT = sizeof absent / sizeof *absent };

const struct as_allowed *as_sandbox_allowed(size_t *n)
{
    *n = ALLOWED;
    return allow_list;
}

static const char *const libraries[] = {"math", "string", "table", "utf8"};

/* Upvalue 1: the library's name, "" for globals. */
static int unknown_name(lua_State *L)
{
    const char *library = lua_tostring(L, lua_upvalueindex(1));
    bool global = library[0] == '\0';
    if (lua_type(L, 2) != LUA_TSTRING) {
        lua_pushnil(L);
        return 1;
    }
    const char *name = lua_tostring(L, 2);
    lua_pushfstring(L, global ? "%s%s" : "%s.%s", library, name);
    const char *whole = lua_tostring(L, -1);
    for (size_t i = 0; i < ABSENT; i++)
        if (strcmp(absent[i].name, whole) == 0)
            as_raise_rule(L, (struct as_position){0}, absent[i].why, "\"%s\" does not exist in rules", whole);

    const char *names[ALLOWED + 8];
    size_t n = 0;
    for (size_t i = 0; i < ALLOWED; i++)
        if (strcmp(allow_list[i].library, library) == 0)
            names[n++] = allow_list[i].name;
    if (global) {
        names[n++] = "require";
        for (size_t i = 0; i < sizeof libraries / sizeof *libraries; i++)
            names[n++] = libraries[i];
    }
    const char *near = as_suggest(as_str_of(name), names, n);
    as_raise_unknown(L, (struct as_position){0}, near,
                     global ? "declare it with local, or require the module that has it" : NULL,
                     "there is no \"%s\" here", whole);
}

static int refuse_global(lua_State *L)
{
    const char *name = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    as_raise_rule(L, (struct as_position){0}, "write local before it", "\"%s\" would be a global variable",
                  name);
}

/* Copies the allowed names of the library table on top into the table below it. */
static void copy_allowed(lua_State *L, const char *library)
{
    for (size_t i = 0; i < ALLOWED; i++)
        if (strcmp(allow_list[i].library, library) == 0) {
            lua_getfield(L, -1, allow_list[i].name);
            as_safe_replace(L, library, allow_list[i].name);
            lua_setfield(L, -3, allow_list[i].name);
        }
}

/* Reading a name that is not in the table on top is an error that helps. */
static void guard_names(lua_State *L, const char *library)
{
    lua_createtable(L, 0, 2);
    lua_pushstring(L, library);
    lua_pushcclosure(L, unknown_name, 1);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
}

static void open_library(lua_State *L, const char *name, lua_CFunction open)
{
    lua_newtable(L);
    luaL_requiref(L, name, open, 0);
    copy_allowed(L, name);
    lua_pop(L, 1);
    guard_names(L, name);
    if (strcmp(name, "string") == 0) { /* methods of texts see the same functions */
        lua_pushliteral(L, "");
        lua_getmetatable(L, -1);
        lua_pushvalue(L, -3);
        lua_setfield(L, -2, "__index");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pop(L, 2);
    }
    as_freeze(L, name);
    lua_setfield(L, -2, name);
}

void as_sandbox_open(lua_State *L)
{
    lua_newtable(L);
    luaL_requiref(L, "_G", luaopen_base, 0);
    copy_allowed(L, "");
    lua_pop(L, 1);
    open_library(L, "math", luaopen_math);
    open_library(L, "string", luaopen_string);
    open_library(L, "table", luaopen_table);
    open_library(L, "utf8", luaopen_utf8);
    guard_names(L, "");

    lua_newtable(L); /* the environment itself stays empty: names are read through it, none is written */
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, -3);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, refuse_global);
    lua_setfield(L, -2, "__newindex");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
    lua_setfield(L, LUA_REGISTRYINDEX, "assay.names");
}
