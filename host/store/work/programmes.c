/* The tables of programmes. What the numbers mean is host/run/programmes'. */
#include "store/work/programmes.h"

#include "store/database.h"

#include <stdio.h>

enum as_status as_store_programmes(struct as_store *store, const char *pack, int64_t at,
                                   as_programme_row_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT id, began, CASE WHEN ended <= ?2 THEN ended END, pack, name, model, outcome, within, holdout,"
        " least_people, least_days, ends_people, ends_on, alpha, spending, terms, how, by, note, early"
        " FROM programme WHERE (?1 IS NULL OR pack = ?1) AND began <= ?2 ORDER BY began, id",
        "ti", pack, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_programme_row row = {.id = sqlite3_column_int64(stmt, 0),
                                       .began = sqlite3_column_int64(stmt, 1),
                                       .ended = as_sql_time(stmt, 2),
                                       .pack = as_sql_text(stmt, 3),
                                       .how = as_sql_text(stmt, 16),
                                       .by = as_sql_text(stmt, 17),
                                       .note = as_sql_text(stmt, 18),
                                       .early = sqlite3_column_int(stmt, 19) != 0};
        row.plan = (struct as_programme){
            .name = as_sql_text(stmt, 4),
            .counts = as_sql_text(stmt, 6),
            .within = sqlite3_column_int64(stmt, 7),
            .holdout = sqlite3_column_double(stmt, 8),
            .least_people = (uint64_t)sqlite3_column_int64(stmt, 9),
            .least_days = sqlite3_column_int64(stmt, 10),
            .ends_people = (uint64_t)sqlite3_column_int64(stmt, 11),
            .ends_on = sqlite3_column_int64(stmt, 12),
            .alpha = sqlite3_column_double(stmt, 13),
            .spending = strcmp(as_sql_text(stmt, 14), as_spending_name(AS_SPENDING_POCOCK)) == 0
                            ? AS_SPENDING_POCOCK
                            : AS_SPENDING_OBRIEN_FLEMING,
            .terms = as_sql_text(stmt, 15)};
        if (as_stage_parse(&row.plan.outcome, as_sql_str(stmt, 6)))
            row.plan.model = as_sql_text(stmt, 5);
        if (row.ended == AS_TIME_NONE) {
            row.how = row.by = row.note = NULL;
            row.early = false;
        }
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_begin_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                         struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < pack->programmes.n && status == AS_OK; i++) {
        const struct as_programme *p = pack->programmes.at[i];
        status =
            as_sql_do(store, error,
                      "INSERT INTO programme(pack, name, began, terms, model, outcome, within, holdout,"
                      " least_people, least_days, ends_people, ends_on, alpha, spending)"
                      " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14"
                      " WHERE NOT EXISTS (SELECT 1 FROM programme WHERE pack = ?1 AND terms = ?4)",
                      "ttitttiriiiirt", pack->name, p->name, at, p->terms, p->model != NULL ? p->model : "",
                      p->counts, p->within, p->holdout, (int64_t)p->least_people, p->least_days,
                      (int64_t)p->ends_people, p->ends_on, p->alpha, as_spending_name(p->spending));
    }
    return status;
}

enum as_status as_store_end_programme(struct as_store *store, const struct as_programme_end *end,
                                      struct as_error *error)
{
    return as_sql_do(
        store, error,
        "UPDATE programme SET ended = ?2, how = ?3, by = ?4, note = ?5, early = ?6 WHERE id = ?1 AND"
        " ended IS NULL",
        "iittti", end->id, end->at, end->how, end->by, end->note, (int64_t)end->early);
}

enum as_status as_store_come(struct as_store *store, const struct as_run_record *run,
                             const struct as_programme *programme, int64_t lead_id, enum as_arm arm,
                             const char *track, int64_t until, struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO programme_lead(programme_id, lead_id, arm, track, came, until, run_id)"
                     " SELECT id, ?3, ?4, ?5, ?6, ?7, ?8 FROM programme WHERE pack = ?1 AND terms = ?2"
                     " ON CONFLICT DO NOTHING",
                     "ttittiii", run->pack, programme->terms, lead_id, as_arm_name(arm), track, run->at,
                     until, run->id);
}

enum as_status as_store_came(struct as_store *store, int64_t programme, int64_t at, as_come_row_fn each,
                             void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "WITH RECURSIVE up(lead, id) AS (SELECT c.lead_id, c.lead_id FROM programme_lead c"
        " WHERE c.programme_id = ?1 UNION ALL SELECT up.lead, l.merged_into FROM up JOIN lead l"
        " ON l.id = up.id AND l.merged_into IS NOT NULL) SELECT l.id, c.lead_id, c.came, c.until, c.arm"
        " FROM programme_lead c JOIN up ON up.lead = c.lead_id"
        " JOIN lead l ON l.id = up.id AND l.merged_into IS NULL"
        " WHERE c.programme_id = ?1 AND c.came <= ?2 ORDER BY c.came, c.lead_id",
        "ii", programme, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        const struct as_come_row row = {.lead = sqlite3_column_int64(stmt, 0),
                                        .as = sqlite3_column_int64(stmt, 1),
                                        .came = sqlite3_column_int64(stmt, 2),
                                        .until = sqlite3_column_int64(stmt, 3),
                                        .arm = as_arm_read(as_sql_text(stmt, 4))};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_programme_version(char hash[AS_HASH_TEXT], struct as_store *store, int64_t programme,
                                          struct as_error *error)
{
    enum as_status status = AS_OK;
    hash[0] = '\0';
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT r.pack_hash FROM programme_lead c JOIN run r ON r.id = c.run_id"
                                      " WHERE c.programme_id = ? ORDER BY c.run_id LIMIT 1",
                                      "i", programme);
    if (as_sql_row(&status, store, stmt, error))
        snprintf(hash, AS_HASH_TEXT, "%s", as_sql_text(stmt, 0));
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_held_out(char name[AS_MAX_NAME + 1], int64_t *until, struct as_store *store,
                                 const char *pack, int64_t lead_id, int64_t at, struct as_error *error)
{
    enum as_status status = AS_OK;
    name[0] = '\0';
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        AS_SQL_MERGED
        " SELECT p.name, c.until FROM me JOIN programme_lead c ON c.lead_id = me.id JOIN programme p"
        " ON p.id = c.programme_id WHERE p.pack = ?2 AND c.arm = 'held_out' AND c.came <= ?3 AND"
        " c.until > ?3 AND (p.ended IS NULL OR p.ended > ?3) ORDER BY c.until DESC LIMIT 1",
        "iti", lead_id, pack, at);
    if (as_sql_row(&status, store, stmt, error)) {
        snprintf(name, AS_MAX_NAME + 1, "%s", as_sql_text(stmt, 0));
        *until = sqlite3_column_int64(stmt, 1);
    }
    as_sql_end(store, stmt);
    return status;
}

/* Who came to a track when: by entering it, or by being held out of it. */
static const char pace_sql[] =
    "WITH wanted(track) AS (SELECT value FROM json_each(?3)), came(lead, day) AS ("
    "SELECT lead_id, min(entered) / 86400 FROM enrolment WHERE pack = ?1 AND track IN wanted"
    " AND entered <= ?4 GROUP BY lead_id UNION ALL SELECT c.lead_id, c.came / 86400 FROM programme_lead c JOIN programme p"
    " ON p.id = c.programme_id WHERE p.pack = ?1 AND c.arm = 'held_out' AND c.track IN wanted"
    " AND c.came <= ?4), since(day) AS (SELECT max(min(day), ?4 / 86400 - ?5) FROM came)"
    " SELECT (SELECT count(DISTINCT lead) FROM came WHERE day > since.day),"
    " coalesce(?4 / 86400 - since.day, 0), (SELECT count(*) FROM programme_lead c JOIN programme p"
    " ON p.id = c.programme_id WHERE p.pack = ?1 AND p.name = ?2 AND c.came <= ?4"
    " AND (p.ended IS NULL OR p.ended > ?4)) FROM since";

enum as_status as_store_programme_pace(struct as_programme_pace *out, struct as_store *store,
                                       const char *pack, const struct as_programme *programme, int64_t at,
                                       struct as_error *error)
{
    enum as_status status = AS_OK;
    struct as_buf tracks = {.p = NULL};
    *out = (struct as_programme_pace){.came = 0};
    for (uint32_t i = 0; i < programme->tracks.n; i++) {
        as_buf_char(&tracks, i == 0 ? '[' : ',');
        as_buf_json(&tracks, as_str_of(programme->tracks.at[i]));
    }
    as_buf_char(&tracks, ']');
    sqlite3_stmt *stmt = tracks.failed ? NULL
                                       : as_sql_fresh(store, error, pace_sql, "tttii", pack, programme->name,
                                                      as_buf_c(&tracks), at, (int64_t)AS_PACE_DAYS);
    if (stmt != NULL && as_sql_row(&status, store, stmt, error))
        *out = (struct as_programme_pace){.came = (uint64_t)sqlite3_column_int64(stmt, 0),
                                          .days = sqlite3_column_int64(stmt, 1),
                                          .in = (uint64_t)sqlite3_column_int64(stmt, 2)};
    if (stmt == NULL)
        status = tracks.failed ? as_error_memory(error) : as_sql_failed(store, error);
    as_sql_end(store, stmt);
    as_buf_free(&tracks);
    return status;
}

enum as_status as_store_count_came(struct as_programme_count *out, struct as_store *store, int64_t programme,
                                   int64_t at, struct as_error *error)
{
    enum as_status status = AS_OK;
    *out = (struct as_programme_count){.came = {0}};
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT arm, count(*), count(*) FILTER (WHERE until <= ?2) FROM"
                                      " programme_lead WHERE programme_id = ?1 AND came <= ?2 GROUP BY arm",
                                      "ii", programme, at);
    while (as_sql_row(&status, store, stmt, error)) {
        enum as_arm arm = as_arm_read(as_sql_text(stmt, 0));
        out->came[arm] = (uint64_t)sqlite3_column_int64(stmt, 1);
        out->over[arm] = (uint64_t)sqlite3_column_int64(stmt, 2);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_nth_over(int64_t *until, struct as_store *store, int64_t programme, uint64_t n,
                                 int64_t at, struct as_error *error)
{
    bool found;
    *until = AS_TIME_NONE;
    int64_t time;
    enum as_status status = as_sql_get(&time, &found, store, error,
                                       "SELECT until FROM programme_lead WHERE programme_id = ? AND came <= ?"
                                       " ORDER BY until LIMIT 1 OFFSET ?",
                                       "iii", programme, at, (int64_t)n - 1);
    if (status == AS_OK && found)
        *until = time;
    return status;
}

enum as_status as_store_add_look(struct as_store *store, const struct as_look_row *look,
                                 struct as_error *error)
{
    int64_t last = 0;
    enum as_status status =
        as_sql_get(&last, NULL, store, error, "SELECT count(*) FROM programme_look WHERE programme_id = ?",
                   "i", look->programme);
    if (status == AS_OK && last != look->number - 1)
        return as_error_set(error, AS_ERR_CONFLICT, "somebody has looked meanwhile");
    if (status != AS_OK)
        return status;
    return as_sql_do(
        store, error,
        "INSERT INTO programme_look(programme_id, number, at, recorded, by, treated, treated_hits,"
        " held_out, held_out_hits, time, information, spent, bound, z, verdict)"
        " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "iiiitiiiirrrrrt", look->programme, look->number, look->at, look->recorded, look->by,
        (int64_t)look->n[AS_ARM_TREATED], (int64_t)look->hits[AS_ARM_TREATED],
        (int64_t)look->n[AS_ARM_HELD_OUT], (int64_t)look->hits[AS_ARM_HELD_OUT], look->time,
        look->information, look->spent, look->bound, look->z, look->verdict);
}

enum as_status as_store_looks(struct as_store *store, int64_t programme, int64_t at, as_look_row_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error,
                                      "SELECT number, at, recorded, by, treated, treated_hits, held_out,"
                                      " held_out_hits, time, information, spent, bound, z, verdict FROM"
                                      " programme_look WHERE programme_id = ? AND at <= ? ORDER BY number",
                                      "ii", programme, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        const struct as_look_row row = {.programme = programme,
                                        .number = sqlite3_column_int64(stmt, 0),
                                        .at = sqlite3_column_int64(stmt, 1),
                                        .recorded = sqlite3_column_int64(stmt, 2),
                                        .by = as_sql_text(stmt, 3),
                                        .n = {[AS_ARM_TREATED] = (uint64_t)sqlite3_column_int64(stmt, 4),
                                              [AS_ARM_HELD_OUT] = (uint64_t)sqlite3_column_int64(stmt, 6)},
                                        .hits = {[AS_ARM_TREATED] = (uint64_t)sqlite3_column_int64(stmt, 5),
                                                 [AS_ARM_HELD_OUT] = (uint64_t)sqlite3_column_int64(stmt, 7)},
                                        .time = sqlite3_column_double(stmt, 8),
                                        .information = sqlite3_column_double(stmt, 9),
                                        .spent = sqlite3_column_double(stmt, 10),
                                        .bound = sqlite3_column_double(stmt, 11),
                                        .z = sqlite3_column_double(stmt, 12),
                                        .verdict = as_sql_text(stmt, 13)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
