/* Activity: the logs of one person, read whole. A run reads the same rows as columns (store/snapshot). */
#include "store/report/activity.h"

#include "store/database.h"

/* ?1 the lead, ?2 at, ?3 known_at. */
#define ME                                                                                                   \
    "WITH RECURSIVE me(id) AS (SELECT ?1 UNION SELECT l.id FROM me JOIN lead l ON l.merged_into = me.id AND" \
    " l.merged_at <= ?3)"

/* As in store/snapshot/event_runs.c: of several logs that have an event, the one that has it oftenest says
 * how often; an anonymous one belongs to nobody before it was stitched. */
static const char events[] = ME
    ", numbered AS (SELECT e.id, e.time, e.kind_id, row_number() OVER (PARTITION BY e.lead_id, e.time,"
    " e.kind_id, e.hash ORDER BY e.id) AS nth, e.hash FROM event e WHERE e.lead_id IN (SELECT id FROM me)"
    " AND e.time <= ?2 AND e.known_at <= ?3 AND NOT EXISTS (SELECT 1 FROM event_stitch s WHERE s.event_id ="
    " e.id AND s.at > ?3)), mine AS (SELECT min(id) AS id FROM numbered GROUP BY time, kind_id, hash, nth)"
    " SELECT e.time, k.name, k.actor, k.intent, e.content, e.campaign,"
    " " AS_SQL_PROPERTY("url") ", " AS_SQL_PROPERTY("title") ", " AS_SQL_PROPERTY("by") ", (SELECT"
    " group_concat(p.name || '=' || v.value, ', ') FROM event_property p JOIN event_value v ON"
    " v.property_id = p.id AND v.event_id = e.id WHERE p.kind_id = e.kind_id), s.system"
    " FROM mine m JOIN event e ON e.id = m.id JOIN event_kind k ON k.id = e.kind_id"
    " LEFT JOIN source s ON s.id = e.source_id ORDER BY e.time, e.id";

enum as_status as_store_event_rows(struct as_store *store, const struct as_activity_query *query,
                                   as_event_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, events, "iii", query->lead_id, query->at, query->known_at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_event_row row = {.time = sqlite3_column_int64(stmt, 0),
                                   .kind = as_sql_text(stmt, 1),
                                   .actor = as_sql_text(stmt, 2),
                                   .intent = as_sql_text(stmt, 3),
                                   .content = as_sql_text(stmt, 4),
                                   .campaign = as_sql_text(stmt, 5),
                                   .url = as_sql_text(stmt, 6),
                                   .title = as_sql_text(stmt, 7),
                                   .by = as_sql_text(stmt, 8),
                                   .detail = as_sql_text(stmt, 9),
                                   .source = as_sql_text(stmt, 10)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

/* The sender's report of a message comes within days of its leaving. */
static const char touches[] =
    ME " SELECT time, channel, ask, content, outcome, summary, user, system"
       " FROM (SELECT t.time, t.channel, t.ask, t.content, coalesce((SELECT w.outcome FROM touch_word w"
       " WHERE w.touch_id = t.id AND w.known_at <= ?3 AND w.outcome IS NOT NULL ORDER BY w.id DESC"
       " LIMIT 1), t.outcome) AS outcome, coalesce((SELECT w.summary FROM touch_word w"
       " WHERE w.touch_id = t.id AND w.known_at <= ?3 AND w.summary IS NOT NULL ORDER BY w.id DESC"
       " LIMIT 1), t.summary) AS summary, t.user, t.system, t.id AS n, 0 AS part FROM touch t"
       " WHERE t.lead_id IN (SELECT id FROM me) AND t.time <= ?2 AND t.known_at <= ?3 UNION ALL"
       " SELECT o.changed_at, json_extract(o.payload, '$.channel'), json_extract(o.payload, '$.ask'),"
       " json_extract(o.payload, '$.content'), NULL, NULL, NULL, o.pack, o.id, 1 FROM outbox o"
       " WHERE o.lead_id IN (SELECT id FROM me) AND o.kind = 'send' AND o.state = 'sent'"
       " AND o.changed_at <= ?2 AND o.changed_at <= ?3 AND NOT EXISTS (SELECT 1 FROM touch t"
       " WHERE t.lead_id = o.lead_id AND t.content IS json_extract(o.payload, '$.content')"
       " AND abs(t.time - o.changed_at) <= 3 * 86400)) ORDER BY time, part, n";

enum as_status as_store_touch_rows(struct as_store *store, const struct as_activity_query *query,
                                   as_touch_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, touches, "iii", query->lead_id, query->at, query->known_at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_touch_row row = {.time = sqlite3_column_int64(stmt, 0),
                                   .channel = as_sql_text(stmt, 1),
                                   .ask = as_sql_text(stmt, 2),
                                   .content = as_sql_text(stmt, 3),
                                   .outcome = as_sql_text(stmt, 4),
                                   .summary = as_sql_text(stmt, 5),
                                   .user = as_sql_text(stmt, 6),
                                   .source = as_sql_text(stmt, 7)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

static const char answers[] =
    ME " SELECT time, question, value, voice, manner, user, account_id IS NOT NULL FROM answer WHERE"
       " (lead_id IN (SELECT id FROM me) OR account_id = ?4) AND time <= ?2 AND known_at <= ?3"
       " ORDER BY time, id";

enum as_status as_store_answer_rows(struct as_store *store, const struct as_activity_query *query,
                                    as_answer_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, answers, "iiii", query->lead_id, query->at,
                                      query->known_at, query->account_id);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_answer_row row = {.time = sqlite3_column_int64(stmt, 0),
                                    .question = as_sql_text(stmt, 1),
                                    .value = as_sql_text(stmt, 2),
                                    .voice = as_sql_text(stmt, 3),
                                    .manner = as_sql_text(stmt, 4),
                                    .user = as_sql_text(stmt, 5),
                                    .of_account = sqlite3_column_int(stmt, 6) != 0};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
