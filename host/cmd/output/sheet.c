/* Tabular output in the formats that other programs read. */
#include "cmd/output/sheet.h"
#include "base/time.h"
#include "data/rows/csv_cell.h"

#include <errno.h>
#include <string.h>

static enum as_status write_fault(struct as_error *error)
{
    return as_error_set(error, AS_ERR_IO, "the output could not be written: %s",
                        errno ? strerror(errno) : "write error");
}

void as_sheet_open(struct as_sheet *sheet, FILE *out, enum as_sheet_format format, const char *const *columns,
                   uint32_t width)
{
    *sheet = (struct as_sheet){.out = out, .format = format, .columns = columns, .width = width};
    if (format == AS_SHEET_JSON)
        fputc('[', out);
    if (format != AS_SHEET_CSV)
        return;
    for (uint32_t i = 0; i < width; i++) {
        if (i > 0)
            as_buf_char(&sheet->line, ',');
        as_csv_cell(&sheet->line, as_str_of(columns[i]));
    }
    as_buf_text(&sheet->line, "\r\n");
    fwrite(as_buf_c(&sheet->line), 1, sheet->line.n, out);
    as_buf_reset(&sheet->line);
}

/* What stands before a cell: its comma and, in JSON, its key. */
static bool begin_cell(struct as_sheet *sheet)
{
    if (sheet->at >= sheet->width)
        return false;
    if (sheet->format == AS_SHEET_CSV) {
        if (sheet->at > 0)
            as_buf_char(&sheet->line, ',');
    } else {
        as_buf_text(&sheet->line, sheet->at > 0 ? ", " : "{");
        as_buf_json(&sheet->line, as_str_of(sheet->columns[sheet->at]));
        as_buf_text(&sheet->line, ": ");
    }
    sheet->at++;
    return true;
}

void as_sheet_none(struct as_sheet *sheet)
{
    if (begin_cell(sheet) && sheet->format != AS_SHEET_CSV)
        as_buf_text(&sheet->line, "null");
}

void as_sheet_text(struct as_sheet *sheet, const char *text)
{
    if (!text)
        as_sheet_none(sheet);
    else if (begin_cell(sheet)) {
        if (sheet->format == AS_SHEET_CSV)
            as_csv_cell(&sheet->line, as_str_of(text));
        else
            as_buf_json(&sheet->line, as_str_of(text));
    }
}

void as_sheet_int(struct as_sheet *sheet, int64_t value)
{
    if (begin_cell(sheet))
        as_buf_int(&sheet->line, value);
}

void as_sheet_milli(struct as_sheet *sheet, int64_t milli)
{
    if (begin_cell(sheet))
        as_buf_milli(&sheet->line, milli);
}

void as_sheet_time(struct as_sheet *sheet, int64_t seconds)
{
    char text[AS_TIME_TEXT];
    as_sheet_text(sheet, seconds == AS_TIME_NONE ? NULL : as_time_format(text, seconds));
}

void as_sheet_bool(struct as_sheet *sheet, bool value)
{
    if (begin_cell(sheet))
        as_buf_text(&sheet->line, value ? "true" : "false");
}

enum as_status as_sheet_end_row(struct as_sheet *sheet, struct as_error *error)
{
    while (sheet->at < sheet->width)
        as_sheet_none(sheet);
    if (sheet->format == AS_SHEET_CSV)
        as_buf_text(&sheet->line, "\r\n");
    else
        as_buf_text(&sheet->line, sheet->format == AS_SHEET_NDJSON ? "}\n" : "}");
    if (sheet->format == AS_SHEET_JSON)
        fputs(sheet->rows > 0 ? ",\n" : "\n", sheet->out);
    fwrite(as_buf_c(&sheet->line), 1, sheet->line.n, sheet->out);
    as_buf_reset(&sheet->line);
    sheet->rows++;
    sheet->at = 0;
    return ferror(sheet->out) ? write_fault(error) : AS_OK;
}

enum as_status as_sheet_close(struct as_sheet *sheet, struct as_error *error)
{
    bool memory = sheet->line.failed;
    as_buf_free(&sheet->line);
    if (sheet->format == AS_SHEET_JSON)
        fputs(sheet->rows > 0 ? "\n]\n" : "]\n", sheet->out);
    if (memory)
        return as_error_memory(error);
    errno = 0;
    return fflush(sheet->out) != 0 || ferror(sheet->out) ? write_fault(error) : AS_OK;
}
