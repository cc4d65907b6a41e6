/* assay test: finds the rule tests of packs, has them run and prints the report; once, or whenever a file of
 * them changes. */
#include "base/limits.h"
#include "base/thread.h"
#include "bind/trial/test_runner.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"
#include "cmd/line/folders.h"
#include "cmd/packs/test_memory.h"
#include "cmd/packs/test_quality.h"
#include "cmd/packs/test_watch.h"

#include <stdlib.h>
#include <string.h>

static const char *const formats[] = {"pretty", "tap", "junit", "json", NULL};

/* What one run over the packs gathers, and how it was asked for. */
struct testing {
    struct as_context *context;
    enum as_test_format format;
    struct as_test_options options;
    const char *lcov;
    int64_t threshold;
    bool mutate, verbose, last_failed;
    struct as_test_report report;
    struct as_test_quality quality;
    struct as_test_totals totals;
    struct as_test_memory memory; /* of the pack at hand */
};

static enum as_status add_result(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct testing *testing = context;
    enum as_status status = as_context_interrupted(testing->context, error);
    if (status == AS_OK)
        status = as_test_memory_note(&testing->memory, result, error);
    return status == AS_OK ? as_test_report_add(&testing->report, result, error) : status;
}

static bool failed_last(void *context, const char *file, const char *name)
{
    const struct testing *testing = context;
    return as_test_memory_has(&testing->memory, file, name);
}

static enum as_status add_coverage(void *context, const struct as_coverage *coverage,
                                   const struct as_test_rows *rows, const struct as_pack *pack,
                                   struct as_error *error)
{
    struct testing *testing = context;
    return as_test_quality_coverage(&testing->quality, coverage, rows, pack, error);
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

/* Runs the tests of a pack that was read. */
static enum as_status test_source(struct testing *testing, const char *folder, const struct as_source *source,
                                  struct as_error *error)
{
    struct as_test_totals here = {0};
    struct as_error why = AS_ERROR_INIT;
    struct as_test_options options = testing->options;
    enum as_status status = as_test_memory_open(&testing->memory, folder, error);
    if (status != AS_OK)
        return status;
    if (testing->last_failed && testing->memory.before.n > 0)
        options.only = failed_last;
    status = as_tests_run(&here, source, &options, &why);
    add_totals(&testing->totals, &here);
    if (status == AS_OK) {
        bool part =
            options.only != NULL || options.filter != NULL || options.tags != NULL || options.fail_fast;
        status = as_test_memory_save(&testing->memory, part, &why);
    }
    if (status == AS_OK && testing->mutate && here.failed == 0 && here.passed > 0)
        status = as_test_quality_mutate(&testing->quality, source, &options, &why);
    bool interrupted = as_context_interrupted(testing->context, error) != AS_OK;
    if (status == AS_ERR_RULE || status == AS_ERR_MISSING || status == AS_ERR_LIMIT ||
        (status == AS_ERR_STOPPED && !interrupted))
        status = add_broken(&testing->report, &testing->totals, &why, error);
    else if (status != AS_OK)
        *error = why;
    as_test_memory_close(&testing->memory);
    return status;
}

static enum as_status test_folder(struct testing *testing, const char *folder, struct as_error *error)
{
    struct as_source source;
    as_source_init(&source);
    enum as_status status = as_source_read(&source, folder, error);
    if (status == AS_OK) {
        const char *slash = strrchr(folder, '/');
        testing->report.folder = folder;
        testing->report.pack = slash != NULL ? slash + 1 : folder;
        status = test_source(testing, folder, &source, error);
    }
    as_source_free(&source);
    return status;
}

static enum as_status print_results(struct testing *testing, struct as_error *error)
{
    struct as_test_report *report = &testing->report;
    if (testing->format == AS_TEST_JSON)
        as_test_quality_json(&report->more, &testing->quality);
    enum as_status status = as_test_report_end(report, &testing->totals, error);
    if (status == AS_OK && testing->format == AS_TEST_JSON)
        status = as_context_print_json(testing->context, &report->text, error);
    if (testing->format == AS_TEST_PRETTY || testing->format == AS_TEST_TAP)
        as_test_quality_print(&testing->quality, testing->format == AS_TEST_TAP ? "# " : "");
    if (status == AS_OK && testing->lcov != NULL)
        status = as_test_quality_lcov(&testing->quality, testing->lcov, error);
    return status;
}

static enum as_status refuse_nothing(const struct testing *testing, struct as_error *error)
{
    const struct as_test_options *options = &testing->options;
    if (options->filter != NULL) {
        as_error_set(error, AS_ERR_USAGE, "no test matches --filter \"%s\"", options->filter);
        return as_error_advise(error, "the filter is a part of a file's or a test's name");
    }
    if (options->tags != NULL) {
        as_error_set(error, AS_ERR_USAGE, "no test has the tags \"%s\"", options->tags);
        return as_error_advise(error, "a tag is a #word in a name, or stands under tags = { … }");
    }
    as_error_set(error, AS_ERR_USAGE, "the tests that failed last time are no longer there");
    return as_error_advise(error, "run them all: assay test");
}

/* One run over packs. */
static enum as_status test_packs(struct testing *testing, const char *const *packs, uint32_t n,
                                 struct as_error *error)
{
    struct as_context *context = testing->context;
    enum as_status status = AS_OK;
    testing->totals = (struct as_test_totals){0};
    as_test_report_open(&testing->report, testing->format, &context->terminal);
    testing->report.verbose = testing->verbose;
    as_test_quality_open(&testing->quality, context, &testing->report);
    testing->quality.threshold = testing->threshold;
    for (uint32_t i = 0; status == AS_OK && i < n; i++) {
        status = as_context_interrupted(context, error);
        if (status == AS_OK && !(testing->options.fail_fast && testing->totals.failed > 0))
            status = test_folder(testing, packs[i], error);
    }
    if (status == AS_OK)
        status = print_results(testing, error);
    if (status == AS_OK && testing->totals.passed + testing->totals.failed + testing->totals.pending == 0)
        status = refuse_nothing(testing, error);
    context->findings = testing->totals.failed > 0 || testing->quality.below;
    as_test_quality_close(&testing->quality);
    as_test_report_close(&testing->report);
    return status;
}

/* Tests all packs, then each that changes, until the user interrupts. What is wrong with a pack is shown and
 * waited for: it is being written. */
static enum as_status test_again(struct testing *testing, const struct as_folders *folders,
                                 struct as_error *error)
{
    struct as_test_watch watch;
    const struct as_terminal *terminal = &testing->context->terminal;
    enum as_status status = as_test_watch_open(&watch, folders, error);
    const char *folder = NULL, *file = "";
    struct as_error wrong = AS_ERROR_INIT;
    if (status == AS_OK && test_packs(testing, folders->list.at, folders->list.n, &wrong) != AS_OK)
        as_error_print(terminal, &wrong);
    while (status == AS_OK) {
        fflush(terminal->out);
        status = as_test_watch_wait(&folder, &file, &watch, testing->context, error);
        if (status != AS_OK || folder == NULL)
            break;
        fprintf(terminal->out, "\n%s%s%s%s changed%s\n", as_style(terminal, AS_DIM), folder,
                file[0] != '\0' ? "/" : "", file, as_style_end(terminal));
        as_error_clear(&wrong);
        if (test_packs(testing, &folder, 1, &wrong) != AS_OK)
            as_error_print(terminal, &wrong);
    }
    as_test_watch_close(&watch);
    return status;
}

static enum as_status read_options(struct testing *testing, const struct as_arguments *arguments,
                                   struct as_error *error)
{
    struct as_test_options *options = &testing->options;
    const char *form = as_given_text(arguments, "format");
    testing->format = testing->context->json ? AS_TEST_JSON : AS_TEST_PRETTY;
    for (int i = 0; form != NULL && formats[i] != NULL; i++)
        if (strcmp(form, formats[i]) == 0)
            testing->format = (enum as_test_format)i;
    *options =
        (struct as_test_options){.filter = as_given_text(arguments, "filter"),
                                 .tags = as_given_text(arguments, "tags"),
                                 .steps = testing->context->limits.steps,
                                 .memory = testing->context->limits.memory,
                                 .library = getenv("ASSAY_STDLIB"),
                                 .fail_fast = as_given(arguments, "fail-fast"),
                                 .shuffle = as_given(arguments, "shuffle") || as_given(arguments, "seed"),
                                 .seed = (uint64_t)as_given_int(arguments, "seed", 1),
                                 .repeat = (uint32_t)as_given_int(arguments, "repeat", 1),
                                 .jobs = (uint32_t)as_given_int(arguments, "jobs", 1),
                                 .each = add_result,
                                 .context = testing};
    if (as_given(arguments, "jobs") && options->jobs == 0)
        options->jobs = as_processors();
    testing->mutate = as_given(arguments, "mutate");
    testing->verbose = as_given(arguments, "verbose");
    testing->last_failed = as_given(arguments, "last-failed");
    testing->lcov = as_given_text(arguments, "lcov");
    testing->threshold = as_given_int(arguments, "threshold", 0);
    if (as_given(arguments, "coverage") || testing->lcov != NULL)
        options->covered = add_coverage;
    if (testing->threshold > 0 && options->covered == NULL && !testing->mutate) {
        as_error_set(error, AS_ERR_USAGE, "--threshold says nothing without --coverage or --mutate");
        return as_error_advise(error, "assay test --coverage --threshold 90");
    }
    if (as_given(arguments, "watch") && testing->format != AS_TEST_PRETTY) {
        as_error_set(error, AS_ERR_USAGE, "--watch prints for people: one result after the other is no %s",
                     formats[testing->format]);
        return as_error_advise(error, "leave out --format, or --watch");
    }
    return AS_OK;
}

static enum as_status run_test(struct as_context *context, const struct as_arguments *arguments,
                               struct as_error *error)
{
    struct as_folders folders = {.list = {0}};
    struct testing testing = {.context = context};
    enum as_status status = read_options(&testing, arguments, error);
    if (status == AS_OK)
        status = as_folders_find(&folders, &context->arena, as_given_texts(arguments, "PACK"),
                                 "assay test FOLDER", error);
    if (status != AS_OK)
        return status;
    if (as_given(arguments, "watch"))
        return test_again(&testing, &folders, error);
    return test_packs(&testing, folders.list.at, folders.list.n, error);
}

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
    {.name = "tags",
     .kind = AS_OPTION_TEXT,
     .value = "TAGS",
     .text = "only tests with one of these tags; -TAG leaves out those with it: \"slow,-draft\""},
    {.name = "last-failed",
     .kind = AS_OPTION_FLAG,
     .text = "only tests that failed when they last ran; all when none did"},
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
     .text = "the seed of --shuffle, which it implies, and of generated leads; 1 unless said otherwise",
     .least = 0,
     .most = INT64_MAX},
    {.name = "repeat",
     .kind = AS_OPTION_INT,
     .value = "N",
     .text = "run everything so often, each time with other generated leads",
     .least = 1,
     .most = 1000},
    {.name = "jobs",
     .kind = AS_OPTION_INT,
     .value = "N",
     .text = "run so many files (or tries of --mutate) at once; 0: as many as there are processors",
     .least = 0,
     .most = AS_MAX_THREADS},
    {.name = "watch",
     .kind = AS_OPTION_FLAG,
     .text = "run again whenever a file of a pack changes, until interrupted"},
    {.name = NULL},
};

static const char *const examples[] = {
    "assay test",
    "assay test rules/inbound --filter \"handed over\"",
    "assay test rules/inbound --coverage --threshold 100",
    "assay test rules/inbound --mutate --threshold 90",
    "assay test rules/inbound --watch --last-failed  # while writing",
    "assay test rules/inbound --tags -slow --jobs 0",
    "assay test --format junit > results.xml  # for a CI job",
    NULL,
};

const struct as_command as_command_test = {
    .name = "test",
    .group = AS_GROUP_RULES,
    .summary = "run the tests beside the rules",
    .text =
        "Runs every *_test.lua of the packs, each file in a fresh sandbox. A test describes a lead, has the "
        "pack decide it and says what it expects; a failed one shows the rules and values behind what was "
        "seen. The clock of a test is what the test says, and its budget is counted in steps, so that the "
        "same test gives the same result everywhere.\n\n"
        "--coverage counts, for every condition of the rules, whether a decision of a test found it yes, no "
        "and unknown, and whether it ever decided its rule alone, both ways; what is missing comes with the "
        "facts that would show it. --mutate changes one bound, joint, weight, cap, window or criterion at a "
        "time and runs the tests again; a change that they all pass is a sentence that nobody has written "
        "down.\n\n"
        "Which tests failed is remembered in $XDG_CACHE_HOME/assay/tests (else ~/.cache/assay/tests), for "
        "--last-failed.\n\n"
        "Exits 1 when a test fails, or a share is below --threshold.",
    .positionals = as_folder_positionals,
    .options = options,
    .examples = examples,
    .run = run_test,
};
