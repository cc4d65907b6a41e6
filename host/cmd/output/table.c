/* Tables with aligned columns, measured in terminal columns. */
#include "cmd/output/terminal.h"

#include <stdarg.h>
#include <string.h>

enum { GAP = 2, SHRUNK_LEAST = 8, TABLE_COLUMNS = 32 };

void as_table_open(struct as_table *table, const struct as_table_column *columns, uint32_t width)
{
    *table = (struct as_table){.columns = columns, .width = width < TABLE_COLUMNS ? width : TABLE_COLUMNS};
    table->filled = table->width;
}

static void push_cell(struct as_table *table, const char *text, enum as_style style)
{
    if (!text || !as_list_push(&table->arena, &table->cells, ((struct as_table_cell){text, style})))
        table->failed = true;
}

static void fill_row(struct as_table *table)
{
    for (; table->filled < table->width; table->filled++)
        push_cell(table, "", AS_PLAIN);
}

void as_table_row(struct as_table *table)
{
    fill_row(table);
    table->filled = 0;
}

void as_table_style(struct as_table *table, enum as_style style, const char *text)
{
    if (table->filled == table->width)
        return;
    table->filled++;
    push_cell(table, text ? as_arena_copy(&table->arena, text, strlen(text)) : "", style);
}

void as_table_text(struct as_table *table, const char *text)
{
    as_table_style(table, AS_PLAIN, text);
}

void as_table_printf(struct as_table *table, const char *format, ...)
{
    char room[256];
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int n = vsnprintf(room, sizeof room, format, args);
    if (n >= (int)sizeof room) {
        char *big = as_arena_alloc(&table->arena, (size_t)n + 1);
        if (big)
            vsnprintf(big, (size_t)n + 1, format, again);
        else
            table->failed = true;
        as_table_text(table, big);
    } else {
        as_table_text(table, n < 0 ? "" : room);
    }
    va_end(again);
    va_end(args);
}

/* Takes what the table is too wide by from the widest shrinking column, one terminal column at a time. */
static void shrink(int *widths, const struct as_table *table, int room)
{
    int total = (int)(table->width - 1) * GAP;
    for (uint32_t c = 0; c < table->width; c++)
        total += widths[c];
    for (; room > 0 && total > room; total--) {
        uint32_t widest = table->width;
        for (uint32_t c = 0; c < table->width; c++)
            if (table->columns[c].shrinks && widths[c] > SHRUNK_LEAST &&
                (widest == table->width || widths[c] > widths[widest]))
                widest = c;
        if (widest == table->width)
            return;
        widths[widest]--;
    }
}

static void print_cell(struct as_buf *line, int *owed, const struct as_terminal *terminal, const char *text,
                       enum as_style style, bool right, int width)
{
    struct as_buf cut = {0};
    as_display_cut(&cut, as_str_of(text), width);
    int pad = width - as_display_width((struct as_str){as_buf_c(&cut), cut.n});
    /* Blanks are owed until something follows, so that no line ends in blanks. */
    if (right)
        *owed += pad;
    if (cut.n > 0) {
        as_buf_printf(line, "%*s", *owed, "");
        *owed = 0;
        as_buf_printf(line, "%s%s%s", as_style(terminal, style), as_buf_c(&cut),
                      style != AS_PLAIN ? as_style_end(terminal) : "");
    }
    *owed += (right ? 0 : pad) + GAP;
    as_buf_free(&cut);
}

static void print_line(struct as_buf *line, const struct as_table *table, const struct as_terminal *terminal,
                       const struct as_table_cell *cells, const int *widths, int indent)
{
    int owed = indent;
    as_buf_reset(line);
    for (uint32_t c = 0; c < table->width; c++) {
        const char *text = cells ? cells[c].text : table->columns[c].title;
        enum as_style style = cells ? cells[c].style : AS_DIM;
        print_cell(line, &owed, terminal, text ? text : "", style, table->columns[c].right, widths[c]);
    }
    as_buf_char(line, '\n');
    fwrite(as_buf_c(line), 1, line->n, terminal->out);
}

enum as_status as_table_print(const struct as_table *table, const struct as_terminal *terminal, int indent,
                              struct as_error *error)
{
    int widths[TABLE_COLUMNS] = {0};
    bool titled = false;
    if (table->failed)
        return as_error_memory(error);
    uint32_t whole = table->cells.n / table->width, rest = table->cells.n % table->width;
    for (uint32_t c = 0; c < table->width; c++) {
        titled |= table->columns[c].title && table->columns[c].title[0];
        widths[c] = as_display_width(as_str_of(table->columns[c].title));
    }
    for (uint32_t i = 0; i < table->cells.n; i++) {
        int width = as_display_width(as_str_of(table->cells.at[i].text));
        if (width > widths[i % table->width])
            widths[i % table->width] = width;
    }
    shrink(widths, table, terminal->width > 0 ? terminal->width - indent : 0);
    struct as_buf line = {0};
    if (titled)
        print_line(&line, table, terminal, NULL, widths, indent);
    for (uint32_t r = 0; r < whole; r++)
        print_line(&line, table, terminal, table->cells.at + (size_t)r * table->width, widths, indent);
    if (rest > 0) {
        struct as_table_cell last[TABLE_COLUMNS] = {{0}};
        memcpy(last, table->cells.at + (size_t)whole * table->width, rest * sizeof last[0]);
        print_line(&line, table, terminal, last, widths, indent);
    }
    bool failed = line.failed;
    as_buf_free(&line);
    return failed ? as_error_memory(error) : AS_OK;
}

void as_table_close(struct as_table *table)
{
    as_arena_free(&table->arena);
    *table = (struct as_table){0};
}
