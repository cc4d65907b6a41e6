/* assay.score, time: decay, windows, recency, frequency, rate limits. Arithmetic is that of host/score, so
 * that a rule function and a declared rule agree to the milli-point; which events there are is left to the
 * caller. */
#include "bind/module/argument.h"
#include "bind/module/score_module.h"

#include "base/limits.h"
#include "base/time.h"
#include "score/statistics/decay.h"
#include "score/statistics/tally.h"
#include "score/statistics/window.h"

#include <math.h>
#include <stdlib.h>

/* --- decay of one event or of many --- */

struct fade {
    enum as_fading fading;
    int64_t points, days;
};

static int64_t age_at(lua_State *L, int index, int value, lua_Integer item)
{
    double age = as_argument_each_number(L, index, value, item);
    if (fabs(age) > AS_MAX_WINDOW_DAYS * 2.0 || age != floor(age))
        as_argument_refuse_item(L, index, value, item, "a whole number of days");
    return (int64_t)age;
}

static void fade_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct fade *fade = context;
    int64_t milli = as_decay_points(fade->points, fade->fading, fade->days, age_at(L, index, value, item));
    lua_pushnumber(L, (double)milli / 1000);
}

static int64_t milli_argument(lua_State *L, int index)
{
    int64_t milli = 0;
    if (!as_milli_of(&milli, as_argument_number(L, index)))
        as_argument_refuse(L, index, "points within a million");
    return milli;
}

static int fade(lua_State *L, enum as_fading fading)
{
    struct fade fade = {
        .fading = fading, .points = milli_argument(L, 1), .days = as_argument_days(L, 3, false)};
    return as_argument_each(L, 2, fade_one, &fade);
}

static int call_half_life(lua_State *L)
{
    return fade(L, AS_FADING_HALF_LIFE);
}

static int call_linear(lua_State *L)
{
    return fade(L, AS_FADING_LINEAR);
}

struct day {
    int64_t at;
};

static void age_one(lua_State *L, int index, int value, lua_Integer item, const void *context)
{
    const struct day *day = context;
    lua_pushinteger(L, as_age_days(day->at, as_argument_instant_item(L, index, value, item)));
}

static int call_age(lua_State *L)
{
    struct day day = {as_argument_instant(L, 2)};
    return as_argument_each(L, 1, age_one, &day);
}

/* --- runs of events --- */

struct occurrence {
    uint32_t time;
    uint32_t order; /* place in the script's array: ties keep it */
    double value;
};

static int by_time(const void *a, const void *b)
{
    const struct occurrence *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->order < y->order ? -1 : x->order > y->order;
}

struct run {
    uint32_t *time;
    double *value; /* NULL unless asked for */
    size_t n;
};

/* The events of array argument `times` in order of time, with the numbers of array argument `values` (0:
 * none) beside them. The memory is Lua's: userdata left on the stack. */
static struct run run_of(lua_State *L, int times, int values)
{
    size_t n = (size_t)as_argument_array(L, times);
    if (values != 0 && (size_t)as_argument_array(L, values) != n)
        luaL_error(L, "%s: arguments 'values' and 'times' must be of one length", as_module_row(L)->name);
    if (n > UINT32_MAX / sizeof(struct occurrence))
        as_argument_refuse(L, times, "a shorter array");
    struct occurrence *events = lua_newuserdatauv(L, (n + 1) * sizeof *events, 0);
    for (size_t i = 0; i < n; i++) {
        lua_rawgeti(L, times, (lua_Integer)i + 1);
        int64_t time = as_argument_instant_item(L, times, lua_gettop(L), (lua_Integer)i + 1);
        if (time < 0 || time > UINT32_MAX)
            as_argument_refuse_item(L, times, lua_gettop(L), (lua_Integer)i + 1,
                                    "an instant from 1970 to 2106");
        lua_pop(L, 1);
        events[i] = (struct occurrence){.time = (uint32_t)time, .order = (uint32_t)i};
        if (values != 0)
            events[i].value = as_argument_item_number(L, values, (lua_Integer)i + 1);
    }
    qsort(events, n, sizeof *events, by_time);
    struct run run = {.n = n};
    run.time = lua_newuserdatauv(L, (n + 1) * sizeof *run.time, 0);
    if (values != 0)
        run.value = lua_newuserdatauv(L, (n + 1) * sizeof *run.value, 0);
    for (size_t i = 0; i < n; i++) {
        run.time[i] = events[i].time;
        if (values != 0)
            run.value[i] = events[i].value;
    }
    return run;
}

static int call_count(lua_State *L)
{
    int64_t at = as_argument_instant(L, 2), days = as_argument_days(L, 3, true);
    struct run run = run_of(L, 1, 0);
    lua_pushinteger(L, (lua_Integer)as_window_count(run.time, run.n, at, days));
    return 1;
}

static int call_sum(lua_State *L)
{
    int64_t at = as_argument_instant(L, 3), days = as_argument_days(L, 4, true);
    struct run run = run_of(L, 2, 1);
    lua_pushnumber(L, as_window_sum(run.time, run.value, run.n, at, days));
    return 1;
}

static int call_distinct_days(lua_State *L)
{
    int64_t at = as_argument_instant(L, 2), days = as_argument_days(L, 3, true);
    struct run run = run_of(L, 1, 0);
    lua_pushinteger(L, (lua_Integer)as_window_distinct_days(run.time, run.n, at, days));
    return 1;
}

static int call_recency(lua_State *L)
{
    int64_t at = as_argument_instant(L, 2), days = 0;
    struct run run = run_of(L, 1, 0);
    if (!as_recency_days(&days, run.time, run.n, at))
        return as_argument_fail(L, "no event up to then");
    lua_pushinteger(L, days);
    return 1;
}

static int call_frequency(lua_State *L)
{
    int64_t at = as_argument_instant(L, 2), days = as_argument_days(L, 3, false);
    struct run run = run_of(L, 1, 0);
    double per_day = 0;
    as_frequency(&per_day, run.time, run.n, at, days);
    lua_pushnumber(L, per_day);
    return 1;
}

static int call_decayed_sum(lua_State *L)
{
    int64_t points = milli_argument(L, 1), at = as_argument_instant(L, 3),
            half_life = as_argument_days(L, 4, false);
    struct run run = run_of(L, 2, 0);
    int64_t sum = 0;
    for (size_t i = 0; i < run.n; i++) {
        if ((int64_t)run.time[i] <= at)
            sum += as_decay_points(points, AS_FADING_HALF_LIFE, half_life, as_age_days(at, run.time[i]));
    }
    lua_pushnumber(L, (double)sum / 1000);
    return 1;
}

static int call_rate_limit(lua_State *L)
{
    struct as_rate rate = {0};
    struct as_error error = AS_ERROR_INIT;
    if (as_rate_parse(&rate, as_argument_text(L, 2), &error) != AS_OK)
        luaL_error(L, "%s: argument 'rate': %s", as_module_row(L)->name, error.what);
    if (rate.span.unit != AS_SPAN_SECONDS || rate.span.length % AS_DAY_SECONDS != 0)
        as_argument_refuse(L, 2, "a rate over whole days (\"3 per 1d\")");
    int64_t days = rate.span.length / AS_DAY_SECONDS; /* 0: for ever */
    struct run run = run_of(L, 1, 0);
    lua_createtable(L, (int)run.n, 0);
    size_t counted = 0,
           oldest = 0; /* run.time[0 … counted) becomes what counts; oldest is the first within the span */
    for (size_t i = 0; i < run.n; i++) {
        int64_t day = as_day_of(run.time[i]);
        while (days > 0 && oldest < counted && as_day_of(run.time[oldest]) <= day - days)
            oldest++;
        if (counted - oldest >= rate.count)
            continue;
        run.time[counted++] = run.time[i];
        lua_pushinteger(L, run.time[counted - 1]);
        lua_rawseti(L, -2, (lua_Integer)counted);
    }
    return 1;
}

#define TIMES                                                                                                \
    {                                                                                                        \
        "times", "(integer|string)[]", "instants of events, in any order: seconds since 1970, or ISO 8601",  \
            false                                                                                            \
    }
#define AT                                                                                                   \
    {                                                                                                        \
        "at", "integer|string", "the decision time; later events are invisible", false                       \
    }
#define WINDOW                                                                                               \
    {                                                                                                        \
        "window", "integer|string", "whole UTC days back from `at`, today included; left out: everything",   \
            true                                                                                             \
    }

static const struct as_module_function rows[] = {
    {.name = "half_life",
     .call = call_half_life,
     .text =
         "Points that halve every so many days: points * 2^(-age / half_life), rounded to a thousandth of a "
         "point, half away from zero. An age below 0 is the future and worth nothing.",
     .arguments = {{"points", "number", "points of a fresh event", false},
                   {"age", "integer|integer[]", "whole UTC days since the event", false},
                   {"half_life", "integer|string", "days, for example 14 or \"14d\"", false}},
     .each = 2,
     .returns = "number|number[]",
     .returns_text = "points left",
     .example = "score.half_life(10, {0, 30, 60, 90}, \"30d\")",
     .result = "{10, 5, 2.5, 1.25}"},
    {.name = "linear",
     .call = call_linear,
     .text = "Points that fade in a straight line to nothing: points * (1 - age / days), 0 from then on, "
             "rounded to a thousandth of a point.",
     .arguments = {{"points", "number", "points of a fresh event", false},
                   {"age", "integer|integer[]", "whole UTC days since the event", false},
                   {"days", "integer|string", "days until nothing is left", false}},
     .each = 2,
     .returns = "number|number[]",
     .returns_text = "points left",
     .example = "score.linear(10, {0, 30, 60, 90}, \"60d\")",
     .result = "{10, 5, 0, 0}"},
    {.name = "age",
     .call = call_age,
     .text = "Whole UTC days from an instant to `at`; nothing changes within a day. Negative for the future.",
     .arguments = {{"time", "integer|string|(integer|string)[]", "when it happened", false}, AT},
     .each = 1,
     .returns = "integer|integer[]",
     .returns_text = "days",
     .example = "score.age(\"2026-02-27T23:59:00Z\", \"2026-03-01\")",
     .result = "2"},
    {.name = "count",
     .call = call_count,
     .text = "How many events lie in a window; 0 when there are none.",
     .arguments = {TIMES, AT, WINDOW},
     .returns = "integer",
     .returns_text = "events",
     .example = "score.count({\"2026-01-30\", \"2026-01-31\", \"2026-03-01\"}, \"2026-03-01\", \"30d\")",
     .result = "2"},
    {.name = "sum",
     .call = call_sum,
     .text = "The sum of the values of the events that lie in a window; 0 when there are none.",
     .arguments = {{"values", "number[]", "one number an event", false}, TIMES, AT, WINDOW},
     .returns = "number",
     .returns_text = "in the unit of the values",
     .example =
         "score.sum({30, 50, 70}, {\"2026-01-01\", \"2026-02-20\", \"2026-03-01\"}, \"2026-03-01\", \"14d\")",
     .result = "120"},
    {.name = "distinct_days",
     .call = call_distinct_days,
     .text = "On how many different UTC days something happened within a window.",
     .arguments = {TIMES, AT, WINDOW},
     .returns = "integer",
     .returns_text = "days",
     .example = "score.distinct_days({\"2026-03-01T08:00:00Z\", \"2026-03-01T09:00:00Z\", \"2026-02-28\"}, "
                "\"2026-03-01T12:00:00Z\", \"7d\")",
     .result = "2"},
    {.name = "recency",
     .call = call_recency,
     .text = "Days since the latest event; nil and a message when there is none, since no event is not an "
             "old event.",
     .arguments = {TIMES, AT},
     .returns = "integer?, string?",
     .returns_text = "days; or nil and why",
     .example = "score.recency({\"2026-01-01\", \"2026-02-26\"}, \"2026-03-01\")",
     .result = "3"},
    {.name = "frequency",
     .call = call_frequency,
     .text = "Events a day over a window: count / days.",
     .arguments = {TIMES,
                   AT,
                   {"window", "integer|string", "whole UTC days back from `at`, today included", false}},
     .returns = "number",
     .returns_text = "events per day",
     .example = "score.frequency({\"2026-02-25\", \"2026-02-26\", \"2026-03-01\"}, \"2026-03-01\", 6)",
     .result = "0.5"},
    {.name = "decayed_sum",
     .call = call_decayed_sum,
     .text = "The sum of points that each event has left by half-life, each rounded to a thousandth before "
             "adding, as a rule with `per_event` and `half_life` does.",
     .arguments = {{"points", "number", "points of one fresh event", false},
                   TIMES,
                   AT,
                   {"half_life", "integer|string", "days", false}},
     .returns = "number",
     .returns_text = "points",
     .example = "score.decayed_sum(10, {\"2026-03-01\", \"2026-01-30\"}, \"2026-03-01\", \"30d\")",
     .result = "15"},
    {.name = "rate_limit",
     .call = call_rate_limit,
     .text = "The events that count under a rate such as \"3 per 1d\" or \"once\", the earliest first: an "
             "event counts while fewer than that many counted ones lie within the span of UTC days that ends "
             "with its day.",
     .arguments = {TIMES, {"rate", "string", "so many per whole days", false}},
     .returns = "integer[]",
     .returns_text = "instants that count, ascending, seconds since 1970",
     .example = "#score.rate_limit({0, 60, 120, 180, 86400}, \"3 per 1d\")",
     .result = "4"},
};
const struct as_module_part as_score_time_part = {rows, sizeof rows / sizeof rows[0]};
