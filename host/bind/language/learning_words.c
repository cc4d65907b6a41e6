/* The word of learning: which customers are told apart, and by which facts. What is learnt of them is
 * host/run/learn's. */
#include "bind/language/declare.h"
#include "bind/language/node.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

/* Below this, nearly every interval reaches from one end to the other; what most textbooks ask of a bin. */
#define AT_LEAST 30

static const struct as_form_option contrast_options[] = {
    {"best", AS_TAKES_CONDITION, true, "Who is one of the best; learning.best_customer { … } makes it."},
    {"worst", AS_TAKES_CONDITION, false,
     "Who is more trouble than it is worth; when left out, who is known not to be one of the best."},
    {"from", AS_TAKES_TABLE, true, "The characteristics: facts, or conditions on them."},
    {"level", AS_TAKES_TEXT, false, "\"account\", or \"lead\"; \"account\" when left out."},
    {"since", AS_TAKES_FACT, false,
     "The date on which it became a customer: what was recorded later is not learnt from, and the model is "
     "tried on those who came last."},
    {"at_least", AS_TAKES_INTEGER, false,
     "How many customers a value must have before it counts; 30 when left out."},
    {NULL, 0, false, NULL},
};
const struct as_form as_form_contrast = {
    "contrast", NULL, "Two classes of customers that `assay learn` tells apart by what is known of them.",
    "learning.contrast \"best customers\" { best = account.employees:at_least(500), from = { "
    "account.industry } }",
    contrast_options};

/* What a customer did or scored is no characteristic of it: it has seen the outcome. */
static const char *cannot_learn(const struct as_expr *expr)
{
    if (as_expr_contains(expr, AS_EXPR_EVENTS))
        return "events, which go on after the outcome";
    if (as_expr_contains(expr, AS_EXPR_SCORE) || as_expr_contains(expr, AS_EXPR_FUNCTION))
        return "scores or functions, whose parts nobody could read";
    if (as_expr_contains(expr, AS_EXPR_GROUP) || as_expr_contains(expr, AS_EXPR_SEGMENT))
        return "the buying group or the segment, which is as of today";
    return NULL;
}

static bool is_plain(const struct as_expr *expr)
{
    const unsigned shapes = AS_SHAPE_BOOLEAN | AS_SHAPE_INTEGER | AS_SHAPE_NUMBER | AS_SHAPE_MONEY |
                            AS_SHAPE_TEXT | AS_SHAPE_CHOICE | AS_SHAPE_USER;
    return (expr->shape & shapes) != 0 &&
           ((expr->shape & AS_SHAPE_BOOLEAN) != 0 || expr->kind == AS_EXPR_ANSWER ||
            (expr->kind == AS_EXPR_FIELD && expr->via == AS_NO_INDEX));
}

static void read_from(const struct as_options *o, struct as_contrast *made)
{
    lua_State *L = o->L;
    as_option_push(o, "from");
    lua_Integer n = (lua_Integer)lua_rawlen(L, -1);
    if (n == 0 || n > AS_MAX_TRAITS)
        as_option_refuse(o, "from", "write from = { account.industry, account.employees }",
                         n == 0 ? "names no fact" : "names more than %d facts", AS_MAX_TRAITS);
    for (lua_Integer i = 1; i <= n; i++) {
        lua_rawgeti(L, -1, i);
        const struct as_expr *expr = as_node_value(L, o->loading, -1, as_option_what(o, "from"));
        const char *why = cannot_learn(expr);
        if (why != NULL)
            as_option_refuse(o, "from", "name facts that were there before", "has an item %d that reads %s",
                             (int)i, why);
        if (!is_plain(expr))
            as_option_refuse(o, "from", "write a condition on it: account.founded:before \"2000-01-01\"",
                             "has an item %d that is neither a number, a text, a choice nor a condition",
                             (int)i);
        if (made->level == AS_LEVEL_ACCOUNT && expr->level == AS_LEVEL_LEAD)
            as_option_refuse(o, "from", "write level = \"lead\"",
                             "has an item %d of a person, and customers are accounts", (int)i);
        as_loading_push(L, o->loading, &made->from, expr);
        lua_pop(L, 1);
    }
    lua_pop(L, 1);
}

static uint32_t read_since(const struct as_options *o, const struct as_contrast *made)
{
    const struct as_expr *since = as_option_fact(o, "since");
    if (since == NULL)
        return AS_NO_INDEX;
    if (since->kind != AS_EXPR_FIELD || since->via != AS_NO_INDEX || (since->shape & AS_SHAPE_DATE) == 0 ||
        since->level != made->level)
        as_option_refuse(o, "since", "write since = account.customer_since",
                         "must be a date of the %s itself", as_level_name(made->level));
    return since->field;
}

static int take_contrast(lua_State *L, struct as_loading *loading, struct as_opening *opening, int options)
{
    static const char *const levels[] = {"lead", "account", NULL};
    struct as_pack *pack = loading->pack;
    for (uint32_t i = 0; i < pack->contrasts.n; i++)
        if (strcmp(pack->contrasts.at[i]->name, opening->name) == 0)
            as_loading_twice(L, opening->position, "contrast", opening->name,
                             pack->contrasts.at[i]->position);
    struct as_options o;
    int64_t at_least = AT_LEAST;
    as_options_open(&o, L, loading, options, &as_form_contrast, opening->name, opening->position);
    struct as_contrast *made = as_loading_alloc(L, loading, sizeof *made);
    *made = (struct as_contrast){.name = opening->name, .position = opening->position};
    made->level = as_option_one_of(&o, "level", levels, 1) == 0 ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;
    made->best = as_option_condition(&o, "best", made->level);
    made->worst = as_option_condition(&o, "worst", made->level);
    made->since = read_since(&o, made);
    if (as_option_integer(&at_least, &o, "at_least") && at_least < 5)
        as_option_refuse(&o, "at_least", "write 30", "is below 5: of so few nothing can be said");
    made->at_least = (uint64_t)at_least;
    read_from(&o, made);
    as_loading_push(L, loading, &pack->contrasts, made);
    return 0;
}

static const struct as_declaration contrast_declaration = {"contrast", NULL, take_contrast};

int as_word_contrast(lua_State *L)
{
    as_opening_push(L, &contrast_declaration, NULL, 1);
    return 1;
}
