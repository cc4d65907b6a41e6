/* The page is made of sections, one for each table: the library, options, operators, standard facts, what
 * functions see, modules, tests, the session, and what is left of Lua. */
#include "bind/manual/reference.h"

#include "bind/language/form.h"
#include "bind/manual/library_text.h"
#include "bind/sandbox/sandbox.h"
#include "bind/script/modules.h"
#include "bind/session/repl_parts.h"
#include "bind/trial/trial_reading.h"
#include "data/facts/standard.h"
#include "score/tree/operator.h"

#include <string.h>

/* Text inside a cell of a table: one line, and no bar ends it. */
static void put_cell(struct as_buf *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '|')
            as_buf_text(out, "\\|");
        else
            as_buf_char(out, *text == '\n' ? ' ' : *text);
    }
}

static void put_example(struct as_buf *out, const char *example)
{
    as_buf_printf(out, "\n```lua\n%s\n```\n", example);
}

/* --- the library --- */

/* A page for rule files, or the one for tests. */
static void put_library(struct as_buf *out, const struct as_library_texts *texts, bool tests)
{
    for (uint32_t i = 0; i < texts->list.n; i++) {
        const struct as_library_entry *entry = &texts->list.at[i];
        if (as_library_is_for_tests(entry->module) != tests)
            continue;
        if (entry->name == NULL)
            as_buf_printf(out, "\n%s `require \"%s\"`\n\n%s\n", tests ? "##" : "###", entry->module,
                          entry->text);
        else
            as_buf_printf(out, "\n%s `%s`\n\n%s\n", tests ? "###" : "####", entry->name, entry->text);
        if (entry->type[0] != '\0')
            as_buf_printf(out, "\n`%s`\n", entry->type);
        if (entry->example != NULL)
            put_example(out, entry->example);
    }
}

/* --- options --- */

/* What an option takes, in words: "condition or function"; appends. */
static void say_takes(struct as_buf *out, unsigned takes)
{
    static const char *const words[] = {"text", "number",   "whole number", "yes or no",   "condition",
                                        "fact", "function", "table",        "declaration", "time span",
                                        "days", "rate",     "date"};
    bool any = false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((takes & 1u << i) != 0) {
            as_buf_printf(out, "%s%s", any ? ", " : "", words[i]);
            any = true;
        }
}

static void put_form(struct as_buf *out, const struct as_form *form)
{
    as_buf_printf(out, "\n### `%s`\n\n%s\n", form->word, form->text);
    put_example(out, form->example);
    as_buf_text(out, "\n| option | takes | what it means |\n| --- | --- | --- |\n");
    for (const struct as_form_option *o = form->options; o->name != NULL; o++) {
        as_buf_printf(out, "| `%s`%s | ", o->name, o->required ? ", required" : "");
        say_takes(out, o->takes);
        as_buf_text(out, " | ");
        put_cell(out, o->text);
        as_buf_text(out, " |\n");
    }
    if (form->items != NULL)
        as_buf_printf(out, "\nWhat has no name in it are its %s.\n", form->items);
}

/* --- operators and facts --- */

static void put_operators(struct as_buf *out)
{
    uint32_t n;
    const struct as_operator *rows = as_operators(&n);
    as_buf_text(out, "\n| operator | of | what it means | example |\n| --- | --- | --- | --- |\n");
    for (uint32_t i = 0; i < n; i++) {
        as_buf_printf(out, "| `%s` | ", rows[i].name);
        as_shape_say(out, rows[i].on);
        as_buf_text(out, " | ");
        put_cell(out, rows[i].text);
        as_buf_text(out, " | `");
        put_cell(out, rows[i].example);
        as_buf_text(out, "` |\n");
    }
}

static void put_standard(struct as_buf *out)
{
    uint32_t n;
    const struct as_field *fields = as_standard_fields(&n);
    as_buf_text(out, "\n| fact | type | what it means |\n| --- | --- | --- |\n");
    for (uint32_t i = 0; i < n; i++) {
        as_buf_printf(out, "| `%s.%s` | %s | ", as_level_name(fields[i].level), fields[i].name,
                      as_type_name(fields[i].type));
        put_cell(out, fields[i].text != NULL ? fields[i].text : "");
        as_buf_text(out, " |\n");
    }
    const struct as_standard_kind *kinds = as_standard_kinds(&n);
    as_buf_text(out, "\n| event | by | what it means |\n| --- | --- | --- |\n");
    for (uint32_t i = 0; i < n; i++) {
        as_buf_printf(out, "| `event.%s` | %s | ", kinds[i].kind.name, as_actor_name(kinds[i].kind.by));
        put_cell(out, kinds[i].kind.text != NULL ? kinds[i].kind.text : "");
        as_buf_text(out, " |\n");
    }
}

/* --- modules and what functions see --- */

static void put_function(struct as_buf *out, const struct as_module *module,
                         const struct as_module_function *row)
{
    char signature[AS_SIGNATURE_TEXT];
    as_buf_printf(out, "\n#### `%s`\n\n%s\n\n", as_module_signature(signature, module, row), row->text);
    for (int i = 0; i < AS_MODULE_ARGUMENTS && row->arguments[i].name != NULL; i++)
        as_buf_printf(out, "- `%s` (`%s`%s): %s%s\n", row->arguments[i].name, row->arguments[i].type,
                      row->arguments[i].optional ? ", optional" : "", row->arguments[i].text,
                      row->each == i + 1 ? "; an array gives an array" : "");
    as_buf_printf(out, "- returns `%s`: %s\n", row->returns, row->returns_text);
    if (row->result == NULL)
        put_example(out, row->example);
    else
        as_buf_printf(out, "\n```lua\n%s --> %s\n```\n", row->example, row->result);
}

static void put_modules(struct as_buf *out, const struct as_module *const *modules, size_t n)
{
    for (size_t m = 0; m < n; m++) {
        as_buf_printf(out, "\n### `%s`\n\n%s\n", modules[m]->name, modules[m]->text);
        for (size_t part = 0; part < modules[m]->part_count; part++)
            for (size_t i = 0; i < modules[m]->parts[part]->n; i++)
                put_function(out, modules[m], &modules[m]->parts[part]->functions[i]);
    }
}

static void put_readings(struct as_buf *out)
{
    size_t n;
    const struct as_readings *const *parts = as_decision_readings(&n);
    as_buf_text(out, "\n| reading | gives | what it means |\n| --- | --- | --- |\n");
    for (size_t part = 0; part < n; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            const struct as_reading *reading = &parts[part]->at[i];
            as_buf_printf(out, "| `%s` | `", reading->signature);
            put_cell(out, reading->returns);
            as_buf_text(out, "` | ");
            put_cell(out, reading->text);
            as_buf_text(out, " |\n");
        }
}

static void put_session(struct as_buf *out)
{
    size_t n;
    const struct as_repl_words *const *parts = as_repl_all_words(&n);
    as_buf_text(out, "\n| name | what it does |\n| --- | --- |\n");
    for (size_t part = 0; part < n; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            as_buf_text(out, "| `");
            put_cell(out, parts[part]->at[i].signature);
            as_buf_text(out, "` | ");
            put_cell(out, parts[part]->at[i].text);
            as_buf_text(out, " |\n");
        }
}

static void put_allowed(struct as_buf *out)
{
    size_t n;
    const struct as_allowed *allowed = as_sandbox_allowed(&n);
    as_buf_text(out, "\n| name | why it is there |\n| --- | --- |\n");
    for (size_t i = 0; i < n; i++) {
        as_buf_printf(out, "| `%s%s%s` | ", allowed[i].library, allowed[i].library[0] != '\0' ? "." : "",
                      allowed[i].name);
        put_cell(out, allowed[i].reason);
        as_buf_text(out, " |\n");
    }
}

enum as_status as_reference_write(struct as_buf *out, struct as_error *error)
{
    struct as_library_texts texts;
    enum as_status status = as_library_texts_read(&texts, error);
    size_t n;
    as_buf_text(out,
                "# The rule language\n\n"
                "Written by the program from the tables that it checks packs by. Every example runs in the "
                "project's tests.\n\n"
                "In examples, `q`, `n`, `abm`, `r` and `s` are the modules of qualification, nurturing, "
                "accounts, routing and service levels;\n`lead`, `account`, `event` and `answer` are theirs; "
                "`m` is a model, `fit` one "
                "of its scores.\n\n"
                "## Declaring rules\n");
    put_library(out, &texts, false);
    as_buf_text(out, "\n## Options\n\nTables of options are closed: a key that is not listed is an error.\n");
    const struct as_form *const *forms = as_forms(&n);
    for (size_t i = 0; i < n; i++)
        put_form(out, forms[i]);
    as_buf_text(out, "\n## Operators\n\nConditions are combined by `&`, `|` and `~`.\n");
    put_operators(out);
    as_buf_text(out, "\n## Facts that are always there\n");
    put_standard(out);
    as_buf_text(out, "\n## Values with methods\n");
    const struct as_module *const *classes = as_classes(&n);
    put_modules(out, classes, n);
    as_buf_text(out, "\n## Modules for functions, tests and sessions\n");
    const struct as_module *const *modules = as_modules(&n);
    put_modules(out, modules, n);
    put_library(out, &texts, true);
    as_buf_text(out, "\n### What a decision tells\n");
    put_readings(out);
    as_buf_text(out, "\n## In a session: `assay repl`\n");
    put_session(out);
    as_buf_text(out, "\n## What is left of Lua\n\nScripts see these names of Lua 5.4 and no others.\n");
    put_allowed(out);
    as_library_texts_free(&texts);
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}
