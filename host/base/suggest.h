/* How an error says which name was meant. as_suggest of base/text.h finds it. */
#ifndef AS_BASE_SUGGEST_H
#define AS_BASE_SUGGEST_H

#include "base/limits.h"
#include "base/status.h"
#include "base/text.h"

struct as_meant {
    char text[AS_MAX_NAME + 128];
};

/* `did you mean "near"?` between before and after; an empty text when near is NULL:
 * as_error_set(error, AS_ERR_RULE, "there is no list \"%s\"%s", name, as_meant(": ", near, "").text). */
struct as_meant as_meant(const char *before, const char *near, const char *after);

/* Advises `did you mean "near"?`; nothing when near is NULL, so that the advice that goes without one may
 * follow at once. Returns as as_error_advise does. */
enum as_status as_error_meant(struct as_error *error, const char *near);

/* Advises which of n names the word means, or, when it is near none, which there are (the first of many),
 * and what follows. Returns as as_error_advise does. */
enum as_status as_error_one_of(struct as_error *error, struct as_str word, const char *const *names, size_t n,
                               const char *after);

#endif
