/* Rows of the outbox, read alike by effects.c and outbox.c. Internal to host/store. */
#ifndef AS_STORE_OUTBOX_ROWS_H
#define AS_STORE_OUTBOX_ROWS_H

#include "store/database.h"
#include "store/work/effects.h"

/* Of `outbox o`. */
#define AS_EFFECT_COLUMNS                                                                                    \
    "o.id, o.run_id, o.lead_id, o.account_id, o.at, o.key, o.pack, o.kind, o.state, o.payload,"              \
    " o.destination, o.note, o.tries, o.due"

/* Hands on each row of a statement that selects these columns, until `each` fails, and ends the statement.
 * stmt: NULL where it could not be made. Texts live until the next row. */
enum as_status as_effect_rows(struct as_store *store, sqlite3_stmt *stmt, as_effect_row_fn each,
                              void *context, struct as_error *error);

#endif
