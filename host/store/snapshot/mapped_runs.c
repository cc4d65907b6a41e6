/* Mapped runs: the leads' events of a snapshot as they lie in the projection's files, side by side in one
 * range of addresses, with the runs that the files do not have behind them. */
#include "store/snapshot/event_runs.h"
#include "store/snapshot/fresh_events.h"

#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/* Items after which every array of a part begins on a page: kinds have the most items a page. */
#define STEP      (AS_PAGES_STEP / sizeof(uint16_t))
#define HUGE_STEP (AS_PAGES_HUGE / sizeof(uint16_t))

static size_t rounded(size_t items)
{
    const size_t step = items < HUGE_STEP ? STEP : HUGE_STEP;
    return (items + step - 1) / step * step;
}

struct laying {
    struct as_runs *runs;
    struct as_projection held;
    size_t delta_at, own_at; /* places where the delta's and the overlay's events begin */
    struct as_event_log log; /* the overlay while it grows */
    struct as_runs own;
    size_t *own_start; /* by overlay run */
    uint32_t own_runs;
    struct as_fresh_events fresh;
    int64_t *changed; /* leads with something fresh, ascending */
    size_t changed_n;
};

/* The files say what is; what was known at an earlier moment, before some of it came in, the tables say. */
static bool says_it_all(const struct laying *laying)
{
    const struct as_projection *held = &laying->held;
    int64_t known_at = laying->runs->load->request->known_at;
    return held->found && held->base.head->newest_known <= known_at &&
           (held->delta.head == NULL || held->delta.head->newest_known <= known_at);
}

/* Events whose file numbers the kinds otherwise than the packs that are asked. */
struct renumbering {
    uint16_t *to;
    const uint16_t *from;
    size_t n;
    uint16_t kind[AS_MAX_EVENT_KINDS]; /* by the file's number */
};
enum { PIECE = 1 << 20 };

static enum as_status renumber_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    const struct renumbering *renumbering = context;
    size_t at = piece * PIECE, end = renumbering->n - at < PIECE ? renumbering->n : at + PIECE;
    (void)worker;
    (void)error;
    for (size_t i = at; i < end; i++)
        renumbering->to[i] = renumbering->kind[renumbering->from[i] % AS_MAX_EVENT_KINDS];
    return AS_OK;
}

static enum as_status lay_part(struct as_runs *runs, const struct as_run_file *file, size_t place,
                               struct as_error *error)
{
    const struct as_run_file_head *head = file->head;
    size_t n = head == NULL ? 0 : (size_t)head->events;
    if (n == 0)
        return AS_OK;
    struct as_event_log *log = runs->log;
    size_t kinds = (size_t)((char *)log->kind - log->pages.at);
    enum as_status status = as_pages_lay(&log->pages, place * sizeof *log->time, file->file,
                                         head->at[AS_RUN_FILE_TIME], n * sizeof *log->time, error);
    struct renumbering renumbering = {.to = log->kind + place, .from = file->kind, .n = n};
    bool same = true;
    for (uint32_t i = 0; i < AS_MAX_EVENT_KINDS; i++) {
        renumbering.kind[i] = (uint16_t)as_kind_of(&runs->load->map, head->kind_id[i]);
        same = same && (head->kind_id[i] == 0 || renumbering.kind[i] == i);
    }
    if (status == AS_OK && same)
        status = as_pages_lay(&log->pages, kinds + place * sizeof *log->kind, file->file,
                              head->at[AS_RUN_FILE_KIND], n * sizeof *log->kind, error);
    else if (status == AS_OK)
        status = as_parallel(n <= PIECE ? 1 : as_processors(), (n + PIECE - 1) / PIECE, renumber_piece,
                             &renumbering, error);
    if (status == AS_OK && runs->keep_ids)
        status = as_pages_lay(&runs->id_pages, place * sizeof *runs->id, file->file, head->at[AS_RUN_FILE_ID],
                              n * sizeof *runs->id, error);
    return status;
}

/* A code beyond the schema's would lead a kernel astray. */
static bool codes_fit(const struct as_event_log *log, size_t from, size_t n, uint32_t kinds)
{
    uint16_t most = 0;
    for (size_t i = 0; i < n; i++)
        most = log->kind[from + i] > most ? log->kind[from + i] : most;
    return n == 0 || most < kinds;
}

struct looking {
    const struct as_event_log *log;
    size_t from, n;
    uint32_t kinds;
};

static enum as_status look_at_piece(void *context, unsigned worker, size_t piece, struct as_error *error)
{
    const struct looking *looking = context;
    size_t at = piece * PIECE, n = looking->n - at < PIECE ? looking->n - at : PIECE;
    (void)worker;
    return codes_fit(looking->log, looking->from + at, n, looking->kinds)
               ? AS_OK
               : as_error_set(error, AS_ERR_DATA, "a file of events has a kind that there is not");
}

static bool kinds_fit(const struct as_event_log *log, size_t from, size_t n, uint32_t kinds)
{
    struct looking looking = {log, from, n, kinds};
    return n <= PIECE ? codes_fit(log, from, n, kinds)
                      : as_parallel(as_processors(), (n + PIECE - 1) / PIECE, look_at_piece, &looking,
                                    NULL) == AS_OK;
}

static bool all_kinds_fit(const struct laying *laying, uint32_t kinds)
{
    const struct as_event_log *log = laying->runs->log;
    return kinds_fit(log, 0, (size_t)laying->held.base.head->events, kinds) &&
           (laying->held.delta.head == NULL ||
            kinds_fit(log, laying->delta_at, (size_t)laying->held.delta.head->events, kinds));
}

/* What a file has of the lead and what has come in since. */
static enum as_status added_run(struct laying *laying, int64_t lead, struct as_error *error)
{
    struct as_runs *own = &laying->own;
    const struct as_load *load = laying->runs->load;
    const struct as_run_file *file;
    struct as_run_of run = as_projection_run(&file, &laying->held, lead);
    enum as_status status = AS_OK;
    for (size_t i = 0; i < run.n && status == AS_OK; i++) {
        uint32_t kind = as_run_file_kind(file, run.kind[i], &load->map);
        if (kind != AS_NO_INDEX && run.time[i] <= load->request->at)
            status = as_runs_push(own, run.id[i], run.time[i], (uint16_t)kind, error);
    }
    size_t n;
    const struct as_fresh_event *one = as_fresh_of(&n, &laying->fresh, lead);
    for (size_t i = 0; i < n && status == AS_OK; i++)
        if (one[i].time <= load->request->at && one[i].known_at <= load->request->known_at)
            status = as_runs_push(own, one[i].id, one[i].time, one[i].kind, error);
    return status == AS_OK ? as_runs_flush(own, error) : status;
}

static enum as_status own_run(struct laying *laying, uint32_t row, struct as_error *error)
{
    const struct as_load *load = laying->runs->load;
    int64_t lead = load->dataset->lead_id[row];
    laying->own_start[laying->own_runs++] = laying->log.n;
    if (load->took_in != NULL && as_bit(load->took_in, row))
        return as_runs_merged(&laying->own, lead, error);
    return as_fresh_altered(&laying->fresh, lead) ? as_runs_read(&laying->own, lead, error)
                                                  : added_run(laying, lead, error);
}

/* Where a lead is in an ascending list that is walked along with the rows. */
static bool walk(size_t *at, const int64_t *leads, size_t n, int64_t lead)
{
    while (*at < n && leads[*at] < lead)
        ++*at;
    return *at < n && leads[*at] == lead;
}

/* The dataset begins with the leads of the base, and nobody of them took others in. */
static bool leads_begin_alike(const struct laying *laying)
{
    const struct as_load *load = laying->runs->load;
    const struct as_run_file *base = &laying->held.base;
    return load->took_in == NULL &&
           as_ids_begin(load->dataset->lead_id, load->dataset->leads, base->lead, (size_t)base->head->leads);
}

/* Places of a base whose leads come first in the dataset: those of the file, but for what lies in the delta
 * or came in since. */
static enum as_status find_changed(struct laying *laying, uint64_t *is_own, struct as_error *error)
{
    const struct as_dataset *dataset = laying->runs->load->dataset;
    struct as_event_log *log = laying->runs->log;
    const struct as_run_file *delta = &laying->held.delta;
    enum as_status status = AS_OK;
    for (size_t d = 0; delta->head != NULL && d < delta->head->leads; d++) {
        uint32_t row = as_dataset_lead_row(dataset, delta->lead[d]);
        if (row == AS_NO_INDEX)
            continue;
        log->start[row] = (uint32_t)(laying->delta_at + delta->start[d]);
        log->end[row] = (uint32_t)(laying->delta_at + delta->start[d + 1]);
    }
    for (size_t c = 0; c < laying->changed_n && status == AS_OK; c++) {
        uint32_t row = as_dataset_lead_row(dataset, laying->changed[c]);
        if (row == AS_NO_INDEX)
            continue;
        as_bit_set(is_own, row);
        log->start[row] = laying->own_runs;
        log->end[row] = 0;
        status = own_run(laying, row, error);
    }
    laying->own_start[laying->own_runs] = laying->log.n;
    return status;
}

/* Where runs begin and end, to be written to: as the base has it when its leads come first, else zeroes. */
static enum as_status make_places(struct laying *laying, struct as_error *error)
{
    struct as_event_log *log = laying->runs->log;
    const struct as_run_file *base = &laying->held.base;
    const size_t rows = laying->runs->load->dataset->leads, item = sizeof *log->start;
    const size_t n = leads_begin_alike(laying) ? (size_t)base->head->leads : 0;
    const uint64_t at = base->head->at[AS_RUN_FILE_START];
    void *start, *end;
    enum as_status status =
        as_pages_copy(&log->start_pages, &start, base->file, at, n * item, (rows + 1) * item, error);
    if (status == AS_OK)
        status =
            as_pages_copy(&log->end_pages, &end, base->file, at + item, n * item, (rows + 1) * item, error);
    if (status != AS_OK)
        return status;
    log->start = start;
    log->end = end;
    return AS_OK;
}

/* start[r] is a place, or for a run of the overlay its number; end[r] is 0 there until it is laid down. */
static enum as_status find_runs(struct laying *laying, uint64_t *is_own, struct as_error *error)
{
    struct as_load *load = laying->runs->load;
    struct as_dataset *dataset = load->dataset;
    struct as_event_log *log = laying->runs->log;
    const struct as_run_file *base = &laying->held.base, *delta = &laying->held.delta;
    if (leads_begin_alike(laying))
        return find_changed(laying, is_own, error);
    size_t b = 0, d = 0, c = 0, delta_n = delta->head == NULL ? 0 : (size_t)delta->head->leads;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        int64_t lead = dataset->lead_id[row];
        bool changed = walk(&c, laying->changed, laying->changed_n, lead),
             in_delta = walk(&d, delta->lead, delta_n, lead),
             in_base = walk(&b, base->lead, (size_t)base->head->leads, lead);
        if (changed || (load->took_in != NULL && as_bit(load->took_in, row))) {
            as_bit_set(is_own, row);
            log->start[row] = laying->own_runs;
            status = own_run(laying, row, error);
        } else if (in_delta) {
            log->start[row] = (uint32_t)(laying->delta_at + delta->start[d]);
            log->end[row] = (uint32_t)(laying->delta_at + delta->start[d + 1]);
        } else if (in_base) {
            log->start[row] = base->start[b];
            log->end[row] = base->start[b + 1];
        }
    }
    laying->own_start[laying->own_runs] = laying->log.n;
    return status;
}

static void cut_off(struct as_event_log *log, uint32_t rows, int64_t at)
{
    for (uint32_t row = 0; row < rows; row++)
        while (log->end[row] > log->start[row] && log->time[log->end[row] - 1] > at)
            log->end[row]--;
}

static enum as_status lay_all(bool *done, struct laying *laying, const uint64_t *is_own,
                              struct as_error *error)
{
    struct as_runs *runs = laying->runs;
    struct as_event_log *log = runs->log;
    const struct as_projection *held = &laying->held;
    uint32_t rows = runs->load->dataset->leads;
    size_t all = rounded(laying->own_at + laying->log.n);
    enum as_status status = as_pages_new(&log->pages, all * (sizeof *log->time + sizeof *log->kind), error);
    if (status == AS_OK && runs->keep_ids)
        status = as_pages_new(&runs->id_pages, all * sizeof *runs->id, error);
    if (status != AS_OK)
        return status;
    log->n = laying->own_at + laying->log.n;
    log->time = (void *)log->pages.at;
    log->kind = (void *)(log->pages.at + all * sizeof *log->time);
    runs->id = (void *)runs->id_pages.at;
    status = lay_part(runs, &held->base, 0, error);
    if (status == AS_OK)
        status = lay_part(runs, &held->delta, laying->delta_at, error);
    if (status != AS_OK)
        return status;
    if (laying->log.n > 0) {
        memcpy(log->time + laying->own_at, laying->log.time, laying->log.n * sizeof *log->time);
        memcpy(log->kind + laying->own_at, laying->log.kind, laying->log.n * sizeof *log->kind);
        if (runs->keep_ids)
            memcpy(runs->id + laying->own_at, laying->own.id, laying->log.n * sizeof *runs->id);
    }
    for (uint32_t row = 0; row < rows; row++)
        if (as_bit(is_own, row)) {
            uint32_t number = log->start[row];
            log->start[row] = (uint32_t)(laying->own_at + laying->own_start[number]);
            log->end[row] = (uint32_t)(laying->own_at + laying->own_start[number + 1]);
        }
    uint32_t kinds = runs->load->schema->kinds.n;
    *done = all_kinds_fit(laying, kinds);
    int64_t at = runs->load->request->at;
    if (held->base.head->newest_time > at || (held->delta.head != NULL && held->delta.head->newest_time > at))
        cut_off(log, rows, at);
    return AS_OK;
}

static enum as_status map_runs(bool *done, struct laying *laying, struct as_error *error)
{
    struct as_runs *runs = laying->runs;
    uint32_t rows = runs->load->dataset->leads;
    const struct as_projection *held = &laying->held;
    laying->delta_at = rounded((size_t)held->base.head->events);
    laying->own_at =
        laying->delta_at + rounded(held->delta.head == NULL ? 0 : (size_t)held->delta.head->events);
    laying->own =
        (struct as_runs){.load = runs->load, .log = &laying->log, .keep_ids = true, .wanted = runs->wanted};
    uint64_t *is_own = calloc(AS_BIT_WORDS(rows) + 1, sizeof *is_own);
    laying->own_start = calloc((size_t)rows + 1, sizeof *laying->own_start);
    enum as_status status =
        is_own == NULL || laying->own_start == NULL ? as_error_memory(error) : make_places(laying, error);
    if (status == AS_OK)
        status = find_runs(laying, is_own, error);
    if (status == AS_OK && laying->own_at + laying->log.n >= UINT32_MAX - STEP)
        status = as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
    if (status == AS_OK)
        status = lay_all(done, laying, is_own, error);
    free(is_own);
    return status;
}

static void forget(struct as_runs *runs)
{
    struct as_event_log *log = runs->log;
    as_pages_free(&log->start_pages);
    as_pages_free(&log->end_pages);
    as_pages_free(&log->pages);
    as_pages_free(&runs->id_pages);
    runs->id = NULL;
    *log = (struct as_event_log){.n = 0};
}

enum as_status as_runs_map(bool *done, struct as_runs *runs, struct as_error *error)
{
    struct laying laying = {.runs = runs};
    *done = false;
    enum as_status status = as_projection_open(&laying.held, runs->load->store, error);
    if (status == AS_OK && says_it_all(&laying)) {
        const struct as_dataset *dataset = runs->load->dataset;
        status = as_fresh_read(&laying.fresh, runs->load->store, &runs->load->map, &laying.held,
                               dataset->part ? dataset->lead_id : NULL, dataset->leads, error);
        if (status == AS_OK && laying.fresh.fits && dataset->part) {
            status = as_runs_gather(done, runs, &laying.held, &laying.fresh, error);
        } else if (status == AS_OK) {
            status = as_fresh_leads(&laying.changed, &laying.changed_n, &laying.fresh, error);
            as_projection_look(&laying.held);
            if (status == AS_OK && laying.fresh.fits && laying.held.found)
                status = map_runs(done, &laying, error);
            if (!*done)
                forget(runs);
        }
    }
    as_fresh_free(&laying.fresh);
    free(laying.changed);
    free(laying.own_start);
    free(laying.log.time);
    free(laying.log.kind);
    free(laying.own.id);
    free(laying.own.run);
    as_projection_close(&laying.held);
    return status;
}
