/* Rules built by hand, for tests that run a whole plan: the builders of score/tree/expr.h without their
 * noise. */
#ifndef AS_TEST_SCORE_RULES_H
#define AS_TEST_SCORE_RULES_H

#include "people.h"

#include "score/plan/plan.h"

static const struct as_position here = {"test.lua", 1};

#define must(call)                                                                                           \
    do {                                                                                                     \
        struct as_error error = AS_ERROR_INIT;                                                               \
        if ((call) != AS_OK)                                                                                 \
            fail_msg("%s: %s", #call, error.what);                                                           \
    } while (0)

static inline const struct as_expr *field(struct as_pack *pack, enum as_level level, const char *name)
{
    const struct as_expr *expr = NULL;
    must(as_expr_field(&expr, &pack->rules, level, as_str_of(name), here, &error));
    return expr;
}

static inline const struct as_expr *answer(struct as_pack *pack, const char *name)
{
    const struct as_expr *expr = NULL;
    must(as_expr_answer(&expr, &pack->rules, as_str_of(name), here, &error));
    return expr;
}

static inline const struct as_expr *events(struct as_pack *pack, const char *kind)
{
    const struct as_expr *expr = NULL;
    must(as_expr_events(&expr, &pack->rules, AS_LEVEL_LEAD, as_str_of(kind), here, &error));
    return expr;
}

static inline const struct as_expr *call(struct as_pack *pack, const struct as_expr *receiver, const char *op,
                                         const struct as_literal *args, uint32_t n)
{
    const struct as_expr *expr = NULL;
    must(as_expr_call(&expr, &pack->rules, receiver, op, args, n, here, &error));
    return expr;
}

static inline const struct as_expr *with_text(struct as_pack *pack, const struct as_expr *receiver,
                                              const char *op, const char *text)
{
    struct as_literal arg = {.kind = AS_LITERAL_TEXT, .text = as_str_of(text)};
    return call(pack, receiver, op, &arg, 1);
}

static inline const struct as_expr *with_number(struct as_pack *pack, const struct as_expr *receiver,
                                                const char *op, int64_t number)
{
    struct as_literal arg = {.kind = AS_LITERAL_INTEGER, .integer = number};
    return call(pack, receiver, op, &arg, 1);
}

static inline const struct as_expr *plain(struct as_pack *pack, const struct as_expr *receiver,
                                          const char *op)
{
    return call(pack, receiver, op, NULL, 0);
}

static inline const struct as_expr *joined(struct as_pack *pack, const char *op, const struct as_expr *a,
                                           const struct as_expr *b)
{
    struct as_literal arg = {.kind = AS_LITERAL_EXPR, .expr = b};
    return call(pack, a, op, &arg, 1);
}

/* Everything declared lives in the pack's arena. */
static inline void *made(struct as_pack *pack, size_t size)
{
    void *p = as_arena_alloc(&pack->rules.arena, size);
    assert_non_null(p);
    return p;
}

static inline struct as_model *model_of(struct as_pack *pack, const char *name)
{
    struct as_model *model = made(pack, sizeof *model);
    model->name = name;
    model->position = here;
    model->index = pack->models.n;
    assert_true(as_list_push(&pack->rules.arena, &pack->models, model));
    return model;
}

static inline struct as_gate *gate_of(struct as_pack *pack, struct as_model *model, enum as_stage stage,
                                      enum as_level level)
{
    struct as_gate *gate = made(pack, sizeof *gate);
    *gate = (struct as_gate){.name = as_stage_name(stage),
                             .stage = stage,
                             .level = level,
                             .index = model->gates.n,
                             .position = here};
    assert_true(as_list_push(&pack->rules.arena, &model->gates, gate));
    return gate;
}

static inline void criterion(struct as_pack *pack, struct as_gate *gate, const char *name,
                             const struct as_expr *when)
{
    as_expr_use(&pack->rules, when);
    assert_true(as_list_push(&pack->rules.arena, &gate->criteria, ((struct as_criterion){name, when})));
}

static inline struct as_score *score_of(struct as_pack *pack, struct as_model *model, const char *name)
{
    struct as_score *score = made(pack, sizeof *score);
    *score = (struct as_score){.name = name, .model = model, .position = here, .index = model->scores.n};
    assert_true(as_list_push(&pack->rules.arena, &model->scores, score));
    return score;
}

static inline struct as_rule *rule_of(struct as_pack *pack, struct as_score *score, const char *name,
                                      int64_t points, const struct as_expr *when)
{
    struct as_rule *rule = made(pack, sizeof *rule);
    *rule = (struct as_rule){.name = name,
                             .position = here,
                             .kind = AS_RULE_CONDITION,
                             .index = score->rules.n,
                             .when = when,
                             .points = points * 1000};
    if (when != NULL)
        as_expr_use(&pack->rules, when);
    assert_true(as_list_push(&pack->rules.arena, &score->rules, rule));
    return rule;
}

static inline struct as_pack *pack_new(struct people *p)
{
    struct as_pack *pack = NULL;
    must(as_pack_new(&pack, p->schema, &error));
    pack->name = "acme";
    return pack;
}

static inline struct as_plan *plan_new(const struct as_pack *pack)
{
    struct as_plan *plan = NULL;
    must(as_plan_new(&plan, pack, &error));
    return plan;
}

static inline struct as_outcome *outcome_at(const struct as_plan *plan, const struct people *p, int64_t at)
{
    struct as_outcome *outcome = NULL;
    const struct as_run_options options = {.at = at, .threads = 1};
    p->set->at = p->set->known_at = at;
    must(as_plan_run(&outcome, plan, p->set, &options, &error));
    return outcome;
}

#endif
