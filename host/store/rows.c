/* Rows: which leads and accounts a snapshot holds, and their fields as they were known at its moment. */
#include "store/loading.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* --- which rows --- */

struct id_list {
    int64_t *at;
    size_t n, room;
};

static enum as_status push(struct id_list *list, int64_t id, struct as_error *error)
{
    if (list->n == list->room) {
        size_t room = list->room == 0 ? 64 : list->room * 2;
        int64_t *grown = realloc(list->at, room * sizeof *grown);
        if (grown == NULL)
            return as_error_memory(error);
        list->at = grown;
        list->room = room;
    }
    list->at[list->n++] = id;
    return AS_OK;
}

static enum as_status gather(struct id_list *out, struct as_store *store, sqlite3_stmt *stmt,
                             struct as_error *error)
{
    enum as_status status = AS_OK;
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = push(out, sqlite3_column_int64(stmt, 0), error);
    sqlite3_finalize(stmt);
    return status;
}

void as_load_json(struct as_buf *out, const int64_t *ids, size_t n)
{
    as_buf_char(out, '[');
    for (size_t i = 0; i < n; i++)
        as_buf_printf(out, "%s%lld", i == 0 ? "" : ",", (long long)ids[i]);
    as_buf_char(out, ']');
}

/* Merged leads are left out, unless the merge was not known yet. */
#define VISIBLE_LEAD                                                                                         \
    " first_known <= ?1 AND erased_at IS NULL AND id NOT IN (SELECT m.merged FROM merge m WHERE m.at <= ?1"  \
    " AND (m.undone_at IS NULL OR m.undone_at > ?1))"

/* The chosen leads with everyone of their accounts, by what is known now and by what was known before:
 * whoever is too many finds no account of the choice in the end. */
static const char chosen_leads[] =
    "WITH wanted(id) AS (SELECT coalesce(l.merged_into, l.id) FROM json_each(?2) j JOIN lead l ON l.id = "
    "j.value"
    " UNION SELECT l.id FROM json_each(?2) j JOIN lead l ON l.id = j.value),"
    " home(id) AS (SELECT l.account_id FROM wanted w JOIN lead l ON l.id = w.id WHERE l.account_id IS NOT "
    "NULL"
    " UNION SELECT CAST(h.value AS INTEGER) FROM wanted w JOIN field_history h ON h.level = 0 AND h.row_id = "
    "w.id"
    " AND h.field_id = ?4 UNION SELECT value FROM json_each(?3))"
    " SELECT id FROM lead WHERE (id IN (SELECT id FROM wanted) OR account_id IN (SELECT id FROM home)"
    " OR id IN (SELECT row_id FROM field_history WHERE level = 0 AND field_id = ?4"
    " AND CAST(value AS INTEGER) IN (SELECT id FROM home))) AND" VISIBLE_LEAD " ORDER BY id";

/* Their accounts and those that these name, so that a step through a reference finds its row. */
static const char chosen_accounts[] =
    "WITH home(id) AS (SELECT l.account_id FROM json_each(?2) j JOIN lead l ON l.id = j.value WHERE "
    "l.account_id IS NOT NULL"
    " UNION SELECT CAST(h.value AS INTEGER) FROM json_each(?2) j JOIN field_history h ON h.level = 0 AND "
    "h.row_id = j.value"
    " AND h.field_id = ?4 UNION SELECT value FROM json_each(?3)),"
    " up(id, depth) AS (SELECT id, 0 FROM home UNION SELECT a.parent, depth + 1 FROM up JOIN account a ON "
    "a.id = up.id"
    " WHERE a.parent IS NOT NULL AND depth < 32)"
    " SELECT DISTINCT a.id FROM account a WHERE a.id IN (SELECT id FROM up) AND a.first_known <= ?1"
    " AND (a.merged_into IS NULL OR a.merged_at > ?1) ORDER BY a.id";

static enum as_status choose_leads(struct id_list *leads, struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    if (load->facts[AS_LEVEL_LEAD].file.head != NULL)
        return as_facts_rows(&leads->at, &leads->n, load, AS_LEVEL_LEAD, error);
    if (!load->part)
        return gather(leads, load->store,
                      as_sql_fresh(load->store, error,
                                   "SELECT id FROM lead WHERE" VISIBLE_LEAD " ORDER BY id", "i",
                                   request->known_at),
                      error);
    struct as_buf lead_ids = {0}, account_ids = {0};
    as_load_json(&lead_ids, request->lead_ids, request->lead_ids == NULL ? 0 : request->lead_count);
    as_load_json(&account_ids, request->account_ids, request->account_count);
    enum as_status status =
        gather(leads, load->store,
               as_sql_fresh(load->store, error, chosen_leads, "itti", request->known_at, as_buf_c(&lead_ids),
                            as_buf_c(&account_ids), load->map.match_field),
               error);
    as_buf_free(&lead_ids);
    as_buf_free(&account_ids);
    return status;
}

/* Accounts that reference fields of the chosen leads name. */
static enum as_status referred(struct id_list *more, struct as_load *load, const char *lead_ids,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < load->schema->fields.n && status == AS_OK; i++) {
        const struct as_field *field = load->schema->fields.at[i];
        if (field->type != AS_TYPE_REFERENCE || field->target != AS_LEVEL_ACCOUNT || field->ask != NULL ||
            field->level != AS_LEVEL_LEAD || load->map.field[i] == 0)
            continue;
        struct as_buf sql = {0};
        as_buf_text(&sql, "SELECT DISTINCT l.");
        as_sql_name(&sql, field->name);
        as_buf_text(&sql, " FROM json_each(?) j JOIN lead l ON l.id = j.value WHERE l.");
        as_sql_name(&sql, field->name);
        as_buf_text(&sql, " IS NOT NULL");
        status =
            gather(more, load->store, as_sql_fresh(load->store, error, as_buf_c(&sql), "t", lead_ids), error);
        as_buf_free(&sql);
    }
    return status;
}

static enum as_status choose_accounts(struct id_list *accounts, const struct id_list *leads,
                                      struct as_load *load, struct as_error *error)
{
    const struct as_snapshot_request *request = load->request;
    if (load->facts[AS_LEVEL_ACCOUNT].file.head != NULL)
        return as_facts_rows(&accounts->at, &accounts->n, load, AS_LEVEL_ACCOUNT, error);
    if (!load->part)
        return gather(
            accounts, load->store,
            as_sql_fresh(
                load->store, error,
                "SELECT id FROM account WHERE first_known <= ?1 AND (merged_into IS NULL OR merged_at > ?1)"
                " ORDER BY id",
                "i", request->known_at),
            error);
    struct as_buf lead_ids = {0}, account_ids = {0};
    struct id_list more = {0};
    enum as_status status = AS_OK;
    as_load_json(&lead_ids, leads->at, leads->n);
    for (uint32_t i = 0; i < request->account_count && status == AS_OK; i++)
        status = push(&more, request->account_ids[i], error);
    if (status == AS_OK)
        status = referred(&more, load, as_buf_c(&lead_ids), error);
    as_load_json(&account_ids, more.at, more.n);
    if (status == AS_OK)
        status = gather(accounts, load->store,
                        as_sql_fresh(load->store, error, chosen_accounts, "itti", request->known_at,
                                     as_buf_c(&lead_ids), as_buf_c(&account_ids), load->map.match_field),
                        error);
    free(more.at);
    as_buf_free(&lead_ids);
    as_buf_free(&account_ids);
    return status;
}

static enum as_status new_map(uint32_t **map, int64_t *room, struct as_store *store, const char *sql,
                              struct as_error *error)
{
    bool found;
    enum as_status status = as_sql_get(room, &found, store, error, sql, "");
    if (status != AS_OK)
        return status;
    ++*room;
    *map = calloc((size_t)*room, sizeof **map);
    return *map == NULL ? as_error_memory(error) : AS_OK;
}

/* Ids of leads merged at the moment lead to their survivors' rows, through chains of merges. */
static enum as_status map_merged(struct as_load *load, int64_t known_at, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error,
        "WITH RECURSIVE now(merged, survivor) AS (SELECT merged, survivor FROM merge WHERE at <= ?1"
        " AND (undone_at IS NULL OR undone_at > ?1)), last(merged, survivor) AS (SELECT merged, survivor "
        "FROM now"
        " UNION SELECT l.merged, n.survivor FROM last l JOIN now n ON n.merged = l.survivor)"
        " SELECT merged, survivor FROM last WHERE survivor NOT IN (SELECT merged FROM now)",
        "i", known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        int64_t merged = sqlite3_column_int64(stmt, 0);
        uint32_t row = as_lead_row(load, sqlite3_column_int64(stmt, 1));
        if (row == AS_NO_INDEX || merged >= load->lead_room)
            continue;
        if (load->took_in == NULL &&
            (load->took_in = calloc(AS_BIT_WORDS(load->dataset->leads) + 1, 8)) == NULL) {
            status = as_error_memory(error);
            break;
        }
        load->lead_row[merged] = row + 1;
        as_bit_set(load->took_in, row);
    }
    sqlite3_finalize(stmt);
    return status;
}

/* An account that was merged away leads to its survivor's row. */
static enum as_status map_merged_accounts(struct as_load *load, int64_t known_at, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error,
                     "SELECT id, merged_into FROM account WHERE merged_into IS NOT NULL AND merged_at <= ?"
                     " ORDER BY merged_at DESC",
                     "i", known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_account_row(load, sqlite3_column_int64(stmt, 1));
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (row != AS_NO_INDEX && id < load->account_room)
            load->account_row[id] = row + 1;
    }
    sqlite3_finalize(stmt);
    return status;
}

enum as_status as_load_attach(struct as_load *load, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    enum as_status status =
        new_map(&load->lead_row, &load->lead_room, load->store, "SELECT max(id) FROM lead", error);
    if (status == AS_OK)
        status = new_map(&load->account_row, &load->account_room, load->store, "SELECT max(id) FROM account",
                         error);
    if (status != AS_OK)
        return status;
    for (uint32_t r = 0; r < dataset->leads; r++)
        if (dataset->lead_id[r] < load->lead_room)
            load->lead_row[dataset->lead_id[r]] = r + 1;
    for (uint32_t r = 0; r < dataset->accounts; r++)
        if (dataset->account_id[r] < load->account_room)
            load->account_row[dataset->account_id[r]] = r + 1;
    status = map_merged(load, dataset->known_at, error);
    return status == AS_OK ? map_merged_accounts(load, dataset->known_at, error) : status;
}

enum as_status as_load_rows(struct as_load *load, struct as_error *error)
{
    struct id_list leads = {0}, accounts = {0};
    enum as_status status = choose_leads(&leads, load, error);
    if (status == AS_OK)
        status = choose_accounts(&accounts, &leads, load, error);
    if (status == AS_OK && (leads.n >= UINT32_MAX || accounts.n >= UINT32_MAX))
        status = as_error_set(error, AS_ERR_LIMIT, "more than %u leads or accounts", UINT32_MAX);
    if (status == AS_OK)
        status = as_dataset_new(&load->dataset, load->schema, (uint32_t)leads.n, (uint32_t)accounts.n, error);
    if (status == AS_OK) {
        struct as_dataset *dataset = load->dataset;
        dataset->at = load->request->at;
        dataset->known_at = load->request->known_at;
        if (leads.n > 0)
            memcpy(dataset->lead_id, leads.at, leads.n * sizeof *leads.at);
        if (accounts.n > 0)
            memcpy(dataset->account_id, accounts.at, accounts.n * sizeof *accounts.at);
        status = as_load_attach(load, error);
    }
    free(leads.at);
    free(accounts.at);
    return status;
}

void as_load_free(struct as_load *load)
{
    free(load->lead_row);
    free(load->account_row);
    free(load->took_in);
    as_facts_let_go(&load->facts[AS_LEVEL_LEAD]);
    as_facts_let_go(&load->facts[AS_LEVEL_ACCOUNT]);
    as_field_map_free(&load->map);
}

/* --- columns --- */

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
    if (held)
        as_load_json(&ids, facts->changed, facts->changed_n);
    else if (load->part)
        as_load_json(&ids, level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id, all);
    sqlite3_stmt *stmt = as_sql_fresh(load->store, error, as_buf_c(&sql), some ? "t" : "", as_buf_c(&ids));
    as_buf_free(&sql);
    if (stmt == NULL) {
        as_buf_free(&ids);
        return as_sql_failed(load->store, error);
    }
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
    sqlite3_finalize(stmt);
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
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
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
    sqlite3_finalize(stmt);
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
    return status == AS_OK ? as_dataset_link(load->dataset, error) : status;
}
