/* A pack compiled: every place of it that holds an expression becomes a site, sites share nodes, nodes fall
 * into strata. Running the strata is plan_run.c's. */
#include "score/plan/plan.h"

#include "data/identity/identity.h"
#include "score/plan/plan_node.h"
#include "score/tree/pattern.h"

#include <stdlib.h>

static const struct as_context about_lead = {.level = AS_LEVEL_LEAD};
static const struct as_context about_account = {.level = AS_LEVEL_ACCOUNT};

/* A condition where the pack has one; NULL is no condition. */
static enum as_status site(struct as_plan *plan, const struct as_expr *expr, struct as_context context,
                           struct as_error *error)
{
    uint32_t node;
    if (expr == NULL)
        return AS_OK;
    enum as_status status = as_plan_compile(&node, plan, expr, context, error);
    if (status == AS_OK)
        plan->nodes.at[node].keep = plan->nodes.at[node].root = true;
    return status;
}

/* A value: an owner, a zone, an amount. A function gives what the place asks for. */
static enum as_status value_site(struct as_plan *plan, const struct as_expr *expr, enum as_level level,
                                 enum as_rep rep, const struct as_template *template_, struct as_error *error)
{
    if (expr == NULL)
        return AS_OK;
    struct as_context context = {.level = level, .template_ = template_};
    if (level == AS_LEVEL_LEAD && expr->level == AS_LEVEL_ACCOUNT)
        context.level = AS_LEVEL_ACCOUNT; /* read by the row of its own level */
    if (expr->kind != AS_EXPR_FUNCTION)
        return site(plan, expr, context, error);
    uint32_t node;
    enum as_status status = as_plan_function(&node, plan, expr, rep, AS_NO_NODE, error);
    if (status == AS_OK)
        status = as_plan_site(plan, expr, context, node, error);
    if (status == AS_OK)
        plan->nodes.at[node].keep = plan->nodes.at[node].root = true;
    return status;
}

/* Whether a lead has any event that moves it, for whoever would otherwise look through all of them. */
static enum as_status compile_acts(struct as_plan *plan, struct as_error *error)
{
    plan->acts = AS_NO_NODE;
    if (plan->pack->models.n == 0)
        return AS_OK;
    enum as_status status = as_plan_acts(&plan->acts, plan, error);
    if (status == AS_OK && plan->acts != AS_NO_NODE)
        plan->nodes.at[plan->acts].keep = true;
    return status;
}

static enum as_status compile_model(struct as_plan *plan, const struct as_model *model,
                                    struct as_error *error)
{
    enum as_status status = site(plan, model->when, about_lead, error);
    for (uint32_t i = 0; i < model->scores.n && status == AS_OK; i++) {
        uint32_t node;
        status = as_plan_score(&node, plan, model->scores.at[i], error);
        if (status == AS_OK)
            plan->nodes.at[node].keep = true;
    }
    for (uint32_t i = 0; i < model->disqualifiers.n && status == AS_OK; i++)
        status = site(plan, model->disqualifiers.at[i].when, about_lead, error);
    for (uint32_t i = 0; i < model->gates.n && status == AS_OK; i++) {
        const struct as_gate *gate = model->gates.at[i];
        struct as_context context = {.level = gate->level};
        for (uint32_t c = 0; c < gate->criteria.n && status == AS_OK; c++)
            status = site(plan, gate->criteria.at[c].when, context, error);
    }
    struct as_context entered = {.level = AS_LEVEL_LEAD, .origin = {AS_ORIGIN_ENTERED, model->index}};
    for (uint32_t i = 0; i < model->recycles.n && status == AS_OK; i++)
        status = site(plan, model->recycles.at[i].when, entered, error);
    return status;
}

/* Outcomes of programmes decide nothing: looks and tests ask for them. */
static enum as_status compile_programmes(struct as_plan *plan, const struct as_pack *pack,
                                         struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->programmes.n && status == AS_OK; i++) {
        struct as_context came = {.level = AS_LEVEL_LEAD, .origin = {AS_ORIGIN_CAME, i}};
        uint32_t node;
        if (pack->programmes.at[i]->when == NULL)
            continue;
        status = as_plan_compile(&node, plan, pack->programmes.at[i]->when, came, error);
        if (status == AS_OK)
            plan->nodes.at[node].keep = true;
    }
    return status;
}

/* A value that an effect sends: computed like any other, but nothing is decided by it. */
static enum as_status sent_site(struct as_plan *plan, const struct as_expr *expr, struct as_error *error)
{
    uint32_t node;
    struct as_context context = {.level = expr->level == AS_LEVEL_ACCOUNT ? AS_LEVEL_ACCOUNT : AS_LEVEL_LEAD};
    enum as_status status = as_plan_compile(&node, plan, expr, context, error);
    if (status == AS_OK)
        plan->nodes.at[node].keep = true;
    return status;
}

/* Functions of effects are called for the few leads that get one, not for a column. */
static enum as_status compile_effect(struct as_plan *plan, const struct as_effect_rule *effect,
                                     struct as_error *error)
{
    enum as_status status = site(plan, effect->when, about_lead, error);
    for (uint32_t i = 0; i < effect->values.n && status == AS_OK; i++) {
        const struct as_expr *expr = effect->values.at[i].expr;
        if (expr != NULL && expr->kind != AS_EXPR_FUNCTION)
            status = sent_site(plan, expr, error);
    }
    return status;
}

static enum as_status compile_reactions(struct as_plan *plan, const struct as_pack *pack,
                                        struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->reactions.n; i++)
        for (uint32_t e = 0; e < pack->reactions.at[i].effects.n && status == AS_OK; e++)
            status = compile_effect(plan, pack->reactions.at[i].effects.at[e], error);
    return status;
}

static enum as_status compile_nurturing(struct as_plan *plan, const struct as_pack *pack,
                                        struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->personas.n && status == AS_OK; i++)
        status = site(plan, pack->personas.at[i].when, about_lead, error);
    for (uint32_t i = 0; i < pack->policy.never.n && status == AS_OK; i++)
        status = site(plan, pack->policy.never.at[i].when, about_lead, error);
    if (status == AS_OK)
        status = value_site(plan, pack->policy.quiet_zone, AS_LEVEL_LEAD, AS_REP_CODE, NULL, error);
    if (status == AS_OK)
        status = value_site(plan, pack->policy.blackout.by, AS_LEVEL_LEAD, AS_REP_CODE, NULL, error);
    for (uint32_t i = 0; i < pack->tracks.n && status == AS_OK; i++) {
        const struct as_track *track = pack->tracks.at[i];
        status = site(plan, track->when, about_lead, error);
        for (uint32_t s = 0; s < track->steps.n && status == AS_OK; s++) {
            status = site(plan, track->steps.at[s].done_when, about_lead, error);
            for (uint32_t e = 0; e < track->steps.at[s].effects.n && status == AS_OK; e++)
                status = compile_effect(plan, track->steps.at[s].effects.at[e], error);
        }
    }
    for (uint32_t i = 0; i < pack->routes.n && status == AS_OK; i++) {
        const struct as_route *route = &pack->routes.at[i];
        status = site(plan, route->when, about_lead, error);
        if (status == AS_OK && route->to == AS_ROUTE_EXPR)
            status = value_site(plan, route->to_expr, AS_LEVEL_LEAD, AS_REP_CODE, NULL, error);
    }
    return status;
}

static enum as_status compile_template(struct as_plan *plan, const struct as_template *template_,
                                       struct as_error *error)
{
    struct as_context context = {.level = AS_LEVEL_ACCOUNT, .template_ = template_};
    enum as_status status = site(plan, template_->when, context, error);
    const struct as_expr *owners[] = {template_->marketing_owner, template_->sales_owner};
    for (int i = 0; i < 2 && status == AS_OK; i++)
        status = value_site(plan, owners[i], AS_LEVEL_ACCOUNT, AS_REP_CODE, template_, error);
    if (status == AS_OK)
        status = value_site(plan, template_->budget_of, AS_LEVEL_ACCOUNT, AS_REP_F64, template_, error);
    for (uint32_t i = 0; i < template_->plays.n && status == AS_OK; i++)
        status = site(plan, template_->plays.at[i].when, context, error);
    return status;
}

static enum as_status compile_accounts(struct as_plan *plan, const struct as_pack *pack,
                                       struct as_error *error)
{
    enum as_status status = AS_OK;
    if (pack->segment.declared) {
        status = value_site(plan, pack->segment.value, AS_LEVEL_ACCOUNT, AS_REP_F64, NULL, error);
        if (status == AS_OK)
            status = value_site(plan, pack->segment.diversity, AS_LEVEL_ACCOUNT, AS_REP_F64, NULL, error);
    }
    for (uint32_t i = 0; i < pack->templates.n && status == AS_OK; i++)
        status = compile_template(plan, pack->templates.at[i], error);
    for (uint32_t i = 0; i < pack->tiers.n && status == AS_OK; i++)
        status = site(plan, pack->tiers.at[i].when, about_account, error);
    return status;
}

static void mark_for_scores(struct as_plan *plan)
{
    /* Inputs come before what reads them, so one pass backwards reaches all. */
    for (uint32_t i = plan->nodes.n; i-- > 0;) {
        struct as_node *node = &plan->nodes.at[i];
        if (node->kind == AS_NODE_SCORE) {
            node->for_scores = true;
            if (node->stratum > plan->score_stratum)
                plan->score_stratum = node->stratum;
        }
        if (!node->for_scores)
            continue;
        plan->score_groups = plan->score_groups || node->kind == AS_NODE_EVERY || node->kind == AS_NODE_SOME;
        for (uint32_t k = 0; k < node->in_count; k++)
            plan->nodes.at[node->in[k]].for_scores = true;
    }
}

static bool push_once(struct as_plan *plan, struct as_stratum *stratum, uint32_t node)
{
    for (uint32_t i = 0; i < stratum->imports.n; i++)
        if (stratum->imports.at[i] == node)
            return true;
    return as_list_push(&plan->arena, &stratum->imports, node);
}

static bool add_planes(struct as_plan *plan, struct as_stratum *stratum, uint32_t index)
{
    const struct as_node *node = &plan->nodes.at[index];
    if (node->kind != AS_NODE_BROADCAST || node->rep != AS_REP_BITS)
        return true;
    return as_list_push(&plan->arena, &stratum->planes, ((struct as_card_plane){index, AS_CARD_KNOWN})) &&
           as_list_push(&plan->arena, &stratum->planes, ((struct as_card_plane){index, AS_CARD_TRUTH})) &&
           (!node->open ||
            as_list_push(&plan->arena, &stratum->planes, ((struct as_card_plane){index, AS_CARD_OPEN})));
}

static enum as_status build_strata(struct as_plan *plan, struct as_error *error)
{
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        struct as_node *node = &plan->nodes.at[i];
        while (plan->strata.n <= node->stratum)
            if (!as_list_push(&plan->arena, &plan->strata, ((struct as_stratum){0})))
                return as_error_memory(error);
        struct as_stratum *stratum = &plan->strata.at[node->stratum];
        if (!as_list_push(&plan->arena, &stratum->nodes, i) || !add_planes(plan, stratum, i))
            return as_error_memory(error);
        plan->groups = plan->groups || node->kind == AS_NODE_EVERY || node->kind == AS_NODE_SOME ||
                       node->kind == AS_NODE_COVERS || node->kind == AS_NODE_SIZE ||
                       node->kind == AS_NODE_COVERAGE;
        for (uint32_t k = 0; k < node->in_count; k++) {
            struct as_node *in = &plan->nodes.at[node->in[k]];
            if (in->stratum == node->stratum)
                continue;
            in->keep = true;
            if (in->level == node->level && !push_once(plan, stratum, node->in[k]))
                return as_error_memory(error);
        }
    }
    return AS_OK;
}

enum as_status as_plan_new(struct as_plan **out, const struct as_pack *pack, struct as_error *error)
{
    *out = NULL;
    struct as_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL)
        return as_error_memory(error);
    as_arena_init(&plan->arena);
    plan->pack = pack;
    plan->schema = pack->rules.schema;
    plan->first_site = as_arena_array(&plan->arena, pack->rules.nodes.n + 1u, sizeof *plan->first_site);
    enum as_status status = plan->first_site == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t i = 0; i < pack->models.n && status == AS_OK; i++)
        status = compile_model(plan, pack->models.at[i], error);
    if (status == AS_OK)
        status = compile_nurturing(plan, pack, error);
    if (status == AS_OK)
        status = compile_programmes(plan, pack, error);
    if (status == AS_OK)
        status = compile_reactions(plan, pack, error);
    if (status == AS_OK)
        status = compile_accounts(plan, pack, error);
    if (status == AS_OK)
        status = compile_acts(plan, error);
    if (status == AS_OK)
        status = as_plan_seal_programs(plan, error);
    if (status == AS_OK)
        status = as_plan_predicates(plan, error);
    if (status == AS_OK)
        status = build_strata(plan, error);
    if (status == AS_OK)
        status = as_plan_asked(plan, error);
    if (status != AS_OK) {
        as_plan_free(plan);
        return status;
    }
    mark_for_scores(plan);
    *out = plan;
    return AS_OK;
}

void as_plan_free(struct as_plan *plan)
{
    if (plan == NULL)
        return;
    for (uint32_t i = 0; i < plan->predicates.n; i++)
        as_pattern_free(plan->predicates.at[i].pattern);
    as_suffixes_free(plan->suffixes);
    as_arena_free(&plan->arena);
    free(plan);
}

const struct as_pack *as_plan_pack(const struct as_plan *plan)
{
    return plan->pack;
}

/* --- what it reads --- */

static void need(uint64_t *bits, uint32_t index)
{
    if (bits != NULL && index != AS_NO_INDEX)
        as_bit_set(bits, index);
}

static void need_all(uint64_t *bits, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        need(bits, i);
}

static void need_features(const struct as_plan *plan, const struct as_program *program, uint64_t *kinds,
                          uint64_t *properties)
{
    for (uint32_t i = 0; i < program->features.n; i++) {
        const struct as_feature *feature = &program->features.at[i];
        for (uint32_t k = 0; k < plan->schema->kinds.n; k++)
            if (as_bit(feature->kinds, k))
                need(kinds, k);
        need(properties, feature->property);
        for (uint32_t w = 0; feature->where != NULL && w < feature->where->n; w++)
            need(properties, as_schema_property(plan->schema, feature->where_kind, feature->where->keys[w]));
    }
}

static bool calls_a_function(const struct as_effect_rule *effect)
{
    for (uint32_t i = 0; i < effect->values.n; i++)
        if (effect->values.at[i].expr != NULL && effect->values.at[i].expr->kind == AS_EXPR_FUNCTION)
            return true;
    return false;
}

static bool effects_call_functions(const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->reactions.n; i++)
        for (uint32_t e = 0; e < pack->reactions.at[i].effects.n; e++)
            if (calls_a_function(pack->reactions.at[i].effects.at[e]))
                return true;
    for (uint32_t t = 0; t < pack->tracks.n; t++)
        for (uint32_t s = 0; s < pack->tracks.at[t]->steps.n; s++)
            for (uint32_t e = 0; e < pack->tracks.at[t]->steps.at[s].effects.n; e++)
                if (calls_a_function(pack->tracks.at[t]->steps.at[s].effects.at[e]))
                    return true;
    return false;
}

/* All that a function can ask of a property is its sum. */
static void need_numbers(uint64_t *properties, const struct as_schema *schema)
{
    for (uint32_t i = 0; i < schema->properties.n; i++) {
        enum as_type type = schema->properties.at[i].type;
        if (type == AS_TYPE_INTEGER || type == AS_TYPE_NUMBER || type == AS_TYPE_MONEY)
            need(properties, i);
    }
}

void as_plan_needs(const struct as_plan *plan, uint64_t *fields, uint64_t *kinds, uint64_t *properties,
                   bool *account_events)
{
    const struct as_schema *schema = plan->schema;
    uint32_t role = as_schema_field(schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    bool functions = effects_call_functions(plan->pack);
    for (uint32_t i = 0; i < plan->nodes.n; i++) {
        const struct as_node *node = &plan->nodes.at[i];
        need(fields, node->field);
        need(fields, node->via);
        if (node->kind == AS_NODE_COVERAGE)
            need(fields, role);
        functions |= node->kind == AS_NODE_FUNCTION;
    }
    if (functions) { /* a function asks by name while it runs */
        need_all(fields, schema->fields.n);
        need_all(kinds, schema->kinds.n);
        need_numbers(properties, schema);
    }
    if (account_events != NULL)
        *account_events = false;
    for (uint32_t i = 0; i < plan->programs.n; i++) {
        const struct as_program *program = &plan->programs.at[i];
        if (account_events != NULL && program->level == AS_LEVEL_ACCOUNT)
            *account_events = true;
        need_features(plan, program, kinds, properties);
    }
    if (plan->pack->templates.n > 0)
        need(fields, role);
}

bool as_plan_asks_members(const struct as_plan *plan)
{
    bool members = plan->groups || plan->pack->templates.n > 0;
    for (uint32_t i = 0; i < plan->programs.n; i++)
        members |= plan->programs.at[i].level == AS_LEVEL_ACCOUNT;
    return members;
}
