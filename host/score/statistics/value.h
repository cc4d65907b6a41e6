/* Value arithmetic: cost of delay, return, payback, velocity, acquisition cost.
 * Amounts are doubles in one currency; nothing is rounded here. */
#ifndef AS_SCORE_VALUE_H
#define AS_SCORE_VALUE_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

/* --- cost of delay --- */

enum as_unit { AS_UNIT_DAY, AS_UNIT_WEEK, AS_UNIT_MONTH };
const char *as_unit_name(enum as_unit unit); /* "day" */

/* The unit in which a yearly amount is told: the larger the value, the shorter the unit. */
#define AS_DELAY_BY_DAY_FROM  10e6 /* a year's amount from which a day is the unit */
#define AS_DELAY_BY_WEEK_FROM 1e6  /* the same for a week */
enum as_unit as_delay_unit(double yearly);

/* The two divisors differ on purpose: benefits come over horizon + implementation, costs over the horizon
 * alone. Both are printed beside the result. */
struct as_delay {
    double benefit_divisor, cost_divisor; /* months */
    double benefit_per_month, cost_per_month;
    double per_month; /* the cost of one month's delay */
};
/* benefits/(horizon + implementation) - costs/horizon. false unless horizon > 0 and implementation >= 0. */
bool as_delay_of(struct as_delay *out, double benefits, double costs, double horizon, double implementation);
/* The same with both divisors said outright. */
bool as_delay_with(struct as_delay *out, double benefits, double costs, double benefit_divisor,
                   double cost_divisor);
/* per_month told by another unit: 12 months, 365 / 7 weeks or 365 days a year. */
double as_delay_per(const struct as_delay *delay, enum as_unit unit);
/* series[i] = (i + 1) units of delay. */
void as_delay_series(double *series, size_t n, const struct as_delay *delay, enum as_unit unit);

/* --- return --- */

/* (benefits - costs) / costs * 100; false when costs is not positive. */
bool as_roi(double *percent, double benefits, double costs);
/* Periods until the running sum of flows (flow 0 is today) reaches 0, straight within a period; false when it
 * never does. */
bool as_payback(double *periods, const double *flows, size_t n);
/* Sum of flow t / (1 + rate)^t; false unless rate > -1. */
bool as_npv(double *out, const double *flows, size_t n, double rate);

enum as_irr { AS_IRR_ONE, AS_IRR_NONE, AS_IRR_SEVERAL };
enum { AS_IRR_ROOTS = 8 };
/* Rates at which the net present value is 0, ascending, between -99.9 % and 100,000 % a period. *n gets how
 * many there are; the first AS_IRR_ROOTS are given. */
enum as_irr as_irr_of(double roots[AS_IRR_ROOTS], size_t *n, const double *flows, size_t count);

/* --- pipeline --- */

/* opportunities * win rate * deal size / cycle length; false when the cycle is not positive. */
bool as_velocity(double *out, double opportunities, double win_rate, double deal_size, double cycle);

/* Of the two readings of "win ratio", won / lost and won / (won + lost), the second, which is usual; who
 * shows one says which. false when nothing was closed. */
#define AS_WIN_RATIO "won / (won + lost)"
bool as_win_ratio(double *out, uint64_t won, uint64_t lost);

/* Cost of one new customer, and whether it exceeds `alarm`. */
#define AS_CAC_ALARM 40000.0
struct as_acquisition {
    double cost; /* per new customer */
    bool alarm;
    double repeat_low, repeat_high; /* what repeat business costs: a tenth to a third */
};
bool as_acquisition_of(struct as_acquisition *out, double cost, double customers, double alarm);

/* 1 - won/leads; false when there are no leads or won > leads. */
bool as_failure_rate(double *out, uint64_t won, uint64_t leads);

#endif
