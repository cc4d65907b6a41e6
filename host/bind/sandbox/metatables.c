/* Metatables of scripts. Lua looks for __mode and __close whenever it collects or leaves a block, so that
 * refusing them in setmetatable is not enough: a table that serves as a metatable gets a guard against new
 * names, which is a metatable itself. A frozen table holds nothing in its own slots, where Lua looks for
 * events: what it held is copied; so is one with __call, which must not change. The copies know whose place
 * they take, and scripts are shown that one. */
#include "bind/sandbox/metatables.h"

#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

/* Their addresses are keys of metatables that the host made: SOURCE holds the script's own, GUARDS marks a
 * guard. */
static const char SOURCE = 0, GUARDS = 0, COPIES[] = "assay.metatables";

static const char *const refused[] = {"__gc", "__mode", "__close"};
enum { REFUSED = sizeof refused / sizeof *refused };

static _Noreturn void refuse(lua_State *L, const char *event)
{
    as_raise_rule(L, (struct as_position){0}, "rules own nothing that must be closed or forgotten",
                  "setmetatable refuses %s", event);
}

static int guard_newindex(lua_State *L)
{
    if (lua_type(L, 2) == LUA_TSTRING && strcmp(lua_tostring(L, 2), "__call") == 0)
        as_raise_rule(L, (struct as_position){0}, "put it into the table that setmetatable gets",
                      "__call cannot be added to a metatable that is in use");
    if (lua_type(L, 2) == LUA_TSTRING)
        for (int i = 0; i < REFUSED; i++)
            if (strcmp(lua_tostring(L, 2), refused[i]) == 0)
                refuse(L, refused[i]);
    lua_settop(L, 3);
    lua_rawset(L, 1);
    return 0;
}

/* Lua asks a called value for __call, that one for its own, and so on, and moves all arguments each time: a
 * table that is its own __call keeps it busy for minutes. A C function in between makes it a recursion, which
 * has an end. */
int as_call_upvalue(lua_State *L)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_insert(L, 1);
    lua_call(L, lua_gettop(L) - 1, LUA_MULTRET);
    return lua_gettop(L);
}

void as_metatable_copy(lua_State *L, int from, int into)
{
    static const char *const events[] = {
        "__index", "__newindex", "__call", "__tostring", "__name", "__len", "__pairs", "__eq",  "__lt",
        "__le",    "__add",      "__sub",  "__mul",      "__div",  "__mod", "__pow",   "__unm", "__idiv",
        "__band",  "__bor",      "__bxor", "__bnot",     "__shl",  "__shr", "__concat"};
    luaL_checkstack(L, 4, NULL);
    from = lua_absindex(L, from);
    into = lua_absindex(L, into);
    if (!as_frozen_push(L, from))
        lua_pushvalue(L, from);
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        lua_pushstring(L, events[i]);
        if (lua_rawget(L, -2) != LUA_TNIL && strcmp(events[i], "__call") == 0 && !lua_isfunction(L, -1))
            lua_pushcclosure(L, as_call_upvalue, 1);
        lua_setfield(L, into, events[i]);
    }
    lua_pop(L, 1);
}

/* Pushes the value of a name in the metatable at index, frozen or not. */
static int raw_field(lua_State *L, int index, const char *name)
{
    if (!as_frozen_push(L, index))
        lua_pushvalue(L, index);
    lua_pushstring(L, name);
    int type = lua_rawget(L, -2);
    lua_remove(L, -2);
    return type;
}

bool as_metatable_push_own(lua_State *L, int index)
{
    if (!lua_getmetatable(L, index))
        return false;
    if (lua_rawgetp(L, -1, &SOURCE) != LUA_TNIL) {
        lua_remove(L, -2);
        return true;
    }
    lua_pop(L, 1);
    bool hosts = lua_rawgetp(L, -1, &GUARDS) != LUA_TNIL;
    lua_pop(L, 1);
    if (hosts || as_frozen_push(L, index)) {
        lua_pop(L, hosts ? 1 : 2);
        return false;
    }
    return true;
}

void as_metatable_name_own(lua_State *L, int index, int own)
{
    luaL_checkstack(L, 3, NULL);
    index = lua_absindex(L, index);
    own = lua_absindex(L, own);
    lua_pushvalue(L, own);
    lua_rawsetp(L, index, &SOURCE);
    if (raw_field(L, own, "__metatable") == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushvalue(L, own);
    }
    lua_setfield(L, index, "__metatable");
}

/* Pushes a table of the host's that stands for the script's metatable at `source`. */
static void push_copy(lua_State *L, int source)
{
    source = lua_absindex(L, source);
    lua_newtable(L);
    as_metatable_copy(L, source, -1);
    as_metatable_name_own(L, -1, source);
}

/* Sees to it that the table at index, which serves as a metatable, gets none of the names refused. */
static void guard(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    if (lua_getmetatable(L, index)) {
        bool guarded = lua_rawgetp(L, -1, &GUARDS) != LUA_TNIL;
        lua_pop(L, 2);
        if (guarded)
            return;
    }
    if (as_metatable_push_own(L, index)) {
        push_copy(L, -1);
        lua_remove(L, -2);
    } else {
        lua_newtable(L);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    if (lua_getfield(L, -1, "__newindex") == LUA_TNIL) {
        lua_pushcfunction(L, guard_newindex);
        lua_setfield(L, -3, "__newindex");
    }
    lua_pop(L, 1);
    lua_pushboolean(L, 1);
    lua_rawsetp(L, -2, &GUARDS);
    lua_setmetatable(L, index);
}

/* Pushes what takes the place of the frozen metatable at index; made once. */
static void push_thawed(lua_State *L, int index)
{
    index = lua_absindex(L, index);
    luaL_getsubtable(L, LUA_REGISTRYINDEX, COPIES);
    lua_pushvalue(L, index);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        push_copy(L, index);
        lua_pushvalue(L, index);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

int as_metatable_set(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    luaL_argexpected(L, lua_isnil(L, 2) || lua_istable(L, 2), 2, "nil or table");
    lua_settop(L, 2);
    as_frozen_refuse(L, 1);
    bool guarded = false;
    if (lua_getmetatable(L, 1)) {
        guarded = lua_rawgetp(L, -1, &GUARDS) != LUA_TNIL;
        lua_settop(L, 2);
        if (as_metatable_push_own(L, 1) && raw_field(L, -1, "__metatable") != LUA_TNIL)
            return luaL_error(L, "cannot change a protected metatable");
        lua_settop(L, 2);
    }
    if (lua_istable(L, 2)) {
        for (int i = 0; i < REFUSED; i++) {
            if (raw_field(L, 2, refused[i]) != LUA_TNIL)
                refuse(L, refused[i]);
            lua_pop(L, 1);
        }
        if (as_frozen_push(L, 2))
            push_thawed(L, 2);
        else if (raw_field(L, 2, "__call") != LUA_TNIL)
            push_copy(L, 2);
        else {
            guard(L, 2);
            lua_settop(L, 2);
        }
    }
    lua_pushvalue(L, -1); /* the script's own, nil, or a copy */
    lua_setmetatable(L, 1);
    if (guarded)
        guard(L, 1);
    lua_settop(L, 1);
    return 1;
}

int as_metatable_get(lua_State *L)
{
    luaL_checkany(L, 1);
    if (!lua_getmetatable(L, 1) || (lua_rawgetp(L, -1, &GUARDS) != LUA_TNIL && !as_metatable_push_own(L, 1)))
        lua_pushnil(L); /* a guard alone is nobody's metatable */
    else if (luaL_getmetafield(L, 1, "__metatable") == LUA_TNIL)
        lua_settop(L, 2);
    return 1;
}
