/* What two packs differ in beside their models, laid out for people: the work it makes or saves, effects,
 * lists, contact policy, agreement. */
#include "cmd/packs/diff_page.h"

#include "cmd/output/wording.h"

#include <inttypes.h>

static void put_values(struct as_buf *out, const char *mark, uint32_t n, const char *const *values,
                       uint32_t shown)
{
    for (uint32_t i = 0; i < shown; i++)
        as_buf_printf(out, "%s%s%s", out->n > 0 ? ", " : "", mark, values[i]);
    if (n > shown)
        as_buf_printf(out, " and %u more", n - shown);
}

static enum as_status print_lists(struct as_document *document, const struct as_difference *difference,
                                  struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"List", false, false}, {"Added", true, false}, {"Removed", true, false}, {"Entries", false, true}};
    struct as_table table;
    if (difference->lists.n == 0)
        return AS_OK;
    as_table_open(&table, columns, 4);
    for (uint32_t i = 0; i < difference->lists.n; i++) {
        const struct as_difference_list *list = &difference->lists.at[i];
        struct as_buf values = {.p = NULL};
        put_values(&values, "+", list->added, list->added_values.at, list->added_values.n);
        put_values(&values, "−", list->removed, list->removed_values.at, list->removed_values.n);
        as_table_row(&table);
        as_table_printf(&table, "%s%s", list->name,
                        !list->in[AS_BEFORE]  ? " (new)"
                        : !list->in[AS_AFTER] ? " (gone)"
                                              : "");
        as_print_count(&table, list->added);
        as_print_count(&table, list->removed);
        as_table_text(&table, as_buf_c(&values));
        as_buf_free(&values);
    }
    as_document_heading(document, 2, "Lists");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

static enum as_status print_lines(struct as_document *document, const char *title,
                                  const struct as_difference_line *lines, uint32_t n, struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"What", false, false}, {"Before", false, true}, {"After", false, true}};
    struct as_table table;
    if (n == 0)
        return AS_OK;
    as_table_open(&table, columns, 3);
    for (uint32_t i = 0; i < n; i++) {
        as_table_row(&table);
        as_table_text(&table, lines[i].what);
        as_table_text(&table, lines[i].before != NULL ? lines[i].before : "not stated");
        as_table_text(&table, lines[i].after != NULL ? lines[i].after : "not stated");
    }
    as_document_heading(document, 2, title);
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

/* Effects that a run would set going now, and the hours that people have to find. */
static enum as_status print_effects(struct as_document *document, const struct as_difference *difference,
                                    struct as_error *error)
{
    static const struct as_table_column columns[] = {
        {"A run would make", false, false}, {"Before", true, false}, {"After", true, false}};
    const struct as_effects_made *made = difference->made;
    const struct {
        const char *what;
        uint64_t n[AS_SIDES];
    } rows[] = {{"owners", {made[AS_BEFORE].assign, made[AS_AFTER].assign}},
                {"hand-offs", {made[AS_BEFORE].handoff, made[AS_AFTER].handoff}},
                {"tasks", {made[AS_BEFORE].task, made[AS_AFTER].task}},
                {"messages", {made[AS_BEFORE].send, made[AS_AFTER].send}},
                {"calls of other systems", {made[AS_BEFORE].told, made[AS_AFTER].told}}};
    struct as_table table;
    as_table_open(&table, columns, 3);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[AS_COUNT_TEXT];
        if (rows[i].n[AS_BEFORE] == rows[i].n[AS_AFTER])
            continue;
        as_table_row(&table);
        as_table_text(&table, rows[i].what);
        for (int side = 0; side < AS_SIDES; side++)
            as_table_text(&table, as_count_format(text, rows[i].n[side]));
    }
    if (table.cells.n > 0)
        as_document_heading(document, 2, "Effects");
    enum as_status status = as_document_table(document, &table, error);
    as_table_close(&table);
    return status;
}

static void print_work(struct as_document *document, const struct as_difference *difference)
{
    double before = (double)difference->work[AS_BEFORE] / 3600,
           after = (double)difference->work[AS_AFTER] / 3600;
    if (difference->work[AS_BEFORE] == difference->work[AS_AFTER])
        return;
    as_document_heading(document, 2, "Work");
    as_document_printf(document, "%s %.1f hours with those who enter a gate: %.1f before, %.1f after",
                       after > before ? "makes" : "saves", after > before ? after - before : before - after,
                       before, after);
}

enum as_status as_print_beside(struct as_document *document, const struct as_difference *difference,
                               struct as_error *error)
{
    print_work(document, difference);
    enum as_status status = print_effects(document, difference, error);
    if (status == AS_OK)
        status = print_lines(document, "Other systems", difference->effects.at, difference->effects.n, error);
    if (status == AS_OK)
        status = print_lists(document, difference, error);
    if (status == AS_OK)
        status =
            print_lines(document, "Contact policy", difference->contact.at, difference->contact.n, error);
    if (status == AS_OK)
        status = print_lines(document, "Agreement", difference->agreement.at, difference->agreement.n, error);
    if (status == AS_OK && difference->agreed[AS_AFTER].review_over)
        as_document_printf(document, "the day of review is over: marketing and sales look at it again");
    if (status == AS_OK && difference->agreement.n > 0 && !difference->agreed[AS_AFTER].holds)
        as_document_printf(document, "it will not run before both have signed it: assay sign");
    return status;
}
