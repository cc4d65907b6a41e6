/* Account plans: one for one account, refused without people of both sides and content of its own, tasks left
 * to people. */
#include "town.h"

#include "run/accounts/accounts.h"
#include "store/work/work.h"

struct planning {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
};

static void add_play(struct planning *p, struct as_template *template_, const char *name, const char *task,
                     const char *content)
{
    struct as_play play = {.name = name,
                           .position = town_line(50),
                           .task = task,
                           .content = content,
                           .unique = content != NULL,
                           .due = task != NULL ? 14 * AS_DAY_SECONDS : 0};
    assert_true(as_list_push(&p->pack->rules.arena, &template_->plays, play));
}

static int setup(void **state)
{
    struct planning *p = calloc(1, sizeof *p);
    town_open(&p->town);
    p->pack = town_pack(&p->town, "p", "h1", 40);
    p->given.pack = p->pack;
    struct as_pack *pack = p->pack;
    const struct as_expr *value = town_field(&p->town, pack, AS_LEVEL_ACCOUNT, "potential_value", 40);
    const struct as_expr *diversity = town_field(&p->town, pack, AS_LEVEL_ACCOUNT, "need_diversity", 40);
    as_expr_use(&pack->rules, value);
    as_expr_use(&pack->rules, diversity);
    pack->segment = (struct as_segment){true, town_line(40), value, diversity, 50000000, 5000000, 0.3};
    struct as_template *template_ = town_alloc(pack, sizeof *template_);
    template_->name = "market of one";
    template_->position = town_line(45);
    const struct as_expr *segment = NULL;
    town_ok(&p->town, as_expr_segment(&segment, &pack->rules, town_line(45), &p->town.error));
    template_->when = town_call(&p->town, pack, segment, "is", town_text("abm"), 45);
    template_->marketing_owner = town_field(&p->town, pack, AS_LEVEL_ACCOUNT, "marketing_owner", 46);
    template_->sales_owner = town_field(&p->town, pack, AS_LEVEL_ACCOUNT, "sales_owner", 46);
    as_expr_use(&pack->rules, template_->marketing_owner);
    as_expr_use(&pack->rules, template_->sales_owner);
    struct as_group_need economic = {"economic", 1}, users = {"user", 2};
    assert_true(as_list_push(&pack->rules.arena, &template_->group, economic));
    assert_true(as_list_push(&pack->rules.arena, &template_->group, users));
    add_play(p, template_, "map the group", "get introduced to the missing roles", NULL);
    assert_true(as_list_push(&pack->rules.arena, &pack->templates, template_));
    *state = p;
    return 0;
}

static int teardown(void **state)
{
    struct planning *p = *state;
    as_pack_free(p->pack);
    town_close(&p->town);
    free(p);
    return 0;
}

static void put_account(struct planning *p, const char *sales_owner)
{
    town_put(&p->town, AS_IMPORT_ACCOUNTS, DAY(-3), "id", "A1", "name", "Acme", "domain", "acme.example",
             "potential_value", "800000.00 EUR", "need_diversity", "0.1", "marketing_owner", "Mia",
             "sales_owner", sales_owner, NULL);
    town_put(&p->town, AS_IMPORT_LEADS, DAY(-3), "id", "L1", "email", "eve@acme.example", "first_name", "Eve",
             "account_id", "A1", "group_role", "economic", NULL);
    town_put(&p->town, AS_IMPORT_LEADS, DAY(-3), "id", "L2", "email", "uma@acme.example", "first_name", "Uma",
             "account_id", "A1", "group_role", "user", NULL);
}

static struct as_plans_request request_of(struct planning *p)
{
    struct as_plans_request request = {.schema = p->town.schema,
                                       .pack = &p->given,
                                       .at = DAY(0),
                                       .known_at = DAY(0),
                                       .now = DAY(0),
                                       .threads = 1};
    town_ok(&p->town,
            as_store_find_account(&request.account_id, p->town.store, "acme.example", &p->town.error));
    return request;
}

static void a_plan_shows_coverage_and_who_is_missing(void **state)
{
    struct planning *p = *state;
    struct as_plans plans;
    put_account(p, "Sam");
    struct as_plans_request request = request_of(p);
    town_ok(&p->town, as_plans_of(&plans, p->town.store, &request, &p->town.error));
    const struct as_plan_view *view = &plans.views.at[0];
    assert_int_equal(plans.views.n, 1);
    assert_int_equal(view->region, AS_REGION_ABM); /* 800,000 is very high, however alike the needs */
    assert_string_equal(view->template_, "market of one");
    assert_string_equal(view->sales_owner, "Sam");
    assert_int_equal(view->plan_id, 0);
    assert_float_equal(view->coverage, 2.0 / 3.0, 1e-9); /* 1 economic of 1, 1 user of 2 */
    assert_int_equal(view->seats.at[1].filled, 1);
    assert_int_equal(view->seats.at[1].needed, 2);
    assert_string_equal(view->seats.at[0].people.at[0], "Eve");
    as_plans_free(&plans);
}

static void a_plan_without_own_content_is_refused(void **state)
{
    struct planning *p = *state;
    int64_t id;
    put_account(p, "Sam");
    struct as_plans_request request = request_of(p);
    assert_int_equal(as_plan_create(&id, p->town.store, &request, &p->town.error), AS_ERR_DATA);
    assert_non_null(strstr(p->town.error.what, "this account alone"));
}

static void a_plan_without_a_sales_owner_is_refused(void **state)
{
    struct planning *p = *state;
    int64_t id;
    add_play(p, p->pack->templates.at[0], "cost of delay", NULL, "cost-of-delay-model");
    put_account(p, "");
    struct as_plans_request request = request_of(p);
    assert_int_equal(as_plan_create(&id, p->town.store, &request, &p->town.error), AS_ERR_DATA);
    assert_non_null(strstr(p->town.error.what, "no sales owner"));
}

static void one_account_has_one_plan(void **state)
{
    struct planning *p = *state;
    int64_t id, other;
    add_play(p, p->pack->templates.at[0], "cost of delay", NULL, "cost-of-delay-model");
    put_account(p, "Sam");
    struct as_plans_request request = request_of(p);
    town_ok(&p->town, as_plan_create(&id, p->town.store, &request, &p->town.error));
    assert_true(id > 0);
    assert_int_equal(as_plan_create(&other, p->town.store, &request, &p->town.error), AS_ERR_CONFLICT);
}

/* A run finds the play no longer called for, or open still: the task stays a person's. */
static void a_task_for_people_is_never_done_by_a_run(void **state)
{
    struct planning *p = *state;
    int64_t id;
    add_play(p, p->pack->templates.at[0], "cost of delay", NULL, "cost-of-delay-model");
    put_account(p, "Sam");
    struct as_plans_request request = request_of(p);
    town_ok(&p->town, as_plan_create(&id, p->town.store, &request, &p->town.error));
    assert_int_equal(town_count(&p->town, "SELECT count(*) FROM task"), 1);
    for (int day = 1; day < 4; day++) {
        struct as_run_request run = town_request(&p->town, &p->given, 1, DAY(day));
        run.approve = true;
        struct as_run_result result;
        town_ok(&p->town, as_run(&result, p->town.store, &run, &p->town.error));
        assert_int_equal(result.failed, 0);
        as_run_free(&result);
    }
    struct as_plans plans;
    request.at = request.known_at = DAY(4);
    town_ok(&p->town, as_plans_of(&plans, p->town.store, &request, &p->town.error));
    assert_int_equal(town_count(&p->town, "SELECT count(*) FROM task"), 1);
    assert_true(plans.views.at[0].plays.at[0].has_task);
    assert_false(plans.views.at[0].plays.at[0].task_done);
    as_plans_free(&plans);
}

#define TEST(name, function)                                                                                 \
    {                                                                                                        \
        name, function, setup, teardown, NULL                                                                \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST("a plan shows the group's coverage and who is missing [A6.14]",
             a_plan_shows_coverage_and_who_is_missing),
        TEST("a plan without content of its own is refused [A6.10]", a_plan_without_own_content_is_refused),
        TEST("a plan without a sales owner is refused [A6.8]", a_plan_without_a_sales_owner_is_refused),
        TEST("one account has one plan [A6.1]", one_account_has_one_plan),
        TEST("a task for people is never done by a run [A6.9]", a_task_for_people_is_never_done_by_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
