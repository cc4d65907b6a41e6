/* Enrichments: one row for each enrichment and lead or account, and the answers that are kept. */
#include "store/work/enrichments.h"

#include "base/limits.h"
#include "store/database.h"

#include <string.h>

static const char *const outcomes[] = {"found", "nothing", "failed"};

enum as_status as_store_asked(struct as_store *store, const char *pack, const char *name, enum as_level level,
                              as_asked_fn each, void *context, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT row_id, at, outcome, failures, note FROM enrichment"
                                      " WHERE pack = ? AND name = ? AND level = ? ORDER BY row_id",
                                      "tti", pack, name, (int64_t)level);
    while (as_sql_row(&status, store, stmt, error)) {
        struct as_asked asked = {.row_id = sqlite3_column_int64(stmt, 0),
                                 .at = sqlite3_column_int64(stmt, 1),
                                 .failures = (uint32_t)sqlite3_column_int64(stmt, 3),
                                 .note = as_sql_text(stmt, 4)};
        const char *outcome = as_sql_text(stmt, 2);
        for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
            if (strcmp(outcome, outcomes[i]) == 0)
                asked.outcome = (enum as_asked_outcome)i;
        status = each(context, &asked, error);
        if (status != AS_OK)
            break;
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_asked_put(struct as_store *store, const char *pack, const char *name,
                                  enum as_level level, const struct as_asked *asked, struct as_error *error)
{
    bool failed = asked->outcome == AS_ASKED_FAILED;
    return as_sql_do(store, error,
                     "INSERT INTO enrichment(pack, name, level, row_id, at, outcome, failures, note)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
                     " ON CONFLICT(pack, name, level, row_id) DO UPDATE SET at = ?5, outcome = ?6,"
                     " failures = CASE ?7 WHEN 0 THEN 0 ELSE failures + 1 END, note = ?8",
                     "ttiiitit", pack, name, (int64_t)level, asked->row_id, asked->at,
                     outcomes[asked->outcome], (int64_t)failed, asked->note);
}

enum as_status as_store_answer_get(struct as_buf *out, bool *found, struct as_store *store, const char *pack,
                                   const char *key, int64_t now, struct as_error *error)
{
    return as_sql_get_text(out, found, store, error,
                           "SELECT answer FROM http_answer WHERE pack = ? AND key = ? AND until > ?", "tti",
                           pack, key, now);
}

enum as_status as_store_answer_put(struct as_store *store, const char *pack, const char *key,
                                   enum as_level level, int64_t row_id, int64_t until, struct as_str answer,
                                   struct as_error *error)
{
    return as_sql_do(
        store, error,
        "INSERT INTO http_answer(pack, key, level, row_id, until, answer) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
        " ON CONFLICT(pack, key) DO UPDATE SET level = ?3, row_id = ?4, until = ?5, answer = ?6",
        "ttiiis", pack, key, (int64_t)level, row_id, until, answer);
}

enum as_status as_store_answers_expire(struct as_store *store, int64_t now, struct as_error *error)
{
    return as_sql_do(store, error, "DELETE FROM http_answer WHERE until <= ?", "i", now);
}
