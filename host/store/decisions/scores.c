/* Scores: a model's score files made and kept; their form is score_file.c's, their table in SQL
 * score_table.c's, whether they are whole score_check.c's. */
#include "store/decisions/scores.h"

#include "store/companion.h"
#include "store/decisions/decisions.h"
#include "store/decisions/held_scores.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/recent_scores.h"
#include "store/decisions/score_layers.h"
#include "store/decisions/score_table.h"
#include "store/decisions/score_writing.h"
#include "store/section.h"

#include <errno.h>
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

const void *as_scores_in_memory(void *context, int64_t model_id, size_t *n)
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
    int rc = as_score_table_register(store->db, as_in_memory(store) ? as_scores_in_memory : NULL, store);
    return rc == SQLITE_OK ? AS_OK : as_sql_failed(store, error);
}

/* --- writing --- */

static enum as_status keep_in_memory(struct as_score_layout *layout, struct as_store *store, int64_t model_id,
                                     const struct as_score_source *source, struct as_error *error)
{
    struct as_kept_scores *kept = store->kept_scores;
    while (kept != NULL && kept->model_id != model_id)
        kept = kept->next;
    size_t n = (size_t)layout->head.bytes;
    char *bytes = calloc(1, n);
    enum as_status status =
        bytes == NULL ? as_error_memory(error) : as_score_write(layout, -1, bytes, source, error);
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

static enum as_status write_file(struct as_score_layout *layout, struct as_store *store,
                                 const struct as_score_source *source, struct as_error *error)
{
    struct as_buf path = {0};
    as_companion_temporary(&path, store, AS_COMPANION_SCORES);
    int file = -1;
    enum as_status status =
        path.failed ? as_error_memory(error) : as_section_create(&file, as_buf_c(&path), error);
    if (status == AS_OK)
        status = as_score_write(layout, file, NULL, source, error);
    if (file >= 0 && close(file) != 0 && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", as_buf_c(&path), strerror(errno));
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&path), AS_COMPANION_SCORES, layout->head.sum, error);
    if (status != AS_OK && file >= 0)
        unlink(as_buf_c(&path));
    as_buf_free(&path);
    return status;
}

static enum as_status keep_file(struct as_score_layout *layout, struct as_store *store, int64_t model_id,
                                const struct as_score_source *source, struct as_error *error)
{
    return as_in_memory(store) ? keep_in_memory(layout, store, model_id, source, error)
                               : write_file(layout, store, source, error);
}

static void fill(struct as_score_source *source, const struct as_model *model,
                 const struct as_outcome *outcome)
{
    for (uint32_t i = 0; i < source->scores; i++)
        source->column[i].points = *as_outcome_score(outcome, model->scores.at[i]);
}

static enum as_status name_sums(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                const struct as_score_file_head *head, struct as_error *error)
{
    enum as_status status = as_sql_do(
        store, error,
        "INSERT INTO score_file(model_id, run_id, at, sum, ground) VALUES(?1, ?2, ?3, ?4, nullif(?5, 0))"
        " ON CONFLICT(model_id) DO UPDATE SET run_id = ?2, at = ?3, sum = ?4, ground = nullif(?5, 0),"
        " layers = x'', recent = 0",
        "iiiii", model_id, run->id, run->at, (int64_t)head->sum, (int64_t)head->ground);
    store->swept = false; /* the layers of before are nobody's now */
    return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
}

/* before: the base of now, where what did not change may stay; NULL none. */
static enum as_status name_base(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                const struct as_score_source *source, const struct as_score_file *before,
                                struct as_error *error)
{
    struct as_score_layout layout;
    as_score_lay_out(&layout, source, before);
    if (layout.same)
        return name_sums(store, run, model_id, before->head, error);
    enum as_status status = keep_file(&layout, store, model_id, source, error);
    return status == AS_OK ? name_sums(store, run, model_id, &layout.head, error) : status;
}

/* A layer of the run's leads, which becomes one with those of before that are as small. */
static enum as_status name_layer(struct as_store *store, int64_t model_id, const struct as_held_scores *held,
                                 unsigned joined, const struct as_score_source *source,
                                 struct as_error *error)
{
    struct as_layer_list list = held->stack.name.layers;
    struct as_score_layout layout;
    as_score_lay_out(&layout, source, NULL);
    enum as_status status = keep_file(&layout, store, model_id, source, error);
    list.n = joined;
    list.sum[list.n++] = layout.head.sum;
    if (status == AS_OK)
        status =
            as_sql_do(store, error, "UPDATE score_file SET layers = ?, recent = 0 WHERE model_id = ?", "bi",
                      (struct as_str){(const char *)list.sum, list.n * sizeof *list.sum}, model_id);
    store->swept = false; /* those that are joined are nobody's now */
    return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
}

/* What a run about a part has to say. */
struct saying {
    const struct as_score_source *fresh; /* its leads with their days */
    const struct as_score_source *gone;  /* leads that had scores and have none any more */
};

static enum as_status write_rows(struct as_store *store, int64_t model_id, const struct saying *saying,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    const struct as_score_source *fresh = saying->fresh, *gone = saying->gone;
    for (size_t i = 0; i < fresh->leads && status == AS_OK; i++)
        status = as_recent_scores_put(store, fresh, (uint32_t)as_score_row(fresh, i),
                                      fresh->day[as_score_row(fresh, i)], error);
    for (size_t i = 0; i < gone->leads && status == AS_OK; i++)
        status = as_recent_scores_put(store, gone, (uint32_t)i, AS_SCORE_GONE, error);
    return status != AS_OK
               ? status
               : as_sql_do(store, error, "UPDATE score_file SET recent = recent + ? WHERE model_id = ?", "ii",
                           (int64_t)(fresh->leads + gone->leads), model_id);
}

/* Few leads are rows, more a layer, and all become a new base when there is much over the one of now. */
static enum as_status lay_over(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                               const struct as_held_scores *held, const struct saying *saying,
                               struct as_error *error)
{
    struct as_score_laid laid = {.day = NULL};
    struct as_recent_scores recent;
    struct as_score_layer layers[AS_SCORE_LAYERS];
    size_t rows_of[AS_LAYERS], rows = saying->fresh->leads + saying->gone->leads + (size_t)held->recent;
    const struct as_score_file *files = held->stack.file, *layer = files + 1;
    const unsigned over_base = held->stack.files - 1;
    const size_t base = (size_t)files->head->leads, share = base / AS_JOINED_SHARE;
    const size_t least = store->few_leads * AS_JOINED_FEW;
    size_t over = rows;
    for (unsigned i = 0; i < over_base; i++)
        over += rows_of[i] = (size_t)layer[i].head->leads;
    const bool anew = as_in_memory(store) || over > base / AS_LAYERS_SHARE;
    if (!anew && rows <= store->few_leads)
        return write_rows(store, model_id, saying, error);
    const unsigned joined =
        anew ? 0 : as_layers_joined(rows_of, over_base, rows, share > least ? share : least);
    uint32_t n = 0;
    if (anew)
        layers[n++] = (struct as_score_layer){.file = files, .day = (int32_t)held->day};
    for (unsigned i = joined; i < over_base; i++)
        layers[n++] = (struct as_score_layer){.file = &layer[i]};
    layers[n++] = (struct as_score_layer){.rows = &recent};
    layers[n++] = (struct as_score_layer){.source = saying->gone, .day = AS_SCORE_GONE};
    layers[n++] = (struct as_score_layer){.source = saying->fresh};
    enum as_status status = as_recent_scores_read(&recent, store, saying->fresh, error);
    if (status != AS_OK)
        return status;
    status = as_score_lay(&laid, layers, n, saying->fresh, !anew, error);
    laid.source.base = anew ? 0 : files->head->sum;
    if (status == AS_OK)
        status = anew ? name_base(store, run, model_id, &laid.source, NULL, error)
                      : name_layer(store, model_id, held, joined, &laid.source, error);
    as_score_laid_free(&laid);
    as_recent_scores_free(&recent);
    return status;
}

/* Leaves of leads, ascending, those that have scores. */
static enum as_status keep_scored(struct as_id_list *leads, struct as_store *store,
                                  const struct as_held_scores *held, const struct as_score_source *like,
                                  struct as_error *error)
{
    struct as_score_cursor at = {0};
    size_t n = 0;
    for (size_t i = 0; i < leads->n; i++) {
        int32_t day = 0;
        bool has = false;
        enum as_status status =
            held->recent == 0 ? AS_OK : as_recent_scores_day(&day, &has, store, like, leads->at[i], error);
        if (status != AS_OK)
            return status;
        size_t place;
        const int which = has ? -1 : as_scores_seek(&place, &at, held, leads->at[i]);
        if (which >= 0) {
            const struct as_score_file *file = &held->stack.file[which];
            has = true;
            day = file->day != NULL ? file->day[place] : 0;
        }
        if (has && day != AS_SCORE_GONE)
            leads->at[n++] = leads->at[i];
    }
    leads->n = n;
    return AS_OK;
}

/* The leads that have no scores any more: another's by now, or the model is not about them. */
static enum as_status find_gone(struct as_id_list *out, struct as_store *store,
                                const struct as_run_record *run, const struct as_held_scores *held,
                                const struct as_score_source *source, const struct as_dataset *dataset,
                                const struct as_standings *standings, struct as_error *error)
{
    enum as_status status = as_merged_leads(out, store, run->known_at, error);
    const size_t merged = out->n;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++)
        if (as_standings_at(standings, row)->outside)
            status = as_id_push(out, dataset->lead_id[row], error);
    if (out->n > merged)
        out->n = as_ids_each_once(out->at, out->n);
    return status == AS_OK ? keep_scored(out, store, held, source, error) : status;
}

/* The part's leads that the model is about. */
static enum as_status find_fresh(uint32_t **rows, int32_t **days, struct as_score_source *source,
                                 const struct as_run_record *run, const struct as_dataset *dataset,
                                 const struct as_standings *standings, struct as_error *error)
{
    const size_t room = (size_t)dataset->leads + 1;
    *rows = malloc(room * sizeof **rows);
    *days = malloc(room * sizeof **days);
    if (*rows == NULL || *days == NULL)
        return as_error_memory(error);
    source->row = *rows;
    source->day = *days;
    for (uint32_t row = 0; row < dataset->leads; row++) {
        (*days)[row] = (int32_t)as_day_of(run->at);
        if (!as_standings_at(standings, row)->outside)
            (*rows)[source->leads++] = row;
    }
    return AS_OK;
}

/* All of the leads, those too that the model is not about. */
static enum as_status write_part(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 struct as_score_source *source, const struct as_dataset *dataset,
                                 const struct as_standings *standings, struct as_error *error)
{
    const struct as_held_scores *held;
    struct as_score_source gone = {.scores = source->scores};
    const struct saying saying = {source, &gone};
    struct as_id_list ids = {.at = NULL};
    uint32_t *rows = NULL;
    int32_t *days = NULL;
    enum as_status status = as_scores_hold(&held, store, model_id, source, error);
    /* Without the others' scores these would be taken for all. */
    if (status == AS_OK && !held->whole) {
        status = as_sql_do(store, error, "DELETE FROM score_file WHERE model_id = ?", "i", model_id);
        return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
    }
    if (status == AS_OK)
        status = find_gone(&ids, store, run, held, source, dataset, standings, error);
    if (status == AS_OK)
        status = find_fresh(&rows, &days, source, run, dataset, standings, error);
    gone.lead_id = ids.at;
    gone.leads = ids.n;
    for (uint32_t s = 0; s < source->scores; s++)
        gone.column[s].score_id = source->column[s].score_id;
    if (status == AS_OK)
        status = lay_over(store, run, model_id, held, &saying, error);
    free(rows);
    free(days);
    free(ids.at);
    return status;
}

static enum as_status write_whole(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                  struct as_score_source *source, const struct as_dataset *dataset,
                                  const struct as_standings *standings, struct as_error *error)
{
    uint32_t *rows = NULL;
    bool outside = false;
    source->leads = dataset->leads;
    for (size_t i = 0; i < standings->n; i++)
        outside |= standings->alike[i].outside;
    if (outside && (rows = malloc(((size_t)dataset->leads + 1) * sizeof *rows)) == NULL)
        return as_error_memory(error);
    if (outside) {
        source->leads = 0;
        for (uint32_t row = 0; row < dataset->leads; row++)
            if (!as_standings_at(standings, row)->outside)
                rows[source->leads++] = row;
        source->row = rows;
    }
    const struct as_held_scores *held;
    enum as_status status = as_scores_hold(&held, store, model_id, source, error);
    if (status == AS_OK)
        status = name_base(store, run, model_id, source,
                           held->whole && !as_in_memory(store) ? &held->stack.file[0] : NULL, error);
    free(rows);
    return status;
}

enum as_status as_scores_write(struct as_store *store, const struct as_run_record *run,
                               const struct as_model *model, int64_t model_id,
                               const struct as_dataset *dataset, const struct as_standings *standings,
                               const struct as_outcome *outcome, struct as_error *error)
{
    struct as_score_source source = {.lead_id = dataset->lead_id};
    enum as_status status = as_scores_name(&source, store, model, model_id, error);
    if (status != AS_OK)
        return status;
    fill(&source, model, outcome);
    return dataset->part ? write_part(store, run, model_id, &source, dataset, standings, error)
                         : write_whole(store, run, model_id, &source, dataset, standings, error);
}

enum as_status as_scores_forget(struct as_store *store, struct as_error *error)
{
    enum as_status status = as_sql_do(store, error, "DELETE FROM score_file", "");
    return status == AS_OK ? as_recent_scores_clear(store, 0, error) : status;
}
