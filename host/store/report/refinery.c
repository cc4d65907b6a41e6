/* Refinery, counted from touches, answers and overrides of tracks. */
#include "store/report/refinery.h"

#include "store/database.h"

#define SAID(word) "instr(';' || replace(lower(coalesce(outcome, '')), ' ', '') || ';', ';" word ";') > 0"

/* ?1 since, ?2 until, ?3 whether all together. */
static const char acts[] =
    "WITH act(what, user, lead, outcome, summary) AS (SELECT 'touch', t.user, t.lead_id, coalesce((SELECT"
    " w.outcome FROM touch_word w WHERE w.touch_id = t.id AND w.known_at <= ?2"
    " AND w.outcome IS NOT NULL ORDER BY w.id DESC LIMIT 1), t.outcome), coalesce((SELECT w.summary"
    " FROM touch_word w WHERE w.touch_id = t.id AND w.known_at <= ?2 AND w.summary IS NOT NULL"
    " ORDER BY w.id DESC LIMIT 1), t.summary) FROM touch t WHERE t.user IS NOT NULL AND t.time BETWEEN ?1"
    " AND ?2 AND t.known_at <= ?2 UNION ALL SELECT 'answer', user, lead_id, NULL, NULL FROM answer"
    " WHERE user IS NOT NULL AND lead_id IS NOT NULL AND time BETWEEN ?1 AND ?2 AND known_at <= ?2"
    " UNION ALL SELECT 'track', by, lead_id, NULL, NULL FROM override WHERE about = 'track'"
    " AND track IS NOT NULL AND by IS NOT NULL AND time BETWEEN ?1 AND ?2 AND known_at <= ?2) SELECT"
    " CASE WHEN ?3 THEN '' ELSE user END AS who, count(DISTINCT CASE what WHEN 'touch' THEN lead END),"
    " count(DISTINCT CASE what WHEN 'answer' THEN lead END),"
    " count(DISTINCT CASE what WHEN 'track' THEN lead END),"
    " sum(what = 'touch'), sum(what = 'touch' AND (outcome IS NOT NULL OR summary IS NOT NULL)),"
    " sum(" SAID("probed") "), sum(" SAID("stimulated") ") FROM act GROUP BY who ORDER BY who";

enum as_status as_store_refinery(struct as_store *store, int64_t since, int64_t until, bool together,
                                 as_refinery_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(store, error, acts, "iii", since, until, (int64_t)together);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_refinery_row row = {.user = as_sql_text(stmt, 0),
                                      .contacted = (uint64_t)sqlite3_column_int64(stmt, 1),
                                      .asked = (uint64_t)sqlite3_column_int64(stmt, 2),
                                      .placed = (uint64_t)sqlite3_column_int64(stmt, 3),
                                      .conversations = (uint64_t)sqlite3_column_int64(stmt, 4),
                                      .documented = (uint64_t)sqlite3_column_int64(stmt, 5),
                                      .probed = (uint64_t)sqlite3_column_int64(stmt, 6),
                                      .stimulated = (uint64_t)sqlite3_column_int64(stmt, 7)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_placed(struct as_store *store, const char *pack, int64_t since, int64_t until,
                               as_placed_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT track, coalesce(instead, ''), override_id IS NOT NULL AS word, count(*)"
                     " FROM enrolment WHERE pack = ?1 AND entered BETWEEN ?2 AND ?3"
                     " GROUP BY word, 2, track ORDER BY word, count(*) DESC, 2, track",
                     "tii", pack, since, until);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_placed_row row = {.track = as_sql_text(stmt, 0),
                                    .instead = as_sql_text(stmt, 1),
                                    .by_word = sqlite3_column_int(stmt, 2) != 0,
                                    .leads = (uint64_t)sqlite3_column_int64(stmt, 3)};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
