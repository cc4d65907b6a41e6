/* Splits Lua source into tokens. It accepts more than Lua does: whoever reads tokens has loaded the source
 * before. */
#include "bind/language/token.h"

#include <string.h>

struct scanner {
    struct as_str rest;
    int line;
};

static void skip(struct scanner *s, size_t n)
{
    for (size_t i = 0; i < n && s->rest.n > 0; i++) {
        s->line += *s->rest.p == '\n';
        s->rest.p++;
        s->rest.n--;
    }
}

/* Length of "[[", "[==[" … at the start, 0 when there is none. */
static size_t long_bracket(struct as_str text)
{
    size_t n = 1;
    if (text.n < 2 || text.p[0] != '[')
        return 0;
    while (n < text.n && text.p[n] == '=')
        n++;
    return n < text.n && text.p[n] == '[' ? n + 1 : 0;
}

static void skip_long(struct scanner *s, size_t opening)
{
    size_t level = opening - 2;
    skip(s, opening);
    while (s->rest.n > 0) {
        size_t n = 1;
        if (*s->rest.p == ']') {
            while (n < s->rest.n && n <= level && s->rest.p[n] == '=')
                n++;
            if (n == level + 1 && n < s->rest.n && s->rest.p[n] == ']') {
                skip(s, n + 1);
                return;
            }
        }
        skip(s, 1);
    }
}

static void skip_quoted(struct scanner *s)
{
    char quote = *s->rest.p;
    skip(s, 1);
    while (s->rest.n > 0 && *s->rest.p != quote)
        skip(s, *s->rest.p == '\\' ? 2 : 1);
    skip(s, 1);
}

static bool is_name(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void skip_blank(struct scanner *s)
{
    for (;;) {
        if (s->rest.n > 0 && strchr(" \t\r\n\f\v", *s->rest.p) != NULL) {
            skip(s, 1);
        } else if (s->rest.n > 1 && s->rest.p[0] == '-' && s->rest.p[1] == '-') {
            skip(s, 2);
            size_t opening = long_bracket(s->rest);
            if (opening > 0)
                skip_long(s, opening);
            else
                while (s->rest.n > 0 && *s->rest.p != '\n')
                    skip(s, 1);
        } else {
            return;
        }
    }
}

static struct as_token next_token(struct scanner *s)
{
    skip_blank(s);
    struct as_token token = {AS_TOKEN_END, s->rest, s->line};
    if (s->rest.n == 0)
        return token;
    size_t opening = long_bracket(s->rest);
    if (opening > 0 || *s->rest.p == '"' || *s->rest.p == '\'') {
        token.kind = AS_TOKEN_TEXT;
        if (opening > 0)
            skip_long(s, opening);
        else
            skip_quoted(s);
    } else if (is_name(*s->rest.p)) {
        token.kind = AS_TOKEN_NAME;
        while (s->rest.n > 0 && is_name(*s->rest.p))
            skip(s, 1);
    } else {
        token.kind = AS_TOKEN_OTHER;
        skip(s, 1);
    }
    token.text.n = (size_t)(s->rest.p - token.text.p);
    return token;
}

bool as_tokens_read(struct as_tokens *out, struct as_arena *arena, struct as_str source)
{
    struct scanner scanner = {source, 1};
    struct as_token token;
    do {
        token = next_token(&scanner);
        if (!as_list_push(arena, &out->list, token))
            return false;
    } while (token.kind != AS_TOKEN_END);
    return true;
}

bool as_token_is(const struct as_token *token, const char *text)
{
    return token->kind != AS_TOKEN_TEXT && as_str_is(token->text, text);
}

struct as_str as_token_text(const struct as_token *token)
{
    struct as_str text = token->text;
    size_t edge = text.n > 0 && text.p[0] == '[' ? long_bracket(text) : 1;
    if (token->kind != AS_TOKEN_TEXT || text.n < 2 * edge)
        return text;
    return (struct as_str){text.p + edge, text.n - 2 * edge};
}
