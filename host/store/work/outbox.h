/* Outbox: effects on their way out: what may be sent now, what came of it, and which destinations rest.
 *
 * Effects of one pack to one destination about one lead (or account) are a line: they leave in the order in
 * which they were made, one after the other; one that is held keeps those behind it. A dead letter leaves the
 * line.
 */
#ifndef AS_STORE_OUTBOX_H
#define AS_STORE_OUTBOX_H

#include "store/work/effects.h"

/* One delivery at a time per database; AS_ERR_BUSY names the process that delivers. Runs and imports are not
 * kept waiting by it. Ends with as_store_close or the process. */
enum as_status as_store_lock_outbox(struct as_store *store, struct as_error *error);
void as_store_unlock_outbox(struct as_store *store);

/* The heads of lines that are due at `now`, by id, those after `after`, at most `most`; destinations that
 * rest are left out. pack NULL: all. */
enum as_status as_store_due_effects(struct as_store *store, const char *pack, int64_t now, int64_t after,
                                    uint32_t most, as_effect_row_fn each, void *context,
                                    struct as_error *error);

enum as_sending { AS_SENDING_DONE, AS_SENDING_LATER, AS_SENDING_DEAD };
struct as_attempt {
    int64_t effect, time;
    int status; /* of HTTP; 0: no answer */
    const char *detail;
    enum as_sending sending;
    int64_t due; /* LATER: not before */
};
/* Keeps an attempt and moves the effect on. An effect that is no longer queued (its lead was erased
 * meanwhile) stays as it is. */
enum as_status as_store_put_attempt(struct as_store *store, const struct as_attempt *attempt,
                                    struct as_error *error);

/* Dead letters become queued again, with their tries forgotten: the one of this id, 0 all of the pack (NULL:
 * all). *revived their number. */
enum as_status as_store_revive(uint64_t *revived, struct as_store *store, const char *pack, int64_t id,
                               int64_t now, struct as_error *error);

/* What waits, for a screen. */
struct as_outbox_line {
    const char *pack, *destination; /* destination NULL: none */
    const char *kind;               /* of those without destination, else NULL */
    uint64_t queued, held, dead;
    int64_t next_due; /* of the queued ones; AS_TIME_NONE: at once, or none is queued */
};
typedef enum as_status (*as_outbox_line_fn)(void *context, const struct as_outbox_line *line,
                                            struct as_error *error);
enum as_status as_store_outbox(struct as_store *store, const char *pack, as_outbox_line_fn each,
                               void *context, struct as_error *error);

/* A destination's breaker: after AS_BREAKER_FAILURES failures in a row it rests until open_until; the first
 * try after that decides. */
struct as_breaker {
    const char *pack, *destination;
    uint32_t failures;
    int64_t open_until; /* 0: closed */
    const char *reason;
};
/* *out is closed when none is kept. reason lives in the arena. */
enum as_status as_store_breaker(struct as_breaker *out, struct as_arena *arena, struct as_store *store,
                                const char *pack, const char *destination, struct as_error *error);
enum as_status as_store_put_breaker(struct as_store *store, const struct as_breaker *breaker, int64_t now,
                                    struct as_error *error);

/* This database's own name, 32 hex digits, made with it. */
enum { AS_INSTALLATION_TEXT = 33 };
enum as_status as_store_installation(char out[AS_INSTALLATION_TEXT], struct as_store *store,
                                     struct as_error *error);

#endif
