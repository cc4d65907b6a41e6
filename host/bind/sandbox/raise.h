/* Errors across the Lua boundary: a struct as_error raised into Lua, and whatever Lua raised read back. */
#ifndef AS_BIND_RAISE_H
#define AS_BIND_RAISE_H

#include "base/status.h"
#include "data/facts/schema.h"

#include <lua.h>

/* Raises the error as a value whose tostring is what a person reads. */
_Noreturn void as_raise(lua_State *L, const struct as_error *error);
/* Raises AS_ERR_RULE at a position; position.file NULL: the author's line that runs. advice may be NULL. */
_Noreturn void as_raise_rule(lua_State *L, struct as_position position, const char *advice,
                             const char *format, ...) __attribute__((format(printf, 4, 5)));
/* The same, ending in "did you mean" when suggestion is not NULL. */
_Noreturn void as_raise_unknown(lua_State *L, struct as_position position, const char *suggestion,
                                const char *advice, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The author's line that runs: the innermost frame of a pack's own file. file is Lua's memory and lives as
 * long as the chunk; NULL when no author's frame is active. */
struct as_position as_position_here(lua_State *L);

/* Reads any error value at index. AS_ERR_RULE unless it carries a status of its own. */
void as_error_of_value(struct as_error *out, lua_State *L, int index);

/* Keeps the error value at index, with the author's position, in the state's `failure`. The stack that raised
 * it must still stand. */
void as_raise_note(lua_State *L, int index);

/* lua_CFunction: message handler that keeps the error, with its position, in the state's `failure`. */
int as_raise_handler(lua_State *L);

/* Makes the metatable of raised errors. */
void as_raise_open(lua_State *L);

#endif
