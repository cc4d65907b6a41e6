/* Prints findings. SARIF is version 2.1.0 of the OASIS standard; github is the workflow commands of GitHub
 * Actions. */
#include "cmd/packs/check_report.h"

#include "cmd/output/wrap.h"

#include <string.h>

void as_check_report_open(struct as_check_report *report, enum as_check_format format,
                          const struct as_terminal *terminal)
{
    *report = (struct as_check_report){.format = format, .terminal = terminal};
    if (format == AS_CHECK_JSON)
        as_buf_text(&report->text, "{\"findings\":[");
}

void as_check_report_close(struct as_check_report *report)
{
    as_buf_free(&report->text);
}

static void say_file(struct as_buf *out, const char *folder, const struct as_finding *finding)
{
    if (strcmp(folder, ".") != 0)
        as_buf_printf(out, "%s/", folder);
    as_buf_text(out, finding->position.file != NULL ? finding->position.file : "pack.lua");
}

/* --- for people --- */

static void print_text(const struct as_check_report *report, const char *folder,
                       const struct as_finding *finding)
{
    static const enum as_style styles[] = {AS_RED, AS_YELLOW, AS_CYAN};
    const struct as_terminal page = as_page(report->terminal), *t = &page;
    struct as_buf place = {0}, message = {0};
    say_file(&place, folder, finding);
    if (finding->position.line > 0)
        as_buf_printf(&place, ":%d", finding->position.line);
    if (finding->column > 0)
        as_buf_printf(&place, ":%d", finding->column);
    fprintf(t->out, "%s%s%s: %s%s%s %s%s%s\n", as_style(t, AS_BOLD), as_buf_c(&place), as_style_end(t),
            as_style(t, styles[finding->kind->severity]), as_severity_name(finding->kind->severity),
            as_style_end(t), as_style(t, AS_DIM), finding->kind->id, as_style_end(t));
    fputs("  ", t->out);
    as_wrap_print(t, 2, 2, finding->message);
    fputs("  ", t->out);
    as_buf_printf(&message, "-> %s", finding->advice);
    as_wrap_print(t, 2, 5, as_buf_c(&message));
    as_buf_free(&place);
    as_buf_free(&message);
}

static void end_text(const struct as_check_report *report)
{
    static const char *const words[] = {"error", "warning", "info"};
    const struct as_terminal *t = report->terminal;
    bool first = true;
    for (int i = 0; i <= AS_SEVERITY_INFO && !t->quiet; i++) {
        uint32_t n = report->count[i];
        if (n == 0 || (i == AS_SEVERITY_INFO && !report->verbose))
            continue;
        fprintf(t->out, "%s%u %s%s", first ? "\n" : ", ", n, words[i], n == 1 ? "" : "s");
        first = false;
    }
    if (!first)
        fprintf(t->out, " in %u pack%s; assay check --why ID says more\n", report->packs,
                report->packs == 1 ? "" : "s");
}

/* --- for GitHub --- */

/* Values of properties escape more than messages do. */
static void say_github(struct as_buf *out, const char *text, bool property)
{
    for (; *text != '\0'; text++) {
        if (*text == '%' || *text == '\r' || *text == '\n' || (property && (*text == ':' || *text == ',')))
            as_buf_printf(out, "%%%02X", (unsigned char)*text);
        else
            as_buf_char(out, *text);
    }
}

static void print_github(const struct as_check_report *report, const char *folder,
                         const struct as_finding *finding)
{
    static const char *const levels[] = {"error", "warning", "notice"};
    struct as_buf line = {0}, file = {0};
    say_file(&file, folder, finding);
    as_buf_printf(&line, "::%s file=", levels[finding->kind->severity]);
    say_github(&line, as_buf_c(&file), true);
    if (finding->position.line > 0)
        as_buf_printf(&line, ",line=%d", finding->position.line);
    if (finding->column > 0)
        as_buf_printf(&line, ",col=%d", finding->column);
    as_buf_text(&line, ",title=");
    say_github(&line, finding->kind->id, true);
    as_buf_text(&line, "::");
    say_github(&line, finding->message, false);
    as_buf_text(&line, "%0A");
    say_github(&line, finding->advice, false);
    fprintf(report->terminal->out, "%s\n", as_buf_c(&line));
    as_buf_free(&line);
    as_buf_free(&file);
}

/* --- for programs --- */

static void put_text(struct as_buf *out, const char *key, const char *value)
{
    as_buf_printf(out, "\"%s\":", key);
    as_buf_json(out, as_str_of(value));
}

static void put_json(struct as_check_report *report, const char *folder, const struct as_finding *finding)
{
    struct as_buf *out = &report->text, file = {0};
    say_file(&file, folder, finding);
    as_buf_char(out, '{');
    put_text(out, "id", finding->kind->id);
    as_buf_char(out, ',');
    put_text(out, "severity", as_severity_name(finding->kind->severity));
    as_buf_char(out, ',');
    put_text(out, "file", as_buf_c(&file));
    as_buf_printf(out, ",\"line\":%d,\"column\":%d,", finding->position.line, finding->column);
    put_text(out, "message", finding->message);
    as_buf_char(out, ',');
    put_text(out, "advice", finding->advice);
    as_buf_char(out, '}');
    as_buf_free(&file);
}

static void put_sarif_result(struct as_check_report *report, const char *folder,
                             const struct as_finding *finding)
{
    static const char *const levels[] = {"error", "warning", "note"};
    struct as_buf *out = &report->text, file = {0}, message = {0};
    say_file(&file, folder, finding);
    as_buf_printf(&message, "%s: %s", finding->message, finding->advice);
    as_buf_char(out, '{');
    put_text(out, "ruleId", finding->kind->id);
    as_buf_char(out, ',');
    put_text(out, "level", levels[finding->kind->severity]);
    as_buf_text(out, ",\"message\":{");
    put_text(out, "text", as_buf_c(&message));
    as_buf_text(out, "},\"locations\":[{\"physicalLocation\":{\"artifactLocation\":{");
    put_text(out, "uri", as_buf_c(&file));
    as_buf_char(out, '}');
    if (finding->position.line > 0) {
        as_buf_printf(out, ",\"region\":{\"startLine\":%d", finding->position.line);
        if (finding->column > 0)
            as_buf_printf(out, ",\"startColumn\":%d", finding->column);
        as_buf_char(out, '}');
    }
    as_buf_text(out, "}}]}");
    as_buf_free(&file);
    as_buf_free(&message);
}

/* The results are in the text already: the tool and its rules go around them. */
static void end_sarif(struct as_check_report *report)
{
    struct as_buf out = {0};
    as_buf_text(&out, "{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
                      "\"runs\":[{\"tool\":{\"driver\":{\"name\":\"assay\",\"rules\":[");
    for (int i = 0; i < AS_FINDING_COUNT; i++) {
        const struct as_finding_kind *kind = as_finding_kind((enum as_finding_id)i);
        as_buf_text(&out, i > 0 ? ",{" : "{");
        put_text(&out, "id", kind->id);
        as_buf_text(&out, ",\"shortDescription\":{");
        put_text(&out, "text", kind->what);
        as_buf_text(&out, "},\"fullDescription\":{");
        put_text(&out, "text", kind->why);
        as_buf_text(&out, "},\"help\":{");
        put_text(&out, "text", kind->mend);
        as_buf_text(&out, "}}");
    }
    as_buf_printf(&out, "]}},\"columnKind\":\"unicodeCodePoints\",\"results\":[%s]}]}",
                  as_buf_c(&report->text));
    as_buf_free(&report->text);
    report->text = out;
}

static enum as_status add(struct as_check_report *report, const char *folder,
                          const struct as_findings *findings, struct as_error *error)
{
    for (uint32_t i = 0; i < findings->list.n; i++) {
        const struct as_finding *finding = &findings->list.at[i];
        bool machine = report->format == AS_CHECK_JSON || report->format == AS_CHECK_SARIF;
        bool shown = report->verbose || finding->kind->severity != AS_SEVERITY_INFO;
        uint32_t before = report->count[0] + report->count[1] + report->count[2];
        report->count[finding->kind->severity]++;
        if (machine && before > 0)
            as_buf_char(&report->text, ',');
        if (report->format == AS_CHECK_JSON)
            put_json(report, folder, finding);
        else if (report->format == AS_CHECK_SARIF)
            put_sarif_result(report, folder, finding);
        else if (shown && report->format == AS_CHECK_GITHUB)
            print_github(report, folder, finding);
        else if (shown)
            print_text(report, folder, finding);
    }
    return report->text.failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_check_report_add(struct as_check_report *report, const char *folder,
                                   const struct as_findings *findings, struct as_error *error)
{
    report->packs++;
    return add(report, folder, findings, error);
}

enum as_status as_check_report_add_file(struct as_check_report *report, const struct as_findings *findings,
                                        struct as_error *error)
{
    return add(report, ".", findings, error);
}

enum as_status as_check_report_end(struct as_check_report *report, struct as_error *error)
{
    if (report->format == AS_CHECK_JSON)
        as_buf_printf(&report->text, "],\"errors\":%u,\"warnings\":%u,\"infos\":%u,\"packs\":%u}",
                      report->count[AS_SEVERITY_ERROR], report->count[AS_SEVERITY_WARNING],
                      report->count[AS_SEVERITY_INFO], report->packs);
    else if (report->format == AS_CHECK_SARIF)
        end_sarif(report);
    else if (report->format == AS_CHECK_TEXT)
        end_text(report);
    return report->text.failed ? as_error_memory(error) : AS_OK;
}
