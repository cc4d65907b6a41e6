/* Text as buyers write it, brought to the form in which it is compared. The Unicode tables are utf8proc's;
 * plain ASCII, which is most of what there is, takes a path of its own. */
#include "data/identity/fold.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define REPLACEMENT UINT32_C(0xFFFD)

/* Length of the well-formed sequence at p, 0 when there is none. */
static size_t sequence_length(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    if (c < 0x80)
        return 1;
    size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
    if (c < 0xc2 || c > 0xf4 || n < length)
        return 0;
    unsigned char low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80; /* no overlong forms */
    unsigned char high = c == 0xed   ? 0x9f
                         : c == 0xf4 ? 0x8f
                                     : 0xbf; /* no surrogates, nothing above U+10FFFF */
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    return length;
}

static bool ascii_word(const unsigned char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    const uint64_t high = UINT64_C(0x8080808080808080), low = UINT64_C(0x0101010101010101);
    return (word & high) == 0 && ((word - low) & ~word & high) == 0; /* no byte above 127, none zero */
}

bool as_utf8_valid(struct as_str text, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text.p;
    size_t i = 0;
    while (i < text.n) {
        if (text.n - i >= 8 && ascii_word(p + i)) {
            i += 8;
            continue;
        }
        size_t length = p[i] == 0 ? 0 : sequence_length(p + i, text.n - i);
        if (length == 0) {
            if (at != NULL)
                *at = i;
            return false;
        }
        i += length;
    }
    return true;
}

uint32_t as_utf8_next(struct as_str text, size_t *at)
{
    const unsigned char *p = (const unsigned char *)text.p + *at;
    size_t length = sequence_length(p, text.n - *at);
    *at += length > 0 ? length : 1;
    switch (length) {
    case 1:
        return p[0];
    case 2:
        return (uint32_t)(p[0] & 0x1f) << 6 | (p[1] & 0x3f);
    case 3:
        return (uint32_t)(p[0] & 0x0f) << 12 | (uint32_t)(p[1] & 0x3f) << 6 | (p[2] & 0x3f);
    case 4:
        return (uint32_t)(p[0] & 0x07) << 18 | (uint32_t)(p[1] & 0x3f) << 12 | (uint32_t)(p[2] & 0x3f) << 6 |
               (p[3] & 0x3f);
    default:
        return REPLACEMENT;
    }
}

static bool is_blank(unsigned char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Appends text with ASCII letters in lower case and each run of white space as one blank, none at the ends.
 */
static void append_lower(struct as_buf *out, struct as_str text)
{
    bool pending = false, first = true;
    char piece[256]; /* appending byte by byte would take most of the time */
    size_t n = 0;
    for (size_t i = 0; i < text.n; i++) {
        unsigned char c = (unsigned char)text.p[i];
        if (is_blank(c)) {
            pending = !first;
            continue;
        }
        if (n + 2 > sizeof piece) {
            as_buf_bytes(out, piece, n);
            n = 0;
        }
        if (pending)
            piece[n++] = ' ';
        pending = first = false;
        piece[n++] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    as_buf_bytes(out, piece, n);
}

static bool is_ascii(struct as_str text)
{
    for (size_t i = 0; i < text.n; i++)
        if ((unsigned char)text.p[i] >= 0x80 || text.p[i] == '\0')
            return false;
    return true;
}

/* Text with every malformed byte and NUL replaced; malloc'ed. */
static enum as_status repair(struct as_buf *out, struct as_str text, struct as_error *error)
{
    for (size_t i = 0; i < text.n;) {
        size_t from = i;
        uint32_t c = as_utf8_next(text, &i);
        if (c == 0 || (c == REPLACEMENT && i - from == 1))
            as_buf_text(out, "\xef\xbf\xbd");
        else
            as_buf_bytes(out, text.p + from, i - from);
    }
    return out->failed ? as_error_memory(error) : AS_OK;
}

enum as_status as_fold(struct as_buf *out, struct as_str text, struct as_error *error)
{
    if (text.n > AS_MAX_TEXT)
        return as_error_set(error, AS_ERR_LIMIT, "a text of %zu bytes is longer than %d", text.n,
                            AS_MAX_TEXT);
    if (is_ascii(text)) {
        append_lower(out, text);
        return out->failed ? as_error_memory(error) : AS_OK;
    }
    struct as_buf repaired = {0};
    utf8proc_uint8_t *mapped = NULL;
    enum as_status status = AS_OK;
    if (!as_utf8_valid(text, NULL)) {
        if ((status = repair(&repaired, text, error)) != AS_OK)
            goto done;
        text = (struct as_str){as_buf_c(&repaired), repaired.n};
    }
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)text.p, (utf8proc_ssize_t)text.n, &mapped,
                                      UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                          UTF8PROC_CASEFOLD | UTF8PROC_IGNORE);
    if (n < 0) {
        status = n == UTF8PROC_ERROR_NOMEM
                     ? as_error_memory(error)
                     : as_error_set(error, AS_ERR_BUG, "a text cannot be folded: %s", utf8proc_errmsg(n));
        goto done;
    }
    append_lower(out, (struct as_str){(const char *)mapped, (size_t)n});
    if (out->failed)
        status = as_error_memory(error);

done:
    free(mapped);
    as_buf_free(&repaired);
    return status;
}

static bool in_word(uint32_t c)
{
    if (c < 0x80)
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_NO);
}

/* The code point that ends before `at`; text is well-formed. */
static uint32_t previous(struct as_str text, size_t at)
{
    size_t from = at - 1;
    while (from > 0 && ((unsigned char)text.p[from] & 0xc0) == 0x80)
        from--;
    return as_utf8_next(text, &from);
}

bool as_fold_has_word(struct as_str text, struct as_str word)
{
    if (word.n == 0)
        return false;
    for (size_t from = 0; from + word.n <= text.n;) {
        const char *hit = memmem(text.p + from, text.n - from, word.p, word.n);
        if (hit == NULL)
            return false;
        size_t start = (size_t)(hit - text.p), end = start + word.n;
        bool opens = start == 0 || !in_word(previous(text, start));
        size_t behind = end;
        bool closes = end == text.n || !in_word(as_utf8_next(text, &behind));
        if (opens && closes)
            return true;
        from = start + 1;
    }
    return false;
}

void as_fold_version(struct as_buf *out)
{
    as_buf_printf(out, "%s (utf8proc %s)", utf8proc_unicode_version(), utf8proc_version());
}
