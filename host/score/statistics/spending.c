/* Group-sequential bounds: what is spent by when is Lan and DeMets', the recursion over looks Armitage,
 * McPherson and Rowe's. Who may look when is the reader's business. */
#include "score/statistics/spending.h"

#include "base/limits.h"
#include "score/statistics/interval.h"

#include <math.h>
#include <stdlib.h>

/* Points of a density between two bounds: with 16 a standard deviation Simpson's rule is good to 1e-9, and
 * bounds lie at most eight of the first look's apart from 0. Odd. */
enum { POINTS = 1601 };

const char *as_spending_name(enum as_spending spending)
{
    return spending == AS_SPENDING_POCOCK ? "pocock" : "obrien_fleming";
}

static double above(double z)
{
    return 0.5 * erfc(z / sqrt(2));
}

double as_alpha_spent(enum as_spending spending, double alpha, double time)
{
    double z;
    if (!(time > 0))
        return 0;
    if (time >= 1)
        return alpha;
    if (spending == AS_SPENDING_POCOCK)
        return alpha * log1p((exp(1) - 1) * time);
    return as_normal_quantile(&z, 1 - alpha / 4) ? 4 * above(z / sqrt(time)) : 0;
}

/* What the statistic's path may be at a look, given that it has crossed no bound: points from -edge to edge,
 * on the scale on which its variance is the information. */
struct density {
    double edge, step;
    double at[POINTS];
};

static double point(const struct density *density, int i)
{
    return -density->edge + i * density->step;
}

/* The weight of a point under Simpson's rule. */
static double weight(const struct density *density, int i)
{
    return density->step / 3 * (i == 0 || i == POINTS - 1 ? 1 : i % 2 == 1 ? 4 : 2);
}

/* How likely it is to cross edge or -edge at the next look, having come through so far; before NULL: at the
 * first. */
static double crossing(const struct density *before, double edge, double deviation)
{
    double sum = 0;
    if (before == NULL)
        return 2 * above(edge / deviation);
    for (int i = 0; i < POINTS; i++)
        sum += weight(before, i) * before->at[i] * above((edge - point(before, i)) / deviation);
    return 2 * sum; /* the density is the same on both sides */
}

static void go_on(struct density *out, const struct density *before, double edge, double deviation)
{
    const double height = 1 / (deviation * sqrt(2 * acos(-1)));
    out->edge = edge;
    out->step = 2 * edge / (POINTS - 1);
    for (int i = 0; i <= POINTS / 2; i++) {
        double s = point(out, i), sum = 0;
        if (before == NULL) {
            sum = exp(-s * s / (2 * deviation * deviation));
        } else {
            for (int j = 0; j < POINTS; j++) {
                double gap = (s - point(before, j)) / deviation;
                if (fabs(gap) < 2 * AS_MOST_BOUND)
                    sum += weight(before, j) * before->at[j] * exp(-gap * gap / 2);
            }
        }
        out->at[i] = out->at[POINTS - 1 - i] = height * sum;
    }
}

bool as_look_bounds(double *bounds, const struct as_spent_look *looks, uint32_t n)
{
    if (n == 0 || n > AS_MAX_LOOKS)
        return false;
    for (uint32_t i = 0; i < n; i++)
        if (!(looks[i].information > (i == 0 ? 0 : looks[i - 1].information)) ||
            !(looks[i].spent >= (i == 0 ? 0 : looks[i - 1].spent)) || !(looks[i].spent < 1))
            return false;
    struct density *densities = calloc(2, sizeof *densities), *before = NULL;
    if (densities == NULL)
        return false;
    for (uint32_t i = 0; i < n; i++) {
        double root = sqrt(looks[i].information);
        double deviation = i == 0 ? root : sqrt(looks[i].information - looks[i - 1].information);
        double spends = looks[i].spent - (i == 0 ? 0 : looks[i - 1].spent);
        double low = 0, high = AS_MOST_BOUND;
        for (int halved = 0; halved < 60; halved++) {
            double middle = low + (high - low) / 2;
            if (crossing(before, middle * root, deviation) > spends)
                low = middle;
            else
                high = middle;
        }
        bounds[i] = high;
        go_on(&densities[i % 2], before, high * root, deviation);
        before = &densities[i % 2];
    }
    free(densities);
    return true;
}
