/* Until when a score keeps to its side of every border. Nobody asks for its value, so it is enough to bound
 * how far it may fall and rise: caps and floors only bring values together, so whatever a rule gives or takes
 * moves the score by no more than that. A rule whose condition may change may go to either of its ends on
 * that day; points that fade go towards 0, no faster than their half-life or their line says. */
#include "score/plan/turn.h"
#include "score/plan/until.h"

#include <math.h>
#include <string.h>

/* Beyond what any border can be away: adding it up for every rule there may be stays in 64 bits. */
static const int64_t without_end = INT64_C(1) << 51;
/* Days ahead that are tried; what holds for all of them is looked at again after the last. */
static const uint16_t ahead[] = {1,  2,  3,  4,  5,  6,  7,   8,   10,  12,  14,  17,  20,  24,  28,  34,
                                 40, 48, 56, 66, 78, 92, 108, 128, 150, 180, 215, 255, 300, 360, 430, 500};
/* Rules of a score that are marked row by row, as bits of a word. */
enum { MARKED = 64 };

_Static_assert(sizeof ahead / sizeof *ahead == AS_UNTIL_AHEAD, "one share for each");

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

/* All of a word fade, and nothing else moves them. */
AS_PART void reach_fading(int64_t *restrict to, const int64_t *restrict points, int64_t cap, bool plus)
{
    for (uint32_t b = 0; b < 64; b++) {
        int64_t size = plus ? points[b] : -points[b];
        to[b] += size < cap ? size : cap;
    }
}

AS_PART void reach_points(struct as_until *until, const struct as_part *part, int way,
                          const struct as_vec *points, uint64_t may, uint64_t yes, uint64_t no,
                          uint64_t moves, uint32_t w)
{
    if (way != 0 && may == 0 && (points->known[w] & moves & ~no) == ~UINT64_C(0)) {
        reach_fading((way > 0 ? until->down : until->up) + (size_t)w * 64, points->i64 + (size_t)w * 64,
                     part->cap, way > 0);
        return;
    }
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

AS_PART void measure_end(const int64_t *restrict end, int64_t border, int64_t *restrict below,
                         int64_t *restrict above, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        int64_t under = border - end[i], over = end[i] - border;
        above[i] = under > 0 && under < above[i] ? under : above[i];
        below[i] = over >= 0 && over < below[i] ? over : below[i];
    }
}

/* How far today's ends are from the next borders; where all rules are decided, all ends are one. */
AS_PART void measure_borders(const struct as_score_plan *score, const struct as_vec *out,
                             const struct as_chunk *chunk, struct as_until_score *to)
{
    for (uint32_t i = 0; i < chunk->n; i++)
        to->below[i] = to->above[i] = INT64_MAX;
    for (uint32_t b = 0; b < score->borders.n; b++)
        measure_end(out->i64, score->borders.at[b], to->below, to->above, chunk->n);
    for (uint32_t w = 0; w < chunk->words; w++) {
        uint32_t n = chunk->n - w * 64 < 64 ? chunk->n - w * 64 : 64, from = w * 64;
        for (uint32_t b = 0; b < score->borders.n && out->known[w] != ~UINT64_C(0); b++) {
            measure_end(out->low + from, score->borders.at[b], to->below + from, to->above + from, n);
            measure_end(out->high + from, score->borders.at[b], to->below + from, to->above + from, n);
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

AS_PART void score_may(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       uint32_t index, enum as_machine machine)
{
    const struct as_score_plan *score = as_plan_score_of(run->plan, run->plan->nodes.at[index].score);
    const struct as_vec *out = &worker->vec[index];
    struct as_until *until = worker->until;
    struct as_until_score *own = &until->scores[score - run->plan->scores.at];
    uint64_t *may = until->may[index], any[AS_BATCH_WORDS] = {0};
    memset(until->down, 0, chunk->n * sizeof *until->down);
    memset(until->up, 0, chunk->n * sizeof *until->up);
    for (uint32_t p = 0; p < score->parts.n; p++) {
        const struct as_part *part = &score->parts.at[p];
        const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
        const bool timed = when != NULL && run->plan->nodes.at[part->when].asked;
        const bool moves = part->points != AS_NO_NODE && run->plan->nodes.at[part->points].timed,
                   followed = moves && run->plan->nodes.at[part->points].asked;
        const int way = part->rule->kind == AS_RULE_EVENTS ? direction(part->rule) : 0;
        for (uint32_t w = 0; w < chunk->words && (timed || moves); w++) {
            uint64_t rows = chunk->n - w * 64 < 64 ? (UINT64_C(1) << (chunk->n - w * 64)) - 1 : ~UINT64_C(0);
            uint64_t yes = when == NULL ? rows : when->truth[w] & rows,
                     no = when == NULL ? 0 : when->known[w] & ~when->truth[w] & rows,
                     change = timed ? until->may[part->when][w] & rows : 0,
                     move = followed ? until->may[part->points][w] & rows
                            : moves  ? rows
                                     : 0;
            if (part->points == AS_NO_NODE)
                reach_condition(until, part, change, yes, no, w * 64);
            else
                reach_points(until, part, way, &worker->vec[part->points], change, yes, no, move, w);
            any[w] |= change | (move & ~no);
        }
    }
    measure_borders(score, out, chunk, own);
    for (uint32_t i = 0; i < chunk->n; i++)
        worker->bytes[i] = (until->down[i] > own->below[i]) | (until->up[i] >= own->above[i]);
    as_pack_bits(may, worker->bytes, chunk->n, machine);
    for (uint32_t w = 0; w < chunk->words; w++)
        for (uint64_t rest = any[w] & ~out->known[w] & ~may[w]; rest != 0; rest &= rest - 1)
            if (straddles(score, out, w * 64 + (uint32_t)__builtin_ctzll(rest)))
                may[w] |= rest & -rest;
}

AS_KERNEL_VERSIONS(as_until_score_may, score_may)

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

/* What events that are worth so much today may have lost by the so-manieth day that is tried; each may round
 * by a milli-point. */
static int64_t lost(const struct as_until_score *own, const struct as_mover *mover, bool plus, double margin,
                    uint32_t when)
{
    const bool line = mover->fading->fading == AS_FADING_LINEAR;
    int64_t worth = plus ? mover->sides.plus : mover->sides.minus,
            full = plus ? mover->sides.full_plus : mover->sides.full_minus;
    double most = (double)(line ? full : worth) * own->shares[mover->share].lost[when] + margin;
    return most < (double)worth ? (int64_t)most + 1 : worth;
}

/* What happens on the way: rules that from some day on may give something else, by the first day tried that
 * is not before it. */
struct steps {
    int64_t down[AS_UNTIL_AHEAD + 1], up[AS_UNTIL_AHEAD + 1];
    int32_t first; /* the day of the first of all */
};

static void add_step(struct steps *steps, const struct as_until_score *own, const struct as_run *run,
                     int32_t day, int64_t down, int64_t up)
{
    const int64_t days = day - run->today;
    uint32_t step = days < (int64_t)sizeof own->step_of ? own->step_of[days] : AS_UNTIL_AHEAD;
    steps->first = day < steps->first ? day : steps->first;
    steps->down[step] = least(steps->down[step] + down, INT64_MAX / 4);
    steps->up[step] = least(steps->up[step] + up, INT64_MAX / 4);
}

/* How many of the days tried are sure to be without a border: the rules that fade are added up for each. */
static uint32_t steps_within(const struct as_run *run, const struct as_until *until,
                             const struct as_until_score *own, const struct steps *steps, double margin,
                             int64_t below, int64_t above)
{
    int64_t fallen = own->plus > 0 ? (int64_t)(own->plus * margin) + 1 : 0,
            risen = own->minus > 0 ? (int64_t)(own->minus * margin) + 1 : 0;
    for (uint32_t t = 0; t < AS_UNTIL_AHEAD; t++) {
        fallen = least(fallen + steps->down[t], INT64_MAX / 4);
        risen = least(risen + steps->up[t], INT64_MAX / 4);
        double plus = 0, minus = 0;
        for (uint32_t s = 0; s < own->share_count; s++) {
            plus += own->shares[s].plus * own->shares[s].lost[t];
            minus += own->shares[s].minus * own->shares[s].lost[t];
        }
        int64_t down = fallen + (int64_t)plus, up = risen + (int64_t)minus;
        for (uint32_t m = 0; m < own->mover_count; m++) {
            const struct as_mover *mover = &until->movers[m];
            int64_t by_day = mover->day <= run->today + ahead[t] ? INT64_MAX : 0;
            int64_t lose = lost(own, mover, true, margin, t), win = lost(own, mover, false, margin, t);
            lose = lose > least(by_day, mover->down) ? lose : least(by_day, mover->down);
            win = win > least(by_day, mover->up) ? win : least(by_day, mover->up);
            down = least(down + lose, INT64_MAX / 2);
            up = least(up + win, INT64_MAX / 2);
        }
        if (down > below || up >= above)
            return t;
    }
    return AS_UNTIL_AHEAD;
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

/* A half-life alone: such rules are added up before any day is tried. */
static void add_fading(struct as_until_score *own, uint32_t share, int64_t plus, int64_t minus)
{
    own->shares[share].plus += (double)plus;
    own->shares[share].minus += (double)minus;
    own->plus += plus > 0;
    own->minus += minus > 0;
}

/* Rules that do nothing but fade, in one direction. */
static void add_plain(struct as_until_score *own, const struct as_worker *worker, uint32_t i)
{
    for (uint32_t k = 0; k < own->plain_count; k++) {
        const struct as_until_part *plain = &own->plain[k];
        const struct as_vec *points = &worker->vec[plain->part->points];
        if (!as_bit(points->known, i))
            continue;
        int64_t given = clamped(points->i64[i], plain->part->cap);
        add_fading(own, plain->share, given > 0 ? given : 0, given < 0 ? -given : 0);
    }
}

/* A rule of a row that may move it otherwise. */
static void add_part(struct steps *steps, struct as_until_score *own, const struct as_run *run,
                     const struct as_worker *worker, const struct as_until_part *at, uint32_t row, uint32_t i)
{
    const struct as_part *part = at->part;
    const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
    const int32_t when_day = day_of(run, worker, part->when, i);
    bool yes = when == NULL || as_bit(when->truth, i), no = when != NULL && as_bit(when->known, i) && !yes;
    if (when_day == AS_DAY_NEVER && (no || part->points == AS_NO_NODE))
        return;
    if (part->points == AS_NO_NODE) {
        int64_t amount = part->amount < 0 ? -part->amount : part->amount, now = no ? 0 : amount,
                then = yes ? 0 : amount;
        add_step(steps, own, run, when_day, part->amount < 0 ? then : now, part->amount < 0 ? now : then);
        return;
    }
    struct as_mover mover = move_points(run, worker, part, row, i, yes, no);
    mover.share = at->share;
    if (mover.fading == NULL) {
        if (mover.day != AS_DAY_NEVER)
            add_step(steps, own, run, mover.day, mover.down, mover.up);
    } else if (mover.day == AS_DAY_NEVER && mover.fading->fading == AS_FADING_HALF_LIFE) {
        add_fading(own, mover.share, mover.sides.plus, mover.sides.minus);
    } else {
        worker->until->movers[own->mover_count++] = mover;
        steps->first = mover.day < steps->first ? mover.day : steps->first;
    }
}

static int32_t day_of_row(const struct as_run *run, struct as_worker *worker,
                          const struct as_score_plan *score, const struct as_vec *out, uint32_t row,
                          uint32_t i)
{
    struct as_until *until = worker->until;
    struct as_until_score *own = &until->scores[score - run->plan->scores.at];
    struct steps steps = {.first = AS_DAY_NEVER};
    own->mover_count = own->plus = own->minus = 0;
    for (uint32_t s = 0; s < own->share_count; s++)
        own->shares[s].plus = own->shares[s].minus = 0;
    add_plain(own, worker, i);
    for (uint64_t rest = until->active[i]; rest != 0; rest &= rest - 1)
        add_part(&steps, own, run, worker, &own->parts[__builtin_ctzll(rest)], row, i);
    for (uint32_t k = MARKED; k < own->part_count; k++)
        add_part(&steps, own, run, worker, &own->parts[k], row, i);
    size_t first = 0, end = 0;
    if (own->plus + own->minus + own->mover_count > 0)
        as_visible_events(&first, &end, run, own->program, row);
    uint32_t held =
        steps_within(run, until, own, &steps, (double)(end - first) + 1, own->below[i], own->above[i]);
    int32_t day = as_until_after(run, held == 0 ? 1 : (uint64_t)ahead[held - 1] + 1);
    return !as_bit(out->known, i) && steps.first < day && straddles(score, out, i) ? steps.first : day;
}

/* Which of the first rules may do more than fade, by row. */
static void mark_parts(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                       const struct as_until_score *own, const uint64_t *rows)
{
    struct as_until *until = worker->until;
    memset(until->active, 0, chunk->n * sizeof *until->active);
    for (uint32_t k = 0; k < own->part_count && k < MARKED; k++) {
        const struct as_part *part = own->parts[k].part;
        const struct as_vec *when = part->when == AS_NO_NODE ? NULL : &worker->vec[part->when];
        const bool asked = when != NULL && run->plan->nodes.at[part->when].asked,
                   moves = part->points != AS_NO_NODE && run->plan->nodes.at[part->points].timed,
                   followed = moves && run->plan->nodes.at[part->points].asked;
        for (uint32_t w = 0; w < chunk->words; w++) {
            uint64_t no = when == NULL ? 0 : when->known[w] & ~when->truth[w],
                     move = followed ? until->may[part->points][w]
                            : moves  ? ~UINT64_C(0)
                                     : 0,
                     marked = ((asked ? until->may[part->when][w] : 0) | (move & ~no)) & rows[w];
            for (; marked != 0; marked &= marked - 1)
                until->active[w * 64 + (uint32_t)__builtin_ctzll(marked)] |= UINT64_C(1) << k;
        }
    }
}

void as_until_score(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t index)
{
    const struct as_score_plan *score = as_plan_score_of(run->plan, run->plan->nodes.at[index].score);
    const struct as_vec *out = &worker->vec[index];
    struct as_until *until = worker->until;
    uint64_t rows[AS_BATCH_WORDS];
    for (uint32_t w = 0; w < chunk->words; w++)
        rows[w] = until->may[index][w] & until->need[w];
    mark_parts(run, worker, chunk, &until->scores[score - run->plan->scores.at], rows);
    for (uint32_t w = 0; w < chunk->words; w++)
        for (uint64_t rest = rows[w]; rest != 0; rest &= rest - 1) {
            uint32_t i = w * 64 + (uint32_t)__builtin_ctzll(rest);
            until->day[index][i] = day_of_row(run, worker, score, out, as_chunk_row(chunk, i), i);
        }
}

/* --- memory --- */

/* The share of events of one half-life or line, shared by rules that have the same. */
static uint32_t share_of(struct as_until_score *own, const struct as_rule *rule)
{
    uint32_t s = 0;
    while (s < own->share_count &&
           (own->shares[s].fading != rule->fading || own->shares[s].days != rule->fading_days))
        s++;
    if (s < own->share_count)
        return s;
    struct as_until_share *share = &own->shares[own->share_count++];
    share->fading = rule->fading;
    share->days = rule->fading_days;
    for (uint32_t t = 0; t < AS_UNTIL_AHEAD; t++) {
        double days = (double)ahead[t] / (double)rule->fading_days;
        share->lost[t] = rule->fading == AS_FADING_HALF_LIFE ? -expm1(-M_LN2 * days) : days;
    }
    return s;
}

bool as_until_score_open(struct as_until_score *own, struct as_run *run, const struct as_score_plan *score,
                         size_t room)
{
    const struct as_plan *plan = run->plan;
    struct as_arena *arena = &run->scratch;
    for (uint32_t days = 0, step = 0; days < sizeof own->step_of; days++) {
        while (step < AS_UNTIL_AHEAD && ahead[step] < days)
            step++;
        own->step_of[days] = (uint8_t)step;
    }
    own->below = as_arena_array(arena, room, sizeof *own->below);
    own->above = as_arena_array(arena, room, sizeof *own->above);
    own->parts = as_arena_array(arena, score->parts.n, sizeof *own->parts);
    own->plain = as_arena_array(arena, score->parts.n, sizeof *own->plain);
    own->shares = as_arena_array(arena, score->parts.n, sizeof *own->shares);
    if (own->below == NULL || own->above == NULL || own->parts == NULL || own->plain == NULL ||
        own->shares == NULL)
        return false;
    for (uint32_t p = 0; p < score->parts.n; p++) {
        const struct as_part *part = &score->parts.at[p];
        const bool points = part->points != AS_NO_NODE;
        if (!(part->when != AS_NO_NODE && plan->nodes.at[part->when].asked) &&
            !(points && plan->nodes.at[part->points].timed))
            continue;
        struct as_until_part own_part = {part, 0};
        const bool half = points && fades(part) && part->rule->fading == AS_FADING_HALF_LIFE;
        if (half || (points && fades(part) && part->rule->fading == AS_FADING_LINEAR))
            own_part.share = share_of(own, part->rule);
        if (points && part->rule->kind == AS_RULE_EVENTS)
            own->program = &plan->programs.at[plan->nodes.at[part->points].program];
        if (half && part->when == AS_NO_NODE && direction(part->rule) != 0)
            own->plain[own->plain_count++] = own_part;
        else
            own->parts[own->part_count++] = own_part;
    }
    return true;
}
