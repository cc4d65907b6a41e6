/* assay.store: its examples over a small database, who may write, and that one team never sees another's
 * keys. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "store_world.h"

#include "store/database.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Of two runs, now and the day before yesterday, one was not yet at the time that is asked about. */
static void test_decisions_are_those_up_to_then(void **state)
{
    struct world *w = *state;
    static const char rows[] =
        "INSERT INTO model(id, pack, name) VALUES(1, 'inbound', 'm');"
        "INSERT INTO run(id, pack, pack_hash, at, known_at, started, baseline, held)"
        " VALUES(1, 'inbound', 'h', 1772193600, 0, 0, 0, 0), (2, 'inbound', 'h', 1772366400, 0, 0, 0, 0);"
        "INSERT INTO decision(id, run_id, model_id, lead_id, prior_id, stage, prior_stage, furthest, cause,"
        " grade_code, prior_grade_code, verdicts, prior_verdicts, outside, attention, blocked, recycles,"
        " facts_hash) VALUES(1, 1, 1, 1, NULL, 'nurture', NULL, 'nurture', 'first', 0, 0, 0, 0, 0, 0, 0, 0, "
        "0),"
        " (2, 2, 1, 1, 1, 'sales_ready', 'nurture', 'sales_ready', 'gate', 0, 0, 0, 0, 0, 0, 0, 0, 0)";
    assert_int_equal(sqlite3_exec(w->store->db, rows, NULL, NULL, NULL), SQLITE_OK);
    assert_gives(w, "local d = store.decisions(1) return #d .. d[1].stage .. d[2].at",
                 "2sales_ready2026-02-27T12:00:00Z");
    w->access.at = NOW - 86400;
    assert_gives(w, "local d = store.decisions(1) return #d .. d[1].stage", "1nurture");
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
        cmocka_unit_test_setup_teardown(test_decisions_are_those_up_to_then, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_nobody_is_nil_and_why, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_a_teams_keys_are_its_own, open_world, close_world),
        cmocka_unit_test_setup_teardown(test_only_who_may, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
