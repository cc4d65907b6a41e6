/* JSON texts as Lua values, through jansson, and Lua values as JSON. */
#include "bind/module/json_value.h"

#include "bind/sandbox/frozen.h"
#include "bind/sandbox/scratch.h"

#include <jansson.h>
#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Recursion over what strangers wrote stays far from the end of the C stack. */
enum { MOST_DEPTH = 32 };

static int close_json(lua_State *L)
{
    json_t **held = lua_touserdata(L, 1);
    json_decref(*held);
    *held = NULL;
    return 0;
}

static void push_value(lua_State *L, const json_t *value, int depth)
{
    if (depth > MOST_DEPTH)
        luaL_error(L, "the JSON is nested more than %d deep", MOST_DEPTH);
    luaL_checkstack(L, 4, NULL);
    switch (json_typeof(value)) {
    case JSON_OBJECT: {
        lua_createtable(L, 0, (int)json_object_size(value));
        const char *key;
        json_t *item;
        json_object_foreach((json_t *)value, key, item)
        {
            push_value(L, item, depth + 1);
            lua_setfield(L, -2, key);
        }
        break;
    }
    case JSON_ARRAY:
        lua_createtable(L, (int)json_array_size(value), 0);
        for (size_t i = 0; i < json_array_size(value); i++) {
            push_value(L, json_array_get(value, i), depth + 1);
            lua_rawseti(L, -2, (lua_Integer)i + 1);
        }
        break;
    case JSON_STRING:
        lua_pushlstring(L, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        lua_pushinteger(L, (lua_Integer)json_integer_value(value));
        break;
    case JSON_REAL:
        lua_pushnumber(L, json_real_value(value));
        break;
    case JSON_TRUE:
    case JSON_FALSE:
        lua_pushboolean(L, json_is_true(value));
        break;
    case JSON_NULL:
        lua_pushnil(L);
        break;
    }
}

enum as_status as_json_push(lua_State *L, struct as_str text, struct as_error *error)
{
    static const luaL_Reg methods[] = {{"__gc", close_json}, {NULL, NULL}};
    luaL_checkstack(L, 6, NULL);
    json_t **held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = NULL;
    as_holder_type(L, "assay.json", methods);
    json_error_t fault;
    *held = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &fault);
    if (*held == NULL) {
        lua_pop(L, 1);
        if (json_error_code(&fault) == json_error_out_of_memory)
            return as_error_memory(error);
        return as_error_set(error, AS_ERR_DATA, "no JSON: %s at byte %d", fault.text, fault.position);
    }
    push_value(L, *held, 0);
    json_decref(*held);
    *held = NULL;
    lua_remove(L, -2);
    return AS_OK;
}

static void write_value(struct as_buf *out, lua_State *L, int index, int depth);

static void write_text(struct as_buf *out, lua_State *L, int index)
{
    struct as_str text;
    text.p = lua_tolstring(L, index, &text.n);
    json_t *valid = json_stringn(text.p, text.n); /* refuses what is no UTF-8 */
    json_decref(valid);
    if (valid == NULL)
        luaL_error(L, "a text that is no UTF-8 cannot stand in JSON");
    as_buf_json(out, text);
}

static void write_number(struct as_buf *out, lua_State *L, int index)
{
    char text[40];
    double number = lua_tonumber(L, index);
    if (lua_isinteger(L, index)) {
        as_buf_printf(out, "%lld", (long long)lua_tointeger(L, index));
        return;
    }
    if (!isfinite(number))
        luaL_error(L, "a number that is not finite cannot stand in JSON");
    /* The shortest form that reads back as the same number. */
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, number);
        if (strtod(text, NULL) == number)
            break;
    }
    as_buf_text(out, text);
}

static void write_array(struct as_buf *out, lua_State *L, int index, lua_Integer n, int depth)
{
    as_buf_char(out, '[');
    for (lua_Integer i = 1; i <= n; i++) {
        if (i > 1)
            as_buf_char(out, ',');
        lua_rawgeti(L, index, i);
        write_value(out, L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    as_buf_char(out, ']');
}

static int compare_keys(const void *a, const void *b)
{
    return as_str_cmp(*(const struct as_str *)a, *(const struct as_str *)b);
}

static void write_object(struct as_buf *out, lua_State *L, int index, lua_Integer n, int depth)
{
    /* The keys' texts live as long as the table; the array is Lua's, since anything may raise. */
    struct as_str *keys = lua_newuserdatauv(L, (size_t)(n + 1) * sizeof *keys, 0);
    lua_Integer i = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            luaL_error(L, "a table with other keys than texts, or than 1 to n, cannot stand in JSON");
        keys[i].p = lua_tolstring(L, -2, &keys[i].n);
        i++;
    }
    qsort(keys, (size_t)n, sizeof *keys, compare_keys);
    as_buf_char(out, '{');
    for (i = 0; i < n; i++) {
        if (i > 0)
            as_buf_char(out, ',');
        lua_pushlstring(L, keys[i].p, keys[i].n);
        write_text(out, L, -1);
        as_buf_char(out, ':');
        lua_rawget(L, index);
        write_value(out, L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
    }
    as_buf_char(out, '}');
    lua_pop(L, 1);
}

static void write_value(struct as_buf *out, lua_State *L, int index, int depth)
{
    if (depth > MOST_DEPTH)
        luaL_error(L, "the value is nested more than %d deep, or holds itself", MOST_DEPTH);
    luaL_checkstack(L, 8, NULL);
    switch (lua_type(L, index)) {
    case LUA_TNIL:
        as_buf_text(out, "null");
        break;
    case LUA_TBOOLEAN:
        as_buf_text(out, lua_toboolean(L, index) ? "true" : "false");
        break;
    case LUA_TNUMBER:
        write_number(out, L, index);
        break;
    case LUA_TSTRING:
        write_text(out, L, index);
        break;
    case LUA_TTABLE: {
        /* One of the pack's sealed tables is read through. */
        bool sealed = as_frozen_push(L, index);
        if (sealed)
            index = lua_gettop(L);
        lua_Integer n = (lua_Integer)lua_rawlen(L, index), keys = 0;
        for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
            keys++;
        if (keys > 0 && n == keys)
            write_array(out, L, index, n, depth);
        else
            write_object(out, L, index, keys, depth);
        if (sealed)
            lua_pop(L, 1);
        break;
    }
    default:
        luaL_error(L, "a %s cannot stand in JSON", luaL_typename(L, index));
    }
    as_scratch_check(L, out, "the JSON");
}

void as_json_write(struct as_buf *out, lua_State *L, int index)
{
    write_value(out, L, lua_absindex(L, index), 0);
}
