/* The summary of an import. */
#include "cmd/facts/import_report.h"
#include "base/suggest.h"
#include "run/decision/json.h"

enum { SHOWN_NOTES = 5, SHOWN_COLUMNS = 12 };

static void notes_json(struct as_json *json, const char *key, const struct as_ingest_note *notes, uint32_t n)
{
    as_json_key(json, key);
    as_json_open(json, '[');
    for (uint32_t i = 0; i < n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "column", notes[i].column[0] ? notes[i].column : NULL);
        as_json_put_text(json, "reason", notes[i].reason);
        as_json_put_int(json, "count", (int64_t)notes[i].count);
        as_json_put_int(json, "first_line", (int64_t)notes[i].first_line);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static void columns_json(struct as_json *json, const struct as_ingest_summary *read)
{
    as_json_key(json, "mapped");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < read->mapped.n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "theirs", read->mapped.at[i].theirs);
        as_json_put_text(json, "ours", read->mapped.at[i].ours);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
    as_json_key(json, "ignored");
    as_json_open(json, '[');
    for (uint32_t i = 0; i < read->ignored.n; i++) {
        as_json_open(json, '{');
        as_json_put_text(json, "name", read->ignored.at[i].name);
        as_json_put_text(json, "suggestion", read->ignored.at[i].suggestion);
        as_json_put_bool(json, "of_account", read->ignored.at[i].of_account);
        as_json_close(json, '}');
    }
    as_json_close(json, ']');
}

static enum as_status print_json(const struct as_import_report *report, const struct as_context *context,
                                 struct as_error *error)
{
    const struct as_ingest_summary *read = &report->read;
    const struct as_facts_summary *kept = &report->kept;
    const struct {
        const char *key;
        uint64_t value;
    } counts[] = {
        {"rows", read->rows},
        {"accepted", read->accepted},
        {"rejected", read->rejected},
        {"repaired", read->repaired},
        {"skipped", read->skipped},
        {"changed", read->changed},
        {"inserted", kept->inserted},
        {"updated", kept->updated},
        {"unchanged", kept->unchanged},
        {"overruled", kept->overruled},
        {"stitched", kept->stitched},
        {"merged", kept->merged},
        {"matched_accounts", kept->matched_accounts},
        {"unmatched_accounts", kept->unmatched_accounts},
        {"unresolved_parents", kept->unresolved_parents},
        {"parent_cycles", kept->parent_cycles},
        {"earlier_than_created", kept->earlier_than_created},
        {"deals_without_account", kept->deals_without_account},
        {"deals_of_unknown_account", kept->deals_of_unknown_account},
        {"deals_of_unknown_product", kept->deals_of_unknown_product},
        {"deals_of_unknown_owner", kept->deals_of_unknown_owner},
        {"deals_closed_before_created", kept->deals_closed_before_created},
    };
    struct as_buf out = {0};
    struct as_json json = {.out = &out};
    as_json_open(&json, '{');
    as_json_put_text(&json, "file", report->file);
    as_json_put_text(&json, "kind", report->kind);
    as_json_put_text(&json, "system", report->system);
    as_json_put_bool(&json, "dry_run", report->dry);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        as_json_put_int(&json, counts[i].key, (int64_t)counts[i].value);
    as_json_put_text(&json, "rejects", read->rejects_path[0] ? read->rejects_path : NULL);
    notes_json(&json, "reasons", read->reasons.at, read->reasons.n);
    notes_json(&json, "notes", read->notes.at, read->notes.n);
    columns_json(&json, read);
    as_json_close(&json, '}');
    enum as_status status = as_context_print_json(context, &out, error);
    as_buf_free(&out);
    return status;
}

/* ", 12 updated", left out when there are none. */
static void put_part(struct as_buf *line, const char *before, uint64_t count, const char *what)
{
    char text[AS_COUNT_TEXT];
    if (count > 0)
        as_buf_printf(line, "%s%s %s", before, as_count_format(text, count), what);
}

static void put_line(struct as_buf *lines, uint64_t count, const char *one, const char *many)
{
    char text[AS_COUNT_TEXT];
    if (count > 0)
        as_buf_printf(lines, "  %s %s\n", as_count_format(text, count), count == 1 ? one : many);
}

static void put_notes(struct as_buf *lines, const char *title, const struct as_ingest_note *notes, uint32_t n)
{
    for (uint32_t i = 0; i < n && i < SHOWN_NOTES; i++) {
        char count[AS_COUNT_TEXT];
        as_buf_printf(lines, "  %s: ", title);
        if (notes[i].column[0]) {
            as_display_text(lines, as_str_of(notes[i].column));
            as_buf_text(lines, ": ");
        }
        as_display_text(lines, as_str_of(notes[i].reason));
        if (notes[i].count > 1)
            as_buf_printf(lines, " (%s times, first in line %llu)\n", as_count_format(count, notes[i].count),
                          (unsigned long long)notes[i].first_line);
        else
            as_buf_printf(lines, " (line %llu)\n", (unsigned long long)notes[i].first_line);
    }
    if (n > SHOWN_NOTES)
        as_buf_printf(lines, "  %s: and %u other reasons\n", title, n - SHOWN_NOTES);
}

/* Exports of people often repeat facts of their companies. */
static void put_of_account(struct as_buf *lines, const struct as_import_report *report)
{
    const struct as_ingest_summary *read = &report->read;
    uint32_t n = 0;
    for (uint32_t i = 0; i < read->ignored.n; i++)
        if (read->ignored.at[i].of_account) {
            as_buf_text(lines, n++ == 0 ? "  " : ", ");
            as_display_text(lines, as_str_of(read->ignored.at[i].name));
        }
    if (n > 0) {
        as_buf_text(lines, n == 1 ? " is a fact of accounts: " : " are facts of accounts: ");
        as_buf_text(lines, "import them first, assay import accounts ");
        as_display_text(lines, as_str_of(report->file));
        as_buf_char(lines, '\n');
    }
}

static void put_ignored(struct as_buf *lines, const struct as_ingest_summary *read)
{
    if (read->ignored.n == 0)
        return;
    as_buf_text(lines, "  ignored columns: ");
    for (uint32_t i = 0; i < read->ignored.n && i < SHOWN_COLUMNS; i++) {
        as_buf_text(lines, i > 0 ? ", " : "");
        as_display_text(lines, as_str_of(read->ignored.at[i].name));
        as_buf_text(lines, as_meant(" (", read->ignored.at[i].suggestion, ")").text);
    }
    if (read->ignored.n > SHOWN_COLUMNS)
        as_buf_printf(lines, " and %u others", read->ignored.n - SHOWN_COLUMNS);
    as_buf_char(lines, '\n');
}

static void put_first_line(struct as_buf *lines, const struct as_import_report *report)
{
    const struct as_ingest_summary *read = &report->read;
    char count[AS_COUNT_TEXT];
    as_display_text(lines, as_str_of(report->file));
    as_buf_printf(lines, ": %s row%s: ", as_count_format(count, read->rows), read->rows == 1 ? "" : "s");
    as_buf_printf(lines, "%s accepted", as_count_format(count, read->accepted));
    as_buf_printf(lines, " (%s changed something)", as_count_format(count, read->changed));
    as_buf_printf(lines, ", %s rejected", as_count_format(count, read->rejected));
    put_part(lines, ", ", read->skipped, "left out by the mapping");
    put_part(lines, ", ", read->repaired, "repaired");
    as_buf_text(lines, report->dry ? "; dry run, nothing is kept\n" : "\n");
}

/* "3 deals are of a product the catalogue does not have: GTXPro" */
static void put_trap(struct as_buf *lines, uint64_t count, const char *one, const char *many,
                     const char *first)
{
    char text[AS_COUNT_TEXT];
    if (count == 0)
        return;
    as_buf_printf(lines, "  %s %s", as_count_format(text, count), count == 1 ? one : many);
    if (first != NULL) {
        as_buf_text(lines, count == 1 ? ": " : ", the first: ");
        as_display_text(lines, as_str_of(first));
    }
    as_buf_char(lines, '\n');
}

static void put_traps(struct as_buf *lines, const struct as_facts_summary *kept)
{
    put_trap(lines, kept->deals_without_account, "deal names no account", "deals name no account", NULL);
    put_trap(lines, kept->deals_of_unknown_account, "deal names an account that is not there",
             "deals name accounts that are not there", kept->unknown_account);
    put_trap(lines, kept->deals_of_unknown_product, "deal is of a product that the catalogue does not have",
             "deals are of products that the catalogue does not have", kept->unknown_product);
    put_trap(lines, kept->deals_of_unknown_owner, "deal has an owner who is no user",
             "deals have owners who are no users", kept->unknown_owner);
    put_trap(lines, kept->deals_closed_before_created, "deal was closed before it was created",
             "deals were closed before they were created", NULL);
}

static void put_kept(struct as_buf *lines, const struct as_facts_summary *kept)
{
    put_line(lines, kept->overruled, "value is kept aside: a stronger source says otherwise",
             "values are kept aside: a stronger source says otherwise");
    put_line(lines, kept->stitched, "earlier event now belongs to a lead",
             "earlier events now belong to a lead");
    put_line(lines, kept->merged, "record was merged into another", "records were merged into others");
    put_line(lines, kept->matched_accounts, "lead has an account", "leads have an account");
    put_line(lines, kept->unmatched_accounts, "lead names a company that no account has",
             "leads name a company that no account has");
    put_line(lines, kept->unresolved_parents, "account names a parent that is not there",
             "accounts name a parent that is not there");
    put_line(lines, kept->parent_cycles, "parent was refused: it would close a circle",
             "parents were refused: they would close a circle");
    put_line(lines, kept->earlier_than_created, "event or deal is older than its lead",
             "events or deals are older than their leads");
    put_traps(lines, kept);
}

static void put_mapped(struct as_buf *lines, const struct as_ingest_summary *read)
{
    for (uint32_t i = 0; i < read->mapped.n; i++) {
        as_buf_text(lines, "  ");
        as_display_text(lines, as_str_of(read->mapped.at[i].theirs));
        as_buf_printf(lines, " → %s\n", read->mapped.at[i].ours);
    }
}

enum as_status as_import_report_print(const struct as_import_report *report, const struct as_context *context,
                                      struct as_error *error)
{
    const struct as_ingest_summary *read = &report->read;
    if (context->json)
        return print_json(report, context, error);
    if (context->quiet && read->rejected == 0)
        return AS_OK;
    struct as_buf lines = {0};
    put_first_line(&lines, report);
    if (!context->quiet) {
        if (report->dry)
            put_mapped(&lines, read);
        put_kept(&lines, &report->kept);
        put_notes(&lines, "note", read->notes.at, read->notes.n);
        put_ignored(&lines, read);
        if (report->kept.unmatched_accounts > 0)
            put_of_account(&lines, report);
    }
    put_notes(&lines, "rejected", read->reasons.at, read->reasons.n);
    if (read->rejects_path[0]) {
        as_buf_text(&lines, "  the rejected rows are in ");
        as_display_text(&lines, as_str_of(read->rejects_path));
        as_buf_text(&lines, ": correct them and import that file\n");
    }
    fputs(as_buf_c(&lines), context->quiet ? context->terminal.err : context->terminal.out);
    bool failed = lines.failed;
    as_buf_free(&lines);
    return failed ? as_error_memory(error) : AS_OK;
}
