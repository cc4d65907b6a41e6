/* Learns on one part, tries on the other; no number of the second part flows back into the first. */
#include "score/statistics/contrast.h"

#include "score/statistics/interval.h"
#include "score/statistics/logistic.h"
#include "score/statistics/odds.h"
#include "score/statistics/rank.h"

#include <math.h>
#include <stdlib.h>

/* Holds weights where characteristics say nearly the same, and takes next to nothing where they do not: a
 * weight of evidence has a coefficient about 1. */
#define RIDGE      1.0
#define CONFIDENCE 0.95
#define STEP       100 /* points are written in tenths: milli-points of one */

const char *as_contrast_verdict_name(enum as_contrast_verdict verdict)
{
    static const char *const names[] = {"holds", "too few", "nothing tells them apart", "untried", "fails"};
    return names[verdict];
}

struct learning {
    struct as_contrast_result *out;
    struct as_arena *arena;
    const struct as_contrast_input *input;
    uint32_t *row; /* those learnt from, then those tried */
    uint32_t *used, used_count;
    double *x;
    uint8_t *y;
    struct as_logistic fit;
};

static double encoded(const struct learning *l, uint32_t trait, uint32_t subject)
{
    const struct as_bin *bin = as_trait_bin(&l->out->traits[trait], &l->input->traits[trait], subject);
    return bin != NULL && bin->speaks ? bin->weight : 0;
}

static bool divide(struct learning *l)
{
    const struct as_contrast_input *in = l->input;
    struct as_contrast_part *part[] = {&l->out->learnt, &l->out->tried};
    l->row = as_arena_array(l->arena, in->n + (size_t)1, sizeof *l->row);
    l->used = as_arena_array(l->arena, in->trait_count + (size_t)1, sizeof *l->used);
    l->out->traits = as_arena_array(l->arena, in->trait_count + (size_t)1, sizeof *l->out->traits);
    l->y = as_arena_array(l->arena, in->n + (size_t)1, sizeof *l->y);
    l->x = as_arena_array(l->arena, in->n + (size_t)1, (in->trait_count + (size_t)1) * sizeof *l->x);
    if (l->row == NULL || l->used == NULL || l->out->traits == NULL || l->y == NULL || l->x == NULL)
        return false;
    uint32_t at = 0;
    for (int held = 0; held < 2; held++)
        for (uint32_t s = 0; s < in->n; s++)
            if ((in->tried[s] != 0) == (held != 0)) {
                l->row[at++] = s;
                part[held]->n++;
                part[held]->best += in->best[s] != 0;
            }
    return true;
}

static bool has_both(const struct as_contrast_part *part, uint64_t at_least)
{
    return part->best >= at_least && part->n - part->best >= at_least;
}

static enum as_status fit_once(struct learning *l, struct as_error *error)
{
    for (uint32_t i = 0; i < l->out->learnt.n; i++) {
        l->y[i] = l->input->best[l->row[i]];
        for (uint32_t u = 0; u < l->used_count; u++)
            l->x[(size_t)i * l->used_count + u] = encoded(l, l->used[u], l->row[i]);
    }
    return as_logistic_fit(&l->fit, l->arena, l->x, l->y, l->out->learnt.n, l->used_count, RIDGE, error);
}

/* A negative coefficient would take points from what the evidence speaks for: nobody could read that, so the
 * characteristic goes, the most contrary first. */
static enum as_status fit(struct learning *l, struct as_error *error)
{
    for (uint32_t t = 0; t < l->input->trait_count; t++)
        if (l->out->traits[t].verdict == AS_TRAIT_USED)
            l->used[l->used_count++] = t;
    while (l->used_count > 0) {
        enum as_status status = fit_once(l, error);
        uint32_t worst = 0;
        if (status != AS_OK)
            return status;
        for (uint32_t u = 1; u < l->used_count; u++)
            if (l->fit.weight[u + 1] < l->fit.weight[worst + 1])
                worst = u;
        if (l->fit.weight[worst + 1] > 0)
            return AS_OK;
        l->out->traits[l->used[worst]].verdict = AS_TRAIT_CONTRARY;
        l->used_count--;
        for (uint32_t u = worst; u < l->used_count; u++)
            l->used[u] = l->used[u + 1];
    }
    return AS_OK;
}

static void give_points(struct learning *l)
{
    l->out->constant = l->fit.weight[0];
    for (uint32_t u = 0; u < l->used_count; u++) {
        struct as_weighed *trait = &l->out->traits[l->used[u]];
        trait->coefficient = l->fit.weight[u + 1];
        trait->error = l->fit.error[u + 1];
        for (uint32_t b = 0; b < trait->bins.n; b++) {
            struct as_bin *bin = &trait->bins.at[b];
            if (bin->speaks)
                bin->points = STEP * llround(1000 / STEP * l->out->factor * trait->coefficient * bin->weight);
        }
    }
}

int64_t as_contrast_points(const struct as_contrast_result *result, const struct as_contrast_input *input,
                           uint32_t subject)
{
    int64_t sum = 0;
    for (uint32_t t = 0; t < input->trait_count; t++) {
        const struct as_bin *bin = as_trait_bin(&result->traits[t], &input->traits[t], subject);
        sum += bin != NULL ? bin->points : 0;
    }
    return sum;
}

/* --- trying --- */

struct promise {
    double odds; /* log odds by the points as they are written */
    uint8_t best;
};

static int lowest_first(const void *a, const void *b)
{
    double x = ((const struct promise *)a)->odds, y = ((const struct promise *)b)->odds;
    return (x > y) - (x < y);
}

/* Groups end where the score changes, so that which of equal ones comes first makes no difference. */
static bool group(struct learning *l, struct promise *promise, uint32_t n)
{
    qsort(promise, n, sizeof *promise, lowest_first);
    uint32_t first = 0;
    for (uint32_t g = 1; g <= AS_CONTRAST_GROUPS; g++) {
        uint32_t end = (uint32_t)((uint64_t)n * g / AS_CONTRAST_GROUPS);
        while (end > first && end < n && promise[end].odds == promise[end - 1].odds)
            end++;
        struct as_contrast_group made = {.n = end - first};
        for (uint32_t i = first; i < end; i++) {
            made.promised += as_sigmoid(promise[i].odds) / made.n;
            made.best += promise[i].best;
        }
        if (made.n == 0)
            continue;
        (void)as_wilson(&made.low, &made.high, made.best, made.n, CONFIDENCE);
        if (!as_list_push(l->arena, &l->out->groups, made))
            return false;
        first = end;
    }
    return true;
}

static void calibrate(struct learning *l, const double *odds, uint32_t n)
{
    struct as_logistic line;
    struct as_error ignored = AS_ERROR_INIT;
    double z;
    l->out->slope = l->out->slope_low = l->out->slope_high = NAN;
    if (as_logistic_fit(&line, l->arena, odds, l->y, n, 1, 0, &ignored) != AS_OK ||
        !as_normal_quantile(&z, 0.5 + CONFIDENCE / 2))
        return; /* promises that are all alike, or that part the outcomes, have no slope */
    l->out->slope = line.weight[1];
    l->out->slope_low = line.weight[1] - z * line.error[1];
    l->out->slope_high = line.weight[1] + z * line.error[1];
}

static double points_odds(const struct learning *l, uint32_t subject)
{
    return l->out->constant + (double)as_contrast_points(l->out, l->input, subject) / 1000 / l->out->factor;
}

static enum as_status try_out(struct learning *l, struct as_error *error)
{
    struct as_contrast_result *out = l->out;
    uint32_t n = out->tried.n;
    const uint32_t *row = l->row + out->learnt.n;
    struct promise *promise = as_arena_array(l->arena, n, sizeof *promise);
    double *odds = as_arena_array(l->arena, n, sizeof *odds), *p = as_arena_array(l->arena, n, sizeof *p);
    double base = (double)out->learnt.best / out->learnt.n;
    struct as_ranking ranking;
    if (promise == NULL || odds == NULL || p == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < n; i++) {
        odds[i] = points_odds(l, row[i]);
        p[i] = base;
        l->y[i] = l->input->best[row[i]];
        promise[i] = (struct promise){odds[i], l->y[i]};
    }
    enum as_status status = as_ranking_of(&ranking, l->y, odds, n, error);
    if (status == AS_OK)
        status = as_auc_interval(&out->low, &out->high, l->y, odds, n, CONFIDENCE, error);
    if (status != AS_OK)
        return status;
    (void)as_brier(&out->base_brier, l->y, p, n);
    (void)as_log_loss(&out->base_log_loss, l->y, p, n);
    for (uint32_t i = 0; i < n; i++)
        p[i] = as_sigmoid(odds[i]);
    (void)as_brier(&out->brier, l->y, p, n);
    (void)as_log_loss(&out->log_loss, l->y, p, n);
    calibrate(l, odds, n);
    out->tried.auc = ranking.auc;
    out->ks = ranking.ks;
    out->average_precision = ranking.average_precision;
    out->has_trial = true;
    out->verdict = out->low > 0.5 ? AS_CONTRAST_HOLDS : AS_CONTRAST_FAILS;
    return group(l, promise, n) ? AS_OK : as_error_memory(error);
}

static enum as_status rank_learnt(struct learning *l, struct as_error *error)
{
    struct as_ranking ranking;
    double *odds = as_arena_array(l->arena, l->out->learnt.n, sizeof *odds);
    if (odds == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < l->out->learnt.n; i++)
        odds[i] = points_odds(l, l->row[i]);
    enum as_status status = as_ranking_of(&ranking, l->y, odds, l->out->learnt.n, error);
    l->out->learnt.auc = status == AS_OK ? ranking.auc : 0;
    return status;
}

enum as_status as_contrast_of(struct as_contrast_result *out, struct as_arena *arena,
                              const struct as_contrast_input *input, struct as_error *error)
{
    struct as_scorecard card;
    *out = (struct as_contrast_result){.verdict = AS_CONTRAST_FEW};
    struct learning l = {.out = out, .arena = arena, .input = input};
    (void)as_scorecard_of(&card, AS_CONTRAST_PDO, 0, 1);
    out->factor = card.factor;
    if (!divide(&l))
        return as_error_memory(error);
    enum as_status status = AS_OK;
    bool some = out->learnt.best > 0 && out->learnt.best < out->learnt.n;
    for (uint32_t t = 0; t < input->trait_count && some && status == AS_OK; t++)
        status = as_trait_weigh(&out->traits[t], arena, &input->traits[t], input->best, l.row, out->learnt.n,
                                input->at_least, error);
    if (status != AS_OK || !has_both(&out->learnt, input->at_least))
        return status;
    status = fit(&l, error);
    if (status != AS_OK)
        return status;
    out->verdict = l.used_count == 0 ? AS_CONTRAST_NOTHING : AS_CONTRAST_UNTRIED;
    if (l.used_count == 0)
        return AS_OK;
    give_points(&l);
    status = rank_learnt(&l, error);
    if (status == AS_OK && has_both(&out->tried, input->at_least))
        status = try_out(&l, error);
    return status;
}
