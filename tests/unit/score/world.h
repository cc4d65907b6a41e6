/* A small world for tests of host/score: a pack made by the builders, a dataset made from tables. */
#ifndef AS_TEST_SCORE_WORLD_H
#define AS_TEST_SCORE_WORLD_H

#include "near.h"

#include "score/model/ledger.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct world_event {
    uint32_t row;
    int64_t time;
    uint32_t kind, order;
};

struct world {
    struct as_error error;
    struct as_schema *schema;
    struct as_pack *pack;
    struct as_model *model;
    struct as_dataset *data;
    struct as_plan *plan;
    struct as_outcome *outcome;
    struct world_event *events;
    uint32_t event_count;
    int64_t at;
    int line;
};

#define T(literal) ((struct as_literal){.kind = AS_LITERAL_TEXT, .text = AS_STR(literal)})
#define I(value)   ((struct as_literal){.kind = AS_LITERAL_INTEGER, .integer = (value)})
#define N(value)   ((struct as_literal){.kind = AS_LITERAL_NUMBER, .number = (value)})
#define E(value)   ((struct as_literal){.kind = AS_LITERAL_EXPR, .expr = (value)})
#define L(...)                                                                                               \
    ((struct as_literal){.kind = AS_LITERAL_LIST,                                                            \
                         .items = (struct as_literal[]){__VA_ARGS__},                                        \
                         .n = sizeof((struct as_literal[]){__VA_ARGS__}) / sizeof(struct as_literal)})
#define CALL(world, receiver, name, ...)                                                                     \
    world_call(world, receiver, name, (struct as_literal[]){{0}, __VA_ARGS__},                               \
               sizeof((struct as_literal[]){{0}, __VA_ARGS__}) / sizeof(struct as_literal) - 1)

#define DAYS(n) ((int64_t)(n)*AS_DAY_SECONDS)
/* Noon of a day far from all borders. */
#define NOON (INT64_C(20000) * AS_DAY_SECONDS + 43200)

static inline void must(struct world *w, enum as_status status)
{
    if (status != AS_OK)
        fail_msg("%s: %s (%s)", as_status_name(status), w->error.what, w->error.advice);
}

static inline struct as_position here(struct world *w)
{
    return (struct as_position){"rules.lua", ++w->line};
}

static inline void world_open(struct world *w)
{
    *w = (struct world){.at = NOON};
    must(w, as_schema_new(&w->schema, &w->error));
    must(w, as_pack_new(&w->pack, w->schema, &w->error));
    w->model = as_arena_alloc(&w->pack->rules.arena, sizeof *w->model);
    w->model->name = "m";
    assert_true(as_list_push(&w->pack->rules.arena, &w->pack->models, w->model));
}

static inline void world_close(struct world *w)
{
    as_outcome_free(w->outcome);
    as_plan_free(w->plan);
    as_dataset_free(w->data);
    as_pack_free(w->pack);
    as_schema_free(w->schema);
    free(w->events);
}

static inline uint32_t world_add_field(struct world *w, const char *name, enum as_level level,
                                       enum as_type type, const char *const *choices, uint32_t n, bool answer)
{
    uint32_t index;
    struct as_field field = {.name = name,
                             .level = level,
                             .type = type,
                             .choices = choices,
                             .choice_count = n,
                             .ask = answer ? "Is it so?" : NULL,
                             .position = {"pack.lua", 1}};
    must(w, as_schema_add_field(&index, w->schema, &field, &w->error));
    return index;
}

static inline const struct as_expr *lead_(struct world *w, const char *name)
{
    const struct as_expr *out;
    must(w, as_expr_field(&out, &w->pack->rules, AS_LEVEL_LEAD, as_str_of(name), here(w), &w->error));
    return out;
}

static inline const struct as_expr *account_(struct world *w, const char *name)
{
    const struct as_expr *out;
    must(w, as_expr_field(&out, &w->pack->rules, AS_LEVEL_ACCOUNT, as_str_of(name), here(w), &w->error));
    return out;
}

static inline const struct as_expr *answer_(struct world *w, const char *name)
{
    const struct as_expr *out;
    must(w, as_expr_answer(&out, &w->pack->rules, as_str_of(name), here(w), &w->error));
    return out;
}

static inline const struct as_expr *event_(struct world *w, const char *name)
{
    const struct as_expr *out;
    must(w, as_expr_events(&out, &w->pack->rules, AS_LEVEL_LEAD, as_str_of(name), here(w), &w->error));
    return out;
}

static inline const struct as_expr *score_(struct world *w, const struct as_score *score)
{
    const struct as_expr *out;
    must(w, as_expr_score(&out, &w->pack->rules, score, here(w), &w->error));
    return out;
}

static inline const struct as_expr *group_(struct world *w)
{
    const struct as_expr *out;
    must(w, as_expr_group(&out, &w->pack->rules, here(w), &w->error));
    return out;
}

static inline const struct as_expr *world_call(struct world *w, const struct as_expr *receiver,
                                               const char *name, const struct as_literal *args, size_t n)
{
    const struct as_expr *out;
    must(w, as_expr_call(&out, &w->pack->rules, receiver, name, args + 1, (uint32_t)n, here(w), &w->error));
    return out;
}

static inline struct as_score *world_score(struct world *w, const char *name)
{
    struct as_arena *arena = &w->pack->rules.arena;
    struct as_score *score = as_arena_alloc(arena, sizeof *score);
    score->name = name;
    score->model = w->model;
    score->index = w->model->scores.n;
    assert_true(as_list_push(arena, &w->model->scores, score));
    return score;
}

/* points in milli-points */
static inline struct as_rule *world_rule(struct world *w, struct as_score *score, const char *name,
                                         int64_t points, const struct as_expr *when)
{
    struct as_arena *arena = &w->pack->rules.arena;
    struct as_rule *rule = as_arena_alloc(arena, sizeof *rule);
    rule->name = name;
    rule->position = here(w);
    rule->index = score->rules.n;
    rule->points = points;
    rule->when = when;
    as_expr_use(&w->pack->rules, when);
    assert_true(as_list_push(arena, &score->rules, rule));
    return rule;
}

static inline void world_points(struct world *w, struct as_rule *rule, const char *kind, int64_t points,
                                uint32_t limit, int64_t days)
{
    struct as_event_points event = {.kind = as_schema_kind(w->schema, as_str_of(kind)), .points = points};
    event.at_most = (struct as_rate){limit, {DAYS(days), AS_SPAN_SECONDS}};
    assert_true(event.kind != AS_NO_INDEX);
    rule->kind = AS_RULE_EVENTS;
    assert_true(as_list_push(&w->pack->rules.arena, &rule->per_event, event));
}

static inline struct as_gate *world_gate(struct world *w, const char *name, enum as_level level)
{
    struct as_arena *arena = &w->pack->rules.arena;
    struct as_gate *gate = as_arena_alloc(arena, sizeof *gate);
    gate->name = name;
    gate->level = level;
    gate->index = w->model->gates.n;
    assert_true(as_list_push(arena, &w->model->gates, gate));
    return gate;
}

/* A condition that the run must decide: a criterion of a gate of that level. */
static inline const struct as_expr *world_root(struct world *w, struct as_gate *gate,
                                               const struct as_expr *expr)
{
    struct as_criterion criterion = {"criterion", expr};
    assert_true(as_list_push(&w->pack->rules.arena, &gate->criteria, criterion));
    return expr;
}

static inline void world_data(struct world *w, uint32_t leads, uint32_t accounts)
{
    must(w, as_dataset_new(&w->data, w->schema, leads, accounts, &w->error));
}

static inline struct as_column *world_column(struct world *w, uint32_t field)
{
    struct as_column *column;
    must(w, as_dataset_column(&column, w->data, field, &w->error));
    return column;
}

static inline struct as_column *lead_column(struct world *w, const char *name)
{
    return world_column(w, as_schema_field(w->schema, AS_LEVEL_LEAD, as_str_of(name)));
}

static inline struct as_column *account_column(struct world *w, const char *name)
{
    return world_column(w, as_schema_field(w->schema, AS_LEVEL_ACCOUNT, as_str_of(name)));
}

static inline void world_text(struct world *w, struct as_column *column, uint32_t row, const char *text)
{
    must(w, as_column_set_text(column, row, as_str_of(text), &w->error));
}

static inline void world_event(struct world *w, uint32_t row, const char *kind, int64_t time)
{
    w->events = realloc(w->events, (w->event_count + 1) * sizeof *w->events);
    assert_non_null(w->events);
    w->events[w->event_count] =
        (struct world_event){row, time, as_schema_kind(w->schema, as_str_of(kind)), w->event_count};
    assert_true(w->events[w->event_count].kind != AS_NO_INDEX);
    w->event_count++;
}

static inline int by_event(const void *a, const void *b)
{
    const struct world_event *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return (x->order > y->order) - (x->order < y->order);
}

/* Events of the leads, in the order of the log. */
static inline void world_log(struct world *w)
{
    struct as_event_log *log = &w->data->lead_events;
    if (w->event_count > 0)
        qsort(w->events, w->event_count, sizeof *w->events, by_event);
    log->n = w->event_count;
    log->start = calloc(w->data->leads + 1u, sizeof *log->start);
    log->time = calloc(w->event_count + 1u, sizeof *log->time);
    log->kind = calloc(w->event_count + 1u, sizeof *log->kind);
    for (uint32_t i = 0; i < w->event_count; i++) {
        log->start[w->events[i].row + 1]++;
        log->time[i] = (uint32_t)w->events[i].time;
        log->kind[i] = (uint16_t)w->events[i].kind;
    }
    for (uint32_t r = 0; r < w->data->leads; r++)
        log->start[r + 1] += log->start[r];
    log->end = log->start + 1;
}

static inline struct as_run_options world_options(const struct world *w)
{
    return (struct as_run_options){.at = w->at, .threads = 2};
}

static inline void world_compile(struct world *w)
{
    must(w, as_plan_new(&w->plan, w->pack, &w->error));
}

static inline void world_run(struct world *w)
{
    struct as_run_options options = world_options(w);
    if (w->data->lead_events.start == NULL)
        world_log(w);
    if (w->data->member_start == NULL)
        must(w, as_dataset_link(w->data, &w->error));
    if (w->plan == NULL)
        world_compile(w);
    as_outcome_free(w->outcome);
    w->outcome = NULL;
    must(w, as_plan_run(&w->outcome, w->plan, w->data, &options, &w->error));
}

static inline enum as_tri world_state(const struct world *w, const struct as_expr *root, enum as_level level,
                                      uint32_t row)
{
    return as_verdict_at(as_outcome_verdicts_at(w->outcome, root, level), row);
}

static inline enum as_tri lead_state(const struct world *w, const struct as_expr *root, uint32_t row)
{
    return world_state(w, root, AS_LEVEL_LEAD, row);
}

static inline enum as_tri account_state(const struct world *w, const struct as_expr *root, uint32_t row)
{
    return world_state(w, root, AS_LEVEL_ACCOUNT, row);
}

#endif
