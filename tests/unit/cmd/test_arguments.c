/* The option parser and the help that is written from the same tables. */
#include "cmd/line/command.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const char *const formats[] = {"csv", "ndjson", NULL};
static const char *const kinds[] = {"leads", "events", NULL};
static const struct as_option globals[] = {
    {.name = "db", .kind = AS_OPTION_TEXT, .value = "FILE", .text = "the database"},
    {.name = "help", .letter = 'h', .kind = AS_OPTION_FLAG, .text = "help"},
    {0},
};
static const struct as_option take_options[] = {
    {.name = "map", .kind = AS_OPTION_TEXT, .value = "FILE", .text = "mapping"},
    {.name = "pack", .letter = 'p', .kind = AS_OPTION_LIST, .value = "DIR", .text = "packs"},
    {.name = "limit", .kind = AS_OPTION_INT, .value = "N", .text = "most", .least = 1, .most = 100},
    {.name = "days", .kind = AS_OPTION_INT, .value = "N", .text = "any number"},
    {.name = "format", .kind = AS_OPTION_CHOICE, .value = "FORMAT", .text = "form", .choices = formats},
    {.name = "clear-empty", .kind = AS_OPTION_FLAG, .text = "clear"},
    {0},
};
static const struct as_positional take_positionals[] = {
    {.name = "KIND", .text = "what", .choices = kinds},
    {.name = "FILE", .text = "which file"},
    {.name = "MORE", .text = "more files", .optional = true, .repeats = true},
    {0},
};
static const char *const take_examples[] = {"assay take leads leads.csv", NULL};
static const struct as_command take = {
    .name = "take",
    .group = AS_GROUP_DATA,
    .summary = "take something in",
    .text = "First paragraph.\n\nSecond.",
    .positionals = take_positionals,
    .options = take_options,
    .examples = take_examples,
};
static const struct as_command idle = {.name = "idle", .group = AS_GROUP_HOUSE, .summary = "do nothing"};
static const struct as_command *const commands[] = {&take, &idle, NULL};

/* Splits a line at blanks; long enough for these tests. */
struct line {
    char text[256];
    char *words[32];
    int n;
};

static enum as_status parse(struct as_arguments *out, struct line *line, const char *text,
                            struct as_error *error)
{
    snprintf(line->text, sizeof line->text, "%s", text);
    line->n = 0;
    char *rest = line->text;
    for (char *word = strsep(&rest, " "); word; word = strsep(&rest, " "))
        line->words[line->n++] = word;
    *error = AS_ERROR_INIT;
    return as_arguments_parse(out, commands, globals, line->n, line->words, error);
}

static void options_are_read_in_every_usual_form(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "take leads a.csv --map m.json --pack x --pack y --limit 7 --db z.db",
        "--db z.db take --map=m.json -p x -py leads --limit=7 a.csv",
        "take --limit 3 --map old leads --map m.json a.csv --pack=x --pack=y --db=z.db --limit 7",
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct as_arguments a;
        struct line line;
        struct as_error error;
        assert_int_equal(parse(&a, &line, lines[i], &error), AS_OK);
        assert_ptr_equal(a.command, &take);
        assert_string_equal(as_given_text(&a, "KIND"), "leads");
        assert_string_equal(as_given_text(&a, "FILE"), "a.csv");
        assert_string_equal(as_given_text(&a, "map"), "m.json");
        assert_string_equal(as_given_text(&a, "db"), "z.db");
        assert_int_equal(as_given_int(&a, "limit", 50), 7);
        assert_int_equal(as_given_int(&a, "days", 50), 50);
        struct as_texts packs = as_given_texts(&a, "pack");
        assert_int_equal(packs.n, 2);
        assert_string_equal(packs.at[0], "x");
        assert_string_equal(packs.at[1], "y");
        assert_false(as_given(&a, "clear-empty"));
        assert_null(as_given_text(&a, "format"));
        assert_int_equal(as_given_texts(&a, "MORE").n, 0);
        as_arguments_free(&a);
    }
}

static void two_dashes_end_the_options(void **state)
{
    (void)state;
    struct as_arguments a;
    struct line line;
    struct as_error error;
    assert_int_equal(parse(&a, &line, "take leads -- --map -x -", &error), AS_OK);
    assert_string_equal(as_given_text(&a, "FILE"), "--map");
    assert_int_equal(as_given_texts(&a, "MORE").n, 2);
    assert_false(as_given(&a, "map"));
    as_arguments_free(&a);
    assert_int_equal(parse(&a, &line, "take leads -", &error), AS_OK);
    assert_string_equal(as_given_text(&a, "FILE"), "-");
    as_arguments_free(&a);
    assert_int_equal(parse(&a, &line, "take leads f --days -3", &error), AS_OK);
    assert_int_equal(as_given_int(&a, "days", 0), -3);
    as_arguments_free(&a);
}

static void what_is_wrong_is_named_with_what_was_meant(void **state)
{
    (void)state;
    static const struct {
        const char *line, *what, *advice;
    } wrong[] = {
        {"tkae leads x", "tkae", "did you mean \"take\"?"},
        {"frobnicate", "frobnicate", "assay --help"},
        {"", "no command", "assay --help"},
        {"take leads x --mpa m", "--mpa", "did you mean \"--map\"?"},
        {"take leads x --zzzzzz", "--zzzzzz", "assay take --help"},
        {"--limit 3 take leads x", "--limit", "assay --help"},
        {"take leads x -z", "-z", "assay take --help"},
        {"take lead x", "KIND cannot be \"lead\"", "did you mean \"leads\"?"},
        {"take stones x", "KIND cannot be \"stones\"", "leads or events"},
        {"take leads x --format xml", "--format cannot be \"xml\"", "csv or ndjson"},
        {"take leads x --format cvs", "--format", "did you mean \"csv\"?"},
        {"take leads x --limit 0", "--limit", "from 1 to 100"},
        {"take leads x --limit 101", "--limit", "from 1 to 100"},
        {"take leads x --limit seven", "--limit", "whole number"},
        {"take leads x --map", "--map needs a value", "FILE"},
        {"take leads x --clear-empty=yes", "--clear-empty takes no value", "alone"},
        {"take leads", "needs FILE", "for example: assay take leads leads.csv"},
        {"take", "needs KIND", "for example"},
        {"idle now", "no use for \"now\"", "assay idle --help"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        struct as_arguments a;
        struct line line;
        struct as_error error;
        if (wrong[i].line[0] == '\0') {
            error = AS_ERROR_INIT;
            assert_int_equal(as_arguments_parse(&a, commands, globals, 0, NULL, &error), AS_ERR_USAGE);
        } else {
            assert_int_equal(parse(&a, &line, wrong[i].line, &error), AS_ERR_USAGE);
        }
        if (!strstr(error.what, wrong[i].what) || !strstr(error.advice, wrong[i].advice))
            fail_msg("%s: %s / %s", wrong[i].line, error.what, error.advice);
        as_arguments_free(&a);
    }
}

static void help_excuses_what_is_missing(void **state)
{
    (void)state;
    static const char *const lines[] = {"--help", "take --help", "take leads -h", "--help take"};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct as_arguments a;
        struct line line;
        struct as_error error;
        assert_int_equal(parse(&a, &line, lines[i], &error), AS_OK);
        assert_true(as_given(&a, "help"));
        as_arguments_free(&a);
    }
}

static char *help_text(const struct as_command *command)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    as_command_help(&(struct as_terminal){.out = out}, command, commands, globals);
    fclose(out);
    return text;
}

static void help_names_everything_in_the_tables(void **state)
{
    (void)state;
    char *text = help_text(&take);
    static const char *const said[] = {"usage: assay take KIND FILE [MORE…] [options]",
                                       "First paragraph.\n\nSecond.",
                                       "what (leads, events)",
                                       "--map FILE",
                                       "-p, --pack DIR",
                                       "form (csv, ndjson)",
                                       "--clear-empty",
                                       "--db FILE",
                                       "assay take leads leads.csv"};
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        if (!strstr(text, said[i]))
            fail_msg("help does not say \"%s\":\n%s", said[i], text);
    free(text);
    text = help_text(NULL);
    assert_non_null(strstr(text, "take something in"));
    assert_non_null(strstr(text, "do nothing"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_are_read_in_every_usual_form),
        cmocka_unit_test(two_dashes_end_the_options),
        cmocka_unit_test(what_is_wrong_is_named_with_what_was_meant),
        cmocka_unit_test(help_excuses_what_is_missing),
        cmocka_unit_test(help_names_everything_in_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
