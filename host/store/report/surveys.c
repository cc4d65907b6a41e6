/* Surveys, read from answers. */
#include "store/report/surveys.h"

#include "store/database.h"

#define WITHIN "time >= ?1 AND time <= ?2 AND known_at <= ?3"

enum as_status as_store_survey_groups(struct as_store *store, const struct as_survey_window *window,
                                      as_survey_group_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT survey, grp, sum(times), count(DISTINCT respondent), min(time), max(time) FROM"
                     " survey_answer WHERE " WITHIN " GROUP BY survey, grp ORDER BY survey, min(id)",
                     "iii", window->since, window->until, window->at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_survey_group group = {.survey = as_sql_text(stmt, 0),
                                        .group = as_sql_text(stmt, 1),
                                        .answers = (uint64_t)sqlite3_column_int64(stmt, 2),
                                        .respondents = (uint64_t)sqlite3_column_int64(stmt, 3),
                                        .first = sqlite3_column_int64(stmt, 4),
                                        .last = sqlite3_column_int64(stmt, 5)};
        status = each(context, &group, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_survey_answers(struct as_store *store, const struct as_survey_window *window,
                                       const char *item, as_survey_answer_fn each, void *context,
                                       struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql_fresh(
        store, error,
        "SELECT survey, axis, item, grp, respondent, number, word, times, time FROM survey_answer "
        "WHERE " WITHIN
        " AND (?4 IS NULL OR item = ?4 COLLATE NOCASE) ORDER BY survey, axis, item, respondent, time, id",
        "iiit", window->since, window->until, window->at, item);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_survey_answer answer = {
            .survey = as_sql_text(stmt, 0),
            .axis = as_sql_text(stmt, 1),
            .item = as_sql_text(stmt, 2),
            .group = as_sql_text(stmt, 3),
            .respondent = {sqlite3_column_blob(stmt, 4), (size_t)sqlite3_column_bytes(stmt, 4)},
            .is_number = sqlite3_column_type(stmt, 5) != SQLITE_NULL,
            .number = sqlite3_column_double(stmt, 5),
            .word = as_sql_text(stmt, 6),
            .times = (uint64_t)sqlite3_column_int64(stmt, 7),
            .time = sqlite3_column_int64(stmt, 8)};
        status = each(context, &answer, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_survey_stages(struct as_store *store, const struct as_survey_window *window,
                                      as_survey_stage_fn each, void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error,
                     "SELECT grp, stage, sum(times) FROM survey_answer WHERE stage <> '' AND "
                     "" WITHIN " GROUP BY grp, stage ORDER BY grp, stage",
                     "iii", window->since, window->until, window->at);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_survey_stage stage = {.group = as_sql_text(stmt, 0),
                                        .stage = as_sql_text(stmt, 1),
                                        .answers = (uint64_t)sqlite3_column_int64(stmt, 2)};
        status = each(context, &stage, error);
    }
    as_sql_end(store, stmt);
    return status;
}
