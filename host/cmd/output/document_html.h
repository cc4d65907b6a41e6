/* The HTML form of a document. Internal to host/cmd/output. */
#ifndef AS_CMD_DOCUMENT_HTML_H
#define AS_CMD_DOCUMENT_HTML_H

#include "cmd/output/document.h"

void as_html_begin(struct as_document *document, const char *title);
void as_html_end(struct as_document *document);
void as_html_heading(struct as_document *document, int level, const char *text);
void as_html_line(struct as_document *document, enum as_style style, const char *text);
enum as_status as_html_table(struct as_document *document, const struct as_table *table,
                             struct as_error *error);

#endif
