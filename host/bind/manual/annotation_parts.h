/* The parts of types.lua; for annotation*.c alone. */
#ifndef AS_BIND_ANNOTATION_PARTS_H
#define AS_BIND_ANNOTATION_PARTS_H

#include "base/text.h"
#include "data/facts/schema.h"

/* A comment of three dashes over as many lines as the text has. */
void as_annotate_text(struct as_buf *out, const char *text);
/* An example as a fenced block below a text. */
void as_annotate_example(struct as_buf *out, const char *example);

/* annotation_facts.c: classes of facts with their operators, and the fields of lead, account, event, answer.
 */
void as_annotate_facts(struct as_buf *out, const struct as_schema *schema);

#endif
