/* Sheet: rows of named cells written as CSV, as NDJSON or as one JSON array, without keeping them. */
#ifndef AS_CMD_SHEET_H
#define AS_CMD_SHEET_H

#include "base/status.h"
#include "base/text.h"

#include <stdio.h>

enum as_sheet_format { AS_SHEET_CSV, AS_SHEET_NDJSON, AS_SHEET_JSON };

struct as_sheet {
    FILE *out;
    enum as_sheet_format format;
    const char *const *columns;
    uint32_t width, at; /* at: cells of the row written so far */
    uint64_t rows;
    struct as_buf line;
};

/* Writes the CSV header. columns must outlive the sheet. */
void as_sheet_open(struct as_sheet *sheet, FILE *out, enum as_sheet_format format, const char *const *columns,
                   uint32_t width);

/* The next cell of the row; unknown (NULL, AS_TIME_NONE) is an empty cell or null. A CSV cell that a
 * spreadsheet would take for a formula gets an apostrophe in front. */
void as_sheet_text(struct as_sheet *sheet, const char *text);
void as_sheet_int(struct as_sheet *sheet, int64_t value);
void as_sheet_milli(struct as_sheet *sheet, int64_t milli); /* 47250 → 47.25 */
void as_sheet_time(struct as_sheet *sheet, int64_t seconds);
void as_sheet_bool(struct as_sheet *sheet, bool value);
void as_sheet_none(struct as_sheet *sheet);

/* Ends the row; cells not given are unknown. AS_ERR_IO when the stream takes no more. */
enum as_status as_sheet_end_row(struct as_sheet *sheet, struct as_error *error);

/* Ends the document and frees. AS_ERR_IO when the stream took not everything. */
enum as_status as_sheet_close(struct as_sheet *sheet, struct as_error *error);

#endif
