/* Lead scores: of single leads from the files and rows that scores are kept in. SQL has the same as the table
 * score_value, which is asked anew for every lead. */
#include "store/decisions/lead_scores.h"

#include "store/decisions/held_scores.h"
#include "store/decisions/recent_scores.h"

#include "base/ids.h"

#include <stdlib.h>
#include <string.h>

struct as_lead_scores {
    struct as_arena names;
    uint32_t n;
    const char *name[AS_MAX_SCORES];
    const struct as_held_scores *held; /* NULL: there are none */
    struct as_score_cursor at;
    int column[AS_LAYERS + 1][AS_MAX_SCORES]; /* of each file of the stack, by score; -1 none */
    struct as_recent_scores recent;
};

static enum as_status read_names(struct as_lead_scores *scores, struct as_score_source *like,
                                 struct as_store *store, int64_t model_id, struct as_error *error)
{
    const struct as_score_stack *stack = &scores->held->stack;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(store, error, "SELECT id, name FROM score WHERE model_id = ? ORDER BY id", "i", model_id);
    while (as_sql_row(&status, store, stmt, error)) {
        /* A score that the files lack has been declared since; nobody has it yet. */
        int64_t id = sqlite3_column_int64(stmt, 0);
        if (as_score_file_column(&stack->file[0], id) < 0 || scores->n == AS_MAX_SCORES)
            continue;
        struct as_str name = as_sql_str(stmt, 1);
        like->column[like->scores++].score_id = id;
        for (unsigned i = 0; i < stack->files; i++)
            scores->column[i][scores->n] = as_score_file_column(&stack->file[i], id);
        scores->name[scores->n] = as_arena_copy(&scores->names, name.p, name.n);
        if (scores->name[scores->n++] == NULL) {
            status = as_error_memory(error);
            break;
        }
    }
    sqlite3_reset(stmt);
    return status;
}

enum as_status as_lead_scores_open(struct as_lead_scores **out, struct as_store *store, int64_t model_id,
                                   struct as_error *error)
{
    struct as_score_source like = {.scores = 0};
    struct as_lead_scores *scores = *out = calloc(1, sizeof *scores);
    if (scores == NULL)
        return as_error_memory(error);
    as_arena_init(&scores->names);
    enum as_status status = as_scores_hold(&scores->held, store, model_id, &like, error);
    if (status == AS_OK && scores->held->stack.files == 0)
        scores->held = NULL;
    if (status == AS_OK && scores->held != NULL)
        status = read_names(scores, &like, store, model_id, error);
    if (status == AS_OK && scores->held != NULL && scores->held->recent > 0)
        status = as_recent_scores_read(&scores->recent, store, &like, error);
    if (status == AS_OK)
        return AS_OK;
    as_lead_scores_close(scores);
    *out = NULL;
    return status;
}

void as_lead_scores_close(struct as_lead_scores *scores)
{
    if (scores == NULL)
        return;
    as_recent_scores_free(&scores->recent);
    as_arena_free(&scores->names);
    free(scores);
}

uint32_t as_lead_scores_read(struct as_score_now *out, struct as_lead_scores *scores, int64_t lead)
{
    if (scores->held == NULL)
        return 0;
    const size_t recent = as_ids_place(scores->recent.lead, scores->recent.n, lead);
    uint32_t n = 0;
    if (recent != SIZE_MAX) {
        for (uint32_t s = 0; s < scores->n && scores->recent.day[recent] != AS_SCORE_GONE; s++)
            out[n++] =
                (struct as_score_now){scores->name[s], scores->recent.points[recent * scores->n + s].value};
        return n;
    }
    size_t place;
    const int which = as_scores_seek(&place, &scores->at, scores->held, lead);
    if (which < 0)
        return 0;
    const struct as_score_file *file = &scores->held->stack.file[which];
    if (file->day != NULL && file->day[place] == AS_SCORE_GONE)
        return 0;
    for (uint32_t s = 0; s < scores->n; s++)
        if (scores->column[which][s] >= 0)
            out[n++] = (struct as_score_now){
                scores->name[s], as_score_file_points(file, scores->column[which][s], (int64_t)place).value};
    return n;
}
