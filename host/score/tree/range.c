/* Comparisons as ranges. Which value is compared, and in which steps, is the caller's business. */
#include "score/tree/range.h"

#include <math.h>

double as_literal_number(const struct as_literal *literal)
{
    return literal->kind == AS_LITERAL_INTEGER ? (double)literal->integer : literal->number;
}

/* A bound in whole steps of the receiver: decimals that binary fractions miss are taken as meant. */
static double steps(double value, double scale)
{
    double exact = value * scale, whole = round(exact);
    return fabs(exact - whole) <= 1e-9 * fmax(1, fabs(whole)) ? whole : exact;
}

static int64_t to_i64(double value)
{
    if (value >= 9.2e18)
        return INT64_MAX;
    return value <= -9.2e18 ? INT64_MIN : (int64_t)value;
}

struct as_range as_range_of(enum as_kernel kernel, double a, double b, double scale, bool whole)
{
    double lo = -INFINITY, hi = INFINITY;
    if (whole) {
        a = steps(a, scale);
        b = steps(b, scale);
    }
    switch (kernel) {
    case AS_KERNEL_EQUAL:
        lo = hi = a;
        break;
    case AS_KERNEL_AT_LEAST:
        lo = a;
        break;
    case AS_KERNEL_AT_MOST:
        hi = a;
        break;
    case AS_KERNEL_MORE_THAN:
        lo = whole ? floor(a) + 1 : nextafter(a, INFINITY);
        break;
    case AS_KERNEL_LESS_THAN:
        hi = whole ? ceil(a) - 1 : nextafter(a, -INFINITY);
        break;
    default:
        lo = a;
        hi = b;
        break;
    }
    return (struct as_range){.lo = to_i64(ceil(lo)), .hi = to_i64(floor(hi)), .flo = lo, .fhi = hi};
}
