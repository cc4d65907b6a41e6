/* Score check: whether the score files beside the database are as they were written. */
#include "store/decisions/scores.h"

#include "store/companion.h"
#include "store/decisions/score_writing.h"
#include "store/layers.h"

struct checking {
    struct as_found *found;
    struct as_store *store;
    const char *pack, *model;
};

static void check_file(const struct checking *checking, uint64_t sum)
{
    struct as_score_file file;
    struct as_buf path = {0}, text = {0};
    as_companion_path(&path, checking->store->path, AS_COMPANION_SCORES, sum);
    bool open = !path.failed && as_score_file_open(&file, as_buf_c(&path), sum);
    if (!open || !as_score_file_whole(&file)) {
        as_buf_printf(&text,
                      "%s, scores of model %s of pack %s, is %s; the next run of the pack writes it anew",
                      as_buf_c(&path), checking->model, checking->pack,
                      open ? "not as it was written: remove it" : "missing or damaged");
        as_found_add(checking->found, as_buf_c(&text));
    }
    if (open)
        as_score_file_close(&file);
    as_buf_free(&path);
    as_buf_free(&text);
}

enum as_status as_scores_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    struct checking checking = {found, store, NULL, NULL};
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_in_memory(store)
                             ? NULL
                             : as_sql_fresh(store, error,
                                            "SELECT f.sum, f.layers, m.pack, m.name"
                                            " FROM score_file f JOIN model m ON m.id = f.model_id",
                                            "");
    if (stmt == NULL)
        return as_in_memory(store) ? AS_OK : as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_layer_list layers;
        checking.pack = as_sql_text(stmt, 2);
        checking.model = as_sql_text(stmt, 3);
        check_file(&checking, (uint64_t)sqlite3_column_int64(stmt, 0));
        as_layer_list_read(&layers, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
        for (unsigned i = 0; i < layers.n; i++)
            check_file(&checking, layers.sum[i]);
    }
    as_sql_end(store, stmt);
    return status;
}
