/* assay test: finds the rule tests of packs, has them run and prints the report. */
#include "bind/test_runner.h"
#include "cmd/commands.h"
#include "cmd/context.h"
#include "cmd/folders.h"
#include "cmd/test_quality.h"

#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"pretty", "tap", "junit", "json", NULL};

/* What one run of the command gathers. */
struct testing {
    struct as_test_report report;
    struct as_test_quality quality;
    struct as_test_totals totals;
    bool mutate;
};

static enum as_status add_result(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct testing *testing = context;
    return as_test_report_add(&testing->report, result, error);
}

static enum as_status add_coverage(void *context, const struct as_coverage *coverage,
                                   const struct as_pack *pack, struct as_error *error)
{
    struct testing *testing = context;
    return as_test_quality_coverage(&testing->quality, coverage, pack, error);
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

static enum as_status test_folder(struct testing *testing, const char *folder,
                                  const struct as_test_options *options, struct as_error *error)
{
    struct as_source source;
    struct as_test_totals here = {0};
    struct as_error why = AS_ERROR_INIT;
    struct as_test_report *report = &testing->report;
    as_source_init(&source);
    enum as_status status = as_source_read(&source, folder, error);
    if (status == AS_OK) {
        const char *slash = strrchr(folder, '/');
        report->folder = folder;
        report->pack = slash != NULL ? slash + 1 : folder;
        status = as_tests_run(&here, &source, options, &why);
        add_totals(&testing->totals, &here);
        if (status == AS_OK && testing->mutate && here.failed == 0 && here.passed > 0)
            status = as_test_quality_mutate(&testing->quality, &source, options, &why);
        if (status == AS_ERR_RULE || status == AS_ERR_MISSING || status == AS_ERR_LIMIT ||
            status == AS_ERR_STOPPED)
            status = add_broken(report, &testing->totals, &why, error);
        else if (status != AS_OK)
            *error = why;
    }
    as_source_free(&source);
    return status;
}

static enum as_status print_results(struct as_context *context, struct testing *testing,
                                    enum as_test_format format, const char *lcov, struct as_error *error)
{
    struct as_test_report *report = &testing->report;
    if (format == AS_TEST_JSON)
        as_test_quality_json(&report->more, &testing->quality);
    enum as_status status = as_test_report_end(report, &testing->totals, error);
    if (status == AS_OK && format == AS_TEST_JSON)
        status = as_context_print_json(context, &report->text, error);
    if (format == AS_TEST_PRETTY || format == AS_TEST_TAP)
        as_test_quality_print(&testing->quality, format == AS_TEST_TAP ? "# " : "");
    if (status == AS_OK && lcov != NULL)
        status = as_test_quality_lcov(&testing->quality, lcov, error);
    return status;
}

static enum as_status run_test(struct as_context *context, const struct as_arguments *arguments,
                               struct as_error *error)
{
    struct as_folders folders = {.list = {0}};
    struct testing testing = {.mutate = as_given(arguments, "mutate")};
    struct as_test_report *report = &testing.report;
    struct as_test_totals *totals = &testing.totals;
    enum as_test_format format = context->json ? AS_TEST_JSON : AS_TEST_PRETTY;
    const char *form = as_given_text(arguments, "format");
    for (int i = 0; form != NULL && formats[i] != NULL; i++)
        if (strcmp(form, formats[i]) == 0)
            format = (enum as_test_format)i;
    struct as_test_options options = {.filter = as_given_text(arguments, "filter"),
                                      .library = getenv("ASSAY_STDLIB"),
                                      .fail_fast = as_given(arguments, "fail-fast"),
                                      .shuffle =
                                          as_given(arguments, "shuffle") || as_given(arguments, "seed"),
                                      .seed = (uint64_t)as_given_int(arguments, "seed", 1),
                                      .repeat = (uint32_t)as_given_int(arguments, "repeat", 1),
                                      .each = add_result,
                                      .context = &testing};
    const char *lcov = as_given_text(arguments, "lcov");
    if (as_given(arguments, "coverage") || lcov != NULL)
        options.covered = add_coverage;
    if (as_given(arguments, "threshold") && options.covered == NULL && !testing.mutate) {
        as_error_set(error, AS_ERR_USAGE, "--threshold says nothing without --coverage or --mutate");
        return as_error_advise(error, "assay test --coverage --threshold 90");
    }
    enum as_status status = as_folders_find(&folders, &context->arena, as_given_texts(arguments, "PACK"),
                                            "assay test FOLDER", error);
    if (status != AS_OK)
        return status;
    as_test_report_open(report, format, &context->terminal);
    report->verbose = as_given(arguments, "verbose");
    as_test_quality_open(&testing.quality, context, report);
    testing.quality.threshold = as_given_int(arguments, "threshold", 0);
    for (uint32_t i = 0; status == AS_OK && i < folders.list.n; i++) {
        status = as_context_interrupted(context, error);
        if (status == AS_OK && !(options.fail_fast && totals->failed > 0))
            status = test_folder(&testing, folders.list.at[i], &options, error);
    }
    if (status == AS_OK)
        status = print_results(context, &testing, format, lcov, error);
    if (status == AS_OK && totals->passed + totals->failed + totals->pending == 0) {
        status = as_error_set(error, AS_ERR_USAGE, "no test matches --filter \"%s\"", options.filter);
        as_error_advise(error, "the filter is a part of a file's or a test's name");
    }
    context->findings = totals->failed > 0 || testing.quality.below;
    as_test_quality_close(&testing.quality);
    as_test_report_close(report);
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
    {.name = "coverage",
     .kind = AS_OPTION_FLAG,
     .text = "say which conditions were never yes, never no, or never decided alone"},
    {.name = "lcov", .kind = AS_OPTION_TEXT, .value = "FILE", .text = "write the coverage for lcov"},
    {.name = "mutate",
     .kind = AS_OPTION_FLAG,
     .text = "change the rules one at a time and say which changes no test notices"},
    {.name = "threshold",
     .kind = AS_OPTION_INT,
     .value = "PERCENT",
     .text = "exit 1 when a pack's coverage, or share of changes noticed, is below this",
     .least = 1,
     .most = 100},
    {.name = "fail-fast", .kind = AS_OPTION_FLAG, .text = "stop at the first test that fails"},
    {.name = "shuffle",
     .kind = AS_OPTION_FLAG,
     .text = "run files, and the tests in a file, in an order drawn from the seed"},
    {.name = "seed",
     .kind = AS_OPTION_INT,
     .value = "N",
     .text = "the seed of --shuffle, which it implies; 1 unless said otherwise",
     .least = 0,
     .most = INT64_MAX},
    {.name = "repeat",
     .kind = AS_OPTION_INT,
     .value = "N",
     .text = "run everything so often",
     .least = 1,
     .most = 1000},
    {.name = NULL},
};

static const char *const examples[] = {
    "assay test",
    "assay test rules/inbound --filter \"handed over\"",
    "assay test rules/inbound --coverage --threshold 100",
    "assay test rules/inbound --mutate --threshold 90",
    "assay test --format junit > results.xml  # for a CI job",
    NULL,
};

const struct as_command as_command_test = {
    .name = "test",
    .group = AS_GROUP_RULES,
    .summary = "run the tests beside the rules",
    .text =
        "Runs every *_test.lua of the packs, each file in a fresh sandbox. A test describes a lead, has "
        "the pack decide it and "
        "says what it expects; a failed one shows the rules and values behind what was seen. The clock "
        "of a test is what "
        "the test says, and its budget is counted in steps, so that the same test gives the same result "
        "everywhere.\n\n"
        "--coverage counts, for every condition of the rules, whether a decision of a test found it yes, no "
        "and unknown, and "
        "whether it ever decided its rule alone, both ways; what is missing comes with the facts that would "
        "show it. --mutate "
        "changes one bound, joint, weight, cap, window or criterion at a time and runs the tests again; a "
        "change that they all "
        "pass is a sentence that nobody has written down.\n\nExits 1 when a test fails, or a share is below "
        "--threshold.",
    .positionals = positionals,
    .options = options,
    .examples = examples,
    .run = run_test,
};
