/* The line editor on a pseudo-terminal: what is typed comes back as lines, Tab completes, Ctrl-C drops a
 * line, and the history keeps what it should and nobody else can read it. */
#include "cmd/decisions/line_editor.h"
#include "pseudo_terminal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { PATIENCE_MS = 5000 };

static uint32_t complete(const char **names, uint32_t most, size_t *from, void *context, struct as_str before)
{
    static const char *const known[] = {"timeline", "whynot"};
    uint32_t n = 0;
    (void)context;
    for (size_t i = 0; i < 2 && n < most; i++)
        if (as_str_starts(as_str_of(known[i]), before))
            names[n++] = known[i];
    *from = before.n;
    return n;
}

/* The child: each line goes back through a pipe, in brackets; "[^C]" for one that was dropped. */
static void edit(int back)
{
    struct as_line_editor *editor;
    struct as_error error = AS_ERROR_INIT;
    bool cancelled;
    const char *line;
    if (as_line_editor_open(&editor, stdin, stdout, stderr, complete, NULL, &error) != AS_OK)
        _exit(1);
    while ((line = as_line_editor_read(editor, "ready> ", &cancelled)) != NULL) {
        dprintf(back, "[%s]", cancelled ? "^C" : line);
        if (strcmp(line, "ask") == 0)
            dprintf(back, "[answer %s]", as_line_editor_ask(editor, "ready> "));
        else if (!cancelled && strstr(line, "private") == NULL)
            as_line_editor_keep(editor, as_str_of(line));
    }
    as_line_editor_close(editor);
    _exit(0);
}

struct talk {
    char folder[64];
    int terminal, back;
    pid_t child;
};

static int setup(void **state)
{
    struct talk *t = calloc(1, sizeof *t);
    int pipe_ends[2];
    snprintf(t->folder, sizeof t->folder, "/tmp/assay-editor-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    assert_int_equal(pipe(pipe_ends), 0);
    setenv("XDG_STATE_HOME", t->folder, 1);
    setenv("TERM", "xterm", 1);
    t->child = forkpty(&t->terminal, NULL, NULL, NULL);
    assert_true(t->child >= 0);
    if (t->child == 0) {
        close(pipe_ends[0]);
        edit(pipe_ends[1]);
    }
    close(pipe_ends[1]);
    t->back = pipe_ends[0];
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct talk *t = *state;
    char command[128];
    kill(t->child, SIGKILL);
    waitpid(t->child, NULL, 0);
    close(t->terminal);
    close(t->back);
    snprintf(command, sizeof command, "%s/assay/history", t->folder);
    unlink(command);
    snprintf(command, sizeof command, "%s/assay", t->folder);
    rmdir(command);
    rmdir(t->folder);
    free(t);
    return 0;
}

/* Waits until the terminal shows the prompt and gives out single keys: the editor prints the one before it
 * sees to the other, and what is typed in between would be the terminal's own line, with its own end of file
 * and interrupt. */
static void await_prompt(const struct talk *t)
{
    char seen[4096] = "";
    size_t n = 0;
    struct pollfd from = {.fd = t->terminal, .events = POLLIN};
    while (strstr(seen, "ready> ") == NULL) {
        assert_int_equal(poll(&from, 1, PATIENCE_MS), 1);
        ssize_t got = read(t->terminal, seen + n, sizeof seen - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        seen[n] = '\0';
    }
    struct termios mode;
    int waited = 0;
    do {
        assert_true(waited++ < PATIENCE_MS);
        poll(NULL, 0, 1);
        assert_int_equal(tcgetattr(t->terminal, &mode), 0);
    } while (mode.c_lflag & ICANON);
}

static void type(const struct talk *t, const char *keys, const char *line)
{
    char got[256] = "";
    size_t n = 0;
    struct pollfd from = {.fd = t->back, .events = POLLIN};
    await_prompt(t);
    assert_int_equal(write(t->terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
    while (n < strlen(line)) {
        assert_int_equal(poll(&from, 1, PATIENCE_MS), 1);
        ssize_t more = read(t->back, got + n, sizeof got - 1 - n);
        assert_true(more > 0);
        n += (size_t)more;
    }
    assert_string_equal(got, line);
}

static void lines_are_edited_completed_dropped_and_remembered(void **state)
{
    struct talk *t = *state;
    char path[128], kept[1024] = "";
    int status = -1;
    type(t, "1 + 1\r", "[1 + 1]");
    type(t, "wh\t()\r", "[whynot()]");
    type(t, "half a line\x03", "[^C]");
    type(t, " secret\r", "[ secret]");
    type(t, "\x1b[A\r", "[whynot()]");
    type(t, "private\r", "[private]");
    type(t, "\x1b[A\r", "[private]");
    type(t, "ask\r", "[ask]");
    type(t, "certainly\r", "[answer certainly]");
    type(t, "\x1b[A\r", "[ask]");
    type(t, "no\r", "[answer no]");
    await_prompt(t);
    assert_int_equal(write(t->terminal, "\x04", 1), 1);
    assert_int_equal(waitpid(t->child, &status, 0), t->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);

    snprintf(path, sizeof path, "%s/assay/history", t->folder);
    struct stat about;
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(fread(kept, 1, sizeof kept - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(kept, "whynot()"));
    assert_null(strstr(kept, "secret"));
    assert_null(strstr(kept, "half"));
    assert_null(strstr(kept, "private"));
    assert_null(strstr(kept, "certainly"));
}

int main(void)
{
    if (!has_pseudo_terminal())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(lines_are_edited_completed_dropped_and_remembered, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
