/* Merges and overrides: what people decide about leads. A merge moves no row: the merged lead points to its
 * survivor from a time on, so that earlier moments replay and the merge can be undone. */
#include "store/database.h"
#include "store/facts/facts.h"

#include "score/tree/pack.h"

static enum as_status merged_into(int64_t *into, struct as_store *store, int64_t lead, struct as_error *error)
{
    int64_t one;
    bool found, merged;
    enum as_status status =
        as_sql_get(&one, &found, store, error, "SELECT id FROM lead WHERE id = ?", "i", lead);
    if (status == AS_OK && !found)
        return as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    return status != AS_OK ? status
                           : as_sql_get(into, &merged, store, error,
                                        "SELECT merged_into FROM lead WHERE id = ?", "i", lead);
}

static enum as_status do_merge(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                               int64_t now, struct as_error *error)
{
    int64_t a, b;
    enum as_status status = merged_into(&a, store, survivor, error);
    if (status == AS_OK)
        status = merged_into(&b, store, merged, error);
    if (status != AS_OK)
        return status;
    if (survivor == merged || a != 0 || b != 0) {
        as_error_set(error, AS_ERR_CONFLICT,
                     survivor == merged ? "lead #%lld cannot be merged with itself"
                                        : "lead #%lld is merged into another already",
                     (long long)(a != 0 ? survivor : merged));
        return as_error_advise(error, "`assay merge --undo` takes a merge back");
    }
    status = as_sql_do(store, error, "UPDATE lead SET merged_into = ?, merged_at = ? WHERE id = ?", "iii",
                       survivor, now, merged);
    if (status == AS_OK)
        status = as_sql_do(store, error, "INSERT INTO merge(survivor, merged, at, by) VALUES(?, ?, ?, ?)",
                           "iiit", survivor, merged, now, by);
    return status;
}

static enum as_status in_transaction(struct as_store *store, enum as_status status, struct as_error *error)
{
    if (status == AS_OK)
        return as_store_commit(store, error);
    as_store_rollback(store);
    return status;
}

enum as_status as_store_merge(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                              int64_t now, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status
                           : in_transaction(store, do_merge(store, survivor, merged, by, now, error), error);
}

static enum as_status do_unmerge(struct as_store *store, int64_t merged, int64_t now, struct as_error *error)
{
    int64_t into;
    enum as_status status = merged_into(&into, store, merged, error);
    if (status == AS_OK && into == 0)
        status =
            as_error_set(error, AS_ERR_CONFLICT, "lead #%lld is not merged into another", (long long)merged);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE lead SET merged_into = NULL, merged_at = NULL WHERE id = ?",
                           "i", merged);
    if (status == AS_OK)
        status =
            as_sql_do(store, error, "UPDATE merge SET undone_at = ? WHERE merged = ? AND undone_at IS NULL",
                      "ii", now, merged);
    return status;
}

enum as_status as_store_unmerge(struct as_store *store, int64_t merged, int64_t now, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status : in_transaction(store, do_unmerge(store, merged, now, error), error);
}

enum as_status as_store_override(struct as_store *store, int64_t lead_id, const char *pack, const char *model,
                                 uint8_t stage, const char *by, const char *reason, int64_t at, int64_t now,
                                 struct as_error *error)
{
    if (reason == NULL || as_str_trim(as_str_of(reason)).n == 0) {
        as_error_set(error, AS_ERR_USAGE, "an override needs a reason");
        return as_error_advise(error, "say why the machine's verdict does not hold");
    }
    if (stage >= AS_STAGE_COUNT)
        return as_error_set(error, AS_ERR_USAGE, "there is no such stage");
    int64_t into;
    enum as_status status = merged_into(&into, store, lead_id, error);
    if (status != AS_OK)
        return status;
    return as_sql_do(store, error,
                     "INSERT INTO override(lead_id, pack, model, stage, by, reason, time, known_at)"
                     " VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
                     "itttttii", lead_id, pack, model,
                     stage == AS_STAGE_NONE ? NULL : as_stage_name((enum as_stage)stage), by, reason, at,
                     now);
}
