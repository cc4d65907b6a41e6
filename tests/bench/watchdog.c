/* What the limits of scripts cost while nothing is spent: the same Lua functions called under the watchdog
 * and called plainly, in turns of a few milliseconds so that whatever else the machine does falls on both.
 * Prints nanoseconds a call and the median of the turns' ratios; a standing count hook, which the watchdog
 * does without, beside them. */
#include "bind/sandbox/raise.h"
#include "bind/sandbox/state.h"

#include "base/time.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>

enum { TURNS = 201 };

static const struct work {
    const char *name, *text;
    int calls; /* a turn */
} works[] = {
    {"adds two facts", "return function(a, b) return a + b end", 20000},
    {"a rule of ten lines",
     "local weights = { coo = 25, ceo = 20, cfo = 15 }\n"
     "return function(a, b)\n"
     "  local points = 0\n"
     "  for word in ('vp operations and coo'):gmatch '%a+' do points = points + (weights[word] or 0) end\n"
     "  for i = 1, 10 do if i % 3 == a then points = points + i * b end end\n"
     "  if points > 100 then points = 100 end\n"
     "  return points, ('%d points'):format(points)\n"
     "end",
     1000},
    {"a thousand steps", "return function(a, b) for i = 1, 500 do a = a + i * b end return a end", 200},
};

static void nothing(lua_State *L, lua_Debug *frame)
{
    (void)L;
    (void)frame;
}

enum how { PLAIN, WATCHED, HOOKED };

static double turn(struct as_state *state, enum how how, int calls)
{
    lua_State *L = state->lua;
    struct as_error error = AS_ERROR_INIT;
    int64_t started = as_clock_ticks();
    if (how == HOOKED)
        lua_sethook(L, nothing, LUA_MASKCOUNT, 1000);
    for (int i = 0; i < calls; i++) {
        lua_pushvalue(L, 1);
        lua_pushinteger(L, i % 3);
        lua_pushinteger(L, 2);
        bool failed = how == WATCHED ? as_state_call_handled(state, 2, 2, 2, 1000, &error) != AS_OK
                                     : lua_pcall(L, 2, 2, 2) != LUA_OK;
        if (failed)
            exit(3);
        lua_pop(L, 2);
    }
    if (how == HOOKED)
        lua_sethook(L, NULL, 0, 0);
    return (double)(as_clock_ticks() - started) / calls;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *values)
{
    qsort(values, TURNS, sizeof *values, compare);
    return values[TURNS / 2];
}

int main(void)
{
    for (size_t w = 0; w < sizeof works / sizeof *works; w++) {
        struct as_error error = AS_ERROR_INIT;
        struct as_state *state;
        static double plain[TURNS], watched[TURNS], hooked[TURNS];
        if (as_state_new(&state, NULL, NULL, NULL, &error) != AS_OK ||
            as_state_load(state, "bench.lua", as_str_of(works[w].text), &error) != AS_OK ||
            as_state_call(state, 0, 1, 1000, &error) != AS_OK) {
            fprintf(stderr, "%s\n", error.what);
            return 3;
        }
        lua_pushcfunction(state->lua, as_raise_handler); /* errors need their place with limits and without */
        for (int i = 0; i < TURNS; i++) {
            double first = turn(state, PLAIN, works[w].calls), second = turn(state, WATCHED, works[w].calls);
            double third = turn(state, HOOKED, works[w].calls), again = turn(state, PLAIN, works[w].calls);
            double both = (first + again) / 2; /* on both sides of what it is compared with */
            plain[i] = both;
            watched[i] = second / both;
            hooked[i] = third / both;
        }
        double shown = median(plain);
        printf("%-20s %9.0f ns plain   watched %+6.1f %%   standing hook %+6.1f %%\n", works[w].name, shown,
               100 * (median(watched) - 1), 100 * (median(hooked) - 1));
        as_state_free(state);
    }
    return 0;
}
