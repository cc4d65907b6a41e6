/* Statements: preparing, binding and stepping SQL with one error text each. What SQL means is the callers'.
 */
#include "store/database.h"

#include "base/ids.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum as_status as_sql_failed(struct as_store *store, struct as_error *error)
{
    int code = sqlite3_extended_errcode(store->db);
    const char *text = sqlite3_errmsg(store->db);
    switch (code & 0xff) {
    case SQLITE_NOMEM:
        return as_error_memory(error);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        as_error_set(error, AS_ERR_BUSY, "%s is in use by another program", store->path);
        return as_error_advise(error, "wait until it is done, then try again");
    case SQLITE_NOTADB:
        as_error_set(error, AS_ERR_DATA, "%s is no database, or its beginning is damaged", store->path);
        return as_error_advise(error,
                               "name the database with --db; if this is the one, restore the last backup");
    case SQLITE_CORRUPT:
        as_error_set(error, AS_ERR_DATA, "%s is damaged: %s", store->path, text);
        return as_error_advise(error, "restore the last backup; `assay db check` says what is left");
    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
        if (sqlite3_extended_errcode(store->db) == SQLITE_READONLY_ROLLBACK) {
            as_error_set(error, AS_ERR_IO, "%s: who was making it ended in the middle", store->path);
            return as_error_advise(error,
                                   "the next import undoes what was not finished, and makes it a database");
        }
        if (store->mode == AS_STORE_READ)
            as_error_set(error, AS_ERR_IO,
                         "%s cannot be read: it has a log beside it, which only who may write there can open",
                         store->path);
        else
            as_error_set(error, AS_ERR_IO, "%s cannot be written to: %s", store->path, text);
        return as_error_advise(
            error,
            "ask for the permission to write to the file and its folder, or copy %s* into a "
            "folder of your own and name the copy with --db",
            store->path);
    case SQLITE_FULL:
    case SQLITE_IOERR:
        as_error_set(error, AS_ERR_IO, "%s: %s", store->path, text);
        return as_error_advise(error, "look at free space and permissions of the file and its folder");
    case SQLITE_INTERRUPT:
        return as_error_set(error, AS_ERR_STOPPED, "interrupted; what was not finished was undone");
    default:
        return as_error_set(error, AS_ERR_BUG, "%s: %s", store->path, text);
    }
}

static enum as_status prepare(sqlite3_stmt **out, struct as_store *store, const char *sql, unsigned flags,
                              struct as_error *error)
{
    if (sqlite3_prepare_v3(store->db, sql, -1, flags, out, NULL) != SQLITE_OK) {
        enum as_status status = as_sql_failed(store, error);
        *out = NULL;
        return status;
    }
    return AS_OK;
}

static bool bind_all(sqlite3_stmt *stmt, const char *format, va_list args)
{
    int n = 0, rc = SQLITE_OK;
    for (const char *f = format; *f != '\0' && rc == SQLITE_OK; f++) {
        n++;
        switch (*f) {
        case 'i':
            rc = sqlite3_bind_int64(stmt, n, va_arg(args, int64_t));
            break;
        case 'k': {
            int64_t value = va_arg(args, int64_t);
            rc = value == 0 ? sqlite3_bind_null(stmt, n) : sqlite3_bind_int64(stmt, n, value);
            break;
        }
        case 'z': {
            int64_t value = va_arg(args, int64_t);
            rc = value == AS_TIME_NONE ? sqlite3_bind_null(stmt, n) : sqlite3_bind_int64(stmt, n, value);
            break;
        }
        case 'r':
            rc = sqlite3_bind_double(stmt, n, va_arg(args, double));
            break;
        case 't':
            rc = sqlite3_bind_text(stmt, n, va_arg(args, const char *), -1, SQLITE_STATIC);
            break;
        case 's': {
            struct as_str s = va_arg(args, struct as_str);
            rc = s.p == NULL ? sqlite3_bind_null(stmt, n)
                             : sqlite3_bind_text(stmt, n, s.p, (int)s.n, SQLITE_STATIC);
            break;
        }
        case 'b': {
            struct as_str s = va_arg(args, struct as_str);
            rc = sqlite3_bind_blob(stmt, n, s.n == 0 ? "" : s.p, (int)s.n, SQLITE_STATIC);
            break;
        }
        default:
            return false;
        }
    }
    return rc == SQLITE_OK;
}

static size_t slot_of(const struct as_store *store, const char *sql)
{
    uintptr_t key = (uintptr_t)sql;
    size_t i = (size_t)((key >> 3) * UINT64_C(0x9E3779B97F4A7C15) >> 20) & (store->cache_room - 1);
    while (store->cache[i].sql != NULL && store->cache[i].sql != sql)
        i = (i + 1) & (store->cache_room - 1);
    return i;
}

static bool grow_cache(struct as_store *store)
{
    size_t old_room = store->cache_room, room = old_room == 0 ? 128 : old_room * 2;
    struct as_cached_statement *old = store->cache, *fresh = calloc(room, sizeof *fresh);
    if (fresh == NULL)
        return false;
    store->cache = fresh;
    store->cache_room = room;
    for (size_t i = 0; i < old_room; i++)
        if (old[i].sql != NULL)
            fresh[slot_of(store, old[i].sql)] = old[i];
    free(old);
    return true;
}

static sqlite3_stmt *cached(struct as_store *store, struct as_error *error, const char *sql,
                            const char *format, va_list args)
{
    if (store->cached * 2 >= store->cache_room && !grow_cache(store)) {
        as_error_memory(error);
        return NULL;
    }
    struct as_cached_statement *slot = &store->cache[slot_of(store, sql)];
    if (slot->sql == NULL) {
        if (prepare(&slot->stmt, store, sql, SQLITE_PREPARE_PERSISTENT, error) != AS_OK)
            return NULL;
        slot->sql = sql;
        store->cached++;
    }
    sqlite3_reset(slot->stmt);
    if (!bind_all(slot->stmt, format, args)) {
        as_sql_failed(store, error);
        return NULL;
    }
    return slot->stmt;
}

sqlite3_stmt *as_sql(struct as_store *store, struct as_error *error, const char *sql, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = cached(store, error, sql, format, args);
    va_end(args);
    return stmt;
}

static sqlite3_stmt *fresh(struct as_store *store, struct as_error *error, const char *sql,
                           const char *format, va_list args)
{
    sqlite3_stmt *stmt = as_statement_take(store, sql);
    if (stmt == NULL && prepare(&stmt, store, sql, SQLITE_PREPARE_PERSISTENT, error) != AS_OK)
        return NULL;
    if (!bind_all(stmt, format, args)) {
        as_sql_failed(store, error);
        sqlite3_finalize(stmt);
        return NULL;
    }
    return stmt;
}

sqlite3_stmt *as_sql_fresh(struct as_store *store, struct as_error *error, const char *sql,
                           const char *format, ...)
{
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = fresh(store, error, sql, format, args);
    va_end(args);
    return stmt;
}

sqlite3_stmt *as_sql_made(struct as_store *store, struct as_error *error, struct as_buf *sql,
                          const char *format, ...)
{
    sqlite3_stmt *stmt = NULL;
    va_list args;
    va_start(args, format);
    if (sql->failed)
        as_error_memory(error);
    else
        stmt = fresh(store, error, as_buf_c(sql), format, args);
    va_end(args);
    as_buf_free(sql);
    return stmt;
}

bool as_sql_row(enum as_status *status, struct as_store *store, sqlite3_stmt *stmt, struct as_error *error)
{
    int rc = stmt == NULL ? SQLITE_ERROR : sqlite3_step(stmt);
    *status = AS_OK;
    if (rc == SQLITE_ROW)
        return true;
    if (rc != SQLITE_DONE)
        *status = as_sql_failed(store, error);
    sqlite3_reset(stmt);
    return false;
}

enum as_status as_sql_do(struct as_store *store, struct as_error *error, const char *sql, const char *format,
                         ...)
{
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = cached(store, error, sql, format, args);
    va_end(args);
    enum as_status status;
    while (as_sql_row(&status, store, stmt, error)) {
    }
    return status;
}

/* A cached statement at its first row; NULL without one, or on failure. */
static sqlite3_stmt *first_row(enum as_status *status, struct as_store *store, struct as_error *error,
                               const char *sql, const char *format, va_list args)
{
    sqlite3_stmt *stmt = cached(store, error, sql, format, args);
    return as_sql_row(status, store, stmt, error) ? stmt : NULL;
}

enum as_status as_sql_get(int64_t *out, bool *found, struct as_store *store, struct as_error *error,
                          const char *sql, const char *format, ...)
{
    enum as_status status;
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = first_row(&status, store, error, sql, format, args);
    va_end(args);
    if (out != NULL)
        *out = stmt == NULL ? 0 : sqlite3_column_int64(stmt, 0);
    if (found != NULL)
        *found = stmt != NULL && sqlite3_column_type(stmt, 0) != SQLITE_NULL;
    sqlite3_reset(stmt);
    return status;
}

enum as_status as_sql_get_text(struct as_buf *out, bool *found, struct as_store *store,
                               struct as_error *error, const char *sql, const char *format, ...)
{
    enum as_status status;
    *found = false;
    va_list args;
    va_start(args, format);
    sqlite3_stmt *stmt = first_row(&status, store, error, sql, format, args);
    va_end(args);
    if (stmt != NULL) {
        *found = sqlite3_column_type(stmt, 0) != SQLITE_NULL;
        as_buf_str(out, as_sql_str(stmt, 0));
        sqlite3_reset(stmt);
    }
    return status == AS_OK && out->failed ? as_error_memory(error) : status;
}

enum as_status as_data_version(int64_t *out, struct as_store *store, struct as_error *error)
{
    return as_sql_get(out, NULL, store, error, "PRAGMA data_version", "");
}

int64_t as_own_version(const struct as_store *store)
{
    return sqlite3_total_changes64(store->db) + store->undone;
}

enum as_status as_sql_script(struct as_store *store, struct as_error *error, const char *sql)
{
    return sqlite3_exec(store->db, sql, NULL, NULL, NULL) == SQLITE_OK ? AS_OK : as_sql_failed(store, error);
}

struct as_str as_sql_str(sqlite3_stmt *stmt, int column)
{
    const char *p = (const char *)sqlite3_column_text(stmt, column);
    return (struct as_str){p, p == NULL ? 0 : (size_t)sqlite3_column_bytes(stmt, column)};
}

const char *as_sql_text(sqlite3_stmt *stmt, int column)
{
    return (const char *)sqlite3_column_text(stmt, column);
}

int64_t as_sql_time(sqlite3_stmt *stmt, int column)
{
    return sqlite3_column_type(stmt, column) == SQLITE_NULL ? AS_TIME_NONE
                                                            : sqlite3_column_int64(stmt, column);
}

void as_sql_hash(char out[AS_HASH_TEXT], sqlite3_stmt *stmt, int column)
{
    struct as_str text = as_sql_str(stmt, column);
    size_t n = text.n < AS_HASH_TEXT ? text.n : 0;
    if (n > 0)
        memcpy(out, text.p, n);
    out[n] = '\0';
}

void as_sql_name(struct as_buf *out, const char *name)
{
    as_buf_char(out, '"');
    for (const char *p = name; *p != '\0'; p++) {
        if (*p == '"')
            as_buf_char(out, '"');
        as_buf_char(out, *p);
    }
    as_buf_char(out, '"');
}

enum as_status as_id_gather(struct as_id_list *list, struct as_store *store, sqlite3_stmt *stmt,
                            struct as_error *error)
{
    enum as_status status = AS_OK;
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = as_id_push(list, sqlite3_column_int64(stmt, 0), error);
    as_sql_end(store, stmt);
    return status;
}
