/* Functions: calls the rule functions of a loaded pack on worker threads, one Lua state a worker. */
#include "bind/sandbox/raise.h"
#include "bind/script/script.h"

#include <lauxlib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct as_loaded *loaded_of(struct as_script *script, unsigned worker)
{
    return worker == 0 ? &script->main : script->workers[worker];
}

static int open_view(lua_State *L)
{
    struct as_lead_view **view = lua_touserdata(L, 1);
    *view = as_lead_view_open(L);
    return 0;
}

/* What a state of functions keeps at the bottom of its stack, where a call finds it without a look-up by
 * name. */
enum { CALL_ROWS = 1, HANDLER = 2 };

static int call_rows(lua_State *L);

static int make_caller(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, "assay.functions");
    lua_pushcclosure(L, call_rows, 1);
    return 1;
}

static enum as_status prepare(struct as_loaded *loaded, struct as_error *error)
{
    lua_State *L = loaded->state->lua;
    if (loaded->view != NULL)
        return AS_OK;
    struct as_lead_view *view = NULL;
    lua_pushcfunction(L, open_view);
    lua_pushlightuserdata(L, &view);
    enum as_status status = as_state_call(loaded->state, 1, 0, 0, error);
    if (status == AS_OK) {
        lua_settop(L, 0);
        lua_pushcfunction(L, make_caller);
        status = as_state_call(loaded->state, 0, 1, 0, error);
    }
    if (status == AS_OK)
        lua_pushcfunction(L, as_raise_handler);
    if (status == AS_OK)
        loaded->view = view;
    return status;
}

static enum as_status copy_result(char *out, size_t room, lua_State *L, int index, const char *what,
                                  struct as_error *error)
{
    size_t n;
    const char *text = lua_tolstring(L, index, &n);
    if (n >= room)
        return as_error_set(error, AS_ERR_RULE, "%s is longer than %zu bytes", what, room - 1);
    memcpy(out, text, n + 1);
    return AS_OK;
}

static enum as_status read_result(struct as_function_result *out, lua_State *L, int first, int n, bool points,
                                  struct as_error *error)
{
    out->note[0] = '\0';
    if (n == 0) { /* nothing was said: no points, or the condition does not hold */
        out->kind = points ? AS_RESULT_NUMBER : AS_RESULT_BOOLEAN;
        out->number = 0;
        out->boolean = false;
        return AS_OK;
    }
    enum as_status status = AS_OK;
    switch (lua_type(L, first)) {
    case LUA_TNIL:
        out->kind = AS_RESULT_UNKNOWN;
        break;
    case LUA_TBOOLEAN:
        out->kind = AS_RESULT_BOOLEAN;
        out->boolean = lua_toboolean(L, first);
        break;
    case LUA_TNUMBER:
        out->kind = AS_RESULT_NUMBER;
        out->number = lua_tonumber(L, first);
        if (!isfinite(out->number))
            status = as_error_set(error, AS_ERR_RULE, "it returned a number that is not finite");
        else if (points && !(fabs(out->number) <= (double)AS_MAX_POINTS_MILLI / 1000))
            status = as_error_set(error, AS_ERR_LIMIT, "it returned more than %lld points",
                                  (long long)(AS_MAX_POINTS_MILLI / 1000));
        break;
    case LUA_TSTRING:
        out->kind = AS_RESULT_TEXT;
        status = copy_result(out->text, sizeof out->text, L, first, "the text it returned", error);
        break;
    default:
        status = as_error_set(error, AS_ERR_RULE, "it returned a %s", luaL_typename(L, first));
        as_error_advise(error,
                        "a function returns points, true or false, a text, or nil for unknown; then a note");
    }
    if (status == AS_OK && points && out->kind != AS_RESULT_NUMBER && out->kind != AS_RESULT_UNKNOWN) {
        status = as_error_set(error, AS_ERR_RULE, "it returned a %s where points are counted",
                              luaL_typename(L, first));
        as_error_advise(error,
                        "return a number of points and a note; nothing for no points; nil for unknown");
    }
    if (status == AS_OK && n > 1 && !lua_isnil(L, first + 1)) {
        if (lua_type(L, first + 1) == LUA_TSTRING)
            status = copy_result(out->note, sizeof out->note, L, first + 1, "its note", error);
        else
            status =
                as_error_set(error, AS_ERR_RULE, "its note is a %s, not a text", luaL_typename(L, first + 1));
    }
    return status;
}

/* What went wrong, with the name of the rule in front and the function's line unless a better one is known.
 */
static enum as_status blame(struct as_error *out, const struct as_expr *expr, const struct as_error *why)
{
    as_error_set(out, why->status, "in the function of \"%s\": %s", expr->function_name, why->what);
    as_error_at(out, why->file[0] != '\0' ? why->file : expr->position.file,
                why->file[0] != '\0' ? why->line : expr->position.line);
    if (why->advice[0] != '\0')
        as_error_advise(out, "%s", why->advice);
    return why->status;
}

/* One function called for many rows. */
struct calling {
    struct as_loaded *loaded;
    const struct as_function_use *use;
    uint32_t function;
    const struct as_function_rows *rows;
    struct as_function_result result;
    enum as_status status; /* of what a function gave, or of who takes it */
    bool taken;            /* the latter, whose error is as it should be */
    struct as_memo *memo;  /* NULL: each row is a call */
    struct as_trail trail;
    struct as_error *error, why;
};

static enum as_status call_row(struct calling *calling, lua_State *L, uint32_t row)
{
    struct as_lead_view *view = calling->loaded->view;
    int first = lua_gettop(L) + 1;
    view->open = false;
    view->next_day = AS_TIME_NONE;
    view->row[calling->use->expr->level] = row;
    if (calling->rows->calls != NULL)
        ++*calling->rows->calls;
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_call(L, 1, LUA_MULTRET);
    calling->result.text[0] = '\0';
    enum as_status status = read_result(&calling->result, L, first, lua_gettop(L) - first + 1,
                                        calling->use->points, &calling->why);
    if (view->open)
        calling->result.kind = AS_RESULT_UNKNOWN;
    calling->result.next_day = view->next_day;
    lua_settop(L, first - 1);
    as_state_renew(calling->loaded->state);
    return status;
}

static enum as_status answer_row(struct calling *calling, lua_State *L, uint32_t row)
{
    enum as_level level = calling->use->expr->level;
    struct as_lead_view *view = calling->loaded->view;
    enum as_memo_answer answer = calling->memo == NULL
                                     ? AS_MEMO_NEVER
                                     : as_memo_find(&calling->result, calling->memo, calling->function, row);
    if (answer == AS_MEMO_KNOWN)
        return AS_OK;
    if (answer == AS_MEMO_NEVER)
        return call_row(calling, L, row);
    calling->trail.n = 0;
    calling->trail.lost = false;
    view->trail = &calling->trail;
    enum as_status status = call_row(calling, L, row);
    view->trail = NULL;
    if (status == AS_OK)
        as_memo_keep(calling->memo, calling->function, level, row, &calling->trail, &calling->result);
    return status;
}

/* All rows within one protected call; each has the budget of a call. Upvalue: the table of functions. */
static int call_rows(lua_State *L)
{
    struct calling *calling = lua_touserdata(L, 1);
    luaL_checkstack(L, LUA_MINSTACK, NULL);
    lua_rawgeti(L, lua_upvalueindex(1), (lua_Integer)calling->function + 1);
    as_lead_view_push(L, calling->loaded->view, calling->use->expr->level, AS_NO_INDEX);
    const struct as_function_rows *rows = calling->rows;
    for (uint32_t i = 0; i < rows->n && calling->status == AS_OK; i++) {
        calling->status = answer_row(calling, L, rows->row[i]);
        if (calling->status == AS_OK) {
            calling->status = rows->take(rows->sink, i, &calling->result, calling->error);
            calling->taken = calling->status != AS_OK;
        }
    }
    return 0;
}

static enum as_status call_all(void *context, unsigned worker, uint32_t function,
                               const struct as_function_rows *rows, struct as_error *error)
{
    struct as_script *script = context;
    struct as_loaded *loaded = loaded_of(script, worker);
    lua_State *L = loaded->state->lua;
    struct calling calling = {.loaded = loaded, .function = function, .rows = rows, .error = error};
    calling.use = &script->main.loading.functions.at[function];
    if (rows->kept != NULL) {
        enum { LEAST_ROWS = 64 }; /* for fewer, what is noted is hardly asked for again */
        if (*rows->kept == NULL && rows->n >= LEAST_ROWS)
            *rows->kept = as_memo_new(rows->dataset, script->main.loading.functions.n);
        calling.memo = *rows->kept;
    }
    loaded->view->dataset = rows->dataset;
    loaded->view->at = rows->at;
    loaded->view->until = rows->until;
    as_column_texts_begin(&loaded->view->texts);
    lua_pushvalue(L, CALL_ROWS);
    lua_pushlightuserdata(L, &calling);
    enum as_status status =
        as_state_call_handled(loaded->state, 1, 0, HANDLER, script->limits.call_ms, &calling.why);
    if (status == AS_OK)
        status = calling.status;
    loaded->view->dataset = NULL;
    loaded->view->trail = NULL; /* an error may have left it */
    lua_settop(L, HANDLER);
    return status == AS_OK || calling.taken ? status : blame(error, calling.use->expr, &calling.why);
}

static enum as_status give(void *sink, uint32_t i, const struct as_function_result *result,
                           struct as_error *error)
{
    (void)i;
    (void)error;
    *(struct as_function_result *)sink = *result;
    return AS_OK;
}

static enum as_status call(struct as_function_result *out, void *context, unsigned worker, uint32_t function,
                           const struct as_dataset *dataset, uint32_t row, int64_t at, struct as_error *error)
{
    struct as_function_rows one = {dataset, at, &row, 1, give, out, NULL, true, NULL};
    return call_all(context, worker, function, &one, error);
}

static void forget(void *kept)
{
    as_memo_free(kept);
}

static enum as_status open_worker(struct as_loaded **out, const struct as_script *script,
                                  struct as_error *error)
{
    struct as_loaded *worker = calloc(1, sizeof *worker);
    if (worker == NULL)
        return as_error_memory(error);
    enum as_status status = as_loaded_open(worker, script, true, error);
    if (status == AS_OK && worker->loading.functions.n != script->main.loading.functions.n) {
        status = as_error_set(error, AS_ERR_BUG, "the pack declares other functions when it is loaded again");
        as_loaded_close(worker);
    }
    if (status == AS_OK)
        *out = worker;
    else
        free(worker);
    return status;
}

/* Calls it once more, in the first state, with its reads recorded. */
static enum as_status reads(struct as_buf *out, int64_t *next_day, void *context, uint32_t function,
                            const struct as_dataset *dataset, uint32_t row, int64_t at,
                            struct as_error *error)
{
    struct as_script *script = context;
    struct as_reads kept = {.text = {.max = AS_MAX_TEXT}};
    struct as_function_result result = {.next_day = AS_TIME_NONE};
    script->main.view->reads = &kept;
    enum as_status status = call(&result, context, 0, function, dataset, row, at, error);
    script->main.view->reads = NULL;
    as_buf_bytes(out, as_buf_c(&kept.text), kept.text.n);
    *next_day = result.next_day;
    as_buf_free(&kept.text);
    return status;
}

enum as_status as_script_functions(const struct as_functions **out, struct as_script *script,
                                   unsigned threads, struct as_error *error)
{
    *out = NULL;
    if (threads == 0)
        threads = 1;
    if (threads > AS_MAX_THREADS)
        return as_error_set(error, AS_ERR_LIMIT, "at most %d threads can run a pack", AS_MAX_THREADS);
    as_watchdog_allow(script->watchdog,
                      script->limits.run_ms != 0 ? script->limits.run_ms : AS_SCRIPT_RUN_MS);
    script->functions = (struct as_functions){
        .context = script, .call = call, .call_rows = call_all, .forget = forget, .reads = reads};
    enum as_status status = AS_OK;
    if (script->main.pack->functions == 0) {
        *out = &script->functions;
        return AS_OK;
    }
    for (unsigned i = 1; i < threads && status == AS_OK; i++)
        if (script->workers[i] == NULL)
            status = open_worker(&script->workers[i], script, error);
    for (unsigned i = 0; i < threads && status == AS_OK; i++)
        status = prepare(loaded_of(script, i), error);
    if (status == AS_OK)
        *out = &script->functions;
    return status;
}
