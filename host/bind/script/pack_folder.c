/* The folder of a pack, read into a source. LuaFileSystem walks it, in a state of its own that scripts never
 * see. */
#include "bind/script/host.h"

#include "base/file.h"

#include <lauxlib.h>
#include <lfs.h>
#include <lualib.h>
#include <string.h>
#include <unistd.h>

enum { MOST_DEPTH = 8 };

struct walk {
    lua_State *L;
    struct as_source *source;
    const char *folder;
};

static enum as_status read_bytes(const struct walk *walk, const char *path, const char *inner,
                                 struct as_error *error)
{
    struct as_buf bytes = {.p = NULL};
    enum as_status status = as_file_read(&bytes, path, AS_MAX_PACK_BYTES, "the pack's file", error);
    if (status == AS_OK)
        status = as_source_add(walk->source, inner, (struct as_str){as_buf_c(&bytes), bytes.n}, error);
    as_buf_free(&bytes);
    return status;
}

/* Pushes what kind of thing the path is, links not followed; nil for what cannot be looked at. */
static const char *push_mode(lua_State *L, const char *path)
{
    lua_getglobal(L, "lfs");
    lua_getfield(L, -1, "symlinkattributes");
    lua_remove(L, -2);
    lua_pushstring(L, path);
    lua_pushliteral(L, "mode");
    lua_call(L, 2, 1);
    return lua_tostring(L, -1);
}

static enum as_status walk_folder(const struct walk *walk, const char *inner, int depth,
                                  struct as_error *error);

static enum as_status visit(const struct walk *walk, const char *inner, const char *name, int depth,
                            struct as_error *error)
{
    if (name[0] == '.')
        return AS_OK;
    lua_State *L = walk->L;
    enum as_status status = AS_OK;
    const char *below = lua_pushfstring(L, "%s%s%s", inner, inner[0] != '\0' ? "/" : "", name);
    const char *path = lua_pushfstring(L, "%s/%s", walk->folder, below);
    const char *mode = push_mode(L, path);
    if (mode != NULL && strcmp(mode, "directory") == 0)
        status = depth >= MOST_DEPTH ? as_error_set(error, AS_ERR_LIMIT, "%s lies more than %d folders deep",
                                                    path, MOST_DEPTH)
                                     : walk_folder(walk, below, depth + 1, error);
    else if (mode != NULL && strcmp(mode, "file") == 0 && as_source_part(below) != AS_PART_NONE)
        status = read_bytes(walk, path, below, error);
    lua_pop(L, 3);
    return status;
}

static enum as_status walk_folder(const struct walk *walk, const char *inner, int depth,
                                  struct as_error *error)
{
    lua_State *L = walk->L;
    luaL_checkstack(L, 16, NULL);
    int top = lua_gettop(L);
    lua_getglobal(L, "lfs");
    lua_getfield(L, -1, "dir");
    lua_pushfstring(L, "%s%s%s", walk->folder, inner[0] != '\0' ? "/" : "", inner);
    lua_call(L, 1, 2); /* iterator, folder */
    enum as_status status = AS_OK;
    while (status == AS_OK) {
        lua_pushvalue(L, top + 2);
        lua_pushvalue(L, top + 3);
        lua_call(L, 1, 1);
        if (lua_type(L, -1) != LUA_TSTRING)
            break;
        status = visit(walk, inner, lua_tostring(L, -1), depth, error);
        lua_pop(L, 1);
    }
    lua_settop(L, top);
    return status;
}

struct reading {
    struct as_source *source;
    const char *folder;
    struct as_error *error;
    enum as_status status;
};

static int read_folder(lua_State *L)
{
    struct reading *reading = lua_touserdata(L, 1);
    luaL_requiref(L, "lfs", luaopen_lfs, 1);
    lua_settop(L, 1);
    const struct walk walk = {L, reading->source, reading->folder};
    const char *mode = push_mode(L, reading->folder);
    if (mode == NULL || strcmp(mode, "file") == 0) {
        as_error_set(reading->error, AS_ERR_MISSING,
                     mode == NULL ? "there is no folder %s" : "%s is no folder", reading->folder);
        reading->status =
            as_error_advise(reading->error, "name the folder that holds the pack.lua; assay init makes one");
    } else { /* a folder reached through a link is fine; links inside of it are not */
        reading->status = walk_folder(&walk, "", 0, reading->error);
    }
    return 0;
}

enum as_status as_source_read(struct as_source *out, const char *folder, struct as_error *error)
{
    as_source_init(out);
    lua_State *L = luaL_newstate();
    if (L == NULL)
        return as_error_memory(error);
    struct reading reading = {out, folder, error, AS_OK};
    lua_pushcfunction(L, read_folder);
    lua_pushlightuserdata(L, &reading);
    enum as_status status;
    if (lua_pcall(L, 1, 0, 0) != LUA_OK)
        status = as_error_set(error, AS_ERR_IO, "%s cannot be read: %s", folder,
                              lua_isstring(L, -1) ? lua_tostring(L, -1) : "no reason given");
    else
        status = reading.status;
    lua_close(L);
    /* Too many files are no fault of a pack where there is none. */
    const char *head = as_arena_printf(&out->arena, "%s/pack.lua", folder);
    if ((status == AS_OK && as_source_find(out, "pack.lua") == NULL) ||
        (status == AS_ERR_LIMIT && head != NULL && access(head, F_OK) != 0)) {
        as_error_clear(error);
        status = as_error_set(error, AS_ERR_MISSING, "%s holds no pack.lua", folder);
        as_error_advise(error, "a pack is a folder with a pack.lua; `assay init` makes one");
    }
    if (status == AS_OK && (out->root = as_arena_copy(&out->arena, folder, strlen(folder))) == NULL)
        status = as_error_memory(error);
    if (status == AS_OK)
        status = as_source_seal(out, error);
    if (status != AS_OK) {
        as_source_free(out);
        as_source_init(out);
    }
    return status;
}
