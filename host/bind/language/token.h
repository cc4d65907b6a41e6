/* Token: Lua source as names, texts and signs with their lines, for readers that look for something in it. */
#ifndef AS_BIND_TOKEN_H
#define AS_BIND_TOKEN_H

#include "base/arena.h"
#include "base/text.h"

enum as_token_kind { AS_TOKEN_END, AS_TOKEN_NAME, AS_TOKEN_TEXT, AS_TOKEN_OTHER };

struct as_token {
    enum as_token_kind kind; /* names hold keywords and numbers; other is one sign */
    struct as_str text;      /* a view of the source, with the quotes of a text */
    int line;
};
struct as_tokens {
    AS_LIST(struct as_token) list; /* ends with AS_TOKEN_END */
};

/* Comments and blanks are left out. False when memory is out. */
bool as_tokens_read(struct as_tokens *out, struct as_arena *arena, struct as_str source);
/* A name or sign of just these letters. */
bool as_token_is(const struct as_token *token, const char *text);
/* What stands between the quotes or brackets of a text, escapes as they are written. */
struct as_str as_token_text(const struct as_token *token);

#endif
