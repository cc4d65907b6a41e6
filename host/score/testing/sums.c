/* Adds up the points of conditions in every combination. */
#include "score/testing/sums.h"

#include <stdlib.h>

/* Beyond these a score counts as reaching everything. */
enum { MOST_SUMS = 8192 };

struct sums {
    int64_t at[2 * MOST_SUMS];
    uint32_t n;
};

static int by_value(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

/* Each sum with the points and without them. False when there are too many. */
static bool add(struct sums *sums, int64_t points)
{
    uint32_t n = sums->n, kept = 0;
    for (uint32_t i = 0; i < n; i++)
        sums->at[n + i] = sums->at[i] + points;
    qsort(sums->at, 2 * (size_t)n, sizeof *sums->at, by_value);
    for (uint32_t i = 0; i < 2 * n; i++)
        if (kept == 0 || sums->at[kept - 1] != sums->at[i])
            sums->at[kept++] = sums->at[i];
    sums->n = kept;
    return kept <= MOST_SUMS;
}

static bool add_rules(struct sums *sums, const struct as_score *score)
{
    sums->n = 1;
    sums->at[0] = 0;
    for (uint32_t r = 0; r < score->rules.n; r++) {
        const struct as_rule *rule = score->rules.at[r];
        int64_t points = rule->points;
        if (rule->kind != AS_RULE_CONDITION || rule->group != NULL)
            return false;
        if (rule->has_cap)
            points = points > rule->cap ? rule->cap : points < -rule->cap ? -rule->cap : points;
        if (!add(sums, points))
            return false;
    }
    return true;
}

bool as_score_reaches(const struct as_score *score, int64_t from, int64_t to)
{
    struct sums *sums = malloc(sizeof *sums);
    bool reaches = sums == NULL || !add_rules(sums, score);
    for (uint32_t i = 0; !reaches && i < sums->n; i++) {
        int64_t value = sums->at[i];
        if (score->has_cap && value > score->cap)
            value = score->cap;
        if (score->has_floor && value < score->floor)
            value = score->floor;
        reaches = value >= from && value <= to;
    }
    free(sums);
    return reaches;
}
