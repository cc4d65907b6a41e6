/* Single values from and to text in the project's own form: "." is the decimal point, "," groups thousands.
 * Other forms (decimal commas, their words for yes) are the mapping's business, in convert.c. */
#include "data/facts/value.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

enum { DECIMAL_TEXT = 128 }; /* the longest number read; a double needs 25, money 22 */

bool as_value_boolean(bool *out, struct as_str text)
{
    static const char *const yes[] = {"yes", "true", "y", "t", "on", "1"};
    static const char *const no[] = {"no", "false", "n", "f", "off", "0"};
    text = as_str_trim(text);
    for (size_t i = 0; i < COUNT(yes); i++)
        if (as_str_is_nocase(text, yes[i]) || as_str_is_nocase(text, no[i])) {
            *out = as_str_is_nocase(text, yes[i]);
            return true;
        }
    return false;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Copies a number without its grouping commas. False when a comma stands where no group ends. */
static bool ungroup(char out[DECIMAL_TEXT], size_t *n, struct as_str text)
{
    text = as_str_trim(text);
    *n = 0;
    size_t whole = 0, group = 0;
    bool grouped = false, in_whole = true;
    for (size_t i = 0; i < text.n; i++) {
        char c = text.p[i];
        if (c == ',') {
            if (!in_whole || (grouped ? group != 3 : whole == 0 || whole > 3))
                return false;
            grouped = true;
            group = 0;
            continue;
        }
        if (in_whole && is_digit(c)) {
            whole++;
            group++;
        } else if (whole > 0) {
            if (in_whole && grouped && group != 3)
                return false;
            in_whole = false;
        }
        if (*n + 1 >= DECIMAL_TEXT)
            return false;
        out[(*n)++] = c;
    }
    out[*n] = '\0';
    return !(in_whole && grouped && group != 3);
}

bool as_value_number(double *out, struct as_str text)
{
    char plain[DECIMAL_TEXT];
    size_t n;
    return ungroup(plain, &n, text) && as_parse_number(out, (struct as_str){plain, n});
}

bool as_value_integer(int64_t *out, struct as_str text)
{
    char plain[DECIMAL_TEXT];
    size_t n;
    if (!ungroup(plain, &n, text))
        return false;
    /* "800.0" is what spreadsheets make of 800 */
    const char *point = memchr(plain, '.', n);
    if (point != NULL && point > plain && point[1] != '\0') {
        size_t zeros = strspn(point + 1, "0");
        if (point[1 + zeros] == '\0')
            n = (size_t)(point - plain);
    }
    return as_parse_int(out, (struct as_str){plain, n});
}

bool as_value_hundredths(int64_t *out, struct as_str text)
{
    char plain[DECIMAL_TEXT];
    size_t n, i = 0, digits = 0;
    if (!ungroup(plain, &n, text))
        return false;
    bool negative = n > 0 && plain[0] == '-';
    if (n > 0 && (plain[0] == '-' || plain[0] == '+'))
        i++;
    int64_t value = 0;
    for (; i < n && is_digit(plain[i]); i++, digits++)
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, plain[i] - '0', &value))
            return false;
    int cents = 0, places = 0;
    bool round_up = false;
    if (i < n && plain[i] == '.')
        for (i++; i < n && is_digit(plain[i]); i++, digits++, places++) {
            if (places < 2)
                cents = cents * 10 + (plain[i] - '0');
            else if (places == 2)
                round_up = plain[i] >= '5';
        }
    if (digits == 0)
        return false;
    if (i < n) { /* an exponent: "1e6" is how some exports write large amounts */
        double number;
        if (!as_parse_number(&number, (struct as_str){plain, n}) || fabs(number) > 9e16)
            return false;
        *out = (int64_t)round(number * 100);
        return true;
    }
    if (places == 1)
        cents *= 10;
    if (__builtin_mul_overflow(value, 100, &value) || __builtin_add_overflow(value, cents + round_up, &value))
        return false;
    *out = negative ? -value : value;
    return true;
}

bool as_value_currency(struct as_str text)
{
    if (text.n != 3)
        return false;
    for (size_t i = 0; i < 3; i++)
        if (text.p[i] < 'A' || text.p[i] > 'Z')
            return false;
    return true;
}

static struct as_str part(struct as_str text, size_t from, size_t n)
{
    return (struct as_str){text.p + from, n};
}

bool as_value_money(int64_t *hundredths, struct as_str *currency, struct as_str text)
{
    static const struct {
        const char *sign, *code;
    } signs[] = {
        {"US$", "USD"},      {"A$", "AUD"},       {"C$", "CAD"},
        {"R$", "BRL"},       {"$", "USD"},        {"\xe2\x82\xac", "EUR"},
        {"\xc2\xa3", "GBP"}, {"\xc2\xa5", "JPY"}, {"\xe2\x82\xb9", "INR"},
    };
    *currency = (struct as_str){"", 0};
    text = as_str_trim(text);
    if (text.n > 3 && as_value_currency(part(text, text.n - 3, 3))) {
        *currency = part(text, text.n - 3, 3);
        text.n -= 3;
    } else if (text.n > 3 && as_value_currency(part(text, 0, 3))) {
        *currency = part(text, 0, 3);
        text = part(text, 3, text.n - 3);
    } else {
        for (size_t i = 0; i < COUNT(signs); i++) {
            struct as_str sign = as_str_of(signs[i].sign);
            if (as_str_starts(text, sign))
                text = part(text, sign.n, text.n - sign.n);
            else if (as_str_ends(text, sign))
                text.n -= sign.n;
            else
                continue;
            *currency = as_str_of(signs[i].code);
            break;
        }
    }
    return as_value_hundredths(hundredths, text);
}

static uint64_t magnitude(int64_t value)
{
    return value < 0 ? UINT64_C(0) - (uint64_t)value : (uint64_t)value;
}

void as_value_show_integer(struct as_buf *out, int64_t value)
{
    char count[AS_COUNT_TEXT];
    if (value < 0)
        as_buf_char(out, '-');
    if (magnitude(value) < 10000)
        as_buf_printf(out, "%" PRIu64, magnitude(value));
    else
        as_buf_text(out, as_count_format(count, magnitude(value)));
}

void as_value_show_number(struct as_buf *out, double value)
{
    char text[DECIMAL_TEXT];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    as_buf_text(out, text);
}

void as_value_show_money(struct as_buf *out, int64_t hundredths, struct as_str currency)
{
    char units[AS_COUNT_TEXT];
    uint64_t amount = magnitude(hundredths);
    as_buf_printf(out, "%s%s.%02" PRIu64, hundredths < 0 ? "-" : "", as_count_format(units, amount / 100),
                  amount % 100);
    if (currency.n > 0) {
        as_buf_char(out, ' ');
        as_buf_str(out, currency);
    }
}
