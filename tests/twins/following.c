/* The program is forked off, linked with this file's clock and with its way of waiting: whenever it would
 * wait for lines it says so, and waits to be told what time it is. So nothing rests on how quick anybody is.
 */
#include "following.h"

#include "comparing.h"

#include "base/time.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Lines that a pipe holds at once, so that they are read and decided at once. */
enum { MOST_BYTES = 65536 };

struct following {
    pid_t child;
    int lines, talk; /* what it reads, and what we agree on beside: a byte when it waits, a time to go on */
    FILE *answers;
};

/* --- within the program that follows --- */

static int64_t clock_now;   /* AS_TIME_NONE: not there */
static int talk_there = -1; /* the other end of `talk` */

int64_t __real_as_clock_now(void);
int __real_poll(struct pollfd *fds, nfds_t n, int timeout);
int64_t __wrap_as_clock_now(void);
int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout);

int64_t __wrap_as_clock_now(void)
{
    return talk_there < 0 ? __real_as_clock_now() : clock_now;
}

int __wrap_poll(struct pollfd *fds, nfds_t n, int timeout)
{
    if (talk_there < 0 || n != 1 || fds->fd != STDIN_FILENO)
        return __real_poll(fds, n, timeout);
    if (write(talk_there, "", 1) != 1)
        _exit(3);
    if (read(talk_there, &clock_now, sizeof clock_now) != (ssize_t)sizeof clock_now)
        return __real_poll(fds, n, -1); /* nobody tells the time any more: the lines end, too */
    return __real_poll(fds, n, 0);
}

_Noreturn static void follow(const char *folder, const char *const *packs, int n, int64_t at)
{
    char *words[16] = {(char *)"follow", (char *)"-"};
    int count = 2;
    for (int i = 0; i < n && count < 16; i++)
        words[count++] = (char *)packs[i];
    if (chdir(folder) != 0)
        give_up(strerror(errno), folder);
    clock_now = at;
    int code = as_command_main(as_commands(), count, words, NULL, stdout, stderr);
    fflush(stdout);
    _exit(code);
}

/* --- beside it --- */

static int open_answers(char path[256], const char *folder)
{
    snprintf(path, 256, "%s/answers", folder);
    int out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (out < 0)
        give_up(strerror(errno), path);
    return out;
}

/* Until it waits again. What it has answered meanwhile is in the file. */
static void hear(struct followed *out, struct following *f)
{
    char line[8192];
    char waits;
    if (read(f->talk, &waits, 1) != 1)
        give_up("it has ended", "assay follow");
    *out = (struct followed){.runs = 0};
    clearerr(f->answers);
    while (fgets(line, sizeof line, f->answers) != NULL) {
        out->runs += strncmp(line, "{\"is\":\"done\"", 12) == 0;
        out->refused += strncmp(line, "{\"is\":\"refused\"", 15) == 0;
        if (strncmp(line, "{\"is\":\"failed\"", 14) == 0)
            give_up(line, "assay follow");
    }
}

struct following *following_start(struct followed *out, const char *folder, const char *const *packs, int n,
                                  int64_t at)
{
    struct following *f = calloc(1, sizeof *f);
    int lines[2], talk[2];
    char path[256];
    int answers = open_answers(path, folder);
    if (f == NULL || pipe(lines) != 0 || socketpair(AF_UNIX, SOCK_STREAM, 0, talk) != 0)
        give_up(strerror(errno), "a pipe");
    f->child = fork();
    if (f->child < 0)
        give_up(strerror(errno), "fork");
    if (f->child == 0) {
        if (dup2(lines[0], STDIN_FILENO) < 0 || dup2(answers, STDOUT_FILENO) < 0)
            give_up(strerror(errno), "a pipe");
        close(lines[0]);
        close(lines[1]);
        close(talk[0]);
        talk_there = talk[1];
        follow(folder, packs, n, at);
    }
    close(answers);
    close(lines[0]);
    close(talk[1]);
    /* Nobody started later keeps them open. */
    if (fcntl(lines[1], F_SETFD, FD_CLOEXEC) != 0 || fcntl(talk[0], F_SETFD, FD_CLOEXEC) != 0 ||
        (f->answers = fopen(path, "re")) == NULL)
        give_up(strerror(errno), path);
    f->lines = lines[1];
    f->talk = talk[0];
    hear(out, f);
    return f;
}

void following_go_on(struct followed *out, struct following *f, int64_t at, struct as_str lines)
{
    if (lines.n > MOST_BYTES)
        give_up("too many lines at once", "assay follow");
    if (lines.n > 0 && write(f->lines, lines.p, lines.n) != (ssize_t)lines.n)
        give_up(strerror(errno), "writing lines");
    if (write(f->talk, &at, sizeof at) != (ssize_t)sizeof at)
        give_up(strerror(errno), "telling the time");
    hear(out, f);
}

void following_end(struct following *f)
{
    int how;
    if (f == NULL)
        return;
    close(f->lines);
    close(f->talk);
    if (waitpid(f->child, &how, 0) != f->child || !WIFEXITED(how) || WEXITSTATUS(how) > 1)
        give_up("it has failed", "assay follow");
    fclose(f->answers);
    free(f);
}
