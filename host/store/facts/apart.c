/* Apart: leads that are two people, by the word of somebody who knows: merges and likenesses leave them
 * alone. */
#include "store/facts/batch.h"

/* The pairs that hold between two leads with everybody merged into them. */
static const char apart_pairs[] =
    AS_SQL_TWO_PERSONS " SELECT p.id, p.at, p.by, p.reason FROM one JOIN apart p ON"
                       " (p.a = one.id AND p.b IN (SELECT id FROM two))"
                       " OR (p.b = one.id AND p.a IN (SELECT id FROM two))"
                       " WHERE p.lifted_at IS NULL ORDER BY p.id LIMIT 1";

enum as_status as_store_apart(bool *apart, struct as_store *store, int64_t a, int64_t b,
                              struct as_error *error)
{
    /* Hardly any database has such a list. */
    enum as_status status = as_sql_get(NULL, apart, store, error, "SELECT 1 FROM apart LIMIT 1", "");
    return status == AS_OK && *apart ? as_sql_get(NULL, apart, store, error, apart_pairs, "ii", a, b)
                                     : status;
}

enum as_status as_refuse_apart(struct as_store *store, int64_t a, int64_t b, struct as_error *error)
{
    char day[AS_TIME_TEXT];
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, apart_pairs, "ii", a, b);
    if (!as_sql_row(&status, store, stmt, error))
        return status;
    const char *by = as_sql_text(stmt, 2), *reason = as_sql_text(stmt, 3);
    as_time_format(day, sqlite3_column_int64(stmt, 1));
    as_error_set(error, AS_ERR_CONFLICT, "leads #%lld and #%lld are kept apart since %.10s%s%s%s%s",
                 (long long)a, (long long)b, day, by != NULL ? " by " : "", by != NULL ? by : "",
                 reason != NULL ? ": " : "", reason != NULL ? reason : "");
    sqlite3_reset(stmt);
    return as_error_advise(error, "`assay merge --apart --undo '#%lld' '#%lld'` lifts it", (long long)a,
                           (long long)b);
}

enum as_status as_store_keep_apart(struct as_store *store, int64_t a, int64_t b, const char *by,
                                   const char *reason, int64_t now, struct as_error *error)
{
    if (a == b) {
        as_error_set(error, AS_ERR_CONFLICT, "both are lead #%lld: what is one cannot be kept apart",
                     (long long)a);
        return as_error_advise(error, "where they were merged, take that back first: `assay merge --undo`");
    }
    enum as_status status = as_refuse_apart(store, a, b, error);
    return status != AS_OK
               ? status
               : as_sql_do(store, error, "INSERT INTO apart(a, b, by, reason, at) VALUES(?, ?, ?, ?, ?)",
                           "iitti", a, b, by, reason, now);
}

enum as_status as_store_lift_apart(struct as_store *store, int64_t a, int64_t b, const char *by, int64_t now,
                                   struct as_error *error)
{
    int64_t id;
    bool found;
    enum as_status status = as_sql_get(&id, &found, store, error, apart_pairs, "ii", a, b);
    if (status == AS_OK && !found) {
        as_error_set(error, AS_ERR_CONFLICT, "leads #%lld and #%lld are not kept apart", (long long)a,
                     (long long)b);
        return as_error_advise(error, "`assay merge --apart` without --undo keeps two apart");
    }
    return status != AS_OK
               ? status
               : as_sql_do(store, error, "UPDATE apart SET lifted_at = ?, lifted_by = ? WHERE id = ?", "iti",
                           now, by, id);
}
