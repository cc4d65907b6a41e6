/* Mutants of single conditions: the opposite, and patterns without one of their words or one of their word
 * borders. */
#include "score/testing/mutation.h"
#include "score/tree/operator.h"

#include <string.h>

/* Operators that say the other thing about the same fact, with the same arguments. */
static const char *opposite(enum as_kernel kernel)
{
    switch (kernel) {
    case AS_KERNEL_KNOWN:
        return "unknown";
    case AS_KERNEL_UNKNOWN:
    case AS_KERNEL_ACKNOWLEDGED:
        return "known";
    case AS_KERNEL_TRUE:
        return "is_false";
    case AS_KERNEL_FALSE:
        return "is_true";
    case AS_KERNEL_INCLUDES:
        return "excludes";
    case AS_KERNEL_EXCLUDES:
        return "includes";
    case AS_KERNEL_STATED:
        return "inferred";
    case AS_KERNEL_INFERRED:
        return "stated";
    case AS_KERNEL_EVERY:
        return "some";
    case AS_KERNEL_SOME:
        return "every";
    case AS_KERNEL_BEFORE:
        return "after";
    case AS_KERNEL_AFTER:
        return "before";
    case AS_KERNEL_IN_NEXT:
        return "in_last";
    case AS_KERNEL_IN_LAST:
        return "in_next";
    default:
        return NULL;
    }
}

/* Conditions that have no opposite but "not". */
static bool is_negated(const struct as_expr *expr)
{
    switch ((enum as_kernel)expr->op->kernel) {
    case AS_KERNEL_IS:
    case AS_KERNEL_IN_LIST:
    case AS_KERNEL_IS_FREEMAIL:
    case AS_KERNEL_IS_DISPOSABLE:
    case AS_KERNEL_STARTS_WITH:
    case AS_KERNEL_ENDS_WITH:
    case AS_KERNEL_CONTAINS:
    case AS_KERNEL_HAS_WORD:
    case AS_KERNEL_REFERS_TO:
    case AS_KERNEL_CONFIRMED_BY:
        return true;
    case AS_KERNEL_SEEN:
        return expr->arg_count == 1; /* a window is changed by a day */
    default:
        return false;
    }
}

/* The node becomes "not" of a copy of itself. The copy is a node of the pack, so that it has a number of its
 * own. */
static void negate(struct as_mutating *mutating, const struct as_expr *expr)
{
    struct as_rules *rules = &mutating->pack->rules;
    struct as_expr made = *expr, *copy = as_arena_alloc(&rules->arena, sizeof *copy);
    struct as_literal *args = as_arena_array(&mutating->mutation->arena, 1, sizeof *args);
    if (copy == NULL || args == NULL) {
        mutating->failed = true;
        return;
    }
    *copy = *expr;
    copy->id = rules->nodes.n;
    args[0] = (struct as_literal){.kind = AS_LITERAL_EXPR, .expr = copy};
    made.op = as_operator_find(AS_SHAPE_BOOLEAN, AS_STR("not"));
    made.args = args;
    made.arg_count = 1;
    made.depth = (uint16_t)(expr->depth + 1);
    if (!as_list_push(&rules->arena, &rules->nodes, copy))
        mutating->failed = true;
    else
        as_mutating_become(mutating, expr, &made);
}

/* --- patterns --- */

/* The alternatives of a pattern that stand outside its brackets. */
struct alternatives {
    struct as_str at[64];
    uint32_t n;
};

static void cut_alternatives(struct alternatives *out, struct as_str pattern)
{
    size_t from = 0;
    int depth = 0;
    bool in_class = false;
    out->n = 0;
    for (size_t i = 0; i <= pattern.n; i++) {
        char c = i < pattern.n ? pattern.p[i] : '|';
        if (c == '\\' && i < pattern.n) {
            i++;
            continue;
        }
        if (in_class) {
            in_class = c != ']' || i == pattern.n;
            if (i < pattern.n)
                continue;
        }
        in_class = c == '[';
        depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c != '|' || (depth > 0 && i < pattern.n))
            continue;
        if (out->n < sizeof out->at / sizeof *out->at)
            out->at[out->n++] = (struct as_str){pattern.p + from, i - from};
        from = i + 1;
    }
}

/* The pattern with alternative i as `instead`; dropped when that is empty. */
static void become_pattern(struct as_mutating *mutating, const struct as_expr *expr,
                           const struct alternatives *all, uint32_t i, struct as_str instead)
{
    struct as_buf text = {0};
    for (uint32_t k = 0; k < all->n; k++) {
        struct as_str part = k == i ? instead : all->at[k];
        if (k == i && instead.n == 0)
            continue;
        as_buf_text(&text, text.n > 0 ? "|" : "");
        as_buf_str(&text, part);
    }
    const char *copy = as_arena_copy(&mutating->mutation->arena, as_buf_c(&text), text.n);
    if (copy == NULL || text.failed)
        mutating->failed = true;
    else
        as_mutating_become_with(mutating, expr, 1,
                                (struct as_literal){.kind = AS_LITERAL_TEXT, .text = {copy, text.n}});
    as_buf_free(&text);
}

static void change_pattern(struct as_mutating *mutating, const struct as_expr *expr)
{
    struct alternatives all;
    cut_alternatives(&all, expr->args[1].text);
    for (uint32_t i = 0; i < all.n; i++) {
        struct as_buf open = {0};
        struct as_str part = all.at[i];
        if (all.n > 1)
            become_pattern(mutating, expr, &all, i, (struct as_str){NULL, 0});
        for (size_t k = 0; k < part.n; k++)
            if (part.p[k] == '\\' && k + 1 < part.n && part.p[k + 1] == 'b')
                k++;
            else
                as_buf_char(&open, part.p[k]);
        if (open.n > 0 && open.n < part.n)
            become_pattern(mutating, expr, &all, i, (struct as_str){as_buf_c(&open), open.n});
        as_buf_free(&open);
    }
    if (all.n == 1)
        negate(mutating, expr);
}

void as_mutating_leaf(struct as_mutating *mutating, const struct as_expr *expr)
{
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    const char *other = opposite(kernel);
    if (kernel == AS_KERNEL_MATCHES) {
        change_pattern(mutating, expr);
    } else if (other != NULL) {
        struct as_expr made = *expr;
        made.op = as_operator_find(expr->args[0].expr->shape, as_str_of(other));
        if (made.op != NULL)
            as_mutating_become(mutating, expr, &made);
    } else if (is_negated(expr)) {
        negate(mutating, expr);
    }
}
