/* Require: `assay.*` names a module of the host or of the embedded library, any other name a file of the pack
 * itself. No path is ever searched. */
#include "bind/sandbox/require.h"

#include "bind/sandbox/frozen.h"
#include "bind/sandbox/library.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/seal.h"
#include "bind/sandbox/state.h"

#include "base/limits.h"

#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char LOADED[] = "assay.loaded", OFFERS[] = "assay.offers", SEALED[] = "assay.sealed";

struct offer {
    void (*push)(lua_State *L, void *context);
    void *context;
};

static bool plain_name(const char *name, size_t n)
{
    if (n == 0 || n > AS_MAX_NAME || strlen(name) != n || name[0] == '.' || name[0] == '/' ||
        strstr(name, "..") != NULL)
        return false;
    return strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") == n;
}

/* "assay.pack" and "lib.names" → "assay/pack.lua" and "lib/names.lua". */
static const char *push_path(lua_State *L, const char *name)
{
    luaL_gsub(L, name, ".", "/");
    lua_pushliteral(L, ".lua");
    lua_concat(L, 2);
    return lua_tostring(L, -1);
}

static void push_module_name(lua_State *L, const char *path)
{
    lua_pushlstring(L, path, strlen(path) - 4);
    luaL_gsub(L, lua_tostring(L, -1), "/", ".");
    lua_remove(L, -2);
}

static bool is_lua(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".lua") == 0;
}

static _Noreturn void refuse_unknown(lua_State *L, const struct as_state *state, const char *name)
{
    enum { MOST = 128 };
    const char *names[MOST];
    size_t n = 0;
    luaL_checkstack(L, MOST + 8, NULL);
    for (size_t i = 0; i < as_library_count && n < MOST; i++)
        if (is_lua(as_library_files[i].name)) {
            push_module_name(L, as_library_files[i].name);
            names[n++] = lua_tostring(L, -1);
        }
    lua_getfield(L, LUA_REGISTRYINDEX, OFFERS);
    int offers = lua_gettop(L);
    lua_pushnil(L);
    while (n < MOST && lua_next(L, offers) != 0) {
        lua_pop(L, 1);
        names[n++] = lua_tostring(L, -1); /* the offers keep their names */
    }
    if (state->source != NULL)
        for (uint32_t i = 0; i < state->source->files.n && n < MOST; i++)
            if (is_lua(state->source->files.at[i].name)) {
                push_module_name(L, state->source->files.at[i].name);
                names[n++] = lua_tostring(L, -1);
            }
    as_raise_unknown(L, (struct as_position){0}, as_suggest(as_str_of(name), names, n),
                     "require sees the library (\"assay.…\") and the files of the pack",
                     "there is no module \"%s\"", name);
}

static _Noreturn void load_failed(lua_State *L, int result, const char *chunk)
{
    struct as_state *state = as_state_of(L);
    if (result == LUA_ERRMEM) {
        state->stopped = true;
        as_raise(L, &state->stop);
    }
    struct as_error error = AS_ERROR_INIT;
    as_error_of_value(&error, L, -1);
    as_error_at(&error, chunk + 1, 0); /* brackets too deep, or bytecode: Lua names no line */
    as_raise(L, &error);
}

/* Loads a chunk and calls it; leaves its first result. */
static void run_chunk(lua_State *L, struct as_str text, const char *chunk, const char *name)
{
    int result = luaL_loadbufferx(L, text.p, text.n, chunk, "t");
    if (result != LUA_OK)
        load_failed(L, result, chunk);
    lua_pushstring(L, name);
    lua_call(L, 1, 1);
}

static bool push_offered(lua_State *L, const char *name)
{
    lua_getfield(L, LUA_REGISTRYINDEX, OFFERS);
    lua_getfield(L, -1, name);
    lua_remove(L, -2);
    const struct offer *offer = lua_touserdata(L, -1);
    lua_pop(L, 1); /* OFFERS anchors it */
    if (offer == NULL)
        return false;
    offer->push(L, offer->context);
    return true;
}

/* A buffer that Lua frees, whatever happens while the module runs. */
static int free_held(lua_State *L)
{
    as_buf_free(lua_touserdata(L, 1));
    return 0;
}

static struct as_buf *push_held(lua_State *L)
{
    struct as_buf *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = (struct as_buf){0};
    lua_createtable(L, 0, 1);
    lua_pushcfunction(L, free_held);
    lua_setfield(L, -2, "__gc");
    lua_setmetatable(L, -2);
    return held;
}

static void run_library(lua_State *L, const struct as_state *state, const char *name)
{
    struct as_error error = AS_ERROR_INIT;
    struct as_str text;
    const char *path = push_path(L, name);
    struct as_buf *held = push_held(L);
    if (as_library_read(&text, held, state->library, path, &error) != AS_OK) {
        if (error.status != AS_ERR_MISSING)
            as_raise(L, &error);
        refuse_unknown(L, state, name);
    }
    lua_pushfstring(L, "=%s", name);
    run_chunk(L, text, lua_tostring(L, -1), name);
}

static void run_own(lua_State *L, const struct as_state *state, const char *name)
{
    const char *path = push_path(L, name);
    const struct as_source_file *file = state->source != NULL ? as_source_find(state->source, path) : NULL;
    if (file == NULL)
        refuse_unknown(L, state, name);
    lua_pushfstring(L, "@%s", path);
    run_chunk(L, file->bytes, lua_tostring(L, -1), name);
}

/* __index of what a module's table reads: its name is the upvalue, the table and the key are 1 and 2. */
static int refuse_member(lua_State *L)
{
    enum { MOST = 256 };
    const char *names[MOST], *module = lua_tostring(L, lua_upvalueindex(1));
    size_t n = 0;
    if (lua_type(L, 2) != LUA_TSTRING)
        return 0;
    lua_pushnil(L);
    while (n < MOST && lua_next(L, 1) != 0) {
        lua_pop(L, 1);
        if (lua_type(L, -1) == LUA_TSTRING)
            names[n++] = lua_tostring(L, -1); /* the table keeps it */
    }
    const char *name = lua_tostring(L, 2);
    lua_pushfstring(L, "`assay manual %s` tells what it has", module);
    as_raise_unknown(L, (struct as_position){0}, as_suggest(as_str_of(name), names, n), lua_tostring(L, -1),
                     "%s has no \"%s\"", module, name);
}

/* Freezes the module on top. What it lacks is no nil, which would be called or compared somewhere else. */
static void close_module(lua_State *L, const char *name)
{
    lua_createtable(L, 0, 1);
    lua_pushstring(L, name);
    lua_pushcclosure(L, refuse_member, 1);
    lua_setfield(L, -2, "__index");
    lua_setmetatable(L, -2);
    as_freeze(L, name);
}

/* A module that a rule function asks for may hold tables that no function of the pack reached before. */
static void seal_module(lua_State *L)
{
    luaL_getsubtable(L, LUA_REGISTRYINDEX, SEALED);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, -2) == LUA_TNIL) {
        lua_createtable(L, 1, 0);
        lua_pushvalue(L, -4);
        lua_rawseti(L, -2, 1);
        as_seal(L, -1);
        lua_pushvalue(L, 1);
        lua_pushboolean(L, 1);
        lua_rawset(L, -5);
        lua_pop(L, 1);
    }
    lua_pop(L, 2);
}

static int require(lua_State *L)
{
    size_t n;
    const char *name = luaL_checklstring(L, 1, &n);
    const struct as_state *state = as_state_of(L);
    lua_settop(L, 1);
    if (state->sealed && strncmp(name, "assay.", 6) != 0)
        as_raise_rule(L, (struct as_position){0}, "require it at the top of the file and keep it in a local",
                      "a rule function cannot require files of the pack");
    lua_getfield(L, LUA_REGISTRYINDEX, LOADED);
    lua_pushvalue(L, 1);
    if (lua_rawget(L, 2) != LUA_TNIL) {
        if (lua_islightuserdata(L, 3))
            as_raise_rule(L, (struct as_position){0}, "let one of the two files not require the other",
                          "\"%s\" requires itself, directly or through another file", name);
        if (state->sealed)
            seal_module(L);
        return 1;
    }
    if (!plain_name(name, n))
        as_raise_rule(L, (struct as_position){0},
                      "name a module of the library, or a file of the pack without its .lua",
                      "require cannot take \"%s\"", name);
    lua_pushvalue(L, 1);
    lua_pushlightuserdata(L, NULL); /* while it loads */
    lua_rawset(L, 2);
    if (push_offered(L, name)) {
        close_module(L, name);
    } else if (strncmp(name, "assay.", 6) == 0) {
        run_library(L, state, name);
        if (lua_istable(L, -1))
            close_module(L, name);
    } else {
        run_own(L, state, name);
    }
    if (lua_isnil(L, -1)) {
        lua_pop(L, 1);
        lua_pushboolean(L, 1);
    }
    lua_pushvalue(L, 1);
    lua_pushvalue(L, -2);
    lua_rawset(L, 2);
    if (state->sealed)
        seal_module(L);
    return 1;
}

static int set_offer(lua_State *L)
{
    const char *name = lua_touserdata(L, 1);
    const struct offer *given = lua_touserdata(L, 2);
    lua_getfield(L, LUA_REGISTRYINDEX, OFFERS);
    struct offer *offer = lua_newuserdatauv(L, sizeof *offer, 0);
    *offer = *given;
    lua_setfield(L, -2, name);
    return 0;
}

enum as_status as_state_offer(struct as_state *state, const char *name,
                              void (*push)(lua_State *L, void *context), void *context,
                              struct as_error *error)
{
    struct offer offer = {push, context};
    lua_pushcfunction(state->lua, set_offer);
    lua_pushlightuserdata(state->lua, (void *)name);
    lua_pushlightuserdata(state->lua, &offer);
    return as_state_call(state, 2, 0, 0, error);
}

void as_require_open(lua_State *L)
{
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, LOADED);
    lua_newtable(L);
    lua_setfield(L, LUA_REGISTRYINDEX, OFFERS);
    lua_getfield(L, LUA_REGISTRYINDEX, "assay.names");
    lua_pushliteral(L, "require");
    lua_pushcfunction(L, require);
    lua_rawset(L, -3);
    lua_pop(L, 1);
}

void as_require_push(lua_State *L)
{
    lua_pushcfunction(L, require);
}
