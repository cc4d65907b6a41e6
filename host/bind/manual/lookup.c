/* The reference is one page of a regular shape: an entry is a heading with a name in back quotes and what
 * follows it, or a row of a table whose first cell is one. Looking a word up is reading that page, so that no
 * second list says what there is. */
#include "bind/manual/lookup.h"

#include "bind/manual/reference.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* --- names --- */

/* "m:score(name, options?)" → "m:score"; `require "assay.pack"` → "assay.pack" */
static struct as_str name_of(struct as_str quoted)
{
    static const char required[] = "require \"";
    if (as_str_starts(quoted, as_str_of(required))) {
        quoted.p += sizeof required - 1;
        quoted.n -= sizeof required - 1;
    }
    size_t n = 0;
    while (n < quoted.n && strchr("( {\"", quoted.p[n]) == NULL)
        n++;
    return (struct as_str){quoted.p, n};
}

/* Where the last name begins: behind the last "." or ":". */
static size_t last_of(struct as_str name)
{
    size_t n = name.n;
    while (n > 0 && name.p[n - 1] != '.' && name.p[n - 1] != ':')
        n--;
    return n;
}

static bool ends_with(struct as_str text, struct as_str end)
{
    return text.n >= end.n && as_str_cmp((struct as_str){text.p + text.n - end.n, end.n}, end) == 0;
}

/* Whether what stands before the last name says which of several is meant: a fact's, or a module's. What a
 * rule file calls a library or a model is its own matter. */
static bool tells(struct as_str before, struct as_str of)
{
    static const char *const facts[] = {"lead.", "account.", "event.", "answer.", "assay."};
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++)
        if (as_str_starts(before, as_str_of(facts[i])) || as_str_starts(of, as_str_of(facts[i])))
            return before.n > 0;
    return false;
}

static bool means(struct as_str word, struct as_str name)
{
    size_t w = last_of(word), n = last_of(name);
    struct as_str before = {word.p, w}, of = {name.p, n};
    if (as_str_cmp((struct as_str){word.p + w, word.n - w}, (struct as_str){name.p + n, name.n - n}) != 0)
        return false;
    return w == 0 || ends_with(of, before) || !tells(before, of);
}

/* --- the page --- */

struct reading {
    struct as_lookup *out;
    struct as_buf *text;
    struct as_arena *arena;
    struct as_str word, entered; /* entered: the name of the last heading that has one */
    struct as_str section, head, rule,
        previous;                /* lines of the page: above this one, and the table's first two */
    int entry;                   /* depth of the heading whose entry is taken, 0 none */
    int listing;                 /* of that whose inner entries are named, 0 none */
    bool exact;                  /* the name is to be the word with all that stands before it */
    bool titled, fenced, failed; /* titled: the table's head has been put */
};

/* The first name in back quotes. */
static bool quoted_in(struct as_str *out, struct as_str line)
{
    const char *from = memchr(line.p, '`', line.n);
    const char *to = from == NULL ? NULL : memchr(from + 1, '`', (size_t)(line.p + line.n - from) - 1);
    if (to != NULL)
        *out = name_of((struct as_str){from + 1, (size_t)(to - from) - 1});
    return to != NULL;
}

static void put_line(struct reading *r, struct as_str line)
{
    as_buf_str(r->text, line);
    as_buf_char(r->text, '\n');
}

/* Whether a word of the line begins with the one that is looked up. */
static bool speaks_of(struct as_str line, struct as_str word)
{
    for (size_t i = 0; word.n > 0 && i + word.n <= line.n; i++)
        if (strncasecmp(line.p + i, word.p, word.n) == 0 &&
            (i == 0 || !isalnum((unsigned char)line.p[i - 1])))
            return true;
    return false;
}

static void take_mention(struct reading *r, struct as_str name, struct as_str line)
{
    if (name.n == 0 || !speaks_of(line, r->word) ||
        (r->out->mentions.n > 0 && as_str_is(name, r->out->mentions.at[r->out->mentions.n - 1])))
        return;
    const char *copy = as_arena_copy(r->arena, name.p, name.n);
    r->failed |= copy == NULL || !as_list_push(r->arena, &r->out->mentions, copy);
}

static bool take_name(struct reading *r, struct as_str name)
{
    size_t last = last_of(name);
    const char *full = as_arena_copy(r->arena, name.p, name.n),
               *own = as_arena_copy(r->arena, name.p + last, name.n - last);
    r->failed |= full == NULL || own == NULL || !as_list_push(r->arena, &r->out->names, full) ||
                 !as_list_push(r->arena, &r->out->names, own);
    return r->exact ? as_str_cmp(r->word, name) == 0 : means(r->word, name);
}

static void cut_lines(struct as_buf *text)
{
    while (text->n > 0 && text->p[text->n - 1] == '\n')
        text->p[--text->n] = '\0';
}

static void begin_entry(struct reading *r)
{
    cut_lines(r->text);
    as_buf_text(r->text, r->out->found ? "\n\n" : "");
    r->out->found = true;
}

static void take_heading(struct reading *r, struct as_str line)
{
    int depth = 0;
    struct as_str name;
    while ((size_t)depth < line.n && line.p[depth] == '#')
        depth++;
    bool named = quoted_in(&name, line);
    if (depth <= 3)
        r->section = line;
    r->entry = 0;
    if (named)
        r->entered = name;
    else if (depth < 4)
        r->entered = (struct as_str){NULL, 0};
    if (named && take_name(r, name)) {
        begin_entry(r);
        put_line(r, line);
        r->entry = r->listing = depth;
    } else if (r->listing != 0 && depth > r->listing) {
        as_buf_printf(r->text, "- %.*s\n", (int)line.n - depth - 1, line.p + depth + 1);
    } else {
        r->listing = 0;
    }
}

/* "lead" has `lead.title`, "string" `string.format`. */
static bool has(struct as_str word, struct as_str name)
{
    return word.n > 0 && name.n > word.n && name.p[word.n] == '.' && as_str_starts(name, word);
}

/* A row of a table, below the table's head. What stands in an entry that is taken is told with it. */
static void take_row(struct reading *r, struct as_str line)
{
    struct as_str name;
    if (!quoted_in(&name, line))
        return;
    take_mention(r, r->entered.n > 0 ? r->entered : name, line);
    if ((!take_name(r, name) && !has(r->word, name)) || r->entry != 0)
        return;
    if (!r->titled) {
        begin_entry(r);
        put_line(r, r->section);
        as_buf_char(r->text, '\n');
        put_line(r, r->head);
        put_line(r, r->rule);
    }
    put_line(r, line);
    r->titled = true;
}

static void read_page(struct reading *r, struct as_str page)
{
    while (page.n > 0) {
        struct as_str line = as_str_cut(&page, '\n');
        bool row = !r->fenced && as_str_starts(line, AS_STR("| "));
        if (!r->fenced && as_str_starts(line, AS_STR("#")))
            take_heading(r, line);
        else if (r->entry != 0)
            put_line(r, line);
        if (!row)
            take_mention(r, r->entered, line);
        if (row && as_str_starts(line, AS_STR("| ---"))) {
            r->head = r->previous;
            r->rule = line;
            r->titled = false;
        } else if (row) {
            take_row(r, line);
        }
        r->fenced ^= as_str_starts(line, AS_STR("```"));
        r->previous = line;
    }
}

enum as_status as_reference_lookup(struct as_lookup *out, struct as_buf *text, struct as_arena *arena,
                                   const char *word, struct as_error *error)
{
    struct as_buf page = {.p = NULL};
    struct as_str name = name_of(as_str_trim(as_str_of(word)));
    enum as_status status = as_reference_write(&page, error);
    bool failed = false;
    *out = (struct as_lookup){.found = false};
    /* First as it is written, then whatever stands before the last name. */
    for (int exact = 1; exact >= 0 && status == AS_OK && !out->found; exact--) {
        struct reading r = {.out = out, .text = text, .arena = arena, .word = name, .exact = exact != 0};
        *out = (struct as_lookup){.found = false};
        if (exact == 0 || last_of(name) > 0)
            read_page(&r, (struct as_str){as_buf_c(&page), page.n});
        failed |= r.failed;
    }
    cut_lines(text);
    if (out->found)
        as_buf_char(text, '\n');
    as_buf_free(&page);
    return status == AS_OK && (failed || text->failed) ? as_error_memory(error) : status;
}
