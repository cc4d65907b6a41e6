/* Making the plan of one account. It is refused rather than made without the people and the content that make
 * it an account plan: a mailing with a company's name in it is not one. */
#include "run/accounts/accounts.h"

#include "store/work/work.h"

#include <inttypes.h>

static enum as_status refuse(const struct as_plan_view *view, struct as_error *error)
{
    struct as_buf text = {.p = NULL};
    for (uint32_t i = 0; i < view->faults.n; i++)
        as_buf_printf(&text, "%s%s", i > 0 ? "; " : "", view->faults.at[i]);
    as_error_set(error, AS_ERR_DATA, "%s is not ready for an account plan: %s",
                 view->account != NULL ? view->account : "the account", as_buf_c(&text));
    as_buf_free(&text);
    return as_error_advise(
        error, "import the owners with the account (marketing_owner, sales_owner), or complete the template");
}

static enum as_status add_tasks(struct as_store *store, const struct as_plan_view *view, int64_t plan_id,
                                int64_t at, struct as_error *error)
{
    struct as_buf key = {.p = NULL};
    enum as_status status = AS_OK;
    for (uint32_t p = 0; p < view->plays.n && status == AS_OK; p++) {
        const struct as_play *play = view->plays.at[p].play;
        bool open = view->plays.at[p].state == AS_YES, added;
        status = as_store_put_play(store, plan_id, play->name, open, at, error);
        if (status != AS_OK || !open || play->task == NULL)
            continue;
        as_buf_reset(&key);
        as_buf_printf(&key, "play/%" PRId64 "/%s", plan_id, play->name);
        struct as_task task = {.key = as_buf_c(&key),
                               .pack = view->pack,
                               .text = play->task,
                               .role = play->role,
                               .play = play->name,
                               .account_id = view->account_id,
                               .plan_id = plan_id,
                               .created = at,
                               .due = play->due > 0 ? at + play->due : AS_TIME_NONE};
        status = key.failed ? as_error_memory(error) : as_store_put_task(&added, store, &task, error);
    }
    as_buf_free(&key);
    return status;
}

static enum as_status store_plan(int64_t *plan_id, struct as_store *store, const struct as_plan_view *view,
                                 int64_t at, struct as_error *error)
{
    struct as_plan_row row = {.account_id = view->account_id,
                              .created = at,
                              .closed = AS_TIME_NONE,
                              .pack = view->pack,
                              .template_ = view->template_,
                              .marketing_owner = view->marketing_owner,
                              .sales_owner = view->sales_owner};
    enum as_status status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status = as_store_add_plan(plan_id, store, &row, error);
    if (status == AS_OK)
        status = add_tasks(store, view, *plan_id, at, error);
    return as_store_end(store, status, error);
}

enum as_status as_plan_create(int64_t *plan_id, struct as_store *store,
                              const struct as_plans_request *request, struct as_error *error)
{
    struct as_plans plans;
    enum as_status status = as_plans_of(&plans, store, request, error);
    if (status != AS_OK)
        return status;
    const struct as_plan_view *view = &plans.views.at[0];
    const char *account = view->account != NULL ? view->account : "the account";
    if (view->plan_id != 0) {
        as_error_set(error, AS_ERR_CONFLICT, "%s has a plan already", account);
        status = as_error_advise(error, "one account, one plan: see it with assay plan %s",
                                 view->domain != NULL ? view->domain : account);
    } else if (view->template_ == NULL) {
        as_error_set(error, AS_ERR_RULE, "no template of pack %s fits %s", request->pack->pack->name,
                     account);
        status = as_error_advise(error, "its region is %s; a template's `when` says for whom it is",
                                 as_region_name(view->region));
    } else if (view->faults.n > 0) {
        status = refuse(view, error);
    } else {
        status = store_plan(plan_id, store, view, request->at, error);
    }
    as_plans_free(&plans);
    return status;
}
