/* Rule tests tried against mutants: what must be noticed is, what must not be is not, and the order of tests
 * is the seed's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/trial/test_runner.h"

#include <stdio.h>
#include <string.h>

static const char PACK[] =
    "return require \"assay.pack\" \"p\" { owner = \"a@b.example\", rules = { \"r\" },\n"
    "  fields = { lead = { size = \"integer\" } } }\n";
static const char RULES[] = "local q = require \"assay.qualification\"\n"
                            "local m = q.model \"p\"\n"
                            "local fit = m:score \"fit\"\n"
                            "fit:rule \"big\" { points = 40, when = q.lead.size:at_least(10) }\n"
                            "return m\n";
#define HEAD                                                                                                 \
    "local test = require \"assay.test\"\n"                                                                  \
    "local it, expect, decide = test.it, test.expect, test.decide\n"

enum { MOST = 16 };
struct seen {
    uint32_t n, stop_after;
    char at[MOST][160];
};

static enum as_status survive(void *context, const struct as_mutant *mutant, struct as_error *error)
{
    struct seen *seen = context;
    struct as_buf text = {0};
    (void)error;
    as_mutant_say(&text, mutant);
    if (seen->n < MOST)
        snprintf(seen->at[seen->n++], sizeof seen->at[0], "%s", as_buf_c(&text));
    as_buf_free(&text);
    return AS_OK;
}

static bool go_on(void *context, uint32_t done, uint32_t all)
{
    const struct seen *seen = context;
    return seen->stop_after == 0 || done < seen->stop_after || done == all;
}

static enum as_status name_case(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct seen *seen = context;
    (void)error;
    if (seen->n < MOST)
        snprintf(seen->at[seen->n++], sizeof seen->at[0], "%s", result->name);
    return AS_OK;
}

static void source_of(struct as_source *source, const char *test)
{
    struct as_error error = AS_ERROR_INIT;
    as_source_init(source);
    assert_int_equal(as_source_add(source, "pack.lua", as_str_of(PACK), &error), AS_OK);
    assert_int_equal(as_source_add(source, "r.lua", as_str_of(RULES), &error), AS_OK);
    assert_int_equal(as_source_add(source, "r_test.lua", as_str_of(test), &error), AS_OK);
    assert_int_equal(as_source_seal(source, &error), AS_OK);
}

static enum as_status mutate(struct as_mutation_totals *totals, struct seen *seen, const char *test,
                             struct as_error *error)
{
    struct as_source source;
    struct as_mutation_options options = {.survived = survive, .progress = go_on, .context = seen};
    source_of(&source, test);
    enum as_status status = as_tests_mutate(totals, &source, &options, error);
    as_source_free(&source);
    return status;
}

/* Four changes of the points and two of the bound: both sides of the border and the sum notice them all. */
static void what_is_tested_is_noticed(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct as_mutation_totals totals;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(mutate(&totals, &seen,
                            HEAD "it(\"has a border\", function()\n"
                                 "  expect(decide({ lead = { size = 10 } }):points \"big\"):is(40)\n"
                                 "  expect(decide({ lead = { size = 9 } }):points \"big\"):is(0)\n"
                                 "end)\n",
                            &error),
                     AS_OK);
    assert_int_equal(totals.mutants, 6);
    assert_int_equal(totals.killed, 6);
    assert_int_equal(seen.n, 0);
}

static void what_is_not_tested_survives(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct as_mutation_totals totals;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(mutate(&totals, &seen,
                            HEAD "it(\"is big\", function()\n"
                                 "  expect(decide({ lead = { size = 12 } }):points \"big\"):is(40)\n"
                                 "end)\n",
                            &error),
                     AS_OK);
    assert_int_equal(totals.mutants, 6);
    assert_int_equal(totals.killed, 4);
    assert_int_equal(seen.n, 2);
    assert_string_equal(seen.at[0], "\"at_least(10)\" becomes \"more_than(10)\" in \"big\", r.lua:4");
    assert_string_equal(seen.at[1], "\"at_least(10)\" becomes \"at_least(9)\" in \"big\", r.lua:4");
}

/* A decision made while the file loads is made anew for every mutant, and counters do not run on. */
static void files_are_loaded_again(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct as_mutation_totals totals;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(mutate(&totals, &seen,
                            HEAD "local d, runs = decide { lead = { size = 10 } }, 0\n"
                                 "it(\"is big\", function()\n"
                                 "  runs = runs + 1\n"
                                 "  expect(runs):is(1)\n"
                                 "  expect(d:points \"big\"):is(40)\n"
                                 "end)\n",
                            &error),
                     AS_OK);
    assert_int_equal(totals.killed, 5);
    assert_string_equal(seen.at[0], "\"at_least(10)\" becomes \"at_least(9)\" in \"big\", r.lua:4");
}

static void tests_that_fail_already_change_nothing(void **state)
{
    (void)state;
    struct seen seen = {0};
    struct as_mutation_totals totals;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(mutate(&totals, &seen, HEAD "it(\"fails\", function() expect(1):is(2) end)\n", &error),
                     AS_ERR_RULE);
    assert_string_equal(error.what, "expected 2, saw 1");
    assert_string_equal(error.file, "r_test.lua");
    assert_int_equal(error.line, 3);
}

static void trying_can_be_stopped(void **state)
{
    (void)state;
    struct seen seen = {.stop_after = 2};
    struct as_mutation_totals totals;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(mutate(&totals, &seen, HEAD "it(\"holds\", function() expect(1):is(1) end)\n", &error),
                     AS_ERR_STOPPED);
    assert_int_equal(totals.mutants, 2);
}

static const char EIGHT[] = HEAD "for i = 1, 8 do it(tostring(i), function() expect(i):is_not(5) end) end\n";

static void run_eight(struct seen *seen, struct as_test_options options, struct as_test_totals *totals)
{
    struct as_source source;
    struct as_error error = AS_ERROR_INIT;
    source_of(&source, EIGHT);
    memset(seen, 0, sizeof *seen);
    options.each = name_case;
    options.context = seen;
    assert_int_equal(as_tests_run(totals, &source, &options, &error), AS_OK);
    as_source_free(&source);
}

static void a_seed_orders_the_tests(void **state)
{
    (void)state;
    struct seen plain, one, again, other;
    struct as_test_totals totals;
    run_eight(&plain, (struct as_test_options){0}, &totals);
    run_eight(&one, (struct as_test_options){.shuffle = true, .seed = 7}, &totals);
    run_eight(&again, (struct as_test_options){.shuffle = true, .seed = 7}, &totals);
    run_eight(&other, (struct as_test_options){.shuffle = true, .seed = 8}, &totals);
    assert_int_equal(totals.passed, 7);
    assert_memory_equal(&one, &again, sizeof one);
    assert_memory_not_equal(&one, &plain, sizeof one);
    assert_memory_not_equal(&one, &other, sizeof one);
    unsigned seen = 0;
    for (uint32_t i = 0; i < one.n; i++)
        seen |= 1u << (one.at[i][0] - '1');
    assert_int_equal(seen, 0xff); /* every one once */
}

static void stopping_early_and_repeating(void **state)
{
    (void)state;
    struct seen seen;
    struct as_test_totals totals;
    run_eight(&seen, (struct as_test_options){.fail_fast = true, .repeat = 3}, &totals);
    assert_int_equal(seen.n, 5);
    assert_int_equal(totals.failed, 1);
    run_eight(&seen, (struct as_test_options){.repeat = 2}, &totals);
    assert_int_equal(totals.passed, 14);
    assert_int_equal(totals.failed, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_tested_is_noticed),
        cmocka_unit_test(what_is_not_tested_survives),
        cmocka_unit_test(files_are_loaded_again),
        cmocka_unit_test(tests_that_fail_already_change_nothing),
        cmocka_unit_test(trying_can_be_stopped),
        cmocka_unit_test(a_seed_orders_the_tests),
        cmocka_unit_test(stopping_early_and_repeating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
