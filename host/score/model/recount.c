/* Recount: one pass over a lead's events for each rule that counts some. What an event of an age gives is
 * worked out by the same arithmetic as everywhere, and kept where many leads are asked of. */
#include "score/model/recount.h"

#include "base/bits.h"

#include <stdlib.h>

/* Ages in days whose points are kept; older events are few. */
enum { AGES = 256 };
/* From so many leads on the table of points is worth being made. */
enum { MANY = 64 };
/* So many counted events of a kind find room without asking for memory. */
enum { FEW_EVENTS = 64 };

struct counted {
    const struct as_rule *rule;
    uint16_t *entry; /* by kind of the schema: 1 + index into per_event; 0: gives nothing */
    int64_t *given;  /* by index and age, AS_OPEN_POINTS: not worked out yet; NULL: none is kept */
    uint64_t *apart; /* bits of those that need a pass of their own */
    bool any_apart;
};

struct as_recount {
    const struct as_run *run;
    const struct as_score *score;
    struct counted *parts;
};

static bool make_counted(struct counted *counted, struct as_arena *arena, const struct as_run *run,
                         const struct as_rule *rule, uint32_t leads)
{
    const size_t kept = (size_t)rule->per_event.n * AGES;
    counted->rule = rule;
    counted->entry = as_arena_array(arena, run->dataset->schema->kinds.n, sizeof *counted->entry);
    counted->apart = as_arena_array(arena, AS_BIT_WORDS(rule->per_event.n) + 1, sizeof *counted->apart);
    if (counted->entry == NULL || counted->apart == NULL)
        return false;
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *points = &rule->per_event.at[i];
        if (points->at_most.count == 0 && counted->entry[points->kind] == 0) {
            counted->entry[points->kind] = (uint16_t)(i + 1);
        } else {
            as_bit_set(counted->apart, i);
            counted->any_apart = true;
        }
    }
    if (leads < MANY)
        return true;
    counted->given = as_arena_room(arena, kept, sizeof *counted->given);
    for (size_t i = 0; counted->given != NULL && i < kept; i++)
        counted->given[i] = AS_OPEN_POINTS;
    return counted->given != NULL;
}

enum as_status as_recount_new(struct as_recount **out, struct as_arena *arena, const struct as_run *run,
                              const struct as_score_plan *plan, uint32_t leads, struct as_error *error)
{
    struct as_recount *recount = *out = as_arena_alloc(arena, sizeof *recount);
    if (recount == NULL ||
        (recount->parts = as_arena_array(arena, plan->parts.n, sizeof *recount->parts)) == NULL)
        return as_error_memory(error);
    recount->run = run;
    recount->score = plan->score;
    for (uint32_t p = 0; p < plan->parts.n; p++)
        if (plan->parts.at[p].rule->kind == AS_RULE_EVENTS &&
            !make_counted(&recount->parts[p], arena, run, plan->parts.at[p].rule, leads))
            return as_error_memory(error);
    return AS_OK;
}

static int64_t first_second(const struct as_recount *recount, uint32_t row)
{
    const struct as_dataset *dataset = recount->run->dataset;
    const struct as_score *score = recount->score;
    uint32_t model = score->model != NULL ? score->model->index : 0;
    if (!score->restart_on_recycle || dataset->prior == NULL || model >= dataset->prior_models ||
        dataset->prior[model] == NULL || !as_prior_at(dataset, model, row)->decided)
        return AS_TIME_NONE;
    return as_prior_at(dataset, model, row)->recycled;
}

static int64_t points_of(const struct counted *counted, uint32_t entry, int64_t age)
{
    const struct as_rule *rule = counted->rule;
    int64_t *kept = counted->given != NULL && age >= 0 && age < AGES
                        ? &counted->given[(size_t)entry * AGES + (size_t)age]
                        : NULL;
    if (kept != NULL && *kept != AS_OPEN_POINTS)
        return *kept;
    int64_t given = as_decay_points(rule->per_event.at[entry].points, rule->fading, rule->fading_days, age);
    if (kept != NULL)
        *kept = given;
    return given;
}

/* Whether the limit lets one more event of this day count, after those counted so far. */
static bool allowed(const struct as_rate *rate, const int64_t *days, uint32_t n, int64_t day)
{
    int64_t span = rate->span.length / AS_DAY_SECONDS;
    uint32_t inside = 0;
    if (rate->count == 0)
        return true;
    for (uint32_t i = n; i-- > 0 && inside < rate->count;) {
        if (span > 0 && days[i] <= day - span)
            break; /* days ascend: none before is nearer */
        inside++;
    }
    return inside < rate->count;
}

static int64_t sum_entry(uint32_t *events, const struct counted *counted, uint32_t entry,
                         const struct as_run *run, uint32_t row, int64_t from, int64_t *days)
{
    const struct as_event_log *log = &run->dataset->lead_events;
    const struct as_event_points *points = &counted->rule->per_event.at[entry];
    int64_t sum = 0;
    uint32_t n = 0;
    for (uint32_t e = log->start[row]; e < log->end[row]; e++) {
        int64_t time = log->time[e], day = as_day_of(time);
        if (log->kind[e] != points->kind || time < from || time > run->options.at ||
            !allowed(&points->at_most, days, n, day))
            continue;
        days[n++] = day;
        int64_t given = points_of(counted, entry, run->today - day);
        sum += given;
        *events += given != 0;
    }
    return sum;
}

static enum as_status count_apart(int64_t *sum, uint32_t *events, const struct counted *counted,
                                  const struct as_run *run, uint32_t row, int64_t from,
                                  struct as_error *error)
{
    const struct as_event_log *log = &run->dataset->lead_events;
    size_t most = log->end[row] - log->start[row];
    int64_t few[FEW_EVENTS], *days = most <= FEW_EVENTS ? few : calloc(most, sizeof *days);
    if (days == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < counted->rule->per_event.n; i++)
        if (as_bit(counted->apart, i))
            *sum += sum_entry(events, counted, i, run, row, from, days);
    if (days != few)
        free(days);
    return AS_OK;
}

enum as_status as_recount_events(int64_t *points, uint32_t *events, const struct as_recount *recount,
                                 uint32_t part, uint32_t lead_row, struct as_error *error)
{
    const struct as_run *run = recount->run;
    const struct as_event_log *log = &run->dataset->lead_events;
    const struct counted *counted = &recount->parts[part];
    const int64_t from = first_second(recount, lead_row), at = run->options.at;
    int64_t sum = 0;
    *events = 0;
    for (uint32_t e = log->start[lead_row]; e < log->end[lead_row]; e++) {
        int64_t time = log->time[e];
        uint32_t entry = counted->entry[log->kind[e]];
        if (entry == 0 || time < from || time > at)
            continue;
        int64_t given = points_of(counted, entry - 1, run->today - as_day_of(time));
        sum += given;
        *events += given != 0;
    }
    enum as_status status =
        counted->any_apart ? count_apart(&sum, events, counted, run, lead_row, from, error) : AS_OK;
    *points = sum < -AS_OPEN_POINTS ? -AS_OPEN_POINTS : sum > AS_OPEN_POINTS ? AS_OPEN_POINTS : sum;
    return status;
}
