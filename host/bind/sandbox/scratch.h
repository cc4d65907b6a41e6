/* Scratch: C memory that Lua closes.
 *
 * A Lua call can raise at any moment, and a raise passes over free(). What a C function needs besides Lua's
 * own memory is held by a userdata that is closed when the function returns or raises. Each takes one stack
 * slot.
 */
#ifndef AS_BIND_SCRATCH_H
#define AS_BIND_SCRATCH_H

#include "base/arena.h"
#include "base/text.h"

#include <lauxlib.h>
#include <lua.h>

/* Gives the userdata on top its metatable, which is made of `methods` the first time and hidden from scripts.
 * The registry has it once it is whole: memory may end while it is made, and half of one would hold and close
 * nothing for the rest of the state's life. Raises when memory is out; the userdata must be safe to close by
 * then. */
void as_holder_type(lua_State *L, const char *name, const luaL_Reg *methods);

/* Pushes a holder of an empty buffer, of at most 4 * AS_MAX_TEXT bytes, that Lua closes when the function
 * ends or raises. Raises when memory is out. */
struct as_buf *as_scratch_buffer(lua_State *L);
/* Raises when the buffer could not hold what was appended: for want of memory, or because `what` is too long.
 */
void as_scratch_check(lua_State *L, const struct as_buf *buffer, const char *what);
/* The same of an arena. */
struct as_arena *as_scratch_arena(lua_State *L);

#endif
