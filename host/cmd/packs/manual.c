/* assay manual: the manual page, the shell completion, the reference and what it says of one word, written
 * from the same tables as parsing, checking and help; and pages that people wrote. */
#include "base/suggest.h"
#include "bind/manual/lookup.h"
#include "bind/manual/reference.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"
#include "cmd/packs/manual_page.h"
#include "data/mapping/columns.h"
#include "run/decision/json.h"

#include <stdlib.h>
#include <string.h>

/* What is printed whole. */
static const char *const forms[] = {"man", "bash", "reference", "mapping", NULL};

/* Text for roff: a hyphen stays a hyphen, and no line begins with a request. */
static void put_roff(FILE *out, const char *text)
{
    bool starts = true;
    for (const char *p = text; *p; p++) {
        if (starts && (*p == '.' || *p == '\''))
            fputs("\\&", out);
        if (*p == '\\')
            fputs("\\e", out);
        else if (*p == '-')
            fputs("\\-", out);
        else if (*p == '\n' && p[1] == '\n')
            fputs("\n.PP", out);
        else
            fputc(*p, out);
        starts = *p == '\n';
    }
    fputc('\n', out);
}

static void put_words(FILE *out, const char *const *words)
{
    for (size_t i = 0; words && words[i]; i++)
        fprintf(out, "%s%s", i > 0 ? ", " : "(", words[i]);
    if (words)
        fputs(")\n", out);
}

static void put_manual_options(FILE *out, const struct as_option *options)
{
    for (const struct as_option *o = options; o && o->name; o++) {
        struct as_buf title = {0};
        if (o->letter)
            as_buf_printf(&title, "-%c, ", o->letter);
        as_buf_printf(&title, "--%s %s", o->name, o->value ? o->value : "");
        fputs(".TP\n.B ", out);
        put_roff(out, as_buf_c(&title));
        put_roff(out, o->text);
        put_words(out, o->choices);
        as_buf_free(&title);
    }
}

static void put_manual_command(FILE *out, const struct as_command *command)
{
    fprintf(out, ".SS assay %s", command->name);
    for (const struct as_positional *p = command->positionals; p && p->name; p++)
        fprintf(out, " %s%s%s%s", p->optional ? "[" : "", p->name, p->repeats ? "..." : "",
                p->optional ? "]" : "");
    fputc('\n', out);
    put_roff(out, command->summary);
    if (command->text) {
        fputs(".PP\n", out);
        put_roff(out, command->text);
    }
    for (const struct as_positional *p = command->positionals; p && p->name; p++) {
        fprintf(out, ".TP\n.I %s\n", p->name);
        put_roff(out, p->text);
        put_words(out, p->choices);
    }
    put_manual_options(out, command->options);
    if (!command->examples)
        return;
    fputs(".PP\n.nf\n", out);
    for (size_t i = 0; command->examples[i]; i++)
        put_roff(out, command->examples[i]);
    fputs(".fi\n", out);
}

static void put_manual(FILE *out, const struct as_command *const *commands)
{
    fprintf(out,
            ".TH ASSAY 1 \"\" \"assay %s\"\n"
            ".SH NAME\n"
            "assay \\- lead qualification, nurturing and account plans as tested, explained programs\n"
            ".SH SYNOPSIS\n.B assay\nCOMMAND [options]\n"
            ".SH COMMANDS\n",
            ASSAY_VERSION);
    for (size_t i = 0; commands[i]; i++)
        put_manual_command(out, commands[i]);
    fputs(".SH OPTIONS OF EVERY COMMAND\n", out);
    put_manual_options(out, as_global_options());
    fputs(".SH EXIT STATUS\n"
          ".TP\n0\ndone\n"
          ".TP\n1\nfindings: a failing test, rejected rows, moves that wait for approval\n"
          ".TP\n2\nthe command line makes no sense\n"
          ".TP\n3\ndata or environment: nothing was changed\n"
          ".TP\n130\ninterrupted: what was not finished was undone\n"
          ".SH ENVIRONMENT\n"
          ".TP\n.B ASSAY_DB\nthe database, unless \\-\\-db names one\n"
          ".TP\n.B NO_COLOR\nwhen set, no colour\n"
          ".TP\n.B COLUMNS\nthe width of the terminal\n"
          ".TP\n.B TZDIR\nthe folder of time zones; else /usr/share/zoneinfo\n",
          out);
}

static void put_option_words(FILE *out, const struct as_option *options)
{
    for (const struct as_option *o = options; o && o->name; o++)
        fprintf(out, " --%s", o->name);
}

/* What may follow an option that takes one of a few words. */
static void put_choice_cases(FILE *out, const char *command, const struct as_option *options)
{
    for (const struct as_option *o = options; o && o->name; o++) {
        if (!o->choices)
            continue;
        fprintf(out, "        %s\\ --%s) words=\"", command, o->name);
        for (size_t i = 0; o->choices[i]; i++)
            fprintf(out, "%s%s", i > 0 ? " " : "", o->choices[i]);
        fputs("\" ;;\n", out);
    }
}

static void put_completion(FILE *out, const struct as_command *const *commands)
{
    fputs("# Completion of assay for bash; zsh reads it after: autoload -U bashcompinit && bashcompinit\n"
          "_assay() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= words= i\n"
          "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
          "        case ${COMP_WORDS[i]} in\n"
          "        --db | --at | --color) ((i++)) ;;\n"
          "        -*) ;;\n"
          "        *) command=${COMP_WORDS[i]}; break ;;\n"
          "        esac\n"
          "    done\n"
          "    case $command\\ $prev in\n",
          out);
    for (size_t i = 0; commands[i]; i++) {
        const struct as_command *c = commands[i];
        put_choice_cases(out, c->name, c->options);
        const struct as_positional *first = c->positionals;
        const char *const *words = first == NULL ? NULL : first->choices ? first->choices : first->usual;
        if (!words)
            continue;
        fprintf(out, "        %s\\ %s) words=\"", c->name, c->name);
        for (size_t k = 0; words[k]; k++)
            fprintf(out, "%s%s", k > 0 ? " " : "", words[k]);
        fputs("\" ;;\n", out);
    }
    put_choice_cases(out, "*", as_global_options());
    fputs("    esac\n"
          "    if [[ -z $words && $cur == -* ]]; then\n"
          "        words=\"",
          out);
    put_option_words(out, as_global_options());
    fputs("\"\n        case $command in\n", out);
    for (size_t i = 0; commands[i]; i++) {
        fprintf(out, "        %s) words+=\"", commands[i]->name);
        put_option_words(out, commands[i]->options);
        fputs("\" ;;\n", out);
    }
    fputs("        esac\n"
          "    elif [[ -z $words && -z $command ]]; then\n"
          "        words=\"",
          out);
    for (size_t i = 0; commands[i]; i++)
        fprintf(out, "%s%s", i > 0 ? " " : "", commands[i]->name);
    fputs("\"\n"
          "    fi\n"
          "    COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n"
          "}\n"
          "complete -o default -F _assay assay\n",
          out);
}

static enum as_status put_reference(FILE *out, struct as_error *error)
{
    struct as_buf page = {0};
    enum as_status status = as_reference_write(&page, error);
    if (status == AS_OK)
        fputs(as_buf_c(&page), out);
    as_buf_free(&page);
    return status;
}

/* --- pages --- */

/* "`at`, `kind`, one of `lead_id` `email`" */
static void put_needs(FILE *out, enum as_import_kind kind)
{
    const struct as_import_needs *needs = as_import_needs(kind);
    for (int i = 0; i < AS_IMPORT_NEEDS && needs->any_of[i][0] != NULL; i++) {
        const char *const *any = needs->any_of[i];
        fprintf(out, "%s%s", i > 0 ? ", " : "", any[1] != NULL ? "one of" : "");
        for (int k = 0; k < AS_IMPORT_ALTERNATIVES && any[k] != NULL; k++)
            fprintf(out, "%s`%s`", any[1] != NULL ? " " : "", any[k]);
    }
}

static void put_columns(FILE *out)
{
    fputs("\n## What each kind takes\n\nLeads and accounts have their fields as well (`assay manual lead`, "
          "`assay manual account`, and those that packs declare), events the\nproperties of their kinds, as "
          "`property.NAME`.\n\n| kind | needs | columns |\n| --- | --- | --- |\n",
          out);
    for (int kind = 0; kind < AS_IMPORT_KIND_COUNT; kind++) {
        fprintf(out, "| `%s` | ", as_import_kinds[kind]);
        put_needs(out, (enum as_import_kind)kind);
        fputs(" |", out);
        for (const struct as_import_column *c = as_import_columns((enum as_import_kind)kind); c->name; c++)
            fprintf(out, " `%s`", c->name);
        fputs(" |\n", out);
    }
}

static const struct as_embedded_file *find_page(const char *word)
{
    for (size_t i = 0; i < as_manual_count; i++) {
        const char *name = as_manual_files[i].name;
        if (strncmp(name, word, strlen(word)) == 0 && strcmp(name + strlen(word), ".md") == 0)
            return &as_manual_files[i];
    }
    return NULL;
}

/* --- one word --- */

static const struct as_command *find_command(const struct as_context *context, const char *word)
{
    for (size_t i = 0; context->commands[i]; i++)
        if (strcmp(context->commands[i]->name, word) == 0)
            return context->commands[i];
    return NULL;
}

static enum as_status refuse_word(const struct as_context *context, struct as_lookup *lookup,
                                  struct as_arena *arena, const char *word, struct as_error *error)
{
    for (size_t i = 0; forms[i]; i++)
        as_list_push(arena, &lookup->names, forms[i]);
    for (size_t i = 0; context->commands[i]; i++)
        as_list_push(arena, &lookup->names, context->commands[i]->name);
    const char *near = as_suggest(as_str_of(word), lookup->names.at, lookup->names.n);
    as_error_set(error, AS_ERR_USAGE, "the manual has no \"%.100s\"", word);
    as_error_meant(error, near);
    return as_error_advise(error, "`assay manual reference` has everything");
}

enum { MOST_MENTIONS = 20 };

/* Entries that speak of a word which is none's name. */
static void put_mentions(FILE *out, const struct as_lookup *lookup, const char *word)
{
    fprintf(out, "Nothing is called `%s`; of it speak\n\n", word);
    for (uint32_t i = 0; i < lookup->mentions.n && i < MOST_MENTIONS; i++)
        fprintf(out, "- `%s`\n", lookup->mentions.at[i]);
    if (lookup->mentions.n > MOST_MENTIONS)
        fprintf(out, "\nand %u more: `assay manual reference` has everything\n",
                lookup->mentions.n - MOST_MENTIONS);
}

/* A command, and whatever the reference has of that name. */
static enum as_status put_word(FILE *out, const char *word, const struct as_context *context,
                               struct as_error *error)
{
    struct as_arena arena;
    struct as_lookup lookup;
    struct as_buf text = {.p = NULL};
    const struct as_command *command = find_command(context, word);
    as_arena_init(&arena);
    enum as_status status = as_reference_lookup(&lookup, &text, &arena, word, error);
    bool named = lookup.found || command != NULL;
    if (status == AS_OK && !named && lookup.mentions.n > 0)
        put_mentions(out, &lookup, word);
    else if (status == AS_OK && !named)
        status = refuse_word(context, &lookup, &arena, word, error);
    if (status == AS_OK && command != NULL) {
        struct as_terminal here = context->terminal;
        here.color = here.color && out == context->terminal.out;
        here.out = out;
        as_command_help(&here, command, context->commands, as_global_options());
    }
    if (status == AS_OK)
        fprintf(out, "%s%s", command != NULL && lookup.found ? "\n" : "", as_buf_c(&text));
    as_buf_free(&text);
    as_arena_free(&arena);
    return status;
}

static enum as_status put_form(FILE *out, const char *form, const struct as_context *context,
                               struct as_error *error)
{
    const struct as_embedded_file *page = find_page(form);
    if (strcmp(form, "reference") == 0)
        return put_reference(out, error);
    if (strcmp(form, "man") == 0)
        put_manual(out, context->commands);
    else if (strcmp(form, "bash") == 0)
        put_completion(out, context->commands);
    else if (page == NULL)
        return put_word(out, form, context, error);
    else
        fwrite(page->bytes, 1, page->n, out);
    if (strcmp(form, "mapping") == 0)
        put_columns(out);
    return AS_OK;
}

static enum as_status put_json(const struct as_context *context, const char *form, struct as_error *error)
{
    char *text = NULL;
    size_t n = 0;
    struct as_buf page = {.p = NULL};
    FILE *out = open_memstream(&text, &n);
    if (out == NULL)
        return as_error_memory(error);
    enum as_status status = put_form(out, form, context, error);
    bool written = fclose(out) == 0;
    if (status == AS_OK && !written)
        status = as_error_memory(error);
    if (status == AS_OK) {
        struct as_json json = {.out = &page};
        as_json_open(&json, '{');
        as_json_put_text(&json, "form", form);
        as_json_put_text(&json, "text", text);
        as_json_close(&json, '}');
        status = as_context_print_json(context, &page, error);
    }
    as_buf_free(&page);
    free(text);
    return status;
}

static enum as_status run_manual(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    const char *form = as_given_text(arguments, "WORD");
    return context->json ? put_json(context, form, error)
                         : put_form(context->terminal.out, form, context, error);
}

static const struct as_positional positionals[] = {
    {.name = "WORD",
     .text = "man: the manual page; bash: completion of commands and options; reference: the rule language, "
             "as Markdown; mapping: how files are mapped for import; else a word of the language, a fact, an "
             "event or a command",
     .usual = forms},
    {0},
};
static const char *const examples[] = {
    "assay manual man | man -l -",
    "eval \"$(assay manual bash)\"",
    "assay manual reference > reference.md",
    "assay manual q.model",
    "assay manual decay",
    "assay manual mapping",
    NULL,
};

const struct as_command as_command_manual = {
    .name = "manual",
    .group = AS_GROUP_HOUSE,
    .summary =
        "look up a word, or print the manual page, the completion, the reference, how files are mapped",
    .positionals = positionals,
    .examples = examples,
    .run = run_manual,
};
