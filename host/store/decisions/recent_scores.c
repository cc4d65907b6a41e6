/* Recent scores: writing and reading the rows of recent_score. */
#include "store/decisions/recent_scores.h"

#include <stdlib.h>

enum as_status as_recent_scores_read(struct as_recent_scores *out, struct as_store *store,
                                     const struct as_score_source *like, struct as_error *error)
{
    enum as_status status = AS_OK;
    uint32_t scores = like->scores;
    int64_t most = 0;
    *out = (struct as_recent_scores){.n = 0};
    if (scores > 0)
        status = as_sql_get(&most, NULL, store, error, "SELECT count(*) FROM recent_score WHERE score_id = ?",
                            "i", like->column[0].score_id);
    size_t room = (size_t)most + 1;
    out->lead = malloc(room * sizeof *out->lead);
    out->day = malloc(room * sizeof *out->day);
    out->points = malloc(room * (scores + 1) * sizeof *out->points);
    if (status == AS_OK && (out->lead == NULL || out->day == NULL || out->points == NULL))
        status = as_error_memory(error);
    for (uint32_t s = 0; s < scores && status == AS_OK; s++) {
        size_t kept = 0, at = 0, n = s == 0 ? (size_t)most : out->n;
        sqlite3_stmt *stmt = as_sql(
            store, error,
            "SELECT lead_id, day, value, low, high FROM recent_score WHERE score_id = ? ORDER BY lead_id",
            "i", like->column[s].score_id);
        while (kept < n && as_sql_row(&status, store, stmt, error)) {
            int64_t lead = sqlite3_column_int64(stmt, 0);
            while (s > 0 && at < n && out->lead[at] < lead)
                at++;
            if (s > 0 && (at == n || out->lead[at] != lead))
                continue;
            out->lead[kept] = lead;
            out->day[kept] = sqlite3_column_int(stmt, 1);
            for (uint32_t before = 0; before < s; before++)
                out->points[kept * scores + before] = out->points[at * scores + before];
            out->points[kept++ * scores + s] = (struct as_points){
                sqlite3_column_int64(stmt, 2), sqlite3_column_int64(stmt, 3), sqlite3_column_int64(stmt, 4)};
        }
        sqlite3_reset(stmt);
        out->n = kept;
    }
    if (status != AS_OK)
        as_recent_scores_free(out);
    return status;
}

void as_recent_scores_free(struct as_recent_scores *rows)
{
    free(rows->lead);
    free(rows->day);
    free(rows->points);
    *rows = (struct as_recent_scores){.n = 0};
}

enum as_status as_recent_scores_day(int32_t *day, bool *found, struct as_store *store,
                                    const struct as_score_source *like, int64_t lead, struct as_error *error)
{
    int64_t value = 0;
    *found = false;
    enum as_status status =
        like->scores == 0 ? AS_OK
                          : as_sql_get(&value, found, store, error,
                                       "SELECT day FROM recent_score WHERE score_id = ? AND lead_id = ?",
                                       "ii", like->column[0].score_id, lead);
    *day = (int32_t)value;
    return status;
}

enum as_status as_recent_scores_put(struct as_store *store, const struct as_score_source *source,
                                    uint32_t row, int32_t day, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t s = 0; s < source->scores && status == AS_OK; s++) {
        struct as_points points = {0, 0, 0};
        if (day != AS_SCORE_GONE)
            points = as_points_at(&source->column[s].points, row);
        status = as_sql_do(store, error,
                           "INSERT INTO recent_score(score_id, lead_id, day, value, low, high)"
                           " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO UPDATE SET day = ?3, value = ?4,"
                           " low = ?5, high = ?6",
                           "iiiiii", source->column[s].score_id, source->lead_id[row], (int64_t)day,
                           points.value, points.low, points.high);
    }
    return status;
}

enum as_status as_recent_scores_clear(struct as_store *store, int64_t model_id, struct as_error *error)
{
    return as_sql_do(store, error,
                     "DELETE FROM recent_score"
                     " WHERE ?1 = 0 OR score_id IN (SELECT id FROM score WHERE model_id = ?1)",
                     "i", model_id);
}
