/* Event tail: the events that came in last, in the order of their ids. Internal to host/store.
 *
 * A run looks at them several times: whom the news is about, what the files of events do not have yet, which
 * leads moved because of them. They are read once and kept for as long as nothing in the database changes; of
 * more than fit they are read each time.
 */
#ifndef AS_STORE_EVENT_TAIL_H
#define AS_STORE_EVENT_TAIL_H

#include "store/database.h"

struct as_event_row {
    int64_t id, lead, account; /* of the latter 0: none */
    int64_t time, known_at, kind;
};

struct as_event_walk {
    const struct as_event_row *at; /* the store's */
    size_t n, next;
    struct as_store *store;
    sqlite3_stmt *stmt; /* NULL: they lie in memory */
};
/* Goes through the events with ids beyond `since`; nothing is written until the end. Ended with
 * as_event_walk_end, on failure too. */
enum as_status as_event_walk_begin(struct as_event_walk *walk, struct as_store *store, int64_t since,
                                   struct as_error *error);
/* False after the last, or when *status says why not. */
bool as_event_walk_next(struct as_event_row *out, struct as_event_walk *walk, enum as_status *status,
                        struct as_error *error);
void as_event_walk_end(struct as_event_walk *walk);

#endif
