/* Lists of a session: tables of rows that know their columns, print as tables and write themselves as CSV. */
#include "bind/session/repl_parts.h"

#include "base/file.h"
#include "base/limits.h"
#include "bind/sandbox/scratch.h"
#include "data/rows/csv_cell.h"

#include <stdlib.h>
#include <string.h>

static const char ROWS[] = "assay.rows";

void as_rows_push(lua_State *L, const char *const *columns, uint32_t width)
{
    lua_newtable(L);
    lua_createtable(L, (int)width, 0);
    for (uint32_t i = 0; i < width; i++) {
        lua_pushstring(L, columns[i]);
        lua_rawseti(L, -2, (lua_Integer)i + 1);
    }
    lua_setfield(L, -2, "columns");
    luaL_setmetatable(L, ROWS);
}

struct adding {
    const char *const *cells;
    const bool *numbers;
    uint32_t width;
};

/* list, adding */
static int add_row(lua_State *L)
{
    const struct adding *adding = lua_touserdata(L, 2);
    lua_createtable(L, 0, (int)adding->width);
    lua_getfield(L, 1, "columns");
    for (uint32_t i = 0; i < adding->width; i++)
        if (adding->cells[i] != NULL) {
            lua_rawgeti(L, 4, (lua_Integer)i + 1);
            if (adding->numbers == NULL || !adding->numbers[i] ||
                lua_stringtonumber(L, adding->cells[i]) == 0) /* infinity stays a text */
                lua_pushstring(L, adding->cells[i]);
            lua_rawset(L, 3);
        }
    lua_settop(L, 3);
    lua_rawseti(L, 1, (lua_Integer)lua_rawlen(L, 1) + 1);
    return 0;
}

enum as_status as_rows_add(lua_State *L, int list, const char *const *cells, const bool *numbers,
                           uint32_t width, struct as_error *error)
{
    struct adding adding = {cells, numbers, width};
    list = lua_absindex(L, list);
    if (!lua_checkstack(L, 8))
        return as_error_memory(error);
    lua_pushcfunction(L, add_row);
    lua_pushvalue(L, list);
    lua_pushlightuserdata(L, &adding);
    if (lua_pcall(L, 2, 0, 0) == LUA_OK)
        return AS_OK;
    lua_pop(L, 1);
    return as_error_set(error, AS_ERR_LIMIT, "the list is longer than the session's memory");
}

bool as_rows_test(lua_State *L, int index)
{
    if (!lua_istable(L, index) || !lua_getmetatable(L, index))
        return false;
    luaL_getmetatable(L, ROWS);
    bool same = lua_rawequal(L, -1, -2) != 0;
    lua_pop(L, 2);
    return same;
}

static int check_rows(lua_State *L, const char *method)
{
    if (!as_rows_test(L, 1))
        as_repl_refuse(L, "for example: find { stage = \"sales_ready\" }:csv \"ready.csv\"",
                       "%s is asked of a list, with a colon", method);
    return (int)lua_rawlen(L, 1);
}

/* The text of a cell, on top of the stack, and whether it is a number (may be NULL); NULL for none. */
static const char *push_cell(lua_State *L, int row, int column, bool *number)
{
    lua_pushvalue(L, column);
    lua_rawget(L, row);
    if (lua_isnil(L, -1))
        return NULL;
    if (number != NULL)
        *number = lua_type(L, -1) == LUA_TNUMBER;
    const char *text = luaL_tolstring(L, -1, NULL);
    lua_replace(L, -2);
    return text;
}

/* Pushes the names of the columns of the list at index, which somebody may have written to; where they are.
 */
static int push_columns(lua_State *L, int index, int *width)
{
    lua_getfield(L, index, "columns");
    bool named = lua_istable(L, -1);
    *width = named ? (int)lua_rawlen(L, -1) : 0;
    for (int c = 0; c < *width && named; c++) {
        named = lua_rawgeti(L, -1, (lua_Integer)c + 1) == LUA_TSTRING;
        lua_pop(L, 1);
    }
    if (!named)
        as_repl_refuse(L, NULL, "this list has lost its columns");
    return lua_gettop(L);
}

void as_rows_print(lua_State *L, int index)
{
    struct as_repl *repl = as_repl_of(L);
    int top = lua_gettop(L);
    lua_pushvalue(L, index);
    int list = lua_gettop(L), n = (int)lua_rawlen(L, list);
    int width, columns = push_columns(L, list, &width);
    size_t count = ((size_t)n + 1) * (size_t)(width > 0 ? width : 1);
    /* The cells' texts are the table's own and stay; numbers are made text in a copy. */
    const char **cells = lua_newuserdatauv(L, count * sizeof *cells, 0);
    bool *numbers = lua_newuserdatauv(L, count * sizeof *numbers, 0);
    memset(numbers, 0, count * sizeof *numbers);
    lua_newtable(L);
    int kept = lua_gettop(L);
    for (int r = 0; r < n; r++) {
        lua_rawgeti(L, list, r + 1);
        for (int c = 0; c < width; c++) {
            size_t cell = (size_t)(r + 1) * (size_t)width + (size_t)c;
            cells[cell] = NULL;
            if (!lua_istable(L, kept + 1))
                continue;
            lua_rawgeti(L, columns, c + 1);
            const char *text = push_cell(L, kept + 1, kept + 2, &numbers[cell]);
            if (text != NULL) {
                cells[cell] = text;
                lua_rawseti(L, kept, (lua_Integer)lua_rawlen(L, kept) + 1);
            } else {
                lua_pop(L, 1);
            }
            lua_pop(L, 1);
        }
        lua_settop(L, kept);
    }
    for (int c = 0; c < width; c++) {
        lua_rawgeti(L, columns, c + 1);
        cells[c] = lua_tostring(L, -1);
        lua_pop(L, 1);
    }
    struct as_told_rows rows = {.columns = cells,
                                .width = (uint32_t)width,
                                .cells = cells + width,
                                .numbers = numbers + width,
                                .rows = (uint64_t)n};
    struct as_error error = AS_ERROR_INIT;
    as_repl_check(L, repl->options.printer.rows(repl->options.printer.context, &rows, &error), &error);
    lua_settop(L, top);
}

/* --- methods --- */

static void put_cell(struct as_buf *out, int column, const char *text)
{
    as_buf_text(out, column > 0 ? "," : "");
    as_csv_cell(out, as_str_of(text != NULL ? text : ""));
}

static int rows_csv(lua_State *L)
{
    int n = check_rows(L, "csv");
    const char *name = luaL_checkstring(L, 2);
    struct as_buf *out = as_scratch_buffer(L);
    int width, columns = push_columns(L, 1, &width);
    out->max = AS_MAX_SESSION_MEMORY; /* of which the list has its part */
    for (int c = 0; c < width; c++) {
        lua_rawgeti(L, columns, c + 1);
        put_cell(out, c, lua_tostring(L, -1));
        lua_pop(L, 1);
    }
    as_buf_char(out, '\n');
    for (int r = 0; r < n; r++) {
        lua_rawgeti(L, 1, r + 1);
        int row = lua_gettop(L);
        for (int c = 0; c < width && lua_istable(L, row); c++) {
            lua_rawgeti(L, columns, c + 1);
            put_cell(out, c, push_cell(L, row, row + 1, NULL));
            lua_settop(L, row);
        }
        as_buf_char(out, '\n');
        lua_settop(L, columns);
    }
    struct as_error error = AS_ERROR_INIT;
    as_scratch_check(L, out, "the list");
    as_repl_check(L, as_file_write(name, (struct as_str){as_buf_c(out), out->n}, "the list", &error), &error);
    lua_pushfstring(L, "%d row%s in %s", n, n == 1 ? "" : "s", name);
    return 1;
}

/* How many rows have which value of the column, as a table on the stack; rows without one have "". */
static void push_counts(lua_State *L, int n)
{
    lua_newtable(L);
    int counts = lua_gettop(L);
    for (int r = 0; r < n; r++) {
        lua_rawgeti(L, 1, r + 1);
        if (!lua_istable(L, -1) || push_cell(L, counts + 1, 2, NULL) == NULL)
            lua_pushliteral(L, "");
        lua_pushvalue(L, -1);
        lua_rawget(L, counts);
        lua_Integer so_far = lua_tointeger(L, -1);
        lua_pop(L, 1);
        lua_pushinteger(L, so_far + 1);
        lua_rawset(L, counts);
        lua_settop(L, counts);
    }
}

struct counted {
    const char *value; /* a key of the counts, which keep it */
    lua_Integer rows;
};

static int commonest_first(const void *a, const void *b)
{
    const struct counted *x = a, *y = b;
    if (x->rows != y->rows)
        return x->rows > y->rows ? -1 : 1;
    return strcmp(x->value, y->value);
}

/* The counts on top, sorted; *n of them in memory of Lua's, left on the stack. */
static const struct counted *push_sorted(lua_State *L, size_t *n)
{
    int counts = lua_gettop(L);
    *n = 0;
    for (lua_pushnil(L); lua_next(L, counts) != 0; lua_pop(L, 1))
        ++*n;
    struct counted *sorted = lua_newuserdatauv(L, (*n + 1) * sizeof *sorted, 0);
    size_t i = 0;
    for (lua_pushnil(L); lua_next(L, counts) != 0; lua_pop(L, 1))
        sorted[i++] = (struct counted){lua_tostring(L, -2), lua_tointeger(L, -1)};
    qsort(sorted, *n, sizeof *sorted, commonest_first);
    return sorted;
}

static void check_column(lua_State *L, const char *column)
{
    int width, columns = push_columns(L, 1, &width);
    const char **names = lua_newuserdatauv(L, ((size_t)width + 1) * sizeof *names, 0);
    bool there = false;
    for (int c = 0; c < width; c++) {
        lua_rawgeti(L, columns, c + 1);
        names[c] = lua_tostring(L, -1); /* the list keeps it */
        there |= strcmp(names[c], column) == 0;
        lua_pop(L, 1);
    }
    if (!there)
        as_repl_refuse_name(L, column, names, (size_t)width,
                            "its columns are what the table shows at its top",
                            "the list has no column \"%s\"", column);
}

/* How often each value of a column occurs, the commonest first. */
static int rows_by(lua_State *L)
{
    int n = check_rows(L, "by");
    const char *column = luaL_checkstring(L, 2);
    check_column(L, column);
    push_counts(L, n);
    size_t values;
    const struct counted *sorted = push_sorted(L, &values);
    const char *titles[] = {column, "leads"};
    as_rows_push(L, titles, 2);
    int list = lua_gettop(L);
    for (size_t i = 0; i < values; i++) {
        char count[32];
        snprintf(count, sizeof count, "%lld", (long long)sorted[i].rows);
        const char *cells[] = {sorted[i].value, count};
        struct as_error error = AS_ERROR_INIT;
        const bool numbers[] = {false, true};
        as_repl_check(L, as_rows_add(L, list, cells, numbers, 2, &error), &error);
    }
    return 1;
}

static int rows_text(lua_State *L)
{
    lua_pushfstring(L, "%d rows", (int)lua_rawlen(L, 1));
    return 1;
}

void as_rows_open(lua_State *L)
{
    static const luaL_Reg methods[] = {{"csv", rows_csv}, {"by", rows_by}, {NULL, NULL}};
    luaL_newmetatable(L, ROWS);
    luaL_newlib(L, methods);
    lua_setfield(L, -2, "__index");
    lua_pushcfunction(L, rows_text);
    lua_setfield(L, -2, "__tostring");
    lua_pushliteral(L, "list");
    lua_setfield(L, -2, "__metatable");
    lua_pop(L, 1);
}
