/* Copies of rows and records: one piece of memory a row, so that a batch is quickly made and let go. */
#include "data/ingest/parsed_rows.h"

#include <stdalign.h>
#include <string.h>

/* Long rows fill a batch sooner. */
enum { FULL_BYTES = 256 * 1024 };

void as_parsed_rows_reset(struct as_parsed_rows *rows)
{
    as_arena_free(&rows->arena);
    rows->n = 0;
    rows->last = false;
}

bool as_parsed_rows_full(const struct as_parsed_rows *rows)
{
    return rows->n == AS_PARSED_ROWS || rows->arena.used >= FULL_BYTES;
}

/* Where the pieces of one row go. */
struct piece {
    char *p;
};

static struct as_str keep(struct piece *piece, struct as_str text)
{
    char *kept = piece->p;
    if (text.n > 0)
        memcpy(kept, text.p, text.n);
    kept[text.n] = '\0';
    piece->p += text.n + 1;
    return (struct as_str){kept, text.n};
}

static size_t bytes_of(const struct as_row *row, const struct as_record *records, uint32_t n)
{
    size_t bytes = row->n * sizeof *row->cells + row->raw.n + 1;
    for (uint32_t i = 0; i < row->n; i++)
        bytes += row->cells[i].n + 1;
    for (uint32_t i = 0; i < n; i++) {
        bytes += sizeof *records + records[i].n * sizeof *records[i].pairs;
        for (uint32_t j = 0; j < records[i].n; j++)
            bytes += records[i].pairs[j].value.n + 1;
    }
    return bytes;
}

/* An array at the beginning of the piece: before any text, so that it is aligned. */
static void *take_array(struct piece *piece, size_t bytes)
{
    void *at = piece->p;
    piece->p += bytes;
    return at;
}

enum as_status as_parsed_rows_add(struct as_parsed_rows *rows, const struct as_row *row,
                                  const struct as_error *why, const char *column,
                                  const struct as_record *records, uint32_t n, struct as_error *error)
{
    _Static_assert(alignof(struct as_record) == alignof(struct as_str) &&
                       alignof(struct as_value_pair) == alignof(struct as_str),
                   "arrays of one row follow each other");
    struct as_parsed_row *out = &rows->at[rows->n];
    struct piece piece = {as_arena_alloc(&rows->arena, bytes_of(row, records, n))};
    struct as_error *reason = why != NULL ? as_arena_alloc(&rows->arena, sizeof *reason) : NULL;
    if (piece.p == NULL || (why != NULL && reason == NULL))
        return as_error_memory(error);
    if (why != NULL)
        *reason = *why;
    *out = (struct as_parsed_row){.row = *row, .why = reason, .column = column};
    struct as_record *kept = take_array(&piece, n * sizeof *kept);
    for (uint32_t i = 0; i < n; i++) {
        if (records[i].n == 0)
            continue;
        struct as_value_pair *own = take_array(&piece, records[i].n * sizeof *own);
        memcpy(own, records[i].pairs, records[i].n * sizeof *own);
        kept[out->n] = records[i];
        kept[out->n++].pairs = own;
    }
    struct as_str *cells = take_array(&piece, row->n * sizeof *cells);
    for (uint32_t i = 0; i < row->n; i++)
        cells[i] = keep(&piece, row->cells[i]);
    for (uint32_t i = 0; i < out->n; i++)
        for (uint32_t j = 0; j < kept[i].n; j++) {
            struct as_value_pair *pair = (struct as_value_pair *)&kept[i].pairs[j];
            pair->value = keep(&piece, pair->value);
        }
    out->row.cells = cells;
    out->row.raw = keep(&piece, row->raw);
    out->records = kept;
    rows->n++;
    return AS_OK;
}
