/* One log line at a time; where it goes is the command's choice. */
#include "base/log.h"

#include <stdarg.h>

void as_log_line(const struct as_log *log, enum as_log_level level, const char *format, ...)
{
    static const char *const prefixes[] = {"error: ", "warning: ", "", "debug: "};
    if (!log || !log->stream || level > log->most)
        return;
    va_list args;
    va_start(args, format);
    flockfile(log->stream); /* two threads' lines must not mix */
    fputs(prefixes[level], log->stream);
    vfprintf(log->stream, format, args);
    fputc('\n', log->stream);
    funlockfile(log->stream);
    va_end(args);
}
