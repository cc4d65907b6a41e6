/* Outcome: who of those whose time in a programme is over has what it is judged by. */
#ifndef AS_RUN_OUTCOME_H
#define AS_RUN_OUTCOME_H

#include "run/decision/decision.h"
#include "store/work/programmes.h"

/* By arm: whose time is over by `at`, and who of these has the outcome. Two leads that turned out to be one
 * person count once, as the first that came. Where the outcome is a condition, each is asked of the facts as
 * they were known when the lead's time was over, so that nobody's outcome changes from look to look; what is
 * not known to hold does not hold, and who was erased since counts nowhere.
 *
 * pack: the version by which the programme began; NULL where the outcome is a stage. AS_ERR_MISSING: the
 * version does not declare it under these terms. */
struct as_arm_count {
    uint64_t n[AS_ARM_HELD_OUT + 1], hits[AS_ARM_HELD_OUT + 1];
};
enum as_status as_count_outcomes(struct as_arm_count *out, struct as_store *store,
                                 const struct as_programme_row *row, const struct as_run_pack *pack,
                                 int64_t at, struct as_error *error);

#endif
