/* Reference: everything that a rule author can write, as one page of Markdown, from the tables and comments
 * that also check, complete and annotate it. */
#ifndef AS_BIND_REFERENCE_H
#define AS_BIND_REFERENCE_H

#include "base/status.h"
#include "base/text.h"

/* Appends the page. AS_ERR_MEMORY. */
enum as_status as_reference_write(struct as_buf *out, struct as_error *error);

#endif
