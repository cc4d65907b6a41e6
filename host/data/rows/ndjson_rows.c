/* One JSON object a line by jansson. Nested objects become "a.b", lists of plain values one text; lists of
 * objects stay JSON, since a cell can hold nothing else. */
#include "data/rows/ndjson_rows.h"

#include "base/limits.h"
#include "data/facts/value.h"
#include "data/identity/fold.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

enum { DEEPEST = 16 }; /* nesting of objects that become column names */

enum as_status as_ndjson_rows_open(struct as_ndjson_rows *rows, uint64_t line, struct as_error *error)
{
    *rows = (struct as_ndjson_rows){.line = line, .names = as_intern_new()};
    rows->text.max = AS_MAX_RECORD + 1;
    rows->values.max = 2 * (size_t)AS_MAX_RECORD;
    rows->columns = malloc(AS_MAX_COLUMNS * sizeof *rows->columns);
    rows->starts = malloc(AS_MAX_COLUMNS * sizeof *rows->starts);
    rows->lengths = malloc(AS_MAX_COLUMNS * sizeof *rows->lengths);
    rows->cells = malloc(AS_MAX_COLUMNS * sizeof *rows->cells);
    if (rows->names != NULL && rows->columns != NULL && rows->starts != NULL && rows->lengths != NULL &&
        rows->cells != NULL)
        return AS_OK;
    as_ndjson_rows_close(rows);
    return as_error_memory(error);
}

void as_ndjson_rows_close(struct as_ndjson_rows *rows)
{
    as_intern_free(rows->names);
    as_buf_free(&rows->text);
    as_buf_free(&rows->values);
    free(rows->columns);
    free(rows->starts);
    free(rows->lengths);
    free(rows->cells);
    *rows = (struct as_ndjson_rows){0};
}

/* One line without its end, in rows->text. */
static enum as_status read_line(bool *more, struct as_ndjson_rows *rows, struct as_input *input,
                                struct as_error *error)
{
    *more = false;
    as_buf_reset(&rows->text);
    for (;;) {
        if (input->chunk.n == 0 && !input->ended) {
            enum as_status status = as_input_fill(input, error);
            if (status != AS_OK)
                return status;
        }
        if (input->ended)
            return AS_OK;
        *more = true;
        const char *end = memchr(input->chunk.p, '\n', input->chunk.n);
        size_t n = end != NULL ? (size_t)(end - input->chunk.p) : input->chunk.n;
        if (rows->text.n + n > AS_MAX_RECORD) {
            as_error_set(error, AS_ERR_LIMIT, "line %llu is longer than %d MiB",
                         (unsigned long long)rows->line, AS_MAX_RECORD / (1024 * 1024));
            return as_error_at(error, input->name, (int)rows->line);
        }
        as_buf_bytes(&rows->text, input->chunk.p, n);
        if (rows->text.failed)
            return as_error_memory(error);
        size_t used = end != NULL ? n + 1 : n;
        input->chunk = (struct as_str){input->chunk.p + used, input->chunk.n - used};
        if (end != NULL)
            return AS_OK;
    }
}

/* Appends the value to rows->values as the cell of a column, which may be new. */
static enum as_status begin_cell(uint32_t *column, struct as_ndjson_rows *rows, struct as_str name,
                                 struct as_error *error)
{
    *column = as_intern_find(rows->names, name);
    if (*column == AS_INTERN_NONE) {
        if (as_intern_count(rows->names) == AS_MAX_COLUMNS)
            return as_error_set(error, AS_ERR_DATA,
                                "a name too many: the file has more than %d different ones", AS_MAX_COLUMNS);
        *column = as_intern_add(rows->names, name);
        if (*column == AS_INTERN_NONE)
            return as_error_memory(error);
        rows->columns[*column] = as_intern_text(rows->names, *column);
    }
    rows->starts[*column] = rows->values.n;
    return AS_OK;
}

static enum as_status append_value(struct as_buf *out, const json_t *value, struct as_error *error)
{
    switch (json_typeof(value)) {
    case JSON_STRING:
        as_buf_bytes(out, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        as_buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        as_value_show_number(out, json_real_value(value));
        break;
    case JSON_TRUE:
        as_buf_text(out, "true");
        break;
    case JSON_FALSE:
        as_buf_text(out, "false");
        break;
    case JSON_NULL:
        break;
    case JSON_OBJECT:
    case JSON_ARRAY: {
        char *text = json_dumps(value, JSON_COMPACT | JSON_SORT_KEYS);
        if (text == NULL)
            return as_error_memory(error);
        as_buf_text(out, text);
        free(text);
        break;
    }
    }
    return out->failed ? as_error_memory(error) : AS_OK;
}

static bool is_plain_list(const json_t *value)
{
    if (!json_is_array(value))
        return false;
    for (size_t i = 0; i < json_array_size(value); i++)
        if (json_is_object(json_array_get(value, i)) || json_is_array(json_array_get(value, i)))
            return false;
    return true;
}

static enum as_status take_value(struct as_ndjson_rows *rows, struct as_str name, const json_t *value,
                                 struct as_error *error)
{
    uint32_t column;
    enum as_status status = begin_cell(&column, rows, name, error);
    if (status == AS_OK && is_plain_list(value)) {
        for (size_t i = 0; i < json_array_size(value) && status == AS_OK; i++) {
            if (i > 0)
                as_buf_text(&rows->values, "; ");
            status = append_value(&rows->values, json_array_get(value, i), error);
        }
    } else if (status == AS_OK) {
        status = append_value(&rows->values, value, error);
    }
    if (status != AS_OK)
        return status;
    rows->lengths[column] = rows->values.n - rows->starts[column];
    as_buf_char(&rows->values, '\0');
    return rows->values.failed ? as_error_memory(error) : AS_OK;
}

static enum as_status flatten(struct as_ndjson_rows *rows, const json_t *object, struct as_buf *prefix,
                              int depth, struct as_error *error)
{
    const char *key;
    const json_t *value;
    size_t before = prefix->n;
    void *at = json_object_iter((json_t *)object);
    for (; at != NULL; at = json_object_iter_next((json_t *)object, at)) {
        key = json_object_iter_key(at);
        value = json_object_iter_value(at);
        prefix->n = before;
        as_buf_text(prefix, key);
        if (prefix->failed)
            return as_error_memory(error);
        enum as_status status;
        if (json_is_object(value) && json_object_size(value) > 0 && depth < DEEPEST) {
            as_buf_char(prefix, '.');
            status = flatten(rows, value, prefix, depth + 1, error);
        } else {
            status = take_value(rows, (struct as_str){as_buf_c(prefix), prefix->n}, value, error);
        }
        if (status != AS_OK)
            return status;
    }
    prefix->n = before;
    return AS_OK;
}

static enum as_status parse(struct as_ndjson_rows *rows, struct as_error *error)
{
    struct as_str text = {as_buf_c(&rows->text), rows->text.n};
    if (!as_utf8_valid(text, NULL)) {
        as_error_set(error, AS_ERR_DATA, "the line is not text in UTF-8");
        return as_error_advise(error, "save the file as UTF-8, for example: iconv -f latin1 -t utf-8");
    }
    json_error_t fault;
    json_t *object = json_loadb(text.p, text.n, JSON_REJECT_DUPLICATES, &fault);
    if (object == NULL)
        return as_error_set(error, AS_ERR_DATA, "not JSON at character %d: %s", fault.column, fault.text);
    struct as_buf prefix = {0};
    enum as_status status = AS_OK;
    if (!json_is_object(object))
        status = as_error_set(error, AS_ERR_DATA, "the line is not a JSON object");
    else
        status = flatten(rows, object, &prefix, 1, error);
    as_buf_free(&prefix);
    json_decref(object);
    return status;
}

enum as_status as_ndjson_rows_next(struct as_row *row, bool *more, struct as_ndjson_rows *rows,
                                   struct as_input *input, struct as_error *error)
{
    *row = (struct as_row){0};
    struct as_str line;
    do {
        enum as_status status = read_line(more, rows, input, error);
        if (status != AS_OK || !*more)
            return status;
        row->line = rows->line++;
        line = as_str_trim((struct as_str){as_buf_c(&rows->text), rows->text.n});
    } while (line.n == 0);
    row->raw = line;
    as_buf_reset(&rows->values);
    for (uint32_t i = 0; i < as_intern_count(rows->names); i++)
        rows->lengths[i] = SIZE_MAX;
    enum as_status status = parse(rows, error);
    if (status != AS_OK)
        return status;
    uint32_t n = as_intern_count(rows->names);
    for (uint32_t i = 0; i < n; i++)
        rows->cells[i] = rows->lengths[i] == SIZE_MAX
                             ? (struct as_str){"", 0}
                             : (struct as_str){rows->values.p + rows->starts[i], rows->lengths[i]};
    row->cells = rows->cells;
    row->n = n;
    return AS_OK;
}
