/* Held scores: opening the files that the row of score_file names, or finding them open. */
#include "store/decisions/held_scores.h"

#include "store/companion.h"
#include "store/decisions/scores.h"

#include "score/tree/pack.h"

#include <stdlib.h>
#include <unistd.h>

struct as_score_shelf {
    struct as_score_shelf *next;
    int64_t model_id;
    uint64_t sum, delta_sum;
    bool has_delta;
    struct as_held_scores held;
};

static void let_go(struct as_held_scores *held)
{
    if (held->base.head != NULL)
        as_score_file_close(&held->base);
    if (held->delta.head != NULL)
        as_score_file_close(&held->delta);
    *held = (struct as_held_scores){.whole = false};
}

void as_score_shelf_free(struct as_score_shelf *shelf)
{
    while (shelf != NULL) {
        struct as_score_shelf *next = shelf->next;
        let_go(&shelf->held);
        free(shelf);
        shelf = next;
    }
}

static enum as_status shelf_of(struct as_score_shelf **out, struct as_store *store, int64_t model_id,
                               struct as_error *error)
{
    struct as_score_shelf *shelf = store->scores;
    while (shelf != NULL && shelf->model_id != model_id)
        shelf = shelf->next;
    if (shelf == NULL && (shelf = calloc(1, sizeof *shelf)) == NULL)
        return as_error_memory(error);
    if (shelf->model_id == 0) {
        *shelf = (struct as_score_shelf){.next = store->scores, .model_id = model_id};
        store->scores = shelf;
    }
    *out = shelf;
    return AS_OK;
}

static bool open_one(struct as_score_file *out, struct as_store *store, int64_t model_id, uint64_t sum)
{
    *out = (struct as_score_file){.head = NULL};
    if (as_in_memory(store)) {
        size_t n;
        const void *bytes = as_scores_in_memory(store, model_id, &n);
        return bytes != NULL && as_score_file_over(out, bytes, n, sum);
    }
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool open = !path.failed && as_score_file_open(out, as_buf_c(&path), sum);
    as_buf_free(&path);
    return open;
}

/* A file that was removed since it was opened is no others' any more. */
static bool is_there(const struct as_store *store, uint64_t sum)
{
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool there = !path.failed && access(as_buf_c(&path), F_OK) == 0;
    as_buf_free(&path);
    return there;
}

static bool has_scores(const struct as_score_file *file, const struct as_score_source *like)
{
    for (uint32_t s = 0; s < like->scores; s++)
        if (as_score_file_column(file, like->column[s].score_id) < 0)
            return false;
    return file->head->scores == like->scores;
}

static bool open_both(struct as_score_shelf *shelf, struct as_store *store)
{
    struct as_held_scores *held = &shelf->held;
    return open_one(&held->base, store, shelf->model_id, shelf->sum) &&
           (!shelf->has_delta || (open_one(&held->delta, store, shelf->model_id, shelf->delta_sum) &&
                                  held->delta.head->base == held->base.head->sum));
}

enum as_status as_scores_hold(const struct as_held_scores **out, struct as_store *store, int64_t model_id,
                              const struct as_score_source *like, struct as_error *error)
{
    struct as_score_shelf *shelf = NULL;
    enum as_status status = shelf_of(&shelf, store, model_id, error);
    if (status != AS_OK)
        return status;
    struct as_held_scores *held = &shelf->held;
    sqlite3_stmt *stmt = as_sql(
        store, error, "SELECT sum, delta, at, recent FROM score_file WHERE model_id = ?", "i", model_id);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    *out = held;
    if (!as_sql_row(&status, store, stmt, error)) {
        let_go(held);
        return status;
    }
    uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 0), delta = (uint64_t)sqlite3_column_int64(stmt, 1);
    bool has_delta = sqlite3_column_type(stmt, 1) != SQLITE_NULL, open = held->base.head != NULL;
    /* What lies in memory may have moved. */
    if (!open || as_in_memory(store) || shelf->sum != sum || shelf->has_delta != has_delta ||
        shelf->delta_sum != delta || !is_there(store, sum) || (has_delta && !is_there(store, delta)) ||
        (held->base.ground != NULL && !is_there(store, held->base.head->ground))) {
        let_go(held);
        shelf->sum = sum;
        shelf->delta_sum = delta;
        shelf->has_delta = has_delta;
        open = open_both(shelf, store);
    }
    held->whole = open && has_scores(&held->base, like) && (!has_delta || has_scores(&held->delta, like));
    held->day = as_day_of(sqlite3_column_int64(stmt, 2));
    held->recent = sqlite3_column_int64(stmt, 3);
    sqlite3_reset(stmt);
    if (!open)
        let_go(held);
    return AS_OK;
}

enum as_status as_scores_name(struct as_score_source *out, struct as_store *store,
                              const struct as_model *model, int64_t model_id, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < model->scores.n && i < AS_MAX_SCORES && status == AS_OK; i++) {
        bool found;
        status = as_sql_get(&out->column[out->scores++].score_id, &found, store, error,
                            "SELECT id FROM score WHERE model_id = ? AND name = ?", "it", model_id,
                            model->scores.at[i]->name);
    }
    return status;
}

enum as_status as_scores_whole(bool *whole, struct as_store *store, const struct as_model *model,
                               int64_t model_id, struct as_error *error)
{
    struct as_score_source like = {.scores = 0};
    const struct as_held_scores *held;
    *whole = false;
    enum as_status status = as_scores_name(&like, store, model, model_id, error);
    if (status == AS_OK && (status = as_scores_hold(&held, store, model_id, &like, error)) == AS_OK)
        *whole = held->whole;
    return status;
}
