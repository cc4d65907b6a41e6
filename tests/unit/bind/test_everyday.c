/* What operations people say every day, as they say it: each sentence loads, and the operators' own examples
 * with them. */
#include "data/facts/keeping.h"
#include "pack_text.h"
#include "score/model/service_clock.h"
#include "score/tree/operator.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char daily_pack[] =
    "return require 'assay.pack' 'daily' {\n"
    "  owner = 'ops@daily.example',\n"
    "  fields = { account = { tier_name = 'text' } },\n"
    "  answers = { need = { ask = 'What hurts?', values = { 'none', 'acknowledged', 'confirmed' } },\n"
    "              evaluating = { ask = 'Comparing?', type = 'boolean' },\n"
    "              decision_by = { ask = 'By when?', type = 'date', scope = 'account' } },\n"
    "  events = { intent = { by = 'buyer', properties = { strength = 'number' } } },\n"
    "  lists = { competitors = 'lists/rivals.txt', dach = 'lists/rivals.txt' },\n"
    "  rates = 'lists/rates.csv',\n"
    "  rules = { 'rules' },\n"
    "}\n";

static const char head[] =
    "local q, n, abm, r = require 'assay.qualification', require 'assay.nurturing', require "
    "'assay.accounts', require "
    "'assay.routing'\n"
    "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"
    "local m = q.model 'inbound'\n"
    "local fit = m:score('fit', { floor = 0, cap = 100 })\n"
    "local interest = m:score('interest', { floor = 0, cap = 100, restart_on_recycle = true })\n";

static void load_daily(struct pack_text *t, const char *sentence)
{
    char rules[8192];
    snprintf(rules, sizeof rules, "%s%s\n", head, sentence);
    load_pack_text(t, daily_pack, rules, NULL);
    if (t->error.status != AS_OK)
        print_error("%s:%d: %s\n%s\n%s\n", t->error.file, t->error.line, t->error.what, t->error.advice,
                    sentence);
}

static void routes_are_asked_by_their_order(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t, "r.route 'everyone else' { order = 9, to = r.weighted { ['inside-a'] = 2, ['inside-b'] = 1 } }\n"
            "r.route 'partner lead' { order = 0, when = lead.source:is 'partner', to = lead.partner_manager, "
            "nurture = false }\n"
            "r.route 'named account' { order = 1, when = account.top_parent.owner:known(), to = "
            "account.top_parent.owner }\n"
            "r.route 'DACH mid-market' { order = 2, when = account.country:in_list 'dach' & "
            "account.employees:between(200, 2000),\n"
            "  to = r.round_robin 'dach_sdrs', at_most = '40 per 1d', skip_absent = true }\n"
            "r.route 'has a relationship' { order = 3, when = lead.relationship_owner:known(), to = "
            "lead.relationship_owner }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_pack *pack = as_script_pack(t.script);
    static const char *const order[] = {"partner lead", "named account", "DACH mid-market",
                                        "has a relationship", "everyone else"};
    assert_int_equal(pack->routes.n, 5);
    for (uint32_t i = 0; i < 5; i++)
        assert_string_equal(pack->routes.at[i].name, order[i]);
    assert_false(pack->routes.at[0].nurture);
    assert_true(pack->routes.at[1].nurture);
    assert_int_equal(pack->routes.at[2].to, AS_ROUTE_ROUND_ROBIN);
    assert_int_equal(pack->routes.at[2].at_most.count, 40);
    assert_true(pack->routes.at[2].skip_absent);
    assert_int_equal(pack->routes.at[4].targets.n, 2);
    assert_string_equal(pack->routes.at[4].targets.at[0].name, "inside-a");
    assert_int_equal(pack->routes.at[4].targets.at[0].weight, 2);
    free_pack_text(&t);
}

static void people_are_never_contacted_against_their_word(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t, "n.never { email = lead.unsubscribed:includes 'email' | lead.bounced_hard:is_true(), any = "
            "account.do_not_contact:is_true() }\n"
            "n.consent { country = { DE = 'double_opt_in', US = 'opt_out' }, unknown = 'double_opt_in' }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_contact_policy *policy = &as_script_pack(t.script)->policy;
    assert_int_equal(policy->never.n, 2);
    assert_string_equal(policy->never.at[0].channel, "any");
    assert_int_equal(policy->consents.n, 3);
    assert_string_equal(policy->consents.at[1].country, "US");
    assert_int_equal(policy->consents.at[1].basis, AS_CONSENT_NEEDS_OPT_OUT);
    assert_null(policy->consents.at[2].country);
    assert_int_equal(policy->consents.at[2].basis, AS_CONSENT_NEEDS_DOUBLE_OPT_IN);
    free_pack_text(&t);
}

static void product_lines_have_their_own_models(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t,
        "local crm = q.model 'crm' { product = 'CRM', when = lead.product_interest:includes 'CRM' }\n"
        "m:disqualify 'customer' { when = account.type:is 'customer', to = 'cross-sell' }\n"
        "n.track 'cross-sell' { when = account.type:is 'customer' & account.products:excludes 'analytics' & "
        "account.open_tickets:at_most(0) }\n"
        "n.track 're-engage' { when = event.any:days_since():between(90, 365), once = '180d' }\n"
        "m:reject_reasons { ['bad data'] = 'fix', ['no budget'] = 'nurture after 90d', ['competitor'] = "
        "'disqualify' }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_pack *pack = as_script_pack(t.script);
    assert_int_equal(pack->models.n, 2);
    assert_string_equal(pack->models.at[1]->product, "CRM");
    assert_non_null(pack->models.at[1]->when);
    assert_string_equal(pack->models.at[0]->disqualifiers.at[0].to, "cross-sell");
    assert_int_equal(pack->tracks.at[1]->once, 180 * AS_DAY_SECONDS);
    assert_int_equal(pack->models.at[0]->reject_reasons.n, 3);
    assert_string_equal(pack->models.at[0]->reject_reasons.at[2].reason, "no budget");
    assert_int_equal(pack->models.at[0]->reject_reasons.at[2].after, 90 * AS_DAY_SECONDS);
    assert_true(pack->models.at[0]->scores.at[1]->restart_on_recycle);
    free_pack_text(&t);
}

static void money_is_compared_in_one_currency(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t, "fit:rule 'revenue' { points = 10, when = account.revenue:in_currency('EUR'):at_least(10e6) }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_pack *pack = as_script_pack(t.script);
    assert_int_equal(pack->rates.n, 2);
    assert_string_equal(pack->rates.at[0].currency, "USD");
    assert_true(pack->rates.at[0].per_unit == 0.95); /* the latest of the two */
    int64_t day;
    as_time_parse(&day, NULL, AS_STR("2026-02-01"));
    assert_int_equal(pack->rates_day, as_day_of(day));
    free_pack_text(&t);
}

static void signals_and_tiers_are_said_as_they_are(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t, "interest:rule 'champion moved' { points = 30, when = event.job_change:seen '90d' & "
            "lead.former_account.type:is 'customer' }\n"
            "interest:rule 'intent surge' { points = 15, when = account.event.intent:sum('strength', "
            "'14d'):at_least(70) }\n"
            "interest:rule 'no-show' { points = -10, when = event.meeting_no_show:count '30d':at_least(2) }\n"
            "abm.tier 'one to one' { when = account.potential_value:at_least(1e6), at_most = 20 }\n"
            "abm.tier 'one to few' { when = account.cluster:known(), at_most = 200 }\n"
            "abm.tier 'one to many' { when = account.icp:at_least(60) }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_pack *pack = as_script_pack(t.script);
    assert_int_equal(pack->tiers.n, 3);
    assert_int_equal(pack->tiers.at[1].at_most, 200);
    assert_int_equal(pack->tiers.at[2].at_most, 0);
    assert_int_equal(pack->models.at[0]->scores.at[1]->rules.at[2]->points, -10000);
    free_pack_text(&t);
}

static void combinators_nest(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t, "fit:rule 'a' { points = 0.125, when = q.at_least(2, lead.title:known(), lead.email:known(), "
            "q.any_of { lead.phone:known(), ~lead.mobile:unknown() }) }\n"
            "fit:rule 'b' { points = 1, when = q.all_of { account.name:known(), function(l) return l.title "
            "~= nil end } }\n"
            "fit:rule 'c' { points = 1, when = q.first_known { lead.country, account.country }:is 'DE' }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_score *fit = as_script_pack(t.script)->models.at[0]->scores.at[0];
    assert_int_equal(fit->rules.at[0]->points, 125);
    assert_int_equal(as_script_pack(t.script)->functions, 1);
    free_pack_text(&t);
}

/* `or` is refused between conditions alone (test_wrong_packs.c); Lua's own use of it stays. */
static void or_works_where_no_condition_is_lost(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(&t, "local weights = { senior = 7 }\n"
                   "local function pick(x) return x end\n"
                   "fit:rule 'a' { points = weights.senior or 10, when = lead.title:known() }\n"
                   "fit:rule 'b' { points = pick(nil) or 10, when = lead.title:known() }\n"
                   "fit:rule 'c' { points = function(l) return (l:answer 'need' or 'none') == 'none' and 1 "
                   "or 2 end, when = "
                   "lead.title:known() }\n"
                   "fit:rule 'd' { points = function(l) return l.title and #l.title or 0 end }\n"
                   "local text = ('a'):rep(3) or 'b' -- this or that\n"
                   "local other = [[lead.title:known() or]] or 'lead.title:known() or'\n");
    assert_int_equal(t.error.status, AS_OK);
    assert_int_equal(as_script_pack(t.script)->models.at[0]->scores.at[0]->rules.at[0]->points, 7000);
    free_pack_text(&t);
}

/* A1.22: four criteria of the organisation, seven of the person. */
static const char eleven[] =
    "local criteria = require 'assay.criteria'\n"
    "m:gate 'sales_ready' { criteria = criteria.sales_ready(m, {\n"
    "  market = account.industry:is 'Software', need = account.technologies:includes 'erp',\n"
    "  means = account.revenue:at_least(1e6), priority = answer.decision_by:known(),\n"
    "  affiliation = lead.email:known(), title = lead.title:matches 'operations',\n"
    "  authority = lead.job_level:at_least 'manager', acknowledged = answer.need:acknowledged(),\n"
    "  evaluating = answer.evaluating:is_true(), engaged = event.any:count():at_least(2),\n"
    "  willing = event.demo_request:seen '30d', at_least = 7 }) }\n";

static void a_sales_ready_lead_meets_four_criteria_of_the_organisation_and_seven_of_the_person(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(&t, eleven);
    assert_int_equal(t.error.status, AS_OK);
    const struct as_model *model = as_script_pack(t.script)->models.at[0];
    const struct as_score *score = model->scores.at[2];
    assert_string_equal(score->name, "criteria");
    assert_int_equal(score->rules.n, 11);
    uint32_t organisation = 0;
    for (uint32_t i = 0; i < 11; i++) {
        assert_int_equal(score->rules.at[i]->points, 1000);
        organisation += score->rules.at[i]->when->level == AS_LEVEL_ACCOUNT;
    }
    assert_int_equal(organisation, 4);
    assert_int_equal(model->gates.at[0]->criteria.n, 6); /* five mandatory ones, and enough of the eleven */
    free_pack_text(&t);
}

static void a_criterion_of_the_organisation_reads_no_fact_of_the_person(void **state)
{
    (void)state;
    struct pack_text t;
    char rules[4096];
    snprintf(
        rules, sizeof rules,
        "%slocal criteria = require 'assay.criteria'\n"
        "m:gate 'sales_ready' { criteria = criteria.sales_ready(m, { market = lead.country:is 'DE' }) }\n",
        head);
    load_pack_text(&t, daily_pack, rules, NULL);
    assert_int_equal(t.error.status, AS_ERR_RULE);
    assert_string_equal(t.error.file, "rules.lua");
    assert_int_equal(t.error.line, 7);
    assert_non_null(strstr(t.error.what, "\"market\" is about the organisation"));
    free_pack_text(&t);
}

/* The field owes an answer to what it is handed. */
static void the_field_follows_up_within_a_business_day(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t,
        "local s = require 'assay.service_levels'\n"
        "s.business_hours { from = '08:30', to = '17:00', timezone = 'Europe/Berlin' }\n"
        "s.agreement 'field follow-up' { start = event.handoff, stop = event.sales_touch, within = '1 "
        "business day' }\n"
        "s.agreement 'answer' { start = event.handoff, stop = { event.handoff_accepted, "
        "event.handoff_rejected },\n"
        "  within = '90 business minutes', warn = '50%', breach = { notify = 'manager', reject = 'no answer' "
        "} }\n");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_pack *pack = as_script_pack(t.script);
    assert_int_equal(pack->business.open, 8 * 3600 + 1800);
    assert_non_null(pack->business.zone);
    assert_int_equal(pack->service_levels.n, 2);
    const struct as_service_level *one = &pack->service_levels.at[0], *two = &pack->service_levels.at[1];
    assert_int_equal(one->within.unit, AS_SPAN_BUSINESS_DAYS);
    assert_int_equal(one->within.length, 1);
    assert_int_equal(one->warn, 0);
    assert_null(one->notify);
    assert_int_equal(two->stops.n, 2);
    assert_int_equal(two->within.length, 5400);
    assert_int_equal(two->warn, 50);
    assert_string_equal(two->notify, "manager");
    assert_string_equal(two->reject, "no answer");
    free_pack_text(&t);
}

/* Promises to buyers who raise a hand, on business hours, without the holidays of where our people are. */
static void a_raised_hand_is_answered_within_a_business_hour(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(
        &t,
        "r.route 'all' { order = 1, to = 'Ann' }\n"
        "local s = require 'assay.service_levels'\n"
        "s.business_hours { from = '09:00', to = '17:00', dates = 'lists/holidays.csv', country = 'de' }\n"
        "s.agreement 'hand raise' { start = event.demo_request, stop = event.sales_touch, within = '1 "
        "business hour',\n"
        "  warn = '50%', breach = { notify = 'manager', reassign = true } }\n"
        "s.agreement 'price' { start = { event.pricing_view:where { url = '/prices' }, "
        "event.demo_request },\n"
        "  stop = { event.call_made, event.email_sent }, within = '2h' }\n");
    if (t.error.status != AS_OK)
        fail_msg("%s", t.error.what);
    const struct as_pack *pack = as_script_pack(t.script);
    const struct as_service_level *one = &pack->service_levels.at[0], *two = &pack->service_levels.at[1];
    const struct as_schema *schema = pack->rules.schema;
    assert_int_equal(one->starts.n, 1);
    assert_string_equal(schema->kinds.at[one->starts.at[0]->kind_first]->name, "demo_request");
    assert_true(one->reassign);
    assert_true(as_service_level_stops_on_touch(one, schema));
    assert_true(as_service_level_stops(one, schema, as_schema_kind(schema, AS_STR("call_made"))));
    assert_int_equal(two->starts.n, 2);
    assert_non_null(two->starts.at[0]->where);
    assert_false(as_service_level_stops_on_touch(two, schema));
    assert_int_equal(pack->business.off_count, 2);
    free_pack_text(&t);
}

static void days_off_are_a_table_and_weekends(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(&t,
               "n.blackout { dates = 'lists/holidays.csv', by = account.country, weekends = true, except = "
               "'hand_raise' }");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_blackout *blackout = &as_script_pack(t.script)->policy.blackout;
    assert_true(blackout->weekends && blackout->spares_hand_raise);
    assert_int_equal(blackout->days.list.n, 3);
    /* By day, whatever the order of the file. */
    assert_int_equal(blackout->days.list.at[0].day, 20454 /* 2026-01-01 */);
    assert_null(blackout->days.list.at[0].region);
    assert_string_equal(blackout->days.list.at[2].region, "DE");
    free_pack_text(&t);
    static const struct {
        const char *sentence, *what;
    } refused[] = {
        {"n.blackout { except = 'hand_raise' }", "a blackout without a day"},
        {"n.blackout { dates = 'lists/holidays.csv' }", "nothing says who is there"},
        {"n.blackout { dates = 'lists/days.csv' }", "no file \"lists/days.csv\""},
        {"n.blackout { dates = 'lists/rivals.txt' }", "has the column \"date\""},
        {"n.blackout { dates = 'lists/rates.csv', by = account.country }",
         "by country has the column \"country\""},
        {"n.blackout { weekends = true, except = 'hand-raise' }", "cannot be \"hand-raise\""},
        {"n.blackout { weekends = true } n.blackout { weekends = true }", "declared twice"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        load_daily(&t, refused[i].sentence);
        assert_int_not_equal(t.error.status, AS_OK);
        if (strstr(t.error.what, refused[i].what) == NULL)
            fail_msg("%s: %s", refused[i].sentence, t.error.what);
        assert_int_not_equal(t.error.line, 0);
        free_pack_text(&t);
    }
}

static void a_first_source_is_kept(void **state)
{
    (void)state;
    struct pack_text t;
    load_daily(&t, "q.lead_source { keep = 'first', override = { 'referral', 'partner' } }");
    assert_int_equal(t.error.status, AS_OK);
    const struct as_field *source =
        t.schema->fields.at[as_schema_field(t.schema, AS_LEVEL_LEAD, AS_STR("source"))];
    static const struct {
        const char *held, *fresh;
        bool stays;
    } words[] = {
        {"web", "webinar", true},      {"web", "Referral", false}, {"referral", "web", true},
        {"referral", "partner", true}, {" PARTNER", "web", true},  {"web", "referrals", true},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        assert_int_equal(
            as_keeps_first(&source->keeping, as_str_of(words[i].held), as_str_of(words[i].fresh)),
            words[i].stays);
    free_pack_text(&t);
    static const struct {
        const char *sentence, *what;
    } refused[] = {
        {"q.lead_source { override = { 'partner' } }", "\"keep\""},
        {"q.lead_source { keep = 'frist' }", "cannot be \"frist\""},
        {"q.lead_source { keep = 'last', override = { 'partner' } }", "goes with keep = \"first\""},
        {"q.lead_source { keep = 'first' } q.lead_source { keep = 'last' }",
         "which lead.source counts is declared otherwise here"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        load_daily(&t, refused[i].sentence);
        assert_int_not_equal(t.error.status, AS_OK);
        if (strstr(t.error.what, refused[i].what) == NULL)
            fail_msg("%s: %s", refused[i].sentence, t.error.what);
        assert_int_not_equal(t.error.line, 0);
        free_pack_text(&t);
    }
}

/* A field is one column for all packs. */
static void two_packs_that_disagree_on_a_fact_are_told_where(void **state)
{
    (void)state;
    struct pack_text t;
    load_pack_text(&t, NULL, "", NULL);
    assert_int_equal(t.error.status, AS_OK);
    static const struct {
        const char *pack;
        enum as_status status;
    } others[] = {
        {"return require 'assay.pack' 'other' { owner = 'x', rules = {}, fields = { lead = { seats = "
         "'integer' } } }",
         AS_OK},
        {"\nreturn require 'assay.pack' 'third' { owner = 'x', rules = {}, fields = { lead = { seats = "
         "'text' } } }",
         AS_ERR_CONFLICT},
    };
    for (size_t i = 0; i < 2; i++) {
        struct as_source source;
        struct as_script *script;
        struct as_error error = AS_ERROR_INIT;
        as_source_init(&source);
        assert_int_equal(as_source_add(&source, "pack.lua", as_str_of(others[i].pack), &error), AS_OK);
        assert_int_equal(as_source_seal(&source, &error), AS_OK);
        assert_int_equal(as_script_load(&script, &source, t.schema, NULL, &error), others[i].status);
        if (others[i].status != AS_OK) {
            assert_int_equal(error.line, 2);
            assert_non_null(strstr(error.what, "\"seats\""));
            assert_non_null(strstr(error.what, "trial/pack.lua:1"));
        }
        as_script_free(script);
        as_source_free(&source);
    }
    free_pack_text(&t);
}

static void every_operator_s_example_loads(void **state)
{
    (void)state;
    uint32_t n;
    const struct as_operator *rows = as_operators(&n);
    for (uint32_t i = 0; i < n; i++) {
        char sentence[1024];
        assert_non_null(rows[i].example);
        if (strstr(rows[i].example, "account.group") != NULL)
            snprintf(sentence, sizeof sentence,
                     "abm.template 't' { when = account.name:known(), group = { economic = 1 } }\n"
                     "m:gate 'opportunity' { level = 'account', criteria = { x = %s } }\n",
                     rows[i].example);
        else
            snprintf(sentence, sizeof sentence, "fit:rule 'x' { points = 1, when = %s }\n", rows[i].example);
        struct pack_text t;
        load_daily(&t, sentence);
        assert_int_equal(t.error.status, AS_OK);
        free_pack_text(&t);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_asked_by_their_order),
        cmocka_unit_test(people_are_never_contacted_against_their_word),
        cmocka_unit_test(product_lines_have_their_own_models),
        cmocka_unit_test(money_is_compared_in_one_currency),
        cmocka_unit_test(signals_and_tiers_are_said_as_they_are),
        cmocka_unit_test(combinators_nest),
        cmocka_unit_test(or_works_where_no_condition_is_lost),
        {"a sales-ready lead meets four criteria of the organisation and seven of the person [A1.22]",
         a_sales_ready_lead_meets_four_criteria_of_the_organisation_and_seven_of_the_person, NULL, NULL,
         NULL},
        cmocka_unit_test(a_criterion_of_the_organisation_reads_no_fact_of_the_person),
        {"the field follows up within a business day [A8.13]", the_field_follows_up_within_a_business_day,
         NULL, NULL, NULL},
        {"a raised hand is answered within a business hour [A8.13]",
         a_raised_hand_is_answered_within_a_business_hour, NULL, NULL, NULL},
        cmocka_unit_test(days_off_are_a_table_and_weekends),
        cmocka_unit_test(a_first_source_is_kept),
        cmocka_unit_test(two_packs_that_disagree_on_a_fact_are_told_where),
        cmocka_unit_test(every_operator_s_example_loads),
    };
    return cmocka_run_group_tests_name("everyday", tests, NULL, NULL);
}
