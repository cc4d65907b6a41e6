/* Reports for people: one chapter a section. What is in them is made in host/run/report. */
#include "cmd/decisions/report_page.h"

#include "base/time.h"
#include "cmd/output/wording.h"

#include <stdlib.h>

/* A column of which some cell is text stands to the left. */
static bool is_right(const struct as_report_table *table, uint32_t column)
{
    for (uint32_t i = column; i < table->cells.n; i += table->width)
        if (table->cells.at[i].kind == AS_FIGURE_TEXT)
            return false;
    return true;
}

static enum as_status print_table(struct as_document *document, const struct as_report_table *from,
                                  struct as_error *error)
{
    struct as_table_column *columns = calloc(from->width, sizeof *columns);
    struct as_table table;
    struct as_buf text = {.p = NULL};
    if (columns == NULL)
        return as_error_memory(error);
    for (uint32_t c = 0; c < from->width; c++)
        columns[c] = (struct as_table_column){from->columns[c].title, is_right(from, c), false};
    as_table_open(&table, columns, from->width);
    for (uint32_t i = 0; i < from->cells.n; i++) {
        if (i % from->width == 0)
            as_table_row(&table);
        as_buf_reset(&text);
        as_figure_say(&text, &from->cells.at[i], false);
        as_table_style(&table, from->cells.at[i].kind == AS_FIGURE_NONE ? AS_DIM : AS_PLAIN, as_buf_c(&text));
    }
    if (from->title[0] != '\0' && from->cells.n > 0)
        as_document_heading(document, 3, from->title);
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    as_buf_free(&text);
    free(columns);
    return status;
}

static void print_figure(struct as_document *document, const struct as_report_item *item)
{
    struct as_buf text = {.p = NULL};
    as_buf_printf(&text, "%s: ", item->label);
    as_figure_say(&text, &item->figure, true);
    if (item->beside != NULL)
        as_buf_printf(&text, "; %s", item->beside);
    as_document_line(document, item->figure.kind == AS_FIGURE_NONE ? AS_DIM : AS_PLAIN, as_buf_c(&text));
    as_buf_free(&text);
}

static enum as_status print_section(struct as_document *document, const struct as_report_section *section,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    as_document_heading(document, 2, section->title);
    for (uint32_t i = 0; i < section->items.n && status == AS_OK; i++) {
        const struct as_report_item *item = &section->items.at[i];
        switch (item->kind) {
        case AS_REPORT_FIGURE:
            print_figure(document, item);
            break;
        case AS_REPORT_TABLE:
            status = print_table(document, item->table, error);
            break;
        case AS_REPORT_NOTE:
            as_document_line(document, AS_DIM, item->label);
            break;
        case AS_REPORT_ALARM:
            as_document_line(document, AS_YELLOW, item->label);
            break;
        }
    }
    return status;
}

/* What to act on, first: who opens a report of many sections reads this. */
static void print_alarms(struct as_document *document, const struct as_report *report)
{
    bool any = false;
    as_document_heading(document, 2, "To act on");
    for (uint32_t i = 0; i < report->sections.n; i++) {
        const struct as_report_section *section = report->sections.at[i];
        for (uint32_t k = 0; k < section->items.n; k++) {
            if (section->items.at[k].kind != AS_REPORT_ALARM)
                continue;
            any = true;
            struct as_buf text = {.p = NULL};
            as_buf_printf(&text, "%s: %s", section->title, section->items.at[k].label);
            as_document_line(document, AS_YELLOW, as_buf_c(&text));
            as_buf_free(&text);
        }
    }
    if (!any)
        as_document_line(document, AS_PLAIN, "nothing that the figures are sure of");
}

enum as_status as_print_report(struct as_document *document, const struct as_report *report,
                               struct as_error *error)
{
    char at[AS_WORDING], day[AS_TIME_TEXT];
    struct as_buf title = {.p = NULL};
    enum as_status status = AS_OK;
    as_buf_text(&title, "Report");
    if (report->pack != NULL)
        as_buf_printf(&title, " of %s", report->pack->name);
    as_buf_printf(&title, " as of %s UTC", as_instant_format(at, report->at));
    as_document_heading(document, 1, as_buf_c(&title));
    if (report->since != AS_TIME_NONE || report->until != report->at) {
        as_buf_reset(&title);
        if (report->since != AS_TIME_NONE)
            as_buf_printf(&title, "from %s ", as_day_format(day, as_day_of(report->since)));
        as_buf_printf(&title, "to %s", as_day_format(day, as_day_of(report->until)));
        as_document_line(document, AS_PLAIN, as_buf_c(&title));
    }
    as_document_line(
        document, AS_DIM,
        "[ , ]: 95 % interval; few: it is wider than 20 points, read the interval and not the share");
    if (report->sections.n > 1)
        print_alarms(document, report);
    for (uint32_t i = 0; i < report->sections.n && status == AS_OK; i++)
        status = print_section(document, report->sections.at[i], error);
    as_buf_free(&title);
    return status;
}
