/* Costs, read from what was imported of them. */
#include "store/report/costs.h"

#include "store/database.h"

/* "ROI", "return on investment", "roi in %": what is asked for in other words is another measure. */
#define ASKS_FOR_ROI "(lower(a.measured_by) = 'roi' OR lower(a.measured_by) LIKE '%return on investment%')"

enum as_status as_store_costs(struct as_store *store, int64_t since, int64_t until, as_cost_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT c.name, c.currency, c.spent, c.entries, a.measured_by, a.roi_applicable, a.automated"
        " FROM (SELECT coalesce(activity, campaign, content, '') AS name, coalesce(currency, '') AS currency,"
        " sum(amount) AS spent, count(*) AS entries FROM cost WHERE time >= ?1 AND time <= ?2"
        " GROUP BY 1, 2) c LEFT JOIN activity a ON a.name = c.name"
        " ORDER BY c.currency, c.spent DESC, c.name",
        "ii", since, until);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_cost_row row = {.name = as_sql_text(stmt, 0),
                                  .currency = as_sql_text(stmt, 1),
                                  .hundredths = sqlite3_column_int64(stmt, 2),
                                  .entries = (uint64_t)sqlite3_column_int64(stmt, 3),
                                  .measured_by = as_sql_text(stmt, 4),
                                  .roi_known = sqlite3_column_type(stmt, 5) != SQLITE_NULL,
                                  .roi_applicable = sqlite3_column_int(stmt, 5) != 0,
                                  .automated = sqlite3_column_int(stmt, 6) != 0};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_any_costs(bool *any, struct as_store *store, struct as_error *error)
{
    return as_sql_get(NULL, any, store, error, "SELECT 1 FROM cost UNION ALL SELECT 1 FROM activity LIMIT 1",
                      "");
}

enum as_status as_store_roi_faults(struct as_store *store, as_activity_fn each, void *context,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT a.name FROM activity a WHERE a.roi_applicable = 0 AND " ASKS_FOR_ROI " ORDER BY a.name", "");
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_automated_touches(uint64_t *count, struct as_store *store, int64_t since,
                                          int64_t until, struct as_error *error)
{
    int64_t n = 0;
    enum as_status status = as_sql_get(
        &n, NULL, store, error, "SELECT count(*) FROM touch WHERE user IS NULL AND time >= ?1 AND time <= ?2",
        "ii", since, until);
    *count = (uint64_t)n;
    return status;
}

enum as_status as_store_new_customers(uint64_t *count, struct as_store *store, int64_t since, int64_t until,
                                      struct as_error *error)
{
    int64_t n = 0;
    enum as_status status = as_sql_get(
        &n, NULL, store, error,
        "WITH RECURSIVE up(id, into_id) AS (SELECT id, merged_into FROM account WHERE merged_into IS NOT NULL"
        " UNION SELECT up.id, a.merged_into FROM up JOIN account a ON a.id = up.into_id WHERE a.merged_into"
        " IS NOT NULL), survivor(id, account_id) AS (SELECT up.id, up.into_id FROM up JOIN account a"
        " ON a.id = up.into_id WHERE a.merged_into IS NULL) SELECT count(*) FROM (SELECT min(o.closed) AS first FROM"
        " opportunity o LEFT JOIN survivor s ON s.id = o.account_id WHERE o.outcome = 'won' AND o.closed IS"
        " NOT NULL AND o.account_id IS NOT NULL GROUP BY coalesce(s.account_id, o.account_id))"
        " WHERE first >= ?1 AND first <= ?2",
        "ii", since, until);
    *count = (uint64_t)n;
    return status;
}

enum as_status as_store_spent_on(int64_t *hundredths, struct as_store *store, int64_t account,
                                 struct as_str currency, int64_t at, struct as_error *error)
{
    return as_sql_get(hundredths, NULL, store, error,
                      "WITH RECURSIVE same(id) AS (SELECT ?1 UNION SELECT a.id FROM account a JOIN same s ON"
                      " a.merged_into = s.id) SELECT coalesce(sum(amount), 0) FROM cost WHERE account_id IN"
                      " (SELECT id FROM same) AND coalesce(currency, '') = coalesce(?2, '') AND"
                      " time <= ?3",
                      "isi", account, currency, at);
}
