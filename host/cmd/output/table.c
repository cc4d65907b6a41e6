/* Tables: their rows, kept until they are printed (table_print.c). */
#include "cmd/output/terminal.h"

#include <stdarg.h>
#include <string.h>

void as_table_open(struct as_table *table, const struct as_table_column *columns, uint32_t width)
{
    *table =
        (struct as_table){.columns = columns, .width = width < AS_TABLE_COLUMNS ? width : AS_TABLE_COLUMNS};
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

void as_table_close(struct as_table *table)
{
    as_arena_free(&table->arena);
    *table = (struct as_table){0};
}
