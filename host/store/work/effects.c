/* Effects: the outbox. What a decision wants done waits here from the decision's own transaction on
 * (effect_rows.c writes it); sending is left to host/net. */
#include "store/work/effects.h"

#include "store/work/outbox_rows.h"

/* What a held task says is in its payload alone until somebody approves it. */
static enum as_status make_held_tasks(struct as_store *store, const char *pack, struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO task(key, pack, text, role, play, lead_id, account_id, created, due)"
                     " SELECT key, pack, json_extract(payload, '$.task'), json_extract(payload, '$.role'),"
                     " json_extract(payload, '$.of'), lead_id, account_id, at,"
                     " CAST(strftime('%s', json_extract(payload, '$.due')) AS INTEGER)"
                     " FROM outbox WHERE state = 'held'"
                     " AND kind = 'task' AND (?1 IS NULL OR pack = ?1) AND (destination IS NULL"
                     " OR substr(key, -1 - length(destination)) <> '>' || destination)"
                     " AND json_extract(payload, '$.task') IS NOT NULL ON CONFLICT(key) DO NOTHING",
                     "t", pack);
}

enum as_status as_store_release(uint64_t *released, struct as_store *store, const char *pack, int64_t now,
                                struct as_error *error)
{
    *released = 0;
    enum as_status status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status = make_held_tasks(store, pack, error);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "UPDATE outbox SET state = 'queued', changed_at = ?2"
                           " WHERE state = 'held' AND (?1 IS NULL OR pack = ?1)",
                           "ti", pack, now);
    *released = status == AS_OK ? (uint64_t)sqlite3_changes(store->db) : 0;
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "UPDATE run SET held = 0 WHERE held = 1 AND (?1 IS NULL OR pack = ?1)", "t", pack);
    return as_store_end(store, status, error);
}

enum as_status as_store_effects_waiting(struct as_effects_waiting *out, struct as_store *store,
                                        const char *pack, struct as_error *error)
{
    enum as_status status;
    *out = (struct as_effects_waiting){0};
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT state, n FROM outbox_count WHERE pack = ?", "t", pack);
    while (as_sql_row(&status, store, stmt, error))
        *(as_str_is(as_sql_str(stmt, 0), "held") ? &out->held : &out->queued) =
            (uint64_t)sqlite3_column_int64(stmt, 1);
    return status;
}

static void row_of(struct as_effect_row *row, sqlite3_stmt *stmt)
{
    *row = (struct as_effect_row){.id = sqlite3_column_int64(stmt, 0),
                                  .run = sqlite3_column_int64(stmt, 1),
                                  .lead_id = sqlite3_column_int64(stmt, 2),
                                  .account_id = sqlite3_column_int64(stmt, 3),
                                  .at = sqlite3_column_int64(stmt, 4),
                                  .key = as_sql_text(stmt, 5),
                                  .pack = as_sql_text(stmt, 6),
                                  .kind = as_sql_text(stmt, 7),
                                  .state = as_sql_text(stmt, 8),
                                  .payload_json = as_sql_text(stmt, 9),
                                  .destination = as_sql_text(stmt, 10),
                                  .note = as_sql_text(stmt, 11),
                                  .tries = (uint32_t)sqlite3_column_int64(stmt, 12),
                                  .due = as_sql_time(stmt, 13)};
}

enum as_status as_effect_rows(struct as_store *store, sqlite3_stmt *stmt, as_effect_row_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_effect_row row;
        row_of(&row, stmt);
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_effects(struct as_store *store, const char *pack, const char *state,
                                as_effect_row_fn each, void *context, struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT " AS_EFFECT_COLUMNS " FROM outbox o"
                                      " WHERE (?1 IS NULL OR pack = ?1) AND (?2 IS NULL OR state = ?2)"
                                      " ORDER BY id",
                                      "tt", pack, state);
    return as_effect_rows(store, stmt, each, context, error);
}

enum as_status as_store_effects_since(struct as_store *store, int64_t after, as_effect_row_fn each,
                                      void *context, struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT " AS_EFFECT_COLUMNS " FROM outbox o WHERE id > ? ORDER BY id", "i", after);
    return as_effect_rows(store, stmt, each, context, error);
}

enum as_status as_store_newest_effect(int64_t *id, struct as_store *store, struct as_error *error)
{
    return as_sql_get(id, NULL, store, error, "SELECT coalesce(max(id), 0) FROM outbox", "");
}
