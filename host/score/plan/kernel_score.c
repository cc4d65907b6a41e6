/* The score kernel: rules summed in milli-points, with the interval that undecided rules leave open. Caps
 * apply rule by rule, then by group, then to the score, then its floor. */
#include "score/plan/kernel.h"

#include <string.h>

struct sum {
    int64_t *value, *low, *high;
};

/* The rows of a word, its lowest n bits. */
AS_PART uint64_t word_rows(uint32_t n)
{
    return n == 64 ? ~UINT64_C(0) : (UINT64_C(1) << n) - 1;
}

typedef int64_t eight __attribute__((vector_size(64), aligned(8), may_alias));

AS_PART void add_word(int64_t *acc, uint64_t bits, int64_t amount, uint32_t n)
{
    if (bits == 0)
        return;
    if (n < 64) {
        for (uint32_t b = 0; b < n; b++)
            acc[b] += amount & -(int64_t)(bits >> b & 1);
        return;
    }
    const eight lane = {1, 2, 4, 8, 16, 32, 64, 128};
    for (uint32_t b = 0; b < 64; b += 8) {
        eight *to = (eight *)(acc + b);
        eight holds = (lane & (int64_t)(bits >> b)) != 0; /* -1 where it does */
        *to += holds & amount;
    }
}

/* A rule that gives fixed points when its condition holds. What is known is added to the value alone: low and
 * high hold their distance from it. */
AS_PART void add_condition(struct sum *sum, const struct as_part *part, uint64_t yes, uint64_t unknown,
                           uint32_t from, uint32_t n)
{
    add_word(sum->value + from, yes, part->amount, n);
    add_word((part->amount < 0 ? sum->low : sum->high) + from, unknown, part->amount, n);
}

/* A rule whose points were computed, `known` where they could be. */
AS_PART void add_points(struct sum *sum, const struct as_part *part, const int64_t *restrict points,
                        uint64_t yes, uint64_t unknown, uint64_t known, uint32_t from, uint32_t n)
{
    const int64_t cap = part->cap;
    if (n == 64 && (yes & known) == ~UINT64_C(0)) {
        int64_t *restrict value = sum->value + from;
        for (uint32_t b = 0; b < 64; b++) {
            int64_t given = points[from + b];
            given = given > cap ? cap : given;
            value[b] += given < -cap ? -cap : given;
        }
        return;
    }
    for (uint64_t rest = yes | unknown; rest != 0; rest &= rest - 1) {
        uint32_t b = (uint32_t)__builtin_ctzll(rest);
        int64_t low = part->low, high = part->high;
        if (known >> b & 1) {
            int64_t given = points[from + b];
            given = given > cap ? cap : given < -cap ? -cap : given;
            if (yes >> b & 1) {
                sum->value[from + b] += given;
                continue;
            }
            low = given < 0 ? given : 0;
            high = given > 0 ? given : 0;
        }
        sum->low[from + b] += low;
        sum->high[from + b] += high;
    }
}

AS_PART void add_part(struct as_worker *worker, const struct as_chunk *chunk, const struct as_part *part,
                      struct sum *sum, struct as_vec *out)
{
    const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
    const struct as_vec *points = part->points == AS_NO_NODE ? NULL : &worker->vec[part->points];
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint32_t n = chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64;
        uint64_t rows = word_rows(n);
        uint64_t yes = when == NULL ? rows : when->truth[w] & rows;
        uint64_t unknown = when == NULL ? 0 : ~when->known[w] & rows;
        uint64_t plain = when == NULL ? 0 : unknown & ~when->open[w];
        if (points == NULL) {
            add_condition(sum, part, yes, unknown, w * 64, n);
        } else {
            add_points(sum, part, points->i64, yes, unknown, points->known[w], w * 64, n);
            uint64_t missing = (yes | unknown) & ~points->known[w];
            unknown |= missing;
            plain |= missing & ~points->open[w];
        }
        out->known[w] &= ~unknown;
        out->truth[w] |= plain;
    }
}

AS_PART void clamp_all(int64_t *values, uint32_t n, int64_t low, int64_t high)
{
    for (uint32_t i = 0; i < n; i++)
        values[i] = values[i] > high ? high : values[i] < low ? low : values[i];
}

AS_PART void add_all(int64_t *to, const int64_t *from, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] += from[i];
}

/* From distances to ends. */
AS_PART void finish_interval(struct sum *sum, uint32_t n)
{
    add_all(sum->low, sum->value, n);
    add_all(sum->high, sum->value, n);
}

AS_PART void keep_part(int64_t *to, const int64_t *before, const int64_t *after, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        to[i] = after[i] - before[i];
}

AS_PART void score_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_score *score = node->score;
    const struct as_score_plan *plan = as_plan_score_of(run->plan, score);
    struct as_vec *out = &worker->vec[index];
    struct sum total = {out->i64, out->low, out->high};
    struct sum group = {worker->group, worker->group + AS_BATCH, worker->group + 2 * AS_BATCH};
    const uint32_t n = chunk->n;
    const size_t bytes = n * sizeof(int64_t);
    int64_t **parts = run->parts == NULL ? NULL : run->parts[plan - run->plan->scores.at];
    memset(total.value, 0, bytes);
    memset(total.low, 0, bytes);
    memset(total.high, 0, bytes);
    /* While rules are added, known says that all were decided, and truth that one is plainly unknown. */
    memset(out->known, 0xff, chunk->words * sizeof *out->known);
    memset(out->truth, 0, chunk->words * sizeof *out->truth);
    for (uint32_t g = 0; g <= score->groups.n; g++) {
        uint32_t wanted = g < score->groups.n ? g : AS_NO_INDEX;
        struct sum *sum = wanted == AS_NO_INDEX ? &total : &group;
        if (wanted != AS_NO_INDEX) {
            memset(group.value, 0, bytes);
            memset(group.low, 0, bytes);
            memset(group.high, 0, bytes);
        }
        for (uint32_t p = 0; p < plan->parts.n; p++) {
            if (plan->parts.at[p].group != wanted)
                continue;
            if (parts != NULL)
                memcpy(worker->before, sum->value, bytes);
            add_part(worker, chunk, &plan->parts.at[p], sum, out);
            if (parts != NULL)
                keep_part(parts[p] + chunk->base, worker->before, sum->value, n);
        }
        if (wanted == AS_NO_INDEX)
            continue;
        finish_interval(&group, n);
        int64_t cap = score->groups.at[g].cap < 0 ? -score->groups.at[g].cap : score->groups.at[g].cap;
        clamp_all(group.value, n, -cap, cap);
        clamp_all(group.low, n, -cap, cap);
        clamp_all(group.high, n, -cap, cap);
        /* Groups come before what stands alone, whose distances are still to come. */
        for (uint32_t i = 0; i < n; i++) {
            group.low[i] -= group.value[i];
            group.high[i] -= group.value[i];
        }
        add_all(total.value, group.value, n);
        add_all(total.low, group.low, n);
        add_all(total.high, group.high, n);
    }
    finish_interval(&total, n);
    int64_t cap = score->has_cap ? score->cap : INT64_MAX,
            floor = score->has_floor ? score->floor : INT64_MIN;
    int64_t *ends[] = {total.low, total.high, total.value};
    for (int e = 0; e < 3; e++) {
        if (e < 2)
            clamp_all(ends[e], n, -AS_OPEN_POINTS, AS_OPEN_POINTS);
        clamp_all(ends[e], n, INT64_MIN, cap);
        clamp_all(ends[e], n, floor, INT64_MAX);
    }
    for (uint32_t w = 0; w < chunk->words; w++) {
        if (node->open)
            out->open[w] = ~out->known[w] & ~out->truth[w];
        out->truth[w] = 0;
    }
}

AS_KERNEL_VERSIONS(as_kernel_score, score_rows)
