/* How a test reads a decision: `d.stage`, `d:score "fit"`. What can be read is in trial_standing.c and
 * trial_plan.c. */
#include "bind/trial/trial_reading.h"

#include "base/time.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>

#define HERE ((struct as_position){NULL, 0})

struct as_str as_reading_text(lua_State *L, int index, const char *what)
{
    if (lua_type(L, index) != LUA_TSTRING)
        as_raise_rule(L, HERE, NULL, "%s is missing or no text", what);
    return (struct as_str){lua_tostring(L, index), lua_rawlen(L, index)};
}

void as_reading_push_time(lua_State *L, int64_t time)
{
    char text[AS_TIME_TEXT];
    if (time == AS_TIME_NONE)
        lua_pushnil(L);
    else
        lua_pushstring(L, as_time_format(text, time));
}

int as_reading_push_standing(lua_State *L, struct as_view *view, const char *text)
{
    view->read = AS_READ_STANDING;
    if (text == NULL || text[0] == '\0')
        lua_pushnil(L);
    else
        lua_pushstring(L, text);
    return 1;
}

/* A reading is the last one of the state: the view and its value, for the expectation that follows. */
static int remember(lua_State *L, int results)
{
    lua_createtable(L, 2, 0);
    lua_pushvalue(L, 1);
    lua_rawseti(L, -2, 1);
    lua_pushvalue(L, -1 - results);
    lua_rawseti(L, -2, 2);
    lua_setfield(L, LUA_REGISTRYINDEX, "assay.reading");
    return results;
}

static int call_method(lua_State *L)
{
    const struct as_reading *reading = lua_touserdata(L, lua_upvalueindex(1));
    if (luaL_testudata(L, 1, "assay.decision") == NULL)
        as_raise_rule(L, HERE, NULL, "write %s with a colon", reading->signature);
    lua_settop(L, 4);
    return remember(L, reading->read(L, as_view_at(L, 1)));
}

const struct as_readings *const *as_decision_readings(size_t *n)
{
    static const struct as_readings *const parts[] = {&as_standing_readings, &as_plan_readings,
                                                      &as_effect_readings, &as_service_readings};
    *n = sizeof parts / sizeof *parts;
    return parts;
}

int as_view_index(lua_State *L)
{
    enum { MOST = 64 };
    const char *names[MOST];
    size_t n = 0, part_count;
    const struct as_readings *const *parts = as_decision_readings(&part_count);
    struct as_view *view = as_view_at(L, 1);
    struct as_str name = as_reading_text(L, 2, "what to read of a decision");
    for (size_t part = 0; part < part_count; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            const struct as_reading *reading = &parts[part]->at[i];
            if (n < MOST)
                names[n++] = reading->name;
            if (!as_str_is(name, reading->name))
                continue;
            if (!reading->method)
                return remember(L, reading->read(L, view));
            lua_pushlightuserdata(L, (void *)(uintptr_t)reading);
            lua_pushcclosure(L, call_method, 1);
            return 1;
        }
    as_raise_unknown(L, HERE, as_suggest(name, names, n), NULL, "a decision has no \"%s\"", name.p);
}
