/* Scores: a part for each rule, with what it may add when it cannot be decided. Adding the parts up is
 * kernel_score.c's; taking them apart again for the ledger is ledger.c's. */
#include "score/plan/plan_node.h"

#include <string.h>

struct as_score_plan *as_plan_score_of(const struct as_plan *plan, const struct as_score *score)
{
    for (uint32_t i = 0; i < plan->scores.n; i++)
        if (plan->scores.at[i].score == score)
            return &plan->scores.at[i];
    return NULL;
}

static int64_t bound(int64_t value, int64_t most)
{
    return value > most ? most : value < -most ? -most : value;
}

static int64_t magnitude(int64_t value)
{
    return value < 0 ? -value : value;
}

/* The most that events of one kind can be worth: as many as the limit allows, as young as it allows. Without
 * a limit, or when points never fade, there is no bound. */
static int64_t most_of_kind(const struct as_rule *rule, const struct as_event_points *event)
{
    if (event->at_most.count == 0)
        return AS_OPEN_POINTS;
    int64_t span = event->at_most.span.length / AS_DAY_SECONDS, sum = 0;
    for (int64_t age = 0; age <= AS_MAX_WINDOW_DAYS; age += span) {
        int64_t points = magnitude(as_decay_points(event->points, rule->fading, rule->fading_days, age));
        sum += points * event->at_most.count;
        if (points == 0 || span == 0 || sum >= AS_OPEN_POINTS)
            break;
    }
    if (span > 0 && rule->fading == AS_FADING_NONE)
        return AS_OPEN_POINTS;
    return bound(sum, AS_OPEN_POINTS);
}

static void set_bounds(struct as_part *part, const struct as_rule *rule)
{
    if (rule->kind == AS_RULE_FUNCTION) {
        part->low = -part->cap;
        part->high = part->cap;
        return;
    }
    for (uint32_t i = 0; i < rule->per_event.n; i++) {
        const struct as_event_points *event = &rule->per_event.at[i];
        int64_t most = most_of_kind(rule, event);
        if (event->points > 0)
            part->high = bound(part->high + most, part->cap);
        else if (event->points < 0)
            part->low = bound(part->low - most, part->cap);
    }
}

static enum as_status compile_part(struct as_part *part, struct as_plan *plan, const struct as_score *score,
                                   const struct as_rule *rule, struct as_error *error)
{
    struct as_context context = {.level = AS_LEVEL_LEAD};
    if (score->restart_on_recycle)
        context.origin = (struct as_origin){AS_ORIGIN_RECYCLED, score->model->index};
    *part = (struct as_part){.rule = rule,
                             .when = AS_NO_NODE,
                             .points = AS_NO_NODE,
                             .cap = rule->has_cap ? magnitude(rule->cap) : AS_OPEN_POINTS,
                             .group = AS_NO_INDEX};
    part->amount = bound(rule->points, part->cap);
    enum as_status status = AS_OK;
    if (rule->group != NULL) {
        for (uint32_t i = 0; i < score->groups.n; i++)
            if (strcmp(score->groups.at[i].name, rule->group) == 0)
                part->group = i;
        if (part->group == AS_NO_INDEX) {
            as_error_set(error, AS_ERR_RULE,
                         "rule \"%s\" is in group \"%s\", which score \"%s\" does not declare", rule->name,
                         rule->group, score->name);
            as_error_advise(error, "declare it with its cap, or leave group away");
            return as_error_at(error, rule->position.file, rule->position.line);
        }
    }
    if (rule->when != NULL)
        status = as_plan_compile(&part->when, plan, rule->when, context, error);
    if (status == AS_OK && rule->kind == AS_RULE_EVENTS)
        status = as_plan_rule_events(&part->points, plan, rule, context.origin, error);
    if (status == AS_OK && rule->kind == AS_RULE_FUNCTION)
        status = as_plan_function(&part->points, plan, rule->function, AS_REP_I64, part->when, error);
    set_bounds(part, rule);
    return status;
}

/* "fit → interest → fit", from the scores that are being compiled. */
static enum as_status cycle(const struct as_plan *plan, const struct as_score *score, struct as_error *error)
{
    struct as_buf text = {.max = AS_ERROR_WHAT};
    bool inside = false;
    for (uint32_t i = 0; i < plan->scores.n; i++) {
        const struct as_score_plan *open = &plan->scores.at[i];
        inside = inside || open->score == score;
        if (inside && open->compiling)
            as_buf_printf(&text, "%s -> ", open->score->name);
    }
    as_buf_text(&text, score->name);
    as_error_set(error, AS_ERR_RULE, "score \"%s\" depends on itself: %s", score->name, as_buf_c(&text));
    as_buf_free(&text);
    as_error_advise(error, "let one of them read facts and events instead of the other score");
    return as_error_at(error, score->position.file, score->position.line);
}

enum as_status as_plan_score(uint32_t *out, struct as_plan *plan, const struct as_score *score,
                             struct as_error *error)
{
    struct as_score_plan *known = as_plan_score_of(plan, score);
    if (known != NULL) {
        *out = known->node;
        return known->compiling ? cycle(plan, score, error) : AS_OK;
    }
    struct as_score_plan open = {.score = score, .node = AS_NO_NODE, .compiling = true};
    if (!as_list_push(&plan->arena, &plan->scores, open))
        return as_error_memory(error);
    AS_LIST(struct as_part) parts = {0};
    AS_LIST(uint32_t) in = {0};
    for (uint32_t i = 0; i < score->rules.n; i++) {
        struct as_part part;
        enum as_status status = compile_part(&part, plan, score, score->rules.at[i], error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(&plan->arena, &parts, part) ||
            (part.when != AS_NO_NODE && !as_list_push(&plan->arena, &in, part.when)) ||
            (part.points != AS_NO_NODE && !as_list_push(&plan->arena, &in, part.points)))
            return as_error_memory(error);
    }
    struct as_node node = as_node_like(AS_NODE_SCORE, AS_REP_SCORE, AS_LEVEL_LEAD, NULL);
    node.score = score;
    enum as_status status = as_plan_add(out, plan, &node, in.at, in.n, error);
    if (status != AS_OK)
        return status;
    /* Compiling a rule may have moved the list of scores. */
    known = as_plan_score_of(plan, score);
    known->node = *out;
    known->compiling = false;
    known->parts.at = parts.at;
    known->parts.n = parts.n;
    known->parts.room = parts.room;
    return AS_OK;
}

enum as_status as_plan_function(uint32_t *out, struct as_plan *plan, const struct as_expr *function,
                                enum as_rep rep, uint32_t when, struct as_error *error)
{
    struct as_node node = as_node_like(AS_NODE_FUNCTION, rep, function->level, function);
    return as_plan_add(out, plan, &node, &when, when == AS_NO_NODE ? 0 : 1, error);
}
