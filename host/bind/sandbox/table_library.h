/* The table library for scripts, under the state's budget. */
#ifndef AS_BIND_TABLE_LIBRARY_H
#define AS_BIND_TABLE_LIBRARY_H

#include <lua.h>

/* lua_CFunctions as in the Lua 5.4 manual, but for what a table's metatable says: items are read and written
 * as they stand in the table, __len and __newindex are refused, and sort keeps the order of equals. */
int as_table_concat(lua_State *L);
int as_table_insert(lua_State *L);
int as_table_move(lua_State *L);
int as_table_remove(lua_State *L);
int as_table_sort(lua_State *L);
int as_table_unpack(lua_State *L);

#endif
