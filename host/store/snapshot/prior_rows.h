/* Prior rows: the standings of one model, from what is kept of them, else from the decisions. Internal
 * to host/store. */
#ifndef AS_STORE_PRIOR_ROWS_H
#define AS_STORE_PRIOR_ROWS_H

#include "store/decisions/kept_standings.h"
#include "store/snapshot/loading.h"

/* Fills what the dataset has of the priors of its m-th model, of a part with the days kept beside them.
 * words: the dataset's labels are those of the files. later: as standings were at the dataset's time, not as
 * they are now. */
enum as_status as_prior_rows(struct as_load *load, uint32_t m, const char *pack, const char *model,
                             bool later, bool words, struct as_error *error);

#endif
