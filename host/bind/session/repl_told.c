/* Values of a session that print as more than a line: explanations and ways through a gate. */
#include "bind/language/node.h"
#include "bind/sandbox/scratch.h"
#include "bind/session/repl_parts.h"

#include <stdlib.h>
#include <string.h>

static const char TOLD[] = "assay.told";

struct told {
    enum { EXPLANATION, WHYNOT } kind;
    enum as_told what;
    struct as_explanation explanation;
    struct as_whynot whynot;
};

static int told_free(lua_State *L)
{
    struct told *told = lua_touserdata(L, 1);
    as_explanation_free(&told->explanation);
    as_whynot_free(&told->whynot);
    return 0;
}

static int told_text(lua_State *L)
{
    const struct told *told = lua_touserdata(L, 1);
    if (told->kind == EXPLANATION && told->explanation.lead != NULL)
        lua_pushstring(L, told->explanation.lead);
    else
        lua_pushliteral(L, "ways through a gate");
    return 1;
}

static struct told *push_told(lua_State *L)
{
    static const luaL_Reg methods[] = {{"__gc", told_free}, {"__tostring", told_text}, {NULL, NULL}};
    struct told *told = lua_newuserdatauv(L, sizeof *told, 0);
    memset(told, 0, sizeof *told);
    as_holder_type(L, TOLD, methods);
    return told;
}

void as_told_explanation(lua_State *L, struct as_explanation *explanation, enum as_told what)
{
    struct told *told = push_told(L);
    told->kind = EXPLANATION;
    told->what = what;
    told->explanation = *explanation;
    *explanation = (struct as_explanation){.pack = NULL};
}

void as_told_whynot(lua_State *L, struct as_whynot *whynot)
{
    struct told *told = push_told(L);
    told->kind = WHYNOT;
    told->whynot = *whynot;
    *whynot = (struct as_whynot){.gate = NULL};
}

/* A table's fields in a line; keys sorted, so that the same value prints the same. */
static int compare_texts(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void say_value(struct as_buf *out, lua_State *L, int index, int depth);

static void say_table(struct as_buf *out, lua_State *L, int index, int depth)
{
    enum { SHOWN = 100 };
    const char *keys[SHOWN];
    size_t n = 0;
    bool more = false, first = true;
    as_buf_text(out, "{");
    lua_Integer items = (lua_Integer)lua_rawlen(L, index);
    for (lua_Integer i = 1; i <= items && i <= SHOWN; i++) {
        as_buf_text(out, first ? " " : ", ");
        lua_rawgeti(L, index, i);
        say_value(out, L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
        first = false;
    }
    for (lua_pushnil(L); lua_next(L, index) != 0; lua_pop(L, 1))
        if (lua_type(L, -2) == LUA_TSTRING && n < SHOWN)
            keys[n++] = lua_tostring(L, -2);
        else if (!lua_isinteger(L, -2) || lua_tointeger(L, -2) < 1 || lua_tointeger(L, -2) > items)
            more = true;
    qsort(keys, n, sizeof *keys, compare_texts);
    for (size_t i = 0; i < n; i++) {
        as_buf_printf(out, "%s%s = ", first ? " " : ", ", keys[i]);
        lua_getfield(L, index, keys[i]);
        say_value(out, L, lua_gettop(L), depth + 1);
        lua_pop(L, 1);
        first = false;
    }
    if (items > SHOWN || more)
        as_buf_text(out, first ? " …" : ", …");
    as_buf_text(out, first && !more ? "}" : " }");
}

static void say_value(struct as_buf *out, lua_State *L, int index, int depth)
{
    luaL_checkstack(L, 8, NULL);
    if (lua_type(L, index) == LUA_TSTRING && depth > 0) {
        as_buf_json(out, as_str_of(lua_tostring(L, index)));
        return;
    }
    bool named = luaL_getmetafield(L, index, "__tostring") != LUA_TNIL;
    if (named)
        lua_pop(L, 1);
    if (lua_istable(L, index) && !named && depth < 4) {
        say_table(out, L, index, depth);
        return;
    }
    size_t n;
    const char *text = luaL_tolstring(L, index, &n);
    /* Addresses of functions say nothing and differ from run to run. */
    const char *address = lua_isfunction(L, index) || lua_istable(L, index) ? strstr(text, ": 0x") : NULL;
    as_buf_bytes(out, text, address != NULL ? (size_t)(address - text) : n);
    lua_pop(L, 1);
}

void as_told_print(lua_State *L, int index)
{
    struct as_repl *repl = as_repl_of(L);
    const struct as_repl_printer *printer = &repl->options.printer;
    struct as_error error = AS_ERROR_INIT;
    index = lua_absindex(L, index);
    const struct told *told = luaL_testudata(L, index, TOLD);
    if (told != NULL && told->kind == EXPLANATION) {
        as_repl_check(L, printer->explanation(printer->context, &told->explanation, told->what, &error),
                      &error);
    } else if (told != NULL) {
        as_repl_check(L, printer->whynot(printer->context, &told->whynot, &error), &error);
    } else if (as_rows_test(L, index)) {
        as_rows_print(L, index);
    } else {
        int top = lua_gettop(L);
        struct as_buf *text = as_scratch_buffer(L); /* a script's __tostring may raise */
        text->max = 0;                              /* whoever prints much wants to see it */
        const struct as_expr *node = as_node_test(L, index);
        if (node != NULL) {
            as_expr_say(text, node, repl->options.schema);
            as_expr_use(&repl->scratch.rules, node);
        } else {
            say_value(text, L, index, 0);
        }
        if (text->n == 0 || text->p[text->n - 1] != '\n')
            as_buf_char(text, '\n');
        if (text->failed)
            as_repl_check(L, as_error_memory(&error), &error);
        as_repl_check(L, printer->text(printer->context, (struct as_str){text->p, text->n}, &error), &error);
        lua_settop(L, top);
    }
}
