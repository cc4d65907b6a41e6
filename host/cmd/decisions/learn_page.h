/* Learn page: what was learnt, on the terminal. */
#ifndef AS_CMD_LEARN_PAGE_H
#define AS_CMD_LEARN_PAGE_H

#include "cmd/output/terminal.h"
#include "run/learn/learn.h"

/* What tells the two apart, and how it did on those who were held back. */
enum as_status as_print_learnt(const struct as_terminal *terminal, const struct as_learnt *learnt,
                               struct as_error *error);

#endif
