/* A trace: one lead with every intermediate value kept, computed by the same kernels as a run. */
#include "score/model/ledger.h"
#include "score/plan/kernel.h"

#include <stdlib.h>

enum as_status as_trace_new(struct as_trace **out, const struct as_plan *plan,
                            const struct as_dataset *dataset, const struct as_run_options *options,
                            uint32_t lead_row, struct as_error *error)
{
    *out = NULL;
    if (lead_row >= dataset->leads)
        return as_error_set(error, AS_ERR_BUG, "lead row %u of %u", lead_row, dataset->leads);
    struct as_trace *trace = calloc(1, sizeof *trace);
    if (trace == NULL)
        return as_error_memory(error);
    as_arena_init(&trace->rows);
    struct as_selection selection;
    struct as_run_options alone = *options;
    alone.threads = 1;
    alone.progress = NULL;
    bool members = plan->groups && dataset->member_start != NULL;
    enum as_status status = as_selection_of(&selection, &trace->rows, dataset, &lead_row, 1, members, error);
    if (status == AS_OK)
        status = as_run_open(&trace->run, plan, dataset, &alone, &selection, error);
    if (status == AS_OK)
        status = as_run_strata(&trace->run, error);
    if (status != AS_OK) {
        as_trace_free(trace);
        return status;
    }
    trace->position[AS_LEVEL_LEAD] =
        as_selection_place(selection.rows[AS_LEVEL_LEAD], selection.n[AS_LEVEL_LEAD], lead_row);
    trace->position[AS_LEVEL_ACCOUNT] = selection.account_of[trace->position[AS_LEVEL_LEAD]];
    *out = trace;
    return AS_OK;
}

void as_trace_free(struct as_trace *trace)
{
    if (trace == NULL)
        return;
    if (trace->run.plan != NULL)
        as_run_close(&trace->run);
    as_arena_free(&trace->rows);
    free(trace);
}

/* Where an expression's node is, and at which position. What stands inside an account's condition was
 * computed for the account alone, so a lead is answered by its account. */
static bool locate(uint32_t *node, uint32_t *position, const struct as_trace *trace,
                   const struct as_expr *expr, enum as_level level)
{
    *node = as_plan_find_at(trace->run.plan, expr, level);
    if (*node == AS_NO_NODE && level == AS_LEVEL_LEAD) {
        level = AS_LEVEL_ACCOUNT;
        *node = as_plan_find_at(trace->run.plan, expr, level);
    }
    *position = trace->position[level];
    return *node != AS_NO_NODE && *position != AS_NO_INDEX && trace->run.table[*node].known != NULL;
}

enum as_tri as_trace_state_at(const struct as_trace *trace, const struct as_expr *expr, enum as_level level)
{
    uint32_t node, position;
    if (expr == NULL)
        return AS_YES;
    return locate(&node, &position, trace, expr, level) ? as_run_state(&trace->run, node, position)
                                                        : AS_UNKNOWN;
}

enum as_tri as_trace_state(const struct as_trace *trace, const struct as_expr *expr)
{
    return as_trace_state_at(trace, expr, AS_LEVEL_LEAD);
}

enum as_tri as_trace_recycle_part(const struct as_trace *trace, const struct as_recycle *recycle,
                                  const struct as_expr *expr)
{
    const struct as_pack *pack = trace->run.plan->pack;
    for (uint32_t m = 0; m < pack->models.n && expr != NULL; m++) {
        const struct as_model *model = pack->models.at[m];
        struct as_context context = {.level = AS_LEVEL_LEAD, .origin = {AS_ORIGIN_ENTERED, model->index}};
        for (uint32_t i = 0; i < model->recycles.n; i++) {
            uint32_t node = as_plan_find(trace->run.plan, expr, &context);
            if (&model->recycles.at[i] == recycle && node != AS_NO_NODE)
                return as_run_state(&trace->run, node, trace->position[AS_LEVEL_LEAD]);
        }
    }
    return expr == NULL ? AS_YES : AS_UNKNOWN;
}

enum as_tri as_trace_outcome_part(const struct as_trace *trace, uint32_t programme,
                                  const struct as_expr *expr)
{
    struct as_context context = {.level = AS_LEVEL_LEAD, .origin = {AS_ORIGIN_CAME, programme}};
    uint32_t node = as_plan_find(trace->run.plan, expr, &context);
    return node == AS_NO_NODE ? AS_UNKNOWN : as_run_state(&trace->run, node, trace->position[AS_LEVEL_LEAD]);
}

bool as_trace_show(struct as_buf *out, const struct as_trace *trace, const struct as_expr *expr)
{
    uint32_t node, position;
    return locate(&node, &position, trace, expr, AS_LEVEL_LEAD) &&
           as_run_show(out, &trace->run, node, position);
}

uint32_t as_trace_members(uint32_t *rows, uint32_t most, const struct as_trace *trace,
                          const struct as_expr *group_call, enum as_tri state)
{
    const struct as_run *run = &trace->run;
    uint32_t account = trace->position[AS_LEVEL_ACCOUNT];
    uint32_t index = as_plan_find_at(run->plan, group_call, AS_LEVEL_ACCOUNT), n = 0;
    if (index == AS_NO_NODE || account == AS_NO_INDEX)
        return 0;
    const struct as_node *node = &run->plan->nodes.at[index];
    if (node->kind != AS_NODE_EVERY && node->kind != AS_NODE_SOME)
        return 0;
    for (uint32_t m = run->member_start[account]; m < run->member_start[account + 1]; m++) {
        if (as_run_state(run, node->in[0], run->member[m]) != state)
            continue;
        if (n < most)
            rows[n] = run->row_of[AS_LEVEL_LEAD][run->member[m]];
        n++;
    }
    return n;
}

const struct as_plan *as_trace_plan(const struct as_trace *trace)
{
    return trace->run.plan;
}
