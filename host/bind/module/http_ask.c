/* assay.http, requests: read from Lua, submitted, waited for by yielding to the host, so that the calls of
 * many leads are under way at once in one state. */
#include "bind/module/argument.h"
#include "bind/module/http_reading.h"
#include "bind/module/json_value.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "bind/sandbox/state.h"

#include "base/limits.h"
#include "net/answer.h"
#include "store/work/enrichments.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

static struct as_http_access *access_of(lua_State *L)
{
    struct as_http_access *access = as_module_context(L);
    if (access == NULL || access->client == NULL || access->call == NULL)
        as_raise_rule(L, (struct as_position){0},
                      "let an enrichment fetch it before: e.enrich \"…\" { fills = { … }, call = "
                      "function(lead, http) … end }",
                      "http.%s: the network cannot be used %s", as_module_row(L)->name,
                      access != NULL && access->refusal != NULL ? access->refusal
                                                                : "while rules load or decide");
    return access;
}

/* Under which key an answer is kept: a hash, so that the store holds no URL with a person in it. */
static void hash_request(char out[65], struct as_http_reading *r, const struct as_client *client)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_buf *words = as_scratch_buffer(r->L);
    unsigned char hash[32];
    words->max = AS_HTTP_MOST_SENT * 2;
    as_buf_printf(words, "%s ", r->request.method != NULL ? r->request.method : "GET");
    if (as_client_words(words, client, (struct as_str){as_buf_c(r->url), r->url->n}, &error) != AS_OK)
        as_raise(r->L, &error);
    as_buf_char(words, '\n');
    if (as_client_words(words, client, r->request.body, &error) != AS_OK)
        as_raise(r->L, &error);
    crypto_generichash(hash, sizeof hash, (const unsigned char *)as_buf_c(words), words->n, NULL, 0);
    sodium_bin2hex(out, 65, hash, sizeof hash);
}

/* The arena of the call gets a copy of what the callback saw. */
static void keep_answer(void *context, const struct as_response *response)
{
    struct as_http_call *call = context;
    struct as_response *to = &call->answer;
    struct as_arena *arena = &call->arena;
    struct as_header *headers = as_arena_array(arena, response->header_count + (size_t)1, sizeof *headers);
    const char *body =
        as_arena_copy(arena, response->body.p != NULL ? response->body.p : "", response->body.n);
    *to = *response;
    bool good =
        headers != NULL && body != NULL && (to->url = as_arena_printf(arena, "%s", response->url)) != NULL;
    for (uint32_t i = 0; good && i < response->header_count; i++) {
        headers[i].name = as_arena_printf(arena, "%s", response->headers[i].name);
        headers[i].value = as_arena_printf(arena, "%s", response->headers[i].value);
        good = headers[i].name != NULL && headers[i].value != NULL;
    }
    to->headers = headers;
    to->body.p = body;
    as_error_clear(&call->error);
    if (response->error != NULL)
        call->error = *response->error;
    if (!good) {
        to->outcome = AS_BROKEN;
        to->header_count = 0;
        as_error_clear(&call->error);
        as_error_memory(&call->error);
    }
    to->error = &call->error;
    call->waits = false;
}

static bool take_kept(struct as_http_access *access, struct as_http_reading *r, const char *key)
{
    struct as_http_call *call = access->call;
    struct as_buf *text = as_scratch_buffer(r->L);
    struct as_error error = AS_ERROR_INIT;
    bool found = false;
    text->max = AS_HTTP_MOST_BODY * 2;
    if (as_store_answer_get(text, &found, access->store, access->pack, key, access->now, &error) != AS_OK)
        as_raise(r->L, &error);
    /* A row that cannot be read is asked for anew. */
    return found && as_answer_of_text(&call->answer, &call->arena, (struct as_str){as_buf_c(text), text->n},
                                      &error) == AS_OK;
}

/* Arguments: method or nil, url or nil, body or nil, options or nil. A function of its own, so that what it
 * holds is released before anybody waits. */
static int submit(lua_State *L)
{
    struct as_http_access *access = access_of(L);
    struct as_http_call *call = access->call;
    struct as_http_reading r = {
        .L = L, .arena = as_scratch_arena(L), .url = as_scratch_buffer(L), .body = as_scratch_buffer(L)};
    struct as_error error = AS_ERROR_INIT;
    r.body->max = AS_HTTP_MOST_SENT;
    if (call->waits)
        as_http_refuse(L, "another request of this call is under way", NULL);
    if (++call->requests > AS_HTTP_MOST_OF_CALL)
        as_http_refuse(
            L, lua_pushfstring(L, "more than %d requests for one lead or account", AS_HTTP_MOST_OF_CALL),
            "ask the provider for all at once, or let another enrichment ask the rest");
    if (!lua_isnil(L, 1))
        r.request.method = as_http_text(&r, 1, "method");
    if (!lua_isnil(L, 2))
        as_buf_text(r.url, as_http_text(&r, 2, "url"));
    if (!lua_isnil(L, 4))
        as_http_options(&r, 4);
    if (!lua_isnil(L, 3))
        as_http_body(&r, 3);
    if (r.url->n == 0)
        as_http_refuse(L, "there is no url", NULL);
    as_scratch_check(L, r.url, "the URL");
    as_scratch_check(L, r.body, "the body");
    r.request.url = as_buf_c(r.url);
    r.request.headers = r.headers.at;
    r.request.header_count = r.headers.n;
    call->keep_until = 0;
    as_arena_free(&call->arena);
    if (r.keep > 0 && access->store != NULL) {
        hash_request(call->keep_key, &r, access->client);
        if (take_kept(access, &r, call->keep_key))
            return 0;
        call->keep_until = access->now + r.keep;
    }
    if (as_client_submit(access->client, &r.request, keep_answer, call, &error) != AS_OK)
        as_raise(L, &error);
    call->waits = true;
    return 0;
}

/* --- the answer --- */

static void note_failure(struct as_http_call *call, const char *why)
{
    if (!call->failed)
        snprintf(call->why, sizeof call->why, "%.*s", (int)sizeof call->why - 1, why);
    call->failed = true;
}

static int fail(lua_State *L, struct as_http_call *call, const char *why, const char *code)
{
    note_failure(call, why);
    lua_pushnil(L);
    lua_pushstring(L, why);
    lua_pushstring(L, code);
    return 3;
}

static const char *header_of(const struct as_response *answer, const char *name)
{
    for (uint32_t i = 0; i < answer->header_count; i++)
        if (strcmp(answer->headers[i].name, name) == 0)
            return answer->headers[i].value;
    return "";
}

static void keep_for_others(lua_State *L, const struct as_http_access *access,
                            const struct as_response *answer)
{
    struct as_http_call *call = access->call;
    bool worth = (answer->status >= 200 && answer->status < 300) || answer->status == 404;
    if (call->keep_until == 0 || !worth)
        return;
    struct as_error error = AS_ERROR_INIT;
    struct as_buf *text = as_scratch_buffer(L);
    text->max = AS_HTTP_MOST_BODY * 2;
    if (as_answer_text(text, answer, &error) != AS_OK ||
        as_store_answer_put(access->store, access->pack, call->keep_key, call->level, call->row_id,
                            call->keep_until, (struct as_str){as_buf_c(text), text->n}, &error) != AS_OK)
        as_raise(L, &error);
}

/* Upvalues as every function of the module. Pushes what the script gets. */
static int read_answer(lua_State *L)
{
    struct as_http_access *access = access_of(L);
    struct as_http_call *call = access->call;
    const struct as_response *answer = &call->answer;
    if (answer->outcome == AS_REFUSED || answer->outcome == AS_NOT_RECORDED)
        as_raise_rule(L, (struct as_position){0}, call->error.advice[0] != '\0' ? call->error.advice : NULL,
                      "%s", call->error.what);
    if (answer->outcome != AS_ANSWERED) {
        call->put_off |= answer->tries == 0 && call->error.status == AS_ERR_BUSY;
        return fail(L, call, call->error.what, as_reply_name(answer->outcome));
    }
    if (answer->status == 429 || answer->status >= 500)
        return fail(L, call, lua_pushfstring(L, "%s answered %d", answer->url, answer->status), "status");
    lua_createtable(L, 0, 6);
    if (answer->body.n > 0 && strstr(header_of(answer, "content-type"), "json") != NULL) {
        struct as_error error = AS_ERROR_INIT;
        if (as_json_push(L, answer->body, &error) != AS_OK)
            return fail(L, call,
                        lua_pushfstring(L, "%s answered what is no JSON: %s", answer->url, error.what),
                        "json");
        lua_setfield(L, -2, "json");
    }
    lua_pushinteger(L, answer->status);
    lua_setfield(L, -2, "status");
    lua_pushboolean(L, answer->status >= 200 && answer->status < 300);
    lua_setfield(L, -2, "ok");
    lua_pushlstring(L, answer->body.p, answer->body.n);
    lua_setfield(L, -2, "body");
    lua_pushstring(L, answer->url);
    lua_setfield(L, -2, "url");
    lua_createtable(L, 0, (int)answer->header_count);
    for (uint32_t i = 0; i < answer->header_count; i++) {
        lua_pushstring(L, answer->headers[i].value);
        lua_setfield(L, -2, answer->headers[i].name);
    }
    lua_setfield(L, -2, "headers");
    keep_for_others(L, access, answer);
    lua_settop(L, 1);
    return 1;
}

/* Calls one of the functions above with the arguments on top, under the running function's name. */
static void call_part(lua_State *L, lua_CFunction part, int nargs, int nresults)
{
    lua_pushvalue(L, lua_upvalueindex(1));
    lua_pushvalue(L, lua_upvalueindex(2));
    lua_pushcclosure(L, part, 2);
    lua_insert(L, -nargs - 1);
    lua_call(L, nargs, nresults);
}

static int go_on(lua_State *L, int status, lua_KContext context)
{
    (void)status;
    (void)context;
    lua_settop(L, 0);
    call_part(L, read_answer, 0, LUA_MULTRET);
    return lua_gettop(L);
}

/* method, url, body and options are on the stack. */
static int ask(lua_State *L)
{
    struct as_http_access *access = access_of(L);
    bool coroutine = lua_pushthread(L) == 0;
    lua_pop(L, 1);
    if (coroutine && !lua_isyieldable(L))
        as_http_refuse(L, "a request cannot wait inside string.gsub, table.sort or a metamethod",
                       "ask first, then sort");
    call_part(L, submit, 4, 0);
    if (!access->call->waits)
        return go_on(L, LUA_OK, 0);
    if (coroutine)
        return lua_yieldk(L, 0, 0, go_on);
    struct as_error error = AS_ERROR_INIT;
    while (access->call->waits)
        if (as_client_turn(access->client, 1000, &error) != AS_OK)
            as_raise(L, &error);
    return go_on(L, LUA_OK, 0);
}

static int call_get(lua_State *L)
{
    as_argument_text(L, 1);
    lua_settop(L, 2);
    lua_pushliteral(L, "GET");
    lua_insert(L, 1);
    lua_pushnil(L);
    lua_insert(L, 3);
    return ask(L);
}

static int call_post(lua_State *L)
{
    as_argument_text(L, 1);
    lua_settop(L, 3);
    lua_pushliteral(L, "POST");
    lua_insert(L, 1);
    return ask(L);
}

static int call_request(lua_State *L)
{
    luaL_checktype(L, 1, LUA_TTABLE);
    lua_settop(L, 1);
    for (int i = 0; i < 3; i++) {
        lua_pushnil(L);
        lua_insert(L, 1);
    }
    return ask(L);
}

static int call_secret(lua_State *L)
{
    struct as_http_access *access = access_of(L);
    struct as_error error = AS_ERROR_INIT;
    struct as_str name = as_argument_text(L, 1);
    const char *mark = as_client_secret_mark(access->client, name.p, &error);
    if (mark == NULL)
        as_raise_rule(L, (struct as_position){0}, error.advice[0] != '\0' ? error.advice : NULL, "%s",
                      error.what);
    lua_pushstring(L, mark);
    return 1;
}

#define URL                                                                                                  \
    {                                                                                                        \
        "url", "string", "an origin that pack.lua permits, and a path", false                                \
    }
#define OPTIONS_ARGUMENT                                                                                     \
    {                                                                                                        \
        "options", "table",                                                                                  \
            "query and headers (tables), timeout (\"10s\"), keep (\"7d\": the answer is kept so long), "     \
            "idempotency_key",                                                                               \
            true                                                                                             \
    }

static const struct as_module_function rows[] = {
    {.name = "get",
     .call = call_get,
     .text = "Asks a URL and waits for the answer, while others ask theirs. What may be tried again is.",
     .arguments = {URL, OPTIONS_ARGUMENT},
     .returns = "{ status: integer, ok: boolean, body: string, json: any, headers: table<string, string>, "
                "url: string }?, string?, string?",
     .returns_text =
         "the answer; or nil, why, and a word: unreached, timed out, broken, too large, status (429 or 5xx), "
         "json",
     .example = "http.get(\"https://enrich.example/companies\", { query = { domain = \"acme.example\" } "
                "}).json.employees",
     .result = "250"},
    {.name = "post",
     .call = call_post,
     .text = "Sends a table as JSON, or a text, and waits for the answer. Never sent twice unless it has an "
             "idempotency_key.",
     .arguments = {URL, {"body", "table|string", "a table is sent as JSON", false}, OPTIONS_ARGUMENT},
     .returns = "{ status: integer, ok: boolean, body: string, json: any, headers: table<string, string>, "
                "url: string }?, string?, string?",
     .returns_text = "as http.get",
     .example = "http.post(\"https://enrich.example/match\", { name = \"Acme\" }).json.employees",
     .result = "250"},
    {.name = "request",
     .call = call_request,
     .text = "Any request: url, method, and the options of http.get; json or body is what is sent.",
     .arguments = {{"options", "table",
                    "url, method, headers, query, json, body, timeout, keep, idempotency_key", false}},
     .returns = "{ status: integer, ok: boolean, body: string, json: any, headers: table<string, string>, "
                "url: string }?, string?, string?",
     .returns_text = "as http.get",
     .example = "http.request({ method = \"PUT\", url = \"https://enrich.example/seen\", json = { name = "
                "\"Acme\" } }).status",
     .result = "200"},
    {.name = "secret",
     .call = call_secret,
     .text = "A word that stands for a secret in headers, URLs and bodies. The secret itself is put in its "
             "place on the wire; no script sees it.",
     .arguments = {{"name", "string", "one that pack.lua permits", false}},
     .returns = "string",
     .returns_text = "the word",
     .example = "#http.secret \"ENRICH_TOKEN\" > 0",
     .result = "true"},
};
const struct as_module_part as_http_ask_part = {rows, sizeof rows / sizeof rows[0]};
