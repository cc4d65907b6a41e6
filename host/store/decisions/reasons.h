/* Reasons: the rules that gave most points in a decision, from its stored ledgers. Internal to host/store. */
#ifndef AS_STORE_REASONS_H
#define AS_STORE_REASONS_H

#include "store/decisions/decisions.h"

struct as_main_reasons {
    struct as_reason at[AS_REASONS];
    uint32_t n;
    void *read; /* what the names lie in */
};
/* Reads those of decision.ledgers, p NULL for none; what was read before is let go. Zeroed before the first
 * time. */
enum as_status as_main_reasons_read(struct as_main_reasons *reasons, struct as_str ledgers,
                                    struct as_error *error);
void as_main_reasons_free(struct as_main_reasons *reasons);

#endif
