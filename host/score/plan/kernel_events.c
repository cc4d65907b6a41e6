/* Event kernels: all features of a program in one sweep over each row's events (kernel_sweep.c), what the
 * sweep cannot do event by event, and the features as nodes. */
#include "score/plan/turn.h"

#include <string.h>

bool as_event_selected(const struct as_wheres *wheres, size_t event)
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
    if (special->limit == 0)
        return true;
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
    if (where->n > 0 && !as_event_selected(where, event))
        return;
    uint32_t day = time / (uint32_t)AS_DAY_SECONDS;
    int64_t weight = as_decay_look(&special->table, age);
    double value;
    switch (feature->kind) {
    case AS_FEATURE_COUNT:
    case AS_FEATURE_SEEN:
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

/* When the lead came to the programme; who never came has no event that counts. */
static int64_t coming(const struct as_run *run, const struct as_programme *programme, uint32_t row)
{
    const struct as_dataset *dataset = run->dataset;
    const struct as_coming *coming = as_coming_to(dataset, as_str_of(programme->name), row);
    return coming != NULL ? coming->came : INT64_MAX;
}

/* Seconds from which on the events of a lead count. */
static int64_t since(const struct as_run *run, struct as_origin origin, uint32_t row)
{
    const struct as_dataset *dataset = run->dataset;
    if (origin.kind == AS_ORIGIN_CAME)
        return coming(run, run->plan->pack->programmes.at[origin.of], row);
    if (origin.kind == AS_ORIGIN_BEGINNING || dataset->prior == NULL || origin.of >= dataset->prior_models ||
        dataset->prior[origin.of] == NULL || !as_prior_at(dataset, origin.of, row)->decided)
        return AS_TIME_NONE;
    const struct as_prior *prior = as_prior_at(dataset, origin.of, row);
    return origin.kind == AS_ORIGIN_RECYCLED ? prior->recycled : prior->entered;
}

/* What takes more than a row of lanes, event by event. `out` is the row's place in the slots. */
static void take_specials(const struct as_run *run, struct as_worker *worker,
                          const struct as_program *program, const struct as_event_log *log,
                          const struct as_wheres *wheres, size_t event, size_t end, int64_t *out)
{
    const uint32_t today = (uint32_t)run->today;
    memset(worker->acc, 0, program->features.n * sizeof *worker->acc);
    memset(worker->sums, 0, program->features.n * sizeof *worker->sums);
    memset(worker->states, 0, program->states * sizeof *worker->states);
    for (; event < end; event++) {
        uint32_t kind = log->kind[event], time = log->time[event];
        if (kind >= program->kind_count)
            continue;
        const struct as_specials *specials = &program->specials[kind];
        for (uint32_t k = 0; k < specials->list.n; k++)
            act(worker, program, wheres, &specials->list.at[k], event, time,
                today - time / (uint32_t)AS_DAY_SECONDS);
    }
    for (uint32_t i = 0; i < program->special_slots.n; i++) {
        uint32_t slot = program->special_slots.at[i];
        int64_t *to = &out[(size_t)slot * AS_SLOT_ROOM];
        if (program->features.at[slot].kind == AS_FEATURE_SUM)
            memcpy(to, &worker->sums[slot], sizeof *to);
        else
            *to += worker->acc[slot];
        if (program->features.at[slot].kind == AS_FEATURE_POINTS)
            *to = *to > AS_OPEN_POINTS ? AS_OPEN_POINTS : *to < -AS_OPEN_POINTS ? -AS_OPEN_POINTS : *to;
    }
}

/* The run of events of a row that are visible and count. */
void as_visible_events(size_t *first, size_t *end, const struct as_run *run, const struct as_program *program,
                       uint32_t row)
{
    const struct as_event_log *log = as_log_of(run, program);
    size_t from = 0, to = 0;
    if (run->any_time && log->start != NULL) {
        from = log->start[row];
        to = log->end[row];
    }
    while (to > from && log->time[to - 1] > run->last_time)
        to--;
    if (program->origin.kind != AS_ORIGIN_BEGINNING)
        for (int64_t start = since(run, program->origin, row); from < to && log->time[from] < start;)
            from++;
    *first = from;
    *end = to;
}

/* Whether any of so many events may be of a kind that the program is about. */
AS_PART bool any_event_of(uint64_t about, const uint16_t *restrict kind, size_t n)
{
    uint64_t any = 0;
    for (size_t i = 0; i < n; i++)
        any |= UINT64_C(1) << (kind[i] & 63);
    return (any & about) != 0;
}

/* Whether the batch has no event that the program is about, as when all that moves leads is still to come:
 * then only kinds are read, and every slot is 0. */
AS_PART bool is_idle(const struct as_run *run, const struct as_program *program, const struct as_chunk *chunk,
                     const struct as_event_log *log)
{
    enum { PIECE = 512 }; /* events that are looked at before the next ones are */
    if (!run->any_time || log->start == NULL)
        return true;
    for (uint32_t i = 0, runs; i < chunk->n; i += runs) {
        const size_t start = log->start[as_chunk_row(chunk, i)];
        size_t end = log->end[as_chunk_row(chunk, i)];
        for (runs = 1;
             i + runs < chunk->n && end < start + PIECE && log->start[as_chunk_row(chunk, i + runs)] == end;
             runs++)
            end = log->end[as_chunk_row(chunk, i + runs)];
        if (any_event_of(program->about, log->kind + start, end - start))
            return false;
    }
    return true;
}

/* Each row's events that count; the sweep itself looks which of them are visible. */
AS_PART void find_events(struct as_sweep *sweep, const struct as_run *run, const struct as_program *program,
                         const struct as_event_log *log, const struct as_chunk *chunk)
{
    if (program->origin.kind == AS_ORIGIN_BEGINNING && chunk->rows == NULL) {
        const uint32_t *restrict start = log->start + chunk->base, *restrict end = log->end + chunk->base;
        for (uint32_t i = 0; i < chunk->n; i++) {
            sweep->first[i] = start[i];
            sweep->count[i] = end[i] - start[i];
        }
        return;
    }
    for (uint32_t i = 0; i < chunk->n; i++) {
        size_t first, end;
        as_visible_events(&first, &end, run, program, as_chunk_row(chunk, i));
        sweep->first[i] = (uint32_t)first;
        sweep->count[i] = (uint32_t)(end - first);
    }
}

/* The rows' events are of the program's level; `at` may hide all of them. */
AS_PART void program_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                          uint32_t index, enum as_machine machine)
{
    const struct as_program *program = &run->plan->programs.at[index];
    const struct as_event_log *log = as_log_of(run, program);
    struct as_sweep *sweep = &worker->sweep;
    if (is_idle(run, program, chunk, log)) {
        for (uint32_t slot = 0; slot < program->features.n; slot++)
            memset(&worker->slot[index][(size_t)slot * AS_SLOT_ROOM], 0, chunk->n * sizeof **worker->slot);
        return;
    }
    find_events(sweep, run, program, log, chunk);
    sweep->program = program;
    sweep->time = log->time;
    sweep->kind = log->kind;
    sweep->n = chunk->n;
    sweep->today = (uint32_t)run->today;
    sweep->last_time = run->last_time;
    sweep->out = worker->slot[index];
    for (uint32_t i = 0; i < program->special_slots.n; i++) /* which the sweep may leave alone */
        memset(&sweep->out[(size_t)program->special_slots.at[i] * AS_SLOT_ROOM], 0,
               chunk->n * sizeof *sweep->out);
    as_sweep(sweep, machine);
    for (uint32_t i = 0; i < chunk->n && program->specials != NULL; i++)
        take_specials(run, worker, program, log, run->wheres[index], sweep->first[i],
                      sweep->first[i] + sweep->count[i], worker->slot[index] + i);
}

AS_KERNEL_VERSIONS(as_kernel_program, program_rows)

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

AS_PART void event_rows(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index, enum as_machine machine)
{
    const struct as_node *node = &run->plan->nodes.at[index];
    const struct as_feature *feature = &run->plan->programs.at[node->program].features.at[node->feature];
    const int64_t *slot = worker->slot[node->program] + (size_t)node->feature * AS_SLOT_ROOM;
    struct as_vec *out = &worker->vec[index];
    measure(run, chunk, node, run->ready[index].feed, out);
    switch ((enum as_kernel)node->count) {
    case AS_KERNEL_SEEN:
        for (uint32_t w = 0; w < chunk->words; w++) {
            uint32_t n = chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64;
            uint64_t seen = feature->marked ? ((const uint64_t *)(const void *)slot)[w]
                                            : as_within(slot + w * 64, n, 1, INT64_MAX, machine);
            out->truth[w] = seen & out->known[w];
        }
        return;
    case AS_KERNEL_SINCE_LAST:
    case AS_KERNEL_FIRST:
    case AS_KERNEL_LAST:
        for (uint32_t i = 0; i < chunk->n; i++) {
            int64_t day = (int64_t)((uint32_t)(slot[i] - 1) / (uint32_t)AS_DAY_SECONDS);
            out->i64[i] = node->count == AS_KERNEL_SINCE_LAST ? run->today - day : day;
        }
        /* Of nothing there is no first, no last and no day since. */
        for (uint32_t w = 0; w < chunk->words; w++)
            out->known[w] &= as_within(slot + w * 64, chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64, 1,
                                       INT64_MAX, machine);
        return;
    default:
        if (out->i64 != slot)
            memcpy(out->i64, slot, chunk->n * sizeof *slot);
        return;
    }
}

AS_KERNEL_VERSIONS(as_kernel_events, event_rows)
