/* Forecast by looking: the lead is traced again on each coming day, with the same facts and another `at`. */
#include "score/model/forecast.h"

enum { AXES = 2 };

/* What one day says. */
struct look {
    uint16_t verdicts;
    uint16_t band[AXES]; /* of each axis of the grade */
};

static enum as_gate_verdict gate_verdict(const struct as_trace *trace, const struct as_gate *gate)
{
    enum as_gate_verdict verdict = AS_GATE_PASS;
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        enum as_tri state = as_trace_state_at(trace, gate->criteria.at[i].when, gate->level);
        if (state == AS_NO)
            return AS_GATE_FAIL;
        if (state != AS_YES)
            verdict = AS_GATE_INSUFFICIENT;
    }
    return verdict;
}

static enum as_status look_at(struct look *out, const struct as_plan *plan, const struct as_model *model,
                              const struct as_dataset *dataset, const struct as_run_options *options,
                              uint32_t lead_row, int64_t at, struct as_error *error)
{
    struct as_arena arena = {0};
    struct as_trace *trace = NULL;
    struct as_run_options then = *options;
    int64_t values[AXES] = {0, 0};
    then.at = at;
    then.threads = 1;
    then.progress = NULL;
    *out = (struct look){0};
    enum as_status status = as_trace_new(&trace, plan, dataset, &then, lead_row, error);
    for (uint32_t i = 0; status == AS_OK && i < model->gates.n; i++)
        out->verdicts |=
            (uint16_t)(gate_verdict(trace, model->gates.at[i]) << (2 * model->gates.at[i]->index));
    for (uint32_t i = 0; status == AS_OK && i < model->axes.n && i < AXES; i++) {
        struct as_ledger ledger;
        status = as_ledger_of(&ledger, &arena, trace, model->axes.at[i].score, error);
        values[i] = status == AS_OK ? ledger.value : 0;
    }
    if (status == AS_OK && model->axes.n > 0) {
        uint16_t grade = as_grade_of(model, values);
        out->band[0] = (uint16_t)((grade - 1) / AS_GRADE_BANDS);
        out->band[1] = (uint16_t)((grade - 1) % AS_GRADE_BANDS);
    }
    if (trace != NULL)
        as_trace_free(trace);
    as_arena_free(&arena);
    return status;
}

static uint16_t grade_code(const struct look *look)
{
    return (uint16_t)(1 + look->band[0] * AS_GRADE_BANDS + look->band[1]);
}

static void note(struct as_forecast *out, uint32_t most, uint32_t *n, struct as_forecast change)
{
    if (*n < most)
        out[*n] = change;
    (*n)++;
}

enum as_status as_forecast_of(struct as_forecast *out, uint32_t most, uint32_t *n, const struct as_plan *plan,
                              const struct as_model *model, const struct as_dataset *dataset,
                              const struct as_run_options *options, uint32_t lead_row, uint32_t days,
                              struct as_error *error)
{
    struct look now, then;
    uint32_t gates_open = model->gates.n, axes_open = model->axes.n < AXES ? model->axes.n : AXES;
    bool gate_done[8] = {false}, axis_done[AXES] = {false};
    *n = 0;
    if (model->gates.n > sizeof gate_done / sizeof *gate_done)
        return as_error_set(error, AS_ERR_BUG, "model \"%s\" has more gates than a verdict holds",
                            model->name);
    enum as_status status = look_at(&now, plan, model, dataset, options, lead_row, options->at, error);
    for (uint32_t d = 1; status == AS_OK && d <= days && gates_open + axes_open > 0; d++) {
        int64_t at = options->at + d * AS_DAY_SECONDS;
        status = look_at(&then, plan, model, dataset, options, lead_row, at, error);
        if (status != AS_OK)
            return status;
        for (uint32_t i = 0; i < model->gates.n; i++) {
            const struct as_gate *gate = model->gates.at[i];
            enum as_gate_verdict from = as_verdict_of(now.verdicts, gate->index);
            enum as_gate_verdict to = as_verdict_of(then.verdicts, gate->index);
            if (gate_done[i] || from == to)
                continue;
            gate_done[i] = true;
            gates_open--;
            note(out, most, n, (struct as_forecast){as_day_of(at), gate, NULL, (uint16_t)from, (uint16_t)to});
        }
        for (uint32_t i = 0; i < model->axes.n && i < AXES; i++) {
            if (axis_done[i] || now.band[i] == then.band[i])
                continue;
            axis_done[i] = true;
            axes_open--;
            note(out, most, n,
                 (struct as_forecast){as_day_of(at), NULL, model->axes.at[i].score, grade_code(&now),
                                      grade_code(&then)});
        }
    }
    return status;
}
