/* Spelling: finds `x or y` between conditions. Lua takes x, which is a node and so counts as true, and never
 * evaluates y; no unused node is left behind that could tell. So the source is read: an `or` whose left
 * operand begins or ends on a line where a node was made, or is a local that was given one, loses a
 * condition. */
#include "bind/language/spelling.h"

#include "bind/language/token.h"
#include "score/tree/operator.h"

#include <string.h>

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

static bool closes(const struct as_token *token)
{
    return as_token_is(token, ")") || as_token_is(token, "}") || as_token_is(token, "]");
}

/* The first token of the operand that ends at `last`: a name with its calls, indexes and methods, or a
 * bracket. */
static size_t operand_start(const struct as_token *tokens, size_t last)
{
    size_t at = last;
    for (;;) {
        if (closes(&tokens[at])) {
            int depth = 0;
            for (;; at--) {
                depth += closes(&tokens[at]);
                depth -= as_token_is(&tokens[at], "(") || as_token_is(&tokens[at], "{") ||
                         as_token_is(&tokens[at], "[");
                if (depth == 0 || at == 0)
                    break;
            }
        }
        if (at == 0)
            return at;
        const struct as_token *before = &tokens[at - 1];
        bool call = (tokens[at].kind == AS_TOKEN_TEXT || as_token_is(&tokens[at], "(") ||
                     as_token_is(&tokens[at], "{") || as_token_is(&tokens[at], "[")) &&
                    (before->kind == AS_TOKEN_NAME || before->kind == AS_TOKEN_TEXT || closes(before));
        bool member =
            tokens[at].kind == AS_TOKEN_NAME && (as_token_is(before, ".") || as_token_is(before, ":"));
        bool keyword = as_token_is(before, "return") || as_token_is(before, "and") ||
                       as_token_is(before, "or") || as_token_is(before, "not") || as_token_is(before, "if") ||
                       as_token_is(before, "elseif") || as_token_is(before, "while") ||
                       as_token_is(before, "until") || as_token_is(before, "in");
        if (call && !keyword)
            at--;
        else if (member && at >= 2)
            at -= 2;
        else
            return at;
    }
}

/* True when the tokens from `first` to `last` hold a method or a fact that made a node on their lines. */
static bool makes_nodes(const struct lines *lines, const struct as_token *tokens, size_t first, size_t last)
{
    static const char *const facts[] = {"lead", "account"};
    for (size_t i = first + 1; i <= last; i++) {
        bool method = as_token_is(&tokens[i - 1], ":"), fact = false;
        for (size_t j = 0; j < sizeof facts / sizeof *facts; j++)
            fact |= i >= 2 && as_token_is(&tokens[i - 1], ".") && as_token_is(&tokens[i - 2], facts[j]);
        if ((method || fact) && tokens[i].kind == AS_TOKEN_NAME &&
            made_by(lines, tokens[first].line, tokens[last].line, tokens[i].text))
            return true;
    }
    return false;
}

/* The first token of what a name was last given before token `last`; 0 when it never was. */
static size_t assigned_at(const struct as_token *tokens, size_t last, struct as_str name)
{
    for (size_t i = last; i-- > 0;)
        if (tokens[i].kind == AS_TOKEN_NAME && as_str_eq(tokens[i].text, name) &&
            as_token_is(&tokens[i + 1], "=") && !as_token_is(&tokens[i + 2], "="))
            return i + 2;
    return 0;
}

static bool loses(const struct lines *lines, const struct as_token *tokens, size_t or_at)
{
    size_t first = operand_start(tokens, or_at - 1), last = or_at - 1;
    if (tokens[last].kind == AS_TOKEN_NAME && first == last) {
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
    struct as_tokens tokens = {0};
    if (!as_tokens_read(&tokens, arena, file->bytes))
        return as_error_memory(error);
    for (uint32_t i = 1; i < tokens.list.n; i++) {
        if (!as_token_is(&tokens.list.at[i], "or") || tokens.list.at[i].kind != AS_TOKEN_NAME ||
            !loses(&lines, tokens.list.at, i))
            continue;
        as_error_set(error, AS_ERR_RULE, "\"or\" drops the condition after it");
        as_error_advise(error, "write | instead of or");
        return as_error_at(error, file->name, tokens.list.at[i].line);
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
        if (as_str_ends(name, AS_STR(".lua")))
            status = check_file(pack, &source->files.at[i], &arena, error);
    }
    as_arena_free(&arena);
    return status;
}

/* True when the name at `at` is given there: by `local`, `for` or as a parameter of a function. */
static bool is_given(const struct as_token *tokens, size_t at)
{
    while (at >= 2 && as_token_is(&tokens[at - 1], ","))
        at -= 2;
    if (at == 0)
        return false;
    if (as_token_is(&tokens[at - 1], "local") || as_token_is(&tokens[at - 1], "for"))
        return true;
    if (!as_token_is(&tokens[at - 1], "("))
        return false;
    /* Between `function` and the bracket stands the function's name at most, as in a.b:c. */
    for (at -= 1; at > 0 && (tokens[at - 1].kind == AS_TOKEN_NAME || as_token_is(&tokens[at - 1], ".") ||
                             as_token_is(&tokens[at - 1], ":"));
         at--)
        if (as_token_is(&tokens[at - 1], "function"))
            return true;
    return false;
}

/* True when the text gives the name at `at` itself: it is a variable then, and no fact. */
static bool is_own(const struct as_token *tokens, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (tokens[i].kind == AS_TOKEN_NAME && as_str_eq(tokens[i].text, tokens[at].text) &&
            is_given(tokens, i))
            return true;
    return false;
}

static bool begins_with_fact(const struct as_token *tokens, size_t first)
{
    static const char *const words[] = {"lead", "account", "event", "answer", "score"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (tokens[first].kind == AS_TOKEN_NAME && as_token_is(&tokens[first], words[i]))
            return as_token_is(&tokens[first + 1], ".") && !is_own(tokens, first);
    return false;
}

enum as_status as_spelling_check_line(struct as_str text, const char *name, struct as_error *error)
{
    struct as_arena arena = {0};
    struct as_tokens tokens = {0};
    enum as_status status = as_tokens_read(&tokens, &arena, text) ? AS_OK : as_error_memory(error);
    for (uint32_t i = 1; i < tokens.list.n && status == AS_OK; i++) {
        const struct as_token *token = &tokens.list.at[i];
        bool either = as_token_is(token, "or");
        if (token->kind != AS_TOKEN_NAME || (!either && !as_token_is(token, "and")) ||
            !begins_with_fact(tokens.list.at, operand_start(tokens.list.at, i - 1)))
            continue;
        as_error_set(error, AS_ERR_RULE, "\"%s\" drops the condition %s it", either ? "or" : "and",
                     either ? "after" : "before");
        as_error_advise(error, "write %s instead of %s", either ? "|" : "&", either ? "or" : "and");
        status = as_error_at(error, name, token->line);
    }
    as_arena_free(&arena);
    return status;
}
