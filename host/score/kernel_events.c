/* Event kernels: all features of a program in one pass over each row's events. What an event of a kind does
 * was laid out by plan_feature.c; most of it is one addition a feature, read from the row of its age. */
#include "score/kernel.h"

#include <string.h>

static bool selected(const struct as_wheres *wheres, size_t event)
{
    for (uint32_t i = 0; i < wheres->n; i++) {
        const struct as_where *where = &wheres->at[i];
        const struct as_column *column = where->column;
        if (column == NULL || !as_bit(column->known, event))
            return false;
        bool holds;
        switch (where->type) {
        case AS_TYPE_BOOLEAN:
            holds = as_bit(column->truth, event) == where->boolean;
            break;
        case AS_TYPE_INTEGER:
        case AS_TYPE_MONEY:
            holds = (double)column->i64[event] == where->number;
            break;
        case AS_TYPE_NUMBER:
            holds = column->f64[event] == where->number;
            break;
        default:
            holds = column->code[event] < where->table_n && (where->table[column->code[event]] & 1) != 0;
            break;
        }
        if (!holds)
            return false;
    }
    return true;
}

static bool property_value(double *out, const struct as_column *column, size_t event)
{
    if (column == NULL || !as_bit(column->known, event))
        return false;
    if (column->type == AS_TYPE_NUMBER)
        *out = column->f64[event];
    else if (column->type == AS_TYPE_MONEY)
        *out = (double)column->i64[event] / 100;
    else
        *out = (double)column->i64[event];
    return true;
}

/* An event counts unless `count` counted ones already lie within the last days of the limit. */
static bool within_rate(struct as_worker *worker, const struct as_special *special, uint32_t day)
{
    uint32_t *counted = &worker->states[special->state];
    uint32_t *place = &worker->rings[special->ring + *counted % special->rate.count];
    if (*counted >= special->rate.count && (special->rate_days == 0 || day - *place < special->rate_days))
        return false;
    *place = day;
    (*counted)++;
    return true;
}

static void act(const struct as_run *run, struct as_worker *worker, const struct as_program *program,
                const struct as_wheres *wheres, const struct as_special *special, size_t event, uint32_t time,
                uint32_t age)
{
    const struct as_feature *feature = &program->features.at[special->slot];
    const struct as_wheres *where = &wheres[special->slot];
    if (where->n > 0 && !selected(where, event))
        return;
    uint32_t day = time / (uint32_t)AS_DAY_SECONDS;
    int64_t weight = as_decay_look(&special->table, age);
    double value;
    (void)run;
    switch (feature->kind) {
    case AS_FEATURE_COUNT:
        worker->acc[special->slot] += weight;
        break;
    case AS_FEATURE_SUM:
        if (weight != 0 && property_value(&value, where->property, event))
            worker->sums[special->slot] += value;
        break;
    case AS_FEATURE_FIRST:
        if (worker->acc[special->slot] == 0)
            worker->acc[special->slot] = (int64_t)time + 1;
        break;
    case AS_FEATURE_LAST:
        worker->acc[special->slot] = (int64_t)time + 1;
        break;
    case AS_FEATURE_DAYS:
        if (weight != 0 && worker->states[special->state] != day + 1) {
            worker->states[special->state] = day + 1;
            worker->acc[special->slot]++;
        }
        break;
    case AS_FEATURE_POINTS:
        if (within_rate(worker, special, day))
            worker->acc[special->slot] += weight;
        break;
    }
}

/* Seconds from which on the events of a lead count. */
static int64_t since(const struct as_run *run, struct as_origin origin, uint32_t row)
{
    const struct as_dataset *dataset = run->dataset;
    if (origin.kind == AS_ORIGIN_BEGINNING || dataset->prior == NULL ||
        origin.model >= dataset->prior_models || dataset->prior[origin.model] == NULL ||
        !dataset->prior[origin.model][row].decided)
        return AS_TIME_NONE;
    const struct as_prior *prior = &dataset->prior[origin.model][row];
    return origin.kind == AS_ORIGIN_RECYCLED ? prior->recycled : prior->entered;
}

static void write_slots(const struct as_program *program, struct as_worker *worker, int64_t *out, uint32_t i)
{
    for (uint32_t slot = 0; slot < program->features.n; slot++) {
        int64_t value = worker->acc[slot];
        switch (program->features.at[slot].kind) {
        case AS_FEATURE_SUM:
            memcpy(&value, &worker->sums[slot], sizeof value);
            break;
        case AS_FEATURE_POINTS:
            value = value > AS_OPEN_POINTS    ? AS_OPEN_POINTS
                    : value < -AS_OPEN_POINTS ? -AS_OPEN_POINTS
                                              : value;
            break;
        default:
            break;
        }
        out[(size_t)slot * AS_BATCH + i] = value;
    }
}

/* The rows' events are of the program's level; `at` may hide all of them. */
void as_kernel_program(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index)
{
    const struct as_program *program = &run->plan->programs.at[index];
    const struct as_event_log *log =
        program->level == AS_LEVEL_LEAD ? &run->dataset->lead_events : &run->dataset->account_events;
    const struct as_wheres *wheres = run->wheres[index];
    const uint32_t slots = program->features.n, last_time = run->last_time;
    int64_t *acc = worker->acc, *out = worker->slot[index];
    const bool visible = run->any_time && log->start != NULL;
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t row = as_chunk_row(chunk, i);
        size_t event = visible ? log->start[row] : 0, end = visible ? log->start[row + 1] : 0;
        memset(acc, 0, slots * sizeof *acc);
        memset(worker->sums, 0, slots * sizeof *worker->sums);
        if (program->states > 0)
            memset(worker->states, 0, program->states * sizeof *worker->states);
        if (program->origin.kind != AS_ORIGIN_BEGINNING)
            for (int64_t from = since(run, program->origin, row); event < end && log->time[event] < from;)
                event++;
        for (; event < end && log->time[event] <= last_time; event++) {
            uint32_t kind = log->kind[event], time = log->time[event];
            if (kind >= program->kind_count)
                continue;
            const struct as_kind_plan *actions = &program->kinds[kind];
            uint32_t age = (uint32_t)run->today - time / (uint32_t)AS_DAY_SECONDS;
            const uint32_t adds = actions->adds.n;
            if (adds > 0) {
                const int32_t *weights =
                    actions->matrix + (size_t)(age < actions->ages ? age : actions->ages) * adds;
                for (uint32_t k = 0; k < adds; k++)
                    acc[actions->slots[k]] += weights[k];
            }
            for (uint32_t k = 0; k < actions->lasts.n; k++)
                acc[actions->lasts.at[k]] = (int64_t)time + 1;
            for (uint32_t k = 0; k < actions->firsts.n; k++)
                if (acc[actions->firsts.at[k]] == 0)
                    acc[actions->firsts.at[k]] = (int64_t)time + 1;
            for (uint32_t k = 0; k < actions->specials.n; k++)
                act(run, worker, program, wheres, &actions->specials.at[k], event, time, age);
        }
        write_slots(program, worker, out, i);
    }
}

/* Which rows the feature was measured for: its feeds, and leads that refused tracking. */
static void measure(const struct as_run *run, const struct as_chunk *chunk, const struct as_node *node,
                    uint8_t feed, struct as_vec *out)
{
    const struct as_feature *feature = &run->plan->programs.at[node->program].features.at[node->feature];
    const uint64_t *untracked =
        node->level == AS_LEVEL_LEAD && feature->buyers ? run->dataset->untracked : NULL;
    memset(out->known, feed == AS_FEED_LIVE ? 0xff : 0, chunk->words * sizeof *out->known);
    memset(out->open, feed == AS_FEED_NEVER ? 0xff : 0, chunk->words * sizeof *out->open);
    if (untracked == NULL || feed != AS_FEED_LIVE)
        return;
    if (chunk->rows == NULL) {
        for (uint32_t w = 0; w < chunk->words; w++) {
            out->known[w] &= ~untracked[chunk->base / 64 + w];
            out->open[w] |= untracked[chunk->base / 64 + w];
        }
        return;
    }
    for (uint32_t i = 0; i < chunk->n; i++)
        if (as_bit(untracked, chunk->rows[i])) {
            as_bit_clear(out->known, i);
            as_bit_set(out->open, i);
        }
}

void as_kernel_events(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                      uint32_t index)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const int64_t *slot = worker->slot[node->program] + (size_t)node->feature * AS_BATCH;
    struct as_vec *out = &worker->vec[index];
    uint8_t *bytes = worker->bytes;
    measure(run, chunk, node, run->ready[index].feed, out);
    switch ((enum as_kernel)node->count) {
    case AS_KERNEL_SEEN:
        for (uint32_t i = 0; i < chunk->n; i++)
            bytes[i] = slot[i] > 0;
        as_pack_bits(out->truth, bytes, chunk->n);
        for (uint32_t w = 0; w < chunk->words; w++)
            out->truth[w] &= out->known[w];
        return;
    case AS_KERNEL_SINCE_LAST:
    case AS_KERNEL_FIRST:
    case AS_KERNEL_LAST:
        for (uint32_t i = 0; i < chunk->n; i++) {
            int64_t day = (slot[i] - 1) / AS_DAY_SECONDS;
            bytes[i] = slot[i] > 0;
            out->i64[i] = node->count == AS_KERNEL_SINCE_LAST ? run->today - day : day;
        }
        /* Of nothing there is no first, no last and no day since. */
        as_pack_bits(worker->mask, bytes, chunk->n);
        for (uint32_t w = 0; w < chunk->words; w++)
            out->known[w] &= worker->mask[w];
        return;
    default:
        if (out->i64 != slot)
            memcpy(out->i64, slot, chunk->n * sizeof *slot);
        return;
    }
}
