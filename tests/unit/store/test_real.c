/* Real files: what people's CRMs export comes in whole, and plain SQL over the database gives the numbers
 * their sources publish. */
#include "fixture.h"

#include "data/ingest/ingest.h"

#include <unistd.h>

static void need(const char *file)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", ASSAY_DATA_DIR, file);
    if (access(path, R_OK) == 0)
        return;
    print_message("%s is not there: skipped\n", path);
    skip();
}

/* Imports a file of the real data with a mapping of tests/commands/maps. */
static void import(struct world *w, enum as_import_kind kind, const char *file, const char *map)
{
    char path[512], map_path[512];
    struct as_mapping *mapping = NULL;
    struct as_ingest_summary read;
    snprintf(path, sizeof path, "%s/%s", ASSAY_DATA_DIR, file);
    snprintf(map_path, sizeof map_path, "%s/tests/commands/maps/%s", ASSAY_SOURCE_DIR, map);
    ok(w, as_mapping_read(&mapping, map_path, &w->error));
    struct as_ingest_options options = {.kind = kind,
                                        .path = path,
                                        .mapping = mapping,
                                        .schema = w->schema,
                                        .now = w->options.now,
                                        .rejects_path = "real.rejects.csv"};
    w->options.system = as_ingest_system(&options);
    ok(w, as_facts_open(&w->facts, w->store, w->schema, &w->options, &w->error));
    struct as_record_sink sink = as_facts_sink(w->facts);
    enum as_status status = as_ingest(&read, &options, &sink, &w->error);
    if (status != AS_OK)
        fail_msg("%s", w->error.what);
    assert_int_equal(read.rejected, 0);
    assert_int_equal(read.accepted, read.rows);
    as_ingest_summary_free(&read);
    commit(w);
    w->options.system = "crm";
    as_mapping_free(mapping);
}

/* Counted otherwise: win rate of closed 63.15 %, won value 10,005,534, 1,425 open deals without account. */
static void mavens_pipeline_adds_up(void **state)
{
    (void)state;
    struct world w;
    need("maven-crm/sales_pipeline.csv");
    world_open(&w);
    import(&w, AS_IMPORT_ACCOUNTS, "maven-crm/accounts.csv", "maven-accounts.json");
    assert_cell(&w, "SELECT count(*) FROM account", "85");
    assert_cell(&w, "SELECT count(*) FROM account WHERE parent IS NOT NULL", "15");
    assert_cell(&w, "SELECT count(*) FROM account WHERE top_parent <> id", "15");
    give(&w, AS_IMPORT_PRODUCTS, "name", "GTX Basic");
    give(&w, AS_IMPORT_USERS, "name", "Moses Frase");
    commit(&w);
    import(&w, AS_IMPORT_OPPORTUNITIES, "maven-crm/sales_pipeline.csv", "maven-deals.json");
    assert_int_equal(w.summary.inserted, 8800);
    assert_int_equal(w.summary.deals_without_account, 1425);
    assert_int_equal(w.summary.deals_of_unknown_account, 0);
    assert_int_equal(w.summary.deals_closed_before_created, 0);
    assert_string_equal(w.summary.unknown_product, "GTX Plus Basic");
    assert_string_equal(w.summary.unknown_owner, "Darcel Schlecht");
    char text[32];
    snprintf(text, sizeof text, "%llu", (unsigned long long)w.summary.deals_of_unknown_product);
    assert_cell(&w, "SELECT count(*) FROM opportunity WHERE product <> 'GTX Basic'", text);
    assert_cell(&w, "SELECT count(*) FROM opportunity", "8800");
    assert_cell(&w, "SELECT count(*) FROM opportunity WHERE account_id IS NULL", "1425");
    assert_cell(&w, "SELECT sum(amount) / 100 FROM opportunity WHERE outcome = 'won'", "10005534");
    assert_cell(
        &w,
        "SELECT round(100.0 * sum(outcome = 'won') / sum(outcome IN ('won', 'lost')), 2) FROM opportunity",
        "63.15");
    import(&w, AS_IMPORT_OPPORTUNITIES, "maven-crm/sales_pipeline.csv", "maven-deals.json");
    assert_int_equal(w.summary.unchanged, 8800);
    world_close(&w);
}

/* Counted otherwise: 8,000 leads without addresses, 842 deals, conversion 10.525 %, days to won: median 14,
 * mean 48.44. */
static void olists_funnel_converts_as_published(void **state)
{
    (void)state;
    struct world w;
    need("olist-funnel/olist_closed_deals_dataset.csv");
    world_open(&w);
    import(&w, AS_IMPORT_LEADS, "olist-funnel/olist_marketing_qualified_leads_dataset.csv",
           "olist-leads.json");
    import(&w, AS_IMPORT_OPPORTUNITIES, "olist-funnel/olist_closed_deals_dataset.csv", "olist-deals.json");
    assert_cell(&w, "SELECT count(*) FROM lead WHERE email IS NULL", "8000");
    assert_cell(
        &w,
        "SELECT 100.0 * count(DISTINCT e.lead_id) / 8000 FROM event e JOIN event_kind k ON k.id = e.kind_id"
        " WHERE k.act = 'won'",
        "10.525");
#define DAYS                                                                                                 \
    "SELECT e.time / 86400 - CAST(strftime('%s', l.created) AS INTEGER) / 86400 AS days FROM event e"        \
    " JOIN lead l ON l.id = e.lead_id JOIN event_kind k ON k.id = e.kind_id WHERE k.act = 'won'"
    assert_cell(&w, "SELECT days FROM (" DAYS ") ORDER BY days LIMIT 1 OFFSET 421", "14");
    assert_cell(&w, "SELECT round(avg(days), 2) FROM (" DAYS ")", "48.44");
    assert_int_equal(w.summary.earlier_than_created, 1);
    world_close(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mavens_pipeline_adds_up),
        cmocka_unit_test(olists_funnel_converts_as_published),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
