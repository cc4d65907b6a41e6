/* Runs: one pass of a pack over the leads, its record, and the list of those before it. */
#include "store/decisions/changes.h"

enum as_status as_store_run_begin(struct as_store *store, struct as_run_record *run, struct as_error *error)
{
    if (run->reference != NULL) {
        enum as_status kept =
            as_sql_do(store, error, "INSERT INTO reference(hash, text) VALUES(?, ?) ON CONFLICT DO NOTHING",
                      "tt", run->reference->hash, run->reference->text);
        if (kept != AS_OK)
            return kept;
    }
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO run(pack, pack_hash, at, known_at, started, baseline, held, library_hash,"
        " reference_hash) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
        "ttiiiiitt", run->pack, run->hash, run->at, run->known_at, run->started, (int64_t)run->baseline,
        (int64_t)run->held, run->library_hash, run->reference != NULL ? run->reference->hash : NULL);
    run->id = store->run = sqlite3_last_insert_rowid(store->db);
    return status;
}

enum as_status as_store_run_end(struct as_store *store, const struct as_run_record *run,
                                const char *summary_json, int64_t finished, struct as_error *error)
{
    store->run = 0;
    return as_sql_do(store, error, "UPDATE run SET finished = ?, summary = ?, held = ? WHERE id = ?", "itii",
                     finished, summary_json == NULL ? "{}" : summary_json, (int64_t)run->held, run->id);
}

enum as_status as_run_model(int64_t *model_id, struct as_store *store, const struct as_run_record *run,
                            const struct as_model *model, struct as_error *error)
{
    if (store->run == 0 || store->run != run->id)
        return as_error_set(error, AS_ERR_BUG, "run %lld is not open", (long long)run->id);
    enum as_status status =
        as_sql_do(store, error, "INSERT INTO model(pack, name) VALUES(?, ?) ON CONFLICT DO NOTHING", "tt",
                  run->pack, model->name);
    if (status == AS_OK)
        status = as_sql_get(model_id, NULL, store, error, "SELECT id FROM model WHERE pack = ? AND name = ?",
                            "tt", run->pack, model->name);
    for (uint32_t i = 0; i < model->scores.n && status == AS_OK; i++)
        status =
            as_sql_do(store, error, "INSERT INTO score(model_id, name) VALUES(?, ?) ON CONFLICT DO NOTHING",
                      "it", *model_id, model->scores.at[i]->name);
    if (status == AS_OK)
        status = as_sql_do(store, error, "DELETE FROM gate WHERE model_id = ?", "i", *model_id);
    for (uint32_t i = 0; i < model->gates.n && status == AS_OK; i++)
        status = as_sql_do(store, error, "INSERT INTO gate(model_id, place, name) VALUES(?, ?, ?)", "iit",
                           *model_id, (int64_t)i, model->gates.at[i]->name);
    return status;
}

#define RUN_ROWS                                                                                             \
    "SELECT id, pack, pack_hash, at, known_at, started, finished, baseline, held, summary FROM run"          \
    " WHERE finished IS NOT NULL"

enum as_status as_store_runs(struct as_store *store, const char *pack, uint32_t most, as_run_row_fn each,
                             void *context, struct as_error *error)
{
    enum as_status status = AS_OK;
    /* Of a pack it goes backwards through an index and stops: there may be a million runs. */
    sqlite3_stmt *stmt =
        pack == NULL ? as_sql_fresh(store, error, RUN_ROWS " ORDER BY id DESC LIMIT ?", "i", (int64_t)most)
                     : as_sql_fresh(store, error, RUN_ROWS " AND pack = ? ORDER BY id DESC LIMIT ?", "ti",
                                    pack, (int64_t)most);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_run_row row = {.id = sqlite3_column_int64(stmt, 0),
                                 .pack = as_sql_text(stmt, 1),
                                 .hash = as_sql_text(stmt, 2),
                                 .at = sqlite3_column_int64(stmt, 3),
                                 .known_at = sqlite3_column_int64(stmt, 4),
                                 .started = sqlite3_column_int64(stmt, 5),
                                 .finished = sqlite3_column_int64(stmt, 6),
                                 .baseline = sqlite3_column_int(stmt, 7) != 0,
                                 .held = sqlite3_column_int(stmt, 8) != 0,
                                 .summary_json = as_sql_text(stmt, 9)};
        if (row.summary_json == NULL)
            row.summary_json = "{}";
        status = each(context, &row, error);
    }
    as_sql_end(store, stmt);
    return status;
}

enum as_status as_store_last_baseline(int64_t *at, bool *found, struct as_store *store, const char *pack,
                                      struct as_error *error)
{
    return as_sql_get(at, found, store, error,
                      "SELECT at FROM run INDEXED BY run_baseline"
                      " WHERE pack = ? AND baseline <> 0 AND finished IS NOT NULL ORDER BY id DESC LIMIT 1",
                      "t", pack);
}
