/* Credit by position, by time, by removal and by coalition. Which touches count, and what money there is to
 * hand out, is the reports' business. */
#include "score/statistics/credit.h"

#include "score/statistics/equations.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Parts of a path by its named touches, `each` for each of them; the others share what is left. */
static void by_position(double *weight, const struct as_path *path, const uint32_t *place, size_t places,
                        double each)
{
    uint32_t others = path->n;
    double rest = 1 - each * (double)places, given = 0;
    memset(weight, 0, path->n * sizeof *weight);
    for (size_t p = 0; p < places; p++) {
        others -= weight[place[p]] == 0;
        weight[place[p]] += each;
        given += each;
    }
    for (uint32_t i = 0; i < path->n; i++)
        if (others == 0)
            weight[i] /= given;
        else if (weight[i] == 0)
            weight[i] = rest / others;
}

void as_credit_of(double *weight, const struct as_path *path, enum as_credit_model model)
{
    uint32_t last = path->n - 1;
    double sum = 0;
    switch (model) {
    case AS_CREDIT_FIRST:
    case AS_CREDIT_LAST:
        memset(weight, 0, path->n * sizeof *weight);
        weight[model == AS_CREDIT_FIRST ? 0 : last] = 1;
        return;
    case AS_CREDIT_LINEAR:
        for (uint32_t i = 0; i < path->n; i++)
            weight[i] = 1.0 / path->n;
        return;
    case AS_CREDIT_DECAY:
        /* Counted from the newest touch, so that an old path's weights do not vanish. */
        for (uint32_t i = 0; i < path->n; i++)
            sum += weight[i] = exp2(-(path->days[i] - path->days[last]) / AS_CREDIT_HALF_LIFE);
        for (uint32_t i = 0; i < path->n; i++)
            weight[i] /= sum;
        return;
    case AS_CREDIT_U:
        by_position(weight, path, (const uint32_t[]){0, last}, 2, 0.4);
        return;
    case AS_CREDIT_W:
        by_position(weight, path, (const uint32_t[]){0, path->lead, path->deal}, 3, 0.3);
        return;
    }
}

/* --- Markov --- */

/* How likely the chain's start leads to a win when what comes to `removed` is lost; `channels`: nothing is.
 * moves: from each channel, and last from the start, to each channel, to the win, to the loss. */
static double reaches(double *row, const double *moves, uint32_t channels, uint32_t removed)
{
    size_t to = (size_t)channels + 2, width = (size_t)channels + 1;
    for (uint32_t c = 0; c < channels; c++) {
        double out = 0;
        for (size_t k = 0; k < to; k++)
            out += moves[c * to + k];
        for (uint32_t k = 0; k < channels; k++)
            row[c * width + k] =
                (c == k) - (out > 0 && c != removed && k != removed ? moves[c * to + k] / out : 0);
        row[c * width + channels] = out > 0 && c != removed ? moves[c * to + channels] / out : 0;
    }
    /* Every state of a chain leads to an end, so that none is singular. */
    (void)as_equations_solve(row, channels, 1);
    double out = 0, p = 0;
    for (size_t k = 0; k < to; k++)
        out += moves[channels * to + k];
    for (uint32_t k = 0; k < channels; k++)
        p += k != removed ? moves[channels * to + k] / out * row[k * width + channels] : 0;
    return p;
}

enum as_status as_credit_markov(double *share, struct as_arena *arena, const struct as_path *paths, size_t n,
                                uint32_t channels, struct as_error *error)
{
    size_t to = (size_t)channels + 2;
    double *moves = as_arena_array(arena, ((size_t)channels + 1) * to, sizeof *moves);
    double *row = as_arena_array(arena, (size_t)channels * (channels + 1) + 1, sizeof *row);
    if (moves == NULL || row == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++) {
        uint32_t at = channels;
        for (uint32_t t = 0; t < paths[i].n; t++) {
            moves[at * to + paths[i].channel[t]]++;
            at = paths[i].channel[t];
        }
        if (paths[i].n > 0)
            moves[at * to + channels + (paths[i].won ? 0 : 1)]++;
    }
    double all = channels > 0 && n > 0 ? reaches(row, moves, channels, channels) : 0, sum = 0;
    if (!(all > 0))
        return as_error_set(error, AS_ERR_DATA, "no path was won");
    for (uint32_t c = 0; c < channels; c++)
        sum += share[c] = 1 - reaches(row, moves, channels, c) / all;
    for (uint32_t c = 0; c < channels; c++)
        share[c] /= sum;
    return AS_OK;
}

/* --- Shapley --- */

void as_shapley(double *value, const double *worth, uint32_t players)
{
    /* What joining a set of so many others weighs: s! (n - s - 1)! / n! = 1 / (n * C(n - 1, s)). */
    double joins[AS_SHAPLEY_PLAYERS], choose = 1;
    for (uint32_t s = 0; s < players; s++) {
        joins[s] = 1 / (players * choose);
        choose = choose * (players - 1 - s) / (s + 1);
    }
    for (uint32_t p = 0; p < players; p++) {
        value[p] = 0;
        for (uint32_t set = 0; set < 1u << players; set++)
            if ((set >> p & 1) == 0)
                value[p] += joins[__builtin_popcount(set)] * (worth[set | 1u << p] - worth[set]);
    }
}

/* --- money --- */

struct rest {
    double rest;
    size_t place;
};

static int by_rest(const void *a, const void *b)
{
    const struct rest *x = a, *y = b;
    if (x->rest != y->rest)
        return x->rest < y->rest ? 1 : -1;
    return (x->place > y->place) - (x->place < y->place);
}

enum as_status as_apportion(int64_t *part, int64_t total, const double *weight, size_t n,
                            struct as_error *error)
{
    struct rest *rests = calloc(n, sizeof *rests);
    double sum = 0;
    int64_t left = total < 0 ? -total : total, sign = total < 0 ? -1 : 1, size = left;
    if (rests == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++)
        sum += weight[i] > 0 ? weight[i] : 0;
    for (size_t i = 0; i < n; i++) {
        double exact = sum > 0 && weight[i] > 0 ? (double)size * (weight[i] / sum) : 0, whole = floor(exact);
        part[i] = (int64_t)whole < left ? (int64_t)whole : left;
        left -= part[i];
        rests[i] = (struct rest){exact - whole, i};
    }
    qsort(rests, n, sizeof *rests, by_rest);
    for (size_t i = 0; left > 0; i = (i + 1) % n, left--)
        part[rests[i].place]++;
    for (size_t i = 0; i < n; i++)
        part[i] *= sign;
    free(rests);
    return AS_OK;
}
