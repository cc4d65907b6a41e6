/* Sandbox: the names a script sees, and why. */
#ifndef AS_BIND_SANDBOX_H
#define AS_BIND_SANDBOX_H

#include <lua.h>

/* Builds the environment of every chunk that the state will load and makes it the state's globals. */
void as_sandbox_open(lua_State *L);

#endif
