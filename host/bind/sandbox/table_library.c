/* The table library. Lua's own believes __len and calls __index from a C loop, which a script can make
 * endless where no hook ever looks; and its sort takes a comparator's word. Here every loop is charged and
 * reads the table alone. */
#include "bind/sandbox/table_library.h"

#include "base/limits.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/state.h"

#include <lauxlib.h>
#include <limits.h>

enum { MOVED_A_STEP = 2, BYTES_A_STEP = 64 };

static void refuse_event(lua_State *L, int index, const char *event)
{
    if (luaL_getmetafield(L, index, event) != LUA_TNIL)
        as_raise_rule(L, (struct as_position){0}, "use a plain table",
                      "functions of the table library take no table with a %s of its own", event);
}

/* A table to be read: a frozen one is replaced by what it holds. */
static lua_Integer readable(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    if (as_frozen_push(L, index))
        lua_replace(L, index);
    else
        refuse_event(L, index, "__len");
    return (lua_Integer)lua_rawlen(L, index);
}

static lua_Integer writable(lua_State *L, int index)
{
    luaL_checktype(L, index, LUA_TTABLE);
    as_frozen_refuse(L, index);
    refuse_event(L, index, "__len");
    refuse_event(L, index, "__newindex");
    return (lua_Integer)lua_rawlen(L, index);
}

int as_table_insert(lua_State *L)
{
    lua_Integer end = writable(L, 1) + 1, at = end;
    switch (lua_gettop(L)) {
    case 2:
        break;
    case 3:
        at = luaL_checkinteger(L, 2);
        luaL_argcheck(L, at >= 1 && at <= end, 2, "position out of bounds");
        as_state_charge(L, (uint64_t)(end - at) / MOVED_A_STEP);
        for (lua_Integer i = end; i > at; i--) {
            lua_rawgeti(L, 1, i - 1);
            lua_rawseti(L, 1, i);
        }
        break;
    default:
        return luaL_error(L, "wrong number of arguments to 'insert'");
    }
    lua_rawseti(L, 1, at);
    return 0;
}

int as_table_remove(lua_State *L)
{
    lua_Integer size = writable(L, 1), at = luaL_optinteger(L, 2, size);
    if (!lua_isnoneornil(L, 2))
        luaL_argcheck(L, (size == 0 && at == 0) || (at >= 1 && at <= size + 1), 2, "position out of bounds");
    if (size > at)
        as_state_charge(L, (uint64_t)(size - at) / MOVED_A_STEP);
    lua_settop(L, 1);
    lua_rawgeti(L, 1, at);
    for (; at < size; at++) {
        lua_rawgeti(L, 1, at + 1);
        lua_rawseti(L, 1, at);
    }
    lua_pushnil(L);
    lua_rawseti(L, 1, at);
    return 1;
}

int as_table_move(lua_State *L)
{
    lua_Integer first = luaL_checkinteger(L, 2), last = luaL_checkinteger(L, 3), to = luaL_checkinteger(L, 4);
    int target = lua_isnoneornil(L, 5) ? 1 : 5;
    writable(L, target);
    lua_settop(L, 5);
    lua_pushvalue(L, target);
    readable(L, 1);
    if (last >= first) {
        if ((lua_Unsigned)last - (lua_Unsigned)first >= AS_MAX_SCRIPT_ITEMS)
            return luaL_error(L, "table.move moves at most %d items at once", AS_MAX_SCRIPT_ITEMS);
        lua_Integer n = last - first;
        luaL_argcheck(L, to <= LUA_MAXINTEGER - n, 4, "destination wrap around");
        as_state_charge(L, (uint64_t)n / MOVED_A_STEP);
        bool upward = to > last || to <= first || !lua_rawequal(L, 1, 6);
        for (lua_Integer i = 0; i <= n; i++) {
            lua_Integer k = upward ? i : n - i;
            lua_rawgeti(L, 1, first + k);
            lua_rawseti(L, 6, to + k);
        }
    }
    return 1;
}

int as_table_unpack(lua_State *L)
{
    lua_Integer first = luaL_optinteger(L, 2, 1);
    lua_Integer size = readable(L, 1), last = luaL_optinteger(L, 3, size);
    if (first > last)
        return 0;
    lua_Unsigned n = (lua_Unsigned)last - (lua_Unsigned)first;
    if (n >= AS_MAX_SCRIPT_ITEMS || !lua_checkstack(L, (int)n + 1))
        return luaL_error(L, "too many results to unpack");
    as_state_charge(L, n / MOVED_A_STEP);
    for (lua_Unsigned i = 0; i <= n; i++)
        lua_rawgeti(L, 1, first + (lua_Integer)i);
    return (int)n + 1;
}

static void add_item(lua_State *L, luaL_Buffer *out, lua_Integer i)
{
    lua_rawgeti(L, 1, i);
    if (!lua_isstring(L, -1))
        luaL_error(L, "invalid value (at index %I) in table for 'concat'", (LUAI_UACINT)i);
    as_state_charge(L, 1 + lua_rawlen(L, -1) / BYTES_A_STEP);
    luaL_addvalue(out);
}

int as_table_concat(lua_State *L)
{
    size_t gap;
    const char *between = luaL_optlstring(L, 2, "", &gap);
    lua_Integer first = luaL_optinteger(L, 3, 1);
    lua_Integer size = readable(L, 1), last = luaL_optinteger(L, 4, size);
    luaL_Buffer out;
    luaL_buffinit(L, &out);
    if (first <= last) {
        add_item(L, &out, first);
        while (first < last) {
            luaL_addlstring(&out, between, gap);
            add_item(L, &out, ++first);
        }
    }
    luaL_pushresult(&out);
    return 1;
}

/* --- sort: by merging, between two tables of its own, so that neither a comparator that lies nor one that
 * changes the table can make it run on or leave the table half sorted --- */

enum { TABLE = 1, COMPARATOR, FROM, INTO };

/* Whether the value on top comes before the one below it; leaves both. */
static bool comes_before(lua_State *L, bool own)
{
    as_state_charge(L, 1 + (lua_type(L, -1) == LUA_TSTRING ? lua_rawlen(L, -1) / BYTES_A_STEP : 0));
    if (!own)
        return lua_compare(L, -1, -2, LUA_OPLT);
    lua_pushvalue(L, COMPARATOR);
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -4);
    lua_call(L, 2, 1);
    bool before = lua_toboolean(L, -1);
    lua_pop(L, 1);
    return before;
}

static void merge(lua_State *L, int from, int into, lua_Integer low, lua_Integer middle, lua_Integer high,
                  bool own)
{
    lua_Integer left = low, right = middle;
    for (lua_Integer at = low; at < high; at++) {
        bool take_right = left == middle;
        if (left < middle && right < high) {
            lua_rawgeti(L, from, left);
            lua_rawgeti(L, from, right);
            take_right = comes_before(L, own);
            lua_pop(L, 2);
        }
        lua_rawgeti(L, from, take_right ? right++ : left++);
        lua_rawseti(L, into, at);
    }
}

int as_table_sort(lua_State *L)
{
    lua_Integer n = writable(L, TABLE);
    bool own = !lua_isnoneornil(L, COMPARATOR);
    if (own)
        luaL_checktype(L, COMPARATOR, LUA_TFUNCTION);
    luaL_argcheck(L, n < INT_MAX, 1, "array too big");
    lua_settop(L, COMPARATOR);
    luaL_checkstack(L, 12, NULL);
    lua_createtable(L, (int)n, 0);
    lua_createtable(L, (int)n, 0);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, TABLE, i);
        lua_rawseti(L, FROM, i);
    }
    int from = FROM, into = INTO;
    for (lua_Integer width = 1; width < n; width *= 2) {
        for (lua_Integer low = 1; low <= n; low += 2 * width) {
            lua_Integer middle = low + width <= n + 1 ? low + width : n + 1;
            lua_Integer high = low + 2 * width <= n + 1 ? low + 2 * width : n + 1;
            merge(L, from, into, low, middle, high, own);
        }
        int other = from;
        from = into;
        into = other;
    }
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, from, i);
        lua_rawseti(L, TABLE, i);
    }
    return 0;
}
