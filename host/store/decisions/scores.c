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

#include <errno.h>
#include <fcntl.h>
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
    int file = path.failed ? -1 : open(as_buf_c(&path), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    enum as_status status =
        path.failed ? as_error_memory(error)
        : file < 0  ? as_error_set(error, AS_ERR_IO, "cannot write %s: %s", as_buf_c(&path), strerror(errno))
                    : as_score_write(layout, file, NULL, source, error);
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
        " delta = NULL, recent = 0",
        "iiiii", model_id, run->id, run->at, (int64_t)head->sum, (int64_t)head->ground);
    store->swept = false; /* the delta of before is nobody's now */
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

static enum as_status name_delta(struct as_store *store, int64_t model_id,
                                 const struct as_score_source *source, struct as_error *error)
{
    struct as_score_layout layout;
    as_score_lay_out(&layout, source, NULL);
    enum as_status status = keep_file(&layout, store, model_id, source, error);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE score_file SET delta = ?, recent = 0 WHERE model_id = ?",
                           "ii", (int64_t)layout.head.sum, model_id);
    return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
}

/* The run's leads over those that are there: a new delta, or a new base when that has grown. */
static enum as_status lay_over(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                               const struct as_held_scores *held, const struct as_score_source *fresh,
                               struct as_score_source *merged, struct as_error *error)
{
    struct as_score_laid laid = {.day = NULL};
    struct as_recent_scores recent;
    struct as_score_layer layers[AS_SCORE_LAYERS] = {{.file = &held->base, .day = (int32_t)held->day}};
    uint32_t n = 1;
    if (held->delta.head != NULL)
        layers[n++].file = &held->delta;
    layers[n++].rows = &recent;
    layers[n++] = (struct as_score_layer){.source = merged, .day = AS_SCORE_GONE};
    layers[n++].source = fresh;
    enum as_status status = as_recent_scores_read(&recent, store, fresh, error);
    if (status != AS_OK)
        return status;
    status = as_score_lay(&laid, layers + 1, n - 1, fresh, &held->base, error);
    laid.source.base = held->base.head->sum;
    if (status == AS_OK && !as_in_memory(store) &&
        laid.source.leads <= held->base.head->leads / AS_DELTA_SHARE) {
        status = name_delta(store, model_id, &laid.source, error);
    } else if (status == AS_OK) {
        as_score_laid_free(&laid);
        status = as_score_lay(&laid, layers, n, fresh, NULL, error);
        if (status == AS_OK)
            status = name_base(store, run, model_id, &laid.source, NULL, error);
    }
    as_score_laid_free(&laid);
    as_recent_scores_free(&recent);
    return status;
}

/* Whether a lead that was merged into another still has scores. */
static enum as_status has_some(bool *has, struct as_store *store, const struct as_held_scores *held,
                               const struct as_score_source *like, int64_t lead, struct as_error *error)
{
    int32_t day;
    enum as_status status = as_recent_scores_day(&day, has, store, like, lead, error);
    if (status == AS_OK && !*has) {
        int64_t place = held->delta.head == NULL ? -1 : as_score_file_place(&held->delta, lead);
        *has = place >= 0 || as_score_file_place(&held->base, lead) >= 0;
        day = place >= 0 && held->delta.day != NULL ? held->delta.day[place] : 0;
    }
    *has = *has && day != AS_SCORE_GONE;
    return status;
}

/* A run about few leads writes their rows and nothing else. */
static enum as_status write_rows(struct as_store *store, int64_t model_id, const struct as_held_scores *held,
                                 const struct as_score_source *fresh, const struct as_score_source *merged,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    int64_t written = (int64_t)fresh->leads;
    for (size_t i = 0; i < fresh->leads && status == AS_OK; i++)
        status = as_recent_scores_put(store, fresh, (uint32_t)as_score_row(fresh, i),
                                      fresh->day[as_score_row(fresh, i)], error);
    for (size_t i = 0; i < merged->leads && status == AS_OK; i++) {
        bool has;
        status = has_some(&has, store, held, fresh, merged->lead_id[i], error);
        if (status != AS_OK || !has)
            continue;
        status = as_recent_scores_put(store, merged, (uint32_t)i, AS_SCORE_GONE, error);
        written++;
    }
    return status != AS_OK
               ? status
               : as_sql_do(store, error, "UPDATE score_file SET recent = recent + ? WHERE model_id = ?", "ii",
                           written, model_id);
}

/* The leads of base and delta at once are a new base's at some number; rows of the table are few. */
static bool are_few(const struct as_store *store, const struct as_held_scores *held, size_t fresh)
{
    uint64_t over = (uint64_t)held->recent + fresh;
    return !as_in_memory(store) && over <= AS_FEW_LEADS &&
           over + (held->delta.head == NULL ? 0 : held->delta.head->leads) <=
               held->base.head->leads / AS_DELTA_SHARE;
}

/* All of the leads, those too that the model is not about. */
static enum as_status write_part(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 struct as_score_source *source, const struct as_dataset *dataset,
                                 const struct as_standings *standings, struct as_error *error)
{
    const struct as_held_scores *held;
    struct as_score_source merged = {.scores = source->scores};
    struct as_id_list ids = {.at = NULL};
    size_t room = (size_t)dataset->leads + 1;
    enum as_status status = as_scores_hold(&held, store, model_id, source, error);
    /* Without the others' scores these would be taken for all. */
    if (status == AS_OK && !held->whole) {
        status = as_sql_do(store, error, "DELETE FROM score_file WHERE model_id = ?", "i", model_id);
        return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
    }
    if (status == AS_OK)
        status = as_merged_leads(&ids, store, run->known_at, error);
    merged.leads = ids.n;
    int32_t *day = malloc(room * sizeof *day);
    if (status == AS_OK && day == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        for (uint32_t row = 0; row < dataset->leads; row++)
            day[row] = as_standings_at(standings, row)->outside ? AS_SCORE_GONE : (int32_t)as_day_of(run->at);
        for (uint32_t s = 0; s < source->scores; s++)
            merged.column[s].score_id = source->column[s].score_id;
        merged.lead_id = ids.at;
        source->leads = dataset->leads;
        source->day = day;
        status = are_few(store, held, source->leads)
                     ? write_rows(store, model_id, held, source, &merged, error)
                     : lay_over(store, run, model_id, held, source, &merged, error);
    }
    free(day);
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
                           held->whole && !as_in_memory(store) ? &held->base : NULL, error);
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
