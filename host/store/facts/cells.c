/* Cells: reading and writing of single typed values. Which of two values holds is decided in precedence.c. */
#include "store/facts/cells.h"

#include "base/bits.h"
#include "base/limits.h"
#include "data/facts/column.h"
#include "data/facts/value.h"

#include <stdlib.h>
#include <string.h>

static enum as_status not_a(struct as_error *error, const struct as_field *field, struct as_str text)
{
    int shown = text.n > 80 ? 80 : (int)text.n;
    const char *example = as_type_example(field->type);
    as_error_set(error, AS_ERR_DATA, "%s: \"%.*s\" is not a value of type %s", field->name, shown, text.p,
                 as_type_name(field->type));
    return example == NULL ? AS_ERR_DATA : as_error_advise(error, "write %s", example);
}

static int by_bytes(const void *a, const void *b)
{
    return as_str_cmp(*(const struct as_str *)a, *(const struct as_str *)b);
}

/* Sorted, each once, so that the same set in another order is the same value. */
static enum as_status parse_choices(struct as_cell *out, struct as_str text, struct as_buf *scratch,
                                    struct as_error *error)
{
    struct as_str members[AS_MAX_CELL_VALUES];
    size_t n = 0, before = scratch->n;
    for (size_t i = 0, from = 0; i <= text.n; i++)
        if (i == text.n || text.p[i] == ';' || text.p[i] == '\x1f') {
            struct as_str member = as_str_trim((struct as_str){text.p + from, i - from});
            from = i + 1;
            if (member.n == 0)
                continue;
            if (n == AS_MAX_CELL_VALUES)
                return as_error_set(error, AS_ERR_LIMIT, "more than %d values in one cell",
                                    AS_MAX_CELL_VALUES);
            members[n++] = member;
        }
    qsort(members, n, sizeof *members, by_bytes);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && as_str_eq(members[i], members[i - 1]))
            continue;
        if (scratch->n > before)
            as_buf_text(scratch, "; ");
        as_buf_str(scratch, members[i]);
    }
    if (scratch->failed)
        return as_error_memory(error);
    out->known = scratch->n > before;
    out->text = (struct as_str){scratch->p + before, scratch->n - before};
    return AS_OK;
}

enum as_status as_cell_parse(struct as_cell *out, const struct as_field *field, struct as_str text,
                             struct as_buf *scratch, struct as_error *error)
{
    bool truth;
    int64_t seconds;
    text = as_str_trim(text);
    *out = (struct as_cell){.type = field->type, .known = text.n > 0};
    if (text.n == 0)
        return AS_OK;
    if (text.n > AS_MAX_TEXT)
        return as_error_set(error, AS_ERR_DATA, "%s is longer than %d bytes", field->name, AS_MAX_TEXT);
    switch (field->type) {
    case AS_TYPE_BOOLEAN:
        if (!as_value_boolean(&truth, text))
            return not_a(error, field, text);
        out->integer = truth;
        return AS_OK;
    case AS_TYPE_INTEGER:
        return as_value_integer(&out->integer, text) ? AS_OK : not_a(error, field, text);
    case AS_TYPE_NUMBER:
        return as_value_number(&out->number, text) ? AS_OK : not_a(error, field, text);
    case AS_TYPE_MONEY:
        return as_value_money(&out->integer, &out->currency, text) ? AS_OK : not_a(error, field, text);
    case AS_TYPE_DATE:
        if (!as_time_parse(&seconds, NULL, text) || text.n < 10)
            return not_a(error, field, text);
        out->text = (struct as_str){text.p, 10};
        return AS_OK;
    case AS_TYPE_CHOICES:
        return parse_choices(out, text, scratch, error);
    case AS_TYPE_TEXT:
    case AS_TYPE_CHOICE:
    case AS_TYPE_USER:
        out->text = text;
        return AS_OK;
    case AS_TYPE_REFERENCE:
        break;
    }
    return as_error_set(error, AS_ERR_BUG, "%s: a reference was not resolved", field->name);
}

void as_cell_read(struct as_cell *out, enum as_type type, sqlite3_stmt *stmt, int column)
{
    *out = (struct as_cell){.type = type, .known = sqlite3_column_type(stmt, column) != SQLITE_NULL};
    if (!out->known)
        return;
    switch (type) {
    case AS_TYPE_MONEY:
        out->currency = as_sql_str(stmt, column + 1);
        out->integer = sqlite3_column_int64(stmt, column);
        break;
    case AS_TYPE_BOOLEAN:
    case AS_TYPE_INTEGER:
    case AS_TYPE_REFERENCE:
        out->integer = sqlite3_column_int64(stmt, column);
        break;
    case AS_TYPE_NUMBER:
        out->number = sqlite3_column_double(stmt, column);
        break;
    default:
        out->text = as_sql_str(stmt, column);
    }
}

int as_cell_bind(sqlite3_stmt *stmt, int n, const struct as_cell *cell)
{
    int next = n + (cell->type == AS_TYPE_MONEY ? 2 : 1);
    if (!cell->known) {
        for (int i = n; i < next; i++)
            sqlite3_bind_null(stmt, i);
        return next;
    }
    switch (cell->type) {
    case AS_TYPE_MONEY:
        sqlite3_bind_int64(stmt, n, cell->integer);
        if (cell->currency.n == 0)
            sqlite3_bind_null(stmt, n + 1);
        else
            sqlite3_bind_text(stmt, n + 1, cell->currency.p, (int)cell->currency.n, SQLITE_STATIC);
        break;
    case AS_TYPE_BOOLEAN:
    case AS_TYPE_INTEGER:
    case AS_TYPE_REFERENCE:
        sqlite3_bind_int64(stmt, n, cell->integer);
        break;
    case AS_TYPE_NUMBER:
        sqlite3_bind_double(stmt, n, cell->number);
        break;
    default:
        sqlite3_bind_text(stmt, n, cell->text.p, (int)cell->text.n, SQLITE_STATIC);
    }
    return next;
}

void as_cell_wait(struct as_waiting_rows *rows, uint32_t column, const struct as_cell *cell)
{
    if (!cell->known)
        return;
    switch (cell->type) {
    case AS_TYPE_MONEY:
        as_waiting_integer(rows, column, cell->integer);
        if (cell->currency.n > 0)
            as_waiting_text(rows, column + 1, cell->currency);
        break;
    case AS_TYPE_BOOLEAN:
    case AS_TYPE_INTEGER:
    case AS_TYPE_REFERENCE:
        as_waiting_integer(rows, column, cell->integer);
        break;
    case AS_TYPE_NUMBER:
        as_waiting_number(rows, column, cell->number);
        break;
    default:
        as_waiting_text(rows, column, cell->text);
    }
}

bool as_cell_equal(const struct as_cell *a, const struct as_cell *b)
{
    if (a->known != b->known)
        return false;
    if (!a->known)
        return true;
    switch (a->type) {
    case AS_TYPE_MONEY:
        return a->integer == b->integer && as_str_eq(a->currency, b->currency);
    case AS_TYPE_BOOLEAN:
    case AS_TYPE_INTEGER:
    case AS_TYPE_REFERENCE:
        return a->integer == b->integer;
    case AS_TYPE_NUMBER:
        return a->number == b->number;
    default:
        return as_str_eq(a->text, b->text);
    }
}

void as_cell_text(struct as_buf *out, const struct as_cell *cell)
{
    int64_t magnitude;
    switch (cell->type) {
    case AS_TYPE_BOOLEAN:
        as_buf_text(out, cell->integer ? "true" : "false");
        break;
    case AS_TYPE_INTEGER:
    case AS_TYPE_REFERENCE:
        as_buf_printf(out, "%lld", (long long)cell->integer);
        break;
    case AS_TYPE_MONEY:
        magnitude = cell->integer < 0 ? -cell->integer : cell->integer;
        as_buf_printf(out, "%s%lld.%02d", cell->integer < 0 ? "-" : "", (long long)(magnitude / 100),
                      (int)(magnitude % 100));
        if (cell->currency.n > 0) {
            as_buf_char(out, ' ');
            as_buf_str(out, cell->currency);
        }
        break;
    case AS_TYPE_NUMBER:
        as_buf_printf(out, "%.17g", cell->number);
        break;
    default:
        as_buf_str(out, cell->text);
    }
}

enum as_status as_columns_load(struct as_columns *out, const struct as_schema *schema,
                               const struct as_field_map *map, enum as_level level, const uint64_t *wanted,
                               struct as_error *error)
{
    *out = (struct as_columns){.level = level};
    out->field = calloc(schema->fields.n + 1, sizeof *out->field);
    out->place = calloc(schema->fields.n + 1, sizeof *out->place);
    if (out->field == NULL || out->place == NULL) {
        as_columns_free(out);
        return as_error_memory(error);
    }
    for (uint32_t i = 0; i < schema->fields.n; i++) {
        const struct as_field *field = schema->fields.at[i];
        if (field->ask != NULL || field->level != level || map->field[i] == 0 ||
            (wanted != NULL && !as_bit(wanted, i)))
            continue;
        if (out->width > 0)
            as_buf_text(&out->list, ", ");
        as_sql_name(&out->list, field->name);
        out->field[out->n] = i;
        out->place[out->n++] = out->width++;
        if (field->type == AS_TYPE_MONEY) {
            as_buf_text(&out->list, ", ");
            as_currency_column(&out->list, field->name);
            out->width++;
        }
    }
    if (out->list.failed) {
        as_columns_free(out);
        return as_error_memory(error);
    }
    return AS_OK;
}

void as_columns_free(struct as_columns *columns)
{
    free(columns->field);
    free(columns->place);
    as_buf_free(&columns->list);
    *columns = (struct as_columns){.level = columns->level};
}
