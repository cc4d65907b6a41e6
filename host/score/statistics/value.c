/* Money and time: what delay costs, what an investment returns, what a customer costs. */
#include "score/statistics/value.h"

#include <math.h>

const char *as_unit_name(enum as_unit unit)
{
    static const char *const names[] = {"day", "week", "month"};
    return names[unit];
}

enum as_unit as_delay_unit(double yearly)
{
    double size = fabs(yearly);
    return size >= AS_DELAY_BY_DAY_FROM    ? AS_UNIT_DAY
           : size >= AS_DELAY_BY_WEEK_FROM ? AS_UNIT_WEEK
                                           : AS_UNIT_MONTH;
}

bool as_delay_with(struct as_delay *out, double benefits, double costs, double benefit_divisor,
                   double cost_divisor)
{
    if (!(benefit_divisor > 0 && cost_divisor > 0 && isfinite(benefits) && isfinite(costs)))
        return false;
    *out = (struct as_delay){.benefit_divisor = benefit_divisor,
                             .cost_divisor = cost_divisor,
                             .benefit_per_month = benefits / benefit_divisor,
                             .cost_per_month = costs / cost_divisor};
    out->per_month = out->benefit_per_month - out->cost_per_month;
    return true;
}

bool as_delay_of(struct as_delay *out, double benefits, double costs, double horizon, double implementation)
{
    if (!(implementation >= 0))
        return false;
    return as_delay_with(out, benefits, costs, horizon + implementation, horizon);
}

double as_delay_per(const struct as_delay *delay, enum as_unit unit)
{
    switch (unit) {
    case AS_UNIT_DAY:
        return delay->per_month * 12 / 365;
    case AS_UNIT_WEEK:
        return delay->per_month * 12 / (365.0 / 7);
    case AS_UNIT_MONTH:
        break;
    }
    return delay->per_month;
}

void as_delay_series(double *series, size_t n, const struct as_delay *delay, enum as_unit unit)
{
    double one = as_delay_per(delay, unit);
    for (size_t i = 0; i < n; i++)
        series[i] = one * (double)(i + 1);
}

bool as_roi(double *percent, double benefits, double costs)
{
    if (!(costs > 0 && isfinite(benefits) && isfinite(costs)))
        return false;
    *percent = (benefits - costs) / costs * 100;
    return true;
}

bool as_payback(double *periods, const double *flows, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double before = sum;
        sum += flows[i];
        if (sum >= 0) {
            *periods = i == 0 ? 0 : (double)(i - 1) + -before / flows[i];
            return true;
        }
    }
    return false;
}

/* Horner from the last flow, so that nothing but the result can overflow. */
static double present_value(const double *flows, size_t n, double factor)
{
    double value = 0;
    for (size_t i = n; i > 0; i--)
        value = value * factor + flows[i - 1];
    return value;
}

bool as_npv(double *out, const double *flows, size_t n, double rate)
{
    if (!(rate > -1))
        return false;
    *out = present_value(flows, n, 1 / (1 + rate));
    return isfinite(*out);
}

/* Value at growth ln(1+rate), scaled by the larger end so that long series neither overflow nor vanish: only
 * its sign and its size relative to the flows matter to a root. */
static double scaled_value(const double *flows, size_t n, double growth)
{
    double value = 0, size = 0;
    for (size_t i = 0; i < n; i++) {
        double exponent = -growth * (double)(growth < 0 ? (double)i - (double)(n - 1) : (double)i);
        double term = flows[i] * exp(exponent);
        value += term;
        size += fabs(term);
    }
    return size > 0 ? value / size : 0;
}

static double bisected(const double *flows, size_t n, double low, double high)
{
    bool rising = scaled_value(flows, n, low) < 0;
    for (int i = 0; i < 200; i++) {
        double middle = low + (high - low) / 2;
        if (middle <= low || middle >= high)
            break;
        if ((scaled_value(flows, n, middle) < 0) == rising)
            low = middle;
        else
            high = middle;
    }
    return low + (high - low) / 2;
}

/* The point between low and high where side * value is least, by golden section; the caller has seen a dip
 * there. */
static double deepest(const double *flows, size_t n, double low, double high, double side)
{
    const double golden = 0.6180339887498949;
    for (int i = 0; i < 120; i++) {
        double left = high - golden * (high - low), right = low + golden * (high - low);
        if (side * scaled_value(flows, n, left) <= side * scaled_value(flows, n, right))
            high = right;
        else
            low = left;
    }
    return low + (high - low) / 2;
}

enum as_irr as_irr_of(double roots[AS_IRR_ROOTS], size_t *n, const double *flows, size_t count)
{
    enum { STEPS = 8192 };
    const double from = log(0.001), to = log(1001), touch = 1e-14;
    size_t changes = 0, found = 0;
    double last_sign = 0;
    *n = 0;
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(flows[i]))
            return AS_IRR_NONE;
        if (flows[i] != 0) {
            changes += last_sign != 0 && (flows[i] > 0) != (last_sign > 0);
            last_sign = flows[i];
        }
    }
    /* Descartes: no change of sign, no root. */
    if (changes == 0)
        return AS_IRR_NONE;
    double step = (to - from) / STEPS;
    double older = 0, old = scaled_value(flows, count, from);
    for (int i = 1; i <= STEPS; i++) {
        double here = from + step * i, value = scaled_value(flows, count, here), root = NAN;
        if (old == 0)
            root = here - step;
        else if (value != 0 && (old < 0) != (value < 0))
            root = bisected(flows, count, here - step, here);
        else if (i > 1 && value != 0 && (older < 0) == (old < 0) && older != 0 && fabs(old) < fabs(older) &&
                 fabs(old) <= fabs(value)) {
            /* A dip towards zero without a change of sign: it touches zero, or hides two roots. */
            double side = old < 0 ? -1 : 1;
            double dip = deepest(flows, count, here - 2 * step, here, side);
            double least = side * scaled_value(flows, count, dip);
            if (fabs(least) <= touch) {
                root = dip;
            } else if (least < 0) {
                if (found < AS_IRR_ROOTS)
                    roots[found] = expm1(bisected(flows, count, here - 2 * step, dip));
                found++;
                root = bisected(flows, count, dip, here);
            }
        }
        if (!isnan(root)) {
            if (found < AS_IRR_ROOTS)
                roots[found] = expm1(root);
            found++;
        }
        older = old;
        old = value;
    }
    *n = found;
    return found == 0 ? AS_IRR_NONE : found == 1 ? AS_IRR_ONE : AS_IRR_SEVERAL;
}

bool as_velocity(double *out, double opportunities, double win_rate, double deal_size, double cycle)
{
    double value = opportunities * win_rate * deal_size / cycle;
    if (!(cycle > 0) || !isfinite(value))
        return false;
    *out = value;
    return true;
}

bool as_win_ratio(double *out, uint64_t won, uint64_t lost)
{
    double closed = (double)won + (double)lost;
    if (closed == 0)
        return false;
    *out = (double)won / closed;
    return true;
}

bool as_acquisition_of(struct as_acquisition *out, double cost, double customers, double alarm)
{
    if (!(customers > 0 && isfinite(cost / customers)))
        return false;
    out->cost = cost / customers;
    out->alarm = out->cost > alarm;
    out->repeat_low = out->cost / 10;
    out->repeat_high = out->cost / 3;
    return true;
}

bool as_failure_rate(double *out, uint64_t won, uint64_t leads)
{
    if (leads == 0 || won > leads)
        return false;
    *out = (double)(leads - won) / (double)leads;
    return true;
}
