/* Until when a score keeps to its side of every border. Nobody asks for its value, so it is enough to bound
 * how far it may fall and rise: caps and floors only bring values together, so whatever a rule gives or takes
 * moves the score by no more than that. A rule whose condition may change may go to either of its ends on
 * that day; points that fade go towards 0, no faster than their half-life or their line says. */
#include "score/plan/until.h"

#include <math.h>
#include <string.h>

/* Beyond what any border can be away: adding it up for every rule there may be stays in 64 bits. */
static const int64_t without_end = INT64_C(1) << 51;
/* Days ahead that are tried; what holds for all of them is looked at again after the last. */
static const uint16_t ahead[] = {1,  2,  3,  4,  5,  6,  7,   8,   10,  12,  14,  17,  20,  24,  28,  34,
                                 40, 48, 56, 66, 78, 92, 108, 128, 150, 180, 215, 255, 300, 360, 430, 500};
enum { AHEAD = sizeof ahead / sizeof *ahead };

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t clamped(int64_t value, int64_t cap)
{
    return value > cap ? cap : value < -cap ? -cap : value;
}

static bool fades(const struct as_part *part)
{
    return part->rule->kind == AS_RULE_EVENTS && part->rule->fading != AS_FADING_NONE;
}

/* Whether events of a rule give in one direction only. */
static int direction(const struct as_rule *rule)
{
    bool plus = false, minus = false;
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        plus = plus || rule->per_event.at[i].points > 0;
        minus = minus || rule->per_event.at[i].points < 0;
    }
    return plus && minus ? 0 : minus ? -1 : 1;
}

/* --- how far --- */

static void add_where(int64_t *sums, uint64_t rows, uint32_t from, int64_t amount)
{
    for (; rows != 0; rows &= rows - 1)
        sums[from + (uint32_t)__builtin_ctzll(rows)] += amount;
}

/* A rule of fixed points: it gives them or not. */
static void reach_condition(struct as_until *until, const struct as_part *part, uint64_t may, uint64_t yes,
                            uint64_t no, uint32_t from)
{
    int64_t amount = part->amount < 0 ? -part->amount : part->amount;
    add_where(part->amount < 0 ? until->up : until->down, may & ~no, from, amount);
    add_where(part->amount < 0 ? until->down : until->up, may & ~yes, from, amount);
}

static void reach_points(struct as_until *until, const struct as_part *part, const struct as_vec *points,
                         uint64_t may, uint64_t yes, uint64_t no, uint64_t moves, uint32_t w)
{
    const int way = part->rule->kind == AS_RULE_EVENTS ? direction(part->rule) : 0;
    for (uint64_t rest = may | (moves & ~no); rest != 0; rest &= rest - 1) {
        uint32_t b = (uint32_t)__builtin_ctzll(rest), i = w * 64 + b;
        int64_t both = least(2 * part->cap, without_end);
        if (way == 0 || !(points->known[w] >> b & 1)) {
            if (way != 0 && !(may >> b & 1)) /* unknown, and stays so */
                continue;
            until->down[i] += both;
            until->up[i] += both;
            continue;
        }
        int64_t given = clamped(points->i64[i], part->cap), size = given < 0 ? -given : given;
        if (!(no >> b & 1))
            (way > 0 ? until->down : until->up)[i] += size;
        if ((may >> b & 1) && !(yes >> b & 1))
            (way > 0 ? until->up : until->down)[i] += size;
    }
}

/* How far today's ends are from the next borders. */
static void measure_borders(const struct as_score_plan *score, const struct as_vec *out,
                            const struct as_chunk *chunk, struct as_until *until)
{
    for (uint32_t i = 0; i < chunk->n; i++)
        until->below[i] = until->above[i] = INT64_MAX;
    const int64_t *ends[] = {out->i64, out->low, out->high};
    for (uint32_t b = 0; b < score->borders.n; b++)
        for (int e = 0; e < 3; e++) {
            const int64_t at = score->borders.at[b];
            for (uint32_t i = 0; i < chunk->n; i++) {
                int64_t under = at - ends[e][i], over = ends[e][i] - at;
                until->above[i] = under > 0 && under < until->above[i] ? under : until->above[i];
                until->below[i] = over >= 0 && over < until->below[i] ? over : until->below[i];
            }
        }
}

/* Whether borders lie within the interval: then it matters too why it is open. */
static bool straddles(const struct as_score_plan *score, const struct as_vec *out, uint32_t i)
{
    for (uint32_t b = 0; b < score->borders.n; b++)
        if (out->low[i] < score->borders.at[b] && out->high[i] >= score->borders.at[b])
            return true;
    return false;
}

void as_until_score_may(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t index)
{
    const struct as_score_plan *score = as_plan_score_of(run->plan, run->plan->nodes.at[index].score);
    const struct as_vec *out = &worker->vec[index];
    struct as_until *until = worker->until;
    uint64_t *may = until->may[index], any[AS_BATCH_WORDS] = {0};
    memset(until->down, 0, chunk->n * sizeof *until->down);
    memset(until->up, 0, chunk->n * sizeof *until->up);
    for (uint32_t p = 0; p < score->parts.n; p++) {
        const struct as_part *part = &score->parts.at[p];
        const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
        const bool timed = when != NULL && run->plan->nodes.at[part->when].asked;
        const bool moves = part->points != AS_NO_NODE && run->plan->nodes.at[part->points].timed;
        for (uint32_t w = 0; w < chunk->words && (timed || moves); w++) {
            uint64_t rows = chunk->n - w * 64 < 64 ? (UINT64_C(1) << (chunk->n - w * 64)) - 1 : ~UINT64_C(0);
            uint64_t yes = when == NULL ? rows : when->truth[w] & rows,
                     no = when == NULL ? 0 : when->known[w] & ~when->truth[w] & rows,
                     change = timed ? until->may[part->when][w] & rows : 0;
            if (part->points == AS_NO_NODE)
                reach_condition(until, part, change, yes, no, w * 64);
            else
                reach_points(until, part, &worker->vec[part->points], change, yes, no, moves ? rows : 0, w);
            any[w] |= change | (moves ? rows & ~no : 0);
        }
    }
    measure_borders(score, out, chunk, until);
    for (uint32_t i = 0; i < chunk->n; i++)
        if (until->down[i] > until->below[i] || until->up[i] >= until->above[i] ||
            (!as_bit(out->known, i) && as_bit(any, i) && straddles(score, out, i)))
            as_bit_set(may, i);
}

/* --- when --- */

/* What a row's events give a rule, without regard to limits: no less than they do. */
static struct as_sides add_sides(const struct as_run *run, const struct as_part *part, uint32_t row)
{
    const struct as_program *program = &run->plan->programs.at[run->plan->nodes.at[part->points].program];
    const struct as_event_log *log = as_log_of(run, program);
    const struct as_rule *rule = part->rule;
    struct as_sides sides = {0};
    size_t first, end;
    as_visible_events(&first, &end, run, program, row);
    for (size_t event = first; event < end; event++)
        for (uint32_t k = 0; k < rule->per_event.n; k++) {
            const int64_t full = rule->per_event.at[k].points;
            if (rule->per_event.at[k].kind != log->kind[event])
                continue;
            int64_t age = run->today - log->time[event] / (uint32_t)AS_DAY_SECONDS,
                    points = as_decay_points(full, rule->fading, rule->fading_days, age);
            if (points == 0)
                continue;
            *(points > 0 ? &sides.plus : &sides.minus) += points > 0 ? points : -points;
            *(points > 0 ? &sides.full_plus : &sides.full_minus) += points > 0 ? full : -full;
        }
    return sides;
}

/* What events that are worth so much today may have lost by then; each may round by a milli-point. */
static int64_t lost(const struct as_rule *rule, int64_t worth, int64_t full, uint32_t events, uint32_t days)
{
    double most = (double)events + 1;
    if (rule->fading == AS_FADING_HALF_LIFE)
        most += (double)worth * -expm1(-M_LN2 * (double)days / (double)rule->fading_days);
    else
        most += (double)full * (double)days / (double)rule->fading_days;
    return most < (double)worth ? (int64_t)ceil(most) : worth;
}

struct reach {
    int64_t down, up;
};

/* How far the rules of a row may have moved its score on any day up to so many ahead. */
static struct reach reach_of(const struct as_run *run, const struct as_mover *movers, uint32_t n,
                             uint32_t events, uint32_t days)
{
    struct reach reach = {0, 0};
    for (uint32_t m = 0; m < n; m++) {
        const struct as_mover *mover = &movers[m];
        int64_t down = 0, up = 0;
        if (mover->fading != NULL) {
            down = lost(mover->fading, mover->sides.plus, mover->sides.full_plus, events, days);
            up = lost(mover->fading, mover->sides.minus, mover->sides.full_minus, events, days);
        }
        if (mover->day <= run->today + (int64_t)days) {
            down = mover->down > down ? mover->down : down;
            up = mover->up > up ? mover->up : up;
        }
        reach.down = least(reach.down + down, INT64_MAX / 4);
        reach.up = least(reach.up + up, INT64_MAX / 4);
    }
    return reach;
}

static int32_t day_of(const struct as_run *run, const struct as_worker *worker, uint32_t node, uint32_t i)
{
    return node == AS_NO_NODE || !run->plan->nodes.at[node].asked ? AS_DAY_NEVER
                                                                  : worker->until->day[node][i];
}

/* The ends that a rule of points may come to: nothing, and all that its events give on either side. */
static void set_ends(struct as_mover *mover, const struct as_part *part, int64_t given, bool yes, bool no)
{
    int64_t plus = least(mover->sides.plus, part->cap), minus = least(mover->sides.minus, part->cap);
    mover->down = no ? minus : yes ? given + minus : plus + minus;
    mover->up = no ? plus : yes ? plus - given : plus + minus;
}

static struct as_mover move_points(const struct as_run *run, const struct as_worker *worker,
                                   const struct as_part *part, uint32_t row, uint32_t i, bool yes, bool no)
{
    const struct as_vec *points = &worker->vec[part->points];
    const bool known = as_bit(points->known, i);
    struct as_mover mover = {.day = day_of(run, worker, part->when, i)};
    if (part->rule->kind == AS_RULE_FUNCTION || !known) {
        if (!no && part->rule->kind == AS_RULE_FUNCTION && day_of(run, worker, part->points, i) < mover.day)
            mover.day = day_of(run, worker, part->points, i);
        mover.down = mover.up = least(2 * part->cap, without_end);
        return mover;
    }
    const int64_t given = clamped(points->i64[i], part->cap);
    const int way = direction(part->rule);
    const bool window = part->rule->fading == AS_FADING_WINDOW;
    if (way == 0 || part->rule->fading == AS_FADING_LINEAR)
        mover.sides = add_sides(run, part, row);
    else
        *(way > 0 ? &mover.sides.plus : &mover.sides.minus) = way > 0 ? given : -given;
    if (!no && window && day_of(run, worker, part->points, i) < mover.day)
        mover.day = day_of(run, worker, part->points, i);
    if (!no && !window && fades(part))
        mover.fading = part->rule;
    set_ends(&mover, part, given, yes, no);
    return mover;
}

/* The rules of a row that may move; how many. */
static uint32_t gather(struct as_mover *movers, const struct as_run *run, const struct as_worker *worker,
                       const struct as_score_plan *score, uint32_t row, uint32_t i)
{
    uint32_t n = 0;
    for (uint32_t p = 0; p < score->parts.n; p++) {
        const struct as_part *part = &score->parts.at[p];
        bool asked = part->when != AS_NO_NODE && run->plan->nodes.at[part->when].asked,
             moves = part->points != AS_NO_NODE && run->plan->nodes.at[part->points].timed;
        if (!asked && !moves)
            continue;
        const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
        bool yes = when == NULL || as_bit(when->truth, i),
             no = when != NULL && as_bit(when->known, i) && !yes;
        if (no && day_of(run, worker, part->when, i) == AS_DAY_NEVER)
            continue;
        struct as_mover mover = {.day = day_of(run, worker, part->when, i)};
        if (part->points != AS_NO_NODE) {
            mover = move_points(run, worker, part, row, i, yes, no);
        } else {
            int64_t amount = part->amount < 0 ? -part->amount : part->amount;
            *(part->amount < 0 ? &mover.up : &mover.down) = no ? 0 : amount;
            *(part->amount < 0 ? &mover.down : &mover.up) = yes ? 0 : amount;
        }
        if (mover.day != AS_DAY_NEVER || mover.fading != NULL)
            movers[n++] = mover;
    }
    return n;
}

static int32_t first_day(const struct as_mover *movers, uint32_t n)
{
    int32_t day = AS_DAY_NEVER;
    for (uint32_t m = 0; m < n; m++)
        day = movers[m].day < day ? movers[m].day : day;
    return day;
}

static int32_t day_of_row(const struct as_run *run, struct as_worker *worker,
                          const struct as_score_plan *score, const struct as_vec *out, uint32_t row,
                          uint32_t i)
{
    struct as_until *until = worker->until;
    uint32_t n = gather(until->movers, run, worker, score, row, i);
    uint32_t events = 0;
    for (uint32_t p = 0; p < run->plan->programs.n; p++) {
        size_t first, end;
        if (run->plan->programs.at[p].level != AS_LEVEL_LEAD)
            continue;
        as_visible_events(&first, &end, run, &run->plan->programs.at[p], row);
        events = end - first > events ? (uint32_t)(end - first) : events;
    }
    uint32_t low = 0, high = AHEAD; /* all before `low` hold, the one at `high` does not */
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        struct reach reach = reach_of(run, until->movers, n, events, ahead[middle]);
        if (reach.down > until->below[i] || reach.up >= until->above[i])
            high = middle;
        else
            low = middle + 1;
    }
    int32_t day = as_until_after(run, low == 0 ? 1 : (uint64_t)ahead[low - 1] + 1);
    if (!as_bit(out->known, i) && straddles(score, out, i)) {
        int32_t other = first_day(until->movers, n);
        day = other < day ? other : day;
    }
    return day;
}

void as_until_score(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t index)
{
    const struct as_score_plan *score = as_plan_score_of(run->plan, run->plan->nodes.at[index].score);
    const struct as_vec *out = &worker->vec[index];
    struct as_until *until = worker->until;
    measure_borders(score, out, chunk, until);
    for (uint32_t w = 0; w < chunk->words; w++)
        for (uint64_t rest = until->may[index][w] & until->need[w]; rest != 0; rest &= rest - 1) {
            uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(rest);
            until->day[index][i] = day_of_row(run, worker, score, out, as_chunk_row(chunk, i), i);
        }
}
