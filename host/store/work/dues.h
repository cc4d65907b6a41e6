/* Dues: what clocks have begun with, offers to sales and what leads did, and what stopped each. */
#ifndef AS_STORE_DUES_H
#define AS_STORE_DUES_H

#include "store/decisions/decisions.h"

struct as_due {
    int64_t offer, promise; /* one of them; the other is 0 */
    int64_t lead, asked;    /* asked: when it happened; of an offer, when it was made */
    int64_t began;          /* asked, or when the lead went to somebody else because time was over */
    const char *model;      /* of an offer; else "" */
    const char *owner;      /* whose it is, or was until it stopped; "" nobody */
    int64_t stopped;        /* AS_TIME_NONE: not yet */
};
struct as_due_query {
    const char *pack;
    const char *agreement; /* what leads did, by the agreement about it; NULL: offers */
    int64_t lead_id; /* 0: of everybody, those alone that nothing stopped by `at`; -1: all; else all of this
                        lead */
    int64_t at;
    const char *starts;       /* kinds of events that begin it: ";demo_request;" */
    const char *stops;        /* kinds of events that stop it: ";handoff_accepted;call_made;" */
    bool stops_on_touch;      /* so does a touch that a person of ours recorded */
    bool stops_when_accepted; /* handoff_accepted is among them: then only open offers are looked at */
};
typedef enum as_status (*as_due_fn)(void *context, const struct as_due *row, struct as_error *error);
/* Offers by id; of a lead that was offered anew only the last offer runs. What leads did by lead and time,
 * each time that it happened, also while it was waited for. Nothing runs of whom the rules have taken away
 * since, nor of whom was merged into another: the other's clock does. */
enum as_status as_store_dues(struct as_store *store, const struct as_due_query *query, as_due_fn each,
                             void *context, struct as_error *error);

/* Since when the pack makes an agreement: when this was asked for the first time, which is kept. */
enum as_status as_store_agreed_since(int64_t *since, struct as_store *store, const char *pack,
                                     const char *agreement, int64_t at, struct as_error *error);
/* A lead did what begins a clock; nothing where that is known. */
enum as_status as_store_promise(struct as_store *store, const struct as_run_record *run,
                                const char *agreement, int64_t lead_id, int64_t asked,
                                struct as_error *error);
/* Notes which promises of the query's agreement are over, so that who asks for those that run passes them by.
 */
enum as_status as_store_settle_promises(struct as_store *store, const struct as_due_query *query,
                                        struct as_error *error);

/* Nobody answered in time, and the lead goes to somebody else: the offer ends as if it were given back;
 * the promise ends, too, and begins anew. owner: who let the time pass; may be NULL. */
enum as_status as_store_offer_lapses(struct as_store *store, int64_t offer, const char *agreement, int64_t at,
                                     struct as_error *error);
enum as_status as_store_promise_lapses(struct as_store *store, const struct as_run_record *run,
                                       int64_t promise, const char *owner, struct as_error *error);
/* Who lost the lead, or one that was merged into it, so from `since` on, by the agreements of a pack; may
 * name one twice. */
typedef enum as_status (*as_late_fn)(void *context, const char *user, struct as_error *error);
enum as_status as_store_who_let_pass(struct as_store *store, const char *pack, int64_t lead_id, int64_t since,
                                     as_late_fn each, void *context, struct as_error *error);

#endif
