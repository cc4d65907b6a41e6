/* Companions: the files that lie beside the database, each named by a sum that a row of it names. Internal to
 * host/store.
 *
 * A file is written under a temporary name, renamed, and named by a row that commits only when the file is on
 * the disk. The process that holds the lock alone makes and removes them; what no row names is removed.
 */
#ifndef AS_STORE_COMPANION_H
#define AS_STORE_COMPANION_H

#include "store/database.h"
#include "store/found.h"

enum as_companion {
    AS_COMPANION_EVENTS,
    AS_COMPANION_SCORES,
    AS_COMPANION_FACTS,
    AS_COMPANION_STANDINGS,
    AS_COMPANIONS
};

/* What so few leads have over files (layers.h) are rows of the database: a run about one lead writes a row,
 * and no file. A store has its own number, which tests make smaller. */
enum { AS_FEW_LEADS = 512 };

/* The files of scores that rows name; layers as blobs. */
#define AS_SCORE_FILES_NAMED                                                                                 \
    "SELECT sum FROM score_file UNION ALL SELECT ground FROM score_file WHERE ground IS NOT NULL"            \
    " UNION ALL SELECT layers FROM score_file"

/* Appended: the path of the file beside the database at `database`. */
void as_companion_path(struct as_buf *out, const char *database, enum as_companion which, uint64_t sum);
/* Tells of one that is not as it was written. */
enum as_status as_companion_spoilt(struct as_found *found, const struct as_store *store,
                                   enum as_companion which, uint64_t sum, struct as_error *error);
/* Appended: a path that nobody else uses, to write to. */
void as_companion_temporary(struct as_buf *out, const struct as_store *store, enum as_companion which);
/* Gives a file that is complete its name and sends it on its way to the disk, where it is when the
 * transaction commits; outside of one, at once. */
enum as_status as_companion_settle(struct as_store *store, const char *temporary, enum as_companion which,
                                   uint64_t sum, struct as_error *error);
/* Waits until all files that were settled are on the disk, with their names; called when a transaction
 * commits. */
enum as_status as_companion_sync(struct as_store *store, struct as_error *error);
/* The transaction is not to be: they need no names on the disk. */
void as_companion_let_be(struct as_store *store);
/* Removes the files that no row names, and sets store->swept, which the next file that settles takes back.
 * One that cannot be removed, or whose name was dropped while nothing settled, costs room until the next
 * process that writes, nothing else. */
enum as_status as_companion_sweep(struct as_store *store, struct as_error *error);
/* Copies those that a backup at `to` should have beside it, scores and standings: without the standings its
 * next run would decide everybody. Files of facts are made anew from the tables. */
enum as_status as_companion_copy(struct as_store *store, const char *to, struct as_error *error);

#endif
