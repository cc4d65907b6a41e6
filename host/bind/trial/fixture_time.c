/* Times in a fixture, and the clock of a state that runs tests. */
#include "bind/trial/fixture_parts.h"

#include "bind/sandbox/raise.h"

#include <lauxlib.h>
#include <string.h>

#define HERE ((struct as_position){NULL, 0})

/* Where the clock of a state stands before anybody sets it. A fixed day: a test must not change with the
 * calendar. */
#define FIRST_DAY "2026-03-01"
static const char CLOCK[] = "assay.clock";

/* The integer at value; so far from any date nothing is reckoned with. */
static int64_t seconds_at(lua_State *L, int value, const char *what)
{
    int64_t seconds = lua_tointeger(L, value);
    if (seconds < -AS_TIME_LAST || seconds > AS_TIME_LAST)
        as_raise_rule(L, HERE, NULL, "%s lies beyond the year 9999", what);
    return seconds;
}

int64_t as_fixture_time(lua_State *L, int value, int64_t at, const char *what)
{
    int64_t seconds = 0;
    if (lua_isinteger(L, value))
        return seconds_at(L, value, what);
    if (lua_type(L, value) != LUA_TSTRING)
        as_raise_rule(L, HERE, NULL, "%s must be a time such as \"2026-02-01\" or \"3d ago\"", what);
    struct as_str text = as_str_trim((struct as_str){lua_tostring(L, value), lua_rawlen(L, value)});
    if (as_str_is(text, "now"))
        return at;
    if (as_time_parse(&seconds, NULL, text))
        return seconds;
    struct as_span span = {0};
    struct as_error error = AS_ERROR_INIT;
    int sign = 0;
    if (as_str_ends(text, AS_STR(" ago"))) {
        sign = -1;
        text.n -= strlen(" ago");
    } else if (as_str_starts(text, AS_STR("in "))) {
        sign = 1;
        text.p += strlen("in ");
        text.n -= strlen("in ");
    }
    if (sign == 0 || as_span_parse(&span, as_str_trim(text), &error) != AS_OK || span.unit != AS_SPAN_SECONDS)
        as_raise_rule(L, HERE,
                      "write \"2026-02-01\", \"2026-02-01T09:30:00Z\", \"3d ago\", \"in 2w\" or \"now\"",
                      "%s is no time: \"%s\"", what, lua_tostring(L, value));
    return at + sign * span.length;
}

int64_t as_fixture_instant(lua_State *L, int value, const char *what)
{
    int64_t seconds = 0;
    bool is_date = false;
    if (lua_isinteger(L, value))
        return seconds_at(L, value, what);
    if (lua_type(L, value) != LUA_TSTRING ||
        !as_time_parse(&seconds, &is_date, as_str_of(lua_tostring(L, value))))
        as_raise_rule(L, HERE, NULL, "%s must be a date or a time, for example \"" FIRST_DAY "\"", what);
    return is_date ? seconds + AS_DAY_SECONDS - 1 : seconds;
}

int64_t as_fixture_now(lua_State *L)
{
    int64_t now = 0;
    if (lua_getfield(L, LUA_REGISTRYINDEX, CLOCK) == LUA_TNIL) {
        as_time_parse(&now, NULL, AS_STR(FIRST_DAY));
        now += AS_DAY_SECONDS - 1;
    } else {
        now = lua_tointeger(L, -1);
    }
    lua_pop(L, 1);
    return now;
}

void as_fixture_set_now(lua_State *L, int64_t now)
{
    if (now == AS_TIME_NONE)
        lua_pushnil(L);
    else
        lua_pushinteger(L, now);
    lua_setfield(L, LUA_REGISTRYINDEX, CLOCK);
}
