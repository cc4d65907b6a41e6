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

#include "store/database.h"
#include "store/found.h"
#include "store/snapshot/tail_file.h"

struct as_event_row {
    int64_t id, lead, account; /* 0: none; of an account only where no lead is known */
    int64_t time, known_at, kind;
};

struct as_event_walk {
    const struct as_tail_row *at; /* of the piece it is in: a file's, or rows that were read */
    size_t n, next;
    unsigned piece;
    int64_t since;
    struct as_store *store;
    sqlite3_stmt *stmt; /* not NULL: what is behind the files is too much to be kept */
    struct as_event_choice {
        const int64_t *leads; /* NULL: everybody */
        size_t n, next;
        const struct as_tail_file *file; /* the piece, NULL when it is none */
        size_t from;                     /* where its leads are looked for */
        const uint32_t *place;           /* the rest of one lead's */
        size_t places;
        int64_t since;
    } choice;
};
/* Goes through the events with ids beyond `since`; nothing is written until the end. Ended with
 * as_event_walk_end, on failure too. */
enum as_status as_event_walk_begin(struct as_event_walk *walk, struct as_store *store, int64_t since,
                                   struct as_error *error);
/* Before the first is asked for: events may be left out that are not about these leads, ascending, and those
 * that were altered; and their order is any. */
void as_event_walk_choose(struct as_event_walk *walk, const int64_t *leads, size_t n);
/* False after the last, or when *status says why not. */
bool as_event_walk_next(struct as_event_row *out, struct as_event_walk *walk, enum as_status *status,
                        struct as_error *error);
void as_event_walk_end(struct as_event_walk *walk);

/* How many events with ids beyond `since` no file has. */
enum as_status as_event_tail_lacks(int64_t *n, struct as_store *store, int64_t since, struct as_error *error);
/* Takes the names of all files of the tail away, within a transaction: the files of runs have their events
 * now, or may not be trusted either. */
enum as_status as_event_tail_drop(struct as_store *store, struct as_error *error);
/* Tells of files that are not as they were written. */
enum as_status as_event_tail_check(struct as_found *found, struct as_store *store, struct as_error *error);

#endif
