/* Error text: one message, set where the fault is known. Printing it is the command's business. */
#include "base/status.h"

#include <stdio.h>
#include <string.h>

/* snprintf may cut a multi-byte character in two; the rest of it would corrupt the line it is shown in. */
static void drop_partial_character(char *text, size_t room)
{
    size_t n = strlen(text);
    if (n + 1 < room)
        return;
    size_t start = n;
    while (start > 0 && ((unsigned char)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return;
    unsigned char lead = (unsigned char)text[start - 1];
    size_t needs = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    if (n - (start - 1) < needs)
        text[start - 1] = '\0';
}

enum as_status as_error_setv(struct as_error *error, enum as_status status, const char *format, va_list args)
{
    if (!error)
        return status;
    if (error->status != AS_OK)
        return error->status;
    error->status = status;
    vsnprintf(error->what, sizeof error->what, format, args);
    drop_partial_character(error->what, sizeof error->what);
    return status;
}

enum as_status as_error_set(struct as_error *error, enum as_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    status = as_error_setv(error, status, format, args);
    va_end(args);
    return status;
}

enum as_status as_error_at(struct as_error *error, const char *file, int line)
{
    if (!error)
        return AS_ERR_BUG;
    if (file && !error->file[0]) {
        snprintf(error->file, sizeof error->file, "%s", file);
        drop_partial_character(error->file, sizeof error->file);
        error->line = line;
    }
    return error->status;
}

enum as_status as_error_advise(struct as_error *error, const char *format, ...)
{
    if (!error)
        return AS_ERR_BUG;
    if (!error->advice[0]) {
        va_list args;
        va_start(args, format);
        vsnprintf(error->advice, sizeof error->advice, format, args);
        va_end(args);
        drop_partial_character(error->advice, sizeof error->advice);
    }
    return error->status;
}

void as_error_clear(struct as_error *error)
{
    if (error)
        *error = AS_ERROR_INIT;
}

enum as_status as_error_memory(struct as_error *error)
{
    as_error_set(error, AS_ERR_MEMORY, "memory is out");
    return AS_ERR_MEMORY;
}

const char *as_status_name(enum as_status status)
{
    switch (status) {
    case AS_OK:
        return "ok";
    case AS_ERR_MEMORY:
        return "memory";
    case AS_ERR_LIMIT:
        return "limit";
    case AS_ERR_USAGE:
        return "usage";
    case AS_ERR_RULE:
        return "rule";
    case AS_ERR_DATA:
        return "data";
    case AS_ERR_IO:
        return "io";
    case AS_ERR_MISSING:
        return "missing";
    case AS_ERR_CONFLICT:
        return "conflict";
    case AS_ERR_BUSY:
        return "busy";
    case AS_ERR_STOPPED:
        return "stopped";
    case AS_ERR_BUG:
        return "bug";
    }
    return "unknown";
}
