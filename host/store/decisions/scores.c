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

#include "base/thread.h"

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

static enum as_status in_bytes(char **bytes, size_t *n, struct as_score_file_head *head,
                               const struct as_score_source *source, struct as_error *error)
{
    *bytes = NULL;
    FILE *file = open_memstream(bytes, n);
    if (file == NULL)
        return as_error_memory(error);
    enum as_status status = as_score_file_write(head, file, source, error);
    if (fclose(file) != 0 && status == AS_OK)
        status = as_error_memory(error);
    if (status != AS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}

static enum as_status keep_in_memory(struct as_score_file_head *head, struct as_store *store,
                                     int64_t model_id, const struct as_score_source *source,
                                     struct as_error *error)
{
    struct as_kept_scores *kept = store->kept_scores;
    while (kept != NULL && kept->model_id != model_id)
        kept = kept->next;
    char *bytes;
    size_t n;
    enum as_status status = in_bytes(&bytes, &n, head, source, error);
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

static enum as_status write_file(struct as_score_file_head *head, struct as_store *store,
                                 const struct as_score_source *source, struct as_error *error)
{
    struct as_buf path = {0};
    as_companion_temporary(&path, store, AS_COMPANION_SCORES);
    FILE *file = path.failed ? NULL : fopen(as_buf_c(&path), "wbx");
    char *room = malloc(AS_PAGES_HUGE); /* the stream has its own where there is none */
    if (file != NULL && room != NULL)
        (void)setvbuf(file, room, _IOFBF, AS_PAGES_HUGE);
    enum as_status status = file != NULL ? as_score_file_write(head, file, source, error)
                                         : as_error_set(error, AS_ERR_IO, "cannot write %s: %s",
                                                        as_buf_c(&path), strerror(errno));
    if (file != NULL && fclose(file) != 0 && status == AS_OK)
        status = as_error_set(error, AS_ERR_IO, "cannot write %s: %s", as_buf_c(&path), strerror(errno));
    free(room);
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&path), AS_COMPANION_SCORES, head->sum, error);
    if (status != AS_OK && file != NULL)
        unlink(as_buf_c(&path));
    as_buf_free(&path);
    return status;
}

static void fill(struct as_score_source *source, const struct as_model *model,
                 const struct as_outcome *outcome)
{
    for (uint32_t i = 0; i < source->scores; i++)
        source->column[i].points = *as_outcome_score(outcome, model->scores.at[i]);
}

static enum as_status keep_file(uint64_t *sum, struct as_store *store, int64_t model_id,
                                const struct as_score_source *source, struct as_error *error)
{
    struct as_score_file_head head;
    enum as_status status = as_in_memory(store) ? keep_in_memory(&head, store, model_id, source, error)
                                                : write_file(&head, store, source, error);
    *sum = status == AS_OK ? head.sum : 0;
    return status;
}

static enum as_status name_sum(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                               uint64_t sum, struct as_error *error)
{
    enum as_status status =
        as_sql_do(store, error,
                  "INSERT INTO score_file(model_id, run_id, at, sum) VALUES(?1, ?2, ?3, ?4)"
                  " ON CONFLICT(model_id) DO UPDATE SET run_id = ?2, at = ?3, sum = ?4, delta = NULL,"
                  " recent = 0",
                  "iiii", model_id, run->id, run->at, (int64_t)sum);
    store->swept = false; /* the delta of before is nobody's now */
    return status == AS_OK ? as_recent_scores_clear(store, model_id, error) : status;
}

static enum as_status name_base(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                const struct as_score_source *source, struct as_error *error)
{
    uint64_t sum;
    enum as_status status = keep_file(&sum, store, model_id, source, error);
    return status == AS_OK ? name_sum(store, run, model_id, sum, error) : status;
}

static enum as_status name_delta(struct as_store *store, int64_t model_id,
                                 const struct as_score_source *source, struct as_error *error)
{
    uint64_t sum;
    enum as_status status = keep_file(&sum, store, model_id, source, error);
    if (status == AS_OK)
        status = as_sql_do(store, error, "UPDATE score_file SET delta = ?, recent = 0 WHERE model_id = ?",
                           "ii", (int64_t)sum, model_id);
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
            status = name_base(store, run, model_id, &laid.source, error);
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

struct comparing {
    const struct as_score_file *file;
    const struct as_score_source *source;
};
enum { LEADS_AT_ONCE = 1 << 15 };

/* A batch's rows and the file's places from the same number on, where both have them in one width. */
static bool same_batch(const struct as_score_file *file, uint32_t column, const struct as_points_batch *batch,
                       size_t from, size_t n)
{
    const struct as_score_file_column *of = &file->head->column[column];
    const char *base = (const char *)file->head;
    const size_t item = batch->wide ? sizeof(int64_t) : sizeof(int32_t);
    const uint64_t at[] = {of->value, of->low, of->high};
    const void *points[] = {batch->value, batch->low, batch->high};
    bool same = true;
    for (int end = 0; end < 3 && same; end++)
        if (end == 0 || at[end] != at[0] || points[end] != points[0])
            same = memcmp(points[end], base + at[end] + from * item, n * item) == 0;
    return same;
}

/* Pieces are whole batches. */
static enum as_status compare_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    const struct comparing *of = context;
    const struct as_score_source *source = of->source;
    size_t from = piece * LEADS_AT_ONCE,
           end = from + LEADS_AT_ONCE < source->leads ? from + LEADS_AT_ONCE : source->leads;
    bool same = true;
    (void)worker, (void)error;
    for (size_t i = from; i < end && same && source->row != NULL; i++)
        same = of->file->lead[i] == source->lead_id[source->row[i]];
    for (uint32_t s = 0; s < source->scores; s++)
        for (size_t i = from; i < end && same;) {
            const struct as_points_batch *batch = &source->column[s].points.batch[i / AS_BATCH];
            if (source->row == NULL && batch->wide == (of->file->head->column[s].wide != 0)) {
                size_t n = end - i < AS_BATCH ? end - i : AS_BATCH;
                same = same_batch(of->file, s, batch, i, n);
                i += n;
                continue;
            }
            struct as_points points = as_score_file_points(of->file, (int)s, (int64_t)i);
            struct as_points now = as_points_at(&source->column[s].points, as_score_row(source, i++));
            same = points.value == now.value && points.low == now.low && points.high == now.high;
        }
    return same ? AS_OK : AS_ERR_CONFLICT;
}

/* Whether the base of now says just the same: then it would become the same file. */
static bool says_the_same(const struct as_held_scores *held, const struct as_score_source *source)
{
    const struct as_score_file *file = &held->base;
    struct comparing comparing = {file, source};
    if (!held->whole || file->day != NULL || file->head->leads != source->leads ||
        (source->row == NULL && !as_ids_begin(source->lead_id, source->leads, file->lead, source->leads)))
        return false;
    for (uint32_t s = 0; s < source->scores; s++)
        if (file->head->column[s].score_id != source->column[s].score_id)
            return false;
    return as_parallel(as_processors(), (source->leads + LEADS_AT_ONCE - 1) / LEADS_AT_ONCE, compare_piece,
                       &comparing, NULL) == AS_OK;
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
        status = says_the_same(held, source) ? name_sum(store, run, model_id, held->base.head->sum, error)
                                             : name_base(store, run, model_id, source, error);
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
