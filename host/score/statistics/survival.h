/* Survival: how long until a lead converts, when many have not yet (Kaplan-Meier, weights, late entry). */
#ifndef AS_SCORE_SURVIVAL_H
#define AS_SCORE_SURVIVAL_H

#include "base/arena.h"
#include "base/status.h"

#include <stddef.h>

struct as_subject {
    double entry;  /* when it came under observation, usually 0; late for what sales adds late */
    double time;   /* when it converted, or was last seen; > entry */
    double weight; /* 1 usually */
    bool event;    /* converted; else censored */
};

struct as_survival_step {
    double time;
    double at_risk, events; /* weighted: entry < time <= time of subject */
    double survival;
    double error;     /* Greenwood's standard error; NaN once survival is 0 */
    double low, high; /* log-log interval at the confidence asked for; NaN where survival is 0 or 1 */
};
struct as_survival {
    AS_LIST(struct as_survival_step) steps; /* one for each different time, ascending */
};
/* Lives in `arena`. AS_ERR_DATA for a subject that ends before it enters, a negative weight or a value that
 * is not finite. */
enum as_status as_survival_of(struct as_survival *out, struct as_arena *arena,
                              const struct as_subject *subjects, size_t n, double confidence,
                              struct as_error *error);
/* The least time at which survival has fallen to a share (1/2: the median) or below; *low and *high, where
 * the interval's ends have: high is infinite where its upper end never does. false: it never falls so far,
 * and *low tells since when it may have (infinite: not even that). */
bool as_survival_quantile(double *at, double *low, double *high, const struct as_survival *survival,
                          double share);
/* The survival at a time: 1 before the first step. */
double as_survival_at(const struct as_survival *survival, double time);

/* The log-rank test of two groups (Mantel 1966), with late entry: *z is the standardised surplus of events in
 * group a over what both would have together; positive: a converts sooner. false where no time tells the two
 * apart. */
bool as_log_rank(double *z, const struct as_subject *a, size_t n_a, const struct as_subject *b, size_t n_b);

#endif
