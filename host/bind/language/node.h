/* Node: an expression of the rule tree as a Lua value. */
#ifndef AS_BIND_NODE_H
#define AS_BIND_NODE_H

#include "bind/language/loading.h"

/* Pushes an expression, which the pack's arena has: the value is good as long as the pack. */
void as_node_push(lua_State *L, const struct as_expr *expr);
/* NULL when the value at index is no node. */
const struct as_expr *as_node_test(lua_State *L, int index);

/* The condition at index: a node that is one, or a function. `what` says where it stands: "option \"when\" of
 * rule \"x\"". Raises for anything else, a boolean above all. Marks it as used. */
const struct as_expr *as_node_condition(lua_State *L, struct as_loading *loading, int index, const char *what,
                                        const char *name, enum as_level level);
/* A value of a fact, of any shape. Marks it as used. */
const struct as_expr *as_node_value(lua_State *L, struct as_loading *loading, int index, const char *what);

/* lua_CFunctions: q.all_of, q.any_of, q.at_least, abm.first_known. */
int as_node_all_of(lua_State *L);
int as_node_any_of(lua_State *L);
int as_node_at_least(lua_State *L);
int as_node_first_known(lua_State *L);
/* lua_CFunction: whose facts an expression reads, "lead" or "account"; nil for what is no expression. */
int as_node_level(lua_State *L);

/* Makes the metatable of nodes; once a state, before the first is pushed. */
void as_node_open(lua_State *L);

#endif
