/* Account plans as JSON. The shape is documented in README.md; keys are added, never renamed. */
#include "run/accounts/accounts.h"

#include "base/time.h"

static void put_seats(struct as_json *json, const struct as_plan_view *view)
{
    as_json_put_open(json, "group", '[');
    for (uint32_t i = 0; i < view->seats.n; i++) {
        const struct as_seat *seat = &view->seats.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "role", seat->role);
        as_json_put_int(json, "needed", seat->needed);
        as_json_put_int(json, "filled", seat->filled);
        as_json_put_open(json, "people", '[');
        for (uint32_t p = 0; p < seat->people.n; p++)
            as_json_text(json, seat->people.at[p]);
        as_json_close(json, ']');
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_plays(struct as_json *json, const struct as_plan_view *view)
{
    static const char *const states[] = {[AS_NO] = "not needed",
                                         [AS_YES] = "open",
                                         [AS_UNKNOWN] = "unknown",
                                         [AS_UNMEASURABLE] = "unmeasurable"};
    as_json_put_open(json, "plays", '[');
    for (uint32_t i = 0; i < view->plays.n; i++) {
        const struct as_plan_step *step = &view->plays.at[i];
        as_json_open(json, '{');
        as_json_put_text(json, "play", step->play->name);
        as_json_put_text(json, "state", states[step->state]);
        as_json_put_text(json, "when", step->said);
        as_json_put_text(json, "task", step->play->task);
        as_json_put_text(json, "content", step->play->content);
        as_json_put_bool(json, "unique", step->play->unique);
        as_json_put_text(json, "role", step->play->role);
        as_json_put_time(json, "due", step->due);
        as_json_put_text(json, "task_state", step->task_done ? "done" : step->has_task ? "open" : NULL);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void put_view(struct as_json *json, const struct as_plan_view *view)
{
    as_json_open(json, '{');
    as_json_put_int(json, "account_id", view->account_id);
    as_json_put_text(json, "account", view->account);
    as_json_put_text(json, "domain", view->domain);
    as_json_key(json, "plan");
    if (view->plan_id == 0)
        as_json_text(json, NULL);
    else
        as_json_int(json, view->plan_id);
    as_json_put_time(json, "created", view->created);
    as_json_put_text(json, "pack", view->pack);
    as_json_put_text(json, "template", view->template_);
    as_json_put_text(json, "variety", as_variety_name(view->variety));
    as_json_put_bool(json, "true_abm", view->true_abm);
    as_json_put_number(json, "alike", view->alike);
    as_json_put_text(json, "tier", view->tier);
    as_json_put_text(json, "region", as_region_name(view->region));
    as_json_put_text(json, "value", view->value);
    as_json_put_text(json, "need_diversity", view->diversity);
    as_json_put_text(json, "marketing_owner", view->marketing_owner);
    as_json_put_text(json, "sales_owner", view->sales_owner);
    as_json_put_int(json, "people", view->members);
    as_json_put_number(json, "coverage", view->coverage);
    as_json_key(json, "budget");
    if (view->has_budget)
        as_json_milli(json, view->budget * 10);
    else
        as_json_text(json, NULL);
    as_json_key(json, "spent");
    if (view->has_budget)
        as_json_milli(json, view->spent * 10);
    else
        as_json_text(json, NULL);
    as_json_put_bool(json, "over_budget", view->has_budget && view->spent > view->budget);
    as_json_put_open(json, "stages", '{');
    for (int stage = AS_STAGE_SUSPECT; stage < AS_STAGE_COUNT; stage++)
        if (view->stages[stage] > 0)
            as_json_put_int(json, as_stage_name((enum as_stage)stage), (int64_t)view->stages[stage]);
    as_json_close(json, '}');
    put_seats(json, view);
    put_plays(json, view);
    as_json_put_open(json, "faults", '[');
    for (uint32_t i = 0; i < view->faults.n; i++)
        as_json_text(json, view->faults.at[i]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}

void as_plans_json(struct as_json *json, const struct as_plans *plans)
{
    as_json_open(json, '{');
    as_json_put_time(json, "at", plans->at);
    as_json_put_int(json, "found", (int64_t)plans->found);
    as_json_put_open(json, "regions", '{');
    for (int r = 0; r <= AS_REGION_ABM; r++)
        as_json_put_int(json, as_region_name((enum as_region)r), (int64_t)plans->regions[r]);
    as_json_close(json, '}');
    as_json_put_open(json, "abm_fit", '{');
    as_json_put_bool(json, "fits", plans->abm_customers + plans->abm_prospects > 0);
    as_json_put_int(json, "customers", (int64_t)plans->abm_customers);
    as_json_put_int(json, "prospects", (int64_t)plans->abm_prospects);
    as_json_close(json, '}');
    as_json_put_open(json, "accounts", '[');
    for (uint32_t i = 0; i < plans->views.n; i++)
        put_view(json, &plans->views.at[i]);
    as_json_close(json, ']');
    as_json_close(json, '}');
}
