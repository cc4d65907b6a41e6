/* One line of reason for the few leads that a morning screen names. Everything there is to say is
 * explain.c's. */
#include "run/explain/because.h"

#include "run/explain/before.h"
#include "run/explain/evidence.h"

#include <stdlib.h>
#include <string.h>

/* "+50", "−4.25" */
static void put_points(struct as_buf *out, int64_t milli)
{
    as_buf_text(out, milli < 0 ? "−" : "+");
    as_buf_milli(out, milli < 0 ? -milli : milli);
}

static bool reads(const struct as_expr *expr, const struct as_score *score, int depth)
{
    if (expr == NULL || depth > AS_MAX_EXPR_DEPTH)
        return false;
    if (expr->kind == AS_EXPR_SCORE)
        return expr->score == score;
    bool found = false;
    for (uint32_t a = 0; expr->kind == AS_EXPR_CALL && a < expr->arg_count && !found; a++)
        found = expr->args[a].kind == AS_LITERAL_EXPR && reads(expr->args[a].expr, score, depth + 1);
    return found;
}

/* Whether the gate that was passed asks for this score. */
static bool gate_reads(const struct as_model *model, const struct as_standing *standing,
                       const struct as_score *score)
{
    for (uint32_t g = 0; g < model->gates.n; g++)
        for (uint32_t c = 0;
             c < model->gates.at[g]->criteria.n && model->gates.at[g]->stage == standing->stage; c++)
            if (reads(model->gates.at[g]->criteria.at[c].when, score, 0))
                return true;
    return false;
}

/* The rule whose points rose most, over the scores that the gate asks for. */
static enum as_status put_rule(struct as_buf *out, const struct as_evidence_source *source,
                               const struct as_model *model, struct as_before *before,
                               const struct as_standing *standing, struct as_error *error)
{
    int64_t most = 0;
    const char *name = NULL;
    for (uint32_t s = 0; s < model->scores.n; s++) {
        struct as_explained_score score = {.had_before = false};
        if (!gate_reads(model, standing, model->scores.at[s]))
            continue;
        enum as_status status =
            as_ledger_of(&score.ledger, source->arena, source->trace, model->scores.at[s], error);
        if (status == AS_OK)
            status = as_before_changes(&score, before, error);
        if (status != AS_OK)
            return status;
        for (uint32_t i = 0; i < score.changes.n; i++) {
            int64_t change = score.changes.at[i].now - score.changes.at[i].before;
            if (change > most) {
                most = change;
                name = score.changes.at[i].name;
            }
        }
    }
    if (name != NULL) {
        as_buf_printf(out, "%s ", name);
        put_points(out, most);
    }
    return AS_OK;
}

/* The newest fact under the conditions by which it moved, when it is newer than `since`: "answer.need
 * acknowledged". */
static enum as_status put_fact(struct as_buf *out, const struct as_evidence_source *source,
                               const struct as_model *model, const struct as_standing *standing,
                               int64_t since, struct as_error *error)
{
    struct as_explained_values values = {.list = {NULL, 0, 0}};
    enum as_status status = AS_OK;
    if (standing->stage == AS_STAGE_DISQUALIFIED && standing->disqualifier > 0)
        status =
            as_evidence_of(&values, source, model->disqualifiers.at[standing->disqualifier - 1].when, error);
    for (uint32_t g = 0; g < model->gates.n && standing->cause == AS_CAUSE_GATE; g++) {
        const struct as_gate *gate = model->gates.at[g];
        for (uint32_t c = 0; c < gate->criteria.n && status == AS_OK; c++)
            if (gate->stage == standing->stage)
                status = as_evidence_of(&values, source, gate->criteria.at[c].when, error);
    }
    const struct as_explained_value *newest = NULL;
    uint32_t more = 0;
    for (uint32_t i = 0; i < values.list.n && status == AS_OK; i++) {
        const struct as_explained_value *value = &values.list.at[i];
        bool says = value->value != NULL && strcmp(value->value, "no") != 0 && strcmp(value->value, "0") != 0;
        if (!says || value->since <= since)
            continue;
        more += newest != NULL;
        if (newest == NULL || value->since > newest->since)
            newest = value;
    }
    if (newest != NULL)
        as_buf_printf(out, "%s %s", newest->fact, newest->value);
    if (more > 0)
        as_buf_printf(out, " and %u more", more);
    return status;
}

enum as_status as_move_because(const char **out, struct as_arena *arena, struct as_store *store,
                               const struct as_decision *decision, uint32_t model_index, uint32_t lead_row,
                               struct as_error *error)
{
    const struct as_model *model = decision->pack->models.at[model_index];
    const struct as_standing *standing = as_standing_at(decision, model_index, lead_row);
    const struct as_dataset *dataset = decision->dataset;
    struct as_run_options options = decision->options;
    struct as_trace *trace = NULL;
    struct as_before before;
    struct as_buf text = {.p = NULL};
    *out = NULL;
    if (standing->cause != AS_CAUSE_GATE && standing->cause != AS_CAUSE_DISQUALIFY)
        return AS_OK;
    options.progress = NULL;
    enum as_status status = as_trace_new(&trace, decision->plan, dataset, &options, lead_row, error);
    if (status != AS_OK)
        return status;
    struct as_evidence_source source = {arena,
                                        store,
                                        dataset,
                                        trace,
                                        options.functions,
                                        lead_row,
                                        dataset->lead_account == NULL ? AS_NO_INDEX
                                                                      : dataset->lead_account[lead_row],
                                        NULL};
    status = as_before_of(&before, arena, store, decision->pack->name, model->name,
                          dataset->lead_id[lead_row], options.at, error);
    if (status == AS_OK)
        status = put_fact(&text, &source, model, standing, before.decision.at, error);
    if (status == AS_OK && text.n == 0 && standing->cause == AS_CAUSE_GATE)
        status = put_rule(&text, &source, model, &before, standing, error);
    if (status == AS_OK && text.n > 0 && (*out = as_arena_copy(arena, as_buf_c(&text), text.n)) == NULL)
        status = as_error_memory(error);
    as_buf_free(&text);
    as_trace_free(trace);
    return status;
}
