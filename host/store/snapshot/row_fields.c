/* Row fields: the fields of a snapshot's rows as they were known at its moment. */
#include "base/ids.h"
#include "store/snapshot/loading.h"

#include "base/limits.h"

#include <stdlib.h>

static enum as_status put_cell(struct as_load *load, struct as_column *column, const struct as_field *field,
                               uint32_t row, const struct as_cell *cell, struct as_error *error)
{
    int64_t seconds;
    switch (cell->type) {
    case AS_TYPE_BOOLEAN:
        as_column_set_boolean(column, row, cell->integer != 0);
        return AS_OK;
    case AS_TYPE_INTEGER:
        as_column_set_i64(column, row, cell->integer);
        return AS_OK;
    case AS_TYPE_NUMBER:
        as_column_set_f64(column, row, cell->number);
        return AS_OK;
    case AS_TYPE_MONEY:
        return as_column_set_money(column, row, cell->integer, cell->currency, error);
    case AS_TYPE_DATE:
        if (!as_time_parse(&seconds, NULL, cell->text))
            return as_error_set(error, AS_ERR_DATA, "%s holds \"%.*s\", which is no date", field->name,
                                cell->text.n > 40 ? 40 : (int)cell->text.n, cell->text.p);
        as_column_set_i64(column, row, as_day_of(seconds));
        return AS_OK;
    case AS_TYPE_REFERENCE: {
        uint32_t target = field->target == AS_LEVEL_LEAD ? as_lead_row(load, cell->integer)
                                                         : as_account_row(load, cell->integer);
        if (target != AS_NO_INDEX)
            as_column_set_reference(column, row, target);
        return AS_OK;
    }
    default:
        return as_column_set_text(column, row, cell->text, error);
    }
}

static enum as_status load_level(struct as_load *load, enum as_level level, const struct as_columns *columns,
                                 struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    uint32_t done = 0, all = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < columns->n && status == AS_OK; i++) {
        struct as_column *ignored;
        status = as_dataset_column(&ignored, dataset, columns->field[i], error);
    }
    const struct as_fact_level *facts = &load->facts[level];
    bool held = facts->file.head != NULL, some = load->part || held;
    if (status == AS_OK && held)
        status = as_facts_fill(load, level, columns, error);
    if (status != AS_OK || all == 0 || (held && facts->changed_n == 0))
        return status;
    struct as_buf sql = {0};
    as_buf_printf(&sql, "SELECT id, %s%s%s FROM %s%s ORDER BY id",
                  level == AS_LEVEL_LEAD ? "account_id" : "NULL", columns->n > 0 ? ", " : "",
                  as_buf_c(&columns->list), as_level_name(level),
                  some ? " WHERE id IN (SELECT value FROM json_each(?))" : "");
    struct as_buf ids = {0};
    const int64_t *rows = level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id;
    if (held && load->part)
        as_load_json_both(&ids, facts->changed, facts->changed_n, rows, all);
    else if (held)
        as_ids_json(&ids, facts->changed, facts->changed_n);
    else if (load->part)
        as_ids_json(&ids, rows, all);
    sqlite3_stmt *stmt = as_sql_made(load->store, error, &sql, some ? "t" : "", as_buf_c(&ids));
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0);
        uint32_t row = level == AS_LEVEL_LEAD ? as_lead_row(load, id) : as_account_row(load, id);
        /* A merged lead has its survivor's row but not its fields. */
        if (row == AS_NO_INDEX ||
            (level == AS_LEVEL_LEAD ? dataset->lead_id[row] : dataset->account_id[row]) != id)
            continue;
        if (level == AS_LEVEL_LEAD)
            dataset->lead_account[row] = as_account_row(load, sqlite3_column_int64(stmt, 1));
        for (uint32_t i = 0; i < columns->n && status == AS_OK; i++) {
            const struct as_field *field = load->schema->fields.at[columns->field[i]];
            struct as_cell cell;
            as_cell_read(&cell, field->type, stmt, 2 + columns->place[i]);
            if (cell.known)
                status = put_cell(load, dataset->field[columns->field[i]], field, row, &cell, error);
        }
        if ((++done & 0xffff) == 0 && load->request->progress != NULL)
            load->request->progress(load->request->progress_context, as_level_name(level), done, all);
    }
    as_sql_end(load->store, stmt);
    as_buf_free(&ids);
    return status;
}

/* --- what was known otherwise --- */

static uint32_t schema_field_of(const struct as_load *load, int64_t field_id)
{
    for (uint32_t i = 0; i < load->schema->fields.n; i++)
        if (load->map.field[i] == field_id)
            return i;
    return AS_NO_INDEX;
}

static void forget(struct as_load *load, uint32_t row, int64_t field_id)
{
    if (field_id == load->map.match_field) {
        load->dataset->lead_account[row] = AS_NO_INDEX;
        return;
    }
    uint32_t index = schema_field_of(load, field_id);
    if (index == AS_NO_INDEX || load->dataset->field[index] == NULL)
        return;
    struct as_column *column = load->dataset->field[index];
    as_bit_clear(column->known, row);
    if (column->type == AS_TYPE_REFERENCE)
        column->code[row] = AS_NO_INDEX;
}

static enum as_status remember(struct as_load *load, uint32_t row, int64_t field_id, struct as_str text,
                               struct as_error *error)
{
    int64_t id;
    if (field_id == load->map.match_field) {
        if (as_parse_int(&id, text))
            load->dataset->lead_account[row] = as_account_row(load, id);
        return AS_OK;
    }
    uint32_t index = schema_field_of(load, field_id);
    if (index == AS_NO_INDEX || load->dataset->field[index] == NULL)
        return AS_OK;
    const struct as_field *field = load->schema->fields.at[index];
    struct as_cell cell = {.type = field->type, .known = true};
    struct as_buf scratch = {0};
    enum as_status status = AS_OK;
    if (field->type == AS_TYPE_REFERENCE)
        cell.known = as_parse_int(&cell.integer, text);
    else
        status = as_cell_parse(&cell, field, text, &scratch, error);
    if (status == AS_OK && cell.known)
        status = put_cell(load, load->dataset->field[index], field, row, &cell, error);
    as_buf_free(&scratch);
    return status;
}

static enum as_status turn_back(struct as_load *load, const char *sql, bool remembering,
                                struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(load->store, error, sql, "i", load->request->known_at);
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        enum as_level level = sqlite3_column_int(stmt, 0) == AS_LEVEL_LEAD ? AS_LEVEL_LEAD : AS_LEVEL_ACCOUNT;
        int64_t id = sqlite3_column_int64(stmt, 1), field = sqlite3_column_int64(stmt, 2);
        uint32_t row = level == AS_LEVEL_LEAD ? as_lead_row(load, id) : as_account_row(load, id);
        if (row == AS_NO_INDEX ||
            (level == AS_LEVEL_LEAD ? load->dataset->lead_id[row] : load->dataset->account_id[row]) != id)
            continue;
        if (remembering)
            status = remember(load, row, field, as_sql_str(stmt, 3), error);
        else
            forget(load, row, field);
    }
    as_sql_end(load->store, stmt);
    return status;
}

enum as_status as_load_columns(struct as_load *load, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int level = AS_LEVEL_LEAD; level <= AS_LEVEL_ACCOUNT && status == AS_OK; level++) {
        struct as_columns columns;
        status = as_columns_load(&columns, load->schema, &load->map, (enum as_level)level,
                                 load->request->fields, error);
        if (status == AS_OK)
            status = load_level(load, (enum as_level)level, &columns, error);
        as_columns_free(&columns);
    }
    /* Values that came later than known_at make room for those they superseded. */
    if (status == AS_OK)
        status = turn_back(load, "SELECT level, row_id, field_id FROM field_source WHERE known_from > ?",
                           false, error);
    if (status == AS_OK)
        status = turn_back(
            load,
            "SELECT level, row_id, field_id, value FROM field_history WHERE overruled = 0 AND known_to > ?1"
            " AND known_from <= ?1",
            true, error);
    /* Events of accounts are gathered from their members. */
    bool link = !load->request->unlinked || load->request->account_events;
    return status == AS_OK && link ? as_dataset_link(load->dataset, error) : status;
}
