/* Outlet: a destination as a delivery goes there: its address, the client that asks it, and its rests.
 * Internal to host/net.
 */
#ifndef AS_NET_OUTLET_H
#define AS_NET_OUTLET_H

#include "net/delivery.h"
#include "net/request.h"

struct as_outlet {
    struct as_delivered *told; /* the delivery's; gets its rest and the reason */
    struct as_client *client;  /* NULL until something goes there */
    struct as_buf url, secret; /* read with the client; wiped when it is closed */
    struct as_breaker breaker;
};

/* Seconds a destination rests after so many failures in a row; 0: it does not. */
int64_t as_breaker_rest(uint32_t failures);

/* Reads whether the destination that `told` names rests; texts are in `arena`. */
enum as_status as_outlet_read(struct as_outlet *to, struct as_arena *arena, struct as_store *store,
                              int64_t now, struct as_error *error);
/* Reads the address and the secret, looks whether the policy allows them, and opens the client. What the
 * client needs for as long as it lives is in `arena`. Whatever happens, as_outlet_close ends it. */
enum as_status as_outlet_open(struct as_outlet *to, struct as_arena *arena, const struct as_policy *policy,
                              struct as_error *error);
/* One more failure in a row, written: it rests, at least for the `retry_after` seconds that it asks for, once
 * there were too many. reason lives as long as *told. */
enum as_status as_outlet_failed(struct as_outlet *to, struct as_store *store, int64_t now,
                                int64_t retry_after, const char *reason, struct as_error *error);
/* It answered: failures and rest are over, which is written where there were any. */
enum as_status as_outlet_worked(struct as_outlet *to, struct as_store *store, int64_t now,
                                struct as_error *error);
/* All zero and what is closed are fine. */
void as_outlet_close(struct as_outlet *to);

#endif
