/* Wal: when SQLite's log is written back into the file, and by whom. Nothing but time and the size of a
 * file depends on it: what fails here, SQLite does later. */
#include "store/wal.h"

#include "store/settling.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* Pages (32 MB) after which a commit writes the log back: it waits for the disk, which is to be seldom among
 * the many small commits of a process that stays. */
enum { PAGES_WRITTEN_BACK = 8000 };
/* Up to here a log may be left: whoever opens the file first has to read it all. */
enum { PAGES_LEFT = 3000 };
/* A log that begins anew is cut to this. A longer one was left, and is worth a thread. */
enum { BYTES_KEPT = 1 << 20 };
/* A commit of so many pages is not kept waiting to be synced until the process ends: a thread does it while
 * what the run had is given back. */
enum { PAGES_SYNCED = 256 };
/* A transaction that writes more than this to the log sends it to the disk while it goes on, in pieces of as
 * much: else all of it would be waited for when it is committed and written back. */
enum { BYTES_SENT = 16 << 20 };

struct as_wal {
    const char *database;
    char *path;
    int fd;      /* of the log, to have it synced; -1: not open yet */
    int pages;   /* in the log since it began, as of the last commit; 0: none yet */
    int synced;  /* so many of them were synced, or are settling */
    bool behind; /* something was committed since */
    struct as_settling *settling;
    off_t grown; /* and of large transactions: the file up to here; what is written over it again is not */
    bool left;   /* as_store_leave_log */
    bool folding;
    pthread_t thread;
};

static int note_commit(void *context, sqlite3 *db, const char *name, int pages)
{
    struct as_wal *wal = context;
    wal->synced = pages < wal->pages ? 0 : wal->synced;
    wal->pages = pages;
    wal->behind = true;
    return pages < PAGES_WRITTEN_BACK ? SQLITE_OK : sqlite3_wal_checkpoint(db, name);
}

enum as_status as_wal_open(struct as_store *store, struct as_error *error)
{
    struct as_buf path = {0}, sql = {0};
    struct as_wal *wal = calloc(1, sizeof *wal);
    as_buf_printf(&path, "%s-wal", store->path);
    as_buf_printf(&sql, "PRAGMA journal_mode = WAL; PRAGMA journal_size_limit = %d", BYTES_KEPT);
    enum as_status status = wal == NULL || path.failed || sql.failed
                                ? as_error_memory(error)
                                : as_sql_script(store, error, as_buf_c(&sql));
    as_buf_free(&sql);
    if (status != AS_OK) {
        as_buf_free(&path);
        free(wal);
        return status;
    }
    *wal = (struct as_wal){.database = store->path, .path = path.p, .fd = -1};
    store->wal = wal;
    sqlite3_wal_hook(store->db, note_commit, wal);
    return AS_OK;
}

void as_store_leave_log(struct as_store *store)
{
    if (store->wal != NULL)
        store->wal->left = true;
}

/* --- written back beside what goes on --- */

static void *fold(void *argument)
{
    const struct as_wal *wal = argument;
    sqlite3 *db = NULL;
    /* The log is opened by the first reading. Readers of what is newer than the file are not waited for. */
    if (sqlite3_open_v2(wal->database, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK &&
        sqlite3_exec(db, "PRAGMA user_version", NULL, NULL, NULL) == SQLITE_OK)
        sqlite3_wal_checkpoint(db, NULL);
    sqlite3_close(db);
    return NULL;
}

void as_store_fold_log(struct as_store *store)
{
    struct as_wal *wal = store->wal;
    struct stat found;
    if (wal != NULL && !wal->folding && stat(wal->path, &found) == 0 && found.st_size > BYTES_KEPT)
        wal->folding = pthread_create(&wal->thread, NULL, fold, wal) == 0;
}

/* --- left --- */

static bool stays(const struct as_wal *wal)
{
    return wal->left && wal->pages < PAGES_LEFT;
}

static bool open_log(struct as_wal *wal)
{
    if (wal->fd < 0)
        wal->fd = open(wal->path, O_RDONLY | O_CLOEXEC);
    return wal->fd >= 0;
}

void as_wal_grown(struct as_store *store)
{
    struct as_wal *wal = store->wal;
    struct stat found;
    if (wal == NULL || !open_log(wal) || fstat(wal->fd, &found) != 0)
        return;
    wal->grown = found.st_size < wal->grown ? 0 : wal->grown;
    if (found.st_size - wal->grown >= BYTES_SENT &&
        sync_file_range(wal->fd, wal->grown, found.st_size - wal->grown, SYNC_FILE_RANGE_WRITE) == 0)
        wal->grown = found.st_size;
}

void as_wal_committed(struct as_store *store)
{
    struct as_wal *wal = store->wal;
    if (wal == NULL || !stays(wal) || wal->pages - wal->synced < PAGES_SYNCED)
        return;
    (void)as_settling_end(&wal->settling, NULL);
    int own = open_log(wal) ? fcntl(wal->fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (own >= 0 && as_settling_add(&wal->settling, own, NULL) == AS_OK) {
        wal->synced = wal->pages;
        wal->behind = false;
    }
}

void as_wal_leave(struct as_store *store)
{
    struct as_wal *wal = store->wal;
    if (wal == NULL)
        return;
    if (wal->folding)
        pthread_join(wal->thread, NULL);
    wal->folding = false;
    if (stays(wal))
        sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    sqlite3_wal_hook(store->db, NULL, NULL);
}

void as_wal_close(struct as_store *store)
{
    struct as_wal *wal = store->wal;
    if (wal == NULL)
        return;
    (void)as_settling_end(&wal->settling, NULL);
    if (stays(wal) && wal->behind && open_log(wal))
        (void)fdatasync(wal->fd);
    if (wal->fd >= 0)
        close(wal->fd);
    free(wal->path);
    free(wal);
    store->wal = NULL;
}
