/* Stood: what is noted of leads while they are decided. Internal to host/score/model. */
#ifndef AS_SCORE_STOOD_H
#define AS_SCORE_STOOD_H

#include "score/model/hall.h"

/* Room in hall->stood for all leads. */
enum as_status as_stood_open(struct as_hall *hall, struct as_error *error);
/* All that the next decision builds on, and what is shown beside it. Nearly everybody stands as before: there
 * is nothing to be gained by stopping at the first difference. */
static inline bool as_stood_before(const struct as_hall *hall, const struct as_prior *prior,
                                   const struct as_standing *s)
{
    return (prior->stage == s->stage) & (prior->furthest == s->furthest) & (prior->grade == s->grade) &
           (prior->verdicts == s->verdicts) & (prior->outside == s->outside) &
           (prior->attention == s->attention) & (prior->blocked == s->blocked) &
           (prior->recycles == s->recycles) & (prior->entered == s->entered) &
           (prior->recycled == s->recycled) & (prior->cool_off == s->cool_off) &
           (prior->disqualifier == hall->disqualifier_code[s->disqualifier]) &
           (prior->persona == hall->persona_code[s->persona]);
}
/* One lead's standing beside its prior; workers note rows of different words. */
static inline void as_stood_note(struct as_hall *hall, unsigned worker, uint32_t row,
                                 const struct as_prior *prior, const struct as_standing *standing)
{
    uint32_t next = hall->rungs[standing->stage].next;
    hall->known[worker] += prior->decided;
    if (prior->decided ? !as_stood_before(hall, prior, standing) : !standing->outside)
        as_bit_set(hall->stood->differs, row);
    if (!standing->outside && next != AS_NO_INDEX && standing->stage < AS_STAGE_OPPORTUNITY &&
        as_verdict_of(standing->verdicts, next) == AS_GATE_INSUFFICIENT)
        as_bit_set(hall->stood->undecided, row);
}
/* What the workers counted becomes the result. */
enum as_status as_stood_end(struct as_hall *hall, struct as_error *error);

#endif
