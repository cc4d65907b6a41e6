/* What is missing: a walk down the tree of a condition that does not hold, to the leaves that keep it so. */
#include "score/model/missing.h"

#include "score/tree/operator.h"

/* A walk in progress. Leaves of the wanted kind are appended; the caller walks twice, unknown ones first. */
struct walk {
    const struct as_trace *trace;
    const struct as_criterion *criterion;
    struct as_missing *out;
    uint32_t most, n, first; /* first: where this criterion's leaves begin */
    bool unknown;            /* collects unknown leaves, else definite ones */
    enum as_level level;     /* where the condition stands */
};

static void walk(struct walk *w, const struct as_expr *expr, uint32_t depth);

/* The first question in the condition, walking through receivers and what stands inside group operators. */
static const struct as_expr *answer_in(const struct as_expr *expr, uint32_t depth)
{
    if (expr->kind == AS_EXPR_ANSWER)
        return expr;
    const struct as_expr *found = NULL;
    for (uint32_t i = 0;
         expr->kind == AS_EXPR_CALL && found == NULL && depth < AS_MAX_EXPR_DEPTH && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            found = answer_in(expr->args[i].expr, depth + 1);
    return found;
}

static void add(struct walk *w, const struct as_expr *leaf, enum as_tri state)
{
    if ((state != AS_NO) != w->unknown)
        return;
    for (uint32_t i = w->first; i < w->n && i < w->most; i++)
        if (w->out[i].leaf == leaf)
            return;
    if (w->n < w->most) {
        const struct as_expr *answer = answer_in(leaf, 0);
        const struct as_schema *schema = as_plan_pack(as_trace_plan(w->trace))->rules.schema;
        const char *ask = answer != NULL ? schema->fields.at[answer->field]->ask : NULL;
        w->out[w->n] = (struct as_missing){w->criterion, leaf, state, ask};
    }
    w->n++;
}

static void walk_arguments(struct walk *w, const struct as_expr *expr, uint32_t depth)
{
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            walk(w, expr->args[i].expr, depth + 1);
}

/* The rules of a score that cannot be decided are what leaves a comparison with it open. */
static void walk_score(struct walk *w, const struct as_score *score, uint32_t depth)
{
    enum as_level level = w->level;
    w->level = AS_LEVEL_LEAD;
    for (uint32_t i = 0; i < score->rules.n; i++) {
        const struct as_rule *rule = score->rules.at[i];
        if (rule->when != NULL && as_trace_state_at(w->trace, rule->when, AS_LEVEL_LEAD) >= AS_UNKNOWN)
            walk(w, rule->when, depth + 1);
    }
    w->level = level;
}

static void walk(struct walk *w, const struct as_expr *expr, uint32_t depth)
{
    enum as_tri state = as_trace_state_at(w->trace, expr, w->level);
    if (state == AS_YES || depth > AS_MAX_EXPR_DEPTH)
        return;
    if (expr->kind != AS_EXPR_CALL) {
        add(w, expr, state);
        return;
    }
    switch ((enum as_kernel)expr->op->kernel) {
    case AS_KERNEL_AND:
    case AS_KERNEL_OR:
    case AS_KERNEL_AT_LEAST_OF:
        walk_arguments(w, expr, depth);
        return;
    case AS_KERNEL_NOT:
        /* What is unknown inside settles it; what holds inside blocks as a whole. */
        if (state == AS_NO)
            add(w, expr, state);
        else
            walk_arguments(w, expr, depth);
        return;
    default:
        add(w, expr, state);
        if (state != AS_NO && expr->arg_count > 0 && expr->args[0].kind == AS_LITERAL_EXPR &&
            expr->args[0].expr->kind == AS_EXPR_SCORE)
            walk_score(w, expr->args[0].expr->score, depth);
    }
}

static void collect(struct walk *w, const struct as_criterion *criterion, const struct as_expr *condition)
{
    w->criterion = criterion;
    w->first = w->n;
    w->unknown = true;
    walk(w, condition, 0);
    w->unknown = false;
    walk(w, condition, 0);
}

uint32_t as_missing_for(struct as_missing *out, uint32_t most, const struct as_trace *trace,
                        const struct as_gate *gate)
{
    struct walk w = {.trace = trace, .out = out, .most = most, .level = gate->level};
    for (uint32_t i = 0; i < gate->criteria.n; i++)
        collect(&w, &gate->criteria.at[i], gate->criteria.at[i].when);
    return w.n;
}

uint32_t as_missing_in(struct as_missing *out, uint32_t most, const struct as_trace *trace,
                       const struct as_expr *condition, enum as_level level)
{
    struct walk w = {.trace = trace, .out = out, .most = most, .level = level};
    collect(&w, NULL, condition);
    return w.n;
}
