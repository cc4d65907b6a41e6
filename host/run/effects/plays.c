/* Plays of account plans: which are called for, and the tasks that come with them. */
#include "run/accounts/accounts.h"
#include "run/effects/effect_writing.h"
#include "store/work/work.h"

#include <inttypes.h>

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

static enum as_status plays_of(struct as_effect_writing *w, const struct as_plan_row *plan, uint32_t account,
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
        status = as_effect_put_task(&added, w, &task, error);
        w->made->task += added;
    }
    return status;
}

enum as_status as_effects_of_plans(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_dataset *dataset = w->request->decision->dataset;
    struct plan_list list = {.arena = &w->arena};
    enum as_status status = as_store_plans(w->store, w->request->record->pack, 0, keep_plan, &list, error);
    for (uint32_t i = 0; i < list.plans.n && status == AS_OK; i++) {
        uint32_t account = as_dataset_account_row(dataset, list.plans.at[i].account_id);
        if (account != AS_NO_INDEX && (dataset->elsewhere == NULL || !as_bit(dataset->elsewhere, account)))
            status = plays_of(w, &list.plans.at[i], account, error);
    }
    return status;
}
