/* Sandbox: the names a script sees, and why. */
#ifndef AS_BIND_SANDBOX_H
#define AS_BIND_SANDBOX_H

#include <lua.h>
#include <stddef.h>

/* One name of Lua that scripts see. */
struct as_allowed {
    const char *library; /* "string"; "" for a global */
    const char *name, *reason;
};
const struct as_allowed *as_sandbox_allowed(size_t *n);

/* Builds the environment of every chunk that the state will load and makes it the state's globals. */
void as_sandbox_open(lua_State *L);

#endif
