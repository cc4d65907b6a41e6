/* Lines from a terminal, through libedit. What a line means is the caller's. */
#include "cmd/decisions/line_editor.h"

#include "cmd/output/output_file.h"

#include <fcntl.h>
#include <histedit.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEPT_LINES = 2000, NAMES_MOST = 200 };

struct as_line_editor {
    EditLine *edit;
    History *history; /* what can be found again now */
    History *kept;    /* what the file gets */
    char *path;       /* of the file, NULL none */
    const char *prompt;
    FILE *to;
    as_complete_fn complete;
    void *context;
    bool cancelled;
    struct as_buf line;
};

static struct as_line_editor *editor_of(EditLine *edit)
{
    struct as_line_editor *editor = NULL;
    el_get(edit, EL_CLIENTDATA, &editor);
    return editor;
}

static char *prompt_of(EditLine *edit)
{
    return (char *)(uintptr_t)editor_of(edit)->prompt;
}

static unsigned char on_cancel(EditLine *edit, int key)
{
    (void)key;
    editor_of(edit)->cancelled = true;
    return CC_NEWLINE;
}

/* As much as all names share; a list of them where that is nothing new. */
static unsigned char on_complete(EditLine *edit, int key)
{
    struct as_line_editor *editor = editor_of(edit);
    const LineInfo *line = el_line(edit);
    struct as_str before = {line->buffer, (size_t)(line->cursor - line->buffer)};
    const char *names[NAMES_MOST];
    size_t from = 0;
    (void)key;
    uint32_t n = editor->complete(names, NAMES_MOST, &from, editor->context, before);
    if (n == 0)
        return CC_REFRESH_BEEP;
    size_t shared = strlen(names[0]);
    for (uint32_t i = 1; i < n; i++) {
        size_t k = 0;
        while (k < shared && names[i][k] == names[0][k])
            k++;
        shared = k;
    }
    if (shared > from) {
        char more[256];
        size_t count = shared - from < sizeof more ? shared - from : sizeof more - 1;
        memcpy(more, names[0] + from, count);
        more[count] = '\0';
        return el_insertstr(edit, more) == 0 ? CC_REFRESH : CC_ERROR;
    }
    if (n == 1)
        return CC_REFRESH_BEEP;
    fputc('\n', editor->to);
    for (uint32_t i = 0; i < n; i++)
        fprintf(editor->to, "%s%s", names[i], i + 1 < n ? "  " : "\n");
    fflush(editor->to);
    return CC_REDISPLAY;
}

/* --- history --- */

/* Each for its owner alone. */
static bool make_folders(const char *path)
{
    struct as_arena arena;
    as_arena_init(&arena);
    enum as_status status = as_output_folders(&arena, path, 0700, NULL);
    as_arena_free(&arena);
    return status == AS_OK;
}

static void open_history(struct as_line_editor *editor)
{
    const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
    struct as_buf path = {.p = NULL};
    HistEvent event;
    if (state != NULL && state[0] == '/')
        as_buf_printf(&path, "%s/assay/history", state);
    else if (home != NULL && home[0] == '/')
        as_buf_printf(&path, "%s/.local/state/assay/history", home);
    if (path.n > 0 && !path.failed)
        editor->path = strdup(as_buf_c(&path));
    as_buf_free(&path);
    History *both[] = {editor->history, editor->kept};
    for (int i = 0; i < 2; i++) {
        history(both[i], &event, H_SETSIZE, KEPT_LINES);
        history(both[i], &event, H_SETUNIQUE, 1);
    }
    if (editor->path == NULL || !make_folders(editor->path))
        return;
    int file = open(editor->path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    if (file >= 0)
        close(file);
    for (int i = 0; i < 2; i++)
        history(both[i], &event, H_LOAD, editor->path);
}

enum as_status as_line_editor_open(struct as_line_editor **out, FILE *in, FILE *to, FILE *err,
                                   as_complete_fn complete, void *context, struct as_error *error)
{
    struct as_line_editor *editor = calloc(1, sizeof *editor);
    *out = NULL;
    if (editor == NULL)
        return as_error_memory(error);
    editor->complete = complete;
    editor->context = context;
    editor->to = to;
    editor->prompt = "";
    editor->edit = el_init("assay", in, to, err);
    editor->history = history_init();
    editor->kept = history_init();
    if (editor->edit == NULL || editor->history == NULL || editor->kept == NULL) {
        as_line_editor_close(editor);
        return as_error_set(error, AS_ERR_IO, "the terminal cannot be edited on");
    }
    el_set(editor->edit, EL_CLIENTDATA, editor);
    el_set(editor->edit, EL_PROMPT, prompt_of);
    el_set(editor->edit, EL_EDITOR, "emacs");
    el_set(editor->edit, EL_HIST, history, editor->history);
    el_set(editor->edit, EL_ADDFN, "assay-complete", "names that may stand here", on_complete);
    el_set(editor->edit, EL_ADDFN, "assay-cancel", "drops the line", on_cancel);
    el_set(editor->edit, EL_BIND, "^I", "assay-complete", NULL);
    el_set(editor->edit, EL_BIND, "^R", "em-inc-search-prev", NULL);
    /* While a line is edited Ctrl-C is a key; while one runs it is a signal. */
    el_set(editor->edit, EL_SETTY, "-d", "-isig", NULL);
    el_set(editor->edit, EL_BIND, "^C", "assay-cancel", NULL);
    open_history(editor);
    *out = editor;
    return AS_OK;
}

void as_line_editor_close(struct as_line_editor *editor)
{
    HistEvent event;
    if (editor == NULL)
        return;
    if (editor->kept != NULL && editor->path != NULL)
        history(editor->kept, &event, H_SAVE, editor->path);
    if (editor->kept != NULL)
        history_end(editor->kept);
    if (editor->history != NULL)
        history_end(editor->history);
    if (editor->edit != NULL)
        el_end(editor->edit);
    as_buf_free(&editor->line);
    free(editor->path);
    free(editor);
}

/* The line typed, NULL at the end of input. */
static const char *read_line(struct as_line_editor *editor, const char *prompt)
{
    int n = 0;
    editor->prompt = prompt;
    editor->cancelled = false;
    const char *typed = el_gets(editor->edit, &n);
    as_buf_reset(&editor->line);
    if (editor->cancelled) {
        fputc('\n', editor->to);
        return "";
    }
    if (typed == NULL || n <= 0)
        return NULL;
    as_buf_bytes(&editor->line, typed, (size_t)n);
    while (editor->line.n > 0 && editor->line.p[editor->line.n - 1] == '\n')
        editor->line.p[--editor->line.n] = '\0';
    return as_buf_c(&editor->line);
}

static void remember(History *history_, struct as_str line)
{
    HistEvent event;
    struct as_buf text = {.p = NULL};
    if (line.n > 0 && line.p[0] != ' ' && line.p[0] != '\t') {
        as_buf_str(&text, line);
        as_buf_char(&text, '\n');
        history(history_, &event, H_ENTER, as_buf_c(&text));
        as_buf_free(&text);
    }
}

const char *as_line_editor_read(struct as_line_editor *editor, const char *prompt, bool *cancelled)
{
    const char *line = read_line(editor, prompt);
    *cancelled = editor->cancelled;
    if (line != NULL)
        remember(editor->history, as_str_of(line));
    return line;
}

void as_line_editor_keep(struct as_line_editor *editor, struct as_str lines)
{
    while (lines.n > 0)
        remember(editor->kept, as_str_cut(&lines, '\n'));
}

const char *as_line_editor_ask(struct as_line_editor *editor, const char *question)
{
    const char *line = read_line(editor, question);
    return editor->cancelled ? NULL : line;
}
