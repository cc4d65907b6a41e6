/* Reactions: the effects that rules ask for when a lead enters a stage or passes a step of a track. Each is
 * keyed by the decision that asked (who entered what when) and its place among the effects asked for, so that
 * another version of the rules asks for nothing again. */
#include "run/effects/effect_writing.h"

#include "store/work/work.h"

#include <inttypes.h>
#include <string.h>

/* Where a fact of the lead or its account stands; AS_NO_INDEX without account. */
static uint32_t row_of(const struct as_decision *decision, const struct as_expr *expr, uint32_t row)
{
    return expr->level == AS_LEVEL_LEAD ? row : decision->dataset->lead_account[row];
}

static void put_fact(struct as_json *json, const struct as_decision *decision, const struct as_expr *expr,
                     uint32_t lead_row)
{
    uint32_t row = row_of(decision, expr, lead_row);
    double number;
    struct as_buf text = {0};
    if (row == AS_NO_INDEX) {
        as_json_text(json, NULL);
    } else if ((expr->shape & AS_SHAPE_BOOLEAN) != 0) {
        if (!as_outcome_text(&text, decision->outcome, expr, row))
            as_json_text(json, NULL);
        else
            as_json_bool(json, strcmp(as_buf_c(&text), "yes") == 0 || strcmp(as_buf_c(&text), "true") == 0);
    } else if (as_outcome_number(&number, decision->outcome, expr, row)) {
        as_json_number(json, number);
    } else {
        as_json_text(json, as_outcome_text(&text, decision->outcome, expr, row) ? as_buf_c(&text) : NULL);
    }
    as_buf_free(&text);
}

static enum as_status put_result(struct as_json *json, const struct as_decision *decision,
                                 const struct as_expr *function, uint32_t row, struct as_error *error)
{
    const struct as_functions *functions = decision->options.functions;
    struct as_function_result result = {.kind = AS_RESULT_UNKNOWN};
    if (functions == NULL)
        return as_error_set(error, AS_ERR_BUG, "an effect calls a function, and the pack came without any");
    enum as_status status = functions->call(&result, functions->context, 0, function->function,
                                            decision->dataset, row, decision->options.at, error);
    if (status != AS_OK)
        return status;
    switch (result.kind) {
    case AS_RESULT_BOOLEAN:
        as_json_bool(json, result.boolean);
        break;
    case AS_RESULT_NUMBER:
        as_json_number(json, result.number);
        break;
    case AS_RESULT_TEXT:
        as_json_text(json, result.text);
        break;
    default:
        as_json_text(json, NULL);
    }
    return AS_OK;
}

void as_effect_literal(struct as_json *json, const struct as_literal *literal)
{
    switch (literal->kind) {
    case AS_LITERAL_TEXT:
        as_json_text(json, literal->text.p);
        return;
    case AS_LITERAL_INTEGER:
        as_json_int(json, literal->integer);
        return;
    case AS_LITERAL_NUMBER:
        as_json_number(json, literal->number);
        return;
    default:
        as_json_bool(json, literal->boolean);
    }
}

static enum as_status put_value(struct as_json *json, const struct as_decision *decision,
                                const struct as_effect_value *value, uint32_t row, struct as_error *error)
{
    as_json_key(json, value->key);
    if (value->literal.kind != AS_LITERAL_NONE)
        as_effect_literal(json, &value->literal);
    else if (value->expr->kind == AS_EXPR_FUNCTION)
        return put_result(json, decision, value->expr, row, error);
    else
        put_fact(json, decision, value->expr, row);
    return AS_OK;
}

/* data, or set of an update: everything but what a task says of itself. */
static enum as_status put_values(struct as_json *json, const struct as_decision *decision,
                                 const struct as_effect_rule *effect, uint32_t row, struct as_error *error)
{
    bool task = effect->kind == AS_EFFECT_TASK;
    enum as_status status = AS_OK;
    as_json_put_open(json, effect->kind == AS_EFFECT_UPDATE ? "set" : "data", '{');
    for (uint32_t i = 0; i < effect->values.n && status == AS_OK; i++)
        if (!task || strcmp(effect->values.at[i].key, AS_TASK_TEXT) != 0)
            status = put_value(json, decision, &effect->values.at[i], row, error);
    as_json_close(json, '}');
    return status;
}

/* What is to be done: what the rule gives as text, else the name. NULL when memory is out. */
static enum as_status task_text(const char **out, struct as_effect_writing *w,
                                const struct as_effect_rule *effect, uint32_t row, struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    *out = effect->name;
    for (uint32_t i = 0; i < effect->values.n; i++) {
        const struct as_effect_value *value = &effect->values.at[i];
        if (strcmp(value->key, AS_TASK_TEXT) != 0)
            continue;
        struct as_function_result result = {.kind = AS_RESULT_UNKNOWN};
        enum as_status status = AS_OK;
        struct as_buf text = {0};
        if (value->expr == NULL) {
            as_buf_str(&text, value->literal.text);
        } else if (value->expr->kind == AS_EXPR_FUNCTION) {
            const struct as_functions *functions = decision->options.functions;
            if (functions != NULL)
                status = functions->call(&result, functions->context, 0, value->expr->function,
                                         decision->dataset, row, decision->options.at, error);
            if (result.kind == AS_RESULT_TEXT)
                as_buf_text(&text, result.text);
        } else if (row_of(decision, value->expr, row) != AS_NO_INDEX) {
            as_outcome_text(&text, decision->outcome, value->expr, row_of(decision, value->expr, row));
        }
        if (status == AS_OK && text.n > 0) /* unknown: the name has to do */
            *out = as_arena_copy(&w->arena, as_buf_c(&text), text.n);
        bool failed = text.failed || *out == NULL;
        as_buf_free(&text);
        return status == AS_OK && failed ? as_error_memory(error) : status;
    }
    return AS_OK;
}

/* Scores, grade and whom it goes to: what a person who gets the lead wants to know first. */
static enum as_status put_handoff(struct as_json *json, struct as_effect_writing *w, uint32_t model,
                                  uint32_t row, struct as_error *error)
{
    struct as_offered_to to;
    const struct as_decision *decision = w->request->decision;
    const struct as_model *m = decision->pack->models.at[model];
    const struct as_dataset *dataset = decision->dataset;
    char grade[AS_GRADE_TEXT];
    uint32_t owner = as_prior_at(dataset, model, row)->owner;
    bool known = owner != AS_NO_INDEX && dataset->users != NULL && owner < as_intern_count(dataset->users);
    enum as_status status = as_effect_offered_to(&to, w, model, row, error);
    if (status != AS_OK)
        return status;
    as_effect_put_offered_to(json, &to, known ? as_intern_text(dataset->users, owner).p : NULL);
    as_json_put_text(json, "grade", as_grade_show(grade, m, as_standing_at(decision, model, row)->grade));
    as_json_put_open(json, "scores", '{');
    for (uint32_t s = 0; s < m->scores.n; s++)
        as_json_put_milli(json, m->scores.at[s]->name,
                          as_points_at(as_outcome_score(decision->outcome, m->scores.at[s]), row).value);
    as_json_close(json, '}');
    return AS_OK;
}

/* Why nobody may be put on a list that leads to messages; NULL: they may. Caps and pauses are for whoever
 * sends from it. */
static enum as_status bars_joining(const char **why, struct as_effect_writing *w,
                                   const struct as_effect_rule *effect, uint32_t row, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    struct as_contact_question question = {request->record->at, "email", NULL, false, 0};
    struct as_contact_answer answer;
    const char *by;
    *why = NULL;
    if (effect->kind != AS_EFFECT_LIST || effect->leaves)
        return AS_OK;
    enum as_status status =
        as_contact_joint(&answer, &by, request->all, request->all_count, row, &question, error);
    if (status == AS_OK && (answer.denial == AS_DENIED_NEVER || answer.denial == AS_DENIED_CONSENT)) {
        *why = as_arena_printf(&w->arena, "%s: %s", as_denial_name(answer.denial), answer.reason);
        if (*why == NULL)
            return as_error_memory(error);
    }
    return status;
}

static enum as_status make(struct as_effect_writing *w, const struct as_effect_rule *effect, uint32_t model,
                           uint32_t row, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    int64_t lead_id = decision->dataset->lead_id[row], at = request->record->at;
    int64_t due = effect->due > 0 ? at + effect->due : AS_TIME_NONE;
    const char *text = effect->name;
    struct as_effect_about about = {
        .lead_id = lead_id, .destination = effect->to, .not_before = AS_TIME_NONE};
    enum as_status status = bars_joining(&about.withdrawn, w, effect, row, error);
    if (status == AS_OK && effect->kind == AS_EFFECT_TASK)
        status = task_text(&text, w, effect, row, error);
    if (status != AS_OK)
        return status;
    const char *model_name = model == AS_NO_INDEX ? NULL : decision->pack->models.at[model]->name;
    struct as_json json = as_effect_payload(w, model_name, lead_id);
    as_json_put_text(&json, "name", effect->name);
    if (model != AS_NO_INDEX)
        as_json_put_text(&json, "stage", as_stage_name(as_standing_at(decision, model, row)->stage));
    if (effect->kind == AS_EFFECT_TASK) {
        as_json_put_text(&json, "task", text);
        as_json_put_text(&json, "role", effect->role);
        as_json_put_text(&json, "of", effect->name);
        as_json_put_time(&json, "due", due);
    } else if (effect->kind == AS_EFFECT_LIST) {
        as_json_put_text(&json, "list", effect->list);
        as_json_put_text(&json, "change", effect->leaves ? "leave" : "join");
    } else if (effect->kind == AS_EFFECT_HANDOFF) {
        status = put_handoff(&json, w, model, row, error);
    }
    if (status == AS_OK)
        status = put_values(&json, decision, effect, row, error);
    as_json_close(&json, '}');
    bool added = false;
    if (status == AS_OK)
        status = as_effect_put(&added, w, effect->kind, &about, error);
    if (status != AS_OK || !added)
        return status;
    if (effect->kind != AS_EFFECT_TASK) {
        w->made->told++;
        return AS_OK;
    }
    w->made->task++;
    struct as_task task = {.key = as_buf_c(&w->key),
                           .pack = request->record->pack,
                           .text = text,
                           .role = effect->role,
                           .play = effect->name,
                           .lead_id = lead_id,
                           .created = at,
                           .due = due};
    return request->held || request->dry ? AS_OK : as_store_put_task(&added, w->store, &task, error);
}

static bool is_wanted(const struct as_decision *decision, const struct as_effect_rule *effect, uint32_t row)
{
    return effect->when == NULL ||
           as_verdict_at(as_outcome_verdicts_at(decision->outcome, effect->when, AS_LEVEL_LEAD), row) ==
               AS_YES;
}

/* late: the lead entered before, and only its hand-off was kept back. */
static enum as_status react(struct as_effect_writing *w, uint32_t model, uint32_t row, bool late,
                            struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_pack *pack = decision->pack;
    const struct as_standing *standing = as_standing_at(decision, model, row);
    enum as_status status = AS_OK;
    uint32_t ordinal = 0;
    for (uint32_t i = 0; i < pack->reactions.n; i++) {
        const struct as_reaction *reaction = &pack->reactions.at[i];
        if (reaction->stage != (enum as_stage)standing->stage ||
            (reaction->model != NULL && strcmp(reaction->model, pack->models.at[model]->name) != 0))
            continue;
        for (uint32_t e = 0; e < reaction->effects.n && status == AS_OK; e++) {
            const struct as_effect_rule *effect = reaction->effects.at[e];
            bool handoff = effect->kind == AS_EFFECT_HANDOFF;
            ordinal++;
            if ((late && !handoff) || (handoff && (standing->blocked || as_room_waits(w, model, row))) ||
                !is_wanted(decision, effect, row))
                continue;
            as_buf_reset(&w->key);
            as_buf_printf(&w->key, "enter/%s/%s/%" PRId64 "/%s/%" PRId64 "/%u", w->request->record->pack,
                          pack->models.at[model]->name, decision->dataset->lead_id[row],
                          as_stage_name((enum as_stage)standing->stage), standing->entered, ordinal);
            status = make(w, effect, model, row, error);
        }
    }
    return status;
}

enum as_status as_effects_react(struct as_effect_writing *w, uint32_t model, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_dataset *dataset = request->decision->dataset;
    const struct as_moves *moves = &request->moves[model];
    enum as_status status = AS_OK;
    if (request->baseline || request->decision->pack->reactions.n == 0)
        return AS_OK;
    for (uint32_t i = 0; i < moves->n && status == AS_OK; i++)
        if (moves->at[i].from != moves->at[i].to)
            status = react(w, model, moves->at[i].lead_row, false, error);
    for (uint32_t row = as_decision_next(request->decision, model, 0);
         row < dataset->leads && status == AS_OK; row = as_decision_next(request->decision, model, row + 1))
        if (as_handed_over_late(request->decision, model, row))
            status = react(w, model, row, true, error);
    for (uint32_t row = 0; w->room != NULL && row < dataset->leads && status == AS_OK; row++)
        if (as_room_late(w, model, row))
            status = react(w, model, row, true, error);
    return status;
}

enum as_status as_effects_of_step(struct as_effect_writing *w, const struct as_step *step,
                                  const char *step_key, uint32_t row, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t e = 0; e < step->effects.n && status == AS_OK; e++) {
        if (!is_wanted(w->request->decision, step->effects.at[e], row))
            continue;
        as_buf_reset(&w->key);
        as_buf_printf(&w->key, "%s/%u", step_key, e + 1);
        status = make(w, step->effects.at[e], AS_NO_INDEX, row, error);
    }
    return status;
}
