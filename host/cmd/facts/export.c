/* assay export: what the decisions are worth to other programs, foremost the CRM the leads came from. This
 * file reads the options and opens the output; export_leads.c and export_work.c write the rows. */
#include "cmd/facts/export.h"
#include "base/suggest.h"
#include "cmd/commands.h"
#include "cmd/line/watch.h"
#include "score/tree/pack.h"
#include "store/decisions/decisions.h"
#include "store/decisions/versions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const kinds[] = {"leads", "tasks", "moves", NULL};
static const char *const maps[] = {"hubspot", "salesforce", NULL};
static const char *const readers[] = {"sales", NULL};
static const char *const formats[] = {"csv", "ndjson", "json", NULL};

uint32_t as_export_sales_stages(void)
{
    return 1u << AS_STAGE_SALES_READY | 1u << AS_STAGE_ACCEPTED | 1u << AS_STAGE_OPPORTUNITY;
}

static enum as_status add_pack(void *into, const char *name, const char *hash, struct as_error *error)
{
    struct as_export *export = into;
    struct as_arena *arena = &export->context->arena;
    (void)hash;
    const char *copy = as_arena_copy(arena, name, strlen(name));
    return copy && as_list_push(arena, &export->packs, copy) ? AS_OK : as_error_memory(error);
}

static enum as_status choose_packs(struct as_export *export, const char *wanted, struct as_error *error)
{
    enum as_status status = as_store_packs(export->context->store, AS_PACKS_RAN, add_pack, export, error);
    if (status != AS_OK || !wanted)
        return status;
    const char *near = as_suggest(as_str_of(wanted), export->packs.at, export->packs.n);
    for (uint32_t i = 0; i < export->packs.n; i++)
        if (strcmp(export->packs.at[i], wanted) == 0) {
            export->packs.at[0] = export->packs.at[i];
            export->packs.n = 1;
            return AS_OK;
        }
    as_error_set(error, AS_ERR_MISSING, "no pack \"%.100s\" has run on %s", wanted, export->context->db);
    as_error_meant(error, near);
    as_error_advise(error, "give the name of a pack that has run, or leave --pack out for all of them");
    return AS_ERR_MISSING;
}

struct run_search {
    int64_t wanted, last;
    bool found;
};

static enum as_status look_at_run(void *into, const struct as_run_row *row, struct as_error *error)
{
    struct run_search *search = into;
    (void)error;
    search->found |= row->id == search->wanted;
    if (row->id > search->last)
        search->last = row->id;
    return AS_OK;
}

static enum as_status check_run(const struct as_export *export, struct as_error *error)
{
    if (export->since_run == 0)
        return AS_OK;
    struct run_search search = {.wanted = export->since_run};
    enum as_status status =
        as_store_runs(export->context->store, NULL, UINT32_MAX, look_at_run, &search, error);
    if (status != AS_OK || search.found)
        return status;
    as_error_set(error, AS_ERR_MISSING, "there is no run %lld", (long long)export->since_run);
    as_error_advise(error, "the last run of %s is %lld", export->context->db, (long long)search.last);
    return AS_ERR_MISSING;
}

static enum as_sheet_format format_of(const char *given, const char *file, bool json)
{
    struct as_str name = as_str_of(file);
    if (given)
        return strcmp(given, "csv") == 0      ? AS_SHEET_CSV
               : strcmp(given, "ndjson") == 0 ? AS_SHEET_NDJSON
                                              : AS_SHEET_JSON;
    if (json || as_str_ends(name, AS_STR(".json")))
        return AS_SHEET_JSON;
    return as_str_ends(name, AS_STR(".ndjson")) || as_str_ends(name, AS_STR(".jsonl")) ? AS_SHEET_NDJSON
                                                                                       : AS_SHEET_CSV;
}

static enum as_status write_rows(struct as_export *export, const char *kind, struct as_error *error)
{
    if (strcmp(kind, "leads") == 0)
        return as_export_leads(export, error);
    return strcmp(kind, "tasks") == 0 ? as_export_tasks(export, error) : as_export_moves(export, error);
}

static enum as_status file_fault(const char *file, struct as_error *error)
{
    as_error_set(error, AS_ERR_IO, "%s: %s", file, strerror(errno));
    as_error_advise(error, "look at free space and the permissions of the folder");
    return AS_ERR_IO;
}

/* The file appears whole or not at all: whoever reads it never sees half an export. */
static enum as_status write_file(struct as_export *export, const char *kind, const char *file,
                                 struct as_error *error)
{
    struct stat about;
    if (stat(file, &about) == 0 && S_ISDIR(about.st_mode)) {
        as_error_set(error, AS_ERR_IO, "%s is a folder, not a file", file);
        return as_error_advise(error, "name a file in it");
    }
    char *part = as_arena_printf(&export->context->arena, "%s.part", file);
    if (!part)
        return as_error_memory(error);
    export->out = fopen(part, "wb");
    if (!export->out)
        return file_fault(part, error);
    struct as_watch watch;
    as_watch_open(&watch, export->context, file, "rows");
    enum as_status status = write_rows(export, kind, error);
    as_watch_close(&watch);
    bool bad = ferror(export->out) || fflush(export->out) != 0 || fsync(fileno(export->out)) != 0;
    if (status == AS_OK && bad)
        status = file_fault(part, error);
    if (fclose(export->out) != 0 && status == AS_OK)
        status = file_fault(part, error);
    if (status == AS_OK && rename(part, file) != 0)
        status = file_fault(file, error);
    if (status != AS_OK) {
        unlink(part);
        return status;
    }
    char rows[AS_COUNT_TEXT];
    if (!export->context->quiet)
        fprintf(export->context->terminal.out, "%s: %s rows\n", file, as_count_format(rows, export->rows));
    return AS_OK;
}

static enum as_status check_combination(const struct as_export *export, const char *kind,
                                        struct as_error *error)
{
    bool leads = strcmp(kind, "leads") == 0, tasks = strcmp(kind, "tasks") == 0;
    if (export->map != AS_MAP_OURS && !leads) {
        as_error_set(error, AS_ERR_USAGE, "--map names the columns of leads alone");
        as_error_advise(error, "leave --map out, or export leads");
        return AS_ERR_USAGE;
    }
    if (tasks && (export->since_run != 0 || export->for_sales || export->model)) {
        as_error_set(error, AS_ERR_USAGE, "tasks have no model, run or stage to choose by");
        as_error_advise(error, "leave --changed-since, --for and --model out");
        return AS_ERR_USAGE;
    }
    if (export->map != AS_MAP_OURS && export->packs.n > 1) {
        as_error_set(error, AS_ERR_USAGE, "%u packs have run, and a CRM has one place for a stage",
                     export->packs.n);
        as_error_advise(error, "choose one with --pack, for example --pack %s", export->packs.at[0]);
        return AS_ERR_USAGE;
    }
    if (!tasks && export->packs.n == 0) {
        as_error_set(error, AS_ERR_MISSING, "no pack has run on %s", export->context->db);
        as_error_advise(error, "decide first: assay run PACK");
        return AS_ERR_MISSING;
    }
    return AS_OK;
}

static enum as_status run_export(struct as_context *context, const struct as_arguments *arguments,
                                 struct as_error *error)
{
    const char *kind = as_given_text(arguments, "KIND"), *file = as_given_text(arguments, "output");
    const char *map = as_given_text(arguments, "map");
    struct as_export export = {
        .context = context,
        .out = context->terminal.out,
        .format = format_of(as_given_text(arguments, "format"), file, context->json),
        .map = !map                          ? AS_MAP_OURS
               : strcmp(map, "hubspot") == 0 ? AS_MAP_HUBSPOT
                                             : AS_MAP_SALESFORCE,
        .model = as_given_text(arguments, "model"),
        .since_run = as_given_int(arguments, "changed-since", 0),
        .for_sales = as_given(arguments, "for"),
    };
    enum as_status status = as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = choose_packs(&export, as_given_text(arguments, "pack"), error);
    if (status == AS_OK)
        status = check_combination(&export, kind, error);
    if (status == AS_OK)
        status = check_run(&export, error);
    if (status != AS_OK)
        return status;
    return file && strcmp(file, "-") != 0 ? write_file(&export, kind, file, error)
                                          : write_rows(&export, kind, error);
}

static const struct as_positional positionals[] = {
    {.name = "KIND", .text = "what to write", .choices = kinds},
    {0},
};
static const struct as_option options[] = {
    {.name = "pack",
     .kind = AS_OPTION_TEXT,
     .value = "NAME",
     .text = "of this pack alone; else of every pack that has run"},
    {.name = "model", .kind = AS_OPTION_TEXT, .value = "NAME", .text = "of this model alone"},
    {.name = "changed-since",
     .kind = AS_OPTION_INT,
     .value = "RUN",
     .least = 1,
     .most = INT64_MAX,
     .text = "leads: those that changed in a later run than this; moves: those of later runs"},
    {.name = "for",
     .kind = AS_OPTION_CHOICE,
     .value = "READER",
     .choices = readers,
     .text = "only what this reader works with; sales: fully qualified people and opportunities"},
    {.name = "map",
     .kind = AS_OPTION_CHOICE,
     .value = "CRM",
     .choices = maps,
     .text = "leads: write the CRM's own column names"},
    {.name = "format",
     .kind = AS_OPTION_CHOICE,
     .value = "FORMAT",
     .choices = formats,
     .text = "else by the end of the file's name, else csv"},
    {.name = "output",
     .letter = 'o',
     .kind = AS_OPTION_TEXT,
     .value = "FILE",
     .text = "write to this file, whole or not at all; else to standard output"},
    {0},
};
static const char *const examples[] = {
    "assay export leads -o leads.csv",
    "assay export leads --map hubspot --pack inbound --changed-since 41 -o changed.csv",
    "assay export leads --for sales --json",
    "assay export moves --changed-since 41 --format ndjson",
    "assay export tasks --pack enterprise-abm",
    NULL,
};

const struct as_command as_command_export = {
    .name = "export",
    .group = AS_GROUP_DATA,
    .summary = "write stages, grades, scores and tasks for the CRM",
    .text = "leads: one row a lead and model, with the ids of the system it came from, its stage and the "
            "team's label for it, grade, scores and the three rules that gave most points. moves: every "
            "change of stage or grade, and why. tasks: what people have to do.\n\n"
            "With --map hubspot the stage also stands as HubSpot's lifecycle stage; the rest goes to "
            "properties called \"Assay …\". With --map salesforce the columns are API names, custom fields "
            "called Assay_…__c.\n\n"
            "A CSV cell that a spreadsheet would take for a formula begins with an apostrophe.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_export,
};
