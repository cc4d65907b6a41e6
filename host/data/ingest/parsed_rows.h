/* Parsed rows: some rows of a file with the records that became of them, on their way from the thread that
 * reads to the one that keeps. Everything in them is theirs. Internal to host/data. */
#ifndef AS_DATA_PARSED_ROWS_H
#define AS_DATA_PARSED_ROWS_H

#include "base/arena.h"
#include "data/mapping/record.h"
#include "data/rows/reader.h"

struct as_parsed_row {
    struct as_row row;               /* as it stands in the file, for the reject file */
    const struct as_error *why;      /* AS_ERR_DATA: it is bad; NULL: it is good */
    const char *column;              /* theirs, to blame; "" none */
    const struct as_record *records; /* none: the mapping leaves the row out */
    uint32_t n;
};

enum { AS_PARSED_ROWS = 256 };
struct as_parsed_rows {
    struct as_arena arena;
    struct as_parsed_row at[AS_PARSED_ROWS];
    uint32_t n;
    uint64_t done, all;      /* bytes read when they were, as in as_reader_progress */
    bool last;               /* nothing follows: */
    enum as_status status;   /* the file's end, or what stopped the reading */
    struct as_error error;
};

/* Forgets all rows and keeps their memory; none that was read before may be looked at any more. */
void as_parsed_rows_reset(struct as_parsed_rows *rows);
bool as_parsed_rows_full(const struct as_parsed_rows *rows);
/* Copies a row with its records; those without values (filtered out) are left away. why NULL: it is good.
 * AS_ERR_MEMORY. */
enum as_status as_parsed_rows_add(struct as_parsed_rows *rows, const struct as_row *row, const struct as_error *why,
                                  const char *column, const struct as_record *records, uint32_t n,
                                  struct as_error *error);

#endif
