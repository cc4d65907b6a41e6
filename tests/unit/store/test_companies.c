/* Companies that were merged: their people belong to the survivor, whoever is asked for and in whatever order
 * accounts were merged, and what is new of one is new of all. */
#include "fixture.h"

#include "store/snapshot/news.h"

/* A1 goes into A2, A2 into A3, in one import; each has one lead, which keeps the number it came with. */
static void three_become_one(struct world *w)
{
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Bolt");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "name", "Cedar");
    commit(w);
    give(w, AS_IMPORT_LEADS, "id", "L1", "account_id", "A1");
    give(w, AS_IMPORT_LEADS, "id", "L2", "account_id", "A2");
    give(w, AS_IMPORT_LEADS, "id", "L3", "account_id", "A3");
    commit(w);
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "merged_ids", "A1");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "merged_ids", "A2");
    commit(w);
    assert_cell(w, "SELECT group_concat(account_id) FROM lead", "1,2,3");
}

/* The lead and its account's name, each, of whom a request brings. */
static const char *homes(struct world *w, struct as_snapshot_request request)
{
    static char text[256];
    struct as_buf out = {0};
    struct as_dataset *d;
    request.at = request.known_at = T0;
    ok(w, as_store_snapshot(&d, w->store, w->schema, &request, &w->error));
    for (uint32_t row = 0; row < d->leads; row++)
        as_buf_printf(&out, "%lld %s;", (long long)d->lead_id[row],
                      d->lead_account[row] == AS_NO_INDEX
                          ? "nobody's"
                          : shown(d, AS_LEVEL_ACCOUNT, "name", d->lead_account[row]));
    snprintf(text, sizeof text, "%s", as_buf_c(&out));
    as_buf_free(&out);
    as_dataset_free(d);
    return text;
}

static void people_of_a_company_have_it_in_every_choice(void **state)
{
    struct world *w = *state;
    const int64_t first[] = {1};
    three_become_one(w);
    struct as_snapshot_request request = {.lead_ids = NULL};
    assert_string_equal(homes(w, request), "1 Cedar;2 Cedar;3 Cedar;");
    request.lead_ids = first;
    request.lead_count = 1;
    assert_string_equal(homes(w, request), "1 Cedar;2 Cedar;3 Cedar;");
    request.alone = true;
    assert_string_equal(homes(w, request), "1 Cedar;");
}

static void what_is_new_of_one_is_new_of_all(void **state)
{
    struct world *w = *state;
    three_become_one(w);
    struct as_news news = {.leads = malloc(sizeof *news.leads), .lead_count = 1};
    assert_non_null(news.leads);
    news.leads[0] = 2;
    ok(w, as_store_news_homes(&news, w->store, &w->error));
    assert_int_equal(news.account_count, 3);
    ok(w, as_store_news_members(&news, w->store, &w->error));
    assert_int_equal(news.lead_count, 3);
    as_news_free(&news);
}

int main(void)
{
#define unit(function) cmocka_unit_test_setup_teardown(function, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        unit(people_of_a_company_have_it_in_every_choice),
        unit(what_is_new_of_one_is_new_of_all),
    };
    return cmocka_run_group_tests_name("companies", tests, NULL, NULL);
}
