/* Kaplan-Meier estimate with weights, right censoring and late entry. Reading stage histories is left to
 * reports. */
#include "score/statistics/survival.h"

#include "score/statistics/interval.h"

#include <math.h>
#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    double x = ((const struct as_subject *)a)->time, y = ((const struct as_subject *)b)->time;
    return (x > y) - (x < y);
}

static int by_entry(const void *a, const void *b)
{
    double x = ((const struct as_subject *)a)->entry, y = ((const struct as_subject *)b)->entry;
    return (x > y) - (x < y);
}

static enum as_status check(const struct as_subject *subjects, size_t n, struct as_error *error)
{
    for (size_t i = 0; i < n; i++) {
        const struct as_subject *s = &subjects[i];
        if (!isfinite(s->entry) || !isfinite(s->time) || !isfinite(s->weight))
            return as_error_set(error, AS_ERR_DATA, "subject %zu holds a value that is not a number", i + 1);
        if (s->time <= s->entry)
            return as_error_set(error, AS_ERR_DATA, "subject %zu ends at %g, not after it enters at %g",
                                i + 1, s->time, s->entry);
        if (s->weight < 0)
            return as_error_set(error, AS_ERR_DATA, "subject %zu has the negative weight %g", i + 1,
                                s->weight);
    }
    return AS_OK;
}

/* The interval on the scale ln(-ln S), where the error is closest to normal; it never leaves [0, 1]. */
static void set_interval(struct as_survival_step *step, double variance_sum, double z)
{
    step->low = step->high = step->error = NAN;
    if (step->survival <= 0)
        return;
    step->error = step->survival * sqrt(variance_sum);
    if (step->survival >= 1)
        return;
    double half = z * sqrt(variance_sum) / fabs(log(step->survival));
    step->low = pow(step->survival, exp(half));
    step->high = pow(step->survival, exp(-half));
}

enum as_status as_survival_of(struct as_survival *out, struct as_arena *arena,
                              const struct as_subject *subjects, size_t n, double confidence,
                              struct as_error *error)
{
    *out = (struct as_survival){0};
    double z;
    enum as_status status = check(subjects, n, error);
    if (status != AS_OK)
        return status;
    if (!(confidence > 0 && confidence < 1) || !as_normal_quantile(&z, 0.5 + confidence / 2))
        return as_error_set(error, AS_ERR_DATA, "a confidence lies between 0 and 1, not at %g", confidence);

    struct as_subject *sorted = as_arena_array(arena, n + 1, sizeof *sorted);
    struct as_subject *entering = as_arena_array(arena, n + 1, sizeof *entering);
    double *staying = as_arena_array(arena, n + 1, sizeof *staying);
    double *to_enter = as_arena_array(arena, n + 1, sizeof *to_enter);
    if (sorted == NULL || entering == NULL || staying == NULL || to_enter == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n; i++)
        sorted[i] = entering[i] = subjects[i];
    qsort(sorted, n, sizeof *sorted, by_time);
    qsort(entering, n, sizeof *entering, by_entry);
    /* Weights from each place to the end: at risk at a time is who stays so long, less who enters only then.
     * Summed from the end, where few are left and rounding would tell. */
    for (size_t i = n; i > 0; i--) {
        staying[i - 1] = staying[i] + sorted[i - 1].weight;
        to_enter[i - 1] = to_enter[i] + entering[i - 1].weight;
    }

    size_t entered = 0;
    double survival = 1, variance_sum = 0;
    for (size_t first = 0, end; first < n; first = end) {
        struct as_survival_step step = {.time = sorted[first].time};
        for (end = first; end < n && sorted[end].time == step.time; end++)
            step.events += sorted[end].event ? sorted[end].weight : 0;
        while (entered < n && entering[entered].entry < step.time)
            entered++;
        step.at_risk = staying[first] - to_enter[entered];
        if (step.events > 0) {
            bool all = step.events >= step.at_risk * (1 - 1e-12);
            survival = all ? 0 : survival * (1 - step.events / step.at_risk);
            if (!all)
                variance_sum += step.events / (step.at_risk * (step.at_risk - step.events));
        }
        step.survival = survival;
        set_interval(&step, variance_sum, z);
        if (!as_list_push(arena, &out->steps, step))
            return as_error_memory(error);
    }
    return AS_OK;
}

double as_survival_at(const struct as_survival *survival, double time)
{
    double value = 1;
    for (uint32_t i = 0; i < survival->steps.n && survival->steps.at[i].time <= time; i++)
        value = survival->steps.at[i].survival;
    return value;
}

bool as_survival_quantile(double *at, double *low, double *high, const struct as_survival *survival,
                          double share)
{
    *at = *low = *high = INFINITY;
    for (uint32_t i = survival->steps.n; i > 0; i--) {
        const struct as_survival_step *step = &survival->steps.at[i - 1];
        if (step->survival <= share)
            *at = step->time;
        if (step->survival <= share || step->low <= share)
            *low = step->time;
        if (step->survival <= 0 ? false : step->high <= share)
            *high = step->time;
    }
    return isfinite(*at);
}

/* --- two groups --- */

struct at_time {
    double risk, events;
};

static struct at_time at_time(const struct as_subject *subjects, size_t n, double time)
{
    struct at_time sum = {0, 0};
    for (size_t i = 0; i < n; i++) {
        const struct as_subject *one = &subjects[i];
        sum.risk += one->entry < time && time <= one->time ? one->weight : 0;
        sum.events += one->event && one->time == time ? one->weight : 0;
    }
    return sum;
}

/* The first time after `past` at which something happened in a group. */
static double next_event(const struct as_subject *subjects, size_t n, double past)
{
    double next = INFINITY;
    for (size_t i = 0; i < n; i++)
        if (subjects[i].event && subjects[i].time > past && subjects[i].time < next)
            next = subjects[i].time;
    return next;
}

bool as_log_rank(double *z, const struct as_subject *a, size_t n_a, const struct as_subject *b, size_t n_b)
{
    double surplus = 0, variance = 0, time = -INFINITY;
    while (isfinite(time = fmin(next_event(a, n_a, time), next_event(b, n_b, time)))) {
        struct at_time in_a = at_time(a, n_a, time), in_b = at_time(b, n_b, time);
        double risk = in_a.risk + in_b.risk, events = in_a.events + in_b.events;
        surplus += in_a.events - events * in_a.risk / risk;
        if (risk > 1)
            variance += events * (in_a.risk / risk) * (in_b.risk / risk) * (risk - events) / (risk - 1);
    }
    if (!(variance > 0))
        return false;
    *z = surplus / sqrt(variance);
    return true;
}
