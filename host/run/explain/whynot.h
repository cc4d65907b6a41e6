/* Why not: the cheapest changes of facts by which a lead would pass a gate, found by supposing them and
 * deciding anew. */
#ifndef AS_RUN_WHYNOT_H
#define AS_RUN_WHYNOT_H

#include "run/decision/decision.h"
#include "run/explain/overlay.h"
#include "score/model/standing.h"
#include "store/store.h"

/* One way to make one criterion hold. */
struct as_way {
    const char *said; /* "one more pricing_view (interest +10)" */
    uint32_t cost; /* 1 for each unknown fact learnt or event, 2 for a known fact that would have to change */
    AS_LIST(struct as_change) changes;
};
/* A criterion that does not hold, with its ways, cheapest first; none: no single lead's facts would do. */
struct as_barrier {
    const char *criterion, *said; /* said: the condition in words */
    enum as_tri state;
    AS_LIST(struct as_way) ways;
    AS_LIST(const char *) roles; /* that the group is to cover and of which nobody is known */
};
struct as_whynot {
    struct as_arena arena;
    const struct as_gate *gate;
    enum as_gate_verdict verdict;
    AS_LIST(struct as_barrier) barriers;
    bool together; /* the first way of every barrier, all supposed at once, passes the gate */
    uint32_t tried;
};

enum { AS_WAYS_SHOWN = 4 };

struct as_whynot_request {
    struct as_schema *schema;
    const struct as_run_pack *pack;
    const struct as_gate *gate; /* of a model of the pack */
    int64_t lead_id, at, known_at;
    const struct as_overlay *overlay; /* what is supposed already; NULL: nothing */
    bool (*stop)(void *context);      /* asked between trials; may be NULL */
    void *stop_context;
};

/* Decides the lead anew and tries what might help, fewest changes first; nothing is written. *out is freed by
 * as_whynot_free, and holds nothing on failure. AS_ERR_STOPPED. */
enum as_status as_whynot(struct as_whynot *out, struct as_store *store,
                         const struct as_whynot_request *request, struct as_error *error);
void as_whynot_free(struct as_whynot *whynot);

#endif
