/* Steady: leads that stay where they stand, told apart a batch at a time. Internal to host/score/model.
 *
 * Most leads have no record, no disqualifier and no recycle, and do not pass the gate before them: of these
 * as_stage_decide keeps all that the prior says but verdicts, grade and attention, which is said here in bits
 * and columns. All others are left to it. */
#ifndef AS_SCORE_STEADY_H
#define AS_SCORE_STEADY_H

#include "score/model/hall.h"

#include <stddef.h>
#include <string.h>

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

/* A lead whom nothing but gates may move stands by its prior, its verdicts, its grade and its persona alone:
 * whoever has the same of all of these stands as it does. */
struct as_kin {
    uint64_t word[7]; /* what they have in common */
    uint32_t index;   /* of the standing, among the worker's */
    uint8_t notes;    /* as_stood_look */
    bool there;
};
enum { AS_KINS = 1024 }; /* that a worker remembers */
/* For one that is not busy, where grades are plain: without index and notes. What comes first in a prior lies
 * there without gaps, and is taken as it lies. */
static inline void as_kin_of(struct as_kin *out, const struct as_steady *batch, uint32_t place,
                             const struct as_prior *prior)
{
    _Static_assert(offsetof(struct as_prior, recycles) == 4 * sizeof(uint64_t), "four words without gaps");
    memcpy(out->word, prior, 4 * sizeof(uint64_t));
    out->word[4] = (uint64_t)prior->recycles | (uint64_t)prior->persona << 32;
    out->word[5] =
        (uint64_t)prior->outside | (uint64_t)prior->attention << 8 | (uint64_t)prior->disqualifier << 32;
    out->word[6] = (uint64_t)batch->verdicts[place] | (uint64_t)batch->grade[place] << 16 |
                   (uint64_t)batch->persona[place] << 32;
    out->there = true;
}
/* Where one like it would be remembered. */
static inline struct as_kin *as_kin_place(struct as_kin *kins, const struct as_kin *own)
{
    uint64_t hash = own->word[0] * UINT64_C(0x9E3779B97F4A7C15) +
                    own->word[6] * UINT64_C(0xC2B2AE3D27D4EB4F) + own->word[1] * UINT64_C(0x165667B19E3779F9);
    return &kins[hash >> 54];
}
static inline bool as_kin_same(const struct as_kin *a, const struct as_kin *b)
{
    uint64_t differ = !a->there;
    for (int i = 0; i < 7; i++)
        differ |= a->word[i] ^ b->word[i];
    return differ == 0;
}

#endif
