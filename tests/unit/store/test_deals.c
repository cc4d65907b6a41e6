/* Deals that are open are a fact of their account: counted, remembered, and unknown before any came in. Whose
 * a deal is, and to whom it was lost. */
#include "fixture.h"

#include "store/report/deals.h"

static const char *open_at(struct world *w, int64_t known_at, uint32_t row)
{
    static char text[256];
    struct as_dataset *dataset = snapshot(w, T0 + 9 * DAY, known_at);
    snprintf(text, sizeof text, "%s", shown(dataset, AS_LEVEL_ACCOUNT, "open_deals", row));
    as_dataset_free(dataset);
    return text;
}

static void two_accounts(struct world *w)
{
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Bolt");
    commit(w);
}

static void nothing_is_known_before_the_first_deal(void **state)
{
    struct world *w = *state;
    two_accounts(w);
    assert_string_equal(open_at(w, T0, 0), "-");
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1", "stage", "Demo");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D2", "account", "Acme", "outcome", "open");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D3", "account_id", "A1", "outcome", "won", "closed",
         "2026-02-01");
    commit(w);
    assert_string_equal(open_at(w, T0 + DAY, 0), "2");
    assert_string_equal(open_at(w, T0 + DAY, 1), "0");
    assert_string_equal(open_at(w, T0, 0), "-");
    assert_string_equal(open_at(w, T0, 1), "-");
    /* Who comes later has none, which is known. */
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "name", "Cedar");
    commit(w);
    assert_string_equal(open_at(w, T0 + DAY, 2), "0");
}

static void what_was_open_then_stays_known(void **state)
{
    struct world *w = *state;
    two_accounts(w);
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1");
    commit(w);
    w->options.now = T0 + 2 * DAY;
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1", "outcome", "lost", "closed",
         "2026-03-02");
    commit(w);
    assert_string_equal(open_at(w, T0 + DAY, 0), "1");
    assert_string_equal(open_at(w, T0 + 2 * DAY, 0), "0");
    /* A deal that goes to another account is that one's. */
    w->options.now = T0 + 3 * DAY;
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A2", "outcome", "open");
    commit(w);
    assert_string_equal(open_at(w, T0 + 3 * DAY, 0), "0");
    assert_string_equal(open_at(w, T0 + 3 * DAY, 1), "1");
    /* The same file once more is no news. */
    const char *before = cell(w, "SELECT count(*) FROM field_history");
    w->options.now = T0 + 4 * DAY;
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A2", "outcome", "open");
    commit(w);
    assert_cell(w, "SELECT count(*) FROM field_history", before);
}

/* No weaker and no stronger source says how many there are. */
static void what_a_file_says_of_them_gives_way_to_the_deals(void **state)
{
    struct world *w = *state;
    two_accounts(w);
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "open_deals", "4");
    commit(w);
    assert_string_equal(open_at(w, T0, 1), "4");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1");
    commit(w);
    assert_string_equal(open_at(w, T0, 1), "0");
    w->options.precedence = AS_FROM_INFERRED;
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D2", "account_id", "A2");
    commit(w);
    assert_string_equal(open_at(w, T0, 1), "1");
}

static void deals_of_a_merged_account_are_its_survivors(void **state)
{
    struct world *w = *state;
    two_accounts(w);
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D2", "account_id", "A2");
    commit(w);
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "merged_ids", "A2");
    commit(w);
    assert_string_equal(open_at(w, T0, 0), "2");
}

/* *: linked; +: linked and of the deal's account. */
static enum as_status say_lead(void *context, const struct as_deal_lead *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%lld:%lld%s ", (long long)row->deal, (long long)row->lead,
                  !row->linked      ? ""
                  : row->of_account ? "+"
                                    : "*");
    return AS_OK;
}

static void people_of_a_deal_are_its_survivors(void **state)
{
    struct world *w = *state;
    struct as_buf out = {0};
    two_accounts(w);
    give(w, AS_IMPORT_LEADS, "id", "L1", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "L2", "account_id", "A2");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    give(w, AS_IMPORT_LEADS, "id", "L4");
    give(w, AS_IMPORT_LEADS, "id", "L5");
    commit(w);
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "account_id", "A1", "lead_id", "L3");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D2", "account_id", "A2");
    commit(w);
    ok(w, as_store_deal_leads(w->store, T0, say_lead, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "1:1 1:3* 2:2 ");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "merged_ids", "A1");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "merged_ids", "A2");
    commit(w);
    ok(w, as_store_merge(w->store, 4, 3, "sam", T0, &w->error));
    ok(w, as_store_merge(w->store, 5, 4, "sam", T0, &w->error));
    as_buf_reset(&out);
    ok(w, as_store_deal_leads(w->store, T0, say_lead, &out, &w->error));
    assert_string_equal(as_buf_c(&out), "1:1 1:2 1:5* 2:1 2:2 ");
    as_buf_free(&out);
}

static enum as_status say_competitor(void *context, const struct as_deal_row *row, struct as_error *error)
{
    (void)error;
    as_buf_printf(context, "%s;", row->competitor);
    return AS_OK;
}

static const char *competitors(struct world *w)
{
    static char text[256];
    struct as_buf out = {0};
    ok(w, as_store_deals(w->store, T0, say_competitor, &out, &w->error));
    snprintf(text, sizeof text, "%s", as_buf_c(&out));
    as_buf_free(&out);
    return text;
}

/* What a deal says counts for that deal; what was recorded of the person, for each that says nothing. */
static void a_loss_is_not_told_of_another_deal(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    give(w, AS_IMPORT_LEADS, "id", "L2");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    commit(w);
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D1", "lead_id", "L1", "outcome", "lost", "closed", "2026-02-01");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "D2", "lead_id", "L1", "outcome", "lost", "closed", "2026-02-02",
         "competitor", "Rival");
    commit(w);
    assert_string_equal(competitors(w), ";Rival;");
    ok(w, as_store_merge(w->store, 2, 1, "sam", T0, &w->error));
    ok(w, as_store_merge(w->store, 3, 2, "sam", T0, &w->error));
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-03", "kind", "lost", "lead_id", "L3", "property.competitor",
         "Other");
    commit(w);
    assert_string_equal(competitors(w), "Other;Rival;");
}

int main(void)
{
#define unit(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        unit(nothing_is_known_before_the_first_deal),
        unit(what_was_open_then_stays_known),
        unit(what_a_file_says_of_them_gives_way_to_the_deals),
        unit(deals_of_a_merged_account_are_its_survivors),
        unit(people_of_a_deal_are_its_survivors),
        unit(a_loss_is_not_told_of_another_deal),
    };
    return cmocka_run_group_tests_name("deals", tests, NULL, NULL);
}
