/* Windows over events: on which day the event leaves that a condition hangs on. Only rows whose decisions may
 * change are looked at, and of their events only those of the widest window asked for, the latest first. */
#include "score/plan/until.h"

#include <string.h>

enum { QUERIES = 64 };

/* The queries of one row. */
struct answers {
    uint32_t left[QUERIES]; /* events until the one that matters; 0: the oldest in the window does */
    uint32_t seen[QUERIES]; /* 1 + the day of the event counted last */
};

/* Which of the latest events must leave so that the value is another one, from 1; 0: the first that does. */
static uint32_t event_of(const struct as_run *run, const struct as_worker *worker,
                         const struct as_query *query, uint32_t row)
{
    const struct as_node *node = &run->plan->nodes.at[query->node],
                         *source = &run->plan->nodes.at[query->source];
    if (source->rep == AS_REP_BITS)
        return 1;
    if (node->kind != AS_NODE_RANGE || source->rep == AS_REP_F64)
        return 0;
    int64_t value = worker->vec[query->source].i64[row];
    return (uint32_t)(value > node->hi ? node->hi + 1 : node->lo);
}

static void answer_row(const struct as_run *run, const struct as_worker *worker,
                       const struct as_program *program, uint32_t group, uint32_t row, uint32_t at)
{
    const struct as_query *queries = program->queries.at + (size_t)group * QUERIES;
    const uint64_t *of_kind = program->query_kinds + (size_t)group * program->kind_count;
    const struct as_event_log *log = as_log_of(run, program);
    const struct as_wheres *wheres = run->wheres[program - run->plan->programs.at];
    struct as_until *until = worker->until;
    struct answers answers;
    uint64_t active = until->active[at];
    uint32_t widest = 0;
    for (uint64_t rest = active; rest != 0; rest &= rest - 1) {
        uint32_t q = (uint32_t)__builtin_ctzll(rest);
        answers.left[q] = event_of(run, worker, &queries[q], at);
        answers.seen[q] = 0;
        widest = queries[q].days > widest ? queries[q].days : widest;
        until->day[queries[q].node][at] = AS_DAY_NEVER;
    }
    size_t first, event;
    as_visible_events(&first, &event, run, program, row);
    while (event-- > first && active != 0) {
        uint32_t day = log->time[event] / (uint32_t)AS_DAY_SECONDS, age = (uint32_t)run->today - day;
        if (age >= widest)
            break;
        uint64_t about = log->kind[event] < program->kind_count ? of_kind[log->kind[event]] & active : 0;
        for (; about != 0; about &= about - 1) {
            uint32_t q = (uint32_t)__builtin_ctzll(about);
            const struct as_node *source = &run->plan->nodes.at[queries[q].source];
            const struct as_wheres *where = &wheres[source->feature];
            if (age >= queries[q].days || (where->n > 0 && !as_event_selected(where, event)) ||
                (program->features.at[source->feature].kind == AS_FEATURE_DAYS && answers.seen[q] == day + 1))
                continue;
            answers.seen[q] = day + 1;
            until->day[queries[q].node][at] = as_until_after(run, queries[q].days - age);
            if (answers.left[q] > 0 && --answers.left[q] == 0)
                active &= ~(UINT64_C(1) << q);
        }
    }
}

void as_until_events(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     const struct as_program *program)
{
    struct as_until *until = worker->until;
    for (uint32_t from = 0; from < program->queries.n; from += QUERIES) {
        const struct as_query *queries = program->queries.at + from;
        uint32_t n = program->queries.n - from < QUERIES ? program->queries.n - from : QUERIES;
        memset(until->active, 0, chunk->n * sizeof *until->active);
        for (uint32_t q = 0; q < n; q++)
            for (uint32_t w = 0; w < chunk->words; w++)
                for (uint64_t rest = until->may[queries[q].node][w] & until->need[w]; rest != 0;
                     rest &= rest - 1)
                    until->active[w * 64 + (uint32_t)__builtin_ctzll(rest)] |= UINT64_C(1) << q;
        for (uint32_t i = 0; i < chunk->n; i++)
            if (until->active[i] != 0)
                answer_row(run, worker, program, from / QUERIES, as_chunk_row(chunk, i), i);
    }
}
