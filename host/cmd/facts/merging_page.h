/* Merging page: what a merge made of two leads, or would make, for people. */
#ifndef AS_CMD_MERGING_PAGE_H
#define AS_CMD_MERGING_PAGE_H

#include "cmd/output/terminal.h"
#include "run/merging/merging.h"

enum as_status as_merging_print(const struct as_merging *merging, const struct as_terminal *terminal,
                                struct as_error *error);

#endif
