/* assay.score, odds: shares as log odds, scorecards, and what frequencies of won and lost say of one record.
 * Formulas are host/score's; gathering the counts is the script's affair. */
#include "bind/module/argument.h"
#include "bind/module/score_module.h"
#include "bind/sandbox/frozen.h"

#include "score/statistics/odds.h"

#include <math.h>
#include <string.h>

static void sigmoid_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    (void)context;
    lua_pushnumber(L, as_sigmoid(as_argument_each_number(L, index, value, item)));
}

static int call_sigmoid(lua_State *L)
{
    return as_argument_each(L, 1, sigmoid_one, NULL);
}

static int call_log_odds(lua_State *L)
{
    double out = 0, p = as_argument_number(L, 1);
    if (p < 0 || p > 1)
        as_argument_refuse(L, 1, "a share from 0 to 1");
    if (!as_log_odds(&out, p))
        return as_argument_fail(L, "certainty has no finite odds");
    lua_pushnumber(L, out);
    return 1;
}

static int call_scorecard(lua_State *L)
{
    struct as_scorecard card;
    double out = 0, odds = as_argument_positive(L, 1);
    as_scorecard_of(&card, as_argument_positive(L, 2), as_argument_number(L, 3), as_argument_positive(L, 4));
    as_scorecard_score(&out, &card, odds);
    lua_pushnumber(L, out);
    return 1;
}

static int call_weight_of_evidence(lua_State *L)
{
    size_t n = (size_t)as_argument_array(L, 1);
    if ((size_t)as_argument_array(L, 2) != n)
        luaL_error(L, "weight_of_evidence: arguments 'good' and 'bad' must be of one length");
    double *good = lua_newuserdatauv(L, 3 * (n + 1) * sizeof *good, 0);
    double *bad = good + n, *woe = bad + n;
    for (size_t i = 0; i < n; i++) {
        good[i] = as_argument_item_number(L, 1, (lua_Integer)i + 1);
        bad[i] = as_argument_item_number(L, 2, (lua_Integer)i + 1);
    }
    double information = 0;
    bool smoothed = false;
    if (!as_weight_of_evidence(woe, &information, &smoothed, good, bad, n))
        return as_argument_fail(L, "counts must not be negative, and both good and bad must occur");
    lua_createtable(L, (int)n, 0);
    for (size_t i = 0; i < n; i++) {
        lua_pushnumber(L, woe[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushnumber(L, information);
    lua_pushboolean(L, smoothed);
    return 3;
}

/* --- naive Bayes --- */

enum { CELLS = 3 }; /* the argument */

/* Item i of `cells`. */
static struct as_bayes_cell cell_of(lua_State *L, lua_Integer i)
{
    static const char *const names[] = {"won", "lost", "field_won", "field_lost", "tag"};
    enum { COUNTS = 4, TAG = COUNTS, NAMES };
    double count[COUNTS] = {-1, -1, -1, -1};
    bool tag = false;
    lua_rawgeti(L, CELLS, i);
    const int item = lua_gettop(L);
    if (!lua_istable(L, item))
        as_argument_refuse_item(L, CELLS, item, i, "a table of counts");
    if (as_frozen_push(L, item))
        lua_replace(L, item);
    for (lua_pushnil(L); lua_next(L, item); lua_pop(L, 1)) {
        size_t which = 0;
        const char *name = lua_type(L, -2) == LUA_TSTRING ? lua_tostring(L, -2) : "?";
        while (which < NAMES && strcmp(name, names[which]) != 0)
            which++;
        if (which == NAMES)
            luaL_error(L,
                       "naive_bayes: item %I of argument 'cells' has \"%s\", which is none of won, lost, "
                       "field_won, field_lost, tag",
                       i, name);
        if (which == TAG)
            tag = lua_toboolean(L, -1);
        else if (lua_type(L, -1) == LUA_TNUMBER)
            count[which] = lua_tonumber(L, -1);
    }
    for (size_t c = 0; c < COUNTS; c++)
        if (!(count[c] >= 0 && isfinite(count[c])))
            luaL_error(L, "naive_bayes: item %I of argument 'cells' must have '%s', a number of 0 or more", i,
                       names[c]);
    lua_pop(L, 1);
    return (struct as_bayes_cell){count[0], count[1], count[2], count[3], tag};
}

static int call_naive_bayes(lua_State *L)
{
    double won = as_argument_number(L, 1), lost = as_argument_number(L, 2);
    size_t n = (size_t)as_argument_array(L, CELLS);
    struct as_bayes_options options = AS_BAYES_DEFAULTS;
    if (!lua_isnoneornil(L, 4))
        options.smoothing = as_argument_positive(L, 4);
    options.least_tag = as_argument_number_or(L, 5, options.least_tag);
    struct as_bayes_cell *cells = lua_newuserdatauv(L, (n + 1) * sizeof *cells, 0);
    double *term = lua_newuserdatauv(L, (n + 1) * sizeof *term, 0);
    for (size_t i = 0; i < n; i++)
        cells[i] = cell_of(L, (lua_Integer)i + 1);
    struct as_bayes_score score;
    if (!as_bayes_of(&score, term, won, lost, cells, n, &options))
        return as_argument_fail(L,
                                "of the whole and of every field something must be won and something lost");
    lua_pushnumber(L, score.probability);
    lua_createtable(L, (int)n, 2);
    for (size_t i = 0; i < n; i++) {
        lua_pushnumber(L, term[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_pushnumber(L, score.prior);
    lua_setfield(L, -2, "prior");
    lua_pushnumber(L, score.log_odds);
    lua_setfield(L, -2, "log_odds");
    return 2;
}

static const struct as_module_function rows[] = {
    {.name = "sigmoid",
     .call = call_sigmoid,
     .text = "1 / (1 + e^-x): log odds as a share.",
     .arguments = {{"value", "number|number[]", "one, or an array of them", false}},
     .each = 1,
     .returns = "number|number[]",
     .returns_text = "0 to 1",
     .example = "score.sigmoid(0)",
     .result = "0.5"},
    {.name = "log_odds",
     .call = call_log_odds,
     .text = "ln(share / (1 - share)); nil and a message for 0 and 1, which have no finite odds.",
     .arguments = {{"share", "number", "0 to 1", false}},
     .returns = "number?, string?",
     .returns_text = "natural log odds; or nil and why",
     .example = "(\"%.6f\"):format(score.log_odds(0.75))",
     .result = "\"1.098612\""},
    {.name = "scorecard",
     .call = call_scorecard,
     .text = "Points of odds on a scorecard: base_score at base_odds, and `pdo` points more each time the "
             "odds double.",
     .arguments = {{"odds", "number", "good to bad, above 0", false},
                   {"pdo", "number", "points that double the odds", false},
                   {"base_score", "number", "points at base_odds", false},
                   {"base_odds", "number", "above 0", false}},
     .returns = "number",
     .returns_text = "points",
     .example = "(\"%.4f\"):format(score.scorecard(100, 20, 600, 50))",
     .result = "\"620.0000\""},
    {.name = "weight_of_evidence",
     .call = call_weight_of_evidence,
     .text = "ln((good / all good) / (bad / all bad)) of every bin, and the information value of the whole. "
             "A table with an empty cell gets 0.5 added to every cell, and the third result says so.",
     .arguments = {{"good", "number[]", "good outcomes by bin", false},
                   {"bad", "number[]", "bad outcomes by bin", false}},
     .returns = "number[]?, number|string, boolean?",
     .returns_text = "weights by bin, information value, whether it was smoothed; or nil and why",
     .example = "(\"%.6f\"):format(select(2, score.weight_of_evidence({100, 60, 20}, {20, 40, 60})))",
     .result = "\"1.053131\""},
    {.name = "naive_bayes",
     .call = call_naive_bayes,
     .text =
         "How likely a record is won, by how often what it has was won and lost before: a cell for each of "
         "its values, with the counts of the value and of all values of its field. Counts that are 0 become "
         "`smoothing`; a cell with `tag` counts from `least_tag` outcomes on.",
     .arguments = {{"won", "number", "of all records", false},
                   {"lost", "number", "of all records", false},
                   {"cells", "table[]", "{won, lost, field_won, field_lost, tag?} each", false},
                   {"smoothing", "number", "0.1 when left out", true},
                   {"least_tag", "number", "50 when left out", true}},
     .returns = "number?, table|string",
     .returns_text =
         "percent, 0.01 to 99.99, and {log_odds, prior, the log odds of each cell …}, which sum to "
         "log_odds; or nil and why",
     .example = "(score.naive_bayes(1.1, 2.1, {{won = 1.1, lost = 0.1, field_won = 1.3, field_lost = 2.3}}))",
     .result = "91.07"},
};
const struct as_module_part as_score_odds_part = {rows, sizeof rows / sizeof rows[0]};
