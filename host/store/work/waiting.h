/* Waiting: leads that the last run of a pack could not serve. */
#ifndef AS_STORE_WAITING_H
#define AS_STORE_WAITING_H

#include "base/ids.h"
#include "store/store.h"

enum as_wait {
    AS_WAITS_FOR_OWNER, /* nobody of those whom the routes lead to is free */
    AS_WAITS_FOR_ROOM,  /* it is to be handed over, and sales has no room for more */
};
enum { AS_WAITS = AS_WAITS_FOR_ROOM + 1 };

/* Whoever waits for anything, ascending, but for leads merged into others. The list is new; its `at` is the
 * caller's to free. */
enum as_status as_store_waiting(struct as_id_list *out, struct as_store *store, const char *pack,
                                struct as_error *error);
enum as_status as_store_waits(bool *out, struct as_store *store, const char *pack, enum as_wait what,
                              int64_t lead_id, struct as_error *error);
/* From now on these wait (ascending, each once), and nobody else. */
enum as_status as_store_keep_waiting(struct as_store *store, const char *pack, enum as_wait what,
                                     const struct as_id_list *leads, struct as_error *error);

#endif
