/* Check: is the file whole, and does it hold what we promise of it? All processors look, each at something
 * else. And the backup that a check may need. */
#include "store/companion.h"
#include "store/decision_check.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/scores.h"
#include "store/read_ahead.h"
#include "store/readers.h"
#include "store/snapshot/event_tail.h"
#include "store/snapshot/fact_columns.h"
#include "store/snapshot/projection.h"
#include "store/snapshot/said_columns.h"

#include "base/growth.h"
#include "base/thread.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Each gives one row per finding: a sentence. */
static const char *const promises[] = {
    "SELECT 'lead #' || erasing || ' was erased, but the file was not written anew: some of what was said of "
    "it may'"
    " || ' still lie there; erase it once more' FROM installation WHERE erasing IS NOT NULL",
    "SELECT 'decision ' || d.id || ' from ' || d.prior_stage || ' follows one that left lead #' || d.lead_id"
    " || ' in ' || b.stage FROM decision d JOIN decision b ON b.id = d.prior_id"
    " WHERE d.prior_stage <> b.stage",
    "SELECT 'decision ' || d.id || ' is not among those of run ' || d.run_id"
    " FROM decision d LEFT JOIN run_decisions x ON x.run_id = d.run_id"
    " AND x.model_id = d.model_id AND d.id BETWEEN x.first AND x.last WHERE x.run_id IS NULL",
    "SELECT 'run ' || x.run_id || ' lacks some of its decisions'"
    " FROM run_decisions x WHERE x.last - x.first + 1 <> (SELECT count(*) FROM decision d"
    " WHERE d.id BETWEEN x.first AND x.last)",
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

typedef enum as_status (*look_fn)(struct as_found *found, struct as_store *store, struct as_error *error);

/* What lies beside the database, as this store has it open: by the caller's thread, while others go on. */
static const look_fn beside[] = {as_standings_check,  as_projection_check, as_facts_check,
                                 as_event_tail_check, as_said_check,       as_scores_check};
enum { BESIDE = sizeof beside / sizeof *beside, PROMISES = sizeof promises / sizeof *promises };

/* One thing that is looked at. What is found is kept until those before it are told. */
struct look {
    char *pages; /* a PRAGMA about pages, malloc'ed; NULL: something else */
    const char *promise;
    look_fn whole;       /* neither: the foreign keys */
    bool here;           /* `whole` is looked at when its turn comes to be told */
    struct as_buf texts; /* of findings, each with its end */
    struct as_found found;
    enum as_status status;
    struct as_error error;
};

struct check {
    struct as_store *store;
    struct as_readers readers;
    struct look *looks;
    size_t n, room;
    atomic_bool torn; /* pages do not hold right what they hold: nothing else is asked */
    struct as_found found;
};

static void keep(void *texts, const char *text)
{
    as_buf_bytes(texts, text, strlen(text) + 1);
}

/* --- looking --- */

/* SQLite tells in one text what it found of pages, a line each, below a heading. */
static void found_lines(struct look *look, const char *text)
{
    while (*text != '\0') {
        size_t n = strcspn(text, "\n");
        struct as_str line = {text, n};
        if (n > 0 && !as_str_starts(line, AS_STR("***")) && !as_str_is(line, "ok")) {
            look->found.n++;
            as_buf_bytes(&look->texts, text, n);
            as_buf_char(&look->texts, '\0');
        }
        text += n + (text[n] == '\n');
    }
}

static void found_reference(struct look *look, sqlite3_stmt *stmt)
{
    char text[320];
    snprintf(text, sizeof text, "a row of %s (%lld) names a row of %s that is not there",
             as_sql_text(stmt, 0), (long long)sqlite3_column_int64(stmt, 1), as_sql_text(stmt, 2));
    as_found_add(&look->found, text);
}

static enum as_status look_by_sql(struct look *look, struct as_store *store, struct as_error *error)
{
    const char *sql = look->pages != NULL     ? look->pages
                      : look->promise != NULL ? look->promise
                                              : "PRAGMA foreign_key_check";
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "");
    while (as_sql_row(&status, store, stmt, error))
        if (look->pages != NULL)
            found_lines(look, as_sql_text(stmt, 0));
        else if (look->promise != NULL)
            as_found_add(&look->found, as_sql_text(stmt, 0));
        else
            found_reference(look, stmt);
    sqlite3_finalize(stmt);
    return status;
}

/* What fails here may fail because of pages that a look before it tells of. */
static enum as_status look_at(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct check *check = context;
    struct look *look = &check->looks[item];
    struct as_store *store = check->readers.at[worker];
    (void)error;
    if (look->here || (look->pages == NULL && atomic_load(&check->torn)))
        return AS_OK;
    look->found = (struct as_found){.tell = keep, .context = &look->texts};
    look->status = look->whole != NULL ? look->whole(&look->found, store, &look->error)
                                       : look_by_sql(look, store, &look->error);
    if (look->status == AS_OK && look->texts.failed)
        look->status = as_error_memory(&look->error);
    if (look->pages != NULL && look->found.n > 0)
        atomic_store(&check->torn, true);
    return AS_OK;
}

/* --- telling --- */

/* Of pages two looks may say the same. */
static bool said_before(const struct check *check, size_t item, const char *text)
{
    for (size_t i = 0; i < item; i++) {
        const struct as_buf *texts = &check->looks[i].texts;
        for (size_t at = 0; at < texts->n; at += strlen(texts->p + at) + 1)
            if (strcmp(texts->p + at, text) == 0)
                return true;
    }
    return false;
}

static enum as_status tell(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct check *check = context;
    const struct look *look = &check->looks[item];
    (void)worker;
    as_store_show(check->store, item + 1, check->n);
    if (look->pages == NULL && atomic_load(&check->torn))
        return AS_OK; /* cannot be asked for its meaning */
    if (look->here)
        return look->whole(&check->found, check->store, error);
    if (look->status != AS_OK) {
        *error = look->error;
        return look->status;
    }
    for (size_t at = 0; at < look->texts.n; at += strlen(look->texts.p + at) + 1) {
        const char *text = look->texts.p + at;
        if (look->pages != NULL && said_before(check, item, text))
            continue;
        as_found_add(&check->found, text);
    }
    return AS_OK;
}

/* --- what there is to look at --- */

static enum as_status add(struct check *check, struct look look, struct as_error *error)
{
    if (!as_grow((void **)&check->looks, &check->room, check->n, sizeof *check->looks)) {
        free(look.pages);
        return as_error_memory(error);
    }
    check->looks[check->n++] = look;
    return AS_OK;
}

static enum as_status add_pages(struct check *check, const char *table, struct as_error *error)
{
    struct as_buf sql = {0};
    as_buf_text(&sql, table == NULL ? "PRAGMA quick_check" : "PRAGMA integrity_check(");
    if (table != NULL) {
        as_sql_name(&sql, table);
        as_buf_char(&sql, ')');
    }
    if (sql.failed || as_buf_c(&sql) == NULL)
        return as_error_memory(error);
    return add(check, (struct look){.pages = sql.p, .error = AS_ERROR_INIT}, error);
}

/* A table and its indexes against each other are one look, so that several go on at the same time; all pages,
 * and whether each has its place, are another. The longest come first, so that no thread begins one when the
 * others have ended. */
static enum as_status list_looks(struct check *check, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql_fresh(check->store, error,
                                      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE"
                                      " 'sqlite!_%' ESCAPE '!' ORDER BY name NOT IN ('event', 'event_value'),"
                                      " name NOT IN ('lead', 'identity', 'touch'), name",
                                      "");
    for (bool first = true; as_sql_row(&status, check->store, stmt, error); first = false) {
        status = add_pages(check, as_sql_text(stmt, 0), error);
        if (status == AS_OK && first)
            status = add_pages(check, NULL, error);
        if (status != AS_OK)
            break;
    }
    as_sql_end(check->store, stmt);
    for (size_t i = 0; i < BESIDE && status == AS_OK; i++)
        status = add(check, (struct look){.whole = beside[i], .here = true, .error = AS_ERROR_INIT}, error);
    if (status == AS_OK)
        status = add(check, (struct look){.whole = as_decisions_check, .error = AS_ERROR_INIT}, error);
    if (status == AS_OK)
        status = add(check, (struct look){.error = AS_ERROR_INIT}, error);
    for (size_t i = 0; i < PROMISES && status == AS_OK; i++)
        status = add(check, (struct look){.promise = promises[i], .error = AS_ERROR_INIT}, error);
    return status;
}

enum as_status as_store_check(struct as_store *store, void (*finding)(void *context, const char *text),
                              void *context, uint32_t *findings, struct as_error *error)
{
    struct check check = {.store = store, .found = {finding, context, 0}};
    struct as_read_ahead *ahead = NULL;
    atomic_init(&check.torn, false);
    enum as_status status = list_looks(&check, error);
    as_readers_open(&check.readers, store, check.n);
    for (unsigned i = 0; i < check.readers.n && status == AS_OK; i++) {
        if (i > 0)
            as_store_heed(check.readers.at[i], store->interrupted);
        status = as_sql_script(check.readers.at[i], error, AS_SEEKER_CACHE);
    }
    if (status == AS_OK) {
        as_read_ahead_begin(&ahead, store, NULL, 0);
        status = as_relay(check.readers.n, check.n, check.n, look_at, tell, &check, error);
        as_read_ahead_end(ahead);
    }
    as_sql_script(store, NULL, AS_READER_CACHE);
    as_readers_close(&check.readers);
    for (size_t i = 0; i < check.n; i++) {
        free(check.looks[i].pages);
        as_buf_free(&check.looks[i].texts);
    }
    free(check.looks);
    *findings = check.found.n;
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
