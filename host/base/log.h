/* Log lines of the host, to a stream the command chose. They carry ids, never a person's facts. */
#ifndef AS_BASE_LOG_H
#define AS_BASE_LOG_H

#include <stdio.h>

enum as_log_level { AS_LOG_ERROR, AS_LOG_WARN, AS_LOG_INFO, AS_LOG_DEBUG };

struct as_log {
    FILE *stream; /* NULL: nothing is written */
    enum as_log_level most;
};

/* One line, prefixed by its level. log may be NULL. */
void as_log_line(const struct as_log *log, enum as_log_level level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
