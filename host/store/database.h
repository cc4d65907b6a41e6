/* Database: what the files of this folder share: the open connection and short ways to speak SQL. Internal to
 * host/store. */
#ifndef AS_STORE_DATABASE_H
#define AS_STORE_DATABASE_H

#include "base/limits.h"
#include "base/time.h"
#include "data/pack/source.h"
#include "store/store.h"

#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>

/* "ASSY" */
#define AS_APPLICATION_ID 0x41535359

/* While facts come in: indexes of external ids are filled in no order, and what does not fit is written to
 * the log over and over. Everything else reads and writes in order, or little. */
#define AS_WRITER_CACHE "PRAGMA cache_size = -524288"
#define AS_READER_CACHE "PRAGMA cache_size = -16384"
/* Who looks for many rows in no order: else nearly every look reads pages anew. */
#define AS_SEEKER_CACHE "PRAGMA cache_size = -65536"

/* clang-format off */
/* A table of WITH RECURSIVE: a lead and all that were merged into it, by whatever way. */
#define AS_SQL_PERSON(NAME, LEAD) \
    NAME "(id) AS (SELECT " LEAD " UNION SELECT l.id FROM " NAME " JOIN lead l ON l.merged_into = " NAME ".id)"
/* What a row of a TABLE with merges is now: itself, or the one that it was merged into at last. */
#define AS_SQL_SURVIVOR(TABLE, ID) \
    "(WITH RECURSIVE up(id, next) AS (SELECT id, merged_into FROM " TABLE " WHERE id = " ID " UNION SELECT" \
    " l.id, l.merged_into FROM up JOIN " TABLE " l ON l.id = up.next) SELECT id FROM up WHERE next IS NULL)"
#define AS_SQL_MERGED "WITH RECURSIVE " AS_SQL_PERSON("me", "?1")
#define AS_SQL_TWO_PERSONS "WITH RECURSIVE " AS_SQL_PERSON("one", "?1") ", " AS_SQL_PERSON("two", "?2")
/* clang-format on */

/* How the ids of events begin that deals made for their leads. */
#define AS_DEAL_ACTS "opportunity:"

struct as_suffixes;    /* data/identity/identity.h */
struct as_kept_scores; /* scores.h */

/* standing_shelf.c: what models' standings lie in, kept open. NULL is fine. */
struct as_standing_shelf;
void as_standing_shelf_free(struct as_standing_shelf *shelf);

/* held_scores.c: models' score files, kept open. NULL is fine. */
struct as_score_shelf;
void as_score_shelf_free(struct as_score_shelf *shelf);

/* event_tail.c: the events that came in last, as last read. NULL is fine. */
struct as_event_tail;
void as_event_tail_free(struct as_event_tail *tail);

/* last_decisions.c: which was the last about each lead, as last read. NULL is fine. */
struct as_decided_cache;
void as_decided_cache_free(struct as_decided_cache *cache);

/* words.c: words of ledgers that were read. NULL is fine. */
struct as_words;
void as_words_free(struct as_words *words);

/* match.c: domains of mail hosts met lately. NULL is fine. */
struct as_domain_cache;
void as_domain_cache_free(struct as_domain_cache *cache);

/* wal.c: what this connection knows of SQLite's log; NULL where it only reads. */
struct as_wal;

struct as_cached_statement {
    const char *sql; /* the literal's address is the key */
    sqlite3_stmt *stmt;
};

/* statement_pool.c: statements that nobody has just now. NULL is fine. */
struct as_statement_pool;
void as_statement_pool_free(struct as_statement_pool *pool);

/* space.c: what one pack keeps, counted once and then kept up to date. */
struct as_space_use {
    char pack[AS_MAX_NAME + 1]; /* "": not counted */
    int64_t keys, bytes;
};

/* fields.c: numbers of a schema's facts in the database, shared by all who ask for the same. NULL is fine. */
struct as_field_numbers;
void as_field_numbers_let_go(struct as_field_numbers *numbers);

/* fields.c: which schema and database were made to know of each other last. */
struct as_lesson {
    bool learnt;
    uint64_t schema;  /* its version afterwards */
    int64_t database; /* data_version: what other connections committed */
};

struct as_store {
    sqlite3 *db;
    char *path;
    enum as_store_mode mode;
    bool onlooking;                                           /* onlooker.h */
    struct stat seen;                                         /* then: the file as it stood */
    int lock_fd, outbox_fd;                                   /* -1 */
    const volatile sig_atomic_t *interrupted;                 /* as_store_heed; may be NULL */
    void (*busy)(void *context, uint64_t done, uint64_t all); /* as_store_watch; may be NULL */
    void *busy_context;
    int depth;                    /* of nested transactions */
    int64_t undone;               /* how many were rolled back */
    bool doomed;                  /* an inner one was rolled back */
    bool reading;                 /* as_store_read */
    struct as_settling *settling; /* companion.c: files on their way to the disk */
    size_t few_leads;             /* AS_FEW_LEADS */
    bool swept; /* no file lies beside the database that no row names, as far as this process knows */
    struct as_cached_statement *cache; /* open addressing over literals */
    size_t cached, cache_room;
    struct as_statement_pool *pool;                         /* made with the first statement given back */
    uint64_t waiting_widths[AS_MAX_TABLE_COLUMNS / 64 + 1]; /* waiting_rows.c: for which there are tables */
    struct as_lesson lesson;
    struct as_field_numbers *numbers;
    struct as_space_use space;    /* what is known of a pack's own space */
    int64_t run;                  /* being stored; 0: none */
    struct as_suffixes *suffixes; /* opened on first use */
    struct as_domain_cache *domains;
    struct as_kept_scores *kept_scores; /* of a database in memory */
    struct as_standing_shelf *standings;
    struct as_score_shelf *scores;
    struct as_event_tail *events;
    struct as_decided_cache *decided;
    struct as_words *words;
    struct as_wal *wal;
};

/* Whether the database has no file, and so none beside it. */
static inline bool as_in_memory(const struct as_store *store)
{
    return strcmp(store->path, ":memory:") == 0;
}

/* Bind formats: i int64_t, t const char * (NULL is SQL NULL), s struct as_str, r double, z int64_t where
 * AS_TIME_NONE is NULL, k int64_t where 0 is NULL, b struct as_str as a blob. Texts must live until the
 * statement is stepped. */

/* A cached statement, reset and bound. sql must be a literal (or live as long as the store), and the
 * statement is not to be used again before it is stepped to its end. NULL on failure. */
sqlite3_stmt *as_sql(struct as_store *store, struct as_error *error, const char *sql, const char *format,
                     ...);
/* A statement of its own, for listings whose callback may call us again; the caller gives it back with
 * as_sql_end. NULL on failure. */
sqlite3_stmt *as_sql_fresh(struct as_store *store, struct as_error *error, const char *sql,
                           const char *format, ...);
/* The same of a text that was put together, which is freed here; NULL, too, when that failed. */
sqlite3_stmt *as_sql_made(struct as_store *store, struct as_error *error, struct as_buf *sql,
                          const char *format, ...);
/* Gives back a statement of as_sql_fresh or as_sql_made; the next that asks for the same text has it, already
 * prepared. NULL is fine. */
void as_sql_end(struct as_store *store, sqlite3_stmt *stmt);
/* Of statement.c: an idle statement of the text; NULL when there is none. */
sqlite3_stmt *as_statement_take(struct as_store *store, const char *sql);
/* True when there is a row; false at the end (*status AS_OK) or on failure, which NULL always is, a statement
 * that could not be made. */
bool as_sql_row(enum as_status *status, struct as_store *store, sqlite3_stmt *stmt, struct as_error *error);
/* Appends the first column of every row of a statement of as_sql_fresh, which is given back here. */
struct as_id_list;
enum as_status as_id_gather(struct as_id_list *list, struct as_store *store, sqlite3_stmt *stmt,
                            struct as_error *error);
/* Runs a cached statement to its end. */
enum as_status as_sql_do(struct as_store *store, struct as_error *error, const char *sql, const char *format,
                         ...);
/* The first column of the first row: 0, and *found false, when there is no row or it is NULL. Either may be
 * NULL, too, where nobody asks. */
enum as_status as_sql_get(int64_t *out, bool *found, struct as_store *store, struct as_error *error,
                          const char *sql, const char *format, ...);
/* The same of a text, appended. */
enum as_status as_sql_get_text(struct as_buf *out, bool *found, struct as_store *store,
                               struct as_error *error, const char *sql, const char *format, ...);
/* Several statements without parameters. */
enum as_status as_sql_script(struct as_store *store, struct as_error *error, const char *sql);
/* Says to whoever watches the store how far it is. */
void as_store_show(const struct as_store *store, uint64_t done, uint64_t all);
/* Sets the error from the connection's last one. */
enum as_status as_sql_failed(struct as_store *store, struct as_error *error);

/* Columns. */
struct as_str as_sql_str(sqlite3_stmt *stmt, int column);
const char *as_sql_text(sqlite3_stmt *stmt, int column); /* NULL for NULL */
int64_t as_sql_time(sqlite3_stmt *stmt, int column);     /* AS_TIME_NONE for NULL */
/* A hash in hex, "" for NULL and for what is no hash. */
void as_sql_hash(char out[AS_HASH_TEXT], sqlite3_stmt *stmt, int column);

/* A name quoted for SQL, appended. */
void as_sql_name(struct as_buf *out, const char *name);

/* Changes when another connection has committed something since this one was last asked; what this one
 * commits does not change it. */
enum as_status as_data_version(int64_t *out, struct as_store *store, struct as_error *error);
/* Changes when this one has changed something, or has rolled back what it had. */
int64_t as_own_version(const struct as_store *store);

#endif
