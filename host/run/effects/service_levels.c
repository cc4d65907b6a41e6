/* Service levels at work: of hand-offs that wait too long somebody is reminded, and when time is over what
 * was agreed on is done, each once for each hand-off. Giving leads back is the run's: it is an event, and
 * known after it. */
#include "run/decision/owed.h"
#include "run/effects/effect_writing.h"
#include "store/work/work.h"

#include <inttypes.h>
#include <string.h>

static void put_key(struct as_effect_writing *w, const struct as_owed *owed, const char *what)
{
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "clock/%s/%s/%s/%" PRId64 "/%" PRId64 "/%s", w->request->record->pack,
                  owed->level->name, owed->model, owed->lead_id, owed->clock.began, what);
}

static enum as_status remind(bool *added, struct as_effect_writing *w, const struct as_owed *owed,
                             const char *what, struct as_error *error)
{
    put_key(w, owed, what);
    struct as_json json = as_effect_payload(w, owed->model, owed->lead_id);
    as_json_put_text(&json, "agreement", owed->level->name);
    as_json_put_text(&json, "state", as_clock_state_name(owed->clock.state));
    as_json_put_text(&json, "to", owed->owner);
    as_json_put_time(&json, "offered", owed->clock.began);
    as_json_put_time(&json, "due", owed->clock.due);
    as_json_close(&json, '}');
    enum as_status status =
        as_effect_put(added, w, AS_EFFECT_REMINDER,
                      &(struct as_effect_about){.lead_id = owed->lead_id, .not_before = AS_TIME_NONE}, error);
    w->made->told += *added;
    return status;
}

/* --- a task for who is to look after it --- */

struct managing {
    struct as_effect_writing *w;
    const char *owner, *manager;
};

static enum as_status take_user(void *context, const struct as_user_row *user, struct as_error *error)
{
    struct managing *managing = context;
    if (strcmp(user->name, managing->owner) != 0 || user->manager == NULL)
        return AS_OK;
    managing->manager = as_arena_copy(&managing->w->arena, user->manager, strlen(user->manager));
    return managing->manager == NULL ? as_error_memory(error) : AS_OK;
}

static enum as_status notify(struct as_effect_writing *w, struct as_owed *owed, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    struct managing managing = {w, owed->owner, NULL};
    int64_t at = w->request->record->at;
    enum as_status status = AS_OK;
    if (strcmp(owed->level->notify, "manager") == 0 && owed->owner != NULL)
        status = as_store_users(w->store, take_user, &managing, error);
    if (status != AS_OK)
        return status;
    as_buf_printf(&text, "see to the hand-off that %s has not answered: ",
                  owed->owner != NULL ? owed->owner : "nobody");
    as_owed_say(&text, owed);
    put_key(w, owed, "task");
    const char *key = as_arena_copy(&w->arena, as_buf_c(&w->key), w->key.n);
    struct as_task task = {.key = key,
                           .pack = w->request->record->pack,
                           .text = as_buf_c(&text),
                           .role = owed->level->notify,
                           .owner = managing.manager,
                           .play = owed->level->name,
                           .lead_id = owed->lead_id,
                           .created = at,
                           .due = at};
    status = key == NULL || text.failed ? as_error_memory(error)
                                        : as_effect_put_task(&owed->notified, w, &task, error);
    w->made->task += owed->notified;
    as_buf_free(&text);
    return status;
}

/* --- somebody else --- */

static enum as_status tell_again(struct as_effect_writing *w, const struct as_owed *owed, const char *to,
                                 struct as_error *error)
{
    bool added = false;
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "handoff/%s/%s/%" PRId64 "/%" PRId64, w->request->record->pack, owed->model,
                  owed->lead_id, w->request->record->at);
    struct as_json json = as_effect_payload(w, owed->model, owed->lead_id);
    as_effect_put_offered_to(&json, &(struct as_offered_to){.starts = AS_TIME_NONE}, to);
    as_json_put_text(&json, "instead_of", owed->owner);
    as_json_put_text(&json, "agreement", owed->level->name);
    as_json_close(&json, '}');
    enum as_status status =
        as_effect_put(&added, w, AS_EFFECT_HANDOFF,
                      &(struct as_effect_about){.lead_id = owed->lead_id, .not_before = AS_TIME_NONE}, error);
    w->made->handoff += added;
    return status;
}

/* Who owned the lead already, while the offer was another's, is no new owner. */
static enum as_status own(struct as_effect_writing *w, uint32_t model, uint32_t row,
                          const struct as_assignment *to, const struct as_owed *owed, struct as_error *error)
{
    const struct as_run_record *record = w->request->record;
    enum as_status status = AS_OK;
    if (to->kept)
        return AS_OK;
    const char *reason =
        as_arena_printf(&w->arena, "%s; %s: no answer in time", to->reason, owed->level->name);
    if (reason == NULL)
        return as_error_memory(error);
    if (!w->request->dry)
        status = as_store_assign(w->store, record, owed->model, owed->lead_id, to->user, to->route->name,
                                 reason, record->at, error);
    return status == AS_OK ? as_effect_put_assign(w, model, row, to, reason, record->at, error) : status;
}

/* By the routes, to anybody but who let the time pass; where they lead to nobody else the offer stays. */
static enum as_status reassign(struct as_effect_writing *w, struct as_owed *owed, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    uint32_t row = as_dataset_lead_row(decision->dataset, owed->lead_id);
    struct as_assignment to;
    uint32_t model = 0;
    while (model < decision->pack->models.n &&
           strcmp(decision->pack->models.at[model]->name, owed->model) != 0)
        model++;
    if (row == AS_NO_INDEX || model == decision->pack->models.n ||
        as_standing_at(decision, model, row)->stage != AS_STAGE_SALES_READY)
        return AS_OK;
    w->roster.except = owed->owner;
    enum as_status status = as_route_lead(&to, decision->pack, decision->outcome, decision->dataset,
                                          &w->roster, row, request->record->at, error);
    w->roster.except = NULL;
    if (status != AS_OK || to.user[0] == '\0' || (owed->owner != NULL && strcmp(to.user, owed->owner) == 0))
        return status;
    owed->reassigned = true;
    const char *user = as_arena_copy(&w->arena, to.user, strlen(to.user));
    if (user == NULL)
        return as_error_memory(error);
    status = own(w, model, row, &to, owed, error);
    if (status == AS_OK && !request->dry)
        status = as_store_offer_lapses(w->store, owed->offer, owed->level->name, request->record->at, error);
    if (status == AS_OK && !request->dry)
        status = as_effect_rows_offer(w->rows, owed->model, owed->lead_id, user, request->record->at, error);
    return status == AS_OK ? tell_again(w, owed, user, error) : status;
}

static enum as_status follow_up(struct as_effect_writing *w, struct as_owed *owed, struct as_error *error)
{
    bool first = false;
    enum as_status status = AS_OK;
    if (owed->clock.state == AS_CLOCK_AT_RISK)
        return remind(&owed->reminded, w, owed, "warning", error);
    if (owed->clock.state != AS_CLOCK_OVERDUE)
        return AS_OK;
    status = remind(&first, w, owed, "breach", error);
    owed->reminded = first;
    if (status == AS_OK && first && owed->level->notify != NULL)
        status = notify(w, owed, error);
    if (status == AS_OK && owed->level->reassign && !as_owed_settled(w->request->owed, owed->offer))
        status = reassign(w, owed, error);
    return status;
}

enum as_status as_effects_of_service_levels(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_pack *pack = request->decision->pack;
    struct as_owed_list *owed = request->owed;
    /* Offers that this run made have clocks, too. */
    enum as_status status = w->rows != NULL ? as_effect_rows_write(w->rows, error) : AS_OK;
    if (status == AS_OK)
        status =
            as_owed_of(owed, request->owed_arena, w->store, pack, AS_OWED_NOW, request->record->at, error);
    for (uint32_t i = 0; i < owed->list.n && status == AS_OK && !request->baseline && !request->held; i++)
        status = follow_up(w, &owed->list.at[i], error);
    return status;
}
