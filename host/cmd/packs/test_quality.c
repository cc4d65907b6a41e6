/* Words, JSON and lcov for coverage and mutation. What is covered and what survives is decided by the test
 * runner. */
#include "cmd/packs/test_quality.h"

#include "cmd/output/output_file.h"

#include <string.h>

void as_test_quality_open(struct as_test_quality *quality, struct as_context *context,
                          const struct as_test_report *report)
{
    *quality = (struct as_test_quality){.context = context, .report = report};
}

void as_test_quality_close(struct as_test_quality *quality)
{
    as_buf_free(&quality->text);
    as_buf_free(&quality->lcov);
    as_buf_free(&quality->covered);
    as_buf_free(&quality->mutated);
    as_buf_free(&quality->survivors);
}

static enum as_status check_room(const struct as_test_quality *quality, struct as_error *error)
{
    bool failed = quality->text.failed || quality->lcov.failed || quality->covered.failed ||
                  quality->mutated.failed || quality->survivors.failed;
    return failed ? as_error_set(error, AS_ERR_LIMIT, "the report of the tests is too long") : AS_OK;
}

/* "87 %", rounded down: 100 only when nothing is missing. */
static unsigned percent(uint32_t part, uint32_t whole)
{
    return whole == 0 ? 100 : (unsigned)((uint64_t)part * 100 / whole);
}

static void check_threshold(struct as_test_quality *quality, uint32_t part, uint32_t whole)
{
    if ((uint64_t)part * 100 < (uint64_t)quality->threshold * whole)
        quality->below = true;
}

static void say_path(struct as_buf *out, const struct as_test_quality *quality, const char *file)
{
    const char *folder = quality->report->folder;
    if (folder[0] != '\0' && strcmp(folder, ".") != 0)
        as_buf_printf(out, "%s/", folder);
    as_buf_text(out, file);
}

static void add_member(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, "\"%s\":", name);
    as_buf_json(out, as_str_of(text));
}

/* --- coverage --- */

static bool new_file(const struct as_coverage *coverage, uint32_t i)
{
    return i == 0 || strcmp(coverage->conditions.at[i].expr->position.file,
                            coverage->conditions.at[i - 1].expr->position.file) != 0;
}

static void say_sums(struct as_test_quality *quality, const struct as_coverage *coverage)
{
    struct as_buf *out = &quality->text;
    for (uint32_t i = 0; i < coverage->conditions.n; i++) {
        if (!new_file(coverage, i))
            continue;
        const char *file = coverage->conditions.at[i].expr->position.file;
        struct as_coverage_sum sum = as_coverage_sum_of(coverage, file);
        say_path(out, quality, file);
        as_buf_printf(out,
                      ": %u of %u conditions were yes and no (%u %%), %u also unknown; %u of %u decided "
                      "alone (%u %%)\n",
                      sum.covered, sum.conditions, percent(sum.covered, sum.conditions), sum.unknown,
                      sum.decided, sum.leaves, percent(sum.decided, sum.leaves));
    }
}

/* `qualification.lua:16 "right size": account.employees:between(200, 5000)` */
static void say_condition(struct as_buf *out, const struct as_test_quality *quality,
                          const struct as_expr *expr, const struct as_root *root, const struct as_pack *pack)
{
    say_path(out, quality, expr->position.file);
    as_buf_printf(out, ":%d ", expr->position.line);
    as_root_say(out, root);
    as_buf_text(out, ": ");
    as_expr_source(out, expr, pack->rules.schema);
}

/* A row that was found, line by line. */
static void say_row(struct as_buf *out, const char *row)
{
    struct as_str rest = as_str_of(row != NULL ? row : "");
    while (rest.n > 0) {
        as_buf_text(out, "    ");
        as_buf_str(out, as_str_cut(&rest, '\n'));
        as_buf_char(out, '\n');
    }
}

static void say_uncovered(struct as_test_quality *quality, const struct as_coverage *coverage, uint32_t i,
                          const struct as_test_rows *rows, const struct as_pack *pack)
{
    static const enum as_tri wanted[] = {AS_YES, AS_NO};
    static const enum as_row_want wants[] = {AS_ROW_YES, AS_ROW_NO};
    const struct as_covered *condition = &coverage->conditions.at[i];
    struct as_buf *out = &quality->text;
    if (as_covered_both(condition))
        return;
    bool neither = condition->times[AS_YES] == 0 && condition->times[AS_NO] == 0 && !condition->never_no;
    say_condition(out, quality, condition->expr, condition->root, pack);
    as_buf_printf(out, " was never %s\n",
                  neither                         ? "yes nor no"
                  : condition->times[AS_YES] == 0 ? "yes"
                                                  : "no");
    for (size_t w = 0; w < sizeof wanted / sizeof *wanted; w++) {
        struct as_buf row = {0};
        if (condition->times[wanted[w]] > 0 || (wanted[w] == AS_NO && condition->never_no))
            continue;
        if (as_condition_example(&row, condition->expr, wanted[w], pack))
            as_buf_printf(out, "    %s\n", as_buf_c(&row));
        else
            say_row(out, as_test_row(rows, wants[w], i));
        as_buf_free(&row);
    }
}

static void say_undecided(struct as_test_quality *quality, const struct as_coverage *coverage, uint32_t i,
                          const struct as_test_rows *rows, const struct as_pack *pack)
{
    const struct as_decided *decided = &coverage->decided.at[i];
    if (decided->root->leaf_count < 2 || (decided->when_yes && decided->when_no))
        return;
    say_condition(&quality->text, quality, decided->leaf, decided->root, pack);
    as_buf_printf(&quality->text, " never decided it alone%s\n",
                  decided->when_yes  ? " when no"
                  : decided->when_no ? " when yes"
                                     : "");
    if (!decided->when_yes)
        say_row(&quality->text, as_test_row(rows, AS_ROW_DECIDES_YES, i));
    if (!decided->when_no)
        say_row(&quality->text, as_test_row(rows, AS_ROW_DECIDES_NO, i));
}

static void json_coverage(struct as_test_quality *quality, const struct as_coverage *coverage,
                          const struct as_test_rows *rows, const struct as_pack *pack)
{
    static const struct {
        enum as_tri state;
        enum as_row_want want;
        const char *name, *example;
    } parts[] = {{AS_YES, AS_ROW_YES, "yes", "row_for_yes"}, {AS_NO, AS_ROW_NO, "no", "row_for_no"}};
    struct as_buf *out = &quality->covered, text = {0};
    struct as_coverage_sum sum = as_coverage_sum_of(coverage, NULL);
    as_buf_text(out, out->n > 0 ? ",{" : "{");
    add_member(out, "pack", quality->report->pack);
    as_buf_printf(out,
                  ",\"conditions\":%u,\"covered\":%u,\"unknown\":%u,\"leaves\":%u,\"decided\":%u,\"at\":[",
                  sum.conditions, sum.covered, sum.unknown, sum.leaves, sum.decided);
    for (uint32_t i = 0; i < coverage->conditions.n; i++) {
        const struct as_covered *condition = &coverage->conditions.at[i];
        as_buf_text(out, i > 0 ? ",{" : "{");
        add_member(out, "file", condition->expr->position.file);
        as_buf_printf(out, ",\"line\":%d,", condition->expr->position.line);
        as_buf_reset(&text);
        as_root_say(&text, condition->root);
        add_member(out, "in", as_buf_c(&text));
        as_buf_reset(&text);
        as_expr_source(&text, condition->expr, pack->rules.schema);
        as_buf_char(out, ',');
        add_member(out, "condition", as_buf_c(&text));
        for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
            as_buf_printf(out, ",\"%s\":%llu", parts[p].name,
                          (unsigned long long)condition->times[parts[p].state]);
            as_buf_reset(&text);
            const char *row = as_test_row(rows, parts[p].want, i);
            if (condition->times[parts[p].state] > 0)
                continue;
            if (as_condition_example(&text, condition->expr, parts[p].state, pack) || row != NULL) {
                as_buf_char(out, ',');
                add_member(out, parts[p].example, text.n > 0 ? as_buf_c(&text) : row);
            }
        }
        as_buf_printf(out, ",\"unknown\":%llu}",
                      (unsigned long long)(condition->times[AS_UNKNOWN] + condition->times[AS_UNMEASURABLE]));
    }
    as_buf_text(out, "]}");
    as_buf_free(&text);
}

/* One record a file: a line is hit when something on it was decided, each condition is a branch with the ways
 * yes and no. */
static void lcov_coverage(struct as_test_quality *quality, const struct as_coverage *coverage)
{
    struct as_buf *out = &quality->lcov;
    uint32_t lines = 0, hit = 0, block = 0, ways = 0, taken = 0;
    for (uint32_t i = 0; i < coverage->conditions.n; i++) {
        const struct as_covered *condition = &coverage->conditions.at[i];
        const struct as_position *place = &condition->expr->position;
        bool first = new_file(coverage, i),
             last = i + 1 == coverage->conditions.n || new_file(coverage, i + 1);
        bool last_of_line = last || coverage->conditions.at[i + 1].expr->position.line != place->line;
        if (first) {
            as_buf_text(out, "TN:\nSF:");
            say_path(out, quality, place->file);
            as_buf_char(out, '\n');
            lines = hit = ways = taken = 0;
        }
        block = first || coverage->conditions.at[i - 1].expr->position.line != place->line ? 0 : block + 1;
        uint64_t times = condition->times[AS_YES] + condition->times[AS_NO];
        as_buf_printf(out, "BRDA:%d,%u,0,%llu\nBRDA:%d,%u,1,%llu\n", place->line, block,
                      (unsigned long long)condition->times[AS_YES], place->line, block,
                      (unsigned long long)condition->times[AS_NO]);
        ways += 2;
        taken += (condition->times[AS_YES] > 0) + (condition->times[AS_NO] > 0);
        if (last_of_line) {
            as_buf_printf(out, "DA:%d,%llu\n", place->line, (unsigned long long)times);
            lines++;
            hit += times > 0;
        }
        if (last)
            as_buf_printf(out, "BRF:%u\nBRH:%u\nLF:%u\nLH:%u\nend_of_record\n", ways, taken, lines, hit);
    }
}

enum as_status as_test_quality_coverage(struct as_test_quality *quality, const struct as_coverage *coverage,
                                        const struct as_test_rows *rows, const struct as_pack *pack,
                                        struct as_error *error)
{
    struct as_coverage_sum sum = as_coverage_sum_of(coverage, NULL);
    say_sums(quality, coverage);
    for (uint32_t i = 0; i < coverage->conditions.n; i++)
        say_uncovered(quality, coverage, i, rows, pack);
    for (uint32_t i = 0; i < coverage->decided.n; i++)
        say_undecided(quality, coverage, i, rows, pack);
    json_coverage(quality, coverage, rows, pack);
    lcov_coverage(quality, coverage);
    check_threshold(quality, sum.covered, sum.conditions);
    return check_room(quality, error);
}

/* --- mutation --- */

static enum as_status add_survivor(void *context, const struct as_mutant *mutant, struct as_error *error)
{
    struct as_test_quality *quality = context;
    struct as_buf sentence = {0};
    as_buf_text(&sentence, "no test notices if ");
    as_mutant_say(&sentence, mutant);
    as_buf_printf(&quality->text, "%s\n", as_buf_c(&sentence));
    as_buf_text(&quality->survivors, quality->survived++ > 0 ? "," : "");
    as_buf_json(&quality->survivors, as_str_of(as_buf_c(&sentence)));
    as_buf_free(&sentence);
    return check_room(quality, error);
}

static bool show_progress(void *context, uint32_t done, uint32_t all)
{
    struct as_test_quality *quality = context;
    struct as_error ignored = AS_ERROR_INIT;
    if (quality->context->terminal.err_is_terminal) /* a page of results is no place for it */
        as_progress_show(&quality->progress, (double)done / all, done);
    return as_context_interrupted(quality->context, &ignored) == AS_OK;
}

enum as_status as_test_quality_mutate(struct as_test_quality *quality, const struct as_source *source,
                                      const struct as_test_options *tests, struct as_error *error)
{
    struct as_mutation_totals totals;
    struct as_mutation_options options = {.filter = tests->filter,
                                          .tags = tests->tags,
                                          .seed = tests->seed,
                                          .jobs = tests->jobs,
                                          .steps = tests->steps,
                                          .library = tests->library,
                                          .survived = add_survivor,
                                          .progress = show_progress,
                                          .context = quality};
    quality->survived = 0;
    as_buf_reset(&quality->survivors);
    as_progress_start(&quality->progress, &quality->context->terminal, quality->report->pack, "changes");
    enum as_status status = as_tests_mutate(&totals, source, &options, error);
    as_progress_end(&quality->progress);
    if (status != AS_OK)
        return status;
    as_buf_printf(&quality->text,
                  "%s: the tests notice %u of %u changes (%u %%); %u more would mean the same\n",
                  quality->report->folder, totals.killed, totals.mutants,
                  percent(totals.killed, totals.mutants), totals.same);
    struct as_buf *out = &quality->mutated;
    as_buf_text(out, out->n > 0 ? ",{" : "{");
    add_member(out, "pack", quality->report->pack);
    as_buf_printf(out, ",\"mutants\":%u,\"killed\":%u,\"same\":%u,\"survivors\":[%s]}", totals.mutants,
                  totals.killed, totals.same, as_buf_c(&quality->survivors));
    check_threshold(quality, totals.killed, totals.mutants);
    return check_room(quality, error);
}

/* --- printing --- */

void as_test_quality_json(struct as_buf *out, const struct as_test_quality *quality)
{
    struct as_buf covered = quality->covered, mutated = quality->mutated;
    if (covered.n > 0)
        as_buf_printf(out, ",\"coverage\":[%s]", as_buf_c(&covered));
    if (mutated.n > 0)
        as_buf_printf(out, ",\"mutation\":[%s]", as_buf_c(&mutated));
}

void as_test_quality_print(const struct as_test_quality *quality, const char *indent)
{
    struct as_str rest = {quality->text.p, quality->text.n};
    while (rest.n > 0) {
        struct as_buf line = {0};
        struct as_str cut = as_str_cut(&rest, '\n');
        as_display_text(&line, cut);
        fprintf(quality->context->terminal.out, "%s%s\n", indent, as_buf_c(&line));
        as_buf_free(&line);
    }
}

enum as_status as_test_quality_lcov(const struct as_test_quality *quality, const char *path,
                                    struct as_error *error)
{
    return as_output_replace(&quality->context->arena, path,
                             (struct as_str){as_buf_c(&quality->lcov), quality->lcov.n}, error);
}
