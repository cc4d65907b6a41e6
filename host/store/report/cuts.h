/* Cuts: points of decision at which a buyer's list got shorter, and whether we stayed on it (events
 * cut_survived and cut_missed). */
#ifndef AS_STORE_CUTS_H
#define AS_STORE_CUTS_H

#include "store/store.h"

struct as_cut_row {
    const char *cut;          /* its name; good during the call */
    int64_t account_id, lead; /* account_id 0: of a person without one; then the lead is who is meant */
    bool survived;
    int64_t time;
};
typedef enum as_status (*as_cut_fn)(void *context, const struct as_cut_row *row, struct as_error *error);
/* From `since` (AS_TIME_NONE: ever) up to `until`, as known at `at`; by cut in any case of letters, then
 * account, then lead, then time. */
enum as_status as_store_cuts(struct as_store *store, int64_t since, int64_t until, int64_t at, as_cut_fn each,
                             void *context, struct as_error *error);

#endif
