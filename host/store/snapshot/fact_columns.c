/* Fact columns: keeping the files of leads' and accounts' fields; reading them is fact_rows.c's and
 * fact_fields.c's. */
#include "store/snapshot/fact_columns.h"

#include "base/ids.h"
#include "store/companion.h"
#include "store/read_ahead.h"
#include "store/readers.h"
#include "store/snapshot/basis.h"
#include "store/snapshot/loading.h"
#include "store/snapshot/projection.h"

#include "base/arena.h"
#include "base/thread.h"

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

enum as_status as_fact_ids(int64_t **ids, size_t *n, struct as_store *store, sqlite3_stmt *stmt,
                           struct as_error *error)
{
    struct as_id_list list = {*ids, *n, *n};
    enum as_status status = as_id_gather(&list, store, stmt, error);
    *ids = list.at;
    *n = as_ids_each_once(list.at, list.n);
    return status;
}

/* --- opening --- */

enum as_status as_facts_open_part(struct as_fact_file *out, struct as_store *store, const char *part,
                                  struct as_error *error)
{
    int64_t sum;
    bool found;
    *out = (struct as_fact_file){.head = NULL};
    enum as_status status = as_projection_part(&sum, &found, store, part, error);
    if (status != AS_OK || !found)
        return status;
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_FACTS, (uint64_t)sum);
    status = path.failed ? as_error_memory(error)
                         : as_fact_file_open(out, &found, as_buf_c(&path), (uint64_t)sum, error);
    as_buf_free(&path);
    return status;
}

static enum as_status open_level(struct as_fact_level *out, struct as_store *store, enum as_level level,
                                 struct as_error *error)
{
    *out = (struct as_fact_level){.changed = NULL};
    enum as_status status = as_facts_open_part(&out->file, store, parts[level], error);
    if (status != AS_OK || out->file.head == NULL)
        return status;
    struct as_buf sql = {0};
    as_buf_printf(&sql,
                  "SELECT id FROM %s WHERE id > ?1 UNION ALL SELECT row_id FROM fact_change WHERE id > ?2"
                  " AND level = %d",
                  as_level_name(level), (int)level);
    return as_fact_ids(
        &out->changed, &out->changed_n, store,
        as_sql_made(store, error, &sql, "ii", out->file.head->last_id, out->file.head->last_change), error);
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

/* Ids of a piece of the rows, which one thread reads at a time, and how many pieces lie read for each. */
enum { PIECE_ROWS = 1 << 11, AHEAD = 2 };

struct row {
    int64_t id, first_known, other;
};
struct piece {
    struct as_arena texts;
    struct row *rows;
    struct as_cell *cells; /* of each row as many as there are columns */
    size_t n;
};

struct reading {
    struct as_readers readers;
    struct as_fact_writer *writer;
    const struct as_columns *columns;
    const struct as_schema *schema;
    struct as_buf sql;
    struct piece pieces[AS_MAX_THREADS * AHEAD]; /* by item % ahead */
    struct as_read_ahead *read_ahead;
    size_t ahead, all;
};

static enum as_status keep_text(struct as_str *text, struct as_arena *arena, struct as_error *error)
{
    if (text->n > 0 && (text->p = as_arena_copy(arena, text->p, text->n)) == NULL)
        return as_error_memory(error);
    return AS_OK;
}

static enum as_status keep_row(struct piece *piece, const struct reading *reading, sqlite3_stmt *stmt,
                               struct as_error *error)
{
    const struct as_columns *columns = reading->columns;
    struct as_cell *cells = piece->cells + piece->n * columns->n;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < columns->n && status == AS_OK; i++) {
        as_cell_read(&cells[i], reading->schema->fields.at[columns->field[i]]->type, stmt,
                     ROW_WIDTH + columns->place[i]);
        status = keep_text(&cells[i].text, &piece->texts, error);
        if (status == AS_OK)
            status = keep_text(&cells[i].currency, &piece->texts, error);
    }
    piece->rows[piece->n++] = (struct row){sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1),
                                           sqlite3_column_int64(stmt, 2)};
    return status;
}

static enum as_status read_piece(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct reading *reading = context;
    struct as_store *store = reading->readers.at[worker];
    struct piece *piece = &reading->pieces[item % reading->ahead];
    int64_t after = (int64_t)item * PIECE_ROWS;
    enum as_status status = AS_OK;
    *piece =
        (struct piece){.rows = malloc(PIECE_ROWS * sizeof *piece->rows),
                       .cells = malloc((size_t)PIECE_ROWS * reading->columns->n * sizeof *piece->cells + 1)};
    if (piece->rows == NULL || piece->cells == NULL)
        return as_error_memory(error);
    sqlite3_stmt *stmt = as_sql_fresh(store, error, as_buf_c(&reading->sql), "ii", after, after + PIECE_ROWS);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = keep_row(piece, reading, stmt, error);
    as_sql_end(store, stmt);
    return status;
}

static void free_piece(struct piece *piece)
{
    as_arena_free(&piece->texts);
    free(piece->rows);
    free(piece->cells);
    *piece = (struct piece){.n = 0};
}

static enum as_status write_piece(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct reading *reading = context;
    struct piece *piece = &reading->pieces[item % reading->ahead];
    enum as_status status = AS_OK;
    (void)worker;
    for (size_t i = 0; i < piece->n && status == AS_OK; i++)
        status = as_fact_writer_add(reading->writer, piece->rows[i].id, piece->rows[i].first_known,
                                    piece->rows[i].other, piece->cells + i * reading->columns->n, error);
    free_piece(piece);
    as_read_ahead_reached(reading->read_ahead, item + 1, reading->all);
    return status;
}

/* Read by all processors, numbered and written by one. */
static enum as_status write_rows(struct as_fact_writer *writer, struct as_store *store, enum as_level level,
                                 const struct as_columns *columns, const struct as_schema *schema,
                                 int64_t last_id, struct as_error *error)
{
    struct reading *reading = calloc(1, sizeof *reading);
    if (reading == NULL)
        return as_error_memory(error);
    reading->writer = writer;
    reading->columns = columns;
    reading->schema = schema;
    as_buf_printf(&reading->sql, "%s%s%s%s AND id > ? AND id <= ? ORDER BY id", row_of[level],
                  columns->n > 0 ? ", " : "", as_buf_c(&columns->list), from[level]);
    size_t pieces = reading->all = (size_t)((last_id + PIECE_ROWS - 1) / PIECE_ROWS);
    const char *table = as_level_name(level);
    as_read_ahead_begin(&reading->read_ahead, store, &table, 1);
    as_readers_open(&reading->readers, store, pieces);
    reading->ahead = reading->readers.n * (size_t)AHEAD;
    enum as_status status = reading->sql.failed ? as_error_memory(error)
                                                : as_relay(reading->readers.n, pieces, reading->ahead,
                                                           read_piece, write_piece, reading, error);
    for (size_t i = 0; i < reading->ahead; i++)
        free_piece(&reading->pieces[i]);
    as_readers_close(&reading->readers);
    as_read_ahead_end(reading->read_ahead);
    as_buf_free(&reading->sql);
    free(reading);
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
    status = as_projection_name(store, parts[level], sum, error);
    if (status == AS_OK)
        status = as_store_cut_fact_changes(store, level, last_change, error);
    return as_store_end(store, status, error);
}

/* The positions are taken before anything is read: what comes in meanwhile is found again as a change. */
static enum as_status make(struct as_store *store, enum as_level level, const struct as_columns *columns,
                           const struct as_schema *schema, const struct as_field_map *map,
                           struct as_error *error)
{
    struct as_fact_head *head = calloc(1, sizeof *head);
    struct as_fact_writer *writer = NULL;
    struct as_buf path = {0}, sql = {0};
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
    if (as_sql_row(&status, store, stmt, error))
        head->last_id = sqlite3_column_int64(stmt, 0);
    as_sql_end(store, stmt);
    if (status == AS_OK)
        status =
            as_sql_get(&head->last_change, NULL, store, error,
                       "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'fact_change'", "");
    if (status == AS_OK)
        status = as_fact_writer_new(&writer, as_buf_c(&path), head, (uint64_t)head->last_id, error);
    for (uint32_t i = 0; i < columns->n && status == AS_OK; i++) {
        const struct as_field *field = schema->fields.at[columns->field[i]];
        status = as_fact_writer_first(writer, i, field->choices, field->choice_count, error);
    }
    if (status == AS_OK)
        status = write_rows(writer, store, level, columns, schema, head->last_id, error);
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

enum as_status as_facts_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int level = AS_LEVEL_LEAD; level <= AS_LEVEL_ACCOUNT && status == AS_OK; level++) {
        struct as_fact_level held;
        status = open_level(&held, store, (enum as_level)level, error);
        if (status == AS_OK && held.file.head != NULL && !as_fact_file_whole(&held.file))
            status = as_companion_spoilt(found, store, AS_COMPANION_FACTS, held.file.head->sum, error);
        as_facts_let_go(&held);
    }
    return status;
}
