/* Offers, read from touches and what followed on them; buyers' words, from answers and posts. */
#include "store/report/offers.h"

#include "store/database.h"

enum as_status as_store_content_offers(struct as_store *store, const struct as_offer_window *window,
                                       as_offer_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "WITH offer AS (SELECT id, lead_id, time, content, text, lead(time, 1, ?3 + 1) OVER (PARTITION BY"
        " lead_id, content ORDER BY time, id) AS again, coalesce(min(time) OVER (PARTITION BY lead_id"
        " ORDER BY time RANGE BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), ?3 + 1) AS next"
        " FROM touch WHERE content IS NOT NULL AND known_at <=?3)"
        " SELECT o.content, c.title, c.text, o.text, EXISTS (SELECT 1 FROM event e"
        " JOIN event_kind k ON k.id = e.kind_id WHERE e.lead_id = o.lead_id AND e.time >= o.time"
        " AND e.time <= o.time + ?4 AND e.known_at <= ?3 AND k.actor = 'buyer'"
        " AND (?5 IS NULL OR k.name IN (SELECT value FROM json_each(?5)))"
        " AND (e.content = o.content AND e.time < o.again"
        " OR ?5 IS NOT NULL AND e.content IS NULL AND e.time < o.next))"
        " FROM offer o LEFT JOIN content c ON c.key = o.content"
        " WHERE o.time >= ?1 AND o.time <= ?2 - ?4 ORDER BY o.content, o.id",
        "iiiit", window->since, window->until, window->at, window->within, window->kinds);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_offer offer = {.content = as_sql_text(stmt, 0),
                                 .title = as_sql_text(stmt, 1),
                                 .text = as_sql_text(stmt, 2),
                                 .words = as_sql_text(stmt, 3),
                                 .taken = sqlite3_column_int(stmt, 4) != 0};
        status = each(context, &offer, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_buyer_texts(struct as_store *store, const struct as_offer_window *window,
                                    as_buyer_text_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT question, value, count(*) FROM answer"
                     " WHERE voice = 'buyer' AND manner = 'stated' AND value IS NOT NULL"
                     " AND time BETWEEN ?1 AND ?2 AND known_at <= ?3"
                     " GROUP BY question, value UNION ALL SELECT NULL, text, 1"
                     " FROM post WHERE text <> '' AND time BETWEEN ?1 AND ?2 AND known_at <= ?3",
                     "iii", window->since, window->until, window->at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_buyer_text text = {.question = as_sql_text(stmt, 0),
                                     .text = as_sql_text(stmt, 1),
                                     .times = (uint64_t)sqlite3_column_int64(stmt, 2)};
        status = each(context, &text, error);
    }
    as_sql_end(store, stmt);
    return status;
}
