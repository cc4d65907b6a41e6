/* Document: the same headings, lines and tables as a terminal's text or as Markdown for a pull request. */
#ifndef AS_CMD_DOCUMENT_H
#define AS_CMD_DOCUMENT_H

#include "cmd/output/terminal.h"

struct as_document {
    const struct as_terminal *terminal; /* as wide as a page at most: as_page of wrap.h */
    bool markdown;
    enum { AS_DOCUMENT_EMPTY, AS_DOCUMENT_HEADED, AS_DOCUMENT_LINES, AS_DOCUMENT_TABLE } last; /* printed */
};

/* level 1 is the document's own title, 2 a chapter, 3 a part of one. Text from outside is made harmless here,
 * for the terminal or for Markdown. */
void as_document_heading(struct as_document *document, int level, const char *text);
/* One line under the heading; in Markdown an item of a list. */
void as_document_line(struct as_document *document, enum as_style style, const char *text);
void as_document_printf(struct as_document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Every column needs a title: Markdown knows no table without. Nothing for a table without rows. */
enum as_status as_document_table(struct as_document *document, const struct as_table *table,
                                 struct as_error *error);

#endif
