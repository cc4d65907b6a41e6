/* Space: a team's own keys and notes, and the facts of one row for scripts. */
#include "store/work/space.h"

#include "base/limits.h"
#include "store/facts/cells.h"

#include <stdio.h>
#include <string.h>

static enum as_status check_size(const char *key, struct as_str value, struct as_error *error)
{
    if (key != NULL && (key[0] == '\0' || strlen(key) > AS_MAX_NAME))
        return as_error_set(error, AS_ERR_LIMIT, "a key has 1 to %d bytes", AS_MAX_NAME);
    if (value.n > AS_MAX_TEXT)
        return as_error_set(error, AS_ERR_LIMIT, "a value has at most %d bytes", AS_MAX_TEXT);
    return AS_OK;
}

enum as_status as_store_space_get(struct as_buf *out, bool *found, struct as_store *store, const char *pack,
                                  const char *key, struct as_error *error)
{
    return as_sql_get_text(out, found, store, error, "SELECT value FROM kv WHERE pack = ? AND key = ?", "tt",
                           pack, key);
}

static enum as_status count_space(struct as_store *store, const char *pack, struct as_error *error)
{
    struct as_space_use *use = &store->space;
    enum as_status status;
    if (strcmp(use->pack, pack) == 0)
        return AS_OK;
    sqlite3_stmt *stmt =
        as_sql(store, error,
               "SELECT count(*), coalesce(sum(length(CAST(key AS BLOB)) + length(CAST(value AS BLOB))), 0)"
               " FROM kv WHERE pack = ?",
               "t", pack);
    if (as_sql_row(&status, store, stmt, error)) {
        use->keys = sqlite3_column_int64(stmt, 0);
        use->bytes = sqlite3_column_int64(stmt, 1);
        snprintf(use->pack, sizeof use->pack, "%s", pack);
        sqlite3_reset(stmt);
    }
    return status;
}

/* One team's cache does not fill the disk of all. */
static enum as_status check_quota(struct as_space_use *after, struct as_store *store, const char *pack,
                                  const char *key, struct as_str value, struct as_error *error)
{
    int64_t held = 0;
    bool found = false;
    enum as_status status = count_space(store, pack, error);
    if (status == AS_OK)
        status = as_sql_get(&held, &found, store, error,
                            "SELECT length(CAST(key AS BLOB)) + length(CAST(value AS BLOB)) FROM kv"
                            " WHERE pack = ? AND key = ?",
                            "tt", pack, key);
    if (status != AS_OK)
        return status;
    *after = store->space;
    after->keys += !found;
    after->bytes += (int64_t)(strlen(key) + value.n) - (found ? held : 0);
    if (after->keys <= AS_MAX_SPACE_KEYS && after->bytes <= AS_MAX_SPACE_BYTES)
        return AS_OK;
    as_error_set(error, AS_ERR_LIMIT, "the space of pack %s is full: %d keys or %lld MiB", pack,
                 AS_MAX_SPACE_KEYS, (long long)(AS_MAX_SPACE_BYTES / (1024 * 1024)));
    return as_error_advise(error, "remove keys that are no longer needed");
}

enum as_status as_store_space_put(struct as_store *store, const char *pack, const char *key,
                                  struct as_str value, int64_t now, struct as_error *error)
{
    struct as_space_use after;
    enum as_status status = check_size(key, value, error);
    if (value.p == NULL)
        value.p = "";
    if (status == AS_OK)
        status = check_quota(&after, store, pack, key, value, error);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "INSERT INTO kv(pack, key, value, at) VALUES(?1, ?2, ?3, ?4)"
                           " ON CONFLICT(pack, key) DO UPDATE SET value = ?3, at = ?4",
                           "ttsi", pack, key, value, now);
    if (status == AS_OK)
        store->space = after;
    return status;
}

enum as_status as_store_space_remove(bool *removed, struct as_store *store, const char *pack, const char *key,
                                     struct as_error *error)
{
    enum as_status status =
        as_sql_do(store, error, "DELETE FROM kv WHERE pack = ? AND key = ?", "tt", pack, key);
    *removed = status == AS_OK && sqlite3_changes(store->db) > 0;
    if (*removed)
        store->space.pack[0] = '\0'; /* counted anew when something is put */
    return status;
}

enum as_status as_store_space_list(struct as_store *store, const char *pack, const char *prefix,
                                   as_space_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT key, value, at FROM kv WHERE pack = ?1 AND key >= ?2"
                                      " AND substr(key, 1, length(?2)) = ?2 ORDER BY key",
                                      "tt", pack, prefix);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status =
            each(context, as_sql_text(stmt, 0), as_sql_str(stmt, 1), sqlite3_column_int64(stmt, 2), error);
    as_sql_end(store, stmt);
    return status;
}

static enum as_status row_exists(struct as_store *store, enum as_level level, int64_t row_id,
                                 int64_t known_at, struct as_error *error)
{
    bool found;
    enum as_status status =
        level == AS_LEVEL_LEAD
            ? as_sql_get(NULL, &found, store, error,
                         "SELECT 1 FROM lead WHERE id = ? AND first_known <= ? AND erased_at IS NULL", "ii",
                         row_id, known_at)
            : as_sql_get(NULL, &found, store, error,
                         "SELECT 1 FROM account WHERE id = ? AND first_known <= ?", "ii", row_id, known_at);
    if (status == AS_OK && !found)
        return as_error_set(error, AS_ERR_MISSING, "there is no %s #%lld", as_level_name(level),
                            (long long)row_id);
    return status;
}

enum as_status as_store_note_add(struct as_store *store, const char *pack, enum as_level level,
                                 int64_t row_id, struct as_str text, int64_t now, struct as_error *error)
{
    enum as_status status = check_size(NULL, text, error);
    if (status == AS_OK)
        status = row_exists(store, level, row_id, INT64_MAX, error);
    if (text.p == NULL)
        text.p = "";
    return status != AS_OK
               ? status
               : as_sql_do(store, error,
                           "INSERT INTO note(pack, lead_id, account_id, text, at) VALUES(?, ?, ?, ?, ?)",
                           "tkksi", pack, level == AS_LEVEL_LEAD ? row_id : (int64_t)0,
                           level == AS_LEVEL_ACCOUNT ? row_id : (int64_t)0, text, now);
}

enum as_status as_store_notes(struct as_store *store, const char *pack, enum as_level level, int64_t row_id,
                              as_note_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        level == AS_LEVEL_LEAD
            ? as_sql_fresh(store, error,
                           "SELECT at, text FROM note WHERE lead_id = ? AND pack = ? ORDER BY id", "it",
                           row_id, pack)
            : as_sql_fresh(store, error,
                           "SELECT at, text FROM note WHERE account_id = ? AND pack = ? ORDER BY id", "it",
                           row_id, pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), as_sql_str(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}

/* --- facts of one row --- */

struct then {
    bool changed, known;
};

/* The value held at known_at where it is not the one held now. */
static enum as_status value_then(struct then *out, struct as_buf *text, struct as_store *store,
                                 enum as_level level, int64_t row_id, int64_t field_id, int64_t known_at,
                                 struct as_error *error)
{
    enum as_status status;
    out->known = false;
    status = as_sql_get(NULL, &out->changed, store, error,
                        "SELECT known_from FROM field_source WHERE level = ? AND row_id = ? AND field_id = ? "
                        "AND known_from > ?",
                        "iiii", (int64_t)level, row_id, field_id, known_at);
    if (status != AS_OK || !out->changed)
        return status;
    as_buf_reset(text);
    return as_sql_get_text(text, &out->known, store, error,
                           "SELECT value FROM field_history WHERE level = ? AND row_id = ? AND field_id = ?"
                           " AND overruled = 0 AND known_from <= ?4 AND known_to > ?4",
                           "iiii", (int64_t)level, row_id, field_id, known_at);
}

static enum as_status give_fields(struct as_store *store, const struct as_schema *schema,
                                  const struct as_field_map *map, const struct as_columns *columns,
                                  int64_t row_id, int64_t known_at, as_fact_fn each, void *context,
                                  struct as_error *error)
{
    struct as_buf sql = {0}, text = {0};
    enum as_status status = AS_OK;
    as_buf_printf(&sql, "SELECT %s FROM %s WHERE id = ?", as_buf_c(&columns->list),
                  as_level_name(columns->level));
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "i", row_id);
    bool row = as_sql_row(&status, store, stmt, error);
    for (uint32_t i = 0; row && i < columns->n && status == AS_OK; i++) {
        const struct as_field *field = schema->fields.at[columns->field[i]];
        struct as_cell cell;
        struct then then;
        as_cell_read(&cell, field->type, stmt, columns->place[i]);
        status = value_then(&then, &text, store, columns->level, row_id, map->field[columns->field[i]],
                            known_at, error);
        if (status != AS_OK || !(then.changed ? then.known : cell.known))
            continue;
        if (!then.changed) {
            as_buf_reset(&text);
            as_cell_text(&text, &cell);
        }
        status = each(context, field->name, field->type, (struct as_str){as_buf_c(&text), text.n}, error);
    }
    as_sql_end(store, stmt);
    as_buf_free(&text);
    return status;
}

enum as_status as_store_read_row(struct as_store *store, const struct as_schema *schema, enum as_level level,
                                 int64_t row_id, int64_t known_at, as_fact_fn each, void *context,
                                 struct as_error *error)
{
    char id[32];
    struct as_field_map map;
    struct as_columns columns = {.level = level};
    enum as_status status = row_exists(store, level, row_id, known_at, error);
    if (status != AS_OK || (status = as_field_map_load(&map, store, schema, error)) != AS_OK)
        return status;
    snprintf(id, sizeof id, "#%lld", (long long)row_id);
    status = each(context, "id", AS_TYPE_TEXT, as_str_of(id), error);
    if (status == AS_OK)
        status = as_columns_load(&columns, schema, &map, level, NULL, error);
    if (status == AS_OK && columns.n > 0)
        status = give_fields(store, schema, &map, &columns, row_id, known_at, each, context, error);
    as_columns_free(&columns);
    as_field_map_free(&map);
    return status;
}

/* ?1 the row, ?2 at, ?3 known_at: `mine`, the events of a person, each as often as in the log that has it
 * oftenest, or of an account. */
#define MINE_OF_LEAD                                                                                         \
    AS_SQL_MERGED ", numbered AS (SELECT e.id, e.time, e.kind_id, e.hash, row_number() OVER (PARTITION BY"   \
                  " e.lead_id, e.time, e.kind_id, e.hash ORDER BY e.id) AS nth FROM event e WHERE e.lead_id" \
                  " IN (SELECT id FROM me) AND e.time <= ?2 AND e.known_at <= ?3), mine(id) AS (SELECT"      \
                  " min(id) FROM numbered GROUP BY time, kind_id, hash, nth)"
#define MINE_OF_ACCOUNT                                                                                      \
    "WITH mine(id) AS (SELECT e.id FROM event e WHERE (e.account_id = ?1 OR e.lead_id IN (SELECT id FROM"    \
    " lead WHERE account_id = ?1)) AND e.time <= ?2 AND e.known_at <= ?3)"
#define NEWEST_OF_MINE                                                                                       \
    " SELECT * FROM (SELECT e.time, k.name, (SELECT json_group_object(p.name, v.value) FROM event_value v"   \
    " JOIN event_property p ON p.id = v.property_id WHERE v.event_id = e.id AND v.property_id IN (SELECT id" \
    " FROM event_property WHERE kind_id = e.kind_id)), e.id FROM mine m JOIN event e ON e.id = m.id JOIN"    \
    " event_kind k ON k.id = e.kind_id ORDER BY e.time DESC, e.id DESC LIMIT ?4) ORDER BY 1, 4"

enum as_status as_store_read_events(struct as_store *store, enum as_level level, int64_t row_id, int64_t at,
                                    int64_t known_at, uint32_t most, as_event_fn each, void *context,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, level == AS_LEVEL_LEAD ? MINE_OF_LEAD NEWEST_OF_MINE : MINE_OF_ACCOUNT NEWEST_OF_MINE,
        "iiii", row_id, at, known_at, most == 0 ? (int64_t)-1 : (int64_t)most);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status =
            each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), as_sql_text(stmt, 2), error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_read_answers(struct as_store *store, enum as_level level, int64_t row_id, int64_t at,
                                     int64_t known_at, as_answer_fn each, void *context,
                                     struct as_error *error)
{
    enum as_status status = AS_OK;
    /* The same choice as in answers.c: the last word of each voice, stated before inferred, then the newest.
     */
    static const char rows[] =
        AS_SQL_MERGED ", mine AS (SELECT * FROM answer WHERE %s AND time <= ?2 AND known_at <= ?3),"
                      " last AS (SELECT *, row_number() OVER (PARTITION BY question, manner, voice"
                      " ORDER BY time DESC, id DESC) AS nth FROM mine),"
                      " best AS (SELECT *, row_number() OVER (PARTITION BY question"
                      " ORDER BY manner = 'stated' DESC, time DESC, id DESC) AS place FROM last WHERE nth = 1"
                      " AND value IS NOT NULL) SELECT question, value, manner, voice, time"
                      " FROM best WHERE place = 1 ORDER BY question";
    struct as_buf sql = {0};
    as_buf_printf(&sql, rows, level == AS_LEVEL_LEAD ? "lead_id IN (SELECT id FROM me)" : "account_id = ?1");
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "iii", row_id, at, known_at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), as_sql_str(stmt, 1), as_sql_text(stmt, 2),
                      as_sql_text(stmt, 3), sqlite3_column_int64(stmt, 4), error);
    as_sql_end(store, stmt);
    return status;
}
