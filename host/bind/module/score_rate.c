/* assay.score, rates and money: how sure a rate is, how long to wait, what delay costs. Formulas are
 * host/score's. */
#include "bind/module/argument.h"
#include "bind/module/score_module.h"

#include "score/statistics/interval.h"
#include "score/statistics/value.h"

/* Counts beyond this are no counts of leads; the arithmetic stays exact in a double. */
enum { MOST_COUNT = 2000000000 };
/* What a chart of waiting shows: a year of months. */
enum { DELAY_UNITS = 12 };

static double share_argument(lua_State *L, int index, double otherwise)
{
    double share = as_argument_number_or(L, index, otherwise);
    if (!(share > 0 && share < 1))
        as_argument_refuse(L, index, "a share between 0 and 1");
    return share;
}

static int call_wilson(lua_State *L)
{
    int64_t hits = as_argument_integer(L, 1, 0, MOST_COUNT), n = as_argument_integer(L, 2, 0, MOST_COUNT);
    double confidence = share_argument(L, 3, 0.95), low = 0, high = 0;
    if (hits > n)
        luaL_error(L, "wilson: argument 'hits' (%I) is above argument 'n' (%I)", (lua_Integer)hits,
                   (lua_Integer)n);
    if (!as_wilson(&low, &high, (uint64_t)hits, (uint64_t)n, confidence))
        return as_argument_fail(L, "nothing was tried yet");
    lua_pushnumber(L, low);
    lua_pushnumber(L, high);
    return 2;
}

static int call_patience(lua_State *L)
{
    uint64_t leads = 0;
    as_patience_zero(&leads, share_argument(L, 1, 0), share_argument(L, 2, 0.95));
    lua_pushinteger(L, (lua_Integer)leads);
    return 1;
}

static int call_leads_an_arm(lua_State *L)
{
    uint64_t leads = 0;
    double p1 = share_argument(L, 1, 0), p2 = share_argument(L, 2, 0);
    if (!as_patience_arms(&leads, p1, p2, share_argument(L, 3, 0.05), share_argument(L, 4, 0.8)))
        return as_argument_fail(L, "two equal rates cannot be told apart");
    lua_pushinteger(L, (lua_Integer)leads);
    return 1;
}

static int call_sequential(lua_State *L)
{
    int64_t hits = as_argument_integer(L, 1, 0, MOST_COUNT), n = as_argument_integer(L, 2, 0, MOST_COUNT);
    enum as_sequential verdict;
    double ratio = 0;
    if (hits > n)
        luaL_error(L, "sequential: argument 'hits' (%I) is above argument 'n' (%I)", (lua_Integer)hits,
                   (lua_Integer)n);
    if (!as_sequential_of(&verdict, &ratio, (uint64_t)hits, (uint64_t)n, share_argument(L, 3, 0),
                          share_argument(L, 4, 0), share_argument(L, 5, 0.05), share_argument(L, 6, 0.2)))
        return as_argument_fail(L, "these rates and errors make no test");
    lua_pushstring(L, as_sequential_name(verdict));
    lua_pushnumber(L, ratio);
    return 2;
}

static int call_win_ratio(lua_State *L)
{
    int64_t won = as_argument_integer(L, 1, 0, MOST_COUNT), lost = as_argument_integer(L, 2, 0, MOST_COUNT);
    double out = 0;
    if (!as_win_ratio(&out, (uint64_t)won, (uint64_t)lost))
        return as_argument_fail(L, "nothing was closed yet");
    lua_pushnumber(L, out);
    return 1;
}

static int call_failure_rate(lua_State *L)
{
    int64_t won = as_argument_integer(L, 1, 0, MOST_COUNT), leads = as_argument_integer(L, 2, 0, MOST_COUNT);
    double out = 0;
    if (won > leads)
        luaL_error(L, "failure_rate: argument 'won' (%I) is above argument 'leads' (%I)", (lua_Integer)won,
                   (lua_Integer)leads);
    if (!as_failure_rate(&out, (uint64_t)won, (uint64_t)leads))
        return as_argument_fail(L, "there were no leads yet");
    lua_pushnumber(L, out);
    return 1;
}

static int call_velocity(lua_State *L)
{
    double out = 0;
    as_velocity(&out, as_argument_number(L, 1), as_argument_number(L, 2), as_argument_number(L, 3),
                as_argument_positive(L, 4));
    lua_pushnumber(L, out);
    return 1;
}

static int call_cost_of_delay(lua_State *L)
{
    struct as_delay delay;
    double months = as_argument_number_or(L, 3, 0),
           horizon = lua_isnoneornil(L, 4) ? 12 : as_argument_positive(L, 4);
    if (months < 0)
        as_argument_refuse(L, 3, "0 months or more");
    as_delay_of(&delay, as_argument_number(L, 1), as_argument_number(L, 2), horizon, months);
    double series[DELAY_UNITS];
    enum as_unit unit = as_delay_unit(delay.per_month * 12);
    as_delay_series(series, DELAY_UNITS, &delay, unit);
    lua_pushnumber(L, delay.per_month);
    lua_createtable(L, 0, 6);
    lua_pushstring(L, as_unit_name(unit));
    lua_setfield(L, -2, "unit");
    lua_createtable(L, DELAY_UNITS, 0);
    for (int i = 0; i < DELAY_UNITS; i++) {
        lua_pushnumber(L, series[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "cumulative");
    const struct {
        const char *name;
        double value;
    } parts[] = {{"benefit_per_month", delay.benefit_per_month},
                 {"cost_per_month", delay.cost_per_month},
                 {"benefit_divisor", delay.benefit_divisor},
                 {"cost_divisor", delay.cost_divisor}};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        lua_pushnumber(L, parts[i].value);
        lua_setfield(L, -2, parts[i].name);
    }
    return 2;
}

static int call_roi(lua_State *L)
{
    double percent = 0;
    if (!as_roi(&percent, as_argument_number(L, 1), as_argument_number(L, 2)))
        return as_argument_fail(L, "without a cost there is no return on it");
    lua_pushnumber(L, percent);
    return 1;
}

/* Array argument `flows` as numbers in Lua's memory. */
static const double *flows_argument(lua_State *L, int index, size_t *n)
{
    *n = (size_t)as_argument_array(L, index);
    double *flows = lua_newuserdatauv(L, (*n + 1) * sizeof *flows, 0);
    for (size_t i = 0; i < *n; i++)
        flows[i] = as_argument_item_number(L, index, (lua_Integer)i + 1);
    return flows;
}

static int call_payback(lua_State *L)
{
    size_t n = 0;
    const double *flows = flows_argument(L, 1, &n);
    double periods = 0;
    if (!as_payback(&periods, flows, n))
        return as_argument_fail(L, "it is never paid back");
    lua_pushnumber(L, periods);
    return 1;
}

static int call_npv(lua_State *L)
{
    double rate = as_argument_number(L, 2), out = 0;
    if (rate <= -1)
        as_argument_refuse(L, 2, "a rate above -1");
    size_t n = 0;
    const double *flows = flows_argument(L, 1, &n);
    as_npv(&out, flows, n, rate);
    lua_pushnumber(L, out);
    return 1;
}

static int call_irr(lua_State *L)
{
    size_t n = 0, count = 0;
    const double *flows = flows_argument(L, 1, &n);
    double roots[AS_IRR_ROOTS];
    switch (as_irr_of(roots, &count, flows, n)) {
    case AS_IRR_ONE:
        lua_pushnumber(L, roots[0]);
        return 1;
    case AS_IRR_NONE:
        return as_argument_fail(L, "no rate makes the present value 0");
    case AS_IRR_SEVERAL:
        break;
    }
    return as_argument_fail(L,
                            "several rates make the present value 0: the flows change sign more than once");
}

static const struct as_module_function rows[] = {
    {.name = "wilson",
     .call = call_wilson,
     .text = "The Wilson score interval of a rate: where the true rate lies, given so many hits.",
     .arguments = {{"hits", "integer", "how often it happened", false},
                   {"n", "integer", "how often it was tried", false},
                   {"confidence", "number", "0.95 when left out", true}},
     .returns = "number?, number|string",
     .returns_text = "low and high, 0 to 1; or nil and why",
     .example = "(\"%.5f %.5f\"):format(score.wilson(5, 100))",
     .result = "\"0.02154 0.11175\""},
    {.name = "patience",
     .call = call_patience,
     .text = "How many leads without one conversion refute a conversion rate; fewer prove nothing.",
     .arguments = {{"rate", "number", "the rate that was expected, 0 to 1", false},
                   {"confidence", "number", "0.95 when left out", true}},
     .returns = "integer",
     .returns_text = "leads",
     .example = "score.patience(0.02)",
     .result = "149"},
    {.name = "leads_an_arm",
     .call = call_leads_an_arm,
     .text = "How many leads each of two variants needs before their rates can be told apart (two-sided).",
     .arguments = {{"rate", "number", "of the first, 0 to 1", false},
                   {"other", "number", "of the second, 0 to 1", false},
                   {"alpha", "number", "chance of a false alarm, 0.05 when left out", true},
                   {"power", "number", "chance to see a real difference, 0.8 when left out", true}},
     .returns = "integer?, string?",
     .returns_text = "leads an arm; or nil and why",
     .example = "score.leads_an_arm(0.02, 0.03)",
     .result = "3826"},
    {.name = "sequential",
     .call = call_sequential,
     .text = "Wald's sequential test: whether hits out of n already show that a rule works (rate p1) or does "
             "not (rate p0).",
     .arguments = {{"hits", "integer", "conversions", false},
                   {"n", "integer", "leads", false},
                   {"p0", "number", "the rate without effect", false},
                   {"p1", "number", "the rate hoped for", false},
                   {"alpha", "number", "0.05 when left out", true},
                   {"beta", "number", "0.2 when left out", true}},
     .returns = "string?, number|string",
     .returns_text = "\"works\", \"fails\" or \"insufficient\", and the log likelihood ratio; or nil and why",
     .example = "(score.sequential(0, 20, 0.02, 0.05))",
     .result = "\"insufficient\""},
    {.name = "win_ratio",
     .call = call_win_ratio,
     .text = "Won of all that were closed: won / (won + lost), the usual one of the two readings.",
     .arguments = {{"won", "integer", "deals won", false}, {"lost", "integer", "deals lost", false}},
     .returns = "number?, string?",
     .returns_text = "0 to 1; or nil and why",
     .example = "score.win_ratio(1, 3)",
     .result = "0.25"},
    {.name = "failure_rate",
     .call = call_failure_rate,
     .text =
         "The share of leads that were never won: what to expect of a lead before anything is known of it.",
     .arguments = {{"won", "integer", "leads that became a won deal", false},
                   {"leads", "integer", "all leads", false}},
     .returns = "number?, string?",
     .returns_text = "0 to 1; or nil and why",
     .example = "score.failure_rate(5, 100)",
     .result = "0.95"},
    {.name = "velocity",
     .call = call_velocity,
     .text = "Pipeline velocity: opportunities * win rate * deal size / cycle length.",
     .arguments = {{"opportunities", "number", "open ones", false},
                   {"win_rate", "number", "0 to 1", false},
                   {"deal_size", "number", "money", false},
                   {"cycle", "number", "days, above 0", false}},
     .returns = "number",
     .returns_text = "money per day",
     .example = "score.velocity(20, 0.25, 12000, 60)",
     .result = "1000"},
    {.name = "cost_of_delay",
     .call = call_cost_of_delay,
     .text =
         "What one month of waiting costs: benefits / (horizon + months) - costs / horizon. The divisors "
         "differ on purpose, and both come back for printing; so does what 1 to 12 units of waiting cost, in "
         "the unit that suits its size: months, weeks from a million a year, days from ten million.",
     .arguments = {{"benefits", "number", "money over the horizon", false},
                   {"costs", "number", "money over the horizon", false},
                   {"months", "number", "to implement; 0 when left out", true},
                   {"horizon", "number", "months; 12 when left out", true}},
     .returns = "number, table",
     .returns_text =
         "money per month, and {benefit_per_month, cost_per_month, benefit_divisor, cost_divisor, unit, "
         "cumulative}",
     .example = "(\"%.2f\"):format((score.cost_of_delay(113195, 75000, 1)))",
     .result = "\"2457.31\""},
    {.name = "roi",
     .call = call_roi,
     .text = "Return on investment: (benefits - costs) / costs * 100.",
     .arguments = {{"benefits", "number", "money", false}, {"costs", "number", "money, above 0", false}},
     .returns = "number?, string?",
     .returns_text = "percent; or nil and why",
     .example = "score.roi(150, 100)",
     .result = "50"},
    {.name = "payback",
     .call = call_payback,
     .text = "Periods until the running sum of flows reaches 0, straight within a period.",
     .arguments = {{"flows", "number[]", "money by period, the first is today's", false}},
     .returns = "number?, string?",
     .returns_text = "periods; or nil and why",
     .example = "score.payback({-100, 40, 40, 40})",
     .result = "2.5"},
    {.name = "npv",
     .call = call_npv,
     .text = "Net present value: the sum of flow t / (1 + rate)^t.",
     .arguments = {{"flows", "number[]", "money by period, the first is today's", false},
                   {"rate", "number", "per period, 0.1 for 10 %", false}},
     .returns = "number",
     .returns_text = "money of today",
     .example = "(\"%.6f\"):format(score.npv({-100, 121}, 0.1))",
     .result = "\"10.000000\""},
    {.name = "irr",
     .call = call_irr,
     .text = "The rate at which the net present value is 0; nil and a message when there is none or several.",
     .arguments = {{"flows", "number[]", "money by period, the first is today's", false}},
     .returns = "number?, string?",
     .returns_text = "per period; or nil and why",
     .example = "(\"%.6f\"):format(score.irr({-110, 121}))",
     .result = "\"0.100000\""},
};
const struct as_module_part as_score_rate_part = {rows, sizeof rows / sizeof rows[0]};
