/* Reader: rows of a CSV or NDJSON file, one after the other, in memory that does not grow with the file. */
#ifndef AS_DATA_READER_H
#define AS_DATA_READER_H

#include "base/status.h"
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>

enum as_format { AS_FORMAT_AUTO, AS_FORMAT_CSV, AS_FORMAT_NDJSON };

struct as_reader_options {
    const char *name;      /* of the file, for messages */
    enum as_format format; /* AUTO: NDJSON when the first character is "{" */
    char delimiter;        /* CSV; 0: found out among , ; tab | */
};

struct as_row {
    uint64_t line;              /* where the record begins, 1-based */
    const struct as_str *cells; /* NUL-terminated UTF-8; valid until the next call */
    uint32_t n;                 /* as many as there are columns, unless the row is bad */
    struct as_str raw;          /* NDJSON: the line itself; CSV: empty */
    bool repaired;              /* was one quoted field that held a whole record, and was parsed once more */
};

struct as_reader;

/* Opens a file. Refuses, saying what to do: an empty file, UTF-16 and Latin-1 text, zip, gzip, spreadsheets, other binary
 * data, HTML, a JSON array. AS_ERR_IO, AS_ERR_MISSING, AS_ERR_DATA. */
enum as_status as_reader_open(struct as_reader **out, const char *path, const struct as_reader_options *options,
                              struct as_error *error);
/* The stream stays the caller's; it need not be seekable. */
enum as_status as_reader_open_stream(struct as_reader **out, FILE *stream, const struct as_reader_options *options,
                                     struct as_error *error);
/* The bytes must outlive the reader. */
enum as_status as_reader_open_memory(struct as_reader **out, struct as_str bytes, const struct as_reader_options *options,
                                     struct as_error *error);
void as_reader_close(struct as_reader *reader); /* NULL is fine */

/* Names of the columns as the file has them: an empty name is "column N", a repeated one gets " (2)". NDJSON: nested objects
 * are "a.b", lists of plain values one text joined by "; "; columns are found on the way, so there may be more after
 * each row; old ones keep their places. */
const struct as_str *as_reader_columns(const struct as_reader *reader, uint32_t *n);
enum as_format as_reader_format(const struct as_reader *reader);
char as_reader_delimiter(const struct as_reader *reader); /* CSV */

/* The next row; *more is false after the last. AS_ERR_DATA: this row is bad (the message says why, without file and line);
 * row->line and the cells that could be read are given, and the next call goes on behind it. Anything else stops:
 * AS_ERR_LIMIT for a record beyond AS_MAX_RECORD, AS_ERR_IO. */
enum as_status as_reader_next(struct as_row *row, bool *more, struct as_reader *reader, struct as_error *error);

/* Bytes read so far, and the size of the file, 0 when it has none (a pipe). */
void as_reader_progress(const struct as_reader *reader, uint64_t *done, uint64_t *all);

#endif
