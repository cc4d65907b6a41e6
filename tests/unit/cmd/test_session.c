/* A session on a pseudo-terminal: names of leads complete, record asks before it writes, no line that names a
 * person is in the history file, and an interrupt ends a line but not the session. */
#include "cmd/commands.h"
#include "cmd/line/context.h"
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
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };
static const char db[] = "--db=s.db", at[] = "--at=2026-03-01", pack[] = ASSAY_SOURCE_DIR "/rules/inbound";

struct talk {
    char folder[64];
    int terminal;
    pid_t child;
    char seen[65536]; /* on the terminal, not awaited yet */
    size_t n;
};

static void put_file(const char *name, const char *text)
{
    FILE *file = fopen(name, "we");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int command(int n, const char *const *words)
{
    char *all[16];
    for (int i = 0; i < n; i++)
        all[i] = (char *)(uintptr_t)words[i];
    return as_command_main(as_commands(), n, all, NULL, stdout, stderr);
}
#define COMMAND(...)                                                                                         \
    command(sizeof((const char *[]){__VA_ARGS__}) / sizeof(const char *), (const char *[]){__VA_ARGS__})

static int setup(void **state)
{
    struct talk *t = calloc(1, sizeof *t);
    snprintf(t->folder, sizeof t->folder, "/tmp/assay-session-XXXXXX");
    assert_non_null(mkdtemp(t->folder));
    assert_int_equal(chdir(t->folder), 0);
    put_file("leads.csv", "id,email,first_name,last_name,title\nL1,ada@acme.example,Ada,King,VP Operations\n"
                          "L2,bob@acme.example,Bob,Ray,Clerk\n");
    assert_int_equal(COMMAND("import", "leads", "leads.csv", db, at, "--quiet", "--pack", pack), 0);
    assert_int_equal(COMMAND("run", pack, db, at, "--quiet"), 0);
    setenv("XDG_STATE_HOME", t->folder, 1);
    setenv("TERM", "xterm", 1);
    setenv("PAGER", "cat", 1);
    t->child = forkpty(&t->terminal, NULL, NULL, NULL);
    assert_true(t->child >= 0);
    if (t->child == 0)
        _exit(COMMAND("repl", db, at, "--color=never", "--pack", pack));
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct talk *t = *state;
    char line[128];
    kill(t->child, SIGKILL);
    waitpid(t->child, NULL, 0);
    close(t->terminal);
    assert_int_equal(chdir("/"), 0);
    snprintf(line, sizeof line, "rm -rf %s", t->folder);
    assert_int_equal(system(line), 0);
    free(t);
    return 0;
}

static void see_more(struct talk *t)
{
    ssize_t got = read(t->terminal, t->seen + t->n, sizeof t->seen - 1 - t->n);
    assert_true(got > 0);
    t->n += (size_t)got;
    t->seen[t->n] = '\0';
}

/* Reads until the terminal shows the text, and gives out single keys where a prompt is awaited. */
static void await(struct talk *t, const char *text)
{
    struct pollfd from = {.fd = t->terminal, .events = POLLIN};
    const char *found;
    while ((found = strstr(t->seen, text)) == NULL) {
        if (poll(&from, 1, PATIENCE_MS) != 1)
            fail_msg("\"%s\" did not come: %s", text, t->seen);
        see_more(t);
    }
    size_t used = (size_t)(found - t->seen) + strlen(text);
    t->n -= used;
    memmove(t->seen, t->seen + used, t->n + 1);
    struct termios mode;
    int waited = 0;
    do {
        assert_true(waited++ < PATIENCE_MS);
        poll(NULL, 0, 1);
        assert_int_equal(tcgetattr(t->terminal, &mode), 0);
    } while (mode.c_lflag & ICANON);
}

static void type(const struct talk *t, const char *keys)
{
    assert_int_equal(write(t->terminal, keys, strlen(keys)), (ssize_t)strlen(keys));
}

static void what_is_recorded_is_asked_for_and_people_are_not_kept(void **state)
{
    struct talk *t = *state;
    char kept[4096] = "", path[128];
    int status = -1;
    await(t, "> ");
    type(t, "lead \"ada@\t\"\r"); /* Tab fills in the address */
    await(t, "nurture");
    await(t, "> ");
    type(t, "record { \"answer\", need = \"confirmed\", by = \"sales\" }\r");
    await(t, "record '#1' answer --by=sales need=confirmed? [y/N] ");
    type(t, "no\r");
    await(t, "nothing was recorded");
    await(t, "> ");
    type(t, "from \"need\"\r");
    await(t, "0 rows");
    await(t, "> ");
    type(t, "record { \"answer\", need = \"confirmed\", by = \"sales\" }\r");
    await(t, "[y/N] ");
    type(t, "yes\r");
    await(t, "Ada King: answer need=confirmed is recorded");
    await(t, "> ");
    type(t, "from \"need\"\r");
    await(t, "confirmed");
    await(t, "> ");
    type(t, "find { stage = \"sus\t\" }:by \"lead\"\r"); /* a stage, since that option takes one */
    await(t, "Bob Ray");
    await(t, "> ");
    type(t, "may \"em\t\"\r");
    await(t, "by email");
    await(t, "> ");
    type(t, "help \"find\"\r");
    await(t, "when");
    await(t, "> ");
    type(t, "\x04");
    assert_int_equal(waitpid(t->child, &status, 0), t->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);

    snprintf(path, sizeof path, "%s/assay/history", t->folder);
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    assert_true(fread(kept, 1, sizeof kept - 1, file) > 0);
    fclose(file);
    assert_non_null(strstr(kept, "help"));
    assert_null(strstr(kept, "ada"));
    assert_null(strstr(kept, "confirmed"));
}

/* An interrupt from before a line is not meant for it, so it is sent until it is heard. */
static void an_interrupt_ends_the_line_alone(void **state)
{
    struct talk *t = *state;
    struct pollfd from = {.fd = t->terminal, .events = POLLIN};
    int status = -1, waited = 0;
    await(t, "> ");
    type(t, "while true do pcall(function() while true do end end) end\r");
    while (strstr(t->seen, "interrupted") == NULL) {
        assert_true(waited++ < PATIENCE_MS / 10);
        assert_int_equal(kill(t->child, SIGINT), 0);
        if (poll(&from, 1, 10) == 1)
            see_more(t);
    }
    await(t, "interrupted");
    await(t, "> ");
    type(t, "6 * 7\r");
    await(t, "42");
    await(t, "> ");
    type(t, "\x04");
    assert_int_equal(waitpid(t->child, &status, 0), t->child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

int main(void)
{
    if (!has_pseudo_terminal())
        return SKIPPED;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_recorded_is_asked_for_and_people_are_not_kept, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(an_interrupt_ends_the_line_alone, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
