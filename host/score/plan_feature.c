/* Features of events: which slot of which program a method of a selection reads, and what each kind of event
 * does to the slots. Running the programs is kernel_events.c's. */
#include "score/plan_node.h"

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
        feature.kind = AS_FEATURE_COUNT;
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

/* --- what each kind of event does --- */

static enum as_status add_points(struct as_plan *plan, struct as_program *program, uint32_t slot,
                                 struct as_error *error)
{
    const struct as_rule *rule = program->features.at[slot].rule;
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *event = &rule->per_event.at[i];
        struct as_kind_plan *kind = &program->kinds[event->kind];
        struct as_decay_table table;
        enum as_status status =
            as_decay_table_of(&table, &plan->arena, event->points, rule->fading, rule->fading_days, error);
        if (status != AS_OK)
            return status;
        const struct as_rate *limit = &event->at_most;
        uint32_t span = (uint32_t)(limit->span.length / AS_DAY_SECONDS);
        bool pushed;
        if (limit->count == 0) {
            pushed = as_list_push(&plan->arena, &kind->adds, ((struct as_add){slot, table}));
        } else if (span == 1) {
            struct as_daily daily = {slot, program->states, limit->count, table};
            program->states += 2; /* the day, and how many counted on it */
            pushed = as_list_push(&plan->arena, &kind->dailies, daily);
        } else {
            struct as_special special = {slot, table, limit->count, span, program->rings, program->states++};
            program->rings += limit->count;
            pushed = as_list_push(&plan->arena, &kind->specials, special);
        }
        if (!pushed)
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status add_action(struct as_plan *plan, struct as_program *program, uint32_t slot,
                                 uint32_t kind, uint32_t state, struct as_error *error)
{
    const struct as_feature *feature = &program->features.at[slot];
    struct as_kind_plan *actions = &program->kinds[kind];
    struct as_decay_table once;
    enum as_status status = as_decay_table_of(
        &once, &plan->arena, 1, feature->days > 0 ? AS_FADING_WINDOW : AS_FADING_NONE, feature->days, error);
    if (status != AS_OK)
        return status;
    bool pushed;
    if (feature->where != NULL || feature->kind == AS_FEATURE_SUM)
        pushed = as_list_push(&plan->arena, &actions->specials,
                              ((struct as_special){.slot = slot, .table = once, .state = state}));
    else if (feature->kind == AS_FEATURE_DAYS)
        pushed =
            as_list_push(&plan->arena, &actions->days,
                         ((struct as_days){slot, state, feature->days > 0 ? feature->days : UINT32_MAX}));
    else if (feature->kind == AS_FEATURE_COUNT)
        pushed = as_list_push(&plan->arena, &actions->adds, ((struct as_add){slot, once}));
    else if (feature->kind == AS_FEATURE_FIRST)
        pushed = as_list_push(&plan->arena, &actions->firsts, slot);
    else
        pushed = as_list_push(&plan->arena, &actions->lasts, slot);
    return pushed ? AS_OK : as_error_memory(error);
}

static uint32_t columns_of(const struct as_program *program)
{
    uint32_t most = 0;
    for (uint32_t k = 0; k < program->kind_count; k++)
        most = program->kinds[k].adds.n > most ? program->kinds[k].adds.n : most;
    /* The kernel knows these numbers of additions. */
    return most <= 4 ? most : most <= 6 ? 6 : AS_PADDED_ADDS;
}

/* One row of the matrix an age, so that an event reads its additions side by side. Columns that pad add
 * nothing to a slot of their own behind the features'. */
static enum as_status make_matrix(struct as_plan *plan, const struct as_program *program,
                                  struct as_kind_plan *kind, struct as_error *error)
{
    uint32_t columns = program->adds;
    for (uint32_t i = 0; i < kind->adds.n; i++)
        kind->ages = kind->adds.at[i].table.n > kind->ages ? kind->adds.at[i].table.n : kind->ages;
    kind->matrix = as_arena_array(&plan->arena, ((size_t)kind->ages + 1) * columns, sizeof *kind->matrix);
    kind->columns = as_arena_array(&plan->arena, columns, sizeof *kind->columns);
    if (kind->matrix == NULL || kind->columns == NULL)
        return as_error_memory(error);
    for (uint32_t c = 0; c < columns; c++)
        kind->columns[c] = c < kind->adds.n ? kind->adds.at[c].slot : program->features.n;
    for (uint32_t age = 0; age <= kind->ages; age++)
        for (uint32_t c = 0; c < kind->adds.n; c++)
            kind->matrix[(size_t)age * columns + c] = (int32_t)as_decay_look(&kind->adds.at[c].table, age);
    return AS_OK;
}

/* Additions beyond the padding are done one by one. */
static enum as_status spill(struct as_plan *plan, struct as_program *program, struct as_kind_plan *kind,
                            struct as_error *error)
{
    for (; kind->adds.n > AS_PADDED_ADDS; kind->adds.n--) {
        const struct as_add *add = &kind->adds.at[kind->adds.n - 1];
        struct as_daily daily = {add->slot, program->states, UINT32_MAX, add->table};
        program->states += 2;
        if (!as_list_push(&plan->arena, &kind->dailies, daily))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* Every kind gets as many of the small actions as the one that has most, the missing ones doing nothing: a
 * loop that always runs equally often costs less than one whose end a processor cannot foresee. */
static enum as_status pad_actions(struct as_plan *plan, struct as_program *program, struct as_error *error)
{
    uint32_t days = 0, dailies = 0, slot = program->features.n, state = program->states;
    for (uint32_t k = 0; k < program->kind_count; k++) {
        days = program->kinds[k].days.n > days ? program->kinds[k].days.n : days;
        dailies = program->kinds[k].dailies.n > dailies ? program->kinds[k].dailies.n : dailies;
    }
    program->states += 2; /* scratch of the padding */
    for (uint32_t k = 0; k < program->kind_count; k++) {
        struct as_kind_plan *kind = &program->kinds[k];
        while (kind->days.n < days && days <= AS_PADDED_SMALL)
            if (!as_list_push(&plan->arena, &kind->days, ((struct as_days){slot, state, 0})))
                return as_error_memory(error);
        while (kind->dailies.n < dailies && dailies <= AS_PADDED_SMALL)
            if (!as_list_push(&plan->arena, &kind->dailies,
                              ((struct as_daily){slot, state, 0, {NULL, 0, 0}})))
                return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status seal_program(struct as_plan *plan, struct as_program *program, struct as_error *error)
{
    program->kind_count = plan->schema->kinds.n;
    program->kinds = as_arena_array(&plan->arena, program->kind_count, sizeof *program->kinds);
    if (program->kinds == NULL)
        return as_error_memory(error);
    for (uint32_t slot = 0; slot < program->features.n; slot++) {
        const struct as_feature *feature = &program->features.at[slot];
        enum as_status status = AS_OK;
        if (feature->kind == AS_FEATURE_POINTS)
            status = add_points(plan, program, slot, error);
        program->sums = program->sums || feature->kind == AS_FEATURE_SUM;
        /* Different days are different whatever the kind: one state for the slot. */
        uint32_t state = feature->kind == AS_FEATURE_DAYS ? program->states++ : 0;
        for (uint32_t k = 0; k < program->kind_count && status == AS_OK && feature->kind != AS_FEATURE_POINTS;
             k++)
            if (as_bit(feature->kinds, k))
                status = add_action(plan, program, slot, k, state, error);
        if (status != AS_OK)
            return status;
    }
    for (uint32_t k = 0; k < program->kind_count; k++) {
        enum as_status status = spill(plan, program, &program->kinds[k], error);
        if (status != AS_OK)
            return status;
    }
    if (pad_actions(plan, program, error) != AS_OK)
        return AS_ERR_MEMORY;
    program->adds = columns_of(program);
    for (uint32_t k = 0; k < program->kind_count; k++) {
        enum as_status status = make_matrix(plan, program, &program->kinds[k], error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

enum as_status as_plan_seal_programs(struct as_plan *plan, struct as_error *error)
{
    for (uint32_t i = 0; i < plan->programs.n; i++) {
        enum as_status status = seal_program(plan, &plan->programs.at[i], error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}
