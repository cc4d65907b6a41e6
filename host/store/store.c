/* Store: opening and closing the file, the lock that lets one run or import in at a time, and transactions.
 * What the tables hold is left to the other files. */
#include "store/companion.h"
#include "store/decisions/last_decisions.h"
#include "store/decisions/scores.h"
#include "store/migrations.h"
#include "store/onlooker.h"
#include "store/wal.h"

#include "base/limits.h"
#include "data/identity/identity.h"
#include "store/work/outbox.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* How long a writer waits for another's short transaction. Runs and imports are kept apart by the lock. */
enum { BUSY_MILLISECONDS = 5000 };
/* How often a process that waits for its turn looks again. */
enum { LOCK_LOOK_MS = 50 };

static enum as_status configure(struct as_store *store, struct as_error *error)
{
    sqlite3_busy_timeout(store->db, BUSY_MILLISECONDS);
    sqlite3_extended_result_codes(store->db, 1);
    /* A file that somebody prepared must not run code of its own through views or triggers. */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    /* A plan depends on no bound value: else most statements would be planned anew each time they are bound.
     */
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_QPSG, 1, NULL);
    /* synchronous=NORMAL with WAL: after a power cut the last transactions may be missing, never half there.
     * The cache is bounded. */
    enum as_status status = as_sql_script(
        store, error,
        "PRAGMA foreign_keys = ON; PRAGMA synchronous = NORMAL;PRAGMA temp_store = FILE; PRAGMA "
        "cell_size_check = ON; PRAGMA recursive_triggers = OFF");
    if (status == AS_OK)
        status = as_sql_script(store, error, AS_READER_CACHE);
    return status == AS_OK && store->mode != AS_STORE_READ ? as_wal_open(store, error) : status;
}

static enum as_status not_found(const char *path, struct as_error *error)
{
    as_error_set(error, AS_ERR_MISSING, "there is no database %s", path);
    return as_error_advise(error, "`assay import` makes one, or name another with --db");
}

static bool is_folder(const char *path)
{
    struct stat file;
    return stat(path, &file) == 0 && S_ISDIR(file.st_mode);
}

enum as_status as_store_open(struct as_store **out, const char *path, enum as_store_mode mode,
                             struct as_error *error)
{
    *out = NULL;
    bool memory = strcmp(path, ":memory:") == 0;
    if (!memory && mode != AS_STORE_CREATE && access(path, F_OK) != 0)
        return not_found(path, error);
    if (is_folder(path)) {
        as_error_set(error, AS_ERR_IO, "%s is a folder, not a database", path);
        return as_error_advise(error, "name a file in it, such as assay.db");
    }
    struct as_store *store = calloc(1, sizeof *store);
    struct as_buf name = {.p = NULL};
    if (store == NULL)
        return as_error_memory(error);
    enum as_status status;
    store->few_leads = AS_FEW_LEADS;
    store->lock_fd = store->outbox_fd = -1;
    store->mode = memory && mode == AS_STORE_READ ? AS_STORE_CREATE : mode;
    store->path = strdup(path);
    if (store->path == NULL) {
        status = as_error_memory(error);
        goto done;
    }
    int flags = store->mode == AS_STORE_READ    ? SQLITE_OPEN_READONLY
                : store->mode == AS_STORE_WRITE ? SQLITE_OPEN_READWRITE
                                                : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    /* Nobody asks how much memory SQLite has, and counting it takes a lock at each allocation. Who
     * began SQLite before us, as a test that counts, has it as it was. */
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    store->onlooking = store->mode == AS_STORE_READ && as_onlooker_name(&name, &store->seen, path);
    if (sqlite3_open_v2(store->onlooking ? as_buf_c(&name) : path, &store->db,
                        flags | (store->onlooking ? SQLITE_OPEN_URI : 0) | SQLITE_OPEN_NOMUTEX,
                        NULL) != SQLITE_OK) {
        if (store->db == NULL) {
            status = as_error_memory(error);
        } else {
            as_error_set(error, AS_ERR_IO, "cannot open %s: %s", path, sqlite3_errmsg(store->db));
            status = as_error_advise(error, "look at the permissions of the file and its folder");
        }
        goto done;
    }
    status = configure(store, error);
    if (status == AS_OK)
        status = as_scores_register(store, error);
    if (status == AS_OK)
        status = as_last_decisions_register(store, error);
    if (status == AS_OK)
        status = as_migrate(store, as_formats_files, as_formats_count, error);
done:
    as_buf_free(&name);
    if (status != AS_OK)
        as_store_close(store);
    else
        *out = store;
    return status;
}

enum as_status as_store_unchanged(const struct as_store *store, struct as_error *error)
{
    if (!store->onlooking || as_onlooker_unchanged(&store->seen, store->path))
        return AS_OK;
    as_error_set(error, AS_ERR_BUSY,
                 "%s was written to while it was read, so that what was read may be wrong", store->path);
    return as_error_advise(error, "ask again; who may write to its folder reads undisturbed");
}

/* So many rows brought by one process are worth a look at the statistics. */
enum { AGEING_CHANGES = 20000 };

/* Whether the planner knows nothing of a table that grows, or half of it at most. SQLite's own test takes an
 * index without entries for one that was never looked at, and counts the largest tables each time. Decisions
 * have no index to choose: a run ends without a look at statistics. */
static bool statistics_aged(sqlite3 *db)
{
    static const char question[] =
        "SELECT 1 FROM (SELECT 'lead' AS name, max(id) AS rows FROM lead UNION ALL"
        " SELECT 'account', max(id) FROM account UNION ALL SELECT 'event', max(id) FROM event"
        " UNION ALL SELECT 'answer', max(id) FROM answer UNION ALL SELECT 'touch', max(id) FROM touch) t"
        " WHERE rows > 2 * coalesce((SELECT max(CAST(s.stat AS INTEGER)) FROM sqlite_stat1 s"
        " WHERE s.tbl = t.name), 0)";
    sqlite3_stmt *stmt;
    /* There are no statistics at all, or this is not one of our files yet. */
    if (sqlite3_prepare_v2(db, question, -1, &stmt, NULL) != SQLITE_OK)
        return true;
    bool aged = sqlite3_step(stmt) == SQLITE_ROW;
    sqlite3_finalize(stmt);
    return aged;
}

void as_store_close(struct as_store *store)
{
    if (store == NULL)
        return;
    as_store_unlock(store);
    as_store_unlock_outbox(store);
    as_companion_let_be(store);
    for (size_t i = 0; i < store->cache_room; i++)
        sqlite3_finalize(store->cache[i].stmt);
    free(store->cache);
    as_statement_pool_free(store->pool);
    as_field_numbers_let_go(store->numbers);
    as_suffixes_free(store->suffixes);
    as_domain_cache_free(store->domains);
    /* The planner's statistics age by what comes in. */
    if (store->db != NULL && store->mode != AS_STORE_READ && store->depth == 0 &&
        sqlite3_total_changes(store->db) >= AGEING_CHANGES && statistics_aged(store->db))
        sqlite3_exec(store->db, "PRAGMA analysis_limit = 400; PRAGMA optimize", NULL, NULL, NULL);
    as_wal_leave(store);
    sqlite3_close(store->db);
    as_kept_scores_free(store->kept_scores);
    as_event_tail_free(store->events);
    as_standing_shelf_free(store->standings);
    as_score_shelf_free(store->scores);
    as_decided_cache_free(store->decided);
    as_words_free(store->words);
    as_wal_close(store);
    free(store->path);
    free(store);
}

/* Locks are the operating system's, on files beside the database: they end with the process that holds them,
 * however that ends. Their text only says who it is. */
static enum as_status try_lock(int *out, struct as_store *store, const char *suffix, const char *what,
                               struct as_error *error)
{
    struct as_buf name = {0};
    as_buf_printf(&name, "%s-%s", store->path, suffix);
    int fd = name.failed ? -1 : open(as_buf_c(&name), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    enum as_status status = AS_OK;
    if (fd < 0) {
        as_error_set(error, AS_ERR_IO, "cannot open %s: %s", as_buf_c(&name), strerror(errno));
        status = as_error_advise(error, "look at the permissions of the folder");
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        char holder[160];
        ssize_t n = read(fd, holder, sizeof holder - 1);
        holder[n < 0 ? 0 : n] = '\0';
        holder[strcspn(holder, "\n")] = '\0';
        status = as_error_set(error, AS_ERR_BUSY, "%s is held by %s", store->path,
                              holder[0] == '\0' ? "another program" : holder);
        close(fd);
    } else {
        char self[160];
        int n = snprintf(self, sizeof self, "assay %s, process %ld\n", what, (long)getpid());
        size_t length = n < 0 ? 0 : (size_t)n < sizeof self ? (size_t)n : sizeof self - 1;
        /* The text is a courtesy: the lock holds without it. To say the same again would dirty the file at
         * each run of many. */
        char said[160];
        bool same = pread(fd, said, sizeof said, 0) == (ssize_t)length && memcmp(said, self, length) == 0;
        if (!same && ftruncate(fd, 0) == 0 && pwrite(fd, self, length, 0) < 0)
            length = 0;
        *out = fd;
    }
    as_buf_free(&name);
    return status;
}

enum as_status as_store_lock(struct as_store *store, const char *what, int64_t wait_ms,
                             struct as_error *error)
{
    if (store->lock_fd >= 0 || strcmp(store->path, ":memory:") == 0)
        return AS_OK;
    for (int64_t since = as_clock_ticks(), waited = 0;; waited = (as_clock_ticks() - since) / 1000000) {
        struct as_error why = AS_ERROR_INIT;
        enum as_status status = try_lock(&store->lock_fd, store, "lock", what, &why);
        bool stopped = store->interrupted != NULL && *store->interrupted;
        if (status == AS_ERR_BUSY && waited < wait_ms && !stopped) {
            /* Timers of scripts may cut the pause short; then it is looked a little sooner. */
            nanosleep(&(struct timespec){0, LOCK_LOOK_MS * 1000000L}, NULL);
            continue;
        }
        if (status == AS_ERR_BUSY)
            as_error_advise(&why, "wait until it is done; one run or import at a time");
        if (status != AS_OK && error != NULL)
            *error = why;
        return status;
    }
}

void as_store_show(const struct as_store *store, uint64_t done, uint64_t all)
{
    if (store->busy != NULL)
        store->busy(store->busy_context, done, all);
}

static int look_up(void *context)
{
    const struct as_store *store = context;
    as_store_show(store, 0, 0);
    return store->interrupted != NULL && *store->interrupted;
}

/* A million steps of SQLite's machine take some 50 ms; what rolls back and closes takes fewer. */
static void look_up_now_and_then(struct as_store *store)
{
    enum { STEPS = 1000000 };
    bool wanted = store->interrupted != NULL || store->busy != NULL;
    sqlite3_progress_handler(store->db, wanted ? STEPS : 0, wanted ? look_up : NULL, store);
}

void as_store_heed(struct as_store *store, const volatile sig_atomic_t *interrupted)
{
    store->interrupted = interrupted;
    look_up_now_and_then(store);
}

void as_store_watch(struct as_store *store, void (*busy)(void *context, uint64_t done, uint64_t all),
                    void *context)
{
    store->busy = busy;
    store->busy_context = context;
    look_up_now_and_then(store);
}

void as_store_unlock(struct as_store *store)
{
    if (store->lock_fd < 0)
        return;
    /* Files that the rows of before named: nothing depends on their going. */
    if (!store->swept && store->mode != AS_STORE_READ && sqlite3_get_autocommit(store->db) != 0)
        as_companion_sweep(store, NULL);
    close(store->lock_fd);
    store->lock_fd = -1;
}

enum as_status as_store_lock_outbox(struct as_store *store, struct as_error *error)
{
    if (store->outbox_fd >= 0 || strcmp(store->path, ":memory:") == 0)
        return AS_OK;
    enum as_status status = try_lock(&store->outbox_fd, store, "outbox", "deliver", error);
    if (status == AS_ERR_BUSY)
        as_error_advise(error,
                        "it sends what is there; one delivery at a time keeps each lead's effects in order");
    return status;
}

void as_store_unlock_outbox(struct as_store *store)
{
    if (store->outbox_fd < 0)
        return;
    close(store->outbox_fd);
    store->outbox_fd = -1;
}

void as_store_ask_references(struct as_store *store, bool ask)
{
#ifdef NDEBUG
    int asked = 1;
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &asked);
    if (ask != (asked != 0)) /* a change makes every statement be prepared again */
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, (int)ask, NULL);
#else
    (void)store;
    (void)ask;
#endif
}

enum as_status as_store_begin(struct as_store *store, struct as_error *error)
{
    if (store->depth == 0) {
        as_store_read_end(store);
        enum as_status status = as_sql_do(store, error, "BEGIN IMMEDIATE", "");
        if (status != AS_OK)
            return status;
        store->doomed = false;
    }
    store->depth++;
    return AS_OK;
}

enum as_status as_store_commit(struct as_store *store, struct as_error *error)
{
    if (store->depth == 0)
        return as_error_set(error, AS_ERR_BUG, "a transaction is committed that was never begun");
    if (store->depth > 1) {
        store->depth--;
        return AS_OK;
    }
    if (store->doomed) {
        as_store_rollback(store);
        return as_error_set(error, AS_ERR_BUG, "a part of the transaction was rolled back");
    }
    enum as_status status = as_companion_sync(store, error);
    if (status == AS_OK)
        status = as_sql_do(store, error, "COMMIT", "");
    if (status == AS_OK) {
        store->depth = 0;
        as_wal_committed(store);
    }
    return status;
}

enum as_status as_store_read(struct as_store *store, struct as_error *error)
{
    if (sqlite3_get_autocommit(store->db) == 0)
        return AS_OK;
    enum as_status status = as_sql_do(store, error, "BEGIN", "");
    store->reading = status == AS_OK;
    return status;
}

void as_store_read_end(struct as_store *store)
{
    if (store->reading)
        as_sql_do(store, NULL, "COMMIT", "");
    store->reading = false;
}

void as_store_rollback(struct as_store *store)
{
    if (store->depth == 0)
        return;
    store->doomed = true;
    store->space.pack[0] = '\0'; /* what was counted, learnt or numbered may be undone */
    store->lesson.learnt = false;
    as_field_numbers_let_go(store->numbers);
    store->numbers = NULL;
    as_words_free(store->words);
    store->words = NULL;
    if (--store->depth > 0)
        return;
    as_companion_let_be(store);
    for (size_t i = 0; i < store->cache_room; i++)
        if (store->cache[i].stmt != NULL)
            sqlite3_reset(store->cache[i].stmt);
    /* A failed statement may have ended the transaction already. */
    if (sqlite3_get_autocommit(store->db) == 0)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->undone++;
}

enum as_status as_store_end(struct as_store *store, enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        status = as_store_commit(store, error);
    if (status != AS_OK)
        as_store_rollback(store);
    return status;
}
