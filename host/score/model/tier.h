/* Tiers of accounts, each with room for so many. */
#ifndef AS_SCORE_TIER_H
#define AS_SCORE_TIER_H

#include "score/plan/plan.h"

/* The tier of every account row, 1 + index into pack->tiers, 0 for none, in an array the caller frees with
 * free(). Tiers fill in order of declaration with the accounts that their condition holds for and no earlier
 * tier took; where there are more than there is room for, those worth most by the segment's value get in
 * (unknown values last, ties by row), and the rest are asked for again by the next tier. */
enum as_status as_tiers_of(uint16_t **out, const struct as_pack *pack, const struct as_outcome *outcome,
                           const struct as_dataset *dataset, struct as_error *error);

#endif
