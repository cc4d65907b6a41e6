/* What must be known to say until when decisions hold: the timed nodes on which roots and bands hang, the
 * borders of scores, and what to ask of events. Answering is until.c's. */
#include "score/plan/plan_node.h"

#include <string.h>

/* A border at `at`, kept in order. */
static bool add_border(struct as_plan *plan, struct as_score_plan *score, int64_t at)
{
    uint32_t i = 0;
    while (i < score->borders.n && score->borders.at[i] < at)
        i++;
    if (i < score->borders.n && score->borders.at[i] == at)
        return true;
    if (!as_list_push(&plan->arena, &score->borders, at))
        return false;
    memmove(score->borders.at + i + 1, score->borders.at + i,
            (score->borders.n - 1 - i) * sizeof *score->borders.at);
    score->borders.at[i] = at;
    return true;
}

static void ask(struct as_plan *plan, const struct as_node *by, uint32_t index)
{
    struct as_node *node = &plan->nodes.at[index];
    if (!node->timed)
        return;
    node->asked = true;
    node->handed = node->handed || node->stratum != by->stratum;
}

static void ask_score(struct as_plan *plan, const struct as_node *node)
{
    const struct as_score_plan *score = as_plan_score_of(plan, node->score);
    for (uint32_t p = 0; p < score->parts.n; p++) {
        const struct as_part *part = &score->parts.at[p];
        if (part->when != AS_NO_NODE)
            ask(plan, node, part->when);
        /* Points that fade are followed by the score itself. */
        if (part->points != AS_NO_NODE &&
            (part->rule->kind == AS_RULE_FUNCTION || part->rule->fading == AS_FADING_WINDOW))
            ask(plan, node, part->points);
    }
}

/* A comparison follows what it compares by itself where it knows how that moves. */
static bool ask_range(struct as_plan *plan, const struct as_node *node)
{
    const struct as_node *in = &plan->nodes.at[node->in[0]];
    switch (in->kind) {
    case AS_NODE_SCORE: {
        struct as_score_plan *score = as_plan_score_of(plan, in->score);
        ask(plan, node, node->in[0]);
        return (node->lo == INT64_MIN || add_border(plan, score, node->lo)) &&
               (node->hi == INT64_MAX || add_border(plan, score, node->hi + 1));
    }
    case AS_NODE_EVENTS:
        break;
    case AS_NODE_SINCE:
        ask(plan, node, in->in[0]);
        break;
    default:
        ask(plan, node, node->in[0]);
        break;
    }
    return true;
}

static bool ask_inputs(struct as_plan *plan, const struct as_node *node)
{
    if (node->kind == AS_NODE_RANGE)
        return ask_range(plan, node);
    if (node->kind == AS_NODE_SCORE)
        ask_score(plan, node);
    else
        for (uint32_t k = 0; k < node->in_count; k++)
            ask(plan, node, node->in[k]);
    return true;
}

static bool ask_axes(struct as_plan *plan)
{
    for (uint32_t m = 0; m < plan->pack->models.n; m++)
        for (uint32_t a = 0; a < plan->pack->models.at[m]->axes.n; a++) {
            const struct as_grade_axis *axis = &plan->pack->models.at[m]->axes.at[a];
            struct as_score_plan *score = as_plan_score_of(plan, axis->score);
            struct as_node *node = &plan->nodes.at[score->node];
            score->graded = true;
            node->asked = node->timed;
            for (uint32_t b = 0; b < axis->bands.n; b++)
                if (!add_border(plan, score, axis->bands.at[b].from))
                    return false;
        }
    return true;
}

/* Windows: what the node's day hangs on is when some event leaves one. */
static bool add_query(struct as_plan *plan, uint32_t index)
{
    struct as_node *node = &plan->nodes.at[index];
    uint32_t source = node->kind == AS_NODE_RANGE ? node->in[0] : index;
    if (plan->nodes.at[source].kind != AS_NODE_EVENTS)
        return true;
    struct as_program *program = &plan->programs.at[plan->nodes.at[source].program];
    const struct as_feature *feature = &program->features.at[plan->nodes.at[source].feature];
    uint32_t days = feature->kind == AS_FEATURE_POINTS ? (uint32_t)feature->rule->fading_days : feature->days;
    if (days == 0)
        return true;
    node->query = program->queries.n;
    return as_list_push(&plan->arena, &program->queries, ((struct as_query){index, source, days}));
}

static bool map_queries(struct as_plan *plan, struct as_program *program)
{
    const uint32_t kinds = program->kind_count;
    program->query_kinds =
        as_arena_array(&plan->arena, (size_t)AS_BIT_WORDS(program->queries.n) * kinds, sizeof(uint64_t));
    if (program->query_kinds == NULL)
        return false;
    for (uint32_t q = 0; q < program->queries.n; q++) {
        const struct as_node *source = &plan->nodes.at[program->queries.at[q].source];
        for (uint32_t k = 0; k < kinds; k++)
            if (as_bit(program->features.at[source->feature].kinds, k))
                program->query_kinds[(size_t)(q / 64) * kinds + k] |= UINT64_C(1) << q % 64;
    }
    return true;
}

enum as_status as_plan_asked(struct as_plan *plan, struct as_error *error)
{
    bool good = ask_axes(plan);
    /* Inputs come before what reads them, so one pass backwards reaches all. */
    for (uint32_t i = plan->nodes.n; i-- > 0 && good;) {
        struct as_node *node = &plan->nodes.at[i];
        node->asked = node->asked || (node->root && node->timed && node->kind != AS_NODE_SCORE);
        good = !node->asked || ask_inputs(plan, node);
    }
    for (uint32_t i = 0; i < plan->nodes.n && good; i++)
        if (plan->nodes.at[i].asked)
            good = add_query(plan, i) &&
                   as_list_push(&plan->arena, &plan->strata.at[plan->nodes.at[i].stratum].asked, i);
    for (uint32_t p = 0; p < plan->programs.n && good; p++)
        good = map_queries(plan, &plan->programs.at[p]);
    return good ? AS_OK : as_error_memory(error);
}
