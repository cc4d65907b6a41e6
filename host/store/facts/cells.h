/* Cells: one value between record, database and history; and the columns of a level as SQL. Internal to
 * host/store. */
#ifndef AS_STORE_CELLS_H
#define AS_STORE_CELLS_H

#include "store/facts/fields.h"
#include "store/facts/waiting_rows.h"

/* A value as the database keeps it. Texts are borrowed. */
struct as_cell {
    enum as_type type;
    bool known;
    int64_t integer; /* boolean, integer, money (hundredths), reference (row id) */
    double number;
    struct as_str text;     /* text, choice, choices, user, date (YYYY-MM-DD) */
    struct as_str currency; /* money; empty unknown */
};

/* Reads a record's text; empty is unknown. References are left to the caller. Choices are sorted and joined
 * by "; " in scratch. AS_ERR_DATA says what it is not. */
enum as_status as_cell_parse(struct as_cell *out, const struct as_field *field, struct as_str text,
                             struct as_buf *scratch, struct as_error *error);
/* From columns of a row; valid until the statement moves. Money reads the next column too. */
void as_cell_read(struct as_cell *out, enum as_type type, sqlite3_stmt *stmt, int column);
/* Binds from parameter n on, returns the next parameter. */
int as_cell_bind(sqlite3_stmt *stmt, int n, const struct as_cell *cell);
/* Puts it into the newest of the waiting rows, from this column on. */
void as_cell_wait(struct as_waiting_rows *rows, uint32_t column, const struct as_cell *cell);
bool as_cell_equal(const struct as_cell *a, const struct as_cell *b);
/* The canonical text of a known value, as in data/mapping/record.h; references as row ids. */
void as_cell_text(struct as_buf *out, const struct as_cell *cell);

/* The fields of one level that the database has columns for. */
struct as_columns {
    enum as_level level;
    uint32_t n;
    uint32_t *field;    /* schema index */
    int *place;         /* first column of it within the list, 0-based */
    int width;          /* columns in all */
    struct as_buf list; /* "email", "revenue", "revenue_currency" … */
};
/* wanted: bit set over the schema, NULL all. */
enum as_status as_columns_load(struct as_columns *out, const struct as_schema *schema,
                               const struct as_field_map *map, enum as_level level, const uint64_t *wanted,
                               struct as_error *error);
void as_columns_free(struct as_columns *columns);

#endif
