/* Room for working out until when decisions hold: of a run, and of each of its workers. */
#include "score/plan/turn.h"
#include "score/plan/until.h"

static bool open_worker(struct as_worker *worker, struct as_run *run, size_t room)
{
    const struct as_plan *plan = run->plan;
    struct as_arena *arena = &run->scratch;
    struct as_until *until = worker->until = as_arena_alloc(arena, sizeof *until);
    if (until == NULL)
        return false;
    until->may = as_arena_array(arena, plan->nodes.n, sizeof *until->may);
    until->day = as_arena_array(arena, plan->nodes.n, sizeof *until->day);
    until->scratch = as_arena_array(arena, plan->nodes.n, sizeof *until->scratch);
    until->told = as_arena_array(arena, plan->nodes.n, sizeof *until->told);
    until->down = as_arena_array(arena, room, sizeof *until->down);
    until->up = as_arena_array(arena, room, sizeof *until->up);
    until->scores = as_arena_array(arena, plan->scores.n, sizeof *until->scores);
    until->active = as_arena_array(arena, room, sizeof *until->active);
    uint32_t rules = 1;
    for (uint32_t s = 0; s < plan->scores.n; s++)
        rules = plan->scores.at[s].parts.n > rules ? plan->scores.at[s].parts.n : rules;
    until->movers = as_arena_array(arena, rules, sizeof *until->movers);
    if (until->may == NULL || until->day == NULL || until->scratch == NULL || until->told == NULL ||
        until->down == NULL || until->up == NULL || until->scores == NULL || until->active == NULL ||
        until->movers == NULL)
        return false;
    for (uint32_t s = 0; s < plan->scores.n; s++)
        if (plan->nodes.at[plan->scores.at[s].node].asked &&
            !as_until_score_open(&until->scores[s], run, &plan->scores.at[s], room))
            return false;
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        const struct as_node *node = &plan->nodes.at[i];
        if (!node->asked)
            continue;
        until->may[i] = as_arena_array(arena, AS_BATCH_WORDS, sizeof **until->may);
        until->scratch[i] = node->handed ? NULL : as_arena_array(arena, room, sizeof **until->scratch);
        if (until->may[i] == NULL || (until->scratch[i] == NULL && !node->handed))
            return false;
        if (node->kind == AS_NODE_FUNCTION &&
            (until->told[i] = as_arena_array(arena, room, sizeof **until->told)) == NULL)
            return false;
        if (until->scratch[i] != NULL)
            as_until_forget(until->scratch[i], (uint32_t)room);
    }
    return true;
}

/* Promises become the days of those who have one. */
static bool take_promises(struct as_run *run)
{
    int32_t *days = run->not_before[AS_LEVEL_LEAD] = run->options.promised;
    const uint32_t leads = run->rows[AS_LEVEL_LEAD];
    const int32_t today = (int32_t)run->today;
    run->unpromised = as_arena_array(&run->scratch, AS_BIT_WORDS(leads) + 1, sizeof *run->unpromised);
    if (run->unpromised == NULL)
        return false;
    for (uint32_t from = 0; from < leads; from += 64) {
        uint32_t n = leads - from < 64 ? leads - from : 64;
        uint8_t over[64] = {0};
        for (uint32_t i = 0; i < n; i++)
            over[i] = days[from + i] <= today;
        const uint64_t none = as_word_of(over, AS_MACHINE_ANY);
        run->unpromised[from / 64] = none;
        for (uint64_t rest = none; rest != 0; rest &= rest - 1)
            days[from + (uint32_t)__builtin_ctzll(rest)] = AS_DAY_NEVER;
    }
    return true;
}

bool as_until_open(struct as_run *run, size_t room)
{
    const struct as_plan *plan = run->plan;
    if ((run->until = as_arena_array(&run->scratch, plan->nodes.n, sizeof *run->until)) == NULL)
        return false;
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        const struct as_node *node = &plan->nodes.at[i];
        if (node->handed && (run->until[i] = as_arena_array(&run->scratch, run->rows[node->level] + (size_t)1,
                                                            sizeof **run->until)) == NULL)
            return false;
    }
    if (run->options.promised != NULL && !take_promises(run))
        return false;
    for (int level = 0; level < 2; level++) {
        if (run->not_before[level] != NULL)
            continue;
        int32_t *days = as_arena_array(&run->arena, run->rows[level] + (size_t)1, sizeof **run->not_before);
        if (days == NULL)
            return false;
        as_until_forget(days, run->rows[level]);
        run->not_before[level] = days;
    }
    for (uint32_t w = 0; w < run->worker_count; w++)
        if (!open_worker(&run->workers[w], run, room))
            return false;
    return true;
}
