/* Literal: reads arguments of operators from Lua values. Whether they fit the operator is checked by
 * host/score. */
#include "bind/language/literal.h"

#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char **as_literal_keys(uint32_t *n, lua_State *L, struct as_loading *loading, int index,
                             const char *what)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 4, NULL);
    size_t count = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING)
            as_raise_rule(L, (struct as_position){0}, NULL,
                          "%s takes names with values, as in { name = value }", what);
        count++;
    }
    const char **keys = as_loading_alloc(L, loading, (count + 1) * sizeof *keys);
    size_t i = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1)) {
        size_t length;
        const char *key = lua_tolstring(L, -2, &length);
        if (strlen(key) != length || length > AS_MAX_NAME)
            as_raise_rule(L, (struct as_position){0}, NULL,
                          "a name in %s is longer than %d bytes or holds a NUL", what, AS_MAX_NAME);
        keys[i++] = as_loading_copy(L, loading, key, length);
    }
    qsort(keys, count, sizeof *keys, compare_texts);
    *n = (uint32_t)count;
    return keys;
}

static void read_scalar(struct as_literal *out, lua_State *L, struct as_loading *loading, int index,
                        const char *method, enum as_level level)
{
    const struct as_expr *expr = as_node_test(L, index);
    if (expr != NULL) {
        *out = (struct as_literal){.kind = AS_LITERAL_EXPR, .expr = expr};
        return;
    }
    switch (lua_type(L, index)) {
    case LUA_TBOOLEAN:
        *out = (struct as_literal){.kind = AS_LITERAL_BOOLEAN, .boolean = lua_toboolean(L, index)};
        break;
    case LUA_TNUMBER:
        if (lua_isinteger(L, index))
            *out = (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = lua_tointeger(L, index)};
        else
            *out = (struct as_literal){.kind = AS_LITERAL_NUMBER, .number = lua_tonumber(L, index)};
        break;
    case LUA_TSTRING:
        *out = (struct as_literal){.kind = AS_LITERAL_TEXT};
        out->text.p = lua_tolstring(L, index, &out->text.n);
        break;
    case LUA_TFUNCTION: {
        *out = (struct as_literal){.kind = AS_LITERAL_EXPR};
        out->expr = as_loading_function(L, loading, index, NULL, level, false);
        break;
    }
    default:
        as_raise_rule(L, (struct as_position){0}, NULL, "%s cannot take %s", method,
                      lua_isnil(L, index) ? "nil" : luaL_typename(L, index));
    }
}

static void read_list(struct as_literal *out, lua_State *L, struct as_loading *loading, int index,
                      const char *method, enum as_level level)
{
    lua_Unsigned n = lua_rawlen(L, index), keys = 0;
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        keys++;
    if (keys != n)
        as_raise_rule(L, (struct as_position){0}, "write the values one after the other: { \"a\", \"b\" }",
                      "%s takes a list without names and holes", method);
    if (n > AS_MAX_LITERAL_ITEMS)
        as_raise_rule(L, (struct as_position){0}, "put them into a list file of the pack",
                      "%s takes at most %d values", method, AS_MAX_LITERAL_ITEMS);
    *out = (struct as_literal){.kind = AS_LITERAL_LIST, .n = (uint32_t)n};
    out->items = as_loading_alloc(L, loading, (n + 1) * sizeof *out->items);
    for (lua_Unsigned i = 0; i < n; i++) {
        lua_rawgeti(L, index, (lua_Integer)i + 1);
        read_scalar(&out->items[i], L, loading, lua_gettop(L), method, level);
        lua_pop(L, 1); /* the list keeps its texts */
    }
}

static void read_map(struct as_literal *out, lua_State *L, struct as_loading *loading, int index,
                     const char *method, enum as_level level)
{
    uint32_t n;
    const char **keys = as_literal_keys(&n, L, loading, index, method);
    *out = (struct as_literal){.kind = AS_LITERAL_MAP, .n = n};
    out->items = as_loading_alloc(L, loading, (n + (size_t)1) * sizeof *out->items);
    out->keys = as_loading_alloc(L, loading, (n + (size_t)1) * sizeof *out->keys);
    for (uint32_t i = 0; i < n; i++) {
        out->keys[i] = as_str_of(keys[i]);
        lua_getfield(L, index, keys[i]);
        if (lua_istable(L, -1))
            read_list(&out->items[i], L, loading, lua_gettop(L), method, level);
        else
            read_scalar(&out->items[i], L, loading, lua_gettop(L), method, level);
        lua_pop(L, 1);
    }
}

void as_literal_of(struct as_literal *out, lua_State *L, struct as_loading *loading, int index,
                   enum as_argument want, const char *method, enum as_level level)
{
    index = lua_absindex(L, index);
    luaL_checkstack(L, 6, NULL);
    if (!lua_istable(L, index))
        read_scalar(out, L, loading, index, method, level);
    else if (want == AS_ARG_PROPERTIES)
        read_map(out, L, loading, index, method, level);
    else
        read_list(out, L, loading, index, method, level);
}
