/* Runs rule tests: loads the pack once, gives each test file a sandbox, notes its cases and calls them one by
 * one. What a test can say is stdlib/assay/test.lua; what it can decide is trial.c; printing is the
 * command's. */
#include "bind/test_session.h"

#include "base/limits.h"
#include "bind/raise.h"
#include "bind/score_module.h"
#include "bind/scratch.h"
#include "bind/state.h"
#include "bind/store_module.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char CASES[] = "assay.cases", REPORT[] = "assay.report", READING[] = "assay.reading";

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

/* The next of a sequence of numbers that a seed alone decides (SplitMix64). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* The numbers 0 … n-1 in the order to run, to be freed; NULL when memory is out. */
static uint32_t *order_of(struct as_test_session *session, uint32_t n)
{
    uint32_t *order = calloc(n + 1u, sizeof *order);
    for (uint32_t i = 0; order != NULL && i < n; i++)
        order[i] = i;
    for (uint32_t i = n; order != NULL && session->options->shuffle && i > 1; i--) {
        uint32_t other = (uint32_t)(draw(&session->order) % i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    return order;
}

bool as_test_file_is(const char *name)
{
    return as_source_part(name) == AS_PART_TEST;
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

static enum as_status report(struct as_test_session *session, const struct as_test_result *result,
                             struct as_error *error)
{
    uint32_t *counts[] = {&session->totals->passed, &session->totals->failed, &session->totals->pending};
    ++*counts[result->status];
    session->stopped = session->stopped || (session->options->fail_fast && result->status == AS_TEST_FAILED);
    return session->options->each(session->options->context, result, error);
}

static enum as_status report_file(struct as_test_session *session, const char *file,
                                  const struct as_error *why, struct as_error *error)
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
static enum as_status run_case(struct as_test_session *session, struct as_state *state, const char *file,
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

static enum as_status run_cases(struct as_test_session *session, struct as_state *state, const char *file,
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
    uint32_t *order = order_of(session, (uint32_t)n);
    if (order == NULL)
        status = as_error_memory(error);
    for (lua_Integer i = 0; status == AS_OK && !session->stopped && i < n; i++) {
        lua_rawgeti(L, -1, (lua_Integer)order[i] + 1);
        status = run_case(session, state, file, error);
    }
    free(order);
    lua_settop(L, 0);
    return status;
}

enum as_status as_test_session_file(struct as_test_session *session, const struct as_source_file *file,
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

enum as_status as_test_session_open(struct as_test_session *session, struct as_error *error)
{
    struct as_script_limits limits = {.library = session->options->library};
    session->order = session->options->seed;
    enum as_status status = as_schema_new(&session->schema, error);
    if (status == AS_OK)
        status = as_script_load(&session->script, session->source, session->schema, &limits, error);
    if (status == AS_OK)
        status = as_bench_open(&session->bench, session->script, error);
    for (uint32_t i = 0; status == AS_OK && i < session->source->files.n; i++)
        if (as_test_file_is(session->source->files.at[i].name))
            return AS_OK;
    if (status == AS_OK) {
        status = as_error_set(error, AS_ERR_MISSING, "the pack \"%s\" has no tests",
                              as_script_pack(session->script)->name);
        as_error_advise(error, "write them beside the rules in files that end in _test.lua");
    }
    return status;
}

void as_test_session_close(struct as_test_session *session)
{
    as_bench_close(&session->bench);
    as_script_free(session->script);
    as_schema_free(session->schema);
}

static enum as_status run_files(struct as_test_session *session, struct as_error *error)
{
    uint32_t n = session->source->files.n, *order = order_of(session, n);
    enum as_status status = order == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t i = 0; status == AS_OK && !session->stopped && i < n; i++) {
        const struct as_source_file *file = &session->source->files.at[order[i]];
        if (as_test_file_is(file->name))
            status = as_test_session_file(session, file, error);
    }
    free(order);
    return status;
}

enum as_status as_tests_run(struct as_test_totals *totals, const struct as_source *source,
                            const struct as_test_options *options, struct as_error *error)
{
    *totals = (struct as_test_totals){0};
    struct as_test_session session = {.source = source, .options = options, .totals = totals};
    struct as_coverage coverage = {.conditions = {0}};
    enum as_status status = as_test_session_open(&session, error);
    if (status == AS_OK && options->covered != NULL) {
        status = as_coverage_open(&coverage, session.bench.pack, error);
        session.bench.coverage = &coverage;
    }
    for (uint32_t i = 0; status == AS_OK && !session.stopped && (i == 0 || i < options->repeat); i++)
        status = run_files(&session, error);
    if (status == AS_OK && options->covered != NULL)
        status = options->covered(options->context, &coverage, session.bench.pack, error);
    as_coverage_close(&coverage);
    as_test_session_close(&session);
    return status;
}
