/* Account plans: which account is worth one, how far its buying group is covered, and which plays are open. A
 * plan in the store belongs to one account; what it says is found anew from the template at every look, so
 * that it never goes stale. */
#include "run/accounts/accounts.h"

#include "data/facts/value.h"
#include "score/model/tier.h"
#include "score/tree/operator.h"
#include "store/facts/facts.h"
#include "store/report/costs.h"
#include "store/snapshot/snapshot.h"
#include "store/work/work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct viewing {
    struct as_plans *out;
    struct as_store *store;
    const struct as_plans_request *request;
    struct as_plan *plan;
    struct as_decision decision;
    struct as_dataset *dataset;
    uint16_t *tiers;                    /* by account, 1 + index into pack->tiers */
    AS_LIST(struct as_plan_row) stored; /* open plans */
    AS_LIST(struct as_task) tasks;      /* of plans; key, play and plan_id only */
};

/* --- reading --- */

static enum as_status keep_plan(void *context, const struct as_plan_row *row, struct as_error *error)
{
    struct viewing *v = context;
    struct as_arena *arena = &v->out->arena;
    if (row->closed != AS_TIME_NONE)
        return AS_OK;
    struct as_plan_row copy = *row;
    copy.pack = NULL;
    copy.template_ = as_arena_printf(arena, "%s", row->template_);
    copy.marketing_owner =
        row->marketing_owner == NULL ? NULL : as_arena_printf(arena, "%s", row->marketing_owner);
    copy.sales_owner = row->sales_owner == NULL ? NULL : as_arena_printf(arena, "%s", row->sales_owner);
    return as_list_push(arena, &v->stored, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status keep_task(void *context, const struct as_task *task, struct as_error *error)
{
    struct viewing *v = context;
    if (task->plan_id == 0 || task->play == NULL)
        return AS_OK;
    struct as_task copy = {.plan_id = task->plan_id,
                           .done = task->done,
                           .due = task->due,
                           .play = as_arena_printf(&v->out->arena, "%s", task->play)};
    if (copy.play == NULL || !as_list_push(&v->out->arena, &v->tasks, copy))
        return as_error_memory(error);
    return AS_OK;
}

static void need_owner(struct as_needs *needs, const struct as_expr *expr)
{
    if (expr != NULL && (expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER))
        as_bit_set(needs->fields, expr->field);
}

static bool has_room_limits(const struct as_pack *pack)
{
    for (uint32_t t = 0; t < pack->tiers.n; t++)
        if (pack->tiers.at[t].at_most > 0)
            return true;
    return false;
}

static enum as_status decide(struct viewing *v, struct as_error *error)
{
    const struct as_plans_request *request = v->request;
    const struct as_pack *pack = request->pack->pack;
    struct as_needs needs;
    enum as_status status = as_plan_new(&v->plan, pack, error);
    if (status == AS_OK)
        status = as_needs_new(&needs, request->schema, error);
    if (status != AS_OK)
        return status;
    as_needs_add(&needs, v->plan);
    as_needs_field(&needs, request->schema, AS_LEVEL_ACCOUNT, "name");
    as_needs_field(&needs, request->schema, AS_LEVEL_ACCOUNT, "domain");
    as_needs_field(&needs, request->schema, AS_LEVEL_ACCOUNT, "type");
    static const char *const names[] = {"name", "first_name", "last_name", "email", "group_role"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        as_needs_field(&needs, request->schema, AS_LEVEL_LEAD, names[i]);
    for (uint32_t t = 0; t < pack->templates.n; t++) {
        need_owner(&needs, pack->templates.at[t]->marketing_owner);
        need_owner(&needs, pack->templates.at[t]->sales_owner);
    }
    struct as_snapshot_request wanted = as_needs_request(&needs, request->at, request->known_at);
    as_request_ladder(&wanted, request->pack, 1);
    wanted.pack = pack;
    /* A tier with room for so many is filled by looking at every account. */
    if (request->account_id != 0 && !has_room_limits(pack)) {
        wanted.lead_ids = &request->account_id; /* no lead of its own: a list of none */
        wanted.account_ids = &request->account_id;
        wanted.account_count = 1;
    }
    status = as_store_snapshot(&v->dataset, v->store, request->schema, &wanted, error);
    as_needs_free(&needs);
    struct as_run_options options = {
        .at = request->at, .threads = request->threads, .functions = request->pack->functions};
    if (status == AS_OK)
        status = as_decide(&v->decision, pack, v->plan, v->dataset, &options, error);
    return status == AS_OK ? as_tiers_of(&v->tiers, pack, v->decision.outcome, v->dataset, error) : status;
}

/* --- one account --- */

static const char *keep(struct viewing *v, struct as_buf *text)
{
    const char *copy = as_arena_copy(&v->out->arena, as_buf_c(text), text->n);
    as_buf_free(text);
    return copy;
}

static const char *field_text(struct viewing *v, enum as_level level, const char *name, uint32_t row)
{
    uint32_t field = as_schema_field(v->request->schema, level, as_str_of(name));
    const struct as_column *column = field == AS_NO_INDEX ? NULL : v->dataset->field[field];
    if (column == NULL || !as_bit(column->known, row))
        return NULL;
    struct as_buf text = {.p = NULL};
    as_column_show(&text, column, row);
    return keep(v, &text);
}

static const char *root_text(struct viewing *v, const struct as_expr *root, uint32_t account)
{
    struct as_buf text = {.p = NULL};
    if (root == NULL || !as_outcome_text(&text, v->decision.outcome, root, account)) {
        as_buf_free(&text);
        return NULL;
    }
    return keep(v, &text);
}

/* The column that a value comes from: a field, or the first known of several. NULL for anything computed. */
static const struct as_column *column_of(const struct viewing *v, const struct as_expr *root,
                                         uint32_t account)
{
    if (root == NULL)
        return NULL;
    if (root->kind == AS_EXPR_ANSWER)
        return v->dataset->answer[root->field].value;
    if (root->kind == AS_EXPR_FIELD)
        return root->via == AS_NO_INDEX ? v->dataset->field[root->field] : NULL;
    if (root->kind != AS_EXPR_CALL || !as_str_is(as_str_of(root->op->name), "first_known"))
        return NULL;
    for (uint32_t a = 0; a < root->arg_count; a++) {
        const struct as_column *column =
            root->args[a].kind == AS_LITERAL_EXPR ? column_of(v, root->args[a].expr, account) : NULL;
        if (column != NULL && as_bit(column->known, account))
            return column;
    }
    return NULL;
}

/* A value as its column shows it: "1,008,736.00 EUR". */
static const char *root_value(struct viewing *v, const struct as_expr *root, uint32_t account)
{
    const struct as_column *column = column_of(v, root, account);
    if (column == NULL || !as_bit(column->known, account))
        return root_text(v, root, account);
    struct as_buf text = {.p = NULL};
    as_column_show(&text, column, account);
    return keep(v, &text);
}

/* An amount in the currency of the value that it is a share of. */
static struct as_str currency_of(const struct viewing *v, const struct as_expr *of, uint32_t account)
{
    const struct as_column *column = column_of(v, of, account);
    if (column != NULL && column->type == AS_TYPE_MONEY && column->currency != NULL &&
        column->currencies != NULL && as_bit(column->known, account) &&
        column->currency[account] < as_intern_count(column->currencies))
        return as_intern_text(column->currencies, column->currency[account]);
    return as_str_of("");
}

static const char *money_text(struct viewing *v, int64_t hundredths, struct as_str currency)
{
    struct as_buf text = {.p = NULL};
    as_value_show_money(&text, hundredths, currency);
    return keep(v, &text);
}

static const char *person_name(struct viewing *v, uint32_t lead)
{
    const char *name = field_text(v, AS_LEVEL_LEAD, "name", lead);
    if (name != NULL)
        return name;
    const char *first = field_text(v, AS_LEVEL_LEAD, "first_name", lead),
               *last = field_text(v, AS_LEVEL_LEAD, "last_name", lead);
    if (first != NULL || last != NULL)
        return as_arena_printf(&v->out->arena, "%s%s%s", first != NULL ? first : "",
                               first != NULL && last != NULL ? " " : "", last != NULL ? last : "");
    name = field_text(v, AS_LEVEL_LEAD, "email", lead);
    return name != NULL ? name
                        : as_arena_printf(&v->out->arena, "#%lld", (long long)v->dataset->lead_id[lead]);
}

/* Who sits in the seats that the template asks for. */
static enum as_status view_seats(struct viewing *v, struct as_plan_view *view,
                                 const struct as_template *template_, uint32_t account,
                                 struct as_error *error)
{
    struct as_arena *arena = &v->out->arena;
    uint32_t *filled = as_arena_array(arena, template_->group.n + (size_t)1, sizeof *filled);
    uint32_t field = as_schema_field(v->request->schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    const struct as_column *role = field == AS_NO_INDEX ? NULL : v->dataset->field[field];
    if (filled == NULL)
        return as_error_memory(error);
    view->coverage = as_group_coverage(filled, template_, v->dataset, account);
    for (uint32_t g = 0; g < template_->group.n; g++) {
        struct as_seat seat = {
            template_->group.at[g].role, template_->group.at[g].count, filled[g], {NULL, 0, 0}};
        for (uint32_t i = v->dataset->member_start[account];
             role != NULL && i < v->dataset->member_start[account + 1]; i++) {
            uint32_t lead = v->dataset->member[i];
            if (!as_column_includes(role, lead, as_str_of(seat.role)))
                continue;
            const char *name = person_name(v, lead);
            if (name == NULL || !as_list_push(arena, &seat.people, name))
                return as_error_memory(error);
        }
        if (!as_list_push(arena, &view->seats, seat))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status view_plays(struct viewing *v, struct as_plan_view *view,
                                 const struct as_account_plan *plan, struct as_error *error)
{
    struct as_arena *arena = &v->out->arena;
    for (uint32_t p = 0; p < plan->plays.n; p++) {
        const struct as_play *play = plan->plays.at[p].play;
        struct as_plan_step step = {.play = play, .state = plan->plays.at[p].state, .due = AS_TIME_NONE};
        if (play->when != NULL) {
            struct as_buf said = {.p = NULL};
            as_expr_say(&said, play->when, v->request->schema);
            if ((step.said = keep(v, &said)) == NULL)
                return as_error_memory(error);
        }
        for (uint32_t t = 0; t < v->tasks.n && view->plan_id != 0; t++) {
            const struct as_task *task = &v->tasks.at[t];
            if (task->plan_id != view->plan_id || strcmp(task->play, play->name) != 0)
                continue;
            step.has_task = true;
            step.task_done = task->done;
            step.due = task->due;
        }
        if (!as_list_push(arena, &view->plays, step))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* Whether what the account is given is a programme of its own. A play counts while it may be open. */
static void view_likeness(struct as_plan_view *view, const struct as_template *template_)
{
    uint32_t shared = 0, own = 0;
    for (uint32_t p = 0; p < view->plays.n; p++) {
        const struct as_play *play = view->plays.at[p].play;
        if (play->content == NULL || view->plays.at[p].state == AS_NO)
            continue;
        own += play->unique;
        shared += !play->unique;
    }
    view->variety = template_->variety;
    view->alike = as_plan_likeness(shared, own);
    view->true_abm = view->variety == AS_VARIETY_LARGE_ACCOUNT && view->alike <= AS_PLANS_ALIKE;
}

static enum as_status add_fault(struct viewing *v, struct as_plan_view *view, const char *fault,
                                struct as_error *error)
{
    return as_list_push(&v->out->arena, &view->faults, fault) ? AS_OK : as_error_memory(error);
}

/* What a plan must have: people of both sides, with something to do, and content of its own. */
static enum as_status view_faults(struct viewing *v, struct as_plan_view *view,
                                  const struct as_template *template_, struct as_error *error)
{
    bool unique = false, task = false;
    enum as_status status = AS_OK;
    for (uint32_t p = 0; p < template_->plays.n; p++) {
        unique |= template_->plays.at[p].unique;
        task |= template_->plays.at[p].task != NULL;
    }
    if (view->marketing_owner == NULL)
        status = add_fault(v, view, "no marketing owner is known", error);
    if (status == AS_OK && view->sales_owner == NULL)
        status = add_fault(v, view, "no sales owner is known", error);
    if (status == AS_OK && !unique)
        status = add_fault(
            v, view, "no play has content made for this account alone: write content = abm.unique \"…\"",
            error);
    if (status == AS_OK && !task)
        status = add_fault(v, view, "no play has a task for a person: write task = abm.human \"…\"", error);
    return status;
}

static const struct as_plan_row *stored_plan(const struct viewing *v, int64_t account_id)
{
    for (uint32_t i = 0; i < v->stored.n; i++)
        if (v->stored.at[i].account_id == account_id)
            return &v->stored.at[i];
    return NULL;
}

static void count_stages(const struct viewing *v, struct as_plan_view *view, uint32_t account)
{
    if (v->decision.pack->models.n == 0)
        return;
    for (uint32_t i = v->dataset->member_start[account]; i < v->dataset->member_start[account + 1]; i++) {
        const struct as_standing *standing = as_standing_at(&v->decision, 0, v->dataset->member[i]);
        if (!standing->outside)
            view->stages[standing->stage]++;
    }
}

/* Whether marketing to single accounts pays at all: by customers whose loss would hurt, or by prospects that
 * are worth a market of their own [A6.12]. */
static void count_region(struct viewing *v, uint32_t account, enum as_region region)
{
    v->out->regions[region]++;
    if (region != AS_REGION_ABM)
        return;
    const char *type = field_text(v, AS_LEVEL_ACCOUNT, "type", account);
    if (type != NULL && strcmp(type, "customer") == 0)
        v->out->abm_customers++;
    else
        v->out->abm_prospects++;
}

static enum as_status view_budget(struct viewing *v, struct as_plan_view *view,
                                  const struct as_account_plan *plan, uint32_t account,
                                  struct as_error *error)
{
    struct as_str currency = currency_of(v, plan->template_->budget_of, account);
    view->budget_text = money_text(v, plan->budget, currency);
    enum as_status status =
        as_store_spent_on(&view->spent, v->store, view->account_id, currency, v->request->at, error);
    if (status == AS_OK && view->spent > 0)
        view->spent_text = money_text(v, view->spent, currency);
    return status;
}

/* What the template says of the account. */
static enum as_status view_template(struct viewing *v, struct as_plan_view *view,
                                    const struct as_account_plan *plan, uint32_t account,
                                    struct as_error *error)
{
    if (view->marketing_owner == NULL)
        view->marketing_owner = root_text(v, plan->template_->marketing_owner, account);
    if (view->sales_owner == NULL)
        view->sales_owner = root_text(v, plan->template_->sales_owner, account);
    enum as_status status = view_seats(v, view, plan->template_, account, error);
    if (status == AS_OK)
        status = view_plays(v, view, plan, error);
    view_likeness(view, plan->template_);
    return status == AS_OK ? view_faults(v, view, plan->template_, error) : status;
}

static enum as_status view_account(struct viewing *v, uint32_t account, struct as_error *error)
{
    const struct as_pack *pack = v->decision.pack;
    const struct as_plan_row *stored = stored_plan(v, v->dataset->account_id[account]);
    struct as_account_plan plan;
    enum as_status status =
        as_account_plan_of(&plan, &v->out->arena, pack, v->decision.outcome, v->dataset, account, error);
    if (status != AS_OK)
        return status;
    if (pack->segment.declared)
        count_region(v, account, plan.region);
    if (plan.template_ == NULL && stored == NULL && v->request->account_id == 0)
        return AS_OK;
    struct as_plan_view view = {
        .plan_id = stored != NULL ? stored->id : 0,
        .created = stored != NULL ? stored->created : AS_TIME_NONE,
        .account_id = v->dataset->account_id[account],
        .account = field_text(v, AS_LEVEL_ACCOUNT, "name", account),
        .domain = field_text(v, AS_LEVEL_ACCOUNT, "domain", account),
        .pack = pack->name,
        .template_ = plan.template_ != NULL ? plan.template_->name
                     : stored != NULL       ? stored->template_
                                            : NULL,
        .tier = v->tiers[account] > 0 ? pack->tiers.at[v->tiers[account] - 1].name : NULL,
        .region = plan.region,
        .value = root_value(v, pack->segment.value, account),
        .diversity = root_value(v, pack->segment.diversity, account),
        .coverage = plan.coverage,
        .has_budget = plan.has_budget,
        .budget = plan.budget,
        .members = v->dataset->member_start[account + 1] - v->dataset->member_start[account],
    };
    count_stages(v, &view, account);
    if (plan.has_budget)
        status = view_budget(v, &view, &plan, account, error);
    if (stored != NULL) {
        view.marketing_owner = stored->marketing_owner;
        view.sales_owner = stored->sales_owner;
    }
    if (status == AS_OK && plan.template_ != NULL)
        status = view_template(v, &view, &plan, account, error);
    if (status == AS_OK && !as_list_push(&v->out->arena, &v->out->views, view))
        status = as_error_memory(error);
    return status;
}

/* --- the list --- */

static int compare(const void *left, const void *right)
{
    const struct as_plan_view *a = left, *b = right;
    int order = (b->plan_id != 0) - (a->plan_id != 0);
    if (order == 0)
        order = (int)b->region - (int)a->region;
    if (order == 0)
        order = (a->coverage > b->coverage) - (a->coverage < b->coverage);
    if (order == 0)
        order = strcmp(a->account != NULL ? a->account : "", b->account != NULL ? b->account : "");
    return order != 0 ? order : (a->account_id > b->account_id) - (a->account_id < b->account_id);
}

static enum as_status view_all(struct viewing *v, struct as_error *error)
{
    const struct as_plans_request *request = v->request;
    enum as_status status = as_store_learn_schema(v->store, request->schema, error);
    if (status == AS_OK)
        status = decide(v, error);
    if (status == AS_OK)
        status = as_store_plans(v->store, NULL, request->account_id, keep_plan, v, error);
    if (status == AS_OK)
        status = as_store_tasks(v->store, request->pack->pack->name, false, keep_task, v, error);
    for (uint32_t row = 0; status == AS_OK && row < v->dataset->accounts; row++)
        if (request->account_id == 0 || v->dataset->account_id[row] == request->account_id)
            status = view_account(v, row, error);
    if (status != AS_OK)
        return status;
    if (request->account_id != 0 && v->out->views.n == 0)
        return as_error_set(error, AS_ERR_MISSING, "this account was not known at that time");
    if (v->out->views.n > 1)
        qsort(v->out->views.at, v->out->views.n, sizeof *v->out->views.at, compare);
    v->out->found = v->out->views.n;
    if (request->most != 0 && v->out->views.n > request->most)
        v->out->views.n = request->most;
    return AS_OK;
}

enum as_status as_plans_of(struct as_plans *out, struct as_store *store,
                           const struct as_plans_request *request, struct as_error *error)
{
    *out = (struct as_plans){.at = request->at};
    struct viewing v = {.out = out, .store = store, .request = request};
    enum as_status status = view_all(&v, error);
    if (v.decision.pack != NULL)
        as_decision_free(&v.decision);
    free(v.tiers);
    as_plan_free(v.plan);
    as_dataset_free(v.dataset);
    if (status != AS_OK)
        as_plans_free(out);
    return status;
}

void as_plans_free(struct as_plans *plans)
{
    as_arena_free(&plans->arena);
    *plans = (struct as_plans){.found = 0};
}
