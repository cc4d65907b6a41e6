/* Recount: a lead's events gone through once for all rules of a score, and once more for each kind with a
 * limit. What an event of an age gives is worked out by the same arithmetic as everywhere, and kept where
 * many leads are asked of. */
#include "score/model/recount.h"

#include <stdlib.h>

/* Ages in days whose points are kept; older events are few. */
enum { AGES = 256 };
/* From so many leads on the table of points is worth being made. */
enum { MANY = 64 };

/* What a rule gives for events of a kind. */
struct counted {
    struct counted *next; /* of the same kind, or with a limit */
    const struct as_rule *rule;
    const struct as_event_points *points;
    uint32_t part;
    int64_t *given; /* by age, AS_OPEN_POINTS: not worked out yet; NULL: none is kept */
};
/* An event that may count. */
struct seen {
    int64_t day;
    uint32_t kind;
};
struct share {
    int64_t points;
    uint32_t events;
};

struct as_recount {
    const struct as_run *run;
    const struct as_score *score;
    struct as_arena *arena;
    struct counted **of_kind, *limited; /* without a limit, by kind of the schema; with one */
    uint32_t row;                       /* the lead that was counted last, AS_NO_INDEX none */
    struct share *share;                /* what it gets, by part */
    uint32_t parts;
    struct seen *seen; /* its events, when some are limited */
    int64_t *days;     /* of those that a limit let count */
    size_t room;
};

/* --- rules --- */

static enum as_status add_kind(struct as_recount *recount, const struct as_rule *rule,
                               const struct as_event_points *points, uint32_t part, bool many,
                               struct as_error *error)
{
    struct counted *counted = as_arena_alloc(recount->arena, sizeof *counted);
    if (counted == NULL)
        return as_error_memory(error);
    struct counted **list = points->at_most.count == 0 ? &recount->of_kind[points->kind] : &recount->limited;
    *counted = (struct counted){.next = *list, .rule = rule, .points = points, .part = part};
    *list = counted;
    if (many && (counted->given = as_arena_room(recount->arena, AGES, sizeof *counted->given)) == NULL)
        return as_error_memory(error);
    for (size_t age = 0; many && age < AGES; age++)
        counted->given[age] = AS_OPEN_POINTS;
    return AS_OK;
}

enum as_status as_recount_new(struct as_recount **out, struct as_arena *arena, const struct as_run *run,
                              const struct as_score_plan *plan, uint32_t leads, struct as_error *error)
{
    struct as_recount *recount = *out = as_arena_alloc(arena, sizeof *recount);
    if (recount == NULL)
        return as_error_memory(error);
    *recount = (struct as_recount){
        .run = run, .score = plan->score, .arena = arena, .row = AS_NO_INDEX, .parts = plan->parts.n};
    recount->of_kind = as_arena_array(arena, run->dataset->schema->kinds.n, sizeof *recount->of_kind);
    recount->share = as_arena_array(arena, plan->parts.n, sizeof *recount->share);
    if (recount->of_kind == NULL || recount->share == NULL)
        return as_error_memory(error);
    enum as_status status = AS_OK;
    for (uint32_t p = 0; p < plan->parts.n; p++) {
        const struct as_rule *rule = plan->parts.at[p].rule;
        for (uint32_t i = 0; rule->kind == AS_RULE_EVENTS && i < rule->per_event.n && status == AS_OK; i++)
            status = add_kind(recount, rule, &rule->per_event.at[i], p, leads >= MANY, error);
    }
    return status;
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

/* --- one lead --- */

static int64_t points_of(const struct counted *counted, int64_t age)
{
    const struct as_rule *rule = counted->rule;
    int64_t *kept = counted->given != NULL && age >= 0 && age < AGES ? &counted->given[age] : NULL;
    if (kept != NULL && *kept != AS_OPEN_POINTS)
        return *kept;
    int64_t given = as_decay_points(counted->points->points, rule->fading, rule->fading_days, age);
    if (kept != NULL)
        *kept = given;
    return given;
}

static void count_one(struct as_recount *recount, const struct counted *counted, int64_t day)
{
    struct share *share = &recount->share[counted->part];
    int64_t given = points_of(counted, recount->run->today - day);
    share->points += given;
    share->events += given != 0;
}

/* Whether the limit lets one more event of this day count, after those counted so far. */
static bool allowed(const struct as_rate *rate, const int64_t *days, uint32_t n, int64_t day)
{
    int64_t span = rate->span.length / AS_DAY_SECONDS;
    uint32_t inside = 0;
    for (uint32_t i = n; i-- > 0 && inside < rate->count;) {
        if (span > 0 && days[i] <= day - span)
            break; /* days ascend: none before is nearer */
        inside++;
    }
    return inside < rate->count;
}

static void count_limited(struct as_recount *recount, const struct counted *counted, size_t events)
{
    uint32_t n = 0;
    for (size_t i = 0; i < events; i++) {
        const struct seen *seen = &recount->seen[i];
        if (seen->kind != counted->points->kind ||
            !allowed(&counted->points->at_most, recount->days, n, seen->day))
            continue;
        recount->days[n++] = seen->day;
        count_one(recount, counted, seen->day);
    }
}

static enum as_status make_room(struct as_recount *recount, size_t events, struct as_error *error)
{
    if (events <= recount->room)
        return AS_OK;
    size_t room = events < recount->room * 2 ? recount->room * 2 : events;
    recount->seen = as_arena_room(recount->arena, room, sizeof *recount->seen);
    recount->days = as_arena_room(recount->arena, room, sizeof *recount->days);
    recount->room = room;
    return recount->seen == NULL || recount->days == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status count_lead(struct as_recount *recount, uint32_t row, struct as_error *error)
{
    const struct as_event_log *log = &recount->run->dataset->lead_events;
    const int64_t from = first_second(recount, row), at = recount->run->options.at;
    const uint32_t start = log->start[row], end = log->end[row];
    const bool limited = recount->limited != NULL;
    enum as_status status = limited ? make_room(recount, end - start, error) : AS_OK;
    size_t n = 0;
    if (status != AS_OK)
        return status;
    for (uint32_t p = 0; p < recount->parts; p++)
        recount->share[p] = (struct share){0, 0};
    for (uint32_t e = start; e < end; e++) {
        int64_t time = log->time[e];
        if (time < from || time > at)
            continue;
        const int64_t day = as_day_of(time);
        for (const struct counted *counted = recount->of_kind[log->kind[e]]; counted != NULL;
             counted = counted->next)
            count_one(recount, counted, day);
        if (limited)
            recount->seen[n++] = (struct seen){day, log->kind[e]};
    }
    for (const struct counted *counted = recount->limited; counted != NULL; counted = counted->next)
        count_limited(recount, counted, n);
    recount->row = row;
    return AS_OK;
}

enum as_status as_recount_events(int64_t *points, uint32_t *events, struct as_recount *recount, uint32_t part,
                                 uint32_t lead_row, struct as_error *error)
{
    enum as_status status = recount->row == lead_row ? AS_OK : count_lead(recount, lead_row, error);
    if (status != AS_OK)
        return status;
    const struct share *share = &recount->share[part];
    *points = share->points < -AS_OPEN_POINTS  ? -AS_OPEN_POINTS
              : share->points > AS_OPEN_POINTS ? AS_OPEN_POINTS
                                               : share->points;
    *events = share->events;
    return AS_OK;
}
