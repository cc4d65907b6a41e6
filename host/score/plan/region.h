/* ABM: the region of an account, and how far its people fill a template's buying group. */
#ifndef AS_SCORE_REGION_H
#define AS_SCORE_REGION_H

#include "score/tree/pack.h"

struct as_dataset;

enum as_region { AS_REGION_INSUFFICIENT, AS_REGION_MASS, AS_REGION_TARGETED, AS_REGION_ABM };
const char *as_region_name(enum as_region region); /* "insufficient", "mass", "targeted", "abm" */

/* The region: value >= very high → abm whatever the diversity; value < low and diversity <=
 * homogeneous → mass; everything else targeted; unknown value → insufficient; unknown diversity is
 * insufficient only where it would decide. value in hundredths. */
enum as_region as_region_of(bool value_known, int64_t value, bool diversity_known, double diversity,
                            const struct as_segment *segment);

/* Roles the template needs and how many members fill each. filled[i] goes with template->group.at[i]. Returns
 * coverage: filled places (each at most its count) over needed places, 0..1; 1 when nothing is needed. */
double as_group_coverage(uint32_t *filled, const struct as_template *template_,
                         const struct as_dataset *dataset, uint32_t account_row);
/* Whether somebody of the account is known to play the role; nobody does where there is no account. */
bool as_group_plays(const struct as_dataset *dataset, uint32_t account_row, struct as_str role);

#endif
