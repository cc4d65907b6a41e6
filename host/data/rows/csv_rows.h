/* CSV rows: records of a CSV text, each with the line it begins in. */
#ifndef AS_DATA_CSV_ROWS_H
#define AS_DATA_CSV_ROWS_H

#include "data/rows/input.h"
#include "data/rows/reader.h"

#include <csv.h>

struct as_csv_rows {
    struct csv_parser parser, inner; /* inner: for records that hide in one field */
    bool has_parser, has_inner;
    char delimiter;
    uint64_t line;        /* of the next byte */
    uint64_t record_line; /* where the record began */
    size_t record_bytes;  /* of it so far */
    bool in_record, after_cr, complete, finished, unclosed;
    struct as_buf text;   /* cells of the record, each with a NUL behind it */
    size_t *ends;         /* of each cell in text, before the NUL; room for AS_MAX_COLUMNS, as in cells */
    struct as_str *cells;
    uint32_t n;
    bool too_many;        /* more cells than that */
    struct as_buf damaged; /* copy of a field that is parsed once more */
};

/* line: that of the first byte. On failure nothing is open. AS_ERR_MEMORY. */
enum as_status as_csv_rows_open(struct as_csv_rows *rows, char delimiter, uint64_t line, struct as_error *error);
void as_csv_rows_close(struct as_csv_rows *rows);

/* The next record as it stands, however many cells it has. AS_ERR_DATA: bad, go on behind it. */
enum as_status as_csv_rows_next(struct as_row *row, bool *more, struct as_csv_rows *rows, struct as_input *input,
                                struct as_error *error);

/* Parses the single cell of the record once more as a record of its own; true when that gives exactly `columns` cells, which
 * are then the row's. */
bool as_csv_rows_repair(struct as_row *row, struct as_csv_rows *rows, uint32_t columns);

#endif
