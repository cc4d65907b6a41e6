/* An account's plan: its region, its buying group's coverage, and which plays are open. */
#ifndef AS_SCORE_ACCOUNT_PLAN_H
#define AS_SCORE_ACCOUNT_PLAN_H

#include "score/plan/plan.h"
#include "score/plan/region.h"

/* The region of one account of an outcome; insufficient when the pack has no segment. */
enum as_region as_region_at(const struct as_pack *pack, const struct as_outcome *outcome,
                            uint32_t account_row);

/* Whether accounts lie at the ends: mass market and ABM are each meant for few, so that targeted should hold
 * half of those whose value is known. Below so many accounts nothing is said. `regions`: accounts by enum
 * as_region. */
#define AS_REGIONS_TELL 20
bool as_regions_askew(const uint64_t regions[AS_REGION_ABM + 1]);

struct as_plan_play {
    const struct as_play *play;
    enum as_tri state; /* AS_YES: open now */
};
struct as_account_plan {
    const struct as_template *template_; /* NULL: none holds */
    enum as_region region;
    double coverage;
    const uint32_t *filled; /* by role of template_->group; in `arena` */
    bool has_budget;
    int64_t budget;                     /* hundredths, at most */
    AS_LIST(struct as_plan_play) plays; /* in `arena` */
};
enum as_status as_account_plan_of(struct as_account_plan *out, struct as_arena *arena,
                                  const struct as_pack *pack, const struct as_outcome *outcome,
                                  const struct as_dataset *dataset, uint32_t account_row,
                                  struct as_error *error);

#endif
