/* Reading requests from Lua: closed options, headers and queries in the order of their names. What is asked
 * is http_ask.c's. */
#include "bind/module/http_reading.h"

#include "bind/module/argument.h"
#include "bind/module/json_value.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"

#include "base/limits.h"
#include "base/time.h"

#include <string.h>

_Noreturn void as_http_refuse(lua_State *L, const char *what, const char *advice)
{
    as_raise_rule(L, (struct as_position){0}, advice, "http.%s: %s", as_module_row(L)->name, what);
}

const char *as_http_text(struct as_http_reading *r, int index, const char *what)
{
    size_t n;
    if (lua_type(r->L, index) != LUA_TSTRING && lua_type(r->L, index) != LUA_TNUMBER)
        as_http_refuse(r->L, lua_pushfstring(r->L, "%s must be a text", what), NULL);
    lua_pushvalue(r->L, index);
    const char *text = lua_tolstring(r->L, -1, &n);
    if (strlen(text) != n)
        as_http_refuse(r->L, lua_pushfstring(r->L, "%s holds a NUL", what), NULL);
    const char *copy = as_arena_copy(r->arena, text, n);
    lua_pop(r->L, 1);
    if (copy == NULL)
        luaL_error(r->L, "not enough memory");
    return copy;
}

/* Pushes the plain form of the table on top, which may be one of the pack's sealed ones. */
static void unfreeze(lua_State *L, const char *what)
{
    if (!lua_istable(L, -1))
        as_http_refuse(L, lua_pushfstring(L, "%s must be a table", what), NULL);
    if (as_frozen_push(L, lua_gettop(L)))
        lua_remove(L, -2);
}

static void add_header(struct as_http_reading *r, const char *name, const char *value)
{
    struct as_header header = {name, value};
    if (!as_list_push(r->arena, &r->headers, header))
        luaL_error(r->L, "not enough memory");
    r->has_type |= as_str_is_nocase(as_str_of(name), "content-type");
}

/* Names and values of the table on top, in the order of names: what is asked must not depend on a hash. */
static void each_pair(struct as_http_reading *r, const char *what,
                      void (*each)(struct as_http_reading *r, const char *name, const char *value))
{
    lua_State *L = r->L;
    const char *names[AS_HTTP_MOST_HEADER_COUNT];
    size_t n = 0;
    unfreeze(L, what);
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || n == AS_HTTP_MOST_HEADER_COUNT)
            as_http_refuse(L, lua_pushfstring(L, "%s has keys that are no texts, or too many", what), NULL);
        size_t at = n++;
        const char *name = as_http_text(r, -2, what);
        for (; at > 0 && strcmp(names[at - 1], name) > 0; at--)
            names[at] = names[at - 1];
        names[at] = name;
    }
    for (size_t i = 0; i < n; i++) {
        lua_getfield(L, table, names[i]);
        if (lua_isboolean(L, -1))
            lua_pushstring(L, lua_toboolean(L, -1) ? "true" : "false");
        each(r, names[i], as_http_text(r, -1, what));
        lua_settop(L, table);
    }
    lua_pop(L, 1);
}

static void add_query(struct as_http_reading *r, const char *name, const char *value)
{
    as_buf_char(r->url, strchr(as_buf_c(r->url), '?') != NULL ? '&' : '?');
    as_url_encode(r->url, as_str_of(name));
    as_buf_char(r->url, '=');
    as_url_encode(r->url, as_str_of(value));
}

static int64_t seconds_of(struct as_http_reading *r, const char *what)
{
    struct as_span span;
    struct as_error error = AS_ERROR_INIT;
    if (as_span_parse(&span, as_str_of(as_http_text(r, -1, what)), &error) != AS_OK ||
        span.unit != AS_SPAN_SECONDS || span.length <= 0)
        as_http_refuse(
            r->L, lua_pushfstring(r->L, "%s must be a length of time such as \"10s\" or \"7d\"", what), NULL);
    return span.length;
}

static void on_url(struct as_http_reading *r)
{
    as_buf_text(r->url, as_http_text(r, -1, "url"));
}

static void on_method(struct as_http_reading *r)
{
    r->request.method = as_http_text(r, -1, "method");
}

static void on_headers(struct as_http_reading *r)
{
    each_pair(r, "headers", add_header);
}

static void on_query(struct as_http_reading *r)
{
    each_pair(r, "query", add_query);
}

static void want_no_body(struct as_http_reading *r)
{
    if (r->request.body.p != NULL)
        as_http_refuse(r->L, "what is to be sent is given twice",
                       "give one of them: the second argument, body = \"text\" or json = { … }");
}

static void on_body(struct as_http_reading *r)
{
    size_t n;
    want_no_body(r);
    if (lua_type(r->L, -1) != LUA_TSTRING)
        as_http_refuse(r->L, "body must be a text", "write json = { … } for a table");
    const char *text = lua_tolstring(r->L, -1, &n);
    as_buf_bytes(r->body, text, n);
    r->request.body = (struct as_str){as_buf_c(r->body), r->body->n};
}

static void on_json(struct as_http_reading *r)
{
    want_no_body(r);
    as_json_write(r->body, r->L, -1);
    r->request.body = (struct as_str){as_buf_c(r->body), r->body->n};
    if (!r->has_type)
        add_header(r, "Content-Type", "application/json");
}

static void on_timeout(struct as_http_reading *r)
{
    int64_t seconds = seconds_of(r, "timeout");
    r->request.timeout_ms = (seconds < AS_HTTP_MOST_TIMEOUT_S ? seconds : AS_HTTP_MOST_TIMEOUT_S) * 1000;
}

static void on_keep(struct as_http_reading *r)
{
    r->keep = seconds_of(r, "keep");
}

static void on_key(struct as_http_reading *r)
{
    r->request.idempotency_key = as_http_text(r, -1, "idempotency_key");
}

/* In the order in which they are read: headers before json, url before query. */
static const struct {
    const char *name;
    void (*read)(struct as_http_reading *r);
} options[] = {
    {"url", on_url},         {"method", on_method}, {"headers", on_headers},
    {"query", on_query},     {"body", on_body},     {"json", on_json},
    {"timeout", on_timeout}, {"keep", on_keep},     {"idempotency_key", on_key},
};
enum { OPTIONS = sizeof options / sizeof *options };

void as_http_options(struct as_http_reading *r, int index)
{
    lua_State *L = r->L;
    const char *names[OPTIONS];
    for (size_t i = 0; i < OPTIONS; i++)
        names[i] = options[i].name;
    lua_pushvalue(L, index);
    unfreeze(L, "options");
    int table = lua_gettop(L);
    for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) {
        const char *key = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        size_t i = 0;
        while (i < OPTIONS && strcmp(key, names[i]) != 0)
            i++;
        if (i == OPTIONS)
            as_raise_unknown(L, (struct as_position){0}, as_suggest(as_str_of(key), names, OPTIONS), NULL,
                             "http.%s has no option \"%s\"", as_module_row(L)->name, key);
    }
    for (size_t i = 0; i < OPTIONS; i++) {
        if (lua_getfield(L, table, options[i].name) != LUA_TNIL)
            options[i].read(r);
        lua_settop(L, table);
    }
    lua_pop(L, 1);
}

void as_http_body(struct as_http_reading *r, int index)
{
    lua_pushvalue(r->L, index);
    (lua_istable(r->L, -1) ? on_json : on_body)(r);
    lua_pop(r->L, 1);
}
