/* Delivery: sends what the outbox holds: at least once, each lead's effects to one destination in the order
 * in which they were made, with pauses that grow after a failure, and never against the host's policy.
 *
 * An effect counts as sent when the destination answered 2xx and that was stored. A process that dies in
 * between sends it again under the same id (header webhook-id and Idempotency-Key, `id` of the event), so
 * that the receiver can tell. A destination that fails again and again rests for a while, for every process.
 */
#ifndef AS_NET_DELIVERY_H
#define AS_NET_DELIVERY_H

#include "net/policy.h"
#include "score/tree/pack.h"
#include "store/work/outbox.h"

struct as_delivery_request {
    const struct as_policy *policy;
    const struct as_pack *const *packs; /* whose destinations are known: effects of others stay */
    uint32_t pack_count;
    int64_t now;        /* the clock when delivery begins */
    uint64_t limit;     /* effects tried at most; 0: all that are due */
    int64_t timeout_ms; /* of one try; 0: AS_HTTP_TIMEOUT_MS */
    /* After every answer; false ends the delivery once what is under way has its answer. May be NULL. */
    bool (*progress)(void *context, uint64_t done);
    void *progress_context;
};

/* What became of one destination. */
struct as_delivered {
    const struct as_pack *pack;
    const struct as_destination *destination;
    uint64_t sent, later, dead; /* tried: done, to be tried again, given up */
    int64_t rests_until;        /* 0: it does not rest */
    const char *reason;         /* the last thing that went wrong; "" none */
    struct as_error fault;      /* status not AS_OK: nothing can be sent there as things stand */
};
struct as_delivery_result {
    struct as_arena arena;
    AS_LIST(struct as_delivered *) destinations; /* all that the packs declare */
    uint64_t tried, sent, later, dead;
    uint64_t unknown; /* due effects whose destination no pack declares any more */
    bool stopped;     /* by progress */
};
/* AS_ERR_BUSY when another process delivers. Faults of one destination are in its entry; what is returned is
 * a fault of the database or of memory. Free the result in any case. */
enum as_status as_deliver(struct as_delivery_result *out, struct as_store *store,
                          const struct as_delivery_request *request, struct as_error *error);
void as_delivery_free(struct as_delivery_result *result);

/* Seconds before try number `tries` + 1: the first pause, doubled after each try, at most the longest; half
 * of it by chance (`chance` 0 to 1), so that many effects do not come back at once. */
int64_t as_delivery_pause(uint32_t tries, double chance);

#endif
