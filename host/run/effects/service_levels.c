/* Service levels at work: of what waits too long somebody is reminded, and when time is over what was agreed
 * on is done, each once for each clock. Giving leads back is the run's: it is an event, and known after it.
 */
#include "run/decision/owed.h"
#include "run/effects/effect_writing.h"
#include "store/work/work.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void put_key(struct as_effect_writing *w, const struct as_owed *owed, const char *what)
{
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "clock/%s/%s/%s/%" PRId64 "/%" PRId64 "/%s", w->request->record->pack,
                  owed->level->name, owed->model != NULL ? owed->model : "", owed->lead_id, owed->clock.began,
                  what);
}

static enum as_status remind(bool *added, struct as_effect_writing *w, const struct as_owed *owed,
                             const char *what, struct as_error *error)
{
    put_key(w, owed, what);
    struct as_json json = as_effect_payload(w, owed->model, owed->lead_id);
    as_json_put_text(&json, "agreement", owed->level->name);
    as_json_put_text(&json, "state", as_clock_state_name(owed->clock.state));
    as_json_put_text(&json, "to", owed->owner);
    as_json_put_time(&json, owed->offer != 0 ? "offered" : "asked", owed->asked);
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
    as_buf_printf(&text, "see to the %s that %s has not answered: ", owed->offer != 0 ? "hand-off" : "lead",
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

/* What is to go to somebody else: the lead, and its offer when it has one. */
struct moving {
    struct as_effect_writing *w;
    const struct as_owed *owed;
    int64_t offer; /* 0: none is open */
    int64_t again; /* where the routes lead to nobody else: when they may, though nothing is new */
    uint32_t model, row;
};

static enum as_status tell_again(const struct moving *moving, const char *to, struct as_error *error)
{
    struct as_effect_writing *w = moving->w;
    const struct as_owed *owed = moving->owed;
    const char *model = w->request->decision->pack->models.at[moving->model]->name;
    bool added = false;
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "handoff/%s/%s/%" PRId64 "/%" PRId64, w->request->record->pack, model,
                  owed->lead_id, w->request->record->at);
    struct as_json json = as_effect_payload(w, model, owed->lead_id);
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
static enum as_status own(const struct moving *moving, const struct as_assignment *to, struct as_error *error)
{
    struct as_effect_writing *w = moving->w;
    const struct as_owed *owed = moving->owed;
    const struct as_run_record *record = w->request->record;
    enum as_status status = AS_OK;
    if (to->kept)
        return AS_OK;
    const char *reason =
        as_arena_printf(&w->arena, "%s; %s: no answer in time", to->reason, owed->level->name);
    if (reason == NULL)
        return as_error_memory(error);
    if (!w->request->dry)
        status = as_store_assign(w->store, record, w->request->decision->pack->models.at[moving->model]->name,
                                 owed->lead_id, to->user, to->route->name, reason, record->at, error);
    return status == AS_OK
               ? as_effect_put_assign(w, moving->model, moving->row, to, reason, record->at, error)
               : status;
}

static enum as_status pass_over(void *context, const char *user, struct as_error *error)
{
    struct as_effect_writing *w = context;
    const char *kept = as_arena_copy(&w->arena, user, strlen(user));
    return kept == NULL || !as_list_push(&w->arena, &w->roster.passed_over, kept) ? as_error_memory(error)
                                                                                  : AS_OK;
}

/* To whom the lead has just gone by another offer, else by the routes, to anybody but those who have let the
 * lead's time pass since it came to its stage, or did what waits. *user "": they lead to nobody else,
 * moving->again. */
static enum as_status find_other(struct as_assignment *to, struct moving *moving, struct as_error *error)
{
    struct as_effect_writing *w = moving->w;
    const struct as_decision *decision = w->request->decision;
    const struct as_owed *owed = moving->owed;
    int64_t since =
        owed->offer != 0 ? as_standing_at(decision, moving->model, moving->row)->entered : owed->asked;
    enum as_status status = owed->owner != NULL ? pass_over(w, owed->owner, error) : AS_OK;
    if (status == AS_OK)
        status =
            as_store_who_let_pass(w->store, decision->pack->name, owed->lead_id, since, pass_over, w, error);
    const char *has = as_owed_went_to(w->request->owed, owed->lead_id);
    if (status == AS_OK && has != NULL && !as_is_passed_over(&w->roster, has)) {
        *to = (struct as_assignment){.kept = true};
        snprintf(to->user, sizeof to->user, "%s", has);
    } else if (status == AS_OK) {
        status = as_route_lead(to, decision->pack, decision->outcome, decision->dataset, &w->roster,
                               moving->row, w->request->record->at, error);
    }
    if (status == AS_OK && as_is_passed_over(&w->roster, to->user))
        to->user[0] = '\0';
    moving->again = status == AS_OK && to->route != NULL
                        ? as_route_frees(to->route, &w->roster, w->request->record->at)
                        : AS_TIME_NONE;
    w->roster.passed_over.n = 0;
    return status;
}

static enum as_status take_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct moving *moving = context;
    const struct as_pack *pack = moving->w->request->decision->pack;
    (void)error;
    for (uint32_t m = 0; m < pack->models.n && moving->offer == 0; m++)
        if (strcmp(pack->models.at[m]->name, row->model) == 0) {
            moving->offer = row->id;
            moving->model = m;
        }
    return AS_OK;
}

/* The offer that the agreement is about, or the one that is open while something else of the lead waits; and
 * the model by which the lead stands. *can false: it is nobody's to give. */
static enum as_status prepare(bool *can, struct moving *moving, struct as_error *error)
{
    struct as_effect_writing *w = moving->w;
    const struct as_decision *decision = w->request->decision;
    const struct as_owed *owed = moving->owed;
    enum as_status status = AS_OK;
    *can = false;
    moving->row = as_dataset_lead_row(decision->dataset, owed->lead_id);
    if (moving->row == AS_NO_INDEX)
        return AS_OK;
    const struct as_standing *standing = as_leading_standing(&moving->model, decision, moving->row);
    if (standing == NULL)
        return AS_OK;
    if (owed->offer != 0)
        status = take_offer(moving, &(struct as_offer_row){.id = owed->offer, .model = owed->model}, error);
    else
        status =
            as_store_offers(w->store, decision->pack->name, owed->lead_id, true, take_offer, moving, error);
    if (moving->offer != 0)
        standing = as_standing_at(decision, moving->model, moving->row);
    *can = moving->offer != 0 ? standing->stage == AS_STAGE_SALES_READY : standing->stage < AS_STAGE_WON;
    return status;
}

/* From when on the clocks stand otherwise that begin now: its own, and all of the offer that it takes along.
 */
static int64_t begins_anew(const struct moving *moving)
{
    const struct as_pack *pack = moving->w->request->decision->pack;
    int64_t at = moving->w->request->record->at, first = AS_TIME_NONE;
    for (uint32_t i = 0; i < pack->service_levels.n; i++) {
        const struct as_service_level *level = &pack->service_levels.at[i];
        if (level != moving->owed->level && (level->starts.n > 0 || moving->offer == 0))
            continue;
        int64_t next = as_service_clock_at(pack, level, at, AS_TIME_NONE, at).next;
        if (first == AS_TIME_NONE || (next != AS_TIME_NONE && next < first))
            first = next;
    }
    return first;
}

/* Where the routes lead to nobody else, it stays with whom it is, until they do. */
static enum as_status reassign(struct as_effect_writing *w, struct as_owed *owed, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_run_record *record = request->record;
    struct moving moving = {.w = w, .owed = owed};
    struct as_assignment to;
    bool can;
    enum as_status status = prepare(&can, &moving, error);
    if (status != AS_OK || !can)
        return status;
    status = find_other(&to, &moving, error);
    if (status == AS_OK && to.user[0] == '\0')
        owed->clock.next = moving.again;
    if (status != AS_OK || to.user[0] == '\0')
        return status;
    owed->reassigned = true;
    owed->clock.next = begins_anew(&moving);
    owed->to = as_arena_copy(request->owed_arena, to.user, strlen(to.user));
    if (owed->to == NULL)
        return as_error_memory(error);
    status = own(&moving, &to, error);
    if (status == AS_OK && owed->promise != 0 && !request->dry)
        status = as_store_promise_lapses(w->store, record, owed->promise, owed->owner, error);
    if (status != AS_OK || moving.offer == 0)
        return status;
    if (!request->dry)
        status = as_store_offer_lapses(w->store, moving.offer, owed->level->name, record->at, error);
    if (status == AS_OK && !request->dry)
        status = as_effect_rows_offer(w->rows, request->decision->pack->models.at[moving.model]->name,
                                      owed->lead_id, owed->to, record->at, error);
    return status == AS_OK ? tell_again(&moving, owed->to, error) : status;
}

/* The lead went elsewhere just now, by another agreement. Who has it is new to what it did, and has the whole
 * time for that, too; else the next run finds it as it is then. */
static enum as_status stand_back(const struct as_effect_writing *w, struct as_owed *owed,
                                 const struct as_owed *other, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_run_record *record = request->record;
    bool anew = owed->promise != 0 && other->reassigned &&
                (owed->owner == NULL || strcmp(other->to, owed->owner) != 0);
    owed->clock.next =
        anew ? as_service_clock_at(request->decision->pack, owed->level, record->at, AS_TIME_NONE, record->at)
                   .next
             : record->at;
    return anew && !request->dry
               ? as_store_promise_lapses(w->store, record, owed->promise, owed->owner, error)
               : AS_OK;
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
    if (status != AS_OK || !owed->level->reassign)
        return status;
    const struct as_owed *other = as_owed_settled(w->request->owed, owed);
    return other == NULL ? reassign(w, owed, error) : stand_back(w, owed, other, error);
}

/* Clocks that run of the leads that are decided about. */
static enum as_status read_part(struct as_owed_list *out, const struct as_effect_writing *w,
                                struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_dataset *dataset = request->decision->dataset;
    enum as_status status = AS_OK;
    *out = (struct as_owed_list){.by_lead = NULL};
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        struct as_owed_list of_lead;
        status = as_owed_of(&of_lead, request->owed_arena, w->store, request->decision->pack,
                            dataset->lead_id[row], request->record->at, error);
        for (uint32_t i = 0; i < of_lead.list.n && status == AS_OK; i++)
            if (of_lead.list.at[i].clock.stopped == AS_TIME_NONE &&
                !as_list_push(request->owed_arena, &out->list, of_lead.list.at[i]))
                status = as_error_memory(error);
    }
    return status == AS_OK ? as_owed_order(out, request->owed_arena, error) : status;
}

static enum as_status settle(const struct as_effect_writing *w, struct as_error *error)
{
    const struct as_pack *pack = w->request->decision->pack;
    struct as_buf stops = {.p = NULL};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->service_levels.n && status == AS_OK; i++) {
        struct as_due_query query;
        status =
            as_owed_query(&query, &stops, pack, &pack->service_levels.at[i], w->request->record->at, error);
        if (status == AS_OK && query.agreement != NULL)
            status = as_store_settle_promises(w->store, &query, error);
    }
    as_buf_free(&stops);
    return status;
}

enum as_status as_effects_of_service_levels(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    struct as_owed_list *owed = request->owed;
    /* Offers that this run made have clocks, too. */
    enum as_status status = w->rows != NULL ? as_effect_rows_write(w->rows, error) : AS_OK;
    if (status == AS_OK)
        status = as_effects_note_promises(w, error);
    if (status == AS_OK && !request->owed_part && !request->dry)
        status = settle(w, error);
    if (status == AS_OK && request->owed_part && request->decision->dataset->part)
        status = read_part(owed, w, error);
    else if (status == AS_OK)
        status = as_owed_of(owed, request->owed_arena, w->store, request->decision->pack, AS_OWED_NOW,
                            request->record->at, error);
    for (uint32_t i = 0; i < owed->list.n && status == AS_OK && !request->baseline && !request->held; i++)
        status = follow_up(w, &owed->list.at[i], error);
    return status;
}
