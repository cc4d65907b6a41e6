/* Reasons: the rules that gave most points in a decision, from its stored ledgers. Internal to host/store. */
#ifndef AS_STORE_REASONS_H
#define AS_STORE_REASONS_H

#include "store/decisions/decisions.h"

struct as_main_reasons {
    struct as_reason at[AS_REASONS];
    uint32_t n;
};
/* Reads those of decision.ledgers, p NULL for none. Names live as words do (words.h). */
enum as_status as_main_reasons_read(struct as_main_reasons *reasons, struct as_store *store,
                                    struct as_str ledgers, struct as_error *error);

#endif
