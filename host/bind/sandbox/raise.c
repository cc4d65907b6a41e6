/* Errors across the Lua boundary: raising them with a position, and reading any error value back into a
 * struct as_error. */
#include "bind/sandbox/raise.h"

#include "base/suggest.h"
#include "bind/sandbox/state.h"

#include <lauxlib.h>
#include <stdio.h>
#include <string.h>

static const char ERROR_TYPE[] = "assay.error";

struct as_position as_position_here(lua_State *L)
{
    lua_Debug frame;
    for (int level = 0; lua_getstack(L, level, &frame); level++)
        if (lua_getinfo(L, "Sl", &frame) && frame.source[0] == '@' && frame.currentline > 0)
            return (struct as_position){frame.source + 1, frame.currentline};
    return (struct as_position){NULL, 0};
}

void as_raise(lua_State *L, const struct as_error *error)
{
    luaL_checkstack(L, 4, NULL);
    struct as_error *held = lua_newuserdatauv(L, sizeof *held, 0);
    *held = *error;
    luaL_setmetatable(L, ERROR_TYPE);
    lua_error(L);
    __builtin_unreachable();
}

static _Noreturn void raise_at(lua_State *L, struct as_error *error, struct as_position position)
{
    if (position.file == NULL)
        position = as_position_here(L);
    as_error_at(error, position.file, position.line);
    as_raise(L, error);
}

void as_raise_rule(lua_State *L, struct as_position position, const char *advice, const char *format, ...)
{
    struct as_error error = AS_ERROR_INIT;
    va_list args;
    va_start(args, format);
    as_error_setv(&error, AS_ERR_RULE, format, args);
    va_end(args);
    if (advice != NULL)
        as_error_advise(&error, "%s", advice);
    raise_at(L, &error, position);
}

void as_raise_unknown(lua_State *L, struct as_position position, const char *suggestion, const char *advice,
                      const char *format, ...)
{
    struct as_error error = AS_ERROR_INIT;
    char what[AS_ERROR_WHAT];
    va_list args;
    va_start(args, format);
    vsnprintf(what, sizeof what, format, args);
    va_end(args);
    as_error_set(&error, AS_ERR_RULE, "%s%s", what, as_meant(": ", suggestion, "").text);
    if (advice != NULL)
        as_error_advise(&error, "%s", advice);
    raise_at(L, &error, position);
}

/* Lua's own messages begin with "FILE:LINE: ". */
static void read_text(struct as_error *out, const char *text)
{
    for (const char *colon = strchr(text, ':'); colon != NULL; colon = strchr(colon + 1, ':')) {
        int line = 0;
        const char *p = colon + 1;
        while (*p >= '0' && *p <= '9' && p - colon < 9)
            line = line * 10 + (*p++ - '0');
        size_t length = (size_t)(colon - text);
        if (p > colon + 1 && p[0] == ':' && p[1] == ' ' && length < AS_ERROR_FILE) {
            char file[AS_ERROR_FILE];
            memcpy(file, text, length);
            file[length] = '\0';
            as_error_set(out, AS_ERR_RULE, "%s", p + 2);
            as_error_at(out, file, line);
            return;
        }
    }
    as_error_set(out, AS_ERR_RULE, "%s", text);
}

void as_error_of_value(struct as_error *out, lua_State *L, int index)
{
    as_error_clear(out);
    const struct as_error *held = luaL_testudata(L, index, ERROR_TYPE);
    if (held != NULL)
        *out = *held;
    else if (lua_type(L, index) == LUA_TSTRING)
        read_text(out, lua_tostring(L, index));
    else
        as_error_set(out, AS_ERR_RULE, "an error was raised with a %s instead of a text",
                     luaL_typename(L, index));
}

void as_raise_note(lua_State *L, int index)
{
    struct as_state *state = as_state_of(L);
    as_error_of_value(&state->failure, L, index);
    /* The library's own lines mean nothing to an author: show the line that called it. */
    bool library = strncmp(state->failure.file, "assay.", 6) == 0;
    struct as_position here = as_position_here(L);
    if (library && here.file != NULL)
        state->failure.file[0] = '\0';
    as_error_at(&state->failure, here.file, here.line);
}

int as_raise_handler(lua_State *L)
{
    if (!as_state_of(L)->stopped)
        as_raise_note(L, 1);
    return 1;
}

static int error_tostring(lua_State *L)
{
    const struct as_error *error = luaL_checkudata(L, 1, ERROR_TYPE);
    const char *gap = error->advice[0] != '\0' ? "\n" : "";
    if (error->file[0] != '\0')
        lua_pushfstring(L, "%s:%d: %s%s%s", error->file, error->line, error->what, gap, error->advice);
    else
        lua_pushfstring(L, "%s%s%s", error->what, gap, error->advice);
    return 1;
}

void as_raise_open(lua_State *L)
{
    luaL_newmetatable(L, ERROR_TYPE);
    lua_pushcfunction(L, error_tostring);
    lua_setfield(L, -2, "__tostring");
    lua_pushboolean(L, 0);
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
