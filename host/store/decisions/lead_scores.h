/* Lead scores: the scores that leads have now in one model, lead by lead. Internal to host/store. */
#ifndef AS_STORE_LEAD_SCORES_H
#define AS_STORE_LEAD_SCORES_H

#include "store/decisions/decisions.h"

struct as_lead_scores;
/* Nobody else may ask for the model's scores while this is open: the files are the store's. */
enum as_status as_lead_scores_open(struct as_lead_scores **out, struct as_store *store, int64_t model_id,
                                   struct as_error *error);
void as_lead_scores_close(struct as_lead_scores *scores); /* NULL is fine */
/* The lead's scores, in order of their ids, without those that it has not: at most AS_MAX_SCORES. Quickest
 * for leads that ascend. The names live as long as `scores` does. */
uint32_t as_lead_scores_read(struct as_score_now *out, struct as_lead_scores *scores, int64_t lead);

#endif
