/* The explanation of a lead as text. */
#ifndef AS_CMD_EXPLAIN_TEXT_H
#define AS_CMD_EXPLAIN_TEXT_H

#include "cmd/terminal.h"
#include "run/explain.h"

enum as_status as_print_explanation(const struct as_terminal *terminal,
                                    const struct as_explanation *explanation, struct as_error *error);

#endif
