/* Chains: the decisions about a lead, each of which names the one before it. Nothing but a chain finds those
 * of a lead: the table has them by their ids alone. Internal to host/store. */
#ifndef AS_STORE_CHAIN_H
#define AS_STORE_CHAIN_H

#include "store/database.h"

/* Appends the ids of all decisions about a lead, of every model, as a JSON array for json_each; `merged`:
 * also those about leads that were merged into it. */
enum as_status as_decisions_about(struct as_buf *out, struct as_store *store, int64_t lead_id, bool merged,
                                  struct as_error *error);

#endif
