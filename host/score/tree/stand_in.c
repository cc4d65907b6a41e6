/* Gathers the words and numbers that conditions compare a fact with. */
#include "score/tree/stand_in.h"

#include "base/intern.h"
#include "score/tree/operator.h"

#include <string.h>

/* Entries of one list, and words in all, that are worth trying. */
enum { LIST_ENTRIES = 16, WORDS = 128, SHORTEST = 2 };

static bool reads(const struct as_expr *expr, uint32_t field)
{
    if ((expr->kind == AS_EXPR_FIELD || expr->kind == AS_EXPR_ANSWER) && expr->field == field)
        return true;
    for (uint32_t i = 0; expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && reads(expr->args[i].expr, field))
            return true;
    return false;
}

/* What one fact alone cannot decide. */
static bool depends_on_more(const struct as_expr *expr)
{
    if (expr->kind == AS_EXPR_SCORE || expr->kind == AS_EXPR_FUNCTION || expr->kind == AS_EXPR_GROUP ||
        expr->kind == AS_EXPR_EVENTS)
        return true;
    for (uint32_t i = 0; expr->kind == AS_EXPR_CALL && i < expr->arg_count; i++)
        if (expr->args[i].kind == AS_LITERAL_EXPR && depends_on_more(expr->args[i].expr))
            return true;
    return false;
}

struct gathering {
    struct as_stand_in *out;
    struct as_arena *arena;
    const struct as_pack *pack;
    bool failed;
};

static void add_word(struct gathering *g, const char *p, size_t n)
{
    struct as_str word = as_str_trim((struct as_str){p, n});
    if (word.n < SHORTEST || g->out->words.n >= WORDS)
        return;
    for (uint32_t i = 0; i < g->out->words.n; i++)
        if (as_str_eq(g->out->words.at[i], word))
            return;
    char *copy = as_arena_copy(g->arena, word.p, word.n);
    g->failed |= copy == NULL || !as_list_push(g->arena, &g->out->words, ((struct as_str){copy, word.n}));
}

/* Runs of plain characters; of a class the first. */
static void add_pattern(struct gathering *g, struct as_str pattern)
{
    struct as_buf run = {.p = NULL};
    for (size_t i = 0; i <= pattern.n; i++) {
        unsigned char c = i < pattern.n ? (unsigned char)pattern.p[i] : '|';
        if (c == '\\' && i + 1 < pattern.n) {
            c = (unsigned char)pattern.p[++i];
            if (c == 's')
                c = ' ';
            else if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))
                continue; /* a border or a class */
            as_buf_char(&run, (char)c);
        } else if (c == '[' && i + 1 < pattern.n) {
            as_buf_char(&run, pattern.p[i + 1]);
            while (i < pattern.n && pattern.p[i] != ']')
                i++;
        } else if (strchr("|()?*+{}.^$", c) != NULL) {
            add_word(g, as_buf_c(&run), run.n);
            as_buf_reset(&run);
        } else {
            as_buf_char(&run, (char)c);
        }
    }
    g->failed |= run.failed;
    as_buf_free(&run);
}

static void add_list(struct gathering *g, struct as_str name)
{
    for (uint32_t i = 0; i < g->pack->lists.n; i++) {
        const struct as_named_list *list = &g->pack->lists.at[i];
        uint32_t n = as_str_is(name, list->name) ? as_intern_count(list->values) : 0;
        for (uint32_t v = 0; v < n && v < LIST_ENTRIES; v++) {
            struct as_str entry = as_intern_text(list->values, v);
            add_word(g, entry.p, entry.n);
        }
    }
}

static void add_literal(struct gathering *g, const struct as_expr *expr, const struct as_literal *literal)
{
    switch (literal->kind) {
    case AS_LITERAL_TEXT:
        if (expr->op->kernel == AS_KERNEL_MATCHES)
            add_pattern(g, literal->text);
        else if (expr->op->kernel == AS_KERNEL_IN_LIST)
            add_list(g, literal->text);
        else
            add_word(g, literal->text.p, literal->text.n);
        break;
    case AS_LITERAL_INTEGER:
        g->failed |= !as_list_push(g->arena, &g->out->numbers, (double)literal->integer);
        break;
    case AS_LITERAL_NUMBER:
        g->failed |= !as_list_push(g->arena, &g->out->numbers, literal->number);
        break;
    case AS_LITERAL_LIST:
        for (uint32_t i = 0; i < literal->n; i++)
            add_literal(g, expr, &literal->items[i]);
        break;
    default:
        break;
    }
}

static void add_leaf(struct gathering *g, const struct as_expr *leaf)
{
    for (uint32_t i = 0; i < g->out->leaves.n; i++)
        if (g->out->leaves.at[i] == leaf)
            return;
    g->failed |= !as_list_push(g->arena, &g->out->leaves, leaf);
}

enum as_status as_stand_in_add(struct as_stand_in *out, struct as_arena *arena, const struct as_pack *pack,
                               uint32_t field, struct as_error *error)
{
    struct gathering g = {.out = out, .arena = arena, .pack = pack};
    struct as_roots roots;
    enum as_status status = as_roots_of(&roots, arena, pack, error);
    for (uint32_t r = 0; status == AS_OK && r < roots.at.n; r++)
        for (uint32_t l = 0; l < roots.at.at[r].leaf_count; l++) {
            const struct as_expr *leaf = roots.at.at[r].leaves[l];
            if (reads(leaf, field) && !depends_on_more(leaf))
                add_leaf(&g, leaf);
        }
    for (uint32_t n = 0; status == AS_OK && n < pack->rules.nodes.n; n++) {
        const struct as_expr *expr = pack->rules.nodes.at[n];
        if (expr->kind != AS_EXPR_CALL || as_expr_joins(expr) || !reads(expr, field))
            continue;
        for (uint32_t a = 1; a < expr->arg_count; a++)
            add_literal(&g, expr, &expr->args[a]);
    }
    return status == AS_OK && g.failed ? as_error_memory(error) : status;
}

enum as_status as_stand_in_property(struct as_stand_in *out, struct as_arena *arena,
                                    const struct as_pack *pack, const char *property, struct as_error *error)
{
    struct gathering g = {.out = out, .arena = arena, .pack = pack};
    for (uint32_t n = 0; n < pack->rules.nodes.n; n++) {
        const struct as_literal *where = pack->rules.nodes.at[n]->where;
        for (uint32_t i = 0; where != NULL && where->kind == AS_LITERAL_MAP && i < where->n; i++)
            if (as_str_is(where->keys[i], property) && where->items[i].kind == AS_LITERAL_TEXT)
                add_word(&g, where->items[i].text.p, where->items[i].text.n);
    }
    return g.failed ? as_error_memory(error) : AS_OK;
}

static bool begins_nocase(struct as_str text, struct as_str word)
{
    if (word.n > text.n)
        return false;
    for (size_t i = 0; i < word.n; i++) {
        char a = text.p[i], b = word.p[i];
        if ((a >= 'A' && a <= 'Z' ? a + 32 : a) != (b >= 'A' && b <= 'Z' ? b + 32 : b))
            return false;
    }
    return true;
}

void as_stand_in_within(struct as_buf *out, const struct as_stand_in *stand_in, struct as_str text)
{
    bool more = false;
    for (size_t i = 0; i < text.n;) {
        const struct as_str *best = NULL;
        for (uint32_t w = 0; w < stand_in->words.n; w++)
            if (begins_nocase((struct as_str){text.p + i, text.n - i}, stand_in->words.at[w]) &&
                (best == NULL || stand_in->words.at[w].n > best->n))
                best = &stand_in->words.at[w];
        if (best == NULL) {
            i++;
            continue;
        }
        as_buf_text(out, more ? " " : "");
        as_buf_str(out, *best);
        more = true;
        i += best->n;
    }
}
