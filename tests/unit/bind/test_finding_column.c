/* Finding columns: the words that a message names are found on their line, counted in characters. */
#include "bind/language/finding_column.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const char lua[] = "local x = 1 -- \"fit\" in a comment is no fit\n"
                          "fit:rule \"größe\" { points = 5, when = lead.title:known() } -- ß\n"
                          "  é(\"a\", lead.titel)\n"
                          "\n"
                          "m:gate 'sales_ready' { criteria = { one = [[\n"
                          "two]] } }\n";

/* Every row: a line and a message, and the column that a person would point at. */
static const struct {
    const char *what, *file, *message;
    int line, column;
} rows[] = {
    {"a quoted text", "rules.lua", "rule \"größe\" never holds", 2, 10},
    {"characters are counted, not bytes", "rules.lua", "rule \"größe\": \"points\"", 2, 10},
    {"behind characters of two bytes", "rules.lua", "\"when\" is odd", 2, 32},
    {"the first of the quoted words that stands there", "rules.lua", "\"nowhere\" and \"points\"", 2, 20},
    {"a name behind a dot", "rules.lua", "there is no lead.titel", 3, 15},
    {"a quoted word wins over a dotted one", "rules.lua", "lead.titel beside \"a\"", 3, 5},
    {"no word of the message: the first of the line", "rules.lua", "nothing of this", 3, 3},
    {"a comment is no place", "rules.lua", "\"fit\"", 1, 1},
    {"in single quotes", "rules.lua", "gate \"sales_ready\"", 5, 8},
    {"a quote that never ends", "rules.lua", "he said \"points", 2, 1},
    {"a line without anything", "rules.lua", "\"x\"", 4, 0},
    {"a line behind the end", "rules.lua", "\"x\"", 99, 0},
    {"the pack as a whole", "rules.lua", "\"x\"", 0, 0},
    {"no Lua", "lists/fit.txt", "\"fit\"", 1, 0},
    {"a file that the pack lacks", "other.lua", "\"fit\"", 1, 0},
};

static void words_are_found(void **state)
{
    (void)state;
    struct as_source source;
    struct as_findings findings = {0};
    struct as_error error = AS_ERROR_INIT;
    as_source_init(&source);
    assert_int_equal(as_source_add(&source, "rules.lua", as_str_of(lua), &error), AS_OK);
    assert_int_equal(as_source_add(&source, "lists/fit.txt", AS_STR("fit\n"), &error), AS_OK);
    assert_int_equal(as_source_seal(&source, &error), AS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        as_findings_add(&findings, AS_FINDING_LOAD, (struct as_position){rows[i].file, rows[i].line}, NULL,
                        "%s", rows[i].message);
    assert_int_equal(findings.list.n, sizeof rows / sizeof *rows);
    assert_int_equal(as_finding_columns(&findings, &source, &error), AS_OK);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (findings.list.at[i].column != rows[i].column)
            fail_msg("%s: column %d, not %d", rows[i].what, findings.list.at[i].column, rows[i].column);
    as_findings_free(&findings);
    as_source_free(&source);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_found)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
