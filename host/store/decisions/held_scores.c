/* Held scores: opening the files that the row of score_file names, or finding them open. */
#include "store/decisions/held_scores.h"

#include "store/companion.h"
#include "store/decisions/scores.h"

#include "base/ids.h"
#include "score/tree/pack.h"

#include <stdlib.h>
#include <unistd.h>

struct as_score_shelf {
    struct as_score_shelf *next;
    int64_t model_id;
    uint64_t sum;
    struct as_held_scores held;
};

static void let_go(struct as_held_scores *held)
{
    if (held->base.head != NULL)
        as_score_file_close(&held->base);
    while (held->layers > 0)
        as_score_file_close(&held->layer[--held->layers]);
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

static bool is_there(const struct as_store *store, uint64_t sum)
{
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool there = !path.failed && access(as_buf_c(&path), F_OK) == 0;
    as_buf_free(&path);
    return there;
}

/* Files that were removed since they were opened are no others' any more. */
static bool are_there(const struct as_score_shelf *shelf, const struct as_store *store)
{
    const struct as_held_scores *held = &shelf->held;
    bool there = is_there(store, shelf->sum) &&
                 (held->base.ground == NULL || is_there(store, held->base.head->ground));
    for (unsigned i = 0; i < held->list.n && there; i++)
        there = is_there(store, held->list.sum[i]);
    return there;
}

static bool has_scores(const struct as_score_file *file, const struct as_score_source *like)
{
    for (uint32_t s = 0; s < like->scores; s++)
        if (as_score_file_column(file, like->column[s].score_id) < 0)
            return false;
    return file->head->scores == like->scores;
}

static bool open_all(struct as_score_shelf *shelf, struct as_store *store)
{
    struct as_held_scores *held = &shelf->held;
    bool open = open_one(&held->base, store, shelf->model_id, shelf->sum);
    while (open && held->layers < held->list.n) {
        struct as_score_file *layer = &held->layer[held->layers];
        open = open_one(layer, store, shelf->model_id, held->list.sum[held->layers]);
        held->layers += open;
        open = open && layer->head->base == held->base.head->sum;
    }
    return open;
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
        store, error, "SELECT sum, layers, at, recent FROM score_file WHERE model_id = ?", "i", model_id);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    *out = held;
    if (!as_sql_row(&status, store, stmt, error)) {
        let_go(held);
        return status;
    }
    const uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 0);
    struct as_layer_list list;
    const bool sound =
        as_layer_list_read(&list, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
    bool open = held->base.head != NULL;
    /* What lies in memory may have moved. */
    if (!open || as_in_memory(store) || shelf->sum != sum || !as_layer_lists_same(&held->list, &list) ||
        !are_there(shelf, store)) {
        let_go(held);
        shelf->sum = sum;
        held->list = list;
        open = sound && open_all(shelf, store);
    }
    held->whole = open && has_scores(&held->base, like);
    for (unsigned i = 0; i < held->layers && held->whole; i++)
        held->whole = has_scores(&held->layer[i], like);
    held->day = as_day_of(sqlite3_column_int64(stmt, 2));
    held->recent = sqlite3_column_int64(stmt, 3);
    sqlite3_reset(stmt);
    if (!open)
        let_go(held);
    return AS_OK;
}

int as_scores_seek(size_t *place, struct as_score_cursor *at, const struct as_held_scores *held, int64_t lead)
{
    if (lead < at->lead)
        *at = (struct as_score_cursor){0};
    at->lead = lead;
    for (int which = (int)held->layers; which >= 0; which--) {
        const struct as_score_file *file = as_scores_file(held, which);
        const size_t leads = (size_t)file->head->leads;
        *place = at->place[which] = as_ids_seek(file->lead, leads, at->place[which], lead);
        if (*place < leads && file->lead[*place] == lead)
            return which;
    }
    return -1;
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
