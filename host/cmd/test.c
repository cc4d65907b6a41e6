/* assay test: finds the rule tests of packs, has them run and prints the report. */
#include "bind/test_runner.h"
#include "cmd/commands.h"
#include "cmd/context.h"
#include "cmd/test_report.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const formats[] = {"pretty", "tap", "junit", "json", NULL};

/* The folders to test, in order. */
struct folders {
    AS_LIST(const char *) at;
};

static bool has_pack(const char *folder)
{
    struct as_buf path = {0};
    as_buf_printf(&path, "%s/pack.lua", folder);
    bool there = !path.failed && access(as_buf_c(&path), R_OK) == 0;
    as_buf_free(&path);
    return there;
}

static int visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

/* Nothing named: the folder itself when it is a pack, else the packs under rules/. */
static enum as_status find_folders(struct folders *folders, struct as_arena *arena, struct as_error *error)
{
    if (has_pack("."))
        return as_list_push(arena, &folders->at, ".") ? AS_OK : as_error_memory(error);
    struct dirent **entries = NULL;
    int n = scandir("rules", &entries, visible, alphasort);
    enum as_status status = AS_OK;
    for (int i = 0; i < n; i++) {
        const char *folder = as_arena_printf(arena, "rules/%s", entries[i]->d_name);
        if (folder == NULL || (has_pack(folder) && !as_list_push(arena, &folders->at, folder)))
            status = as_error_memory(error);
        free(entries[i]);
    }
    free(entries);
    if (status == AS_OK && folders->at.n == 0) {
        status = as_error_set(error, AS_ERR_MISSING,
                              "there is no pack here: neither pack.lua nor rules/*/pack.lua");
        as_error_advise(error, "name the folder of a pack: assay test FOLDER");
    }
    return status;
}

static enum as_status add_result(void *context, const struct as_test_result *result, struct as_error *error)
{
    return as_test_report_add(context, result, error);
}

static void add_totals(struct as_test_totals *to, const struct as_test_totals *from)
{
    to->files += from->files;
    to->passed += from->passed;
    to->failed += from->failed;
    to->pending += from->pending;
    to->left_out += from->left_out;
}

/* A pack that does not load, or that nobody tests, is a failed test of its own, so that the other packs are
 * tested all the same. The loader says places from here; the report puts the folder in front itself. */
static enum as_status add_broken(struct as_test_report *report, struct as_test_totals *totals,
                                 struct as_error *why, struct as_error *error)
{
    size_t n = strlen(report->folder);
    if (strncmp(why->file, report->folder, n) == 0 && why->file[n] == '/')
        memmove(why->file, why->file + n + 1, strlen(why->file + n + 1) + 1);
    struct as_test_result result = {.file = why->file[0] != '\0' ? why->file : "pack.lua",
                                    .line = why->line,
                                    .name = why->status == AS_ERR_MISSING ? "the pack has tests"
                                                                          : "the pack loads",
                                    .status = AS_TEST_FAILED,
                                    .error = why,
                                    .report = ""};
    totals->failed++;
    return as_test_report_add(report, &result, error);
}

static enum as_status test_folder(struct as_test_report *report, struct as_test_totals *totals,
                                  const char *folder, const struct as_test_options *options,
                                  struct as_error *error)
{
    struct as_source source;
    struct as_test_totals here = {0};
    struct as_error why = AS_ERROR_INIT;
    as_source_init(&source);
    enum as_status status = as_source_read(&source, folder, error);
    if (status == AS_OK) {
        const char *slash = strrchr(folder, '/');
        report->folder = folder;
        report->pack = slash != NULL ? slash + 1 : folder;
        status = as_tests_run(&here, &source, options, &why);
        add_totals(totals, &here);
        if (status == AS_ERR_RULE || status == AS_ERR_MISSING || status == AS_ERR_LIMIT ||
            status == AS_ERR_STOPPED)
            status = add_broken(report, totals, &why, error);
        else if (status != AS_OK)
            *error = why;
    }
    as_source_free(&source);
    return status;
}

static enum as_status run_test(struct as_context *context, const struct as_arguments *arguments,
                               struct as_error *error)
{
    struct folders folders = {.at = {0}};
    struct as_texts named = as_given_texts(arguments, "PACK");
    struct as_test_totals totals = {0};
    struct as_test_report report;
    enum as_test_format format = context->json ? AS_TEST_JSON : AS_TEST_PRETTY;
    const char *form = as_given_text(arguments, "format");
    for (int i = 0; form != NULL && formats[i] != NULL; i++)
        if (strcmp(form, formats[i]) == 0)
            format = (enum as_test_format)i;
    struct as_test_options options = {.filter = as_given_text(arguments, "filter"),
                                      .library = getenv("ASSAY_STDLIB"),
                                      .each = add_result,
                                      .context = &report};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < named.n; i++) {
        size_t n = strlen(named.at[i]);
        while (n > 1 && named.at[i][n - 1] == '/')
            n--;
        const char *folder = as_arena_copy(&context->arena, named.at[i], n);
        if (folder == NULL || !as_list_push(&context->arena, &folders.at, folder))
            status = as_error_memory(error);
    }
    if (status == AS_OK && named.n == 0)
        status = find_folders(&folders, &context->arena, error);
    if (status != AS_OK)
        return status;
    as_test_report_open(&report, format, &context->terminal);
    report.verbose = as_given(arguments, "verbose");
    for (uint32_t i = 0; status == AS_OK && i < folders.at.n; i++) {
        status = as_context_interrupted(context, error);
        if (status == AS_OK)
            status = test_folder(&report, &totals, folders.at.at[i], &options, error);
    }
    if (status == AS_OK)
        status = as_test_report_end(&report, &totals, error);
    if (status == AS_OK && format == AS_TEST_JSON)
        status = as_context_print_json(context, &report.text, error);
    if (status == AS_OK && totals.passed + totals.failed + totals.pending == 0) {
        status = as_error_set(error, AS_ERR_USAGE, "no test matches --filter \"%s\"", options.filter);
        as_error_advise(error, "the filter is a part of a file's or a test's name");
    }
    context->findings = totals.failed > 0;
    as_test_report_close(&report);
    return status;
}

static const struct as_positional positionals[] = {
    {.name = "PACK",
     .text = "folder of a pack; without one: this folder, or every pack under rules/",
     .optional = true,
     .repeats = true},
    {.name = NULL},
};

static const struct as_option options[] = {
    {.name = "format",
     .kind = AS_OPTION_CHOICE,
     .value = "FORM",
     .text = "how results are printed",
     .choices = formats},
    {.name = "verbose",
     .letter = 'v',
     .kind = AS_OPTION_FLAG,
     .text = "a line for every test, not only for failed ones"},
    {.name = "filter",
     .kind = AS_OPTION_TEXT,
     .value = "WORDS",
     .text = "only tests whose file or name contains this"},
    {.name = NULL},
};

static const char *const examples[] = {
    "assay test",
    "assay test rules/inbound --filter \"handed over\"",
    "assay test --format junit > results.xml  # for a CI job",
    NULL,
};

const struct as_command as_command_test = {
    .name = "test",
    .group = AS_GROUP_RULES,
    .summary = "run the tests beside the rules",
    .text = "Runs every *_test.lua of the packs, each file in a fresh sandbox. A test describes a lead, has "
            "the pack decide it and "
            "says what it expects; a failed one shows the rules and values behind what was seen. The clock "
            "of a test is what "
            "the test says, and its budget is counted in steps, so that the same test gives the same result "
            "everywhere.\n\nExits 1 when a test fails.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_test,
};
