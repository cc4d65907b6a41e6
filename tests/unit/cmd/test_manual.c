/* The tables of all commands: everything in them has its text, every example parses, and the manual and the
 * completion say all of it. */
#include "cmd/commands.h"
#include "cmd/line/context.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void every_row_has_its_text(void **state)
{
    (void)state;
    for (const struct as_command *const *c = as_commands(); *c; c++) {
        assert_true((*c)->name && (*c)->summary && (*c)->run && (*c)->examples && (*c)->examples[0]);
        assert_true((*c)->summary[0] >= 'a' && (*c)->summary[0] <= 'z');
        for (const struct as_option *o = (*c)->options; o && o->name; o++) {
            if (!o->text || !o->text[0] || (o->kind == AS_OPTION_FLAG) != !o->value ||
                (o->kind == AS_OPTION_CHOICE) != (o->choices != NULL))
                fail_msg("assay %s --%s is not whole", (*c)->name, o->name);
            for (const struct as_option *g = as_global_options(); g->name; g++)
                if (strcmp(g->name, o->name) == 0 || (g->letter && g->letter == o->letter))
                    fail_msg("assay %s --%s hides a global option", (*c)->name, o->name);
        }
        for (const struct as_positional *p = (*c)->positionals; p && p->name; p++)
            assert_true(p->text && p->text[0]);
    }
}

/* Words of a shell line: blanks separate, double and single quotes hold together, " #" ends, a pipe or ";"
 * begins anew. */
struct words {
    char text[512];
    char *at[64];
    int n;
};

static void split_line(struct words *words, const char *line)
{
    char *out = words->text;
    words->n = 0;
    for (const char *p = line; *p;) {
        while (*p == ' ')
            p++;
        if (*p == '#' || *p == '\0')
            break;
        if (*p == '|') {
            words->n = 0;
            p++;
            continue;
        }
        words->at[words->n++] = out;
        for (char quote = '\0'; *p && (quote || *p != ' '); p++) {
            if (!quote && (*p == '"' || *p == '\''))
                quote = *p;
            else if (*p == quote)
                quote = '\0';
            else
                *out++ = *p;
        }
        *out++ = '\0';
    }
}

static void every_example_parses(void **state)
{
    (void)state;
    for (const struct as_command *const *c = as_commands(); *c; c++)
        for (const char *const *example = (*c)->examples; *example; example++) {
            struct words words;
            const char *own = strstr(*example, "assay ");
            if (!own)
                fail_msg("\"%s\" is no example of assay", *example);
            /* Pipes into other programs and command substitution end the part that is ours. */
            char line[512];
            snprintf(line, sizeof line, "%s", own);
            line[strcspn(line, "|<>)")] = '\0';
            split_line(&words, line);
            struct as_arguments arguments;
            struct as_error error = AS_ERROR_INIT;
            enum as_status status = as_arguments_parse(&arguments, as_commands(), as_global_options(),
                                                       words.n - 1, words.at + 1, &error);
            if (status != AS_OK)
                fail_msg("%s: %s", *example, error.what);
            assert_ptr_equal(arguments.command, *c);
            as_arguments_free(&arguments);
        }
}

static char *printed(const char *form)
{
    char *text = NULL;
    size_t n = 0;
    FILE *out = open_memstream(&text, &n);
    assert_non_null(out);
    char *words[] = {(char *)"manual", (char *)form};
    assert_int_equal(as_command_main(as_commands(), 2, words, NULL, out, out), 0);
    fclose(out);
    return text;
}

static void the_manual_says_all_of_it(void **state)
{
    (void)state;
    char *manual = printed("man"), *completion = printed("bash");
    for (const struct as_command *const *c = as_commands(); *c; c++) {
        char title[128];
        snprintf(title, sizeof title, ".SS assay %s", (*c)->name);
        if (!strstr(manual, title) || !strstr(completion, (*c)->name))
            fail_msg("assay %s is missing", (*c)->name);
        for (const struct as_option *o = (*c)->options; o && o->name; o++) {
            snprintf(title, sizeof title, "--%s", o->name);
            if (!strstr(completion, title))
                fail_msg("assay %s --%s is not completed", (*c)->name, o->name);
        }
    }
    /* A line that begins with a dot is a request; ours are known. */
    static const char *const requests[] = {".TH ", ".SH ", ".SS ", ".PP", ".TP", ".B ", ".I ", ".nf", ".fi"};
    for (const char *line = manual; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        bool known = *line != '.';
        for (size_t i = 0; !known && i < sizeof requests / sizeof *requests; i++)
            known = strncmp(line, requests[i], strlen(requests[i])) == 0;
        assert_true(known);
    }
    free(manual);
    free(completion);
}

static void faults_become_exit_codes(void **state)
{
    (void)state;
    static const struct {
        const char *words[4];
        int n, code;
        const char *said;
    } known[] = {
        {{"--version"}, 1, 0, "assay "},
        {{"--help"}, 1, 0, "usage: assay COMMAND"},
        {{"db", "--help"}, 2, 0, "usage: assay db ACTION"},
        {{NULL}, 0, 2, "assay: no command is given\n"},
        {{"dbb"}, 1, 2, "did you mean \"db\"?"},
        {{"db", "check", "--at", "soonish"}, 4, 2, "\"soonish\" is not a time"},
        {{"db", "check", "--db", "/nowhere/assay.db"}, 4, 3, "assay: "},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char *text = NULL;
        size_t n = 0;
        FILE *out = open_memstream(&text, &n);
        int code = as_command_main(as_commands(), known[i].n, (char *const *)(uintptr_t)known[i].words, NULL,
                                   out, out);
        fclose(out);
        if (code != known[i].code || !strstr(text, known[i].said))
            fail_msg("%s …: exit code %d, %s", known[i].words[0] ? known[i].words[0] : "", code, text);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_has_its_text),
        cmocka_unit_test(every_example_parses),
        cmocka_unit_test(the_manual_says_all_of_it),
        cmocka_unit_test(faults_become_exit_codes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
