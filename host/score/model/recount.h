/* Recount: the points of a rule's events, added up once more for ledgers, without the kernels' tables and
 * rings. Internal to score/. */
#ifndef AS_SCORE_RECOUNT_H
#define AS_SCORE_RECOUNT_H

#include "score/plan/kernel.h"

struct as_recount;
/* For the rules of one score, of a selection that about so many leads are asked of. Lives in the arena. */
enum as_status as_recount_new(struct as_recount **out, struct as_arena *arena, const struct as_run *run,
                              const struct as_score_plan *plan, uint32_t leads, struct as_error *error);
/* What part `part`, a rule of events, gives the lead of the dataset's row before its cap, and how many events
 * gave something. */
enum as_status as_recount_events(int64_t *points, uint32_t *events, struct as_recount *recount, uint32_t part,
                                 uint32_t lead_row, struct as_error *error);

#endif
