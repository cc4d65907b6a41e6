/* Merges by people: what a survivor takes over and gives back, whom nobody merges, and which of two survives.
 */
#include "fixture.h"

#include "store/database.h"
#include "store/report/cuts.h"
#include "store/report/merging.h"
#include "store/report/touches.h"
#include "store/work/work.h"

/* One record of a source of its own. */
static void say(struct world *w, const char *system, enum as_precedence precedence, int64_t now,
                const char *id, const char *field, const char *value)
{
    w->options = (struct as_facts_options){.system = system, .precedence = precedence, .now = now};
    give(w, AS_IMPORT_LEADS, "id", id, field, value);
    commit(w);
}

/* L1 has a title of an enrichment and no phone; L2 a title of the CRM and a phone. */
static int setup(void **state)
{
    world_setup(state);
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme Ltd", "domain", "acme.example");
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@gmail.com");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "ada@acme.example", "phone", "+49 30 1", "title", "CEO",
         "unsubscribed", "email;sms", "bounced_hard", "yes");
    give(w, AS_IMPORT_LEADS, "id", "L3", "email", "bob@acme.example");
    commit(w);
    say(w, "enricher", AS_FROM_ENRICHMENT, T0, "#1", "title", "Chief");
    say(w, "crm", AS_FROM_CRM, T0, "L1", "unsubscribed", "call");
    return 0;
}

static const char one[] =
    "SELECT coalesce(title, '-') || '|' || coalesce(phone, '-') || '|' || coalesce(unsubscribed,"
    " '-') || '|' || coalesce(bounced_hard, '-') || '|' || coalesce(account_id, '-') || '|' ||"
    " coalesce(matched_by, '-') || '|' || email FROM lead WHERE id = 1";

static void a_survivor_takes_what_it_lacks_and_what_a_stronger_source_says(void **state)
{
    struct world *w = *state;
    assert_cell(w, one, "Chief|-|call|-|-|-|ada@gmail.com");
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    /* The CRM's word beats the enrichment's; both opt-outs hold; a bounce belongs to an address. */
    assert_cell(w, one, "CEO|+49 30 1|call; email; sms|-|1|domain|ada@gmail.com");
    assert_cell(w, "SELECT group_concat(channel) FROM consent WHERE lead_id = 2 AND state = 'objected'",
                "email,sms");
    assert_cell(w, "SELECT value || known_to FROM field_history WHERE row_id = 1 AND value = 'Chief'",
                "Chief1772409600");
    ok(w, as_store_unmerge(w->store, 2, "mia", T0 + 2 * DAY, &w->error));
    assert_cell(w, one, "Chief|-|call|-|-|-|ada@gmail.com");
    assert_cell(w, "SELECT by || undone_by FROM merge", "sammia");
    uint32_t findings;
    ok(w, as_store_check(w->store, NULL, NULL, &findings, &w->error));
    assert_int_equal(findings, 0);
}

/* The title that a snapshot of a moment has of the first lead. */
static void assert_title(struct world *w, int64_t known_at, const char *title)
{
    struct as_dataset *dataset = snapshot(w, T0 + 9 * DAY, known_at);
    assert_string_equal(shown(dataset, AS_LEVEL_LEAD, "title", 0), title);
    as_dataset_free(dataset);
}

static void each_moment_has_the_facts_it_had(void **state)
{
    struct world *w = *state;
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    ok(w, as_store_unmerge(w->store, 2, "sam", T0 + 3 * DAY, &w->error));
    assert_title(w, T0, "Chief");
    assert_title(w, T0 + 2 * DAY, "CEO");
    assert_title(w, T0 + 4 * DAY, "Chief");
}

static void what_was_said_since_is_not_given_back(void **state)
{
    struct world *w = *state;
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    say(w, "crm", AS_FROM_CRM, T0 + 2 * DAY, "L1", "phone", "+49 30 2");
    ok(w, as_store_unmerge(w->store, 2, "sam", T0 + 3 * DAY, &w->error));
    assert_cell(w, "SELECT title || phone FROM lead WHERE id = 1", "Chief+49 30 2");
    /* And once more from the start. */
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + 4 * DAY, &w->error));
    assert_cell(w, "SELECT title || phone FROM lead WHERE id = 1", "CEO+49 30 2");
    ok(w, as_store_unmerge(w->store, 2, "sam", T0 + 5 * DAY, &w->error));
    assert_cell(w, "SELECT title || phone FROM lead WHERE id = 1", "Chief+49 30 2");
}

static void an_opt_out_outlives_the_next_export(void **state)
{
    struct world *w = *state;
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    say(w, "crm", AS_FROM_CRM, T0 + 2 * DAY, "L1", "unsubscribed", "call");
    struct as_dataset *dataset = snapshot(w, T0 + 9 * DAY, T0 + 9 * DAY);
    uint32_t objected = 0;
    for (uint32_t i = dataset->consents.start[0]; i < dataset->consents.start[1]; i++)
        objected += dataset->consents.at[i].state == AS_CONSENT_OBJECTED;
    assert_int_equal(objected, 2);
    as_dataset_free(dataset);
}

static void expect_refusal(struct world *w, int64_t a, int64_t b, const char *words)
{
    as_error_clear(&w->error);
    assert_int_equal(as_store_merge(w->store, a, b, "sam", T0 + DAY, &w->error), AS_ERR_CONFLICT);
    if (strstr(w->error.what, words) == NULL)
        fail_msg("%s", w->error.what);
    as_error_clear(&w->error);
}

static void who_is_kept_apart_is_not_merged(void **state)
{
    struct world *w = *state;
    bool apart;
    ok(w, as_store_keep_apart(w->store, 1, 2, "mia", "twins", T0, &w->error));
    expect_refusal(w, 1, 2, "kept apart since 2026-03-01 by mia: twins");
    expect_refusal(w, 2, 1, "kept apart");
    /* Nor by way of a third. */
    ok(w, as_store_merge(w->store, 3, 1, "sam", T0 + DAY, &w->error));
    expect_refusal(w, 3, 2, "kept apart");
    ok(w, as_store_apart(&apart, w->store, 2, 3, &w->error));
    assert_true(apart);
    /* A source that says it merged them is not believed. */
    w->options = (struct as_facts_options){.system = "crm", .precedence = AS_FROM_CRM, .now = T0 + DAY};
    give(w, AS_IMPORT_LEADS, "id", "L2", "merged_ids", "L1");
    commit(w);
    assert_int_equal(w->summary.merged, 0);
    ok(w, as_store_lift_apart(w->store, 2, 3, "mia", T0 + DAY, &w->error));
    ok(w, as_store_merge(w->store, 3, 2, "sam", T0 + DAY, &w->error));
    assert_int_equal(as_store_lift_apart(w->store, 1, 2, "mia", T0 + DAY, &w->error), AS_ERR_CONFLICT);
    as_error_clear(&w->error);
    assert_int_equal(as_store_keep_apart(w->store, 1, 1, "mia", NULL, T0, &w->error), AS_ERR_CONFLICT);
}

static void refusals_say_why(void **state)
{
    struct world *w = *state;
    expect_refusal(w, 1, 1, "lead #1 cannot be merged with itself");
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    expect_refusal(w, 3, 2, "lead #2 was merged into #1 on 2026-03-02 by sam");
    assert_int_equal(as_store_merge(w->store, 1, 99, "sam", T0, &w->error), AS_ERR_MISSING);
    as_error_clear(&w->error);
    assert_int_equal(as_store_unmerge(w->store, 3, "sam", T0, &w->error), AS_ERR_CONFLICT);
}

static void expect_choice(struct world *w, int64_t a, int64_t b, enum as_tie_breaker by, bool first)
{
    struct as_merge_claim one_claim, other;
    bool won;
    ok(w, as_store_merge_claim(&one_claim, w->store, a, &w->error));
    ok(w, as_store_merge_claim(&other, w->store, b, &w->error));
    assert_int_equal(as_merge_choice(&won, &one_claim, &other), by);
    assert_int_equal(won, first);
    /* Whichever is named first. */
    assert_int_equal(as_merge_choice(&won, &other, &one_claim), by);
    assert_int_equal(won, !first);
}

static void tie_breakers_decide_in_their_order(void **state)
{
    struct world *w = *state;
    w->options = (struct as_facts_options){.system = "crm", .precedence = AS_FROM_CRM, .now = T0 + DAY};
    give(w, AS_IMPORT_LEADS, "id", "T1", "email", "t1@gmail.com");
    give(w, AS_IMPORT_LEADS, "id", "T2", "email", "t2@gmail.com");
    commit(w);
    expect_choice(w, 4, 5, AS_BY_NUMBER, true);
    give(w, AS_IMPORT_LEADS, "id", "T1", "created", "2026-02-02");
    give(w, AS_IMPORT_LEADS, "id", "T2", "created", "2026-02-01");
    commit(w);
    expect_choice(w, 4, 5, AS_BY_AGE, false);
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-03T10:00:00Z", "kind", "webinar", "lead_id", "T1");
    commit(w);
    expect_choice(w, 4, 5, AS_BY_EVENTS, true);
    say(w, "crm", AS_FROM_CRM, T0 + DAY, "T2", "phone", "1");
    expect_choice(w, 4, 5, AS_BY_FACTS, false);
    w->options.system = "web";
    give(w, AS_IMPORT_LEADS, "id", "W9", "email", "t1@gmail.com");
    commit(w);
    expect_choice(w, 4, 5, AS_BY_IDS, true);
    say(w, "crm", AS_FROM_CRM, T0 + DAY, "T2", "company", "ACME Limited");
    expect_choice(w, 4, 5, AS_BY_ACCOUNT, false);
    w->options.system = "crm";
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "O1", "lead_id", "T1", "outcome", "open");
    commit(w);
    expect_choice(w, 4, 5, AS_BY_DEALS, true);
}

/* Where a pack keeps the first word, the time of a merge is none at which anything was said. */
static void the_first_word_stays_through_merges(void **state)
{
    struct world *w = *state;
    static const char source[] = "SELECT source FROM lead WHERE id = 3";
    say(w, "crm", AS_FROM_CRM, T0, "L1", "source", "event");
    say(w, "crm", AS_FROM_CRM, T0 + DAY, "L2", "source", "web");
    say(w, "crm", AS_FROM_CRM, T0 + 2 * DAY, "L3", "source", "ads");
    assert_int_equal(
        sqlite3_exec(w->store->db,
                     "UPDATE field SET first_kept = '[]' WHERE level = 'lead' AND name = 'source'", NULL,
                     NULL, NULL),
        SQLITE_OK);
    ok(w, as_store_merge(w->store, 3, 1, "sam", T0 + 9 * DAY, &w->error));
    assert_cell(w, source, "event");
    ok(w, as_store_merge(w->store, 3, 2, "sam", T0 + 9 * DAY, &w->error));
    assert_cell(w, source, "event");
    ok(w, as_store_unmerge(w->store, 1, "sam", T0 + 10 * DAY, &w->error));
    assert_cell(w, source, "ads");
}

static enum as_status count_touch(void *context, const struct as_deal_touch *touch, struct as_error *error)
{
    (void)touch, (void)error;
    ++*(int *)context;
    return AS_OK;
}

static enum as_status say_cut(void *context, const struct as_cut_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld %d;", (long long)row->lead, row->survived);
    return AS_OK;
}

static void who_was_merged_twice_is_one_person(void **state)
{
    struct world *w = *state;
    struct as_buf cuts = {0};
    int touches = 0;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    give(w, AS_IMPORT_LEADS, "id", "L2");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02", "kind", "cut_survived", "lead_id", "L1", "property.cut",
         "demo");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-03", "kind", "cut_missed", "lead_id", "L3", "property.cut",
         "demo");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "O1", "lead_id", "L3", "outcome", "lost", "created", "2026-02-10",
         "closed", "2026-02-20");
    commit(w);
    ok(w, as_store_merge(w->store, 2, 1, "sam", T0, &w->error));
    ok(w, as_store_merge(w->store, 3, 2, "sam", T0, &w->error));
    ok(w, as_store_deal_touches(w->store, T0 + DAY, count_touch, &touches, &w->error));
    assert_int_equal(touches, 1);
    ok(w, as_store_cuts(w->store, AS_TIME_NONE, T0 + DAY, T0 + DAY, say_cut, &cuts, &w->error));
    assert_string_equal(as_buf_c(&cuts), "3 1;3 0;");
    as_buf_free(&cuts);
}

static void what_was_merged_twice_is_one_company(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "domain", "one-corp.com");
    commit(w);
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "domain", "one-corp.com");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "merged_ids", "A1");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "merged_ids", "A2");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A4", "parent_id", "A1");
    commit(w);
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "x@one-corp.com");
    commit(w);
    assert_cell(w, "SELECT account_id FROM event", "3");
    assert_cell(w, "SELECT parent FROM account WHERE id = 4", "3");
    assert_cell(w, "SELECT account_id FROM lead", "3");

    struct as_task task = {.key = "t1", .pack = "p", .text = "visit", .account_id = 1, .due = AS_TIME_NONE};
    bool changed;
    ok(w, as_store_put_task(&changed, w->store, &task, &w->error));
    task.key = "t2";
    ok(w, as_store_put_task(&changed, w->store, &task, &w->error));
    struct as_task_end end = {.id = 1, .account_id = 4, .at = T0};
    assert_int_equal(as_store_finish_task(&changed, w->store, &end, &w->error), AS_ERR_CONFLICT);
    as_error_clear(&w->error);
    end.account_id = 3;
    ok(w, as_store_finish_task(&changed, w->store, &end, &w->error));
    assert_true(changed);
    end = (struct as_task_end){.id = 2, .lead_id = 1, .at = T0};
    ok(w, as_store_finish_task(&changed, w->store, &end, &w->error));
    assert_true(changed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_survivor_takes_what_it_lacks_and_what_a_stronger_source_says, setup,
                                        world_teardown),
        cmocka_unit_test_setup_teardown(each_moment_has_the_facts_it_had, setup, world_teardown),
        cmocka_unit_test_setup_teardown(what_was_said_since_is_not_given_back, setup, world_teardown),
        cmocka_unit_test_setup_teardown(an_opt_out_outlives_the_next_export, setup, world_teardown),
        cmocka_unit_test_setup_teardown(who_is_kept_apart_is_not_merged, setup, world_teardown),
        cmocka_unit_test_setup_teardown(refusals_say_why, setup, world_teardown),
        cmocka_unit_test_setup_teardown(tie_breakers_decide_in_their_order, setup, world_teardown),
        cmocka_unit_test_setup_teardown(the_first_word_stays_through_merges, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(who_was_merged_twice_is_one_person, world_setup, world_teardown),
        cmocka_unit_test_setup_teardown(what_was_merged_twice_is_one_company, world_setup, world_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
