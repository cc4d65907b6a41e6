/* Waiting rows: new rows of one table that are kept in memory and written together, by one statement that
 * reads them as a table of its own. A statement a row costs several times what writing the row does. Internal
 * to host/store. */
#ifndef AS_STORE_WAITING_ROWS_H
#define AS_STORE_WAITING_ROWS_H

#include "store/database.h"

struct as_waiting_cell {
    uint8_t type; /* SQLITE_NULL, SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT */
    uint32_t n;   /* bytes of a text */
    union {
        int64_t integer;
        double number;
        size_t from; /* of a text, within `texts` */
    } as;
};

struct as_waiting_rows {
    struct as_store *store;
    uint32_t width, n, room;
    struct as_waiting_cell *cells; /* row after row; the newest is being filled */
    struct as_buf texts;
    struct as_buf sql;    /* the whole statement; whoever opened it may append to it before the first row */
    sqlite3_stmt *insert; /* of `sql`, with the first row */
};

/* into: "INSERT INTO t(a, b)", with as many columns as rows are wide. Write OR FAIL or OR IGNORE in it: a
 * statement that can be undone alone keeps a copy of every page it changes, and a failed import is undone as
 * a whole. Zeroed before; closed in any case; stays where it is in between. */
enum as_status as_waiting_open(struct as_waiting_rows *rows, struct as_store *store, const char *into,
                               uint32_t width, struct as_error *error);
void as_waiting_close(struct as_waiting_rows *rows);

/* Begins a row of NULLs. */
enum as_status as_waiting_add(struct as_waiting_rows *rows, struct as_error *error);
/* Cells of the newest row. A text is copied; one with p NULL is NULL. */
void as_waiting_integer(struct as_waiting_rows *rows, uint32_t column, int64_t value);
void as_waiting_number(struct as_waiting_rows *rows, uint32_t column, double value);
void as_waiting_text(struct as_waiting_rows *rows, uint32_t column, struct as_str text);

/* As many as are worth one statement. */
bool as_waiting_full(const struct as_waiting_rows *rows);
/* Writes all rows, in the order they came in; none is left. */
enum as_status as_waiting_write(struct as_waiting_rows *rows, struct as_error *error);

#endif
