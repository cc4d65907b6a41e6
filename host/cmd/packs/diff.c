/* assay diff: what another version of a pack would do. Finding the two versions and the days, keeping
 * budgets; the comparison is host/run's, the page diff_page.c's. */
#include "cmd/commands.h"
#include "cmd/line/pack_choice.h"
#include "cmd/line/sample_base.h"
#include "cmd/line/watch.h"
#include "cmd/output/wording.h"
#include "cmd/output/wrap.h"
#include "cmd/packs/budget.h"
#include "cmd/packs/diff_page.h"
#include "cmd/packs/git_history.h"

#include "base/thread.h"
#include "base/time.h"
#include "store/decisions/versions.h"

#include <string.h>

/* One of the two packs: what the user called it, and what it is. */
struct side {
    const char *words;
    struct as_run_pack pack;
};

/* A budget as one model kept it or broke it. */
struct budget_line {
    const struct as_budget *budget;
    const char *model;
    int64_t at;
    uint32_t leads[AS_SIDES];
    bool holds;
};
struct budget_lines {
    AS_LIST(struct budget_line) list;
};

struct diffing {
    struct as_context *context;
    const struct as_arguments *arguments;
    struct side sides[AS_SIDES];
    AS_LIST(struct as_budget) budgets;
    struct budget_lines kept;
    struct as_document document;
    struct as_json *json;
};

/* --- the packs --- */

static enum as_status load_words(struct side *side, struct as_context *context, const char *words,
                                 struct as_error *error)
{
    struct as_loaded_pack *loaded;
    side->words = words;
    enum as_status status = as_context_pack(&loaded, context, words, error);
    return status == AS_OK ? as_ready_pack(&side->pack, loaded, as_processors(), error) : status;
}

static enum as_status load_revision(struct side *side, struct as_context *context, const char *folder,
                                    const char *revision, struct as_error *error)
{
    struct as_source source;
    struct as_loaded_pack *loaded;
    side->words = as_arena_printf(&context->arena, "%s at %s", folder, revision);
    if (side->words == NULL)
        return as_error_memory(error);
    enum as_status status = as_git_source(&source, folder, revision, error);
    if (status == AS_OK)
        status = as_context_source(&loaded, context, &source, error);
    return status == AS_OK ? as_ready_pack(&side->pack, loaded, as_processors(), error) : status;
}

/* One pack alone is compared with the version that decides today. */
static enum as_status load_deciding(struct diffing *d, struct as_error *error)
{
    struct side *side = &d->sides[AS_BEFORE];
    const char *name = d->sides[AS_AFTER].pack.pack->name;
    struct as_deciding deciding;
    enum as_status status = as_store_deciding(&deciding, d->context->store, name, error);
    if (status == AS_OK && deciding.hash[0] == '\0') {
        as_error_set(error, AS_ERR_USAGE,
                     "there is nothing to compare with: pack \"%s\" has not run on this database", name);
        return as_error_advise(error, "name two packs, or --git REV for the left one");
    }
    side->words = as_arena_printf(&d->context->arena,
                                  deciding.promoted ? "%s as promoted" : "the last run of %s", name);
    if (status == AS_OK && side->words == NULL)
        status = as_error_memory(error);
    return status == AS_OK
               ? as_stored_pack(&side->pack, d->context, name, deciding.hash, as_processors(), error)
               : status;
}

static enum as_status load_sides(struct diffing *d, struct as_error *error)
{
    const char *a = as_given_text(d->arguments, "PACK_A"), *b = as_given_text(d->arguments, "PACK_B");
    const char *revision = as_given_text(d->arguments, "git");
    if (revision != NULL && b != NULL) {
        as_error_set(error, AS_ERR_USAGE,
                     "--git takes the left pack from history, so there is room for one only");
        return as_error_advise(error, "for example: assay diff --git main rules/inbound");
    }
    enum as_status status = AS_OK;
    if (b == NULL)
        status = load_words(&d->sides[AS_AFTER], d->context, a, error);
    if (b == NULL && status == AS_OK)
        return revision != NULL ? load_revision(&d->sides[AS_BEFORE], d->context, a, revision, error)
                                : load_deciding(d, error);
    if (status == AS_OK)
        status = load_words(&d->sides[AS_BEFORE], d->context, a, error);
    return status == AS_OK ? load_words(&d->sides[AS_AFTER], d->context, b, error) : status;
}

/* --- comparing --- */

static enum as_status check_budgets(struct diffing *d, const struct as_difference *difference,
                                    struct as_error *error)
{
    for (uint32_t b = 0; b < d->budgets.n; b++)
        for (uint32_t m = 0; m < difference->models.n; m++) {
            const struct as_difference_model *model = &difference->models.at[m];
            const struct as_budget *budget = &d->budgets.at[b];
            if (model->model[AS_BEFORE] == NULL || model->model[AS_AFTER] == NULL)
                continue;
            struct budget_line line = {.budget = budget, .at = difference->at};
            for (int side = 0; side < AS_SIDES; side++)
                line.leads[side] = model->stages[side][budget->stage];
            line.holds = as_budget_holds(budget, line.leads[AS_BEFORE], line.leads[AS_AFTER]);
            line.model = as_arena_printf(&d->context->arena, "%s", model->name);
            if (line.model == NULL || !as_list_push(&d->context->arena, &d->kept.list, line))
                return as_error_memory(error);
            d->context->findings |= !line.holds;
        }
    return AS_OK;
}

static enum as_status print_budgets(struct diffing *d, struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Budget", false, false}, {"Model", false, false},
                                                     {"As of", false, false},  {"Leads before", true, false},
                                                     {"after", true, false},   {"", false, false}};
    struct as_table table;
    if (d->kept.list.n == 0)
        return AS_OK;
    as_table_open(&table, columns, 6);
    for (uint32_t i = 0; i < d->kept.list.n; i++) {
        const struct budget_line *line = &d->kept.list.at[i];
        char at[AS_WORDING];
        as_table_row(&table);
        as_table_text(&table, line->budget->text);
        as_table_text(&table, line->model);
        as_table_text(&table, as_instant_format(at, line->at));
        for (int side = 0; side < AS_SIDES; side++)
            as_table_printf(&table, "%u", line->leads[side]);
        as_table_style(&table, line->holds ? AS_GREEN : AS_RED, line->holds ? "kept" : "broken");
    }
    as_document_heading(&d->document, 2, "Budgets");
    enum as_status status = as_document_table(&d->document, &table, error);
    as_table_close(&table);
    return status;
}

/* Broken budgets are named on the error stream too, where a quiet CI job shows them. */
static void name_broken(const struct diffing *d)
{
    for (uint32_t i = 0; i < d->kept.list.n; i++) {
        const struct budget_line *line = &d->kept.list.at[i];
        char at[AS_WORDING];
        if (!line->holds)
            fprintf(d->context->terminal.err,
                    "assay: budget %s is broken: model %s, %u → %u leads as of %s UTC\n", line->budget->text,
                    line->model, line->leads[AS_BEFORE], line->leads[AS_AFTER],
                    as_instant_format(at, line->at));
    }
}

static enum as_status compare_at(struct diffing *d, int64_t at, bool dated, struct as_error *error)
{
    const char *const words[AS_SIDES] = {d->sides[AS_BEFORE].words, d->sides[AS_AFTER].words};
    struct as_watch watch;
    struct as_difference_request request = {
        .schema = d->context->schema,
        .packs = {d->sides[AS_BEFORE].pack, d->sides[AS_AFTER].pack},
        .at = at,
        .known_at = at,
        .threads = as_processors(),
        .progress = as_watch_show,
        .progress_context = &watch,
    };
    struct as_difference difference;
    enum as_status status = AS_OK;
    if (as_given(d->arguments, "known-at"))
        status = as_known_at(&request.known_at, d->context, d->arguments, error);
    as_watch_open(&watch, d->context, "reading", "leads");
    if (status == AS_OK)
        status = as_difference_of(&difference, d->context->store, &request, error);
    as_watch_close(&watch);
    if (status != AS_OK)
        return status;
    status = check_budgets(d, &difference, error);
    if (status == AS_OK && d->json != NULL)
        as_difference_json(d->json, &difference);
    else if (status == AS_OK && !d->context->quiet)
        status = as_print_difference(&d->document, &difference, words, dated, error);
    as_difference_free(&difference);
    return status;
}

static void put_budgets(struct diffing *d)
{
    as_json_key(d->json, "budgets");
    as_json_open(d->json, '[');
    for (uint32_t i = 0; i < d->kept.list.n; i++) {
        const struct budget_line *line = &d->kept.list.at[i];
        as_json_open(d->json, '{');
        as_json_put_text(d->json, "budget", line->budget->text);
        as_json_put_text(d->json, "model", line->model);
        as_json_put_text(d->json, "stage", as_stage_name(line->budget->stage));
        as_json_put_time(d->json, "at", line->at);
        as_json_put_int(d->json, "before", line->leads[AS_BEFORE]);
        as_json_put_int(d->json, "after", line->leads[AS_AFTER]);
        as_json_put_bool(d->json, "kept", line->holds);
        as_json_close(d->json, '}');
    }
    as_json_close(d->json, ']');
}

/* One section for each day asked for. */
static enum as_status compare_all(struct diffing *d, struct as_error *error)
{
    struct as_texts days = as_given_texts(d->arguments, "at");
    if (days.n <= 1)
        return compare_at(d, d->context->at, false, error);
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < days.n && status == AS_OK; i++) {
        int64_t at;
        status = as_time_parse_at(&at, as_str_of(days.at[i]), d->context->now, error);
        if (status == AS_OK)
            status = compare_at(d, at, true, error);
    }
    return status;
}

static enum as_status print_json(struct diffing *d, struct as_error *error)
{
    struct as_buf text = {.max = (size_t)1 << 30};
    struct as_json json = {.out = &text};
    d->json = &json;
    as_json_open(&json, '{');
    as_json_key(&json, "differences");
    as_json_open(&json, '[');
    enum as_status status = compare_all(d, error);
    as_json_close(&json, ']');
    put_budgets(d);
    as_json_close(&json, '}');
    if (status == AS_OK)
        status = as_context_print_json(d->context, &text, error);
    as_buf_free(&text);
    return status;
}

static enum as_status read_budgets(struct diffing *d, struct as_error *error)
{
    struct as_texts given = as_given_texts(d->arguments, "budget");
    for (uint32_t i = 0; i < given.n; i++) {
        struct as_budget budget;
        enum as_status status = as_budget_parse(&budget, given.at[i], d->sides[AS_AFTER].pack.pack, error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(&d->context->arena, &d->budgets, budget))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status run(struct as_context *context, const struct as_arguments *arguments,
                          struct as_error *error)
{
    const char *format = as_given_text(arguments, "format");
    const struct as_terminal page = as_page(&context->terminal);
    struct diffing d = {.context = context, .arguments = arguments};
    d.document = (struct as_document){
        .terminal = &page,
        .form = format != NULL && strcmp(format, "markdown") == 0 ? AS_DOCUMENT_MARKDOWN : AS_DOCUMENT_TEXT};
    const char *sample = as_given_text(arguments, "sample");
    enum as_status status = sample != NULL ? as_sample_base_open(context, sample, error)
                                           : as_context_store(context, AS_STORE_READ, error);
    if (status == AS_OK)
        status = load_sides(&d, error);
    if (status == AS_OK && sample != NULL)
        status = as_sample_base_fill(context, sample, error);
    if (status == AS_OK)
        status = read_budgets(&d, error);
    if (status != AS_OK)
        return status;
    if (context->json || (format != NULL && strcmp(format, "json") == 0))
        status = print_json(&d, error);
    else
        status = compare_all(&d, error);
    if (status == AS_OK && d.json == NULL && !context->quiet)
        status = print_budgets(&d, error);
    if (status == AS_OK)
        name_broken(&d);
    return status;
}

static const char *const formats[] = {"text", "json", "markdown", NULL};

const struct as_command as_command_diff = {
    .name = "diff",
    .group = AS_GROUP_RULES,
    .summary = "say what another version of a pack would do to the leads",
    .text =
        "Decides two packs over the same leads, from the same history, and tells what differs: who changes "
        "stage, grade or verdict, which rules do it, which gates open and close, who gets the leads, what "
        "would be handed to sales, which customers would be turned away, and what changes in lists, contact "
        "policy and agreement. Writes nothing. With --at given several times, one section for each.\n\n"
        "With one pack, the version that decides is the left side; with --git it is the folder as it was at "
        "a revision. A version that was promoted or has run is named NAME@HASH, by the beginning of its "
        "hash.\n\n"
        "A budget says how much a stage may change: sales_ready:+10% at most a tenth more leads, "
        "sales_ready:-5 at most five fewer, sales_ready:±3% either way. When one is broken, the exit code is "
        "1.",
    .positionals =
        (const struct as_positional[]){
            {.name = "PACK_A",
             .text = "a folder with a pack.lua, the name of a pack (the version that decides), or NAME@HASH"},
            {.name = "PACK_B", .text = "the other one, which would take its place", .optional = true},
            {0}},
    .options =
        (const struct as_option[]){
            {.name = "git",
             .kind = AS_OPTION_TEXT,
             .value = "REV",
             .text = "compare the folder with itself as it was at this git revision"},
            {.name = "sample",
             .kind = AS_OPTION_TEXT,
             .value = "FOLDER",
             .text = "over the leads of a sample (assay sample), as of its time, without a database"},
            {.name = "budget",
             .kind = AS_OPTION_LIST,
             .value = "STAGE:CHANGE",
             .text = "exit with 1 when the stage changes by more; may be repeated"},
            {.name = "format",
             .kind = AS_OPTION_CHOICE,
             .value = "FORMAT",
             .text = "how to print; markdown is for a pull request",
             .choices = formats},
            AS_OPTION_KNOWN_AT,
            {0}},
    .examples =
        (const char *const[]){
            "assay diff rules/inbound                # what would this edit do?",
            "assay diff --git main rules/inbound --format markdown  # for a pull request",
            "assay diff --sample tests/sample --git main rules/inbound  # where no database is",
            "assay diff old new --budget sales_ready:+10% --budget disqualified:±3%", NULL},
    .run = run,
};
