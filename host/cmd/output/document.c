/* Documents for several readers. What is said is the caller's; here it gets its marks. */
#include "cmd/output/document.h"

#include "cmd/output/document_html.h"
#include "cmd/output/wrap.h"

#include <stdarg.h>
#include <string.h>

/* The character by which a line would be a heading or an item of a list; NULL: none. */
static const char *opener(const char *text)
{
    const char *p = text + strspn(text, " ");
    size_t hashes = strspn(p, "#"), digits = strspn(p, "0123456789");
    if (hashes > 0 && (p[hashes] == ' ' || p[hashes] == '\0'))
        return p;
    if (digits > 0 && (p[digits] == '.' || p[digits] == ')') &&
        (p[digits + 1] == ' ' || p[digits + 1] == '\0'))
        return p + digits;
    return (*p == '-' || *p == '+') && (p[1] == ' ' || p[1] == '\0') ? p : NULL;
}

/* What Markdown or the HTML inside of it would take for a mark. */
static void print_marked(const struct as_document *document, const char *text)
{
    struct as_buf safe = {.p = NULL};
    as_display_text(&safe, as_str_of(text));
    const char *opens = opener(as_buf_c(&safe));
    for (const char *p = as_buf_c(&safe); *p != '\0'; p++) {
        if (*p == '<')
            fputs("&lt;", document->terminal->out);
        else if (*p == '>')
            fputs("&gt;", document->terminal->out);
        else if (*p == '&')
            fputs("&amp;", document->terminal->out);
        else if (*p == '|' || *p == '*' || *p == '_' || *p == '`' || *p == '[' || *p == ']' || *p == '\\' ||
                 *p == '@' || *p == '~' || p == opens)
            fprintf(document->terminal->out, "\\%c", *p);
        else
            fputc(*p, document->terminal->out);
    }
    as_buf_free(&safe);
}

void as_document_begin(struct as_document *document, const char *title)
{
    if (document->form == AS_DOCUMENT_HTML)
        as_html_begin(document, title);
}

void as_document_end(struct as_document *document)
{
    if (document->form == AS_DOCUMENT_HTML)
        as_html_end(document);
}

void as_document_heading(struct as_document *document, int level, const char *text)
{
    const struct as_terminal *t = document->terminal;
    if (document->form == AS_DOCUMENT_HTML) {
        as_html_heading(document, level, text);
        return;
    }
    bool close = document->form == AS_DOCUMENT_MARKDOWN && document->last == AS_DOCUMENT_HEADED;
    if (document->last != AS_DOCUMENT_EMPTY && !close)
        fputc('\n', t->out);
    document->last = AS_DOCUMENT_HEADED;
    if (document->form == AS_DOCUMENT_MARKDOWN) {
        fprintf(t->out, "%.*s ", level + 1, "######");
        print_marked(document, text);
        fputs("\n\n", t->out);
        return;
    }
    int indent = level > 2 ? 2 : 0;
    fprintf(t->out, "%*s%s", indent, "", as_style(t, AS_BOLD));
    as_wrap_print(t, indent, indent, text);
    fputs(as_style_end(t), t->out);
}

void as_document_line(struct as_document *document, enum as_style style, const char *text)
{
    const struct as_terminal *t = document->terminal;
    if (document->form == AS_DOCUMENT_HTML) {
        as_html_line(document, style, text);
        return;
    }
    if (document->form == AS_DOCUMENT_MARKDOWN) {
        fputs(document->last == AS_DOCUMENT_TABLE ? "\n- " : "- ", t->out);
        document->last = AS_DOCUMENT_LINES;
        print_marked(document, text);
        fputc('\n', t->out);
        return;
    }
    document->last = AS_DOCUMENT_LINES;
    fprintf(t->out, "    %s", as_style(t, style));
    as_wrap_print(t, 4, 6, text);
    fputs(style != AS_PLAIN ? as_style_end(t) : "", t->out);
}

void as_document_printf(struct as_document *document, const char *format, ...)
{
    char text[1024]; /* a sentence, with a few names in it */
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    as_document_line(document, AS_PLAIN, text);
}

static enum as_status print_marked_table(const struct as_document *document, const struct as_table *table,
                                         struct as_error *error)
{
    FILE *out = document->terminal->out;
    if (table->failed)
        return as_error_memory(error);
    if (document->last == AS_DOCUMENT_LINES)
        fputc('\n', out);
    for (uint32_t c = 0; c < table->width; c++) {
        fputs(c == 0 ? "| " : " | ", out);
        print_marked(document, table->columns[c].title);
    }
    fputs(" |\n", out);
    for (uint32_t c = 0; c < table->width; c++)
        fputs(table->columns[c].right ? "| ---: " : "| --- ", out);
    fputs("|\n", out);
    for (uint32_t i = 0; i < table->cells.n; i++) {
        fputs(i % table->width == 0 ? "| " : " | ", out);
        print_marked(document, table->cells.at[i].text != NULL ? table->cells.at[i].text : "");
        if (i % table->width == table->width - 1)
            fputs(" |\n", out);
    }
    for (uint32_t c = table->cells.n % table->width; c > 0 && c < table->width; c++)
        fputs(c + 1 == table->width ? " |  |\n" : " | ", out);
    return AS_OK;
}

enum as_status as_document_table(struct as_document *document, const struct as_table *table,
                                 struct as_error *error)
{
    if (table->cells.n == 0)
        return AS_OK;
    if (document->form == AS_DOCUMENT_HTML)
        return as_html_table(document, table, error);
    enum as_status status = document->form == AS_DOCUMENT_MARKDOWN
                                ? print_marked_table(document, table, error)
                                : as_table_print(table, document->terminal, 4, error);
    document->last = AS_DOCUMENT_TABLE;
    return status;
}
