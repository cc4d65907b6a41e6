/* Reading without waiting for more than is there: what is there is handed on at once. A file is looked at
 * again and again; one that was replaced (by a rotation of logs) is read to its end first, one that was cut
 * is read from its beginning. */
#include "cmd/decisions/line_source.h"

#include "base/limits.h"
#include "base/time.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Bytes read at once: what is decided in one run. Pauses between two looks at a file, and between two at an
 * interrupt that comes just before one waits for a pipe. */
enum { AT_ONCE = 256 * 1024, LOOK_EVERY_MS = 20, WAIT_MS = 500, MS_NANOSECONDS = 1000000 };

struct as_line_source {
    const char *path; /* NULL: standard input */
    int fd;
    bool grows; /* a file, whose end is none */
    bool ended; /* the pipe's end was read */
    bool skips; /* within a line that is too long */
    off_t place;
    struct stat opened;
    char *buffer;
    size_t room, from, n; /* buffer[from … n) is not handed out yet */
    uint64_t number;      /* of the last line handed out */
};

static enum as_status open_file(struct as_line_source *source, struct as_error *error)
{
    int fd = open(source->path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &source->opened) != 0) {
        int why = errno;
        if (fd >= 0)
            close(fd);
        as_error_set(error, why == ENOENT ? AS_ERR_MISSING : AS_ERR_IO, "%s: %s", source->path,
                     strerror(why));
        return as_error_advise(error, "give a file that can be read, or - for standard input");
    }
    if (S_ISDIR(source->opened.st_mode)) {
        close(fd);
        as_error_set(error, AS_ERR_DATA, "%s is a folder, not a file", source->path);
        return as_error_advise(error, "give a file in it, or - for standard input");
    }
    if (source->fd >= 0)
        close(source->fd);
    source->fd = fd;
    source->grows = S_ISREG(source->opened.st_mode);
    source->place = 0;
    source->number = 0;
    return AS_OK;
}

enum as_status as_line_source_open(struct as_line_source **out, const char *path, struct as_error *error)
{
    struct as_line_source *source = *out = calloc(1, sizeof *source);
    if (source == NULL)
        return as_error_memory(error);
    source->fd = strcmp(path, "-") == 0 ? STDIN_FILENO : -1;
    source->path = source->fd < 0 ? path : NULL;
    source->room = AT_ONCE;
    source->buffer = malloc(source->room);
    enum as_status status = source->buffer == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK && source->path != NULL)
        status = open_file(source, error);
    if (status != AS_OK) {
        as_line_source_close(source);
        *out = NULL;
    }
    return status;
}

void as_line_source_close(struct as_line_source *source)
{
    if (source == NULL)
        return;
    if (source->fd > STDIN_FILENO)
        close(source->fd);
    free(source->buffer);
    free(source);
}

static bool has_line(const struct as_line_source *source)
{
    return (source->n > source->from &&
            memchr(source->buffer + source->from, '\n', source->n - source->from) != NULL) ||
           (source->ended && source->n > source->from);
}

/* Room behind what is not handed out yet. A line without an end that fills all of it is too long. */
static bool make_room(struct as_line_source *source)
{
    size_t kept = source->n - source->from;
    memmove(source->buffer, source->buffer + source->from, kept);
    source->from = 0;
    source->n = kept;
    if (kept > AS_MAX_RECORD) {
        source->skips = true;
        source->n = 0;
    }
    if (source->room - source->n >= AT_ONCE)
        return true;
    char *grown = realloc(source->buffer, source->n + AT_ONCE);
    if (grown == NULL)
        return false;
    source->buffer = grown;
    source->room = source->n + AT_ONCE;
    return true;
}

static enum as_status read_more(bool *any, struct as_line_source *source, struct as_error *error)
{
    *any = false;
    if (!make_room(source))
        return as_error_memory(error);
    ssize_t n = read(source->fd, source->buffer + source->n, AT_ONCE);
    if (n < 0 && (errno == EINTR || errno == EAGAIN))
        return AS_OK;
    if (n < 0)
        return as_error_set(error, AS_ERR_IO, "%s: %s",
                            source->path != NULL ? source->path : "standard input", strerror(errno));
    if (n == 0)
        source->ended = !source->grows;
    source->n += (size_t)n;
    source->place += n;
    *any = n > 0 || source->ended;
    return AS_OK;
}

/* At the end of a file: whether it is another one by now, or shorter. */
static enum as_status look_at_file(struct as_line_source *source, struct as_error *error)
{
    struct stat now;
    bool same = stat(source->path, &now) != 0 ||
                (now.st_dev == source->opened.st_dev && now.st_ino == source->opened.st_ino);
    if (same && fstat(source->fd, &now) == 0 && now.st_size < source->place) {
        source->place = lseek(source->fd, 0, SEEK_SET);
        source->number = 0;
        source->from = source->n = 0;
        return AS_OK;
    }
    if (same)
        return AS_OK;
    source->from = source->n = 0; /* a last line without its end was never finished */
    return open_file(source, error);
}

enum as_status as_line_source_wait(bool *more, struct as_line_source *source, int64_t until,
                                   const volatile sig_atomic_t *interrupted, struct as_error *error)
{
    enum as_status status = AS_OK;
    while (status == AS_OK && !has_line(source) && (until == AS_TIME_NONE || as_clock_now() < until)) {
        bool any;
        *more = false;
        if (source->ended || (interrupted != NULL && *interrupted))
            return AS_OK;
        if (!source->grows) {
            struct pollfd ready = {.fd = source->fd, .events = POLLIN};
            if (poll(&ready, 1, WAIT_MS) <= 0)
                continue;
        }
        status = read_more(&any, source, error);
        if (status != AS_OK || any)
            continue;
        if (source->grows)
            nanosleep(&(struct timespec){.tv_nsec = (long)LOOK_EVERY_MS * MS_NANOSECONDS}, NULL);
        if (source->grows)
            status = look_at_file(source, error);
    }
    *more = status == AS_OK && (interrupted == NULL || !*interrupted);
    return status;
}

bool as_line_source_next(struct as_line *out, struct as_line_source *source)
{
    if (!has_line(source))
        return false;
    const char *line = source->buffer + source->from, *end = memchr(line, '\n', source->n - source->from);
    size_t n = end != NULL ? (size_t)(end - line) : source->n - source->from;
    source->from += n + (end != NULL);
    *out = (struct as_line){{line, n}, ++source->number};
    if (source->skips || n > AS_MAX_RECORD)
        out->text = (struct as_str){NULL, 0};
    else if (n > 0 && line[n - 1] == '\r')
        out->text.n--;
    source->skips = false;
    return true;
}
