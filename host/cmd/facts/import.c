/* assay import: facts from files, checked and counted row by row. Reading is host/data's, keeping is
 * host/store's; this file joins them and says how it went. */
#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/facts/import_report.h"
#include "data/mapping/mapping.h"
#include "store/facts/facts.h"
#include "store/snapshot/snapshot.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

static enum as_precedence precedence_of(const char *source)
{
    for (int i = 0; source && as_precedences[i]; i++)
        if (strcmp(as_precedences[i], source) == 0)
            return (enum as_precedence)i;
    return AS_FROM_CRM;
}

/* ";", "tab", "\t" */
static enum as_status delimiter_of(char *out, const char *text, struct as_error *error)
{
    *out = '\0';
    if (!text)
        return AS_OK;
    if (strcmp(text, "tab") == 0 || strcmp(text, "\\t") == 0) {
        *out = '\t';
        return AS_OK;
    }
    if (strlen(text) == 1 && !strchr("\"\r\n", text[0])) {
        *out = text[0];
        return AS_OK;
    }
    as_error_set(error, AS_ERR_USAGE, "\"%.40s\" is no delimiter", text);
    as_error_advise(error, "give one character, for example --delimiter ';', or --delimiter tab");
    return AS_ERR_USAGE;
}

struct watch {
    const struct as_context *context;
    struct as_progress progress;
};

static bool show_progress(void *into, uint64_t done, uint64_t all, uint64_t rows)
{
    struct watch *watch = into;
    as_progress_show(&watch->progress, all > 0 ? (double)done / (double)all : -1, rows);
    return !(watch->context->interrupted && *watch->context->interrupted);
}

/* Reads the file into an open batch and commits it. */
static enum as_status take_in(struct as_import_report *report, struct as_context *context,
                              const struct as_facts_options *facts_options, struct as_ingest_options *options,
                              struct as_error *error)
{
    struct as_facts *facts = NULL;
    struct watch watch = {.context = context};
    enum as_status status = as_facts_open(&facts, context->store, context->schema, facts_options, error);
    if (status != AS_OK)
        return status;
    as_progress_start(&watch.progress, &context->terminal, report->file, "rows");
    struct as_record_sink sink = as_facts_sink(facts);
    options->progress = show_progress;
    options->progress_context = &watch;
    status = as_ingest(&report->read, options, &sink, error);
    as_progress_end(&watch.progress);
    /* Reading from a pipe fails when it is interrupted: that it was is what counts. */
    if (status == AS_OK || status == AS_ERR_IO) {
        struct as_error stopped = AS_ERROR_INIT;
        if (as_context_interrupted(context, &stopped) != AS_OK) {
            *error = stopped;
            status = stopped.status;
        }
    }
    if (status == AS_OK)
        status = as_facts_commit(facts, &report->kept, error);
    as_facts_close(facts);
    return status;
}

/* A dry run does everything inside a transaction that is never committed, in memory where there is no
 * database yet. */
static enum as_status open_store(struct as_context *context, bool dry, struct as_error *error)
{
    if (dry && access(context->db, F_OK) != 0)
        context->db = ":memory:";
    enum as_status status = as_context_store(context, AS_STORE_CREATE, error);
    if (status == AS_OK)
        status = as_store_lock(context->store, "import", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_store_begin(context->store, error);
    return status;
}

static enum as_status load_packs(struct as_context *context, struct as_texts folders, struct as_error *error)
{
    enum as_status status = as_context_schema(context, error);
    for (uint32_t i = 0; status == AS_OK && i < folders.n; i++) {
        struct as_loaded_pack *loaded;
        status = as_context_pack(&loaded, context, folders.at[i], error);
    }
    return status;
}

/* Before anything is opened: a typing error must not leave a new database behind. */
static enum as_status check_readable(const char *path, struct as_error *error)
{
    if (strcmp(path, "-") == 0 || access(path, R_OK) == 0)
        return AS_OK;
    as_error_set(error, errno == ENOENT ? AS_ERR_MISSING : AS_ERR_IO, "%s: %s", path, strerror(errno));
    return as_error_advise(error, "name a file of CSV or NDJSON that can be read, or - for standard input");
}

/* *began: the transaction still runs. */
static enum as_status finish(bool *began, struct as_context *context, struct as_error *error)
{
    enum as_status status = as_store_keep_events(context->store, error);
    if (status == AS_OK)
        status = as_store_commit(context->store, error);
    *began = status != AS_OK;
    return status == AS_OK ? as_store_fold_events(context->store, context->schema, error) : status;
}

static enum as_status run_import(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    const char *path = as_given_text(arguments, "FILE"), *map = as_given_text(arguments, "map");
    const char *slash = strrchr(path, '/'), *system = as_given_text(arguments, "system");
    struct as_import_report report = {
        .kind = as_given_text(arguments, "KIND"),
        .file = strcmp(path, "-") == 0 ? "standard input"
                : slash                ? slash + 1
                                       : path,
        .dry = as_given(arguments, "dry-run"),
    };
    struct as_mapping *mapping = NULL;
    struct as_ingest_options options = {
        .path = path,
        .preset = as_given_text(arguments, "preset"),
        .now = context->at,
        .rejects_path = as_given_text(arguments, "rejects"),
    };
    bool began = false;
    enum as_status status = delimiter_of(&options.delimiter, as_given_text(arguments, "delimiter"), error);
    if (status == AS_OK)
        status = check_readable(path, error);
    if (status == AS_OK && map)
        status = as_mapping_read(&mapping, map, error);
    if (status == AS_OK)
        status = load_packs(context, as_given_texts(arguments, "pack"), error);
    if (status == AS_OK)
        status = open_store(context, report.dry, error);
    began = status == AS_OK;
    if (status == AS_OK)
        status = as_context_learn(context, error);
    if (status != AS_OK)
        goto done;
    as_import_kind_parse(&options.kind, as_str_of(report.kind));
    options.mapping = mapping;
    options.schema = context->schema;
    const char *found = as_ingest_system(&options);
    struct as_facts_options facts_options = {
        .system = system  ? system
                  : found ? found
                          : "csv",
        .file = report.file,
        .precedence = precedence_of(as_given_text(arguments, "source")),
        .clear_empty = as_given(arguments, "clear-empty"),
        .now = context->at,
    };
    report.system = facts_options.system;
    status = take_in(&report, context, &facts_options, &options, error);
    if (status == AS_OK && !report.dry)
        status = finish(&began, context, error);
    if (status == AS_OK)
        status = as_import_report_print(&report, context, error);
    context->findings = report.read.rejected > 0;
done:
    if (began)
        as_store_rollback(context->store);
    as_ingest_summary_free(&report.read);
    as_mapping_free(mapping);
    return status;
}

static const struct as_positional positionals[] = {
    {.name = "KIND", .text = "what the rows are", .choices = as_import_kinds},
    {.name = "FILE", .text = "CSV or NDJSON, in UTF-8; - reads standard input"},
    {0},
};
static const struct as_option options[] = {
    {.name = "map",
     .kind = AS_OPTION_TEXT,
     .value = "FILE",
     .text =
         "a mapping: their column → our field, translations of values, forms of dates, joins between files; "
         "`assay manual mapping` describes it"},
    {.name = "preset",
     .kind = AS_OPTION_CHOICE,
     .value = "CRM",
     .text = "the column names of this CRM's exports",
     .choices = as_mapping_systems},
    {.name = "pack",
     .kind = AS_OPTION_LIST,
     .value = "DIR",
     .text = "know the fields, answers and events that this pack declares; may be repeated. Needed once: the "
             "database remembers"},
    {.name = "system",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "where the ids in the file come from; else what the mapping or preset says, else csv"},
    {.name = "source",
     .kind = AS_OPTION_CHOICE,
     .value = "SOURCE",
     .choices = as_precedences,
     .text = "how much the values are worth, weakest first; a weaker source never overwrites a stronger one; "
             "else crm"},
    {.name = "clear-empty",
     .kind = AS_OPTION_FLAG,
     .text = "an empty cell clears the value; else it says nothing"},
    {.name = "delimiter",
     .kind = AS_OPTION_TEXT,
     .value = "CHAR",
     .text = "between cells of a CSV file; else found out"},
    {.name = "rejects",
     .kind = AS_OPTION_TEXT,
     .value = "FILE",
     .text = "where rows that cannot be taken in go, with line, column and reason; else FILE.rejects.csv"},
    {.name = "dry-run",
     .kind = AS_OPTION_FLAG,
     .text = "say how the columns are read and what would happen; keep nothing"},
    {0},
};
static const char *const examples[] = {
    "assay import leads leads.csv --pack rules/inbound",
    "assay import leads export.csv --map mapping.json --dry-run",
    "assay import leads contacts.csv --preset hubspot",
    "assay import events clicks.ndjson --at 2026-03-01     # known since that day",
    "cat answers.csv | assay import answers - --source stated",
    NULL,
};

const struct as_command as_command_import = {
    .name = "import",
    .group = AS_GROUP_DATA,
    .summary = "take in facts from the CRM, the web tracker or a form",
    .text =
        "Rows that cannot be taken in go to a reject file with line, column and reason; the others go in, in "
        "one transaction, and the summary counts both. Exit code 1 says that rows were rejected: correct the "
        "reject file and import it. Importing a file twice changes nothing the second time, but where two of "
        "its rows say different things of one lead: the last one holds, each time anew.\n\n"
        "Columns are taken by their names when there is no --map and no --preset. Columns that nothing takes "
        "are named. --at says since when the facts have been known: decisions as of an earlier time do not "
        "see them.\n\n"
        "`assay manual mapping` tells how a mapping is written, and which columns each KIND has.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_import,
};
