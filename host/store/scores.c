/* Scores: a model's score file made, kept, copied and looked at; its form is score_file.c's, its table in SQL
 * score_table.c's. */
#include "store/scores.h"

#include "store/companion.h"
#include "store/decisions.h"
#include "store/score_file.h"
#include "store/score_table.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct as_kept_scores {
    struct as_kept_scores *next;
    int64_t model_id;
    char *bytes;
    size_t n;
};

void as_kept_scores_free(struct as_kept_scores *kept)
{
    while (kept != NULL) {
        struct as_kept_scores *next = kept->next;
        free(kept->bytes);
        free(kept);
        kept = next;
    }
}

static bool in_memory(const struct as_store *store)
{
    return strcmp(store->path, ":memory:") == 0;
}

static const void *kept_bytes(void *context, int64_t model_id, size_t *n)
{
    const struct as_store *store = context;
    for (const struct as_kept_scores *kept = store->kept_scores; kept != NULL; kept = kept->next)
        if (kept->model_id == model_id) {
            *n = kept->n;
            return kept->bytes;
        }
    return NULL;
}

enum as_status as_scores_register(struct as_store *store, struct as_error *error)
{
    int rc = as_score_table_register(store->db, in_memory(store) ? kept_bytes : NULL, store);
    return rc == SQLITE_OK ? AS_OK : as_sql_failed(store, error);
}

/* --- writing --- */

static enum as_status keep_in_memory(struct as_store *store, int64_t model_id,
                                     const struct as_score_file_head *head,
                                     const struct as_score_source *source, struct as_error *error)
{
    struct as_kept_scores *kept = store->kept_scores;
    while (kept != NULL && kept->model_id != model_id)
        kept = kept->next;
    char *bytes = NULL;
    size_t n = 0;
    FILE *file = open_memstream(&bytes, &n);
    if (file == NULL)
        return as_error_memory(error);
    enum as_status status = as_score_file_write(file, head, source, error);
    fclose(file);
    if (status == AS_OK && kept == NULL) {
        kept = calloc(1, sizeof *kept);
        if (kept == NULL)
            status = as_error_memory(error);
        else {
            *kept = (struct as_kept_scores){.next = store->kept_scores, .model_id = model_id};
            store->kept_scores = kept;
        }
    }
    if (status != AS_OK) {
        free(bytes);
        return status;
    }
    free(kept->bytes);
    kept->bytes = bytes;
    kept->n = n;
    return AS_OK;
}

static enum as_status write_file(struct as_store *store, const struct as_score_file_head *head,
                                 const struct as_score_source *source, struct as_error *error)
{
    struct as_buf path = {0};
    as_companion_temporary(&path, store, AS_COMPANION_SCORES);
    FILE *file = path.failed ? NULL : fopen(as_buf_c(&path), "wbx");
    enum as_status status = file != NULL ? as_score_file_write(file, head, source, error)
                                         : as_error_set(error, AS_ERR_IO, "cannot write %s: %s",
                                                        as_buf_c(&path), strerror(errno));
    if (status == AS_OK && fsync(fileno(file)) != 0)
        status = as_error_set(error, AS_ERR_IO, "cannot sync %s: %s", as_buf_c(&path), strerror(errno));
    if (file != NULL && fclose(file) != 0 && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", as_buf_c(&path), strerror(errno));
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&path), AS_COMPANION_SCORES, head->sum, error);
    if (status != AS_OK && file != NULL)
        unlink(as_buf_c(&path));
    as_buf_free(&path);
    return status;
}

static bool is_there(struct as_store *store, int64_t model_id, uint64_t sum)
{
    struct as_score_file file = {.head = NULL};
    size_t n;
    const void *bytes = in_memory(store) ? kept_bytes(store, model_id, &n) : NULL;
    if (in_memory(store))
        return bytes != NULL && as_score_file_over(&file, bytes, n, sum);
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool there = !path.failed && as_score_file_open(&file, as_buf_c(&path), sum);
    as_score_file_close(&file);
    as_buf_free(&path);
    return there;
}

static enum as_status fill(struct as_score_source *source, struct as_store *store,
                           const struct as_model *model, int64_t model_id, const struct as_outcome *outcome,
                           struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < model->scores.n && i < AS_MAX_SCORES && status == AS_OK; i++) {
        bool found;
        struct as_score_values values = as_outcome_score(outcome, model->scores.at[i]);
        struct as_score_source_column *column = &source->column[source->scores++];
        *column = (struct as_score_source_column){0, values.value, values.low, values.high};
        status = as_sql_get(&column->score_id, &found, store, error,
                            "SELECT id FROM score WHERE model_id = ? AND name = ?", "it", model_id,
                            model->scores.at[i]->name);
    }
    return status;
}

enum as_status as_scores_write(struct as_store *store, const struct as_run_record *run,
                               const struct as_model *model, int64_t model_id,
                               const struct as_dataset *dataset, const struct as_standing *standings,
                               const struct as_outcome *outcome, struct as_error *error)
{
    struct as_score_file_head head;
    struct as_score_source source = {.lead_id = dataset->lead_id};
    uint32_t *rows = malloc(((size_t)dataset->leads + 1) * sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < dataset->leads; row++)
        if (!standings[row].outside)
            rows[source.leads++] = row;
    source.row = rows;
    enum as_status status = fill(&source, store, model, model_id, outcome, error);
    if (status == AS_OK) {
        as_score_file_plan(&head, &source);
        if (!is_there(store, model_id, head.sum))
            status = in_memory(store) ? keep_in_memory(store, model_id, &head, &source, error)
                                      : write_file(store, &head, &source, error);
    }
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "INSERT INTO score_file(model_id, run_id, at, sum) VALUES(?1, ?2, ?3, ?4)"
                           " ON CONFLICT(model_id) DO UPDATE SET run_id = ?2, at = ?3, sum = ?4",
                           "iiii", model_id, run->id, run->at, (int64_t)head.sum);
    free(rows);
    return status;
}

/* --- keeping --- */

static enum as_status copy_file(const char *from, const char *to, struct as_error *error)
{
    enum { PIECE = 65536 };
    enum as_status status = AS_OK;
    char *piece = malloc(PIECE);
    FILE *in = fopen(from, "rb"), *out = in == NULL ? NULL : fopen(to, "wbx");
    size_t n;
    if (piece == NULL)
        status = as_error_memory(error);
    else if (in != NULL && out == NULL)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    while (status == AS_OK && in != NULL && (n = fread(piece, 1, PIECE, in)) > 0)
        if (fwrite(piece, 1, n, out) != n)
            status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    if (out != NULL && (fflush(out) != 0 || fsync(fileno(out)) != 0) && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", to, strerror(errno));
    if (in != NULL)
        fclose(in);
    if (out != NULL)
        fclose(out);
    free(piece);
    return status;
}

enum as_status as_scores_backup(struct as_store *store, const char *to, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        in_memory(store) ? NULL : as_sql_fresh(store, error, "SELECT DISTINCT sum FROM score_file", "");
    if (stmt == NULL)
        return in_memory(store) ? AS_OK : as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 0);
        struct as_buf source = {0}, target = {0};
        as_companion_path(&source, store->path, AS_COMPANION_SCORES, sum);
        as_companion_path(&target, to, AS_COMPANION_SCORES, sum);
        status = source.failed || target.failed ? as_error_memory(error)
                                                : copy_file(as_buf_c(&source), as_buf_c(&target), error);
        as_buf_free(&source);
        as_buf_free(&target);
    }
    sqlite3_finalize(stmt);
    return status;
}

enum as_status as_scores_check(struct as_store *store, void (*finding)(void *context, const char *text),
                               void *context, uint32_t *findings, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt =
        in_memory(store)
            ? NULL
            : as_sql_fresh(store, error,
                           "SELECT f.sum, m.pack, m.name FROM score_file f JOIN model m ON m.id = f.model_id",
                           "");
    if (stmt == NULL)
        return in_memory(store) ? AS_OK : as_sql_failed(store, error);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error)) {
        struct as_score_file file;
        struct as_buf path = {0}, text = {0};
        uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 0);
        as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
        bool open = !path.failed && as_score_file_open(&file, as_buf_c(&path), sum);
        if (!open || !as_score_file_whole(&file)) {
            as_buf_printf(
                &text,
                "%s, the scores of model %s of pack %s, is %s; the next run of the pack writes it anew",
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
    sqlite3_finalize(stmt);
    return status;
}
