/* Until when nodes hold, kind by kind: first which rows time may change at all, then for the rows that need
 * it the day. What events say is until_events.c's, scores are until_score.c's. */
#include "score/plan/until.h"

#include <string.h>

/* --- which rows --- */

static bool asked(const struct as_run *run, uint32_t node)
{
    return run->plan->nodes.at[node].asked;
}

/* Rows that any of the inputs may change. */
static void any_input(const struct as_run *run, const struct as_worker *worker, const struct as_node *node,
                      uint32_t words, uint64_t *may)
{
    for (uint32_t k = 0; k < node->in_count; k++)
        for (uint32_t w = 0; w < words && asked(run, node->in[k]); w++)
            may[w] |= worker->until->may[node->in[k]][w];
}

/* One no that stays keeps an `&` as it is, one yes that stays an `|`. */
static void may_junction(const struct as_run *run, const struct as_worker *worker,
                         const struct as_chunk *chunk, const struct as_node *node, uint64_t *may)
{
    const bool yes = node->kind == AS_NODE_OR;
    any_input(run, worker, node, chunk->words, may);
    for (uint32_t k = 0; k < node->in_count; k++) {
        const struct as_vec *in = &worker->vec[node->in[k]];
        const uint64_t *moves = asked(run, node->in[k]) ? worker->until->may[node->in[k]] : run->zeros;
        for (uint32_t w = 0; w < chunk->words; w++)
            may[w] &= ~((yes ? in->truth[w] : in->known[w] & ~in->truth[w]) & ~moves[w]);
    }
}

/* Days of another table's rows, already worked out. */
static void may_of_days(const int32_t *days, uint32_t n, uint64_t *may)
{
    for (uint32_t i = 0; i < n; i++)
        if (days[i] != AS_DAY_NEVER)
            as_bit_set(may, i);
}

static void may_broadcast(const struct as_run *run, const struct as_chunk *chunk, const struct as_node *node,
                          int32_t *day, uint64_t *may)
{
    const uint32_t *account_of = run->account_of + chunk->base;
    const int32_t *days = run->until[node->in[0]];
    for (uint32_t i = 0; i < chunk->n; i++)
        day[i] = account_of[i] == AS_NO_INDEX ? AS_DAY_NEVER : days[account_of[i]];
    may_of_days(day, chunk->n, may);
}

/* Members of a group: one that decides alone decides until it may change; else all must stay. */
static void may_members(const struct as_run *run, const struct as_chunk *chunk, const struct as_node *node,
                        int32_t *day, uint64_t *may)
{
    const struct as_vec *in = &run->table[node->in[0]];
    const int32_t *days = run->until[node->in[0]];
    for (uint32_t i = 0; i < chunk->n; i++) {
        int32_t all = AS_DAY_NEVER, decisive = 0;
        for (uint32_t m = run->member_start[chunk->base + i]; m < run->member_start[chunk->base + i + 1];
             m++) {
            uint32_t lead = run->member[m];
            bool decides = as_bit(in->known, lead) && as_bit(in->truth, lead) == (node->kind == AS_NODE_SOME);
            all = days[lead] < all ? days[lead] : all;
            decisive = decides && days[lead] > decisive ? days[lead] : decisive;
        }
        day[i] = decisive > all ? decisive : all;
    }
    may_of_days(day, chunk->n, may);
}

/* Days since a day grow: a range is entered and left, and not entered again. */
static void may_since(const struct as_vec *in, const struct as_node *range, const struct as_vec *out,
                      const struct as_chunk *chunk, uint64_t *may)
{
    for (uint32_t w = 0; w < chunk->words; w++)
        may[w] |= in->known[w] & (range->hi == INT64_MAX ? ~out->truth[w] : ~UINT64_C(0));
    if (range->hi != INT64_MAX)
        for (uint32_t i = 0; i < chunk->n; i++)
            if (in->i64[i] > range->hi)
                as_bit_clear(may, i);
}

/* A count in a window falls: into the range, and out of it at its lower end. */
static void may_count(const struct as_vec *in, const struct as_node *range, const struct as_vec *out,
                      const struct as_chunk *chunk, uint64_t *may)
{
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint64_t no = out->known[w] & ~out->truth[w];
        if (range->lo > 0)
            may[w] |= out->truth[w];
        if (range->lo <= 0 && range->hi >= 0) /* whoever is not within is above */
            may[w] |= no;
        for (; no != 0 && range->lo > 0 && range->hi != INT64_MAX; no &= no - 1)
            if (in->i64[w * 64 + (uint32_t)__builtin_ctzll(no)] > range->hi)
                may[w] |= no & -no;
    }
}

/* A date whose range has passed stays past. */
static void may_date(const struct as_vec *in, int64_t first, const struct as_chunk *chunk, uint64_t *may)
{
    for (uint32_t i = 0; i < chunk->n; i++)
        if (in->i64[i] >= first && as_bit(in->known, i))
            as_bit_set(may, i);
}

static void add_known(uint64_t *may, const struct as_vec *vec, const struct as_chunk *chunk)
{
    for (uint32_t w = 0; w < chunk->words; w++)
        may[w] |= vec->known[w];
}

static void may_range(const struct as_run *run, const struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t index, uint64_t *may)
{
    const struct as_node *node = &run->plan->nodes.at[index], *in = &run->plan->nodes.at[node->in[0]];
    const struct as_vec *out = &worker->vec[index], *value = &worker->vec[node->in[0]];
    if (in->kind == AS_NODE_EVENTS && in->count == AS_KERNEL_SINCE_LAST)
        may_since(value, node, out, chunk, may);
    else if (in->kind == AS_NODE_EVENTS && !node->relative && in->rep == AS_REP_I64)
        may_count(value, node, out, chunk, may);
    else if (node->relative)
        may_date(value, run->today + node->lo, chunk, may);
    else if (in->kind == AS_NODE_EVENTS)
        add_known(may, value, chunk);
    if (in->kind == AS_NODE_SINCE) {
        may_since(value, node, out, chunk, may);
        any_input(run, worker, in, chunk->words, may);
    } else if (in->kind != AS_NODE_EVENTS) {
        any_input(run, worker, node, chunk->words, may);
    }
}

/* Where a function was not called, only the condition to call it counts. */
static void may_function(const struct as_run *run, const struct as_worker *worker,
                         const struct as_chunk *chunk, uint32_t index, uint64_t *may)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *when = node->in_count > 0 ? &worker->vec[node->in[0]] : NULL;
    may_of_days(worker->until->told[index], chunk->n, may);
    for (uint32_t w = 0; w < chunk->words && when != NULL; w++)
        may[w] &= ~(when->known[w] & ~when->truth[w]);
    any_input(run, worker, node, chunk->words, may);
}

static void mark_may(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_vec *out = &worker->vec[index];
    uint64_t *may = worker->until->may[index];
    memset(may, 0, chunk->words * sizeof *may);
    switch (node->kind) {
    case AS_NODE_RANGE:
        may_range(run, worker, chunk, index, may);
        break;
    case AS_NODE_EVENTS:
        if (node->rep == AS_REP_BITS)
            memcpy(may, out->truth, chunk->words * sizeof *may);
        else
            add_known(may, out, chunk);
        break;
    case AS_NODE_SINCE:
        any_input(run, worker, node, chunk->words, may);
        add_known(may, out, chunk);
        break;
    case AS_NODE_FUNCTION:
        may_function(run, worker, chunk, index, may);
        break;
    case AS_NODE_AND:
    case AS_NODE_OR:
        may_junction(run, worker, chunk, node, may);
        break;
    case AS_NODE_BROADCAST:
        may_broadcast(run, chunk, node, worker->until->day[index], may);
        break;
    case AS_NODE_EVERY:
    case AS_NODE_SOME:
        may_members(run, chunk, node, worker->until->day[index], may);
        break;
    case AS_NODE_SCORE:
        as_until_score_may(run, worker, chunk, index);
        break;
    default:
        any_input(run, worker, node, chunk->words, may);
        break;
    }
    if (chunk->n % 64 != 0)
        may[chunk->words - 1] &= (UINT64_C(1) << chunk->n % 64) - 1;
}

/* --- when --- */

static int32_t earlier(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static int32_t input_day(const struct as_run *run, const struct as_worker *worker, uint32_t node, uint32_t i)
{
    return asked(run, node) ? worker->until->day[node][i] : AS_DAY_NEVER;
}

static int32_t day_of_inputs(const struct as_run *run, const struct as_worker *worker,
                             const struct as_node *node, uint32_t i)
{
    int32_t day = AS_DAY_NEVER;
    for (uint32_t k = 0; k < node->in_count; k++)
        day = earlier(day, input_day(run, worker, node->in[k], i));
    return day;
}

static int32_t day_of_junction(const struct as_run *run, const struct as_worker *worker,
                               const struct as_node *node, uint32_t i)
{
    int32_t decisive = 0;
    for (uint32_t k = 0; k < node->in_count; k++) {
        const struct as_vec *in = &worker->vec[node->in[k]];
        int32_t day = input_day(run, worker, node->in[k], i);
        if (as_bit(in->known, i) && as_bit(in->truth, i) == (node->kind == AS_NODE_OR) && day > decisive)
            decisive = day;
    }
    return decisive > 0 ? decisive : day_of_inputs(run, worker, node, i);
}

/* Days since: the next one that enters or leaves the range. */
static int32_t day_of_since(const struct as_run *run, const struct as_node *range, int64_t value)
{
    if (value < range->lo)
        return as_until_after(run, (uint64_t)range->lo - (uint64_t)value);
    if (value > range->hi || range->hi == INT64_MAX)
        return AS_DAY_NEVER;
    return as_until_after(run, (uint64_t)range->hi - (uint64_t)value + 1);
}

/* A date and days from today: it comes nearer, and then goes. */
static int32_t day_of_date(const struct as_run *run, const struct as_node *range, int64_t date)
{
    int64_t first = run->today + range->lo, last = run->today + range->hi;
    if (date > last)
        return as_until_after(run, (uint64_t)date - (uint64_t)last);
    if (date < first)
        return AS_DAY_NEVER;
    return as_until_after(run, (uint64_t)date - (uint64_t)first + 1);
}

static int32_t day_of_range(const struct as_run *run, const struct as_worker *worker, uint32_t index,
                            uint32_t i)
{
    const struct as_node *node = &run->plan->nodes.at[index], *in = &run->plan->nodes.at[node->in[0]];
    const struct as_vec *value = &worker->vec[node->in[0]];
    bool known = as_bit(value->known, i);
    if (in->kind == AS_NODE_SINCE)
        return earlier(day_of_inputs(run, worker, in, i),
                       known ? day_of_since(run, node, value->i64[i]) : AS_DAY_NEVER);
    if (in->kind == AS_NODE_EVENTS && in->count == AS_KERNEL_SINCE_LAST)
        return known ? day_of_since(run, node, value->i64[i]) : AS_DAY_NEVER;
    int32_t day = day_of_inputs(run, worker, node, i);
    return node->relative && known ? earlier(day, day_of_date(run, node, value->i64[i])) : day;
}

static int32_t day_at(const struct as_run *run, const struct as_worker *worker, uint32_t index, uint32_t i)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    switch (node->kind) {
    case AS_NODE_RANGE:
        return day_of_range(run, worker, index, i);
    case AS_NODE_EVENTS: /* days since, as a value */
    case AS_NODE_SINCE:
        return as_until_after(run, 1);
    case AS_NODE_FUNCTION: {
        const struct as_vec *when = node->in_count > 0 ? &worker->vec[node->in[0]] : NULL;
        bool called = when == NULL || !as_bit(when->known, i) || as_bit(when->truth, i);
        return earlier(day_of_inputs(run, worker, node, i),
                       called ? worker->until->told[index][i] : AS_DAY_NEVER);
    }
    case AS_NODE_AND:
    case AS_NODE_OR:
        return day_of_junction(run, worker, node, i);
    default:
        return day_of_inputs(run, worker, node, i);
    }
}

static void set_days(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    struct as_until *until = worker->until;
    if (node->query != AS_NO_INDEX || node->kind == AS_NODE_BROADCAST || node->kind == AS_NODE_EVERY ||
        node->kind == AS_NODE_SOME)
        return;
    if (node->kind == AS_NODE_SCORE) {
        as_until_score(run, worker, chunk, index);
        return;
    }
    for (uint32_t w = 0; w < chunk->words; w++)
        for (uint64_t rest = until->may[index][w] & until->need[w]; rest != 0; rest &= rest - 1) {
            uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(rest);
            until->day[index][i] = day_at(run, worker, index, i);
        }
}

/* --- a batch --- */

static bool decides(const struct as_run *run, uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    return node->kind == AS_NODE_SCORE ? as_plan_score_of(run->plan, node->score)->graded : node->root;
}

static void keep_days(const struct as_run *run, const struct as_worker *worker, const struct as_chunk *chunk,
                      enum as_level level, uint32_t index)
{
    const struct as_until *until = worker->until;
    int32_t *to = run->not_before[level] + chunk->base;
    for (uint32_t w = 0; w < chunk->words; w++)
        for (uint64_t rest = until->may[index][w]; rest != 0; rest &= rest - 1) {
            uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(rest);
            to[i] = earlier(to[i], until->day[index][i]);
        }
}

/* For the next batch: few rows have days. */
static void wipe_days(const struct as_worker *worker, const struct as_chunk *chunk, uint32_t index)
{
    int32_t *days = worker->until->scratch[index];
    for (uint32_t w = 0; w < chunk->words && days != NULL; w++)
        for (uint64_t rest = worker->until->may[index][w] & worker->until->need[w]; rest != 0;
             rest &= rest - 1)
            days[w * 64 + (uint32_t)__builtin_ctzll(rest)] = AS_DAY_NEVER;
}

/* What earlier strata of the level worked out. */
static void bind_imports(const struct as_run *run, const struct as_worker *worker,
                         const struct as_chunk *chunk, const struct as_stratum *stratum)
{
    struct as_until *until = worker->until;
    for (uint32_t i = 0; i < stratum->imports.n; i++) {
        uint32_t node = stratum->imports.at[i];
        if (!asked(run, node) || run->until[node] == NULL)
            continue;
        until->day[node] = run->until[node] + chunk->base;
        memset(until->may[node], 0, AS_BATCH_WORDS * sizeof *until->may[node]);
        may_of_days(until->day[node], chunk->n, until->may[node]);
    }
}

/* Whether the day of any row is to be worked out. */
static bool any_unpromised(const struct as_run *run, const struct as_chunk *chunk)
{
    uint64_t any = 0;
    for (uint32_t w = 0; w < chunk->words; w++)
        any |= run->unpromised[chunk->base / 64 + w];
    return any != 0;
}

/* Days that another stratum reads are worked out for every row. */
static bool hands_on(const struct as_run *run, const struct as_stratum *stratum)
{
    bool any = false;
    for (uint32_t a = 0; a < stratum->asked.n; a++)
        any |= run->plan->nodes.at[stratum->asked.at[a]].handed;
    return any;
}

void as_until_batch(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t number)
{
    const struct as_plan *plan = run->plan;
    const struct as_stratum *stratum = &plan->strata.at[number];
    const enum as_level level = number % 2 == 0 ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD;
    struct as_until *until = worker->until;
    if (stratum->asked.n == 0)
        return;
    bool promised = run->unpromised != NULL && level == AS_LEVEL_LEAD && !hands_on(run, stratum);
    if (promised && !any_unpromised(run, chunk))
        return;
    memset(until->need, 0, sizeof until->need);
    bind_imports(run, worker, chunk, stratum);
    for (uint32_t a = 0; a < stratum->asked.n; a++) {
        uint32_t node = stratum->asked.at[a];
        bool handed = plan->nodes.at[node].handed;
        until->day[node] = handed ? run->until[node] + chunk->base : until->scratch[node];
        if (handed)
            as_until_forget(until->day[node], chunk->n);
        mark_may(run, worker, chunk, node);
        for (uint32_t w = 0; w < chunk->words && (handed || decides(run, node)); w++)
            until->need[w] |= until->may[node][w];
    }
    for (uint32_t w = 0; w < chunk->words && promised; w++)
        until->need[w] &= run->unpromised[chunk->base / 64 + w];
    for (uint32_t p = 0; p < plan->programs.n && number <= 1; p++)
        if (plan->programs.at[p].level == level && plan->programs.at[p].queries.n > 0)
            as_until_events(run, worker, chunk, &plan->programs.at[p]);
    for (uint32_t a = 0; a < stratum->asked.n; a++) {
        set_days(run, worker, chunk, stratum->asked.at[a]);
        if (decides(run, stratum->asked.at[a]))
            keep_days(run, worker, chunk, level, stratum->asked.at[a]);
    }
    for (uint32_t a = 0; a < stratum->asked.n; a++)
        wipe_days(worker, chunk, stratum->asked.at[a]);
}

void as_until_hand_down(struct as_run *run)
{
    if (run->not_before[AS_LEVEL_LEAD] == NULL)
        return;
    bool any = false;
    for (uint32_t i = 0; i < run->plan->nodes.n; i++)
        any = any || (asked(run, i) && run->plan->nodes.at[i].level == AS_LEVEL_ACCOUNT && decides(run, i));
    for (uint32_t r = 0; r < run->rows[AS_LEVEL_LEAD] && any; r++)
        if (run->account_of[r] != AS_NO_INDEX)
            run->not_before[AS_LEVEL_LEAD][r] = earlier(
                run->not_before[AS_LEVEL_LEAD][r], run->not_before[AS_LEVEL_ACCOUNT][run->account_of[r]]);
}
