/* Hand-raises: a buyer asked to be contacted and nobody has answered yet. */
#ifndef AS_RUN_HAND_RAISE_H
#define AS_RUN_HAND_RAISE_H

#include "data/facts/dataset.h"

/* The event kind of the newest hand-raise of the last AS_HAND_RAISE_DAYS after which nobody got in touch,
 * AS_NO_INDEX when there is none. *raised_at (may be NULL) gets its time. */
uint32_t as_open_hand_raise(int64_t *raised_at, const struct as_dataset *dataset, uint32_t lead_row);

#endif
