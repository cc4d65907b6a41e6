/* Until when a lead's decisions hold while its facts stay as they are. */
#include "score/plan/kernel.h"

enum as_status as_run_not_before(struct as_run *run, struct as_error *error)
{
    const struct as_plan *plan = run->plan;
    const uint32_t leads = run->rows[AS_LEVEL_LEAD];
    bool timed = false;
    for (uint32_t i = 0; i < plan->nodes.n; i++)
        timed = timed || (plan->nodes.at[i].timed && plan->nodes.at[i].root);
    for (uint32_t i = 0; i < plan->scores.n; i++) /* whose bands are no roots of their own */
        timed = timed || plan->nodes.at[plan->scores.at[i].node].timed;
    if ((run->not_before = as_arena_array(&run->arena, leads, sizeof *run->not_before)) == NULL)
        return as_error_memory(error);
    for (uint32_t r = 0; r < leads; r++)
        run->not_before[r] = timed ? (int32_t)run->today + 1 : AS_DAY_NEVER;
    return AS_OK;
}
