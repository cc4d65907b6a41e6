/* The schema: gives every field, answer, event kind and property its index and sees to it that two packs
 * mean the same thing by the same name. What exists from the start is in standard.c; reading and checking
 * of values is left to column.c and value.c. */
#include "data/facts/schema.h"

#include "base/intern.h"
#include "base/limits.h"
#include "data/facts/standard.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const type_names[AS_TYPE_COUNT] = {"boolean", "integer", "number",  "money", "date",
                                                      "text",    "choice",  "choices", "user",  "reference"};

const char *as_type_name(enum as_type type)
{
    return type_names[type];
}

bool as_type_parse(enum as_type *type, struct as_str name)
{
    for (int i = 0; i < AS_TYPE_COUNT; i++)
        if (as_str_is(name, type_names[i])) {
            *type = (enum as_type)i;
            return true;
        }
    return false;
}

const char *as_level_name(enum as_level level)
{
    return level == AS_LEVEL_LEAD ? "lead" : "account";
}

const char *as_actor_name(enum as_actor by)
{
    static const char *const names[] = {"buyer", "seller", "system"};
    return names[by];
}

static const char *article(const char *noun)
{
    return strchr("aeiou", noun[0]) != NULL ? "an" : "a";
}

static char *copy_text(struct as_schema *schema, const char *text)
{
    return as_arena_copy(&schema->arena, text, strlen(text));
}

/* "acme/pack.lua:12", or that it is built in. */
static void describe_position(struct as_buf *out, struct as_position position)
{
    if (position.file == NULL)
        as_buf_text(out, "as a standard one");
    else
        as_buf_printf(out, "at %s:%d", position.file, position.line);
}

static enum as_status copy_position(struct as_position *out, struct as_schema *schema,
                                    struct as_position from, struct as_error *error)
{
    *out = from;
    if (from.file != NULL && (out->file = copy_text(schema, from.file)) == NULL)
        return as_error_memory(error);
    return AS_OK;
}

/* Names become Lua keys and columns of the database. */
static enum as_status check_name(const char *what, const char *name, struct as_position position,
                                 struct as_error *error)
{
    size_t n = strlen(name);
    bool good = n > 0 && n <= AS_MAX_NAME && !(name[0] >= '0' && name[0] <= '9');
    for (size_t i = 0; i < n && good; i++) {
        char c = name[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }
    if (good)
        return AS_OK;
    as_error_set(error, AS_ERR_RULE, "\"%.*s\" cannot be the name of %s %s", AS_MAX_NAME, name, article(what),
                 what);
    as_error_advise(error, "use letters, digits and \"_\", beginning with a letter, at most %d in all",
                    AS_MAX_NAME);
    return as_error_at(error, position.file, position.line);
}

static enum as_status conflict(struct as_error *error, struct as_position here, struct as_position there,
                               const char *what)
{
    struct as_buf text = {.max = AS_ERROR_WHAT};
    as_buf_text(&text, what);
    as_buf_text(&text, " ");
    describe_position(&text, there);
    as_error_set(error, AS_ERR_CONFLICT, "%s", as_buf_c(&text));
    as_error_advise(error, "a fact is one column for all packs: use the same declaration or another name");
    as_buf_free(&text);
    return as_error_at(error, here.file, here.line);
}

static bool same_choices(const struct as_field *a, const struct as_field *b)
{
    if (a->choice_count != b->choice_count)
        return false;
    for (uint32_t i = 0; i < a->choice_count; i++)
        if (strcmp(a->choices[i], b->choices[i]) != 0)
            return false;
    return true;
}

static enum as_status copy_choices(struct as_field *to, struct as_schema *schema, const struct as_field *from,
                                   struct as_error *error)
{
    to->choices = NULL;
    to->choice_count = from->choice_count;
    if (from->choice_count == 0)
        return AS_OK;
    const char **copy = as_arena_array(&schema->arena, from->choice_count, sizeof *copy);
    if (copy == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < from->choice_count; i++)
        if ((copy[i] = copy_text(schema, from->choices[i])) == NULL)
            return as_error_memory(error);
    to->choices = copy;
    return AS_OK;
}

static enum as_status check_choices(const struct as_field *field, struct as_error *error)
{
    for (uint32_t i = 0; i < field->choice_count; i++) {
        if (field->choices[i][0] == '\0' || strlen(field->choices[i]) > AS_MAX_NAME) {
            as_error_set(error, AS_ERR_RULE, "value %u of \"%s\" is empty or longer than %d bytes", i + 1,
                         field->name, AS_MAX_NAME);
            return as_error_at(error, field->position.file, field->position.line);
        }
        for (uint32_t j = 0; j < i; j++)
            if (strcmp(field->choices[i], field->choices[j]) == 0) {
                as_error_set(error, AS_ERR_RULE, "\"%s\" lists the value \"%s\" twice", field->name,
                             field->choices[i]);
                return as_error_at(error, field->position.file, field->position.line);
            }
    }
    return AS_OK;
}

/* A choice without choices takes the standard list of its name. */
static void add_standard_choices(struct as_field *field)
{
    if ((field->type != AS_TYPE_CHOICE && field->type != AS_TYPE_CHOICES) || field->choice_count > 0)
        return;
    uint32_t n;
    const struct as_standard_choices *lists = as_standard_choice_lists(&n);
    for (uint32_t i = 0; i < n; i++)
        if (strcmp(lists[i].name, field->name) == 0) {
            field->choices = lists[i].choices;
            field->choice_count = lists[i].n;
        }
}

static const char *say_kind_of(const struct as_field *field)
{
    return field->ask != NULL ? "answer" : "field";
}

/* Confirms a field that is there. A pack may replace what is only standard (its list of choices, its text,
 * and one choice by several: a person may play several parts); two packs must agree. */
static enum as_status confirm_field(struct as_field *have, struct as_schema *schema,
                                    const struct as_field *want, struct as_error *error)
{
    char what[AS_ERROR_WHAT];
    const char *noun = say_kind_of(have);
    enum as_status status;
    if (have->position.file == NULL && have->type == AS_TYPE_CHOICE && want->type == AS_TYPE_CHOICES)
        have->type = want->type;
    if (have->type != want->type || have->level != want->level ||
        (have->type == AS_TYPE_REFERENCE && have->target != want->target)) {
        snprintf(what, sizeof what, "%s \"%s\" is declared here as %s of %s %s, and as %s of %s %s", noun,
                 want->name, as_type_name(want->type), article(as_level_name(want->level)),
                 as_level_name(want->level), as_type_name(have->type), article(as_level_name(have->level)),
                 as_level_name(have->level));
        return conflict(error, want->position, have->position, what);
    }
    if (want->choice_count > 0 && !same_choices(have, want)) {
        if (have->choice_count > 0 && have->position.file != NULL) {
            snprintf(what, sizeof what, "%s \"%s\" lists other values here than", noun, want->name);
            return conflict(error, want->position, have->position, what);
        }
        if ((status = copy_choices(have, schema, want, error)) != AS_OK)
            return status;
    }
    if (have->position.file == NULL && want->position.file != NULL) {
        if (want->text != NULL && (have->text = copy_text(schema, want->text)) == NULL)
            return as_error_memory(error);
        if ((status = copy_position(&have->position, schema, want->position, error)) != AS_OK)
            return status;
    }
    have->bant |= want->bant;
    return AS_OK;
}

static uint32_t find_field(const struct as_schema *schema, bool answer, bool any_level, enum as_level level,
                           struct as_str name)
{
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if ((field->ask != NULL) == answer && (any_level || field->level == level) &&
            as_str_is(name, field->name))
            return i;
    }
    return AS_NO_INDEX;
}

enum as_status as_schema_add_field(uint32_t *index, struct as_schema *schema, const struct as_field *field,
                                   struct as_error *error)
{
    *index = AS_NO_INDEX;
    schema->version++;
    bool answer = field->ask != NULL;
    enum as_status status = check_name(say_kind_of(field), field->name, field->position, error);
    if (status != AS_OK || (status = check_choices(field, error)) != AS_OK)
        return status;
    uint32_t found = find_field(schema, answer, answer, field->level, as_str_of(field->name));
    if (found != AS_NO_INDEX) {
        *index = found;
        return confirm_field(schema->fields.at[found], schema, field, error);
    }
    if (schema->fields.n >= AS_MAX_FIELDS) {
        as_error_set(error, AS_ERR_LIMIT, "more than %d fields and answers are declared", AS_MAX_FIELDS);
        return as_error_at(error, field->position.file, field->position.line);
    }
    struct as_field *copy = as_arena_alloc(&schema->arena, sizeof *copy);
    if (copy == NULL)
        return as_error_memory(error);
    struct as_field with_choices = *field;
    add_standard_choices(&with_choices);
    *copy = with_choices;
    copy->bant |= as_standard_is_bant(as_str_of(field->name));
    if ((copy->name = copy_text(schema, field->name)) == NULL ||
        (field->ask != NULL && (copy->ask = copy_text(schema, field->ask)) == NULL) ||
        (field->text != NULL && (copy->text = copy_text(schema, field->text)) == NULL))
        return as_error_memory(error);
    if ((status = copy_choices(copy, schema, &with_choices, error)) != AS_OK ||
        (status = copy_position(&copy->position, schema, field->position, error)) != AS_OK)
        return status;
    if (!as_list_push(&schema->arena, &schema->fields, copy))
        return as_error_memory(error);
    *index = schema->fields.n - 1;
    return AS_OK;
}

static enum as_status confirm_kind(struct as_event_kind *have, struct as_schema *schema,
                                   const struct as_event_kind *want, struct as_error *error)
{
    char what[AS_ERROR_WHAT];
    if (have->by != want->by || (want->act != AS_ACT_NONE && have->act != want->act)) {
        snprintf(what, sizeof what, "event \"%s\" is declared here as an act of the %s, and as one of the %s",
                 want->name, as_actor_name(want->by), as_actor_name(have->by));
        return conflict(error, want->position, have->position, what);
    }
    if (want->intent != NULL && (have->intent == NULL || strcmp(have->intent, want->intent) != 0)) {
        if (have->intent != NULL && have->position.file != NULL) {
            snprintf(what, sizeof what,
                     "event \"%s\" is declared here with intent \"%s\", and with intent \"%s\"", want->name,
                     want->intent, have->intent);
            return conflict(error, want->position, have->position, what);
        }
        if ((have->intent = copy_text(schema, want->intent)) == NULL)
            return as_error_memory(error);
    }
    if (have->position.file == NULL && want->position.file != NULL)
        return copy_position(&have->position, schema, want->position, error);
    return AS_OK;
}

enum as_status as_schema_add_kind(uint32_t *index, struct as_schema *schema, const struct as_event_kind *kind,
                                  struct as_error *error)
{
    *index = AS_NO_INDEX;
    schema->version++;
    enum as_status status = check_name("event", kind->name, kind->position, error);
    if (status != AS_OK)
        return status;
    if (strcmp(kind->name, "any") == 0) {
        as_error_set(error, AS_ERR_RULE,
                     "an event cannot be called \"any\": that word selects every buyer event");
        return as_error_at(error, kind->position.file, kind->position.line);
    }
    uint32_t found = as_schema_kind(schema, as_str_of(kind->name));
    if (found != AS_NO_INDEX) {
        *index = found;
        return confirm_kind(schema->kinds.at[found], schema, kind, error);
    }
    if (schema->kinds.n >= AS_MAX_EVENT_KINDS) {
        as_error_set(error, AS_ERR_LIMIT, "more than %d kinds of events are declared", AS_MAX_EVENT_KINDS);
        return as_error_at(error, kind->position.file, kind->position.line);
    }
    struct as_event_kind *copy = as_arena_alloc(&schema->arena, sizeof *copy);
    if (copy == NULL)
        return as_error_memory(error);
    *copy = *kind;
    if ((copy->name = copy_text(schema, kind->name)) == NULL ||
        (kind->intent != NULL && (copy->intent = copy_text(schema, kind->intent)) == NULL) ||
        (kind->text != NULL && (copy->text = copy_text(schema, kind->text)) == NULL))
        return as_error_memory(error);
    if ((status = copy_position(&copy->position, schema, kind->position, error)) != AS_OK)
        return status;
    if (!as_list_push(&schema->arena, &schema->kinds, copy))
        return as_error_memory(error);
    *index = schema->kinds.n - 1;
    return AS_OK;
}

enum as_status as_schema_add_property(uint32_t *index, struct as_schema *schema, uint32_t kind,
                                      const char *name, enum as_type type, struct as_error *error)
{
    *index = AS_NO_INDEX;
    schema->version++;
    struct as_position nowhere = {NULL, 0};
    enum as_status status = check_name("property", name, nowhere, error);
    if (status != AS_OK)
        return status;
    uint32_t found = as_schema_property(schema, kind, as_str_of(name));
    if (found != AS_NO_INDEX) {
        *index = found;
        enum as_type have = schema->properties.at[found].type;
        if (have == type)
            return AS_OK;
        as_error_set(error, AS_ERR_CONFLICT, "property \"%s\" of event \"%s\" is declared as %s and as %s",
                     name, schema->kinds.at[kind]->name, as_type_name(type), as_type_name(have));
        return as_error_advise(error,
                               "a property is one column for all packs: use the same type or another name");
    }
    if (schema->properties.n >= AS_MAX_FIELDS)
        return as_error_set(error, AS_ERR_LIMIT, "more than %d properties of events are declared",
                            AS_MAX_FIELDS);
    struct as_property property = {.name = copy_text(schema, name), .type = type, .kind = kind};
    if (property.name == NULL || !as_list_push(&schema->arena, &schema->properties, property))
        return as_error_memory(error);
    *index = schema->properties.n - 1;
    return AS_OK;
}

void as_schema_require(struct as_schema *schema, uint32_t property)
{
    struct as_property *required = &schema->properties.at[property];
    if (required->required)
        return;
    schema->version++;
    required->required = true;
    schema->kinds.at[required->kind]->demands = true;
}

enum as_status as_schema_add_feed(struct as_schema *schema, const char *name, const uint32_t *kinds,
                                  uint32_t n, int64_t fresh, struct as_position position,
                                  struct as_error *error)
{
    schema->version++;
    enum as_status status = check_name("feed", name, position, error);
    if (status != AS_OK)
        return status;
    struct as_feed *feed = NULL;
    for (uint32_t i = 0; i < schema->feeds.n; i++)
        if (strcmp(schema->feeds.at[i]->name, name) == 0)
            feed = schema->feeds.at[i];
    if (feed == NULL) {
        feed = as_arena_alloc(&schema->arena, sizeof *feed);
        if (feed == NULL || (feed->name = copy_text(schema, name)) == NULL ||
            !as_list_push(&schema->arena, &schema->feeds, feed))
            return as_error_memory(error);
        feed->fresh = fresh;
        if ((status = copy_position(&feed->position, schema, position, error)) != AS_OK)
            return status;
    } else if (feed->fresh != fresh) {
        char what[AS_ERROR_WHAT];
        snprintf(what, sizeof what, "feed \"%s\" is declared here with another freshness than", name);
        return conflict(error, position, feed->position, what);
    }
    for (uint32_t i = 0; i < n; i++) {
        bool known = false;
        for (uint32_t j = 0; j < feed->kinds.n; j++)
            known |= feed->kinds.at[j] == kinds[i];
        if (!known && !as_list_push(&schema->arena, &feed->kinds, kinds[i]))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status add_standard(struct as_schema *schema, struct as_error *error)
{
    uint32_t n, index, property;
    enum as_status status;
    const struct as_field *fields = as_standard_fields(&n);
    for (uint32_t i = 0; i < n; i++)
        if ((status = as_schema_add_field(&index, schema, &fields[i], error)) != AS_OK)
            return status;
    const struct as_standard_kind *kinds = as_standard_kinds(&n);
    for (uint32_t i = 0; i < n; i++) {
        if ((status = as_schema_add_kind(&index, schema, &kinds[i].kind, error)) != AS_OK)
            return status;
        for (uint32_t j = 0; j < AS_STANDARD_PROPERTIES && kinds[i].properties[j].name != NULL; j++) {
            if ((status = as_schema_add_property(&property, schema, index, kinds[i].properties[j].name,
                                                 kinds[i].properties[j].type, error)) != AS_OK)
                return status;
            if (kinds[i].properties[j].required)
                as_schema_require(schema, property);
        }
    }
    return AS_OK;
}

enum as_status as_schema_new(struct as_schema **out, struct as_error *error)
{
    *out = NULL;
    struct as_schema *schema = calloc(1, sizeof *schema);
    if (schema == NULL)
        return as_error_memory(error);
    as_arena_init(&schema->arena);
    schema->version = as_hash_seed();
    enum as_status status = add_standard(schema, error);
    if (status != AS_OK) {
        as_schema_free(schema);
        return status;
    }
    *out = schema;
    return AS_OK;
}

void as_schema_free(struct as_schema *schema)
{
    if (schema == NULL)
        return;
    as_arena_free(&schema->arena);
    free(schema);
}

uint32_t as_schema_field(const struct as_schema *schema, enum as_level level, struct as_str name)
{
    return find_field(schema, false, false, level, name);
}

uint32_t as_schema_answer(const struct as_schema *schema, struct as_str name)
{
    return find_field(schema, true, true, AS_LEVEL_LEAD, name);
}

uint32_t as_schema_kind(const struct as_schema *schema, struct as_str name)
{
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        if (as_str_is(name, schema->kinds.at[i]->name))
            return i;
    return AS_NO_INDEX;
}

uint32_t as_schema_property(const struct as_schema *schema, uint32_t kind, struct as_str name)
{
    for (uint32_t i = 0; i < schema->properties.n; i++)
        if (schema->properties.at[i].kind == kind && as_str_is(name, schema->properties.at[i].name))
            return i;
    return AS_NO_INDEX;
}

static const char *suggest_field(const struct as_schema *schema, bool answer, enum as_level level,
                                 struct as_str name)
{
    const char *names[AS_MAX_FIELDS];
    size_t n = 0;
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if ((field->ask != NULL) == answer && (answer || field->level == level))
            names[n++] = field->name;
    }
    return as_suggest(name, names, n);
}

const char *as_schema_suggest_field(const struct as_schema *schema, enum as_level level, struct as_str name)
{
    return suggest_field(schema, false, level, name);
}

const char *as_schema_suggest_answer(const struct as_schema *schema, struct as_str name)
{
    return suggest_field(schema, true, AS_LEVEL_LEAD, name);
}

const char *as_schema_suggest_kind(const struct as_schema *schema, struct as_str name)
{
    const char *names[AS_MAX_EVENT_KINDS];
    for (uint32_t i = 0; i < schema->kinds.n; i++)
        names[i] = schema->kinds.at[i]->name;
    return as_suggest(name, names, schema->kinds.n);
}
