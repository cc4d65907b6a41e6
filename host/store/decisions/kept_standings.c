/* Kept standings: asking them. Opening what there is of them is standing_shelf.c's, keeping them
 * standing_keeping.c's. */
#include "store/decisions/kept_standings.h"

#include "base/ids.h"
#include "store/decisions/scores.h"
#include "store/decisions/standings.h"

#include <stdlib.h>
#include <string.h>

bool as_standings_seek(struct as_standing_row *out, struct as_standing_cursor *at,
                       const struct as_held_standings *held, int64_t lead)
{
    const struct as_standing_file *base = &held->files->base, *delta = &held->files->delta;
    at->recent = as_standing_rows_seek(held->recent, held->recent_n, at->recent, lead);
    if (at->recent < held->recent_n && held->recent[at->recent].lead == lead) {
        *out = held->recent[at->recent];
        return true;
    }
    if (delta->head != NULL) {
        const struct as_standing_row *rows = as_standing_column(delta, AS_STANDING_ROW);
        at->delta = as_standing_rows_seek(rows, (size_t)delta->head->rows, at->delta, lead);
        if (at->delta < delta->head->rows && rows[at->delta].lead == lead) {
            *out = rows[at->delta];
            return true;
        }
    }
    const int64_t *leads = as_standing_column(base, AS_STANDING_LEAD);
    at->base = as_ids_seek(leads, (size_t)base->head->rows, at->base, lead);
    if (at->base == base->head->rows || leads[at->base] != lead)
        return false;
    *out = (struct as_standing_row){
        .lead = lead,
        .prior = ((const struct as_prior *)as_standing_column(base, AS_STANDING_PRIOR))[at->base],
        .due = ((const int32_t *)as_standing_column(&held->files->due, AS_STANDING_DAY))[at->base]};
    return true;
}

bool as_standings_find(struct as_standing_row *out, const struct as_held_standings *held, int64_t lead)
{
    struct as_standing_cursor at = {0};
    return as_standings_seek(out, &at, held, lead);
}

const struct as_standing_row *as_standings_over(struct as_standing_over *walk,
                                                const struct as_held_standings *held)
{
    const struct as_standing_file *delta = &held->files->delta;
    const struct as_standing_row *filed =
        delta->head == NULL || walk->delta == delta->head->rows
            ? NULL
            : (const struct as_standing_row *)as_standing_column(delta, AS_STANDING_ROW) + walk->delta;
    const struct as_standing_row *recent =
        walk->recent == held->recent_n ? NULL : &held->recent[walk->recent];
    if (recent == NULL || (filed != NULL && filed->lead < recent->lead)) {
        walk->delta += filed != NULL;
        return filed;
    }
    walk->recent++;
    walk->delta += filed != NULL && filed->lead == recent->lead;
    return recent;
}

/* --- words --- */

enum as_status as_standings_read_words(bool *same, struct as_intern *labels, struct as_store *store,
                                       struct as_error *error)
{
    enum as_status status;
    *same = true;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, text FROM label ORDER BY id", "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
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
    if (stmt == NULL)
        return as_sql_failed(store, error);
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
    struct as_held_standings held;
    uint16_t *disqualifier; /* by label, as in struct as_tally_row */
    size_t labels;
};

static enum as_status find_disqualifiers(struct as_kept *kept, struct as_store *store,
                                         const struct as_model *model, struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(store, error, "SELECT id, text FROM label ORDER BY id", "");
    if (stmt == NULL)
        return as_sql_failed(store, error);
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

static enum as_status make_blocks(struct as_standing_files *files, struct as_error *error)
{
    uint64_t rows = files->base.head->rows;
    const int32_t *day = as_standing_column(&files->due, AS_STANDING_DAY);
    const uint32_t *since = as_standing_column(&files->base, AS_STANDING_SINCE),
                   *cool = as_standing_column(&files->base, AS_STANDING_COOL);
    files->blocks = malloc((rows / AS_STANDING_BLOCK + 1) * sizeof *files->blocks);
    if (files->blocks == NULL)
        return as_error_memory(error);
    for (uint64_t first = 0; first < rows; first += AS_STANDING_BLOCK) {
        struct as_standing_block block = {INT32_MAX, 0, 0};
        for (uint64_t i = first; i < rows && i < first + AS_STANDING_BLOCK; i++) {
            block.due = day[i] < block.due ? day[i] : block.due;
            block.since = since[i] > block.since ? since[i] : block.since;
            block.cool = cool[i] > block.cool ? cool[i] : block.cool;
        }
        files->blocks[first / AS_STANDING_BLOCK] = block;
    }
    return AS_OK;
}

/* The next place of the base, from `place` on, that the question may mean. */
static uint64_t next_place(const struct as_standing_files *files, uint64_t place,
                           const struct question *question)
{
    uint64_t rows = files->base.head->rows;
    const int32_t *day = as_standing_column(&files->due, AS_STANDING_DAY);
    const uint32_t *since = as_standing_column(&files->base, AS_STANDING_SINCE),
                   *cool = as_standing_column(&files->base, AS_STANDING_COOL);
    const struct as_prior *prior = as_standing_column(&files->base, AS_STANDING_PRIOR);
    uint32_t from = as_standing_second(question->since), after = as_standing_second(question->cool_after),
             until = as_standing_second(question->cool_until);
    while (place < rows) {
        const struct as_standing_block *block = &files->blocks[place / AS_STANDING_BLOCK];
        uint64_t end = (place / AS_STANDING_BLOCK + 1) * AS_STANDING_BLOCK;
        end = end < rows ? end : rows;
        if (question->timers ? block->since < from && block->cool < after : block->due > question->day)
            place = end;
        for (; place < end; place++)
            if (question->timers ? (since[place] >= from || (cool[place] >= after && cool[place] <= until)) &&
                                       answers(&prior[place], question)
                                 : day[place] <= question->day)
                return place;
    }
    return rows;
}

static enum as_status ask(struct as_id_list *out, const struct as_held_standings *held,
                          const struct question *question, struct as_error *error)
{
    const int64_t *lead = as_standing_column(&held->files->base, AS_STANDING_LEAD);
    uint64_t rows = held->files->base.head->rows, place = 0;
    struct as_standing_over walk = {0};
    const struct as_standing_row *over = as_standings_over(&walk, held);
    *out = (struct as_id_list){.at = NULL};
    enum as_status status = held->files->blocks == NULL ? make_blocks(held->files, error) : AS_OK;
    while (status == AS_OK) {
        place = next_place(held->files, place, question);
        /* The word of what lies over the base holds, for the leads before this one and for this one. */
        bool said = false;
        for (; over != NULL && (place == rows || over->lead <= lead[place]) && status == AS_OK;
             over = as_standings_over(&walk, held)) {
            said = place < rows && over->lead == lead[place];
            if (over->gone == 0 &&
                (question->timers ? answers(&over->prior, question) : over->due <= question->day))
                status = as_id_push(out, over->lead, error);
        }
        if (place == rows)
            break;
        if (!said && status == AS_OK)
            status = as_id_push(out, lead[place], error);
        place++;
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
    const struct as_held_standings *held = &kept->held;
    const struct as_standing_file *base = &held->files->base;
    const int64_t *lead = as_standing_column(base, AS_STANDING_LEAD);
    const int32_t *day = as_standing_column(&held->files->due, AS_STANDING_DAY);
    struct as_standing_over walk = {0};
    const struct as_standing_row *over = as_standings_over(&walk, held);
    uint64_t rows = base->head->rows, at = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t own = 0;
        while (at < rows && lead[at] < lead_ids[i])
            at++;
        while (over != NULL && over->lead < lead_ids[i])
            over = as_standings_over(&walk, held);
        if (over != NULL && over->lead == lead_ids[i])
            own = over->gone ? 0 : over->due;
        else if (at < rows && lead[at] == lead_ids[i])
            own = day[at];
        days[i] = own < days[i] ? own : days[i];
    }
}

enum as_status as_kept_own_days(struct as_pages *out, const struct as_kept *kept, const int64_t *lead_ids,
                                size_t n, struct as_error *error)
{
    const struct as_standing_files *files = kept->held.files;
    const size_t rows = (size_t)files->base.head->rows, item = sizeof(int32_t);
    const struct as_standing_row *over;
    struct as_standing_row found;
    if (!as_ids_begin(lead_ids, n, as_standing_column(&files->base, AS_STANDING_LEAD), rows)) {
        enum as_status status = as_pages_new(out, n * item, error);
        if (status != AS_OK)
            return status;
        int32_t *days = (void *)out->at;
        for (size_t i = 0; i < n; i++)
            days[i] = AS_DAY_NEVER;
        as_kept_days(days, kept, lead_ids, n);
        return AS_OK;
    }
    void *at;
    enum as_status status = as_pages_copy(out, &at, files->due.file, files->due.head->at[AS_STANDING_DAY],
                                          rows * item, n * item, error);
    if (status != AS_OK)
        return status;
    int32_t *days = at;
    const int64_t *leads = as_standing_column(&files->base, AS_STANDING_LEAD);
    size_t place = 0;
    for (struct as_standing_over walk = {0}; (over = as_standings_over(&walk, &kept->held)) != NULL;) {
        place = as_ids_seek(leads, rows, place, over->lead);
        const int32_t day = over->gone ? 0 : over->due;
        /* A page that is written to becomes this process's own: the last whole run left the same there. */
        if (place < rows && leads[place] == over->lead && days[place] != day)
            days[place] = day;
    }
    for (size_t i = rows; i < n; i++)
        if (as_standings_find(&found, &kept->held, lead_ids[i]) && !found.gone)
            days[i] = found.due;
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

static enum as_status leave_out(struct as_standing_count *count, const struct as_held_standings *held,
                                const int64_t *leads, size_t n, struct as_error *error)
{
    struct as_standing_row row;
    struct as_standing_cursor at = {0};
    enum as_status status = AS_OK;
    for (size_t i = 0; i < n && status == AS_OK; i++)
        if (as_standings_seek(&row, &at, held, leads[i]) && row.gone == 0)
            status = as_standing_count_add(count, &row.prior, -1, error);
    return status;
}

enum as_status as_kept_others(struct as_tally *out, const struct as_kept *kept, struct as_store *store,
                              const struct as_dataset *dataset, struct as_error *error)
{
    struct as_standing_count count = {.at = NULL};
    struct as_id_list merged = {.at = NULL};
    *out = (struct as_tally){.at = NULL};
    enum as_status status = as_merged_leads(&merged, store, dataset->known_at, error);
    for (size_t i = 0; i < kept->held.tally_n && status == AS_OK; i++)
        status = as_standing_count_key(&count, kept->held.tally[i].key, kept->held.tally[i].leads, error);
    if (status == AS_OK)
        status = leave_out(&count, &kept->held, dataset->lead_id, dataset->leads, error);
    if (status == AS_OK)
        status = leave_out(&count, &kept->held, merged.at, merged.n, error);
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
