/* Whether conditions can come true together: a bounded search that splits them into suppositions about single
 * facts (supposition.c) and tries the alternatives one after the other. An unknown fact makes no condition
 * hold and none not hold, so that every supposition about a value supposes that it is known. */
#include "score/check/supposition.h"

#include <math.h>

/* Far above what people write; beyond them a condition counts as possible. */
enum { MOST_STEPS = 20000, MOST_DEPTH = 400, MOST_BRANCHES = 12 };

/* What is still to be supposed: a chain on the stack. `from`: the first part of & or | that is left. */
struct agenda {
    struct as_wish wish;
    uint32_t from;
    const struct agenda *next;
};

struct search {
    uint32_t steps, depth, branches;
};

static bool go_on(struct search *search, struct as_supposition *s, const struct agenda *agenda);

static double number_of(const struct as_literal *arg)
{
    return arg->kind == AS_LITERAL_INTEGER ? (double)arg->integer : arg->number;
}

/* The parts of a combination: the receiver, then the arguments from `first` on. */
static const struct as_expr *part_of(const struct as_expr *call, uint32_t i)
{
    return call->args[i].expr;
}

static bool all_of(struct search *search, struct as_supposition *s, const struct agenda *agenda)
{
    const struct as_wish *wish = &agenda->wish;
    struct agenda rest = *agenda;
    rest.from++;
    struct agenda first = {{part_of(wish->expr, agenda->from), wish->holds, false},
                           0,
                           rest.from < wish->expr->arg_count ? &rest : agenda->next};
    return go_on(search, s, &first);
}

/* A copy of all suppositions is large: kept out of the frames of those who call it. */
static __attribute__((noinline)) bool any_of(struct search *search, struct as_supposition *s,
                                             const struct agenda *agenda)
{
    const struct as_wish *wish = &agenda->wish;
    if (search->branches == MOST_BRANCHES)
        return true;
    search->branches++;
    bool possible = false;
    for (uint32_t i = 0; i < wish->expr->arg_count && !possible; i++) {
        struct as_supposition copy = *s;
        struct agenda one = {{part_of(wish->expr, i), wish->holds, false}, 0, agenda->next};
        possible = go_on(search, &copy, &one);
    }
    search->branches--;
    return possible;
}

/* --- numbers, counts and dates --- */

static int64_t window_of(const struct as_expr *call)
{
    int64_t days = 0;
    struct as_error ignored = AS_ERROR_INIT;
    if (call->arg_count > 1 && call->args[1].kind == AS_LITERAL_TEXT)
        as_days_parse(&days, call->args[1].text, &ignored);
    return days;
}

static bool suppose_bounds(struct as_supposition *s, const struct as_expr *key, struct as_bounds bounds,
                           bool today)
{
    if (key->kind == AS_EXPR_CALL && key->op->kernel == AS_KERNEL_COUNT)
        return as_suppose_count(s, key->args[0].expr, window_of(key), bounds);
    return as_suppose_number(s, key, bounds, today);
}

/* Below or above the bounds. */
static __attribute__((noinline)) bool beside(struct search *search, struct as_supposition *s,
                                             const struct agenda *agenda, struct as_bounds below,
                                             struct as_bounds above, bool today)
{
    const struct as_expr *key = agenda->wish.expr->args[0].expr;
    if (search->branches == MOST_BRANCHES)
        return true;
    search->branches++;
    struct as_supposition copy = *s;
    bool possible = (suppose_bounds(&copy, key, below, today) && go_on(search, &copy, agenda->next)) ||
                    (suppose_bounds(s, key, above, today) && go_on(search, s, agenda->next));
    search->branches--;
    return possible;
}

static bool within(struct search *search, struct as_supposition *s, const struct agenda *agenda,
                   struct as_bounds bounds, bool today)
{
    const struct as_expr *key = agenda->wish.expr->args[0].expr;
    if (agenda->wish.holds)
        return suppose_bounds(s, key, bounds, today) && go_on(search, s, agenda->next);
    const struct as_bounds below = {-INFINITY, bounds.low, false, !bounds.low_out},
                           above = {bounds.high, INFINITY, !bounds.high_out, false};
    if (isinf(bounds.low))
        return suppose_bounds(s, key, above, today) && go_on(search, s, agenda->next);
    if (isinf(bounds.high))
        return suppose_bounds(s, key, below, today) && go_on(search, s, agenda->next);
    return beside(search, s, agenda, below, above, today);
}

static struct as_bounds from(double low, bool out)
{
    return (struct as_bounds){low, INFINITY, out, false};
}

static struct as_bounds up_to(double high, bool out)
{
    return (struct as_bounds){-INFINITY, high, false, out};
}

static bool compare(struct search *search, struct as_supposition *s, const struct agenda *agenda)
{
    const struct as_expr *call = agenda->wish.expr;
    double a = number_of(&call->args[1]);
    switch (call->op->kernel) {
    case AS_KERNEL_AT_LEAST:
        return within(search, s, agenda, from(a, false), false);
    case AS_KERNEL_MORE_THAN:
        return within(search, s, agenda, from(a, true), false);
    case AS_KERNEL_AT_MOST:
        return within(search, s, agenda, up_to(a, false), false);
    case AS_KERNEL_LESS_THAN:
        return within(search, s, agenda, up_to(a, true), false);
    case AS_KERNEL_BETWEEN:
        return within(search, s, agenda, (struct as_bounds){a, number_of(&call->args[2]), false, false},
                      false);
    default:
        break;
    }
    if (agenda->wish.holds)
        return within(search, s, agenda, (struct as_bounds){a, a, false, false}, false);
    const struct as_expr *key = call->args[0].expr;
    bool count = key->kind == AS_EXPR_CALL && key->op->kernel == AS_KERNEL_COUNT;
    return (count ? within(search, s, agenda, (struct as_bounds){a, a, false, false}, false)
                  : as_suppose_not_number(s, key, a) && go_on(search, s, agenda->next));
}

static bool date(struct search *search, struct as_supposition *s, const struct agenda *agenda)
{
    const struct as_expr *call = agenda->wish.expr;
    int64_t seconds = 0, days = 0;
    struct as_error ignored = AS_ERROR_INIT;
    struct as_str text = call->args[1].text;
    if (call->op->kernel == AS_KERNEL_IN_NEXT || call->op->kernel == AS_KERNEL_IN_LAST) {
        if (as_days_parse(&days, text, &ignored) != AS_OK)
            return true;
        bool next = call->op->kernel == AS_KERNEL_IN_NEXT;
        struct as_bounds bounds = {next ? 0 : -(double)(days - 1), next ? (double)(days - 1) : 0, false,
                                   false};
        return within(search, s, agenda, bounds, true);
    }
    if (!as_time_parse(&seconds, NULL, text))
        return true;
    double day = (double)as_day_of(seconds);
    if (call->op->kernel == AS_KERNEL_BEFORE)
        return within(search, s, agenda, up_to(day, true), false);
    if (call->op->kernel == AS_KERNEL_AFTER)
        return within(search, s, agenda, from(day, true), false);
    return within(search, s, agenda, (struct as_bounds){day, day, false, false}, false);
}

/* --- everything --- */

/* A condition that is true or not, as a whole. What it reads must be known, unless it asks for just that or
 * counts. */
static bool as_a_whole(struct as_supposition *s, const struct as_wish *wish)
{
    const struct as_expr *call = wish->expr;
    if (!as_suppose_truth(s, call, wish->holds))
        return false;
    if (call->kind != AS_EXPR_CALL || call->args[0].kind != AS_LITERAL_EXPR)
        return true;
    const struct as_expr *receiver = call->args[0].expr;
    bool fact = (receiver->kind == AS_EXPR_FIELD || receiver->kind == AS_EXPR_ANSWER) &&
                call->op->kernel != AS_KERNEL_AT_LEAST_OF;
    bool reads_value = call->op->args[0] != AS_ARG_END || call->op->kernel == AS_KERNEL_IS_FREEMAIL ||
                       call->op->kernel == AS_KERNEL_IS_DISPOSABLE;
    bool of_answer = (call->op->on & AS_SHAPE_ANSWER) != 0;
    return !fact || !reads_value || of_answer || as_suppose_known(s, receiver, true);
}

static bool call(struct search *search, struct as_supposition *s, const struct agenda *agenda)
{
    const struct as_wish *wish = &agenda->wish;
    const struct as_expr *expr = wish->expr, *receiver = expr->args[0].expr;
    bool holds = wish->holds, fine;
    switch (expr->op->kernel) {
    case AS_KERNEL_AND:
        return holds ? all_of(search, s, agenda) : any_of(search, s, agenda);
    case AS_KERNEL_OR:
        return holds ? any_of(search, s, agenda) : all_of(search, s, agenda);
    case AS_KERNEL_NOT:
    case AS_KERNEL_TRUE:
    case AS_KERNEL_FALSE: {
        bool same = expr->op->kernel == AS_KERNEL_TRUE;
        struct agenda inner = {{receiver, same ? holds : !holds, false}, 0, agenda->next};
        return go_on(search, s, &inner);
    }
    case AS_KERNEL_KNOWN:
    case AS_KERNEL_UNKNOWN:
        fine = as_suppose_known(s, receiver, (expr->op->kernel == AS_KERNEL_KNOWN) == holds);
        break;
    case AS_KERNEL_EQUAL:
    case AS_KERNEL_AT_LEAST:
    case AS_KERNEL_AT_MOST:
    case AS_KERNEL_MORE_THAN:
    case AS_KERNEL_LESS_THAN:
    case AS_KERNEL_BETWEEN:
        return compare(search, s, agenda);
    case AS_KERNEL_ON:
    case AS_KERNEL_BEFORE:
    case AS_KERNEL_AFTER:
    case AS_KERNEL_IN_NEXT:
    case AS_KERNEL_IN_LAST:
        return date(search, s, agenda);
    case AS_KERNEL_SEEN:
        fine = as_suppose_count(s, receiver, window_of(expr), holds ? from(1, false) : up_to(0, false));
        break;
    case AS_KERNEL_IS:
    case AS_KERNEL_ONE_OF:
        fine = as_suppose_values(s, receiver, &expr->args[1], holds);
        break;
    case AS_KERNEL_CHOICE_AT_LEAST:
        fine = as_suppose_choice(s, receiver, expr->args[1].text, holds, holds);
        break;
    case AS_KERNEL_CHOICE_AT_MOST:
        fine = as_suppose_choice(s, receiver, expr->args[1].text, !holds, holds);
        break;
    case AS_KERNEL_INCLUDES:
    case AS_KERNEL_EXCLUDES:
        fine = as_suppose_known(s, receiver, true) && as_a_whole(s, wish);
        break;
    default:
        fine = as_a_whole(s, wish);
    }
    return fine && go_on(search, s, agenda->next);
}

static bool go_on(struct search *search, struct as_supposition *s, const struct agenda *agenda)
{
    if (agenda == NULL || ++search->steps > MOST_STEPS || search->depth == MOST_DEPTH)
        return true;
    const struct as_wish *wish = &agenda->wish;
    bool possible;
    search->depth++;
    if (wish->unknown)
        possible = as_suppose_known(s, wish->expr, false) && go_on(search, s, agenda->next);
    else if (wish->expr->kind == AS_EXPR_CALL)
        possible = call(search, s, agenda);
    else
        possible = as_suppose_truth(s, wish->expr, wish->holds) && go_on(search, s, agenda->next);
    search->depth--;
    return possible;
}

bool as_possible(struct as_extents *extents, const struct as_wish *wishes, uint32_t n)
{
    enum { MOST_WISHES = 64 };
    struct agenda agenda[MOST_WISHES];
    if (n == 0 || n > MOST_WISHES)
        return true;
    for (uint32_t i = 0; i < n; i++)
        agenda[i] = (struct agenda){wishes[i], 0, i + 1 < n ? &agenda[i + 1] : NULL};
    struct search search = {0};
    struct as_supposition s;
    as_suppose_nothing(&s, extents);
    return go_on(&search, &s, agenda);
}
