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

#include <lua.h>

struct as_buf *as_scratch_buffer(lua_State *L);
struct as_arena *as_scratch_arena(lua_State *L);

#endif
