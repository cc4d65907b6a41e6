/* Stood: what is noted of leads while they are decided. Internal to host/score/model. */
#ifndef AS_SCORE_STOOD_H
#define AS_SCORE_STOOD_H

#include "score/model/hall.h"

/* Room in hall->stood for all leads. */
enum as_status as_stood_open(struct as_hall *hall, struct as_error *error);
/* What is to be noted of a lead, by its standing and its prior. */
enum { AS_STOOD_DIFFERS = 1, AS_STOOD_UNDECIDED = 2 };
uint8_t as_stood_look(const struct as_hall *hall, const struct as_prior *prior,
                      const struct as_standing *standing);
/* What the workers counted becomes the result. */
enum as_status as_stood_end(struct as_hall *hall, struct as_error *error);

#endif
