/* Account plans: the first template that holds for an account, with the plays that are open. */
#include "score/model/account_plan.h"

#include <math.h>

/* Hundredths of an amount in units; false when unknown or beyond what money holds. */
static bool hundredths(int64_t *out, const struct as_outcome *outcome, const struct as_expr *root,
                       uint32_t row, double share)
{
    double units;
    if (root == NULL || !as_outcome_number(&units, outcome, root, row) || !(fabs(units * share) < 9e16))
        return false;
    *out = llround(units * share * 100);
    return true;
}

enum as_region as_region_at(const struct as_pack *pack, const struct as_outcome *outcome,
                            uint32_t account_row)
{
    const struct as_segment *segment = &pack->segment;
    int64_t value = 0;
    double diversity = 0;
    if (!segment->declared)
        return AS_REGION_INSUFFICIENT;
    bool value_known = hundredths(&value, outcome, segment->value, account_row, 1);
    bool diversity_known =
        segment->diversity != NULL && as_outcome_number(&diversity, outcome, segment->diversity, account_row);
    return as_region_of(value_known, value, diversity_known, diversity, segment);
}

bool as_regions_askew(const uint64_t regions[AS_REGION_ABM + 1])
{
    uint64_t targeted = regions[AS_REGION_TARGETED];
    uint64_t ends = regions[AS_REGION_MASS] + regions[AS_REGION_ABM];
    return targeted + ends >= AS_REGIONS_TELL && targeted < ends;
}

enum as_status as_account_plan_of(struct as_account_plan *out, struct as_arena *arena,
                                  const struct as_pack *pack, const struct as_outcome *outcome,
                                  const struct as_dataset *dataset, uint32_t account_row,
                                  struct as_error *error)
{
    *out = (struct as_account_plan){.region = as_region_at(pack, outcome, account_row)};
    for (uint32_t i = 0; i < pack->templates.n && out->template_ == NULL; i++) {
        const struct as_template *template_ = pack->templates.at[i];
        if (as_verdict_at(as_outcome_verdicts_at(outcome, template_->when, AS_LEVEL_ACCOUNT), account_row) ==
            AS_YES)
            out->template_ = template_;
    }
    if (out->template_ == NULL)
        return AS_OK;
    const struct as_template *template_ = out->template_;
    uint32_t *filled = as_arena_array(arena, (size_t)template_->group.n + 1, sizeof *filled);
    if (filled == NULL)
        return as_error_memory(error);
    out->coverage = as_group_coverage(filled, template_, dataset, account_row);
    out->filled = filled;
    out->has_budget = template_->budget_share > 0 && hundredths(&out->budget, outcome, template_->budget_of,
                                                                account_row, template_->budget_share);
    for (uint32_t i = 0; i < template_->plays.n; i++) {
        const struct as_play *play = &template_->plays.at[i];
        struct as_verdicts when = as_outcome_verdicts_at(outcome, play->when, AS_LEVEL_ACCOUNT);
        if (!as_list_push(arena, &out->plays,
                          ((struct as_plan_play){play, as_verdict_at(when, account_row)})))
            return as_error_memory(error);
    }
    return AS_OK;
}
