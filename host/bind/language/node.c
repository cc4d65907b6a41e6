/* Node: expressions as Lua values, whose methods and operators build larger ones. What Lua cannot overload
 * without losing a condition in silence raises with the method to write instead. */
#include "bind/language/node.h"

#include "bind/language/literal.h"
#include "bind/sandbox/raise.h"
#include "score/tree/operator.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

static const char NODE_TYPE[] = "assay.expression", METHODS[] = "assay.methods";

static const char BOOLEAN_ADVICE[] = "== ~= < > and, or, not are decided while the pack loads: write a "
                                     "method such as :is(…), :at_least(…), :is_true(), and "
                                     "& | ~ between conditions";

void as_node_push(lua_State *L, const struct as_expr *expr)
{
    const struct as_expr **held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = expr;
    luaL_setmetatable(L, NODE_TYPE);
}

const struct as_expr *as_node_test(lua_State *L, int index)
{
    const struct as_expr **held = luaL_testudata(L, index, NODE_TYPE);
    return held != NULL ? *held : NULL;
}

static struct as_rules *rules_of(struct as_loading *loading)
{
    return &loading->pack->rules;
}

const struct as_expr *as_node_condition(lua_State *L, struct as_loading *loading, int index, const char *what,
                                        const char *name, enum as_level level)
{
    const struct as_expr *expr = as_node_test(L, index);
    struct as_error error = AS_ERROR_INIT;
    if (expr == NULL && lua_isfunction(L, index))
        expr = as_loading_function(L, loading, index, name, level, false);
    if (expr == NULL && lua_isboolean(L, index))
        as_raise_rule(L, (struct as_position){0}, BOOLEAN_ADVICE,
                      "a boolean stands where a condition belongs: %s", what);
    if (expr == NULL)
        as_raise_rule(L, (struct as_position){0},
                      "write a condition such as lead.title:known(), or a function",
                      "%s must be a condition, got %s", what, luaL_typename(L, index));
    if (as_expr_require_condition(expr, what, &error) != AS_OK)
        as_raise(L, &error);
    as_expr_use(rules_of(loading), expr);
    return expr;
}

const struct as_expr *as_node_value(lua_State *L, struct as_loading *loading, int index, const char *what)
{
    const struct as_expr *expr = as_node_test(L, index);
    if (expr == NULL)
        as_raise_rule(L, (struct as_position){0}, "write a fact such as lead.owner or account.revenue",
                      "%s must be a fact, got %s", what, luaL_typename(L, index));
    as_expr_use(rules_of(loading), expr);
    return expr;
}

/* Calls an operator on nodes and literals: the receiver at `first`, its arguments after it up to the top.
 * Pushes the new node. */
static int call_operator(lua_State *L, struct as_loading *loading, const char *name, int first)
{
    const struct as_expr *receiver = as_node_test(L, first);
    uint32_t n = (uint32_t)(lua_gettop(L) - first);
    const struct as_operator *op = as_operator_find(receiver->shape, as_str_of(name));
    struct as_literal *args = as_loading_alloc(L, loading, (n + (size_t)1) * sizeof *args);
    for (uint32_t i = 0; i < n; i++) {
        enum as_argument want = op != NULL && i < AS_OPERATOR_ARGS ? op->args[i] : AS_ARG_END;
        as_literal_of(&args[i], L, loading, first + 1 + (int)i, want, name, receiver->level);
    }
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *made;
    if (as_expr_call(&made, rules_of(loading), receiver, name, args, n, as_loading_here(L, loading),
                     &error) != AS_OK)
        as_raise(L, &error);
    as_node_push(L, made);
    return 1;
}

/* Upvalue 1: the operator's name. */
static int method(lua_State *L)
{
    const char *name = lua_tostring(L, lua_upvalueindex(1));
    struct as_loading *loading = as_loading_of(L);
    if (as_node_test(L, 1) == NULL)
        as_raise_rule(L, (struct as_position){0}, "write a colon, as in lead.title:known()",
                      "\"%s\" was called without its fact", name);
    return call_operator(L, loading, name, 1);
}

/* One closure a method name serves all nodes. */
static void push_method(lua_State *L, int name)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, METHODS);
    lua_pushvalue(L, name);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_pushvalue(L, name);
        lua_pushcclosure(L, method, 1);
        lua_pushvalue(L, name);
        lua_pushvalue(L, -2);
        lua_rawset(L, -4);
    }
    lua_remove(L, -2);
}

static int node_index(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    const struct as_expr *expr = as_node_test(L, 1);
    if (lua_type(L, 2) != LUA_TSTRING)
        as_raise_rule(L, (struct as_position){0}, NULL,
                      "a fact has no part number: write the name of a method");
    struct as_str name = {0};
    name.p = lua_tolstring(L, 2, &name.n);
    if (as_expr_understands(expr, name)) {
        push_method(L, 2);
        return 1;
    }
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *step;
    if (as_expr_step(&step, rules_of(loading), expr, name, as_loading_here(L, loading), &error) != AS_OK)
        as_raise(L, &error);
    as_node_push(L, step);
    return 1;
}

/* The operand at index as a node, beside one that may tell its level. */
static void make_operand(lua_State *L, struct as_loading *loading, int index, int other, const char *sign)
{
    if (as_node_test(L, index) != NULL)
        return;
    const struct as_expr *beside = as_node_test(L, other);
    if (lua_isfunction(L, index)) {
        enum as_level level = beside != NULL ? beside->level : AS_LEVEL_LEAD;
        as_node_push(L, as_loading_function(L, loading, index, NULL, level, false));
        lua_replace(L, index);
        return;
    }
    if (lua_isboolean(L, index))
        as_raise_rule(L, (struct as_position){0}, BOOLEAN_ADVICE,
                      "a boolean stands beside %s where a condition belongs", sign);
    as_raise_rule(L, (struct as_position){0}, "write a condition such as lead.title:known() on both sides",
                  "%s stands beside %s", luaL_typename(L, index), sign);
}

static int combine(lua_State *L, const char *name, const char *sign)
{
    struct as_loading *loading = as_loading_of(L);
    lua_settop(L, 2);
    make_operand(L, loading, 1, 2, sign);
    make_operand(L, loading, 2, 1, sign);
    return call_operator(L, loading, name, 1);
}

static int node_and(lua_State *L)
{
    return combine(L, "and", "&");
}

static int node_or(lua_State *L)
{
    return combine(L, "or", "|");
}

static int node_not(lua_State *L)
{
    lua_settop(L, 1);
    return call_operator(L, as_loading_of(L), "not", 1);
}

/* Upvalues: what was written, what to write instead. */
static int refuse(lua_State *L)
{
    as_raise_rule(L, (struct as_position){0}, lua_tostring(L, lua_upvalueindex(2)),
                  "%s does not work on facts and conditions", lua_tostring(L, lua_upvalueindex(1)));
}

static int node_tostring(lua_State *L)
{
    const struct as_state *state = as_state_of(L);
    const struct as_expr *expr = *(const struct as_expr **)luaL_checkudata(L, 1, NODE_TYPE);
    if (state->loading == NULL) {
        lua_pushliteral(L, "expression");
        return 1;
    }
    struct as_buf text = {.max = AS_MAX_TEXT};
    as_expr_source(&text, expr, state->loading->schema);
    char shown[256];
    snprintf(shown, sizeof shown, "%s", as_buf_c(&text));
    as_buf_free(&text); /* before Lua may raise */
    lua_pushstring(L, shown);
    return 1;
}

/* Conditions as a list in one table, or one after the other: leaves them at first … top. */
static void spread(lua_State *L, int first, const char *word)
{
    if (lua_gettop(L) == first && lua_istable(L, first)) {
        lua_Integer n = (lua_Integer)lua_rawlen(L, first);
        if (n > AS_MAX_RULES)
            as_raise_rule(L, (struct as_position){0}, NULL, "%s takes at most %d conditions", word,
                          AS_MAX_RULES);
        luaL_checkstack(L, (int)n + 8, word);
        for (lua_Integer i = 1; i <= n; i++)
            lua_rawgeti(L, first, i);
        lua_remove(L, first);
    }
    if (lua_gettop(L) < first)
        as_raise_rule(L, (struct as_position){0}, NULL, "%s needs at least one condition", word);
}

static int combine_all(lua_State *L, const char *name, const char *word)
{
    struct as_loading *loading = as_loading_of(L);
    spread(L, 1, word);
    for (int i = 1; i <= lua_gettop(L); i++)
        make_operand(L, loading, i, 1, word);
    if (lua_gettop(L) == 1)
        return 1;
    return call_operator(L, loading, name, 1);
}

int as_node_all_of(lua_State *L)
{
    return combine_all(L, "and", "all_of");
}

int as_node_any_of(lua_State *L)
{
    return combine_all(L, "or", "any_of");
}

int as_node_first_known(lua_State *L)
{
    return combine_all(L, "first_known", "first_known");
}

int as_node_at_least(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    if (!lua_isinteger(L, 1))
        as_raise_rule(L, (struct as_position){0}, "write at_least(2, a, b, c)",
                      "at_least needs a whole number first");
    spread(L, 2, "at_least");
    for (int i = 2; i <= lua_gettop(L); i++)
        make_operand(L, loading, i, 2, "at_least");
    lua_pushvalue(L, 2);
    lua_insert(L, 1); /* the receiver is the first condition: first, number, first, others */
    lua_remove(L, 3);
    return call_operator(L, loading, "at_least_of", 1);
}

int as_node_level(lua_State *L)
{
    as_loading_of(L);
    const struct as_expr *expr = as_node_test(L, 1);
    if (expr != NULL)
        lua_pushstring(L, as_level_name(expr->level));
    else
        lua_pushnil(L);
    return 1;
}

void as_node_open(lua_State *L)
{
    static const luaL_Reg working[] = {
        {"__index", node_index}, {"__band", node_and},          {"__bor", node_or},
        {"__bnot", node_not},    {"__tostring", node_tostring}, {NULL, NULL},
    };
    static const struct {
        const char *event, *sign, *advice;
    } refused[] = {
        {"__eq", "==", "write :is(…) instead of =="},
        {"__lt", "< or >", "write :less_than(40) or :more_than(40) instead of < or >"},
        {"__le", "<= or >=", "write :at_least(40) instead of >= 40, :at_most(40) instead of <= 40"},
        {"__concat", "..", "conditions are joined by & and |"},
        {"__len", "#", "write :count() for events, :size() for the group"},
        {"__call", "a call", "write a method with a colon, as in lead.title:known()"},
        {"__newindex", "assignment", "facts come from the database; rules only read them"},
        {"__add", "+", "give each rule its own points; scores add them"},
        {"__sub", "-", "give each rule its own points; scores add them"},
        {"__mul", "*", "weights are points of rules"},
        {"__div", "/", "weights are points of rules"},
        {"__idiv", "//", "weights are points of rules"},
        {"__mod", "%", "compute it in a function: points = function(lead) … end"},
        {"__pow", "^", "compute it in a function: points = function(lead) … end"},
        {"__unm", "-", "write ~ for not; give a rule negative points to subtract"},
        {"__bxor", "~ between two conditions", "write (a & ~b) | (~a & b)"},
        {"__shl", "<<", "write :less_than(…)"},
        {"__shr", ">>", "write :more_than(…)"},
    };
    if (luaL_newmetatable(L, NODE_TYPE)) {
        luaL_setfuncs(L, working, 0);
        for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
            lua_pushstring(L, refused[i].sign);
            lua_pushstring(L, refused[i].advice);
            lua_pushcclosure(L, refuse, 2);
            lua_setfield(L, -2, refused[i].event);
        }
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}
