/* Watchdog: stops a Lua state that runs too long, at no cost while it does not.
 *
 * A periodic timer signals the very thread that runs Lua; the handler counts ticks of the running call and,
 * when they are spent, arms the state's hook there and then. No other thread ever touches a state. Where
 * timers cannot be had, the hook stands and looks at the clock.
 */
#ifndef AS_BIND_WATCHDOG_H
#define AS_BIND_WATCHDOG_H

#include "base/status.h"

#include <lua.h>
#include <signal.h>
#include <stdint.h>

struct as_watchdog;

/* One call under watch; lives on the C stack of the caller. */
struct as_watch_call {
    lua_State *lua;
    lua_Hook spent;              /* installed with a count of 1 when the time is up */
    volatile sig_atomic_t ticks; /* left; 0: nothing more to do */
    sig_atomic_t all;            /* what it began with */
    struct as_watch_call *outer; /* the call around this one on the same thread */
    struct as_watch *watch;
};

/* One for all threads that run a pack's functions; the caller frees it. AS_ERR_MEMORY. */
enum as_status as_watchdog_new(struct as_watchdog **out, struct as_error *error);
/* No thread may be inside a call. NULL is fine. */
void as_watchdog_free(struct as_watchdog *dog);

/* From now on all calls together may take `ms` (0: any time), counted in ticks; then whatever runs is stopped. */
void as_watchdog_allow(struct as_watchdog *dog, int64_t ms);
/* Whether they took it. */
bool as_watchdog_spent(const struct as_watchdog *dog);

/* Puts the call under watch for `ms` milliseconds. False: no timer could be had, and the caller must watch
 * the clock itself. Calls nest; each must end on its own thread. */
bool as_watchdog_begin(struct as_watch_call *call, struct as_watchdog *dog, lua_State *lua, lua_Hook spent,
                       int64_t ms);
void as_watchdog_end(struct as_watch_call *call);
/* Gives the call all of its time again; it is for the caller to take the hook off, afterwards, if it was spent. */
static inline void as_watchdog_renew(struct as_watch_call *call)
{
    call->ticks = call->all;
}

#endif
