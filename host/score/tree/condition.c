/* Finds the conditions of a pack and evaluates their joints again for other states of their leaves. What a
 * leaf's state is comes from a trace. */
#include "score/tree/condition.h"

#include "score/tree/operator.h"

bool as_expr_joins(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL &&
           (expr->op->kernel == AS_KERNEL_AND || expr->op->kernel == AS_KERNEL_OR ||
            expr->op->kernel == AS_KERNEL_NOT || expr->op->kernel == AS_KERNEL_AT_LEAST_OF);
}

void as_pack_asking(struct as_pack *out, const struct as_pack *pack, const struct as_persona *asked,
                    uint32_t n, bool scores)
{
    *out = *pack;
    out->personas.at = (struct as_persona *)(uintptr_t)asked; /* read alone */
    out->personas.n = n;
    out->tracks.n = out->programmes.n = out->routes.n = out->templates.n = out->tiers.n = out->reactions.n =
        0;
    out->policy = (struct as_contact_policy){.declared = false};
    if (!scores)
        out->models.n = 0;
}

/* --- finding --- */

struct finding {
    struct as_roots *out;
    struct as_arena *arena;
    bool failed;
};

struct leaves {
    AS_LIST(const struct as_expr *) at;
};

static bool add_leaves(struct leaves *leaves, struct as_arena *arena, const struct as_expr *expr)
{
    if (as_expr_joins(expr)) {
        for (uint32_t i = 0; i < expr->arg_count; i++)
            if (expr->args[i].kind == AS_LITERAL_EXPR && !add_leaves(leaves, arena, expr->args[i].expr))
                return false;
        return true;
    }
    for (uint32_t i = 0; i < leaves->at.n; i++)
        if (leaves->at.at[i] == expr)
            return true;
    return as_list_push(arena, &leaves->at, expr);
}

static void add(struct finding *finding, struct as_root root)
{
    struct leaves leaves = {.at = {0}};
    if (root.when == NULL || finding->failed)
        return;
    if (!add_leaves(&leaves, finding->arena, root.when)) {
        finding->failed = true;
        return;
    }
    root.leaves = leaves.at.at;
    root.leaf_count = leaves.at.n;
    finding->failed = !as_list_push(finding->arena, &finding->out->at, root);
}

static void add_model(struct finding *finding, const struct as_model *model)
{
    add(finding, (struct as_root){.kind = AS_ROOT_MODEL, .name = model->name, .when = model->when});
    for (uint32_t s = 0; s < model->scores.n; s++)
        for (uint32_t r = 0; r < model->scores.at[s]->rules.n; r++) {
            const struct as_rule *rule = model->scores.at[s]->rules.at[r];
            add(finding, (struct as_root){.kind = AS_ROOT_RULE, .name = rule->name, .when = rule->when});
        }
    for (uint32_t i = 0; i < model->disqualifiers.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_DISQUALIFIER,
                                      .name = model->disqualifiers.at[i].name,
                                      .when = model->disqualifiers.at[i].when});
    for (uint32_t g = 0; g < model->gates.n; g++) {
        const struct as_gate *gate = model->gates.at[g];
        for (uint32_t c = 0; c < gate->criteria.n; c++)
            add(finding, (struct as_root){.kind = AS_ROOT_CRITERION,
                                          .name = gate->criteria.at[c].name,
                                          .of = gate->name,
                                          .when = gate->criteria.at[c].when,
                                          .level = gate->level});
    }
    for (uint32_t i = 0; i < model->recycles.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_RECYCLE,
                                      .name = as_stage_name(model->recycles.at[i].from),
                                      .when = model->recycles.at[i].when,
                                      .model = model,
                                      .recycle = &model->recycles.at[i]});
}

static void add_nurturing(struct finding *finding, const struct as_pack *pack)
{
    for (uint32_t i = 0; i < pack->personas.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_PERSONA,
                                      .name = pack->personas.at[i].name,
                                      .when = pack->personas.at[i].when});
    for (uint32_t i = 0; i < pack->policy.never.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_NEVER,
                                      .name = pack->policy.never.at[i].channel,
                                      .when = pack->policy.never.at[i].when});
    for (uint32_t t = 0; t < pack->tracks.n; t++) {
        const struct as_track *track = pack->tracks.at[t];
        add(finding, (struct as_root){.kind = AS_ROOT_TRACK, .name = track->name, .when = track->when});
        for (uint32_t s = 0; s < track->steps.n; s++)
            add(finding, (struct as_root){.kind = AS_ROOT_STEP,
                                          .name = track->steps.at[s].name,
                                          .of = track->name,
                                          .when = track->steps.at[s].done_when});
    }
    for (uint32_t i = 0; i < pack->programmes.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_OUTCOME,
                                      .name = pack->programmes.at[i]->name,
                                      .when = pack->programmes.at[i]->when,
                                      .programme = i});
}

static void add_accounts(struct finding *finding, const struct as_pack *pack)
{
    for (uint32_t t = 0; t < pack->templates.n; t++) {
        const struct as_template *template_ = pack->templates.at[t];
        add(finding, (struct as_root){.kind = AS_ROOT_TEMPLATE,
                                      .name = template_->name,
                                      .when = template_->when,
                                      .level = AS_LEVEL_ACCOUNT});
        for (uint32_t p = 0; p < template_->plays.n; p++)
            add(finding, (struct as_root){.kind = AS_ROOT_PLAY,
                                          .name = template_->plays.at[p].name,
                                          .of = template_->name,
                                          .when = template_->plays.at[p].when,
                                          .level = AS_LEVEL_ACCOUNT});
    }
    for (uint32_t i = 0; i < pack->tiers.n; i++)
        add(finding, (struct as_root){.kind = AS_ROOT_TIER,
                                      .name = pack->tiers.at[i].name,
                                      .when = pack->tiers.at[i].when,
                                      .level = AS_LEVEL_ACCOUNT});
}

enum as_status as_roots_of(struct as_roots *out, struct as_arena *arena, const struct as_pack *pack,
                           struct as_error *error)
{
    *out = (struct as_roots){.at = {0}};
    struct finding finding = {.out = out, .arena = arena};
    for (uint32_t m = 0; m < pack->models.n; m++)
        add_model(&finding, pack->models.at[m]);
    add_nurturing(&finding, pack);
    for (uint32_t i = 0; i < pack->routes.n; i++)
        add(&finding, (struct as_root){.kind = AS_ROOT_ROUTE,
                                       .name = pack->routes.at[i].name,
                                       .when = pack->routes.at[i].when});
    add_accounts(&finding, pack);
    return finding.failed ? as_error_memory(error) : AS_OK;
}

void as_root_say(struct as_buf *out, const struct as_root *root)
{
    static const char *const before[] = {
        [AS_ROOT_CRITERION] = "the criterion ",
        [AS_ROOT_DISQUALIFIER] = "the disqualifier ",
        [AS_ROOT_RECYCLE] = "the recycle from ",
        [AS_ROOT_MODEL] = "the model ",
        [AS_ROOT_PERSONA] = "the persona ",
        [AS_ROOT_NEVER] = "never ",
        [AS_ROOT_TRACK] = "the track ",
        [AS_ROOT_STEP] = "the step ",
        [AS_ROOT_OUTCOME] = "the outcome of ",
        [AS_ROOT_ROUTE] = "the route ",
        [AS_ROOT_TEMPLATE] = "the template ",
        [AS_ROOT_PLAY] = "the play ",
        [AS_ROOT_TIER] = "the tier ",
        [AS_ROOT_RULE] = "",
    };
    as_buf_printf(out, "%s\"%s\"", before[root->kind], root->name);
    if (root->of != NULL)
        as_buf_printf(out, " of \"%s\"", root->of);
}

/* --- evaluating --- */

/* "And" is the least of its parts, "or" the greatest; between unknown and unmeasurable, unknown stays. */
static enum as_tri join(enum as_kernel kernel, enum as_tri a, enum as_tri b)
{
    static const int for_and[] = {[AS_NO] = 0, [AS_UNKNOWN] = 1, [AS_UNMEASURABLE] = 2, [AS_YES] = 3};
    static const int for_or[] = {[AS_YES] = 0, [AS_UNKNOWN] = 1, [AS_UNMEASURABLE] = 2, [AS_NO] = 3};
    const int *order = kernel == AS_KERNEL_AND ? for_and : for_or;
    return order[a] <= order[b] ? a : b;
}

static enum as_tri enough(const struct as_expr *expr, const struct as_expr *const *leaves,
                          const enum as_tri *states, uint32_t n)
{
    int64_t counts[4] = {0}, least = expr->args[1].integer;
    for (uint32_t i = 0; i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR)
            counts[as_kleene(expr->args[i].expr, leaves, states, n)]++;
    if (counts[AS_YES] >= least)
        return AS_YES;
    if (counts[AS_YES] + counts[AS_UNKNOWN] + counts[AS_UNMEASURABLE] < least)
        return AS_NO;
    return counts[AS_UNKNOWN] > 0 ? AS_UNKNOWN : AS_UNMEASURABLE;
}

enum as_tri as_kleene(const struct as_expr *expr, const struct as_expr *const *leaves,
                      const enum as_tri *states, uint32_t n)
{
    if (!as_expr_joins(expr)) {
        for (uint32_t i = 0; i < n; i++)
            if (leaves[i] == expr)
                return states[i];
        return AS_UNKNOWN;
    }
    enum as_kernel kernel = (enum as_kernel)expr->op->kernel;
    if (kernel == AS_KERNEL_AT_LEAST_OF)
        return enough(expr, leaves, states, n);
    enum as_tri state = as_kleene(expr->args[0].expr, leaves, states, n);
    if (kernel == AS_KERNEL_NOT)
        return state == AS_YES ? AS_NO : state == AS_NO ? AS_YES : state;
    for (uint32_t i = 1; i < expr->arg_count; i++)
        state = join(kernel, state, as_kleene(expr->args[i].expr, leaves, states, n));
    return state;
}

static enum as_tri evaluate(const struct as_expr *expr, const struct as_root *root, const enum as_tri *states)
{
    return as_kleene(expr, root->leaves, states, root->leaf_count);
}

bool as_leaf_decides(const struct as_root *root, const enum as_tri *states, uint32_t i)
{
    enum as_tri turned[AS_MAX_ROOT_LEAVES];
    if (root->leaf_count > AS_MAX_ROOT_LEAVES || (states[i] != AS_YES && states[i] != AS_NO))
        return false;
    for (uint32_t j = 0; j < root->leaf_count; j++)
        turned[j] = states[j];
    turned[i] = states[i] == AS_YES ? AS_NO : AS_YES;
    return evaluate(root->when, root, states) != evaluate(root->when, root, turned);
}
