/* Cuts, read by the value that names each: nothing but the events that are meant is looked at. */
#include "store/report/cuts.h"

#include "store/database.h"

/* clang-format off */
static const char told_of_cuts[] =
    "SELECT v.value, coalesce(l.account_id, e.account_id, 0) AS home, coalesce(l.id, 0) AS who,"
    " k.name = 'cut_survived', e.time FROM event_kind k"
    " CROSS JOIN event_property p ON p.kind_id = k.id AND p.name = 'cut'"
    " CROSS JOIN event_value v ON v.property_id = p.id CROSS JOIN event e ON e.id = v.event_id"
    " LEFT JOIN lead l ON l.id = " AS_SQL_SURVIVOR("lead", "e.lead_id")
    " WHERE k.name IN ('cut_survived', 'cut_missed') AND e.time BETWEEN ?1 AND ?2 AND e.known_at <= ?3"
    " ORDER BY v.value COLLATE NOCASE, home, CASE home WHEN 0 THEN who ELSE 0 END, e.time, e.id";
/* clang-format on */

enum as_status as_store_cuts(struct as_store *store, int64_t since, int64_t until, int64_t at, as_cut_fn each,
                             void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, told_of_cuts, "iii", since, until, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_cut_row row = {.cut = as_sql_text(stmt, 0),
                                 .account_id = sqlite3_column_int64(stmt, 1),
                                 .lead = sqlite3_column_int64(stmt, 2),
                                 .survived = sqlite3_column_int(stmt, 3) != 0,
                                 .time = sqlite3_column_int64(stmt, 4)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
