/* Printing tables with aligned columns, measured in terminal columns.
 *
 * A table that is wider than its terminal is fitted in three steps, each only as far as it must: columns that
 * shrink are cut; all others are folded between words; and what is too wide even so is printed in panels, one
 * below the other, each with the columns that name the row, a few rows at a time.
 */
#include "cmd/output/terminal.h"

#include <string.h>

enum {
    GAP = 2,
    SHRUNK_LEAST = 8,
    WORD_MOST = 24, /* longer words may be broken */
    PANEL_LEAST = 20,
    PANEL_ROWS = 20,
};

struct sizes {
    int whole[AS_TABLE_COLUMNS], least[AS_TABLE_COLUMNS];
};
struct panel {
    const struct as_table *table;
    const struct as_terminal *terminal;
    int indent;
    uint32_t columns[AS_TABLE_COLUMNS], n;
    int widths[AS_TABLE_COLUMNS]; /* of the panel's columns */
};

/* --- folding --- */

/* The next place after `from` where a line may end. A `kept` figure stays with its sign and its interval:
 * "57.6 %", "[55.4, 59.7]". */
static size_t next_break(struct as_str text, size_t from, bool kept)
{
    int depth = 0;
    for (size_t i = from; i < text.n; i++) {
        depth += (text.p[i] == '[') - (text.p[i] == ']');
        if (text.p[i] == ' ' && i > from &&
            (!kept || (depth <= 0 && (i + 1 == text.n || text.p[i + 1] != '%'))))
            return i;
    }
    return text.n;
}

/* The bytes of a word of which at least one character, and else no more than `width` columns, fit. */
static size_t broken_word(struct as_str text, int width)
{
    size_t end = 0;
    while (end < text.n) {
        size_t next = end + 1;
        while (next < text.n && ((unsigned char)text.p[next] & 0xC0) == 0x80)
            next++;
        if (end > 0 && as_display_width((struct as_str){text.p, next}) > width)
            break;
        end = next;
    }
    return end;
}

/* Takes the next line of a folded cell from the front of *rest. */
static struct as_str take_line(struct as_str *rest, int width)
{
    size_t end = 0;
    *rest = as_str_trim(*rest);
    for (int kept = 1; kept >= 0 && end == 0; kept--)
        while (end < rest->n) {
            size_t next = next_break(*rest, end, kept == 1);
            if (as_display_width((struct as_str){rest->p, next}) > width)
                break;
            end = next;
        }
    if (end == 0)
        end = broken_word(*rest, width);
    struct as_str line = as_str_trim((struct as_str){rest->p, end});
    *rest = as_str_trim((struct as_str){rest->p + end, rest->n - end});
    return line;
}

/* --- sizes --- */

static void measure(struct sizes *sizes, uint32_t column, const char *cell, bool shrinks)
{
    struct as_str text = as_str_of(cell);
    int width = as_display_width(text), least = shrinks ? SHRUNK_LEAST : 0;
    if (width > sizes->whole[column])
        sizes->whole[column] = width;
    for (size_t from = 0, to; !shrinks && from < text.n; from = to) {
        to = next_break(text, from, true);
        int word = as_display_width(as_str_trim((struct as_str){text.p + from, to - from}));
        least = word > least ? word : least;
    }
    least = least > WORD_MOST ? WORD_MOST : least;
    least = least > width ? width : least;
    if (least > sizes->least[column])
        sizes->least[column] = least;
}

static int total_of(const int *widths, uint32_t n)
{
    int total = n > 0 ? (int)(n - 1) * GAP : 0;
    for (uint32_t i = 0; i < n; i++)
        total += widths[i];
    return total;
}

/* Takes what the panel is too wide by from the widest of the columns that shrink, or of those that do not,
 * one terminal column at a time. */
static void narrow(struct panel *panel, const struct sizes *sizes, int room, bool shrinking)
{
    for (int total = total_of(panel->widths, panel->n); total > room; total--) {
        uint32_t widest = panel->n;
        for (uint32_t i = 0; i < panel->n; i++)
            if (panel->table->columns[panel->columns[i]].shrinks == shrinking &&
                panel->widths[i] > sizes->least[panel->columns[i]] &&
                (widest == panel->n || panel->widths[i] > panel->widths[widest]))
                widest = i;
        if (widest == panel->n)
            return;
        panel->widths[widest]--;
    }
}

/* False when the columns are too wide even when cut and folded. room 0: no limit. */
static bool fit(struct panel *panel, const struct sizes *sizes, int room)
{
    for (uint32_t i = 0; i < panel->n; i++)
        panel->widths[i] = sizes->whole[panel->columns[i]];
    if (room <= 0)
        return true;
    narrow(panel, sizes, room, true);
    narrow(panel, sizes, room, false);
    return total_of(panel->widths, panel->n) <= room;
}

/* --- lines --- */

static void print_cell(struct as_buf *line, int *owed, const struct panel *panel, struct as_str text,
                       enum as_style style, uint32_t i)
{
    struct as_buf cut = {0};
    bool right = panel->table->columns[panel->columns[i]].right;
    as_display_cut(&cut, text, panel->widths[i]);
    int pad = panel->widths[i] - as_display_width((struct as_str){as_buf_c(&cut), cut.n});
    /* Blanks are owed until something follows, so that no line ends in blanks. */
    if (right)
        *owed += pad;
    if (cut.n > 0) {
        as_buf_printf(line, "%*s", *owed, "");
        *owed = 0;
        as_buf_printf(line, "%s%s%s", as_style(panel->terminal, style), as_buf_c(&cut),
                      style != AS_PLAIN ? as_style_end(panel->terminal) : "");
    }
    *owed += (right ? 0 : pad) + GAP;
    as_buf_free(&cut);
}

/* The titles when `cells` is NULL; cells from `given` on are empty. */
static void print_row(struct as_buf *line, const struct panel *panel, const struct as_table_cell *cells,
                      uint32_t given)
{
    struct as_str rest[AS_TABLE_COLUMNS];
    bool more = true;
    for (uint32_t i = 0; i < panel->n; i++) {
        uint32_t c = panel->columns[i];
        rest[i] = as_str_of(cells == NULL ? panel->table->columns[c].title : c < given ? cells[c].text : "");
    }
    while (more) {
        int owed = panel->indent;
        more = false;
        as_buf_reset(line);
        for (uint32_t i = 0; i < panel->n; i++) {
            struct as_str text = rest[i];
            uint32_t c = panel->columns[i];
            if (panel->table->columns[c].shrinks || as_display_width(text) <= panel->widths[i])
                rest[i].n = 0;
            else
                text = take_line(&rest[i], panel->widths[i]);
            more |= rest[i].n > 0;
            print_cell(line, &owed, panel, text,
                       cells == NULL ? AS_DIM
                       : c < given   ? cells[c].style
                                     : AS_PLAIN,
                       i);
        }
        as_buf_char(line, '\n');
        fwrite(as_buf_c(line), 1, line->n, panel->terminal->out);
    }
}

/* The rows of the cells from `from` up to `to`. */
static void print_panel(struct as_buf *line, const struct panel *panel, bool titled, uint32_t from,
                        uint32_t to)
{
    const struct as_table *table = panel->table;
    if (titled)
        print_row(line, panel, NULL, table->width);
    for (; from < to; from += table->width)
        print_row(line, panel, table->cells.at + from, table->cells.n - from);
}

/* What a column asks for in a panel: where there are panels, one more is better than cells that nobody can
 * read. */
static int asked_width(const struct sizes *sizes, uint32_t column)
{
    int whole = sizes->whole[column], least = sizes->least[column];
    return whole <= PANEL_LEAST ? whole : least > PANEL_LEAST ? least : PANEL_LEAST;
}

/* The columns that name a row, and of the others, from `from` on, as many as have room, at least one. Returns
 * the first that has none. */
static uint32_t choose(struct panel *panel, const struct sizes *sizes, uint32_t names, uint32_t from,
                       int room)
{
    int total = -GAP;
    panel->n = 0;
    for (uint32_t c = 0; c < names; c++) {
        total += asked_width(sizes, c) + GAP;
        panel->columns[panel->n++] = c;
    }
    do {
        total += asked_width(sizes, from) + GAP;
        panel->columns[panel->n++] = from++;
    } while (from < panel->table->width && total + GAP + asked_width(sizes, from) <= room);
    fit(panel, sizes, room);
    return from;
}

/* A few rows in all panels, then the next: what belongs to one row is on one screen. */
static void print_panels(struct as_buf *line, struct panel *panel, const struct sizes *sizes, bool titled,
                         int room)
{
    const struct as_table *table = panel->table;
    uint32_t names = 1, step = PANEL_ROWS * table->width;
    int taken = asked_width(sizes, 0);
    while (names < table->width && !table->columns[names].right &&
           (taken += GAP + asked_width(sizes, names)) <= room / 2)
        names++;
    names = names < table->width ? names : table->width - 1;
    for (uint32_t from = 0; from == 0 || from < table->cells.n; from += step)
        for (uint32_t next = names; next < table->width;) {
            if (from > 0 || next > names)
                fputc('\n', panel->terminal->out);
            next = choose(panel, sizes, names, next, room);
            print_panel(line, panel, titled, from,
                        table->cells.n - from < step ? table->cells.n : from + step);
        }
}

enum as_status as_table_print(const struct as_table *table, const struct as_terminal *terminal, int indent,
                              struct as_error *error)
{
    struct sizes sizes = {.whole = {0}};
    struct panel panel = {.table = table, .terminal = terminal, .indent = indent, .n = table->width};
    struct as_buf line = {0};
    bool titled = false;
    int room = terminal->width > 0 && !terminal->endless ? terminal->width - indent : 0;
    if (table->failed)
        return as_error_memory(error);
    for (uint32_t c = 0; c < table->width; c++) {
        titled |= table->columns[c].title && table->columns[c].title[0];
        measure(&sizes, c, table->columns[c].title, table->columns[c].shrinks);
        panel.columns[c] = c;
    }
    for (uint32_t i = 0; i < table->cells.n; i++)
        measure(&sizes, i % table->width, table->cells.at[i].text, table->columns[i % table->width].shrinks);
    if (fit(&panel, &sizes, room))
        print_panel(&line, &panel, titled, 0, table->cells.n);
    else
        print_panels(&line, &panel, &sizes, titled, room);
    bool failed = line.failed;
    as_buf_free(&line);
    return failed ? as_error_memory(error) : AS_OK;
}
