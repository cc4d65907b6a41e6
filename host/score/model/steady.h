/* Steady: leads that stay where they stand, told apart a batch at a time. Internal to host/score/model.
 *
 * Most leads have no record, no disqualifier and no recycle, and do not pass the gate before them: of these
 * as_stage_decide keeps all that the prior says but verdicts, grade and attention, which is said here in bits
 * and columns. All others are left to it. */
#ifndef AS_SCORE_STEADY_H
#define AS_SCORE_STEADY_H

#include "score/model/hall.h"

/* A batch of leads; by place within it. */
struct as_steady {
    uint64_t busy[AS_BIT_WORDS(AS_BATCH)]; /* something may move the lead beside its gates */
    uint16_t verdicts[AS_BATCH], grade[AS_BATCH], persona[AS_BATCH]; /* as in struct as_standing */
};

/* base: the row of the batch's first lead, a multiple of AS_BATCH. Grades are there where hall->plain_grades.
 */
void as_steady_look(struct as_steady *out, const struct as_hall *hall, uint32_t base, uint32_t n);

/* False: as_stage_decide has to say how the lead stands; else *out is all of its standing but, where grades
 * are not plain, its grade. */
bool as_steady_stand(struct as_standing *out, const struct as_hall *hall, const struct as_steady *batch,
                     uint32_t place, const struct as_prior *prior);

#endif
