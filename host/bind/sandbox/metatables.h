/* Metatables of scripts: what they may hold, and what they hold when their table is frozen. */
#ifndef AS_BIND_METATABLES_H
#define AS_BIND_METATABLES_H

#include <lua.h>
#include <stdbool.h>

/* lua_CFunctions: setmetatable without finalizers, closers and weak tables, also none that are added to the
 * metatable later, and with __call as it is now; getmetatable. */
int as_metatable_set(lua_State *L);
int as_metatable_get(lua_State *L);

/* lua_CFunction: calls upvalue 1 with all arguments. */
int as_call_upvalue(lua_State *L);

/* Copies the events (all but __gc, __mode, __close and __metatable) of the metatable at `from` into the table
 * at `into`; of a frozen one, those it held. */
void as_metatable_copy(lua_State *L, int from, int into);

/* Lets the host's metatable at index stand for the script's own at `own`, which getmetatable will show. */
void as_metatable_name_own(lua_State *L, int index, int own);

/* Pushes the metatable that a script gave the table at index; false and nothing when it gave none. */
bool as_metatable_push_own(lua_State *L, int index);

#endif
