/* The library of rule tests: every public name has its text, and every example holds as a rule test of the
 * pack `inbound`. */
#include "base/text.h"
#include "bind/manual/library_text.h"
#include "bind/trial/test_runner.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const char HEAD[] =
    "local test = require \"assay.test\"\n"
    "local properties = require \"assay.properties\"\n"
    "local describe, it, each, for_all = test.describe, test.it, test.each, test.for_all\n"
    "local expect, decide = test.expect, test.decide\n"
    "local _ = { describe, it, each, for_all, expect, decide, properties }\n";
/* What an example that is no test of its own may speak of. */
static const char LEAD[] =
    "local d = decide { lead = { title = \"Head of Operations\", job_level = \"director\" },\n"
    "  account = { industry = \"Logistics\", employees = 900, domain = \"acme.example\", type = \"prospect\" "
    "} }\n"
    "expect(d.stage):is \"nurture\"\n";

struct seen {
    char said[2048];
};

static enum as_status see(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct seen *seen = context;
    (void)error;
    if (result->status == AS_TEST_FAILED)
        snprintf(seen->said, sizeof seen->said, "%s: %s\n%s", result->name, result->error->what,
                 result->report);
    return AS_OK;
}

/* The pack `inbound` with one test file alone. */
static void source_of(struct as_source *source, const char *test)
{
    struct as_source whole;
    struct as_error error = AS_ERROR_INIT;
    as_source_init(source);
    as_source_init(&whole);
    assert_int_equal(as_source_read(&whole, ASSAY_SOURCE_DIR "/rules/inbound", &error), AS_OK);
    for (uint32_t i = 0; i < whole.files.n; i++)
        if (as_source_part(whole.files.at[i].name) == AS_PART_RULES)
            assert_int_equal(as_source_add(source, whole.files.at[i].name, whole.files.at[i].bytes, &error),
                             AS_OK);
    assert_int_equal(as_source_add(source, "example_test.lua", as_str_of(test), &error), AS_OK);
    assert_int_equal(as_source_seal(source, &error), AS_OK);
    as_source_free(&whole);
}

static bool is_test(const char *example)
{
    static const char *const words[] = {"it(", "it \"", "each {", "for_all ", "pending", "properties."};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strncmp(example, words[i], strlen(words[i])) == 0)
            return true;
    return strstr(example, "\nit(") != NULL || strstr(example, "  it(") != NULL ||
           strncmp(example, "test.pending", strlen("test.pending")) == 0;
}

static void run_example(const struct as_library_entry *entry)
{
    struct as_buf text = {0};
    struct as_source source;
    struct as_error error = AS_ERROR_INIT;
    struct as_test_totals totals;
    struct seen seen = {""};
    struct as_test_options options = {.each = see, .context = &seen};
    as_buf_text(&text, HEAD);
    if (is_test(entry->example))
        as_buf_printf(&text, "%s\n", entry->example);
    else
        as_buf_printf(&text, "it(\"example\", function()\n%s%s\nend)\n", LEAD, entry->example);
    source_of(&source, as_buf_c(&text));
    if (as_tests_run(&totals, &source, &options, &error) != AS_OK)
        fail_msg("%s: %s:%d: %s", entry->name, error.file, error.line, error.what);
    if (totals.failed > 0 || totals.passed + totals.pending == 0)
        fail_msg("%s: %s\n%s", entry->name, seen.said, as_buf_c(&text));
    as_source_free(&source);
    as_buf_free(&text);
}

static void every_example_holds(void **state)
{
    (void)state;
    struct as_library_texts texts;
    struct as_error error = AS_ERROR_INIT;
    unsigned n = 0;
    assert_int_equal(as_library_texts_read(&texts, &error), AS_OK);
    for (uint32_t i = 0; i < texts.list.n; i++) {
        const struct as_library_entry *entry = &texts.list.at[i];
        if (!as_library_is_for_tests(entry->module) || entry->name == NULL)
            continue;
        if (entry->example == NULL)
            fail_msg("%s.%s has no example", entry->module, entry->name);
        run_example(entry);
        n++;
    }
    assert_true(n >= 40);
    as_library_texts_free(&texts);
}

/* The names come from inside, where the modules can be required. */
static void every_name_has_a_text(void **state)
{
    (void)state;
    static const char *const modules[] = {"assay.test", "assay.properties"};
    struct as_library_texts texts;
    struct as_error error = AS_ERROR_INIT;
    assert_int_equal(as_library_texts_read(&texts, &error), AS_OK);
    for (size_t m = 0; m < 2; m++) {
        char test[512];
        struct as_source source;
        struct as_test_totals totals;
        struct seen seen = {""};
        struct as_test_options options = {.each = see, .context = &seen};
        snprintf(test, sizeof test,
                 "local names = {}\nfor name in pairs(require \"%s\") do names[#names + 1] = name end\n"
                 "error(\"names: \" .. table.concat(names, \" \"))\n",
                 modules[m]);
        source_of(&source, test);
        assert_int_equal(as_tests_run(&totals, &source, &options, &error), AS_OK);
        char *names = strstr(seen.said, "names: ");
        assert_non_null(names);
        unsigned n = 0;
        for (char *rest, *name = strtok_r(names + strlen("names: "), " \n", &rest); name != NULL;
             name = strtok_r(NULL, " \n", &rest), n++) {
            bool found = false;
            for (uint32_t i = 0; i < texts.list.n; i++)
                found = found || (strcmp(texts.list.at[i].module, modules[m]) == 0 &&
                                  texts.list.at[i].name != NULL && strcmp(texts.list.at[i].name, name) == 0);
            if (!found)
                fail_msg("%s.%s has no text", modules[m], name);
        }
        assert_true(n >= 10);
        as_source_free(&source);
    }
    as_library_texts_free(&texts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_example_holds),
        cmocka_unit_test(every_name_has_a_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
