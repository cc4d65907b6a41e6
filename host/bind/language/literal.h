/* Literal: a Lua value as an argument of an operator. */
#ifndef AS_BIND_LITERAL_H
#define AS_BIND_LITERAL_H

#include "bind/language/loading.h"
#include "score/tree/operator.h"

/* Converts the value at index for a parameter of kind `want`, which tells a list from a map. Texts stay Lua's
 * memory: the builder copies them. Raises for what no argument can be. level: of a function that stands
 * there. */
void as_literal_of(struct as_literal *out, lua_State *L, struct as_loading *loading, int index,
                   enum as_argument want, const char *method, enum as_level level);

/* The keys of the table at index in order of bytes, in the pack's arena; raises when one is no text. *n gets
 * their number. `what` names the table in messages. */
const char **as_literal_keys(uint32_t *n, lua_State *L, struct as_loading *loading, int index,
                             const char *what);

#endif
