/* assay.score, benchmarks: what others published, with its source. The table is host/score's. */
#include "base/suggest.h"
#include "bind/module/argument.h"
#include "bind/module/score_module.h"

#include "score/statistics/benchmark.h"

static void set_count(lua_State *L, const char *name, int count)
{
    if (count == 0)
        return;
    lua_pushinteger(L, count);
    lua_setfield(L, -2, name);
}

static int call_benchmark(lua_State *L)
{
    enum { MOST = 64 };
    const struct as_benchmark *found = as_benchmark_find(as_argument_text(L, 1));
    if (found == NULL) {
        const char *names[MOST];
        size_t n = 0;
        for (; n < as_benchmark_count && n < MOST; n++)
            names[n] = as_benchmarks[n].key;
        const char *near = as_suggest(as_argument_text(L, 1), names, n);
        luaL_error(L, "benchmark: there is no benchmark \"%s\"%s", lua_tostring(L, 1),
                   as_meant("; ", near, "").text);
    }
    lua_createtable(L, 0, 6);
    lua_createtable(L, found->figures, 0);
    for (int i = 0; i < found->figures; i++) {
        lua_pushnumber(L, found->figure[i]);
        lua_rawseti(L, -2, i + 1);
    }
    lua_setfield(L, -2, "figures");
    as_set_text(L, "text", found->text);
    as_set_text(L, "unit", found->unit);
    as_set_text(L, "by", found->by);
    set_count(L, "year", found->year);
    set_count(L, "n", found->n);
    return 1;
}

static int call_benchmarks(lua_State *L)
{
    lua_createtable(L, (int)as_benchmark_count, 0);
    for (size_t i = 0; i < as_benchmark_count; i++) {
        lua_pushstring(L, as_benchmarks[i].key);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    return 1;
}

static const struct as_module_function rows[] = {
    {.name = "benchmark",
     .call = call_benchmark,
     .text = "A figure that others published, with what is known of its source: to print beside one's own, "
             "not to decide by.",
     .arguments = {{"name", "string", "one of score.benchmarks()", false}},
     .returns = "{ figures: number[], text: string, unit: string, by?: string, year?: integer, n?: integer }",
     .returns_text = "by, year and n only where they are known",
     .example = "score.benchmark(\"preparedness\").figures[3]",
     .result = "43.0"},
    {.name = "benchmarks",
     .call = call_benchmarks,
     .text = "The names of the figures that others published.",
     .returns = "string[]",
     .returns_text = "in alphabetical order",
     .example = "score.benchmarks()[1]",
     .result = "\"budget_last\""},
};
const struct as_module_part as_score_benchmark_part = {rows, sizeof rows / sizeof *rows};
