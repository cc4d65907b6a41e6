/* Mutants of conditions: bounds, windows, joints, members of lists. A node is changed in place, so that all
 * places that share it change together, as they would in the file. */
#include "score/testing/mutation.h"
#include "score/testing/sums.h"
#include "score/tree/range.h"

#include "base/bits.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct as_schema *schema_of(const struct as_mutating *mutating)
{
    return mutating->pack->rules.schema;
}

/* The call without its receiver: `at_least(200)`; `all`: with it. */
static void say(struct as_buf *out, const struct as_mutating *mutating, const struct as_expr *expr, bool all)
{
    struct as_buf receiver = {0}, whole = {0};
    as_expr_source(&whole, expr, schema_of(mutating));
    if (!all && expr->kind == AS_EXPR_CALL)
        as_expr_source(&receiver, expr->args[0].expr, schema_of(mutating));
    size_t skip = receiver.n > 0 && receiver.n + 1 < whole.n ? receiver.n + 1 : 0;
    as_buf_bytes(out, whole.p + skip, whole.n - skip);
    as_buf_free(&receiver);
    as_buf_free(&whole);
}

void as_mutating_become(struct as_mutating *mutating, const struct as_expr *expr, const struct as_expr *made)
{
    struct as_buf before = {0}, after = {0};
    struct as_expr copy = *made;
    copy.id = expr->id;
    say(&before, mutating, expr, as_expr_joins(expr));
    say(&after, mutating, &copy, as_expr_joins(expr));
    as_mutating_add(mutating, mutating->pack->rules.nodes.at[expr->id], &copy, sizeof copy, as_buf_c(&before),
                    as_buf_c(&after));
    as_buf_free(&before);
    as_buf_free(&after);
}

static struct as_literal *copy_arguments(struct as_mutating *mutating, const struct as_expr *expr)
{
    struct as_literal *args = as_arena_array(&mutating->mutation->arena, expr->arg_count, sizeof *args);
    if (args != NULL)
        memcpy(args, expr->args, expr->arg_count * sizeof *args);
    else
        mutating->failed = true;
    return args;
}

void as_mutating_become_with(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i,
                             struct as_literal argument)
{
    struct as_expr made = *expr;
    struct as_literal *args = copy_arguments(mutating, expr);
    if (args == NULL)
        return;
    args[i] = argument;
    made.args = args;
    as_mutating_become(mutating, expr, &made);
}

/* --- bounds --- */

static struct as_range range_of(const struct as_expr *expr)
{
    uint32_t shape = expr->args[0].expr->shape;
    double scale = (shape & AS_SHAPE_SCORE) != 0 ? 1000 : (shape & AS_SHAPE_MONEY) != 0 ? 100 : 1;
    return as_range_of((enum as_kernel)expr->op->kernel, as_literal_number(&expr->args[1]),
                       expr->arg_count > 2 ? as_literal_number(&expr->args[2]) : 0, scale,
                       (shape & (AS_SHAPE_INTEGER | AS_SHAPE_MONEY | AS_SHAPE_SCORE)) != 0);
}

static bool range_same(const struct as_expr *expr, struct as_range a, struct as_range b)
{
    if ((expr->args[0].expr->shape & (AS_SHAPE_INTEGER | AS_SHAPE_MONEY | AS_SHAPE_SCORE)) != 0)
        return a.lo == b.lo && a.hi == b.hi;
    return memcmp(&a.flo, &b.flo, sizeof a.flo) == 0 && memcmp(&a.fhi, &b.fhi, sizeof a.fhi) == 0;
}

/* The smallest step that a person would write: one in the last decimal of the bound; a cent of money. */
static double step_of(const struct as_expr *expr, double bound)
{
    double step = 1;
    if ((expr->args[0].expr->shape & AS_SHAPE_MONEY) != 0)
        return 0.01;
    while (step > 1e-6 && fabs(bound / step - round(bound / step)) > 1e-9 * fmax(1, fabs(bound / step)))
        step /= 10;
    return step;
}

/* Whether no score that the rules can add up to lies in one range and not in the other. */
static bool same_points(const struct as_expr *receiver, struct as_range a, struct as_range b)
{
    if (receiver->kind != AS_EXPR_SCORE)
        return false;
    struct as_range low = a.lo < b.lo ? a : b, high = a.hi < b.hi ? a : b;
    int64_t first = a.lo < b.lo ? b.lo : a.lo, last = a.hi < b.hi ? b.hi : a.hi;
    return !(low.lo < first && as_score_reaches(receiver->score, low.lo, first - 1)) &&
           !(high.hi < last && as_score_reaches(receiver->score, high.hi + 1, last));
}

struct ranges {
    struct as_range at[8];
    uint32_t n;
};

/* Adds a comparison unless it lets the same pass as the author's or one before. */
static void compare(struct as_mutating *mutating, struct ranges *seen, const struct as_expr *expr,
                    const char *name, uint32_t i, double bound)
{
    struct as_expr made = *expr;
    struct as_literal *args = copy_arguments(mutating, expr);
    if (args == NULL)
        return;
    made.op = as_operator_find(expr->args[0].expr->shape, as_str_of(name));
    args[i] = bound == floor(bound) && fabs(bound) < 1e15
                  ? (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = (int64_t)bound}
                  : (struct as_literal){.kind = AS_LITERAL_NUMBER, .number = bound};
    made.args = args;
    if (made.op == NULL)
        return;
    struct as_range range = range_of(&made);
    if (same_points(expr->args[0].expr, seen->at[0], range)) {
        mutating->mutation->same++;
        return;
    }
    for (uint32_t k = 0; k < seen->n; k++)
        if (range_same(expr, seen->at[k], range)) {
            mutating->mutation->same += k == 0;
            return;
        }
    seen->at[seen->n++] = range;
    as_mutating_become(mutating, expr, &made);
}

static void change_bounds(struct as_mutating *mutating, const struct as_expr *expr)
{
    double a = as_literal_number(&expr->args[1]), step = step_of(expr, a);
    const char *name = expr->op->name;
    struct ranges seen = {.at = {range_of(expr)}, .n = 1};
    switch (expr->op->kernel) {
    case AS_KERNEL_AT_LEAST:
        compare(mutating, &seen, expr, "more_than", 1, a);
        compare(mutating, &seen, expr, name, 1, a - step);
        break;
    case AS_KERNEL_MORE_THAN:
        compare(mutating, &seen, expr, "at_least", 1, a);
        compare(mutating, &seen, expr, name, 1, a + step);
        break;
    case AS_KERNEL_AT_MOST:
        compare(mutating, &seen, expr, "less_than", 1, a);
        compare(mutating, &seen, expr, name, 1, a + step);
        break;
    case AS_KERNEL_LESS_THAN:
        compare(mutating, &seen, expr, "at_most", 1, a);
        compare(mutating, &seen, expr, name, 1, a - step);
        break;
    default:
        for (uint32_t i = 1; i < expr->arg_count; i++) {
            double bound = as_literal_number(&expr->args[i]);
            compare(mutating, &seen, expr, name, i, bound + step_of(expr, bound));
            compare(mutating, &seen, expr, name, i, bound - step_of(expr, bound));
        }
    }
}

/* The choice above and the one below. */
static void change_choice(struct as_mutating *mutating, const struct as_expr *expr)
{
    uint32_t origin = as_expr_origin(expr->args[0].expr);
    if (origin == AS_NO_INDEX || expr->args[1].kind != AS_LITERAL_TEXT)
        return;
    const struct as_field *field = schema_of(mutating)->fields.at[origin];
    for (uint32_t i = 0; i < field->choice_count; i++) {
        if (!as_str_is(expr->args[1].text, field->choices[i]))
            continue;
        if (i + 1 < field->choice_count)
            as_mutating_become_with(
                mutating, expr, 1,
                (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(field->choices[i + 1])});
        if (i > 0)
            as_mutating_become_with(
                mutating, expr, 1,
                (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(field->choices[i - 1])});
    }
}

/* --- windows, dates, lists --- */

static void change_days(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i)
{
    int64_t days = 0;
    struct as_error ignored = AS_ERROR_INIT;
    if (expr->args[i].kind != AS_LITERAL_TEXT || as_days_parse(&days, expr->args[i].text, &ignored) != AS_OK)
        return;
    for (int64_t step = 1; step >= -1; step -= 2) {
        const char *text = as_arena_printf(&mutating->mutation->arena, "%lldd", (long long)(days + step));
        if (text != NULL && days + step > 0)
            as_mutating_become_with(mutating, expr, i,
                                    (struct as_literal){.kind = AS_LITERAL_TEXT, .text = as_str_of(text)});
        mutating->failed = mutating->failed || text == NULL;
    }
}

static void change_date(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i)
{
    enum { DAY = 86400, ISO_DAY = 10 };
    int64_t seconds = 0;
    if (expr->args[i].kind != AS_LITERAL_TEXT || !as_time_parse(&seconds, NULL, expr->args[i].text))
        return;
    for (int64_t step = 1; step >= -1; step -= 2) {
        char text[AS_TIME_TEXT];
        as_time_format(text, as_day_of(seconds) * DAY + step * DAY);
        const char *day = as_arena_copy(&mutating->mutation->arena, text, ISO_DAY);
        if (day != NULL)
            as_mutating_become_with(mutating, expr, i,
                                    (struct as_literal){.kind = AS_LITERAL_TEXT, .text = {day, ISO_DAY}});
        mutating->failed = mutating->failed || day == NULL;
    }
}

/* A list loses each of its members in turn. */
static void shorten(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i)
{
    const struct as_literal *list = &expr->args[i];
    for (uint32_t k = 0; list->kind == AS_LITERAL_LIST && list->n > 1 && k < list->n; k++) {
        struct as_literal made = *list;
        made.items = as_arena_array(&mutating->mutation->arena, list->n, sizeof *made.items);
        if (made.items == NULL) {
            mutating->failed = true;
            return;
        }
        made.n = 0;
        for (uint32_t j = 0; j < list->n; j++)
            if (j != k)
                made.items[made.n++] = list->items[j];
        as_mutating_become_with(mutating, expr, i, made);
    }
}

static void change_arguments(struct as_mutating *mutating, const struct as_expr *expr)
{
    for (uint32_t i = 1; i < expr->arg_count && i <= AS_OPERATOR_ARGS; i++)
        switch (expr->op->args[i - 1]) {
        case AS_ARG_WINDOW:
        case AS_ARG_OPTIONAL_WINDOW:
            change_days(mutating, expr, i);
            break;
        case AS_ARG_DATE:
            change_date(mutating, expr, i);
            break;
        case AS_ARG_VALUES:
        case AS_ARG_TEXTS:
        case AS_ARG_ROLES:
            shorten(mutating, expr, i);
            break;
        default:
            break;
        }
}

/* --- joints --- */

/* The same join without its operand i; a join of one is that one. */
static void drop_operand(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i)
{
    struct as_expr made = *expr;
    struct as_literal *args = as_arena_array(&mutating->mutation->arena, expr->arg_count, sizeof *args);
    uint32_t n = 0;
    bool counted = expr->op->kernel == AS_KERNEL_AT_LEAST_OF;
    if (args == NULL) {
        mutating->failed = true;
        return;
    }
    for (uint32_t k = 0; k < expr->arg_count; k++)
        if (k != i)
            args[n++] = expr->args[k];
    if (counted && i == 0) { /* the count stands after the first operand */
        struct as_literal count = args[0];
        args[0] = args[1];
        args[1] = count;
    }
    made.args = args;
    made.arg_count = n;
    as_mutating_become(mutating, expr, !counted && n == 1 ? args[0].expr : &made);
}

static void change_join(struct as_mutating *mutating, const struct as_expr *expr)
{
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel == AS_KERNEL_NOT) {
        as_mutating_become(mutating, expr, expr->args[0].expr);
        return;
    }
    int64_t conditions = 0;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        conditions += expr->args[i].kind == AS_LITERAL_EXPR;
    if (kernel == AS_KERNEL_AT_LEAST_OF) {
        int64_t least = expr->args[1].integer;
        for (int64_t step = 1; step >= -1; step -= 2)
            if (least + step >= 1 && least + step <= conditions)
                as_mutating_become_with(
                    mutating, expr, 1,
                    (struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = least + step});
        conditions = conditions > least ? conditions : 0; /* fewer operands than the count: can never hold */
    } else {
        struct as_expr made = *expr;
        made.op = as_operator_find(AS_SHAPE_BOOLEAN, as_str_of(kernel == AS_KERNEL_AND ? "or" : "and"));
        as_mutating_become(mutating, expr, &made);
    }
    for (uint32_t i = 0; conditions > 1 && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            drop_operand(mutating, expr, i);
}

void as_mutating_expr(struct as_mutating *mutating, const struct as_expr *expr)
{
    if (as_bit(mutating->seen, expr->id) || expr->kind != AS_EXPR_CALL)
        return;
    as_bit_set(mutating->seen, expr->id);
    mutating->position = expr->position;
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (as_expr_joins(expr))
        change_join(mutating, expr);
    else if (kernel == AS_KERNEL_FIRST_KNOWN)
        for (uint32_t i = 0; expr->arg_count > 1 && i < expr->arg_count; i++)
            drop_operand(mutating, expr, i);
    else if (kernel >= AS_KERNEL_EQUAL && kernel <= AS_KERNEL_BETWEEN)
        change_bounds(mutating, expr);
    else if (kernel == AS_KERNEL_CHOICE_AT_LEAST || kernel == AS_KERNEL_CHOICE_AT_MOST)
        change_choice(mutating, expr);
    else {
        change_arguments(mutating, expr);
        as_mutating_leaf(mutating, expr);
    }
    for (uint32_t i = 0; i < expr->arg_count && !mutating->failed; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            as_mutating_expr(mutating, expr->args[i].expr);
}
