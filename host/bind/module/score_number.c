/* assay.score, numbers: scales, buckets, bands, percentile ranks and the weighted sum with its ledger.
 * The arithmetic is host/score's; which number a rule should use is the rule's affair. */
#include "bind/module/argument.h"
#include "bind/module/score_module.h"

#include "score/statistics/rank.h"
#include "score/statistics/scale.h"
#include "score/statistics/tally.h"

#include <stdlib.h>
#include <string.h>

/* --- scales --- */

struct range {
    double from_low, from_high, to_low, to_high;
};

static void clamp_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct range *range = context;
    lua_pushnumber(L,
                   as_clamp(as_argument_each_number(L, index, value, item), range->to_low, range->to_high));
}

static int call_clamp(lua_State *L)
{
    struct range range = {.to_low = as_argument_number(L, 2), .to_high = as_argument_number(L, 3)};
    if (range.to_low > range.to_high)
        luaL_error(L, "clamp: argument 'low' (%f) is above argument 'high' (%f)", range.to_low,
                   range.to_high);
    return as_argument_each(L, 1, clamp_one, &range);
}

static void scale_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct range *range = context;
    lua_pushnumber(L, as_scale(as_argument_each_number(L, index, value, item), range->from_low,
                               range->from_high, range->to_low, range->to_high));
}

static int call_scale(lua_State *L)
{
    struct range range = {as_argument_number(L, 2), as_argument_number(L, 3), as_argument_number_or(L, 4, 0),
                          as_argument_number_or(L, 5, 100)};
    if (range.from_low == range.from_high)
        luaL_error(L, "scale: arguments 'from_low' and 'from_high' must differ");
    return as_argument_each(L, 1, scale_one, &range);
}

static void saturate_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct range *range = context;
    lua_pushnumber(
        L, as_saturate(as_argument_each_number(L, index, value, item), range->from_high, range->to_high));
}

static int call_saturate(lua_State *L)
{
    struct range range = {.from_high = as_argument_positive(L, 2), .to_high = as_argument_number(L, 3)};
    return as_argument_each(L, 1, saturate_one, &range);
}

static int call_ratio(lua_State *L)
{
    double out = 0;
    if (!as_ratio(&out, as_argument_number(L, 1), as_argument_number(L, 2)))
        return as_argument_fail(L, "the divisor is 0");
    lua_pushnumber(L, out);
    return 1;
}

/* --- buckets and bands --- */

struct borders {
    const double *at;
    size_t n;
};

static void bucket_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct borders *borders = context;
    lua_pushinteger(
        L, (lua_Integer)as_bucket(as_argument_each_number(L, index, value, item), borders->at, borders->n));
}

static int call_bucket(lua_State *L)
{
    size_t n = (size_t)as_argument_array(L, 2);
    double *at = lua_newuserdatauv(L, (n + 1) * sizeof *at, 0);
    for (size_t i = 0; i < n; i++) {
        at[i] = as_argument_item_number(L, 2, (lua_Integer)i + 1);
        if (i > 0 && at[i] <= at[i - 1])
            luaL_error(L, "bucket: argument 'borders' must ascend, but item %d does not", (int)i + 1);
    }
    struct borders borders = {at, n};
    return as_argument_each(L, 1, bucket_one, &borders);
}

struct ladder {
    struct as_rung *rungs;
    size_t n;
    const char *lowest;
};

static int highest_first(const void *a, const void *b)
{
    const struct as_rung *x = a, *y = b;
    if (x->from != y->from)
        return x->from > y->from ? -1 : 1;
    return strcmp(x->label, y->label);
}

static void band_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct ladder *ladder = context;
    lua_pushstring(L, as_rung_of(as_argument_each_number(L, index, value, item), ladder->rungs, ladder->n,
                                 ladder->lowest));
}

static int call_band(lua_State *L)
{
    as_argument_table(L, 2);
    struct ladder ladder = {.lowest = as_argument_text(L, 3).p};
    size_t room = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1))
        room++;
    ladder.rungs = lua_newuserdatauv(L, (room + 1) * sizeof *ladder.rungs, 0);
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TNUMBER)
            luaL_error(L, "band: argument 'bands' must map labels to numbers, as in {A = 75, B = 50}");
        /* The label stays alive: it is a key of the argument. */
        ladder.rungs[ladder.n++] = (struct as_rung){lua_tostring(L, -2), lua_tonumber(L, -1)};
    }
    qsort(ladder.rungs, ladder.n, sizeof *ladder.rungs, highest_first);
    return as_argument_each(L, 1, band_one, &ladder);
}

static int call_thirds(lua_State *L)
{
    lua_pushstring(L, as_thirds_grade(as_argument_integer(L, 1, -1000, 1000)));
    return 1;
}

/* --- ranks --- */

struct sample {
    const double *values;
    size_t n;
};

static void rank_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct sample *sample = context;
    double out = 0;
    as_percentile_rank(&out, as_argument_each_number(L, index, value, item), sample->values, sample->n);
    lua_pushnumber(L, out);
}

static int call_percentile_rank(lua_State *L)
{
    size_t n = (size_t)as_argument_array(L, 2);
    if (n == 0)
        return as_argument_fail(L, "the sample is empty");
    double *values = lua_newuserdatauv(L, n * sizeof *values, 0);
    for (size_t i = 0; i < n; i++)
        values[i] = as_argument_item_number(L, 2, (lua_Integer)i + 1);
    struct sample sample = {values, n};
    return as_argument_each(L, 1, rank_one, &sample);
}

/* --- the weighted sum --- */

static int by_name(const void *a, const void *b)
{
    const struct as_part *x = a, *y = b;
    return strcmp(x->name, y->name);
}

static void push_milli(lua_State *L, int64_t milli)
{
    lua_pushnumber(L, (double)milli / 1000);
}

/* The parts that the weights at 2 name, in order of name, in memory of Lua's; the values at 1 name no others.
 */
static struct as_part *push_parts(lua_State *L, size_t *n)
{
    size_t room = 0;
    *n = 0;
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1))
        room++;
    struct as_part *parts = lua_newuserdatauv(L, (room + 1) * sizeof *parts, 0);
    for (lua_pushnil(L); lua_next(L, 2); lua_pop(L, 1)) {
        if (lua_type(L, -2) != LUA_TSTRING || lua_type(L, -1) != LUA_TNUMBER)
            luaL_error(L, "weighted_sum: argument 'weights' must map names to numbers");
        parts[(*n)++] = (struct as_part){.name = lua_tostring(L, -2), .weight = lua_tonumber(L, -1)};
    }
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        lua_pushvalue(L, -2);
        if (lua_type(L, -1) != LUA_TSTRING || lua_rawget(L, 2) == LUA_TNIL)
            luaL_error(L, "weighted_sum: argument 'values' holds '%s', which has no weight",
                       luaL_tolstring(L, -3, NULL));
        lua_pop(L, 1);
    }
    qsort(parts, *n, sizeof *parts, by_name);
    return parts;
}

static void read_value(lua_State *L, struct as_part *part)
{
    int type = lua_getfield(L, 1, part->name);
    part->known = type == LUA_TNUMBER;
    if (part->known)
        part->value = lua_tonumber(L, -1);
    else if (type != LUA_TNIL)
        luaL_error(L, "weighted_sum: value '%s' must be a number, got %s", part->name, luaL_typename(L, -1));
    else
        part->high = 1; /* an unknown value lies within 0 … 1 */
    lua_pop(L, 1);
}

static void push_entry(lua_State *L, const struct as_part *part)
{
    lua_createtable(L, 0, 4);
    lua_pushstring(L, part->name);
    lua_setfield(L, -2, "name");
    lua_pushnumber(L, part->weight);
    lua_setfield(L, -2, "weight");
    if (part->known) {
        lua_pushnumber(L, part->value);
        lua_setfield(L, -2, "value");
    }
    push_milli(L, part->points);
    lua_setfield(L, -2, "points");
}

/* weighted_sum(values, weights): parts by name, so that the ledger's order is no accident of a hash. */
static int call_weighted_sum(lua_State *L)
{
    as_argument_table(L, 1);
    as_argument_table(L, 2);
    size_t n;
    struct as_part *parts = push_parts(L, &n);
    for (size_t i = 0; i < n; i++)
        read_value(L, &parts[i]);
    struct as_tally tally;
    struct as_error error = AS_ERROR_INIT;
    if (as_tally_of(&tally, parts, n, &error) != AS_OK)
        luaL_error(L, "weighted_sum: %s", error.what);
    push_milli(L, tally.value);
    lua_createtable(L, (int)n, 2);
    for (size_t i = 0; i < n; i++) {
        push_entry(L, &parts[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    push_milli(L, tally.low);
    lua_setfield(L, -2, "low");
    push_milli(L, tally.high);
    lua_setfield(L, -2, "high");
    return 2;
}

#define VALUE                                                                                                \
    {                                                                                                        \
        "value", "number|number[]", "one number, or an array of them", false                                 \
    }

static const struct as_module_function rows[] = {
    {.name = "clamp",
     .call = call_clamp,
     .text = "The value kept between two limits.",
     .arguments = {VALUE,
                   {"low", "number", "least result", false},
                   {"high", "number", "greatest result", false}},
     .each = 1,
     .returns = "number|number[]",
     .returns_text = "in the unit of the value",
     .example = "score.clamp({-5, 40, 120}, 0, 100)",
     .result = "{0, 40, 100}"},
    {.name = "scale",
     .call = call_scale,
     .text = "The straight line that takes from_low to to_low and from_high to to_high, kept between both. "
             "Ranges may run downwards.",
     .arguments = {VALUE,
                   {"from_low", "number", "the value that becomes to_low", false},
                   {"from_high", "number", "the value that becomes to_high", false},
                   {"to_low", "number", "0 when left out", true},
                   {"to_high", "number", "100 when left out", true}},
     .each = 1,
     .returns = "number|number[]",
     .returns_text = "in the unit of the target range",
     .example = "score.scale({200, 2600, 9000}, 200, 5000)",
     .result = "{0, 50, 100}"},
    {.name = "saturate",
     .call = call_saturate,
     .text = "A value that stops growing: a straight line up to what is acceptable, `most` from there on. "
             "More of what is already good enough earns nothing.",
     .arguments = {VALUE,
                   {"acceptable", "number", "the value from which nothing is gained", false},
                   {"most", "number", "the result from there on", false}},
     .each = 1,
     .returns = "number|number[]",
     .returns_text = "0 to most",
     .example = "score.saturate({-1, 5, 10, 50}, 10, 20)",
     .result = "{0, 10, 20, 20}"},
    {.name = "ratio",
     .call = call_ratio,
     .text = "The first divided by the second; nil and a message when that is undefined.",
     .arguments = {{"value", "number", "what is divided", false},
                   {"divisor", "number", "what divides", false}},
     .returns = "number?, string?",
     .returns_text = "the ratio; or nil and why",
     .example = "score.ratio(3, 4)",
     .result = "0.75"},
    {.name = "bucket",
     .call = call_bucket,
     .text = "How many of the ascending borders the value has reached: bucket 0 lies below all, and a value "
             "on a border belongs above it.",
     .arguments = {VALUE, {"borders", "number[]", "ascending", false}},
     .each = 1,
     .returns = "integer|integer[]",
     .returns_text = "0 to the number of borders",
     .example = "score.bucket({49, 50, 250, 5000}, {50, 200, 1000})",
     .result = "{0, 1, 2, 3}"},
    {.name = "band",
     .call = call_band,
     .text = "The label of the highest band whose least value is reached, as grades are given.",
     .arguments = {VALUE,
                   {"bands", "table<string, number>", "label to the least value that earns it", false},
                   {"lowest", "string", "the label below every band", false}},
     .each = 1,
     .returns = "string|string[]",
     .returns_text = "the label",
     .example = "score.band({74.999, 75, 24}, {A = 75, B = 50, C = 25}, \"D\")",
     .result = "{\"B\", \"A\", \"D\"}"},
    {.name = "thirds",
     .call = call_thirds,
     .text = "The ladder of thirds F, D-, D, D+, C- … A, A+: everyone starts at D, and each matching "
             "criterion lifts or lowers by so many thirds.",
     .arguments = {{"thirds", "integer", "steps up, or down when negative", false}},
     .returns = "string",
     .returns_text = "the grade",
     .example = "score.thirds(10)",
     .result = "\"A+\""},
    {.name = "percentile_rank",
     .call = call_percentile_rank,
     .text = "The share of a sample that lies below the value, ties counting one half.",
     .arguments = {VALUE, {"sample", "number[]", "what to compare with", false}},
     .each = 1,
     .returns = "number?|number[], string?",
     .returns_text = "0 to 100; or nil and why",
     .example = "score.percentile_rank(3, {1, 2, 3, 3, 4})",
     .result = "60"},
    {.name = "weighted_sum",
     .call = call_weighted_sum,
     .text = "The sum of value times weight, with its ledger: one entry a weight, by name, whose points sum "
             "to the total exactly. A weight without a value adds nothing and widens [low, high] as if the "
             "value lay between 0 and 1.",
     .arguments = {{"values", "table<string, number>", "value by name", false},
                   {"weights", "table<string, number>", "weight by name", false}},
     .returns = "number, table",
     .returns_text = "points, and the ledger {low, high, {name, weight, value, points} …}",
     .example = "(score.weighted_sum({reach = 0.5, need = 1}, {reach = 30, need = 40, budget = 30}))",
     .result = "55"},
};
const struct as_module_part as_score_number_part = {rows, sizeof rows / sizeof rows[0]};
