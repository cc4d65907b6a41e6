/* Fact names: the values behind `q.lead`, `q.account`, `q.event` and `q.answer`. Reading a name of theirs
 * makes a leaf of the rule tree; which names exist is the schema's business. */
#include "bind/language/fact_names.h"

#include "bind/language/node.h"
#include "bind/sandbox/raise.h"
#include "score/tree/operator.h"

#include <lauxlib.h>
#include <string.h>

static const char FACTS_TYPE[] = "assay.facts";

static const char *const words[] = {"lead", "account", "event", "answer", "account.event"};

void as_fact_names_push(lua_State *L, enum as_facts which)
{
    enum as_facts *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = which;
    luaL_setmetatable(L, FACTS_TYPE);
}

bool as_fact_names_reserved(const char *name)
{
    static const char *const reserved[] = {"account", "answer", "event", "events", "group", "segment"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(reserved[i], name) == 0)
            return true;
    /* One step through a reference is a field, unless a method of references has its name. */
    return as_operator_find(AS_SHAPE_REFERENCE, as_str_of(name)) != NULL;
}

static int facts_index(lua_State *L)
{
    if (as_state_of(L)->loading == NULL)
        as_raise_rule(L, (struct as_position){0},
                      "read the lead that the function is given: function(l) … l.title … end",
                      "the facts of rules can be read only while the pack loads, not while it decides");
    struct as_loading *loading = as_loading_of(L);
    enum as_facts which = *(enum as_facts *)luaL_checkudata(L, 1, FACTS_TYPE);
    if (lua_type(L, 2) != LUA_TSTRING)
        as_raise_rule(L, (struct as_position){0}, NULL, "%s has names, no numbers", words[which]);
    struct as_str name = {0};
    name.p = lua_tolstring(L, 2, &name.n);
    struct as_rules *rules = &loading->pack->rules;
    struct as_position here = as_loading_here(L, loading);
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *expr = NULL;
    enum as_status status = AS_OK;
    switch (which) {
    case AS_FACTS_LEAD:
        status = as_expr_field(&expr, rules, AS_LEVEL_LEAD, name, here, &error);
        break;
    case AS_FACTS_ACCOUNT:
        if (as_str_is(name, "event")) {
            as_fact_names_push(L, AS_FACTS_ACCOUNT_EVENT);
            return 1;
        }
        if (as_str_is(name, "group"))
            status = as_expr_group(&expr, rules, here, &error);
        else if (as_str_is(name, "segment"))
            status = as_expr_segment(&expr, rules, here, &error);
        else
            status = as_expr_field(&expr, rules, AS_LEVEL_ACCOUNT, name, here, &error);
        break;
    case AS_FACTS_EVENT:
        status = as_expr_events(&expr, rules, AS_LEVEL_LEAD, name, here, &error);
        break;
    case AS_FACTS_ACCOUNT_EVENT:
        status = as_expr_events(&expr, rules, AS_LEVEL_ACCOUNT, name, here, &error);
        break;
    case AS_FACTS_ANSWER:
        status = as_expr_answer(&expr, rules, name, here, &error);
        break;
    }
    if (status != AS_OK)
        as_raise(L, &error);
    as_node_push(L, expr);
    return 1;
}

static int facts_newindex(lua_State *L)
{
    as_raise_rule(L, (struct as_position){0}, "facts come from the database; rules only read them",
                  "%s cannot be assigned to", words[*(enum as_facts *)luaL_checkudata(L, 1, FACTS_TYPE)]);
}

static int facts_tostring(lua_State *L)
{
    lua_pushstring(L, words[*(enum as_facts *)luaL_checkudata(L, 1, FACTS_TYPE)]);
    return 1;
}

void as_fact_names_open(lua_State *L)
{
    static const luaL_Reg methods[] = {
        {"__index", facts_index},
        {"__newindex", facts_newindex},
        {"__tostring", facts_tostring},
        {NULL, NULL},
    };
    if (luaL_newmetatable(L, FACTS_TYPE)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}
