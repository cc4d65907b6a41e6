/* Handovers: leads that were offered to sales, with what became of each; contacts after a moment; whose leads
 * are whose. */
#ifndef AS_STORE_HANDOVERS_H
#define AS_STORE_HANDOVERS_H

#include "store/store.h"

struct as_handover_row {
    int64_t lead, offered;
    const char *model, *owner, *reason; /* owner, reason "" none */
    enum { AS_HANDOVER_OPEN, AS_HANDOVER_ACCEPTED, AS_HANDOVER_REJECTED } state;
    int64_t answered, touched, met, lost; /* first of each after the offer; AS_TIME_NONE: not yet */
    bool decided;                         /* the decision by which it was offered is known */
    uint16_t verdicts;                    /* of that decision, as in struct as_standing */
    int gate;           /* place of the gate sales_ready among the model's; -1: it has none */
    bool agreed;        /* the version that decided was signed by both sides */
    bool has_agreement; /* it had an agreement at all */
};
typedef enum as_status (*as_handover_fn)(void *context, const struct as_handover_row *row,
                                         struct as_error *error);
/* Of a pack, as they stood at `at`; in order of time. */
enum as_status as_store_handovers(struct as_store *store, const char *pack, int64_t at, as_handover_fn each,
                                  void *context, struct as_error *error);

/* When a person of ours first got in touch with a lead from a time on, up to `at`; AS_TIME_NONE: not yet. */
enum as_status as_store_first_touch(int64_t *time, struct as_store *store, int64_t lead, int64_t from,
                                    int64_t at, struct as_error *error);

/* Whose every lead is that was ever given to anybody. */
typedef enum as_status (*as_owner_fn)(void *context, int64_t lead, const char *owner, struct as_error *error);
/* By lead. */
enum as_status as_store_owners(struct as_store *store, int64_t at, as_owner_fn each, void *context,
                               struct as_error *error);

#endif
