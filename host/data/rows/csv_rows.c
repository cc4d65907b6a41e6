/* Records of a CSV text by libcsv, which is fed a line at a time: it does not tell where a record begins, and
 * a message without a line helps nobody. */
#include "data/rows/csv_rows.h"

#include "base/limits.h"
#include "data/identity/fold.h"

#include <stdlib.h>
#include <string.h>

enum as_status as_csv_rows_open(struct as_csv_rows *rows, char delimiter, uint64_t line,
                                struct as_error *error)
{
    *rows = (struct as_csv_rows){.delimiter = delimiter, .line = line};
    rows->text.max = 2 * (size_t)AS_MAX_RECORD;
    rows->damaged.max = AS_MAX_RECORD;
    rows->has_parser = csv_init(&rows->parser, 0) == 0;
    rows->has_inner = csv_init(&rows->inner, CSV_STRICT | CSV_STRICT_FINI) == 0;
    rows->ends = malloc(AS_MAX_COLUMNS * sizeof *rows->ends);
    rows->cells = malloc(AS_MAX_COLUMNS * sizeof *rows->cells);
    if (!rows->has_parser || !rows->has_inner || rows->ends == NULL || rows->cells == NULL) {
        as_csv_rows_close(rows);
        return as_error_memory(error);
    }
    csv_set_delim(&rows->parser, (unsigned char)delimiter);
    csv_set_delim(&rows->inner, (unsigned char)delimiter);
    csv_set_blk_size(&rows->parser, 4096);
    return AS_OK;
}

void as_csv_rows_close(struct as_csv_rows *rows)
{
    if (rows->has_parser)
        csv_free(&rows->parser);
    if (rows->has_inner)
        csv_free(&rows->inner);
    as_buf_free(&rows->text);
    as_buf_free(&rows->damaged);
    free(rows->ends);
    free(rows->cells);
    *rows = (struct as_csv_rows){0};
}

static void take_cell(void *text, size_t n, void *context)
{
    struct as_csv_rows *rows = context;
    if (rows->n == AS_MAX_COLUMNS) {
        rows->too_many = true;
        return;
    }
    as_buf_bytes(&rows->text, text, n);
    rows->ends[rows->n++] = rows->text.n;
    as_buf_char(&rows->text, '\0');
}

static void take_row(int terminator, void *context)
{
    (void)terminator;
    ((struct as_csv_rows *)context)->complete = true;
}

static bool is_blank(const char *p, size_t n, char delimiter)
{
    for (size_t i = 0; i < n; i++)
        if (p[i] == delimiter || strchr(" \t\r\n", p[i]) == NULL || p[i] == '\0')
            return false;
    return true;
}

/* Up to and with the end of the line, or all there is. */
static size_t segment_length(struct as_str chunk)
{
    const char *end = memchr(chunk.p, '\n', chunk.n);
    size_t n = end != NULL ? (size_t)(end - chunk.p) + 1 : chunk.n;
    const char *cr = memchr(chunk.p, '\r', n);
    return cr != NULL ? (size_t)(cr - chunk.p) + 1 : n;
}

/* Feeds one segment; at most one record ends in it. */
static enum as_status feed(struct as_csv_rows *rows, struct as_input *input, struct as_error *error)
{
    size_t n = segment_length(input->chunk);
    const char *p = input->chunk.p;
    bool lf_of_crlf = rows->after_cr && p[0] == '\n';
    if (!rows->in_record && !is_blank(p, n, rows->delimiter)) {
        rows->in_record = true;
        rows->record_line = rows->line;
        rows->record_bytes = 0;
    }
    if (rows->in_record) {
        rows->record_bytes += n;
        if (rows->record_bytes > AS_MAX_RECORD) {
            as_error_set(error, AS_ERR_LIMIT, "the record that begins in line %llu is longer than %d MiB",
                         (unsigned long long)rows->record_line, AS_MAX_RECORD / (1024 * 1024));
            as_error_advise(error, "look for a quotation mark that is opened there and never closed");
            return as_error_at(error, input->name, (int)rows->record_line);
        }
        if (csv_parse(&rows->parser, p, n, take_cell, take_row, rows) != n)
            return as_error_memory(error);
    }
    char last = p[n - 1];
    if ((last == '\n' && !lf_of_crlf) || last == '\r')
        rows->line++;
    rows->after_cr = last == '\r';
    input->chunk = (struct as_str){p + n, input->chunk.n - n};
    return AS_OK;
}

/* The last record, which may lack its end of line. */
static enum as_status finish(struct as_csv_rows *rows, struct as_error *error)
{
    rows->finished = true;
    /* lenient to the end; only a quotation mark that is still open is a fault */
    csv_set_opts(&rows->parser, CSV_STRICT | CSV_STRICT_FINI);
    if (!rows->in_record || csv_fini(&rows->parser, take_cell, take_row, rows) == 0)
        return AS_OK;
    if (csv_error(&rows->parser) != CSV_EPARSE)
        return as_error_memory(error);
    rows->unclosed = true;
    csv_set_opts(&rows->parser, 0);
    return csv_fini(&rows->parser, take_cell, take_row, rows) == 0 ? AS_OK : as_error_memory(error);
}

static void point_at_cells(struct as_csv_rows *rows)
{
    size_t from = 0;
    for (uint32_t i = 0; i < rows->n; i++) {
        rows->cells[i] = (struct as_str){rows->text.p + from, rows->ends[i] - from};
        from = rows->ends[i] + 1;
    }
}

static enum as_status check_record(const struct as_csv_rows *rows, struct as_error *error)
{
    if (rows->unclosed) {
        as_error_set(error, AS_ERR_DATA, "a quotation mark is opened and never closed (%llu lines follow it)",
                     (unsigned long long)(rows->line - rows->record_line));
        return as_error_advise(error, "close it; a quotation mark inside of a quoted cell is written twice");
    }
    if (rows->too_many)
        return as_error_set(error, AS_ERR_DATA, "more than %d cells", AS_MAX_COLUMNS);
    for (uint32_t i = 0; i < rows->n; i++) {
        size_t at;
        if (as_utf8_valid(rows->cells[i], &at))
            continue;
        if (rows->cells[i].p[at] == '\0')
            return as_error_set(error, AS_ERR_DATA, "cell %u holds a NUL byte", i + 1);
        as_error_set(error, AS_ERR_DATA, "cell %u is not text in UTF-8 (byte %zu is 0x%02X)", i + 1, at + 1,
                     (unsigned char)rows->cells[i].p[at]);
        return as_error_advise(error, "save the file as UTF-8, for example: iconv -f latin1 -t utf-8");
    }
    return AS_OK;
}

enum as_status as_csv_rows_next(struct as_row *row, bool *more, struct as_csv_rows *rows,
                                struct as_input *input, struct as_error *error)
{
    enum as_status status;
    *row = (struct as_row){0};
    *more = false;
    rows->n = 0;
    rows->too_many = rows->complete = false;
    as_buf_reset(&rows->text);
    while (!rows->complete && !rows->finished) {
        if (input->chunk.n == 0 && !input->ended && (status = as_input_fill(input, error)) != AS_OK)
            return status;
        status = input->ended ? finish(rows, error) : feed(rows, input, error);
        if (status != AS_OK)
            return status;
    }
    if (!rows->complete)
        return AS_OK;
    rows->in_record = false;
    if (rows->text.failed)
        return as_error_memory(error);
    point_at_cells(rows);
    *row = (struct as_row){.line = rows->record_line, .cells = rows->cells, .n = rows->n};
    *more = true;
    return check_record(rows, error);
}

bool as_csv_rows_repair(struct as_row *row, struct as_csv_rows *rows, uint32_t columns)
{
    if (rows->n != 1 || columns < 2 || memchr(rows->cells[0].p, rows->delimiter, rows->cells[0].n) == NULL)
        return false;
    as_buf_reset(&rows->damaged);
    as_buf_str(&rows->damaged, rows->cells[0]);
    if (rows->damaged.failed)
        return false;
    struct as_str record = {as_buf_c(&rows->damaged), rows->damaged.n};
    rows->n = 0;
    rows->complete = false;
    as_buf_reset(&rows->text);
    bool good =
        csv_parse(&rows->inner, record.p, record.n, take_cell, take_row, rows) == record.n && !rows->complete;
    good = csv_fini(&rows->inner, take_cell, take_row, rows) == 0 && good;
    if (!good) { /* an error leaves the parser where it was */
        csv_free(&rows->inner);
        rows->has_inner = csv_init(&rows->inner, CSV_STRICT | CSV_STRICT_FINI) == 0;
        csv_set_delim(&rows->inner, (unsigned char)rows->delimiter);
    }
    good = good && rows->n == columns && !rows->text.failed;
    if (!good) {
        rows->n = 0;
        as_buf_reset(&rows->text);
        take_cell((char *)record.p, record.n, rows);
    }
    if (rows->text.failed)
        return false;
    point_at_cells(rows);
    row->cells = rows->cells;
    row->n = rows->n;
    row->repaired = good;
    return good;
}
