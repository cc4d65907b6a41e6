/* Wal: SQLite's write-ahead log, and when it is written back into the file. Internal to host/store.
 *
 * Writing back is the same pages once more and waits for the disk: longer than storing some thousand
 * decisions. So a run leaves the log beside the file, where the next one writes it back while it computes.
 * The last connection of any other command that writes does so when it closes.
 */
#ifndef AS_STORE_WAL_H
#define AS_STORE_WAL_H

#include "store/database.h"

/* For a connection that may write. */
enum as_status as_wal_open(struct as_store *store, struct as_error *error);
/* Among the writes of a large transaction: sends what they brought into the log on its way to the disk. */
void as_wal_grown(struct as_store *store);
/* Behind a commit: has what will stay in the log synced, where it is much, while the caller goes on. */
void as_wal_committed(struct as_store *store);
/* Before the connection is closed: whether closing it writes the log back. */
void as_wal_leave(struct as_store *store);
/* After it was closed: what stays in the log is on the disk then. */
void as_wal_close(struct as_store *store);

#endif
