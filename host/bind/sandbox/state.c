/* State: the life of a sandboxed Lua state, its allocator and its protected calls. Which names scripts see is
 * sandbox.c; which modules they may require is require.c. */
#include "bind/sandbox/state.h"

#include "bind/sandbox/raise.h"
#include "bind/sandbox/require.h"
#include "bind/sandbox/sandbox.h"

#include "base/limits.h"
#include "base/time.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

enum { STEPS_AT_ONCE = 1000 };

struct as_state *as_state_of(lua_State *L)
{
    return *(struct as_state **)lua_getextraspace(L);
}

static void stop_at_memory(struct as_state *state, bool limit)
{
    struct as_position here = {NULL, 0};
    if (state->running != NULL)
        here = as_position_here(state->running);
    /* What is refused while the script is left does not know its line any more. */
    if (state->stopped || (here.file == NULL && state->stop.status != AS_OK))
        return;
    as_error_clear(&state->stop);
    if (limit) {
        as_error_set(&state->stop, AS_ERR_STOPPED, "the script needs more than its %zu KiB of memory",
                     state->most / 1024);
        as_error_advise(&state->stop,
                        "large tables belong in a list file or in the database; --allow memory=… gives more");
    } else {
        as_error_memory(&state->stop);
    }
    as_error_at(&state->stop, here.file, here.line);
}

/* Refusing is not yet failing: Lua collects garbage and asks again. The place is noted each time, since a
 * memory error passes no message handler. */
static void *allocate(void *context, void *block, size_t old, size_t size)
{
    struct as_state *state = context;
    size_t held = block == NULL ? 0 : old;
    if (size == 0) {
        free(block);
        state->used -= held;
        return NULL;
    }
    if (size > held && size - held > state->most - state->used) {
        stop_at_memory(state, true);
        return NULL;
    }
    void *moved = realloc(block, size);
    if (moved == NULL)
        stop_at_memory(state, false);
    else
        state->used = state->used - held + size;
    return moved;
}

void as_state_stop(struct as_state *state, const char *advice, const char *format, ...)
{
    if (!state->stopped) {
        struct as_position here = as_position_here(state->running);
        va_list args;
        va_start(args, format);
        as_error_clear(&state->stop);
        as_error_setv(&state->stop, AS_ERR_STOPPED, format, args);
        va_end(args);
        if (advice != NULL)
            as_error_advise(&state->stop, "%s", advice);
        as_error_at(&state->stop, here.file, here.line);
        state->stopped = true;
    }
    as_raise(state->running, &state->stop);
}

static _Noreturn void spend(struct as_state *state, const char *what)
{
    as_state_stop(state, "look for a loop that does not end; --allow gives more, see assay --help",
                  "the script spent its budget of %s", what);
}

static _Noreturn void spend_time(struct as_state *state)
{
    if (as_watchdog_spent(state->watchdog))
        as_state_stop(state, "look for the slow one with assay bench; --allow run=… gives more",
                      "the functions of the pack spent the time of the whole run");
    spend(state, "time");
}

static void on_time_spent(lua_State *L, lua_Debug *frame)
{
    (void)frame;
    spend_time(as_state_of(L));
}

static void on_steps(lua_State *L, lua_Debug *frame)
{
    (void)frame;
    as_state_charge(L, STEPS_AT_ONCE);
}

void as_state_charge(lua_State *L, uint64_t steps)
{
    struct as_state *state = as_state_of(L);
    if (state->steps != 0) {
        if (steps >= state->steps_left) {
            lua_sethook(L, on_steps, LUA_MASKCOUNT, 1);
            state->steps_left = 0;
            spend(state, "steps");
        }
        state->steps_left -= steps;
        if (state->interrupted != NULL && state->interrupted(state->interrupted_context))
            as_state_stop(state, NULL, "interrupted");
    }
    if (lua_gethook(L) == on_time_spent || (state->deadline != 0 && as_clock_ticks() > state->deadline)) {
        lua_sethook(L, on_time_spent, LUA_MASKCOUNT, 1);
        spend_time(state);
    }
}

static int open_state(lua_State *L)
{
    as_raise_open(L);
    as_sandbox_open(L);
    as_require_open(L);
    return 0;
}

enum as_status as_state_new(struct as_state **out, const struct as_script_limits *limits,
                            struct as_watchdog *watchdog, const struct as_source *source,
                            struct as_error *error)
{
    *out = NULL;
    static const struct as_script_limits defaults = {0};
    if (limits == NULL)
        limits = &defaults;
    struct as_state *state = calloc(1, sizeof *state);
    if (state == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    state->most = limits->memory != 0 ? limits->memory : AS_MAX_SCRIPT_MEMORY;
    state->steps = limits->steps;
    state->source = source;
    state->library = limits->library;
    state->watchdog = watchdog;
    if (watchdog == NULL) {
        status = as_watchdog_new(&state->watchdog, error);
        if (status != AS_OK)
            goto done;
        state->own_watchdog = true;
    }
    state->lua = lua_newstate(allocate, state);
    if (state->lua == NULL) {
        status = as_error_memory(error);
        goto done;
    }
    state->running = state->lua;
    *(struct as_state **)lua_getextraspace(state->lua) = state;
    lua_pushcfunction(state->lua, open_state);
    if (lua_pcall(state->lua, 0, 0, 0) != LUA_OK)
        status = as_error_set(error, AS_ERR_MEMORY, "a script state could not be made: %s",
                              lua_isstring(state->lua, -1) ? lua_tostring(state->lua, -1) : "out of memory");
done:
    if (status == AS_OK)
        *out = state;
    else
        as_state_free(state);
    return status;
}

void as_state_free(struct as_state *state)
{
    if (state == NULL)
        return;
    if (state->lua != NULL)
        lua_close(state->lua);
    if (state->own_watchdog)
        as_watchdog_free(state->watchdog);
    free(state);
}

static enum as_status copy_error(struct as_error *error, const struct as_error *why)
{
    as_error_set(error, why->status, "%s", why->what);
    as_error_at(error, why->file, why->line);
    if (why->advice[0] != '\0')
        as_error_advise(error, "%s", why->advice);
    return why->status;
}

enum as_status as_state_load(struct as_state *state, const char *name, struct as_str text,
                             struct as_error *error)
{
    lua_State *L = state->lua;
    if (!lua_checkstack(L, 8))
        return as_error_memory(error);
    char chunk[AS_ERROR_FILE + 1];
    snprintf(chunk, sizeof chunk, "@%s", name);
    int result = luaL_loadbufferx(L, text.p, text.n, chunk, "t");
    if (result == LUA_OK)
        return AS_OK;
    struct as_error read = AS_ERROR_INIT;
    as_error_of_value(&read, L, -1);
    lua_pop(L, 1);
    if (result == LUA_ERRMEM)
        return copy_error(error, &state->stop);
    as_error_set(error, AS_ERR_RULE, "%s", read.what);
    as_error_at(error, read.file[0] != '\0' ? read.file : name, read.line);
    return AS_ERR_RULE;
}

enum as_status as_state_call(struct as_state *state, int nargs, int nresults, int64_t ms,
                             struct as_error *error)
{
    lua_State *L = state->lua;
    if (!lua_checkstack(L, LUA_MINSTACK))
        return as_error_memory(error);
    int handler = lua_gettop(L) - nargs;
    lua_pushcfunction(L, as_raise_handler);
    lua_insert(L, handler);
    enum as_status status = as_state_call_handled(state, nargs, nresults, handler, ms, error);
    lua_remove(L, handler);
    return status;
}

/* What a call may take, from now on. */
static void give_budget(struct as_state *state, bool timed)
{
    state->deadline = timed ? 0 : as_clock_ticks() + state->ms * 1000000;
    state->steps_left = state->steps;
    if (state->steps != 0 || !timed)
        lua_sethook(state->lua, on_steps, LUA_MASKCOUNT, STEPS_AT_ONCE);
}

void as_state_renew(struct as_state *state)
{
    as_watchdog_renew(state->watch); /* first: from here on no tick spends it before it runs again */
    if (lua_gethook(state->lua) != NULL) {
        lua_sethook(state->lua, NULL, 0, 0);
        give_budget(state, state->deadline == 0);
    }
}

enum as_status as_state_call_handled(struct as_state *state, int nargs, int nresults, int handler, int64_t ms,
                                     struct as_error *error)
{
    lua_State *L = state->lua;
    if (!lua_checkstack(L, LUA_MINSTACK))
        return as_error_memory(error);
    if (ms == 0)
        ms = AS_SCRIPT_CALL_MS;

    struct as_watch_call watch, *outer = state->watch;
    bool outermost = state->depth++ == 0;
    bool timed = as_watchdog_begin(&watch, state->watchdog, L, on_time_spent, ms);
    state->watch = &watch;
    if (outermost) {
        state->stopped = false;
        state->stop.status = AS_OK;
        state->ms = ms;
        give_budget(state, timed);
    }
    state->failure.status = AS_OK; /* clearing a kilobyte of text for each lead would show */
    int result = lua_pcall(L, nargs, nresults, handler);
    as_watchdog_end(&watch);
    state->watch = outer;
    state->depth--;
    if (outermost && (state->stopped || state->steps != 0 || !timed || watch.ticks == 0))
        lua_sethook(L, NULL, 0, 0);
    if (result == LUA_OK)
        return AS_OK;

    const struct as_error *why = &state->failure;
    if (state->stopped || result == LUA_ERRMEM)
        why = &state->stop;
    else if (why->status == AS_OK)
        as_error_of_value(&state->failure, L, -1);
    lua_pop(L, 1);
    return copy_error(error, why);
}

enum as_status as_state_resume(bool *yielded, int *results, struct as_state *state, lua_State *coroutine,
                               int nargs, int64_t ms, struct as_error *error)
{
    struct as_watch_call watch;
    lua_State *outer = state->running;
    *yielded = false;
    *results = 0;
    if (ms == 0)
        ms = AS_SCRIPT_CALL_MS;
    bool timed = as_watchdog_begin(&watch, state->watchdog, coroutine, on_time_spent, ms);
    state->depth++;
    state->running = coroutine;
    state->stopped = false;
    state->deadline = timed ? 0 : as_clock_ticks() + ms * 1000000;
    state->steps_left = state->steps;
    if (state->steps != 0 || !timed)
        lua_sethook(coroutine, on_steps, LUA_MASKCOUNT, STEPS_AT_ONCE);
    state->failure.status = AS_OK;
    int result = lua_resume(coroutine, outer, nargs, results);
    as_watchdog_end(&watch);
    lua_sethook(coroutine, NULL, 0, 0);
    state->running = outer;
    state->depth--;
    if (result == LUA_YIELD || result == LUA_OK) {
        *yielded = result == LUA_YIELD;
        return AS_OK;
    }
    const struct as_error *why = &state->failure;
    if (state->stopped || result == LUA_ERRMEM)
        why = &state->stop;
    else
        as_raise_note(coroutine, -1);
    enum as_status status = copy_error(error, why);
    lua_resetthread(coroutine);
    lua_settop(coroutine, 0);
    return status;
}
