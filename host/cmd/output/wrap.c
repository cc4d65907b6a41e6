/* Breaking lines between words. A word that is wider than the line stands on a line of its own, uncut: a
 * rule's pattern must stay readable. */
#include "cmd/output/wrap.h"

struct as_terminal as_page(const struct as_terminal *terminal)
{
    struct as_terminal page = *terminal;
    if (page.width <= 0) {
        page.width = AS_PAGE_WIDTH;
        page.endless = true;
    }
    return page;
}

bool as_wrap_next(struct as_str *line, struct as_str *rest, int width)
{
    *rest = as_str_trim(*rest);
    if (rest->n == 0)
        return false;
    size_t end = 0;
    for (size_t i = 0; i <= rest->n; i++) {
        if (i < rest->n && rest->p[i] != ' ')
            continue;
        if (end > 0 && as_display_width((struct as_str){rest->p, i}) > width)
            break;
        end = i;
    }
    *line = (struct as_str){rest->p, end};
    rest->p += end;
    rest->n -= end;
    return true;
}

void as_cell_print(const struct as_terminal *terminal, enum as_style style, const char *text, int width,
                   bool right)
{
    struct as_buf cut = {.p = NULL};
    as_display_cut(&cut, as_str_of(text), width);
    int pad = width - as_display_width(as_str_of(as_buf_c(&cut)));
    fprintf(terminal->out, "%*s%s%s%s%*s", right ? pad : 0, "", as_style(terminal, style), as_buf_c(&cut),
            as_style_end(terminal), right ? 0 : pad, "");
    as_buf_free(&cut);
}

void as_wrap_print(const struct as_terminal *terminal, int column, int indent, const char *text)
{
    struct as_str rest = as_str_of(text), line;
    int used = column;
    while (as_wrap_next(&line, &rest, terminal->width - used)) {
        struct as_buf safe = {.p = NULL};
        as_display_text(&safe, line);
        fprintf(terminal->out, "%s\n", as_buf_c(&safe));
        as_buf_free(&safe);
        if (as_str_trim(rest).n > 0)
            fprintf(terminal->out, "%*s", indent, "");
        used = indent;
    }
}

void as_wrap_line(const struct as_terminal *terminal, struct as_buf *text)
{
    fputs("  ", terminal->out);
    as_wrap_print(terminal, 2, 4, as_buf_c(text));
    as_buf_reset(text);
}
