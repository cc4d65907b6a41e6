/* The host's side of stdlib/assay/test.lua: deciding, noting cases, failing with a report, the clock, and
 * what leads are generated from. Running cases is test_runner.c's. */
#include "bind/trial/trial_module.h"

#include "base/time.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/scratch.h"
#include "bind/sandbox/state.h"
#include "bind/trial/fixture.h"
#include "bind/trial/trial_domain.h"

#include <lauxlib.h>

#define HERE ((struct as_position){NULL, 0})

static const char CASES[] = "assay.cases", REPORT[] = "assay.report", NOTE[] = "assay.note",
                  READING[] = "assay.reading";

static const struct as_trial_context *context_of(lua_State *L)
{
    return lua_touserdata(L, lua_upvalueindex(1));
}

/* decide(description) → decision. */
static int call_decide(lua_State *L)
{
    lua_settop(L, 1);
    as_trial_push(L, 1, context_of(L)->bench);
    return 1;
}

/* case(name, run or nil, tags, property): notes a case, with the author's line. */
static int call_case(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 4);
    luaL_checktype(L, 3, LUA_TTABLE);
    lua_getfield(L, LUA_REGISTRYINDEX, CASES);
    lua_createtable(L, 0, 5);
    lua_pushvalue(L, 1);
    lua_setfield(L, -2, "name");
    lua_pushvalue(L, 2);
    lua_setfield(L, -2, "run");
    lua_pushinteger(L, as_position_here(L).line);
    lua_setfield(L, -2, "line");
    lua_pushvalue(L, 4);
    lua_setfield(L, -2, "property");
    luaL_Buffer tags;
    luaL_buffinit(L, &tags);
    for (lua_Integer i = 1; i <= (lua_Integer)lua_rawlen(L, 3); i++) {
        if (lua_rawgeti(L, 3, i) != LUA_TSTRING)
            as_raise_rule(L, HERE, "tags = { \"slow\" }", "a tag must be text, not a %s",
                          luaL_typename(L, -1));
        luaL_addvalue(&tags);
        luaL_addchar(&tags, ',');
    }
    luaL_pushresult(&tags);
    lua_setfield(L, 6, "tags");
    lua_rawseti(L, 5, (lua_Integer)lua_rawlen(L, 5) + 1);
    return 0;
}

/* reading(value) → the decision that was read last, when the value read was this very one; nil else. */
static int call_reading(lua_State *L)
{
    lua_settop(L, 1);
    if (lua_getfield(L, LUA_REGISTRYINDEX, READING) != LUA_TTABLE)
        return 0;
    lua_pushnil(L);
    lua_setfield(L, LUA_REGISTRYINDEX, READING);
    lua_rawgeti(L, 2, 2);
    if (!lua_rawequal(L, 1, -1))
        return 0;
    lua_rawgeti(L, 2, 1);
    return 1;
}

/* fail(what, reading or nil): a failed expectation, at the author's line. */
static int call_fail(lua_State *L)
{
    const char *what = luaL_checkstring(L, 1);
    if (lua_isuserdata(L, 2)) {
        struct as_buf *report = as_scratch_buffer(L);
        as_view_report(report, L, as_view_at(L, 2));
        lua_pushlstring(L, as_buf_c(report), report->n);
        lua_setfield(L, LUA_REGISTRYINDEX, REPORT);
    }
    as_raise_rule(L, HERE, NULL, "%s", what);
}

/* note(text): lines that are shown when the case fails, after its report. */
static int call_note(lua_State *L)
{
    luaL_checkstring(L, 1);
    lua_settop(L, 1);
    lua_setfield(L, LUA_REGISTRYINDEX, NOTE);
    return 0;
}

/* clock() → what it shows; clock(at): sets it. */
static int call_clock(lua_State *L)
{
    char text[AS_TIME_TEXT];
    lua_settop(L, 1);
    if (!lua_isnil(L, 1)) {
        as_fixture_set_now(L, as_fixture_instant(L, 1, "the clock"));
        return 0;
    }
    lua_pushstring(L, as_time_format(text, as_fixture_now(L)));
    return 1;
}

/* advance(span): moves the clock on. */
static int call_advance(lua_State *L)
{
    struct as_span span = {0};
    struct as_error error = AS_ERROR_INIT;
    struct as_str text = as_str_of(luaL_tolstring(L, 1, NULL));
    if (as_span_parse(&span, text, &error) != AS_OK || span.unit != AS_SPAN_SECONDS)
        as_raise_rule(L, HERE, "write clock.advance \"90m\", \"3d\" or \"2w\"", "\"%s\" is no length of time",
                      text.p);
    as_fixture_set_now(L, as_fixture_now(L) + span.length);
    return 0;
}

/* recording(name) → the text of NAME_test.json of the pack: answers that `assay enrich --record` wrote. */
static int call_recording(lua_State *L)
{
    const struct as_source *source = as_state_of(L)->source;
    const char *path = lua_pushfstring(L, "%s_test.json", luaL_checkstring(L, 1));
    const struct as_source_file *file = source != NULL ? as_source_find(source, path) : NULL;
    if (file == NULL)
        as_raise_rule(L, HERE, lua_pushfstring(L, "record it: assay enrich --record %s", path),
                      "the pack has no recording \"%s\"", path);
    lua_pushlstring(L, file->bytes.p, file->bytes.n);
    return 1;
}

/* count(on): whether decisions count for the coverage from now on. */
static int call_count(lua_State *L)
{
    context_of(L)->bench->uncounted = !lua_toboolean(L, 1);
    return 0;
}

/* seed() → the seed of generated leads. */
static int call_seed(lua_State *L)
{
    lua_pushinteger(L, (lua_Integer)context_of(L)->seed);
    return 1;
}

/* domain() → what as_domain_push says. */
static int call_domain(lua_State *L)
{
    as_domain_push(L, context_of(L)->bench);
    return 1;
}

void as_trial_module_push(lua_State *L, void *context)
{
    static const luaL_Reg functions[] = {
        {"decide", call_decide}, {"case", call_case},   {"reading", call_reading},     {"fail", call_fail},
        {"note", call_note},     {"clock", call_clock}, {"advance", call_advance},     {"seed", call_seed},
        {"domain", call_domain}, {"count", call_count}, {"recording", call_recording}, {NULL, NULL}};
    lua_createtable(L, 0, (int)(sizeof functions / sizeof *functions));
    lua_pushlightuserdata(L, context);
    luaL_setfuncs(L, functions, 1);
}

int as_trial_begin_file(lua_State *L)
{
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, CASES);
    return as_trial_begin_case(L);
}

int as_trial_begin_case(lua_State *L)
{
    static const char *const of_a_case[] = {REPORT, NOTE, READING};
    for (size_t i = 0; i < sizeof of_a_case / sizeof *of_a_case; i++) {
        lua_pushnil(L);
        lua_setfield(L, LUA_REGISTRYINDEX, of_a_case[i]);
    }
    as_fixture_set_now(L, AS_TIME_NONE);
    return 0;
}

void as_trial_push_cases(lua_State *L)
{
    lua_getfield(L, LUA_REGISTRYINDEX, CASES);
}

int as_trial_open_case(lua_State *L)
{
    static const char *const fields[AS_CASE_FIELDS] = {"name", "line", "tags", "property", "run"};
    for (int i = 0; i < AS_CASE_FIELDS; i++)
        lua_getfield(L, 1, fields[i]);
    return AS_CASE_FIELDS;
}

int as_trial_report(lua_State *L)
{
    bool reported = lua_getfield(L, LUA_REGISTRYINDEX, REPORT) == LUA_TSTRING;
    bool noted = lua_getfield(L, LUA_REGISTRYINDEX, NOTE) == LUA_TSTRING;
    if (reported && noted)
        lua_pushfstring(L, "%s\n%s", lua_tostring(L, -2), lua_tostring(L, -1));
    else
        lua_pushstring(L, noted ? lua_tostring(L, -1) : reported ? lua_tostring(L, -2) : "");
    return 1;
}
