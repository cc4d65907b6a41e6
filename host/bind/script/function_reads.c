/* Reads the source of rule functions for what they ask of the lead: `l.title`, `l.account.industry`,
 * `l:answer "need"`, `l:events("page_view", "7d"):count()`. It looks names up; what is wrong about them is
 * the checker's to say. */
#include "bind/script/function_reads.h"

#include "bind/language/token.h"
#include "bind/script/event_view.h"
#include "bind/script/script.h"

#include <string.h>

/* Names of views that one function holds at once. */
enum { MOST_VIEWS = 16 };

struct view_name {
    struct as_str name;
    enum as_level level;
};

struct reader {
    struct as_function_reads *out;
    const struct as_script *script;
    const struct as_function_use *use;
    const struct as_token *at; /* tokens of the file */
    uint32_t n;
    struct view_name views[MOST_VIEWS];
    uint32_t view_count;
    bool failed;
};

static const struct as_token *token(const struct reader *r, uint32_t i)
{
    return &r->at[i < r->n ? i : r->n - 1];
}

static bool is(const struct reader *r, uint32_t i, const char *text)
{
    return as_token_is(token(r, i), text);
}

static void add(struct reader *r, enum as_access_kind kind, enum as_level level, struct as_str name, int line,
                bool exists, const char *near)
{
    struct as_access access = {.kind = kind, .level = level, .exists = exists, .near = near};
    access.name = as_arena_copy(&r->out->arena, name.p, name.n);
    access.function = r->use->expr->function_name;
    access.position = (struct as_position){r->use->expr->position.file, line};
    if (access.name == NULL || !as_list_push(&r->out->arena, &r->out->list, access))
        r->failed = true;
}

/* The text that a call begins with: `name "text"` or `name("text"`; NULL when it is computed. *after gets the
 * place behind it. */
static const struct as_token *first_text(const struct reader *r, uint32_t i, uint32_t *after)
{
    bool bracket = is(r, i, "(");
    const struct as_token *text = token(r, i + bracket);
    *after = i + bracket + 1;
    if (text->kind != AS_TOKEN_TEXT)
        return NULL;
    if (bracket && !is(r, *after, ")") && !is(r, *after, ","))
        return NULL; /* joined with something else */
    return text;
}

/* The place behind the bracket that encloses place i. */
static uint32_t skip_call(const struct reader *r, uint32_t i)
{
    int depth = 1;
    for (; i < r->n && depth > 0; i++)
        depth += is(r, i, "(") - is(r, i, ")");
    return i;
}

static void read_answer(struct reader *r, uint32_t i)
{
    uint32_t after;
    const struct as_schema *schema = r->script->schema;
    const struct as_token *text = first_text(r, i, &after);
    if (text == NULL)
        return;
    struct as_str name = as_token_text(text);
    bool exists = as_schema_answer(schema, name) != AS_NO_INDEX;
    add(r, AS_ACCESS_ANSWER, AS_LEVEL_LEAD, name, text->line, exists,
        exists ? NULL : as_schema_suggest_answer(schema, name));
}

static void read_events(struct reader *r, uint32_t i)
{
    uint32_t after;
    const struct as_schema *schema = r->script->schema;
    const struct as_token *text = first_text(r, i, &after);
    if (text != NULL) {
        struct as_str name = as_token_text(text);
        bool exists = as_str_is(name, "any") || as_schema_kind(schema, name) != AS_NO_INDEX;
        add(r, AS_ACCESS_EVENT, AS_LEVEL_LEAD, name, text->line, exists,
            exists ? NULL : as_schema_suggest_kind(schema, name));
    }
    after = is(r, i, "(") ? skip_call(r, i + 1) : i + 1;
    const struct as_token *method = token(r, after + 1);
    const char *near = NULL;
    if (is(r, after, ":") && method->kind == AS_TOKEN_NAME && !as_event_view_has(method->text, &near))
        add(r, AS_ACCESS_METHOD, AS_LEVEL_LEAD, method->text, method->line, false, near);
}

/* Follows what comes behind a view at place i. True when the whole of it is a view again, which ends before
 * *end; *level gets whose. */
static bool follow(struct reader *r, uint32_t i, enum as_level *level, uint32_t *end)
{
    const struct as_schema *schema = r->script->schema;
    for (;; i += 2) {
        const struct as_token *name = token(r, i + 1);
        *end = i;
        if (is(r, i, ":") && name->kind == AS_TOKEN_NAME) {
            if (as_token_is(name, "answer"))
                read_answer(r, i + 2);
            else if (as_token_is(name, "events"))
                read_events(r, i + 2);
            else
                add(r, AS_ACCESS_METHOD, *level, name->text, name->line, false, NULL);
            return false;
        }
        bool member = is(r, i, ".") && !is(r, i + 1, ".") && name->kind == AS_TOKEN_NAME;
        bool index = is(r, i, "[") && name->kind == AS_TOKEN_TEXT && is(r, i + 2, "]");
        if (!member && !index)
            return !is(r, i, "[");
        struct as_str field = index ? as_token_text(name) : name->text;
        if (*level == AS_LEVEL_LEAD && as_str_is(field, "account")) {
            *level = AS_LEVEL_ACCOUNT;
        } else if (as_str_is(field, "events") || as_str_is(field, "answer")) {
            return false;
        } else {
            uint32_t found = as_schema_field(schema, *level, field);
            add(r, AS_ACCESS_FIELD, *level, field, name->line, found != AS_NO_INDEX,
                found != AS_NO_INDEX ? NULL : as_schema_suggest_field(schema, *level, field));
            if (found == AS_NO_INDEX || schema->fields.at[found]->type != AS_TYPE_REFERENCE)
                return false;
            *level = schema->fields.at[found]->target;
        }
        i += index;
    }
}

static struct view_name *view_of(struct reader *r, struct as_str name)
{
    for (uint32_t i = 0; i < r->view_count; i++)
        if (as_str_eq(r->views[i].name, name))
            return &r->views[i];
    return NULL;
}

/* `local a = l.account` gives the view another name; any other local, loop or parameter of a view's name
 * hides the view. */
static void hide(struct reader *r, struct as_str name)
{
    struct view_name *view = view_of(r, name);
    if (view != NULL)
        *view = r->views[--r->view_count];
}

static bool names_list(const struct reader *r, struct as_str text)
{
    const struct as_pack *pack = r->script->main.pack;
    for (uint32_t i = 0; i < pack->lists.n; i++)
        if (as_str_is(text, pack->lists.at[i].name))
            return true;
    return false;
}

/* Reads a view's name at place i with what follows. */
static void read_view(struct reader *r, uint32_t i)
{
    uint32_t end;
    enum as_level level = view_of(r, token(r, i)->text)->level;
    bool whole = follow(r, i + 1, &level, &end);
    if (!whole || i < 2 || !is(r, i - 1, "=") || token(r, i - 2)->kind != AS_TOKEN_NAME)
        return;
    struct as_str name = token(r, i - 2)->text;
    bool ends = token(r, end)->line > token(r, i)->line || is(r, end, ";") || is(r, end, "end");
    hide(r, name);
    if (ends && r->view_count < MOST_VIEWS)
        r->views[r->view_count++] = (struct view_name){name, level};
}

/* The body of the function whose bracket opens at place i. */
static void read_body(struct reader *r, uint32_t i)
{
    if (!is(r, i, "(") || token(r, i + 1)->kind != AS_TOKEN_NAME)
        return;
    r->views[0] = (struct view_name){token(r, i + 1)->text, r->use->expr->level};
    r->view_count = 1;
    int depth = 1;
    for (i = skip_call(r, i + 1); i < r->n && depth > 0; i++) {
        const struct as_token *here = token(r, i);
        if (here->kind == AS_TOKEN_TEXT && names_list(r, as_token_text(here)))
            add(r, AS_ACCESS_LIST, AS_LEVEL_LEAD, as_token_text(here), here->line, true, NULL);
        if (here->kind != AS_TOKEN_NAME)
            continue;
        bool member = is(r, i - 1, ".") || is(r, i - 1, ":");
        depth += is(r, i, "function") || is(r, i, "do") || is(r, i, "if") || is(r, i, "repeat");
        depth -= is(r, i, "end") || is(r, i, "until");
        if (is(r, i, "function"))
            for (uint32_t k = i + 1; k < r->n && !is(r, k, ")"); k++)
                hide(r, token(r, k)->text);
        else if (is(r, i, "for"))
            for (uint32_t k = i + 1; k < r->n && !is(r, k, "in") && !is(r, k, "="); k++)
                hide(r, token(r, k)->text);
        else if (is(r, i, "local") && is(r, i + 2, "=") && view_of(r, token(r, i + 3)->text) == NULL)
            hide(r, token(r, i + 1)->text);
        else if (!member && view_of(r, here->text) != NULL && is(r, i + 1, "="))
            continue; /* a key of a table, or a new value: decided where the value is read */
        else if (!member && view_of(r, here->text) != NULL)
            read_view(r, i);
    }
}

/* Every function that begins on the line: two on one line are read for both. */
static void read_use(struct reader *r)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (token(r, i)->line == r->use->expr->position.line && is(r, i, "function"))
            read_body(r, token(r, i + 1)->kind == AS_TOKEN_NAME ? i + 2 : i + 1);
}

enum as_status as_function_reads_find(struct as_function_reads *out, const struct as_script *script,
                                      struct as_error *error)
{
    const struct as_loading *loading = &script->main.loading;
    *out = (struct as_function_reads){.list = {0}};
    for (uint32_t i = 0; i < loading->functions.n; i++) {
        struct reader reader = {.out = out, .script = script, .use = &loading->functions.at[i]};
        const char *name = reader.use->expr->position.file;
        const struct as_source_file *file = name != NULL ? as_source_find(&script->source, name) : NULL;
        struct as_tokens tokens = {0};
        if (file == NULL)
            continue;
        if (!as_tokens_read(&tokens, &out->arena, file->bytes))
            return as_error_memory(error);
        reader.at = tokens.list.at;
        reader.n = tokens.list.n;
        read_use(&reader);
        if (reader.failed)
            return as_error_memory(error);
    }
    return AS_OK;
}

void as_function_reads_free(struct as_function_reads *reads)
{
    as_arena_free(&reads->arena);
    *reads = (struct as_function_reads){.list = {0}};
}
