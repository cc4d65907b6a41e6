/* Rows of a reader, looked at byte by byte. */
#include "reading.h"

#include <stdlib.h>
#include <string.h>

static void look(struct as_str text)
{
    volatile unsigned char sum = 0;
    for (size_t i = 0; i < text.n; i++)
        sum = (unsigned char)(sum + (unsigned char)text.p[i]);
}

static void expect(int promise)
{
    if (!promise)
        abort();
}

static void look_at_columns(const struct as_reader *reader)
{
    uint32_t n;
    const struct as_str *columns = as_reader_columns(reader, &n);
    for (uint32_t i = 0; i < n; i++) {
        look(columns[i]);
        for (uint32_t k = 0; n <= 64 && k < i; k++)
            expect(!as_str_eq(columns[i], columns[k])); /* a repeated name gets a number */
    }
}

void as_fuzz_read(const uint8_t *bytes, size_t n, enum as_format format)
{
    struct as_reader *reader = NULL;
    struct as_error error = AS_ERROR_INIT;
    struct as_reader_options options = {.name = "input", .format = format};
    enum as_status status =
        as_reader_open_memory(&reader, (struct as_str){(const char *)bytes, n}, &options, &error);
    if (status != AS_OK) {
        expect(reader == NULL && error.status == status && error.what[0]);
        return;
    }
    uint64_t line = 0, done, all;
    bool more = true;
    for (uint64_t rows = 0; more; rows++) {
        struct as_row row = {0};
        as_error_clear(&error);
        status = as_reader_next(&row, &more, reader, &error);
        if (status != AS_OK && status != AS_ERR_DATA)
            break;
        if (!more)
            break;
        expect(rows <= n + 1); /* each row takes at least a byte */
        expect(row.line >= line);
        line = row.line;
        expect(status == AS_OK || error.what[0]);
        for (uint32_t i = 0; i < row.n; i++) {
            look(row.cells[i]);
            expect(row.cells[i].p == NULL || row.cells[i].p[row.cells[i].n] == '\0');
        }
        look(row.raw);
    }
    look_at_columns(reader);
    as_reader_progress(reader, &done, &all);
    expect(done <= n + 1);
    as_reader_close(reader);
}
