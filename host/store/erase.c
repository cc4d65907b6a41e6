/* Erasing a person: every table that holds something of one is named here, with what happens to it. A test
 * looks for what is left in the bytes of the file. */
#include "store/personal.h"

#include "store/database.h"
#include "store/decisions/chain.h"
#include "store/snapshot/basis.h"
#include "store/snapshot/projection.h"

#include "base/limits.h"

#include <jansson.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* ?1 the lead, ?2 now. Order matters where rows refer to each other. */
static const char *const removals[] = {
    "DELETE FROM event_value WHERE event_id IN (SELECT id FROM event WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM event_home WHERE event_id IN (SELECT id FROM event WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM event_stitch WHERE event_id IN (SELECT id FROM event WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM event WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM answer WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM touch_word WHERE touch_id IN (SELECT id FROM touch WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM touch WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM consent WHERE lead_id = ?1 AND ?2 = ?2",
    "UPDATE opportunity SET name = NULL, reason = NULL, competitor = NULL"
    " WHERE id IN (SELECT opportunity_id FROM opportunity_lead WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM opportunity_lead WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM field_source WHERE level = 0 AND row_id = ?1 AND ?2 = ?2",
    "DELETE FROM field_history WHERE level = 0 AND row_id = ?1 AND ?2 = ?2",
    "UPDATE override SET reason = 'erased' WHERE lead_id = ?1 AND ?2 = ?2",
    "UPDATE assignment SET reason = NULL WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM enrolment_step"
    " WHERE enrolment_id IN (SELECT id FROM enrolment WHERE lead_id = ?1) AND ?2 = ?2",
    "DELETE FROM enrolment WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM programme_lead WHERE lead_id = ?1 AND ?2 = ?2",
    "UPDATE task SET text = 'erased', outcome = NULL, finished_by = coalesce(finished_by, 'erased'),"
    " finished = coalesce(finished, ?2) WHERE lead_id = ?1",
    "UPDATE handoff SET reason = 'erased', answered = coalesce(answered, ?2),"
    " state = CASE state WHEN 'offered' THEN 'rejected' ELSE state END WHERE lead_id = ?1",
    "DELETE FROM promise WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM waiting WHERE lead_id = ?1 AND ?2 = ?2",
    "UPDATE outbox SET payload = '{}', note = 'erased', changed_at = ?2,"
    " state = CASE WHEN state = 'sent' THEN 'sent' ELSE 'withdrawn' END WHERE lead_id = ?1",
    "DELETE FROM note WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM enrichment WHERE level = 0 AND row_id = ?1 AND ?2 = ?2",
    "DELETE FROM http_answer WHERE level = 0 AND row_id = ?1 AND ?2 = ?2",
    "DELETE FROM post WHERE id IN (" AS_SQL_POSTS_OF("SELECT ?1") ") AND ?2 = ?2",
    "DELETE FROM identity WHERE lead_id = ?1 AND ?2 = ?2",
    "DELETE FROM merge_fact"
    " WHERE merge_id IN (SELECT id FROM merge WHERE survivor = ?1 OR merged = ?1) AND ?2 = ?2",
    "DELETE FROM apart WHERE (a = ?1 OR b = ?1) AND ?2 = ?2",
};
enum { REMOVALS = sizeof removals / sizeof *removals };

/* Columns of the lead's row that stay. */
static const char *const staying[] = {"id",          "first_known", "source_id",
                                      "merged_into", "merged_at",   "erased_at"};

static bool stays(const char *column)
{
    for (size_t i = 0; i < sizeof staying / sizeof *staying; i++)
        if (strcmp(column, staying[i]) == 0)
            return true;
    return false;
}

/* Every other column, those of declared fields too, becomes unknown. */
static enum as_status empty_row(struct as_store *store, int64_t lead, int64_t now, struct as_error *error)
{
    enum as_status status;
    struct as_buf sql = {0};
    sqlite3_stmt *columns = as_sql_fresh(store, error, "SELECT name FROM pragma_table_info('lead')", "");
    as_buf_text(&sql, "UPDATE lead SET erased_at = ?2");
    while (as_sql_row(&status, store, columns, error)) {
        const char *name = as_sql_text(columns, 0);
        if (stays(name))
            continue;
        as_buf_text(&sql, ", ");
        as_sql_name(&sql, name);
        as_buf_text(&sql, " = NULL");
    }
    as_sql_end(store, columns);
    as_buf_text(&sql, " WHERE id = ?1");
    if (status == AS_OK) {
        sqlite3_stmt *update = as_sql_made(store, error, &sql, "ii", lead, now);
        as_sql_row(&status, store, update, error);
        as_sql_end(store, update);
    }
    as_buf_free(&sql);
    return status;
}

/* --- tombstones --- */

_Static_assert(AS_PERSON_HASH == crypto_generichash_BYTES, "a hash is as long as libsodium makes it");

enum as_status as_person_hash(uint8_t out[AS_PERSON_HASH], struct as_store *store, const char *system,
                              struct as_str value, struct as_error *error)
{
    enum as_status status;
    crypto_generichash_state state;
    if (sodium_init() < 0)
        return as_error_set(error, AS_ERR_BUG, "libsodium cannot be used on this machine");
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT tombstone_key FROM installation", "");
    if (!as_sql_row(&status, store, stmt, error))
        return status == AS_OK ? as_error_set(error, AS_ERR_DATA, "%s has lost its own name", store->path)
                               : status;
    crypto_generichash_init(&state, sqlite3_column_blob(stmt, 0), (size_t)sqlite3_column_bytes(stmt, 0),
                            AS_PERSON_HASH);
    crypto_generichash_update(&state, (const uint8_t *)system, strlen(system) + 1);
    crypto_generichash_update(&state, (const uint8_t *)value.p, value.n);
    crypto_generichash_final(&state, out, AS_PERSON_HASH);
    sqlite3_reset(stmt);
    return AS_OK;
}

enum as_status as_store_tombstone(int64_t *erased_at, struct as_store *store, const char *system,
                                  struct as_str value, struct as_error *error)
{
    uint8_t hash[AS_PERSON_HASH];
    bool found = false;
    *erased_at = AS_TIME_NONE;
    enum as_status status = as_person_hash(hash, store, system, value, error);
    int64_t at = 0;
    if (status == AS_OK)
        status = as_sql_get(&at, &found, store, error, "SELECT erased_at FROM tombstone WHERE hash = ?", "b",
                            (struct as_str){(const char *)hash, sizeof hash});
    if (found)
        *erased_at = at;
    return status;
}

enum as_status as_store_tombstones(bool *any, struct as_store *store, struct as_error *error)
{
    return as_sql_get(NULL, any, store, error, "SELECT 1 FROM tombstone LIMIT 1", "");
}

enum as_status as_store_erased_at(int64_t *out, struct as_store *store, int64_t lead_id,
                                  struct as_error *error)
{
    bool found;
    enum as_status status =
        as_sql_get(out, &found, store, error, "SELECT erased_at FROM lead WHERE id = ?", "i", lead_id);
    if (!found)
        *out = AS_TIME_NONE;
    return status;
}

/* What a team's own space says of a person cannot be known; what names an id or address of theirs goes. */
static enum as_status forget_named(struct as_erased *out, struct as_store *store, const char *value,
                                   struct as_error *error)
{
    if (strlen(value) < 6) /* "12" is in too many texts to mean anybody */
        return AS_OK;
    enum as_status status = as_sql_do(
        store, error,
        "DELETE FROM kv WHERE instr(lower(value), lower(?1)) > 0 OR instr(lower(key), lower(?1)) > 0", "t",
        value);
    if (status == AS_OK)
        out->kept += (uint64_t)sqlite3_changes(store->db);
    /* A provider that was asked about the company may have named its people. */
    if (status == AS_OK)
        status = as_sql_do(store, error, "DELETE FROM http_answer WHERE instr(lower(answer), lower(?1)) > 0",
                           "t", value);
    return status;
}

static enum as_status bury(struct as_erased *out, struct as_store *store, int64_t lead, int64_t now,
                           struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, "SELECT system, value FROM identity WHERE lead_id = ?", "i", lead);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        uint8_t hash[AS_PERSON_HASH];
        status = as_person_hash(hash, store, as_sql_text(stmt, 0), as_sql_str(stmt, 1), error);
        if (status == AS_OK)
            status = as_sql_do(store, error,
                               "INSERT INTO tombstone(hash, lead_id, erased_at) VALUES(?, ?, ?)"
                               " ON CONFLICT DO NOTHING",
                               "bii", (struct as_str){(const char *)hash, sizeof hash}, lead, now);
        if (status == AS_OK)
            status = as_sql_do(store, error, "DELETE FROM survey_answer WHERE respondent = ?", "b",
                               (struct as_str){(const char *)hash, sizeof hash});
        if (status == AS_OK)
            out->rows += (uint64_t)sqlite3_changes(store->db);
        if (status == AS_OK)
            status = forget_named(out, store, as_sql_text(stmt, 1), error);
    }
    as_sql_end(store, stmt);
    return status;
}

/* --- summaries of runs, which name leads --- */

enum { SAID_DIGITS = 12 }; /* of a number, as the run wrote it: the others stay what they were */

/* Wherever a line is about the lead: who moved, and whose clock presses. */
static bool scrub(json_t *value, int64_t lead)
{
    static const char *const said[] = {"lead", "account", "because"};
    bool found =
        json_integer_value(json_object_get(value, "id")) == lead && json_object_get(value, "lead") != NULL;
    size_t i;
    const char *key;
    json_t *inner;
    for (size_t k = 0; found && k < sizeof said / sizeof *said; k++)
        if (json_object_get(value, said[k]) != NULL)
            json_object_set_new(value, said[k], json_string("erased"));
    json_array_foreach(value, i, inner) found |= scrub(inner, lead);
    json_object_foreach(value, key, inner) found |= scrub(inner, lead);
    return found;
}

static enum as_status scrub_summary(struct as_store *store, int64_t run, const char *text, int64_t lead,
                                    struct as_error *error)
{
    json_t *summary = json_loads(text, 0, NULL);
    enum as_status status = AS_OK;
    if (scrub(summary, lead)) {
        char *scrubbed = json_dumps(summary, JSON_COMPACT | JSON_REAL_PRECISION(SAID_DIGITS));
        status = scrubbed == NULL ? as_error_memory(error)
                                  : as_sql_do(store, error, "UPDATE run SET summary = ? WHERE id = ?", "ti",
                                              scrubbed, run);
        free(scrubbed);
    }
    json_decref(summary);
    return status;
}

static enum as_status scrub_summaries(struct as_store *store, int64_t lead, struct as_error *error)
{
    enum as_status status = AS_OK;
    char mention[48];
    snprintf(mention, sizeof mention, "\"id\":%lld,", (long long)lead);
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, "SELECT id, summary FROM run WHERE instr(summary, ?) > 0", "t", mention);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = scrub_summary(store, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), lead, error);
    as_sql_end(store, stmt);
    return status;
}

/* --- the whole --- */

/* What they rested on; they are found from where the lead stands, which goes too. */
static enum as_status empty_decisions(struct as_erased *out, struct as_store *store, int64_t lead,
                                      struct as_error *error)
{
    struct as_buf ids = {0};
    enum as_status status = as_decisions_about(&ids, store, lead, false, error);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "UPDATE decision SET facts_hash = 0, why = NULL, persona = NULL, ledgers = NULL"
                           " WHERE id IN (SELECT value FROM json_each(?))",
                           "t", as_buf_c(&ids));
    if (status == AS_OK)
        out->rows += (uint64_t)sqlite3_changes(store->db);
    as_buf_free(&ids);
    return status;
}

static enum as_status erase_one(struct as_erased *out, struct as_store *store, int64_t lead, int64_t now,
                                struct as_error *error)
{
    enum as_status status = bury(out, store, lead, now, error);
    if (status == AS_OK)
        status = empty_decisions(out, store, lead, error);
    for (size_t i = 0; i < REMOVALS && status == AS_OK; i++) {
        status = as_sql_do(store, error, removals[i], "ii", lead, now);
        if (status == AS_OK)
            out->rows += (uint64_t)sqlite3_changes(store->db);
    }
    if (status == AS_OK)
        status = scrub_summaries(store, lead, error);
    if (status == AS_OK)
        status = empty_row(store, lead, now, error);
    out->leads++;
    return status;
}

static enum as_status erase_person(struct as_erased *out, struct as_store *store, int64_t lead, int64_t now,
                                   struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, AS_SQL_MERGED " SELECT id FROM me", "i", lead);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = erase_one(out, store, sqlite3_column_int64(stmt, 0), now, error);
    as_sql_end(store, stmt);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE installation SET erasing = ?", "i", lead);
    if (status == AS_OK)
        status = as_store_forget_bases(store, error);
    return status == AS_OK ? as_store_drop_projection(store, error) : status;
}

enum as_status as_store_erase(struct as_erased *out, struct as_store *store, int64_t lead_id, int64_t now,
                              struct as_error *error)
{
    int64_t at;
    bool found;
    *out = (struct as_erased){0};
    enum as_status status = as_store_lock(store, "db erase", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status =
            as_sql_get(&at, &found, store, error, "SELECT first_known FROM lead WHERE id = ?", "i", lead_id);
    if (status == AS_OK && !found)
        status = as_error_set(error, AS_ERR_MISSING, "there is no lead #%lld", (long long)lead_id);
    if (status == AS_OK)
        status = as_store_erased_at(&at, store, lead_id, error);
    if (status == AS_OK && at != AS_TIME_NONE)
        status = as_error_set(error, AS_ERR_CONFLICT, "lead #%lld is erased already", (long long)lead_id);
    if (status == AS_OK)
        status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    return as_store_end(store, erase_person(out, store, lead_id, now, error), error);
}

enum as_status as_store_erasing(int64_t *lead_id, struct as_store *store, struct as_error *error)
{
    return as_sql_get(lead_id, NULL, store, error, "SELECT erasing FROM installation", "");
}

enum as_status as_store_rewrite(struct as_store *store, struct as_error *error)
{
    int64_t busy = 0;
    enum as_status status = as_store_lock(store, "db erase", AS_LOCK_WAIT_MS, error);
    if (status == AS_OK)
        status = as_sql_script(store, error, "PRAGMA secure_delete = ON");
    if (status == AS_OK)
        status = as_sql_script(store, error, "VACUUM");
    if (status == AS_OK)
        status = as_sql_get(&busy, NULL, store, error, "PRAGMA wal_checkpoint(TRUNCATE)", "");
    if (status == AS_OK && busy != 0)
        return as_error_set(error, AS_ERR_BUSY, "%s: others read it, so that its log cannot be emptied",
                            store->path);
    /* Nothing of the person is in the log that this begins. */
    return status == AS_OK ? as_sql_do(store, error, "UPDATE installation SET erasing = NULL", "") : status;
}
