/* Packs: versions of packs, kept by the hash of their files, so that a decision can be made again by what
 * made it. */
#include "store/decisions.h"

#include "store/database.h"

#include <string.h>

static enum as_status keep_files(struct as_store *store, const struct as_source *source,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < source->files.n && status == AS_OK; i++)
        status = as_sql_do(store, error, "INSERT INTO pack_file(pack_hash, name, bytes) VALUES(?, ?, ?)",
                           "ttb", source->hash, source->files.at[i].name, source->files.at[i].bytes);
    return status;
}

enum as_status as_store_keep_pack(struct as_store *store, const char *name, const struct as_source *source,
                                  int64_t now, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    status = as_sql_do(store, error,
                       "INSERT INTO pack(hash, name, kept_at) VALUES(?, ?, ?) ON CONFLICT DO NOTHING", "tti",
                       source->hash, name, now);
    if (status == AS_OK && sqlite3_changes(store->db) > 0)
        status = keep_files(store, source, error);
    if (status == AS_OK)
        return as_store_commit(store, error);
    as_store_rollback(store);
    return status;
}

static enum as_status last_version(char hash[65], struct as_store *store, const char *name,
                                   struct as_error *error)
{
    enum as_status status;
    hash[0] = '\0';
    sqlite3_stmt *stmt =
        as_sql(store, error, "SELECT pack_hash FROM run WHERE pack = ? ORDER BY id DESC LIMIT 1", "t", name);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    if (as_sql_row(&status, store, stmt, error)) {
        struct as_str text = as_sql_str(stmt, 0);
        if (text.n <= 64) {
            memcpy(hash, text.p, text.n);
            hash[text.n] = '\0';
        }
        sqlite3_reset(stmt);
    }
    if (status == AS_OK && hash[0] == '\0') {
        as_error_set(error, AS_ERR_MISSING, "pack \"%s\" has not run on this database", name);
        return as_error_advise(error, "run it first: `assay run FOLDER`");
    }
    return status;
}

enum as_status as_store_load_pack(struct as_source *out, struct as_store *store, const char *name,
                                  const char *hash, struct as_error *error)
{
    char last[65];
    enum as_status status = AS_OK;
    as_source_init(out);
    out->root = "";
    if (hash == NULL) {
        if ((status = last_version(last, store, name, error)) != AS_OK)
            return status;
        hash = last;
    }
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT name, bytes FROM pack_file WHERE pack_hash = ? ORDER BY name", "t", hash);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        const char *bytes = sqlite3_column_blob(stmt, 1);
        size_t n = (size_t)sqlite3_column_bytes(stmt, 1);
        status =
            as_source_add(out, as_sql_text(stmt, 0), (struct as_str){bytes == NULL ? "" : bytes, n}, error);
    }
    sqlite3_finalize(stmt);
    if (status == AS_OK && out->files.n == 0)
        status =
            as_error_set(error, AS_ERR_MISSING, "version %.12s of pack \"%s\" is not kept here", hash, name);
    if (status == AS_OK)
        status = as_source_seal(out, error);
    if (status == AS_OK && strcmp(out->hash, hash) != 0) {
        as_error_set(error, AS_ERR_DATA, "the kept files of pack \"%s\" are not those of version %.12s", name,
                     hash);
        status = as_error_advise(error, "restore the last backup; `assay db check` says what is left");
    }
    if (status != AS_OK)
        as_source_free(out);
    return status;
}

enum as_status as_store_packs(struct as_store *store,
                              enum as_status (*each)(void *context, const char *name, const char *hash,
                                                     struct as_error *error),
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT pack, pack_hash, max(id) FROM run WHERE finished IS NOT NULL GROUP BY pack"
                     " ORDER BY pack",
                     "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), as_sql_text(stmt, 1), error);
    sqlite3_finalize(stmt);
    return status;
}
