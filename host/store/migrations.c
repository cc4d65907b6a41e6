/* Migrations: which format a file has, what to do with it, and the scripts that bring it further. What they
 * say is left to formats/. */
#include "store/migrations.h"

#include <stdlib.h>

static enum as_status pragma_get(int64_t *out, struct as_store *store, const char *sql,
                                 struct as_error *error)
{
    sqlite3_stmt *stmt = as_sql_fresh(store, error, sql, "");
    enum as_status status;
    *out = as_sql_row(&status, store, stmt, error) ? sqlite3_column_int64(stmt, 0) : 0;
    as_sql_end(store, stmt);
    return status;
}

static int64_t format_of(const struct as_embedded_file *script)
{
    return strtoll(script->name, NULL, 10);
}

static enum as_status apply(struct as_store *store, const struct as_embedded_file *scripts, size_t n,
                            struct as_error *error)
{
    int64_t format = 0;
    enum as_status status = as_sql_script(store, error, "BEGIN EXCLUSIVE");
    if (status != AS_OK)
        return status;
    /* Another process may have brought it further while this one waited. */
    status = pragma_get(&format, store, "PRAGMA user_version", error);
    for (size_t i = 0; i < n && status == AS_OK; i++)
        if (format_of(&scripts[i]) > format)
            status = as_sql_script(store, error, scripts[i].bytes);
    if (status == AS_OK) {
        struct as_buf sql = {0};
        as_buf_printf(&sql, "PRAGMA application_id = %d; PRAGMA user_version = %lld; COMMIT",
                      AS_APPLICATION_ID, (long long)format_of(&scripts[n - 1]));
        status = as_sql_script(store, error, as_buf_c(&sql));
        as_buf_free(&sql);
    }
    if (status != AS_OK)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

/* A file that has tables, application_id or a format. */
static enum as_status take_as_it_is(bool *behind, const struct as_store *store, int64_t application,
                                    int64_t format, int64_t first, int64_t newest, struct as_error *error)
{
    if (application != AS_APPLICATION_ID) {
        as_error_set(error, AS_ERR_DATA, "%s is a SQLite file, but not one of ours", store->path);
        return as_error_advise(error, "name another file with --db");
    }
    if (format > newest) {
        as_error_set(error, AS_ERR_DATA,
                     "%s was written by a newer version of this program (format %lld, this one reads %lld)",
                     store->path, (long long)format, (long long)newest);
        return as_error_advise(error, "install the newer version; a file is never migrated down");
    }
    if (format < first) {
        as_error_set(error, AS_ERR_DATA,
                     "%s is of a format that was never released (%lld, the first that was is %lld)",
                     store->path, (long long)format, (long long)first);
        return as_error_advise(error, "import the same files into a new database, and run the packs on it");
    }
    *behind = format < newest;
    if (*behind && store->mode == AS_STORE_READ) {
        as_error_set(error, AS_ERR_DATA, "%s is of an older format (%lld, this program reads %lld)",
                     store->path, (long long)format, (long long)newest);
        return as_error_advise(error, "the next import or run makes it one of this format");
    }
    return AS_OK;
}

enum as_status as_migrate(struct as_store *store, const struct as_embedded_file *scripts, size_t n,
                          struct as_error *error)
{
    int64_t application = 0, format = 0, tables = 0;
    bool behind = true;
    enum as_status status = pragma_get(&application, store, "PRAGMA application_id", error);
    if (status == AS_OK)
        status = pragma_get(&format, store, "PRAGMA user_version", error);
    if (status == AS_OK)
        status = pragma_get(&tables, store, "SELECT count(*) FROM sqlite_schema", error);
    if (status != AS_OK)
        return status;
    if (tables != 0 || application != 0 || format != 0)
        status = take_as_it_is(&behind, store, application, format, format_of(&scripts[0]),
                               format_of(&scripts[n - 1]), error);
    else if (store->mode == AS_STORE_READ) {
        as_error_set(error, AS_ERR_DATA, "%s is empty", store->path);
        status = as_error_advise(error, "the next import makes it a database");
    }
    return status == AS_OK && behind ? apply(store, scripts, n, error) : status;
}
