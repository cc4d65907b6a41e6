/* Runs rule tests: loads the pack once, gives each test file a sandbox, notes its cases and calls them one by
 * one. What a test can say is stdlib/assay/test.lua; what it can decide is trial.c; printing is the
 * command's. */
#include "bind/test_runner.h"

#include "base/limits.h"
#include "bind/raise.h"
#include "bind/score_module.h"
#include "bind/scratch.h"
#include "bind/state.h"
#include "bind/store_module.h"
#include "bind/trial.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char CASES[] = "assay.cases", REPORT[] = "assay.report", READING[] = "assay.reading";
static const char SUFFIX[] = "_test.lua";

/* A test's budget is its steps; the wall clock only ends what hangs outside Lua. */
enum { CASE_MS = 60000 };

/* --- the module assay.trial --- */

/* decide(description) → decision. Upvalue 1: the bench. */
static int call_decide(lua_State *L)
{
    lua_settop(L, 1);
    as_trial_push(L, 1, lua_touserdata(L, lua_upvalueindex(1)));
    return 1;
}

/* case(name, run or nil): notes a case, with the author's line. */
static int call_case(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 2);
    lua_getfield(L, LUA_REGISTRYINDEX, CASES);
    lua_createtable(L, 0, 3);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "name");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "run");
    lua_pushinteger(L, as_position_here(L).line);
    lua_setfield(L, -2, "line");
    lua_rawseti(L, 3, (lua_Integer)lua_rawlen(L, 3) + 1);
    return 0;
}

/* reading(value) → the decision that was read last, when the value read was this very one; nil else. */
static int call_reading(lua_State *L)
{
    lua_settop(L, 1);
    if (lua_getfield(L, LUA_REGISTRYINDEX, READING) != LUA_TTABLE)
        return 0;
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, READING);
    lua_rawgeti(L, 2, 2);
    if (!lua_rawequal(L, 1, -1))
        return 0;
    lua_rawgeti(L, 2, 1);
    return 1;
}

/* fail(what, reading or nil): a failed expectation, at the author's line. */
static int call_fail(lua_State *L)
{
    const char *what = luaL_checkstring(L, 1);
    if (lua_isuserdata(L, 2)) {
        struct as_buf *report = as_scratch_buffer(L);
        as_view_report(report, L, as_view_at(L, 2));
        lua_pushlstring(L, as_buf_c(report), report->n);
        lua_setfield(L, LUA_REGISTRYINDEX, REPORT);
    }
    as_raise_rule(L, (struct as_position){NULL, 0}, NULL, "%s", what);
}

static void push_trial_module(lua_State *L, void *context)
{
    static const luaL_Reg functions[] = {{"decide", call_decide},
                                         {"case", call_case},
                                         {"reading", call_reading},
                                         {"fail", call_fail},
                                         {NULL, NULL}};
    lua_createtable(L, 0, 4);
    lua_pushlightuserdata(L, context);
    luaL_setfuncs(L, functions, 1);
}

static void push_score_module(lua_State *L, void *context)
{
    as_score_module_push(L, context);
}

static void push_store_module(lua_State *L, void *context)
{
    as_store_module_push(L, context);
}

/* --- one file --- */

struct session {
    const struct as_source *source;
    const struct as_test_options *options;
    struct as_test_totals *totals;
    struct as_bench bench;
};

static bool is_test(const char *name)
{
    size_t n = strlen(name);
    return n > sizeof SUFFIX - 1 && strcmp(name + n - (sizeof SUFFIX - 1), SUFFIX) == 0;
}

static bool asked_for(const struct as_test_options *options, const char *file, const char *name)
{
    if (options->filter == NULL)
        return true;
    size_t n = strlen(options->filter);
    const char *texts[] = {file, name};
    for (size_t t = 0; t < 2; t++)
        for (const char *at = texts[t]; *at != '\0'; at++)
            if (strncasecmp(at, options->filter, n) == 0)
                return true;
    return n == 0;
}

static enum as_status report(struct session *session, const struct as_test_result *result,
                             struct as_error *error)
{
    uint32_t *counts[] = {&session->totals->passed, &session->totals->failed, &session->totals->pending};
    ++*counts[result->status];
    return session->options->each(session->options->context, result, error);
}

static enum as_status report_file(struct session *session, const char *file, const struct as_error *why,
                                  struct as_error *error)
{
    struct as_test_result result = {
        .file = file, .name = "the file as a whole", .status = AS_TEST_FAILED, .error = why, .report = ""};
    return report(session, &result, error);
}

/* lua_CFunction: makes the registry ready for a file, or for the next case. */
static int begin_cases(lua_State *L)
{
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, CASES);
    return 0;
}

static int begin_case(lua_State *L)
{
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, REPORT);
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, READING);
    return 0;
}

static enum as_status call_plain(struct as_state *state, lua_CFunction function, struct as_error *error)
{
    lua_pushcfunction(state->lua, function);
    return as_state_call(state, 0, 0, CASE_MS, error);
}

/* Runs the case described by the table on top of the stack, and pops it. */
static enum as_status run_case(struct session *session, struct as_state *state, const char *file,
                               struct as_error *error)
{
    lua_State *L = state->lua;
    int top = lua_gettop(L);
    lua_getfield(L, top, "name");
    lua_getfield(L, top, "line");
    struct as_test_result result = {
        .file = file, .name = lua_tostring(L, top + 1), .line = (int)lua_tointeger(L, top + 2), .report = ""};
    enum as_status status = AS_OK;
    if (!asked_for(session->options, file, result.name)) {
        session->totals->left_out++;
        lua_settop(L, top - 1);
        return AS_OK;
    }
    struct as_error why = AS_ERROR_INIT;
    status = call_plain(state, begin_case, error);
    if (status != AS_OK)
        return status;
    if (lua_getfield(L, top, "run") == LUA_TNIL) {
        result.status = AS_TEST_PENDING;
    } else if (as_state_call(state, 0, 0, CASE_MS, &why) != AS_OK) {
        if (why.line == 0)
            as_error_at(&why, file, result.line);
        result.status = AS_TEST_FAILED;
        result.error = &why;
        if (lua_getfield(L, LUA_REGISTRYINDEX, REPORT) == LUA_TSTRING)
            result.report = lua_tostring(L, -1);
    }
    status = report(session, &result, error);
    lua_settop(L, top - 1);
    return status;
}

static enum as_status run_cases(struct session *session, struct as_state *state, const char *file,
                                struct as_error *error)
{
    lua_State *L = state->lua;
    enum as_status status = AS_OK;
    lua_getfield(L, LUA_REGISTRYINDEX, CASES);
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n == 0) {
        struct as_error why = AS_ERROR_INIT;
        as_error_set(&why, AS_ERR_RULE, "%s holds no test", file);
        as_error_at(&why, file, 1);
        status = report_file(session, file, &why, error);
    }
    for (lua_Integer i = 1; status == AS_OK && i <= n; i++) {
        lua_rawgeti(L, -1, i);
        status = run_case(session, state, file, error);
    }
    lua_settop(L, 0);
    return status;
}

static enum as_status run_file(struct session *session, const struct as_source_file *file,
                               struct as_error *error)
{
    struct as_state *state = NULL;
    struct as_script_limits limits = {.steps = session->options->steps != 0 ? session->options->steps
                                                                            : AS_TEST_STEPS,
                                      .library = session->options->library};
    struct as_store_access no_store = {.refusal = "in a rule test, which describes its facts itself"};
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_state_new(&state, &limits, NULL, session->source, error);
    if (status != AS_OK)
        return status;
    session->totals->files++;
    status = as_state_offer(state, "assay.trial", push_trial_module, &session->bench, error);
    if (status == AS_OK)
        status = as_state_offer(state, "assay.score", push_score_module, &session->bench.pack, error);
    if (status == AS_OK)
        status = as_state_offer(state, "assay.store", push_store_module, &no_store, error);
    if (status == AS_OK)
        status = call_plain(state, begin_cases, error);
    if (status != AS_OK)
        goto done;
    if (as_state_load(state, file->name, file->bytes, &why) != AS_OK ||
        as_state_call(state, 0, 0, CASE_MS, &why) != AS_OK) {
        as_error_at(&why, file->name, 1);
        status = report_file(session, file->name, &why, error);
        goto done;
    }
    status = run_cases(session, state, file->name, error);
done:
    as_state_free(state);
    return status;
}

enum as_status as_tests_run(struct as_test_totals *totals, const struct as_source *source,
                            const struct as_test_options *options, struct as_error *error)
{
    *totals = (struct as_test_totals){0};
    struct session session = {.source = source, .options = options, .totals = totals};
    struct as_schema *schema = NULL;
    struct as_script *script = NULL;
    struct as_script_limits limits = {.library = options->library};
    bool any = false;
    enum as_status status = as_schema_new(&schema, error);
    if (status != AS_OK)
        goto done;
    status = as_script_load(&script, source, schema, &limits, error);
    if (status != AS_OK)
        goto done;
    status = as_bench_open(&session.bench, script, error);
    if (status != AS_OK)
        goto done;
    for (uint32_t i = 0; status == AS_OK && i < source->files.n; i++) {
        if (!is_test(source->files.at[i].name))
            continue;
        any = true;
        status = run_file(&session, &source->files.at[i], error);
    }
    if (status == AS_OK && !any) {
        status =
            as_error_set(error, AS_ERR_MISSING, "the pack \"%s\" has no tests", as_script_pack(script)->name);
        as_error_advise(error, "write them beside the rules in files that end in _test.lua");
    }
done:
    as_bench_close(&session.bench);
    as_script_free(script);
    as_schema_free(schema);
    return status;
}
