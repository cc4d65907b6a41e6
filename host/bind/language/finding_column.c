/* Looks for the offending words of a finding among the tokens of its line. */
#include "bind/language/finding_column.h"

#include "bind/language/token.h"

/* Characters, not bytes, before the token on its line, counted from 1. */
static int column_of(struct as_str source, const struct as_token *token)
{
    const char *p = token->text.p;
    int column = 1;
    while (p > source.p && p[-1] != '\n') {
        p--;
        column += ((unsigned char)*p & 0xC0) != 0x80;
    }
    return column;
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* The next word that the message quotes: "senior title". */
static bool next_quoted(struct as_str *word, struct as_str *rest)
{
    as_str_cut(rest, '"');
    if (rest->p == NULL)
        return false;
    *word = as_str_cut(rest, '"');
    return rest->p != NULL;
}

/* The next name behind a dot: title of lead.title. */
static bool next_named(struct as_str *word, struct as_str *rest)
{
    for (size_t i = 1; i + 1 < rest->n; i++) {
        if (rest->p[i] != '.' || !is_letter(rest->p[i - 1]) || !is_letter(rest->p[i + 1]))
            continue;
        size_t end = i + 1;
        while (end < rest->n && is_letter(rest->p[end]))
            end++;
        *word = (struct as_str){rest->p + i + 1, end - i - 1};
        *rest = (struct as_str){rest->p + end, rest->n - end};
        return true;
    }
    return false;
}

/* The first token from `token` on, on its line, that is one of the message's words; NULL when there is none.
 */
static const struct as_token *find_word(const struct as_token *token, const char *message,
                                        bool (*next)(struct as_str *word, struct as_str *rest))
{
    struct as_str rest = as_str_of(message), word;
    while (next(&word, &rest))
        for (const struct as_token *t = token; t->kind != AS_TOKEN_END && t->line == token->line; t++)
            if (t->kind != AS_TOKEN_OTHER && as_str_eq(as_token_text(t), word))
                return t;
    return NULL;
}

static int find_column(const struct as_tokens *tokens, struct as_str source, const struct as_finding *finding)
{
    uint32_t i = 0;
    while (tokens->list.at[i].kind != AS_TOKEN_END && tokens->list.at[i].line < finding->position.line)
        i++;
    const struct as_token *first = &tokens->list.at[i];
    if (first->kind == AS_TOKEN_END || first->line != finding->position.line)
        return 0;
    const struct as_token *found = find_word(first, finding->message, next_quoted);
    if (found == NULL)
        found = find_word(first, finding->message, next_named);
    return column_of(source, found != NULL ? found : first);
}

enum as_status as_finding_columns(struct as_findings *findings, const struct as_source *source,
                                  struct as_error *error)
{
    struct as_arena arena;
    bool complete = true;
    as_arena_init(&arena);
    for (uint32_t f = 0; f < source->files.n && complete; f++) {
        const struct as_source_file *file = &source->files.at[f];
        struct as_tokens tokens = {.list = {0}};
        if (!as_str_ends(as_str_of(file->name), AS_STR(".lua")))
            continue;
        for (uint32_t i = 0; i < findings->list.n && complete; i++) {
            struct as_finding *finding = &findings->list.at[i];
            if (finding->position.line == 0 || finding->position.file == NULL ||
                !as_str_is(as_str_of(file->name), finding->position.file))
                continue;
            if (tokens.list.n == 0)
                complete = as_tokens_read(&tokens, &arena, file->bytes);
            if (complete)
                finding->column = find_column(&tokens, file->bytes, finding);
        }
    }
    as_arena_free(&arena);
    return complete ? AS_OK : as_error_memory(error);
}
