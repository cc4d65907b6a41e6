/* Holders of C memory that the Lua state closes. What they hold is the business of whoever asks. */
#include "bind/sandbox/scratch.h"

#include "base/limits.h"
#include "bind/sandbox/raise.h"

#include <lauxlib.h>

/* Both closers may run twice. */
static int close_buffer(lua_State *L)
{
    as_buf_free(lua_touserdata(L, 1));
    return 0;
}

static int close_arena(lua_State *L)
{
    as_arena_free(lua_touserdata(L, 1));
    return 0;
}

void as_holder_type(lua_State *L, const char *name, const luaL_Reg *methods)
{
    luaL_checkstack(L, 4, NULL);
    if (luaL_getmetatable(L, name) == LUA_TNIL) {
        lua_pop(L, 1);
        lua_newtable(L);
        luaL_setfuncs(L, methods, 0);
        lua_pushstring(L, name);
        lua_setfield(L, -2, "__name");
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
        lua_pushvalue(L, -1);
        lua_setfield(L, LUA_REGISTRYINDEX, name);
    }
    lua_setmetatable(L, -2);
}

struct as_buf *as_scratch_buffer(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__gc", close_buffer}, {"__close", close_buffer}, {NULL, NULL}};
    luaL_checkstack(L, 4, NULL);
    struct as_buf *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    *buffer = (struct as_buf){.max = 4 * AS_MAX_TEXT};
    as_holder_type(L, "assay.buffer", methods);
    lua_toclose(L, -1);
    return buffer;
}

void as_scratch_check(lua_State *L, const struct as_buf *buffer, const char *what)
{
    struct as_error error = AS_ERROR_INIT;
    if (!buffer->failed)
        return;
    if (buffer->full)
        luaL_error(L, "%s is too long", what);
    as_error_memory(&error);
    as_raise(L, &error);
}

struct as_arena *as_scratch_arena(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__gc", close_arena}, {"__close", close_arena}, {NULL, NULL}};
    luaL_checkstack(L, 4, NULL);
    struct as_arena *arena = lua_newuserdatauv(L, sizeof *arena, 0);
    as_arena_init(arena);
    as_holder_type(L, "assay.arena", methods);
    lua_toclose(L, -1);
    return arena;
}
