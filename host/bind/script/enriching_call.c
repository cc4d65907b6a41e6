/* One call of an enrich function. Lua runs only inside as_state_call and as_state_resume, so that budgets
 * hold and nothing is raised past us. */
#include "bind/script/enriching_call.h"

#include "bind/language/declare.h"
#include "bind/module/store_module.h"
#include "bind/sandbox/frozen.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* --- what the function gets --- */

/* Upvalue 1: the enrichment. A name that is no field is a mistake; one that is unknown is nil. */
static int read_missing(lua_State *L)
{
    const struct as_enrichment *enrichment = lua_touserdata(L, lua_upvalueindex(1));
    const struct as_schema *schema = lua_touserdata(L, lua_upvalueindex(2));
    size_t n;
    const char *name = luaL_checklstring(L, 2, &n), *names[AS_MAX_FIELDS];
    size_t count = 0;
    struct as_str rest = {name, n};
    if (as_str_ends(rest, AS_STR("_currency")))
        rest.n -= strlen("_currency");
    if (as_schema_field(schema, enrichment->level, rest) != AS_NO_INDEX || strcmp(name, "id") == 0)
        return 0;
    for (uint32_t i = 0; i < schema->fields.n; i++)
        if (schema->fields.at[i]->level == enrichment->level)
            names[count++] = schema->fields.at[i]->name;
    as_raise_unknown(L, (struct as_position){0}, as_suggest(rest, names, count), NULL,
                     "%s has no field \"%s\"", enrichment->level == AS_LEVEL_LEAD ? "a lead" : "an account",
                     name);
}

struct beginning {
    struct as_enrich_call *call;
    struct as_loaded *loaded;
    uint32_t number;
};

/* Leaves a coroutine in the registry with function, row and http on its stack. */
static int prepare(lua_State *L)
{
    const struct beginning *b = lua_touserdata(L, 1);
    const struct as_enrichment *enrichment = b->call->enrichment;
    lua_State *coroutine = lua_newthread(L);
    lua_getfield(L, LUA_REGISTRYINDEX, as_enrich_functions);
    lua_rawgeti(L, -1, (lua_Integer)b->number + 1);
    as_store_module_push(L, &b->loaded->store);
    lua_getfield(L, -1, enrichment->level == AS_LEVEL_LEAD ? "lead" : "account");
    lua_pushinteger(L, b->call->row_id);
    lua_call(L, 1, 2);
    if (lua_isnil(L, -2))
        luaL_error(L, "%s", lua_tostring(L, -1));
    lua_pop(L, 1);
    lua_createtable(L, 0, 2);
    lua_pushlightuserdata(L, (void *)(uintptr_t)enrichment);
    lua_pushlightuserdata(L, (void *)(uintptr_t)b->loaded->store.schema);
    lua_pushcclosure(L, read_missing, 2);
    lua_setfield(L, -2, "__index");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_setmetatable(L, -2);
    lua_remove(L, -2); /* the module */
    as_http_module_push(L, &b->loaded->http);
    as_freeze(L, "the module assay.http");
    luaL_checkstack(coroutine, 8, NULL);
    lua_xmove(L, coroutine, 3);
    lua_pop(L, 1); /* the list of functions */
    b->call->anchor = luaL_ref(L, LUA_REGISTRYINDEX);
    b->call->coroutine = coroutine;
    return 0;
}

/* --- what it returned --- */

static void fail(struct as_enrich_call *call, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void fail(struct as_enrich_call *call, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(call->why, sizeof call->why, format, args);
    va_end(args);
    call->outcome = AS_ASKED_FAILED;
}

static void put_scalar(struct as_buf *out, lua_State *L, int index)
{
    if (lua_isboolean(L, index))
        as_buf_text(out, lua_toboolean(L, index) ? "true" : "false");
    else if (lua_isinteger(L, index))
        as_buf_printf(out, "%lld", (long long)lua_tointeger(L, index));
    else if (lua_type(L, index) == LUA_TNUMBER && isfinite(lua_tonumber(L, index)))
        as_buf_printf(out, "%.15g", lua_tonumber(L, index));
    else if (lua_type(L, index) == LUA_TSTRING) {
        size_t n;
        const char *text = lua_tolstring(L, index, &n);
        if (memchr(text, '\0', n) != NULL)
            luaL_error(L, "a text with a NUL");
        as_buf_bytes(out, text, n);
    } else {
        luaL_error(L, "a %s", luaL_typename(L, index));
    }
}

/* The value on top as the store reads it: several choices are joined by ";". */
static void put_value(struct as_buf *out, lua_State *L)
{
    if (!lua_istable(L, -1)) {
        put_scalar(out, L, -1);
        return;
    }
    bool sealed = as_frozen_push(L, lua_gettop(L));
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    for (lua_Integer i = 1; i <= n; i++) {
        if (i > 1)
            as_buf_text(out, "; ");
        lua_rawgeti(L, -1, i);
        put_scalar(out, L, -1);
        lua_pop(L, 1);
    }
    if (sealed)
        lua_pop(L, 1);
}

struct result {
    struct as_enrich_call *call;
    const struct as_schema *schema;
    struct as_buf text;
    const char *key; /* being read */
};

static uint32_t field_of(const struct result *result, lua_State *L)
{
    const struct as_enrichment *enrichment = result->call->enrichment;
    const char *names[AS_MAX_FIELDS];
    for (uint32_t i = 0; i < enrichment->fills.n; i++) {
        names[i] = result->schema->fields.at[enrichment->fills.at[i]]->name;
        if (strcmp(names[i], result->key) == 0)
            return enrichment->fills.at[i];
    }
    as_raise_unknown(L, enrichment->position, as_suggest(as_str_of(result->key), names, enrichment->fills.n),
                     "every field that it may fill stands in fills",
                     "enrich \"%s\" returned \"%s\", which it does not fill", enrichment->name, result->key);
}

/* Argument 1: the result; 2: the table that the function returned. */
static int read_table(lua_State *L)
{
    struct result *result = lua_touserdata(L, 1);
    struct as_enrich_call *call = result->call;
    if (as_frozen_push(L, 2))
        lua_replace(L, 2);
    lua_settop(L, 2);
    for (lua_pushnil(L); lua_next(L, 2) != 0; lua_settop(L, 3)) {
        result->key = lua_type(L, 3) == LUA_TSTRING ? lua_tostring(L, 3) : "?";
        struct as_found_value value = {.field = field_of(result, L)};
        as_buf_reset(&result->text);
        put_value(&result->text, L);
        value.text = (struct as_str){as_arena_copy(&call->arena, as_buf_c(&result->text), result->text.n),
                                     result->text.n};
        if (value.text.p == NULL || result->text.failed)
            luaL_error(L, "too long");
        /* An empty text says nothing. */
        if (value.text.n > 0 && !as_list_push(&call->arena, &call->found, value))
            luaL_error(L, "not enough memory");
    }
    return 0;
}

static enum as_status read_fields(struct as_enrich_call *call, struct as_loaded *loaded,
                                  struct as_error *error)
{
    lua_State *L = loaded->state->lua;
    struct result result = {
        .call = call, .schema = loaded->store.schema, .text = {.max = AS_MAX_TEXT}, .key = "?"};
    lua_pushcfunction(L, read_table);
    lua_pushlightuserdata(L, &result);
    lua_pushvalue(call->coroutine, 1);
    lua_xmove(call->coroutine, L, 1);
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_state_call(loaded->state, 2, 0, 0, &why);
    as_buf_free(&result.text);
    if (status == AS_ERR_MEMORY)
        return as_error_memory(error);
    if (status != AS_OK) {
        call->found.n = 0;
        call->fault = true;
        if (why.advice[0] != '\0')
            fail(call, "%s", why.what);
        else
            fail(call, "%s: it returned %s", result.key, why.what);
    }
    return AS_OK;
}

static enum as_status finish(struct as_enrich_call *call, struct as_loaded *loaded, int results,
                             struct as_error *error)
{
    lua_State *co = call->coroutine;
    lua_settop(co, results > 2 ? 2 : results);
    if (results > 0 && lua_istable(co, 1)) {
        enum as_status status = read_fields(call, loaded, error);
        if (status == AS_OK && call->outcome != AS_ASKED_FAILED)
            call->outcome = call->found.n > 0 ? AS_ASKED_FOUND : AS_ASKED_NOTHING;
        /* What it did not get from a provider that failed is no "nothing found". */
        if (status == AS_OK && call->outcome == AS_ASKED_NOTHING && call->http.failed)
            fail(call, "%s", call->http.why);
        return status;
    }
    if (results > 0 && !lua_isnil(co, 1)) {
        call->fault = true;
        fail(call, "it returned a %s; return a table of fields, or nil and why", luaL_typename(co, 1));
    } else if (call->http.failed) {
        call->put_off = call->http.put_off;
        fail(call, "%s", call->http.why);
    } else if (results > 1 && lua_type(co, 2) == LUA_TSTRING) {
        fail(call, "%s", lua_tostring(co, 2));
    } else {
        call->outcome = AS_ASKED_NOTHING;
    }
    return AS_OK;
}

static enum as_status resume(bool *done, struct as_enrich_call *call, struct as_loaded *loaded, int nargs,
                             struct as_error *error)
{
    bool yielded = false;
    int results = 0;
    struct as_error why = AS_ERROR_INIT;
    loaded->http.call = &call->http;
    enum as_status status =
        as_state_resume(&yielded, &results, loaded->state, call->coroutine, nargs, AS_ENRICH_CALL_MS, &why);
    loaded->http.call = NULL;
    *done = !yielded;
    if (status == AS_OK)
        return yielded ? AS_OK : finish(call, loaded, results, error);
    call->fault = true;
    if (why.file[0] != '\0')
        fail(call, "%s:%d: %s%s%s", why.file, why.line, why.what, why.advice[0] != '\0' ? "; " : "",
             why.advice);
    else
        fail(call, "%s", why.what);
    return AS_OK;
}

enum as_status as_enrich_call_begin(bool *done, struct as_enrich_call *call, struct as_loaded *loaded,
                                    uint32_t number, int64_t row_id, struct as_error *error)
{
    lua_State *L = loaded->state->lua;
    struct beginning beginning = {call, loaded, number};
    *done = false;
    *call = (struct as_enrich_call){
        .enrichment = loaded->pack->enrichments.at[number], .row_id = row_id, .anchor = LUA_NOREF};
    call->http.level = call->enrichment->level;
    call->http.row_id = row_id;
    lua_pushcfunction(L, prepare);
    lua_pushlightuserdata(L, &beginning);
    enum as_status status = as_state_call(loaded->state, 1, 0, 0, error);
    return status == AS_OK ? resume(done, call, loaded, 2, error) : status;
}

enum as_status as_enrich_call_go_on(bool *done, struct as_enrich_call *call, struct as_loaded *loaded,
                                    struct as_error *error)
{
    return resume(done, call, loaded, 0, error);
}

void as_enrich_call_end(struct as_enrich_call *call, struct as_loaded *loaded)
{
    if (call->coroutine != NULL) {
        lua_resetthread(call->coroutine);
        luaL_unref(loaded->state->lua, LUA_REGISTRYINDEX, call->anchor);
        call->coroutine = NULL;
    }
    as_http_call_end(&call->http);
    as_arena_free(&call->arena);
    call->found.n = call->found.room = 0;
    call->found.at = NULL;
}
