/* Handovers, read from offers, events and touches. */
#include "store/report/handovers.h"

#include "store/database.h"
#include "store/report/contacts.h"

/* The first event after the offer, of kinds chosen by `which`. */
#define FIRST_EVENT(which)                                                                                   \
    "(SELECT min(e.time) FROM event e WHERE e.lead_id = h.lead_id AND e.time >= h.offered AND e.time <= ?2"  \
    " AND e.kind_id IN (SELECT id FROM event_kind WHERE " which "))"

#define SPOKEN_WITH FIRST_EVENT(AS_SQL_IN_PERSON)
#define MET         FIRST_EVENT("name = 'meeting_held'")
#define LOST        FIRST_EVENT("act = 'lost'")

/* Each hand-off of pack ?1 until ?2 and what became of it. The decision of the run that offered it, or the
 * last one before, is found from the lead's newest back. */
static const char handovers[] =
    "WITH said AS MATERIALIZED (SELECT id, json_extract(summary, '$.agreement.holds') AS holds,"
    " json_extract(summary, '$.agreement') IS NOT NULL AS agreement FROM run WHERE pack = ?1)"
    " SELECT h.lead_id, h.offered, h.model, coalesce(h.owner, ''), coalesce(h.reason, ''), h.state,"
    " h.answered, " SPOKEN_WITH ", (SELECT min(t.time) FROM touch t WHERE t.lead_id = h.lead_id AND"
    " t.user IS NOT NULL AND t.time >= h.offered AND t.time <= ?2), " MET ", " LOST ","
    " (WITH RECURSIVE back(id) AS (SELECT last_decision(m.id, h.lead_id) UNION ALL SELECT d.prior_id FROM"
    " back JOIN decision d ON d.id = back.id WHERE d.prior_id IS NOT NULL) SELECT d.verdicts FROM back JOIN"
    " decision d ON d.id = back.id WHERE d.run_id <= h.run_id ORDER BY d.id DESC LIMIT 1),"
    " (SELECT g.place FROM gate g WHERE g.model_id = m.id AND g.name = 'sales_ready'), r.holds, r.agreement"
    " FROM handoff h LEFT JOIN model m ON m.pack = h.pack AND m.name = h.model LEFT JOIN said r ON"
    " r.id = h.run_id WHERE h.pack = ?1 AND h.offered <= ?2 ORDER BY h.offered, h.id";

enum as_status as_store_handovers(struct as_store *store, const char *pack, int64_t at, as_handover_fn each,
                                  void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, handovers, "ti", pack, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_handover_row row = {
            .lead = sqlite3_column_int64(stmt, 0),
            .offered = sqlite3_column_int64(stmt, 1),
            .model = as_sql_text(stmt, 2),
            .owner = as_sql_text(stmt, 3),
            .reason = as_sql_text(stmt, 4),
            .answered = as_sql_time(stmt, 6),
            .touched = as_sql_time(stmt, 7),
            .met = as_sql_time(stmt, 9),
            .lost = as_sql_time(stmt, 10),
            .decided = sqlite3_column_type(stmt, 11) != SQLITE_NULL,
            .verdicts = (uint16_t)sqlite3_column_int(stmt, 11),
            .gate = sqlite3_column_type(stmt, 12) == SQLITE_NULL ? -1 : sqlite3_column_int(stmt, 12),
            .agreed = sqlite3_column_int(stmt, 13) != 0,
            .has_agreement = sqlite3_column_int(stmt, 14) != 0};
        const char *state = as_sql_text(stmt, 5);
        int64_t touch = as_sql_time(stmt, 8);
        if (row.answered != AS_TIME_NONE && row.answered > at)
            row.answered = AS_TIME_NONE;
        if (row.answered != AS_TIME_NONE)
            row.state = strcmp(state, "accepted") == 0 ? AS_HANDOVER_ACCEPTED : AS_HANDOVER_REJECTED;
        if (touch != AS_TIME_NONE && (row.touched == AS_TIME_NONE || touch < row.touched))
            row.touched = touch;
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_first_touch(int64_t *time, struct as_store *store, int64_t lead, int64_t from,
                                    int64_t at, struct as_error *error)
{
    bool found;
    enum as_status status =
        as_sql_get(time, &found, store, error,
                   "SELECT min(time) FROM (SELECT min(e.time) AS time FROM event e WHERE e.lead_id = ?1 AND"
                   " e.time BETWEEN ?2 AND ?3 AND e.kind_id IN (SELECT id FROM event_kind WHERE"
                   " " AS_SQL_IN_PERSON ") UNION ALL SELECT min(t.time) FROM touch t WHERE t.lead_id = ?1"
                   " AND t.user IS NOT NULL AND t.time BETWEEN ?2 AND ?3)",
                   "iii", lead, from, at);
    if (status == AS_OK && !found)
        *time = AS_TIME_NONE;
    return status;
}

enum as_status as_store_owners(struct as_store *store, int64_t at, as_owner_fn each, void *context,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT lead_id, user, max(id) FROM assignment WHERE time <= ? GROUP BY lead_id", "i",
        at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}
