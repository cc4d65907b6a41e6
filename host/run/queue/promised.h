/* Promised: who waits for an answer that a pack has promised, by when, and to what. Asked of what is owed to
 * everybody, as as_owed_of has it. */
#ifndef AS_RUN_PROMISED_H
#define AS_RUN_PROMISED_H

#include "run/decision/owed.h"

/* By when somebody is to answer the lead, an offer or what it did; AS_TIME_NONE: nothing waits. */
int64_t as_promised_due(const struct as_owed_list *owed, int64_t lead_id);
/* The kind of the event that the lead of this row waits with, the first due, and when it came; AS_NO_INDEX:
 * it waits with none. */
uint32_t as_promised_kind(int64_t *asked, const struct as_owed_list *owed, const struct as_dataset *dataset,
                          uint32_t row);

#endif
