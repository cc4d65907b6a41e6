/* Spending: looking at a running comparison more than once without being fooled more often than once. What
 * may be spent of alpha by when, and how far apart two arms must be at each look. */
#ifndef AS_SCORE_SPENDING_H
#define AS_SCORE_SPENDING_H

#include <stdbool.h>
#include <stdint.h>

/* Lan and DeMets 1983: spending that comes near O'Brien and Fleming's bounds (little early, nearly all at the
 * end) and near Pocock's (about as much at each look). */
enum as_spending { AS_SPENDING_OBRIEN_FLEMING, AS_SPENDING_POCOCK };
const char *as_spending_name(enum as_spending spending); /* "obrien_fleming", "pocock" */

/* Of a two-sided alpha, how much may be spent when a share `time` of the plan is done: 0 at 0, alpha from 1
 * on. 4(1 - F(z / sqrt time)) with F(z) = 1 - alpha/4, and alpha ln(1 + (e - 1) time). */
double as_alpha_spent(enum as_spending spending, double alpha, double time);

struct as_spent_look {
    double information; /* in any unit, growing from look to look */
    double spent;       /* of alpha, this look and those before it */
};
/* No z is asked to be higher: what is left to be spent by then is below 1e-15. */
#define AS_MOST_BOUND 8.0
/* The z at the last of n looks which, with the bounds of those before it, no more than its `spent` of all
 * comparisons without any difference come to: -bound or less, or bound or more, at this look or an earlier
 * one. The distribution of what goes on from look to look is integrated numerically (Armitage, McPherson and
 * Rowe 1969). bounds gets all n. false unless 1 <= n <= AS_MAX_LOOKS, information grows and spending does not
 * fall, both above 0 and spending below 1; and when memory is out. */
bool as_look_bounds(double *bounds, const struct as_spent_look *looks, uint32_t n);

#endif
