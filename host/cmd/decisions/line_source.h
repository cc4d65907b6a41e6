/* Line source: lines of a pipe, or of a file that grows, as they come. */
#ifndef AS_CMD_LINE_SOURCE_H
#define AS_CMD_LINE_SOURCE_H

#include "base/status.h"
#include "base/text.h"

#include <signal.h>
#include <stdint.h>

struct as_line_source;
/* path "-": standard input. AS_ERR_MISSING, AS_ERR_IO. */
enum as_status as_line_source_open(struct as_line_source **out, const char *path, struct as_error *error);
void as_line_source_close(struct as_line_source *source); /* NULL is fine */

/* Waits until at least one whole line is there, or the instant `until` has come (AS_TIME_NONE: it never
 * does). *more false: nothing will come any more (the end of a pipe; a file has none), or *interrupted is
 * set. */
enum as_status as_line_source_wait(bool *more, struct as_line_source *source, int64_t until,
                                   const volatile sig_atomic_t *interrupted, struct as_error *error);

/* One of the lines that are there, without its end; false after the last of them. */
struct as_line {
    struct as_str text; /* p NULL: it is longer than AS_MAX_RECORD */
    uint64_t number;    /* 1-based, of the file as it was opened */
};
bool as_line_source_next(struct as_line *out, struct as_line_source *source);

#endif
