/* Activity: what one lead did and what was done with it, row by row with all that is kept, for handing the
 * lead to somebody who has to know. Leads merged into it are the same person: an event that two of their logs
 * have counts once. Strings of rows live during the call; NULL where unknown. Oldest first, nothing after
 * `at` and nothing learnt after `known_at`.
 */
#ifndef AS_STORE_ACTIVITY_H
#define AS_STORE_ACTIVITY_H

#include "store/store.h"

/* The value of a property of event e; NULL: it has none. */
#define AS_SQL_PROPERTY(NAME)                                                                                \
    "(SELECT v.value FROM event_property p JOIN event_value v ON v.property_id = p.id AND v.event_id = e.id" \
    " WHERE p.kind_id = e.kind_id AND p.name = '" NAME "')"

struct as_activity_query {
    int64_t lead_id, account_id; /* account_id 0: none */
    int64_t at, known_at;
};

struct as_event_row {
    int64_t time;
    const char *kind, *actor, *intent; /* actor: "buyer", "seller", "system" */
    const char *content, *campaign;    /* content: key of the catalogue */
    const char *url, *title, *by;      /* of the event's properties */
    const char *detail;                /* all properties: "url=/pricing, seconds=40" */
    const char *source;
};
typedef enum as_status (*as_event_row_fn)(void *context, const struct as_event_row *row,
                                          struct as_error *error);
enum as_status as_store_event_rows(struct as_store *store, const struct as_activity_query *query,
                                   as_event_row_fn each, void *context, struct as_error *error);

/* What we did. A message that the outbox sent is one too, unless the sender reported it as a touch. */
struct as_touch_row {
    int64_t time;
    const char *channel, *ask, *content, *outcome, *summary;
    const char *user;   /* the person of ours; NULL: a machine */
    const char *source; /* the system that reported it, or the pack that sent it */
};
typedef enum as_status (*as_touch_row_fn)(void *context, const struct as_touch_row *row,
                                          struct as_error *error);
enum as_status as_store_touch_rows(struct as_store *store, const struct as_activity_query *query,
                                   as_touch_row_fn each, void *context, struct as_error *error);

/* Everything that was answered, by the lead and for its account. */
struct as_answer_row {
    int64_t time;
    const char *question, *value; /* value NULL: taken back */
    const char *voice, *manner;   /* "buyer", "stated" */
    const char *user;
    bool of_account;
};
typedef enum as_status (*as_answer_row_fn)(void *context, const struct as_answer_row *row,
                                           struct as_error *error);
enum as_status as_store_answer_rows(struct as_store *store, const struct as_activity_query *query,
                                    as_answer_row_fn each, void *context, struct as_error *error);

#endif
