/* assay check: loads packs without running them and prints what the checker finds. What is wrong with a pack
 * is host/score's to say; how it is printed is check_report.c. */
#include "score/check/check.h"
#include "base/suggest.h"
#include "bind/language/finding_column.h"
#include "bind/script/function_reads.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"
#include "cmd/line/folders.h"
#include "cmd/output/wrap.h"
#include "cmd/packs/check_content.h"
#include "cmd/packs/check_report.h"
#include "run/decision/json.h"
#include "store/work/programmes.h"

#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"text", "json", "sarif", "github", NULL};

/* A fault of the pack is a finding; what keeps the check itself from working is not. */
static bool is_finding(enum as_status status)
{
    return status == AS_ERR_RULE || status == AS_ERR_MISSING || status == AS_ERR_LIMIT ||
           status == AS_ERR_STOPPED || status == AS_ERR_CONFLICT || status == AS_ERR_DATA;
}

/* The loader says places from here; findings say them inside the pack. */
static void add_fault(struct as_findings *findings, enum as_finding_id id, const char *folder,
                      const struct as_error *why)
{
    const char *file = why->file;
    size_t n = strlen(folder);
    if (strncmp(file, folder, n) == 0 && file[n] == '/')
        file += n + 1;
    struct as_position position = {file[0] != '\0' ? file : "pack.lua", why->line};
    as_findings_add(findings, id, position, why->advice[0] != '\0' ? why->advice : NULL, "%s", why->what);
}

/* By programme; NULL without --pace. */
static enum as_status find_paces(struct as_programme_pace **out, struct as_context *context,
                                 const struct as_pack *pack, bool pace, struct as_error *error)
{
    *out = NULL;
    if (!pace)
        return AS_OK;
    enum as_status status = as_context_store(context, AS_STORE_READ, error);
    *out = as_arena_array(&context->arena, pack->programmes.n + (size_t)1, sizeof **out);
    if (status == AS_OK && *out == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < pack->programmes.n && status == AS_OK; i++)
        status = as_store_programme_pace(&(*out)[i], context->store, pack->name, pack->programmes.at[i],
                                         context->at, error);
    return status;
}

static enum as_status check_loaded(struct as_findings *findings, const struct as_script *script,
                                   struct as_context *context, bool pace, struct as_error *error)
{
    struct as_function_reads reads;
    struct as_programme_pace *paces;
    enum as_status status = as_function_reads_find(&reads, script, error);
    if (status == AS_OK)
        status = find_paces(&paces, context, as_script_pack(script), pace, error);
    if (status == AS_OK) {
        const struct as_check_input input = {.pack = as_script_pack(script),
                                             .at = context->at,
                                             .paces = paces,
                                             .accesses = reads.list.at,
                                             .access_count = reads.list.n};
        status = as_check_pack(findings, &input, error);
    }
    as_function_reads_free(&reads);
    return status;
}

struct found {
    struct as_findings pack, content; /* content: in the file named */
    const char *content_file;         /* NULL none */
    bool pace;                        /* --pace */
};

/* The pack under a schema of its own: what another pack declares must not hide what this one lacks. *loads is
 * set when it can be loaded. */
static enum as_status check_source(struct found *found, bool *loads, const struct as_source *source,
                                   const char *folder, struct as_context *context, struct as_error *error)
{
    struct as_schema *schema = NULL;
    struct as_script *script = NULL;
    struct as_error why = AS_ERROR_INIT;
    struct as_script_limits limits = context->limits;
    limits.library = getenv("ASSAY_STDLIB");
    *loads = false;
    enum as_status status = as_schema_new(&schema, error);
    if (status == AS_OK) {
        status = as_script_load(&script, source, schema, &limits, &why);
        *loads = status == AS_OK;
        if (is_finding(status)) {
            add_fault(&found->pack, AS_FINDING_LOAD, folder, &why);
            status = AS_OK;
        } else if (status != AS_OK) {
            *error = why;
        }
    }
    if (*loads)
        status = check_loaded(&found->pack, script, context, found->pace, error);
    if (*loads && status == AS_OK && found->content_file != NULL)
        status = as_check_content(&found->content, as_script_pack(script), found->content_file, context->now,
                                  error);
    as_script_free(script);
    as_schema_free(schema);
    return status;
}

/* The pack after those before it under one schema, as a database would have them. */
static enum as_status check_together(struct as_findings *findings, struct as_context *context,
                                     const struct as_source *source, const char *folder,
                                     struct as_error *error)
{
    struct as_script *script = NULL;
    struct as_error why = AS_ERROR_INIT;
    struct as_script_limits limits = context->limits;
    limits.library = getenv("ASSAY_STDLIB");
    enum as_status status = as_context_schema(context, error);
    if (status != AS_OK)
        return status;
    status = as_script_load(&script, source, context->schema, &limits, &why);
    as_script_free(script);
    if (is_finding(status)) {
        add_fault(findings, AS_FINDING_PACKS_CONFLICT, folder, &why);
        status = AS_OK;
    } else if (status != AS_OK) {
        *error = why;
    }
    return status;
}

static enum as_status check_folder(struct as_check_report *report, struct as_context *context,
                                   const char *folder, const struct as_arguments *arguments, bool several,
                                   struct as_error *error)
{
    struct as_source source;
    const char *content = as_given_text(arguments, "content");
    struct found found = {.content_file = content, .pace = as_given(arguments, "pace")};
    bool loads = false;
    as_source_init(&source);
    enum as_status status = as_source_read(&source, folder, error);
    if (status == AS_OK)
        status = check_source(&found, &loads, &source, folder, context, error);
    if (status == AS_OK && several && loads)
        status = check_together(&found.pack, context, &source, folder, error);
    if (status == AS_OK)
        status = as_finding_columns(&found.pack, &source, error);
    if (status == AS_OK)
        status = as_check_report_add(report, folder, &found.pack, error);
    if (status == AS_OK && content != NULL)
        status = as_check_report_add_file(report, &found.content, error);
    as_findings_free(&found.pack);
    as_findings_free(&found.content);
    as_source_free(&source);
    return status;
}

static enum as_status find_kind(const struct as_finding_kind **out, const char *id, struct as_error *error)
{
    const char *near = NULL;
    *out = as_finding_kind_of(as_str_of(id), &near);
    if (*out != NULL)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "there is no finding \"%s\"", id);
    return as_error_advise(error, "%sassay check --why lists all", as_meant("", near, " ").text);
}

static enum as_status explain(const struct as_context *context, const char *id, struct as_error *error)
{
    const struct as_finding_kind *kind;
    enum as_status status = find_kind(&kind, id, error);
    if (status != AS_OK)
        return status;
    const struct as_terminal page = as_page(&context->terminal), *t = &page;
    fprintf(t->out, "%s%s%s (%s)\n", as_style(t, AS_BOLD), kind->id, as_style_end(t),
            as_severity_name(kind->severity));
    const char *const parts[] = {kind->what, kind->why, kind->mend};
    for (int i = 0; i < 3; i++) {
        fputc('\n', t->out);
        as_wrap_print(t, 0, 0, parts[i]);
    }
    return AS_OK;
}

static enum as_status list_findings(const struct as_context *context, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {.title = NULL}, {.title = NULL}, {.title = NULL, .shrinks = true}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (int i = 0; i < AS_FINDING_COUNT; i++) {
        const struct as_finding_kind *kind = as_finding_kind((enum as_finding_id)i);
        as_table_row(&table);
        as_table_style(&table, AS_BOLD, kind->id);
        as_table_text(&table, as_severity_name(kind->severity));
        as_table_text(&table, kind->what);
    }
    enum as_status status = as_table_print(&table, &context->terminal, 0, error);
    as_table_close(&table);
    return status;
}

static void put_kind(struct as_json *json, const struct as_finding_kind *kind)
{
    as_json_open(json, '{');
    as_json_put_text(json, "id", kind->id);
    as_json_put_text(json, "severity", as_severity_name(kind->severity));
    as_json_put_text(json, "what", kind->what);
    as_json_put_text(json, "why", kind->why);
    as_json_put_text(json, "mend", kind->mend);
    as_json_close(json, '}');
}

static enum as_status explain_json(const struct as_context *context, struct as_texts ids,
                                   struct as_error *error)
{
    struct as_buf text = {0};
    struct as_json json = {.out = &text};
    const struct as_finding_kind *kind;
    enum as_status status = AS_OK;
    as_json_open(&json, '[');
    for (int i = 0; ids.n == 0 && i < AS_FINDING_COUNT; i++)
        put_kind(&json, as_finding_kind((enum as_finding_id)i));
    for (uint32_t i = 0; status == AS_OK && i < ids.n; i++)
        if ((status = find_kind(&kind, ids.at[i], error)) == AS_OK)
            put_kind(&json, kind);
    as_json_close(&json, ']');
    if (status == AS_OK)
        status = as_context_print_json(context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status explain_all(const struct as_context *context, struct as_texts ids,
                                  struct as_error *error)
{
    if (context->json)
        return explain_json(context, ids, error);
    enum as_status status = ids.n == 0 ? list_findings(context, error) : AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < ids.n; i++) {
        fputs(i > 0 ? "\n" : "", context->terminal.out);
        status = explain(context, ids.at[i], error);
    }
    return status;
}

static enum as_status run_check(struct as_context *context, const struct as_arguments *arguments,
                                struct as_error *error)
{
    if (as_given(arguments, "why"))
        return explain_all(context, as_given_texts(arguments, "PACK"), error);
    struct as_folders folders = {.list = {0}};
    struct as_check_report report;
    enum as_check_format format = context->json ? AS_CHECK_JSON : AS_CHECK_TEXT;
    const char *form = as_given_text(arguments, "format");
    for (int i = 0; form != NULL && formats[i] != NULL; i++)
        if (strcmp(form, formats[i]) == 0)
            format = (enum as_check_format)i;
    enum as_status status = as_folders_find(&folders, &context->arena, as_given_texts(arguments, "PACK"),
                                            "assay check FOLDER", error);
    if (status != AS_OK)
        return status;
    as_check_report_open(&report, format, &context->terminal);
    report.verbose = as_given(arguments, "verbose");
    for (uint32_t i = 0; status == AS_OK && i < folders.list.n; i++) {
        status = as_context_interrupted(context, error);
        if (status == AS_OK)
            status = check_folder(&report, context, folders.list.at[i], arguments, folders.list.n > 1, error);
    }
    if (status == AS_OK)
        status = as_check_report_end(&report, error);
    if (status == AS_OK && report.text.n > 0)
        status = as_context_print_json(context, &report.text, error);
    context->findings = report.count[AS_SEVERITY_ERROR] + report.count[AS_SEVERITY_WARNING] > 0;
    as_check_report_close(&report);
    return status;
}

static const struct as_option options[] = {
    {.name = "format",
     .kind = AS_OPTION_CHOICE,
     .value = "FORM",
     .text = "how findings are printed; sarif and github are for continuous integration",
     .choices = formats},
    {.name = "content",
     .kind = AS_OPTION_TEXT,
     .value = "FILE",
     .text = "also titles and texts of this file, as `assay import content` takes it: words of ours that the "
             "pack's lexicon knows buyers not to use"},
    {.name = "pace",
     .kind = AS_OPTION_FLAG,
     .text = "also from the database: how long programmes take at the pace at which leads came to their "
             "tracks in "
             "the last 90 days"},
    {.name = "verbose",
     .letter = 'v',
     .kind = AS_OPTION_FLAG,
     .text = "also what is no fault: lists, fields and answers that no rule reads"},
    {.name = "why",
     .kind = AS_OPTION_FLAG,
     .text = "instead of packs, name findings, and read what they mean; without one: the list of all"},
    {.name = NULL},
};

static const char *const examples[] = {
    "assay check rules/inbound",
    "assay check rules/inbound --content content.csv  # jargon in what buyers read",
    "assay check rules/inbound --pace -v  # how many people programmes need, and by when they have them",
    "assay check --why gate-bant-only  # what it means and how to mend it",
    "assay check --format github  # in a workflow: findings beside the lines",
    NULL,
};

const struct as_command as_command_check = {
    .name = "check",
    .group = AS_GROUP_RULES,
    .summary = "find rules that cannot work, without running them",
    .text = "Loads packs without running them and looks for what is wrong: names that nobody declares, "
            "conditions that never or always hold, thresholds that no sum of points can reach, gates that "
            "ask for BANT alone or too early, empty lists, tracks without steps, programmes too small for "
            "what they look for, routes that no lead comes "
            "to, plans without owners, agreements that are not signed or overdue.\n\n"
            "Prints nothing when all is well. Exits 1 when it finds an error or a warning. --at says on "
            "which day the agreement is looked at.",
    .positionals = as_folder_positionals,
    .options = options,
    .examples = examples,
    .run = run_check,
};
