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

/* An event counts unless `limit` counted ones already lie within the last days of the limit. */
static bool within_limit(struct as_worker *worker, const struct as_special *special, uint32_t day)
{
    uint32_t *counted = &worker->states[special->state];
    uint32_t *place = &worker->rings[special->ring + *counted % special->limit];
    if (*counted >= special->limit && (special->limit_days == 0 || day - *place < special->limit_days))
        return false;
    *place = day;
    (*counted)++;
    return true;
}

static void act(struct as_worker *worker, const struct as_program *program, const struct as_wheres *wheres,
                const struct as_special *special, size_t event, uint32_t time, uint32_t age)
{
    const struct as_feature *feature = &program->features.at[special->slot];
    const struct as_wheres *where = &wheres[special->slot];
    if (where->n > 0 && !selected(where, event))
        return;
    uint32_t day = time / (uint32_t)AS_DAY_SECONDS;
    int64_t weight = as_decay_look(&special->table, age);
    double value;
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
        if (within_limit(worker, special, day))
            worker->acc[special->slot] += weight;
        break;
    }
}

/* What one event of a kind does. Written without branches on the data: kinds and days come in no order that a
 * processor could learn. */
static inline void take_event(int64_t *restrict acc, uint32_t *restrict states,
                              const struct as_kind_plan *actions, uint32_t adds, uint32_t time, uint32_t day,
                              uint32_t age)
{
    const uint32_t *columns = actions->columns;
    const int32_t *weights = actions->matrix + (size_t)(age < actions->ages ? age : actions->ages) * adds;
    for (uint32_t k = 0; k < adds; k++)
        acc[columns[k]] += weights[k];
    for (uint32_t k = 0; k < actions->lasts.n; k++)
        acc[actions->lasts.at[k]] = (int64_t)time + 1;
    for (uint32_t k = 0; k < actions->firsts.n; k++) {
        int64_t *first = &acc[actions->firsts.at[k]];
        *first = *first == 0 ? (int64_t)time + 1 : *first;
    }
    for (uint32_t k = 0; k < actions->days.n; k++) {
        const struct as_days *days = &actions->days.at[k];
        uint32_t *last = &states[days->state];
        bool counts = (age < days->days) & (*last != day + 1);
        acc[days->slot] += counts;
        *last = counts ? day + 1 : *last;
    }
    for (uint32_t k = 0; k < actions->dailies.n; k++) {
        const struct as_daily *daily = &actions->dailies.at[k];
        uint32_t *seen = &states[daily->state];
        uint32_t counted = seen[0] == day + 1 ? seen[1] : 0;
        bool counts = counted < daily->count;
        acc[daily->slot] += as_decay_look(&daily->table, age) & -(int64_t)counts;
        seen[0] = day + 1;
        seen[1] = counted + counts;
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

static void write_slots(const struct as_program *program, const struct as_worker *worker, int64_t *out)
{
    for (uint32_t slot = 0; slot < program->features.n; slot++)
        out[(size_t)slot * AS_SLOT_ROOM] = worker->acc[slot];
    for (uint32_t slot = 0; slot < program->features.n && program->sums; slot++)
        if (program->features.at[slot].kind == AS_FEATURE_SUM)
            memcpy(&out[(size_t)slot * AS_SLOT_ROOM], &worker->sums[slot], sizeof *out);
}

static void bound_points(const struct as_program *program, int64_t *out, uint32_t n)
{
    for (uint32_t slot = 0; slot < program->features.n; slot++) {
        int64_t *points = out + (size_t)slot * AS_SLOT_ROOM;
        if (program->features.at[slot].kind != AS_FEATURE_POINTS)
            continue;
        for (uint32_t i = 0; i < n; i++)
            points[i] = points[i] > AS_OPEN_POINTS    ? AS_OPEN_POINTS
                        : points[i] < -AS_OPEN_POINTS ? -AS_OPEN_POINTS
                                                      : points[i];
    }
}

/* The events of one row. `adds` is a constant wherever this is called, so that the additions are unrolled. */
static inline void take_row(const struct as_run *run, struct as_worker *worker,
                            const struct as_program *program, const struct as_event_log *log,
                            const struct as_wheres *wheres, size_t event, size_t end, uint32_t adds)
{
    const uint32_t last_time = run->last_time, today = (uint32_t)run->today;
    for (; event < end && log->time[event] <= last_time; event++) {
        uint32_t kind = log->kind[event], time = log->time[event];
        if (kind >= program->kind_count)
            continue;
        const struct as_kind_plan *actions = &program->kinds[kind];
        uint32_t day = time / (uint32_t)AS_DAY_SECONDS, age = today - day;
        take_event(worker->acc, worker->states, actions, adds, time, day, age);
        for (uint32_t k = 0; k < actions->specials.n; k++)
            act(worker, program, wheres, &actions->specials.at[k], event, time, age);
    }
}

static void take_rows(const struct as_run *run, struct as_worker *worker, const struct as_program *program,
                      const struct as_event_log *log, const struct as_wheres *wheres, size_t event,
                      size_t end)
{
    switch (program->adds) {
    case 0:
        take_row(run, worker, program, log, wheres, event, end, 0);
        break;
    case 1:
        take_row(run, worker, program, log, wheres, event, end, 1);
        break;
    case 2:
        take_row(run, worker, program, log, wheres, event, end, 2);
        break;
    case 3:
        take_row(run, worker, program, log, wheres, event, end, 3);
        break;
    case 4:
        take_row(run, worker, program, log, wheres, event, end, 4);
        break;
    case 5:
    case 6:
        take_row(run, worker, program, log, wheres, event, end, 6);
        break;
    default:
        take_row(run, worker, program, log, wheres, event, end, AS_PADDED_ADDS);
        break;
    }
}

/* The rows' events are of the program's level; `at` may hide all of them. */
void as_kernel_program(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index)
{
    const struct as_program *program = &run->plan->programs.at[index];
    const struct as_event_log *log =
        program->level == AS_LEVEL_LEAD ? &run->dataset->lead_events : &run->dataset->account_events;
    const uint32_t slots = program->features.n;
    const bool visible = run->any_time && log->start != NULL;
    int64_t *out = worker->slot[index];
    for (uint32_t i = 0; i < chunk->n; i++) {
        uint32_t row = as_chunk_row(chunk, i);
        size_t event = visible ? log->start[row] : 0, end = visible ? log->end[row] : 0;
        memset(worker->acc, 0, slots * sizeof *worker->acc);
        if (program->sums)
            memset(worker->sums, 0, slots * sizeof *worker->sums);
        if (program->states > 0)
            memset(worker->states, 0, program->states * sizeof *worker->states);
        if (program->origin.kind != AS_ORIGIN_BEGINNING)
            for (int64_t from = since(run, program->origin, row); event < end && log->time[event] < from;)
                event++;
        take_rows(run, worker, program, log, run->wheres[index], event, end);
        write_slots(program, worker, out + i);
    }
    bound_points(program, out, chunk->n);
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
    const int64_t *slot = worker->slot[node->program] + (size_t)node->feature * AS_SLOT_ROOM;
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
