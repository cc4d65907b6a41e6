/* Turns JSON texts into Lua values through jansson. Writing JSON is base/text's. */
#include "bind/json_value.h"

#include <jansson.h>
#include <lauxlib.h>

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
    luaL_checkstack(L, 6, NULL);
    json_t **held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = NULL;
    if (luaL_newmetatable(L, "assay.json")) {
        lua_pushcfunction(L, close_json);
        lua_setfield(L, -2, "__gc");
    }
    lua_setmetatable(L, -2);
    json_error_t fault;
    *held = json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &fault);
    if (*held == NULL) {
        lua_pop(L, 1);
        return as_error_set(error, AS_ERR_DATA, "no JSON: %s at byte %d", fault.text, fault.position);
    }
    push_value(L, *held, 0);
    json_decref(*held);
    *held = NULL;
    lua_remove(L, -2);
    return AS_OK;
}
