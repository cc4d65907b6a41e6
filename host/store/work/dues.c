/* Dues, read from offers and promises with the first of the events and touches that stop each; and how they
 * begin and lapse. */
#include "store/work/dues.h"

#include "store/database.h"

/* ?1 the pack, ?2 until when, ?3 the kinds that stop it, ?4 the lead, ?5 whether touches do, ?6 the
 * agreement, ?7 the kinds that begin it. What was said of a lead before it was merged into another stands
 * under its own id. */
#define SAME_LEAD(row)                                                                                       \
    "lead_id IN (WITH RECURSIVE " AS_SQL_PERSON("same", row ".lead_id") " SELECT id FROM same)"
#define FIRST_STOP(row, since, until)                                                                        \
    "(SELECT min(time) FROM (SELECT min(e.time) AS time FROM event e WHERE e." SAME_LEAD(                    \
        row) " AND e.time >= " since " AND e.time <= " until                                                 \
             " AND e.known_at <= ?2 AND e.kind_id IN (SELECT id FROM"                                        \
             " event_kind WHERE instr(?3, ';' || name || ';') > 0) UNION ALL SELECT min(t.time) FROM touch " \
             "t WHERE"                                                                                       \
             " ?5 AND t." SAME_LEAD(row) " AND t.user IS NOT NULL AND t.time >= " since                      \
                                         " AND t.time <= " until " AND t.known_at <= ?2))"

/* --- offers --- */

/* An offer that lapsed ended then, and what came later answers another one. */
#define OFFER_UNTIL "CASE WHEN h.state = 'rejected' THEN min(h.answered, ?2) ELSE ?2 END"
#define OFFER_STOPPED                                                                                        \
    "coalesce(" FIRST_STOP("h", "h.offered", OFFER_UNTIL) ", CASE WHEN h.state = 'rejected' AND h.answered"  \
                                                          " <= ?2 THEN h.answered END)"
#define LAST                                                                                                 \
    "NOT EXISTS (SELECT 1 FROM handoff n WHERE n.lead_id = h.lead_id AND n.pack = h.pack AND n.model = "     \
    "h.model AND n.id > h.id AND n.offered <= ?2)"
#define OFFERS(which)                                                                                        \
    "SELECT h.id, 0, h.lead_id, h.offered, h.offered, h.model, coalesce(h.owner, ''), " OFFER_STOPPED        \
    " AS stopped FROM handoff h WHERE h.pack = ?1 AND h.offered <= ?2 AND ?4 = ?4 AND coalesce(?6, ?7) IS "  \
    "NULL AND " which " ORDER BY h.id"

/* Whom the rules have taken away since, sales owes nothing. */
#define OFFER_STANDS                                                                                         \
    "coalesce((SELECT d.stage FROM model m JOIN decision d ON d.id = last_decision(m.id, h.lead_id) WHERE"   \
    " m.pack = h.pack AND m.name = h.model), 'sales_ready') IN ('sales_ready', 'accepted', 'opportunity')"

/* Who was merged into another is offered, if at all, as that one. */
#define OFFER_OWN "NOT EXISTS (SELECT 1 FROM lead l WHERE l.id = h.lead_id AND l.merged_at <= ?2)"

/* Open ones are found by their own index. What was answered after ?2 was open then, and where leads stand now
 * says nothing of that time. */
static const char open_offers[] =
    OFFERS("h.state = 'offered' AND stopped IS NULL AND " LAST " AND " OFFER_OWN " AND " OFFER_STANDS);
static const char any_offers[] = OFFERS("stopped IS NULL AND " LAST " AND " OFFER_OWN " AND " OFFER_STANDS);
static const char offers_then[] = OFFERS("stopped IS NULL AND " LAST " AND " OFFER_OWN);
static const char offers_of_lead[] =
    OFFERS("h.lead_id = ?4 AND (stopped IS NOT NULL OR (" LAST " AND " OFFER_STANDS "))");
static const char offers_ever[] = OFFERS("(stopped IS NOT NULL OR " OFFER_OWN ")");

/* --- what leads did --- */

/* What began it can go: with a merge that is undone, with an event that is taken back. */
#define BEGAN                                                                                                \
    "EXISTS (SELECT 1 FROM event b WHERE b." SAME_LEAD(                                                      \
        "q") " AND b.time = q.asked AND b.known_at <= ?2 AND b.kind_id IN (SELECT id FROM event_kind WHERE"  \
             " instr(?7, ';' || name || ';') > 0))"

/* An answer that came before the next person got the lead answers that one's promise, too. */
#define PROMISES(inner, outer)                                                                               \
    "SELECT 0, id, lead_id, asked, began, '', coalesce(CASE WHEN lapses THEN owner ELSE (SELECT a.user FROM" \
    " assignment a WHERE a.lead_id = p.lead_id AND a.time <= coalesce(stop, ?2) ORDER BY a.time DESC, a.id"  \
    " DESC LIMIT 1) END, ''), CASE WHEN lapses THEN lapsed ELSE max(stop, began) END AS stopped FROM"        \
    " (SELECT s.*, coalesce(lapsed <= ?2 AND (stop IS NULL OR lapsed < stop), FALSE) AS lapses FROM (SELECT" \
    " q.*, " FIRST_STOP("q", "q.asked", "?2") " AS stop FROM promise q JOIN lead l ON l.id = q.lead_id"      \
                                              " WHERE q.pack = ?1 AND q.agreement = ?6 AND q.began <= ?2 "   \
                                              "AND ?4 = ?4 AND l.merged_into IS NULL AND " BEGAN             \
                                              " AND " inner ") s) p WHERE " outer                            \
                                              " ORDER BY lead_id, asked, began"

#define PROMISE_STANDS                                                                                       \
    "coalesce((SELECT min(d.stage = 'disqualified') FROM model m JOIN decision d ON d.id ="                  \
    " last_decision(m.id, p.lead_id) WHERE m.pack = p.pack), FALSE) = FALSE"
#define UNSETTLED "(q.settled IS NULL OR q.settled > ?2)"

static const char open_promises[] = PROMISES(UNSETTLED, "stopped IS NULL AND " PROMISE_STANDS);
static const char promises_then[] = PROMISES(UNSETTLED, "stopped IS NULL");
static const char promises_of_lead[] =
    PROMISES("q.lead_id = ?4", "(stopped IS NOT NULL OR " PROMISE_STANDS ")");
static const char promises_ever[] = PROMISES("TRUE", "TRUE");

/* --- both --- */

static const char *statement_for(const struct as_due_query *query, bool known_later)
{
    bool offers = query->agreement == NULL;
    if (query->lead_id < 0)
        return offers ? offers_ever : promises_ever;
    if (query->lead_id > 0)
        return offers ? offers_of_lead : promises_of_lead;
    if (known_later)
        return offers ? offers_then : promises_then;
    return !offers ? open_promises : query->stops_when_accepted ? open_offers : any_offers;
}

enum as_status as_store_dues(struct as_store *store, const struct as_due_query *query, as_due_fn each,
                             void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    bool known_later = false;
    if (query->lead_id == 0)
        status = as_sql_get(NULL, &known_later, store, error,
                            "SELECT 1 FROM import_batch WHERE known_at > ? LIMIT 1", "i", query->at);
    if (status != AS_OK)
        return status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, statement_for(query, known_later), "titiitt", query->pack,
                                      query->at, query->stops, query->lead_id, (int64_t)query->stops_on_touch,
                                      query->agreement, query->agreement == NULL ? NULL : query->starts);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_due row = {.offer = sqlite3_column_int64(stmt, 0),
                             .promise = sqlite3_column_int64(stmt, 1),
                             .lead = sqlite3_column_int64(stmt, 2),
                             .asked = sqlite3_column_int64(stmt, 3),
                             .began = sqlite3_column_int64(stmt, 4),
                             .model = as_sql_text(stmt, 5),
                             .owner = as_sql_text(stmt, 6),
                             .stopped = as_sql_time(stmt, 7)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

/* --- how they begin and end --- */

enum as_status as_store_agreed_since(int64_t *since, struct as_store *store, const char *pack,
                                     const char *agreement, int64_t at, struct as_error *error)
{
    bool found;
    enum as_status status =
        as_sql_get(since, &found, store, error, "SELECT since FROM service_level WHERE pack = ? AND name = ?",
                   "tt", pack, agreement);
    if (status != AS_OK || found)
        return status;
    *since = at;
    return as_sql_do(store, error, "INSERT INTO service_level(pack, name, since) VALUES(?, ?, ?)", "tti",
                     pack, agreement, at);
}

enum as_status as_store_promise(struct as_store *store, const struct as_run_record *run,
                                const char *agreement, int64_t lead_id, int64_t asked, struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO promise(run_id, pack, agreement, lead_id, asked, began)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO NOTHING",
                     "ittii", run->id, run->pack, agreement, lead_id, asked);
}

enum as_status as_store_settle_promises(struct as_store *store, const struct as_due_query *query,
                                        struct as_error *error)
{
    return as_sql_do(
        store, error,
        "UPDATE promise AS p SET settled = ?2 WHERE pack = ?1 AND agreement = ?6 AND settled IS"
        " NULL AND ?4 = ?4 AND (lapsed <= ?2 OR " FIRST_STOP("p", "p.asked", "?2") " IS NOT NULL)",
        "titiit", query->pack, query->at, query->stops, query->lead_id, (int64_t)query->stops_on_touch,
        query->agreement);
}

#define LAPSED "no answer in time ("

enum as_status as_store_offer_lapses(struct as_store *store, int64_t offer, const char *agreement, int64_t at,
                                     struct as_error *error)
{
    return as_sql_do(store, error,
                     "UPDATE handoff SET state = 'rejected', answered = ?, reason = '" LAPSED "' || ? || ')'"
                     " WHERE id = ? AND state = 'offered'",
                     "iti", at, agreement, offer);
}

enum as_status as_store_promise_lapses(struct as_store *store, const struct as_run_record *run,
                                       int64_t promise, const char *owner, struct as_error *error)
{
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO promise(run_id, pack, agreement, lead_id, asked, began) SELECT ?1, pack, agreement,"
        " lead_id, asked, ?2 FROM promise WHERE id = ?3 ON CONFLICT DO NOTHING",
        "iii", run->id, run->at, promise);
    return status == AS_OK ? as_sql_do(store, error, "UPDATE promise SET lapsed = ?, owner = ? WHERE id = ?",
                                       "iti", run->at, owner, promise)
                           : status;
}

enum as_status as_store_who_let_pass(struct as_store *store, const char *pack, int64_t lead_id, int64_t since,
                                     as_late_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    /* +: promises are looked for by lead; one pack has as many as there are leads that asked. */
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        AS_SQL_MERGED
        " SELECT owner FROM handoff WHERE lead_id IN (SELECT id FROM me) AND pack = ?2 AND answered >= ?3"
        " AND state = 'rejected' AND instr(reason, '" LAPSED "') = 1 AND owner IS NOT NULL UNION ALL"
        " SELECT owner FROM promise WHERE lead_id IN (SELECT id FROM me) AND +pack = ?2 AND lapsed >= ?3"
        " AND owner IS NOT NULL",
        "iti", lead_id, pack, since);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), error);
    as_sql_end(store, stmt);
    return status;
}
