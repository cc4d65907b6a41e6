/* What a session prints: values as text and tables, long output through a pager. */
#ifndef AS_CMD_REPL_PRINT_H
#define AS_CMD_REPL_PRINT_H

#include "bind/session/repl.h"
#include "cmd/output/terminal.h"

struct as_repl_output {
    struct as_terminal terminal; /* its out is memory while a line runs */
    const struct as_terminal *real;
    char *text;
    size_t n;
};

/* The printer that writes to output->terminal. */
struct as_repl_printer as_repl_printer_of(struct as_repl_output *output);
/* The same as JSON, a line for each value (repl_json.c). */
struct as_repl_printer as_repl_json_printer_of(struct as_repl_output *output);

/* What is printed between begin and end is shown at the end: straight away, or by $PAGER (else less) where it
 * is longer than the terminal. */
enum as_status as_repl_output_begin(struct as_repl_output *output, const struct as_terminal *terminal,
                                    struct as_error *error);
enum as_status as_repl_output_end(struct as_repl_output *output, struct as_error *error);

/* The error, and below it the line it speaks of with a caret, where `chunk` is what ran and `first` the
 * number of its first line. */
void as_repl_print_error(const struct as_terminal *terminal, const struct as_error *error,
                         struct as_str chunk, int first);

#endif
