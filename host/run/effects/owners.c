/* Owners: who comes to where people take over gets one by the routes, and is handed to sales when it is
 * ready. */
#include "run/effects/effect_writing.h"

#include "store/work/people.h"

#include <inttypes.h>
#include <stdlib.h>

/* --- owners --- */

enum as_status as_effect_put_assign(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                    const struct as_assignment *to, const char *reason, int64_t since,
                                    struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const char *model_name = decision->pack->models.at[model]->name;
    int64_t lead_id = decision->dataset->lead_id[row];
    bool added = false;
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "assign/%s/%s/%" PRId64 "/%" PRId64 "/%s", request->record->pack, model_name,
                  lead_id, since, to->user);
    struct as_json json = as_effect_payload(w, model_name, lead_id);
    as_json_put_text(&json, "stage", as_stage_name(as_standing_at(decision, model, row)->stage));
    as_json_put_text(&json, "owner", to->user);
    as_json_put_text(&json, "route", to->route->name);
    as_json_put_text(&json, "reason", reason);
    as_json_close(&json, '}');
    enum as_status status =
        as_effect_put(&added, w, AS_EFFECT_ASSIGN,
                      &(struct as_effect_about){.lead_id = lead_id, .not_before = AS_TIME_NONE}, error);
    w->made->assign += added;
    return status;
}

static enum as_status ask_routes(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                 struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const char *model_name = decision->pack->models.at[model]->name;
    int64_t lead_id = decision->dataset->lead_id[row];
    struct as_assignment assignment;
    enum as_status status = as_route_lead(&assignment, decision->pack, decision->outcome, decision->dataset,
                                          &w->roster, row, request->record->at, error);
    if (status != AS_OK)
        return status;
    w->owner[row] = as_arena_copy(&w->arena, assignment.user, as_str_of(assignment.user).n);
    if (w->owner[row] == NULL)
        return as_error_memory(error);
    if (assignment.user[0] == '\0') {
        /* Whom an expression names is known by facts alone: nobody has to wait for those. */
        bool waits = assignment.route != NULL && assignment.route->to != AS_ROUTE_EXPR &&
                     as_prior_at(decision->dataset, model, row)->owner == AS_NO_INDEX;
        return waits ? as_id_push(&w->waiting[AS_WAITS_FOR_OWNER], lead_id, error) : AS_OK;
    }
    if (assignment.kept)
        return AS_OK;
    if (!request->dry)
        status = as_store_assign(w->store, request->record, model_name, lead_id, assignment.user,
                                 assignment.route->name, assignment.reason, request->record->at, error);
    if (status != AS_OK || request->baseline)
        return status;
    return as_effect_put_assign(w, model, row, &assignment, assignment.reason,
                                as_standing_at(decision, model, row)->entered, error);
}

/* A person has one owner: who comes in several models asks once. *owner stays where nobody is found. */
static enum as_status assign(struct as_effect_writing *w, uint32_t model, uint32_t row, const char **owner,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    if (w->owner == NULL &&
        (w->owner = calloc(w->request->decision->dataset->leads, sizeof *w->owner)) == NULL)
        return as_error_memory(error);
    if (w->owner[row] == NULL)
        status = ask_routes(w, model, row, error);
    if (status == AS_OK && w->owner[row][0] != '\0')
        *owner = w->owner[row];
    return status;
}

/* --- where people take over --- */

bool as_effect_offers(const struct as_effect_writing *w, const struct as_standing *standing)
{
    const struct as_effects_request *request = w->request;
    return !request->baseline && !standing->outside && !standing->blocked &&
           standing->stage == AS_STAGE_SALES_READY &&
           (request->baseline_at == AS_TIME_NONE || standing->entered > request->baseline_at);
}

/* One lead that stands where people take over. */
static enum as_status hand_over(struct as_effect_writing *w, uint32_t model, uint32_t row, bool entered,
                                struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_dataset *dataset = request->decision->dataset;
    const struct as_standing *standing = as_standing_at(request->decision, model, row);
    if (standing->outside ||
        (standing->stage != AS_STAGE_WORTH_A_CALL && standing->stage != AS_STAGE_SALES_READY))
        return AS_OK;
    uint32_t held_by = as_prior_at(dataset, model, row)->owner;
    const char *owner =
        held_by == AS_NO_INDEX || dataset->users == NULL || held_by >= as_intern_count(dataset->users)
            ? NULL
            : as_intern_text(dataset->users, held_by).p;
    enum as_status status = AS_OK;
    if (request->decision->pack->routes.n > 0 && (entered || owner == NULL))
        status = assign(w, model, row, &owner, error);
    return status == AS_OK && as_effect_offers(w, standing) ? as_effect_offer(w, model, row, owner, error)
                                                            : status;
}

/* Unless sales has to have room for it: then its turn comes. */
static enum as_status hand_over_freely(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                       bool entered, struct as_error *error)
{
    return as_room_waits(w, model, row) ? AS_OK : hand_over(w, model, row, entered, error);
}

static enum as_status hand_over_in_turn(struct as_effect_writing *w, uint32_t model, uint32_t row,
                                        struct as_error *error)
{
    return hand_over(w, model, row, true, error);
}

static enum as_status hand_over_all(struct as_effect_writing *w, uint32_t model, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_moves *moves = &request->moves[model];
    enum as_status status = AS_OK;
    uint32_t next = 0;
    if (!request->sweep) {
        for (uint32_t i = 0; i < moves->n && status == AS_OK; i++)
            if (moves->at[i].from != moves->at[i].to)
                status = hand_over_freely(w, model, moves->at[i].lead_row, true, error);
        for (uint32_t row = as_decision_next(request->decision, model, 0);
             row < request->decision->dataset->leads && status == AS_OK;
             row = as_decision_next(request->decision, model, row + 1))
            if (as_handed_over_late(request->decision, model, row))
                status = hand_over_freely(w, model, row, false, error);
        return status;
    }
    for (uint32_t row = 0; row < request->decision->dataset->leads && status == AS_OK; row++) {
        bool entered = next < moves->n && moves->at[next].lead_row == row;
        if (entered) {
            entered = moves->at[next].from != moves->at[next].to;
            next++;
        }
        status = hand_over_freely(w, model, row, entered, error);
    }
    return status;
}

/* Who came before and found nobody free, or a person who was not known, asks the routes again. */
static enum as_status find_owners(struct as_effect_writing *w, uint32_t model, struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_dataset *dataset = decision->dataset;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        const struct as_prior *prior = as_prior_at(dataset, model, row);
        const struct as_standing *standing = as_standing_at(decision, model, row);
        const char *owner;
        if (prior->owner == AS_NO_INDEX && prior->decided && prior->stage == standing->stage &&
            !standing->outside &&
            (standing->stage == AS_STAGE_WORTH_A_CALL || standing->stage == AS_STAGE_SALES_READY) &&
            !as_room_waits(w, model, row))
            status = assign(w, model, row, &owner, error);
    }
    return status;
}

static enum as_status note_waiting(struct as_effect_writing *w, struct as_error *error)
{
    uint64_t *const made[AS_WAITS] = {
        [AS_WAITS_FOR_OWNER] = &w->made->unowned, [AS_WAITS_FOR_ROOM] = &w->made->waiting};
    enum as_status status = AS_OK;
    for (int what = 0; what < AS_WAITS && status == AS_OK; what++) {
        struct as_id_list *leads = &w->waiting[what];
        *made[what] = leads->n = as_ids_each_once(leads->at, leads->n);
        if (!w->request->dry)
            status =
                as_store_keep_waiting(w->store, w->request->record->pack, (enum as_wait)what, leads, error);
    }
    return status;
}

enum as_status as_effects_hand_over(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_pack *pack = request->decision->pack;
    enum as_status status = as_room_open(&w->room, w, error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = hand_over_all(w, m, error);
    if (status == AS_OK && w->room != NULL)
        status = as_room_give(w, hand_over_in_turn, error);
    for (uint32_t m = 0; m < pack->models.n && pack->routes.n > 0 && !request->sweep && status == AS_OK; m++)
        status = find_owners(w, m, error);
    return status == AS_OK ? note_waiting(w, error) : status;
}
