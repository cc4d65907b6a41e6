/* JSON as Lua values. */
#ifndef AS_BIND_JSON_VALUE_H
#define AS_BIND_JSON_VALUE_H

#include "base/status.h"
#include "base/text.h"

#include <lua.h>

/* Pushes the value of a JSON text: objects and arrays as tables, null as nil, at most 32 deep. On failure
 * nothing is pushed and AS_ERR_DATA says where. May raise a Lua memory error, never leaks. */
enum as_status as_json_push(lua_State *L, struct as_str text, struct as_error *error);

/* Appends the value at a stack index as JSON; raises for what JSON does not have (functions, NaN, texts that
 * are no UTF-8, mixed keys, more than 32 deep). Tables with the keys 1 … n are arrays, others objects, sorted
 * by key. `out` must be held by Lua (scratch.h). */
void as_json_write(struct as_buf *out, lua_State *L, int index);

#endif
