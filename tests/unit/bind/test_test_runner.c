/* The test runner tested: suites that must fail do, for the reason printed and at the author's line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bind/trial/test_runner.h"
#include "bind/trial/trial_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char PACK[] =
    "local pack = require \"assay.pack\"\n"
    "return pack \"small\" {\n"
    "  owner = \"revops@acme.example\",\n"
    "  fields = { lead = { size = \"integer\" }, account = { industry = \"text\" } },\n"
    "  answers = { need = { ask = \"Need?\", values = { \"none\", \"acknowledged\" } } },\n"
    "  events = { page = { by = \"buyer\", intent = \"content\" } },\n"
    "  rules = { \"rules\" },\n"
    "}\n";
static const char RULES[] = "local q = require \"assay.qualification\"\n"
                            "local lead, account, event, answer = q.lead, q.account, q.event, q.answer\n"
                            "local m = q.model \"small\"\n"
                            "local fit = m:score(\"fit\", { cap = 50 })\n"
                            "fit:rule \"big\" { points = 40, when = lead.size:at_least(10) }\n"
                            "fit:rule \"software\" { points = 30, when = account.industry:is \"Software\" }\n"
                            "local interest = m:score(\"interest\", { floor = 0 })\n"
                            "interest:rule \"pages\" { per_event = { page = 10 }, half_life = \"7d\" }\n"
                            "interest:rule \"talk\" { points = function(l)\n"
                            "  if l:events(\"page\", \"30d\"):count() > 3 then return 5, \"many pages\" end\n"
                            "end }\n"
                            "m:gate \"nurture\" { criteria = { size = lead.size:at_least(5) } }\n"
                            "m:gate \"worth_a_call\" { criteria = { fit = m.fit:at_least(40), need = "
                            "answer.need:at_least \"acknowledged\" } }\n"
                            "m:disqualify \"tiny\" { when = lead.size:less_than(1) }\n"
                            "m:grade { fit = { A = 40, B = 20 } }\n"
                            "return m\n";
#define HEAD                                                                                                 \
    "local test = require \"assay.test\"\n"                                                                  \
    "local describe, it, expect, decide = test.describe, test.it, test.expect, test.decide\n"

enum { MOST = 32 };

struct seen {
    unsigned n;
    struct {
        char file[64], name[160], what[AS_ERROR_WHAT], advice[AS_ERROR_ADVICE], report[2048];
        enum as_test_status status;
        int line;
        enum as_status why;
    } at[MOST];
    struct as_test_totals totals;
};

static enum as_status see(void *context, const struct as_test_result *result, struct as_error *error)
{
    (void)error;
    struct seen *seen = context;
    if (seen->n == MOST)
        return AS_OK;
    snprintf(seen->at[seen->n].file, sizeof seen->at[0].file, "%s", result->file);
    snprintf(seen->at[seen->n].name, sizeof seen->at[0].name, "%s", result->name);
    snprintf(seen->at[seen->n].report, sizeof seen->at[0].report, "%s", result->report);
    seen->at[seen->n].status = result->status;
    if (result->error != NULL) {
        snprintf(seen->at[seen->n].what, AS_ERROR_WHAT, "%s", result->error->what);
        snprintf(seen->at[seen->n].advice, AS_ERROR_ADVICE, "%s", result->error->advice);
        seen->at[seen->n].line = result->error->line;
        seen->at[seen->n].why = result->error->status;
    }
    seen->n++;
    return AS_OK;
}

struct file {
    const char *name, *text;
};

/* Runs the small pack with these files beside its rules. */
static enum as_status run(struct seen *seen, const struct file *files, size_t n,
                          struct as_test_options options, struct as_error *error)
{
    struct as_source source;
    as_source_init(&source);
    memset(seen, 0, sizeof *seen);
    assert_int_equal(as_source_add(&source, "pack.lua", as_str_of(PACK), error), AS_OK);
    assert_int_equal(as_source_add(&source, "rules.lua", as_str_of(RULES), error), AS_OK);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(as_source_add(&source, files[i].name, as_str_of(files[i].text), error), AS_OK);
    assert_int_equal(as_source_seal(&source, error), AS_OK);
    options.each = see;
    options.context = seen;
    enum as_status status = as_tests_run(&seen->totals, &source, &options, error);
    as_source_free(&source);
    return status;
}

static void run_text(struct seen *seen, const char *text)
{
    struct as_error error = AS_ERROR_INIT;
    struct file file = {"small_test.lua", text};
    if (run(seen, &file, 1, (struct as_test_options){0}, &error) != AS_OK)
        fail_msg("%s:%d: %s; %s", error.file, error.line, error.what, error.advice);
}

static void assert_says(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static void test_a_suite_that_holds(void **state)
{
    (void)state;
    struct seen seen;
    run_text(&seen, HEAD
             "describe(\"small\", function()\n"
             "  it(\"scores\", function()\n"
             "    local d = decide { lead = { size = 12 }, account = { industry = \"software\" } }\n"
             "    expect(d:score \"fit\"):is(50)\n"
             "    expect(d:points \"big\"):is(40)\n"
             "    expect(d.grade):is \"A\"\n"
             "    expect(d.stage):is \"nurture\"\n"
             "    expect(d:verdict \"worth_a_call\"):is \"insufficient\"\n"
             "    expect(d:criterion(\"worth_a_call\", \"need\")):is \"unknown\"\n"
             "    expect(d:missing(\"worth_a_call\")[1].ask):is \"Need?\"\n"
             "    expect(d.disqualified):is_nil()\n"
             "  end)\n"
             "  it(\"fades\", function()\n"
             "    local d = decide { events = { { \"page\", \"7d ago\" }, { \"page\", \"now\" } } }\n"
             "    local points, low, high = d:score \"interest\"\n"
             "    expect(points):is(15)\n"
             "    test.equal({ low, high }, { 15, 15 })\n"
             "    local _, fit_low, fit_high = d:score \"fit\"\n"
             "    test.equal({ fit_low, fit_high }, { 0, 50 })\n"
             "    expect(d:ledger(\"interest\")[1].events):is(2)\n"
             "  end)\n"
             "  it(\"calls functions\", function()\n"
             "    local d = decide { events = { { \"page\" }, { \"page\" }, { \"page\" }, { \"page\" } } }\n"
             "    expect(d:points \"talk\"):is(5)\n"
             "    expect(d:ledger(\"interest\")[2].note):is \"many pages\"\n"
             "  end)\n"
             "end)\n");
    for (unsigned i = 0; i < seen.n; i++)
        if (seen.at[i].status == AS_TEST_FAILED)
            fail_msg("%s: line %d: %s\n%s", seen.at[i].name, seen.at[i].line, seen.at[i].what,
                     seen.at[i].report);
    assert_int_equal(seen.totals.passed, 3);
    assert_string_equal(seen.at[0].name, "small \xe2\x80\xba scores");
}

static void test_a_wrong_expectation_shows_the_rules(void **state)
{
    (void)state;
    struct seen seen;
    run_text(&seen, HEAD "it(\"points\", function()\n"
                         "  local d = decide { lead = { size = 12 } }\n"
                         "  expect(d:score \"fit\"):is(70)\n"
                         "end)\n"
                         "it(\"stage\", function()\n"
                         "  expect(decide({ lead = { size = 3 } }).stage):is \"nurture\"\n"
                         "end)\n"
                         "it(\"verdict\", function()\n"
                         "  local d = decide { lead = { size = 6 }, answers = { need = \"none\" } }\n"
                         "  expect(d:verdict \"worth_a_call\"):is \"pass\"\n"
                         "end)\n");
    assert_int_equal(seen.totals.failed, 3);
    assert_string_equal(seen.at[0].what, "expected 70, saw 40");
    assert_int_equal(seen.at[0].line, 5);
    assert_says(seen.at[0].report, "+40");
    assert_says(seen.at[0].report, "big  (rules.lua:5)");
    assert_says(seen.at[0].report, "unknown  software  (rules.lua:6)");
    assert_says(seen.at[0].report, "account.industry = not known");
    assert_string_equal(seen.at[1].what, "expected \"nurture\", saw \"suspect\"");
    assert_int_equal(seen.at[1].line, 8);
    assert_says(seen.at[1].report, "gate \"nurture\": fail");
    assert_says(seen.at[1].report, "lead.size = 3");
    assert_string_equal(seen.at[2].what, "expected \"pass\", saw \"fail\"");
    assert_says(seen.at[2].report, "need: no");
    assert_says(seen.at[2].report, "answer.need = none");
}

/* Each suite is wrong in one way; the first case of its kind must say so. */
static void test_suites_that_must_fail(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
        int line;
    } cases[] = {
        {HEAD "local x = 1\n", "small_test.lua holds no test", 1},
        {HEAD "it(\"a\", function() leaked = 1 end)\n", "\"leaked\" would be a global variable", 3},
        {HEAD "it(\"a\", function() end)\n", "the test expects nothing", 3},
        {HEAD "it(\"a\", function() expect(1):is(1)\n", "'end' expected", 4},
        {HEAD "error \"the file is broken\"\n", "the file is broken", 3},
        {HEAD "it(\"a\", function() expect(1):equals(1) end)\n", "expect(…) has no \"equals\"", 3},
        {HEAD "it(\"a\", function() expect(\"x\"):at_least(1) end)\n",
         "at_least compares numbers, but saw \"x\"", 3},
        {HEAD "it(\"a\", function() it(\"b\", function() end) end)\n", "it belongs into describe or the file",
         3},
        {HEAD "it(\"a\", function() expect({ 1, { 2 } }):is { 1, { 3 } } end)\n",
         "expected { 1, { 3 } }, saw { 1, { 2 } }", 3},
        {HEAD "it(\"a\", function() expect(1):is(\"1\") end)\n", "expected \"1\", saw 1", 3},
        {HEAD "it(\"a\", function() expect({ 1 }):is { 1, 2 } end)\n", "expected { 1, 2 }, saw { 1 }", 3},
        {HEAD "it(\"a\", function()\n  local s = require \"assay.store\"\n  s.lead(1)\nend)\n",
         "the store cannot be used in a rule test", 5},
        {HEAD "it(\"a\", function()\n  local d = decide {}\n  expect(d.score \"fit\"):is(0)\nend)\n",
         "with a colon", 5},
        {HEAD "it(\"a\", function() expect(decide({}).stag):is(0) end)\n", "a decision has no \"stag\"", 3},
        {HEAD "it(\"a\", function() expect(decide({}):score \"fti\"):is(0) end)\n",
         "the model has no score \"fti\"", 3},
        {HEAD "it(\"a\", function() expect(decide({}):verdict \"nurtur\"):is(0) end)\n",
         "the model has no gate \"nurtur\"", 3},
        {HEAD "it(\"a\", function() expect(decide({}):points \"bigg\"):is(0) end)\n",
         "the model has no rule \"bigg\"", 3},
        {HEAD "it(\"a\", function() decide { leed = {} } end)\n", "decide knows no \"leed\"", 3},
        {HEAD "it(\"a\", function() decide { lead = { siez = 1 } } end)\n", "a lead has no field \"siez\"",
         3},
        {HEAD "it(\"a\", function() decide { lead = { size = \"big\" } } end)\n", "lead.size", 3},
        {HEAD "it(\"a\", function() decide { lead = { size = false } } end)\n",
         "lead.size is an integer and cannot be a boolean", 3},
        {HEAD "it(\"a\", function() decide { answers = { nead = \"none\" } } end)\n",
         "there is no answer \"nead\"", 3},
        {HEAD "it(\"a\", function() decide { answers = { need = \"maybe\" } } end)\n",
         "answers.need: \"maybe\" is not one of the choices", 3},
        {HEAD "it(\"a\", function() decide { consents = { emial = \"granted\" } } end)\n",
         "there is no channel \"emial\": did you mean \"email\"?", 3},
        {HEAD "it(\"a\", function() decide { touches = { { \"cal\", \"1d ago\" } } } end)\n",
         "there is no channel \"cal\": did you mean \"call\"?", 3},
        {HEAD "test.ti(\"a\", function() end)\n", "assay.test has no \"ti\"", 3},
        {HEAD "it(\"a\", function() decide { events = { { \"paeg\" } } } end)\n",
         "there is no event \"paeg\"", 3},
        {HEAD "it(\"a\", function() decide { events = { { \"page\", \"soon\" } } } end)\n",
         "the time of an event is no time: \"soon\"", 3},
        {HEAD
         "it(\"a\", function() decide { events = { { \"page\", \"1d ago\", colour = \"red\" } } } end)\n",
         "the event page has no property \"colour\"", 3},
        {HEAD "it(\"a\", function() decide { feeds = { web = \"stale\" } } end)\n",
         "there is no feed or event kind \"web\"", 3},
        {HEAD "it(\"a\", function() decide { prior = { stage = \"nurtured\" } } end)\n",
         "there is no stage \"nurtured\"", 3},
        {HEAD "it(\"a\", function() decide { prior = { big = { stage = \"nurture\" } } } end)\n",
         "this pack has no model \"big\"", 3},
        {HEAD "it(\"a\", function() decide { group = { {} } } end)\n", "a group needs an account", 3},
        {HEAD "it(\"a\", function() decide { at = \"tomorrow\" } end)\n", "at must be a date or a time", 3},
        {HEAD "it(\"a\", function() decide { consents = { email = \"yes\" } } end)\n", "a consent is granted",
         3},
        {HEAD "it(\"a\", function() decide { users = { { \"sam\", total = 3 } } } end)\n",
         "a user knows no \"total\"", 3},
        {HEAD "it(\"a\", function() decide { touches = { { \"email\", \"1d ago\", aks = 1 } } } end)\n",
         "a touch knows no \"aks\"", 3},
        {HEAD "it(\"a\", function() decide { answers = { need = { \"none\", form = 1 } } } end)\n",
         "an answer knows no \"form\"", 3},
        {HEAD "it(\"a\", function() decide(5) end)\n", "decide takes a table", 3},
        {HEAD "it(\"a\", function() expect(os.time()):is(0) end)\n", "\"os\" does not exist in rules", 3},
        {HEAD "it(\"a\", function() io.open(\"x\") end)\n", "\"io\" does not exist in rules", 3},
        {HEAD "it(\"a\", function() expect(math.random()):is(0) end)\n",
         "\"math.random\" does not exist in rules", 3},
        {HEAD "it(\"a\", function() expect(1):is(1) end, 5)\n", "write it(\"name\", function() … end)", 3},
        {HEAD "it(\"a\", { tag = \"slow\" }, function() end)\n", "it knows no \"tag\"", 3},
        {HEAD "test.clock.set \"soon\"\n", "the clock must be a date or a time", 3},
        {HEAD "it(\"a\", function() test.clock.advance \"a while\" end)\n",
         "\"a while\" is no length of time", 3},
        {HEAD "it(\"a\", function() test.stub({}, \"send\") end)\n", "there is no \"send\" to stand for", 3},
        {HEAD "it(\"a\", function() test.stub(nil, \"send\") end)\n", "stub replaces an entry of a table", 3},
        {HEAD "it(\"a\", function() local s = test.spy(2) s(3) expect(s:had(4)):is_true() end)\n",
         "expected true, saw false", 3},
        {HEAD "test.for_all { case = 1 } (\"a\", function() end)\n", "for_all knows no \"case\"", 3},
        {HEAD "test.for_all { without = { \"leed\" } } (\"a\", function() end)\n",
         "without: a generated lead has no \"leed\"", 3},
        {HEAD "test.for_all {} (\"a\", function() end)\n", "the property expects nothing", 3},
        {HEAD "test.for_all { cases = 3 } (\"a\", function() test.assume(false) end)\n",
         "0 of 60 generated leads meet what the property assumes", 3},
        {HEAD "test.for_all {} (\"a\", function(case) case.lead.siez = 1 decide(case) end)\n",
         "a lead has no field \"siez\"", 3},
        {HEAD "local n = 0\ntest.for_all {} (\"a\", function() n = n + 1 expect(n):is_not(5) end)\n",
         "the property holds on some tries and fails on others", 4},
        {HEAD "require(\"assay.properties\").age_never_raises { but = {} }\n", "a property knows no \"but\"",
         3},
        {HEAD "require(\"assay.properties\").age_never_raises { except = { \"bigg\" } }\n",
         "the pack has no rule or gate \"bigg\"", 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        run_text(&seen, cases[i].text);
        if (seen.totals.failed != 1 || strstr(seen.at[0].what, cases[i].says) == NULL ||
            seen.at[0].line != cases[i].line)
            fail_msg("%s\nfailed %u, said \"%s\" at line %d, not \"%s\" at line %d",
                     cases[i].text + strlen(HEAD), seen.totals.failed, seen.at[0].what, seen.at[0].line,
                     cases[i].says, cases[i].line);
    }
}

static void test_a_budget_ends_one_test_only(void **state)
{
    (void)state;
    struct seen seen;
    struct as_error error = AS_ERROR_INIT;
    struct file file = {"small_test.lua", HEAD "it(\"hangs\", function() while true do end end)\n"
                                               "it(\"hides it\", function()\n"
                                               "  while true do pcall(function() while true do end end) end\n"
                                               "end)\n"
                                               "it(\"lives\", function() expect(1):is(1) end)\n"};
    assert_int_equal(run(&seen, &file, 1, (struct as_test_options){.steps = 100000}, &error), AS_OK);
    assert_int_equal(seen.totals.failed, 2);
    assert_int_equal(seen.totals.passed, 1);
    assert_int_equal(seen.at[0].why, AS_ERR_STOPPED);
    assert_says(seen.at[0].what, "budget of steps");
    assert_int_equal(seen.at[0].line, 3);
    assert_int_equal(seen.at[1].why, AS_ERR_STOPPED);
    assert_int_equal(seen.at[1].line, 5);
    assert_int_equal(seen.at[2].status, AS_TEST_PASSED);
}

static void test_hooks_run_around_every_test(void **state)
{
    (void)state;
    struct seen seen;
    run_text(&seen, HEAD "local log = \"\"\n"
                         "test.before_each(function() log = log .. \"a\" end)\n"
                         "test.after_each(function() log = log .. \"z\" end)\n"
                         "describe(\"inner\", function()\n"
                         "  it(\"fails\", function() expect(1):is(2) end)\n"
                         "  test.before_each(function() log = log .. \"b\" end)\n"
                         "  test.after_each(function() log = log .. \"y\" end)\n"
                         "end)\n"
                         "it(\"sees them\", function() expect(log):is \"abyza\" end)\n");
    assert_int_equal(seen.totals.failed, 1);
    assert_int_equal(seen.totals.passed, 1);
    run_text(&seen, HEAD "test.after_each(function() error \"cannot tidy up\" end)\n"
                         "it(\"fails by its hook\", function() expect(1):is(1) end)\n");
    assert_int_equal(seen.totals.failed, 1);
    assert_says(seen.at[0].what, "cannot tidy up");
}

static void test_rows_pending_and_filter(void **state)
{
    (void)state;
    struct seen seen;
    struct as_error error = AS_ERROR_INIT;
    struct file file = {
        "small_test.lua",
        HEAD "test.each { [\"b wide\"] = { size = 6 }, [\"a narrow\"] = { size = 2 } }\n"
             "(\"stands\", function(row) expect(decide({ lead = row }).stage):is_not \"won\" end)\n"
             "test.each { { \"first\", 1 }, { \"second\", 2 } } (\"row\", function(row, name)\n"
             "  expect(name):is(row[1])\n"
             "end)\n"
             "it \"is to be written\"\n"
             "test.pending \"as is this\"\n"};
    assert_int_equal(run(&seen, &file, 1, (struct as_test_options){0}, &error), AS_OK);
    assert_int_equal(seen.totals.passed, 4);
    assert_int_equal(seen.totals.pending, 2);
    assert_string_equal(seen.at[0].name, "stands: a narrow");
    assert_string_equal(seen.at[3].name, "row: second");
    assert_int_equal(run(&seen, &file, 1, (struct as_test_options){.filter = "ROW: S"}, &error), AS_OK);
    assert_int_equal(seen.totals.passed, 1);
    assert_int_equal(seen.totals.left_out, 5);
}

/* The primitives are there in rule functions, which see the lists of their pack, and in tests. */
static void test_primitives_in_functions_and_tests(void **state)
{
    (void)state;
    static const char pack[] =
        "return require \"assay.pack\" \"p\" { owner = \"a@b.example\", rules = { \"r\" },\n"
        "  lists = { rivals = \"lists/rivals.txt\" } }\n";
    static const char rules[] =
        "local q = require \"assay.qualification\"\n"
        "local score = require \"assay.score\"\n"
        "local m = q.model \"p\"\n"
        "local fit = m:score \"fit\"\n"
        "fit:rule \"rival\" { points = function(l)\n"
        "  if l.company and score.in_list(l.company, \"rivals\") then return -20 end\n"
        "  return score.half_life(10, 14, \"14d\")\n"
        "end }\n"
        "return m\n";
    static const char test[] =
        HEAD "local score = require \"assay.score\"\n"
             "it(\"knows the list\", function()\n"
             "  expect(score.in_list({ \"ACME\", \"other\" }, \"rivals\")):is { true, false }\n"
             "  expect(decide({ lead = { company = \"Acme\" } }):points \"rival\"):is(-20)\n"
             "  expect(decide({ lead = { company = \"Beta\" } }):points \"rival\"):is(5)\n"
             "  expect(function() score.in_list(\"x\", \"rivls\") end):fails_with \"did you mean\"\n"
             "end)\n";
    struct seen seen = {0};
    struct as_error error = AS_ERROR_INIT;
    struct as_source source;
    as_source_init(&source);
    as_source_add(&source, "pack.lua", as_str_of(pack), &error);
    as_source_add(&source, "r.lua", as_str_of(rules), &error);
    as_source_add(&source, "r_test.lua", as_str_of(test), &error);
    as_source_add(&source, "lists/rivals.txt", AS_STR("acme\n"), &error);
    assert_int_equal(as_source_seal(&source, &error), AS_OK);
    struct as_test_options options = {.each = see, .context = &seen};
    if (as_tests_run(&seen.totals, &source, &options, &error) != AS_OK)
        fail_msg("%s:%d: %s", error.file, error.line, error.what);
    as_source_free(&source);
    if (seen.totals.passed != 1)
        fail_msg("line %d: %s\n%s", seen.at[0].line, seen.at[0].what, seen.at[0].report);
}

static void test_files_share_nothing(void **state)
{
    (void)state;
    struct seen seen;
    struct as_error error = AS_ERROR_INIT;
    static const char uses[] = HEAD "local counter = require \"counter\"\n"
                                    "it(\"is fresh\", function()\n"
                                    "  counter.n = counter.n + 1\n"
                                    "  expect(counter.n):is(1)\n"
                                    "end)\n";
    struct file files[] = {{"counter.lua", "return { n = 0 }\n"}, {"a_test.lua", uses}, {"b_test.lua", uses}};
    assert_int_equal(run(&seen, files, 3, (struct as_test_options){0}, &error), AS_OK);
    if (seen.totals.passed != 2)
        fail_msg("%s: %s", seen.at[0].file, seen.at[0].what);
    assert_int_equal(seen.totals.files, 2);
}

static void test_the_clock_is_what_the_test_says(void **state)
{
    (void)state;
    struct seen seen;
    run_text(&seen, HEAD
             "it(\"ages\", function()\n"
             "  local events = { { \"page\", \"2026-03-01T23:00:00Z\" } }\n"
             "  expect(decide({ events = events }):score \"interest\"):is(10)\n"
             "  expect(decide({ events = events, at = \"2026-03-08\" }):score \"interest\"):is(5)\n"
             "  expect(decide({ events = events, at = \"2026-03-01T22:59:59Z\" }):score \"interest\"):is(0)\n"
             "end)\n");
    if (seen.totals.passed != 1)
        fail_msg("line %d: %s\n%s", seen.at[0].line, seen.at[0].what, seen.at[0].report);
}

static void test_a_pack_without_tests_or_sense(void **state)
{
    (void)state;
    struct seen seen;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(run(&seen, NULL, 0, (struct as_test_options){0}, &error), AS_ERR_MISSING);
    assert_says(error.what, "has no tests");
    as_error_clear(&error);
    struct as_source source;
    as_source_init(&source);
    as_source_add(
        &source, "pack.lua",
        as_str_of("return require \"assay.pack\" \"p\" { owner = \"a@b.example\", rules = { \"r\" } }"),
        &error);
    as_source_add(&source, "r.lua",
                  as_str_of("local q = require \"assay.qualification\"\nlocal x = q.lead.titel\nreturn x\n"),
                  &error);
    as_source_add(&source, "r_test.lua", AS_STR("x"), &error);
    as_source_seal(&source, &error);
    struct as_test_options options = {.each = see, .context = &seen};
    assert_int_not_equal(as_tests_run(&seen.totals, &source, &options, &error), AS_OK);
    assert_says(error.what, "titel");
    assert_int_equal(error.line, 2);
    as_source_free(&source);
}

/* What a test can read of a decision is documented where authors look, word for word. */
static void test_every_reading_is_documented(void **state)
{
    (void)state;
    enum { ROOM = 64 * 1024 };
    char *page = calloc(1, ROOM);
    assert_non_null(page);
    FILE *file = fopen(ASSAY_SOURCE_DIR "/rules/TESTING.md", "r");
    assert_non_null(file);
    assert_true(fread(page, 1, ROOM - 1, file) > 0);
    fclose(file);
    size_t n;
    const struct as_readings *const *parts = as_decision_readings(&n);
    for (size_t part = 0; part < n; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            const struct as_reading *reading = &parts[part]->at[i];
            char row[512];
            snprintf(row, sizeof row, "| `%s` | %s |", reading->signature, reading->text);
            assert_says(page, row);
        }
    free(page);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_suite_that_holds),
        cmocka_unit_test(test_a_wrong_expectation_shows_the_rules),
        cmocka_unit_test(test_suites_that_must_fail),
        cmocka_unit_test(test_a_budget_ends_one_test_only),
        cmocka_unit_test(test_hooks_run_around_every_test),
        cmocka_unit_test(test_rows_pending_and_filter),
        cmocka_unit_test(test_primitives_in_functions_and_tests),
        cmocka_unit_test(test_files_share_nothing),
        cmocka_unit_test(test_the_clock_is_what_the_test_says),
        cmocka_unit_test(test_a_pack_without_tests_or_sense),
        cmocka_unit_test(test_every_reading_is_documented),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
