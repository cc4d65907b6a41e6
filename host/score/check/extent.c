/* Extents of numbers and scores. Which conditions exclude each other is possible.c's; what a single rule may
 * add stands in the plan, so that the checker and the kernels never disagree. */
#include "score/check/extent.h"

#include "score/plan/plan.h"
#include "score/plan/plan_node.h"
#include "score/tree/operator.h"

#include <math.h>

static const struct as_extent anything = {-INFINITY, INFINITY, false};

enum as_status as_extents_open(struct as_extents *extents, const struct as_pack *pack, struct as_error *error)
{
    *extents = (struct as_extents){.pack = pack};
    return as_plan_new(&extents->plan, pack, error);
}

void as_extents_close(struct as_extents *extents)
{
    as_plan_free(extents->plan);
    as_arena_free(&extents->arena);
    *extents = (struct as_extents){0};
}

static int64_t days_of(const struct as_expr *call, uint32_t arg)
{
    int64_t days = 0;
    struct as_error ignored = AS_ERROR_INIT;
    if (arg < call->arg_count && call->args[arg].kind == AS_LITERAL_TEXT)
        as_days_parse(&days, call->args[arg].text, &ignored);
    return days;
}

struct as_extent as_extent_of(struct as_extents *extents, const struct as_expr *expr)
{
    struct as_extent extent = anything;
    if (expr->kind == AS_EXPR_SCORE)
        return as_extent_of_score(extents, expr->score);
    extent.whole = (expr->shape & AS_SHAPE_INTEGER) != 0;
    if (expr->kind != AS_EXPR_CALL)
        return extent;
    switch (expr->op->kernel) {
    case AS_KERNEL_COUNT:
    case AS_KERNEL_SIZE:
    case AS_KERNEL_SINCE_LAST:
        extent.low = 0;
        break;
    case AS_KERNEL_DISTINCT_DAYS:
        extent.low = 0;
        if (days_of(expr, 1) > 0)
            extent.high = (double)days_of(expr, 1);
        break;
    case AS_KERNEL_COVERAGE:
        extent.low = 0;
        extent.high = 1;
        break;
    default:
        break;
    }
    return extent;
}

/* --- scores --- */

/* What a rule can add at one end. */
struct share {
    int64_t points;
    const struct as_expr *when; /* NULL: nothing excludes it */
    uint64_t facts;             /* what it reads, as a filter: nothing in common, no exclusion */
    uint32_t group;
    uint32_t with; /* the first share of its family, itself when there is none */
};

/* A bit for each fact that a condition reads. */
static uint64_t facts_of(const struct as_expr *expr)
{
    uint64_t facts = 0;
    switch (expr->kind) {
    case AS_EXPR_FIELD:
    case AS_EXPR_ANSWER:
        return UINT64_C(1) << expr->field % 61;
    case AS_EXPR_EVENTS:
        return UINT64_C(1) << 61;
    case AS_EXPR_SCORE:
        return UINT64_C(1) << 62;
    case AS_EXPR_GROUP:
    case AS_EXPR_SEGMENT:
    case AS_EXPR_FUNCTION:
        return UINT64_C(1) << 63;
    case AS_EXPR_CALL:
        break;
    }
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            facts |= facts_of(expr->args[i].expr);
    return facts;
}

static bool exclude(struct as_extents *extents, const struct share *a, const struct share *b)
{
    if (a->when == NULL || b->when == NULL || (a->facts & b->facts) == 0)
        return false;
    const struct as_wish both[] = {{a->when, true, false}, {b->when, true, false}};
    return !as_possible(extents, both, 2);
}

/* Puts shares into families of which at most one can be had: a share joins the first family all of whose
 * members it excludes. */
static void find_families(struct as_extents *extents, struct share *shares, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        shares[i].with = i;
        for (uint32_t head = 0; head < i && shares[i].with == i; head++) {
            if (shares[head].with != head || shares[head].group != shares[i].group)
                continue;
            bool all = true;
            for (uint32_t j = head; j < i && all; j++)
                all = shares[j].with != head || exclude(extents, &shares[i], &shares[j]);
            if (all)
                shares[i].with = head;
        }
    }
}

/* The most that the rules of one group (AS_NO_INDEX: of none) can add up to, of each family the largest. */
static int64_t most_of_group(const struct share *shares, uint32_t n, uint32_t group)
{
    int64_t sum = 0;
    for (uint32_t head = 0; head < n; head++) {
        if (shares[head].with != head || shares[head].group != group)
            continue;
        int64_t largest = 0;
        for (uint32_t i = head; i < n; i++)
            if (shares[i].with == head && shares[i].points > largest)
                largest = shares[i].points;
        sum = sum + largest > AS_OPEN_POINTS ? AS_OPEN_POINTS : sum + largest;
    }
    return sum;
}

/* The highest sum of the rules, or, with sign -1, the lowest one's distance from 0. */
static int64_t most_of(struct as_extents *extents, const struct as_score_plan *plan, int sign)
{
    const struct as_score *score = plan->score;
    struct share *shares = as_arena_array(&extents->arena, plan->parts.n + 1u, sizeof *shares);
    if (shares == NULL)
        return AS_OPEN_POINTS;
    uint32_t n = 0;
    for (uint32_t i = 0; i < plan->parts.n; i++) {
        const struct as_part *part = &plan->parts.at[i];
        int64_t end = part->points != AS_NO_NODE ? (sign > 0 ? part->high : part->low) : part->amount;
        struct share share = {.points = end * sign, .when = part->rule->when, .group = part->group};
        if (share.points <= 0)
            continue;
        if (share.when != NULL) {
            const struct as_wish wish = {share.when, true, false};
            share.facts = facts_of(share.when);
            if (!as_possible(extents, &wish, 1))
                continue;
        }
        shares[n++] = share;
    }
    find_families(extents, shares, n);
    int64_t sum = most_of_group(shares, n, AS_NO_INDEX);
    for (uint32_t g = 0; g < score->groups.n; g++) {
        int64_t group = most_of_group(shares, n, g), cap = score->groups.at[g].cap;
        cap = cap < 0 ? -cap : cap;
        group = group > cap ? cap : group;
        sum = sum + group > AS_OPEN_POINTS ? AS_OPEN_POINTS : sum + group;
    }
    return sum;
}

static double in_points(int64_t milli)
{
    return milli >= AS_OPEN_POINTS ? INFINITY : milli <= -AS_OPEN_POINTS ? -INFINITY : (double)milli / 1000;
}

struct as_extent as_extent_of_score(struct as_extents *extents, const struct as_score *score)
{
    for (uint32_t i = 0; i < extents->scores.n; i++)
        if (extents->scores.at[i].score == score)
            return extents->scores.at[i].working ? anything : extents->scores.at[i].points;
    const struct as_score_plan *plan = as_plan_score_of(extents->plan, score);
    struct as_score_extent made = {.score = score, .points = anything, .working = true};
    uint32_t index = extents->scores.n;
    if (plan == NULL || !as_list_push(&extents->arena, &extents->scores, made))
        return anything;
    int64_t low = -most_of(extents, plan, -1), high = most_of(extents, plan, 1);
    if (score->has_cap) {
        high = high > score->cap ? score->cap : high;
        low = low > score->cap ? score->cap : low;
    }
    if (score->has_floor) {
        low = low < score->floor ? score->floor : low;
        high = high < score->floor ? score->floor : high;
    }
    made.points = (struct as_extent){in_points(low), in_points(high), false};
    made.working = false;
    extents->scores.at[index] = made;
    return made.points;
}
