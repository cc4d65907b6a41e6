/* Arguments of C functions that scripts call: read, checked, and refused by name.
 *
 * Every reader raises a Lua error that names the function and the argument: misuse is the script's fault. The
 * names come from the running function's row (module_table.h).
 */
#ifndef AS_BIND_ARGUMENT_H
#define AS_BIND_ARGUMENT_H

#include "base/text.h"
#include "bind/module/module_table.h"

/* Raises "clamp: argument 'high' must be a number, got text". `must` starts with "a …". */
_Noreturn void as_argument_refuse(lua_State *L, int index, const char *must);

double as_argument_number(lua_State *L, int index);
double as_argument_number_or(lua_State *L, int index, double otherwise); /* nil or none gives otherwise */
/* A number above 0. */
double as_argument_positive(lua_State *L, int index);
int64_t as_argument_integer(lua_State *L, int index, int64_t least, int64_t most);
struct as_str as_argument_text(lua_State *L, int index); /* valid while the argument stays on the stack */
void as_argument_table(lua_State *L, int index);
/* An array 1..n; gives n. Holes are found when items are read. */
lua_Integer as_argument_array(lua_State *L, int index);

/* An instant: seconds since 1970, or a date or time as text. */
int64_t as_argument_instant(lua_State *L, int index);
/* The instant at stack index `value`, which came from item `item` of argument `index`. */
int64_t as_argument_instant_item(lua_State *L, int index, int value, lua_Integer item);
/* A number of whole days, or a window as text ("30d"); nil or none gives 0 when `optional`. */
int64_t as_argument_days(lua_State *L, int index, bool optional);

/* Numbers of an array argument: raises naming the item when one is no number. */
double as_argument_item_number(lua_State *L, int index, lua_Integer item);

/* Applies `one` to argument `index`: to its value, or to every item when it is an array (an item `false` is
 * unknown and stays false). `one` reads the value at stack index `value` and pushes exactly one result; it
 * raises through as_argument_refuse_item. Returns 1, the result pushed. */
typedef void (*as_argument_one)(lua_State *L, int index, int value, lua_Integer item, const void *context);
int as_argument_each(lua_State *L, int index, as_argument_one one, const void *context);

/* Raises for the value of an `each` argument: item 0 is the argument itself. */
_Noreturn void as_argument_refuse_item(lua_State *L, int index, int value, lua_Integer item,
                                       const char *must);
double as_argument_each_number(lua_State *L, int index, int value, lua_Integer item);
struct as_str as_argument_each_text(lua_State *L, int index, int value, lua_Integer item);

/* Pushes nil and a message: an expected failure. Returns 2. */
int as_argument_fail(lua_State *L, const char *message);

#endif
