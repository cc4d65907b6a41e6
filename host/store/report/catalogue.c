/* Catalogue: reading it, with how often each piece was offered and used. */
#include "store/report/catalogue.h"

#include "store/database.h"

enum as_status as_store_contents(struct as_store *store, int64_t at, as_content_row_fn each, void *context,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT c.key, c.title, c.kind, c.persona, c.phase, c.url, c.answers, c.source_type, c.evidence,"
        " c.appeal, coalesce(c.story, 0),"
        " c.brand_visible, coalesce(t.offered, 0),"
        " coalesce(t.used, 0), c.text FROM content c LEFT JOIN (SELECT content, sum(user IS NULL) AS offered,"
        " sum(user IS NOT NULL) AS used FROM touch WHERE content IS NOT NULL AND time <= ?"
        " GROUP BY content) t ON t.content = c.key ORDER BY c.key",
        "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_content_row row = {.key = as_sql_text(stmt, 0),
                                     .title = as_sql_text(stmt, 1),
                                     .kind = as_sql_text(stmt, 2),
                                     .persona = as_sql_text(stmt, 3),
                                     .phase = as_sql_text(stmt, 4),
                                     .url = as_sql_text(stmt, 5),
                                     .answers = as_sql_text(stmt, 6),
                                     .source_type = as_sql_text(stmt, 7),
                                     .evidence = as_sql_text(stmt, 8),
                                     .appeal = as_sql_text(stmt, 9),
                                     .story = sqlite3_column_int(stmt, 10) != 0,
                                     .brand_known = sqlite3_column_type(stmt, 11) != SQLITE_NULL,
                                     .brand_visible = sqlite3_column_int(stmt, 11) != 0,
                                     .offered = (uint64_t)sqlite3_column_int64(stmt, 12),
                                     .used = (uint64_t)sqlite3_column_int64(stmt, 13),
                                     .text = as_sql_text(stmt, 14)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
