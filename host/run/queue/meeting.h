/* Meeting: what an appointment with sales leaves to be done by those who arrange them. Internal to the queue.
 */
#ifndef AS_RUN_MEETING_H
#define AS_RUN_MEETING_H

#include "data/facts/dataset.h"
#include "run/queue/queue_order.h"
#include "store/store.h"

/* Adds the kinds of events by which a lead with a meeting is told from others. */
void as_meeting_need(uint64_t *kinds, const struct as_schema *schema);
/* Of one lead of the dataset, whose kinds were asked for and that came to its stage at `entered`: what was
 * over before then is of an earlier turn. The store is asked only about who has a meeting. */
enum as_status as_meeting_work_of(enum as_meeting_work *out, struct as_store *store,
                                  const struct as_dataset *dataset, uint32_t row, int64_t entered,
                                  struct as_error *error);

#endif
