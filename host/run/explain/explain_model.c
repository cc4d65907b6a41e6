/* What there is to say of a lead in one model: standing, scores with their entries, gates with their
 * criteria, what is missing and what time alone will change. */
#include "run/explain/explaining.h"

#include "base/suggest.h"
#include "run/decision/summary.h"
#include "run/explain/before.h"
#include "score/model/forecast.h"
#include "score/model/missing.h"
#include "store/work/waiting.h"

#include <stdlib.h>
#include <string.h>

/* A function is asked on which day it may answer otherwise; what it will say then nobody knows. */
static enum as_status add_function_day(struct as_explaining *e, struct as_explained_model *model,
                                       const char *rule, int64_t day, struct as_error *error)
{
    struct as_explained_forecast forecast = {.day = day,
                                             .what = as_arena_printf(&e->out->arena, "rule %s", rule)};
    if (forecast.what == NULL || !as_list_push(&e->out->arena, &model->forecast, forecast))
        return as_error_memory(error);
    return AS_OK;
}

static enum as_status explain_score(struct as_explaining *e, struct as_explained_model *model,
                                    const struct as_score *score, struct as_before *before,
                                    struct as_error *error)
{
    struct as_arena *arena = &e->out->arena;
    struct as_explained_score out = {.had_before = false};
    enum as_status status = as_ledger_of(&out.ledger, arena, e->trace, score, error);
    for (uint32_t i = 0; i < out.ledger.entries.n && status == AS_OK; i++) {
        struct as_explained_entry entry = {.entry = &out.ledger.entries.at[i], .newest = AS_TIME_NONE};
        const struct as_rule *rule = entry.entry->rule;
        if (rule != NULL && entry.entry->kind == AS_ENTRY_EVENTS)
            status =
                as_events_behind(&entry.counted, &entry.newest, &e->source, rule, entry.entry->events, error);
        if (rule != NULL && status == AS_OK && entry.entry->kind != AS_ENTRY_RULE_CAP)
            status = as_evidence_of(&entry.values, &e->source, rule->when, error);
        if (rule != NULL && status == AS_OK && entry.entry->kind == AS_ENTRY_RULE)
            status = as_evidence_of(&entry.values, &e->source, rule->function, error);
        if (status == AS_OK && entry.values.next_day != 0)
            status = add_function_day(e, model, rule->name, entry.values.next_day, error);
        if (status == AS_OK && !as_list_push(arena, &out.entries, entry))
            status = as_error_memory(error);
    }
    for (uint32_t i = 0; i < out.ledger.open.n && status == AS_OK; i++) {
        const struct as_rule *rule = out.ledger.open.at[i].rule;
        struct as_buf said = {.p = NULL};
        if (rule->when != NULL)
            as_expr_say(&said, rule->when, e->dataset->schema);
        const char *text = as_arena_copy(arena, as_buf_c(&said), said.n);
        as_buf_free(&said);
        if (text == NULL || !as_list_push(arena, &out.open, text))
            status = as_error_memory(error);
    }
    if (status == AS_OK)
        status = as_before_changes(&out, before, error);
    if (status == AS_OK && !as_list_push(arena, &model->scores, out))
        status = as_error_memory(error);
    return status;
}

static enum as_status explain_gate(struct as_explaining *e, struct as_explained_model *model,
                                   const struct as_gate *gate, struct as_error *error)
{
    struct as_explained_gate out = {.gate = gate,
                                    .verdict = as_verdict_of(model->standing.verdicts, gate->index)};
    if (model->before.at != AS_TIME_NONE)
        out.before = as_verdict_of(model->before.verdicts, gate->index);
    for (uint32_t c = 0; c < gate->criteria.n; c++) {
        struct as_explained_condition condition;
        enum as_status status = as_explain_condition(&condition, &e->source, gate->criteria.at[c].name,
                                                     gate->criteria.at[c].when, error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(&e->out->arena, &out.criteria, condition))
            return as_error_memory(error);
    }
    return as_list_push(&e->out->arena, &model->gates, out) ? AS_OK : as_error_memory(error);
}

static enum as_status explain_disqualifiers(struct as_explaining *e, struct as_explained_model *out,
                                            struct as_error *error)
{
    const struct as_model *model = out->model;
    for (uint32_t d = 0; d < model->disqualifiers.n; d++) {
        if (as_trace_state(e->trace, model->disqualifiers.at[d].when) == AS_NO)
            continue;
        struct as_explained_condition condition;
        enum as_status status = as_explain_condition(&condition, &e->source, model->disqualifiers.at[d].name,
                                                     model->disqualifiers.at[d].when, error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(&e->out->arena, &out->disqualifiers, condition))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status explain_missing(struct as_explaining *e, struct as_explained_model *out,
                                      struct as_error *error)
{
    out->next = as_next_gate(out->model, out->standing.stage);
    if (out->next == NULL)
        return AS_OK;
    struct as_missing found[AS_MISSING_MOST];
    uint32_t n = as_missing_for(found, AS_MISSING_MOST, e->trace, out->next);
    for (uint32_t i = 0; i < n && i < AS_MISSING_MOST; i++) {
        struct as_explained_missing missing = {
            .criterion = found[i].criterion->name, .ask = found[i].ask, .state = found[i].state};
        struct as_buf said = {.p = NULL};
        as_expr_say(&said, found[i].leaf, e->dataset->schema);
        missing.said = as_arena_copy(&e->out->arena, as_buf_c(&said), said.n);
        as_buf_free(&said);
        if (missing.said == NULL || !as_list_push(&e->out->arena, &out->missing, missing))
            return as_error_memory(error);
    }
    return AS_OK;
}

static int by_day(const void *left, const void *right)
{
    const struct as_explained_forecast *a = left, *b = right;
    return (a->day > b->day) - (a->day < b->day);
}

static enum as_status explain_forecast(struct as_explaining *e, struct as_explained_model *out,
                                       struct as_error *error)
{
    struct as_forecast found[AS_FORECAST_MOST];
    uint32_t n = 0;
    struct as_arena *arena = &e->out->arena;
    enum as_status status = as_forecast_of(found, AS_FORECAST_MOST, &n, e->plans[0], out->model, e->dataset,
                                           &e->decisions[0].options, e->lead_row, AS_FORECAST_DAYS, error);
    for (uint32_t i = 0; status == AS_OK && i < n && i < AS_FORECAST_MOST; i++) {
        struct as_explained_forecast forecast = {.day = found[i].day};
        if (found[i].gate != NULL) {
            forecast.what = as_arena_printf(arena, "gate %s", found[i].gate->name);
            forecast.from = as_gate_verdict_name((enum as_gate_verdict)(found[i].from & 3));
            forecast.to = as_gate_verdict_name((enum as_gate_verdict)(found[i].to & 3));
        } else {
            char from[AS_GRADE_TEXT], to[AS_GRADE_TEXT];
            forecast.what = "grade";
            forecast.from = as_explaining_keep(e, as_grade_show(from, out->model, found[i].from));
            forecast.to = as_explaining_keep(e, as_grade_show(to, out->model, found[i].to));
        }
        if (forecast.what == NULL || forecast.from == NULL || forecast.to == NULL ||
            !as_list_push(arena, &out->forecast, forecast))
            status = as_error_memory(error);
    }
    if (out->forecast.n > 1)
        qsort(out->forecast.at, out->forecast.n, sizeof *out->forecast.at, by_day);
    return status;
}

static void explain_standing(struct as_explaining *e, struct as_explained_model *out,
                             const struct as_before *before)
{
    const struct as_model *model = out->model;
    const struct as_prior *prior = as_prior_at(e->dataset, model->index, e->lead_row);
    const struct as_standing *standing = &out->standing;
    out->before = before->decision;
    out->label = as_pack_label(e->out->pack, (enum as_stage)standing->stage);
    out->pending = as_standing_changed(standing, prior);
    as_grade_show(out->grade, model, standing->grade);
    if (out->pending && standing->stage != prior->stage) {
        out->why = as_move_by(model, standing);
    } else if (before->stage == standing->stage) {
        out->why = before->by != NULL ? before->by : as_move_by(model, standing);
        out->cause = before->cause;
    }
    if (standing->persona > 0)
        out->persona = e->out->pack->personas.at[standing->persona - 1].name;
    if (standing->disqualifier > 0)
        out->disqualifier = model->disqualifiers.at[standing->disqualifier - 1].name;
}

/* Where sales takes no more than so many: whoever the last run could not hand over. */
static enum as_status explain_room(struct as_explaining *e, struct as_explained_model *out,
                                   struct as_error *error)
{
    if (out->pending || out->standing.outside || out->standing.stage != AS_STAGE_SALES_READY)
        return AS_OK;
    return as_store_waits(&out->waits, e->store, e->out->pack->name, AS_WAITS_FOR_ROOM, e->request->lead_id,
                          error);
}

static enum as_status explain_model(struct as_explaining *e, const struct as_model *model,
                                    struct as_error *error)
{
    struct as_explained_model out = {
        .model = model, .standing = *as_standing_at(&e->decisions[0], model->index, e->lead_row)};
    struct as_before before;
    enum as_status status = as_before_of(&before, &e->out->arena, e->store, e->out->pack->name, model->name,
                                         e->request->lead_id, e->request->at, error);
    if (status == AS_OK)
        status = as_before_stage(&before, e->store, e->out->pack->name, model->name, e->request->lead_id,
                                 e->request->at, error);
    if (status != AS_OK)
        return status;
    explain_standing(e, &out, &before);
    for (uint32_t s = 0; s < model->scores.n && status == AS_OK; s++)
        status = explain_score(e, &out, model->scores.at[s], &before, error);
    for (uint32_t g = 0; g < model->gates.n && status == AS_OK; g++)
        status = explain_gate(e, &out, model->gates.at[g], error);
    if (status == AS_OK)
        status = explain_disqualifiers(e, &out, error);
    if (status == AS_OK)
        status = explain_missing(e, &out, error);
    if (status == AS_OK)
        status = explain_forecast(e, &out, error);
    if (status == AS_OK)
        status = explain_room(e, &out, error);
    if (status == AS_OK && !as_list_push(&e->out->arena, &e->out->models, out))
        status = as_error_memory(error);
    return status;
}

enum as_status as_explain_models(struct as_explaining *e, struct as_error *error)
{
    const struct as_pack *pack = e->out->pack;
    const char *wanted = e->request->model;
    enum as_status status = AS_OK;
    bool found = wanted == NULL;
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        if (wanted == NULL || strcmp(pack->models.at[m]->name, wanted) == 0) {
            found = true;
            status = explain_model(e, pack->models.at[m], error);
        }
    if (found || status != AS_OK)
        return status;
    const char *names[AS_MAX_MODELS];
    uint32_t n = 0;
    for (uint32_t m = 0; m < pack->models.n && n < AS_MAX_MODELS; m++)
        names[n++] = pack->models.at[m]->name;
    const char *near = as_suggest(as_str_of(wanted), names, n);
    as_error_set(error, AS_ERR_USAGE, "pack %s has no model \"%s\"", pack->name, wanted);
    as_error_meant(error, near);
    return as_error_advise(error, "its first model is %s", n > 0 ? names[0] : "missing");
}
