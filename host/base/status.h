/* Status codes and error text.
 *
 * Every fallible function returns enum as_status, puts its outputs first and takes a struct as_error
 * last. The message is set once, where the fault is known: a second as_error_set on a set error is
 * ignored, so a caller may add a position or advice but never replaces the first cause.
 */
#ifndef AS_BASE_STATUS_H
#define AS_BASE_STATUS_H

#include <stdarg.h>
#include <stdbool.h>

enum as_status {
    AS_OK = 0,
    AS_ERR_MEMORY,   /* an allocation failed */
    AS_ERR_LIMIT,    /* a maximum of limits.h was reached */
    AS_ERR_USAGE,    /* a command line that makes no sense: exit code 2 */
    AS_ERR_RULE,     /* a pack is wrong: file and line say where */
    AS_ERR_DATA,     /* input is wrong */
    AS_ERR_IO,       /* the operating system refused */
    AS_ERR_MISSING,  /* what was asked for does not exist */
    AS_ERR_CONFLICT, /* two statements contradict each other */
    AS_ERR_BUSY,     /* somebody else holds what is needed */
    AS_ERR_STOPPED,  /* a budget was spent or the user interrupted */
    AS_ERR_BUG,      /* an invariant of the host broke, for example a ledger that does not balance */
};

enum { AS_ERROR_WHAT = 640, AS_ERROR_ADVICE = 320, AS_ERROR_FILE = 256 };

struct as_error {
    enum as_status status;
    int line;                    /* 0 when the fault has no line */
    char file[AS_ERROR_FILE];    /* empty when the fault has no file */
    char what[AS_ERROR_WHAT];    /* what is wrong, with the offending words; no trailing full stop */
    char advice[AS_ERROR_ADVICE]; /* what to do about it; may be empty */
};

#define AS_ERROR_INIT ((struct as_error){AS_OK, 0, "", "", ""})

/* Sets status and message unless *error already holds one. Returns the status that *error holds
 * afterwards, so that `return as_error_set(...)` reads well. error may be NULL. */
enum as_status as_error_set(struct as_error *error, enum as_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
enum as_status as_error_setv(struct as_error *error, enum as_status status, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

/* Adds the position unless one is there already. file may be NULL (ignored). Returns error->status; a NULL
 * error gives AS_ERR_BUG, so a caller that allows NULL returns its own status. */
enum as_status as_error_at(struct as_error *error, const char *file, int line);

/* Adds the advice unless there is some already. Returns as as_error_at does. */
enum as_status as_error_advise(struct as_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

void as_error_clear(struct as_error *error);

/* Shorthand for the commonest fault. Returns AS_ERR_MEMORY. */
enum as_status as_error_memory(struct as_error *error);

/* Short English name of a status, for example "data". Never NULL. */
const char *as_status_name(enum as_status status);

#endif
