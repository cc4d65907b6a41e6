/* Frozen tables, and iteration in a fixed order. */
#ifndef AS_BIND_FROZEN_H
#define AS_BIND_FROZEN_H

#include <lua.h>
#include <stdbool.h>

/* Replaces the table on top by a proxy that reads it and refuses writing. `name` appears in messages
 * ("string", "the module assay.score"); it must be a constant or live as long as the state. */
void as_freeze(lua_State *L, const char *name);

/* Pushes a metatable that makes an empty table read the one at `held` and refuse writing. */
void as_frozen_metatable(lua_State *L, int held, const char *name);

/* Pushes the table that the frozen one at index reads; false and nothing when it is not frozen. The copy must
 * not reach a script. */
bool as_frozen_push(lua_State *L, int index);
/* Raises when the table at index is frozen: for writers that pass metatables by. */
void as_frozen_refuse(lua_State *L, int index);

/* lua_CFunction: pairs(t) — numbers first in order, then texts by bytes, then booleans. Other keys have no
 * order and are refused. */
int as_sorted_pairs(lua_State *L);

/* Whether the C function is an iterator that pairs gave: it remembers where it is. */
bool as_pairs_is_iterator(lua_CFunction function);

#endif
