/* Touches and sources, read from events and leads. */
#include "store/report/touches.h"

#include "store/database.h"

enum as_status as_store_deal_touches(struct as_store *store, int64_t at, as_deal_touch_fn each, void *context,
                                     struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT o.id, e.time, coalesce(nullif(CASE WHEN e.campaign IS NOT NULL THEN (SELECT c.channel FROM"
        " campaign c WHERE c.name = e.campaign OR c.external_id = e.campaign ORDER BY c.id LIMIT 1) END, ''),"
        " nullif(e.campaign, ''), k.name) FROM opportunity o CROSS JOIN (WITH RECURSIVE linked(deal, id) AS"
        " (SELECT opportunity_id, lead_id FROM opportunity_lead UNION SELECT linked.deal, l.id FROM linked"
        " JOIN lead l ON l.merged_into = linked.id) SELECT deal, id FROM linked) p ON p.deal = o.id"
        " CROSS JOIN event e ON e.lead_id = p.id AND e.time <= o.closed"
        " JOIN event_kind k ON k.id = e.kind_id AND k.actor = 'buyer'"
        " WHERE o.outcome <> 'open' AND o.closed <= ?1 ORDER BY o.id, e.time, e.id",
        "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_deal_touch touch = {.deal = sqlite3_column_int64(stmt, 0),
                                      .time = sqlite3_column_int64(stmt, 1),
                                      .channel = as_sql_text(stmt, 2)};
        status = each(context, &touch, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_lead_sources(struct as_store *store, int64_t first_day, int64_t last_day,
                                     as_lead_source_fn each, void *context, struct as_error *error)
{
    char first[AS_TIME_TEXT] = "", last[AS_TIME_TEXT];
    struct as_buf sql = {0};
    bool has_source;
    enum as_status status = as_sql_get(NULL, &has_source, store, error,
                                       "SELECT 1 FROM pragma_table_info('lead') WHERE name = 'source'", "");
    if (status != AS_OK)
        return status;
    as_buf_printf(&sql,
                  "SELECT coalesce(%s, '') AS word, count(*) FROM lead l WHERE merged_into IS NULL"
                  " AND erased_at IS NULL AND coalesce(created, date(first_known, 'unixepoch')) BETWEEN ?1"
                  " AND ?2 GROUP BY word ORDER BY count(*) DESC, word",
                  has_source ? "l.source" : "NULL");
    if (first_day != INT64_MIN)
        as_day_format(first, first_day);
    sqlite3_stmt *stmt = as_sql_made(store, error, &sql, "tt", first, as_day_format(last, last_day));
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), (uint64_t)sqlite3_column_int64(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}
