/* Cuts a characteristic into bins and weighs them. Which of them the model uses is contrast.c's matter. */
#include "score/statistics/trait.h"

#include "score/statistics/interval.h"
#include "score/statistics/odds.h"
#include "score/statistics/rank.h"

#include <math.h>
#include <stdlib.h>

#define LEAST_INFORMATION 0.02
#define LEAK_INFORMATION  0.5
#define LEAK_AUC          0.85
#define SHARE_CONFIDENCE  0.95

const char *as_trait_verdict_name(enum as_trait_verdict verdict)
{
    static const char *const names[] = {"insufficient", "used", "useless", "contrary"};
    return names[verdict];
}

struct binning {
    struct as_weighed *out;
    struct as_arena *arena;
    const struct as_trait *trait;
    const uint8_t *best;
    const uint32_t *row;
    size_t n;
    uint64_t at_least;
};

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool push(struct binning *b, struct as_bin bin)
{
    return as_list_push(b->arena, &b->out->bins, bin);
}

/* Cuts lie at the fifths of the known values, where the value changes and both sides have enough. */
static enum as_status cut_ranges(struct binning *b, struct as_error *error)
{
    size_t known = 0, last = 0;
    double *sorted = as_arena_array(b->arena, b->n + 1, sizeof *sorted), from = -INFINITY;
    if (sorted == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < b->n; i++)
        if (!isnan(b->trait->number[b->row[i]]))
            sorted[known++] = b->trait->number[b->row[i]];
    qsort(sorted, known, sizeof *sorted, ascending);
    for (size_t fifth = 1; fifth < AS_TRAIT_RANGES; fifth++) {
        size_t at = known * fifth / AS_TRAIT_RANGES;
        while (at < known && at > 0 && sorted[at] == sorted[at - 1])
            at++;
        if (at >= known || at - last < b->at_least || known - at < b->at_least)
            continue;
        if (!push(b, (struct as_bin){.kind = AS_BIN_RANGE, .from = from, .to = sorted[at]}))
            return as_error_memory(error);
        from = sorted[at];
        last = at;
    }
    return known == 0 || push(b, (struct as_bin){.kind = AS_BIN_RANGE, .from = from, .to = INFINITY})
               ? AS_OK
               : as_error_memory(error);
}

struct frequency {
    uint32_t code;
    uint64_t n;
};

static int frequent_first(const void *a, const void *b)
{
    const struct frequency *x = a, *y = b;
    if (x->n != y->n)
        return x->n > y->n ? -1 : 1;
    return (x->code > y->code) - (x->code < y->code);
}

static enum as_status list_values(struct binning *b, struct as_error *error)
{
    struct frequency *of = as_arena_array(b->arena, b->trait->codes + (size_t)1, sizeof *of);
    uint32_t others = 0;
    if (of == NULL)
        return as_error_memory(error);
    for (uint32_t c = 0; c < b->trait->codes; c++)
        of[c].code = c;
    for (size_t i = 0; i < b->n; i++)
        if (b->trait->code[b->row[i]] < b->trait->codes)
            of[b->trait->code[b->row[i]]].n++;
    qsort(of, b->trait->codes, sizeof *of, frequent_first);
    for (uint32_t c = 0; c < b->trait->codes && of[c].n > 0; c++)
        if (c >= AS_TRAIT_VALUES)
            others++;
        else if (!push(b, (struct as_bin){.kind = AS_BIN_VALUE, .code = of[c].code}))
            return as_error_memory(error);
    return others == 0 || push(b, (struct as_bin){.kind = AS_BIN_OTHERS, .values = others})
               ? AS_OK
               : as_error_memory(error);
}

static struct as_bin *bin_of(const struct as_weighed *weighed, const struct as_trait *trait, uint32_t subject)
{
    bool unknown =
        trait->number != NULL ? isnan(trait->number[subject]) : trait->code[subject] >= trait->codes;
    for (uint32_t i = 0; i < weighed->bins.n; i++) {
        struct as_bin *bin = &weighed->bins.at[i];
        bool holds = bin->kind == AS_BIN_UNKNOWN ? unknown
                     : unknown                   ? false
                     : bin->kind == AS_BIN_RANGE
                         ? trait->number[subject] >= bin->from && trait->number[subject] < bin->to
                     : bin->kind == AS_BIN_VALUE ? trait->code[subject] == bin->code
                                                 : true;
        if (holds)
            return bin;
    }
    return NULL;
}

const struct as_bin *as_trait_bin(const struct as_weighed *weighed, const struct as_trait *trait,
                                  uint32_t subject)
{
    return bin_of(weighed, trait, subject);
}

static void count(struct binning *b)
{
    for (size_t i = 0; i < b->n; i++) {
        struct as_bin *bin = bin_of(b->out, b->trait, b->row[i]);
        if (b->best[b->row[i]])
            bin->best++;
        else
            bin->worst++;
    }
    for (uint32_t i = 0; i < b->out->bins.n; i++) {
        struct as_bin *bin = &b->out->bins.at[i];
        bin->enough = bin->best + bin->worst >= b->at_least;
        bin->speaks = bin->enough && (bin->kind == AS_BIN_RANGE || bin->kind == AS_BIN_VALUE);
        if (!as_wilson(&bin->low, &bin->high, bin->best, bin->best + bin->worst, SHARE_CONFIDENCE))
            bin->low = 0, bin->high = 1;
    }
}

/* A handful of rare values would add up to much information by chance: they are weighed as one bin. */
static bool weigh(struct binning *b)
{
    double good[AS_TRAIT_VALUES + 3] = {0}, bad[AS_TRAIT_VALUES + 3] = {0}, weight[AS_TRAIT_VALUES + 3];
    uint32_t n = 0, rare = UINT32_MAX;
    for (uint32_t i = 0; i < b->out->bins.n; i++) {
        const struct as_bin *bin = &b->out->bins.at[i];
        uint32_t at = bin->enough || rare == UINT32_MAX ? n++ : rare;
        if (!bin->enough)
            rare = at;
        good[at] += (double)bin->best;
        bad[at] += (double)bin->worst;
    }
    if (!as_weight_of_evidence(weight, &b->out->information, &b->out->smoothed, good, bad, n))
        return false;
    n = 0;
    for (uint32_t i = 0; i < b->out->bins.n; i++) {
        struct as_bin *bin = &b->out->bins.at[i];
        while (n == rare)
            n++;
        bin->weight = bin->enough ? weight[n++] : weight[rare];
    }
    return true;
}

static enum as_status rank_alone(struct binning *b, struct as_error *error)
{
    double *score = as_arena_array(b->arena, b->n, sizeof *score);
    uint8_t *y = as_arena_array(b->arena, b->n, sizeof *y);
    struct as_ranking ranking;
    if (score == NULL || y == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < b->n; i++) {
        const struct as_bin *bin = bin_of(b->out, b->trait, b->row[i]);
        score[i] = bin->enough ? bin->weight : 0;
        y[i] = b->best[b->row[i]];
    }
    enum as_status status = as_ranking_of(&ranking, y, score, b->n, error);
    b->out->auc = status == AS_OK ? ranking.auc : 0;
    return status;
}

enum as_status as_trait_weigh(struct as_weighed *out, struct as_arena *arena, const struct as_trait *trait,
                              const uint8_t *best, const uint32_t *row, size_t n, uint64_t at_least,
                              struct as_error *error)
{
    *out = (struct as_weighed){.bins = {0}};
    struct binning b = {out, arena, trait, best, row, n, at_least};
    enum as_status status = trait->number != NULL ? cut_ranges(&b, error) : list_values(&b, error);
    if (status == AS_OK && !push(&b, (struct as_bin){.kind = AS_BIN_UNKNOWN}))
        status = as_error_memory(error);
    if (status != AS_OK)
        return status;
    count(&b);
    /* Where nothing is unknown, a line that says so is noise. */
    if (out->bins.at[out->bins.n - 1].best + out->bins.at[out->bins.n - 1].worst == 0)
        out->bins.n--;
    if (!weigh(&b))
        return as_error_set(error, AS_ERR_DATA, "all subjects are of one class");
    status = rank_alone(&b, error);
    uint32_t speaking = 0;
    for (uint32_t i = 0; i < out->bins.n; i++)
        speaking += out->bins.at[i].speaks;
    out->suspicious = out->information > LEAK_INFORMATION || out->auc > LEAK_AUC;
    out->verdict = speaking < 2                           ? AS_TRAIT_INSUFFICIENT
                   : out->information < LEAST_INFORMATION ? AS_TRAIT_USELESS
                                                          : AS_TRAIT_USED;
    return status;
}
