/* Merges and overrides: what people decide about leads. A merge moves no row: the merged lead points to its
 * survivor from a time on, so that earlier moments replay and the merge can be undone. */
#include "store/facts/batch.h"
#include "store/personal.h"

#include "score/tree/pack.h"

static enum as_status merged_into(int64_t *into, struct as_store *store, int64_t lead, struct as_error *error)
{
    bool found;
    enum as_status status =
        as_sql_get(NULL, &found, store, error, "SELECT id FROM lead WHERE id = ?", "i", lead);
    if (status == AS_OK && !found)
        return as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead);
    return status != AS_OK
               ? status
               : as_sql_get(into, NULL, store, error, "SELECT merged_into FROM lead WHERE id = ?", "i", lead);
}

static enum as_status refuse_merged(struct as_store *store, int64_t lead, int64_t into,
                                    struct as_error *error)
{
    char day[AS_TIME_TEXT];
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(store, error, "SELECT at, by FROM merge WHERE merged = ? AND undone_at IS NULL", "i", lead);
    if (!as_sql_row(&status, store, stmt, error))
        return status;
    const char *by = as_sql_text(stmt, 1);
    as_time_format(day, sqlite3_column_int64(stmt, 0));
    as_error_set(error, AS_ERR_CONFLICT, "lead #%lld was merged into #%lld on %.10s%s%s", (long long)lead,
                 (long long)into, day, by != NULL ? " by " : "", by != NULL ? by : "");
    sqlite3_reset(stmt);
    return as_error_advise(error, "`assay merge --undo '#%lld'` takes it back", (long long)lead);
}

static enum as_status check_free(struct as_store *store, int64_t lead, struct as_error *error)
{
    char day[AS_TIME_TEXT];
    int64_t into, erased = AS_TIME_NONE;
    enum as_status status = merged_into(&into, store, lead, error);
    if (status == AS_OK && into != 0)
        return refuse_merged(store, lead, into, error);
    if (status == AS_OK)
        status = as_store_erased_at(&erased, store, lead, error);
    if (status != AS_OK || erased == AS_TIME_NONE)
        return status;
    as_time_format(day, erased);
    as_error_set(error, AS_ERR_CONFLICT, "lead #%lld was erased on %.10s", (long long)lead, day);
    return as_error_advise(error, "nothing is left of it that could be merged");
}

enum as_status as_store_may_merge(struct as_store *store, int64_t a, int64_t b, struct as_error *error)
{
    if (a == b) {
        as_error_set(error, AS_ERR_CONFLICT, "lead #%lld cannot be merged with itself", (long long)a);
        return as_error_advise(error, "name two leads");
    }
    enum as_status status = check_free(store, a, error);
    if (status == AS_OK)
        status = check_free(store, b, error);
    return status == AS_OK ? as_refuse_apart(store, a, b, error) : status;
}

enum as_status as_merge_leads(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                              int64_t now, struct as_error *error)
{
    enum as_status status = as_store_may_merge(store, survivor, merged, error);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE lead SET merged_into = ?, merged_at = ? WHERE id = ?", "iii",
                           survivor, now, merged);
    if (status == AS_OK)
        status = as_sql_do(store, error, "INSERT INTO merge(survivor, merged, at, by) VALUES(?, ?, ?, ?)",
                           "iiit", survivor, merged, now, by);
    return status;
}

static enum as_status do_merge(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                               int64_t now, struct as_error *error)
{
    enum as_status status = as_merge_leads(store, survivor, merged, by, now, error);
    int64_t merge = sqlite3_last_insert_rowid(store->db);
    return status == AS_OK ? as_take_facts(store, merge, survivor, merged, now, error) : status;
}

enum as_status as_store_merge(struct as_store *store, int64_t survivor, int64_t merged, const char *by,
                              int64_t now, struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status
                           : as_store_end(store, do_merge(store, survivor, merged, by, now, error), error);
}

/* Whoever it was taken for may have been answered through it: whether promises to them are over is asked
 * anew.
 */
static enum as_status unsettle(struct as_store *store, int64_t survivor, struct as_error *error)
{
    return as_sql_do(store, error,
                     "WITH RECURSIVE up(id) AS (SELECT ? UNION SELECT l.merged_into FROM up JOIN lead l"
                     " ON l.id = up.id WHERE l.merged_into IS NOT NULL)"
                     " UPDATE promise SET settled = NULL WHERE lead_id IN (SELECT id FROM up)",
                     "i", survivor);
}

static enum as_status do_unmerge(struct as_store *store, int64_t merged, const char *by, int64_t now,
                                 struct as_error *error)
{
    int64_t into, merge = 0;
    enum as_status status = merged_into(&into, store, merged, error);
    if (status == AS_OK && into == 0) {
        as_error_set(error, AS_ERR_CONFLICT, "lead #%lld is not merged into another", (long long)merged);
        status = as_error_advise(error, "name the lead that was merged away, or both");
    }
    if (status == AS_OK)
        status = as_sql_get(&merge, NULL, store, error,
                            "SELECT id FROM merge WHERE merged = ? AND undone_at IS NULL", "i", merged);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE lead SET merged_into = NULL, merged_at = NULL WHERE id = ?",
                           "i", merged);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE merge SET undone_at = ?, undone_by = ? WHERE id = ?", "iti",
                           now, by, merge);
    if (status == AS_OK)
        status = unsettle(store, into, error);
    return status == AS_OK ? as_give_facts_back(store, merge, into, now, error) : status;
}

enum as_status as_store_unmerge(struct as_store *store, int64_t merged, const char *by, int64_t now,
                                struct as_error *error)
{
    enum as_status status = as_store_begin(store, error);
    return status != AS_OK ? status : as_store_end(store, do_unmerge(store, merged, by, now, error), error);
}

/* Says what may be wrong with any override. */
static enum as_status check_override(struct as_store *store, int64_t lead_id, const char *reason,
                                     struct as_error *error)
{
    if (reason == NULL || as_str_trim(as_str_of(reason)).n == 0) {
        as_error_set(error, AS_ERR_USAGE, "an override needs a reason");
        return as_error_advise(error, "say why the machine's verdict does not hold");
    }
    int64_t into;
    return merged_into(&into, store, lead_id, error);
}

enum as_status as_store_override(bool *added, struct as_store *store, int64_t lead_id, const char *pack,
                                 const char *model, uint8_t stage, const char *by, const char *reason,
                                 int64_t at, int64_t now, struct as_error *error)
{
    enum as_status status = check_override(store, lead_id, reason, error);
    if (status != AS_OK)
        return status;
    if (stage >= AS_STAGE_COUNT)
        return as_error_set(error, AS_ERR_USAGE, "there is no such stage");
    status =
        as_sql_do(store, error,
                  "INSERT INTO override(lead_id, pack, model, stage, by, reason, time, known_at)"
                  " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM override"
                  " WHERE lead_id = ?1 AND pack IS ?2 AND model IS ?3 AND stage IS ?4 AND by IS ?5"
                  " AND reason = ?6 AND time = ?7 AND about = 'stage')",
                  "itttttii", lead_id, pack, model,
                  stage == AS_STAGE_NONE ? NULL : as_stage_name((enum as_stage)stage), by, reason, at, now);
    *added = status == AS_OK && sqlite3_changes(store->db) > 0;
    return status;
}

enum as_status as_store_place(bool *added, struct as_store *store, int64_t lead_id, const char *pack,
                              enum as_track_says says, const char *track, const char *by, const char *reason,
                              int64_t at, int64_t now, struct as_error *error)
{
    enum as_status status = check_override(store, lead_id, reason, error);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "INSERT INTO override(lead_id, pack, about, track, by, reason, time, known_at)"
                           " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM override"
                           " WHERE lead_id = ?1 AND pack IS ?2 AND about = ?3 AND track IS ?4 AND by IS ?5"
                           " AND reason = ?6 AND time = ?7)",
                           "itttttii", lead_id, pack, says == AS_TRACK_KEPT_OUT ? "no track" : "track", track,
                           by, reason, at, now);
    *added = status == AS_OK && sqlite3_changes(store->db) > 0;
    return status;
}
