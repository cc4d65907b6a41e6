/* Literals of scripts: copies, their names in messages, and the arguments that name something of the schema
 * (properties of events, roles of the buying group). */
#include "base/suggest.h"
#include "data/identity/fold.h"
#include "score/tree/expr_argument.h"
#include "score/tree/pack.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_key(const void *a, const void *b)
{
    const struct as_str *const *x = a, *const *y = b;
    return as_str_cmp(**x, **y);
}

static bool copy_text(struct as_str *out, struct as_arena *arena, struct as_str from)
{
    char *p = as_arena_copy(arena, from.p, from.n);
    *out = (struct as_str){p, from.n};
    return p != NULL;
}

bool as_literal_copy(struct as_literal *out, struct as_arena *arena, const struct as_literal *from)
{
    *out = *from;
    switch (from->kind) {
    case AS_LITERAL_TEXT:
        return copy_text(&out->text, arena, from->text);
    case AS_LITERAL_LIST:
    case AS_LITERAL_MAP:
        break;
    default:
        return true;
    }
    struct as_literal *items = as_arena_array(arena, from->n + 1u, sizeof *items);
    struct as_str *keys = as_arena_array(arena, from->n + 1u, sizeof *keys);
    const struct as_str **order = as_arena_array(arena, from->n + 1u, sizeof *order);
    if (items == NULL || keys == NULL || order == NULL)
        return false;
    for (uint32_t i = 0; i < from->n && from->kind == AS_LITERAL_MAP; i++)
        order[i] = &from->keys[i];
    if (from->kind == AS_LITERAL_MAP)
        qsort(order, from->n, sizeof *order, by_key);
    for (uint32_t i = 0; i < from->n; i++) {
        uint32_t source = from->kind == AS_LITERAL_MAP ? (uint32_t)(order[i] - from->keys) : i;
        if (!as_literal_copy(&items[i], arena, &from->items[source]))
            return false;
        if (from->kind == AS_LITERAL_MAP && !copy_text(&keys[i], arena, from->keys[source]))
            return false;
    }
    out->items = items;
    out->keys = from->kind == AS_LITERAL_MAP ? keys : NULL;
    return true;
}

static const char *literal_name(const struct as_literal *literal)
{
    switch (literal->kind) {
    case AS_LITERAL_NONE:
        return "nothing";
    case AS_LITERAL_BOOLEAN:
        return "true or false";
    case AS_LITERAL_INTEGER:
    case AS_LITERAL_NUMBER:
        return "a number";
    case AS_LITERAL_TEXT:
        return "a text";
    case AS_LITERAL_LIST:
        return "a list";
    case AS_LITERAL_MAP:
        return "a table with names";
    case AS_LITERAL_EXPR:
        return "a condition or fact";
    }
    return "something else";
}

enum as_status as_argument_wrong(const struct as_operator *op, const struct as_literal *got, const char *want,
                                 struct as_error *error)
{
    as_error_set(error, AS_ERR_RULE, "%s wants %s, not %s", op->name, want, literal_name(got));
    return as_error_advise(error, "for example %s", op->example);
}

bool as_literal_is_number(const struct as_literal *arg)
{
    return arg->kind == AS_LITERAL_INTEGER || (arg->kind == AS_LITERAL_NUMBER && isfinite(arg->number));
}

static enum as_status find_property(uint32_t *property, const struct as_rules *rules,
                                    const struct as_expr *events, struct as_str name, struct as_error *error)
{
    const struct as_schema *schema = rules->schema;
    if (events->kind_first == AS_NO_INDEX) {
        as_error_set(error, AS_ERR_RULE,
                     "\"any\" selects events of all kinds, which share no property \"%.*s\"", (int)name.n,
                     name.p);
        return as_error_advise(error, "name the kind: event.page_view:…");
    }
    *property = as_schema_property(schema, events->kind_first, name);
    if (*property != AS_NO_INDEX)
        return AS_OK;
    const char *names[64];
    struct as_buf list = {.max = AS_ERROR_ADVICE};
    size_t n = 0;
    for (uint32_t i = 0; i < schema->properties.n && n < sizeof names / sizeof *names; i++)
        if (schema->properties.at[i].kind == events->kind_first) {
            as_buf_printf(&list, "%s%s", n > 0 ? ", " : "", schema->properties.at[i].name);
            names[n++] = schema->properties.at[i].name;
        }
    const char *kind = schema->kinds.at[events->kind_first]->name;
    const char *near = as_suggest(name, names, n);
    as_error_set(error, AS_ERR_RULE, "event %s has no property \"%.*s\"%s", kind, (int)name.n, name.p,
                 as_meant(": ", near, "").text);
    if (n > 0)
        as_error_advise(error, "it has %s", as_buf_c(&list));
    else
        as_error_advise(error, "declare it in pack.lua: events = { %s = { properties = { … } } }", kind);
    as_buf_free(&list);
    return AS_ERR_RULE;
}

enum as_status as_argument_property(const struct as_rules *rules, const struct as_operator *op,
                                    const struct as_expr *receiver, const struct as_literal *arg,
                                    struct as_error *error)
{
    uint32_t property;
    if (arg->kind != AS_LITERAL_TEXT)
        return as_argument_wrong(op, arg, "the name of a property", error);
    enum as_status status = find_property(&property, rules, receiver, arg->text, error);
    if (status != AS_OK)
        return status;
    enum as_type type = rules->schema->properties.at[property].type;
    if (type == AS_TYPE_INTEGER || type == AS_TYPE_NUMBER || type == AS_TYPE_MONEY)
        return AS_OK;
    as_error_set(error, AS_ERR_RULE, "property \"%.*s\" is a %s and cannot be summed", (int)arg->text.n,
                 arg->text.p, as_type_name(type));
    return as_error_advise(error, "count events with it instead: where { %.*s = … }:count()",
                           (int)arg->text.n, arg->text.p);
}

/* Whether a literal can be a value of a property: one text, number or boolean, or a list of texts. */
static bool fits_type(const struct as_literal *value, enum as_type type)
{
    switch (type) {
    case AS_TYPE_BOOLEAN:
        return value->kind == AS_LITERAL_BOOLEAN;
    case AS_TYPE_INTEGER:
    case AS_TYPE_NUMBER:
    case AS_TYPE_MONEY:
        return as_literal_is_number(value);
    case AS_TYPE_DATE:
    case AS_TYPE_REFERENCE:
        return false;
    default:
        break;
    }
    if (value->kind != AS_LITERAL_LIST)
        return value->kind == AS_LITERAL_TEXT;
    for (uint32_t i = 0; i < value->n; i++)
        if (value->items[i].kind != AS_LITERAL_TEXT)
            return false;
    return value->n > 0;
}

enum as_status as_argument_properties(const struct as_rules *rules, const struct as_operator *op,
                                      const struct as_expr *receiver, const struct as_literal *arg,
                                      struct as_error *error)
{
    if (arg->kind != AS_LITERAL_MAP || arg->n == 0)
        return as_argument_wrong(op, arg, "properties and their values in { }", error);
    for (uint32_t i = 0; i < arg->n; i++) {
        uint32_t property;
        enum as_status status = find_property(&property, rules, receiver, arg->keys[i], error);
        if (status != AS_OK)
            return status;
        enum as_type type = rules->schema->properties.at[property].type;
        if (!fits_type(&arg->items[i], type)) {
            as_error_set(error, AS_ERR_RULE, "property \"%.*s\" is a %s and cannot be %s",
                         (int)arg->keys[i].n, arg->keys[i].p, as_type_name(type),
                         literal_name(&arg->items[i]));
            return as_error_advise(error, "for example %s", op->example);
        }
    }
    return AS_OK;
}

enum as_status as_argument_roles(const struct as_rules *rules, const struct as_operator *op,
                                 const struct as_literal *arg, struct as_error *error)
{
    if (arg->kind != AS_LITERAL_LIST || arg->n == 0)
        return as_argument_wrong(op, arg, "a list of roles in { }", error);
    uint32_t field = as_schema_field(rules->schema, AS_LEVEL_LEAD, AS_STR("group_role"));
    const struct as_field *role = field == AS_NO_INDEX ? NULL : rules->schema->fields.at[field];
    for (uint32_t i = 0; i < arg->n; i++) {
        if (arg->items[i].kind != AS_LITERAL_TEXT)
            return as_argument_wrong(op, &arg->items[i], "roles as texts", error);
        struct as_str name = arg->items[i].text;
        bool found = role == NULL || role->choice_count == 0;
        for (uint32_t c = 0; !found && c < role->choice_count; c++)
            found = as_str_is(name, role->choices[c]);
        if (found)
            continue;
        const char *near = as_suggest(name, role->choices, role->choice_count);
        as_error_set(error, AS_ERR_RULE, "there is no group role \"%.*s\"%s", (int)name.n, name.p,
                     as_meant(": ", near, "").text);
        return as_error_advise(error, "declare the roles in pack.lua as the values of lead field group_role");
    }
    return AS_OK;
}

enum as_status as_literal_has_text(bool *out, const struct as_literal *texts, struct as_str text,
                                   struct as_error *error)
{
    struct as_buf have = {.max = 4 * AS_MAX_TEXT}, want = {.max = 4 * AS_MAX_TEXT};
    enum as_status status = as_fold(&have, text, error);
    uint32_t n = texts->kind == AS_LITERAL_LIST ? texts->n : 1;
    *out = false;
    for (uint32_t i = 0; i < n && status == AS_OK && !*out; i++) {
        as_buf_reset(&want);
        status = as_fold(&want, texts->kind == AS_LITERAL_LIST ? texts->items[i].text : texts->text, error);
        *out = have.n == want.n && memcmp(as_buf_c(&have), as_buf_c(&want), have.n) == 0;
    }
    as_buf_free(&have);
    as_buf_free(&want);
    return status;
}
