/* Help written from the option tables, so that it cannot disagree with the parser. */
#include "cmd/line/command.h"

#include <string.h>

static const char *const group_titles[AS_COMMAND_GROUPS] = {
    [AS_GROUP_START] = "start", [AS_GROUP_DATA] = "data in and out", [AS_GROUP_DAY] = "every day",
    [AS_GROUP_RULES] = "rules", [AS_GROUP_HOUSE] = "housekeeping",
};

/* The widest a line gets, and the narrowest terminal on which texts still stand beside what they are of. */
enum { HELP_WIDTH = 96, BESIDE_WIDTH = 60 };

struct page {
    FILE *out;
    int width;
};

/* Words wrapped at the width of the page; the text's own line breaks end paragraphs. */
static void print_wrapped(const struct page *page, const char *text, int indent, int column)
{
    FILE *out = page->out;
    const char *p = text;
    while (*p) {
        size_t n = strcspn(p, " \n");
        if (column > indent && column + (int)n + 1 > page->width) {
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
static void print_row(const struct page *page, const char *left, const char *text, const char *const *choices,
                      int column)
{
    FILE *out = page->out;
    struct as_buf right = {0};
    as_buf_text(&right, text);
    if (choices)
        put_choices(&right, choices);
    if (page->width < BESIDE_WIDTH)
        column = 6;
    int n = fprintf(out, "  %s", left);
    if (n + 1 >= column) {
        fputc('\n', out);
        n = 0;
    }
    fprintf(out, "%*s", column - n, "");
    print_wrapped(page, as_buf_c(&right), column, column);
    as_buf_free(&right);
}

static void print_options(const struct page *page, const char *title, const struct as_option *options)
{
    FILE *out = page->out;
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
        print_row(page, as_buf_c(&left), o->text, o->choices, 26);
        as_buf_free(&left);
    }
}

static void help_of(const struct page *page, const struct as_command *command,
                    const struct as_option *globals)
{
    FILE *out = page->out;
    int n = fprintf(out, "assay %s:", command->name);
    print_wrapped(page, command->summary, 0, n);
    fprintf(out, "\nusage: assay %s", command->name);
    for (const struct as_positional *p = command->positionals; p && p->name; p++)
        fprintf(out, " %s%s%s%s", p->optional ? "[" : "", p->name, p->repeats ? "…" : "",
                p->optional ? "]" : "");
    fprintf(out, " [options]\n");
    if (command->text) {
        fputc('\n', out);
        print_wrapped(page, command->text, 0, 0);
    }
    if (command->positionals && command->positionals[0].name) {
        fputc('\n', out);
        for (const struct as_positional *p = command->positionals; p->name; p++)
            print_row(page, p->name, p->text, p->choices, 26);
    }
    print_options(page, "options", command->options);
    print_options(page, "options of every command", globals);
    if (command->examples) {
        fputs("\nexamples\n", out);
        for (size_t i = 0; command->examples[i]; i++)
            fprintf(out, "  %s\n", command->examples[i]);
    }
}

void as_command_help(const struct as_terminal *terminal, const struct as_command *command,
                     const struct as_command *const *commands, const struct as_option *globals)
{
    FILE *out = terminal->out;
    const struct page here = {out, terminal->width > 0 && terminal->width < HELP_WIDTH ? terminal->width
                                                                                       : HELP_WIDTH},
                      *page = &here;
    if (command) {
        help_of(page, command, globals);
        return;
    }
    print_wrapped(
        page, "assay: lead qualification, nurturing and account plans as tested, explained programs", 0, 0);
    fputs("\nusage: assay COMMAND [options]\n", out);
    for (int group = 0; group < AS_COMMAND_GROUPS; group++) {
        bool titled = false;
        for (size_t i = 0; commands[i]; i++) {
            if ((int)commands[i]->group != group)
                continue;
            if (!titled)
                fprintf(out, "\n%s\n", group_titles[group]);
            titled = true;
            print_row(page, commands[i]->name, commands[i]->summary, NULL, 14);
        }
    }
    print_options(page, "options of every command", globals);
    fputs("\nexit codes\n"
          "  0  done\n"
          "  1  findings: a failing test, rejected rows, moves that wait for approval\n"
          "  2  the command line makes no sense\n"
          "  3  data or environment: nothing was changed\n"
          "  130  interrupted: what was not finished was undone\n"
          "\nassay COMMAND --help says more and shows examples.\n",
          out);
}
