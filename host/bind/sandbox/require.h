/* Require: the modules a script may name. */
#ifndef AS_BIND_REQUIRE_H
#define AS_BIND_REQUIRE_H

#include <lua.h>

/* Gives the state its `require`, to which as_state_offer adds. After as_sandbox_open. */
void as_require_open(lua_State *L);

/* Pushes the function itself. */
void as_require_push(lua_State *L);

#endif
