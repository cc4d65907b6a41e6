/* State: one sandboxed Lua state with its memory limit, its budgets and the error it died of.
 *
 * Scripts see the allow list of sandbox.c and modules through `require`; nothing else. A state belongs to one
 * thread at a time.
 */
#ifndef AS_BIND_STATE_H
#define AS_BIND_STATE_H

#include "bind/sandbox/script_limits.h"
#include "bind/sandbox/watchdog.h"
#include "data/pack/source.h"

#include <lua.h>

struct as_loading;

struct as_state {
    lua_State *lua;
    lua_State *running; /* the thread that runs now: lua, or a coroutine of the host's */
    struct as_watchdog *watchdog;
    bool own_watchdog;
    const struct as_source *source; /* what `require` reads beside the library; borrowed, may be NULL */
    const char *library;         /* folder that stands for the embedded library; NULL: embedded. Borrowed */
    struct as_loading *loading;  /* the pack being loaded; NULL: nothing may be declared */
    size_t used, most;           /* bytes */
    uint64_t steps, steps_left;  /* VM-step budget a call; 0: wall time alone */
    /* Somebody wants the running call to end; asked where steps are counted, so only with a budget of them.
     * May be NULL. */
    bool (*interrupted)(void *context);
    void *interrupted_context;
    struct as_watch_call *watch; /* of the innermost call that runs */
    int64_t deadline, ms;    /* monotonic ns, and what a call has; used only where no timer could be had */
    unsigned depth;          /* calls that run, one inside another */
    bool sealed;             /* functions run from now on: nothing they reach may change (seal.h) */
    bool stopped;            /* a budget is spent: pcall re-raises until the outermost call has unwound */
    struct as_error stop;    /* why and where */
    struct as_error failure; /* of the call that failed last */
};

/* A fresh sandbox, which has no modules but the library's and the pack's (script/modules.h has one with all).
 * limits NULL: defaults. watchdog NULL: the state makes its own. What is borrowed must
 * outlive it. */
enum as_status as_state_new(struct as_state **out, const struct as_script_limits *limits,
                            struct as_watchdog *watchdog, const struct as_source *source,
                            struct as_error *error);
void as_state_free(struct as_state *state);
struct as_state *as_state_of(lua_State *L);

/* Pushes the chunk of a source text (never bytecode), with the sandbox's environment. `name` appears in
 * positions as the author's file. On failure nothing is pushed. */
enum as_status as_state_load(struct as_state *state, const char *name, struct as_str text,
                             struct as_error *error);

/* Calls the function below its `nargs` arguments, as lua_pcall, within `ms` of wall time (0:
 * AS_SCRIPT_CALL_MS) and the step budget. On failure nothing is pushed; *error gets what is wrong with the
 * author's file and line, AS_ERR_STOPPED when a budget was spent. */
enum as_status as_state_call(struct as_state *state, int nargs, int nresults, int64_t ms,
                             struct as_error *error);
/* The same with as_raise_handler, which the caller has put at stack index `handler`: for calls by the
 * million. */
enum as_status as_state_call_handled(struct as_state *state, int nargs, int nresults, int handler, int64_t ms,
                                     struct as_error *error);

/* Gives the running call its time and steps again: for a C function that calls many of a pack's functions,
 * one after the other, within one protected call, and from which nothing of a script's runs at that moment.
 */
void as_state_renew(struct as_state *state);

/* The same for a coroutine that the host made (scripts make none): starts the function below its `nargs`
 * arguments, or goes on where a C function yielded, within `ms` of wall time. *yielded false: it is done and
 * its *results are on its stack. On failure the coroutine is reset, and closed what it held. */
enum as_status as_state_resume(bool *yielded, int *results, struct as_state *state, lua_State *coroutine,
                               int nargs, int64_t ms, struct as_error *error);

/* Stops the running call at the author's line, beyond what pcall can catch. */
_Noreturn void as_state_stop(struct as_state *state, const char *advice, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Takes the work of a C function off the budgets, in steps of the virtual machine, and stops the call when
 * one is spent: a C loop is reached by no hook. May not return. */
void as_state_charge(lua_State *L, uint64_t steps);

/* Offers a module to `require` under its whole name, instead of one of that name; before it is first
 * required. `push` leaves one table, once a state; what it leaves is frozen. */
enum as_status as_state_offer(struct as_state *state, const char *name,
                              void (*push)(lua_State *L, void *context), void *context,
                              struct as_error *error);

#endif
