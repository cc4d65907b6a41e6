/* Assignments: what a Lua function changes that outlives its call. */
#ifndef AS_BIND_ASSIGNMENT_H
#define AS_BIND_ASSIGNMENT_H

#include "base/status.h"

#include <lua.h>

struct as_assignment {
    char name[64]; /* of the variable; empty: none is assigned */
    int line;
};

/* Finds a variable from outside of the Lua function on top of the stack that it, or a function inside of it,
 * assigns: one that was there before the call and is there after it. AS_ERR_BUG when this Lua's compiled form
 * is not understood. Raises nothing. */
enum as_status as_assignment_find(struct as_assignment *out, lua_State *L, struct as_error *error);

#endif
