/* Routing: turns, shares, limits, absences, and owners that stay. */
#include "rules.h"

#include "score/model/route.h"

enum { DAY = 86400 };
#define T0 (INT64_C(1772442000))

static struct as_assignee crew[] = {
    {.user = "cora", .team = "dach_sdrs"}, {.user = "anna", .team = "dach_sdrs"},
    {.user = "bert", .team = "dach_sdrs"}, {.user = "ines", .team = "inside-a"},
    {.user = "ivan", .team = "inside-b"},
};

struct desk {
    struct people p;
    struct as_arena arena;
    struct as_roster roster;
    struct as_route route;
    struct as_route_target targets[2];
    struct as_pack pack;
    struct as_prior priors[40], *prior_list[1];
};

static void desk_open(struct desk *d, enum as_route_to to, const char *first, uint32_t weight,
                      const char *second, uint32_t weight_2)
{
    *d = (struct desk){.p = {NULL, NULL}};
    people_new(&d->p, 40, 0);
    d->roster.arena = &d->arena;
    for (size_t i = 0; i < sizeof crew / sizeof *crew; i++)
        assert_true(as_list_push(&d->arena, &d->roster.people, crew[i]));
    d->targets[0] = (struct as_route_target){first, weight};
    d->targets[1] = (struct as_route_target){second, weight_2};
    d->route =
        (struct as_route){.name = "the route", .to = to, .targets = {d->targets, second != NULL ? 2 : 1, 2}};
    d->pack = (struct as_pack){.rules = {.schema = d->p.schema}, .routes = {&d->route, 1, 1}};
    for (int i = 0; i < 40; i++)
        d->priors[i].owner = AS_NO_INDEX;
    d->prior_list[0] = d->priors;
    d->p.set->prior = d->prior_list;
    d->p.set->prior_models = 1;
}

static void desk_close(struct desk *d)
{
    d->p.set->prior = NULL;
    d->p.set->prior_models = 0;
    as_arena_free(&d->arena);
    people_free(&d->p);
}

static struct as_assignment lead_at(struct desk *d, uint32_t lead, int64_t at)
{
    struct as_assignment out;
    assert_int_equal(as_route_lead(&out, &d->pack, NULL, d->p.set, &d->roster, lead, at, NULL), AS_OK);
    return out;
}

static void takes_turns(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    static const char *const want[] = {"anna", "bert", "cora", "anna", "bert", "cora", "anna"};
    for (uint32_t i = 0; i < 7; i++) {
        struct as_assignment out = lead_at(&d, i, T0);
        assert_string_equal(out.user, want[i]);
        assert_ptr_equal(out.route, &d.route);
        assert_false(out.kept);
    }
    desk_close(&d);
}

static void shares(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_WEIGHTED, "inside-a", 2, "inside-b", 1);
    unsigned ines = 0, ivan = 0;
    for (uint32_t i = 0; i < 30; i++) {
        struct as_assignment out = lead_at(&d, i, T0);
        ines += strcmp(out.user, "ines") == 0;
        ivan += strcmp(out.user, "ivan") == 0;
        /* Never further from two to one than one lead. */
        assert_true(ines <= 2 * ivan + 2 && 2 * ivan <= ines + 2);
    }
    assert_int_equal(ines, 20);
    assert_int_equal(ivan, 10);
    desk_close(&d);
}

static void limits_and_absences(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    d.route.at_most = (struct as_rate){1, {DAY, AS_SPAN_SECONDS}};
    d.route.skip_absent = true;
    d.roster.people.at[1].absent = true; /* anna */
    assert_string_equal(lead_at(&d, 0, T0).user, "bert");
    assert_string_equal(lead_at(&d, 1, T0 + 1).user, "cora");
    struct as_assignment out = lead_at(&d, 2, T0 + 2);
    assert_string_equal(out.user, "");
    assert_ptr_equal(out.route, &d.route);
    assert_non_null(strstr(out.reason, "the route"));
    /* A day later there is room again. */
    assert_string_equal(lead_at(&d, 2, T0 + DAY).user, "bert");
    d.route.skip_absent = false;
    assert_string_equal(lead_at(&d, 3, T0 + DAY).user, "anna");
    desk_close(&d);
}

/* bert is absent for an hour and full for a day, cora is full for a day less a second; anna is away for good.
 */
static void when_somebody_is_free_again(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    d.route.at_most = (struct as_rate){1, {DAY, AS_SPAN_SECONDS}};
    d.route.skip_absent = true;
    struct as_assignee *people = d.roster.people.at; /* cora, anna, bert */
    people[1].absent = true;
    assert_string_equal(lead_at(&d, 0, T0).user, "bert");
    assert_string_equal(lead_at(&d, 1, T0 + 1).user, "cora");
    people[2].absent = true;
    people[2].back = T0 + 3600;
    assert_int_equal(as_route_frees(&d.route, &d.roster, T0 + 2), T0 + DAY);
    people[2].back = T0 + 3 * DAY;
    assert_int_equal(as_route_frees(&d.route, &d.roster, T0 + 2), T0 + 1 + DAY);
    assert_true(as_list_push(&d.arena, &d.roster.passed_over, "cora"));
    assert_int_equal(as_route_frees(&d.route, &d.roster, T0 + 2), T0 + 3 * DAY);
    people[2].back = 0;
    assert_true(as_route_frees(&d.route, &d.roster, T0 + 2) == AS_TIME_NONE);
    desk_close(&d);
    /* Of shares, who has none is never free; without a time "at most" is for ever. */
    desk_open(&d, AS_ROUTE_WEIGHTED, "inside-a", 1, "inside-b", 0);
    d.route.at_most = (struct as_rate){1, {0, AS_SPAN_SECONDS}};
    assert_string_equal(lead_at(&d, 0, T0).user, "ines");
    assert_true(as_route_frees(&d.route, &d.roster, T0) == AS_TIME_NONE);
    d.route.at_most.span.length = DAY;
    assert_int_equal(as_route_frees(&d.route, &d.roster, T0), T0 + DAY);
    desk_close(&d);
}

static void owners_stay(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    d.priors[5].decided = true;
    d.priors[5].owner = as_intern_add(d.p.set->users, AS_STR("cora"));
    d.priors[6].decided = true;
    d.priors[6].owner = as_intern_add(d.p.set->users, AS_STR("ines"));
    struct as_assignment out = lead_at(&d, 5, T0);
    assert_string_equal(out.user, "cora");
    assert_true(out.kept);
    /* An owner outside of the route's team does not stay. */
    out = lead_at(&d, 6, T0);
    assert_string_equal(out.user, "anna");
    assert_false(out.kept);
    desk_close(&d);
}

static void nobody_to_take_it(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_ROUND_ROBIN, "martians", 1, NULL, 0);
    struct as_assignment out = lead_at(&d, 0, T0);
    assert_string_equal(out.user, "");
    assert_string_equal(out.reason, "the route: nobody belongs to its team");
    d.pack.routes.n = 0;
    out = lead_at(&d, 0, T0);
    assert_null(out.route);
    desk_close(&d);
}

static void named_people(void **state)
{
    (void)state;
    struct desk d;
    desk_open(&d, AS_ROUTE_USER, "boss", 1, NULL, 0);
    assert_string_equal(lead_at(&d, 0, T0).user, "boss");
    desk_close(&d);
}

static void same_input_same_owner(void **state)
{
    (void)state;
    struct desk a, b;
    desk_open(&a, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    desk_open(&b, AS_ROUTE_ROUND_ROBIN, "dach_sdrs", 1, NULL, 0);
    struct as_assignee first = b.roster.people.at[0];
    b.roster.people.at[0] = b.roster.people.at[2];
    b.roster.people.at[2] = first;
    for (uint32_t i = 0; i < 20; i++) {
        struct as_assignment one = lead_at(&a, i, T0 + i), other = lead_at(&b, i, T0 + i);
        assert_string_equal(one.user, other.user);
    }
    desk_close(&a);
    desk_close(&b);
}

static void routes_by_order_and_fact(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    const struct as_expr *relation = field(pack, AS_LEVEL_LEAD, "relationship_owner");
    const struct as_expr *owner = field(pack, AS_LEVEL_ACCOUNT, "owner");
    const struct as_expr *knows = plain(pack, relation, "known"),
                         *partner = with_text(pack, field(pack, AS_LEVEL_LEAD, "source"), "is", "partner");
    const struct as_expr *used[] = {relation, owner, knows, partner};
    for (int i = 0; i < 4; i++)
        as_expr_use(&pack->rules, used[i]);
    struct as_route_target team = {"inside-a", 1};
    struct as_route routes[] = {
        {.name = "partner lead", .when = partner, .to = AS_ROUTE_EXPR, .to_expr = owner},
        {.name = "has a relationship", .when = knows, .to = AS_ROUTE_EXPR, .to_expr = relation},
        {.name = "everyone else", .to = AS_ROUTE_ROUND_ROBIN, .targets = {&team, 1, 1}},
    };
    for (int i = 0; i < 3; i++)
        assert_true(as_list_push(&pack->rules.arena, &pack->routes, routes[i]));
    people_new(&p, 4, 1);
    p.set->lead_account[0] = 0;
    must(as_dataset_link(p.set, &error));
    people_field(&p, AS_LEVEL_LEAD, "source", 0, "partner");
    people_field(&p, AS_LEVEL_LEAD, "source", 1, "partner");
    people_field(&p, AS_LEVEL_ACCOUNT, "owner", 0, "otto");
    people_field(&p, AS_LEVEL_LEAD, "relationship_owner", 1, "rita");
    people_field(&p, AS_LEVEL_LEAD, "relationship_owner", 2, "rita");
    struct as_plan *plan = plan_new(pack);
    struct as_outcome *outcome = outcome_at(plan, &p, T0);
    struct as_arena arena = {0};
    struct as_roster roster = {.arena = &arena};
    assert_true(as_list_push(&arena, &roster.people, crew[3]));
    const struct {
        uint32_t route;
        const char *user;
    } want[] = {{0, "otto"}, {0, ""}, {1, "rita"}, {2, "ines"}};
    for (uint32_t lead = 0; lead < 4; lead++) {
        struct as_assignment out;
        must(as_route_lead(&out, pack, outcome, p.set, &roster, lead, T0, &error));
        assert_ptr_equal(out.route, &pack->routes.at[want[lead].route]);
        assert_string_equal(out.user, want[lead].user);
        assert_non_null(strstr(out.reason, out.route->name));
    }
    as_arena_free(&arena);
    as_outcome_free(outcome);
    as_plan_free(plan);
    as_pack_free(pack);
    people_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("a team takes turns, the fewest leads first", takes_turns),
        named("shares of two to one are kept to the lead", shares),
        named("who is full or absent is passed over", limits_and_absences),
        named("somebody is free again when an absence or the time of a limit ends",
              when_somebody_is_free_again),
        named("a returned lead keeps its owner", owners_stay),
        named("a route without anybody says so", nobody_to_take_it),
        named("a route to a person needs no roster", named_people),
        named("a lead with a relationship goes to its owner, not into the queue [A1.34]",
              routes_by_order_and_fact),
        named("the order of the roster decides nothing", same_input_same_owner),
    };
    return cmocka_run_group_tests_name("routes", tests, NULL, NULL);
}
