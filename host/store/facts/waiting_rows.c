/* Waiting rows as a virtual table of SQLite: one scan from the first to the last, columns c0, c1 … There is a
 * table for each width, which stays for as long as the connection does, since dropping one has every
 * statement prepared anew; whose rows it reads is bound to the statement. Which rows wait, and when they must
 * be written, is bulk.c's. */
#include "store/facts/waiting_rows.h"

#include "base/bits.h"
#include "store/wal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Enough that a statement's own cost is nothing beside its rows', few enough that they stay in a processor's
 * cache. */
enum { FULL_ROWS = 1024, FULL_BYTES = 256 * 1024 };

struct table {
    sqlite3_vtab base;
    int width;
};
struct cursor {
    sqlite3_vtab_cursor base;
    const struct as_waiting_rows *rows; /* NULL: none */
    uint32_t row;
};
static const char pointer_type[] = "as_waiting_rows";

static int connect(sqlite3 *db, void *width, int argc, const char *const *argv, sqlite3_vtab **out,
                   char **error)
{
    (void)argc;
    (void)argv;
    (void)error;
    int columns = (int)(uintptr_t)width;
    struct as_buf sql = {0};
    as_buf_text(&sql, "CREATE TABLE x(");
    for (int i = 0; i < columns; i++)
        as_buf_printf(&sql, "c%d, ", i);
    as_buf_text(&sql, "rows HIDDEN)");
    int rc = sql.failed ? SQLITE_NOMEM : sqlite3_declare_vtab(db, as_buf_c(&sql));
    as_buf_free(&sql);
    struct table *table = rc == SQLITE_OK ? sqlite3_malloc(sizeof *table) : NULL;
    if (table == NULL)
        return rc == SQLITE_OK ? SQLITE_NOMEM : rc;
    *table = (struct table){.width = columns};
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
    int rows = ((const struct table *)base)->width;
    info->estimatedCost = FULL_ROWS;
    info->estimatedRows = FULL_ROWS;
    for (int i = 0; i < info->nConstraint; i++)
        if (info->aConstraint[i].iColumn == rows && info->aConstraint[i].usable &&
            info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            return SQLITE_OK;
        }
    return SQLITE_CONSTRAINT;
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
    struct cursor *cursor = (struct cursor *)base;
    cursor->rows = argc > 0 ? sqlite3_value_pointer(argv[0], pointer_type) : NULL;
    cursor->row = 0;
    return SQLITE_OK;
}

static int next(sqlite3_vtab_cursor *base)
{
    ((struct cursor *)base)->row++;
    return SQLITE_OK;
}

static int eof(sqlite3_vtab_cursor *base)
{
    const struct cursor *cursor = (const struct cursor *)base;
    return cursor->rows == NULL || cursor->row >= cursor->rows->n;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *context, int at)
{
    const struct cursor *cursor = (const struct cursor *)base;
    const struct as_waiting_rows *rows = cursor->rows;
    if ((uint32_t)at >= rows->width) {
        sqlite3_result_null(context);
        return SQLITE_OK;
    }
    const struct as_waiting_cell *cell = &rows->cells[(size_t)cursor->row * rows->width + (size_t)at];
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

enum as_status as_waiting_open(struct as_waiting_rows *rows, struct as_store *store, const char *into,
                               uint32_t width, struct as_error *error)
{
    rows->store = store;
    rows->width = width;
    rows->texts.max = (size_t)AS_MAX_RECORD * 4;
    as_buf_printf(&rows->sql, "%s SELECT ", into);
    for (uint32_t i = 0; i < width; i++)
        as_buf_printf(&rows->sql, "%sc%u", i > 0 ? ", " : "", i);
    as_buf_printf(&rows->sql, " FROM waiting_%u(?)", width);
    return rows->sql.failed ? as_error_memory(error) : AS_OK;
}

static enum as_status make_table(struct as_store *store, uint32_t width, struct as_error *error)
{
    char name[32];
    if (as_bit(store->waiting_widths, width))
        return AS_OK;
    snprintf(name, sizeof name, "waiting_%u", width);
    if (sqlite3_create_module(store->db, name, &module, (void *)(uintptr_t)width) != SQLITE_OK)
        return as_sql_failed(store, error);
    as_bit_set(store->waiting_widths, width);
    return AS_OK;
}

/* With the first row: most imports have no row of most tables. */
static enum as_status prepare(struct as_waiting_rows *rows, struct as_error *error)
{
    enum as_status status = make_table(rows->store, rows->width, error);
    if (status == AS_OK &&
        (rows->insert = as_sql_fresh(rows->store, error, as_buf_c(&rows->sql), "")) == NULL)
        status = as_sql_failed(rows->store, error);
    if (status == AS_OK && sqlite3_bind_pointer(rows->insert, 1, rows, pointer_type, NULL) != SQLITE_OK)
        status = as_sql_failed(rows->store, error);
    return status;
}

void as_waiting_close(struct as_waiting_rows *rows)
{
    as_sql_end(rows->store, rows->insert);
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
    if (as_waiting_full(rows))
        as_wal_grown(rows->store);
    rows->n = 0;
    as_buf_reset(&rows->texts);
    return status;
}
