/* Compares nodes by what they say. The parts of `a & b` are compared as sets, because nobody remembers in
 * which order they were written. */
#include "score/check/sameness.h"

#include "score/tree/operator.h"

static bool same_literal(const struct as_literal *a, const struct as_literal *b)
{
    if (a->kind != b->kind) {
        if ((a->kind == AS_LITERAL_INTEGER && b->kind == AS_LITERAL_NUMBER))
            return (double)a->integer == b->number;
        return a->kind == AS_LITERAL_NUMBER && b->kind == AS_LITERAL_INTEGER &&
               a->number == (double)b->integer;
    }
    switch (a->kind) {
    case AS_LITERAL_NONE:
        return true;
    case AS_LITERAL_BOOLEAN:
        return a->boolean == b->boolean;
    case AS_LITERAL_INTEGER:
        return a->integer == b->integer;
    case AS_LITERAL_NUMBER:
        return a->number == b->number;
    case AS_LITERAL_TEXT:
        return as_str_eq(a->text, b->text);
    case AS_LITERAL_EXPR:
        return as_expr_same(a->expr, b->expr);
    case AS_LITERAL_LIST:
    case AS_LITERAL_MAP:
        break;
    }
    if (a->n != b->n)
        return false;
    for (uint32_t i = 0; i < a->n; i++)
        if (!same_literal(&a->items[i], &b->items[i]) ||
            (a->kind == AS_LITERAL_MAP && !as_str_eq(a->keys[i], b->keys[i])))
            return false;
    return true;
}

/* Every part of one is a part of the other. */
static bool covers(const struct as_expr *a, const struct as_expr *b)
{
    for (uint32_t i = 0; i < a->arg_count; i++) {
        bool found = false;
        for (uint32_t j = 0; j < b->arg_count && !found; j++)
            found = same_literal(&a->args[i], &b->args[j]);
        if (!found)
            return false;
    }
    return true;
}

static bool same_call(const struct as_expr *a, const struct as_expr *b)
{
    if (a->op != b->op || a->arg_count != b->arg_count)
        return false;
    if (a->op->kernel == AS_KERNEL_AND || a->op->kernel == AS_KERNEL_OR)
        return covers(a, b) && covers(b, a);
    for (uint32_t i = 0; i < a->arg_count; i++)
        if (!same_literal(&a->args[i], &b->args[i]))
            return false;
    return true;
}

bool as_expr_same(const struct as_expr *a, const struct as_expr *b)
{
    if (a == b)
        return true;
    if (a->kind != b->kind || a->level != b->level)
        return false;
    switch (a->kind) {
    case AS_EXPR_FIELD:
    case AS_EXPR_ANSWER:
        return a->field == b->field && a->via == b->via;
    case AS_EXPR_EVENTS:
        if (a->kind_first != b->kind_first || (a->where == NULL) != (b->where == NULL))
            return false;
        return a->where == NULL || same_literal(a->where, b->where);
    case AS_EXPR_SCORE:
        return a->score == b->score;
    case AS_EXPR_GROUP:
    case AS_EXPR_SEGMENT:
        return true;
    case AS_EXPR_FUNCTION:
        return a->function == b->function;
    case AS_EXPR_CALL:
        return same_call(a, b);
    }
    return false;
}
