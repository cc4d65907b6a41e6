/* Internationalised host names in ASCII. libpsl compares them but does not encode them, so the encoding of
 * RFC 3492 is here. */
#include "data/identity/host_name.h"

#include "data/identity/fold.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

enum {
    MOST_LABEL = 63,
    MOST_NAME = 253,
    BASE = 36,
    T_MIN = 1,
    T_MAX = 26,
    SKEW = 38,
    DAMP = 700,
    FIRST_BIAS = 72
};

static char digit(uint32_t value)
{
    return (char)(value < 26 ? 'a' + value : '0' + (value - 26));
}

/* RFC 3492, section 6.1. */
static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    delta = first ? delta / DAMP : delta / 2;
    delta += delta / points;
    uint32_t k = 0;
    for (; delta > ((BASE - T_MIN) * T_MAX) / 2; k += BASE)
        delta /= BASE - T_MIN;
    return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/* RFC 3492, section 6.3. A label has at most MOST_LABEL code points, so that nothing overflows. */
static void append_punycode(struct as_buf *out, const uint32_t *points, uint32_t n)
{
    uint32_t basic = 0;
    for (uint32_t i = 0; i < n; i++)
        if (points[i] < 0x80) {
            as_buf_char(out, (char)points[i]);
            basic++;
        }
    if (basic > 0)
        as_buf_char(out, '-');
    uint32_t code = 0x80, delta = 0, bias = FIRST_BIAS, handled = basic;
    while (handled < n) {
        uint32_t next = UINT32_MAX;
        for (uint32_t i = 0; i < n; i++)
            if (points[i] >= code && points[i] < next)
                next = points[i];
        delta += (next - code) * (handled + 1);
        code = next;
        for (uint32_t i = 0; i < n; i++) {
            if (points[i] < code)
                delta++;
            if (points[i] != code)
                continue;
            uint32_t q = delta;
            for (uint32_t k = BASE;; k += BASE) {
                uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;
                if (q < t)
                    break;
                as_buf_char(out, digit(t + (q - t) % (BASE - t)));
                q = (q - t) / (BASE - t);
            }
            as_buf_char(out, digit(q));
            bias = adapt(delta, handled + 1, handled == basic);
            delta = 0;
            handled++;
        }
        delta++;
        code++;
    }
}

static bool is_label_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

/* One label, in lower case already. False when it is not one. */
static bool append_label(struct as_buf *out, struct as_str label)
{
    size_t plain = 0;
    while (plain < label.n && is_label_char(label.p[plain]))
        plain++;
    if (plain == label.n && plain > 0 && plain <= MOST_LABEL && label.p[0] != '-' &&
        label.p[plain - 1] != '-') {
        as_buf_str(out, label);
        return true;
    }
    uint32_t points[MOST_LABEL], n = 0;
    for (size_t i = 0; i < label.n;) {
        if (n == MOST_LABEL)
            return false;
        uint32_t c = as_utf8_next(label, &i);
        if (c < 0x80 && !is_label_char((char)c))
            return false;
        if (c >= 0x80) {
            utf8proc_category_t category = utf8proc_category((utf8proc_int32_t)c);
            if (category < UTF8PROC_CATEGORY_LU || category > UTF8PROC_CATEGORY_NO)
                return false;
        }
        points[n++] = c;
    }
    if (n == 0 || points[0] == '-' || points[n - 1] == '-')
        return false;
    size_t before = out->n;
    as_buf_text(out, "xn--");
    append_punycode(out, points, n);
    return out->n - before <= MOST_LABEL;
}

static utf8proc_int32_t lower(utf8proc_int32_t c, void *unused)
{
    (void)unused;
    if (c == 0x3002 || c == 0xff0e || c == 0xff61) /* the full stops of IDNA */
        return '.';
    return utf8proc_tolower(c);
}

/* NFKC in lower case; malloc'ed, NULL when it cannot be. */
static char *map_lower(struct as_str name)
{
    utf8proc_uint8_t *once = NULL, *twice = NULL;
    utf8proc_option_t form = UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_IGNORE;
    utf8proc_ssize_t n = utf8proc_map_custom((const utf8proc_uint8_t *)name.p, (utf8proc_ssize_t)name.n,
                                             &once, form, lower, NULL);
    /* compatibility forms such as fullwidth capitals come out as capitals */
    if (n >= 0)
        n = utf8proc_map_custom(once, n, &twice, form, lower, NULL);
    free(once);
    return n < 0 ? NULL : (char *)twice;
}

/* Names in ASCII, which is nearly all of them, need no tables. */
static bool lower_ascii(char *out, struct as_str name)
{
    for (size_t i = 0; i < name.n; i++) {
        unsigned char c = (unsigned char)name.p[i];
        if (c == 0 || c >= 0x80)
            return false;
        out[i] = (char)(c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    out[name.n] = '\0';
    return true;
}

bool as_host_name(struct as_buf *out, struct as_str name)
{
    char plain[4 * MOST_NAME + 1];
    char *mapped = NULL;
    if (name.n > 4 * MOST_NAME)
        return false;
    if (!lower_ascii(plain, name) && (!as_utf8_valid(name, NULL) || (mapped = map_lower(name)) == NULL))
        return false;
    struct as_str rest = as_str_of(mapped != NULL ? mapped : plain);
    if (rest.n > 0 && rest.p[rest.n - 1] == '.')
        rest.n--;
    size_t before = out->n;
    bool good = rest.n > 0, dotted = false;
    while (good && rest.p != NULL) {
        struct as_str label = as_str_cut(&rest, '.');
        dotted |= rest.p != NULL;
        good = append_label(out, label);
        if (good && rest.p != NULL)
            as_buf_char(out, '.');
    }
    free(mapped);
    if (good && dotted && !out->failed && out->n - before <= MOST_NAME)
        return true;
    if (out->n > before) {
        out->n = before;
        out->p[before] = '\0';
    }
    return false;
}

bool as_is_ip_address(struct as_str name)
{
    char text[INET6_ADDRSTRLEN];
    unsigned char address[16];
    if (name.n == 0 || name.n >= sizeof text)
        return false;
    memcpy(text, name.p, name.n);
    text[name.n] = '\0';
    return inet_pton(AF_INET, text, address) == 1 || inet_pton(AF_INET6, text, address) == 1;
}
