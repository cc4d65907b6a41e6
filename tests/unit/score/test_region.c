/* Regions of accounts at their borders, and how far a buying group is covered. */
#include "rules.h"

#include "score/model/account_plan.h"
#include "score/model/tier.h"

static const struct as_segment segment = {
    .declared = true, .very_high_value = 50000000, .low_value = 5000000, .homogeneous = 0.3};

static enum as_region known(int64_t value, double diversity)
{
    return as_region_of(true, value, true, diversity, &segment);
}

static void low_and_alike_is_mass(void **state)
{
    (void)state;
    assert_int_equal(known(4999999, 0.3), AS_REGION_MASS);
    assert_int_equal(known(0, 0), AS_REGION_MASS);
    assert_int_equal(known(-1, 0.1), AS_REGION_MASS);
    assert_int_equal(known(5000000, 0.3), AS_REGION_TARGETED);
    assert_int_equal(known(4999999, 0.30000001), AS_REGION_TARGETED);
}

static void very_high_is_abm(void **state)
{
    (void)state;
    for (int d = -1; d <= 11; d++)
        assert_int_equal(known(50000000, d / 10.0), AS_REGION_ABM);
    assert_int_equal(known(INT64_MAX, 0), AS_REGION_ABM);
    assert_int_equal(as_region_of(true, 50000000, false, 0, &segment), AS_REGION_ABM);
    assert_int_equal(known(49999999, 1), AS_REGION_TARGETED);
}

static void the_rest_is_targeted(void **state)
{
    (void)state;
    srand(2);
    unsigned seen[4] = {0, 0, 0, 0};
    for (int i = 0; i < 20000; i++) {
        bool value_known = rand() % 8 != 0, diversity_known = rand() % 4 != 0;
        int64_t value = rand() % 60000000;
        double diversity = rand() % 11 / 10.0;
        enum as_region region = as_region_of(value_known, value, diversity_known, diversity, &segment);
        bool abm = value_known && value >= 50000000;
        bool mass = value_known && value < 5000000 && diversity_known && diversity <= 0.3;
        bool insufficient = !value_known || (value < 5000000 && !diversity_known);
        assert_int_equal(abm + mass + insufficient <= 1, 1);
        assert_int_equal(region, abm            ? AS_REGION_ABM
                                 : mass         ? AS_REGION_MASS
                                 : insufficient ? AS_REGION_INSUFFICIENT
                                                : AS_REGION_TARGETED);
        seen[region]++;
    }
    for (int i = 0; i < 4; i++)
        assert_true(seen[i] > 0);
    assert_int_equal(as_region_of(true, 0, true, NAN, &segment), AS_REGION_INSUFFICIENT);
    assert_string_equal(as_region_name(AS_REGION_TARGETED), "targeted");
}

static struct as_group_need group[] = {{"economic", 1}, {"technical", 1}, {"user", 2}, {"legal", 1}};
static const struct as_template plan = {.name = "market of one", .group = {group, 4, 4}};

/* Six people of account 0, one of account 1, one of none. */
static void buying_groups(struct people *p)
{
    static const char *const roles[] = {"economic", "user",     NULL,    "user",
                                        "user",     "champion", "legal", "technical"};
    *p = (struct people){NULL, NULL};
    people_new(p, 8, 3);
    for (uint32_t lead = 0; lead < 8; lead++) {
        p->set->lead_account[lead] = lead < 6 ? 0 : lead == 6 ? 1 : AS_NO_INDEX;
        if (roles[lead] != NULL)
            people_field(p, AS_LEVEL_LEAD, "group_role", lead, roles[lead]);
    }
    assert_int_equal(as_dataset_link(p->set, NULL), AS_OK);
}

static void coverage_counts_places(void **state)
{
    (void)state;
    struct people p;
    buying_groups(&p);
    uint32_t filled[4];
    /* One economic, two of three users (no more than needed), of five places: 3/5. */
    assert_near(as_group_coverage(filled, &plan, p.set, 0), 0.6, 1e-12);
    assert_int_equal(filled[0], 1);
    assert_int_equal(filled[1], 0);
    assert_int_equal(filled[2], 3);
    assert_int_equal(filled[3], 0);
    assert_near(as_group_coverage(filled, &plan, p.set, 1), 0.2, 1e-12);
    assert_near(as_group_coverage(filled, &plan, p.set, 2), 0, 0);
    const struct as_template nothing = {.name = "nobody"};
    assert_near(as_group_coverage(filled, &nothing, p.set, 0), 1, 0);
    people_free(&p);
}

static void roles_nobody_has(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_new(&p, 1, 1);
    p.set->lead_account[0] = 0;
    assert_int_equal(as_dataset_link(p.set, NULL), AS_OK);
    uint32_t filled[4];
    assert_near(as_group_coverage(filled, &plan, p.set, 0), 0, 0);
    people_free(&p);
}

static void plans_of_accounts(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    const struct as_expr *potential = field(pack, AS_LEVEL_ACCOUNT, "potential_value");
    const struct as_expr *value =
        joined(pack, "first_known", field(pack, AS_LEVEL_ACCOUNT, "lifetime_value"), potential);
    const struct as_expr *diversity = field(pack, AS_LEVEL_ACCOUNT, "need_diversity"), *region = NULL,
                         *cover = NULL;
    pack->segment = segment;
    pack->segment.value = value;
    pack->segment.diversity = diversity;
    must(as_expr_segment(&region, &pack->rules, here, &error));
    must(as_expr_group(&cover, &pack->rules, here, &error));
    const struct as_expr *abm = with_text(pack, region, "is", "abm");
    const struct as_expr *open = with_number(pack, plain(pack, cover, "coverage"), "less_than", 1);
    const struct as_expr *used[] = {potential, value, diversity, abm, open};
    for (int i = 0; i < 5; i++)
        as_expr_use(&pack->rules, used[i]);
    struct as_play plays[] = {{.name = "map the buying group", .when = open}, {.name = "say hello"}};
    struct as_template market_of_one = {.name = "market of one",
                                        .when = abm,
                                        .group = {group, 4, 4},
                                        .budget_share = 0.05,
                                        .budget_of = potential,
                                        .plays = {plays, 2, 2}};
    assert_true(as_list_push(&pack->rules.arena, &pack->templates, &market_of_one));
    people_new(&p, 2, 3);
    p.set->lead_account[0] = p.set->lead_account[1] = 0;
    people_field(&p, AS_LEVEL_LEAD, "group_role", 0, "user");
    must(as_dataset_link(p.set, &error));
    people_field(&p, AS_LEVEL_ACCOUNT, "potential_value", 0, "600000 EUR");
    people_field(&p, AS_LEVEL_ACCOUNT, "potential_value", 1, "600000 EUR");
    people_field(&p, AS_LEVEL_ACCOUNT, "lifetime_value", 1, "1000 EUR");
    people_field(&p, AS_LEVEL_ACCOUNT, "need_diversity", 1, "0.1");
    struct as_plan *compiled = plan_new(pack);
    struct as_outcome *outcome = outcome_at(compiled, &p, 0);
    struct as_arena arena = {0};
    struct as_account_plan out;
    must(as_account_plan_of(&out, &arena, pack, outcome, p.set, 0, &error));
    assert_int_equal(out.region, AS_REGION_ABM);
    assert_ptr_equal(out.template_, &market_of_one);
    assert_near(out.coverage, 0.2, 1e-12);
    assert_int_equal(out.filled[0], 0);
    assert_int_equal(out.filled[2], 1); /* a user, of two */
    assert_true(out.has_budget);
    assert_int_equal(out.budget, 3000000);
    assert_int_equal(out.plays.n, 2);
    assert_int_equal(out.plays.at[0].state, AS_YES);
    assert_int_equal(out.plays.at[1].state, AS_YES);
    must(as_account_plan_of(&out, &arena, pack, outcome, p.set, 1, &error));
    assert_int_equal(out.region, AS_REGION_MASS); /* what it has been worth comes before what it could be */
    assert_null(out.template_);
    must(as_account_plan_of(&out, &arena, pack, outcome, p.set, 2, &error));
    assert_int_equal(out.region, AS_REGION_INSUFFICIENT);
    as_arena_free(&arena);
    as_outcome_free(outcome);
    as_plan_free(compiled);
    as_pack_free(pack);
    people_free(&p);
}

static void tiers_have_room(void **state)
{
    (void)state;
    struct people p = {NULL, NULL};
    people_schema(&p);
    struct as_pack *pack = pack_new(&p);
    const struct as_expr *potential = field(pack, AS_LEVEL_ACCOUNT, "potential_value");
    const struct as_expr *large = with_number(pack, potential, "at_least", 1000);
    const struct as_expr *software =
        with_text(pack, field(pack, AS_LEVEL_ACCOUNT, "industry"), "is", "Software");
    const struct as_expr *used[] = {potential, large, software};
    for (int i = 0; i < 3; i++)
        as_expr_use(&pack->rules, used[i]);
    pack->segment = segment;
    pack->segment.value = potential;
    const struct as_tier tiers[] = {
        {"one to one", here, large, 2}, {"one to few", here, software, 3}, {"rest", here, NULL, 1}};
    for (int i = 0; i < 3; i++)
        assert_true(as_list_push(&pack->rules.arena, &pack->tiers, tiers[i]));
    people_new(&p, 1, 8);
    must(as_dataset_link(p.set, &error));
    static const char *const worth[] = {"2000 EUR", "5000 EUR", "999 EUR",  "3000 EUR",
                                        NULL,       NULL,       "2000 EUR", "10 EUR"};
    for (uint32_t row = 0; row < 8; row++) {
        if (worth[row] != NULL)
            people_field(&p, AS_LEVEL_ACCOUNT, "potential_value", row, worth[row]);
        people_field(&p, AS_LEVEL_ACCOUNT, "industry", row, row == 7 ? "Farming" : "Software");
    }
    struct as_plan *compiled = plan_new(pack);
    struct as_outcome *outcome = outcome_at(compiled, &p, 0);
    uint16_t *got = NULL;
    must(as_tiers_of(&got, pack, outcome, p.set, &error));
    /* 5,000 and 3,000 take the two places; of the others in software the most valuable three, equals by row;
     * one of the three that are left, none of known worth but the farm. */
    const uint16_t want[] = {2, 1, 2, 1, 0, 0, 2, 3};
    for (int i = 0; i < 8; i++)
        assert_int_equal(got[i], want[i]);
    free(got);
    as_outcome_free(outcome);
    as_plan_free(compiled);
    as_pack_free(pack);
    people_free(&p);
}

static void most_should_be_targeted(void **state)
{
    (void)state;
    static const struct {
        uint64_t insufficient, mass, targeted, abm;
        bool askew;
    } cases[] = {
        {0, 8, 9, 3, true},   {0, 7, 10, 3, false}, {90, 0, 10, 10, false}, {90, 1, 9, 10, true},
        {0, 10, 0, 9, false}, {0, 10, 0, 10, true}, {0, 0, 0, 0, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint64_t regions[AS_REGION_ABM + 1] = {
            [AS_REGION_INSUFFICIENT] = cases[i].insufficient,
            [AS_REGION_MASS] = cases[i].mass,
            [AS_REGION_TARGETED] = cases[i].targeted,
            [AS_REGION_ABM] = cases[i].abm,
        };
        assert_int_equal(as_regions_askew(regions), cases[i].askew);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        named("low value and like needs: mass [A6.4]", low_and_alike_is_mass),
        named("very high value: ABM whatever the diversity [A6.5]", very_high_is_abm),
        named("everything else is targeted, an unknown value insufficient; total and disjoint [A6.6]",
              the_rest_is_targeted),
        named("fewer than half targeted, of twenty or more, is askew [A6.7]", most_should_be_targeted),
        named("coverage is known roles over required roles [A6.13]", coverage_counts_places),
        named("the plan of an account: region, template, people, budget, plays", plans_of_accounts),
        named("tiers have room for so many, the most valuable first", tiers_have_room),
        named("no role column covers nothing", roles_nobody_has),
    };
    return cmocka_run_group_tests_name("regions", tests, NULL, NULL);
}
