/* Deciding a described lead while memory ends: allocation n of the Lua state and all after it fail, for n =
 * 1, 2, … until the decision is read to its end. Nothing may crash or leak, which the sanitizers of the test
 * build watch. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/module/score_module.h"
#include "bind/sandbox/raise.h"
#include "bind/trial/trial.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PACK[] =
    "return require \"assay.pack\" \"small\" {\n"
    "  owner = \"a@b.example\", rules = { \"rules\" },\n"
    "  answers = { need = { ask = \"Need?\", values = { \"none\", \"acknowledged\" } } },\n"
    "}\n";
static const char RULES[] =
    "local q = require \"assay.qualification\"\n"
    "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"
    "local m = q.model \"small\"\n"
    "local fit = m:score(\"fit\", { cap = 20 })\n"
    "fit:rule \"big\" { points = 40, when = account.employees:at_least(10) }\n"
    "fit:rule \"views\" { per_event = { page_view = 1 }, half_life = \"7d\" }\n"
    "m:gate \"nurture\" { criteria = { need = answer.need:at_least \"acknowledged\" } }\n"
    "m:gate \"opportunity\" { level = \"account\", criteria = { "
    "all = account.group:every(answer.need:known()) } }\n"
    "return m\n";
static const char CASE[] =
    "local d = decide {\n"
    "  lead = { email = 'ada@acme.example', unsubscribed = { 'email', 'call' }, former_account = { type = "
    "'customer' } },\n"
    "  account = { employees = 12, revenue = '10 EUR', parent = { name = 'Holding' } },\n"
    "  events = { { 'page_view', '1d ago', url = '/a' }, { 'webinar' } }, account_events = { { 'intent', "
    "strength = 3 } },\n"
    "  answers = { need = { value = 'none', by = { 'buyer', 'sales' } } }, touches = { { 'email', '2d ago' } "
    "},\n"
    "  consents = { email = 'granted', any = { 'denied', '3d ago' } }, feeds = { webinar = 'stale' }, "
    "tracked = false,\n"
    "  prior = { stage = 'nurture', owner = 'sam' }, override = { stage = 'nurture', at = '1d ago' },\n"
    "  group = { { title = 'x' }, { lead = {}, events = { { 'page_view' } } } }, users = { { 'sam', team = "
    "'a', assigned = 2 } },\n"
    "}\n"
    "local ledger, missing = d:ledger 'fit', d:missing 'nurture'\n"
    "local other = d:member(2):score 'fit'\n"
    "local likeness = score.token_set_ratio('a b', { 'b a', 'c' })\n"
    "return d.stage, d:points 'big', d:verdict 'opportunity', d.owner, d:contact 'email'\n";

/* Allocations left; -1: no end. */
struct purse {
    long left;
};

static void *spend(void *context, void *block, size_t old, size_t size)
{
    struct purse *purse = context;
    (void)old;
    if (size == 0) {
        free(block);
        return NULL;
    }
    if (purse->left == 0)
        return NULL;
    if (purse->left > 0)
        purse->left--;
    return realloc(block, size);
}

static int call_decide(lua_State *L)
{
    as_trial_push(L, 1, lua_touserdata(L, lua_upvalueindex(1)));
    return 1;
}

static int open_state(lua_State *L)
{
    static const struct as_pack *no_pack = NULL;
    luaL_openlibs(L);
    as_raise_open(L);
    lua_pushvalue(L, 1);
    lua_pushcclosure(L, call_decide, 1);
    lua_setglobal(L, "decide");
    as_score_module_push(L, &no_pack);
    lua_setglobal(L, "score");
    return 0;
}

static void require(enum as_status status, const struct as_error *error)
{
    if (status != AS_OK)
        fail_msg("%s:%d: %s", error->file, error->line, error->what);
}

/* True when the case was decided with so many allocations. */
static bool decides(struct as_bench *bench, long allocations, char *why, size_t room)
{
    struct purse purse = {-1};
    lua_State *L = lua_newstate(spend, &purse);
    assert_non_null(L);
    lua_pushcfunction(L, open_state);
    lua_pushlightuserdata(L, bench);
    assert_int_equal(lua_pcall(L, 1, 0, 0), LUA_OK);
    assert_int_equal(luaL_loadstring(L, CASE), LUA_OK);
    purse.left = allocations;
    int result = lua_pcall(L, 0, LUA_MULTRET, 0);
    purse.left = -1;
    if (result != LUA_OK)
        snprintf(why, room, "%s", luaL_tolstring(L, -1, NULL));
    lua_close(L);
    return result == LUA_OK;
}

static void test_memory_ends_anywhere(void **state)
{
    (void)state;
    enum { MOST = 5000 };
    struct as_source source;
    struct as_schema *schema;
    struct as_script *script;
    struct as_bench bench;
    struct as_error error = AS_ERROR_INIT;
    char why[512] = "";
    as_source_init(&source);
    require(as_source_add(&source, "pack.lua", as_str_of(PACK), &error), &error);
    require(as_source_add(&source, "rules.lua", as_str_of(RULES), &error), &error);
    require(as_source_seal(&source, &error), &error);
    require(as_schema_new(&schema, &error), &error);
    require(as_script_load(&script, &source, schema, NULL, &error), &error);
    require(as_bench_open(&bench, script, &error), &error);
    long n = 1;
    while (n < MOST && !decides(&bench, n, why, sizeof why))
        n++;
    as_bench_close(&bench);
    as_script_free(script);
    as_schema_free(schema);
    as_source_free(&source);
    if (n == MOST)
        fail_msg("never decided: %s", why);
    assert_true(n > 20);
    /* What failed last failed for want of memory, not for another fault of the case. */
    assert_non_null(strstr(why, "memory"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_memory_ends_anywhere)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
