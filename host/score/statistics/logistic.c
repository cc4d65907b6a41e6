/* Newton's steps on the penalised log likelihood; a step that makes things worse is halved. */
#include "score/statistics/logistic.h"

#include "score/statistics/equations.h"
#include "score/statistics/odds.h"

#include <math.h>
#include <string.h>

enum { ROUNDS = 60, HALVINGS = 30 };
#define SETTLED 1e-10 /* of the greatest change of a weight */

struct fitting {
    const double *x;
    const uint8_t *y;
    size_t n;
    uint32_t size; /* terms and the constant */
    double ridge;
    double *system; /* size rows of curvature, its inverse, the slope */
    double *tried;
};

/* The log odds of a row. */
static double log_odds_of(const struct as_logistic *fit, const double *x)
{
    double sum = fit->weight[0];
    for (uint32_t t = 0; t < fit->terms; t++)
        sum += fit->weight[t + 1] * x[t];
    return sum;
}

static double odds_at(const struct fitting *f, const double *weight, size_t row)
{
    struct as_logistic at = {.weight = (double *)(uintptr_t)weight, .terms = f->size - 1}; /* only read */
    return log_odds_of(&at, f->x + row * (f->size - 1));
}

static double likelihood(const struct fitting *f, const double *weight)
{
    double sum = 0;
    for (size_t i = 0; i < f->n; i++) {
        double odds = odds_at(f, weight, i), against = f->y[i] ? -odds : odds;
        sum -= against > 0 ? against + log1p(exp(-against)) : log1p(exp(against));
    }
    for (uint32_t t = 1; t < f->size; t++)
        sum -= f->ridge / 2 * weight[t] * weight[t];
    return sum;
}

/* Curvature, identity and slope, side by side; solved in place: inverse and step. */
static bool solve_step(const struct fitting *f, const double *weight)
{
    size_t size = f->size, width = 2 * size + 1;
    memset(f->system, 0, size * width * sizeof *f->system);
    for (size_t i = 0; i < f->n; i++) {
        const double *x = f->x + i * (size - 1);
        double p = as_sigmoid(odds_at(f, weight, i)), bend = p * (1 - p), miss = f->y[i] - p;
        for (size_t a = 0; a < size; a++) {
            double xa = a == 0 ? 1 : x[a - 1];
            for (size_t b = 0; b < size; b++)
                f->system[a * width + b] += bend * xa * (b == 0 ? 1 : x[b - 1]);
            f->system[a * width + 2 * size] += miss * xa;
        }
    }
    for (size_t a = 0; a < size; a++) {
        f->system[a * width + size + a] = 1;
        if (a > 0) {
            f->system[a * width + a] += f->ridge;
            f->system[a * width + 2 * size] -= f->ridge * weight[a];
        }
    }
    return as_equations_solve(f->system, f->size, f->size + 1);
}

/* The greatest change of a weight; negative: the equations are not settled. */
static double take_step(const struct fitting *f, double *weight, double *reached)
{
    size_t width = 2 * (size_t)f->size + 1;
    if (!solve_step(f, weight))
        return -1;
    double part = 1, most = 0;
    for (int halving = 0;; halving++, part /= 2) {
        most = 0;
        for (uint32_t a = 0; a < f->size; a++) {
            double step = part * f->system[a * width + 2 * f->size];
            f->tried[a] = weight[a] + step;
            most = fmax(most, fabs(step));
        }
        double there = likelihood(f, f->tried);
        if (there >= *reached || halving == HALVINGS) {
            *reached = there;
            memcpy(weight, f->tried, f->size * sizeof *weight);
            return isfinite(most) ? most : -1;
        }
    }
}

static bool is_separated(const struct fitting *f, const double *weight)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < f->n; i++) {
        double odds = odds_at(f, weight, i);
        if (f->y[i])
            least = fmin(least, odds);
        else
            most = fmax(most, odds);
    }
    return least > most;
}

static enum as_status not_settled(const struct as_logistic *out, struct as_error *error)
{
    return as_error_set(error, AS_ERR_DATA, "%s",
                        out->separated ? "the terms part the two outcomes without an exception"
                                       : "the terms do not settle their weights: one is told by the others");
}

enum as_status as_logistic_fit(struct as_logistic *out, struct as_arena *arena, const double *x,
                               const uint8_t *y, size_t n, uint32_t terms, double ridge,
                               struct as_error *error)
{
    size_t size = (size_t)terms + 1, hits = 0;
    struct fitting f = {.x = x, .y = y, .n = n, .size = terms + 1, .ridge = ridge};
    *out = (struct as_logistic){.terms = terms};
    out->weight = as_arena_array(arena, size, sizeof *out->weight);
    out->error = as_arena_array(arena, size, sizeof *out->error);
    f.tried = as_arena_array(arena, size, sizeof *f.tried);
    f.system = as_arena_array(arena, size * (2 * size + 1), sizeof *f.system);
    if (out->weight == NULL || out->error == NULL || f.tried == NULL || f.system == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++)
        hits += y[i] != 0;
    if (hits == 0 || hits == n)
        return as_error_set(error, AS_ERR_DATA, "all rows have the same outcome");
    double change = 1, reached;
    (void)as_log_odds(&out->weight[0], (double)hits / (double)n);
    reached = likelihood(&f, out->weight);
    for (int round = 0; round < ROUNDS && change > SETTLED; round++)
        change = take_step(&f, out->weight, &reached);
    out->separated = is_separated(&f, out->weight);
    if (change < 0 || change > SETTLED || !solve_step(&f, out->weight))
        return not_settled(out, error);
    for (size_t a = 0; a < size; a++)
        out->error[a] = sqrt(f.system[a * (2 * size + 1) + size + a]);
    return AS_OK;
}
