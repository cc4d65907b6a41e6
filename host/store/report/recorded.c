/* Reads the times of recording. A fact whose source and time are its row's own has no row in field_source. */
#include "store/report/recorded.h"

#include "store/database.h"

static enum as_status each_row(struct as_store *store, sqlite3_stmt *stmt, as_recorded_fn each, void *context,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_first_known(struct as_store *store, enum as_level level, as_recorded_fn each,
                                    void *context, struct as_error *error)
{
    const char *sql = level == AS_LEVEL_LEAD ? "SELECT id, first_known FROM lead ORDER BY id"
                                             : "SELECT id, first_known FROM account ORDER BY id";
    return each_row(store, as_sql_fresh(store, error, sql, ""), each, context, error);
}

#define SAID_LATER(table)                                                                                    \
    "SELECT s.row_id, s.known_from FROM (SELECT level, row_id, field_id, known_from FROM field_source"       \
    " UNION ALL SELECT level, row_id, field_id, known_from FROM field_history WHERE overruled = 0 AND"       \
    " known_to > ?3) s JOIN field f ON f.id = s.field_id JOIN " table " t ON t.id = s.row_id"                \
    " WHERE s.level = ?1 AND f.level = '" table "' AND f.name = ?2 AND f.ask IS NULL"                        \
    " AND s.known_from > t.first_known AND s.known_from <= ?3 ORDER BY s.row_id, s.known_from"

enum as_status as_store_recorded_later(struct as_store *store, enum as_level level, const char *field,
                                       int64_t known_at, as_recorded_fn each, void *context,
                                       struct as_error *error)
{
    const char *sql = level == AS_LEVEL_LEAD ? SAID_LATER("lead") : SAID_LATER("account");
    return each_row(store, as_sql_fresh(store, error, sql, "iti", (int64_t)level, field, known_at), each,
                    context, error);
}
