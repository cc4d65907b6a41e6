/* Event walk: the events that came in last, one after the other. Internal to host/store. */
#ifndef AS_STORE_EVENT_WALK_H
#define AS_STORE_EVENT_WALK_H

#include "store/snapshot/event_tail.h"

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

#endif
