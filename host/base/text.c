/* String views, number parsing and bounded buffers, by bytes. Case folding and normalisation of people's
 * text is host/data's. */
#include "base/text.h"

#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct as_str as_str_of(const char *nul_terminated)
{
    return (struct as_str){nul_terminated ? nul_terminated : "", nul_terminated ? strlen(nul_terminated) : 0};
}

bool as_str_eq(struct as_str a, struct as_str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool as_str_is(struct as_str a, const char *nul_terminated)
{
    return as_str_eq(a, as_str_of(nul_terminated));
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool as_str_is_nocase(struct as_str a, const char *nul_terminated)
{
    struct as_str b = as_str_of(nul_terminated);
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (lower(a.p[i]) != lower(b.p[i]))
            return false;
    return true;
}

int as_str_cmp(struct as_str a, struct as_str b)
{
    size_t n = a.n < b.n ? a.n : b.n;
    int order = n > 0 ? memcmp(a.p, b.p, n) : 0;
    return order != 0 ? order : (a.n > b.n) - (a.n < b.n);
}

bool as_str_starts(struct as_str a, struct as_str prefix)
{
    return a.n >= prefix.n && as_str_eq((struct as_str){a.p, prefix.n}, prefix);
}

bool as_str_ends(struct as_str a, struct as_str suffix)
{
    return a.n >= suffix.n &&
           (suffix.n == 0 || as_str_eq((struct as_str){a.p + (a.n - suffix.n), suffix.n}, suffix));
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

struct as_str as_str_trim(struct as_str a)
{
    while (a.n > 0 && is_space(a.p[0])) {
        a.p++;
        a.n--;
    }
    while (a.n > 0 && is_space(a.p[a.n - 1]))
        a.n--;
    return a;
}

char *as_count_format(char out[AS_COUNT_TEXT], uint64_t count)
{
    char digits[24];
    int n = 0;
    do
        digits[n++] = (char)('0' + count % 10);
    while ((count /= 10) > 0);
    char *p = out;
    while (n > 0) {
        *p++ = digits[--n];
        if (n > 0 && n % 3 == 0)
            *p++ = ',';
    }
    *p = '\0';
    return out;
}

bool as_str_has_control(struct as_str a)
{
    for (size_t i = 0; i < a.n; i++)
        if ((unsigned char)a.p[i] < 0x20 || a.p[i] == 0x7F)
            return true;
    return false;
}

struct as_str as_str_cut(struct as_str *rest, char separator)
{
    struct as_str all = *rest;
    const char *at = all.n > 0 ? memchr(all.p, separator, all.n) : NULL;
    if (!at) {
        *rest = (struct as_str){NULL, 0};
        return all;
    }
    size_t before = (size_t)(at - all.p);
    *rest = (struct as_str){at + 1, all.n - before - 1};
    return (struct as_str){all.p, before};
}

bool as_parse_int(int64_t *out, struct as_str text)
{
    size_t i = 0;
    bool negative = false;
    if (text.n > 0 && (text.p[0] == '-' || text.p[0] == '+')) {
        negative = text.p[0] == '-';
        i = 1;
    }
    if (i == text.n)
        return false;
    uint64_t value = 0, most = negative ? (uint64_t)INT64_MAX + 1 : INT64_MAX;
    for (; i < text.n; i++) {
        unsigned digit = (unsigned)(unsigned char)text.p[i] - '0';
        if (digit > 9 || value > (most - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = negative ? (int64_t)(0 - value) : (int64_t)value;
    return true;
}

/* The shapes that strtod would also accept (hexadecimal, "inf", leading blanks) are not numbers here. */
static bool scan_number(struct as_str text, uint64_t *mantissa, int *exponent, bool *exact)
{
    size_t i = 0;
    int digits = 0, scale = 0;
    uint64_t m = 0;
    *exact = true;
    if (i < text.n && (text.p[i] == '-' || text.p[i] == '+'))
        i++;
    bool point = false;
    for (; i < text.n; i++) {
        char c = text.p[i];
        if (c == '.' && !point) {
            point = true;
            continue;
        }
        if (c < '0' || c > '9')
            break;
        digits++;
        if (m > (UINT64_MAX - 9) / 10)
            *exact = false;
        else
            m = m * 10 + (uint64_t)(c - '0');
        scale -= point;
    }
    if (digits == 0)
        return false;
    int64_t power = 0;
    if (i < text.n && (text.p[i] == 'e' || text.p[i] == 'E')) {
        if (!as_parse_int(&power, (struct as_str){text.p + i + 1, text.n - i - 1}) || power > 9999 ||
            power < -9999)
            return false;
        i = text.n;
    }
    *mantissa = m;
    *exponent = scale + (int)power;
    return i == text.n;
}

/* Correctly rounded by the C library, in the "C" locale whatever the program's. */
static bool parse_slowly(double *out, struct as_str text)
{
    char small[64];
    char *copy = text.n < sizeof small ? small : malloc(text.n + 1);
    if (!copy)
        return false;
    memcpy(copy, text.p, text.n);
    copy[text.n] = '\0';
    locale_t c = newlocale(LC_NUMERIC_MASK, "C", (locale_t)0);
    double value = c ? strtod_l(copy, NULL, c) : NAN;
    if (c)
        freelocale(c);
    if (copy != small)
        free(copy);
    *out = value;
    return isfinite(value);
}

bool as_parse_number(double *out, struct as_str text)
{
    static const double tens[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                  1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    uint64_t mantissa;
    int exponent;
    bool exact;
    if (!scan_number(text, &mantissa, &exponent, &exact))
        return false;
    /* Both factors are exact doubles, so one operation rounds correctly: the case of nearly all input. */
    if (exact && mantissa <= UINT64_C(1) << 53 && exponent >= -22 && exponent <= 22) {
        double value = exponent < 0 ? (double)mantissa / tens[-exponent] : (double)mantissa * tens[exponent];
        *out = text.p[0] == '-' ? -value : value;
        return true;
    }
    return parse_slowly(out, text);
}

static bool buf_reserve(struct as_buf *buf, size_t more)
{
    size_t max = buf->max ? buf->max : (size_t)64 * 1024 * 1024;
    if (buf->failed)
        return false;
    if (more > max || buf->n > max - more) {
        buf->failed = buf->full = true;
        return false;
    }
    size_t need = buf->n + more + 1;
    if (need <= buf->room)
        return true;
    size_t room = buf->room ? buf->room : 64;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    char *p = realloc(buf->p, room);
    if (!p) {
        buf->failed = true;
        return false;
    }
    buf->p = p;
    buf->room = room;
    return true;
}

void as_buf_bytes(struct as_buf *buf, const char *p, size_t n)
{
    if (!buf_reserve(buf, n))
        return;
    if (n > 0)
        memcpy(buf->p + buf->n, p, n);
    buf->n += n;
    buf->p[buf->n] = '\0';
}

void as_buf_text(struct as_buf *buf, const char *nul_terminated)
{
    as_buf_str(buf, as_str_of(nul_terminated));
}

void as_buf_str(struct as_buf *buf, struct as_str text)
{
    as_buf_bytes(buf, text.p, text.n);
}

void as_buf_char(struct as_buf *buf, char c)
{
    as_buf_bytes(buf, &c, 1);
}

void as_buf_int(struct as_buf *buf, int64_t value)
{
    char digits[20];
    size_t first = sizeof digits;
    uint64_t left = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do
        digits[--first] = (char)('0' + left % 10);
    while ((left /= 10) > 0);
    if (value < 0)
        digits[--first] = '-';
    as_buf_bytes(buf, digits + first, sizeof digits - first);
}

void as_buf_milli(struct as_buf *buf, int64_t value)
{
    uint64_t size = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    unsigned rest = (unsigned)(size % 1000);
    if (value < 0)
        as_buf_char(buf, '-');
    as_buf_int(buf, (int64_t)(size / 1000));
    if (rest > 0)
        as_buf_char(buf, '.');
    for (unsigned place = 100; rest > 0; rest %= place, place /= 10)
        as_buf_char(buf, (char)('0' + rest / place));
}

void as_buf_milli_signed(struct as_buf *buf, int64_t value)
{
    if (value >= 0)
        as_buf_char(buf, '+');
    as_buf_milli(buf, value);
}

void as_buf_printf(struct as_buf *buf, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t left = buf->room - buf->n;
    int n = vsnprintf(buf->p ? buf->p + buf->n : NULL, buf->failed || !buf->p ? 0 : left, format, args);
    if (n < 0)
        buf->failed = true;
    else if (buf_reserve(buf, (size_t)n)) {
        if ((size_t)n >= left)
            vsnprintf(buf->p + buf->n, (size_t)n + 1, format, again);
        buf->n += (size_t)n;
    } else if (buf->p) {
        buf->p[buf->n] = '\0';
    }
    va_end(again);
    va_end(args);
}

/* Length of the well-formed UTF-8 character at p, 0 when there is none. */
static size_t utf8_length(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80)
        return 1;
    size_t length = p[0] >= 0xC2 && p[0] <= 0xDF   ? 2
                    : (p[0] & 0xF0) == 0xE0        ? 3
                    : p[0] >= 0xF0 && p[0] <= 0xF4 ? 4
                                                   : 0;
    if (length == 0 || length > n)
        return 0;
    unsigned char least = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80; /* no overlong forms */
    unsigned char most = p[0] == 0xED   ? 0x9F
                         : p[0] == 0xF4 ? 0x8F
                                        : 0xBF; /* no surrogates, no more than U+10FFFF */
    if (p[1] < least || p[1] > most)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

/* Bytes at the beginning that JSON has as they are. */
static size_t plain_length(const char *p, size_t n)
{
    size_t length = 0;
    while (length < n && p[length] >= 0x20 && p[length] < 0x7F && p[length] != '"' && p[length] != '\\')
        length++;
    return length;
}

void as_buf_json(struct as_buf *buf, struct as_str text)
{
    as_buf_char(buf, '"');
    for (size_t i = 0; i < text.n;) {
        size_t plain = plain_length(text.p + i, text.n - i);
        if (plain > 0) {
            as_buf_bytes(buf, text.p + i, plain);
            i += plain;
            continue;
        }
        const unsigned char *p = (const unsigned char *)text.p + i;
        size_t length = utf8_length(p, text.n - i);
        i += length > 0 ? length : 1;
        if (length == 0)
            as_buf_text(buf, "\xEF\xBF\xBD");
        else if (*p == '"' || *p == '\\')
            as_buf_bytes(buf, (char[]){'\\', (char)*p}, 2);
        else if (*p == '\n')
            as_buf_text(buf, "\\n");
        else if (*p == '\t')
            as_buf_text(buf, "\\t");
        else if (*p == '\r')
            as_buf_text(buf, "\\r");
        else if (*p < 0x20 || *p == 0x7F)
            as_buf_printf(buf, "\\u%04x", *p);
        else
            as_buf_bytes(buf, (const char *)p, length);
    }
    as_buf_char(buf, '"');
}

void as_buf_reset(struct as_buf *buf)
{
    buf->n = 0;
    buf->failed = buf->full = false;
    if (buf->p)
        buf->p[0] = '\0';
}

void as_buf_free(struct as_buf *buf)
{
    free(buf->p);
    *buf = (struct as_buf){.max = buf->max};
}

const char *as_buf_c(const struct as_buf *buf)
{
    return buf->p ? buf->p : "";
}
