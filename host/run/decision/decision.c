/* One pack decided in memory: the plan's outcome and, from it, the standings of every model. What it is
 * decided from is the caller's; what becomes of it (stored, explained, queued) is other files' business. */
#include "run/decision/decision.h"

#include "base/time.h"

#include <stdlib.h>
#include <string.h>

enum as_status as_decide(struct as_decision *out, const struct as_pack *pack, const struct as_plan *plan,
                         const struct as_dataset *dataset, const struct as_run_options *options,
                         struct as_error *error)
{
    *out = (struct as_decision){.pack = pack, .plan = plan, .dataset = dataset, .options = *options};
    int64_t began = as_clock_ticks();
    enum as_status status = as_plan_run(&out->outcome, plan, dataset, options, error);
    if (status != AS_OK)
        goto done;
    out->rules_ns = as_clock_ticks() - began;
    out->standings = calloc(pack->models.n + 1, sizeof *out->standings);
    out->stood = calloc(pack->models.n + 1, sizeof *out->stood);
    if (out->standings == NULL || out->stood == NULL) {
        status = as_error_memory(error);
        goto done;
    }
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = as_standings_by(&out->standings[m], &out->stood[m], pack->models.at[m], plan, out->outcome,
                                 dataset, options->at, options->threads, error);
    out->standings_ns = as_clock_ticks() - began - out->rules_ns;
    if (status == AS_OK)
        status = as_nurture_open(&out->nurture, pack, out->outcome, dataset, error);
    if (status == AS_OK && options->not_before)
        as_nurture_until(out->outcome, out->nurture, options->at);
done:
    if (status != AS_OK)
        as_decision_free(out);
    return status;
}

void as_decision_free(struct as_decision *decision)
{
    if (decision->standings != NULL)
        for (uint32_t m = 0; m < decision->pack->models.n; m++)
            as_standings_free(&decision->standings[m]);
    for (uint32_t m = 0; decision->stood != NULL && m < decision->pack->models.n; m++)
        as_stood_free(&decision->stood[m]);
    free(decision->standings);
    free(decision->stood);
    as_nurture_close(decision->nurture);
    as_outcome_free(decision->outcome);
    *decision = (struct as_decision){.pack = NULL};
}

bool as_standing_changed(const struct as_standing *now, const struct as_prior *prior)
{
    if (!prior->decided)
        return !now->outside;
    return now->stage != prior->stage || now->grade != prior->grade || now->verdicts != prior->verdicts;
}

const struct as_score *as_interest_score(const struct as_model *model)
{
    for (uint32_t s = 0; s < model->scores.n; s++)
        if (as_str_is(as_str_of(model->scores.at[s]->name), "interest"))
            return model->scores.at[s];
    if (model->axes.n > 1)
        return model->axes.at[1].score;
    return model->scores.n > 0 ? model->scores.at[model->scores.n - 1] : NULL;
}

uint32_t as_decision_next(const struct as_decision *decision, uint32_t model, uint32_t row)
{
    const uint64_t *differs = decision->stood[model].differs;
    uint32_t leads = decision->dataset->leads;
    while (row < leads && differs[row >> 6] >> (row & 63) == 0)
        row = (row | 63) + 1;
    return row < leads ? row + (uint32_t)__builtin_ctzll(differs[row >> 6] >> (row & 63)) : leads;
}

bool as_models_same(const struct as_pack *a, const struct as_pack *b)
{
    bool same = a->models.n == b->models.n;
    for (uint32_t m = 0; same && m < a->models.n; m++)
        same = strcmp(a->models.at[m]->name, b->models.at[m]->name) == 0;
    return same;
}
