/* One lead, told in full: decided anew over her own facts and those of her account's people, traced, and laid
 * beside what the store keeps of earlier decisions. Words and alignment are the command's. */
#include "run/explain.h"

#include "run/before.h"
#include "run/effects.h"
#include "run/evidence.h"
#include "run/hand_raise.h"
#include "run/placement.h"
#include "run/summary.h"
#include "store/facts.h"
#include "store/history.h"
#include "store/report.h"
#include "store/snapshot.h"

#include <stdlib.h>
#include <string.h>

struct explaining {
    struct as_explanation *out;
    struct as_store *store;
    const struct as_explain_request *request;
    struct as_plan **plans;        /* by pack */
    struct as_decision *decisions; /* by pack */
    const struct as_decision **all;
    struct as_dataset *dataset;
    struct as_trace *trace;
    uint32_t lead_row, account_row;
    struct as_evidence_source source;
};

static const char *copy(struct explaining *e, const char *text)
{
    return text == NULL ? NULL : as_arena_printf(&e->out->arena, "%s", text);
}

/* --- facts --- */

static enum as_status read_facts(struct explaining *e, struct as_error *error)
{
    const struct as_explain_request *request = e->request;
    struct as_snapshot_request wanted = {
        .at = request->at,
        .known_at = request->known_at,
        .account_events = true,
        .lead_ids = &request->lead_id,
        .lead_count = 1,
    };
    for (uint32_t i = 0; i < request->pack_count && wanted.ask_count == 0; i++) {
        wanted.asks = request->packs[i].pack->policy.needs.at;
        wanted.ask_count = request->packs[i].pack->policy.needs.n;
    }
    enum as_status status = as_store_snapshot(&e->dataset, e->store, request->schema, &wanted, error);
    if (status != AS_OK)
        return status;
    e->lead_row = AS_NO_INDEX;
    for (uint32_t row = 0; row < e->dataset->leads; row++)
        if (e->dataset->lead_id[row] == request->lead_id)
            e->lead_row = row;
    if (e->lead_row == AS_NO_INDEX) {
        char known[AS_TIME_TEXT];
        as_error_set(error, AS_ERR_MISSING, "this lead was not known at %s",
                     as_time_format(known, request->known_at));
        return as_error_advise(error, "ask for a later --at, or for what is known now with --known-at now");
    }
    e->account_row = e->dataset->lead_account == NULL ? AS_NO_INDEX : e->dataset->lead_account[e->lead_row];
    return AS_OK;
}

/* The first pack is decided last: its prior standings stay in the dataset for the trace. */
static enum as_status decide_packs(struct explaining *e, struct as_error *error)
{
    const struct as_explain_request *request = e->request;
    enum as_status status = AS_OK;
    for (uint32_t i = request->pack_count; i-- > 0 && status == AS_OK;) {
        const struct as_pack *pack = request->packs[i].pack;
        struct as_run_options options = {
            .at = request->at, .threads = 1, .functions = request->packs[i].functions};
        const char **models = as_arena_array(&e->out->arena, pack->models.n + (size_t)1, sizeof *models);
        if (models == NULL)
            return as_error_memory(error);
        for (uint32_t m = 0; m < pack->models.n; m++)
            models[m] = pack->models.at[m]->name;
        status = as_store_load_priors(e->dataset, e->store, pack->name, models, pack->models.n, error);
        if (status == AS_OK)
            status = as_plan_new(&e->plans[i], pack, error);
        if (status == AS_OK)
            status = as_decide(&e->decisions[i], pack, e->plans[i], e->dataset, &options, error);
        e->all[i] = &e->decisions[i];
    }
    if (status != AS_OK)
        return status;
    return as_trace_new(&e->trace, e->plans[0], e->dataset, &e->decisions[0].options, e->lead_row, error);
}

/* --- one model --- */

/* A function is asked on which day it may answer otherwise; what it will say then nobody knows. */
static enum as_status add_function_day(struct explaining *e, struct as_explained_model *model,
                                       const char *rule, int64_t day, struct as_error *error)
{
    struct as_explained_forecast forecast = {.day = day,
                                             .what = as_arena_printf(&e->out->arena, "rule %s", rule)};
    if (forecast.what == NULL || !as_list_push(&e->out->arena, &model->forecast, forecast))
        return as_error_memory(error);
    return AS_OK;
}

static enum as_status explain_score(struct explaining *e, struct as_explained_model *model,
                                    const struct as_score *score, const struct as_before *before,
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

static enum as_status explain_gate(struct explaining *e, struct as_explained_model *model,
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

static enum as_status explain_disqualifiers(struct explaining *e, struct as_explained_model *out,
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

static enum as_status explain_missing(struct explaining *e, struct as_explained_model *out,
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

static const char *verdict_name(uint16_t verdict)
{
    static const char *const names[] = {[AS_GATE_NONE] = "none",
                                        [AS_GATE_FAIL] = "fail",
                                        [AS_GATE_INSUFFICIENT] = "insufficient",
                                        [AS_GATE_PASS] = "pass"};
    return names[verdict & 3];
}

static int by_day(const void *left, const void *right)
{
    const struct as_explained_forecast *a = left, *b = right;
    return (a->day > b->day) - (a->day < b->day);
}

static enum as_status explain_forecast(struct explaining *e, struct as_explained_model *out,
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
            forecast.from = verdict_name(found[i].from);
            forecast.to = verdict_name(found[i].to);
        } else {
            char from[AS_GRADE_TEXT], to[AS_GRADE_TEXT];
            forecast.what = "grade";
            forecast.from = copy(e, as_grade_show(from, out->model, found[i].from));
            forecast.to = copy(e, as_grade_show(to, out->model, found[i].to));
        }
        if (forecast.what == NULL || forecast.from == NULL || forecast.to == NULL ||
            !as_list_push(arena, &out->forecast, forecast))
            status = as_error_memory(error);
    }
    if (out->forecast.n > 1)
        qsort(out->forecast.at, out->forecast.n, sizeof *out->forecast.at, by_day);
    return status;
}

static void explain_standing(struct explaining *e, struct as_explained_model *out,
                             const struct as_before *before)
{
    const struct as_model *model = out->model;
    const struct as_prior *prior = &e->dataset->prior[model->index][e->lead_row];
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

static enum as_status explain_model(struct explaining *e, const struct as_model *model,
                                    struct as_error *error)
{
    struct as_explained_model out = {.model = model,
                                     .standing = e->decisions[0].standings[model->index][e->lead_row]};
    struct as_before before;
    enum as_status status = as_before_of(&before, &e->out->arena, e->store, e->out->pack->name, model->name,
                                         e->request->lead_id, e->request->at, error);
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
    if (status == AS_OK && !as_list_push(&e->out->arena, &e->out->models, out))
        status = as_error_memory(error);
    return status;
}

static enum as_status explain_models(struct explaining *e, struct as_error *error)
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
    return as_error_advise(error, near != NULL ? "did you mean %s?" : "its first model is %s",
                           near != NULL ? near
                           : n > 0      ? names[0]
                                        : "missing");
}

/* --- the person and the account --- */

static enum as_status take_who(void *context, const struct as_who *who, struct as_error *error)
{
    struct explaining *e = context;
    e->out->lead = copy(e, who->name);
    e->out->email = copy(e, who->email);
    e->out->title = copy(e, who->title);
    e->out->account.name = copy(e, who->company);
    return e->out->lead == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status take_match(void *context, int64_t account_id, const char *account,
                                 const char *matched_by, double score, const char *note,
                                 struct as_error *error)
{
    struct explaining *e = context;
    (void)account_id, (void)account, (void)score;
    const char *words = note != NULL ? note : matched_by;
    e->out->account.matched_by = copy(e, words);
    return words != NULL && e->out->account.matched_by == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status take_assignment(void *context, const struct as_moment *moment, struct as_error *error)
{
    struct explaining *e = context;
    if (strcmp(moment->what, "assigned") != 0)
        return AS_OK;
    /* What the store tells in detail begins with the route, when there was one; it need not be said twice. */
    const char *by = moment->by;
    if (by != NULL && moment->detail != NULL && strncmp(moment->detail, by, strlen(by)) == 0)
        by = NULL;
    const char *why = by != NULL && moment->detail != NULL
                          ? as_arena_printf(&e->out->arena, "%s, %s", moment->detail, by)
                          : copy(e, moment->detail != NULL ? moment->detail : by);
    if (why != NULL)
        e->out->owner_why = why;
    (void)error;
    return AS_OK;
}

/* The owner that a run assigned; else the one that the CRM names. */
static enum as_status explain_owner(struct explaining *e, struct as_error *error)
{
    const struct as_dataset *dataset = e->dataset;
    uint32_t owner = e->out->pack->models.n > 0 ? dataset->prior[0][e->lead_row].owner : AS_NO_INDEX;
    if (owner != AS_NO_INDEX && dataset->users != NULL && owner < as_intern_count(dataset->users)) {
        e->out->owner = copy(e, as_intern_text(dataset->users, owner).p);
        return as_store_timeline(e->store, e->request->lead_id, e->request->at, e->request->known_at, 0,
                                 take_assignment, e, error);
    }
    uint32_t field = as_schema_field(e->request->schema, AS_LEVEL_LEAD, AS_STR("owner"));
    const struct as_column *column = field == AS_NO_INDEX ? NULL : dataset->field[field];
    if (column == NULL || !as_bit(column->known, e->lead_row))
        return AS_OK;
    struct as_evidence evidence;
    bool known = false;
    e->out->owner = copy(e, as_intern_text(column->dict, column->code[e->lead_row]).p);
    enum as_status status = as_store_evidence(&evidence, &known, e->store, e->request->schema, field,
                                              e->request->lead_id, e->request->known_at, error);
    if (status == AS_OK && known)
        e->out->owner_why = as_arena_printf(&e->out->arena, "says %s", evidence.source);
    return status;
}

static enum as_status explain_account(struct explaining *e, struct as_error *error)
{
    struct as_explained_account *out = &e->out->account;
    const struct as_pack *pack = e->out->pack;
    if (e->account_row == AS_NO_INDEX)
        return AS_OK;
    out->id = e->dataset->account_id[e->account_row];
    if (e->dataset->member_start != NULL)
        out->members =
            e->dataset->member_start[e->account_row + 1] - e->dataset->member_start[e->account_row];
    out->has_region = pack->segment.declared;
    if (out->has_region)
        out->region = as_region_at(pack, e->decisions[0].outcome, e->account_row);
    enum as_status status = as_store_match(e->store, e->request->lead_id, take_match, e, error);
    if (status != AS_OK || pack->templates.n == 0)
        return status;
    struct as_account_plan plan;
    status = as_account_plan_of(&plan, &e->out->arena, pack, e->decisions[0].outcome, e->dataset,
                                e->account_row, error);
    if (status != AS_OK || plan.template_ == NULL)
        return status;
    uint32_t *filled = as_arena_array(&e->out->arena, plan.template_->group.n + (size_t)1, sizeof *filled);
    if (filled == NULL)
        return as_error_memory(error);
    out->template_ = plan.template_->name;
    out->coverage = as_group_coverage(filled, plan.template_, e->dataset, e->account_row);
    for (uint32_t r = 0; r < plan.template_->group.n; r++) {
        struct as_explained_role role = {plan.template_->group.at[r].role, filled[r],
                                         plan.template_->group.at[r].count};
        if (!as_list_push(&e->out->arena, &out->roles, role))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status explain_contact(struct explaining *e, struct as_error *error)
{
    struct as_explained_contact *out = &e->out->contact;
    const struct as_pack *pack = e->out->pack;
    uint32_t model = 0;
    const struct as_standing *standing = as_leading_standing(&model, &e->decisions[0], e->lead_row);
    struct as_placement place = {.track = NULL};
    enum as_status status = AS_OK;
    out->due = AS_TIME_NONE;
    out->channel = "call";
    out->phase = as_buying_phase(pack, e->dataset, e->lead_row, e->request->at);
    if (standing != NULL && standing->persona > 0)
        out->persona = pack->personas.at[standing->persona - 1].name;
    if (standing != NULL && pack->tracks.n > 0)
        status =
            as_nurture_place(&place, e->decisions[0].nurture, e->lead_row, standing, e->request->at, error);
    if (status != AS_OK)
        return status;
    if (place.track != NULL && !place.ended && place.step < place.track->steps.n) {
        const struct as_step *step = &place.track->steps.at[place.step];
        out->track = place.track->name;
        out->step = step->name;
        out->what =
            step->task != NULL ? step->task : as_arena_printf(&e->out->arena, "send %s", step->content);
        out->due = place.due;
        out->channel = step->channel;
        out->ask = step->ask;
    }
    out->has_policy = pack->policy.declared;
    if (out->has_policy)
        out->pressure = as_nurture_pressure(e->decisions[0].nurture, e->lead_row, e->request->at);
    if (pack->policy.ladder.n > 0) {
        uint8_t rung = as_nurture_rung(e->decisions[0].nurture, e->lead_row, e->request->at);
        if (rung > 0 && rung <= pack->policy.ladder.n)
            out->permission = pack->policy.ladder.at[rung - 1];
    }
    struct as_contact_question question = {e->request->at, out->channel, out->ask,
                                           as_open_hand_raise(NULL, e->dataset, e->lead_row) != AS_NO_INDEX};
    return as_contact_joint(&out->answer, &out->denied_by, e->all, e->request->pack_count, e->lead_row,
                            &question, error);
}

/* --- the whole --- */

static enum as_status explain_all(struct explaining *e, struct as_error *error)
{
    enum as_status status = as_store_learn_schema(e->store, e->request->schema, error);
    if (status == AS_OK)
        status = read_facts(e, error);
    if (status == AS_OK)
        status = decide_packs(e, error);
    if (status != AS_OK)
        return status;
    e->source = (struct as_evidence_source){
        &e->out->arena, e->store,      e->dataset, e->trace, e->decisions[0].options.functions,
        e->lead_row,    e->account_row};
    status = as_store_who(e->store, e->request->lead_id, take_who, e, error);
    if (status == AS_OK)
        status = explain_models(e, error);
    if (status == AS_OK)
        status = explain_owner(e, error);
    if (status == AS_OK)
        status = explain_account(e, error);
    return status == AS_OK ? explain_contact(e, error) : status;
}

enum as_status as_explain(struct as_explanation *out, struct as_store *store,
                          const struct as_explain_request *request, struct as_error *error)
{
    *out = (struct as_explanation){.pack = request->packs[0].pack,
                                   .at = request->at,
                                   .known_at = request->known_at,
                                   .lead_id = request->lead_id};
    struct explaining e = {.out = out, .store = store, .request = request};
    e.plans = calloc(request->pack_count, sizeof *e.plans);
    e.decisions = calloc(request->pack_count, sizeof *e.decisions);
    e.all = calloc(request->pack_count, sizeof *e.all);
    enum as_status status = e.plans == NULL || e.decisions == NULL || e.all == NULL ? as_error_memory(error)
                                                                                    : explain_all(&e, error);
    as_trace_free(e.trace);
    for (uint32_t i = 0; i < request->pack_count; i++) {
        if (e.decisions != NULL && e.decisions[i].pack != NULL)
            as_decision_free(&e.decisions[i]);
        if (e.plans != NULL)
            as_plan_free(e.plans[i]);
    }
    free(e.plans);
    free(e.decisions);
    free(e.all);
    as_dataset_free(e.dataset);
    if (status != AS_OK)
        as_explanation_free(out);
    return status;
}

void as_explanation_free(struct as_explanation *explanation)
{
    as_arena_free(&explanation->arena);
    *explanation = (struct as_explanation){.pack = NULL};
}
