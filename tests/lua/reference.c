/* Runs the reference evaluator (tests/lua/reference) against the kernels: gives its scripts two functions
 * that load a pack and decide a described lead, as rule tests do, and prints what they find.
 *
 *     reference_driver FOLDER [FIRST_SEED [PACKS [WORLDS]]]
 */
#include "bind/sandbox/raise.h"
#include "bind/script/host.h"
#include "bind/trial/trial.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough for every operator to meet every state many times; few seconds. */
enum { FIRST_SEED = 1, PACKS = 240, WORLDS = 6 };

struct loaded {
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    struct as_bench bench;
    struct loaded *next;
};

/* Packs live until the state is closed: decisions that Lua has not yet collected still speak of them. */
static void free_loaded(struct loaded *loaded)
{
    while (loaded != NULL) {
        struct loaded *next = loaded->next;
        as_bench_close(&loaded->bench);
        as_script_free(loaded->script);
        as_schema_free(loaded->schema);
        as_source_free(&loaded->source);
        free(loaded);
        loaded = next;
    }
}

static void require(lua_State *L, enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        luaL_error(L, "%s:%d: %s (%s)", error->file, error->line, error->what, error->advice);
}

/* load(files) → pack. Upvalue 1: the list of packs. */
static int call_load(lua_State *L)
{
    struct loaded **all = lua_touserdata(L, lua_upvalueindex(1));
    struct as_error error = AS_ERROR_INIT;
    luaL_checktype(L, 1, LUA_TTABLE);
    struct loaded *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL)
        return luaL_error(L, "out of memory");
    loaded->next = *all;
    *all = loaded;
    as_source_init(&loaded->source);
    for (lua_pushnil(L); lua_next(L, 1); lua_pop(L, 1)) {
        struct as_str bytes = {lua_tostring(L, -1), lua_rawlen(L, -1)};
        require(L, as_source_add(&loaded->source, lua_tostring(L, -2), bytes, &error), &error);
    }
    require(L, as_source_seal(&loaded->source, &error), &error);
    require(L, as_schema_new(&loaded->schema, &error), &error);
    require(L, as_script_load(&loaded->script, &loaded->source, loaded->schema, NULL, &error), &error);
    require(L, as_bench_open(&loaded->bench, loaded->script, &error), &error);
    lua_pushlightuserdata(L, loaded);
    return 1;
}

/* decide(pack, description) → decision */
static int call_decide(lua_State *L)
{
    const struct loaded *loaded = lua_touserdata(L, 1);
    luaL_checktype(L, 2, LUA_TTABLE);
    as_trial_push(L, 2, &loaded->bench);
    return 1;
}

static int run(lua_State *L)
{
    static const luaL_Reg functions[] = {{"load", call_load}, {"decide", call_decide}, {NULL, NULL}};
    const char *folder = lua_tostring(L, 1);
    luaL_openlibs(L);
    as_raise_open(L);
    lua_getglobal(L, "package");
    lua_pushfstring(L, "%s/?.lua", folder);
    lua_setfield(L, -2, "path");
    lua_pop(L, 1);
    lua_pushfstring(L, "%s/compare.lua", folder);
    if (luaL_loadfile(L, lua_tostring(L, -1)) != LUA_OK)
        return lua_error(L);
    luaL_newlibtable(L, functions);
    lua_pushvalue(L, 5);
    luaL_setfuncs(L, functions, 1);
    lua_pushinteger(L, lua_tointeger(L, 2));
    lua_pushinteger(L, lua_tointeger(L, 3));
    lua_pushinteger(L, lua_tointeger(L, 4));
    lua_call(L, 4, 2);
    return 2;
}

int main(int count, char **words)
{
    if (count < 2) {
        fprintf(stderr, "usage: reference_driver FOLDER [FIRST_SEED [PACKS [WORLDS]]]\n");
        return 2;
    }
    lua_State *L = luaL_newstate();
    if (L == NULL)
        return 3;
    struct loaded *packs = NULL;
    lua_pushcfunction(L, run);
    lua_pushstring(L, words[1]);
    lua_pushinteger(L, count > 3 ? strtoll(words[3], NULL, 10) : PACKS);
    lua_pushinteger(L, count > 4 ? strtoll(words[4], NULL, 10) : WORLDS);
    lua_pushinteger(L, count > 2 ? strtoll(words[2], NULL, 10) : FIRST_SEED);
    lua_pushlightuserdata(L, &packs);
    int status = lua_pcall(L, 5, 2, 0);
    int code = 0;
    if (status != LUA_OK || !lua_isnil(L, -2)) {
        fprintf(stderr, "%s\n", luaL_tolstring(L, status == LUA_OK ? -2 : -1, NULL));
        code = 1;
    } else {
        printf("%lld cases agree\n", (long long)lua_tointeger(L, -1));
    }
    lua_close(L);
    free_loaded(packs);
    return code;
}
