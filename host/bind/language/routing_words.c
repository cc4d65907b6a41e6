/* The words of routing: who gets a lead, and why. */
#include "bind/language/declare.h"
#include "bind/language/literal.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

struct share {
    enum as_route_to to;
    uint32_t n;
    struct as_route_target *targets;
};

static const struct as_declaration round_robin_declaration = {"round_robin", "route", NULL};
static const struct as_declaration weighted_declaration = {"weighted", "route", NULL};

int as_word_round_robin(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    const char *team = as_loading_name(L, loading, 1, "team");
    struct share *share = as_loading_alloc(L, loading, sizeof *share);
    *share = (struct share){AS_ROUTE_ROUND_ROBIN, 1, as_loading_alloc(L, loading, sizeof *share->targets)};
    share->targets[0] = (struct as_route_target){team, 1};
    as_opening_value(L, &round_robin_declaration, team, share);
    return 1;
}

int as_word_weighted(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_position here = as_loading_here(L, loading);
    if (!lua_istable(L, 1))
        as_raise_rule(L, here, "write r.weighted { [\"inside-a\"] = 2, [\"inside-b\"] = 1 }",
                      "weighted needs a table of names");
    uint32_t n;
    const char **names = as_literal_keys(&n, L, loading, 1, "weighted");
    if (n == 0)
        as_raise_rule(L, here, "write r.weighted { [\"inside-a\"] = 2 }", "weighted names nobody");
    struct share *share = as_loading_alloc(L, loading, sizeof *share);
    *share = (struct share){AS_ROUTE_WEIGHTED, n, as_loading_alloc(L, loading, n * sizeof *share->targets)};
    for (uint32_t i = 0; i < n; i++) {
        lua_getfield(L, 1, names[i]);
        if (!lua_isinteger(L, -1) || lua_tointeger(L, -1) < 1 || lua_tointeger(L, -1) > 1000000)
            as_raise_rule(L, here, "write whole numbers from 1 on", "the weight of \"%s\" is no whole number",
                          names[i]);
        share->targets[i] = (struct as_route_target){names[i], (uint32_t)lua_tointeger(L, -1)};
        lua_pop(L, 1);
    }
    as_opening_value(L, &weighted_declaration, "by weights", share);
    return 1;
}

static const struct as_form_option route_options[] = {
    {"order", AS_TAKES_INTEGER, true, "Routes are asked in this order; the first that holds decides."},
    {"when", AS_TAKES_CONDITION, false, "For which leads; all of them when left out."},
    {"to", AS_TAKES_TEXT | AS_TAKES_FACT | AS_TAKES_WORD, true,
     "A user, a fact that names one, r.round_robin \"team\" or r.weighted { … }."},
    {"at_most", AS_TAKES_RATE, false, "How many leads each receiver gets: \"40 per 1d\"."},
    {"skip_absent", AS_TAKES_BOOLEAN, false, "Whoever is away gets none."},
    {"nurture", AS_TAKES_BOOLEAN, false, "false: the owner alone cares for the lead; it leaves nurturing."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_route = {
    "route", NULL, "Who gets a lead.",
    "r.route \"partner lead\" { order = 0, when = lead.source:is \"partner\", to = "
    "lead.partner_manager }",
    route_options};

static void read_to(const struct as_options *o, struct as_route *route)
{
    lua_State *L = o->L;
    as_option_push(o, "to");
    struct as_opening *made = as_opening_test(L, -1, &round_robin_declaration);
    if (made == NULL)
        made = as_opening_test(L, -1, &weighted_declaration);
    if (made != NULL) {
        const struct share *share = made->made;
        made->placed = true;
        route->to = share->to;
        for (uint32_t i = 0; i < share->n; i++)
            as_loading_push(L, o->loading, &route->targets, share->targets[i]);
    } else if (as_node_test(L, -1) != NULL) {
        route->to = AS_ROUTE_EXPR;
        route->to_expr = as_node_value(L, o->loading, -1, as_option_what(o, "to"));
        if ((route->to_expr->shape & AS_SHAPE_USER) == 0)
            as_option_refuse(o, "to", "write lead.owner or account.owner", "must be a fact of type user");
    } else if (lua_type(L, -1) == LUA_TSTRING) {
        struct as_route_target target = {as_loading_name(L, o->loading, -1, "user"), 1};
        route->to = AS_ROUTE_USER;
        as_loading_push(L, o->loading, &route->targets, target);
    } else {
        as_option_refuse(o, "to", "write a user, a fact, r.round_robin or r.weighted", "names nobody");
    }
    lua_pop(L, 1);
}

static int take_route(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->routes.n; i++)
        if (strcmp(pack->routes.at[i].name, opening->name) == 0)
            as_loading_twice(L, opening->position, "route", opening->name, pack->routes.at[i].position);
    struct as_options o;
    as_options_open(&o, L, loading, options, &as_form_route, opening->name, opening->position);
    struct as_route made = {.name = opening->name, .position = opening->position};
    as_option_integer(&made.order, &o, "order");
    made.when = as_option_condition(&o, "when", AS_LEVEL_LEAD);
    read_to(&o, &made);
    if (as_option_rate(&made.at_most, &o, "at_most") && made.at_most.span.unit != AS_SPAN_SECONDS)
        as_option_refuse(&o, "at_most", "write \"40 per 1d\"", "counts all hours, not business hours");
    made.skip_absent = as_option_flag(&o, "skip_absent", false);
    made.nurture = as_option_flag(&o, "nurture", true);
    as_loading_push(L, loading, &pack->routes, made);
    for (uint32_t i = pack->routes.n - 1; i > 0 && pack->routes.at[i - 1].order > made.order; i--) {
        pack->routes.at[i] = pack->routes.at[i - 1];
        pack->routes.at[i - 1] = made;
    }
    return 0;
}

static const struct as_declaration route_declaration = {"route", NULL, take_route};

int as_word_route(lua_State *L)
{
    as_opening_push(L, &route_declaration, NULL, 1);
    return 1;
}
