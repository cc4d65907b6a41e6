/* Fact columns: keeping the files of leads' and accounts' fields, and filling a snapshot from them. */
#include "store/fact_columns.h"

#include "store/companion.h"
#include "store/loading.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A file is made anew when more than this share of its rows, and so many, are no longer as it has them. */
enum { REMAKE_SHARE = 8, REMAKE_ROWS = 1000 };

static const char *const parts[] = {[AS_LEVEL_LEAD] = "leads", [AS_LEVEL_ACCOUNT] = "accounts"};
/* What stands before the fields: id, first_known, and a lead's account or when an account was merged away. */
static const char *const row_of[] = {
    [AS_LEVEL_LEAD] = "SELECT id, first_known, coalesce(account_id, 0)",
    [AS_LEVEL_ACCOUNT] = "SELECT id, first_known, CASE WHEN merged_into IS NULL THEN 0 ELSE merged_at END",
};
static const char *const from[] = {
    [AS_LEVEL_LEAD] = " FROM lead WHERE erased_at IS NULL",
    [AS_LEVEL_ACCOUNT] = " FROM account WHERE 1",
};
enum { ROW_WIDTH = 3 };

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* All first columns of a statement of its own, ascending, each once. */
static enum as_status gather_ids(int64_t **ids, size_t *n, struct as_store *store, sqlite3_stmt *stmt,
                                 struct as_error *error)
{
    enum as_status status;
    size_t room = *n, kept = 0;
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error)) {
        if (*n == room) {
            room = room == 0 ? 256 : room * 2;
            int64_t *grown = realloc(*ids, room * sizeof *grown);
            if (grown == NULL) {
                status = as_error_memory(error);
                break;
            }
            *ids = grown;
        }
        (*ids)[(*n)++] = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
    if (*n > 1)
        qsort(*ids, *n, sizeof **ids, by_value);
    for (size_t i = 0; i < *n; i++)
        if (i == 0 || (*ids)[i] != (*ids)[kept - 1])
            (*ids)[kept++] = (*ids)[i];
    *n = kept;
    return status;
}

static bool among(int64_t id, size_t *at, const int64_t *ids, size_t n)
{
    while (*at < n && ids[*at] < id)
        ++*at;
    return *at < n && ids[*at] == id;
}

/* --- opening --- */

static enum as_status open_level(struct as_fact_level *out, struct as_store *store, enum as_level level,
                                 struct as_error *error)
{
    int64_t sum;
    bool found;
    *out = (struct as_fact_level){.changed = NULL};
    enum as_status status = as_sql_get(&sum, &found, store, error,
                                       "SELECT sum FROM projection WHERE part = ?", "t", parts[level]);
    if (status != AS_OK || !found)
        return status;
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_FACTS, (uint64_t)sum);
    status = path.failed ? as_error_memory(error)
                         : as_fact_file_open(&out->file, &found, as_buf_c(&path), (uint64_t)sum, error);
    as_buf_free(&path);
    if (status != AS_OK || !found)
        return status;
    struct as_buf sql = {0};
    as_buf_printf(&sql,
                  "SELECT id FROM %s WHERE id > ?1 UNION ALL SELECT row_id FROM fact_change WHERE id > ?2"
                  " AND level = %d",
                  as_level_name(level), (int)level);
    status = gather_ids(&out->changed, &out->changed_n, store,
                        as_sql_fresh(store, error, as_buf_c(&sql), "ii", out->file.head->last_id,
                                     out->file.head->last_change),
                        error);
    as_buf_free(&sql);
    return status;
}

void as_facts_let_go(struct as_fact_level *level)
{
    as_fact_file_close(&level->file);
    free(level->changed);
    *level = (struct as_fact_level){.changed = NULL};
}

static bool has_all(const struct as_fact_file *file, const struct as_columns *columns,
                    const struct as_schema *schema, const struct as_field_map *map)
{
    for (uint32_t i = 0; i < columns->n; i++) {
        int place = as_fact_file_column(file, map->field[columns->field[i]]);
        if (place < 0 ||
            file->head->column[place].type != (uint32_t)schema->fields.at[columns->field[i]]->type)
            return false;
    }
    return true;
}

enum as_status as_facts_open_level(struct as_load *load, enum as_level level, struct as_error *error)
{
    struct as_columns columns;
    struct as_fact_level *own = &load->facts[level];
    enum as_status status = open_level(own, load->store, level, error);
    if (status != AS_OK || own->file.head == NULL)
        return status;
    status = as_columns_load(&columns, load->schema, &load->map, level, load->request->fields, error);
    if (status == AS_OK && !has_all(&own->file, &columns, load->schema, &load->map))
        as_facts_let_go(own);
    as_columns_free(&columns);
    return status;
}

/* --- making --- */

static enum as_status write_rows(struct as_fact_writer *writer, struct as_store *store, enum as_level level,
                                 const struct as_columns *columns, const struct as_schema *schema,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_buf sql = {0};
    as_buf_printf(&sql, "%s%s%s%s ORDER BY id", row_of[level], columns->n > 0 ? ", " : "",
                  as_buf_c(&columns->list), from[level]);
    struct as_cell *cells = calloc((size_t)columns->n + 1, sizeof *cells);
    sqlite3_stmt *stmt = cells == NULL ? NULL : as_sql_fresh(store, error, as_buf_c(&sql), "");
    if (stmt == NULL)
        status = cells == NULL ? as_error_memory(error) : as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        for (uint32_t i = 0; i < columns->n; i++)
            as_cell_read(&cells[i], schema->fields.at[columns->field[i]]->type, stmt,
                         ROW_WIDTH + columns->place[i]);
        status = as_fact_writer_add(writer, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                    sqlite3_column_int64(stmt, 2), cells, error);
    }
    sqlite3_finalize(stmt);
    as_buf_free(&sql);
    free(cells);
    return status;
}

static enum as_status publish(struct as_store *store, enum as_level level, const char *path, uint64_t sum,
                              int64_t last_change, struct as_error *error)
{
    enum as_status status = as_companion_settle(store, path, AS_COMPANION_FACTS, sum, error);
    if (status == AS_OK)
        status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status = as_sql_do(store, error,
                       "INSERT INTO projection(part, sum) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET sum = ?2",
                       "ti", parts[level], (int64_t)sum);
    if (status == AS_OK)
        status = as_sql_do(store, error, "DELETE FROM fact_change WHERE level = ? AND id <= ?", "ii",
                           (int64_t)level, last_change);
    if (status == AS_OK)
        status = as_store_commit(store, error);
    if (status != AS_OK)
        as_store_rollback(store);
    return status;
}

/* The positions are taken before anything is read: what comes in meanwhile is found again as a change. */
static enum as_status make(struct as_store *store, enum as_level level, const struct as_columns *columns,
                           const struct as_schema *schema, const struct as_field_map *map,
                           struct as_error *error)
{
    struct as_fact_head *head = calloc(1, sizeof *head);
    struct as_fact_writer *writer = NULL;
    struct as_buf path = {0}, sql = {0};
    bool found;
    uint64_t sum;
    enum as_status status = AS_OK;
    as_companion_temporary(&path, store, AS_COMPANION_FACTS);
    as_buf_printf(&sql, "SELECT coalesce(max(id), 0) FROM %s", as_level_name(level));
    if (head == NULL || path.failed || sql.failed) {
        status = as_error_memory(error);
        goto done;
    }
    head->columns = columns->n;
    for (uint32_t i = 0; i < columns->n; i++) {
        head->column[i].field_id = map->field[columns->field[i]];
        head->column[i].type = (uint32_t)schema->fields.at[columns->field[i]]->type;
    }
    sqlite3_stmt *stmt = as_sql_fresh(store, error, as_buf_c(&sql), "");
    if (stmt == NULL)
        status = as_sql_failed(store, error);
    else if (as_sql_row(&status, store, stmt, error))
        head->last_id = sqlite3_column_int64(stmt, 0);
    sqlite3_finalize(stmt);
    if (status == AS_OK)
        status =
            as_sql_get(&head->last_change, &found, store, error,
                       "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'fact_change'", "");
    if (status == AS_OK)
        status = as_fact_writer_new(&writer, as_buf_c(&path), head, (uint64_t)head->last_id, error);
    if (status == AS_OK)
        status = write_rows(writer, store, level, columns, schema, error);
    if (status == AS_OK)
        status = as_fact_writer_end(&sum, writer, error);
    if (status == AS_OK)
        status = publish(store, level, as_buf_c(&path), sum, head->last_change, error);
done:
    if (writer != NULL)
        unlink(as_buf_c(&path)); /* there only when it did not become the file */
    as_fact_writer_free(writer);
    as_buf_free(&path);
    as_buf_free(&sql);
    free(head);
    return status;
}

/* What is asked for now, and what was asked for before: packs that take turns do not undo each other's file.
 */
static enum as_status unite(struct as_columns *out, const struct as_fact_file *file,
                            const struct as_schema *schema, const struct as_field_map *map,
                            enum as_level level, const uint64_t *fields, struct as_error *error)
{
    uint64_t *all = calloc(AS_BIT_WORDS(schema->fields.n) + 1, sizeof *all);
    if (all == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < schema->fields.n; i++)
        if (fields == NULL || as_bit(fields, i) ||
            (file->head != NULL && map->field[i] != 0 && as_fact_file_column(file, map->field[i]) >= 0))
            as_bit_set(all, i);
    enum as_status status = as_columns_load(out, schema, map, level, all, error);
    free(all);
    return status;
}

static enum as_status refresh_level(struct as_store *store, const struct as_schema *schema,
                                    const struct as_field_map *map, enum as_level level,
                                    const uint64_t *fields, struct as_error *error)
{
    struct as_fact_level held;
    struct as_columns columns = {.n = 0}, all = {.n = 0};
    enum as_status status = open_level(&held, store, level, error);
    if (status == AS_OK)
        status = as_columns_load(&columns, schema, map, level, fields, error);
    if (status == AS_OK)
        status = unite(&all, &held.file, schema, map, level, fields, error);
    bool right = status == AS_OK && held.file.head != NULL && has_all(&held.file, &columns, schema, map) &&
                 held.changed_n <= held.file.head->rows / REMAKE_SHARE + REMAKE_ROWS;
    if (status == AS_OK && !right && all.n <= AS_FACT_COLUMNS)
        status = make(store, level, &all, schema, map, error);
    as_columns_free(&columns);
    as_columns_free(&all);
    as_facts_let_go(&held);
    return status;
}

enum as_status as_facts_refresh(struct as_store *store, const struct as_schema *schema,
                                const struct as_field_map *map, const uint64_t *fields,
                                struct as_error *error)
{
    if (store->lock_fd < 0 || store->mode == AS_STORE_READ || store->depth > 0)
        return AS_OK;
    enum as_status status = refresh_level(store, schema, map, AS_LEVEL_LEAD, fields, error);
    return status == AS_OK ? refresh_level(store, schema, map, AS_LEVEL_ACCOUNT, fields, error) : status;
}

/* --- filling --- */

static const char *const changed_rows[] = {
    [AS_LEVEL_LEAD] =
        "SELECT id FROM lead WHERE id IN (SELECT value FROM json_each(?2)) AND first_known <= ?1"
        " AND erased_at IS NULL",
    [AS_LEVEL_ACCOUNT] =
        "SELECT id FROM account WHERE id IN (SELECT value FROM json_each(?2)) AND first_known <= ?1"
        " AND (merged_into IS NULL OR merged_at > ?1)",
};

enum as_status as_facts_rows(int64_t **ids, size_t *n, struct as_load *load, enum as_level level,
                             struct as_error *error)
{
    const struct as_fact_level *own = &load->facts[level];
    const struct as_fact_file *file = &own->file;
    int64_t known_at = load->request->known_at, *merged = NULL, *rows;
    size_t merged_n = 0, count = 0, kept = 0, c = 0, m = 0;
    struct as_buf changed = {0};
    enum as_status status = AS_OK;
    if (level == AS_LEVEL_LEAD)
        status = gather_ids(&merged, &merged_n, load->store,
                            as_sql_fresh(load->store, error,
                                         "SELECT merged FROM merge WHERE at <= ?1 AND (undone_at IS NULL OR"
                                         " undone_at > ?1)",
                                         "i", known_at),
                            error);
    rows = malloc(((size_t)file->head->rows + 1) * sizeof *rows);
    if (status == AS_OK && rows == NULL)
        status = as_error_memory(error);
    for (uint64_t i = 0; status == AS_OK && i < file->head->rows; i++) {
        int64_t merged_at = level == AS_LEVEL_ACCOUNT ? file->other[i] : 0;
        if (file->first_known[i] <= known_at && (merged_at == 0 || merged_at > known_at) &&
            !among(file->id[i], &c, own->changed, own->changed_n))
            rows[count++] = file->id[i];
    }
    *ids = rows;
    *n = count;
    if (status == AS_OK && own->changed_n > 0) {
        as_load_json(&changed, own->changed, own->changed_n);
        status = gather_ids(
            ids, n, load->store,
            as_sql_fresh(load->store, error, changed_rows[level], "it", known_at, as_buf_c(&changed)), error);
    }
    for (size_t i = 0; status == AS_OK && i < *n; i++)
        if (!among((*ids)[i], &m, merged, merged_n))
            (*ids)[kept++] = (*ids)[i];
    *n = kept;
    free(merged);
    as_buf_free(&changed);
    return status;
}

/* The codes that the file's texts have in the column; NULL when memory is out. The first row serves as a
 * slate. */
static uint32_t *codes_of(struct as_column *column, const char *text, uint32_t n, const char *end,
                          struct as_error *error)
{
    uint32_t *codes = malloc(((size_t)n + 1) * sizeof *codes), length;
    for (uint32_t i = 0; codes != NULL && i < n; i++) {
        bool fits = (size_t)(end - text) >= sizeof length;
        if (fits)
            memcpy(&length, text, sizeof length);
        if (!fits || length > (size_t)(end - text) - sizeof length ||
            as_column_set_text(column, 0, (struct as_str){text + sizeof length, length}, error) != AS_OK) {
            free(codes);
            return NULL;
        }
        text += sizeof length + length;
        codes[i] = column->code[0];
    }
    as_bit_clear(column->known, 0);
    return codes;
}

static enum as_status fill_texts(struct as_column *column, const struct as_fact_file *file,
                                 const struct as_fact_column *of, const uint32_t *place, uint32_t rows,
                                 struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const uint32_t *value = as_fact_file_at(file, of->value);
    const char *text = as_fact_file_at(file, of->text);
    uint32_t *codes = codes_of(column, text, of->texts, text + of->text_bytes, error);
    if (codes == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++)
        if (place[row] != AS_NO_INDEX && as_bit(known, place[row])) {
            uint32_t code = value[place[row]];
            column->code[row] = codes[code < of->texts ? code : 0];
            as_bit_set(column->known, row);
        }
    free(codes);
    return AS_OK;
}

/* The texts of currencies stand behind the others, of which money has none. */
static enum as_status fill_money(struct as_column *column, const struct as_fact_file *file,
                                 const struct as_fact_column *of, const uint32_t *place, uint32_t rows,
                                 struct as_error *error)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const int64_t *value = as_fact_file_at(file, of->value);
    const uint32_t *currency = as_fact_file_at(file, of->currency);
    const char *text = as_fact_file_at(file, of->text);
    struct as_str *names = calloc((size_t)of->currencies + 1, sizeof *names);
    enum as_status status = names == NULL ? as_error_memory(error) : AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < of->currencies; i++) {
        uint32_t length;
        memcpy(&length, text, sizeof length);
        names[i] = (struct as_str){text + sizeof length, length};
        text += sizeof length + length;
    }
    for (uint32_t row = 0; row < rows && status == AS_OK; row++) {
        uint32_t at = place[row];
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        struct as_str name = currency[at] < of->currencies ? names[currency[at]] : (struct as_str){NULL, 0};
        status = as_column_set_money(column, row, value[at], name, error);
    }
    free(names);
    return status;
}

static void fill_numbers(struct as_load *load, struct as_column *column, const struct as_field *field,
                         const struct as_fact_file *file, const struct as_fact_column *of,
                         const uint32_t *place, uint32_t rows)
{
    const uint64_t *known = as_fact_file_at(file, of->known);
    const int64_t *value = as_fact_file_at(file, of->value);
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t at = place[row], target;
        if (at == AS_NO_INDEX || !as_bit(known, at))
            continue;
        if (column->type == AS_TYPE_BOOLEAN) {
            as_column_set_boolean(column, row, value[at] != 0);
        } else if (column->type == AS_TYPE_REFERENCE) {
            target = field->target == AS_LEVEL_LEAD ? as_lead_row(load, value[at])
                                                    : as_account_row(load, value[at]);
            if (target != AS_NO_INDEX)
                as_column_set_reference(column, row, target);
        } else {
            /* The bits of a number as they are. */
            memcpy(&column->i64[row], &value[at], sizeof value[at]);
            as_bit_set(column->known, row);
        }
    }
}

enum as_status as_facts_fill(struct as_load *load, enum as_level level, const struct as_columns *columns,
                             struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    const struct as_fact_level *own = &load->facts[level];
    const struct as_fact_file *file = &own->file;
    uint32_t rows = level == AS_LEVEL_LEAD ? dataset->leads : dataset->accounts;
    const int64_t *ids = level == AS_LEVEL_LEAD ? dataset->lead_id : dataset->account_id;
    size_t c = 0, f = 0;
    uint32_t *place = malloc(((size_t)rows + 1) * sizeof *place);
    if (place == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < rows; row++) {
        bool here = among(ids[row], &f, file->id, (size_t)file->head->rows);
        place[row] = here && !among(ids[row], &c, own->changed, own->changed_n) ? (uint32_t)f : AS_NO_INDEX;
        if (level == AS_LEVEL_LEAD && place[row] != AS_NO_INDEX)
            dataset->lead_account[row] = as_account_row(load, file->other[f]);
    }
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < columns->n && status == AS_OK && rows > 0; i++) {
        const struct as_field *field = load->schema->fields.at[columns->field[i]];
        struct as_column *column = dataset->field[columns->field[i]];
        const struct as_fact_column *of =
            &file->head->column[as_fact_file_column(file, load->map.field[columns->field[i]])];
        if (as_fact_is_text(field->type))
            status = fill_texts(column, file, of, place, rows, error);
        else if (field->type == AS_TYPE_MONEY)
            status = fill_money(column, file, of, place, rows, error);
        else
            fill_numbers(load, column, field, file, of, place, rows);
    }
    free(place);
    return status;
}
