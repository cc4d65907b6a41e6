/* String views and bounded buffers. */
#ifndef AS_BASE_TEXT_H
#define AS_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view of bytes that somebody else owns; not NUL-terminated. */
struct as_str {
    const char *p;
    size_t n;
};

#define AS_STR(literal) ((struct as_str){"" literal, sizeof(literal) - 1})

struct as_str as_str_of(const char *nul_terminated); /* NULL gives the empty view */
bool as_str_eq(struct as_str a, struct as_str b);
bool as_str_is(struct as_str a, const char *nul_terminated);
/* ASCII case only; names of columns and commands. Buyers' text is folded by utf8proc in host/data. */
bool as_str_is_nocase(struct as_str a, const char *nul_terminated);
int as_str_cmp(struct as_str a, struct as_str b); /* by bytes */
bool as_str_starts(struct as_str a, struct as_str prefix);
bool as_str_ends(struct as_str a, struct as_str suffix);
/* Removes ASCII white space at both ends. */
struct as_str as_str_trim(struct as_str a);
/* "1,234,567"; returns out. */
enum { AS_COUNT_TEXT = 32 };
char *as_count_format(char out[AS_COUNT_TEXT], uint64_t count);
/* Whether a byte of it is a control character of ASCII: a line end, a NUL or what else cannot be seen. */
bool as_str_has_control(struct as_str a);
/* Cuts *rest at the first `separator`: returns what is before it and leaves what follows. When there is
 * none, returns all of it and leaves rest->p NULL. */
struct as_str as_str_cut(struct as_str *rest, char separator);

/* Whole-string decimal parses: false when anything is left over, on overflow, or for an empty view. */
bool as_parse_int(int64_t *out, struct as_str text);
/* "." is the decimal point whatever the locale; NaN and infinity are refused. */
bool as_parse_number(double *out, struct as_str text);

/* A growing, NUL-terminated buffer with a maximum. Starts zeroed apart from `max` (0 means 64 MiB). */
struct as_buf {
    char *p;
    size_t n, room, max;
    bool failed; /* memory ran out or max was reached; later appends do nothing */
    bool full;   /* it was max */
};

void as_buf_bytes(struct as_buf *buf, const char *p, size_t n);
void as_buf_text(struct as_buf *buf, const char *nul_terminated);
void as_buf_str(struct as_buf *buf, struct as_str text);
void as_buf_char(struct as_buf *buf, char c);
void as_buf_int(struct as_buf *buf, int64_t value);          /* decimal */
void as_buf_milli(struct as_buf *buf, int64_t value);        /* thousandths as a decimal: 47250 → 47.25 */
void as_buf_milli_signed(struct as_buf *buf, int64_t value); /* the same as "+47.25", "-2" */
void as_buf_printf(struct as_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Text as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void as_buf_json(struct as_buf *buf, struct as_str text);
void as_buf_reset(struct as_buf *buf); /* keeps the memory */
void as_buf_free(struct as_buf *buf);
/* The text so far, never NULL. Valid until the next append. */
const char *as_buf_c(const struct as_buf *buf);

/* Restricted Damerau-Levenshtein distance (adjacent transpositions count 1), ASCII case-insensitive;
 * gives up beyond `most` and returns most + 1. */
int as_edit_distance(struct as_str a, struct as_str b, int most);

/* The candidate nearest to `word` within AS_MAX_SUGGESTION_DISTANCE (and less than half of its length);
 * the first of equals; NULL when none is near. */
const char *as_suggest(struct as_str word, const char *const *candidates, size_t n);

#endif
