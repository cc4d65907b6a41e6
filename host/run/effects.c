/* Effects of one pack's decision. Keys name what is wanted (which lead entered which stage when, which step
 * of which stay in a track), never the run that wanted it, so that deciding again wants nothing new. Sending
 * is host/net's business. */
#include "run/effects.h"

#include "run/json.h"
#include "store/effects.h"
#include "store/people.h"
#include "store/work.h"

#include <inttypes.h>
#include <string.h>

/* Another team's ladder need not know this team's asks; there the question counts as the lowest. */
static bool understands(const struct as_pack *pack, const char *ask)
{
    for (uint32_t i = 0; ask != NULL && i < pack->policy.needs.n; i++)
        if (strcmp(pack->policy.needs.at[i].ask, ask) == 0)
            return true;
    return false;
}

enum as_status as_contact_joint(struct as_contact_answer *out, const char **by,
                                const struct as_decision *const *all, uint32_t n, uint32_t lead_row,
                                const struct as_contact_question *question, struct as_error *error)
{
    *out = (struct as_contact_answer){AS_CONTACT_ALLOWED, AS_TIME_NONE, ""};
    *by = NULL;
    for (uint32_t i = 0; i < n; i++) {
        struct as_contact_question own = *question;
        struct as_contact_answer answer;
        if (!understands(all[i]->pack, own.ask))
            own.ask = NULL;
        enum as_status status = as_nurture_ask(&answer, all[i]->nurture, lead_row, &own, error);
        if (status != AS_OK)
            return status;
        if (answer.denial == AS_CONTACT_ALLOWED ||
            (answer.denial == AS_DENIED_QUIET && out->until >= answer.until))
            continue;
        *out = answer;
        *by = all[i]->pack->name;
        if (answer.denial != AS_DENIED_QUIET)
            return AS_OK;
    }
    return AS_OK;
}

struct writing {
    struct as_effects_made *made;
    struct as_store *store;
    const struct as_effects_request *request;
    struct as_roster roster;
    struct as_arena arena;
    struct as_buf key, payload;
    struct as_intern *known; /* dry runs: keys of effects that exist */
};

/* Starts the payload of an effect; the caller adds to it and closes it. */
static struct as_json payload_of(struct writing *w, const char *model, int64_t lead_id)
{
    as_buf_reset(&w->payload);
    struct as_json json = {.out = &w->payload};
    as_json_open(&json, '{');
    as_json_put_text(&json, "pack", w->request->record->pack);
    if (model != NULL)
        as_json_put_text(&json, "model", model);
    if (lead_id != 0)
        as_json_put_int(&json, "lead", lead_id);
    return json;
}

static enum as_status put_effect(bool *added, struct writing *w, enum as_effect_kind kind, int64_t lead_id,
                                 int64_t account_id, struct as_error *error)
{
    if (w->key.failed || w->payload.failed)
        return as_error_memory(error);
    if (w->request->dry) {
        struct as_str key = {w->key.p, w->key.n};
        *added = as_intern_find(w->known, key) == AS_INTERN_NONE;
        return as_intern_add(w->known, key) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
    }
    struct as_effect effect = {
        .key = as_buf_c(&w->key),
        .kind = kind,
        .lead_id = lead_id,
        .account_id = account_id,
        .at = w->request->record->at,
        .held = w->request->held,
        .payload_json = as_buf_c(&w->payload),
    };
    return as_store_effect(added, w->store, w->request->record, &effect, error);
}

/* --- owners --- */

static enum as_status assign(struct writing *w, uint32_t model, uint32_t row, const char **owner,
                             struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const char *model_name = decision->pack->models.at[model]->name;
    int64_t lead_id = decision->dataset->lead_id[row];
    struct as_assignment assignment;
    enum as_status status = as_route_lead(&assignment, decision->pack, decision->outcome, decision->dataset,
                                          &w->roster, row, request->record->at, error);
    if (status != AS_OK || assignment.route == NULL || assignment.user[0] == '\0')
        return status;
    *owner = as_arena_copy(&w->arena, assignment.user, as_str_of(assignment.user).n);
    if (*owner == NULL)
        return as_error_memory(error);
    if (assignment.kept)
        return AS_OK;
    if (!request->dry)
        status = as_store_assign(w->store, request->record, model_name, lead_id, assignment.user,
                                 assignment.route->name, assignment.reason, request->record->at, error);
    if (status != AS_OK || request->baseline)
        return status;
    const struct as_standing *standing = &decision->standings[model][row];
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "assign/%s/%s/%" PRId64 "/%" PRId64 "/%s", request->record->pack, model_name,
                  lead_id, standing->entered, assignment.user);
    struct as_json json = payload_of(w, model_name, lead_id);
    as_json_put_text(&json, "stage", as_stage_name(standing->stage));
    as_json_put_text(&json, "owner", assignment.user);
    as_json_put_text(&json, "route", assignment.route->name);
    as_json_put_text(&json, "reason", assignment.reason);
    as_json_close(&json, '}');
    bool added = false;
    status = put_effect(&added, w, AS_EFFECT_ASSIGN, lead_id, 0, error);
    w->made->assign += added;
    return status;
}

/* --- offers to sales --- */

struct offered {
    int64_t since;
    const char *model;
    bool already;
};

static enum as_status note_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct offered *offered = context;
    (void)error;
    if (row->offered >= offered->since && as_str_is(as_str_of(row->model), offered->model))
        offered->already = true;
    return AS_OK;
}

static enum as_status offer(struct writing *w, uint32_t model, uint32_t row, const char *owner,
                            struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const struct as_standing *standing = &decision->standings[model][row];
    const char *model_name = decision->pack->models.at[model]->name;
    int64_t lead_id = decision->dataset->lead_id[row];
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "handoff/%s/%s/%" PRId64 "/%" PRId64, request->record->pack, model_name, lead_id,
                  standing->entered);
    char grade[AS_GRADE_TEXT];
    struct as_json json = payload_of(w, model_name, lead_id);
    as_json_put_text(&json, "owner", owner);
    as_json_put_text(&json, "grade", as_grade_show(grade, decision->pack->models.at[model], standing->grade));
    as_json_close(&json, '}');
    bool added = false;
    enum as_status status = put_effect(&added, w, AS_EFFECT_HANDOFF, lead_id, 0, error);
    w->made->handoff += added;
    if (status != AS_OK || request->held || request->dry || (!added && !request->sweep))
        return status;
    struct offered offered = {standing->entered, model_name, false};
    if (!added) {
        status =
            as_store_offers(w->store, request->record->pack, lead_id, false, note_offer, &offered, error);
        if (status != AS_OK || offered.already)
            return status;
    }
    return as_store_offer(&added, w->store, request->record, model_name, lead_id, owner, request->record->at,
                          error);
}

/* One lead that stands where people take over. */
static enum as_status hand_over(struct writing *w, uint32_t model, uint32_t row, bool entered,
                                struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_dataset *dataset = request->decision->dataset;
    const struct as_standing *standing = &request->decision->standings[model][row];
    if (standing->outside ||
        (standing->stage != AS_STAGE_WORTH_A_CALL && standing->stage != AS_STAGE_SALES_READY))
        return AS_OK;
    uint32_t held_by = dataset->prior[model][row].owner;
    const char *owner =
        held_by == AS_NO_INDEX || dataset->users == NULL || held_by >= as_intern_count(dataset->users)
            ? NULL
            : as_intern_text(dataset->users, held_by).p;
    enum as_status status = AS_OK;
    if (request->decision->pack->routes.n > 0 && (entered || owner == NULL))
        status = assign(w, model, row, &owner, error);
    if (status != AS_OK || request->baseline || standing->stage != AS_STAGE_SALES_READY || standing->blocked)
        return status;
    if (request->baseline_at != AS_TIME_NONE && standing->entered <= request->baseline_at)
        return AS_OK;
    return offer(w, model, row, owner, error);
}

static enum as_status hand_over_all(struct writing *w, uint32_t model, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_moves *moves = &request->moves[model];
    enum as_status status = AS_OK;
    uint32_t next = 0;
    if (!request->sweep) {
        for (uint32_t i = 0; i < moves->n && status == AS_OK; i++)
            if (moves->at[i].from != moves->at[i].to)
                status = hand_over(w, model, moves->at[i].lead_row, true, error);
        return status;
    }
    for (uint32_t row = 0; row < request->decision->dataset->leads && status == AS_OK; row++) {
        bool entered = next < moves->n && moves->at[next].lead_row == row;
        if (entered) {
            entered = moves->at[next].from != moves->at[next].to;
            next++;
        }
        status = hand_over(w, model, row, entered, error);
    }
    return status;
}

/* --- tracks --- */

static enum as_status put_task(bool *added, struct writing *w, const struct as_task *task,
                               struct as_error *error)
{
    struct as_json json = payload_of(w, NULL, task->lead_id);
    as_json_put_text(&json, "task", task->text);
    as_json_put_text(&json, "role", task->role);
    as_json_put_text(&json, "of", task->play);
    if (task->account_id != 0)
        as_json_put_int(&json, "account", task->account_id);
    as_json_put_time(&json, "due", task->due);
    as_json_close(&json, '}');
    if (w->request->held || w->request->dry)
        return put_effect(added, w, AS_EFFECT_TASK, task->lead_id, task->account_id, error);
    /* A task that exists (a plan's, made with the plan) is told to nobody again. */
    bool made = false, told = false;
    enum as_status status = as_store_put_task(&made, w->store, task, error);
    if (status == AS_OK && made)
        status = put_effect(&told, w, AS_EFFECT_TASK, task->lead_id, task->account_id, error);
    *added = made;
    return status;
}

static enum as_status step_of(struct writing *w, uint32_t row, const struct as_place_row *place,
                              struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const struct as_track *track = decision->pack->tracks.at[place->track - 1];
    int64_t lead_id = decision->dataset->lead_id[row], at = request->record->at;
    if (place->ended || place->step >= track->steps.n || place->due > at ||
        !as_contact_today((enum as_denial)place->denial))
        return AS_OK;
    const struct as_step *step = &track->steps.at[place->step];
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "step/%s/%" PRId64 "/%s/%" PRId64 "/%u", request->record->pack, lead_id,
                  track->name, place->entered, place->step);
    bool added = false;
    if (step->task != NULL) {
        struct as_task task = {.key = as_buf_c(&w->key),
                               .pack = request->record->pack,
                               .text = step->task,
                               .role = step->role,
                               .play = step->name,
                               .lead_id = lead_id,
                               .created = at,
                               .due = place->due};
        enum as_status status = put_task(&added, w, &task, error);
        w->made->task += added;
        return status;
    }
    if (as_bit(request->promised, row))
        return AS_OK;
    struct as_contact_question question = {at, step->channel, step->ask, false};
    struct as_contact_answer answer;
    const char *by;
    enum as_status status =
        as_contact_joint(&answer, &by, request->all, request->all_count, row, &question, error);
    if (status != AS_OK || !as_contact_today(answer.denial))
        return status;
    struct as_json json = payload_of(w, NULL, lead_id);
    as_json_put_text(&json, "track", track->name);
    as_json_put_text(&json, "step", step->name);
    as_json_put_text(&json, "content", step->content);
    as_json_put_text(&json, "channel", step->channel);
    as_json_put_text(&json, "ask", step->ask);
    /* Quiet hours do not unmake a message; whoever delivers it waits for the morning. */
    as_json_put_time(&json, "not_before", answer.denial == AS_DENIED_QUIET ? answer.until : AS_TIME_NONE);
    as_json_close(&json, '}');
    status = put_effect(&added, w, AS_EFFECT_SEND, lead_id, 0, error);
    w->made->send += added;
    if (status == AS_OK)
        as_bit_set(request->promised, row);
    return status;
}

static enum as_status tracks_of(struct writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < decision->dataset->leads && status == AS_OK; row++) {
        const struct as_place_row *place = &request->places[row];
        if (place->track == 0)
            continue;
        const struct as_track *track = decision->pack->tracks.at[place->track - 1];
        if (!request->dry && (place->enters || place->ended || place->advanced))
            status =
                as_store_enrol(w->store, request->record, decision->dataset->lead_id[row], track->name,
                               track->persona, place->step, place->ended, place->entered, place->due, error);
        if (status == AS_OK && !request->baseline)
            status = step_of(w, row, place, error);
    }
    return status;
}

/* --- account plans --- */

struct plan_list {
    struct as_arena *arena;
    AS_LIST(struct as_plan_row) plans;
};

static enum as_status keep_plan(void *context, const struct as_plan_row *row, struct as_error *error)
{
    struct plan_list *list = context;
    if (row->closed != AS_TIME_NONE)
        return AS_OK;
    struct as_plan_row copy = {
        .id = row->id, .account_id = row->account_id, .created = row->created, .closed = row->closed};
    return as_list_push(list->arena, &list->plans, copy) ? AS_OK : as_error_memory(error);
}

static uint32_t row_of(const int64_t *ids, uint32_t n, int64_t id)
{
    uint32_t from = 0, to = n;
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        if (ids[middle] < id)
            from = middle + 1;
        else
            to = middle;
    }
    return from < n && ids[from] == id ? from : AS_NO_INDEX;
}

static enum as_status plays_of(struct writing *w, const struct as_plan_row *plan, uint32_t account,
                               struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    int64_t at = request->record->at;
    struct as_account_plan now;
    enum as_status status = as_account_plan_of(&now, &w->arena, decision->pack, decision->outcome,
                                               decision->dataset, account, error);
    for (uint32_t i = 0; status == AS_OK && i < now.plays.n; i++) {
        const struct as_play *play = now.plays.at[i].play;
        bool open = now.plays.at[i].state == AS_YES;
        if (!request->dry)
            status = as_store_put_play(w->store, plan->id, play->name, open, at, error);
        if (status != AS_OK || !open || play->task == NULL || request->baseline)
            continue;
        as_buf_reset(&w->key);
        as_buf_printf(&w->key, "play/%" PRId64 "/%s", plan->id, play->name);
        struct as_task task = {.key = as_buf_c(&w->key),
                               .pack = request->record->pack,
                               .text = play->task,
                               .role = play->role,
                               .play = play->name,
                               .account_id = plan->account_id,
                               .plan_id = plan->id,
                               .created = at,
                               .due = play->due > 0 ? at + play->due : AS_TIME_NONE};
        bool added = false;
        status = put_task(&added, w, &task, error);
        w->made->task += added;
    }
    return status;
}

static enum as_status plans_of(struct writing *w, struct as_error *error)
{
    const struct as_dataset *dataset = w->request->decision->dataset;
    struct plan_list list = {.arena = &w->arena};
    enum as_status status = as_store_plans(w->store, w->request->record->pack, 0, keep_plan, &list, error);
    for (uint32_t i = 0; i < list.plans.n && status == AS_OK; i++) {
        uint32_t account = row_of(dataset->account_id, dataset->accounts, list.plans.at[i].account_id);
        if (account != AS_NO_INDEX)
            status = plays_of(w, &list.plans.at[i], account, error);
    }
    return status;
}

static enum as_status note_key(void *context, const struct as_effect_row *row, struct as_error *error)
{
    return as_intern_add(context, as_str_of(row->key)) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status note_task(void *context, const struct as_task *task, struct as_error *error)
{
    return as_intern_add(context, as_str_of(task->key)) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status know_keys(struct writing *w, struct as_error *error)
{
    w->known = as_intern_new();
    if (w->known == NULL)
        return as_error_memory(error);
    enum as_status status =
        as_store_effects(w->store, w->request->record->pack, NULL, note_key, w->known, error);
    return status == AS_OK
               ? as_store_tasks(w->store, w->request->record->pack, false, note_task, w->known, error)
               : status;
}

enum as_status as_effects_write(struct as_effects_made *made, struct as_store *store,
                                const struct as_effects_request *request, struct as_error *error)
{
    struct writing w = {.made = made, .store = store, .request = request};
    const struct as_pack *pack = request->decision->pack;
    *made = (struct as_effects_made){0};
    w.roster.arena = &w.arena;
    enum as_status status = request->dry ? know_keys(&w, error) : AS_OK;
    if (status == AS_OK && pack->routes.n > 0)
        status = as_store_roster(&w.roster, store, pack->name, request->record->at, error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = hand_over_all(&w, m, error);
    if (status == AS_OK && request->places != NULL)
        status = tracks_of(&w, error);
    if (status == AS_OK && pack->templates.n > 0)
        status = plans_of(&w, error);
    as_intern_free(w.known);
    as_buf_free(&w.key);
    as_buf_free(&w.payload);
    as_arena_free(&w.arena);
    return status;
}
