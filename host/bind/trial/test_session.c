/* Runs the cases of one test file in a sandbox of its own, and keeps what they came to. Which files run, and
 * on which thread, is test_runner.c's; what a test can say is stdlib/assay/test.lua. */
#include "bind/trial/test_session.h"

#include "base/limits.h"
#include "bind/module/http_module.h"
#include "bind/module/score_module.h"
#include "bind/module/store_module.h"
#include "bind/script/modules.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* A test's budget is its steps; the wall clock only ends what hangs outside Lua. */
enum { CASE_MS = 60000 };

/* SplitMix64. */
uint64_t as_test_draw(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

uint32_t *as_test_order(uint32_t n, bool shuffle, uint64_t *state)
{
    uint32_t *order = calloc(n + 1u, sizeof *order);
    for (uint32_t i = 0; order != NULL && i < n; i++)
        order[i] = i;
    for (uint32_t i = n; order != NULL && shuffle && i > 1; i--) {
        uint32_t other = (uint32_t)(as_test_draw(state) % i), kept = order[i - 1];
        order[i - 1] = order[other];
        order[other] = kept;
    }
    return order;
}

bool as_test_file_is(const char *name)
{
    return as_source_part(name) == AS_PART_TEST && as_str_ends(as_str_of(name), AS_STR(".lua"));
}

/* --- which cases were asked for --- */

static bool passes_filter(const char *filter, const char *file, const char *name)
{
    if (filter == NULL)
        return true;
    size_t n = strlen(filter);
    const char *texts[] = {file, name};
    for (size_t t = 0; t < 2; t++)
        for (const char *at = texts[t]; *at != '\0'; at++)
            if (strncasecmp(at, filter, n) == 0)
                return true;
    return n == 0;
}

/* Whether `tag` is among tags, each of which ends in a comma. */
static bool tagged(const char *tags, struct as_str tag)
{
    struct as_str rest = as_str_of(tags);
    while (rest.n > 0)
        if (as_str_eq(as_str_cut(&rest, ','), tag))
            return true;
    return false;
}

/* wanted: "slow,-draft": with one of the plain tags, when there are any, and none of those behind "-". */
static bool passes_tags(const char *wanted, const char *tags)
{
    bool any = false, found = false;
    struct as_str rest = as_str_of(wanted != NULL ? wanted : "");
    while (rest.n > 0) {
        struct as_str tag = as_str_trim(as_str_cut(&rest, ','));
        if (tag.n > 0 && tag.p[0] == '-') {
            tag.p++;
            tag.n--;
            if (tagged(tags, tag))
                return false;
        } else if (tag.n > 0) {
            any = true;
            found = found || tagged(tags, tag);
        }
    }
    return found || !any;
}

static bool asked_for(const struct as_test_options *options, const char *file, const char *name,
                      const char *tags)
{
    return passes_filter(options->filter, file, name) && passes_tags(options->tags, tags) &&
           (options->only == NULL || options->only(options->context, file, name));
}

/* --- one file --- */

static enum as_status keep(struct as_test_file_run *run, const struct as_test_result *result,
                           struct as_error *error)
{
    struct as_arena *arena = &run->arena;
    struct as_test_result kept = *result;
    kept.name = as_arena_copy(arena, result->name, strlen(result->name));
    kept.report = as_arena_copy(arena, result->report, strlen(result->report));
    struct as_error *why = result->error != NULL ? as_arena_alloc(arena, sizeof *why) : NULL;
    if (why != NULL)
        *why = *result->error;
    kept.error = why;
    run->failed = run->failed || result->status == AS_TEST_FAILED;
    bool out = kept.name == NULL || kept.report == NULL || (result->error != NULL && kept.error == NULL) ||
               !as_list_push(arena, &run->results, kept);
    return out ? as_error_memory(error) : AS_OK;
}

static enum as_status keep_file(struct as_test_file_run *run, const char *file, const struct as_error *why,
                                struct as_error *error)
{
    struct as_test_result result = {
        .file = file, .name = AS_TEST_WHOLE_FILE, .status = AS_TEST_FAILED, .error = why, .report = ""};
    return keep(run, &result, error);
}

static enum as_status call_plain(struct as_state *state, lua_CFunction function, struct as_error *error)
{
    lua_pushcfunction(state->lua, function);
    return as_state_call(state, 0, 0, CASE_MS, error);
}

/* Runs the case described by the table on top of the stack, and pops it. */
static enum as_status run_case(struct as_test_file_run *run, struct as_test_session *session,
                               struct as_state *state, const char *file, struct as_error *error)
{
    lua_State *L = state->lua;
    int top = lua_gettop(L);
    lua_pushcfunction(L, as_trial_open_case);
    lua_pushvalue(L, top);
    enum as_status status = as_state_call(state, 1, AS_CASE_FIELDS, CASE_MS, error);
    if (status != AS_OK)
        return status;
    bool property = lua_toboolean(L, top + 4);
    run->properties += property;
    if (run->cases != AS_CASES_ALL && property != (run->cases == AS_CASES_PROPERTIES)) {
        lua_settop(L, top - 1);
        return AS_OK;
    }
    struct as_test_result result = {
        .file = file, .name = lua_tostring(L, top + 1), .line = (int)lua_tointeger(L, top + 2), .report = ""};
    if (!asked_for(session->options, file, result.name, lua_tostring(L, top + 3))) {
        run->left_out++;
        lua_settop(L, top - 1);
        return AS_OK;
    }
    struct as_error why = AS_ERROR_INIT;
    status = call_plain(state, as_trial_begin_case, error);
    if (status != AS_OK)
        return status;
    if (lua_isnil(L, top + AS_CASE_FIELDS)) {
        result.status = AS_TEST_PENDING;
    } else if (as_state_call(state, 0, 0, CASE_MS, &why) != AS_OK) {
        if (why.line == 0)
            as_error_at(&why, file, result.line);
        result.status = AS_TEST_FAILED;
        result.error = &why;
        struct as_error unsaid = AS_ERROR_INIT;
        lua_pushcfunction(L, as_trial_report);
        result.report = as_state_call(state, 0, 1, CASE_MS, &unsaid) == AS_OK ? lua_tostring(L, -1) : "";
    }
    status = keep(run, &result, error);
    lua_settop(L, top - 1);
    return status;
}

static enum as_status run_cases(struct as_test_file_run *run, struct as_test_session *session,
                                struct as_state *state, const char *file, struct as_error *error)
{
    lua_State *L = state->lua;
    enum as_status status = AS_OK;
    as_trial_push_cases(L);
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n == 0) {
        struct as_error why = AS_ERROR_INIT;
        as_error_set(&why, AS_ERR_RULE, "%s holds no test", file);
        as_error_at(&why, file, 1);
        status = keep_file(run, file, &why, error);
    }
    uint32_t *order = as_test_order((uint32_t)n, session->options->shuffle, &run->order);
    if (order == NULL)
        status = as_error_memory(error);
    for (lua_Integer i = 0; status == AS_OK && i < n && !(session->options->fail_fast && run->failed); i++) {
        run->last = (uint32_t)((i + run->first) % n);
        lua_rawgeti(L, -1, (lua_Integer)order[run->last] + 1);
        status = run_case(run, session, state, file, error);
    }
    free(order);
    lua_settop(L, 0);
    return status;
}

static void push_score_module(lua_State *L, void *context)
{
    as_score_module_push(L, context);
}

static void push_http_module(lua_State *L, void *context)
{
    as_http_module_push(L, context);
}

static void push_store_module(lua_State *L, void *context)
{
    as_store_module_push(L, context);
}

enum as_status as_test_session_file(struct as_test_file_run *run, struct as_test_session *session,
                                    const struct as_source_file *file, struct as_error *error)
{
    struct as_state *state = NULL;
    struct as_script_limits limits = {.steps = session->options->steps != 0 ? session->options->steps
                                                                            : AS_TEST_STEPS,
                                      .memory = session->options->memory,
                                      .library = session->options->library};
    struct as_store_access no_store = {.refusal = "in a rule test, which describes its facts itself"};
    struct as_http_access no_network = {.refusal = "in a rule test: give the function test.http { … }"};
    struct as_error why = AS_ERROR_INIT;
    enum as_status status = as_modules_state(&state, &limits, NULL, session->source, error);
    if (status != AS_OK)
        return status;
    session->context = (struct as_trial_context){.bench = &session->bench, .seed = run->seed};
    status = as_state_offer(state, "assay.trial", as_trial_module_push, &session->context, error);
    if (status == AS_OK)
        status = as_state_offer(state, "assay.score", push_score_module, &session->bench.pack, error);
    if (status == AS_OK)
        status = as_state_offer(state, "assay.store", push_store_module, &no_store, error);
    if (status == AS_OK)
        status = as_state_offer(state, "assay.http", push_http_module, &no_network, error);
    if (status == AS_OK)
        status = call_plain(state, as_trial_begin_file, error);
    if (status != AS_OK)
        goto done;
    if (as_state_load(state, file->name, file->bytes, &why) != AS_OK ||
        as_state_call(state, 0, 0, CASE_MS, &why) != AS_OK) {
        as_error_at(&why, file->name, 1);
        status = keep_file(run, file->name, &why, error);
        goto done;
    }
    status = run_cases(run, session, state, file->name, error);
done:
    as_state_free(state);
    return status;
}

/* --- the session --- */

enum as_status as_test_session_open(struct as_test_session *session, const struct as_source *source,
                                    const struct as_test_options *options, struct as_error *error)
{
    struct as_script_limits limits = {.memory = options->memory, .library = options->library};
    *session = (struct as_test_session){.source = source, .options = options};
    enum as_status status = as_schema_new(&session->schema, error);
    if (status == AS_OK)
        status = as_script_load(&session->script, source, session->schema, &limits, error);
    if (status == AS_OK)
        status = as_bench_open(&session->bench, session->script, error);
    return status;
}

void as_test_session_close(struct as_test_session *session)
{
    as_bench_close(&session->bench);
    as_script_free(session->script);
    as_schema_free(session->schema);
    *session = (struct as_test_session){.source = session->source};
}
