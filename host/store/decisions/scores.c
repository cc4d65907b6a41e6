/* Scores: a model's score files made and kept; their form is score_file.c's, their table in SQL
 * score_table.c's, copies of them score_copies.c's. */
#include "store/decisions/scores.h"

#include "store/companion.h"
#include "store/decisions/decisions.h"
#include "store/decisions/kept_standings.h"
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
    int rc = as_score_table_register(store->db, as_in_memory(store) ? kept_bytes : NULL, store);
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
    enum as_status status = file != NULL ? as_score_file_write(head, file, source, error)
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

static bool open_one(struct as_score_file *out, struct as_store *store, int64_t model_id, uint64_t sum)
{
    *out = (struct as_score_file){.head = NULL};
    if (as_in_memory(store)) {
        size_t n;
        const void *bytes = kept_bytes(store, model_id, &n);
        return bytes != NULL && as_score_file_over(out, bytes, n, sum);
    }
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_SCORES, sum);
    bool open = !path.failed && as_score_file_open(out, as_buf_c(&path), sum);
    as_buf_free(&path);
    return open;
}

/* What is there of a model. */
struct held_scores {
    bool whole; /* base, and delta where there is one, are open */
    int64_t day;
    struct as_score_file base, delta; /* delta.head NULL: none */
    void *bytes;                      /* of a delta that lies in the database */
};

static void let_go(struct held_scores *held)
{
    if (held->base.head != NULL)
        as_score_file_close(&held->base);
    if (held->delta.head != NULL)
        as_score_file_close(&held->delta);
    free(held->bytes);
    *held = (struct held_scores){.whole = false};
}

static bool has_scores(const struct as_score_file *file, const struct as_score_source *like)
{
    for (uint32_t s = 0; s < like->scores; s++)
        if (as_score_file_column(file, like->column[s].score_id) < 0)
            return false;
    return file->head->scores == like->scores;
}

/* Of few leads it lies in the database, else in a file; there may be none. */
static bool open_delta(struct held_scores *held, struct as_store *store, int64_t model_id, sqlite3_stmt *stmt)
{
    if (sqlite3_column_type(stmt, 1) == SQLITE_NULL)
        return true;
    uint64_t sum = (uint64_t)sqlite3_column_int64(stmt, 1);
    size_t n = (size_t)sqlite3_column_bytes(stmt, 3);
    bool open;
    if (n == 0)
        open = open_one(&held->delta, store, model_id, sum);
    else {
        held->bytes = malloc(n);
        if (held->bytes != NULL)
            memcpy(held->bytes, sqlite3_column_blob(stmt, 3), n);
        open = held->bytes != NULL && as_score_file_over(&held->delta, held->bytes, n, sum);
    }
    return open && held->delta.head->base == held->base.head->sum;
}

static enum as_status hold(struct held_scores *out, struct as_store *store, int64_t model_id,
                           const struct as_score_source *like, struct as_error *error)
{
    enum as_status status;
    *out = (struct held_scores){.whole = false};
    sqlite3_stmt *stmt = as_sql(
        store, error, "SELECT sum, delta, at, delta_bytes FROM score_file WHERE model_id = ?", "i", model_id);
    if (stmt == NULL)
        return as_sql_failed(store, error);
    if (as_sql_row(&status, store, stmt, error)) {
        out->day = as_day_of(sqlite3_column_int64(stmt, 2));
        out->whole = open_one(&out->base, store, model_id, (uint64_t)sqlite3_column_int64(stmt, 0)) &&
                     has_scores(&out->base, like) && open_delta(out, store, model_id, stmt) &&
                     (out->delta.head == NULL || has_scores(&out->delta, like));
    }
    sqlite3_reset(stmt);
    if (!out->whole)
        let_go(out);
    return status;
}

static enum as_status find_ids(struct as_score_source *source, struct as_store *store,
                               const struct as_model *model, int64_t model_id, struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; i < model->scores.n && i < AS_MAX_SCORES && status == AS_OK; i++) {
        bool found;
        status = as_sql_get(&source->column[source->scores++].score_id, &found, store, error,
                            "SELECT id FROM score WHERE model_id = ? AND name = ?", "it", model_id,
                            model->scores.at[i]->name);
    }
    return status;
}

static void fill(struct as_score_source *source, const struct as_model *model,
                 const struct as_outcome *outcome)
{
    for (uint32_t i = 0; i < source->scores; i++) {
        source->column[i].points = *as_outcome_score(outcome, model->scores.at[i]);
    }
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
    return as_sql_do(store, error,
                     "INSERT INTO score_file(model_id, run_id, at, sum) VALUES(?1, ?2, ?3, ?4)"
                     " ON CONFLICT(model_id) DO UPDATE SET run_id = ?2, at = ?3, sum = ?4, delta = NULL,"
                     " delta_bytes = NULL",
                     "iiii", model_id, run->id, run->at, (int64_t)sum);
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
    struct as_score_file_head head;
    size_t n = sizeof head + source->leads * (sizeof(int64_t) + sizeof(int32_t) +
                                              source->scores * sizeof(struct as_points));
    uint64_t sum = 0;
    char *bytes = NULL;
    enum as_status status;
    if (n > AS_SMALL_DELTA) {
        status = keep_file(&sum, store, model_id, source, error);
        return status != AS_OK ? status
                               : as_sql_do(store, error,
                                           "UPDATE score_file SET delta = ?, delta_bytes = NULL WHERE"
                                           " model_id = ?",
                                           "ii", (int64_t)sum, model_id);
    }
    status = in_bytes(&bytes, &n, &head, source, error);
    if (status == AS_OK)
        status =
            as_sql_do(store, error, "UPDATE score_file SET delta = ?, delta_bytes = ? WHERE model_id = ?",
                      "ibi", (int64_t)head.sum, (struct as_str){bytes, n}, model_id);
    free(bytes);
    return status;
}

/* The run's leads over those that are there: a new delta, or a new base when that has grown. */
static enum as_status lay_over(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                               const struct held_scores *held, const struct as_score_source *fresh,
                               struct as_score_source *merged, struct as_error *error)
{
    struct as_score_laid laid = {.row = NULL};
    struct as_score_layer layers[4] = {{.file = &held->base, .day = (int32_t)held->day}};
    uint32_t n = 1;
    if (held->delta.head != NULL)
        layers[n++].file = &held->delta;
    layers[n++] = (struct as_score_layer){.source = merged, .day = AS_SCORE_GONE};
    layers[n++].source = fresh;
    enum as_status status = as_score_lay(&laid, layers + 1, n - 1, fresh, &held->base, error);
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
    return status;
}

/* All of the leads, those too that the model is not about. */
static enum as_status write_part(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                 struct as_score_source *source, const struct as_dataset *dataset,
                                 const struct as_standing *standings, struct as_error *error)
{
    struct held_scores held = {.whole = false};
    struct as_score_source merged = {.scores = source->scores};
    int64_t *ids = NULL;
    size_t room = (size_t)dataset->leads + 1;
    int32_t *day = malloc(room * sizeof *day);
    enum as_status status = day == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        status = hold(&held, store, model_id, source, error);
    /* Without the others' scores these would be taken for all. */
    if (status == AS_OK && !held.whole) {
        free(day);
        return as_sql_do(store, error, "DELETE FROM score_file WHERE model_id = ?", "i", model_id);
    }
    if (status == AS_OK)
        status = as_merged_leads(&ids, &merged.leads, store, run->known_at, error);
    uint32_t *places = malloc((merged.leads > room ? merged.leads : room) * sizeof *places);
    if (status == AS_OK && places == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) {
        for (size_t i = 0; i < merged.leads || i < dataset->leads; i++)
            places[i] = (uint32_t)i;
        for (uint32_t row = 0; row < dataset->leads; row++)
            day[row] = standings[row].outside ? AS_SCORE_GONE : (int32_t)as_day_of(run->at);
        merged.row = source->row = places;
        merged.lead_id = ids;
        source->leads = dataset->leads;
        source->day = day;
        status = lay_over(store, run, model_id, &held, source, &merged, error);
    }
    let_go(&held);
    free(places);
    free(day);
    free(ids);
    return status;
}

struct comparing {
    const struct as_score_file *file;
    const struct as_score_source *source;
};
enum { LEADS_AT_ONCE = 1 << 15 };

static enum as_status compare_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    const struct comparing *of = context;
    const struct as_score_source *source = of->source;
    size_t end = (piece + 1) * LEADS_AT_ONCE < source->leads ? (piece + 1) * LEADS_AT_ONCE : source->leads;
    bool same = true;
    (void)worker, (void)error;
    for (size_t i = piece * LEADS_AT_ONCE; i < end && same; i++)
        same = of->file->lead[i] == source->lead_id[source->row[i]];
    for (uint32_t s = 0; s < source->scores; s++)
        for (size_t i = piece * LEADS_AT_ONCE; i < end && same; i++) {
            struct as_points points = as_score_file_points(of->file, (int)s, (int64_t)i);
            struct as_points now = as_points_at(&source->column[s].points, source->row[i]);
            same = points.value == now.value && points.low == now.low && points.high == now.high;
        }
    return same ? AS_OK : AS_ERR_CONFLICT;
}

/* Whether the base of now says just the same: then it would become the same file. */
static bool says_the_same(const struct held_scores *held, const struct as_score_source *source)
{
    const struct as_score_file *file = &held->base;
    struct comparing comparing = {file, source};
    if (!held->whole || file->day != NULL || file->head->leads != source->leads)
        return false;
    for (uint32_t s = 0; s < source->scores; s++)
        if (file->head->column[s].score_id != source->column[s].score_id)
            return false;
    return as_parallel(as_processors(), (source->leads + LEADS_AT_ONCE - 1) / LEADS_AT_ONCE, compare_piece,
                       &comparing, NULL) == AS_OK;
}

static enum as_status write_whole(struct as_store *store, const struct as_run_record *run, int64_t model_id,
                                  struct as_score_source *source, const struct as_dataset *dataset,
                                  const struct as_standing *standings, struct as_error *error)
{
    uint32_t *rows = malloc(((size_t)dataset->leads + 1) * sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < dataset->leads; row++)
        if (!standings[row].outside)
            rows[source->leads++] = row;
    source->row = rows;
    struct held_scores held;
    enum as_status status = hold(&held, store, model_id, source, error);
    if (status == AS_OK)
        status = says_the_same(&held, source) ? name_sum(store, run, model_id, held.base.head->sum, error)
                                              : name_base(store, run, model_id, source, error);
    let_go(&held);
    free(rows);
    return status;
}

enum as_status as_scores_write(struct as_store *store, const struct as_run_record *run,
                               const struct as_model *model, int64_t model_id,
                               const struct as_dataset *dataset, const struct as_standing *standings,
                               const struct as_outcome *outcome, struct as_error *error)
{
    struct as_score_source source = {.lead_id = dataset->lead_id};
    enum as_status status = find_ids(&source, store, model, model_id, error);
    if (status != AS_OK)
        return status;
    fill(&source, model, outcome);
    return dataset->part ? write_part(store, run, model_id, &source, dataset, standings, error)
                         : write_whole(store, run, model_id, &source, dataset, standings, error);
}

enum as_status as_scores_whole(bool *whole, struct as_store *store, const struct as_model *model,
                               int64_t model_id, struct as_error *error)
{
    struct as_score_source like = {.scores = 0};
    struct held_scores held = {.whole = false};
    enum as_status status = find_ids(&like, store, model, model_id, error);
    if (status == AS_OK)
        status = hold(&held, store, model_id, &like, error);
    *whole = held.whole;
    let_go(&held);
    return status;
}
