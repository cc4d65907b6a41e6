/* Letters: a message as a mail program takes it (RFC 5322, with the body as quoted-printable UTF-8, RFC
 * 2045). */
#ifndef AS_CMD_LETTER_H
#define AS_CMD_LETTER_H

#include "base/status.h"
#include "base/text.h"

struct as_letter {
    const char *from, *to, *subject; /* subject: UTF-8, one line */
    const char *id;                  /* of the message, without brackets: "digest-12@host" */
    int64_t date;
    struct as_str body; /* UTF-8 lines that end in LF */
};
/* AS_ERR_USAGE when an address is none, or something that is one line holds a line break. */
enum as_status as_letter_write(struct as_buf *out, const struct as_letter *letter, struct as_error *error);

#endif
