/* Programmes: who comes to one, which arm a lead is in, and what makes another programme of it. Comparing the
 * arms is host/run/programmes'. */
#ifndef AS_SCORE_PROGRAMME_H
#define AS_SCORE_PROGRAMME_H

#include "score/tree/pack.h"

/* The programme that tries a track; NULL: none. */
const struct as_programme *as_programme_of(const struct as_pack *pack, const char *track);

/* The arm of a lead, for ever the same: held out when the first 64 bits of BLAKE2b-128 of
 * "PACK/PROGRAMME/ID", read as a number from 0 to below 1, lie below the share that is held out. */
enum as_arm as_programme_arm(const struct as_pack *pack, const struct as_programme *programme,
                             int64_t lead_id);

/* Whether whoever stands at the stage has come to the outcome or beyond: lost is beyond an opportunity. */
bool as_outcome_reached(enum as_stage stage, enum as_stage outcome);

/* Whether anybody comes to it at all at that time, as far as its plan says. */
bool as_programme_open(const struct as_programme *programme, int64_t at);

/* All that it is in words, a line each: first its name, then what was declared of it, then its tracks with
 * their steps. In the arena; NULL: no memory. */
const char *as_programme_terms(struct as_arena *arena, const struct as_pack *pack,
                               const struct as_programme *programme);

#endif
