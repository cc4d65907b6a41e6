/* Facts going in: who is who, what is new, whose word holds. */
#include "fixture.h"

static void give_all(struct world *w)
{
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme GmbH", "domain", "acme.example.com", "employees",
         "800", "revenue", "1234.50 EUR");
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "Ada@mail.acme-corp.com; ada.b@acme-corp.com", "first_name",
         "Ada", "title", "COO", "created", "2026-01-05");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "", "account_id", "A1", "product_interest",
         "CRM; Analytics");
    give(w, AS_IMPORT_USERS, "id", "U1", "name", "Sam Okafor", "email", "sam@us.example", "team", "inside",
         "absent_from", "2026-03-02", "absent_to", "2026-03-04");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "page_view", "lead_id", "L1",
         "property.url", "/pricing");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "page_view", "lead_id", "L1",
         "property.url", "/pricing");
    give(w, AS_IMPORT_EVENTS, "id", "E9", "at", "2026-02-02T10:00:00Z", "kind", "webinar", "email",
         "ada.b@acme-corp.com");
    give(w, AS_IMPORT_ANSWERS, "lead_id", "L1", "question", "need", "value", "acknowledged", "at",
         "2026-02-03");
    give(w, AS_IMPORT_TOUCHES, "lead_id", "L1", "at", "2026-02-04T09:00:00Z", "channel", "call", "user",
         "Sam Okafor");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "channel", "email", "state", "granted", "at", "2026-01-05");
    give(w, AS_IMPORT_OPPORTUNITIES, "id", "O1", "account_id", "A1", "lead_id", "L2", "outcome", "won",
         "amount", "5000", "currency", "EUR", "closed", "2026-02-20", "product", "CRM");
    give(w, AS_IMPORT_CAMPAIGNS, "id", "C1", "name", "Spring", "cost", "1000.00", "currency", "EUR",
         "started", "2026-02-01");
    give(w, AS_IMPORT_CONTENT, "key", "guide", "title", "A guide", "brand_visible", "no");
    give(w, AS_IMPORT_PRODUCTS, "id", "P1", "name", "CRM", "price", "99.90", "currency", "EUR");
    give(w, AS_IMPORT_COSTS, "campaign", "C1", "amount", "10.00", "currency", "EUR", "at", "2026-02-01");
}

static const char *const counted[] = {
    "lead",    "account", "identity", "account_identity", "event",        "event_value",   "answer",  "touch",
    "consent", "user",    "absence",  "opportunity",      "field_source", "field_history", "product", "cost",
};

static void import_twice_changes_nothing(void **state)
{
    struct world *w = *state;
    char before[sizeof counted / sizeof *counted][256], sql[128];
    give_all(w);
    commit(w);
    assert_int_equal(w->summary.inserted, 15);
    assert_int_equal(w->summary.unchanged, 0);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", counted[i]);
        snprintf(before[i], 256, "%s", cell(w, sql));
    }
    w->options.now = T0 + DAY;
    give_all(w);
    commit(w);
    assert_int_equal(w->summary.inserted, 0);
    assert_int_equal(w->summary.updated, 0);
    assert_int_equal(w->summary.unchanged, 15);
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++) {
        snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", counted[i]);
        assert_cell(w, sql, before[i]);
    }
}

static void values_are_typed_columns(void **state)
{
    struct world *w = *state;
    give_all(w);
    commit(w);
    assert_cell(w, "SELECT typeof(employees) || employees FROM account", "integer800");
    assert_cell(w, "SELECT revenue || revenue_currency FROM account", "123450EUR");
    assert_cell(w, "SELECT created FROM lead WHERE id = 1", "2026-01-05");
    assert_cell(w, "SELECT product_interest FROM lead WHERE id = 2", "Analytics; CRM");
    assert_cell(w, "SELECT email FROM lead WHERE id = 1", "Ada@mail.acme-corp.com");
    assert_cell(
        w,
        "SELECT group_concat(value) FROM (SELECT value FROM identity WHERE system = 'email' ORDER BY value)",
        "ada.b@acme-corp.com,ada@mail.acme-corp.com");
}

static void two_clicks_in_one_second_stay_two(void **state)
{
    struct world *w = *state;
    give_all(w);
    commit(w);
    assert_cell(
        w, "SELECT count(*) FROM event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'page_view'",
        "2");
    /* Another file has three: one is news. */
    w->options.file = "other.csv";
    for (int i = 0; i < 3; i++)
        give(w, AS_IMPORT_EVENTS, "property.url", "/pricing", "kind", "page_view", "lead_id", "L1", "at",
             "2026-02-01T10:00:00Z");
    commit(w);
    assert_int_equal(w->summary.inserted, 1);
    assert_int_equal(w->summary.unchanged, 2);
}

static void a_decided_deal_is_an_act_and_a_call_a_sales_touch(void **state)
{
    struct world *w = *state;
    give_all(w);
    commit(w);
    assert_cell(w,
                "SELECT lead_id || k.name || date(e.time, 'unixepoch') FROM event e JOIN event_kind k ON "
                "k.id = e.kind_id"
                " WHERE k.act = 'won'",
                "2won2026-02-20");
    assert_cell(
        w, "SELECT count(*) FROM event e JOIN event_kind k ON k.id = e.kind_id WHERE k.name = 'sales_touch'",
        "1");
}

static void a_stronger_source_holds_and_history_keeps_the_rest(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "COO");
    commit(w);
    w->options =
        (struct as_facts_options){.system = "enrich", .precedence = AS_FROM_ENRICHMENT, .now = T0 + DAY};
    give(w, AS_IMPORT_LEADS, "id", "#1", "title", "Chief", "country", "DE");
    commit(w);
    assert_int_equal(w->summary.overruled, 1);
    assert_cell(w, "SELECT title || country FROM lead", "COODE");
    assert_cell(w, "SELECT value FROM field_history WHERE overruled = 1", "Chief");
    give(w, AS_IMPORT_LEADS, "id", "#1", "title", "Chief");
    commit(w);
    assert_int_equal(w->summary.unchanged, 1);
    assert_cell(w, "SELECT count(*) FROM field_history", "1");
    w->options =
        (struct as_facts_options){.system = "form", .precedence = AS_FROM_STATED, .now = T0 + 2 * DAY};
    give(w, AS_IMPORT_LEADS, "id", "#1", "title", "CEO", "country", "DE");
    commit(w);
    assert_cell(w, "SELECT title FROM lead", "CEO");
    w->options = (struct as_facts_options){.system = "crm", .precedence = AS_FROM_CRM, .now = T0 + 3 * DAY};
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "COO", "country", "AT");
    commit(w);
    /* The form confirmed the country, so that the CRM no longer may change it. */
    assert_cell(w, "SELECT title || country FROM lead", "CEODE");
    uint32_t title = as_schema_field(w->schema, AS_LEVEL_LEAD, AS_STR("title"));
    struct as_evidence evidence;
    bool known;
    ok(w, as_store_evidence(&evidence, &known, w->store, w->schema, title, 1, T0 + 3 * DAY, &w->error));
    assert_true(known);
    assert_string_equal(evidence.source, "form (stated)");
    assert_int_equal(evidence.since, T0 + 2 * DAY);
    ok(w, as_store_evidence(&evidence, &known, w->store, w->schema, title, 1, T0 + DAY, &w->error));
    assert_string_equal(evidence.source, "crm");
    assert_int_equal(evidence.since, T0);
    ok(w, as_store_evidence(&evidence, &known, w->store, w->schema, title, 1, T0 - 1, &w->error));
    assert_false(known);
}

static void empty_cells_clear_only_when_told(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "COO");
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "");
    commit(w);
    assert_cell(w, "SELECT title FROM lead", "COO");
    w->options.clear_empty = true;
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "");
    commit(w);
    assert_cell(w, "SELECT title FROM lead", "NULL");
    assert_cell(w, "SELECT value FROM field_history", "COO");
    /* What is unknown anybody may say. */
    w->options =
        (struct as_facts_options){.system = "guess", .precedence = AS_FROM_INFERRED, .now = T0 + 2 * DAY};
    give(w, AS_IMPORT_LEADS, "id", "#1", "title", "Boss");
    commit(w);
    assert_cell(w, "SELECT title FROM lead", "Boss");
}

static void an_earlier_moment_shows_the_facts_then_known(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme", "revenue", "100 EUR");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Bolt");
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "COO", "account_id", "A1");
    commit(w);
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "revenue", "250.55 USD");
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "CEO", "account_id", "A2", "country", "DE", "created",
         "2026-01-01");
    give(w, AS_IMPORT_LEADS, "id", "L2", "title", "new");
    commit(w);
    w->options.now = T0 + 2 * DAY;
    give(w, AS_IMPORT_LEADS, "id", "L1", "title", "Chair", "country", "AT", "created", "2026-01-02");
    commit(w);
    struct as_dataset *then = snapshot(w, T0 + 3 * DAY, T0);
    assert_int_equal(then->leads, 1);
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "title", 0), "COO");
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "country", 0), "-");
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "created", 0), "-");
    assert_string_equal(shown(then, AS_LEVEL_ACCOUNT, "revenue", 0), "100.00 EUR");
    assert_int_equal(then->lead_account[0], 0);
    as_dataset_free(then);
    then = snapshot(w, T0 + 3 * DAY, T0 + DAY + 5);
    assert_int_equal(then->leads, 2);
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "title", 0), "CEO");
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "country", 0), "DE");
    assert_string_equal(shown(then, AS_LEVEL_LEAD, "created", 0), "2026-01-01");
    assert_string_equal(shown(then, AS_LEVEL_ACCOUNT, "revenue", 0), "250.55 USD");
    assert_int_equal(then->lead_account[0], 1);
    as_dataset_free(then);
    struct as_dataset *now = snapshot(w, T0 + 3 * DAY, T0 + 3 * DAY);
    assert_string_equal(shown(now, AS_LEVEL_LEAD, "title", 0), "Chair");
    assert_string_equal(shown(now, AS_LEVEL_LEAD, "country", 0), "AT");
    as_dataset_free(now);
}

static void a_lead_without_address_is_fine_and_two_ids_are_two_leads(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "info@acme-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "INFO@acme-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L3");
    refuse(w, AS_IMPORT_LEADS, "title", "nobody");
    commit(w);
    assert_cell(w, "SELECT count(*) FROM lead", "3");
    /* Another system that knows the address only means the first of them. */
    w->options.system = "mail";
    give(w, AS_IMPORT_LEADS, "id", "m-1", "email", "info@acme-corp.com", "phone", "1");
    commit(w);
    assert_int_equal(w->summary.updated, 1);
    assert_cell(w,
                "SELECT group_concat(system || ':' || value) FROM (SELECT * FROM identity WHERE lead_id = 1 "
                "ORDER BY system)",
                "crm:L1,email:info@acme-corp.com,mail:m-1");
    int64_t id;
    ok(w, as_store_find_lead(&id, w->store, "m-1", &w->error));
    assert_int_equal(id, 1);
    ok(w, as_store_find_lead(&id, w->store, "L2", &w->error));
    assert_int_equal(id, 2);
    ok(w, as_store_find_lead(&id, w->store, "info@", &w->error));
    assert_int_equal(id, 1);
    assert_int_equal(as_store_find_lead(&id, w->store, "nobody@x.com", &w->error), AS_ERR_MISSING);
}

static void the_match_goes_by_id_then_domain_then_name(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme Corporation", "website",
         "https://www.acme-corp.com/about");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Northwind Traders Ltd");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "name", "Gmail Fans", "domain", "fans.example.org");
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "a@acme-corp.com", "account_id", "A2");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "b@eu.acme-corp.com", "company", "Northwind Traders");
    give(w, AS_IMPORT_LEADS, "id", "L3", "email", "c@gmail.com", "company", "Northwind Trader");
    give(w, AS_IMPORT_LEADS, "id", "L4", "email", "d@gmail.com");
    give(w, AS_IMPORT_LEADS, "id", "L5", "website", "http://shop.acme-corp.com", "email", "e@yahoo.com");
    give(w, AS_IMPORT_LEADS, "id", "L6", "company", "Something Else");
    commit(w);
    assert_cell(w,
                "SELECT group_concat(coalesce(account_id, 0) || coalesce(matched_by, '')) FROM (SELECT * "
                "FROM lead ORDER BY id)",
                "2id,1domain,2name,0,1domain,0");
    assert_cell(w, "SELECT match_note FROM lead WHERE id = 3", "alike to Northwind Traders Ltd");
    assert_int_equal(w->summary.matched_accounts, 4);
    assert_int_equal(w->summary.unmatched_accounts, 1);
    /* An account that comes later finds those that were waiting; a better reason replaces a worse one. */
    w->options.now = T0 + DAY;
    give(w, AS_IMPORT_ACCOUNTS, "id", "A4", "name", "Something Else Inc.");
    give(w, AS_IMPORT_LEADS, "id", "L3", "account_id", "A1");
    commit(w);
    assert_cell(w, "SELECT account_id || matched_by FROM lead WHERE id = 6", "4name");
    assert_cell(w, "SELECT account_id || matched_by FROM lead WHERE id = 3", "1id");
}

static void parents_resolve_later_and_circles_are_refused(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_ACCOUNTS, "id", "C", "name", "Child", "parent_id", "P");
    give(w, AS_IMPORT_ACCOUNTS, "id", "P", "name", "Parent", "parent", "Grand");
    give(w, AS_IMPORT_ACCOUNTS, "id", "G", "name", "Grand");
    give(w, AS_IMPORT_ACCOUNTS, "id", "X", "name", "Orphan", "parent_id", "nobody");
    commit(w);
    assert_int_equal(w->summary.unresolved_parents, 1);
    assert_cell(w,
                "SELECT group_concat(coalesce(parent, 0) || '/' || top_parent) FROM (SELECT * FROM account "
                "ORDER BY id)",
                "2/3,3/3,0/3,0/4");
    give(w, AS_IMPORT_ACCOUNTS, "id", "G", "parent_id", "C");
    commit(w);
    assert_int_equal(w->summary.parent_cycles, 1);
    assert_cell(w, "SELECT parent FROM account WHERE id = 3", "NULL");
    give(w, AS_IMPORT_ACCOUNTS, "id", "C", "name", "Child", "parent_id", "P");
    commit(w);
    assert_int_equal(w->summary.unchanged, 1);
}

static void anonymous_visits_count_for_the_account_and_are_stitched_once(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_EVENTS, "id", "V1", "at", "2026-02-01T10:00:00Z", "kind", "page_view", "domain",
         "www.acme-corp.com");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T11:00:00Z", "kind", "pricing_view", "domain",
         "acme-corp.com");
    refuse(w, AS_IMPORT_EVENTS, "at", "2026-02-01T11:00:00Z", "kind", "page_view", "domain", "gmail.com");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "Acme", "domain", "acme-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "ada@acme-corp.com");
    commit(w);
    struct as_dataset *before = snapshot(w, T0 + DAY, T0 + DAY);
    assert_int_equal(before->lead_events.n, 0);
    assert_int_equal(before->account_events.n, 2);
    as_dataset_free(before);
    w->options.now = T0 + 2 * DAY;
    give(w, AS_IMPORT_EVENTS, "id", "V1", "at", "2026-02-01T10:00:00Z", "kind", "page_view", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T11:00:00Z", "kind", "pricing_view", "lead_id", "L1");
    commit(w);
    assert_int_equal(w->summary.stitched, 2);
    struct as_dataset *after = snapshot(w, T0 + 3 * DAY, T0 + 3 * DAY);
    assert_int_equal(after->lead_events.n, 2);
    assert_int_equal(after->account_events.n, 2);
    as_dataset_free(after);
    struct as_dataset *then = snapshot(w, T0 + 3 * DAY, T0 + DAY);
    assert_int_equal(then->lead_events.n, 0);
    assert_int_equal(then->account_events.n, 2);
    as_dataset_free(then);
    /* The anonymous file once more. */
    give(w, AS_IMPORT_EVENTS, "id", "V1", "at", "2026-02-01T10:00:00Z", "kind", "page_view", "domain",
         "www.acme-corp.com");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T11:00:00Z", "kind", "pricing_view", "domain",
         "acme-corp.com");
    commit(w);
    assert_int_equal(w->summary.unchanged, 2);
}

static void a_bad_row_is_refused_whole(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    refuse(w, AS_IMPORT_LEADS, "id", "L2", "created", "soon");
    refuse(w, AS_IMPORT_LEADS, "id", "L2", "no_such_field", "1");
    refuse(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_vew", "lead_id", "L1");
    assert_string_equal(w->error.advice, "did you mean \"page_view\"?");
    refuse(w, AS_IMPORT_EVENTS, "at", "2027-02-01", "kind", "page_view", "lead_id", "L1");
    refuse(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "L9");
    refuse(w, AS_IMPORT_EVENTS, "at", "2026-02-01", "kind", "page_view", "lead_id", "L1", "property.seconds",
           "many");
    refuse(w, AS_IMPORT_ANSWERS, "lead_id", "L1", "question", "ned", "value", "none");
    refuse(w, AS_IMPORT_ANSWERS, "lead_id", "L1", "question", "need", "value", "none", "by", "mother");
    refuse(w, AS_IMPORT_CONSENT, "lead_id", "L1", "state", "perhaps");
    refuse(w, AS_IMPORT_OPPORTUNITIES, "id", "O1", "outcome", "nearly");
    commit(w);
    assert_cell(
        w,
        "SELECT (SELECT count(*) FROM lead) || (SELECT count(*) FROM event) || (SELECT count(*) FROM answer)",
        "100");
}

static void merging_is_a_union_and_can_be_undone(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1", "email", "a@x-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "L2", "email", "b@x-corp.com");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "webinar", "lead_id", "L1");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-01T10:00:00Z", "kind", "webinar", "lead_id", "L2");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02T10:00:00Z", "kind", "webinar", "lead_id", "L2");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L1", "channel", "email", "state", "granted", "at", "2026-02-20");
    give(w, AS_IMPORT_CONSENT, "lead_id", "L2", "channel", "email", "state", "objected", "at", "2026-01-01");
    commit(w);
    ok(w, as_store_merge(w->store, 1, 2, "sam", T0 + DAY, &w->error));
    assert_int_equal(as_store_merge(w->store, 2, 1, "sam", T0 + DAY, &w->error), AS_ERR_CONFLICT);
    as_error_clear(&w->error);
    struct as_dataset *merged = snapshot(w, T0 + 2 * DAY, T0 + 2 * DAY);
    assert_int_equal(merged->leads, 1);
    assert_int_equal(merged->lead_events.n, 2);
    assert_int_equal(merged->consents.start[1], 1);
    assert_int_equal(merged->consents.at[0].state, AS_CONSENT_OBJECTED);
    as_dataset_free(merged);
    struct as_dataset *before = snapshot(w, T0 + 2 * DAY, T0);
    assert_int_equal(before->leads, 2);
    as_dataset_free(before);
    /* The file of before names both; still nothing is new. */
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02T10:00:00Z", "kind", "webinar", "lead_id", "L2");
    commit(w);
    assert_int_equal(w->summary.unchanged, 1);
    int64_t id;
    ok(w, as_store_find_lead(&id, w->store, "b@x-corp.com", &w->error));
    assert_int_equal(id, 1);
    ok(w, as_store_unmerge(w->store, 2, "sam", T0 + 5 * DAY, &w->error));
    struct as_dataset *undone = snapshot(w, T0 + 6 * DAY, T0 + 6 * DAY);
    assert_int_equal(undone->leads, 2);
    as_dataset_free(undone);
    merged = snapshot(w, T0 + 6 * DAY, T0 + 2 * DAY);
    assert_int_equal(merged->leads, 1);
    as_dataset_free(merged);
}

static void merged_ids_of_a_crm_are_the_survivors(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "7", "email", "old@x-corp.com");
    give(w, AS_IMPORT_LEADS, "id", "9", "email", "new@x-corp.com", "merged_ids", "7;8");
    commit(w);
    assert_int_equal(w->summary.merged, 1);
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-02T10:00:00Z", "kind", "webinar", "lead_id", "8");
    give(w, AS_IMPORT_EVENTS, "at", "2026-02-03T10:00:00Z", "kind", "webinar", "lead_id", "7");
    commit(w);
    struct as_dataset *dataset = snapshot(w, T0 + DAY, T0 + DAY);
    assert_int_equal(dataset->leads, 1);
    assert_int_equal(dataset->lead_id[0], 2);
    assert_int_equal(dataset->lead_events.n, 2);
    as_dataset_free(dataset);
}

static void give_merged(struct world *w)
{
    give(w, AS_IMPORT_LEADS, "id", "1", "email", "new@x-corp.com", "title", "CEO", "merged_ids", "2;3");
    give(w, AS_IMPORT_LEADS, "id", "2", "email", "old@x-corp.com", "title", "Clerk", "phone", "5");
    give(w, AS_IMPORT_LEADS, "id", "3", "merged_ids", "2", "title", "Boss");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A2", "name", "Old name", "employees", "1");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A1", "name", "New name", "employees", "2", "merged_ids", "A2;A3");
    give(w, AS_IMPORT_ACCOUNTS, "id", "A3", "name", "Older name", "employees", "3");
}

static void rows_of_merged_ids_stand_behind_their_survivor(void **state)
{
    struct world *w = *state;
    give_merged(w);
    commit(w);
    assert_int_equal(w->summary.merged, 4);
    for (int i = 0; i < 2; i++) {
        struct as_dataset *dataset = snapshot(w, T0 + DAY, T0 + DAY);
        assert_int_equal(dataset->leads, 1);
        assert_string_equal(shown(dataset, AS_LEVEL_LEAD, "title", 0), "CEO");
        assert_int_equal(dataset->accounts, 1);
        assert_string_equal(shown(dataset, AS_LEVEL_ACCOUNT, "employees", 0), "2");
        as_dataset_free(dataset);
        int64_t id;
        ok(w, as_store_find_lead(&id, w->store, "old@x-corp.com", &w->error));
        assert_int_equal(id, 1);
        ok(w, as_store_find_lead(&id, w->store, "3", &w->error));
        assert_int_equal(id, 1);
        give_merged(w);
        commit(w);
        assert_int_equal(w->summary.unchanged, 6);
        assert_int_equal(w->summary.merged, 0);
    }
}

static void a_closed_batch_leaves_nothing(void **state)
{
    struct world *w = *state;
    give(w, AS_IMPORT_LEADS, "id", "L1");
    as_facts_close(w->facts);
    w->facts = NULL;
    assert_cell(w, "SELECT count(*) FROM lead", "0");
}

#define unit(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
#define named(text, f)                                                                                       \
    {                                                                                                        \
        text, f, world_setup, world_teardown, NULL                                                           \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        unit(import_twice_changes_nothing),
        unit(values_are_typed_columns),
        unit(two_clicks_in_one_second_stay_two),
        unit(a_decided_deal_is_an_act_and_a_call_a_sales_touch),
        unit(a_stronger_source_holds_and_history_keeps_the_rest),
        unit(empty_cells_clear_only_when_told),
        unit(an_earlier_moment_shows_the_facts_then_known),
        unit(a_lead_without_address_is_fine_and_two_ids_are_two_leads),
        unit(the_match_goes_by_id_then_domain_then_name),
        unit(parents_resolve_later_and_circles_are_refused),
        named("anonymous visits count for the account and are stitched once [A7.27]",
              anonymous_visits_count_for_the_account_and_are_stitched_once),
        unit(a_bad_row_is_refused_whole),
        unit(merging_is_a_union_and_can_be_undone),
        unit(merged_ids_of_a_crm_are_the_survivors),
        unit(rows_of_merged_ids_stand_behind_their_survivor),
        unit(a_closed_batch_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
