/* Wrapping: long text in the width of a terminal. */
#ifndef AS_CMD_WRAP_H
#define AS_CMD_WRAP_H

#include "cmd/output/terminal.h"

/* Columns of a page where the output has no width of its own: a pipe, a file. */
enum { AS_PAGE_WIDTH = 100 };

/* A terminal that is never wider than it is, and as wide as a page, but for tables, where it has no width. */
struct as_terminal as_page(const struct as_terminal *terminal);

/* The next line of *rest: as many words as fit into `width` columns, at least one; harmless text is not made
 * here. What follows stays in *rest. False when nothing is left. */
bool as_wrap_next(struct as_str *line, struct as_str *rest, int width);

/* Prints text made harmless in `width` columns: padded, or cut with "…". */
void as_cell_print(const struct as_terminal *terminal, enum as_style style, const char *text, int width,
                   bool right);

/* Prints text made harmless from column `column` on; further lines begin with `indent` blanks. Ends with a
 * line feed. */
void as_wrap_print(const struct as_terminal *terminal, int column, int indent, const char *text);

/* Prints a line of a page: two blanks, and four where it goes on below. Empties the text. */
void as_wrap_line(const struct as_terminal *terminal, struct as_buf *text);

#endif
