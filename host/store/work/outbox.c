/* Outbox: what may leave now, and what came of it. What an effect says and why it was made is effects.c's and
 * host/run's; the network is host/net's. */
#include "store/work/outbox.h"

#include "store/work/outbox_rows.h"

#include "base/limits.h"

#include <string.h>

enum as_status as_store_due_effects(struct as_store *store, const char *pack, int64_t now, int64_t after,
                                    uint32_t most, as_effect_row_fn each, void *context,
                                    struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT " AS_EFFECT_COLUMNS " FROM outbox o LEFT JOIN breaker b ON b.pack = o.pack AND"
        " b.destination = o.destination WHERE o.state = 'queued' AND o.destination IS NOT NULL AND o.id > ?3"
        " AND (?1 IS NULL OR o.pack = ?1) AND (o.due IS NULL OR o.due <= ?2)"
        " AND (b.open_until IS NULL OR b.open_until <= ?2)"
        " AND NOT EXISTS(SELECT 1 FROM outbox e WHERE e.state IN ('held','queued') AND e.pack = o.pack AND"
        " e.destination = o.destination AND e.lead_id IS o.lead_id AND e.account_id IS o.account_id AND"
        " e.id < o.id) ORDER BY o.id LIMIT ?4",
        "tiii", pack, now, after, (int64_t)most);
    return as_effect_rows(store, stmt, each, context, error);
}

enum as_status as_store_put_attempt(struct as_store *store, const struct as_attempt *attempt,
                                    struct as_error *error)
{
    static const char *const states[] = {"sent", "queued", "dead"};
    enum as_status status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status =
        as_sql_do(store, error, "INSERT INTO attempt(outbox_id, time, status, detail) VALUES(?, ?, ?, ?)",
                  "iiit", attempt->effect, attempt->time, (int64_t)attempt->status, attempt->detail);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "UPDATE outbox SET state = ?2, tries = tries + 1, due = ?3, note = ?4,"
                           " changed_at = ?5 WHERE id = ?1 AND state = 'queued'",
                           "itzti", attempt->effect, states[attempt->sending],
                           attempt->sending == AS_SENDING_LATER ? attempt->due : AS_TIME_NONE,
                           attempt->sending == AS_SENDING_DONE ? NULL : attempt->detail, attempt->time);
    return as_store_end(store, status, error);
}

enum as_status as_store_revive(uint64_t *revived, struct as_store *store, const char *pack, int64_t id,
                               int64_t now, struct as_error *error)
{
    enum as_status status =
        as_sql_do(store, error,
                  "UPDATE outbox SET state = 'queued', tries = 0, due = NULL, changed_at = ?3"
                  " WHERE state = 'dead' AND (?1 IS NULL OR pack = ?1) AND (?2 = 0 OR id = ?2)",
                  "tii", pack, id, now);
    *revived = status == AS_OK ? (uint64_t)sqlite3_changes(store->db) : 0;
    return status;
}

enum as_status as_store_outbox(struct as_store *store, const char *pack, as_outbox_line_fn each,
                               void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT pack, destination, CASE WHEN destination IS NULL THEN kind END AS undelivered,"
                     " sum(state = 'queued'), sum(state = 'held'), sum(state = 'dead'),"
                     " CASE WHEN sum(state = 'queued' AND due IS NULL) = 0 THEN"
                     " min(CASE WHEN state = 'queued' THEN due END) END FROM outbox"
                     " WHERE state IN ('queued','held','dead') AND (?1 IS NULL OR pack = ?1)"
                     " GROUP BY pack, destination, undelivered ORDER BY pack, destination IS NULL, "
                     "destination, undelivered",
                     "t", pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_outbox_line line = {.pack = as_sql_text(stmt, 0),
                                      .destination = as_sql_text(stmt, 1),
                                      .kind = as_sql_text(stmt, 2),
                                      .queued = (uint64_t)sqlite3_column_int64(stmt, 3),
                                      .held = (uint64_t)sqlite3_column_int64(stmt, 4),
                                      .dead = (uint64_t)sqlite3_column_int64(stmt, 5),
                                      .next_due = as_sql_time(stmt, 6)};
        status = each(context, &line, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_breaker(struct as_breaker *out, struct as_arena *arena, struct as_store *store,
                                const char *pack, const char *destination, struct as_error *error)
{
    enum as_status status = AS_OK;
    *out = (struct as_breaker){.pack = pack, .destination = destination, .reason = ""};
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT failures, open_until, reason FROM breaker WHERE pack = ? AND destination = ?",
        "tt", pack, destination);
    if (as_sql_row(&status, store, stmt, error)) {
        struct as_str reason = as_sql_str(stmt, 2);
        out->failures = (uint32_t)sqlite3_column_int64(stmt, 0);
        out->open_until = sqlite3_column_int64(stmt, 1);
        out->reason = as_arena_copy(arena, reason.p, reason.n);
        if (out->reason == NULL)
            status = as_error_memory(error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_put_breaker(struct as_store *store, const struct as_breaker *breaker, int64_t now,
                                    struct as_error *error)
{
    if (breaker->failures == 0 && breaker->open_until == 0)
        return as_sql_do(store, error, "DELETE FROM breaker WHERE pack = ? AND destination = ?", "tt",
                         breaker->pack, breaker->destination);
    return as_sql_do(store, error,
                     "INSERT INTO breaker(pack, destination, failures, open_until, reason, changed_at)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT(pack, destination) DO UPDATE"
                     " SET failures = ?3, open_until = ?4, reason = ?5, changed_at = ?6",
                     "ttiiti", breaker->pack, breaker->destination, (int64_t)breaker->failures,
                     breaker->open_until, breaker->reason == NULL ? "" : breaker->reason, now);
}

enum as_status as_store_installation(char out[AS_INSTALLATION_TEXT], struct as_store *store,
                                     struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, "SELECT name FROM installation", "");
    bool found = as_sql_row(&status, store, stmt, error);
    struct as_str name = found ? as_sql_str(stmt, 0) : (struct as_str){0};
    if (status == AS_OK && name.n != AS_INSTALLATION_TEXT - 1)
        status = as_error_set(error, AS_ERR_DATA, "%s has lost its own name", store->path);
    else if (status == AS_OK)
        memcpy(out, name.p, AS_INSTALLATION_TEXT);
    as_sql_end(store, stmt);
    return status;
}
