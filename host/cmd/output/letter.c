/* Letters. What they say is who writes them's business. */
#include "cmd/output/letter.h"

#include "base/time.h"

#include <sodium.h>
#include <string.h>

enum { QUOTED_LINE = 72, WORD_BYTES = 39 }; /* below RFC 2045's 76, RFC 2047's 75 */

/* One address, nothing that could begin another header. */
static enum as_status check_address(const char *address, struct as_error *error)
{
    const char *at = strchr(address, '@');
    bool fine = at != NULL && at != address && at[1] != '\0' && strchr(at + 1, '@') == NULL;
    for (const char *c = address; fine && *c != '\0'; c++)
        fine = *c > ' ' && *c < 0x7f && strchr("<>,;:\"()[]\\", *c) == NULL;
    if (fine && strlen(address) <= 254)
        return AS_OK;
    as_error_set(error, AS_ERR_USAGE, "\"%.80s\" is no mail address", address);
    return as_error_advise(error, "write it plainly: team@acme.example");
}

static void put_date(struct as_buf *out, int64_t date)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct as_civil civil = as_civil_of(date);
    int64_t day = date >= 0 ? date / AS_DAY_SECONDS : 0;
    as_buf_printf(out, "Date: %s, %d %s %04d %02d:%02d:%02d +0000\r\n", days[day % 7], civil.day,
                  months[civil.month - 1], (int)civil.year, civil.hour, civil.minute, civil.second);
}

/* RFC 2047: encoded words where the text is not plain ASCII; a character is never cut in two. */
static void put_subject(struct as_buf *out, const char *subject)
{
    size_t n = strlen(subject);
    bool plain = n < 900;
    for (size_t i = 0; i < n; i++)
        plain = plain && subject[i] >= ' ' && subject[i] < 0x7f;
    as_buf_text(out, "Subject:");
    for (size_t from = 0; !plain && from < n;) {
        char word[sodium_base64_ENCODED_LEN(WORD_BYTES, sodium_base64_VARIANT_ORIGINAL)];
        size_t length = n - from < WORD_BYTES ? n - from : WORD_BYTES;
        while (length > 1 && from + length < n && ((unsigned char)subject[from + length] & 0xc0) == 0x80)
            length--;
        sodium_bin2base64(word, sizeof word, (const uint8_t *)subject + from, length,
                          sodium_base64_VARIANT_ORIGINAL);
        as_buf_printf(out, "%s =?UTF-8?B?%s?=", from > 0 ? "\r\n" : "", word);
        from += length;
    }
    as_buf_printf(out, "%s%s\r\n", plain ? " " : "", plain ? subject : "");
}

/* Quoted-printable: RFC 2045, 6.7. */
static void put_body(struct as_buf *out, struct as_str body)
{
    size_t column = 0;
    for (size_t i = 0; i < body.n; i++) {
        unsigned char c = (unsigned char)body.p[i];
        if (c == '\n') {
            as_buf_text(out, "\r\n");
            column = 0;
            continue;
        }
        bool last = i + 1 == body.n || body.p[i + 1] == '\n';
        bool plain = (c > ' ' && c < 0x7f && c != '=') || (c == ' ' && !last);
        if (c == '.' && column == 0) /* some mailers take a lone dot for the end */
            plain = false;
        if (column + (plain ? 1 : 3) > QUOTED_LINE) {
            as_buf_text(out, "=\r\n");
            column = 0;
        }
        if (plain)
            as_buf_char(out, (char)c);
        else
            as_buf_printf(out, "=%02X", c);
        column += plain ? 1 : 3;
    }
    if (column > 0)
        as_buf_text(out, "\r\n");
}

enum as_status as_letter_write(struct as_buf *out, const struct as_letter *letter, struct as_error *error)
{
    enum as_status status = check_address(letter->from, error);
    if (status == AS_OK)
        status = check_address(letter->to, error);
    if (status == AS_OK &&
        (strpbrk(letter->subject, "\r\n") != NULL || strpbrk(letter->id, " \r\n<>") != NULL))
        status = as_error_set(error, AS_ERR_USAGE, "a subject is one line");
    if (status != AS_OK)
        return status;
    as_buf_printf(out, "From: %s\r\nTo: %s\r\n", letter->from, letter->to);
    put_subject(out, letter->subject);
    put_date(out, letter->date);
    as_buf_printf(out, "Message-ID: <%s>\r\nMIME-Version: 1.0\r\n", letter->id);
    as_buf_text(out, "Content-Type: text/plain; charset=utf-8\r\n"
                     "Content-Transfer-Encoding: quoted-printable\r\nAuto-Submitted: auto-generated\r\n\r\n");
    put_body(out, letter->body);
    return out->failed ? as_error_memory(error) : AS_OK;
}
