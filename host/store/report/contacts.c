/* Contacts, read from touches and events. */
#include "store/report/contacts.h"

#include "store/database.h"

enum as_status as_store_first_contacts(struct as_store *store, int64_t at, as_first_contact_fn each,
                                       void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT deal, min(time) FROM (SELECT p.opportunity_id AS deal, (SELECT min(e.time) FROM event e WHERE"
        " e.lead_id = p.lead_id AND e.time <= ?1 AND e.kind_id IN (SELECT id FROM event_kind WHERE"
        " " AS_SQL_IN_PERSON ")) AS time FROM opportunity_lead p UNION ALL SELECT"
        " p.opportunity_id, t.time FROM opportunity_lead p JOIN touch t ON t.lead_id = p.lead_id WHERE t.user"
        " IS NOT NULL AND t.time <= ?1) WHERE time IS NOT NULL GROUP BY deal",
        "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), sqlite3_column_int64(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_interactions(uint64_t *count, struct as_store *store, int64_t lead, int64_t until,
                                     struct as_error *error)
{
    int64_t n = 0;
    enum as_status status =
        as_sql_get(&n, NULL, store, error,
                   AS_SQL_MERGED " SELECT count(*) FROM me CROSS JOIN event e WHERE e.lead_id = me.id AND "
                                 "e.time <= ?2 AND e.kind_id IN"
                                 " (SELECT id FROM event_kind WHERE actor = 'buyer' AND intent = 'content')",
                   "ii", lead, until);
    *count = (uint64_t)n;
    return status;
}
