/* Who: reading who leads are, one after the other. Internal to host/store. */
#ifndef AS_STORE_WHO_H
#define AS_STORE_WHO_H

#include "store/database.h"
#include "store/report/report.h"

/* To be followed by FROM lead l; AS_WHO_WIDTH columns: what the lead's own row says. */
#define AS_WHO_COLUMNS                                                                                       \
    " l.id, l.account_id, coalesce(l.name, nullif(trim(coalesce(l.first_name, '') || ' ' ||"                 \
    " coalesce(l.last_name, '')), '')), l.email, l.title, l.company"
enum { AS_WHO_WIDTH = 6 };

/* Reads what other tables say of them: ids, and their accounts. Of leads that ascend their ids are read in
 * one scan; accounts are remembered. */
struct as_who_reader;
enum as_status as_who_open(struct as_who_reader **out, struct as_store *store, struct as_error *error);
void as_who_close(struct as_who_reader *reader); /* NULL is fine */
/* From the columns at `column` of the statement's row. Strings live until the reader's next lead or the
 * statement's next row. */
enum as_status as_who_read(struct as_who *out, struct as_who_reader *reader, sqlite3_stmt *stmt, int column,
                           struct as_error *error);

#endif
