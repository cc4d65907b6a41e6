/* Journeys, read from leads and decisions. What they come to is for reports to say. */
#include "store/report/journeys.h"

#include "score/model/standing.h"
#include "store/database.h"

enum as_status as_store_lead_starts(struct as_store *store, int64_t at, as_lead_start_fn each, void *context,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT id, created, first_known FROM lead"
                     " WHERE merged_into IS NULL AND erased_at IS NULL AND first_known <= ? ORDER BY id",
                     "i", at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        int64_t created;
        struct as_lead_start start = {.lead = sqlite3_column_int64(stmt, 0),
                                      .known = as_day_of(sqlite3_column_int64(stmt, 2))};
        start.start = as_time_parse(&created, NULL, as_sql_str(stmt, 1)) ? as_day_of(created) : start.known;
        status = each(context, &start, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_models(struct as_store *store, const char *pack, as_model_row_fn each, void *context,
                               struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, "SELECT id, name FROM model WHERE pack = ? ORDER BY id", "t", pack);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = each(context, sqlite3_column_int64(stmt, 0), as_sql_text(stmt, 1), error);
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_steps(struct as_store *store, int64_t model_id, int64_t at, as_step_row_fn each,
                              void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT d.lead_id, r.id, coalesce(d.entered, r.at), r.at, (SELECT b.at FROM run b"
        " WHERE b.pack = r.pack AND b.id < r.id AND b.finished IS NOT NULL ORDER BY b.id DESC LIMIT 1),"
        " d.prior_id IS NULL, d.outside, d.prior_stage, d.stage, d.furthest FROM model m CROSS JOIN run r"
        " ON r.pack = m.pack AND r.at <= ?2 CROSS JOIN run_decisions x ON x.run_id = r.id"
        " AND x.model_id = m.id CROSS JOIN decision d ON d.id BETWEEN x.first AND x.last WHERE m.id = ?1"
        " AND (d.stage IS NOT d.prior_stage OR d.prior_id IS NULL OR d.outside <> 0) ORDER BY r.id, d.id",
        "ii", model_id, at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_step_row row = {.lead = sqlite3_column_int64(stmt, 0),
                                  .run = sqlite3_column_int64(stmt, 1),
                                  .time = sqlite3_column_int64(stmt, 2),
                                  .decided = sqlite3_column_int64(stmt, 3),
                                  .before = as_sql_time(stmt, 4),
                                  .first = sqlite3_column_int(stmt, 5) != 0,
                                  .outside = sqlite3_column_int(stmt, 6) != 0,
                                  .from = as_stage_read(as_sql_text(stmt, 7)),
                                  .to = as_stage_read(as_sql_text(stmt, 8)),
                                  .furthest = as_stage_read(as_sql_text(stmt, 9))};
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}
