/* A model of four gates and leads that stand somewhere in it, for tests of the lifecycle. */
#ifndef AS_TEST_SCORE_LIFECYCLE_H
#define AS_TEST_SCORE_LIFECYCLE_H

#include "near.h"

#include "score/model/stage.h"

#include <stdlib.h>
#include <string.h>

enum { DAY = 86400 };
#define T0 (INT64_C(1700000000))

static struct as_gate gates[] = {
    {.name = "nurture", .stage = AS_STAGE_NURTURE, .index = 0},
    {.name = "worth_a_call", .stage = AS_STAGE_WORTH_A_CALL, .index = 1},
    {.name = "sales_ready", .stage = AS_STAGE_SALES_READY, .index = 2},
    {.name = "opportunity", .stage = AS_STAGE_OPPORTUNITY, .level = AS_LEVEL_ACCOUNT, .index = 3},
};
static struct as_gate *gate_list[] = {&gates[0], &gates[1], &gates[2], &gates[3]};
static const struct as_model model = {.name = "m", .gates = {gate_list, 4, 4}};

enum { N = AS_GATE_NONE, F = AS_GATE_FAIL, U = AS_GATE_INSUFFICIENT, P = AS_GATE_PASS };

static inline uint16_t verdicts(int nurture, int call, int ready, int opportunity)
{
    return (uint16_t)(nurture | call << 2 | ready << 4 | opportunity << 6);
}

static inline struct as_prior prior_of(const struct as_standing *standing)
{
    return (struct as_prior){.stage = standing->stage,
                             .furthest = standing->furthest,
                             .grade = standing->grade,
                             .verdicts = standing->verdicts,
                             .decided = true,
                             .entered = standing->entered,
                             .recycled = standing->recycled,
                             .cool_off = standing->cool_off,
                             .recycles = standing->recycles,
                             .owner = AS_NO_INDEX};
}

static inline struct as_prior standing_in(enum as_stage stage, int64_t entered)
{
    return (struct as_prior){.stage = (uint8_t)stage,
                             .furthest = (uint8_t)(stage <= AS_STAGE_WON ? stage : AS_STAGE_NURTURE),
                             .decided = true,
                             .entered = entered,
                             .recycled = AS_TIME_NONE,
                             .cool_off = AS_TIME_NONE,
                             .owner = AS_NO_INDEX};
}

static const struct as_prior nobody = {0};

/* A lead that the model speaks about, nothing recorded. */
static inline struct as_stage_facts facts_of(const struct as_prior *prior, int64_t at, uint16_t v)
{
    return (struct as_stage_facts){.at = at, .prior = prior, .about = AS_YES, .verdicts = v};
}

static inline struct as_standing decide(const struct as_stage_facts *facts)
{
    struct as_standing out;
    as_stage_decide(&out, &model, facts);
    return out;
}

static inline struct as_standing step(const struct as_prior *prior, int64_t at, uint16_t v)
{
    struct as_stage_facts facts = facts_of(prior, at, v);
    return decide(&facts);
}

#endif
