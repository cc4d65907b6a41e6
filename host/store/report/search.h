/* Search: leads by the beginning of what they are called, and leads that may be the same person as another.
 * Strings live during the call. */
#ifndef AS_STORE_SEARCH_H
#define AS_STORE_SEARCH_H

#include "store/report/report.h"

/* E-mail addresses, external ids and full names of leads that begin so, whatever the case of letters; at most
 * `most`, e-mail addresses first. */
typedef enum as_status (*as_lead_name_fn)(void *context, const char *name, struct as_error *error);
enum as_status as_store_lead_names(struct as_store *store, struct as_str prefix, uint32_t most,
                                   as_lead_name_fn each, void *context, struct as_error *error);

/* Another lead that is probably the same person (data/identity/duplicate.h), and why. */
struct as_alike {
    struct as_who who;
    double probability, weight; /* weight: in bits */
    const char *reasons;
};
typedef enum as_status (*as_alike_fn)(void *context, const struct as_alike *alike, struct as_error *error);
/* Leads that share a family name, a mailbox, a telephone or the account with this one and are at least this
 * probable, likeliest first, at most AS_MAX_ALIKE. Leads that were merged are none, nor are those it is kept
 * apart from. */
enum as_status as_store_alike(struct as_store *store, int64_t lead_id, double least, as_alike_fn each,
                              void *context, struct as_error *error);

#endif
