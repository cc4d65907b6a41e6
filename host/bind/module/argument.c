/* Reads arguments from the Lua stack and refuses wrong ones in the script author's words. Knows nothing of
 * what the functions compute. */
#include "bind/module/argument.h"

#include "base/limits.h"
#include "base/time.h"
#include "bind/sandbox/frozen.h"

#include <math.h>

static const char *name_of(lua_State *L, int index)
{
    const struct as_module_function *row = as_module_row(L);
    if (index >= 1 && index <= AS_MODULE_ARGUMENTS && row->arguments[index - 1].name != NULL)
        return row->arguments[index - 1].name;
    return "?";
}

/* What a value is, in the words of the rule language. */
static const char *kind_of(lua_State *L, int value)
{
    switch (lua_type(L, value)) {
    case LUA_TNONE:
    case LUA_TNIL:
        return "nothing";
    case LUA_TSTRING:
        return "text";
    case LUA_TUSERDATA:
        return "an expression";
    default:
        return luaL_typename(L, value);
    }
}

void as_argument_refuse(lua_State *L, int index, const char *must)
{
    as_argument_refuse_item(L, index, index, 0, must);
}

void as_argument_refuse_item(lua_State *L, int index, int value, lua_Integer item, const char *must)
{
    const char *function = as_module_row(L)->name;
    if (item > 0)
        luaL_error(L, "%s: item %d of argument '%s' must be %s, got %s", function, (int)item,
                   name_of(L, index), must, kind_of(L, value));
    else
        luaL_error(L, "%s: argument '%s' must be %s, got %s", function, name_of(L, index), must,
                   kind_of(L, value));
    /* luaL_error does not return; the compiler cannot know. */
    for (;;)
        ;
}

/* A Lua number that is neither NaN nor infinite; text is never converted. */
static bool number_at(lua_State *L, int value, double *out)
{
    if (lua_type(L, value) != LUA_TNUMBER)
        return false;
    *out = lua_tonumber(L, value);
    return isfinite(*out);
}

double as_argument_number(lua_State *L, int index)
{
    return as_argument_each_number(L, index, index, 0);
}

double as_argument_number_or(lua_State *L, int index, double otherwise)
{
    return lua_isnoneornil(L, index) ? otherwise : as_argument_number(L, index);
}

double as_argument_positive(lua_State *L, int index)
{
    double number = as_argument_number(L, index);
    if (!(number > 0))
        luaL_error(L, "%s: argument '%s' must be above 0, got %f", as_module_row(L)->name, name_of(L, index),
                   number);
    return number;
}

int64_t as_argument_integer(lua_State *L, int index, int64_t least, int64_t most)
{
    int whole = 0;
    lua_Integer number = lua_type(L, index) == LUA_TNUMBER ? lua_tointegerx(L, index, &whole) : 0;
    if (!whole)
        as_argument_refuse(L, index, "a whole number");
    if (number < least || number > most)
        luaL_error(L, "%s: argument '%s' must be between %I and %I, got %I", as_module_row(L)->name,
                   name_of(L, index), (lua_Integer)least, (lua_Integer)most, number);
    return number;
}

struct as_str as_argument_text(lua_State *L, int index)
{
    return as_argument_each_text(L, index, index, 0);
}

/* A frozen table is read as what it holds: its own slots are empty. */
static void read_held(lua_State *L, int index)
{
    if (as_frozen_push(L, index))
        lua_replace(L, index);
}

void as_argument_table(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        as_argument_refuse(L, index, "a table");
    read_held(L, index);
}

lua_Integer as_argument_array(lua_State *L, int index)
{
    if (!lua_istable(L, index))
        as_argument_refuse(L, index, "an array");
    read_held(L, index);
    return (lua_Integer)lua_rawlen(L, index);
}

int64_t as_argument_instant(lua_State *L, int index)
{
    return as_argument_instant_item(L, index, index, 0);
}

int64_t as_argument_instant_item(lua_State *L, int index, int value, lua_Integer item)
{
    int64_t seconds = 0;
    if (lua_type(L, value) == LUA_TNUMBER) {
        double number = lua_tonumber(L, value);
        /* Beyond the year 9999 either way nothing is an instant, and the day arithmetic stays far from
         * overflow. */
        if (fabs(number) <= (double)AS_TIME_LAST)
            return (int64_t)floor(number);
    } else if (lua_type(L, value) == LUA_TSTRING) {
        struct as_str text = {.p = lua_tostring(L, value), .n = lua_rawlen(L, value)};
        if (as_time_parse(&seconds, NULL, text))
            return seconds;
    }
    as_argument_refuse_item(L, index, value, item, "an instant (\"2026-03-01\", or seconds since 1970)");
}

int64_t as_argument_days(lua_State *L, int index, bool optional)
{
    if (optional && lua_isnoneornil(L, index))
        return 0;
    if (lua_type(L, index) == LUA_TNUMBER)
        return as_argument_integer(L, index, 1, AS_MAX_WINDOW_DAYS);
    if (lua_type(L, index) == LUA_TSTRING) {
        int64_t days = 0;
        struct as_error error = AS_ERROR_INIT;
        if (as_days_parse(&days, as_argument_text(L, index), &error) == AS_OK)
            return days;
        luaL_error(L, "%s: argument '%s': %s%s%s", as_module_row(L)->name, name_of(L, index), error.what,
                   error.advice[0] != '\0' ? "; " : "", error.advice);
    }
    as_argument_refuse(L, index, "a window (\"30d\", or whole days)");
}

double as_argument_item_number(lua_State *L, int index, lua_Integer item)
{
    lua_rawgeti(L, index, item);
    double number = as_argument_each_number(L, index, lua_gettop(L), item);
    lua_pop(L, 1);
    return number;
}

double as_argument_each_number(lua_State *L, int index, int value, lua_Integer item)
{
    double number = 0;
    if (!number_at(L, value, &number))
        as_argument_refuse_item(L, index, value, item, "a number");
    return number;
}

struct as_str as_argument_each_text(lua_State *L, int index, int value, lua_Integer item)
{
    if (lua_type(L, value) != LUA_TSTRING)
        as_argument_refuse_item(L, index, value, item, "text");
    struct as_str text = {.p = lua_tostring(L, value), .n = lua_rawlen(L, value)};
    if (text.n > AS_MAX_TEXT)
        luaL_error(L, "%s: argument '%s' is longer than %d bytes", as_module_row(L)->name, name_of(L, index),
                   AS_MAX_TEXT);
    return text;
}

int as_argument_each(lua_State *L, int index, as_argument_one one, const void *context)
{
    if (!lua_istable(L, index)) {
        one(L, index, index, 0, context);
        return 1;
    }
    read_held(L, index);
    lua_Integer n = (lua_Integer)lua_rawlen(L, index);
    if (n > INT32_MAX)
        as_argument_refuse(L, index, "a shorter array");
    lua_createtable(L, (int)n, 0);
    int results = lua_gettop(L);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, index, i);
        if (lua_isboolean(L, -1) && !lua_toboolean(L, -1)) {
            lua_rawseti(L, results, i);
            continue;
        }
        one(L, index, lua_gettop(L), i, context);
        lua_rawseti(L, results, i);
        lua_settop(L, results);
    }
    return 1;
}

int as_argument_fail(lua_State *L, const char *message)
{
    lua_pushnil(L);
    lua_pushstring(L, message);
    return 2;
}
