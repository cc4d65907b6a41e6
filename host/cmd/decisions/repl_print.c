/* Printing for sessions: explanations as `assay explain` prints them, lists as tables, errors with a caret.
 */
#include "cmd/decisions/repl_print.h"

#include "cmd/decisions/explain_parts.h"
#include "cmd/decisions/explain_text.h"
#include "cmd/line/context.h"
#include "cmd/output/wrap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { SHORT_CELL = 16 };

/* A line that is wider than the terminal goes on below its own beginning. */
static void print_text_line(const struct as_terminal *t, struct as_str line)
{
    struct as_buf text = {.p = NULL};
    int indent = 0;
    while ((size_t)indent < line.n && line.p[indent] == ' ')
        indent++;
    if ((size_t)indent < line.n && t->width > 0 && as_display_width(line) > t->width) {
        as_buf_str(&text, line);
        fprintf(t->out, "%*s", indent, "");
        as_wrap_print(t, indent, indent + 2, as_buf_c(&text));
    } else {
        as_display_text(&text, line);
        fprintf(t->out, "%s\n", as_buf_c(&text));
    }
    as_buf_free(&text);
}

static enum as_status print_text(void *context, struct as_str text, struct as_error *error)
{
    const struct as_repl_output *o = context;
    (void)error;
    while (text.n > 0)
        print_text_line(&o->terminal, as_str_cut(&text, '\n'));
    return AS_OK;
}

static enum as_status print_explanation(void *context, const struct as_explanation *explanation,
                                        enum as_told what, struct as_error *error)
{
    const struct as_terminal *t = &((const struct as_repl_output *)context)->terminal;
    switch (what) {
    case AS_TOLD_CARD:
        as_print_explained_card(t, explanation);
        return AS_OK;
    case AS_TOLD_PART:
        return as_print_explained_models(t, explanation, false, error);
    case AS_TOLD_CONTACT:
        as_print_explained_contact(t, explanation);
        return AS_OK;
    case AS_TOLD_ACCOUNT:
        as_print_explained_account(t, explanation);
        return AS_OK;
    case AS_TOLD_ALL:
        break;
    }
    return as_print_explanation(t, explanation, error);
}

/* --- ways through a gate --- */

static void print_barrier(const struct as_terminal *t, const struct as_barrier *barrier)
{
    struct as_buf text = {.p = NULL};
    fprintf(t->out, "  %s%s%s  %s: ", as_style(t, as_explain_style(barrier->state)),
            as_tri_say(barrier->state), as_style_end(t), barrier->criterion);
    int column = 2 + as_display_width(as_str_of(as_tri_say(barrier->state))) + 2 +
                 as_display_width(as_str_of(barrier->criterion)) + 2;
    as_wrap_print(t, column, 4, barrier->said);
    for (uint32_t r = 0; r < barrier->roles.n; r++)
        as_buf_printf(&text, "%s%s", r == 0 ? "nobody of the account is known as " : ", ",
                      barrier->roles.at[r]);
    if (barrier->roles.n > 0) {
        fprintf(t->out, "      ");
        as_wrap_print(t, 6, 8, as_buf_c(&text));
    } else if (barrier->ways.n == 0)
        fprintf(t->out, "      no change of the lead's own facts was found that would do\n");
    for (uint32_t w = 0; w < barrier->ways.n; w++) {
        as_buf_reset(&text);
        as_buf_printf(&text, "%s%s", w == 0 ? "" : "or ", barrier->ways.at[w].said);
        fprintf(t->out, "      ");
        as_wrap_print(t, 6, 8, as_buf_c(&text));
    }
    as_buf_free(&text);
}

static enum as_status print_whynot(void *context, const struct as_whynot *whynot, struct as_error *error)
{
    const struct as_terminal page = as_page(&((const struct as_repl_output *)context)->terminal), *t = &page;
    bool open = false;
    (void)error;
    if (whynot->barriers.n == 0) {
        fprintf(t->out, "%s %s\n", whynot->gate->name,
                whynot->verdict == AS_GATE_PASS ? "passes" : "cannot be asked: the lead has no account");
        return AS_OK;
    }
    fprintf(t->out, "%s%s does not pass%s\n", as_style(t, AS_BOLD), whynot->gate->name, as_style_end(t));
    for (uint32_t b = 0; b < whynot->barriers.n; b++) {
        print_barrier(t, &whynot->barriers.at[b]);
        open = open || whynot->barriers.at[b].ways.n == 0;
    }
    if (whynot->together)
        fprintf(t->out, "%sWith the first of each, supposed together, the gate passes.%s\n",
                as_style(t, AS_GREEN), as_style_end(t));
    else if (!open)
        fprintf(
            t->out,
            "The first of each, supposed together, do not pass the gate: they get in each other's way.\n");
    return AS_OK;
}

/* --- lists --- */

/* Numbers to the right; what is short in every row is shown whole. */
static struct as_table_column column_of(const struct as_told_rows *rows, uint32_t column)
{
    struct as_table_column out = {.title = rows->columns[column], .right = true};
    for (uint64_t r = 0; r < rows->rows; r++) {
        const char *cell = rows->cells[r * rows->width + column];
        double number;
        if (cell == NULL)
            continue;
        out.right = out.right && as_parse_number(&number, as_str_of(cell));
        out.shrinks = out.shrinks || as_display_width(as_str_of(cell)) > SHORT_CELL;
    }
    return out;
}

static enum as_status print_rows(void *context, const struct as_told_rows *rows, struct as_error *error)
{
    const struct as_terminal *t = &((const struct as_repl_output *)context)->terminal;
    char count[AS_COUNT_TEXT];
    if (rows->width > 0 && rows->rows > 0) {
        struct as_table_column *columns = calloc(rows->width, sizeof *columns);
        struct as_table table;
        if (columns == NULL)
            return as_error_memory(error);
        for (uint32_t c = 0; c < rows->width; c++)
            columns[c] = column_of(rows, c);
        as_table_open(&table, columns, rows->width);
        for (uint64_t r = 0; r < rows->rows; r++) {
            as_table_row(&table);
            for (uint32_t c = 0; c < rows->width; c++)
                as_table_text(&table, rows->cells[r * rows->width + c]);
        }
        enum as_status status = as_table_print(&table, t, 0, error);
        as_table_close(&table);
        free(columns);
        if (status != AS_OK)
            return status;
    }
    fprintf(t->out, "%s%s row%s%s\n", as_style(t, AS_DIM), as_count_format(count, rows->rows),
            rows->rows == 1 ? "" : "s", as_style_end(t));
    return AS_OK;
}

struct as_repl_printer as_repl_printer_of(struct as_repl_output *output)
{
    return (struct as_repl_printer){output, print_text, print_explanation, print_whynot, print_rows};
}

/* --- pages --- */

enum as_status as_repl_output_begin(struct as_repl_output *output, const struct as_terminal *terminal,
                                    struct as_error *error)
{
    output->real = terminal;
    output->terminal = *terminal;
    output->text = NULL;
    output->n = 0;
    output->terminal.out = open_memstream(&output->text, &output->n);
    return output->terminal.out != NULL ? AS_OK : as_error_memory(error);
}

static bool longer_than_screen(const struct as_repl_output *output)
{
    struct winsize size = {.ws_row = 0};
    if (!output->real->out_is_terminal || ioctl(fileno(output->real->out), TIOCGWINSZ, &size) != 0)
        return false;
    size_t lines = 0;
    for (size_t i = 0; i < output->n; i++)
        lines += output->text[i] == '\n';
    return size.ws_row > 2 && lines + 1 > size.ws_row;
}

enum as_status as_repl_output_end(struct as_repl_output *output, struct as_error *error)
{
    enum as_status status = AS_OK;
    FILE *to = output->real->out, *pager = NULL;
    if (fclose(output->terminal.out) != 0) {
        status = as_error_memory(error);
    } else {
        const char *command = getenv("PAGER");
        fflush(to);
        if (longer_than_screen(output))
            pager = popen(command != NULL && command[0] != '\0' ? command : "less -FRX", "w");
        FILE *page = pager != NULL ? pager : to;
        bool written = fwrite(output->text, 1, output->n, page) == output->n && fflush(page) == 0;
        /* Who leaves the pager early has seen enough. */
        if (!written && pager == NULL)
            status = as_error_set(error, AS_ERR_IO, "the output cannot be written: %s", strerror(errno));
        if (pager != NULL)
            pclose(pager);
    }
    free(output->text);
    output->text = NULL;
    return status;
}

/* --- errors --- */

/* Where in the line the trouble is: the word that the message quotes, else its first sign. */
static size_t caret_of(struct as_str line, const char *what)
{
    for (const char *open = strpbrk(what, "\"'"); open != NULL; open = strpbrk(open + 1, "\"'")) {
        const char *close = strchr(open + 1, *open);
        size_t n = close != NULL ? (size_t)(close - open - 1) : 0;
        for (size_t i = 0; n > 0 && i + n <= line.n; i++)
            if (memcmp(line.p + i, open + 1, n) == 0)
                return i;
    }
    size_t first = 0;
    while (first < line.n && (line.p[first] == ' ' || line.p[first] == '\t'))
        first++;
    return first;
}

void as_repl_print_error(const struct as_terminal *terminal, const struct as_error *error,
                         struct as_str chunk, int first)
{
    as_error_print(terminal, error);
    if (error->line < first)
        return;
    struct as_str line = {NULL, 0}, rest = chunk;
    for (int i = first; i <= error->line; i++) {
        if (rest.n == 0)
            return;
        line = as_str_cut(&rest, '\n');
    }
    size_t caret = caret_of(line, error->what);
    struct as_buf text = {.p = NULL};
    as_display_text(&text, line);
    fprintf(terminal->err, "       %s\n       %*s^\n", as_buf_c(&text),
            as_display_width((struct as_str){line.p, caret}), "");
    as_buf_free(&text);
}
