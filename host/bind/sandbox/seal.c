/* Seal: walks from the rule functions of a pack over everything they hold. Worker threads have a state each
 * and take leads as they come: a counter in a local of the file, a table that remembers, would make a lead's
 * points depend on the order and on the number of threads. */
#include "bind/sandbox/seal.h"

#include "bind/sandbox/assignment.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/metatables.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/state.h"
#include "bind/sandbox/text_library.h"

#include <lauxlib.h>

static const char ADVICE[] =
    "a decision must not depend on which lead came before: let the function keep what it counts "
    "in locals of its own";

enum { FUNCTIONS = 1, SEEN, WAITING, AT };

/* Puts the value on top among what is still to be looked at, unless it was; pops it. */
static void wait(lua_State *L)
{
    int type = lua_type(L, -1);
    if (type == LUA_TTABLE || type == LUA_TFUNCTION) {
        lua_pushvalue(L, -1);
        if (lua_rawget(L, SEEN) == LUA_TNIL) {
            lua_pushvalue(L, -2);
            lua_pushboolean(L, 1);
            lua_rawset(L, SEEN);
            lua_pushvalue(L, -2);
            lua_rawseti(L, WAITING, (lua_Integer)lua_rawlen(L, WAITING) + 1);
        }
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static struct as_position place_of(lua_State *L, int index)
{
    lua_Debug about;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &about);
    if (about.source[0] != '@')
        return (struct as_position){NULL, 0};
    return (struct as_position){about.source + 1, about.linedefined};
}

static void look_at_function(lua_State *L, int index)
{
    if (lua_iscfunction(L, index)) {
        lua_CFunction function = lua_tocfunction(L, index);
        if (as_text_is_iterator(function) || as_pairs_is_iterator(function))
            as_raise_rule(L, (struct as_position){0}, ADVICE,
                          "a rule function holds an iterator from outside: it remembers where it is");
        return;
    }
    struct as_assignment assigned;
    struct as_error error = AS_ERROR_INIT;
    lua_pushvalue(L, index);
    enum as_status status = as_assignment_find(&assigned, L, &error);
    lua_pop(L, 1);
    if (status != AS_OK)
        as_raise(L, &error);
    if (assigned.name[0] != '\0') {
        struct as_position here = place_of(L, index);
        here.line = assigned.line;
        as_raise_rule(L, here, ADVICE, "the function changes \"%s\", which outlives its call", assigned.name);
    }
    for (int i = 1; lua_getupvalue(L, index, i) != NULL; i++)
        wait(L);
}

/* Upvalues: what the table held, the __index that a script gave it. */
static int index_held(lua_State *L)
{
    lua_settop(L, 2);
    lua_pushvalue(L, 2);
    if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
        return 1;
    lua_settop(L, 2);
    lua_pushvalue(L, lua_upvalueindex(2));
    if (lua_isfunction(L, 3)) {
        lua_insert(L, 1);
        lua_call(L, 2, 1);
    } else {
        lua_pushvalue(L, 2);
        lua_gettable(L, 3);
    }
    return 1;
}

/* Keeps the script's own events, but for writing, in the frozen metatable on top; pops the script's. */
static void keep_events(lua_State *L, int held, int own)
{
    lua_newtable(L);
    as_metatable_copy(L, own, -1);
    lua_pushnil(L);
    lua_setfield(L, -2, "__newindex");
    if (lua_getfield(L, -1, "__index") != LUA_TNIL) {
        lua_pushvalue(L, held);
        lua_insert(L, -2);
        lua_pushcclosure(L, index_held, 2);
        lua_setfield(L, -2, "__index");
    } else {
        lua_pop(L, 1);
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, -5);
    }
    lua_pop(L, 1);
    as_metatable_name_own(L, -1, own);
}

/* Moves what the table holds behind a frozen metatable; the table stays the same one for whoever has it. */
static void freeze_in_place(lua_State *L, int index)
{
    lua_newtable(L);
    int held = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, index) != 0;) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_rawset(L, held);
        lua_pushvalue(L, -1);
        lua_pushnil(L);
        lua_rawset(L, index);
    }
    bool owned = as_metatable_push_own(L, index);
    as_frozen_metatable(L, held, "a table from outside of the function");
    if (owned)
        keep_events(L, held, held + 1);
    lua_setmetatable(L, index);
    lua_settop(L, held - 1);
}

static void look_at_table(lua_State *L, int index)
{
    lua_pushglobaltable(L);
    bool environment = lua_rawequal(L, -1, index);
    lua_pop(L, 1);
    if (environment) /* holds nothing and takes nothing */
        return;
    if (!as_frozen_push(L, index)) {
        freeze_in_place(L, index);
        as_frozen_push(L, index);
    }
    for (lua_pushnil(L); lua_next(L, -2) != 0;) {
        wait(L);
        lua_pushvalue(L, -1);
        wait(L);
    }
    if (as_metatable_push_own(L, index))
        wait(L);
}

static int seal(lua_State *L)
{
    luaL_checkstack(L, 20, NULL);
    lua_newtable(L);
    lua_newtable(L);
    for (lua_Integer i = 1; lua_rawgeti(L, FUNCTIONS, i) != LUA_TNIL; i++)
        wait(L);
    lua_settop(L, WAITING);
    for (lua_Integer i = 1; lua_rawgeti(L, WAITING, i) != LUA_TNIL; i++) {
        if (lua_isfunction(L, AT))
            look_at_function(L, AT);
        else
            look_at_table(L, AT);
        lua_settop(L, WAITING);
    }
    as_state_of(L)->sealed = true;
    return 0;
}

void as_seal(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 2, NULL);
    lua_pushcfunction(L, seal);
    lua_pushvalue(L, index);
    lua_call(L, 1, 0);
}
