/* Holders of C memory that the Lua state closes. What they hold is the business of whoever asks. */
#include "bind/sandbox/scratch.h"

#include "base/limits.h"

#include <lauxlib.h>

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

/* Gives the zeroed userdata on top its closer and marks its slot. Both closers may run twice. */
static void hold(lua_State *L, const char *name, lua_CFunction closer)
{
    if (luaL_newmetatable(L, name)) {
        lua_pushcfunction(L, closer);
        lua_setfield(L, -2, "__gc");
        lua_pushcfunction(L, closer);
        lua_setfield(L, -2, "__close");
    }
    lua_setmetatable(L, -2);
    lua_toclose(L, -1);
}

struct as_buf *as_scratch_buffer(lua_State *L)
{
    luaL_checkstack(L, 4, NULL);
    struct as_buf *buffer = lua_newuserdatauv(L, sizeof *buffer, 0);
    *buffer = (struct as_buf){.max = 4 * AS_MAX_TEXT};
    hold(L, "assay.buffer", close_buffer);
    return buffer;
}

struct as_arena *as_scratch_arena(lua_State *L)
{
    luaL_checkstack(L, 4, NULL);
    struct as_arena *arena = lua_newuserdatauv(L, sizeof *arena, 0);
    as_arena_init(arena);
    hold(L, "assay.arena", close_arena);
    return arena;
}
