/* Kept standings: asking them. Opening what there is of them is standing_shelf.c's, reading it
 * as one standing_layers.c's, keeping it standing_keeping.c's. */
#include "store/decisions/kept_standings.h"

#include "base/ids.h"
#include "store/decisions/scores.h"
#include "store/decisions/standings.h"

#include <stdlib.h>
#include <string.h>

/* --- words --- */

enum as_status as_standings_read_words(bool *same, struct as_intern *labels, struct as_store *store,
                                       struct as_error *error)
{
    enum as_status status;
    *same = true;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, text FROM label ORDER BY id", "");
    while (as_sql_row(&status, store, stmt, error)) {
        uint32_t code = as_intern_add(labels, as_sql_str(stmt, 1));
        if (code == AS_INTERN_NONE) {
            status = as_error_memory(error);
            break;
        }
        *same &= code == (uint32_t)sqlite3_column_int64(stmt, 0);
    }
    sqlite3_reset(stmt);
    return status;
}

enum as_status as_standings_keep_words(bool *same, const struct as_intern *labels, struct as_store *store,
                                       struct as_error *error)
{
    enum as_status status;
    uint32_t n = 0, all = as_intern_count(labels);
    *same = true;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, text FROM label ORDER BY id", "");
    for (; as_sql_row(&status, store, stmt, error); n++)
        *same &= n < all && sqlite3_column_int64(stmt, 0) == n &&
                 as_str_is(as_intern_text(labels, n), as_sql_text(stmt, 1));
    sqlite3_reset(stmt);
    *same &= all < AS_STANDING_LABELS;
    for (; *same && n < all && status == AS_OK; n++)
        status = as_sql_do(store, error, "INSERT INTO label(id, text) VALUES(?, ?)", "is", (int64_t)n,
                           as_intern_text(labels, n));
    return status;
}

/* --- asking --- */

struct as_kept {
    uint32_t model; /* index of the dataset's priors */
    struct as_held_standings held;
    uint16_t *disqualifier; /* by label, as in struct as_tally_row */
    size_t labels;
};

static enum as_status find_disqualifiers(struct as_kept *kept, struct as_store *store,
                                         const struct as_model *model, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, text FROM label ORDER BY id", "");
    while (as_sql_row(&status, store, stmt, error)) {
        uint16_t *grown = realloc(kept->disqualifier, (kept->labels + 1) * sizeof *grown);
        if (grown == NULL) {
            status = as_error_memory(error);
            break;
        }
        kept->disqualifier = grown;
        grown[kept->labels] = 0;
        for (uint32_t i = 0; i < model->disqualifiers.n; i++)
            if (strcmp(model->disqualifiers.at[i].name, as_sql_text(stmt, 1)) == 0)
                grown[kept->labels] = (uint16_t)(i + 1);
        kept->labels++;
    }
    sqlite3_reset(stmt);
    return status;
}

enum as_status as_store_kept(struct as_kept **out, struct as_store *store, const char *pack,
                             const struct as_model *model, struct as_error *error)
{
    int64_t id;
    bool whole = false;
    *out = NULL;
    enum as_status status =
        as_sql_get(&id, &whole, store, error, "SELECT id FROM model WHERE pack = ? AND name = ?", "tt", pack,
                   model->name);
    if (status == AS_OK && whole)
        status = model->scores.n == 0 ? AS_OK : as_scores_whole(&whole, store, model, id, error);
    if (status != AS_OK || !whole)
        return status;
    struct as_kept *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return as_error_memory(error);
    kept->model = model->index;
    status = as_standings_hold(&kept->held, store, id, error);
    if (status == AS_OK)
        status = find_disqualifiers(kept, store, model, error);
    if (status != AS_OK || !kept->held.whole)
        as_kept_free(kept);
    else
        *out = kept;
    return status;
}

void as_kept_free(struct as_kept *kept)
{
    if (kept == NULL)
        return;
    as_standings_let_go(&kept->held);
    free(kept->disqualifier);
    free(kept);
}

/* What leads are looked for. */
struct question {
    bool timers;
    int32_t day;
    int64_t since, cool_after, cool_until;
};

static bool answers(const struct as_prior *prior, const struct question *question)
{
    return prior->decided &&
           (prior->entered >= question->since || prior->recycled >= question->since ||
            (prior->cool_off > question->cool_after && prior->cool_off <= question->cool_until));
}

static bool row_answers(const struct as_standing_row *row, const struct question *question)
{
    return row->gone == 0 && (question->timers ? answers(&row->prior, question) : row->due <= question->day);
}

/* A base or a layer on the way through those of its rows that a question may mean. */
struct asked {
    size_t rows, place;
    const struct as_prior *prior;
    const int64_t *lead;
    const int32_t *day;
    const uint32_t *since, *cool;
    const struct as_standing_block *block;
};

static enum as_status make_blocks(struct as_standing_block **out, const struct asked *asked,
                                  struct as_error *error)
{
    struct as_standing_block *blocks = *out = malloc((asked->rows / AS_STANDING_BLOCK + 1) * sizeof *blocks);
    if (blocks == NULL)
        return as_error_memory(error);
    for (size_t first = 0; first < asked->rows; first += AS_STANDING_BLOCK) {
        struct as_standing_block block = {INT32_MAX, 0, 0};
        for (size_t i = first; i < asked->rows && i < first + AS_STANDING_BLOCK; i++) {
            block.due = asked->day[i] < block.due ? asked->day[i] : block.due;
            block.since = asked->since[i] > block.since ? asked->since[i] : block.since;
            block.cool = asked->cool[i] > block.cool ? asked->cool[i] : block.cool;
        }
        blocks[first / AS_STANDING_BLOCK] = block;
    }
    return AS_OK;
}

/* From asked->place on to the next that the question means. */
static void pass(struct asked *asked, const struct question *question)
{
    const uint32_t from = as_standing_second(question->since),
                   after = as_standing_second(question->cool_after),
                   until = as_standing_second(question->cool_until);
    size_t place = asked->place;
    while (place < asked->rows) {
        const struct as_standing_block *block = &asked->block[place / AS_STANDING_BLOCK];
        size_t end = (place / AS_STANDING_BLOCK + 1) * AS_STANDING_BLOCK;
        end = end < asked->rows ? end : asked->rows;
        if (question->timers ? block->since < from && block->cool < after : block->due > question->day)
            place = end;
        for (; place < end; place++)
            if (asked->day[place] != AS_STANDING_GONE &&
                (question->timers ? (asked->since[place] >= from ||
                                     (asked->cool[place] >= after && asked->cool[place] <= until)) &&
                                        answers(&asked->prior[place], question)
                                  : asked->day[place] <= question->day)) {
                asked->place = place;
                return;
            }
    }
    asked->place = place;
}

/* which: 0 the base, from 1 on the layers. */
static enum as_status begin_asked(struct asked *out, struct as_standing_files *files, unsigned which,
                                  const struct question *question, struct as_error *error)
{
    const struct as_standing_file *file = which == 0 ? &files->base : &files->layer[which - 1];
    *out = (struct asked){
        .rows = (size_t)file->head->rows,
        .prior = as_standing_column(file, AS_STANDING_PRIOR),
        .lead = as_standing_column(file, AS_STANDING_LEAD),
        .day = as_standing_column(which == 0 ? &files->due : file, AS_STANDING_DAY),
        .since = as_standing_column(file, AS_STANDING_SINCE),
        .cool = as_standing_column(file, AS_STANDING_COOL),
    };
    enum as_status status =
        files->blocks[which] != NULL ? AS_OK : make_blocks(&files->blocks[which], out, error);
    out->block = files->blocks[which];
    if (status == AS_OK)
        pass(out, question);
    return status;
}

static enum as_status ask(struct as_id_list *out, const struct as_held_standings *held,
                          const struct question *question, struct as_error *error)
{
    const unsigned n = held->files->layers + 1;
    struct asked asked[AS_LAYERS + 1];
    struct as_standing_cursor at = {0};
    size_t recent = 0;
    enum as_status status = AS_OK;
    *out = (struct as_id_list){.at = NULL};
    for (unsigned i = 0; i < n && status == AS_OK; i++)
        status = begin_asked(&asked[i], held->files, i, question, error);
    while (status == AS_OK) {
        int64_t lead = INT64_MAX;
        unsigned newest = 0;
        for (unsigned i = 0; i < n; i++)
            if (asked[i].place < asked[i].rows && asked[i].lead[asked[i].place] <= lead) {
                lead = asked[i].lead[asked[i].place];
                newest = i;
            }
        for (; recent < held->recent_n && held->recent[recent].lead < lead && status == AS_OK; recent++)
            if (row_answers(&held->recent[recent], question))
                status = as_id_push(out, held->recent[recent].lead, error);
        if (lead == INT64_MAX)
            break;
        const bool again = recent < held->recent_n && held->recent[recent].lead == lead;
        if (again ? row_answers(&held->recent[recent++], question)
                  : !as_standings_say(&at, held, newest, lead))
            status = status == AS_OK ? as_id_push(out, lead, error) : status;
        for (unsigned i = 0; i <= newest; i++)
            if (asked[i].place < asked[i].rows && asked[i].lead[asked[i].place] == lead) {
                asked[i].place++;
                pass(&asked[i], question);
            }
    }
    if (status != AS_OK) {
        free(out->at);
        *out = (struct as_id_list){.at = NULL};
    }
    return status;
}

enum as_status as_kept_due(struct as_id_list *out, const struct as_kept *kept, int32_t day,
                           struct as_error *error)
{
    return ask(out, &kept->held, &(struct question){.day = day}, error);
}

void as_kept_days(int32_t *days, const struct as_kept *kept, const int64_t *lead_ids, size_t n)
{
    struct as_standing_cursor at = {0};
    for (size_t i = 0; i < n; i++) {
        struct as_standing_row row;
        const int32_t own =
            as_standings_seek(&row, &at, &kept->held, lead_ids[i]) && row.gone == 0 ? row.due : 0;
        days[i] = own < days[i] ? own : days[i];
    }
}

enum as_status as_kept_own_days(int32_t **out, const struct as_kept *kept, const int64_t *lead_ids, size_t n,
                                struct as_error *error)
{
    const struct as_standing_files *files = kept->held.files;
    const size_t rows = (size_t)files->base.head->rows;
    const int64_t *leads = as_standing_column(&files->base, AS_STANDING_LEAD);
    struct as_standing_row found;
    /* Layers change days in all pages, as does who takes them: one copy costs less than one of each page. */
    int32_t *days = *out = as_pages_room(n * sizeof *days);
    if (days == NULL)
        return as_error_memory(error);
    if (!as_ids_begin(lead_ids, n, leads, rows)) {
        for (size_t i = 0; i < n; i++)
            days[i] = AS_DAY_NEVER;
        as_kept_days(days, kept, lead_ids, n);
        return AS_OK;
    }
    memcpy(days, as_standing_column(&files->due, AS_STANDING_DAY), rows * sizeof *days);
    /* From the oldest to the newest. */
    for (unsigned which = 0; which <= files->layers; which++) {
        const size_t over = as_standings_rows_in(&kept->held, which);
        struct as_id_search search = as_ids_search(leads, rows);
        for (size_t i = 0; i < over; i++) {
            const int32_t own = as_standings_day_in(&kept->held, which, i);
            const size_t place = as_ids_find(&search, as_standings_lead_in(&kept->held, which, i));
            if (place != SIZE_MAX)
                days[place] = own == AS_STANDING_GONE ? 0 : own;
        }
    }
    for (size_t i = rows; i < n; i++)
        days[i] = as_standings_find(&found, &kept->held, lead_ids[i]) && !found.gone ? found.due : 0;
    return AS_OK;
}

enum as_status as_kept_timed(struct as_id_list *out, const struct as_kept *kept, int64_t since,
                             int64_t cool_after, int64_t cool_until, struct as_error *error)
{
    const struct question question = {
        .timers = true, .since = since, .cool_after = cool_after, .cool_until = cool_until};
    return ask(out, &kept->held, &question, error);
}

enum as_status as_merged_leads(struct as_id_list *out, struct as_store *store, int64_t known_at,
                               struct as_error *error)
{
    return as_id_gather(
        out, store,
        as_sql_fresh(
            store, error,
            "SELECT DISTINCT merged FROM merge WHERE at <= ?1 AND (undone_at IS NULL OR undone_at > ?1)"
            " ORDER BY merged",
            "i", known_at),
        error);
}

static enum as_status leave_out_merged(struct as_standing_count *count, const struct as_held_standings *held,
                                       const struct as_id_list *merged, struct as_error *error)
{
    struct as_standing_row row;
    struct as_standing_cursor at = {0};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < merged->n && status == AS_OK; i++)
        if (as_standings_seek(&row, &at, held, merged->at[i]) && row.gone == 0)
            status = as_standing_count_add(count, &row.prior, -1, error);
    return status;
}

/* The dataset knows who is counted if it was read from the files, too: those may be gone since they were
 * opened. */
static enum as_status leave_out_own(struct as_standing_count *count, const struct as_kept *kept,
                                    const struct as_dataset *dataset, struct as_error *error)
{
    const int32_t *day = dataset->prior_day[kept->model];
    struct as_standing_row was;
    struct as_standing_cursor at = {0};
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++)
        if (day != NULL ? day[row] != AS_PRIOR_UNCOUNTED
                        : as_standings_seek(&was, &at, &kept->held, dataset->lead_id[row]) && was.gone == 0)
            status = as_standing_count_add(
                count, day != NULL ? as_prior_at(dataset, kept->model, row) : &was.prior, -1, error);
    return status;
}

enum as_status as_kept_others(struct as_tally *out, const struct as_kept *kept, struct as_store *store,
                              const struct as_dataset *dataset, struct as_error *error)
{
    struct as_standing_count count = {.at = NULL};
    struct as_id_list merged = {.at = NULL};
    *out = (struct as_tally){.at = NULL};
    if (kept->model >= dataset->prior_models)
        return as_error_set(error, AS_ERR_BUG, "others are counted without where the part's leads stood");
    enum as_status status = as_merged_leads(&merged, store, dataset->known_at, error);
    for (size_t i = 0; i < kept->held.tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&count, kept->held.tally[i].key, kept->held.tally[i].leads, error);
    if (status == AS_OK)
        status = leave_out_own(&count, kept, dataset, error);
    if (status == AS_OK)
        status = leave_out_merged(&count, &kept->held, &merged, error);
    free(merged.at);
    size_t kinds = status == AS_OK ? as_standing_count_pack(&count) : 0;
    if (status == AS_OK && (out->at = malloc((kinds + 1) * sizeof *out->at)) == NULL)
        status = as_error_memory(error);
    for (size_t i = 0; i < kinds && status == AS_OK; i++) {
        struct as_tally_row row = as_tally_of(count.at[i].key, (uint64_t)count.at[i].leads);
        uint16_t label = row.disqualifier;
        row.disqualifier = label > 0 && label <= kept->labels ? kept->disqualifier[label - 1] : 0;
        out->at[out->n++] = row;
    }
    as_standing_count_free(&count);
    return status;
}
