/* NDJSON rows: one JSON object a line, flattened into cells. */
#ifndef AS_DATA_NDJSON_ROWS_H
#define AS_DATA_NDJSON_ROWS_H

#include "base/intern.h"
#include "data/rows/input.h"
#include "data/rows/reader.h"

struct as_ndjson_rows {
    uint64_t line;            /* of the next byte */
    struct as_buf text;       /* the line */
    struct as_intern *names;  /* columns in order of arrival */
    struct as_str *columns;   /* the same as views; room for AS_MAX_COLUMNS, as in what follows */
    struct as_buf values;     /* cells of the row, each with a NUL behind it */
    size_t *starts, *lengths; /* by column; SIZE_MAX: not in this row */
    struct as_str *cells;
};

/* line: that of the first byte. On failure nothing is open. AS_ERR_MEMORY. */
enum as_status as_ndjson_rows_open(struct as_ndjson_rows *rows, uint64_t line, struct as_error *error);
void as_ndjson_rows_close(struct as_ndjson_rows *rows);
/* The next line that is not blank as a row: a cell for each name that any line had so far, "" where this one
 * has none. *more false at the end. AS_ERR_DATA: bad, go on behind it. */
enum as_status as_ndjson_rows_next(struct as_row *row, bool *more, struct as_ndjson_rows *rows, struct as_input *input,
                                   struct as_error *error);

#endif
