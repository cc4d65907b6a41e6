/* Waiting rows as a virtual table of SQLite: one scan from the first to the last, columns c0, c1 … Which rows
 * wait, and when they must be written, is bulk.c's. */
#include "store/facts/waiting_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough that a statement's own cost is nothing beside its rows', few enough that they stay in a processor's
 * cache. */
enum { FULL_ROWS = 1024, FULL_BYTES = 256 * 1024 };

struct table {
    sqlite3_vtab base;
    const struct as_waiting_rows *rows;
};
struct cursor {
    sqlite3_vtab_cursor base;
    uint32_t row;
};

static const struct as_waiting_rows *rows_of(const sqlite3_vtab_cursor *cursor)
{
    return ((const struct table *)cursor->pVtab)->rows;
}

static int connect(sqlite3 *db, void *rows, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    struct as_buf sql = {0};
    as_buf_text(&sql, "CREATE TABLE x(");
    for (uint32_t i = 0; i < ((const struct as_waiting_rows *)rows)->width; i++)
        as_buf_printf(&sql, "%sc%u", i > 0 ? ", " : "", i);
    as_buf_text(&sql, ")");
    int rc = sql.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, as_buf_c(&sql));
    as_buf_free(&sql);
    struct table *table = rc == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (table == NULL)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *table = (struct table){.rows = rows};
    *out = &table->base;
    return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *base, sqlite3_index_info *info)
{
    (void)base;
    info->estimatedCost = FULL_ROWS;
    info->estimatedRows = FULL_ROWS;
    return SQLITE_OK;
}

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **out)
{
    (void)base;
    struct cursor *cursor = sqlite3_malloc(sizeof *cursor);
    if (cursor == NULL)
        return SQLITE_NOMEM;
    *cursor = (struct cursor){.row = 0};
    *out = &cursor->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
    sqlite3_free(base);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *text, int argc, sqlite3_value **argv)
{
    (void)number;
    (void)text;
    (void)argc;
    (void)argv;
    ((struct cursor *)base)->row = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->row++;
    return SQLITE_OK;
}

static int eof(sqlite3_vtab_cursor *base)
{
    return ((struct cursor *)base)->row >= rows_of(base)->n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int at)
{
    const struct as_waiting_rows *rows = rows_of(base);
    const struct as_waiting_cell *cell =
        &rows->cells[(size_t)((struct cursor *)base)->row * rows->width + (size_t)at];
    switch (cell->type) {
    case SQLITE_INTEGER:
        sqlite3_result_int64(context, cell->as.integer);
        break;
    case SQLITE_FLOAT:
        sqlite3_result_double(context, cell->as.number);
        break;
    case SQLITE_TEXT:
        sqlite3_result_text(context, rows->texts.p + cell->as.from, (int)cell->n, SQLITE_STATIC);
        break;
    default:
        sqlite3_result_null(context);
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *out)
{
    *out = ((struct cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .iVersion = 1,
    .xConnect = connect,
    .xBestIndex = best_index,
    .xDisconnect = disconnect,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next,
    .xEof = eof,
    .xColumn = column,
    .xRowid = row_id,
};

enum as_status as_waiting_open(struct as_waiting_rows *rows, struct as_store *store, const char *name,
                               const char *into, uint32_t width, struct as_error *error)
{
    rows->store = store;
    rows->width = width;
    rows->texts.max = (size_t)AS_MAX_RECORD * 4;
    snprintf(rows->name, sizeof rows->name, "%s", name);
    as_buf_printf(&rows->sql, "%s SELECT ", into);
    for (uint32_t i = 0; i < width; i++)
        as_buf_printf(&rows->sql, "%sc%u", i > 0 ? ", " : "", i);
    as_buf_printf(&rows->sql, " FROM %s", rows->name);
    return rows->sql.failed ? as_error_memory(error) : AS_OK;
}

/* The table is gone for SQL, too. */
static void forget(struct as_waiting_rows *rows)
{
    sqlite3_create_module(rows->store->db, rows->name, NULL, NULL);
}

/* With the first row: most imports have no row of most tables. */
static enum as_status prepare(struct as_waiting_rows *rows, struct as_error *error)
{
    if (sqlite3_create_module(rows->store->db, rows->name, &module, rows) != SQLITE_OK)
        return as_sql_failed(rows->store, error);
    rows->insert = as_sql_fresh(rows->store, error, as_buf_c(&rows->sql), "");
    if (rows->insert != NULL)
        return AS_OK;
    enum as_status status = as_sql_failed(rows->store, error);
    forget(rows);
    return status;
}

void as_waiting_close(struct as_waiting_rows *rows)
{
    if (rows->insert != NULL) {
        sqlite3_finalize(rows->insert);
        forget(rows);
    }
    free(rows->cells);
    as_buf_free(&rows->sql);
    as_buf_free(&rows->texts);
    *rows = (struct as_waiting_rows){0};
}

enum as_status as_waiting_add(struct as_waiting_rows *rows, struct as_error *error)
{
    enum as_status status = rows->insert == NULL ? prepare(rows, error) : AS_OK;
    if (status != AS_OK)
        return status;
    if (rows->n == rows->room) {
        uint32_t room = rows->room == 0 ? 16 : rows->room * 2;
        struct as_waiting_cell *cells = realloc(rows->cells, (size_t)room * rows->width * sizeof *cells);
        if (cells == NULL)
            return as_error_memory(error);
        rows->cells = cells;
        rows->room = room;
    }
    struct as_waiting_cell *row = &rows->cells[(size_t)rows->n++ * rows->width];
    for (uint32_t i = 0; i < rows->width; i++)
        row[i].type = SQLITE_NULL;
    return AS_OK;
}

static struct as_waiting_cell *newest(struct as_waiting_rows *rows, uint32_t column)
{
    return &rows->cells[(size_t)(rows->n - 1) * rows->width + column];
}

void as_waiting_integer(struct as_waiting_rows *rows, uint32_t column, int64_t value)
{
    *newest(rows, column) = (struct as_waiting_cell){.type = SQLITE_INTEGER, .as.integer = value};
}

void as_waiting_number(struct as_waiting_rows *rows, uint32_t column, double value)
{
    *newest(rows, column) = (struct as_waiting_cell){.type = SQLITE_FLOAT, .as.number = value};
}

void as_waiting_text(struct as_waiting_rows *rows, uint32_t column, struct as_str text)
{
    if (text.p == NULL)
        return;
    *newest(rows, column) =
        (struct as_waiting_cell){.type = SQLITE_TEXT, .n = (uint32_t)text.n, .as.from = rows->texts.n};
    as_buf_bytes(&rows->texts, text.p, text.n);
}

bool as_waiting_full(const struct as_waiting_rows *rows)
{
    return rows->n >= FULL_ROWS || rows->texts.n >= FULL_BYTES;
}

enum as_status as_waiting_write(struct as_waiting_rows *rows, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (rows->n == 0)
        return AS_OK;
    if (rows->texts.failed)
        return as_error_memory(error);
    as_sql_row(&status, rows->store, rows->insert, error);
    sqlite3_reset(rows->insert);
    rows->n = 0;
    as_buf_reset(&rows->texts);
    return status;
}
