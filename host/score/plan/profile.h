/* Profile: where the time of running a plan goes, by phase, rule, criterion and function.
 *
 * Times are nanoseconds of processor time, of all threads together. What several rules share is divided
 * between them evenly: a condition, and the one pass over events that serves all that ask about events. */
#ifndef AS_SCORE_PROFILE_H
#define AS_SCORE_PROFILE_H

#include "score/plan/plan.h"

enum as_profile_phase {
    AS_PROFILE_EVENTS,     /* the pass over events */
    AS_PROFILE_CONDITIONS, /* facts, conditions and groups */
    AS_PROFILE_FUNCTIONS,  /* rule functions */
    AS_PROFILE_SCORES,     /* adding up points, with caps and intervals */
    AS_PROFILE_PHASES
};
/* "events", "conditions" … */
const char *as_profile_phase_name(enum as_profile_phase phase);

struct as_profile_part {
    const char *kind;  /* "rule", "criterion", "disqualifier" */
    const char *model; /* and the score or gate it belongs to; NULL for disqualifiers */
    const char *of;
    const char *name;
    struct as_position position;
    int64_t ns;
    uint64_t calls; /* of functions of the rule */
    bool function;  /* its points or its condition is a function */
};

/* One profile a plan, filled by every run whose options name it; not two at once. */
struct as_profile;
enum as_status as_profile_new(struct as_profile **out, const struct as_plan *plan, struct as_error *error);
void as_profile_free(struct as_profile *profile);

/* Of all runs and threads so far, in nanoseconds. */
int64_t as_profile_phase_ns(const struct as_profile *profile, enum as_profile_phase phase);
/* The parts, slowest first. They live as long as the profile, their texts as long as the pack. */
enum as_status as_profile_parts(const struct as_profile_part **out, uint32_t *n, struct as_profile *profile,
                                struct as_error *error);

#endif
