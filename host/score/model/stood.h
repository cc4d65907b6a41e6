/* Stood: what is noted of leads while they are decided. Internal to host/score/model. */
#ifndef AS_SCORE_STOOD_H
#define AS_SCORE_STOOD_H

#include "score/model/hall.h"

/* Room in hall->stood for all leads. */
enum as_status as_stood_open(struct as_hall *hall, struct as_error *error);
/* One lead's standing beside its prior; workers note rows of different words. */
void as_stood_note(struct as_hall *hall, unsigned worker, uint32_t row, const struct as_prior *prior,
                   const struct as_standing *standing);
/* What the workers counted becomes the result. */
enum as_status as_stood_end(struct as_hall *hall, struct as_error *error);

#endif
