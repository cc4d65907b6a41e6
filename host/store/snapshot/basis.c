/* Bases: how far each log goes, and how far a pack's last run had seen it. Whom the rows between are about is
 * news.c's. */
#include "store/snapshot/basis.h"

#include "base/intern.h"
#include "store/database.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>

/* One log. last: how far it goes. hidden: whether one of the rows beyond ?1 is learnt after ?2 or happens
 * after ?3; hidden events are asked for by their batches. */
struct log {
    const char *name, *last, *hidden;
};
#define HIDDEN(table) "SELECT 1 FROM " table " WHERE id > ?1 AND (known_at > ?2 OR time > ?3) LIMIT 1"
static const struct log logs[AS_LOGS] = {
    [AS_LOG_EVENT] = {"event", "SELECT max(id) FROM event", NULL},
    [AS_LOG_EVENT_CHANGE] = {"event_change", "SELECT seq FROM sqlite_sequence WHERE name = 'event_change'",
                             NULL},
    [AS_LOG_FACT_CHANGE] = {"fact_change", "SELECT seq FROM sqlite_sequence WHERE name = 'fact_change'",
                            NULL},
    [AS_LOG_LEAD] = {"lead", "SELECT max(id) FROM lead", NULL},
    [AS_LOG_ACCOUNT] = {"account", "SELECT max(id) FROM account", NULL},
    [AS_LOG_ANSWER] = {"answer", "SELECT max(id) FROM answer", HIDDEN("answer")},
    [AS_LOG_TOUCH] = {"touch", "SELECT max(id) FROM touch", HIDDEN("touch")},
    [AS_LOG_CONSENT] = {"consent", "SELECT max(id) FROM consent", HIDDEN("consent")},
    [AS_LOG_OVERRIDE] = {"override", "SELECT max(id) FROM override", HIDDEN("override")},
    [AS_LOG_ASSIGNMENT] = {"assignment", "SELECT max(id) FROM assignment",
                           "SELECT 1 FROM assignment WHERE id > ?1 AND ?2 = ?2 AND time > ?3 LIMIT 1"},
    [AS_LOG_MERGE] = {"merge", "SELECT max(id) FROM merge",
                      "SELECT 1 FROM merge WHERE id > ?1 AND ?3 = ?3 AND at > ?2 LIMIT 1"},
};

/* *all false: of some log it is not known. */
static enum as_status read_seen(int64_t seen[AS_LOGS], bool *all, struct as_store *store, const char *pack,
                                struct as_error *error)
{
    enum as_status status;
    int found = 0;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT log, seen FROM run_seen WHERE pack = ?", "t", pack);
    while (as_sql_row(&status, store, stmt, error))
        for (int log = 0; log < AS_LOGS; log++)
            if (strcmp(as_sql_text(stmt, 0), logs[log].name) == 0) {
                seen[log] = sqlite3_column_int64(stmt, 1);
                found++;
            }
    *all = found == AS_LOGS;
    return status;
}

enum as_status as_store_basis(struct as_basis *out, bool *found, struct as_store *store, const char *pack,
                              struct as_error *error)
{
    enum as_status status;
    *out = (struct as_basis){.at = AS_TIME_NONE};
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT r.at, r.known_at, b.feeds, r.pack_hash, r.library_hash, r.reference_hash, b.leads, b.accounts"
        " FROM run_basis b JOIN run r ON r.id = b.run_id WHERE b.pack = ?",
        "t", pack);
    *found = as_sql_row(&status, store, stmt, error);
    if (*found) {
        out->at = sqlite3_column_int64(stmt, 0);
        out->known_at = sqlite3_column_int64(stmt, 1);
        out->feeds = (uint64_t)sqlite3_column_int64(stmt, 2);
        as_sql_hash(out->pack, stmt, 3);
        as_sql_hash(out->library, stmt, 4);
        as_sql_hash(out->reference, stmt, 5);
        out->leads = sqlite3_column_int64(stmt, 6);
        out->accounts = sqlite3_column_int64(stmt, 7);
    }
    as_sql_end(store, stmt);
    return status == AS_OK && *found ? read_seen(out->seen, found, store, pack, error) : status;
}

enum as_status as_store_seen(int64_t seen[AS_LOGS], bool *all, struct as_store *store, int64_t at,
                             int64_t known_at, const struct as_basis *since, struct as_error *error)
{
    bool hidden, found;
    enum as_status status = as_sql_get(
        NULL, &hidden, store, error, "SELECT 1 FROM import_batch WHERE known_at > ? LIMIT 1", "i", known_at);
    *all = !hidden;
    if (status == AS_OK)
        status = as_sql_get(NULL, &hidden, store, error, "SELECT 1 FROM kind_last WHERE newest > ? LIMIT 1",
                            "i", at);
    *all &= !hidden;
    for (int log = 0; status == AS_OK && log < AS_LOGS; log++) {
        int64_t from = since == NULL ? 0 : since->seen[log];
        status = as_sql_get(&seen[log], &found, store, error, logs[log].last, "");
        if (!found)
            seen[log] = 0;
        if (status == AS_OK && logs[log].hidden != NULL && *all && seen[log] > from) {
            status = as_sql_get(NULL, &hidden, store, error, logs[log].hidden, "iii", from, known_at, at);
            *all = !hidden;
        }
    }
    return status;
}

enum as_status as_store_feeds(uint64_t *out, struct as_store *store, const struct as_schema *schema,
                              int64_t at, int64_t known_at, struct as_error *error)
{
    uint8_t *states = calloc(schema->kinds.n + (size_t)1, sizeof *states);
    enum as_status status = states == NULL ? as_error_memory(error)
                                           : as_store_feed_states(states, store, schema, at, known_at, error);
    uint64_t sum = 0; /* in any order: kinds stand in that of the packs */
    for (uint32_t k = 0; status == AS_OK && k < schema->kinds.n; k++) {
        const char *name = schema->kinds.at[k]->name;
        sum += as_hash_bytes(name, strlen(name), states[k] + 1u);
    }
    free(states);
    *out = sum;
    return status;
}

/* For packs that run no more no log is kept for ever. */
enum { MOST_UNSEEN = 1000000 };

static enum as_status forget_behind(struct as_store *store, enum as_log log, int64_t until,
                                    struct as_error *error)
{
    return as_sql_do(
        store, error,
        "DELETE FROM run_basis WHERE pack IN (SELECT pack FROM run_seen WHERE log = ? AND seen < ?)", "ti",
        logs[log].name, until - MOST_UNSEEN);
}

enum as_status as_store_cut_fact_changes(struct as_store *store, enum as_level level, int64_t until,
                                         struct as_error *error)
{
    enum as_status status = forget_behind(store, AS_LOG_FACT_CHANGE, until, error);
    return status == AS_OK
               ? as_sql_do(store, error,
                           "DELETE FROM fact_change WHERE level = ?1 AND id <= ?2 AND id <= coalesce("
                           "(SELECT min(seen) FROM run_seen WHERE log = 'fact_change'), ?2)",
                           "ii", (int64_t)level, until)
               : status;
}

enum as_status as_store_cut_event_changes(struct as_store *store, int64_t until, struct as_error *error)
{
    enum as_status status = forget_behind(store, AS_LOG_EVENT_CHANGE, until, error);
    return status == AS_OK ? as_sql_do(store, error,
                                       "DELETE FROM event_change WHERE id <= ?1 AND id <= coalesce("
                                       "(SELECT min(seen) FROM run_seen WHERE log = 'event_change'), ?1)",
                                       "i", until)
                           : status;
}

enum as_status as_store_forget_bases(struct as_store *store, struct as_error *error)
{
    return as_sql_do(store, error, "DELETE FROM run_basis", "");
}

/* before: what stands there already; NULL: nothing. */
static enum as_status keep_seen(struct as_store *store, const char *pack, const struct as_basis *basis,
                                const struct as_basis *before, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (int log = 0; status == AS_OK && log < AS_LOGS; log++)
        if (before == NULL)
            status = as_sql_do(store, error, "INSERT INTO run_seen(pack, log, seen) VALUES(?, ?, ?)", "tti",
                               pack, logs[log].name, basis->seen[log]);
        else if (before->seen[log] != basis->seen[log])
            status = as_sql_do(store, error, "UPDATE run_seen SET seen = ? WHERE pack = ? AND log = ?", "itt",
                               basis->seen[log], pack, logs[log].name);
    return status;
}

enum as_status as_store_keep_basis(struct as_store *store, const char *pack, int64_t run_id,
                                   const struct as_basis *basis, const struct as_basis *before,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    bool there = false;
    if (basis != NULL && before != NULL) {
        status =
            as_sql_do(store, error,
                      "UPDATE run_basis SET run_id = ?, feeds = ?, leads = ?, accounts = ? WHERE pack = ?",
                      "iiiit", run_id, (int64_t)basis->feeds, basis->leads, basis->accounts, pack);
        there = sqlite3_changes(store->db) > 0; /* it may have been forgotten when a log was cut */
    }
    if (status != AS_OK || there)
        return status == AS_OK ? keep_seen(store, pack, basis, before, error) : status;
    status = as_sql_do(store, error, "DELETE FROM run_seen WHERE pack = ?", "t", pack);
    if (status == AS_OK)
        status = as_sql_do(store, error, "DELETE FROM run_basis WHERE pack = ?", "t", pack);
    if (status != AS_OK || basis == NULL)
        return status;
    status = as_sql_do(store, error,
                       "INSERT INTO run_basis(pack, run_id, feeds, leads, accounts) VALUES(?, ?, ?, ?, ?)",
                       "tiiii", pack, run_id, (int64_t)basis->feeds, basis->leads, basis->accounts);
    return status == AS_OK ? keep_seen(store, pack, basis, NULL, error) : status;
}
