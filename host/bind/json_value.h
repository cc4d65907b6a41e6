/* JSON as Lua values. */
#ifndef AS_BIND_JSON_VALUE_H
#define AS_BIND_JSON_VALUE_H

#include "base/status.h"
#include "base/text.h"

#include <lua.h>

/* Pushes the value of a JSON text: objects and arrays as tables, null as nil, at most 32 deep. On failure
 * nothing is pushed and AS_ERR_DATA says where. May raise a Lua memory error, never leaks. */
enum as_status as_json_push(lua_State *L, struct as_str text, struct as_error *error);

#endif
