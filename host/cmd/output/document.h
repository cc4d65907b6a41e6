/* Document: the same headings, lines and tables as a terminal's text, as Markdown for a pull request, or as
 * one page of HTML that needs nothing beside it.
 *
 * Text from outside is made harmless in each form: nothing in it becomes a mark, a tag or an escape sequence.
 * It is written to the out of its terminal, whatever that is.
 */
#ifndef AS_CMD_DOCUMENT_H
#define AS_CMD_DOCUMENT_H

#include "cmd/output/terminal.h"

enum as_document_form { AS_DOCUMENT_TEXT, AS_DOCUMENT_MARKDOWN, AS_DOCUMENT_HTML };
struct as_document {
    const struct as_terminal *terminal; /* as wide as a page at most: as_page of wrap.h */
    enum as_document_form form;
    enum { AS_DOCUMENT_EMPTY, AS_DOCUMENT_HEADED, AS_DOCUMENT_LINES, AS_DOCUMENT_TABLE } last; /* printed */
};

/* Before anything else and after it: the head of the HTML page, with its title for the browser, and its end.
 * The other forms need neither. */
void as_document_begin(struct as_document *document, const char *title);
void as_document_end(struct as_document *document);

/* level 1 is the document's own title, 2 a chapter, 3 a part of one. */
void as_document_heading(struct as_document *document, int level, const char *text);
/* One line under the heading; in Markdown and HTML an item of a list. */
void as_document_line(struct as_document *document, enum as_style style, const char *text);
void as_document_printf(struct as_document *document, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Every column needs a title: Markdown knows no table without. Nothing for a table without rows. */
enum as_status as_document_table(struct as_document *document, const struct as_table *table,
                                 struct as_error *error);

#endif
