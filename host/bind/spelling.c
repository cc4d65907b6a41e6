/* Spelling: finds `x or y` between conditions. Lua takes x, which is a node and so counts as true, and never
 * evaluates y; no unused node is left behind that could tell. So the source is read: an `or` whose left
 * operand begins or ends on a line where a node was made, or is a local that was given one, loses a
 * condition. */
#include "bind/spelling.h"

#include "score/operator.h"

#include <string.h>

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_TEXT, TOKEN_OTHER };

struct token {
    enum token_kind kind;
    struct as_str text;
    int line;
};

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

static struct token next_token(struct scanner *s)
{
    skip_blank(s);
    struct token token = {TOKEN_END, s->rest, s->line};
    if (s->rest.n == 0)
        return token;
    size_t opening = long_bracket(s->rest);
    if (opening > 0 || *s->rest.p == '"' || *s->rest.p == '\'') {
        token.kind = TOKEN_TEXT;
        if (opening > 0)
            skip_long(s, opening);
        else
            skip_quoted(s);
    } else if (is_name(*s->rest.p)) {
        token.kind = TOKEN_NAME;
        while (s->rest.n > 0 && is_name(*s->rest.p))
            skip(s, 1);
    } else {
        token.kind = TOKEN_OTHER;
        skip(s, 1);
    }
    token.text.n = (size_t)(s->rest.p - token.text.p);
    return token;
}

/* --- where nodes were made --- */

struct lines {
    const struct as_pack *pack;
    const char *file;
};

/* True when a condition was made there by a method of this name, or, for a bare fact, by reading a fact of
 * this name. */
static bool made_by(const struct lines *lines, int from, int to, struct as_str name)
{
    const struct as_rules *rules = &lines->pack->rules;
    for (uint32_t i = 0; i < rules->nodes.n; i++) {
        const struct as_expr *node = rules->nodes.at[i];
        if (node->position.line < from || node->position.line > to || node->position.file == NULL ||
            strcmp(node->position.file, lines->file) != 0)
            continue;
        if (node->kind == AS_EXPR_CALL && as_str_is(name, node->op->name))
            return true;
        if (node->kind == AS_EXPR_FIELD && as_str_is(name, rules->schema->fields.at[node->field]->name))
            return true;
    }
    return false;
}

static bool is(const struct token *token, const char *text)
{
    return token->kind != TOKEN_TEXT && as_str_is(token->text, text);
}

static bool closes(const struct token *token)
{
    return is(token, ")") || is(token, "}") || is(token, "]");
}

/* The first token of the operand that ends at `last`: a name with its calls, indexes and methods, or a
 * bracket. */
static size_t operand_start(const struct token *tokens, size_t last)
{
    size_t at = last;
    for (;;) {
        if (closes(&tokens[at])) {
            int depth = 0;
            for (;; at--) {
                depth += closes(&tokens[at]);
                depth -= is(&tokens[at], "(") || is(&tokens[at], "{") || is(&tokens[at], "[");
                if (depth == 0 || at == 0)
                    break;
            }
        }
        if (at == 0)
            return at;
        const struct token *before = &tokens[at - 1];
        bool call = (tokens[at].kind == TOKEN_TEXT || is(&tokens[at], "(") || is(&tokens[at], "{") ||
                     is(&tokens[at], "[")) &&
                    (before->kind == TOKEN_NAME || before->kind == TOKEN_TEXT || closes(before));
        bool member = tokens[at].kind == TOKEN_NAME && (is(before, ".") || is(before, ":"));
        bool keyword = is(before, "return") || is(before, "and") || is(before, "or") || is(before, "not") ||
                       is(before, "if") || is(before, "elseif") || is(before, "while") ||
                       is(before, "until") || is(before, "in");
        if (call && !keyword)
            at--;
        else if (member && at >= 2)
            at -= 2;
        else
            return at;
    }
}

/* True when the tokens from `first` to `last` hold a method or a fact that made a node on their lines. */
static bool makes_nodes(const struct lines *lines, const struct token *tokens, size_t first, size_t last)
{
    static const char *const facts[] = {"lead", "account"};
    for (size_t i = first + 1; i <= last; i++) {
        bool method = is(&tokens[i - 1], ":"), fact = false;
        for (size_t j = 0; j < sizeof facts / sizeof *facts; j++)
            fact |= i >= 2 && is(&tokens[i - 1], ".") && is(&tokens[i - 2], facts[j]);
        if ((method || fact) && tokens[i].kind == TOKEN_NAME &&
            made_by(lines, tokens[first].line, tokens[last].line, tokens[i].text))
            return true;
    }
    return false;
}

/* The first token of what a name was last given before token `last`; 0 when it never was. */
static size_t assigned_at(const struct token *tokens, size_t last, struct as_str name)
{
    for (size_t i = last; i-- > 0;)
        if (tokens[i].kind == TOKEN_NAME && as_str_eq(tokens[i].text, name) && is(&tokens[i + 1], "=") &&
            !is(&tokens[i + 2], "="))
            return i + 2;
    return 0;
}

static bool loses(const struct lines *lines, const struct token *tokens, size_t or_at)
{
    size_t first = operand_start(tokens, or_at - 1), last = or_at - 1;
    if (tokens[last].kind == TOKEN_NAME && first == last) {
        first = assigned_at(tokens, first, tokens[first].text);
        if (first == 0)
            return false;
        for (last = first; last + 1 < or_at && tokens[last + 1].line == tokens[first].line;)
            last++;
    }
    return makes_nodes(lines, tokens, first, last);
}

static enum as_status check_file(const struct as_pack *pack, const struct as_source_file *file,
                                 struct as_arena *arena, struct as_error *error)
{
    const struct lines lines = {pack, file->name};
    AS_LIST(struct token) tokens = {0};
    struct scanner scanner = {file->bytes, 1};
    struct token token;
    do {
        token = next_token(&scanner);
        if (!as_list_push(arena, &tokens, token))
            return as_error_memory(error);
    } while (token.kind != TOKEN_END);
    for (uint32_t i = 1; i < tokens.n; i++) {
        if (!is(&tokens.at[i], "or") || tokens.at[i].kind != TOKEN_NAME || !loses(&lines, tokens.at, i))
            continue;
        as_error_set(error, AS_ERR_RULE, "\"or\" drops the condition after it");
        as_error_advise(error, "write | instead of or");
        return as_error_at(error, file->name, tokens.at[i].line);
    }
    return AS_OK;
}

enum as_status as_spelling_check(const struct as_pack *pack, const struct as_source *source,
                                 struct as_error *error)
{
    struct as_arena arena = {0};
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < source->files.n && status == AS_OK; i++) {
        struct as_str name = as_str_of(source->files.at[i].name);
        if (as_str_ends(name, AS_STR(".lua")) && !as_str_ends(name, AS_STR("_test.lua")))
            status = check_file(pack, &source->files.at[i], &arena, error);
    }
    as_arena_free(&arena);
    return status;
}
