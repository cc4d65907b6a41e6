/* Functions of the string library whose work grows beyond their arguments' size, under the state's budget. */
#ifndef AS_BIND_TEXT_LIBRARY_H
#define AS_BIND_TEXT_LIBRARY_H

#include <lua.h>
#include <stdbool.h>

/* lua_CFunctions: find, match, gmatch and gsub as in the Lua 5.4 manual, matched by text_pattern.h; rep;
 * lower and upper of ASCII letters. */
int as_text_find(lua_State *L);
int as_text_match(lua_State *L);
int as_text_gmatch(lua_State *L);
int as_text_gsub(lua_State *L);
int as_text_lower(lua_State *L);
int as_text_upper(lua_State *L);
int as_text_rep(lua_State *L);

/* Whether the C function is an iterator that gmatch gave: it remembers where it is. */
bool as_text_is_iterator(lua_CFunction function);

#endif
