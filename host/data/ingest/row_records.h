/* Row records: the records that one row of a file becomes. Internal to host/data. */
#ifndef AS_DATA_ROW_RECORDS_H
#define AS_DATA_ROW_RECORDS_H

#include "data/mapping/binding.h"

/* Called with what is odd about a value that is taken nevertheless. line: of its row; 0: about the whole column. */
typedef void (*as_row_note_fn)(void *context, uint64_t line, const char *column, const char *note);

struct as_row_records {
    const struct as_binding *binding;
    int64_t now;
    as_row_note_fn note;
    void *note_context;
    struct as_buf texts;          /* values of the row */
    struct as_buf constant;       /* a constant put together */
    struct as_slot_value *values; /* of all records of the row */
    struct as_value_pair *pairs;
    uint32_t room;
    struct as_record *records;    /* by record of the mapping; n 0: filtered out */
    uint32_t *join_rows;
};

/* binding: borrowed. Close it in any case. AS_ERR_MEMORY. */
enum as_status as_row_records_open(struct as_row_records *rows, const struct as_binding *binding, struct as_error *error);
void as_row_records_close(struct as_row_records *rows);

/* Builds all records of the row; *made gets how many pass the filters, 0: the row is left out. AS_ERR_DATA: the row is bad;
 * *column is then the column to blame, theirs, or "". */
enum as_status as_row_records_build(uint32_t *made, const char **column, struct as_row_records *rows,
                                    const struct as_row *row, struct as_error *error);

#endif
