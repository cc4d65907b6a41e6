/* The difference of two packs as a page; internal to `assay diff`. */
#ifndef AS_CMD_DIFF_PAGE_H
#define AS_CMD_DIFF_PAGE_H

#include "cmd/budget.h"
#include "cmd/document.h"
#include "run/difference.h"

/* A budget as one model kept it or broke it. */
struct as_budget_line {
    const struct as_budget *budget;
    const char *model;
    int64_t at;
    uint32_t leads[AS_SIDES];
    bool holds;
};
struct as_budget_lines {
    AS_LIST(struct as_budget_line) list;
};

/* sides: what the user called them. dated: one of several, so that the day is its title. */
enum as_status as_print_difference(struct as_document *document, const struct as_difference *difference,
                                   const char *const sides[AS_SIDES], bool dated, struct as_error *error);
/* All budgets, kept and broken; nothing when there are none. */
enum as_status as_print_budgets(struct as_document *document, const struct as_budget_lines *lines,
                                struct as_error *error);

#endif
