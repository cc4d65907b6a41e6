/* Limits under load: a state that runs out of memory at any point of loading fails cleanly, and each of
 * several threads stops its own runaway function. */
#include "base/thread.h"
#include "pack_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/resource.h>

#include <cmocka.h>

static const char rules[] =
    "local q, n = require 'assay.qualification', require 'assay.nurturing'\n"
    "local lead, account, event, answer, m = q.lead, q.account, q.event, q.answer, q.model 'inbound'\n"
    "local fit = m:score('fit', { floor = 0, cap = 100 })\n"
    "for i = 1, 20 do\n"
    "  fit:rule('title ' .. i) { points = i, when = lead.title:has_word { 'a' .. i, 'b' } & "
    "lead.email:known() }\n"
    "end\n"
    "fit:rule 'turns for ever' { points = function(l)\n"
    "  while l.title do end\n"
    "  return 3\n"
    "end }\n"
    "m:gate 'nurture' { criteria = { fit = m.fit:at_least(10) } }\n"
    "n.track 'one' { n.step 'first' { content = 'a', wait = '1d' } }\n";

static void loading_fails_cleanly_wherever_memory_ends(void **state)
{
    (void)state;
    size_t failures = 0;
    bool loaded = false;
    for (size_t memory = 1000; !loaded && memory < 2000000; memory += memory < 100000 ? 1777 : 7777) {
        const struct as_script_limits limits = {.memory = memory};
        struct pack_text t;
        load_pack_text(&t, NULL, rules, &limits);
        loaded = t.error.status == AS_OK;
        failures += !loaded;
        if (!loaded && t.error.status != AS_ERR_STOPPED && t.error.status != AS_ERR_MEMORY)
            fail_msg("with %zu bytes: %s: %s", memory, as_status_name(t.error.status), t.error.what);
        free_pack_text(&t);
    }
    assert_true(loaded);
    assert_true(failures > 20);
}

/* A function that uses what scripts have: facts, texts, tables, metatables, the score module. */
static const char busy[] =
    "local q, score = require 'assay.qualification', require 'assay.score'\n"
    "local words = { coo = 'chief', ceo = 'chief' }\n"
    "local Point = {} Point.__index = Point\n"
    "function Point:half() return self.n / 2 end\n"
    "q.model 'm':score 's':rule 'busy' { points = function(l)\n"
    "  local t = {}\n"
    "  for word in ('coo ceo ops %d'):format(7):gmatch '%w+' do t[#t + 1] = word:upper() end\n"
    "  table.sort(t, function(a, b) return a > b end)\n"
    "  table.insert(t, 1, (table.concat(t, ','):gsub('%a+', words)))\n"
    "  local many = {} for i = 1, 3000 do many[i] = 'key ' .. i % 700 .. ('y'):rep(i % 50) end\n"
    "  table.sort(many)\n"
    "  local p = setmetatable({ n = #t[1] }, Point)\n"
    "  local ok, why = pcall(error, { 'caught' })\n"
    "  local near = score.jaro_winkler('Acme Inc', 'ACME Incorporated')\n"
    "  local days = l:events('any', '7d'):distinct_days()\n"
    "  local n = 0 for _, v in pairs(score.clamp({ 1, 50, 900 }, 0, 100)) do n = n + v end\n"
    "  return n + p:half() + #tostring(ok) + days + #(l.title or ''), ('x'):rep(20) .. select('#', "
    "table.unpack(t))\n"
    "end }\n";

static void calling_fails_cleanly_wherever_memory_ends(void **state)
{
    (void)state;
    size_t failures = 0;
    int ran = 0;
    /* from just enough to load, in small steps, until it has run three times in a row */
    for (size_t memory = 20000; ran < 3 && memory < 4000000; memory += 499) {
        const struct as_script_limits limits = {.memory = memory};
        struct pack_text t;
        struct as_dataset *dataset = NULL;
        const struct as_functions *functions = NULL;
        load_pack_text(&t, NULL, busy, &limits);
        if (t.error.status == AS_OK)
            as_script_functions(&functions, t.script, 1, &t.error);
        bool loaded = t.error.status == AS_OK;
        if (loaded && as_dataset_new(&dataset, t.schema, 1, 0, &t.error) == AS_OK) {
            struct as_function_result result = {0};
            functions->call(&result, functions->context, 0, 0, dataset, 0, 0, &t.error);
            if (t.error.status == AS_OK && result.number < 100)
                fail_msg("with %zu bytes: %g points", memory, result.number);
        }
        if (t.error.status != AS_OK && t.error.status != AS_ERR_STOPPED && t.error.status != AS_ERR_MEMORY)
            fail_msg("with %zu bytes: %s: %s", memory, as_status_name(t.error.status), t.error.what);
        failures += loaded && t.error.status != AS_OK;
        ran = t.error.status == AS_OK ? ran + 1 : 0;
        memory += loaded ? 2999 : 4999;
        as_dataset_free(dataset);
        free_pack_text(&t);
    }
    assert_int_equal(ran, 3);
    assert_true(failures > 0);
}

enum { THREADS = 4, CALLS = 40 };

struct field {
    const struct as_functions *functions;
    const struct as_dataset *dataset;
    int stopped[CALLS], ran[CALLS];
};

/* Every fourth lead has a title and so never ends. */
static enum as_status call_one(void *context, unsigned worker, size_t item, struct as_error *error)
{
    (void)error;
    struct field *field = context;
    struct as_error why = AS_ERROR_INIT;
    struct as_function_result result = {0};
    field->functions->call(&result, field->functions->context, worker, 0, field->dataset, (uint32_t)item, 0,
                           &why);
    field->stopped[item] = why.status == AS_ERR_STOPPED && why.line == 8;
    field->ran[item] = why.status == AS_OK && result.number == 3;
    return AS_OK;
}

static void each_thread_stops_its_own_function(void **state)
{
    (void)state;
    static const struct as_script_limits limits = {.call_ms = 60};
    struct pack_text t;
    struct field field = {0};
    struct as_dataset *dataset;
    struct as_column *title;
    load_pack_text(&t, NULL, rules, &limits);
    assert_int_equal(t.error.status, AS_OK);
    assert_int_equal(as_script_functions(&field.functions, t.script, THREADS, &t.error), AS_OK);
    assert_int_equal(as_dataset_new(&dataset, t.schema, CALLS, 0, &t.error), AS_OK);
    assert_int_equal(as_dataset_column(&title, dataset,
                                       as_schema_field(t.schema, AS_LEVEL_LEAD, AS_STR("title")), &t.error),
                     AS_OK);
    for (size_t i = 0; i < CALLS; i += 4)
        assert_int_equal(as_column_set_text(title, i, AS_STR("CEO"), &t.error), AS_OK);
    field.dataset = dataset;
    /* twice: the threads of the second round are new ones, with the states of the first */
    for (int round = 0; round < 2; round++) {
        assert_int_equal(as_parallel(THREADS, CALLS, call_one, &field, &t.error), AS_OK);
        for (int i = 0; i < CALLS; i++) {
            assert_int_equal(field.stopped[i], i % 4 == 0);
            assert_int_equal(field.ran[i], i % 4 != 0);
        }
    }
    as_dataset_free(dataset);
    free_pack_text(&t);
}

/* Without a signal to spare no timer can be had: the clock is looked at instead. */
static void time_has_a_limit_without_timers(void **state)
{
    (void)state;
    static const struct as_script_limits limits = {.call_ms = 60};
    struct rlimit before, none;
    assert_int_equal(getrlimit(RLIMIT_SIGPENDING, &before), 0);
    none = (struct rlimit){0, before.rlim_max};
    struct pack_text t;
    struct field field = {0};
    struct as_dataset *dataset;
    struct as_column *title;
    assert_int_equal(setrlimit(RLIMIT_SIGPENDING, &none), 0);
    load_pack_text(&t, NULL, rules, &limits);
    assert_int_equal(t.error.status, AS_OK);
    assert_int_equal(as_script_functions(&field.functions, t.script, 1, &t.error), AS_OK);
    assert_int_equal(as_dataset_new(&dataset, t.schema, 5, 0, &t.error), AS_OK);
    assert_int_equal(as_dataset_column(&title, dataset,
                                       as_schema_field(t.schema, AS_LEVEL_LEAD, AS_STR("title")), &t.error),
                     AS_OK);
    assert_int_equal(as_column_set_text(title, 0, AS_STR("CEO"), &t.error), AS_OK);
    field.dataset = dataset;
    for (size_t item = 0; item < 5; item++)
        call_one(&field, 0, item, &t.error);
    setrlimit(RLIMIT_SIGPENDING, &before);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(field.stopped[i], i == 0);
        assert_int_equal(field.ran[i], i != 0);
    }
    as_dataset_free(dataset);
    free_pack_text(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loading_fails_cleanly_wherever_memory_ends),
        cmocka_unit_test(calling_fails_cleanly_wherever_memory_ends),
        cmocka_unit_test(each_thread_stops_its_own_function),
        cmocka_unit_test(time_has_a_limit_without_timers),
    };
    return cmocka_run_group_tests_name("limits", tests, NULL, NULL);
}
