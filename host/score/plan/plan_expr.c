/* From expressions to nodes: levels, combinations, ranges, predicates. Money, answers and the group are
 * compiled by plan_fact.c, features of events by plan_feature.c, scores by plan_score.c; equal nodes are
 * found by plan_build.c. */
#include "score/plan/plan_node.h"
#include "score/tree/range.h"

#include <math.h>
#include <string.h>

static enum as_status fail(const struct as_expr *expr, struct as_error *error)
{
    return as_error_at(error, expr->position.file, expr->position.line);
}

static enum as_rep rep_of(enum as_type type)
{
    switch (type) {
    case AS_TYPE_BOOLEAN:
        return AS_REP_BITS;
    case AS_TYPE_INTEGER:
    case AS_TYPE_MONEY:
    case AS_TYPE_DATE:
        return AS_REP_I64;
    case AS_TYPE_NUMBER:
        return AS_REP_F64;
    default:
        return AS_REP_CODE;
    }
}

/* --- facts --- */

static enum as_status compile_fact(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                   struct as_context context, struct as_error *error)
{
    enum as_type type = plan->schema->fields.at[expr->field]->type;
    struct as_node node = as_node_like(AS_NODE_FACT, rep_of(type), context.level, expr);
    node.field = expr->field;
    node.via = expr->via;
    return as_plan_add(out, plan, &node, NULL, 0, error);
}

/* --- ranges --- */

static double scale_of(const struct as_plan *plan, const struct as_expr *receiver, uint32_t node)
{
    if (plan->nodes.at[node].rep == AS_REP_SCORE)
        return 1000;
    return (receiver->shape & AS_SHAPE_MONEY) != 0 ? 100 : 1;
}

static enum as_status compile_range(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                    uint32_t in, struct as_context context, struct as_error *error)
{
    struct as_node node = as_node_like(AS_NODE_RANGE, AS_REP_BITS, context.level, expr);
    double scale = scale_of(plan, expr->args[0].expr, in);
    struct as_range range = as_range_of((enum as_kernel)expr->op->kernel, as_literal_number(&expr->args[1]),
                                        expr->arg_count > 2 ? as_literal_number(&expr->args[2]) : 0, scale,
                                        plan->nodes.at[in].rep != AS_REP_F64);
    node.lo = range.lo;
    node.hi = range.hi;
    node.flo = range.flo;
    node.fhi = range.fhi;
    return as_plan_add(out, plan, &node, &in, 1, error);
}

static enum as_status compile_date(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                   uint32_t in, struct as_context context, struct as_error *error)
{
    struct as_node node = as_node_like(AS_NODE_RANGE, AS_REP_BITS, context.level, expr);
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    int64_t seconds = 0, days = 0;
    node.lo = INT64_MIN;
    node.hi = INT64_MAX;
    if (kernel == AS_KERNEL_IN_NEXT || kernel == AS_KERNEL_IN_LAST) {
        if (as_days_parse(&days, expr->args[1].text, error) != AS_OK)
            return fail(expr, error);
        node.relative = true;
        node.lo = kernel == AS_KERNEL_IN_NEXT ? 0 : 1 - days;
        node.hi = kernel == AS_KERNEL_IN_NEXT ? days - 1 : 0;
        return as_plan_add(out, plan, &node, &in, 1, error);
    }
    if (!as_time_parse(&seconds, NULL, expr->args[1].text)) {
        as_error_set(error, AS_ERR_RULE, "\"%.*s\" is no date", (int)expr->args[1].text.n,
                     expr->args[1].text.p);
        return fail(expr, error);
    }
    int64_t day = as_day_of(seconds);
    if (kernel != AS_KERNEL_BEFORE)
        node.lo = kernel == AS_KERNEL_AFTER ? day + 1 : day;
    if (kernel != AS_KERNEL_AFTER)
        node.hi = kernel == AS_KERNEL_BEFORE ? day - 1 : day;
    return as_plan_add(out, plan, &node, &in, 1, error);
}

/* --- combinations --- */

static enum as_status compile_many(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                   struct as_context context, struct as_error *error)
{
    static const enum as_node_kind kinds[] = {[AS_KERNEL_AND] = AS_NODE_AND,
                                              [AS_KERNEL_OR] = AS_NODE_OR,
                                              [AS_KERNEL_AT_LEAST_OF] = AS_NODE_AT_LEAST_OF,
                                              [AS_KERNEL_FIRST_KNOWN] = AS_NODE_FIRST_KNOWN};
    uint32_t *in = as_arena_array(&plan->arena, expr->arg_count, sizeof *in), n = 0;
    if (in == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < expr->arg_count; i++) {
        if (expr->args[i].kind != AS_LITERAL_EXPR)
            continue;
        enum as_status status = as_plan_compile(&in[n++], plan, expr->args[i].expr, context, error);
        if (status != AS_OK)
            return status;
    }
    struct as_node node =
        as_node_like(kinds[expr->op->kernel], plan->nodes.at[in[0]].rep, context.level, expr);
    if (node.kind == AS_NODE_AT_LEAST_OF)
        node.count = (uint32_t)expr->args[1].integer;
    return as_plan_add(out, plan, &node, in, n, error);
}

static enum as_status compile_not(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                  uint32_t in, struct as_context context, struct as_error *error)
{
    return as_plan_add_unary(out, plan, AS_NODE_NOT, AS_REP_BITS, context.level, expr, in, error);
}

/* --- the whole --- */

/* What stands on a receiver of which one value a row is computed first. */
static enum as_status compile_on_receiver(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                          struct as_context context, struct as_error *error)
{
    const enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    uint32_t in;
    const struct as_expr *receiver = expr->args[0].expr;
    enum as_status status;
    if (receiver->kind == AS_EXPR_FUNCTION && kernel >= AS_KERNEL_EQUAL && kernel <= AS_KERNEL_BETWEEN)
        status = as_plan_function(&in, plan, receiver, AS_REP_F64, AS_NO_NODE, error);
    else
        status = as_plan_compile(&in, plan, receiver, context, error);
    if (status != AS_OK)
        return status;
    switch (kernel) {
    case AS_KERNEL_NOT:
    case AS_KERNEL_FALSE:
        return compile_not(out, plan, expr, in, context, error);
    case AS_KERNEL_TRUE:
        *out = in;
        return AS_OK;
    case AS_KERNEL_KNOWN:
        return as_plan_add_unary(out, plan, AS_NODE_KNOWN, AS_REP_BITS, context.level, expr, in, error);
    case AS_KERNEL_UNKNOWN:
        status = as_plan_add_unary(&in, plan, AS_NODE_KNOWN, AS_REP_BITS, context.level, expr, in, error);
        return status != AS_OK ? status : compile_not(out, plan, expr, in, context, error);
    case AS_KERNEL_EQUAL:
    case AS_KERNEL_AT_LEAST:
    case AS_KERNEL_AT_MOST:
    case AS_KERNEL_MORE_THAN:
    case AS_KERNEL_LESS_THAN:
    case AS_KERNEL_BETWEEN:
        return compile_range(out, plan, expr, in, context, error);
    case AS_KERNEL_ON:
    case AS_KERNEL_BEFORE:
    case AS_KERNEL_AFTER:
    case AS_KERNEL_IN_NEXT:
    case AS_KERNEL_IN_LAST:
        return compile_date(out, plan, expr, in, context, error);
    case AS_KERNEL_DAYS_SINCE:
        return as_plan_add_unary(out, plan, AS_NODE_SINCE, AS_REP_I64, context.level, expr, in, error);
    case AS_KERNEL_DOMAIN:
        return as_plan_add_unary(out, plan, AS_NODE_DOMAIN, AS_REP_CODE, context.level, expr, in, error);
    default:
        return as_plan_add_unary(out, plan, AS_NODE_PREDICATE, AS_REP_BITS, context.level, expr, in, error);
    }
}

static enum as_status compile_call(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                   struct as_context context, struct as_error *error)
{
    switch ((enum as_kernel)expr->op->kernel) {
    case AS_KERNEL_AND:
    case AS_KERNEL_OR:
    case AS_KERNEL_AT_LEAST_OF:
    case AS_KERNEL_FIRST_KNOWN:
        return compile_many(out, plan, expr, context, error);
    case AS_KERNEL_IN_CURRENCY:
        return as_plan_currency(out, plan, expr->args[0].expr, expr, context, error);
    case AS_KERNEL_ACKNOWLEDGED:
        return as_plan_acknowledged(out, plan, expr, context, error);
    case AS_KERNEL_CONFIRMED_BY:
    case AS_KERNEL_STATED:
    case AS_KERNEL_INFERRED:
        return as_plan_side(out, plan, expr, context, error);
    case AS_KERNEL_COUNT:
    case AS_KERNEL_SUM:
    case AS_KERNEL_SEEN:
    case AS_KERNEL_SINCE_LAST:
    case AS_KERNEL_FIRST:
    case AS_KERNEL_LAST:
    case AS_KERNEL_DISTINCT_DAYS:
        return as_plan_feature(out, plan, expr, context, error);
    case AS_KERNEL_EVERY:
    case AS_KERNEL_SOME:
    case AS_KERNEL_COVERS:
    case AS_KERNEL_COVERAGE:
    case AS_KERNEL_SIZE:
        return as_plan_group(out, plan, expr, context, error);
    case AS_KERNEL_REFERS_TO:
        return as_plan_reference(out, plan, expr, context, error);
    default:
        return compile_on_receiver(out, plan, expr, context, error);
    }
}

static enum as_status upward(const struct as_plan *plan, const struct as_expr *expr, struct as_error *error)
{
    struct as_buf text = {.max = AS_ERROR_WHAT};
    as_expr_source(&text, expr, plan->schema);
    as_error_set(error, AS_ERR_RULE, "%s is a fact of one lead, but the account is asked here",
                 as_buf_c(&text));
    as_buf_free(&text);
    as_error_advise(error, "ask its members: account.group:some(…) or account.group:every(…)%s",
                    (expr->shape & AS_SHAPE_ANSWER) != 0 ? "; or declare the answer with scope = \"account\""
                                                         : "");
    return fail(expr, error);
}

static enum as_status compile_node(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                                   struct as_context context, struct as_error *error)
{
    switch (expr->kind) {
    case AS_EXPR_FIELD:
    case AS_EXPR_ANSWER:
        return compile_fact(out, plan, expr, context, error);
    case AS_EXPR_SEGMENT:
        return as_plan_segment(out, plan, expr, context, error);
    case AS_EXPR_SCORE:
        return as_plan_score(out, plan, expr->score, error);
    case AS_EXPR_FUNCTION:
        return as_plan_function(out, plan, expr, AS_REP_BITS, AS_NO_NODE, error);
    case AS_EXPR_CALL:
        return compile_call(out, plan, expr, context, error);
    case AS_EXPR_EVENTS:
    case AS_EXPR_GROUP:
        break;
    }
    as_expr_require_condition(expr, "this place", error);
    return fail(expr, error);
}

enum as_status as_plan_compile(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                               struct as_context context, struct as_error *error)
{
    if (context.level == AS_LEVEL_ACCOUNT)
        context.origin = (struct as_origin){AS_ORIGIN_BEGINNING, 0};
    *out = as_plan_find(plan, expr, &context);
    if (*out != AS_NO_NODE)
        return AS_OK;
    enum as_status status;
    if (context.level == AS_LEVEL_ACCOUNT && expr->level == AS_LEVEL_LEAD && !expr->lifts) {
        status = upward(plan, expr, error);
    } else if (context.level == AS_LEVEL_LEAD && expr->level == AS_LEVEL_ACCOUNT && !expr->contextual) {
        uint32_t in;
        struct as_context above = {.level = AS_LEVEL_ACCOUNT, .template_ = context.template_};
        status = as_plan_compile(&in, plan, expr, above, error);
        if (status == AS_OK)
            status = as_plan_add_unary(out, plan, AS_NODE_BROADCAST, plan->nodes.at[in].rep, AS_LEVEL_LEAD,
                                       expr, in, error);
    } else {
        status = compile_node(out, plan, expr, context, error);
    }
    if (status != AS_OK)
        return status;
    return as_plan_site(plan, expr, context, *out, error);
}

/* The chain of sites of an expression grows at its head. */
enum as_status as_plan_site(struct as_plan *plan, const struct as_expr *expr, struct as_context context,
                            uint32_t node, struct as_error *error)
{
    if (!as_list_push(&plan->arena, &plan->sites, ((struct as_site){expr, context, node})) ||
        !as_list_grow(&plan->arena, (void **)&plan->next_site, &plan->next_room, plan->sites.n - 1,
                      sizeof *plan->next_site))
        return as_error_memory(error);
    plan->next_site[plan->sites.n - 1] = plan->first_site[expr->id];
    plan->first_site[expr->id] = plan->sites.n;
    return AS_OK;
}

uint32_t as_plan_find(const struct as_plan *plan, const struct as_expr *expr,
                      const struct as_context *context)
{
    for (uint32_t i = plan->first_site[expr->id]; i != 0; i = plan->next_site[i - 1]) {
        const struct as_site *site = &plan->sites.at[i - 1];
        if (site->context.level == context->level && site->context.template_ == context->template_ &&
            as_origin_same(site->context.origin, context->origin))
            return site->node;
    }
    return AS_NO_NODE;
}

uint32_t as_plan_find_at(const struct as_plan *plan, const struct as_expr *expr, enum as_level level)
{
    uint32_t found = AS_NO_NODE;
    for (uint32_t i = plan->first_site[expr->id]; i != 0; i = plan->next_site[i - 1]) {
        const struct as_site *site = &plan->sites.at[i - 1];
        if (site->context.level != level)
            continue;
        if (site->context.origin.kind == AS_ORIGIN_BEGINNING)
            return site->node;
        found = site->node;
    }
    return found;
}
