/* Documents as one page of HTML: no script, nothing fetched from anywhere, readable on paper, by dark or by
 * light. All text is escaped, so that a name is a name and never a tag. */
#include "cmd/output/document_html.h"

#include <string.h>

static const char head[] = "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                           "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                           "style-src 'unsafe-inline'\">\n";
static const char style_sheet[] =
    "<style>\n"
    ":root { color-scheme: light dark; }\n"
    "body { font: 16px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; }\n"
    "h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; }\n"
    "table { border-collapse: collapse; display: block; overflow-x: auto; margin: .5rem 0; }\n"
    "th, td { border-bottom: 1px solid #8886; padding: .25rem .75rem .25rem 0; text-align: left; "
    "vertical-align: top; }\n"
    ".right { text-align: right; } .bold { font-weight: 600; } .dim { opacity: .65; }\n"
    ".red { color: #b00020; } .green { color: #2e7d32; } .yellow { color: #9a6700; } .cyan { color: #00697d; "
    "}\n"
    "@media (prefers-color-scheme: dark) { .red { color: #ff8a80; } .green { color: #81c784; }\n"
    "  .yellow { color: #ffd54f; } .cyan { color: #80deea; } }\n"
    "@media print { body { margin: 0; max-width: none; font-size: 11pt; } tr { break-inside: avoid; } }\n"
    "</style>\n";

static const char *class_of(enum as_style style)
{
    static const char *const classes[] = {
        [AS_PLAIN] = NULL,    [AS_BOLD] = "bold",     [AS_DIM] = "dim",  [AS_RED] = "red",
        [AS_GREEN] = "green", [AS_YELLOW] = "yellow", [AS_CYAN] = "cyan"};
    return classes[style];
}

static void put(const struct as_document *document, const char *text)
{
    struct as_buf safe = {.p = NULL};
    as_display_text(&safe, as_str_of(text));
    for (const char *p = as_buf_c(&safe); *p != '\0'; p++)
        switch (*p) {
        case '<':
            fputs("&lt;", document->terminal->out);
            break;
        case '>':
            fputs("&gt;", document->terminal->out);
            break;
        case '&':
            fputs("&amp;", document->terminal->out);
            break;
        case '"':
            fputs("&quot;", document->terminal->out);
            break;
        case '\'':
            fputs("&#39;", document->terminal->out);
            break;
        default:
            fputc(*p, document->terminal->out);
        }
    as_buf_free(&safe);
}

/* Lines stand in a list, which ends where something else comes. */
static void end_list(struct as_document *document)
{
    if (document->last == AS_DOCUMENT_LINES)
        fputs("</ul>\n", document->terminal->out);
}

void as_html_begin(struct as_document *document, const char *title)
{
    FILE *out = document->terminal->out;
    fputs(head, out);
    fputs("<title>", out);
    put(document, title);
    fputs("</title>\n", out);
    fputs(style_sheet, out);
    fputs("</head>\n<body>\n", out);
}

void as_html_end(struct as_document *document)
{
    end_list(document);
    document->last = AS_DOCUMENT_EMPTY;
    fputs("</body>\n</html>\n", document->terminal->out);
}

void as_html_heading(struct as_document *document, int level, const char *text)
{
    end_list(document);
    document->last = AS_DOCUMENT_HEADED;
    fprintf(document->terminal->out, "<h%d>", level);
    put(document, text);
    fprintf(document->terminal->out, "</h%d>\n", level);
}

static void open_tag(FILE *out, const char *tag, bool right, enum as_style style)
{
    const char *class = class_of(style);
    fprintf(out, "<%s", tag);
    if (right || class != NULL)
        fprintf(out, " class=\"%s%s%s\"", right ? "right" : "", right && class != NULL ? " " : "",
                class != NULL ? class : "");
    fputc('>', out);
}

void as_html_line(struct as_document *document, enum as_style style, const char *text)
{
    FILE *out = document->terminal->out;
    if (document->last != AS_DOCUMENT_LINES)
        fputs("<ul>\n", out);
    document->last = AS_DOCUMENT_LINES;
    open_tag(out, "li", false, style);
    put(document, text);
    fputs("</li>\n", out);
}

enum as_status as_html_table(struct as_document *document, const struct as_table *table,
                             struct as_error *error)
{
    FILE *out = document->terminal->out;
    if (table->failed)
        return as_error_memory(error);
    end_list(document);
    document->last = AS_DOCUMENT_TABLE;
    fputs("<table>\n<thead><tr>", out);
    for (uint32_t c = 0; c < table->width; c++) {
        open_tag(out, "th", table->columns[c].right, AS_PLAIN);
        put(document, table->columns[c].title != NULL ? table->columns[c].title : "");
        fputs("</th>", out);
    }
    fputs("</tr></thead>\n<tbody>\n", out);
    for (uint32_t i = 0; i < table->cells.n; i++) {
        const struct as_table_cell *cell = &table->cells.at[i];
        fputs(i % table->width == 0 ? "<tr>" : "", out);
        open_tag(out, "td", table->columns[i % table->width].right, cell->style);
        put(document, cell->text != NULL ? cell->text : "");
        fputs("</td>", out);
        fputs((i + 1) % table->width == 0 || i + 1 == table->cells.n ? "</tr>\n" : "", out);
    }
    fputs("</tbody>\n</table>\n", out);
    return AS_OK;
}
