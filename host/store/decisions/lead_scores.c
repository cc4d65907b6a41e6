/* Lead scores: of single leads from the files and rows that scores are kept in. SQL has the same as the table
 * score_value, which is asked anew for every lead. */
#include "store/decisions/lead_scores.h"

#include "store/decisions/held_scores.h"
#include "store/decisions/recent_scores.h"

#include <stdlib.h>
#include <string.h>

struct as_lead_scores {
    struct as_arena names;
    uint32_t n;
    const char *name[AS_MAX_SCORES];
    int base_column[AS_MAX_SCORES], delta_column[AS_MAX_SCORES]; /* by score; -1 none */
    const struct as_held_scores *held;                           /* NULL: there are none */
    int64_t base_next, delta_next; /* where the next lead is if it follows the one before */
    struct as_recent_scores recent;
};

static enum as_status read_names(struct as_lead_scores *scores, struct as_score_source *like,
                                 struct as_store *store, int64_t model_id, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(store, error, "SELECT id, name FROM score WHERE model_id = ? ORDER BY id", "i", model_id);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    while (as_sql_row(&status, store, stmt, error)) {
        /* A score that the files lack has been declared since; nobody has it yet. */
        const struct as_score_file *base = &scores->held->base, *delta = &scores->held->delta;
        int64_t id = sqlite3_column_int64(stmt, 0);
        int column = as_score_file_column(base, id);
        if (column < 0 || scores->n == AS_MAX_SCORES)
            continue;
        struct as_str name = as_sql_str(stmt, 1);
        like->column[like->scores++].score_id = id;
        scores->base_column[scores->n] = column;
        scores->delta_column[scores->n] = delta->head == NULL ? -1 : as_score_file_column(delta, id);
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
    if (status == AS_OK && scores->held->base.head == NULL)
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

/* The place of a lead in a file, -1 for none. */
static int64_t place_of(const struct as_score_file *file, int64_t *next, int64_t lead)
{
    bool follows = *next < (int64_t)file->head->leads && file->lead[*next] == lead;
    int64_t place = follows ? *next : as_score_file_place(file, lead);
    if (place >= 0)
        *next = place + 1;
    return place;
}

/* The place of a lead among the recent ones, -1 for none. */
static int64_t recent_place(const struct as_recent_scores *rows, int64_t lead)
{
    size_t low = 0, high = rows->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->lead[middle] < lead)
            low = middle + 1;
        else
            high = middle;
    }
    return low < rows->n && rows->lead[low] == lead ? (int64_t)low : -1;
}

uint32_t as_lead_scores_read(struct as_score_now *out, struct as_lead_scores *scores, int64_t lead)
{
    if (scores->held == NULL)
        return 0;
    const struct as_score_file *file = &scores->held->base, *delta = &scores->held->delta;
    const int *column = scores->base_column;
    int64_t place = recent_place(&scores->recent, lead);
    uint32_t n = 0;
    if (place >= 0) {
        for (uint32_t s = 0; s < scores->n && scores->recent.day[place] != AS_SCORE_GONE; s++)
            out[n++] = (struct as_score_now){scores->name[s],
                                             scores->recent.points[(size_t)place * scores->n + s].value};
        return n;
    }
    if (delta->head != NULL && (place = place_of(delta, &scores->delta_next, lead)) >= 0) {
        if (delta->day != NULL && delta->day[place] == AS_SCORE_GONE)
            return 0;
        file = delta;
        column = scores->delta_column;
    } else {
        place = place_of(file, &scores->base_next, lead);
    }
    for (uint32_t s = 0; s < scores->n && place >= 0; s++)
        if (column[s] >= 0)
            out[n++] =
                (struct as_score_now){scores->name[s], as_score_file_points(file, column[s], place).value};
    return n;
}
