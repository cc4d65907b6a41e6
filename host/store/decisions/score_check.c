/* Score check: whether the score files beside the database are as they were written. */
#include "store/decisions/scores.h"

#include "store/companion.h"
#include "store/decisions/score_writing.h"

enum as_status as_scores_check(struct as_store *store, void (*finding)(void *context, const char *text),
                               void *context, uint32_t *findings, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        as_in_memory(store)
            ? NULL
            : as_sql_fresh(store, error,
                           "SELECT f.sum, m.pack, m.name FROM (SELECT model_id, sum FROM score_file UNION ALL"
                           " SELECT model_id, delta FROM score_file WHERE delta IS NOT NULL) f"
                           " JOIN model m ON m.id = f.model_id",
                           "");
    if (stmt == NULL)
        return as_in_memory(store) ? AS_OK : as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_score_file file;
        struct as_buf path = {0}, text = {0};
        uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 0);
        as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
        bool open = !path.failed && as_score_file_open(&file, as_buf_c(&path), sum);
        if (!open || !as_score_file_whole(&file)) {
            as_buf_printf(&text,
                          "%s, scores of model %s of pack %s, is %s; the next run of the pack writes it anew",
                          as_buf_c(&path), as_sql_text(stmt, 2), as_sql_text(stmt, 1),
                          open ? "not as it was written: remove it" : "missing or damaged");
            ++*findings;
            if (finding != NULL)
                finding(context, as_buf_c(&text));
        }
        if (open)
            as_score_file_close(&file);
        as_buf_free(&path);
        as_buf_free(&text);
    }
    as_sql_end(store, stmt);
    return status;
}
