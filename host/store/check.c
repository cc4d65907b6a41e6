/* Check: is the file whole, and does it hold what we promise of it? And the backup that a check may need. */
#include "store/companion.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/scores.h"
#include "store/snapshot/event_tail.h"
#include "store/snapshot/fact_columns.h"
#include "store/snapshot/projection.h"
#include "store/snapshot/said_columns.h"

#include <stdio.h>
#include <unistd.h>

/* Each gives one row per finding: a sentence. */
static const char *const promises[] = {
    "SELECT 'the ledger of score ' || w.text || ' in decision ' || decision || ' sums to ' || sum || ', not '"
    " || value FROM (SELECT d.id AS decision, json_extract(s.value, '$[0]') AS score, json_extract(s.value,"
    " '$[1]') AS value, coalesce((SELECT sum(json_extract(e.value, '$[0]'))"
    " FROM json_each(s.value, '$[4]') e), 0) AS sum FROM decision d, json_each(d.ledgers) s)"
    " LEFT JOIN word w ON w.id = score WHERE value <> sum",
    "SELECT 'the interval of score ' || w.text || ' in decision ' || d.id || ' does not hold its value' FROM"
    " decision d, json_each(d.ledgers) s LEFT JOIN word w ON w.id = json_extract(s.value, '$[0]') WHERE"
    " json_extract(s.value, '$[2]') < 0 OR json_extract(s.value, '$[3]') < 0",
    "SELECT 'decision ' || id || ' about lead #' || lead_id || ' does not follow the last one before it' FROM"
    " (SELECT id, lead_id, prior_id, lag(id) OVER (PARTITION BY model_id, lead_id ORDER BY id) AS last FROM"
    " decision) WHERE prior_id IS NOT last",
    "SELECT 'decision ' || d.id || ' from ' || d.prior_stage || ' follows one that left lead #' || d.lead_id"
    " || ' in ' || b.stage FROM decision d JOIN decision b ON b.id = d.prior_id"
    " WHERE d.prior_stage <> b.stage",
    "SELECT 'decision ' || d.id || ' is not among those of run ' || d.run_id FROM decision d LEFT JOIN"
    " run_decisions x ON x.run_id = d.run_id AND x.model_id = d.model_id AND d.id BETWEEN x.first AND x.last"
    " WHERE x.run_id IS NULL",
    "SELECT 'run ' || x.run_id || ' lacks some of its decisions'"
    " FROM run_decisions x WHERE x.last - x.first + 1 <> (SELECT count(*) FROM decision d"
    " WHERE d.id BETWEEN x.first AND x.last)",
    "SELECT 'run ' || run_id || ' did not decide lead #' || lead_id || ' in its turn'"
    " FROM (SELECT run_id, lead_id, lag(lead_id) OVER (PARTITION BY run_id, model_id"
    " ORDER BY id) AS before FROM decision) WHERE before >= lead_id",
    "SELECT 'effect ' || o.key || ' belongs to run ' || o.run_id || ', which never ended'"
    " FROM outbox o JOIN run r ON r.id = o.run_id WHERE r.finished IS NULL",
    "SELECT 'pack ' || coalesce(o.pack, c.pack) || ' has ' || coalesce(o.n, 0) || ' effects ' ||"
    " coalesce(o.state, c.state) || ', and not ' || coalesce(c.n, 0) || ' as its count says'"
    " FROM (SELECT pack, state, count(*) AS n FROM outbox WHERE state IN ('held', 'queued')"
    " GROUP BY pack, state) o FULL JOIN outbox_count c ON c.pack = o.pack AND c.state = o.state"
    " WHERE coalesce(o.n, 0) <> coalesce(c.n, 0)",
    "SELECT 'run ' || id || ' of pack ' || pack || ' never ended' FROM run WHERE finished IS NULL",
    "SELECT 'run ' || id || ' was decided by a version of pack ' || pack || ' that is not kept' FROM run r"
    " WHERE NOT EXISTS (SELECT 1 FROM pack p WHERE p.hash = r.pack_hash)",
    "SELECT 'lead #' || id || ' was merged into #' || merged_into || ', which was merged away in a circle'"
    " FROM lead l WHERE merged_into IS NOT NULL AND EXISTS (SELECT 1 FROM lead s"
    " WHERE s.id = l.merged_into AND s.merged_into = l.id)",
    "SELECT 'lead #' || l.id || ' and the record of its merge disagree'"
    " FROM lead l WHERE (l.merged_into IS NOT NULL) <> EXISTS (SELECT 1 FROM merge m"
    " WHERE m.merged = l.id AND m.undone_at IS NULL)",
    "SELECT 'account #' || id || ' is its own parent' FROM account WHERE parent = id",
    "SELECT 'a value of field ' || f.name || ' ends before it begins'"
    " FROM field_history h JOIN field f ON f.id = h.field_id"
    " WHERE h.known_to < h.known_from",
};

struct report {
    void (*finding)(void *context, const char *text);
    void *context;
    uint32_t *findings;
};

static void give(struct report *report, const char *text)
{
    ++*report->findings;
    if (report->finding != NULL)
        report->finding(report->context, text);
}

static enum as_status integrity(struct report *report, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, "PRAGMA integrity_check", "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error))
        if (!as_str_is(as_sql_str(stmt, 0), "ok"))
            give(report, as_sql_text(stmt, 0));
    sqlite3_finalize(stmt);
    return status;
}

static enum as_status foreign_keys(struct report *report, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    char text[320];
    sqlite3_stmt *stmt = as_sql_fresh(store, error, "PRAGMA foreign_key_check", "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error)) {
        snprintf(text, sizeof text, "a row of %s (%lld) names a row of %s that is not there",
                 as_sql_text(stmt, 0), (long long)sqlite3_column_int64(stmt, 1), as_sql_text(stmt, 2));
        give(report, text);
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum as_status ask(struct report *report, struct as_store *store, const char *promise,
                          struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, promise, "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error))
        give(report, as_sql_text(stmt, 0));
    sqlite3_finalize(stmt);
    return status;
}

enum as_status as_store_check(struct as_store *store, void (*finding)(void *context, const char *text),
                              void *context, uint32_t *findings, struct as_error *error)
{
    static enum as_status (*const files[])(struct as_store * store,
                                           void (*finding)(void *context, const char *text), void *context,
                                           uint32_t *findings, struct as_error *error) = {
        as_projection_check, as_event_tail_check, as_facts_check,
        as_said_check,       as_standings_check,  as_scores_check};
    enum { PROMISES = sizeof promises / sizeof *promises, FILES = sizeof files / sizeof *files };
    enum { STEPS = 2 + PROMISES + FILES };
    struct report report = {finding, context, findings};
    uint64_t step = 0;
    *findings = 0;
    enum as_status status = integrity(&report, store, error);
    /* What the pages do not hold right cannot be asked for its meaning. */
    if (status != AS_OK || *findings > 0)
        return status;
    as_store_show(store, ++step, STEPS);
    status = foreign_keys(&report, store, error);
    for (size_t i = 0; i < PROMISES && status == AS_OK; i++) {
        as_store_show(store, ++step, STEPS);
        status = ask(&report, store, promises[i], error);
    }
    for (size_t i = 0; i < FILES && status == AS_OK; i++) {
        as_store_show(store, ++step, STEPS);
        status = files[i](store, finding, context, findings, error);
    }
    return status;
}

enum as_status as_store_backup(struct as_store *store, const char *path, struct as_error *error)
{
    sqlite3 *to = NULL;
    enum { PAGES_AT_ONCE = 4096 };
    if (access(path, F_OK) == 0) {
        as_error_set(error, AS_ERR_CONFLICT, "%s exists already", path);
        return as_error_advise(error, "a backup is written into a new file");
    }
    if (sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL) != SQLITE_OK) {
        sqlite3_close(to);
        as_error_set(error, AS_ERR_IO, "cannot create %s", path);
        return as_error_advise(error, "look at the permissions of the folder");
    }
    sqlite3_backup *backup = sqlite3_backup_init(to, "main", store->db, "main");
    int rc = backup == NULL ? sqlite3_errcode(to) : SQLITE_OK;
    bool stopped = false;
    while (backup != NULL && !stopped && (rc == SQLITE_OK || rc == SQLITE_BUSY || rc == SQLITE_LOCKED)) {
        rc = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        int pages = sqlite3_backup_pagecount(backup);
        as_store_show(store, (uint64_t)(pages - sqlite3_backup_remaining(backup)), (uint64_t)pages);
        if (rc == SQLITE_BUSY || rc == SQLITE_LOCKED)
            sqlite3_sleep(50);
        stopped = store->interrupted != NULL && *store->interrupted;
    }
    sqlite3_backup_finish(backup);
    enum as_status status = AS_OK;
    if (stopped && rc != SQLITE_DONE)
        status = as_error_set(error, AS_ERR_STOPPED, "interrupted; there is no copy");
    else if (rc != SQLITE_DONE)
        status = as_error_set(error, AS_ERR_IO, "%s: %s", path, sqlite3_errstr(rc));
    sqlite3_close(to);
    if (status == AS_OK)
        return as_companion_copy(store, path, error);
    unlink(path); /* half a copy is none */
    return status;
}
