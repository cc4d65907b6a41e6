/* Help written from the option tables, so that it cannot disagree with the parser. */
#include "cmd/line/command.h"

#include <string.h>

static const char *const group_titles[AS_COMMAND_GROUPS] = {
    [AS_GROUP_START] = "start", [AS_GROUP_DATA] = "data in and out", [AS_GROUP_DAY] = "every day",
    [AS_GROUP_RULES] = "rules", [AS_GROUP_HOUSE] = "housekeeping",
};

enum { HELP_WIDTH = 96 };

/* Words wrapped at HELP_WIDTH; the text's own line breaks end paragraphs. */
static void print_wrapped(FILE *out, const char *text, int indent, int column)
{
    const char *p = text;
    while (*p) {
        size_t n = strcspn(p, " \n");
        if (column > indent && column + (int)n + 1 > HELP_WIDTH) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        fwrite(p, 1, n, out);
        column += (int)n;
        p += n;
        if (*p == '\n') {
            fprintf(out, "\n%*s", p[1] == '\n' ? 0 : indent, "");
            column = indent;
        }
        if (*p)
            p++;
    }
    fputc('\n', out);
}

static void put_choices(struct as_buf *out, const char *const *choices)
{
    as_buf_text(out, " (");
    for (size_t i = 0; choices[i]; i++)
        as_buf_printf(out, "%s%s", i > 0 ? ", " : "", choices[i]);
    as_buf_char(out, ')');
}

/* `left` in the first column, the rest wrapped in the second. */
static void print_row(FILE *out, const char *left, const char *text, const char *const *choices, int column)
{
    struct as_buf right = {0};
    as_buf_text(&right, text);
    if (choices)
        put_choices(&right, choices);
    int n = fprintf(out, "  %s", left);
    if (n + 1 >= column) {
        fputc('\n', out);
        n = 0;
    }
    fprintf(out, "%*s", column - n, "");
    print_wrapped(out, as_buf_c(&right), column, column);
    as_buf_free(&right);
}

static void print_options(FILE *out, const char *title, const struct as_option *options)
{
    if (!options || !options[0].name)
        return;
    fprintf(out, "\n%s\n", title);
    for (const struct as_option *o = options; o->name; o++) {
        struct as_buf left = {0};
        if (o->letter)
            as_buf_printf(&left, "-%c, ", o->letter);
        as_buf_printf(&left, "--%s", o->name);
        if (o->value)
            as_buf_printf(&left, " %s", o->value);
        print_row(out, as_buf_c(&left), o->text, o->choices, 26);
        as_buf_free(&left);
    }
}

static void help_of(FILE *out, const struct as_command *command, const struct as_option *globals)
{
    fprintf(out, "assay %s: %s\n\nusage: assay %s", command->name, command->summary, command->name);
    for (const struct as_positional *p = command->positionals; p && p->name; p++)
        fprintf(out, " %s%s%s%s", p->optional ? "[" : "", p->name, p->repeats ? "…" : "",
                p->optional ? "]" : "");
    fprintf(out, " [options]\n");
    if (command->text) {
        fputc('\n', out);
        print_wrapped(out, command->text, 0, 0);
    }
    if (command->positionals && command->positionals[0].name) {
        fputc('\n', out);
        for (const struct as_positional *p = command->positionals; p->name; p++)
            print_row(out, p->name, p->text, p->choices, 26);
    }
    print_options(out, "options", command->options);
    print_options(out, "options of every command", globals);
    if (command->examples) {
        fputs("\nexamples\n", out);
        for (size_t i = 0; command->examples[i]; i++)
            fprintf(out, "  %s\n", command->examples[i]);
    }
}

void as_command_help(FILE *out, const struct as_command *command, const struct as_command *const *commands,
                     const struct as_option *globals)
{
    if (command) {
        help_of(out, command, globals);
        return;
    }
    fputs("assay: lead qualification, nurturing and account plans as tested, explained programs\n\n"
          "usage: assay COMMAND [options]\n",
          out);
    for (int group = 0; group < AS_COMMAND_GROUPS; group++) {
        bool titled = false;
        for (size_t i = 0; commands[i]; i++) {
            if ((int)commands[i]->group != group)
                continue;
            if (!titled)
                fprintf(out, "\n%s\n", group_titles[group]);
            titled = true;
            print_row(out, commands[i]->name, commands[i]->summary, NULL, 14);
        }
    }
    print_options(out, "options of every command", globals);
    fputs("\nexit codes\n"
          "  0  done\n"
          "  1  findings: a failing test, rejected rows, moves that wait for approval\n"
          "  2  the command line makes no sense\n"
          "  3  data or environment: nothing was changed\n"
          "\nassay COMMAND --help says more and shows examples.\n",
          out);
}
