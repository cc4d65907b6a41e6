/* The catalogue laid out for whoever plans content: personas by phases, what is missing, and what is used. */
#include "cmd/decisions/handoff_page.h"

#include <inttypes.h>

static enum as_status print_matrix(struct as_document *d, const struct as_coverage *coverage,
                                   struct as_error *error)
{
    struct as_table_column columns[1 + AS_PHASES] = {{"Persona", false, false}};
    struct as_table table;
    for (int phase = 0; phase < AS_PHASES; phase++)
        columns[1 + phase] = (struct as_table_column){as_phase_name((enum as_phase)phase), true, false};
    as_table_open(&table, columns, 1 + AS_PHASES);
    for (uint32_t r = 0; r < coverage->rows.n; r++) {
        as_table_row(&table);
        as_table_text(&table,
                      coverage->rows.at[r].persona != NULL ? coverage->rows.at[r].persona : "everybody");
        for (int phase = 0; phase < AS_PHASES; phase++) {
            uint32_t n = coverage->rows.at[r].contents[phase];
            if (n == 0)
                as_table_style(&table, AS_YELLOW, "gap");
            else
                as_table_printf(&table, "%u", n);
        }
    }
    as_document_heading(d, 2, "Content for each persona and phase");
    enum as_status status = as_document_table(d, &table, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_tools(struct as_document *d, const struct as_coverage *coverage,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Tool", false, false},
                                                     {"For late phases", true, false}};
    struct as_table table;
    as_table_open(&table, columns, 2);
    for (uint32_t t = 0; t < AS_SALES_TOOLS; t++) {
        as_table_row(&table);
        as_table_text(&table, as_sales_tool_name(t));
        as_table_printf(&table, "%u", coverage->tools[t]);
    }
    as_document_heading(d, 2, "Tools for sales");
    enum as_status status = as_document_table(d, &table, error);
    as_table_close(&table);
    return status;
}

/* By kind, what to do once and then where. */
static void print_gaps(struct as_document *d, const struct as_coverage *coverage)
{
    as_document_heading(d, 2, "Gaps");
    if (coverage->gaps.n == 0)
        as_document_line(d, AS_GREEN, "none");
    for (int kind = AS_GAP_CELL; kind <= AS_GAP_UNKNOWN; kind++) {
        const char *advice = NULL;
        for (uint32_t i = 0; i < coverage->gaps.n; i++) {
            const struct as_coverage_gap *gap = &coverage->gaps.at[i];
            if (gap->kind != (enum as_gap)kind)
                continue;
            if (advice == NULL)
                as_document_heading(d, 3, as_gap_name(gap->kind));
            if (advice != gap->advice)
                as_document_line(d, AS_DIM, gap->advice);
            advice = gap->advice;
            as_document_line(d, AS_YELLOW, gap->what);
        }
    }
}

static enum as_status print_use(struct as_document *d, const struct as_coverage *coverage,
                                struct as_error *error)
{
    static const struct as_table_column columns[] = {{"Content", false, true},
                                                     {"Kind", false, false},
                                                     {"Source", false, false},
                                                     {"Offered by marketing", true, false},
                                                     {"Used by sales", true, false}};
    struct as_table table;
    as_document_heading(d, 2, "Use");
    as_table_open(&table, columns, 5);
    for (uint32_t i = 0; i < coverage->catalogue.list.n; i++) {
        const struct as_resource *one = &coverage->catalogue.list.at[i];
        as_table_row(&table);
        as_table_text(&table, one->title != NULL ? one->title : one->key);
        as_table_text(&table, one->kind != NULL ? one->kind : "·");
        as_table_text(&table, one->source_type != NULL ? one->source_type : "·");
        as_table_printf(&table, "%" PRIu64, one->offered);
        if (one->used == 0)
            as_table_style(&table, AS_YELLOW, "unused");
        else
            as_table_printf(&table, "%" PRIu64, one->used);
    }
    enum as_status status = as_document_table(d, &table, error);
    as_table_close(&table);
    return status;
}

enum as_status as_print_coverage(struct as_document *document, const struct as_coverage *coverage,
                                 struct as_error *error)
{
    uint32_t trusted;
    const char *const *order = as_pack_trust(coverage->pack, &trusted);
    struct as_buf text = {.p = NULL};
    as_document_begin(document, "Content");
    as_buf_printf(&text, "Content, as pack %s needs it", coverage->pack->name);
    as_document_heading(document, 1, as_buf_c(&text));
    as_buf_reset(&text);
    as_buf_text(&text, "Trusted most first: ");
    for (uint32_t i = 0; i < trusted; i++)
        as_buf_printf(&text, "%s%s", i > 0 ? ", " : "", order[i]);
    as_document_line(document, AS_PLAIN, as_buf_c(&text));
    as_buf_free(&text);
    enum as_status status = print_matrix(document, coverage, error);
    if (status == AS_OK)
        print_gaps(document, coverage);
    if (status == AS_OK)
        status = print_tools(document, coverage, error);
    if (status == AS_OK)
        status = print_use(document, coverage, error);
    as_document_end(document);
    return status;
}
