/* Loading: names, positions and openings of a pack that is being loaded. What each declaration means is in
 * the files of the declarations (model_words.c, nurturing_words.c …). */
#include "bind/language/loading.h"

#include "bind/language/declare.h"
#include "bind/sandbox/raise.h"
#include "bind/sandbox/seal.h"

#include <lauxlib.h>
#include <string.h>

static const char OPENING_TYPE[] = "assay.declaration", FUNCTIONS[] = "assay.functions";

struct as_loading *as_loading_of(lua_State *L)
{
    struct as_loading *loading = as_state_of(L)->loading;
    if (loading == NULL)
        as_raise_rule(L, (struct as_position){0}, "declare it outside of functions",
                      "rules are declared while a pack loads, not while it decides");
    /* The allocator of the state does not see the pack's arena. */
    if (loading->pack->rules.arena.used > AS_MAX_DECLARED_BYTES)
        as_state_stop(loading->state, NULL, "the pack declares more than %zu MiB",
                      AS_MAX_DECLARED_BYTES / (1024 * 1024));
    return loading;
}

void as_loading_out_of_memory(lua_State *L)
{
    struct as_error error = AS_ERROR_INIT;
    as_error_memory(&error);
    as_raise(L, &error);
}

void *as_loading_alloc(lua_State *L, struct as_loading *loading, size_t size)
{
    void *made = as_arena_alloc(&loading->pack->rules.arena, size);
    if (made == NULL)
        as_loading_out_of_memory(L);
    return made;
}

const char *as_loading_copy(lua_State *L, struct as_loading *loading, const char *text, size_t n)
{
    const char *copy = as_arena_copy(&loading->pack->rules.arena, text, n);
    if (copy == NULL)
        as_loading_out_of_memory(L);
    return copy;
}

static const char *keep_file(lua_State *L, struct as_loading *loading, const char *file)
{
    for (uint32_t i = 0; i < loading->files.n; i++)
        if (strcmp(loading->files.at[i], file) == 0)
            return loading->files.at[i];
    const char *kept = as_loading_copy(L, loading, file, strlen(file));
    as_loading_push(L, loading, &loading->files, kept);
    return kept;
}

struct as_position as_loading_here(lua_State *L, struct as_loading *loading)
{
    struct as_position here = as_position_here(L);
    if (here.file != NULL)
        here.file = keep_file(L, loading, here.file);
    return here;
}

const char *as_loading_name(lua_State *L, struct as_loading *loading, int index, const char *word)
{
    if (lua_type(L, index) != LUA_TSTRING)
        as_raise_rule(L, (struct as_position){0}, NULL, "%s needs a name in quotes, got %s", word,
                      lua_isnone(L, index) ? "nothing" : luaL_typename(L, index));
    size_t n;
    const char *name = lua_tolstring(L, index, &n);
    if (n == 0 || n > AS_MAX_NAME)
        as_raise_rule(L, (struct as_position){0}, NULL, "the name of a %s has 1 to %d bytes, this one %zu",
                      word, AS_MAX_NAME, n);
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)name[i] < ' ' || name[i] == 0x7F)
            as_raise_rule(L, (struct as_position){0}, NULL, "the name of a %s holds a control character",
                          word);
    return as_loading_copy(L, loading, name, n);
}

void as_loading_twice(lua_State *L, struct as_position here, const char *word, const char *name,
                      struct as_position first)
{
    as_raise_rule(L, here, "give one of them another name", "%s \"%s\" is declared twice: first at %s:%d",
                  word, name, first.file != NULL ? first.file : "?", first.line);
}

static struct as_opening *push(lua_State *L, struct as_loading *loading, const struct as_declaration *kind,
                               const char *name)
{
    struct as_opening **held = lua_newuserdatauv(L, sizeof(struct as_opening *), 0);
    struct as_opening *opening = as_loading_alloc(L, loading, sizeof *opening);
    *opening = (struct as_opening){.kind = kind, .name = name, .position = as_loading_here(L, loading)};
    *held = opening;
    luaL_setmetatable(L, OPENING_TYPE);
    as_loading_push(L, loading, &loading->openings, opening);
    return opening;
}

struct as_opening *as_opening_push(lua_State *L, const struct as_declaration *kind, void *owner, int index)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_opening *opening = push(L, loading, kind, as_loading_name(L, loading, index, kind->word));
    opening->owner = owner;
    return opening;
}

struct as_opening *as_opening_value(lua_State *L, const struct as_declaration *kind, const char *name,
                                    void *made)
{
    struct as_opening *opening = push(L, as_loading_of(L), kind, name);
    opening->made = made;
    opening->taken = true;
    return opening;
}

struct as_opening *as_opening_test(lua_State *L, int index, const struct as_declaration *kind)
{
    struct as_opening **held = luaL_testudata(L, index, OPENING_TYPE);
    return held != NULL && (*held)->kind == kind ? *held : NULL;
}

static int opening_call(lua_State *L)
{
    struct as_loading *loading = as_loading_of(L);
    struct as_opening **held = luaL_checkudata(L, 1, OPENING_TYPE);
    struct as_opening *opening = *held;
    if (opening->kind->take == NULL || opening->taken)
        as_raise_rule(
            L, opening->position, NULL, "%s \"%s\" takes %s options", opening->kind->word, opening->name,
            opening->taken && opening->kind->take != NULL ? "its options only once, no more" : "no");
    if (lua_type(L, 2) != LUA_TTABLE)
        as_raise_rule(L, opening->position, NULL,
                      "%s \"%s\" needs a table of options { … } after its name, got %s", opening->kind->word,
                      opening->name, lua_isnone(L, 2) ? "nothing" : luaL_typename(L, 2));
    opening->taken = true;
    lua_settop(L, 2);
    return opening->kind->take(L, loading, opening, 2);
}

static int opening_index(lua_State *L)
{
    struct as_opening **held = luaL_checkudata(L, 1, OPENING_TYPE);
    const char *key = lua_type(L, 2) == LUA_TSTRING ? lua_tostring(L, 2) : luaL_typename(L, 2);
    as_raise_rule(L, (struct as_position){0}, NULL, "%s \"%s\" has nothing called \"%s\"",
                  (*held)->kind->word, (*held)->name, key);
}

const struct as_expr *as_loading_function(lua_State *L, struct as_loading *loading, int index,
                                          const char *name, enum as_level level, bool points)
{
    index = lua_absindex(L, index);
    lua_Debug about;
    lua_pushvalue(L, index);
    lua_getinfo(L, ">S", &about);
    if (about.source[0] != '@' && about.what[0] == 'C')
        as_raise_rule(L, (struct as_position){0}, "write a colon and brackets, as in lead.title:known()",
                      "a method stands where a condition belongs");
    struct as_position position = as_loading_here(L, loading);
    if (about.source[0] == '@' && about.linedefined > 0)
        position = (struct as_position){keep_file(L, loading, about.source + 1), about.linedefined};
    if (name == NULL) {
        name = as_arena_printf(&loading->pack->rules.arena, "line %d of %s", position.line,
                               position.file != NULL ? position.file : "the pack");
        if (name == NULL)
            as_loading_out_of_memory(L);
    }
    struct as_error error = AS_ERROR_INIT;
    const struct as_expr *expr;
    uint32_t number = loading->functions.n;
    if (as_expr_function(&expr, &loading->pack->rules, number, name, level, position, &error) != AS_OK)
        as_raise(L, &error);
    as_loading_push(L, loading, &loading->functions, ((struct as_function_use){expr, points}));
    loading->pack->functions = loading->functions.n;
    if (luaL_getsubtable(L, LUA_REGISTRYINDEX, FUNCTIONS) == 0)
        luaL_checkstack(L, 4, NULL);
    lua_pushvalue(L, index);
    lua_rawseti(L, -2, (lua_Integer)number + 1);
    lua_pop(L, 1);
    return expr;
}

void as_loading_seal(lua_State *L)
{
    const char *const lists[] = {FUNCTIONS, as_enrich_functions};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        luaL_getsubtable(L, LUA_REGISTRYINDEX, lists[i]);
        as_seal(L, -1);
        lua_pop(L, 1);
    }
}

void as_loading_check_openings(lua_State *L, const struct as_loading *loading)
{
    for (uint32_t i = 0; i < loading->openings.n; i++) {
        const struct as_opening *opening = loading->openings.at[i];
        if (!opening->taken)
            as_raise_rule(L, opening->position, "write its options in braces after the name",
                          "%s \"%s\" has a name but no options", opening->kind->word, opening->name);
        if (opening->kind->place != NULL && !opening->placed)
            as_raise_rule(L, opening->position, NULL, "%s \"%s\" stands in no %s", opening->kind->word,
                          opening->name, opening->kind->place);
    }
}

void as_opening_open(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__call", opening_call}, {"__index", opening_index}, {NULL, NULL}};
    if (luaL_newmetatable(L, OPENING_TYPE)) {
        luaL_setfuncs(L, methods, 0);
        lua_pushboolean(L, 0);
        lua_setfield(L, -2, "__metatable");
    }
    lua_pop(L, 1);
}
