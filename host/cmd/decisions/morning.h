/* Morning screen: what a run prints of each pack, so that people see at a glance what moved and why, and what
 * stands in the way. */
#ifndef AS_CMD_MORNING_H
#define AS_CMD_MORNING_H

#include "cmd/output/terminal.h"
#include "run/decision/summary.h"

enum as_status as_print_morning(const struct as_terminal *terminal, const struct as_summary *summary,
                                struct as_error *error);
/* morning_owed.c: each agreement about hand-offs, with the most pressing ones. */
enum as_status as_print_owed(const struct as_terminal *terminal, const struct as_summary *summary,
                             struct as_error *error);

#endif
