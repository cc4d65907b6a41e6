/* Terminal: colour, width, tables and progress. What is printed is the commands' business.
 *
 * Text that came from outside (names, titles) may hold control characters; everything here that prints text
 * makes it harmless first.
 */
#ifndef AS_CMD_TERMINAL_H
#define AS_CMD_TERMINAL_H

#include "base/arena.h"
#include "base/status.h"
#include "base/text.h"

#include <stdio.h>

enum as_color { AS_COLOR_AUTO, AS_COLOR_ALWAYS, AS_COLOR_NEVER };
enum as_style { AS_PLAIN, AS_BOLD, AS_DIM, AS_RED, AS_GREEN, AS_YELLOW, AS_CYAN };

struct as_terminal {
    FILE *out, *err;
    bool out_is_terminal, err_is_terminal;
    bool color, err_color;
    bool quiet;
    int width;    /* columns of out; 0: no limit (a pipe or file) */
    bool endless; /* the width is a page's, for sentences; tables have no limit */
};

/* AUTO colours a terminal unless NO_COLOR is set or TERM is "dumb". $COLUMNS is the width when set. */
void as_terminal_open(struct as_terminal *terminal, FILE *out, FILE *err, enum as_color color);

/* The escape sequence that starts a style, "" without colour; as_style_end ends it. For out. */
const char *as_style(const struct as_terminal *terminal, enum as_style style);
const char *as_style_end(const struct as_terminal *terminal);

/* Columns that text takes on a terminal, after it was made harmless. */
int as_display_width(struct as_str text);
/* Appends text made harmless: control characters become blanks, invalid UTF-8 and direction overrides U+FFFD.
 */
void as_display_text(struct as_buf *buf, struct as_str text);
/* The same, cut to `width` columns with "…" at its end. */
void as_display_cut(struct as_buf *buf, struct as_str text, int width);

/* A table with aligned columns. Rows are kept until it is printed. A cell that starts a row comes first;
 * cells that are not given are empty. */
enum { AS_TABLE_COLUMNS = 32 }; /* most columns of a table */
struct as_table_column {
    const char *title; /* NULL or "": no title */
    bool right;        /* aligned to the right */
    bool shrinks;      /* is cut when the table is wider than the terminal; others are folded then */
};
struct as_table_cell {
    const char *text; /* owned by the table's arena */
    enum as_style style;
};
struct as_table {
    struct as_arena arena;
    const struct as_table_column *columns;
    uint32_t width;                      /* number of columns */
    AS_LIST(struct as_table_cell) cells; /* row by row */
    uint32_t filled;                     /* cells of the row that is being filled */
    bool failed;                         /* memory was out: print says so */
};
void as_table_open(struct as_table *table, const struct as_table_column *columns, uint32_t width);
void as_table_row(struct as_table *table);                    /* starts a row */
void as_table_text(struct as_table *table, const char *text); /* NULL gives "" */
void as_table_style(struct as_table *table, enum as_style style, const char *text);
void as_table_printf(struct as_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Prints with `indent` blanks before each line. Titles only when a column has one. Columns that have no room
 * beside each other even so stand below, in panels that repeat those to the left that name the row. */
enum as_status as_table_print(const struct as_table *table, const struct as_terminal *terminal, int indent,
                              struct as_error *error);
void as_table_close(struct as_table *table);

/* Progress on err: a bar on a terminal, a line every few seconds otherwise, nothing when quiet. */
struct as_progress {
    const struct as_terminal *terminal;
    const char *what, *unit; /* "leads.csv", "rows" */
    int64_t started, shown;  /* monotonic nanoseconds */
    bool drawn;
};
void as_progress_start(struct as_progress *progress, const struct as_terminal *terminal, const char *what,
                       const char *unit);
/* done: 0..1, negative when unknown; count: of units so far. Cheap when called often. */
void as_progress_show(struct as_progress *progress, double done, uint64_t count);
/* Removes the bar. */
void as_progress_end(struct as_progress *progress);

#endif
