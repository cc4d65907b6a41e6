/* Mappings from JSON. Unknown keys are errors with a suggestion: a misspelt option that is silently ignored
 * costs an import. Whether the columns exist is seen when the mapping meets a file, in binding.c. */
#include "base/suggest.h"
#include "data/facts/value.h"
#include "data/mapping/mapping_tree.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Where we are, for messages: "columns.Lead Source". */
struct place {
    struct as_mapping *mapping;
    struct as_error *error;
    const struct place *outer;
    const char *key;
};

static void say_place(struct as_buf *out, const struct place *at)
{
    if (at->outer != NULL && at->outer->key != NULL) {
        say_place(out, at->outer);
        as_buf_char(out, '.');
    }
    if (at->key != NULL)
        as_buf_printf(out, "%.100s", at->key);
}

static enum as_status fault(const struct place *at, const char *what)
{
    struct as_buf path = {.max = 512};
    say_place(&path, at);
    as_error_set(at->error, AS_ERR_DATA, "%s%s%s", as_buf_c(&path), path.n > 0 ? ": " : "", what);
    as_buf_free(&path);
    return as_error_at(at->error, at->mapping->name, 0);
}

static struct place inside(const struct place *outer, const char *key)
{
    return (struct place){outer->mapping, outer->error, outer, key};
}

static const char *keep(const struct place *at, const char *text)
{
    return as_arena_copy(&at->mapping->arena, text, strlen(text));
}

static enum as_status take_text(const char **out, const struct place *at, const json_t *value)
{
    if (!json_is_string(value))
        return fault(at, "must be a text");
    *out = keep(at, json_string_value(value));
    return *out != NULL ? AS_OK : as_error_memory(at->error);
}

static enum as_status take_char(char *out, const struct place *at, const json_t *value)
{
    const char *text = json_string_value(value);
    if (text != NULL && strcmp(text, "tab") == 0)
        text = "\t";
    if (text == NULL || strlen(text) != 1)
        return fault(at, "must be one character");
    *out = text[0];
    return AS_OK;
}

static enum as_status take_either(bool *is_first, const struct place *at, const json_t *value,
                                  const char *first, const char *second)
{
    const char *text = json_string_value(value);
    char what[64];
    *is_first = text != NULL && strcmp(text, first) == 0;
    if (*is_first || (text != NULL && strcmp(text, second) == 0))
        return AS_OK;
    snprintf(what, sizeof what, "must be \"%s\" or \"%s\"", first, second);
    return fault(at, what);
}

static enum as_status take_flag(bool *out, const struct place *at, const json_t *value)
{
    if (!json_is_boolean(value))
        return fault(at, "must be true or false");
    *out = json_is_true(value);
    return AS_OK;
}

/* Plain values as texts: numbers and truth values stand in filters as they stand in cells. */
static const char *plain_text(const struct place *at, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        return keep(at, json_string_value(value));
    case JSON_INTEGER:
        return as_arena_printf(&at->mapping->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    case JSON_TRUE:
        return "true";
    case JSON_FALSE:
        return "false";
    default:
        return NULL;
    }
}

/* A text or a list of texts. */
static enum as_status take_texts(struct as_texts_kept *out, const struct place *at, const json_t *value)
{
    size_t n = json_is_array(value) ? json_array_size(value) : 1;
    *out = (struct as_texts_kept){0}; /* what a column says replaces what the file says */
    for (size_t i = 0; i < n; i++) {
        const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;
        const char *text = plain_text(at, item);
        if (text == NULL)
            return fault(at, "must be a text or a list of texts");
        if (!as_list_push(&at->mapping->arena, out, text))
            return as_error_memory(at->error);
    }
    return AS_OK;
}

static enum as_status take_dates(struct as_value_form *form, const struct place *at, const json_t *value)
{
    enum as_status status = take_texts(&form->dates, at, value);
    for (uint32_t i = 0; status == AS_OK && i < form->dates.n; i++) {
        struct place here = inside(at, form->dates.at[i]);
        if (!as_is_date_form(here.key) && (status = fault(&here, "is no form of dates")) != AS_OK)
            as_error_advise(at->error, "%s", as_date_form_parts);
    }
    return status;
}

static enum as_status take_values(struct as_value_form *form, const struct place *at, const json_t *value)
{
    if (!json_is_object(value))
        return fault(at, "must map their values to ours");
    form->from.n = form->from.room = form->to.n = form->to.room = 0;
    form->from.at = form->to.at = NULL;
    void *item = json_object_iter((json_t *)value);
    for (; item != NULL; item = json_object_iter_next((json_t *)value, item)) {
        const json_t *to = json_object_iter_value(item);
        const char *theirs = keep(at, json_object_iter_key(item));
        const char *ours = json_is_null(to) ? "" : plain_text(at, to);
        if (ours == NULL)
            return fault(at, "must map their values to texts");
        if (theirs == NULL || !as_list_push(&at->mapping->arena, &form->from, theirs) ||
            !as_list_push(&at->mapping->arena, &form->to, ours))
            return as_error_memory(at->error);
    }
    return AS_OK;
}

static enum as_status take_zone(struct as_value_form *form, const struct place *at, const json_t *value)
{
    const char *name = json_string_value(value);
    if (name == NULL)
        return fault(at, "must be the name of a time zone");
    if (at->mapping->zone != NULL)
        return fault(at, "a mapping has one time zone");
    enum as_status status = as_zone_open(&at->mapping->zone, as_str_of(name), at->error);
    if (status != AS_OK)
        return as_error_at(at->error, at->mapping->name, 0);
    form->zone = at->mapping->zone;
    return AS_OK;
}

static enum as_status unknown_key(const struct place *at, const char *key, const char *const *known, size_t n)
{
    struct as_buf what = {.max = 256};
    as_buf_printf(&what, "there is no \"%.100s\" here", key);
    enum as_status status = fault(at, as_buf_c(&what));
    as_buf_free(&what);
    as_error_meant(at->error, as_suggest(as_str_of(key), known, n));
    return status;
}

static const char *const form_keys[] = {"dates",    "timezone",  "decimal", "thousands", "times",
                                        "currency", "split",     "yes",     "no",        "empty",
                                        "values",   "otherwise", "unlisted"};

/* One option of how values are written. *known is false when the key is none of them. */
static enum as_status take_form(bool *known, struct as_value_form *form, const struct place *at,
                                const json_t *value)
{
    enum as_status status = AS_OK;
    const char *key = at->key;
    *known = true;
    if (strcmp(key, "dates") == 0) {
        status = take_dates(form, at, value);
    } else if (strcmp(key, "timezone") == 0) {
        status = take_zone(form, at, value);
    } else if (strcmp(key, "decimal") == 0) {
        status = take_char(&form->decimal, at, value);
    } else if (strcmp(key, "thousands") == 0) {
        status = take_char(&form->thousands, at, value);
    } else if (strcmp(key, "times") == 0) {
        form->times = json_number_value(value);
        if (!json_is_number(value) || form->times == 0)
            status = fault(at, "must be a number other than 0");
    } else if (strcmp(key, "currency") == 0) {
        status = take_text(&form->currency, at, value);
        if (status == AS_OK && !as_value_currency(as_str_of(form->currency)))
            status = fault(at, "must be three capital letters, such as \"EUR\"");
    } else if (strcmp(key, "split") == 0) {
        status = take_char(&form->split, at, value);
    } else if (strcmp(key, "yes") == 0) {
        status = take_texts(&form->yes, at, value);
    } else if (strcmp(key, "no") == 0) {
        status = take_texts(&form->no, at, value);
    } else if (strcmp(key, "empty") == 0) {
        status = take_texts(&form->empties, at, value);
    } else if (strcmp(key, "values") == 0) {
        status = take_values(form, at, value);
    } else if (strcmp(key, "otherwise") == 0) {
        status = take_text(&form->otherwise, at, value);
    } else if (strcmp(key, "unlisted") == 0) {
        status = take_either(&form->leave_unlisted, at, value, "leave out", "reject");
    } else {
        *known = false;
    }
    return status;
}

static enum as_status add_column(struct as_map_record *record, const struct place *at,
                                 struct as_map_column column, const char *ours)
{
    column.theirs = keep(at, at->key);
    column.ours = ours;
    if (column.theirs == NULL || ours == NULL || !as_list_push(&at->mapping->arena, &record->columns, column))
        return as_error_memory(at->error);
    return AS_OK;
}

/* {"to": …, options} */
static enum as_status take_column_object(struct as_map_record *record, const struct place *at,
                                         const json_t *value, const struct as_map_column *defaults)
{
    static const char *const keys[] = {"to",        "optional", "dates",    "timezone",  "decimal",
                                       "thousands", "times",    "currency", "split",     "yes",
                                       "no",        "empty",    "values",   "otherwise", "unlisted"};
    struct as_map_column column = *defaults;
    struct as_texts_kept to = {0};
    enum as_status status = AS_OK;
    void *item = json_object_iter((json_t *)value);
    for (; item != NULL && status == AS_OK; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        const json_t *option = json_object_iter_value(item);
        bool known = true;
        if (strcmp(here.key, "to") == 0)
            status = take_texts(&to, &here, option);
        else if (strcmp(here.key, "optional") == 0)
            status = take_flag(&column.optional, &here, option);
        else
            status = take_form(&known, &column.form, &here, option);
        if (!known)
            return unknown_key(at, here.key, keys, COUNT(keys));
    }
    if (status == AS_OK && to.n == 0)
        return fault(at, "lacks \"to\": the column of ours");
    for (uint32_t i = 0; i < to.n && status == AS_OK; i++)
        status = add_column(record, at, column, to.at[i]);
    return status;
}

static enum as_status take_columns(struct as_map_record *record, const struct place *at, const json_t *value,
                                   const struct as_map_column *defaults)
{
    if (!json_is_object(value))
        return fault(at, "must map their columns to ours");
    enum as_status status = AS_OK;
    void *item = json_object_iter((json_t *)value);
    for (; item != NULL && status == AS_OK; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        const json_t *to = json_object_iter_value(item);
        struct as_texts_kept ours = {0};
        if (json_is_object(to)) {
            status = take_column_object(record, &here, to, defaults);
        } else if (json_is_null(to)) { /* said to be ignored: it is mentioned, and goes nowhere */
            status = add_column(record, &here, *defaults, "");
        } else if ((status = take_texts(&ours, &here, to)) == AS_OK) {
            for (uint32_t i = 0; i < ours.n && status == AS_OK; i++)
                status = add_column(record, &here, *defaults, ours.at[i]);
        }
    }
    return status;
}

static enum as_status take_constants(struct as_map_record *record, const struct place *at,
                                     const json_t *value, bool optional)
{
    if (!json_is_object(value))
        return fault(at, "must map our columns to texts");
    void *item = json_object_iter((json_t *)value);
    for (; item != NULL; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        struct as_map_constant constant = {keep(&here, here.key),
                                           plain_text(&here, json_object_iter_value(item)), optional};
        if (constant.text == NULL)
            return fault(&here, "must be a text");
        if (constant.ours == NULL || !as_list_push(&at->mapping->arena, &record->constants, constant))
            return as_error_memory(at->error);
    }
    return AS_OK;
}

static enum as_status take_filters(struct as_map_filters *out, const struct place *at, const json_t *value)
{
    if (!json_is_object(value))
        return fault(at, "must map their columns to values");
    enum as_status status;
    void *item = json_object_iter((json_t *)value);
    for (; item != NULL; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        const json_t *values = json_object_iter_value(item);
        struct as_map_filter filter = {keep(&here, here.key), .any = json_is_true(values),
                                       .none = json_is_false(values)};
        if (!filter.any && !filter.none) {
            status = take_texts(&filter.values, &here, values);
            if (status != AS_OK)
                return status;
        }
        if (filter.column == NULL || !as_list_push(&at->mapping->arena, &out->all, filter))
            return as_error_memory(at->error);
    }
    return AS_OK;
}

static enum as_status take_join(const struct place *at, const json_t *value)
{
    static const char *const keys[] = {"file", "key", "their", "prefix", "optional"};
    struct as_map_join join = {.prefix = ""};
    enum as_status status = json_is_object(value) ? AS_OK : fault(at, "must be an object");
    void *item = status == AS_OK ? json_object_iter((json_t *)value) : NULL;
    for (; item != NULL && status == AS_OK; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        const json_t *option = json_object_iter_value(item);
        if (strcmp(here.key, "file") == 0)
            status = take_texts(&join.files, &here, option);
        else if (strcmp(here.key, "key") == 0)
            status = take_text(&join.key, &here, option);
        else if (strcmp(here.key, "their") == 0)
            status = take_text(&join.their, &here, option);
        else if (strcmp(here.key, "prefix") == 0)
            status = take_text(&join.prefix, &here, option);
        else if (strcmp(here.key, "optional") == 0)
            status = take_flag(&join.optional, &here, option);
        else
            return unknown_key(at, here.key, keys, COUNT(keys));
    }
    if (status != AS_OK)
        return status;
    if (join.files.n == 0 || join.key == NULL || join.their == NULL)
        return fault(at, "needs \"file\", its \"key\" column, and \"their\" column of the imported file");
    return as_list_push(&at->mapping->arena, &at->mapping->joins, join) ? AS_OK : as_error_memory(at->error);
}

static enum as_status take_joins(const struct place *at, const json_t *value)
{
    if (json_is_object(value))
        return take_join(at, value);
    if (!json_is_array(value))
        return fault(at, "must be an object or a list of objects");
    enum as_status status = AS_OK;
    for (size_t i = 0; i < json_array_size(value) && status == AS_OK; i++)
        status = take_join(at, json_array_get(value, i));
    return status;
}

static enum as_status take_record(const struct place *at, const json_t *value,
                                  const struct as_map_column *defaults)
{
    static const char *const keys[] = {"kind", "columns", "constants", "only", "skip"};
    struct as_map_record record = {0};
    enum as_status status = json_is_object(value) ? AS_OK : fault(at, "must be a list of objects");
    void *item = status == AS_OK ? json_object_iter((json_t *)value) : NULL;
    for (; item != NULL && status == AS_OK; item = json_object_iter_next((json_t *)value, item)) {
        struct place here = inside(at, json_object_iter_key(item));
        const json_t *option = json_object_iter_value(item);
        if (strcmp(here.key, "kind") == 0) {
            const char *name = json_string_value(option);
            record.has_kind = name != NULL && as_import_kind_parse(&record.kind, as_str_of(name));
            if (!record.has_kind)
                return fault(&here, "must be a kind of import: leads, accounts, events …");
        } else if (strcmp(here.key, "columns") == 0) {
            status = take_columns(&record, &here, option, defaults);
        } else if (strcmp(here.key, "constants") == 0) {
            status = take_constants(&record, &here, option, defaults->optional);
        } else if (strcmp(here.key, "only") == 0) {
            status = take_filters(&record.only, &here, option);
        } else if (strcmp(here.key, "skip") == 0) {
            status = take_filters(&record.skip, &here, option);
        } else {
            return unknown_key(at, here.key, keys, COUNT(keys));
        }
    }
    if (status != AS_OK)
        return status;
    return as_list_push(&at->mapping->arena, &at->mapping->records, record) ? AS_OK
                                                                            : as_error_memory(at->error);
}

static enum as_status take_records(const struct place *at, const json_t *value,
                                   const struct as_map_column *defaults)
{
    if (!json_is_array(value))
        return fault(at, "must be a list of objects");
    enum as_status status = AS_OK;
    for (size_t i = 0; i < json_array_size(value) && status == AS_OK; i++)
        status = take_record(at, json_array_get(value, i), defaults);
    return status;
}

/* How values are written comes first, so that columns may stand before or behind it. */
static enum as_status take_top(const struct place *top, const json_t *value)
{
    static const char *const own_keys[] = {"about", "system",    "format", "delimiter", "others",  "optional",
                                           "joins", "constants", "only",   "skip",      "columns", "records"};
    const char *keys[COUNT(own_keys) + COUNT(form_keys)];
    memcpy(keys, own_keys, sizeof own_keys);
    memcpy(keys + COUNT(own_keys), form_keys, sizeof form_keys);
    struct as_mapping *mapping = top->mapping;
    struct as_map_column defaults = {0};
    struct as_map_record record = {0};
    bool has_record = false, csv = false;
    enum as_status status = AS_OK;
    for (int pass = 0; pass < 2; pass++) {
        void *item = json_object_iter((json_t *)value);
        for (; item != NULL && status == AS_OK; item = json_object_iter_next((json_t *)value, item)) {
            struct place here = inside(top, json_object_iter_key(item));
            const json_t *option = json_object_iter_value(item);
            const char *key = here.key;
            if (pass == 1) {
                if (strcmp(key, "columns") == 0)
                    status = take_columns(&record, &here, option, &defaults);
                else if (strcmp(key, "constants") == 0)
                    status = take_constants(&record, &here, option, defaults.optional);
                else if (strcmp(key, "records") == 0)
                    status = take_records(&here, option, &defaults);
                continue;
            }
            bool known = true;
            if (strcmp(key, "columns") == 0 || strcmp(key, "constants") == 0)
                has_record = true;
            else if (strcmp(key, "about") == 0 || strcmp(key, "records") == 0)
                continue;
            else if (strcmp(key, "system") == 0)
                status = take_text(&mapping->system, &here, option);
            else if (strcmp(key, "format") == 0)
                status = take_either(&csv, &here, option, "csv", "ndjson");
            else if (strcmp(key, "delimiter") == 0)
                status = take_char(&mapping->delimiter, &here, option);
            else if (strcmp(key, "others") == 0)
                status = take_either(&mapping->match_others, &here, option, "match", "ignore");
            else if (strcmp(key, "optional") == 0)
                status = take_flag(&defaults.optional, &here, option);
            else if (strcmp(key, "joins") == 0)
                status = take_joins(&here, option);
            else if (strcmp(key, "only") == 0)
                status = take_filters(&mapping->only, &here, option);
            else if (strcmp(key, "skip") == 0)
                status = take_filters(&mapping->skip, &here, option);
            else
                status = take_form(&known, &defaults.form, &here, option);
            if (!known)
                return unknown_key(top, key, keys, COUNT(keys));
        }
    }
    if (json_object_get(value, "format") != NULL)
        mapping->format = csv ? AS_MAP_FORMAT_CSV : AS_MAP_FORMAT_NDJSON;
    mapping->form = defaults.form;
    mapping->optional = defaults.optional;
    /* the record of the top level comes first: what others refer to is then there */
    if (status == AS_OK && (has_record || mapping->records.n == 0)) {
        if (!as_list_push(&mapping->arena, &mapping->records, record))
            return as_error_memory(top->error);
        struct as_map_record last = mapping->records.at[mapping->records.n - 1];
        memmove(mapping->records.at + 1, mapping->records.at, (mapping->records.n - 1) * sizeof last);
        mapping->records.at[0] = last;
    }
    return status;
}

enum as_status as_mapping_fill(struct as_mapping *mapping, struct as_str json, struct as_error *error)
{
    json_error_t wrong;
    json_t *root = json_loadb(json.p, json.n, JSON_REJECT_DUPLICATES, &wrong);
    if (root == NULL) {
        as_error_set(error, AS_ERR_DATA, "the mapping is not JSON: %s", wrong.text);
        return as_error_at(error, mapping->name, wrong.line > 0 ? wrong.line : 0);
    }
    struct place top = {mapping, error, NULL, NULL};
    enum as_status status =
        json_is_object(root) ? take_top(&top, root) : fault(&top, "the mapping is not a JSON object");
    json_decref(root);
    return status;
}
