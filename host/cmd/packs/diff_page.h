/* The difference of two packs as a page; internal to `assay diff`. */
#ifndef AS_CMD_DIFF_PAGE_H
#define AS_CMD_DIFF_PAGE_H

#include "cmd/output/document.h"
#include "run/difference/difference.h"

/* sides: what the user called them. dated: one of several, so that the day is its title. */
enum as_status as_print_difference(struct as_document *document, const struct as_difference *difference,
                                   const char *const sides[AS_SIDES], bool dated, struct as_error *error);

/* A number in a cell; a dim dot for none. */
void as_print_count(struct as_table *table, uint64_t n);
/* Of that, what the packs differ in beside their models: effects, lists, contact policy, agreement. */
enum as_status as_print_beside(struct as_document *document, const struct as_difference *difference,
                               struct as_error *error);

#endif
