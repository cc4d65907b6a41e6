/* The table of conditions and what tests showed of them. Texts are condition_example.c's and the command's.
 */
#include "score/testing/coverage.h"
#include "score/tree/operator.h"

#include <stdlib.h>
#include <string.h>

static bool known_already(const struct as_coverage *coverage, const struct as_expr *expr)
{
    for (uint32_t i = 0; i < coverage->conditions.n; i++)
        if (coverage->conditions.at[i].expr == expr)
            return true;
    return false;
}

/* A role that nobody fills is not found yet: covers is yes or unknown. */
static bool never_no(const struct as_expr *expr)
{
    return expr->kind == AS_EXPR_CALL && expr->op->kernel == AS_KERNEL_COVERS;
}

static bool add_condition(struct as_coverage *coverage, const struct as_root *root,
                          const struct as_expr *expr)
{
    return known_already(coverage, expr) ||
           as_list_push(&coverage->arena, &coverage->conditions,
                        ((struct as_covered){.expr = expr, .root = root, .never_no = never_no(expr)}));
}

static int by_place(const void *left, const void *right)
{
    const struct as_covered *a = left, *b = right;
    int order = strcmp(a->expr->position.file, b->expr->position.file);
    if (order == 0)
        order = (a->expr->position.line > b->expr->position.line) -
                (a->expr->position.line < b->expr->position.line);
    return order != 0 ? order : (a->expr->id > b->expr->id) - (a->expr->id < b->expr->id);
}

static uint32_t place_of(const struct as_coverage *coverage, const struct as_expr *expr)
{
    uint32_t i = 0;
    while (i < coverage->conditions.n && coverage->conditions.at[i].expr != expr)
        i++;
    return i;
}

enum as_status as_coverage_open(struct as_coverage *coverage, const struct as_pack *pack,
                                struct as_error *error)
{
    *coverage = (struct as_coverage){.conditions = {0}};
    as_arena_init(&coverage->arena);
    enum as_status status = as_roots_of(&coverage->roots, &coverage->arena, pack, error);
    bool room = true;
    for (uint32_t r = 0; status == AS_OK && r < coverage->roots.at.n; r++) {
        const struct as_root *root = &coverage->roots.at.at[r];
        if (root->leaf_count > 1)
            room = room && add_condition(coverage, root, root->when);
        for (uint32_t i = 0; i < root->leaf_count; i++)
            room = room && add_condition(coverage, root, root->leaves[i]);
    }
    if (coverage->conditions.n > 0)
        qsort(coverage->conditions.at, coverage->conditions.n, sizeof *coverage->conditions.at, by_place);
    for (uint32_t r = 0; status == AS_OK && r < coverage->roots.at.n; r++) {
        const struct as_root *root = &coverage->roots.at.at[r];
        for (uint32_t i = 0; i < root->leaf_count; i++)
            room =
                room && as_list_push(&coverage->arena, &coverage->decided,
                                     ((struct as_decided){.root = root,
                                                          .leaf = root->leaves[i],
                                                          .when_no = never_no(root->leaves[i]),
                                                          .condition = place_of(coverage, root->leaves[i])}));
    }
    if (status == AS_OK && !room)
        status = as_error_memory(error);
    if (status != AS_OK)
        as_coverage_close(coverage);
    return status;
}

void as_coverage_close(struct as_coverage *coverage)
{
    as_arena_free(&coverage->arena);
    *coverage = (struct as_coverage){.conditions = {0}};
}

void as_coverage_note(struct as_coverage *coverage, const struct as_root *root, const enum as_tri *states)
{
    uint32_t d = 0;
    while (d < coverage->decided.n && coverage->decided.at[d].root != root)
        d++;
    for (uint32_t i = 0; i < root->leaf_count; i++, d++) {
        struct as_decided *decided = &coverage->decided.at[d];
        coverage->conditions.at[decided->condition].times[states[i]]++;
        if (as_leaf_decides(root, states, i)) {
            decided->when_yes = decided->when_yes || states[i] == AS_YES;
            decided->when_no = decided->when_no || states[i] == AS_NO;
        }
    }
    if (root->leaf_count > 1)
        coverage->conditions.at[place_of(coverage, root->when)]
            .times[as_kleene(root->when, root->leaves, states, root->leaf_count)]++;
}

/* Events count since the stage was entered, or the programme. */
static enum as_tri state_of(const struct as_trace *trace, const struct as_root *root,
                            const struct as_expr *leaf)
{
    switch (root->kind) {
    case AS_ROOT_RECYCLE:
        return as_trace_recycle_part(trace, root->recycle, leaf);
    case AS_ROOT_OUTCOME:
        return as_trace_outcome_part(trace, root->programme, leaf);
    default:
        return as_trace_state_at(trace, leaf, root->level);
    }
}

void as_coverage_add(struct as_coverage *coverage, const struct as_trace *trace)
{
    enum as_tri states[AS_MAX_ROOT_LEAVES];
    for (uint32_t r = 0; r < coverage->roots.at.n; r++) {
        const struct as_root *root = &coverage->roots.at.at[r];
        if (root->leaf_count > AS_MAX_ROOT_LEAVES)
            continue;
        for (uint32_t i = 0; i < root->leaf_count; i++)
            states[i] = state_of(trace, root, root->leaves[i]);
        as_coverage_note(coverage, root, states);
    }
}

void as_coverage_merge(struct as_coverage *into, const struct as_coverage *from)
{
    for (uint32_t i = 0; i < into->conditions.n && i < from->conditions.n; i++)
        for (int state = 0; state < 4; state++)
            into->conditions.at[i].times[state] += from->conditions.at[i].times[state];
    for (uint32_t i = 0; i < into->decided.n && i < from->decided.n; i++) {
        struct as_decided *decided = &into->decided.at[i];
        decided->when_yes = decided->when_yes || from->decided.at[i].when_yes;
        decided->when_no = decided->when_no || from->decided.at[i].when_no;
    }
}

struct as_coverage_sum as_coverage_sum_of(const struct as_coverage *coverage, const char *file)
{
    struct as_coverage_sum sum = {0};
    for (uint32_t i = 0; i < coverage->conditions.n; i++) {
        const struct as_covered *condition = &coverage->conditions.at[i];
        if (file != NULL && strcmp(condition->expr->position.file, file) != 0)
            continue;
        sum.conditions++;
        sum.covered += as_covered_both(condition);
        sum.unknown += condition->times[AS_UNKNOWN] + condition->times[AS_UNMEASURABLE] > 0;
    }
    for (uint32_t i = 0; i < coverage->decided.n; i++) {
        const struct as_decided *decided = &coverage->decided.at[i];
        if (file != NULL && strcmp(decided->leaf->position.file, file) != 0)
            continue;
        sum.leaves++;
        sum.decided += decided->when_yes && decided->when_no;
    }
    return sum;
}
