/* Own events: an account's log has the events of its people too; which are its own. */
#ifndef AS_RUN_OWN_EVENTS_H
#define AS_RUN_OWN_EVENTS_H

#include "data/facts/dataset.h"

/* Bit per event of dataset->account_events that is not one of the account's people; freed with free(). */
enum as_status as_own_events(uint64_t **out, const struct as_dataset *dataset, struct as_error *error);

#endif
