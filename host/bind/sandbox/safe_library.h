/* Replacements for functions of Lua's library that are unsafe as they stand. */
#ifndef AS_BIND_SAFE_LIBRARY_H
#define AS_BIND_SAFE_LIBRARY_H

#include <lua.h>

/* Replaces the library function on top of the stack by its safe form; leaves it when it is safe as it stands.
 * library "" is the base library. */
void as_safe_replace(lua_State *L, const char *library, const char *name);

#endif
