/* Frozen tables, and pairs() in a fixed order: a pack must give the same rules and the same answers every
 * time, so neither hash order nor a shared table that somebody changed may matter. */
#include "bind/sandbox/frozen.h"

#include "bind/sandbox/raise.h"
#include "bind/sandbox/state.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static int refuse_write(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    as_raise_rule(L, (struct as_position){0}, "keep it in a local of your own",
                  "%s is read-only: \"%s\" cannot be set", name, key);
}

static int frozen_length(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)lua_rawlen(L, lua_upvalueindex(1)));
    return 1;
}

static int frozen_pairs(lua_State *L)
{
    lua_settop(L, 0);
    lua_pushvalue(L, lua_upvalueindex(1));
    return as_sorted_pairs(L);
}

/* Its address is the key under which a frozen table's metatable holds what the table reads. */
static const char HELD = 0;

bool as_frozen_push(lua_State *L, int index)
{
    if (lua_type(L, index) != LUA_TTABLE || !lua_getmetatable(L, index))
        return false;
    bool frozen = lua_rawgetp(L, -1, &HELD) == LUA_TTABLE;
    lua_remove(L, -2);
    if (!frozen)
        lua_pop(L, 1);
    return frozen;
}

void as_frozen_refuse(lua_State *L, int index)
{
    if (as_frozen_push(L, index))
        as_raise_rule(L, (struct as_position){0}, "keep it in a local of your own",
                      "a read-only table cannot be changed");
}

void as_frozen_metatable(lua_State *L, int held, const char *name)
{
    luaL_checkstack(L, 6, NULL);
    held = lua_absindex(L, held);
    lua_createtable(L, 0, 8);
    lua_pushvalue(L, held);
    lua_rawsetp(L, -2, &HELD);
    lua_pushvalue(L, held);
    lua_setfield(L, -2, "__index");
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_write, 1);
    lua_setfield(L, -2, "__newindex");
    lua_pushvalue(L, held);
    lua_pushcclosure(L, frozen_length, 1);
    lua_setfield(L, -2, "__len");
    lua_pushvalue(L, held);
    lua_pushcclosure(L, frozen_pairs, 1);
    lua_setfield(L, -2, "__pairs");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
}

void as_freeze(lua_State *L, const char *name)
{
    luaL_checkstack(L, 2, NULL);
    lua_newtable(L);
    as_frozen_metatable(L, -2, name);
    lua_setmetatable(L, -2);
    lua_remove(L, -2);
}

struct key {
    int type;
    lua_Number number;
    lua_Integer whole; /* of whole numbers, which are closer to each other than a number can tell; else 0 */
    const char *text;
    size_t length;
    lua_Integer place; /* in the array of keys */
};

static int compare_keys(const void *left, const void *right)
{
    const struct key *a = left, *b = right;
    if (a->type != b->type) {
        static const int rank[] = {[LUA_TNUMBER] = 0, [LUA_TSTRING] = 1, [LUA_TBOOLEAN] = 2};
        return rank[a->type] - rank[b->type];
    }
    if (a->type == LUA_TSTRING) {
        size_t n = a->length < b->length ? a->length : b->length;
        int order = memcmp(a->text, b->text, n);
        return order != 0 ? order : (a->length > b->length) - (a->length < b->length);
    }
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return (a->whole > b->whole) - (a->whole < b->whole);
}

/* Upvalues: the table, the sorted keys, how many were given out. */
static int step(lua_State *L)
{
    lua_Integer i = lua_tointeger(L, lua_upvalueindex(3));
    for (;;) {
        i++;
        lua_settop(L, 0);
        if (lua_rawgeti(L, lua_upvalueindex(2), i) == LUA_TNIL)
            return 1;
        lua_pushvalue(L, -1);
        if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL) /* else removed while iterating */
            break;
    }
    lua_pushinteger(L, i);
    lua_replace(L, lua_upvalueindex(3));
    return 2;
}

bool as_pairs_is_iterator(lua_CFunction function)
{
    return function == step;
}

/* The key on top, which stays there. */
static struct key read_key(lua_State *L, lua_Integer place)
{
    struct key key = {.type = lua_type(L, -1), .place = place};
    switch (key.type) {
    case LUA_TNUMBER:
        key.number = lua_tonumber(L, -1);
        key.whole = lua_isinteger(L, -1) ? lua_tointeger(L, -1) : 0;
        break;
    case LUA_TSTRING:
        key.text = lua_tolstring(L, -1, &key.length);
        break;
    case LUA_TBOOLEAN:
        key.number = lua_toboolean(L, -1);
        break;
    default:
        as_raise_rule(L, (struct as_position){0}, "use texts or numbers as keys",
                      "pairs cannot order keys that are a %s", luaL_typename(L, -1));
    }
    return key;
}

/* The n keys of the table at 1, sorted, in memory of Lua's at 2; at 3 they are themselves, by their places.
 */
static const struct key *push_sorted_keys(lua_State *L, lua_Integer n)
{
    uint64_t work = 1; /* sorting is the C library's, which no hook interrupts */
    for (lua_Integer left = n; left > 0; left /= 2)
        work += (uint64_t)n / 4;
    as_state_charge(L, work);
    struct key *keys = lua_newuserdatauv(L, (size_t)(n > 0 ? n : 1) * sizeof *keys, 0);
    lua_createtable(L, (int)(n < 1 << 20 ? n : 1 << 20), 0);
    lua_Integer i = 0;
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        keys[i] = read_key(L, i + 1);
        lua_pushvalue(L, -1);
        lua_rawseti(L, 3, ++i);
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    return keys;
}

int as_sorted_pairs(lua_State *L)
{
    luaL_checkany(L, 1);
    if (luaL_getmetafield(L, 1, "__pairs") != LUA_TNIL) {
        lua_pushvalue(L, 1);
        lua_call(L, 1, 3);
        return 3;
    }
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    lua_Integer n = 0;
    lua_pushnil(L);
    while (lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        n++;
    }
    const struct key *keys = push_sorted_keys(L, n);
    lua_pushvalue(L, 1);
    lua_createtable(L, (int)(n < 1 << 20 ? n : 1 << 20), 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, 3, keys[i - 1].place);
        lua_rawseti(L, -2, i);
    }
    lua_pushinteger(L, 0);
    lua_pushcclosure(L, step, 3);
    lua_pushvalue(L, 1);
    lua_pushnil(L);
    return 3;
}
