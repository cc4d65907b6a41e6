/* What rule tests read beside stages and scores: effects, tiers, the clock; and what spies saw. Each case
 * here is a rule test that holds; that such tests can fail is test_test_runner's. */
#include "bind/trial/test_runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char PACK[] =
    "return require \"assay.pack\" \"p\" { owner = \"a@b.example\", rules = { \"rules\" },\n"
    "  fields = { lead = { title = \"text\" }, account = { worth = \"money\", spread = \"number\" } },\n"
    "  permits = { http = { \"https://crm.example/\" } },\n"
    "  destinations = { crm = { url = \"https://crm.example/hook\" } } }\n";
static const char RULES[] =
    "local q = require \"assay.qualification\"\n"
    "local abm = require \"assay.accounts\"\n"
    "local n = require \"assay.nurturing\"\n"
    "local effects = require \"assay.effects\"\n"
    "local on, effect = effects.on, effects.effect\n"
    "local m = q.model \"p\"\n"
    "local fit = m:score \"fit\"\n"
    "fit:rule \"boss\" { points = 30, when = q.lead.title:is \"Boss\" }\n"
    "m:gate \"nurture\" { criteria = { title = q.lead.title:known() } }\n"
    "on.enter \"nurture\" {\n"
    "  effect.webhook \"new here\" { to = \"crm\", data = { title = q.lead.title, fit = m.fit, n = 3,\n"
    "    loud = function(l) return l.title:upper() end } },\n"
    "  effect.task \"call\" { role = \"sdr\", due = \"4h\", when = q.lead.title:is \"Boss\",\n"
    "    text = function(l) return \"call the \" .. l.title end },\n"
    "}\n"
    "abm.segment { value = q.account.worth, diversity = q.account.spread, homogeneous = 0.3, very_high_value "
    "= 500, low_value = 50 }\n"
    "abm.tier \"large\" { when = q.account.worth:at_least(100) }\n"
    "abm.tier \"small\" { when = q.account.worth:at_least(10) }\n"
    "for _, name in ipairs { \"one\", \"two\", \"three\" } do\n"
    "  n.track(name) { n.step \"first\" { content = \"story\", wait = \"3d\" } }\n"
    "end\n"
    "return { m, abm, n }\n";

static const char TESTS[] =
    "local test = require \"assay.test\"\n"
    "local it, expect, decide = test.it, test.expect, test.decide\n"
    "it(\"entering a stage asks for its effects, with their data\", function()\n"
    "  local made = decide({ lead = { title = \"Boss\" }, at = \"2026-03-01T10:00:00Z\" }).effects\n"
    "  expect(#made):is(2)\n"
    "  expect(made[1]):is { kind = \"webhook\", name = \"new here\", to = \"crm\",\n"
    "                       data = { title = \"Boss\", fit = 30, n = 3, loud = \"BOSS\" } }\n"
    "  expect(made[2]):is { kind = \"task\", name = \"call\", role = \"sdr\", due = "
    "\"2026-03-01T14:00:00Z\",\n"
    "                       text = \"call the Boss\", data = {} }\n"
    "end)\n"
    "it(\"an effect whose condition does not hold is not asked for\", function()\n"
    "  expect(#decide({ lead = { title = \"Clerk\" } }).effects):is(1)\n"
    "end)\n"
    "it(\"a lead that stays asks for nothing\", function()\n"
    "  expect(decide({ lead = { title = \"Boss\" }, prior = { stage = \"nurture\" } }).effects):is {}\n"
    "end)\n"
    "it(\"a tier is the first that holds\", function()\n"
    "  expect(decide({ account = { worth = 100 } }).tier):is \"large\"\n"
    "  expect(decide({ account = { worth = 99 } }).tier):is \"small\"\n"
    "  expect(decide({ account = { worth = 9 } }).tier):is_nil()\n"
    "end)\n"
    "it(\"the clock moves when told\", function()\n"
    "  expect(test.clock.now()):is \"2026-03-01T23:59:59Z\"\n"
    "  test.clock.set \"2026-05-01T08:00:00Z\"\n"
    "  test.clock.advance \"2d\"\n"
    "  expect(test.clock.now()):is \"2026-05-03T08:00:00Z\"\n"
    "  local made = decide({ lead = { title = \"Boss\" } }).effects\n"
    "  expect(made[2].due):is \"2026-05-03T12:00:00Z\"\n"
    "end)\n"
    "it(\"and stands where it stood when the next test begins\", function()\n"
    "  expect(test.clock.now()):is \"2026-03-01T23:59:59Z\"\n"
    "end)\n"
    "it(\"of several stays the oldest counts, of equals that of the first track\", function()\n"
    "  local function track(one, two, three)\n"
    "    return decide({ lead = { title = \"Clerk\" }, prior = { stage = \"nurture\" },\n"
    "                    tracks = { one = { entered = one }, two = { entered = two }, three = { entered = "
    "three } } }).track\n"
    "  end\n"
    "  expect(track(\"9d ago\", \"7d ago\", \"8d ago\")):is \"one\"\n"
    "  expect(track(\"8d ago\", \"9d ago\", \"9d ago\")):is \"two\"\n"
    "  expect(track(\"8d ago\", \"7d ago\", \"9d ago\")):is \"three\"\n"
    "end)\n"
    "local own = { send = function() error \"sent\" end }\n"
    "it(\"a stub stands for a function\", function()\n"
    "  local send = test.stub(own, \"send\", function(to) return \"to \" .. to end)\n"
    "  expect(own.send \"ada\"):is \"to ada\"\n"
    "  expect(send:count()):is(1)\n"
    "  expect(send:arguments()[1]):is \"ada\"\n"
    "  expect(send:had \"eve\"):is_false()\n"
    "end)\n"
    "it(\"the network is what the test says\", function()\n"
    "  local net = test.http {\n"
    "    [\"GET https://e.example/c?domain=a%20b.example&n=2\"] = { status = 404 },\n"
    "    [\"PUT https://e.example/c\"] = { json = { id = 7 } },\n"
    "    [\"GET https://e.example/busy\"] = { status = 503 },\n"
    "  }\n"
    "  local none = net.get(\"https://e.example/c\", { query = { n = 2, domain = \"a b.example\" } })\n"
    "  expect(none.status):is(404)\n"
    "  expect(none.ok):is_false()\n"
    "  local put = net.request { method = \"PUT\", url = \"https://e.example/c\", json = { name = \"Acme\" } "
    "}\n"
    "  expect(put.json):is { id = 7 }\n"
    "  expect(put.body):is '{\"id\":7}'\n"
    "  local answer, _, how = net.get \"https://e.example/busy\"\n"
    "  expect(answer):is_nil()\n"
    "  expect(how):is \"status\"\n"
    "  expect(net.asked[2]):is { what = \"PUT https://e.example/c\", sent = { name = \"Acme\" } }\n"
    "end)\n"
    "it(\"until its test ends\", function()\n"
    "  expect(function() own.send \"ada\" end):fails_with \"sent\"\n"
    "end)\n";

static enum as_status see(void *context, const struct as_test_result *result, struct as_error *error)
{
    (void)context;
    (void)error;
    if (result->status == AS_TEST_FAILED)
        fail_msg("%s, line %d: %s\n%s", result->name, result->error->line, result->error->what,
                 result->report);
    return AS_OK;
}

static void what_tests_read_is_so(void **state)
{
    (void)state;
    struct as_source source;
    struct as_error error = AS_ERROR_INIT;
    struct as_test_totals totals;
    struct as_test_options options = {.each = see};
    as_source_init(&source);
    assert_int_equal(as_source_add(&source, "pack.lua", as_str_of(PACK), &error), AS_OK);
    assert_int_equal(as_source_add(&source, "rules.lua", as_str_of(RULES), &error), AS_OK);
    assert_int_equal(as_source_add(&source, "rules_test.lua", as_str_of(TESTS), &error), AS_OK);
    assert_int_equal(as_source_seal(&source, &error), AS_OK);
    if (as_tests_run(&totals, &source, &options, &error) != AS_OK)
        fail_msg("%s:%d: %s; %s", error.file, error.line, error.what, error.advice);
    assert_int_equal(totals.passed, 10);
    as_source_free(&source);
}

struct told {
    char what[AS_ERROR_WHAT];
    int line;
};

static enum as_status keep(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct told *told = context;
    (void)error;
    if (result->status == AS_TEST_FAILED) {
        snprintf(told->what, sizeof told->what, "%s", result->error->what);
        told->line = result->error->line;
    }
    return AS_OK;
}

/* Every word called the wrong way says how it is written, at the author's line. */
static void wrong_calls_say_how_it_is_written(void **state)
{
    (void)state;
    static const struct {
        const char *call, *says;
    } cases[] = {
        {"test.for_all(\"a score is low\", function() end)", "write for_all { cases = 100 }"},
        {"test.for_all()", "write for_all { cases = 100 }"},
        {"test.for_all {} (function() end)", "write for_all { cases = 100 }"},
        {"test.for_all {} \"nothing\"", "write for_all { cases = 100 }"},
        {"test.each(\"x\")", "write each { row, … }"},
        {"test.each { 1 } (\"no body\")", "write each { row, … }"},
        {"test.it(42)", "write it(\"name\", function() … end)"},
        {"test.it(\"a\", 42)", "write it(\"name\", function() … end)"},
        {"test.it(function() end)", "write it(\"name\", function() … end)"},
        {"test.describe \"a group\"", "write describe(\"name\", function() … end)"},
        {"test.describe(function() end)", "write describe(\"name\", function() … end)"},
        {"test.pending()", "write pending \"name\""},
        {"test.before_each \"x\"", "write before_each(function() … end)"},
        {"test.after_each()", "write after_each(function() … end)"},
        {"test.with(nil, {})", "write with(table, { entry = value })"},
        {"test.events \"page_view\"", "write events({ page_view = 3 }, \"2d ago\")"},
        {"test.decide \"x\"", "decide takes a table that describes a lead"},
        {"test.decide()", "decide takes a table that describes a lead"},
        {"local t = {}\ttest.decide { lead = t, account = t }", "stands for a lead and for an account"},
        {"test.decide { account = { spread = 0/0 } }", "account.spread is not finite"},
        {"test.decide { at = math.maxinteger }", "at lies beyond the year 9999"},
        {"test.decide { prior = { stage = \"nurture\", entered = math.mininteger } }",
         "entered lies beyond the year 9999"},
        {"test.decide { tracks = { four = {} } }", "this pack has no track \"four\""},
        {"test.decide { tracks = { one = 4 } }", "a place in track \"one\" must be a table"},
        {"test.clock.set()", "write clock.set \"2026-03-02\""},
        {"test.clock.advance(3)", "is no length of time"},
        {"test.http(5)", "write http { [\"GET https://enrich.example/companies\"]"},
        {"test.http { get = {} }", "an answer stands under its request"},
        {"test.http { [\"GET https://a.example/\"] = { code = 200 } }", "an answer knows no \"code\""},
        {"test.http { [\"GET https://a.example/\"] = { fails = \"sometimes\" } }",
         "fails says \"sometimes\""},
        {"test.it(\"a\", function() test.http({}).get \"https://a.example/\" end)",
         "the test gives no answer to \"GET https://a.example/\""},
        {"test.it(\"a\", function() require(\"assay.http\").get \"https://a.example/\" end)",
         "in a rule test"},
        {"test.it(\"a\", function() test.decide({}):contact(\"email\", nil, { question = 9 }) end)",
         "contact knows no \"question\""},
        {"test.it(\"a\", function() test.decide({}):contact(\"email\", nil, { questions = \"9\" }) end)",
         "questions is how many the touch asks"},
        {"test.it(\"a\", function() test.decide({}):contact(\"email\", nil, 9) end)",
         "how the touch is made is a table, not a number"},
        {"test.stub \"send\"", "stub replaces an entry of a table"},
        {"require(\"assay.properties\").all \"x\"", "write properties.all { cases = 100"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct as_source source;
        struct as_error error = AS_ERROR_INIT;
        struct as_test_totals totals;
        struct told told = {"", 0};
        struct as_test_options options = {.each = keep, .context = &told};
        char text[512];
        snprintf(text, sizeof text, "local test = require \"assay.test\"\n%s\n", cases[i].call);
        as_source_init(&source);
        as_source_add(&source, "pack.lua", as_str_of(PACK), &error);
        as_source_add(&source, "rules.lua", as_str_of(RULES), &error);
        as_source_add(&source, "rules_test.lua", as_str_of(text), &error);
        assert_int_equal(as_source_seal(&source, &error), AS_OK);
        assert_int_equal(as_tests_run(&totals, &source, &options, &error), AS_OK);
        if (totals.failed != 1 || told.line != 2 || strstr(told.what, cases[i].says) == NULL)
            fail_msg("%s: failed %u, line %d: %s", cases[i].call, totals.failed, told.line, told.what);
        as_source_free(&source);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_tests_read_is_so),
        cmocka_unit_test(wrong_calls_say_how_it_is_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
