/* Enrichment against a server that misbehaves: what is asked about whom, what is written, and that a provider
 * which fails makes nothing known and blocks nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pack_text.h"
#include "server.h"

#include "base/time.h"
#include "bind/script/enriching.h"
#include "store/facts/facts.h"
#include "store/personal.h"
#include "store/work/enrichments.h"
#include "store/work/space.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* 2026-03-01T12:00:00Z */
#define NOW INT64_C(1772366400)

struct world {
    struct http_server *server;
    struct as_policy *policy;
    struct as_store *store;
    struct pack_text pack;
    struct as_enriched_list list;
    struct as_error error;
    char origin[64];
};

static void require(enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        fail_msg("%s:%d: %s; %s", error->file, error->line, error->what, error->advice);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    char path[64], text[256];
    w->server = http_server_start();
    if (w->server == NULL)
        return -1;
    snprintf(w->origin, sizeof w->origin, "http://127.0.0.1:%u", http_server_port(w->server));
    snprintf(path, sizeof path, "enriching-policy-%d.json", (int)getpid());
    snprintf(text, sizeof text,
             "{\"origins\": [\"%s\"], \"addresses\": [\"127.0.0.1\"], \"rates\": {\"%s\": {\"per_second\": "
             "1000, \"at_once\": 8}}}",
             w->origin, w->origin);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    require(as_policy_read(&w->policy, path, &w->error), &w->error);
    remove(path);
    require(as_store_open(&w->store, ":memory:", AS_STORE_CREATE, &w->error), &w->error);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    as_arena_free(&w->list.arena);
    free_pack_text(&w->pack);
    as_store_close(w->store);
    as_policy_free(w->policy);
    http_server_stop(w->server);
    free(w);
    return 0;
}

/* Loads the rules, in which "ORIGIN" is the server, and imports so many accounts, d1.example and on. */
static void load(struct world *w, const char *rules, unsigned accounts)
{
    char pack[1024], text[8192] =
                         "local e = require 'assay.enrichment'\nlocal lead, account = e.lead, e.account\n"
                         "local store = require 'assay.store'\n";
    snprintf(pack, sizeof pack,
             "return require 'assay.pack' 'trial' { owner = 'x', rules = { 'rules' },\n"
             "  fields = { account = { rank = 'integer', tags = 'choices', score_note = 'text' } },\n"
             "  permits = { http = { '%s' }, secrets = { 'ASSAY_TEST_TOKEN' } } }\n",
             w->origin);
    for (const char *at = rules; *at != '\0';) {
        const char *mark = strstr(at, "ORIGIN");
        size_t n = strlen(text);
        snprintf(text + n, sizeof text - n, "%.*s%s", mark != NULL ? (int)(mark - at) : (int)strlen(at), at,
                 mark != NULL ? w->origin : "");
        at = mark != NULL ? mark + strlen("ORIGIN") : "";
    }
    free_pack_text(&w->pack);
    load_pack_text(&w->pack, pack, text, NULL);
    require(w->pack.error.status, &w->pack.error);
    require(as_store_learn_schema(w->store, w->pack.schema, &w->error), &w->error);
    if (accounts == 0)
        return;
    struct as_facts_options options = {
        .system = "csv", .file = "a.csv", .precedence = AS_FROM_CRM, .now = NOW - 86400};
    struct as_facts *facts;
    require(as_facts_open(&facts, w->store, w->pack.schema, &options, &w->error), &w->error);
    struct as_record_sink sink = as_facts_sink(facts);
    for (unsigned i = 1; i <= accounts; i++) {
        char domain[32], id[16];
        bool changed;
        snprintf(domain, sizeof domain, "d%u.example", i);
        snprintf(id, sizeof id, "A%u", i);
        struct as_value_pair pairs[] = {
            {"id", as_str_of(id)}, {"domain", as_str_of(domain)}, {"name", as_str_of(id)}};
        struct as_record record = {.kind = AS_IMPORT_ACCOUNTS, .line = i, .pairs = pairs, .n = 3};
        require(sink.put(sink.context, &record, &changed, &w->error), &w->error);
    }
    struct as_facts_summary summary;
    require(as_facts_commit(facts, &summary, &w->error), &w->error);
    as_facts_close(facts);
}

static struct as_enriched enrich(struct world *w, int64_t now)
{
    struct as_enrich_options options = {.store = w->store, .policy = w->policy, .now = now, .threads = 1};
    struct as_error error = AS_ERROR_INIT;
    as_arena_free(&w->list.arena);
    w->list = (struct as_enriched_list){0};
    require(as_enrich(&w->list, w->pack.script, &options, &error), &error);
    assert_true(w->list.rows.n > 0);
    return w->list.rows.at[0];
}

struct fact {
    const char *name;
    char value[256];
    bool known;
};

static enum as_status take_fact(void *context, const char *name, enum as_type type, struct as_str value,
                                struct as_error *error)
{
    struct fact *fact = context;
    (void)type;
    (void)error;
    if (strcmp(name, fact->name) == 0) {
        snprintf(fact->value, sizeof fact->value, "%.*s", (int)value.n, value.p);
        fact->known = true;
    }
    return AS_OK;
}

/* "" when it is unknown. */
static const char *fact_of(struct world *w, int64_t id, const char *name, struct fact *fact)
{
    *fact = (struct fact){.name = name};
    require(as_store_read_row(w->store, w->pack.schema, AS_LEVEL_ACCOUNT, id, NOW + 400 * 86400, take_fact,
                              fact, &w->error),
            &w->error);
    return fact->value;
}

#define SIZE_RULE                                                                                            \
    "e.enrich 'size' { level = 'account', fills = { 'employees', 'rank', 'tags' }, every = '30d',\n"         \
    "  when = account.domain:known(),\n"                                                                     \
    "  call = function(a, http)\n"

static void test_fills_facts(void **state)
{
    struct world *w = *state;
    struct fact fact;
    load(w,
         SIZE_RULE "    local r, why = http.get('ORIGIN/delay/20', { query = { name = a.name } })\n"
                   "    if not r then return nil, why end\n"
                   "    return { employees = r.json.employees, tags = { 'a', 'b' } }\n"
                   "  end }",
         100);
    struct as_enriched row = enrich(w, NOW);
    assert_int_equal(row.due, 100);
    assert_int_equal(row.found, 100);
    assert_int_equal(row.failed + row.nothing + row.left, 0);
    assert_int_equal(http_server_seen(w->server, "/delay/20"), 100);
    assert_true(http_server_most_at_once(w->server) > 1);
    for (int64_t id = 1; id <= 100; id++) {
        assert_string_equal(fact_of(w, id, "employees", &fact), "250");
        assert_string_equal(fact_of(w, id, "tags", &fact), "a; b");
        assert_false((fact_of(w, id, "rank", &fact), fact.known));
    }
    uint32_t field = as_schema_field(w->pack.schema, AS_LEVEL_ACCOUNT, AS_STR("employees"));
    struct as_evidence evidence;
    bool known;
    require(as_store_evidence(&evidence, &known, w->store, w->pack.schema, field, 1, NOW, &w->error),
            &w->error);
    assert_true(known);
    assert_string_equal(evidence.source, "size (enrichment)");
    assert_int_equal(evidence.since, NOW);
    /* nobody is asked again before it is time */
    row = enrich(w, NOW + 29 * 86400);
    assert_int_equal(row.due, 0);
    row = enrich(w, NOW + 30 * 86400);
    assert_int_equal(row.due, 100);
    assert_int_equal(row.facts, 0);
}

/* Every way to fail leaves the fact unknown, and says why. */
static void test_failing_providers(void **state)
{
    struct world *w = *state;
    static const char *const paths[] = {"/status/500", "/status/429", "/drop",  "/nul",  "/escaped-nul",
                                        "/latin",      "/deep",       "/short", "/huge", "/garbage"};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
        char rules[1024];
        struct fact fact;
        snprintf(rules, sizeof rules,
                 "e.enrich 'size %zu' { level = 'account', fills = { 'employees' }, every = '1d', call = "
                 "function(a, http)\n"
                 "  local r = http.get('ORIGIN%s', { timeout = '20s' })\n" /* why is dropped, as authors do */
                 "  return r and { employees = r.json and r.json.employees or 0 } end }",
                 i, paths[i]);
        load(w, rules, i == 0 ? 1 : 0);
        struct as_enriched row = enrich(w, NOW);
        if (row.failed != 1 || row.found + row.nothing != 0 || row.why[0] == '\0')
            fail_msg("%s: found %u, nothing %u, failed %u: %s", paths[i], row.found, row.nothing, row.failed,
                     row.why);
        assert_false((fact_of(w, 1, "employees", &fact), fact.known));
    }
}

/* A provider that is down is left alone after a few tries; the rest stays due. */
static void test_dead_provider_ends_soon(void **state)
{
    struct world *w = *state;
    load(w, SIZE_RULE "    local r, why = http.get('ORIGIN/drop')\n    return nil, why\n  end }", 500);
    struct as_enriched row = enrich(w, NOW);
    assert_int_equal(row.found + row.nothing, 0);
    assert_true(row.left > 300);
    assert_true(http_server_seen(w->server, "/drop") < 100);
    assert_non_null(strstr(row.why, "127.0.0.1"));
    /* those asked rest, those left are still due */
    row = enrich(w, NOW + 60);
    assert_true(row.due >= 300);
}

static void test_resumes(void **state)
{
    struct world *w = *state;
    load(w, SIZE_RULE "    return { employees = 7 }\n  end }", 30);
    struct as_enrich_options options = {
        .store = w->store, .policy = w->policy, .now = NOW, .threads = 1, .limit = 20};
    require(as_enrich(&w->list, w->pack.script, &options, &w->error), &w->error);
    assert_int_equal(w->list.rows.at[0].due, 30);
    assert_int_equal(w->list.rows.at[0].found, 20);
    assert_int_equal(w->list.rows.at[0].left, 10);
    struct as_enriched row = enrich(w, NOW + 10);
    assert_int_equal(row.due, 10);
    assert_int_equal(row.found, 10);
}

/* Faults of the function are its own, with the line, and end soon. */
static void test_faults(void **state)
{
    struct world *w = *state;
    static const struct {
        const char *body, *why;
    } rows[] = {
        {"local x = nil; return x.y\n", "rules.lua:7: "},
        {"return { employes = 5 }\n", "did you mean \"employees\""},
        {"return a.domian\n", "did you mean \"domain\""},
        {"return 5\n", "it returned a number"},
        {"return { employees = function() end }\n", "employees: it returned a function"},
        {"while true do end\n", "budget of time"},
        {"while true do pcall(function() while true do end end) end\n", "budget of time"},
        {"for i = 1, 100 do http.get('ORIGIN/ok') end\n", "more than 20 requests"},
        {"http.get('https://elsewhere.example/')\n", "does not permit"},
        {"http.get('ORIGIN/', { querry = {} })\n", "did you mean \"query\""},
        {"http.post('ORIGIN/echo', { a = 1 }, { json = { b = 2 } })\n", "given twice"},
        {"http.request { url = 'ORIGIN/echo', method = 'POST', body = 'a', json = { b = 2 } }\n",
         "given twice"},
        {"http.secret 'HOME'\n", "does not permit the secret"},
        {"http.get('ORIGIN/redirect/302?to=http://169.254.169.254/')\n", "does not permit"},
        {"local t = {} t.t = t http.post('ORIGIN/', t)\n", "nested more than 32"},
        {"return string.gsub('x', 'x', function() http.get('ORIGIN/') end)\n", "cannot wait inside"},
        {"local t = {} for i = 1, 1e9 do t[i] = ('x'):rep(1e6) .. i end\n", "memory"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char rules[2048];
        snprintf(rules, sizeof rules,
                 "e.enrich 'fault %zu' { level = 'account', fills = { 'employees' }, every = '1d',\n"
                 "  when = account.domain:known(),\n  call = function(a, http)\n%send }",
                 i, rows[i].body);
        load(w, rules, i == 0 ? 3 : 0);
        struct as_enriched row = enrich(w, NOW);
        if (row.failed != 3 || strstr(row.why, rows[i].why) == NULL)
            fail_msg("%s: failed %u of %u: %s", rows[i].body, row.failed, row.due, row.why);
    }
}

static void test_broken_function_stops(void **state)
{
    struct world *w = *state;
    load(w, SIZE_RULE "    error 'never works'\n  end }", 200);
    struct as_enriched row = enrich(w, NOW);
    assert_int_equal(row.failed, 10);
    assert_int_equal(row.left, 190);
}

static void test_pcall_and_several_requests(void **state)
{
    struct world *w = *state;
    struct fact fact;
    load(w,
         SIZE_RULE "    local ok, r = pcall(function() return http.get('ORIGIN/delay/20') end)\n"
                   "    local ok2, why = pcall(function() http.get('ORIGIN/ok') error('inside', 0) end)\n"
                   "    local s = http.post('ORIGIN/echo', { domain = a.domain, sizes = { 1, 2 } })\n"
                   "    assert(ok and r.status == 200 and not ok2 and why == 'inside')\n"
                   "    assert(s.json.domain == a.domain and #s.json.sizes == 2, s.body)\n"
                   "    return { employees = r.json.employees, rank = a.id }\n"
                   "  end }",
         20);
    struct as_enriched row = enrich(w, NOW);
    assert_string_equal(row.why, "");
    assert_int_equal(row.found, 20);
    for (int64_t id = 1; id <= 20; id++) {
        char expected[16];
        snprintf(expected, sizeof expected, "%d", (int)id);
        assert_string_equal(fact_of(w, id, "rank", &fact), expected);
    }
}

static void test_kept_answers(void **state)
{
    struct world *w = *state;
    static const char rules[] =
        "e.enrich 'kept' { level = 'account', fills = { 'employees' }, every = '1d', when = "
        "account.domain:known(),\n"
        "  call = function(a, http) local r = http.get('ORIGIN/kept', { keep = '7d', timeout = '5s' })\n"
        "    return { employees = r.json.employees } end }";
    load(w, rules, 1);
    assert_int_equal(enrich(w, NOW).found, 1);
    assert_int_equal(enrich(w, NOW + 2 * 86400).found, 1);
    assert_int_equal(http_server_seen(w->server, "/kept"), 1);
    assert_int_equal(enrich(w, NOW + 8 * 86400).found, 1);
    assert_int_equal(http_server_seen(w->server, "/kept"), 2);
}

static void test_store_and_secret(void **state)
{
    struct world *w = *state;
    setenv("ASSAY_TEST_TOKEN", "token-of-a-test", 1);
    load(w,
         SIZE_RULE "    local r = http.get('ORIGIN/echo', { headers = { Authorization = 'Bearer ' .. "
                   "http.secret 'ASSAY_TEST_TOKEN' } })\n"
                   "    store.put('seen', r.body)\n"
                   "    store.account_note(a.id, 'asked')\n"
                   "    assert(not tostring(http.secret 'ASSAY_TEST_TOKEN'):find 'token%-of')\n"
                   "    return nil\n"
                   "  end }",
         1);
    struct as_enriched row = enrich(w, NOW);
    unsetenv("ASSAY_TEST_TOKEN");
    assert_string_equal(row.why, "");
    assert_int_equal(row.nothing, 1);
    struct as_buf value = {0};
    bool found;
    require(as_store_space_get(&value, &found, w->store, "trial", "seen", &w->error), &w->error);
    assert_true(found);
    assert_string_equal(as_buf_c(&value), "Bearer [secret ASSAY_TEST_TOKEN]");
    as_buf_free(&value);
    char *log = http_server_log(w->server);
    assert_non_null(strstr(log, "Bearer token-of-a-test"));
    free(log);
}

/* A stronger source keeps its word. */
static void test_precedence(void **state)
{
    struct world *w = *state;
    struct fact fact;
    load(w, SIZE_RULE "    return { employees = 5 }\n  end }", 1);
    struct as_facts_options options = {
        .system = "crm", .file = "b.csv", .precedence = AS_FROM_CRM, .now = NOW - 100};
    struct as_facts *facts;
    bool changed;
    require(as_facts_open(&facts, w->store, w->pack.schema, &options, &w->error), &w->error);
    struct as_value_pair pairs[] = {{"id", AS_STR("#1")}, {"employees", AS_STR("900")}};
    struct as_record record = {.kind = AS_IMPORT_ACCOUNTS, .line = 1, .pairs = pairs, .n = 2};
    struct as_record_sink sink = as_facts_sink(facts);
    require(sink.put(sink.context, &record, &changed, &w->error), &w->error);
    struct as_facts_summary summary;
    require(as_facts_commit(facts, &summary, &w->error), &w->error);
    as_facts_close(facts);
    assert_int_equal(enrich(w, NOW).found, 1);
    assert_string_equal(fact_of(w, 1, "employees", &fact), "900");
}

/* A value that the field does not take is that row's failure. */
static void test_wrong_values(void **state)
{
    struct world *w = *state;
    struct fact fact;
    load(w, SIZE_RULE "    return { employees = a.id == 2 and 'many' or 5 }\n  end }", 3);
    struct as_enriched row = enrich(w, NOW);
    assert_int_equal(row.found, 2);
    assert_int_equal(row.failed, 1);
    assert_non_null(strstr(row.why, "many"));
    assert_false((fact_of(w, 2, "employees", &fact), fact.known));
    assert_string_equal(fact_of(w, 3, "employees", &fact), "5");
}

/* Without `when`: while something that it fills is unknown. */
static void test_default_condition(void **state)
{
    struct world *w = *state;
    load(w,
         "e.enrich 'one' { level = 'account', fills = { 'employees', 'rank' }, every = '1d', call = "
         "function(a) return { employees = 1, rank = a.id == 1 and 5 or nil } end }",
         2);
    assert_int_equal(enrich(w, NOW).due, 2);
    assert_int_equal(enrich(w, NOW + 2 * 86400).due, 1);
}

static void test_no_network_while_deciding(void **state)
{
    (void)state;
    struct pack_text t;
    load_pack_text(&t, NULL, "local http = require 'assay.http'\nhttp.get 'https://x.example'\n", NULL);
    assert_int_equal(t.error.status, AS_ERR_RULE);
    assert_non_null(strstr(t.error.what, "cannot be used while rules load or decide"));
    assert_non_null(strstr(t.error.advice, "enrich"));
    assert_int_equal(t.error.line, 2);
    free_pack_text(&t);
}

static bool kept(struct world *w, const char *key)
{
    struct as_buf text = {0};
    bool found;
    require(as_store_answer_get(&text, &found, w->store, "trial", key, NOW, &w->error), &w->error);
    as_buf_free(&text);
    return found;
}

static enum as_status count_asked(void *context, const struct as_asked *asked, struct as_error *error)
{
    unsigned *n = context;
    (void)asked;
    (void)error;
    ++*n;
    return AS_OK;
}

/* Who is erased takes along what was asked about them, and answers about their company that name them. */
static void test_erased(void **state)
{
    struct world *w = *state;
    struct as_facts_options options = {
        .system = "csv", .file = "l.csv", .precedence = AS_FROM_CRM, .now = NOW - 100};
    struct as_facts *facts;
    struct as_facts_summary summary;
    struct as_erased erased;
    unsigned asked = 0;
    bool changed;
    load(w, SIZE_RULE "    return nil\n  end }", 1);
    require(as_facts_open(&facts, w->store, w->pack.schema, &options, &w->error), &w->error);
    struct as_value_pair pairs[] = {{"id", AS_STR("lead-one")}, {"email", AS_STR("jane@d1.example")}};
    struct as_record record = {.kind = AS_IMPORT_LEADS, .line = 1, .pairs = pairs, .n = 2};
    struct as_record_sink sink = as_facts_sink(facts);
    require(sink.put(sink.context, &record, &changed, &w->error), &w->error);
    require(as_facts_commit(facts, &summary, &w->error), &w->error);
    as_facts_close(facts);
    const struct as_asked about = {.row_id = 1, .at = NOW, .outcome = AS_ASKED_FAILED, .note = "no answer"};
    require(as_store_asked_put(w->store, "trial", "x", AS_LEVEL_LEAD, &about, &w->error), &w->error);
    require(
        as_store_answer_put(w->store, "trial", "own", AS_LEVEL_LEAD, 1, NOW + 10, AS_STR("{}"), &w->error),
        &w->error);
    require(as_store_answer_put(w->store, "trial", "named", AS_LEVEL_ACCOUNT, 1, NOW + 10,
                                AS_STR("{\"people\":[\"Jane@d1.example\"]}"), &w->error),
            &w->error);
    require(as_store_answer_put(w->store, "trial", "other", AS_LEVEL_ACCOUNT, 1, NOW + 10, AS_STR("{}"),
                                &w->error),
            &w->error);
    require(as_store_erase(&erased, w->store, 1, NOW, &w->error), &w->error);
    require(as_store_asked(w->store, "trial", "x", AS_LEVEL_LEAD, count_asked, &asked, &w->error), &w->error);
    assert_int_equal(asked, 0);
    assert_false(kept(w, "own"));
    assert_false(kept(w, "named"));
    assert_true(kept(w, "other"));
}

#define ENRICHING_TEST(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ENRICHING_TEST(test_fills_facts),
        ENRICHING_TEST(test_failing_providers),
        ENRICHING_TEST(test_dead_provider_ends_soon),
        ENRICHING_TEST(test_resumes),
        ENRICHING_TEST(test_faults),
        ENRICHING_TEST(test_broken_function_stops),
        ENRICHING_TEST(test_pcall_and_several_requests),
        ENRICHING_TEST(test_kept_answers),
        ENRICHING_TEST(test_store_and_secret),
        ENRICHING_TEST(test_precedence),
        ENRICHING_TEST(test_wrong_values),
        ENRICHING_TEST(test_default_condition),
        ENRICHING_TEST(test_erased),
        cmocka_unit_test(test_no_network_while_deciding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
