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
    struct as_held_scores held;
};

void as_score_shelf_free(struct as_score_shelf *shelf)
{
    while (shelf != NULL) {
        struct as_score_shelf *next = shelf->next;
        as_score_stack_close(&shelf->held.stack);
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

static bool is_there(const struct as_store *store, uint64_t sum)
{
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool there = !path.failed && access(as_buf_c(&path), F_OK) == 0;
    as_buf_free(&path);
    return there;
}

/* Files that were removed since they were opened are no others' any more. */
static bool are_there(const struct as_score_stack *stack, const struct as_store *store)
{
    const struct as_score_file *base = &stack->file[0];
    bool there =
        is_there(store, stack->name.sum) && (base->ground == NULL || is_there(store, base->head->ground));
    for (unsigned i = 0; i < stack->name.layers.n && there; i++)
        there = is_there(store, stack->name.layers.sum[i]);
    return there;
}

static bool has_scores(const struct as_score_file *file, const struct as_score_source *like)
{
    for (uint32_t s = 0; s < like->scores; s++)
        if (as_score_file_column(file, like->column[s].score_id) < 0)
            return false;
    return file->head->scores == like->scores;
}

static void open_stack(struct as_score_stack *stack, struct as_store *store, int64_t model_id,
                       const struct as_score_stack_name *name)
{
    if (as_in_memory(store)) {
        size_t n = 0;
        const void *bytes = as_scores_in_memory(store, model_id, &n);
        as_score_stack_over(stack, bytes, n, name);
    } else
        as_score_stack_open(stack, store->path, name);
}

enum as_status as_scores_hold(const struct as_held_scores **out, struct as_store *store, int64_t model_id,
                              const struct as_score_source *like, struct as_error *error)
{
    struct as_score_shelf *shelf = NULL;
    enum as_status status = shelf_of(&shelf, store, model_id, error);
    if (status != AS_OK)
        return status;
    struct as_held_scores *held = &shelf->held;
    struct as_score_stack *stack = &held->stack;
    sqlite3_stmt *stmt = as_sql(
        store, error, "SELECT sum, layers, at, recent FROM score_file WHERE model_id = ?", "i", model_id);
    *out = held;
    held->whole = false;
    held->day = held->recent = 0;
    if (!as_sql_row(&status, store, stmt, error)) {
        as_score_stack_close(stack);
        return status;
    }
    struct as_score_stack_name name = {.sum = (uint64_t)sqlite3_column_int64(stmt, 0)};
    const bool sound =
        as_layer_list_read(&name.layers, sqlite3_column_blob(stmt, 1), (size_t)sqlite3_column_bytes(stmt, 1));
    /* What lies in memory may have moved. */
    if (!sound || stack->files == 0 || as_in_memory(store) ||
        !as_score_stack_names_same(&stack->name, &name) || !are_there(stack, store)) {
        as_score_stack_close(stack);
        if (sound)
            open_stack(stack, store, model_id, &name);
    }
    if (stack->files > 0) {
        held->whole = true;
        for (unsigned i = 0; i < stack->files && held->whole; i++)
            held->whole = has_scores(&stack->file[i], like);
        held->day = as_day_of(sqlite3_column_int64(stmt, 2));
        held->recent = sqlite3_column_int64(stmt, 3);
    }
    sqlite3_reset(stmt);
    return AS_OK;
}

int as_scores_seek(size_t *place, struct as_score_cursor *at, const struct as_held_scores *held, int64_t lead)
{
    if (lead < at->lead)
        *at = (struct as_score_cursor){0};
    at->lead = lead;
    for (int which = (int)held->stack.files - 1; which >= 0; which--) {
        const struct as_score_file *file = &held->stack.file[which];
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
        status = as_sql_get(&out->column[out->scores++].score_id, NULL, store, error,
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
