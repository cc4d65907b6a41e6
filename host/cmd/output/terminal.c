/* Streams, colour and widths of the terminal; harmless text. Tables and progress have files of their own. */
#include "cmd/output/terminal.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <utf8proc.h>

static bool wants_color(bool is_terminal, enum as_color color)
{
    const char *none = getenv("NO_COLOR"), *term = getenv("TERM");
    if (color != AS_COLOR_AUTO)
        return color == AS_COLOR_ALWAYS;
    return is_terminal && !(none && none[0]) && !(term && strcmp(term, "dumb") == 0);
}

static int find_width(FILE *out, bool is_terminal)
{
    int64_t columns;
    const char *given = getenv("COLUMNS");
    if (given && as_parse_int(&columns, as_str_of(given)) && columns >= 20 && columns <= 1000)
        return (int)columns;
    struct winsize size;
    if (is_terminal && ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col >= 20)
        return size.ws_col;
    return is_terminal ? 80 : 0;
}

void as_terminal_open(struct as_terminal *terminal, FILE *out, FILE *err, enum as_color color)
{
    bool out_is = isatty(fileno(out)) == 1, err_is = isatty(fileno(err)) == 1;
    *terminal = (struct as_terminal){
        .out = out,
        .err = err,
        .out_is_terminal = out_is,
        .err_is_terminal = err_is,
        .color = wants_color(out_is, color),
        .err_color = wants_color(err_is, color),
        .width = find_width(out, out_is),
    };
}

const char *as_style(const struct as_terminal *terminal, enum as_style style)
{
    static const char *const sequences[] = {"",         "\x1b[1m",  "\x1b[2m", "\x1b[31m",
                                            "\x1b[32m", "\x1b[33m", "\x1b[36m"};
    return terminal->color ? sequences[style] : "";
}

const char *as_style_end(const struct as_terminal *terminal)
{
    return terminal->color ? "\x1b[0m" : "";
}

/* Takes one code point from the front; what is not UTF-8 counts byte by byte as U+FFFD. Characters that would
 * steer the terminal or turn the reading direction of the rest of the line are replaced. */
static utf8proc_int32_t take_character(struct as_str *text)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)text->p, (utf8proc_ssize_t)text->n, &c);
    if (n <= 0) {
        n = 1;
        c = 0xFFFD;
    }
    text->p += n;
    text->n -= (size_t)n;
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029)
        return ' ';
    if ((c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069))
        return 0xFFFD;
    return c;
}

static int character_width(utf8proc_int32_t c)
{
    int width = utf8proc_charwidth(c);
    return width < 0 ? 0 : width;
}

static void put_character(struct as_buf *buf, utf8proc_int32_t c)
{
    utf8proc_uint8_t bytes[4];
    utf8proc_ssize_t n = utf8proc_encode_char(c, bytes);
    as_buf_bytes(buf, (const char *)bytes, (size_t)n);
}

int as_display_width(struct as_str text)
{
    int width = 0;
    while (text.n > 0 && width < 1000000)
        width += character_width(take_character(&text));
    return width;
}

void as_display_text(struct as_buf *buf, struct as_str text)
{
    while (text.n > 0)
        put_character(buf, take_character(&text));
}

void as_display_cut(struct as_buf *buf, struct as_str text, int width)
{
    if (as_display_width(text) <= width) {
        as_display_text(buf, text);
        return;
    }
    int used = 0;
    while (text.n > 0 && width > 0) {
        utf8proc_int32_t c = take_character(&text);
        if (used + character_width(c) > width - 1)
            break;
        used += character_width(c);
        put_character(buf, c);
    }
    if (width > 0)
        as_buf_text(buf, "…");
}
