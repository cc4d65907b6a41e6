/* Promotions: which version of each pack decides, as a log that only grows. */
#include "store/decisions/versions.h"

#include "store/database.h"

#include <string.h>

/* The promotion on top of a pack's stack. */
struct top {
    int64_t id, under; /* 0: none */
    int64_t time;
    char hash[AS_HASH_TEXT]; /* "": never promoted */
};

static enum as_status read_top(struct top *out, struct as_store *store, const char *pack,
                               struct as_error *error)
{
    enum as_status status;
    *out = (struct top){.id = 0};
    sqlite3_stmt *stmt =
        as_sql(store, error,
               "SELECT id, under, time, pack_hash FROM promotion WHERE pack = ? ORDER BY id DESC LIMIT 1",
               "t", pack);
    if (as_sql_row(&status, store, stmt, error)) {
        out->id = sqlite3_column_int64(stmt, 0);
        out->under = sqlite3_column_int64(stmt, 1);
        out->time = sqlite3_column_int64(stmt, 2);
        as_sql_hash(out->hash, stmt, 3);
        sqlite3_reset(stmt);
    }
    return status;
}

static enum as_status read_last_run(struct as_deciding *out, struct as_store *store, const char *pack,
                                    struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error,
                                "SELECT pack_hash, at FROM run WHERE pack = ? AND finished IS NOT NULL"
                                " ORDER BY id DESC LIMIT 1",
                                "t", pack);
    if (as_sql_row(&status, store, stmt, error)) {
        as_sql_hash(out->hash, stmt, 0);
        out->since = sqlite3_column_int64(stmt, 1);
        sqlite3_reset(stmt);
    }
    return status;
}

enum as_status as_store_deciding(struct as_deciding *out, struct as_store *store, const char *name,
                                 struct as_error *error)
{
    struct top top;
    *out = (struct as_deciding){.since = AS_TIME_NONE};
    enum as_status status = read_top(&top, store, name, error);
    if (status != AS_OK || top.id == 0)
        return status == AS_OK ? read_last_run(out, store, name, error) : status;
    memcpy(out->hash, top.hash, sizeof out->hash);
    out->promoted = true;
    out->since = top.time;
    return AS_OK;
}

enum as_status as_store_packs(struct as_store *store, enum as_pack_set set,
                              enum as_status (*each)(void *context, const char *name, const char *hash,
                                                     struct as_error *error),
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT n.pack, coalesce((SELECT p.pack_hash FROM promotion p WHERE p.pack = n.pack"
                     " ORDER BY p.id DESC LIMIT 1), (SELECT r.pack_hash FROM run r WHERE r.pack = n.pack"
                     " AND r.finished IS NOT NULL ORDER BY r.id DESC LIMIT 1))"
                     " FROM (SELECT pack FROM run WHERE finished IS NOT NULL"
                     " UNION SELECT pack FROM promotion WHERE ?1 <> 0) n ORDER BY 1",
                     "i", (int64_t)(set == AS_PACKS_DECIDING));
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, as_sql_text(stmt, 0), as_sql_text(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}

static enum as_status put(struct as_store *store, const struct as_promotion *promotion, const char *hash,
                          const char *how, int64_t under, struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO promotion(pack, pack_hash, how, under, by, note, library_hash, time)"
                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                     "tttkttti", promotion->pack, hash, how, under, promotion->by, promotion->note,
                     promotion->library_hash, promotion->now);
}

/* What decided before anything was promoted lies at the bottom, so that the first promotion can be taken
 * back. */
static enum as_status put_ran(struct top *top, struct as_store *store, const char *pack, const char *promoted,
                              struct as_error *error)
{
    struct as_deciding ran = {.since = AS_TIME_NONE};
    enum as_status status = read_last_run(&ran, store, pack, error);
    if (status != AS_OK || ran.hash[0] == '\0' || strcmp(ran.hash, promoted) == 0)
        return status;
    const struct as_promotion before = {.pack = pack, .now = ran.since};
    status = put(store, &before, ran.hash, "ran", 0, error);
    return status == AS_OK ? read_top(top, store, pack, error) : status;
}

static enum as_status promote(struct as_store *store, const struct as_promotion *promotion,
                              struct as_error *error)
{
    struct top top;
    enum as_status status = read_top(&top, store, promotion->pack, error);
    if (status == AS_OK && top.id == 0)
        status = put_ran(&top, store, promotion->pack, promotion->hash, error);
    else if (status == AS_OK && strcmp(top.hash, promotion->hash) == 0)
        return as_error_set(error, AS_ERR_CONFLICT, "version %.12s of %s decides already", promotion->hash,
                            promotion->pack);
    return status == AS_OK ? put(store, promotion, promotion->hash, "promote", top.id, error) : status;
}

/* Down the stack, from what lies under the top to the version asked for. */
static enum as_status find_under(struct top *out, struct as_store *store, const struct top *top,
                                 const char *hash, struct as_error *error)
{
    enum as_status status;
    *out = (struct top){.id = 0};
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "WITH RECURSIVE stack(id, under, time, pack_hash, depth) AS ("
                     " SELECT id, under, time, pack_hash, 0 FROM promotion WHERE id = ?1 UNION ALL"
                     " SELECT p.id, p.under, p.time, p.pack_hash, depth + 1 FROM promotion p"
                     " JOIN stack s ON p.id = s.under) SELECT id, under, time, pack_hash"
                     " FROM stack WHERE ?2 IS NULL OR pack_hash = ?2"
                     " ORDER BY depth LIMIT 1",
                     "it", top->under, hash);
    if (as_sql_row(&status, store, stmt, error)) {
        out->id = sqlite3_column_int64(stmt, 0);
        out->under = sqlite3_column_int64(stmt, 1);
        as_sql_hash(out->hash, stmt, 3);
    }
    as_sql_end(store, stmt);
    return status;
}

static enum as_status roll_back(char hash[AS_HASH_TEXT], struct as_store *store,
                                const struct as_promotion *promotion, struct as_error *error)
{
    struct top top, under = {.id = 0};
    enum as_status status = read_top(&top, store, promotion->pack, error);
    if (status == AS_OK && top.id == 0) {
        as_error_set(error, AS_ERR_MISSING, "no version of %s was ever promoted", promotion->pack);
        return as_error_advise(error, "promote one: assay promote %s@HASH", promotion->pack);
    }
    if (status == AS_OK)
        status = find_under(&under, store, &top, promotion->hash, error);
    if (status == AS_OK && under.id == 0) {
        if (promotion->hash == NULL)
            as_error_set(error, AS_ERR_MISSING, "no other version of %s decided before %.12s",
                         promotion->pack, top.hash);
        else
            as_error_set(error, AS_ERR_MISSING, "version %.12s of %s did not decide before %.12s",
                         promotion->hash, promotion->pack, top.hash);
        return as_error_advise(error, "assay promote --list %s shows what did; any version can be promoted",
                               promotion->pack);
    }
    if (status == AS_OK)
        status = put(store, promotion, under.hash, "rollback", under.under, error);
    if (status == AS_OK)
        memcpy(hash, under.hash, AS_HASH_TEXT);
    return status;
}

enum as_status as_store_promote(struct as_store *store, const struct as_promotion *promotion,
                                struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status : as_store_end(store, promote(store, promotion, error), error);
}

enum as_status as_store_roll_back(char hash[AS_HASH_TEXT], struct as_store *store,
                                  const struct as_promotion *promotion, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status : as_store_end(store, roll_back(hash, store, promotion, error), error);
}

enum as_status as_store_promotions(struct as_store *store, const char *pack, as_promotion_row_fn each,
                                   void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT pack, pack_hash, how, by, note, time FROM promotion WHERE ?1 IS NULL OR pack = ?1"
        " ORDER BY pack, id DESC",
        "t", pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        const struct as_promotion_row row = {.pack = as_sql_text(stmt, 0),
                                             .hash = as_sql_text(stmt, 1),
                                             .how = as_sql_text(stmt, 2),
                                             .by = as_sql_text(stmt, 3),
                                             .note = as_sql_text(stmt, 4),
                                             .at = sqlite3_column_int64(stmt, 5)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
