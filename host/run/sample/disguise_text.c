/* Stand-ins for texts: words that are none, else words of the packs' own conditions, until every condition
 * comes out as it did. */
#include "run/sample/disguise_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Candidates of two words at most; syllables of a mailbox or domain. */
enum { PAIRS = 2048, SYLLABLES = 4 };

/* Texts that may stand for others; "\1" is the place of a word of its own for each. */
struct candidates {
    AS_LIST(const char *) list;
};

static void push(struct as_disguising *d, struct candidates *c, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static void push(struct as_disguising *d, struct candidates *c, const char *format, ...)
{
    char text[1024];
    va_list args;
    va_start(args, format);
    int n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    const char *copy = n > 0 && (size_t)n < sizeof text ? as_arena_copy(&d->arena, text, (size_t)n) : "";
    d->failed |= copy == NULL || !as_list_push(&d->arena, &c->list, copy);
}

/* The same company has the same domain, wherever it is written. */
static const char *domain_of(struct as_disguising *d, struct as_str text)
{
    size_t at = 0;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] == '@' || (i + 2 < text.n && memcmp(text.p + i, "://", 3) == 0))
            at = text.p[i] == '@' ? i + 1 : i + 3;
    struct as_buf lower = {.p = NULL};
    for (size_t i = at; i < text.n && text.p[i] != '/'; i++)
        as_buf_char(&lower, text.p[i] >= 'A' && text.p[i] <= 'Z' ? (char)(text.p[i] + 32) : text.p[i]);
    const char *word =
        as_disguise_word(d, "domain", (struct as_str){as_buf_c(&lower), lower.n}, SYLLABLES, false);
    as_buf_free(&lower);
    return word;
}

/* What stands for a text when no condition minds. */
static void push_own(struct as_disguising *d, struct candidates *c, struct as_str text)
{
    struct as_buf person = {.p = NULL};
    switch (d->form) {
    case FORM_EMAIL:
        push(d, c, "%s@%s.example", as_disguise_word(d, "mailbox", text, SYLLABLES, false),
             domain_of(d, text));
        break;
    case FORM_DOMAIN:
        push(d, c, "%s.example", domain_of(d, text));
        break;
    case FORM_SITE:
        push(d, c, "https://%s.example", domain_of(d, text));
        break;
    case FORM_PHONE:
        /* No country has this code. */
        push(d, c, "+999 %08u", (unsigned)(as_pseudonym_number(d->request->key, "phone", text) % 100000000));
        break;
    case FORM_PERSON:
        as_pseudonym_person(&person, d->request->key, text);
        push(d, c, "%s", as_buf_c(&person));
        as_buf_free(&person);
        break;
    case FORM_NAME:
    case FORM_WORDS:
        push(d, c, "%s", as_disguise_word(d, d->field->name, text, 3, true));
        break;
    }
}

static void push_worded(struct as_disguising *d, struct candidates *c, const char *words)
{
    switch (d->form) {
    case FORM_EMAIL:
        push(d, c, words[0] == '.' ? "\1@\1%s" : "\1@%s", words[0] == '@' ? words + 1 : words);
        push(d, c, "%s.\1@\1.example", words);
        break;
    case FORM_DOMAIN:
        push(d, c, words[0] == '.' ? "\1%s" : "%s", words);
        break;
    case FORM_SITE:
        push(d, c, words[0] == '.' ? "https://\1%s" : "https://%s", words);
        break;
    default:
        push(d, c, "%s", words);
        push(d, c, "%s \1", words);
    }
}

static void push_general(struct as_disguising *d, struct candidates *c)
{
    const struct as_stand_in *material = &d->material;
    if (d->form == FORM_EMAIL || d->form == FORM_DOMAIN) {
        push_worded(d, c, "gmail.com");
        push_worded(d, c, "mailinator.com");
    }
    for (uint32_t i = 0; i < material->words.n; i++)
        push_worded(d, c, material->words.at[i].p);
    for (uint32_t i = 0; i < material->words.n && d->form == FORM_WORDS; i++)
        for (uint32_t k = 0; k < material->words.n && c->list.n < PAIRS; k++)
            if (i != k)
                push(d, c, "%s %s", material->words.at[i].p, material->words.at[k].p);
}

static void put_word(struct as_buf *out, const char *candidate, const char *word)
{
    for (as_buf_reset(out); *candidate != '\0'; candidate++) {
        if (*candidate == '\1')
            as_buf_text(out, word);
        else
            as_buf_char(out, *candidate);
    }
}

enum {
    OWN = 3
}; /* candidates of each text alone: its pseudonym, the words it shares with conditions, both */

struct texts {
    uint32_t n;
    uint32_t *code;  /* of each distinct text */
    uint32_t *place; /* by code; AS_NO_INDEX: not in use */
    struct candidates own, general;
    uint32_t *chosen; /* row of the trial; AS_NO_INDEX none */
};

static enum as_status gather_texts(struct texts *t, struct as_disguising *d, struct as_error *error)
{
    uint32_t codes = as_intern_count(d->column->dict);
    struct as_buf shared = {.p = NULL};
    t->code = as_arena_array(&d->arena, codes + (size_t)1, sizeof *t->code);
    t->place = as_arena_array(&d->arena, codes + (size_t)1, sizeof *t->place);
    if (t->code == NULL || t->place == NULL)
        return as_error_memory(error);
    memset(t->place, 0xff, codes * sizeof *t->place);
    for (size_t row = 0; row < d->column->n; row++) {
        uint32_t code = d->column->code[row];
        if (!as_bit(d->column->known, row) || t->place[code] != AS_NO_INDEX)
            continue;
        struct as_str text = as_intern_text(d->column->dict, code);
        t->place[code] = t->n;
        t->code[t->n++] = code;
        push_own(d, &t->own, text);
        as_buf_reset(&shared);
        as_stand_in_within(&shared, &d->material, text);
        struct candidates worded = {.list = {NULL, 0, 0}};
        if (shared.n > 0)
            push_worded(d, &worded, as_buf_c(&shared));
        for (uint32_t i = 0; i + 1 < OWN; i++)
            push(d, &t->own, "%s", i < worded.list.n ? worded.list.at[i] : t->own.list.at[(t->n - 1) * OWN]);
    }
    as_buf_free(&shared);
    push_general(d, &t->general);
    return d->failed ? as_error_memory(error) : AS_OK;
}

static enum as_status choose_texts(struct texts *t, struct as_disguising *d, struct as_error *error)
{
    struct as_disguise_trial trial = {.dataset = NULL};
    struct as_column *column;
    struct as_buf text = {.p = NULL};
    uint32_t rows = t->n + t->own.list.n + t->general.list.n;
    t->chosen = as_arena_array(&d->arena, t->n + (size_t)1, sizeof *t->chosen);
    if (t->chosen == NULL)
        return as_error_memory(error);
    enum as_status status = as_disguise_trial_open(&trial, &column, d, rows, error);
    for (uint32_t r = 0; status == AS_OK && r < rows; r++) {
        if (r < t->n)
            status = as_column_set_text(column, r, as_intern_text(d->column->dict, t->code[r]), error);
        else {
            uint32_t c = r - t->n;
            put_word(&text, c < t->own.list.n ? t->own.list.at[c] : t->general.list.at[c - t->own.list.n],
                     "kelamo");
            status = as_column_set_text(column, r, (struct as_str){as_buf_c(&text), text.n}, error);
        }
    }
    if (status == AS_OK)
        status = as_disguise_trial_decide(&trial, d, error);
    for (uint32_t i = 0; status == AS_OK && i < t->n; i++) {
        t->chosen[i] = AS_NO_INDEX;
        for (uint32_t c = 0; c < OWN && t->chosen[i] == AS_NO_INDEX; c++)
            if (as_disguise_same(&trial, i, t->n + i * OWN + c))
                t->chosen[i] = i * OWN + c;
        for (uint32_t c = t->own.list.n; c < rows - t->n && t->chosen[i] == AS_NO_INDEX; c++)
            if (as_disguise_same(&trial, i, t->n + c))
                t->chosen[i] = c;
    }
    as_buf_free(&text);
    as_disguise_trial_free(&trial);
    return status;
}

enum as_status as_disguise_texts(struct as_disguising *d, struct as_error *error)
{
    struct texts t = {.n = 0};
    struct as_buf text = {.p = NULL};
    enum as_status status = gather_texts(&t, d, error);
    if (status == AS_OK)
        status = choose_texts(&t, d, error);
    /* The new codes lie behind the old ones, so that the places of old codes stay true. */
    uint32_t *fresh = status == AS_OK ? as_arena_array(&d->arena, t.n + (size_t)1, sizeof *fresh) : NULL;
    for (uint32_t i = 0; status == AS_OK && i < t.n; i++) {
        struct as_str real = as_intern_text(d->column->dict, t.code[i]);
        uint32_t c = t.chosen[i];
        fresh[i] = AS_NO_INDEX;
        if (c == AS_NO_INDEX)
            continue;
        put_word(&text, c < t.own.list.n ? t.own.list.at[c] : t.general.list.at[c - t.own.list.n],
                 d->form == FORM_WORDS ? as_disguise_word(d, d->field->name, real, 2, true)
                                       : as_disguise_word(d, "mailbox", real, SYLLABLES, false));
        fresh[i] = as_intern_add(d->column->dict, (struct as_str){as_buf_c(&text), text.n});
        if (fresh[i] == AS_INTERN_NONE || d->failed)
            status = as_error_memory(error);
    }
    for (size_t row = 0; status == AS_OK && row < d->column->n; row++) {
        if (!as_bit(d->column->known, row))
            continue;
        uint32_t code = fresh[t.place[d->column->code[row]]];
        if (code == AS_NO_INDEX)
            as_disguise_give_up(d, row);
        else
            d->column->code[row] = code;
    }
    as_buf_free(&text);
    return status;
}
