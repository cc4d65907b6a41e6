/* Store: the system of record, one SQLite file. This folder is the only user of sqlite3.h.
 *
 * Opening a missing file creates it; a file of a newer version is refused, never migrated down. All writes of
 * one import batch or one pack's run are one transaction.
 */
#ifndef AS_STORE_STORE_H
#define AS_STORE_STORE_H

#include "base/status.h"
#include "base/text.h"

#include <signal.h>
#include <stdint.h>

struct as_store;

enum as_store_mode { AS_STORE_READ, AS_STORE_WRITE, AS_STORE_CREATE };

/* AS_ERR_MISSING: no such file (READ, WRITE). AS_ERR_DATA: not a database of ours, damaged, or newer than
 * this program.
 * ":memory:" is for tests. */
enum as_status as_store_open(struct as_store **out, const char *path, enum as_store_mode mode,
                             struct as_error *error);
void as_store_close(struct as_store *store); /* NULL is fine */

/* After the last reading. AS_ERR_BUSY: the database lies in a folder that the process may not write to, so
 * that it was read without locks (onlooker.h), and somebody wrote to it meanwhile. */
enum as_status as_store_unchanged(const struct as_store *store, struct as_error *error);

/* One run or import at a time: waits up to wait_ms for its turn, then AS_ERR_BUSY names the process that
 * holds the database. Released by close and, since it is the operating system's
 * lock on FILE-lock, by the death of the process. `what` is a word for others to read: "run", "import". */
enum as_status as_store_lock(struct as_store *store, const char *what, int64_t wait_ms,
                             struct as_error *error);
void as_store_unlock(struct as_store *store);
/* When *interrupted is set, who waits for the lock stops waiting, and SQL stops with AS_ERR_STOPPED; NULL:
 * nothing does. */
void as_store_heed(struct as_store *store, const volatile sig_atomic_t *interrupted);
/* While SQL runs, `busy` is called a few times a second with nothing done of nothing; long work of the store
 * says more: how much of how much is done, all 0 when nobody knows. NULL: nobody listens. */
void as_store_watch(struct as_store *store, void (*busy)(void *context, uint64_t done, uint64_t all),
                    void *context);

/* Whether SQLite asks for what each new row refers to. It does, but for a bulk load and for what a run
 * writes: what those refer to they have read or made under the lock, and to ask for it again costs more than
 * to write the row. Builds with assertions always ask; as_store_check looks at all references. */
void as_store_ask_references(struct as_store *store, bool ask);

/* Nested calls count; only the outermost commits. */
enum as_status as_store_begin(struct as_store *store, struct as_error *error);
enum as_status as_store_commit(struct as_store *store, struct as_error *error);
void as_store_rollback(struct as_store *store);
/* Ends what as_store_begin began: commits where status is AS_OK, and rolls back where it is not or where the
 * commit fails. Returns what went wrong first. */
enum as_status as_store_end(struct as_store *store, enum as_status status, struct as_error *error);

/* What is read from here on is of one moment, and costs no locks of its own. Ends with as_store_read_end, or
 * where a transaction begins; does nothing within one. */
enum as_status as_store_read(struct as_store *store, struct as_error *error);
void as_store_read_end(struct as_store *store);

/* What is committed stays in SQLite's log when the store is closed, on the disk but not in the file itself,
 * unless it is much. */
void as_store_leave_log(struct as_store *store);
/* Writes back into the file what others left in the log, while the caller goes on; as_store_close waits for
 * it. */
void as_store_fold_log(struct as_store *store);

/* Integrity of the file and of what we promise of it (every decision's ledger balances, foreign keys,
 * counters). Calls back per finding; returns AS_OK also with findings. */
enum as_status as_store_check(struct as_store *store, void (*finding)(void *context, const char *text),
                              void *context, uint32_t *findings, struct as_error *error);

/* Online backup into a new file. */
enum as_status as_store_backup(struct as_store *store, const char *path, struct as_error *error);

/* Read-only SQL, enforced by the authorizer: one SELECT (or VALUES, EXPLAIN); no ATTACH, no PRAGMA, no write.
 * Calls back per row. AS_ERR_USAGE for anything else, AS_ERR_DATA for SQL that is wrong. */
struct as_query_row {
    int columns;
    const char *const *names, *const *texts; /* NULL for NULL */
    const bool *numbers;                     /* the cell is a number, and its text what it reads as */
};
typedef enum as_status (*as_row_fn)(void *context, const struct as_query_row *row, struct as_error *error);
enum as_status as_store_query(struct as_store *store, const char *sql, as_row_fn row, void *context,
                              struct as_error *error);

#endif
