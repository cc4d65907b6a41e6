/* Event tail: the events that came in last, in the order of their ids. Internal to host/store.
 *
 * A run looks at them several times: whom the news is about, what the files of runs do not have yet, which
 * leads moved because of them. Imports and runs write what came in since the files of runs into files of its
 * own, in the order it came (tail_file.h); those that follow each other are joined by size, so that there are
 * few and each event is written a few times. What they lack is read from the table once and kept for as long
 * as nothing in the database changes; of more than fit it is read each time. The table stays the truth: where
 * a file is missing or torn all is read from it, and of the rows of a file that were altered since those.
 */
#ifndef AS_STORE_EVENT_TAIL_H
#define AS_STORE_EVENT_TAIL_H

#include "base/ids.h"
#include "store/database.h"
#include "store/found.h"
#include "store/layers.h"
#include "store/snapshot/tail_file.h"

/* A file and which events it has: those with ids beyond `since` up to `last`, as they were when event_change
 * had got to last_change. */
struct as_tail_part {
    int64_t since, last, last_change;
    struct as_tail_file file;
};

struct as_event_tail {
    struct as_tail_part part[AS_LAYERS]; /* each goes on where the one before ends */
    unsigned parts;
    int64_t version, own;   /* of the database, by others and by us, when the rows were read */
    int64_t since;          /* they are all with ids beyond this */
    struct as_tail_row *at; /* NULL: none were read */
    size_t n;
    struct as_id_list altered; /* events of files that are otherwise in the table, ascending */
};

/* What is kept and still so, the store's, with the files that the database names by now. */
enum as_status as_event_tail_keep(struct as_event_tail **out, struct as_store *store, struct as_error *error);
/* How far the files go on from there; `since` where none does. */
int64_t as_event_tail_end(const struct as_event_tail *tail, int64_t since);
/* Has the rows beyond `since`, which is no place within a file, in memory. *fits false: they are more than
 * are kept, and are read each time. */
enum as_status as_event_tail_reach(bool *fits, struct as_event_tail *tail, struct as_store *store,
                                   int64_t since, struct as_error *error);
/* The rows of the table beyond `since` up to `until`, and one of them; a statement of its own. */
sqlite3_stmt *as_event_rows(struct as_store *store, int64_t since, int64_t until, struct as_error *error);
void as_tail_row_read(struct as_tail_row *out, sqlite3_stmt *stmt);

/* How many events with ids beyond `since` no file has. */
enum as_status as_event_tail_lacks(int64_t *n, struct as_store *store, int64_t since, struct as_error *error);
/* Takes the names of all files of the tail away, within a transaction: the files of runs have their events
 * now, or may not be trusted either. */
enum as_status as_event_tail_drop(struct as_store *store, struct as_error *error);
/* Tells of files that are not as they were written. */
enum as_status as_event_tail_check(struct as_found *found, struct as_store *store, struct as_error *error);

#endif
