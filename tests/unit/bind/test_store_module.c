/* assay.store: its examples over a small database, who may write, and that one team never sees another's
 * keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/time.h"
#include "bind/module/store_module.h"
#include "store/facts.h"

#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* 2026-03-01T12:00:00Z */
#define NOW INT64_C(1772366400)

struct world {
    struct as_store *store;
    struct as_schema *schema;
    struct as_store_access access;
    lua_State *lua;
};

static void require(enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        fail_msg("%s; %s", error->what, error->advice);
}

static void give(const struct as_record_sink *sink, enum as_import_kind kind, const char *const *words)
{
    struct as_value_pair pairs[12];
    struct as_record record = {.kind = kind, .line = 1, .pairs = pairs};
    struct as_error error = AS_ERROR_INIT;
    bool changed = false;
    for (; words[2 * record.n] != NULL; record.n++)
        pairs[record.n] = (struct as_value_pair){words[2 * record.n], as_str_of(words[2 * record.n + 1])};
    require(sink->put(sink->context, &record, &changed, &error), &error);
}

static int open_world(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct as_error error = AS_ERROR_INIT;
    static const char *const values[] = {"none", "acknowledged", "confirmed"};
    struct as_field need = {.name = "need",
                            .level = AS_LEVEL_LEAD,
                            .type = AS_TYPE_CHOICE,
                            .choices = values,
                            .choice_count = 3,
                            .ask = "Which problem would you solve first?"};
    uint32_t index;
    require(as_store_open(&w->store, ":memory:", AS_STORE_CREATE, &error), &error);
    require(as_schema_new(&w->schema, &error), &error);
    require(as_schema_add_field(&index, w->schema, &need, &error), &error);
    require(as_store_learn_schema(w->store, w->schema, &error), &error);
    struct as_facts_options options = {
        .system = "csv", .file = "small.csv", .precedence = AS_FROM_CRM, .now = NOW - 86400};
    struct as_facts *facts;
    require(as_facts_open(&facts, w->store, w->schema, &options, &error), &error);
    struct as_record_sink sink = as_facts_sink(facts);
    give(&sink, AS_IMPORT_ACCOUNTS,
         (const char *const[]){"id", "A1", "name", "Acme GmbH", "domain", "acme.example", "employees", "800",
                               "revenue", "1234.50 EUR", NULL});
    give(&sink, AS_IMPORT_LEADS,
         (const char *const[]){"id", "L1", "email", "jane@acme.example", "title", "VP Operations",
                               "product_interest", "CRM; Analytics", "created", "2026-01-05", NULL});
    give(&sink, AS_IMPORT_LEADS, (const char *const[]){"id", "L2", "email", "john@other.example", NULL});
    give(&sink, AS_IMPORT_EVENTS,
         (const char *const[]){"at", "2026-02-01T10:00:00Z", "kind", "whitepaper", "lead_id", "L1",
                               "property.title", "The \"cost\" of waiting", NULL});
    give(&sink, AS_IMPORT_EVENTS,
         (const char *const[]){"at", "2026-02-02T10:00:00Z", "kind", "page_view", "lead_id", "L1", NULL});
    give(&sink, AS_IMPORT_ANSWERS,
         (const char *const[]){"lead_id", "L1", "question", "need", "value", "acknowledged", "at",
                               "2026-02-03", NULL});
    struct as_facts_summary summary;
    require(as_facts_commit(facts, &summary, &error), &error);
    as_facts_close(facts);
    w->access = (struct as_store_access){.store = w->store,
                                         .schema = w->schema,
                                         .pack = "inbound",
                                         .at = NOW,
                                         .known_at = NOW,
                                         .may_write = true};
    w->lua = luaL_newstate();
    luaL_openlibs(w->lua);
    as_store_module_push(w->lua, &w->access);
    lua_setglobal(w->lua, "store");
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    lua_close(w->lua);
    as_store_close(w->store);
    as_schema_free(w->schema);
    free(w);
    return 0;
}

/* Runs a chunk; its error, or its first result as text. */
static const char *run(struct world *w, const char *chunk)
{
    lua_settop(w->lua, 0);
    if (luaL_loadstring(w->lua, chunk) != LUA_OK || lua_pcall(w->lua, 0, 1, 0) != LUA_OK)
        return lua_tostring(w->lua, -1);
    return luaL_tolstring(w->lua, -1, NULL);
}

static void assert_gives(struct world *w, const char *chunk, const char *expected)
{
    const char *said = run(w, chunk);
    if (strcmp(said, expected) != 0)
        fail_msg("%s: gives %s, not %s", chunk, said, expected);
}

static void assert_says(struct world *w, const char *chunk, const char *part)
{
    const char *said = run(w, chunk);
    if (strstr(said, part) == NULL)
        fail_msg("%s: says %s, not %s", chunk, said, part);
}

static void test_examples(void **state)
{
    struct world *w = *state;
    for (size_t part = 0; part < as_store_module.part_count; part++)
        for (size_t i = 0; i < as_store_module.parts[part]->n; i++) {
            const struct as_module_function *row = &as_store_module.parts[part]->functions[i];
            char chunk[512];
            assert_true(row->text != NULL && strlen(row->text) > 20);
            assert_true(row->returns != NULL && row->returns_text != NULL);
            snprintf(chunk, sizeof chunk,
                     "local seen, stated = %s, %s\nreturn seen == stated or tostring(seen)", row->example,
                     row->result);
            assert_gives(w, chunk, "true");
        }
}

static void test_facts_are_typed(void **state)
{
    struct world *w = *state;
    assert_gives(w, "return math.type(store.account('acme.example').employees)", "integer");
    assert_gives(w, "local a = store.account('Acme GmbH') return a.revenue .. a.revenue_currency",
                 "1234.5EUR");
    assert_gives(w, "return table.concat(store.lead('L1').product_interest, '|')", "Analytics|CRM");
    assert_gives(w, "return store.lead('L1').created", "2026-01-05");
    assert_gives(w, "return store.lead(store.lead('L1')).title", "VP Operations");
    assert_gives(w, "return store.lead('L2').title", "nil");
    assert_gives(w, "return store.events('L1')[1].properties.title", "The \"cost\" of waiting");
    assert_gives(w, "return store.events('L1')[1].at", "2026-02-01T10:00:00Z");
    assert_gives(w, "local e = store.events('L1', 1) return #e .. e[1].kind", "1page_view");
    assert_gives(w, "local n = store.answers('L1').need return n.by .. ' ' .. n.manner", "buyer stated");
}

static void test_what_was_not_known_is_not_seen(void **state)
{
    struct world *w = *state;
    w->access.at = NOW - 40 * 86400;
    assert_gives(w, "return #store.events(1)", "0");
    w->access.at = NOW;
    w->access.known_at = NOW - 40 * 86400;
    assert_says(w, "local lead, why = store.lead(1) return tostring(lead) .. why", "nil");
    assert_gives(w, "local e = store.events(1) return e and #e or 0", "0");
}

static void test_nobody_is_nil_and_why(void **state)
{
    struct world *w = *state;
    assert_says(w, "local lead, why = store.lead('nobody@acme.example') return tostring(lead) .. ' ' .. why",
                "nil ");
    assert_says(w, "local lead, why = store.lead(99) return tostring(lead) .. ' ' .. why", "nil ");
    assert_says(w, "local lead, why = store.note(99, 'x') return tostring(lead) .. ' ' .. why", "nil ");
    assert_says(w, "return store.lead(0)", "argument 'lead' must be an id above 0");
    assert_says(w, "return store.lead({})", "argument 'lead' must be a lead or account with its id");
    assert_says(w, "return store.lead(nil)", "argument 'lead' must be an id, a table with an id, or words");
    assert_says(w, "return store.put('key', 5)", "argument 'value' must be text");
    assert_says(w, "return store.get(('k'):rep(200))", "argument 'key' must be a short text");
    assert_says(w, "return store.get('a\\0b')", "argument 'key' must be a short text without NUL");
}

static void test_a_teams_keys_are_its_own(void **state)
{
    struct world *w = *state;
    assert_gives(w, "store.put('cursor', 'a\\0b') return #store.get('cursor')", "3");
    assert_gives(
        w,
        "store.put('a.1', 'x') store.put('a.2', 'y') local l = store.list('a.') return l['a.1'] .. l['a.2']",
        "xy");
    assert_gives(w, "store.note('L1', 'one') store.note('L1', 'two') return store.notes('L1')[2].text",
                 "two");
    w->access.pack = "other";
    assert_gives(w, "return store.get('cursor')", "nil");
    assert_gives(w, "return next(store.list())", "nil");
    assert_gives(w, "return #store.notes('L1')", "0");
    assert_gives(w, "return store.remove('cursor')", "false");
    w->access.pack = "inbound";
    assert_gives(w, "return store.remove('cursor')", "true");
}

static void test_only_who_may(void **state)
{
    struct world *w = *state;
    static const char *const writing[] = {"store.put('k', 'v')", "store.remove('k')", "store.note(1, 'x')",
                                          "store.account_note(1, 'x')"};
    w->access.may_write = false;
    for (size_t i = 0; i < sizeof writing / sizeof *writing; i++)
        assert_says(w, writing[i], "only enrichment and effects write to the store");
    assert_gives(w, "return store.lead('L1').title", "VP Operations");
    w->access.store = NULL;
    assert_says(w, "return store.lead(1)", "store.lead: the store cannot be used while rules load or decide");
    w->access.refusal = "in a rule test";
    assert_says(w, "return store.get('k')", "the store cannot be used in a rule test");
    as_store_module_push(w->lua, NULL);
    lua_setglobal(w->lua, "none");
    assert_says(w, "return none.events(1)", "the store cannot be used while rules load or decide");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_examples, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_facts_are_typed, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_what_was_not_known_is_not_seen, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_nobody_is_nil_and_why, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_teams_keys_are_its_own, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_only_who_may, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
