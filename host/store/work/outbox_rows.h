/* Rows of the outbox, read alike by effects.c and outbox.c. Internal to host/store. */
#ifndef AS_STORE_OUTBOX_ROWS_H
#define AS_STORE_OUTBOX_ROWS_H

#include "store/database.h"
#include "store/work/effects.h"

/* Of `outbox o`. */
#define AS_EFFECT_COLUMNS                                                                                    \
    "o.id, o.run_id, o.lead_id, o.account_id, o.at, o.key, o.pack, o.kind, o.state, o.payload,"              \
    " o.destination, o.note, o.tries, o.due"

/* Texts live until the statement's next step. */
void as_effect_row_of(struct as_effect_row *row, sqlite3_stmt *stmt);

#endif
