/* Features of events: which slot of which program a method of a selection reads. What each kind of event does
 * to the slots is plan_program.c's. */
#include "score/plan/plan_node.h"

#include <string.h>

static enum as_status find_program(uint32_t *out, struct as_plan *plan, struct as_context context,
                                   struct as_error *error)
{
    for (uint32_t i = 0; i < plan->programs.n; i++)
        if (plan->programs.at[i].level == context.level &&
            as_origin_same(plan->programs.at[i].origin, context.origin)) {
            *out = i;
            return AS_OK;
        }
    struct as_program program = {.level = context.level, .origin = context.origin};
    if (!as_list_push(&plan->arena, &plan->programs, program))
        return as_error_memory(error);
    *out = plan->programs.n - 1;
    return AS_OK;
}

/* The kinds a selection is about; "any" is every kind that buyers do, as far as the schema knows now. */
static enum as_status select_kinds(struct as_feature *feature, struct as_plan *plan, uint32_t kind,
                                   struct as_error *error)
{
    const struct as_schema *schema = plan->schema;
    feature->kinds = as_arena_array(&plan->arena, AS_BIT_WORDS(schema->kinds.n) + 1, sizeof(uint64_t));
    if (feature->kinds == NULL)
        return as_error_memory(error);
    feature->buyers = true;
    for (uint32_t k = 0; k < schema->kinds.n; k++) {
        bool buyer = schema->kinds.at[k]->by == AS_ACTOR_BUYER;
        if (kind == AS_NO_INDEX ? !buyer : k != kind)
            continue;
        as_bit_set(feature->kinds, k);
        feature->buyers = feature->buyers && buyer;
    }
    return AS_OK;
}

static bool same_feature(const struct as_feature *a, const struct as_feature *b, size_t words)
{
    return a->kind == b->kind && a->days == b->days && a->property == b->property && a->rule == b->rule &&
           memcmp(a->kinds, b->kinds, words * sizeof *a->kinds) == 0 && as_literal_same(a->where, b->where);
}

static enum as_status add_feature(uint32_t *slot, struct as_plan *plan, uint32_t program,
                                  const struct as_feature *feature, struct as_error *error)
{
    struct as_program *p = &plan->programs.at[program];
    size_t words = AS_BIT_WORDS(plan->schema->kinds.n);
    for (uint32_t i = 0; i < p->features.n; i++)
        if (same_feature(&p->features.at[i], feature, words)) {
            *slot = i;
            return AS_OK;
        }
    if (!as_list_push(&plan->arena, &p->features, *feature))
        return as_error_memory(error);
    *slot = p->features.n - 1;
    return AS_OK;
}

static enum as_status add_node(uint32_t *out, struct as_plan *plan, const struct as_expr *expr,
                               enum as_rep rep, struct as_context context, enum as_kernel kernel,
                               const struct as_feature *feature, struct as_error *error)
{
    struct as_node node = as_node_like(AS_NODE_EVENTS, rep, context.level, expr);
    enum as_status status = find_program(&node.program, plan, context, error);
    if (status == AS_OK)
        status = add_feature(&node.feature, plan, node.program, feature, error);
    if (status != AS_OK)
        return status;
    node.count = kernel;
    return as_plan_add(out, plan, &node, NULL, 0, error);
}

enum as_status as_plan_feature(uint32_t *out, struct as_plan *plan, const struct as_expr *call,
                               struct as_context context, struct as_error *error)
{
    const struct as_expr *events = call->args[0].expr;
    enum as_kernel kernel = (enum as_kernel)call->op->kernel;
    struct as_feature feature = {
        .property = AS_NO_INDEX, .where = events->where, .where_kind = events->kind_first};
    enum as_rep rep = AS_REP_I64;
    uint32_t window = 1; /* the argument that is the window, when there is one */
    switch (kernel) {
    case AS_KERNEL_SUM:
        feature.kind = AS_FEATURE_SUM;
        feature.property = as_schema_property(plan->schema, events->kind_first, call->args[1].text);
        rep = AS_REP_F64;
        window = 2;
        break;
    case AS_KERNEL_FIRST:
        feature.kind = AS_FEATURE_FIRST;
        break;
    case AS_KERNEL_LAST:
    case AS_KERNEL_SINCE_LAST:
        feature.kind = AS_FEATURE_LAST;
        break;
    case AS_KERNEL_DISTINCT_DAYS:
        feature.kind = AS_FEATURE_DAYS;
        break;
    default:
        feature.kind = kernel == AS_KERNEL_SEEN ? AS_FEATURE_SEEN : AS_FEATURE_COUNT;
        rep = kernel == AS_KERNEL_SEEN ? AS_REP_BITS : AS_REP_I64;
        break;
    }
    if (call->arg_count > window) {
        int64_t days;
        if (as_days_parse(&days, call->args[window].text, error) != AS_OK)
            return as_error_at(error, call->position.file, call->position.line);
        feature.days = (uint32_t)days;
    }
    enum as_status status = select_kinds(&feature, plan, events->kind_first, error);
    return status != AS_OK ? status : add_node(out, plan, call, rep, context, kernel, &feature, error);
}

enum as_status as_plan_acts(uint32_t *out, struct as_plan *plan, struct as_error *error)
{
    const struct as_schema *schema = plan->schema;
    struct as_feature feature = {.kind = AS_FEATURE_SEEN, .property = AS_NO_INDEX};
    bool any = false;
    *out = AS_NO_NODE;
    feature.kinds = as_arena_array(&plan->arena, AS_BIT_WORDS(schema->kinds.n) + 1, sizeof(uint64_t));
    if (feature.kinds == NULL)
        return as_error_memory(error);
    for (uint32_t k = 0; k < schema->kinds.n; k++)
        if (as_act_moves(schema->kinds.at[k]->act)) {
            as_bit_set(feature.kinds, k);
            any = true;
        }
    struct as_context context = {.level = AS_LEVEL_LEAD};
    return any ? add_node(out, plan, NULL, AS_REP_BITS, context, AS_KERNEL_SEEN, &feature, error) : AS_OK;
}

enum as_status as_plan_rule_events(uint32_t *out, struct as_plan *plan, const struct as_rule *rule,
                                   struct as_origin origin, struct as_error *error)
{
    struct as_feature feature = {
        .kind = AS_FEATURE_POINTS, .property = AS_NO_INDEX, .rule = rule, .buyers = true};
    const struct as_schema *schema = plan->schema;
    feature.kinds = as_arena_array(&plan->arena, AS_BIT_WORDS(schema->kinds.n) + 1, sizeof(uint64_t));
    if (feature.kinds == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *event = &rule->per_event.at[i];
        const struct as_span *span = &event->at_most.span;
        if (event->at_most.count > 0 &&
            (span->unit != AS_SPAN_SECONDS || span->length % AS_DAY_SECONDS != 0)) {
            as_error_set(error, AS_ERR_RULE, "rule \"%s\": the limit on %s does not count whole days",
                         rule->name, schema->kinds.at[event->kind]->name);
            as_error_advise(error,
                            "points count UTC days: write \"3 per 1d\"; hours are for the contact policy");
            return as_error_at(error, rule->position.file, rule->position.line);
        }
        if (event->at_most.count > AS_MAX_RATE) {
            as_error_set(error, AS_ERR_LIMIT, "rule \"%s\": a limit of %u events is above %d", rule->name,
                         event->at_most.count, AS_MAX_RATE);
            as_error_advise(error, "leave the limit away, or use cap to bound the points");
            return as_error_at(error, rule->position.file, rule->position.line);
        }
        as_bit_set(feature.kinds, event->kind);
        feature.buyers = feature.buyers && schema->kinds.at[event->kind]->by == AS_ACTOR_BUYER;
    }
    struct as_context context = {.level = AS_LEVEL_LEAD, .origin = origin};
    return add_node(out, plan, NULL, AS_REP_I64, context, AS_KERNEL_SUM, &feature, error);
}
