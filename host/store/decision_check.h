/* Decision check: do the decisions add up and follow each other? Internal to host/store. */
#ifndef AS_STORE_DECISION_CHECK_H
#define AS_STORE_DECISION_CHECK_H

#include "store/database.h"
#include "store/found.h"

/* Goes once through all decisions: tells of ledgers that do not sum to their score, of intervals that do not
 * hold it, of decisions that do not follow the last one about their lead, and of runs that did not decide
 * their leads in turn. */
enum as_status as_decisions_check(struct as_found *found, struct as_store *store, struct as_error *error);

#endif
