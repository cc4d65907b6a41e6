/* Memory that runs out: SQLite's allocation number n and all after it fail, for growing n, until everything
 * passes. Whatever the store was doing then says so and leaves nothing behind. */
#include "fixture.h"

#include "store/report/report.h"
#include "store/work/space.h"

#include <sqlite3.h>

static sqlite3_mem_methods real;
static uint64_t left = UINT64_MAX;

static bool may(void)
{
    if (left == UINT64_MAX)
        return true;
    if (left == 0)
        return false;
    left--;
    return true;
}

static void *failing_malloc(int n)
{
    return may() ? real.xMalloc(n) : NULL;
}

static void *failing_realloc(void *p, int n)
{
    return may() ? real.xRealloc(p, n) : NULL;
}

static int install(void **state)
{
    (void)state;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real), SQLITE_OK);
    sqlite3_mem_methods failing = real;
    failing.xMalloc = failing_malloc;
    failing.xRealloc = failing_realloc;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &failing), SQLITE_OK);
    /* Before the store does, which leaves memory uncounted. */
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);
    assert_true(sqlite3_memory_highwater(0) > 0);
    return 0;
}

static enum as_status say(struct world *w, enum as_import_kind kind, const char *const *cells)
{
    struct as_value_pair pairs[12];
    struct as_record record = {.kind = kind, .line = 1, .pairs = pairs};
    bool changed;
    for (; cells[record.n * 2] != NULL; record.n++)
        pairs[record.n] = (struct as_value_pair){cells[record.n * 2], as_str_of(cells[record.n * 2 + 1])};
    struct as_record_sink sink = as_facts_sink(w->facts);
    return sink.put(sink.context, &record, &changed, &w->error);
}

static enum as_status import_some(struct world *w)
{
    static const char *const account[] = {"id", "A1", "name", "Acme", "domain", "acme-corp.com", NULL};
    static const char *const lead[] = {"id", "L1", "email", "a@acme-corp.com", "title", "COO", NULL};
    static const char *const again[] = {"id", "L1", "email", "a@acme-corp.com", "title", "CEO", NULL};
    static const char *const event[] = {"kind", "page_view",    "at", "2026-02-01", "lead_id",
                                        "L1",   "property.url", "/x", NULL};
    static const char *const answer[] = {"question", "need", "value", "none", "lead_id", "L1", NULL};
    static const char *const deal[] = {"id",  "O1",     "lead_id",    "L1", "outcome",
                                       "won", "closed", "2026-02-01", NULL};
    enum as_status status = as_facts_open(&w->facts, w->store, w->schema, &w->options, &w->error);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_ACCOUNTS, account);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_LEADS, lead);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_LEADS, again);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_EVENTS, event);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_ANSWERS, answer);
    if (status == AS_OK)
        status = say(w, AS_IMPORT_OPPORTUNITIES, deal);
    if (status == AS_OK)
        status = as_facts_commit(w->facts, NULL, &w->error);
    as_facts_close(w->facts);
    w->facts = NULL;
    return status;
}

static enum as_status everything(struct world *w)
{
    const struct as_pack pack = {.name = "p"};
    struct as_snapshot_request request = {.at = T0, .known_at = T0, .account_events = true, .pack = &pack};
    struct as_dataset *dataset = NULL;
    int64_t id;
    uint32_t findings;
    enum as_status status = as_store_open(&w->store, ":memory:", AS_STORE_CREATE, &w->error);
    if (status == AS_OK)
        status = as_store_learn_schema(w->store, w->schema, &w->error);
    if (status == AS_OK)
        status = import_some(w);
    if (status == AS_OK)
        status = as_store_snapshot(&dataset, w->store, w->schema, &request, &w->error);
    if (status == AS_OK)
        status = as_store_find_lead(&id, w->store, "a@acme", &w->error);
    if (status == AS_OK)
        status = as_store_space_put(w->store, "p", "k", AS_STR("v"), T0, &w->error);
    if (status == AS_OK)
        status = as_store_check(w->store, NULL, NULL, &findings, &w->error);
    as_dataset_free(dataset);
    as_store_close(w->store);
    w->store = NULL;
    return status;
}

static void running_out_is_an_error_not_a_crash(void **state)
{
    (void)state;
    static const char *const needs[] = {"none", "acknowledged"};
    uint64_t failures = 0;
    for (uint64_t n = 1;; n += 1 + n / 24) {
        struct world w = {.options = {.system = "crm", .precedence = AS_FROM_CRM, .now = T0}};
        ok(&w, as_schema_new(&w.schema, &w.error));
        add_answer(&w, "need", AS_TYPE_CHOICE, AS_LEVEL_LEAD, needs, 2);
        left = n;
        enum as_status status = everything(&w);
        left = UINT64_MAX;
        as_schema_free(w.schema);
        assert_int_equal(sqlite3_memory_used(), 0);
        if (status == AS_OK)
            break;
        if (status != AS_ERR_MEMORY && status != AS_ERR_IO && status != AS_ERR_DATA)
            fail_msg("after %llu allocations: %s: %s", (unsigned long long)n, as_status_name(status),
                     w.error.what);
        failures++;
        assert_true(n < 10000000);
    }
    assert_true(failures > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(running_out_is_an_error_not_a_crash, install),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
