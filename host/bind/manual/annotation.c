/* Writes what is declared in tables of C: modules, values with methods, options, decisions. Facts and
 * operators are annotation_facts.c. */
#include "bind/manual/annotation.h"

#include "bind/language/form.h"
#include "bind/manual/annotation_parts.h"
#include "bind/sandbox/library.h"
#include "bind/script/modules.h"
#include "bind/trial/trial_reading.h"

#include <stdio.h>
#include <string.h>

void as_annotate_text(struct as_buf *out, const char *text)
{
    struct as_str rest = as_str_of(text);
    while (rest.p != NULL) {
        struct as_str line = as_str_cut(&rest, '\n');
        as_buf_text(out, "---");
        as_buf_str(out, line);
        as_buf_char(out, '\n');
    }
}

void as_annotate_example(struct as_buf *out, const char *example)
{
    as_buf_text(out, "---\n---```lua\n");
    as_annotate_text(out, example);
    as_buf_text(out, "---```\n");
}

/* --- modules and values with methods --- */

/* owner: the local that holds the class or module. */
static void put_function(struct as_buf *out, const char *owner, char sign,
                         const struct as_module_function *row)
{
    as_buf_char(out, '\n');
    as_annotate_text(out, row->text);
    if (row->result != NULL) {
        struct as_buf example = {0};
        as_buf_printf(&example, "%s --> %s", row->example, row->result);
        as_annotate_example(out, as_buf_c(&example));
        as_buf_free(&example);
    } else {
        as_annotate_example(out, row->example);
    }
    for (int i = 0; i < AS_MODULE_ARGUMENTS && row->arguments[i].name != NULL; i++)
        as_buf_printf(out, "---@param %s%s %s %s\n", row->arguments[i].name,
                      row->arguments[i].optional ? "?" : "", row->arguments[i].type, row->arguments[i].text);
    as_buf_printf(out, "---@return %s # %s\nfunction %s%c%s(", row->returns, row->returns_text, owner, sign,
                  row->name);
    for (int i = 0; i < AS_MODULE_ARGUMENTS && row->arguments[i].name != NULL; i++)
        as_buf_printf(out, "%s%s", i > 0 ? ", " : "", row->arguments[i].name);
    as_buf_text(out, ") end\n");
}

static void put_functions(struct as_buf *out, const char *owner, const struct as_module *module)
{
    for (size_t part = 0; part < module->part_count; part++)
        for (size_t i = 0; i < module->parts[part]->n; i++)
            put_function(out, owner, module->methods ? ':' : '.', &module->parts[part]->functions[i]);
}

static void put_module(struct as_buf *out, const struct as_module *module)
{
    as_buf_printf(out, "---@meta %s\n\n", module->name);
    as_annotate_text(out, module->text);
    as_buf_printf(out, "---@class %s\nlocal %s = {}\n", module->name, module->local);
    put_functions(out, module->local, module);
    as_buf_printf(out, "\nreturn %s\n", module->local);
}

/* A class in a block of its own: a chunk has room for 200 locals. */
static void put_class(struct as_buf *out, const struct as_module *module)
{
    as_buf_text(out, "\ndo\n");
    as_annotate_text(out, module->text);
    as_buf_printf(out, "---@class %s\n%slocal class = {}\n", module->name,
                  module->annotation != NULL ? module->annotation : "");
    put_functions(out, "class", module);
    as_buf_text(out, "end\n");
}

/* --- options --- */

/* "ContactPolicy" of "contact_policy", "OnEnter" of "on.enter". */
static void put_camel(struct as_buf *out, const char *word)
{
    bool raise = true;
    for (; *word != '\0'; word++) {
        bool letter = *word >= 'a' && *word <= 'z';
        if (letter)
            as_buf_char(out, raise ? (char)(*word - 'a' + 'A') : *word);
        raise = !letter;
    }
}

static void put_takes(struct as_buf *out, unsigned takes)
{
    static const char *const types[] = {"string",
                                        "number",
                                        "integer",
                                        "boolean",
                                        "assay.When",
                                        "assay.Fact|assay.When",
                                        "fun(l: assay.LeadView): number?, string?",
                                        "table",
                                        "assay.Word",
                                        "assay.Span",
                                        "assay.Days",
                                        "assay.Rate",
                                        "assay.Date"};
    bool any = false;
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if ((takes & 1u << i) != 0) {
            as_buf_printf(out, "%s%s%s%s", any ? "|" : "", i == 6 ? "(" : "", types[i], i == 6 ? ")" : "");
            any = true;
        }
}

static void put_form(struct as_buf *out, const struct as_form *form)
{
    as_buf_char(out, '\n');
    as_annotate_text(out, form->text);
    as_annotate_example(out, form->example);
    as_buf_text(out, "---@class assay.");
    put_camel(out, form->word);
    as_buf_text(out, "Options\n");
    for (const struct as_form_option *o = form->options; o->name != NULL; o++) {
        as_buf_printf(out, "---@field %s%s ", o->name, o->required ? "" : "?");
        put_takes(out, o->takes);
        as_buf_printf(out, " %s\n", o->text);
    }
    if (form->items != NULL)
        as_buf_printf(out, "---@field [integer] assay.Word its %s\n", form->items);
}

/* --- decisions, as tests see them --- */

/* The names between the brackets of "d:points(rule, score)". */
static struct as_str arguments_of(const char *signature)
{
    const char *open = strchr(signature, '('), *close = strrchr(signature, ')');
    const char *table = strchr(signature, '{');
    if (open == NULL || close == NULL)
        return (struct as_str){"", 0};
    if (table != NULL && table > open) /* a table of options at the end is named by its place */
        close = table;
    return (struct as_str){open + 1, (size_t)(close - open - 1)};
}

static void put_decision(struct as_buf *out)
{
    size_t n;
    const struct as_readings *const *parts = as_decision_readings(&n);
    as_buf_text(out, "\ndo\n---What a pack decides about a described lead.\n---@class assay.Decision\n");
    for (size_t part = 0; part < n; part++)
        for (size_t i = 0; i < parts[part]->n; i++)
            if (!parts[part]->at[i].method)
                as_buf_printf(out, "---@field %s %s %s\n", parts[part]->at[i].name,
                              parts[part]->at[i].returns, parts[part]->at[i].text);
    as_buf_text(out, "local class = {}\n");
    for (size_t part = 0; part < n; part++)
        for (size_t i = 0; i < parts[part]->n; i++) {
            const struct as_reading *reading = &parts[part]->at[i];
            struct as_str arguments = arguments_of(reading->signature);
            if (!reading->method)
                continue;
            as_buf_char(out, '\n');
            as_annotate_text(out, reading->text);
            as_buf_printf(out, "---@return %s\nfunction class:%s(%.*s%s) end\n", reading->returns,
                          reading->name, (int)arguments.n, arguments.p,
                          as_str_ends(arguments, AS_STR(", ")) ? "options" : "");
        }
    as_buf_text(out, "end\n");
}

static const char words[] =
    "---@meta\n"
    "\n"
    "---What some word of the library made, to be placed where it belongs.\n"
    "---@class assay.Word\n"
    "\n"
    "---A task for a person.\n"
    "---@class assay.Human : assay.Word\n"
    "\n"
    "---Content made for one account.\n"
    "---@class assay.Unique : assay.Word\n"
    "\n"
    "---A step of a track.\n"
    "---@class assay.Step : assay.Word\n"
    "\n"
    "---A play of a plan.\n"
    "---@class assay.Play : assay.Word\n"
    "\n"
    "---A way to share leads out.\n"
    "---@class assay.Share : assay.Word\n"
    "\n"
    "---What entering a stage or a step asks of the outside.\n"
    "---@class assay.Effect : assay.Word\n"
    "\n"
    "---@alias assay.Span string \"24h\", \"7d\", \"2w\"; \"4bh\" are business hours\n"
    "---@alias assay.Days string whole days: \"14d\", \"2w\"\n"
    "---@alias assay.Rate string \"2 per 7d\"\n"
    "---@alias assay.Date string an ISO date: \"2027-04-01\"\n";

static enum as_status add(struct as_source *out, const char *name, struct as_buf *text,
                          struct as_error *error)
{
    enum as_status status = text->failed
                                ? as_error_memory(error)
                                : as_source_add(out, name, (struct as_str){as_buf_c(text), text->n}, error);
    as_buf_reset(text);
    return status;
}

enum as_status as_annotations_add(struct as_source *out, const struct as_schema *schema,
                                  struct as_error *error)
{
    struct as_buf text = {0};
    size_t n;
    enum as_status status = AS_OK;
    for (size_t i = 0; i < as_library_count && status == AS_OK; i++)
        status = as_source_add(out, as_library_files[i].name,
                               (struct as_str){as_library_files[i].bytes, as_library_files[i].n}, error);
    const struct as_module *const *modules = as_modules(&n);
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        char name[64];
        snprintf(name, sizeof name, "assay/%s.lua", modules[i]->local);
        put_module(&text, modules[i]);
        status = add(out, name, &text, error);
    }
    if (status == AS_OK) {
        as_buf_text(&text, words);
        as_annotate_facts(&text, schema);
        const struct as_module *const *classes = as_classes(&n);
        for (size_t i = 0; i < n; i++)
            put_class(&text, classes[i]);
        const struct as_form *const *forms = as_forms(&n);
        for (size_t i = 0; i < n; i++)
            put_form(&text, forms[i]);
        put_decision(&text);
        status = add(out, "types.lua", &text, error);
    }
    as_buf_free(&text);
    return status;
}
