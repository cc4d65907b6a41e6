/* Order statistics over whole columns: percentile ranks and the quality of a ranking. */
#include "score/statistics/rank.h"

#include "score/statistics/interval.h"

#include <math.h>
#include <stdlib.h>

/* A value and where it came from. */
struct ranked {
    double value;
    size_t index;
};

static int by_value(const void *a, const void *b)
{
    double x = ((const struct ranked *)a)->value, y = ((const struct ranked *)b)->value;
    return (x > y) - (x < y);
}

bool as_percentile_rank(double *out, double x, const double *values, size_t n)
{
    size_t below = 0, equal = 0, all = 0;
    for (size_t i = 0; i < n; i++) {
        below += values[i] < x;
        equal += values[i] == x;
        all += !isnan(values[i]);
    }
    if (all == 0 || isnan(x))
        return false;
    *out = 100 * ((double)below + (double)equal / 2) / (double)all;
    return true;
}

/* The values that are numbers, ascending; NULL when memory is out. */
static struct ranked *sorted_numbers(size_t *count, const double *values, size_t n)
{
    struct ranked *sorted = calloc(n > 0 ? n : 1, sizeof *sorted);
    if (sorted == NULL)
        return NULL;
    *count = 0;
    for (size_t i = 0; i < n; i++)
        if (!isnan(values[i]))
            sorted[(*count)++] = (struct ranked){values[i], i};
    qsort(sorted, *count, sizeof *sorted, by_value);
    return sorted;
}

enum as_status as_percentile_ranks(double *out, const double *values, size_t n, struct as_error *error)
{
    size_t count;
    struct ranked *sorted = sorted_numbers(&count, values, n);
    if (sorted == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++)
        out[i] = NAN;
    for (size_t first = 0, end; first < count; first = end) {
        for (end = first + 1; end < count && sorted[end].value == sorted[first].value; end++)
            continue;
        double rank = 100 * ((double)first + (double)(end - first) / 2) / (double)count;
        for (size_t i = first; i < end; i++)
            out[sorted[i].index] = rank;
    }
    free(sorted);
    return AS_OK;
}

enum as_status as_ranking_of(struct as_ranking *out, const uint8_t *y, const double *score, size_t n,
                             struct as_error *error)
{
    size_t count, positives = 0;
    struct ranked *sorted = sorted_numbers(&count, score, n);
    if (sorted == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++)
        positives += y[i] != 0;
    size_t negatives = n - positives;
    if (count < n || positives == 0 || negatives == 0) {
        free(sorted);
        return as_error_set(error, AS_ERR_DATA, "%s",
                            count < n ? "a score is not a number"
                            : positives == 0
                                ? "nothing in the data happened, so there is nothing to rank"
                                : "everything in the data happened, so there is nothing to rank");
    }
    /* From the highest score down, one group of equal scores at a time. */
    double hits = 0, misses = 0, area = 0, gap = 0, precision = 0;
    for (size_t end = count, first; end > 0; end = first) {
        double up = 0, down = 0;
        for (first = end; first > 0 && sorted[first - 1].value == sorted[end - 1].value; first--) {
            if (y[sorted[first - 1].index])
                up++;
            else
                down++;
        }
        area += down * (hits + up / 2);
        hits += up;
        misses += down;
        precision += up / (double)positives * (hits / (hits + misses));
        gap = fmax(gap, fabs(hits / (double)positives - misses / (double)negatives));
    }
    free(sorted);
    *out = (struct as_ranking){positives, negatives, area / ((double)positives * (double)negatives), gap,
                               precision};
    return AS_OK;
}

/* The variance of a class's placements: of each, the share of the other class that it lies above. A rank
 * among all less the rank within the class leaves those of the other class alone. */
static double placement_variance(const double *among_all, const double *within, size_t n, size_t others)
{
    double sum = 0, squares = 0, share = (double)(n + others) / 100;
    for (size_t i = 0; i < n; i++) {
        double placement = (among_all[i] * share - within[i] * (double)n / 100) / (double)others;
        sum += placement;
        squares += placement * placement;
    }
    double mean = sum / (double)n;
    return n > 1 ? fmax(0, squares - sum * mean) / (double)(n - 1) : 0;
}

enum as_status as_auc_interval(double *low, double *high, const uint8_t *y, const double *score, size_t n,
                               double confidence, struct as_error *error)
{
    struct as_ranking ranking;
    double z, variance = 0;
    enum as_status status = as_ranking_of(&ranking, y, score, n, error);
    if (status != AS_OK)
        return status;
    if (!as_normal_quantile(&z, 0.5 + confidence / 2))
        return as_error_set(error, AS_ERR_DATA, "a confidence lies between 0 and 1");
    double *room = calloc(4 * n, sizeof *room), *all = room, *own = room + n, *ranks = room + 2 * n,
           *placed = room + 3 * n;
    if (room == NULL)
        return as_error_memory(error);
    status = as_percentile_ranks(all, score, n, error);
    for (int class = 0; class < 2 && status == AS_OK; class ++) {
        size_t m = 0, others = class ? ranking.negatives : ranking.positives;
        for (size_t i = 0; i < n; i++)
            if ((y[i] != 0) == (class != 0)) {
                own[m] = score[i];
                placed[m++] = all[i];
            }
        status = as_percentile_ranks(ranks, own, m, error);
        if (status == AS_OK)
            variance += placement_variance(placed, ranks, m, others) / (double)m;
    }
    *low = fmax(0, ranking.auc - z * sqrt(variance));
    *high = fmin(1, ranking.auc + z * sqrt(variance));
    free(room);
    return status;
}

bool as_brier(double *out, const uint8_t *y, const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double miss = p[i] - (y[i] ? 1 : 0);
        sum += miss * miss;
    }
    if (n == 0)
        return false;
    *out = sum / (double)n;
    return true;
}

bool as_log_loss(double *out, const uint8_t *y, const double *p, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double kept = fmin(fmax(p[i], 1e-15), 1 - 1e-15);
        sum -= y[i] ? log(kept) : log1p(-kept);
    }
    if (n == 0)
        return false;
    *out = sum / (double)n;
    return true;
}
