/* Prints test results: for people, as TAP, as JUnit's XML, as JSON. What the results are is the runner's
 * business. */
#include "cmd/packs/test_report.h"

#include <string.h>

static const char *const status_words[] = {"passed", "failed", "pending"};

void as_test_report_open(struct as_test_report *report, enum as_test_format format,
                         const struct as_terminal *terminal)
{
    *report = (struct as_test_report){.format = format, .terminal = terminal};
    if (format == AS_TEST_TAP)
        fputs("TAP version 14\n", terminal->out);
    if (format == AS_TEST_JSON)
        as_buf_text(&report->text, "{\"tests\":[");
}

void as_test_report_close(struct as_test_report *report)
{
    as_buf_free(&report->text);
    as_buf_free(&report->more);
}

/* The place of a failure from where the command was started: "rules/inbound/nurturing_test.lua:12". */
static void say_place(struct as_buf *out, const struct as_test_report *report, const char *file, int line)
{
    if (report->folder != NULL && report->folder[0] != '\0' && strcmp(report->folder, ".") != 0)
        as_buf_printf(out, "%s/", report->folder);
    as_buf_text(out, file);
    if (line > 0)
        as_buf_printf(out, ":%d", line);
}

static void say_failure(struct as_buf *out, const struct as_test_report *report,
                        const struct as_test_result *result)
{
    const struct as_error *why = result->error;
    say_place(out, report, why->file[0] != '\0' ? why->file : result->file, why->line);
    as_buf_printf(out, ": %s", why->what);
    if (why->advice[0] != '\0')
        as_buf_printf(out, "\n%s", why->advice);
    if (result->report[0] != '\0')
        as_buf_printf(out, "\n%s", result->report);
}

/* Prints a text line by line, each made harmless and after `indent`. */
static void print_lines(FILE *out, const char *text, const char *indent)
{
    struct as_str rest = as_str_of(text);
    while (rest.p != NULL) {
        struct as_buf line = {0};
        as_display_text(&line, as_str_cut(&rest, '\n'));
        fprintf(out, "%s%s\n", indent, as_buf_c(&line));
        as_buf_free(&line);
    }
}

/* --- for people --- */

static void head_file(struct as_test_report *report)
{
    const struct as_terminal *terminal = report->terminal;
    if (report->file.headed)
        return;
    report->file.headed = true;
    fprintf(terminal->out, "%s%s%s\n", as_style(terminal, AS_BOLD), report->file.name,
            as_style_end(terminal));
}

/* The line of a file of which nothing needed saying. */
static void end_file(struct as_test_report *report)
{
    const struct as_terminal *terminal = report->terminal;
    if (report->file.name[0] == '\0' || report->file.headed || terminal->quiet)
        return;
    fprintf(terminal->out, "%sok%s  %s: %u passed", as_style(terminal, AS_GREEN), as_style_end(terminal),
            report->file.name, report->file.passed);
    if (report->file.pending > 0)
        fprintf(terminal->out, ", %u to do", report->file.pending);
    fputc('\n', terminal->out);
}

static void begin_file(struct as_test_report *report, const char *file)
{
    struct as_buf name = {0};
    say_place(&name, report, file, 0);
    if (strcmp(report->file.name, as_buf_c(&name)) != 0) {
        end_file(report);
        memset(&report->file, 0, sizeof report->file);
        snprintf(report->file.name, sizeof report->file.name, "%s", as_buf_c(&name));
    }
    as_buf_free(&name);
}

static void print_pretty(struct as_test_report *report, const struct as_test_result *result)
{
    static const struct {
        const char *word;
        enum as_style style;
    } marks[] = {{"ok", AS_GREEN}, {"FAIL", AS_RED}, {"to do", AS_YELLOW}};
    const struct as_terminal *terminal = report->terminal;
    struct as_buf text = {0};
    begin_file(report, result->file);
    uint32_t *counts[] = {&report->file.passed, &report->file.failed, &report->file.pending};
    ++*counts[result->status];
    if (result->status != AS_TEST_FAILED && (!report->verbose || terminal->quiet))
        return;
    head_file(report);
    as_display_text(&text, as_str_of(result->name));
    fprintf(terminal->out, "  %s%-5s%s  %s\n", as_style(terminal, marks[result->status].style),
            marks[result->status].word, as_style_end(terminal), as_buf_c(&text));
    if (result->status == AS_TEST_FAILED) {
        as_buf_reset(&text);
        say_failure(&text, report, result);
        print_lines(terminal->out, as_buf_c(&text), "         ");
    }
    as_buf_free(&text);
}

static void end_pretty(struct as_test_report *report, const struct as_test_totals *totals)
{
    const struct as_terminal *terminal = report->terminal;
    FILE *out = terminal->out;
    end_file(report);
    if (terminal->quiet && totals->failed == 0)
        return;
    if (report->n > 0)
        fputc('\n', out);
    fprintf(out, "%s%u passed", as_style(terminal, totals->failed > 0 ? AS_RED : AS_GREEN), totals->passed);
    if (totals->failed > 0)
        fprintf(out, ", %u failed", totals->failed);
    if (totals->pending > 0)
        fprintf(out, ", %u to do", totals->pending);
    if (totals->left_out > 0)
        fprintf(out, ", %u left out", totals->left_out);
    fprintf(out, "%s, in %u file%s\n", as_style_end(terminal), totals->files, totals->files == 1 ? "" : "s");
}

/* --- TAP 14 --- */

static void print_tap(struct as_test_report *report, const struct as_test_result *result)
{
    FILE *out = report->terminal->out;
    struct as_buf name = {0};
    as_display_text(&name, as_str_of(result->name));
    for (size_t i = 0; i < name.n; i++)
        if (name.p[i] == '#')
            name.p[i] = '.'; /* begins a directive */
    fprintf(out, "%s %u - %s: %s%s\n", result->status == AS_TEST_FAILED ? "not ok" : "ok", report->n + 1,
            result->file, as_buf_c(&name), result->status == AS_TEST_PENDING ? " # TODO to be written" : "");
    if (result->status == AS_TEST_FAILED) {
        as_buf_reset(&name);
        say_failure(&name, report, result);
        fputs("  ---\n  message: |\n", out);
        print_lines(out, as_buf_c(&name), "    ");
        fputs("  ...\n", out);
    }
    as_buf_free(&name);
}

/* --- JUnit --- */

/* XML 1.0 has no way to write most control characters: they become blanks. */
static void add_xml(struct as_buf *out, const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        switch (*at) {
        case '<':
            as_buf_text(out, "&lt;");
            break;
        case '>':
            as_buf_text(out, "&gt;");
            break;
        case '&':
            as_buf_text(out, "&amp;");
            break;
        case '"':
            as_buf_text(out, "&quot;");
            break;
        case '\n':
            as_buf_text(out, "&#10;");
            break;
        default:
            as_buf_char(out, (unsigned char)*at < 0x20 ? ' ' : *at);
        }
    }
}

static void add_junit(struct as_test_report *report, const struct as_test_result *result)
{
    struct as_buf *out = &report->text, text = {0};
    as_buf_text(out, "    <testcase classname=\"");
    say_place(&text, report, result->file, 0);
    add_xml(out, as_buf_c(&text));
    as_buf_text(out, "\" name=\"");
    add_xml(out, result->name);
    as_buf_printf(out, "\" line=\"%d\"", result->line);
    if (result->status == AS_TEST_PASSED) {
        as_buf_text(out, "/>\n");
    } else if (result->status == AS_TEST_PENDING) {
        as_buf_text(out, "><skipped message=\"to be written\"/></testcase>\n");
    } else {
        as_buf_text(out, "><failure message=\"");
        add_xml(out, result->error->what);
        as_buf_text(out, "\">");
        as_buf_reset(&text);
        say_failure(&text, report, result);
        add_xml(out, as_buf_c(&text));
        as_buf_text(out, "</failure></testcase>\n");
    }
    as_buf_free(&text);
}

static void end_junit(const struct as_test_report *report, const struct as_test_totals *totals)
{
    uint32_t all = totals->passed + totals->failed + totals->pending;
    fprintf(report->terminal->out,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%u\" failures=\"%u\" "
            "skipped=\"%u\">\n"
            "  <testsuite name=\"assay\" tests=\"%u\" failures=\"%u\" skipped=\"%u\">\n%s  "
            "</testsuite>\n</testsuites>\n",
            all, totals->failed, totals->pending, all, totals->failed, totals->pending,
            as_buf_c(&report->text));
}

/* --- JSON --- */

static void add_member(struct as_buf *out, const char *name, const char *text)
{
    as_buf_printf(out, ",\"%s\":", name);
    as_buf_json(out, as_str_of(text));
}

static void add_json(struct as_test_report *report, const struct as_test_result *result)
{
    struct as_buf *out = &report->text;
    as_buf_printf(out, "%s{\"line\":%d", report->n > 0 ? "," : "", result->line);
    add_member(out, "pack", report->pack);
    add_member(out, "file", result->file);
    add_member(out, "name", result->name);
    add_member(out, "status", status_words[result->status]);
    if (result->status == AS_TEST_FAILED) {
        add_member(out, "message", result->error->what);
        add_member(out, "advice", result->error->advice);
        add_member(out, "failed_file", result->error->file);
        as_buf_printf(out, ",\"failed_line\":%d", result->error->line);
        add_member(out, "report", result->report);
    }
    as_buf_char(out, '}');
}

enum as_status as_test_report_add(struct as_test_report *report, const struct as_test_result *result,
                                  struct as_error *error)
{
    switch (report->format) {
    case AS_TEST_PRETTY:
        print_pretty(report, result);
        break;
    case AS_TEST_TAP:
        print_tap(report, result);
        break;
    case AS_TEST_JUNIT:
        add_junit(report, result);
        break;
    case AS_TEST_JSON:
        add_json(report, result);
        break;
    }
    report->n++;
    return report->text.failed ? as_error_set(error, AS_ERR_LIMIT, "the report of the tests is too long")
                               : AS_OK;
}

enum as_status as_test_report_end(struct as_test_report *report, const struct as_test_totals *totals,
                                  struct as_error *error)
{
    switch (report->format) {
    case AS_TEST_PRETTY:
        end_pretty(report, totals);
        break;
    case AS_TEST_TAP:
        fprintf(report->terminal->out, "1..%u\n", report->n);
        break;
    case AS_TEST_JUNIT:
        end_junit(report, totals);
        break;
    case AS_TEST_JSON:
        as_buf_printf(&report->text,
                      "],\"files\":%u,\"passed\":%u,\"failed\":%u,\"pending\":%u,\"left_out\":%u%s}",
                      totals->files, totals->passed, totals->failed, totals->pending, totals->left_out,
                      as_buf_c(&report->more));
        break;
    }
    return report->text.failed ? as_error_set(error, AS_ERR_LIMIT, "the report of the tests is too long")
                               : AS_OK;
}
