/* Packs: versions of packs, kept by the hash of what decides in them, so that a decision can be made again by
 * what made it. Which of them decides is promotions.c's. */
#include "store/decisions/versions.h"

#include "store/database.h"

#include <string.h>

static enum as_status keep_files(struct as_store *store, const struct as_source *source, bool known,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < source->files.n && status == AS_OK; i++) {
        enum as_source_part part = as_source_part(source->files.at[i].name);
        if (part == AS_PART_SIGNATURES || (part == AS_PART_RULES && !known))
            status = as_sql_do(store, error,
                               "INSERT OR REPLACE INTO pack_file(pack_hash, name, bytes) VALUES(?, ?, ?)",
                               "ttb", source->hash, source->files.at[i].name, source->files.at[i].bytes);
    }
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
    if (status == AS_OK)
        status = keep_files(store, source, sqlite3_changes(store->db) == 0, error);
    return as_store_end(store, status, error);
}

enum as_status as_store_load_pack(struct as_source *out, struct as_store *store, const char *name,
                                  const char *hash, struct as_error *error)
{
    struct as_deciding deciding;
    enum as_status status = AS_OK;
    as_source_init(out);
    out->root = "";
    if (hash == NULL) {
        status = as_store_deciding(&deciding, store, name, error);
        if (status == AS_OK && deciding.hash[0] == '\0') {
            as_error_set(error, AS_ERR_MISSING, "pack \"%s\" has not run on this database", name);
            status = as_error_advise(error, "run it first: `assay run FOLDER`");
        }
        if (status != AS_OK)
            return status;
        hash = deciding.hash;
    }
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error, "SELECT name, bytes FROM pack_file WHERE pack_hash = ? ORDER BY name", "t", hash);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        const char *bytes = sqlite3_column_blob(stmt, 1);
        size_t n = (size_t)sqlite3_column_bytes(stmt, 1);
        status =
            as_source_add(out, as_sql_text(stmt, 0), (struct as_str){bytes == NULL ? "" : bytes, n}, error);
    }
    as_sql_end(store, stmt);
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

enum as_status as_store_find_version(char hash[AS_HASH_TEXT], struct as_store *store, const char *name,
                                     const char *beginning, struct as_error *error)
{
    enum as_status status;
    uint32_t n = 0;
    size_t length = strlen(beginning);
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, "SELECT hash FROM pack WHERE name = ? AND substr(hash, 1, ?) = ? LIMIT 2",
                     "tit", name, (int64_t)length, beginning);
    hash[0] = '\0';
    while (as_sql_row(&status, store, stmt, error)) {
        as_sql_hash(hash, stmt, 0);
        n++;
    }
    as_sql_end(store, stmt);
    if (status == AS_OK && (n == 0 || length == 0)) {
        as_error_set(error, AS_ERR_MISSING, "no version of \"%s\" that begins with \"%.64s\" is kept", name,
                     beginning);
        return as_error_advise(error, "assay promote --list shows the versions that are");
    }
    if (status == AS_OK && n > 1) {
        as_error_set(error, AS_ERR_USAGE, "several versions of %s begin with %.64s", name, beginning);
        return as_error_advise(error, "give more of the hash");
    }
    return status;
}

static enum as_status give_version(sqlite3_stmt *stmt, as_version_row_fn each, void *context,
                                   struct as_error *error)
{
    const struct as_version_row row = {.pack = as_sql_text(stmt, 0),
                                       .hash = as_sql_text(stmt, 1),
                                       .kept_at = sqlite3_column_int64(stmt, 2),
                                       .runs = sqlite3_column_int64(stmt, 3),
                                       .last_run = as_sql_time(stmt, 4),
                                       .signatures = as_sql_str(stmt, 5),
                                       .decides = sqlite3_column_int(stmt, 6) != 0};
    return each(context, &row, error);
}

enum as_status as_store_versions(struct as_store *store, const char *pack, as_version_row_fn each,
                                 void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT v.name, v.hash, v.kept_at,"
        " (SELECT count(*) FROM run r"
        " WHERE r.pack = v.name AND r.pack_hash = v.hash AND r.finished IS NOT NULL),"
        " (SELECT max(at) FROM run r"
        " WHERE r.pack = v.name AND r.pack_hash = v.hash AND r.finished IS NOT NULL),"
        " CAST((SELECT bytes FROM pack_file f"
        " WHERE f.pack_hash = v.hash AND f.name = '" AS_SIGNATURES_FILE "') AS TEXT), v.hash IS coalesce("
        "(SELECT p.pack_hash FROM promotion p WHERE p.pack = v.name ORDER BY p.id DESC LIMIT 1),"
        " (SELECT r.pack_hash FROM run r WHERE r.pack = v.name AND r.finished IS NOT NULL"
        " ORDER BY r.id DESC LIMIT 1))"
        " FROM pack v WHERE ?1 IS NULL OR v.name = ?1 ORDER BY v.name, v.rowid DESC",
        "t", pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = give_version(stmt, each, context, error);
    as_sql_end(store, stmt);
    return status;
}
