/* One front for rows of CSV and NDJSON: opens, finds out what a file is, names the columns, and counts cells.
 * The formats themselves are in csv_rows.c and ndjson_rows.c. */
#include "data/rows/reader.h"

#include "base/arena.h"
#include "base/limits.h"
#include "data/rows/csv_rows.h"
#include "data/rows/ndjson_rows.h"
#include "data/rows/sniff.h"

#include <stdlib.h>
#include <string.h>

struct as_reader {
    struct as_arena arena;
    struct as_input input;
    struct as_sniffed sniffed;
    struct as_csv_rows csv;
    struct as_ndjson_rows ndjson;
    struct as_str *columns; /* CSV */
    uint32_t column_count;
};

static bool is_taken(const struct as_reader *reader, uint32_t n, struct as_str name)
{
    for (uint32_t i = 0; i < n; i++)
        if (as_str_eq(reader->columns[i], name))
            return true;
    return false;
}

static enum as_status name_column(struct as_reader *reader, uint32_t at, struct as_str cell,
                                  struct as_error *error)
{
    cell = as_str_trim(cell);
    char *name = cell.n > 0 ? as_arena_copy(&reader->arena, cell.p, cell.n)
                            : as_arena_printf(&reader->arena, "column %u", at + 1);
    for (uint32_t again = 2; name != NULL && is_taken(reader, at, as_str_of(name)); again++)
        name = as_arena_printf(&reader->arena, "%.*s (%u)", (int)cell.n, cell.p, again);
    if (name == NULL)
        return as_error_memory(error);
    reader->columns[at] = as_str_of(name);
    return AS_OK;
}

static enum as_status read_header(struct as_reader *reader, struct as_error *error)
{
    struct as_row row;
    bool more;
    enum as_status status = as_csv_rows_next(&row, &more, &reader->csv, &reader->input, error);
    if (status == AS_ERR_DATA)
        return as_error_at(error, reader->input.name, (int)row.line);
    if (status != AS_OK)
        return status;
    /* a header that is one quoted field with the whole line in it */
    if (row.n == 1) {
        char *cell = as_arena_copy(&reader->arena, row.cells[0].p, row.cells[0].n);
        if (cell == NULL)
            return as_error_memory(error);
        uint32_t columns = 1;
        for (const char *p = cell; *p != '\0'; p++)
            columns += *p == reader->sniffed.delimiter;
        as_csv_rows_repair(&row, &reader->csv, columns);
    }
    reader->columns = as_arena_array(&reader->arena, row.n, sizeof *reader->columns);
    if (reader->columns == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < row.n; i++)
        if ((status = name_column(reader, i, row.cells[i], error)) != AS_OK)
            return status;
    reader->column_count = row.n;
    return AS_OK;
}

static enum as_status open_rows(struct as_reader *reader, const struct as_reader_options *options,
                                struct as_error *error)
{
    enum as_status status = as_sniff(&reader->sniffed, reader->input.chunk, options, error);
    if (status != AS_OK)
        return as_error_at(error, reader->input.name, 0);
    size_t skip = reader->sniffed.skip;
    reader->input.chunk = (struct as_str){reader->input.chunk.p + skip, reader->input.chunk.n - skip};
    if (reader->sniffed.format == AS_FORMAT_NDJSON)
        return as_ndjson_rows_open(&reader->ndjson, reader->sniffed.line, error);
    status = as_csv_rows_open(&reader->csv, reader->sniffed.delimiter, reader->sniffed.line, error);
    return status == AS_OK ? read_header(reader, error) : status;
}

static enum as_status open_input(struct as_reader **out, const char *path, FILE *stream, struct as_str memory,
                                 const struct as_reader_options *options, struct as_error *error)
{
    *out = NULL;
    struct as_reader *reader = calloc(1, sizeof *reader);
    if (reader == NULL)
        return as_error_memory(error);
    as_arena_init(&reader->arena);
    const char *name = options->name != NULL ? options->name : path != NULL ? path : "input";
    enum as_status status = AS_ERR_MEMORY;
    char *kept = as_arena_copy(&reader->arena, name, strlen(name));
    if (kept == NULL)
        as_error_memory(error);
    else
        status = as_input_open(&reader->input, path, stream, memory, kept, error);
    if (status == AS_OK)
        status = open_rows(reader, options, error);
    if (status != AS_OK) {
        as_reader_close(reader);
        return status;
    }
    *out = reader;
    return AS_OK;
}

enum as_status as_reader_open(struct as_reader **out, const char *path,
                              const struct as_reader_options *options, struct as_error *error)
{
    return open_input(out, path, NULL, (struct as_str){NULL, 0}, options, error);
}

enum as_status as_reader_open_stream(struct as_reader **out, FILE *stream,
                                     const struct as_reader_options *options, struct as_error *error)
{
    return open_input(out, NULL, stream, (struct as_str){NULL, 0}, options, error);
}

enum as_status as_reader_open_memory(struct as_reader **out, struct as_str bytes,
                                     const struct as_reader_options *options, struct as_error *error)
{
    return open_input(out, NULL, NULL, bytes, options, error);
}

void as_reader_close(struct as_reader *reader)
{
    if (reader == NULL)
        return;
    as_csv_rows_close(&reader->csv);
    as_ndjson_rows_close(&reader->ndjson);
    as_input_close(&reader->input);
    as_arena_free(&reader->arena);
    free(reader);
}

const struct as_str *as_reader_columns(const struct as_reader *reader, uint32_t *n)
{
    if (reader->sniffed.format == AS_FORMAT_NDJSON) {
        *n = as_intern_count(reader->ndjson.names);
        return reader->ndjson.columns;
    }
    *n = reader->column_count;
    return reader->columns;
}

enum as_format as_reader_format(const struct as_reader *reader)
{
    return reader->sniffed.format;
}

char as_reader_delimiter(const struct as_reader *reader)
{
    return reader->sniffed.delimiter;
}

/* Cells beyond the header that hold nothing are what spreadsheets leave behind. */
static void drop_empty_tail(struct as_row *row, uint32_t columns)
{
    while (row->n > columns && row->cells[row->n - 1].n == 0)
        row->n--;
}

enum as_status as_reader_next(struct as_row *row, bool *more, struct as_reader *reader,
                              struct as_error *error)
{
    enum as_status status;
    if (reader->sniffed.format == AS_FORMAT_NDJSON) {
        status = as_ndjson_rows_next(row, more, &reader->ndjson, &reader->input, error);
        return status == AS_ERR_DATA
                   ? as_error_advise(error, "each line is one object, such as {\"id\": \"L1\"}")
                   : status;
    }
    status = as_csv_rows_next(row, more, &reader->csv, &reader->input, error);
    if (status != AS_OK || !*more)
        return status;
    drop_empty_tail(row, reader->column_count);
    if (row->n == reader->column_count || as_csv_rows_repair(row, &reader->csv, reader->column_count))
        return AS_OK;
    as_error_set(error, AS_ERR_DATA, "%u cell%s where the header has %u", row->n, row->n == 1 ? "" : "s",
                 reader->column_count);
    return as_error_advise(error, "a cell that holds the delimiter or a line's end stands in quotes");
}

void as_reader_progress(const struct as_reader *reader, uint64_t *done, uint64_t *all)
{
    *done = reader->input.done - reader->input.chunk.n;
    *all = reader->input.all;
}
