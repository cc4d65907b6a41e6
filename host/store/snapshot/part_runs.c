/* Part runs: the events of a choice of leads, copied out of the projection's files with what came in since
 * behind each run. Files are not laid side by side for them, since most of what these have nobody asks for;
 * and who supposes facts of a lead may write to a copy.
 *
 * First it is found where each run lies and how long it gets, by one thread, which alone may ask the tables;
 * then all threads copy. */
#include "base/ids.h"
#include "store/snapshot/event_runs.h"
#include "store/snapshot/fresh_events.h"

#include "base/thread.h"

#include <stdlib.h>
#include <string.h>

/* A file on the way through its leads. */
struct source {
    const struct as_run_file *file;
    size_t place;                      /* where the last lead was looked for */
    uint16_t kind[AS_MAX_EVENT_KINDS]; /* the schema's by the file's; NONE: the schema does not have it */
    uint16_t alike;                    /* so many of the file's first kinds are the schema's */
};
enum { NONE = UINT16_MAX };

/* Where a row's run comes from: a place of a file, or of what the tables had; then events that are fresh. */
struct piece {
    const struct source *source; /* NULL: no file */
    struct as_run_of run;
    size_t own, own_n;     /* in gathering.own */
    size_t fresh, fresh_n; /* in the list of them */
    uint32_t end;          /* of what was copied */
};

struct gathering {
    struct as_runs *runs;
    const struct as_fresh_events *fresh;
    struct source base, delta;
    struct piece *piece;         /* by row */
    struct as_event_log own_log; /* runs that the tables had */
    struct as_runs own;
    size_t room; /* for all events */
    bool sound;  /* no index led out of its file */
};

static void begin(struct source *source, const struct as_run_file *file, const struct as_field_map *map)
{
    source->file = file;
    for (uint16_t i = 0; file->head != NULL && i < AS_MAX_EVENT_KINDS; i++) {
        uint32_t kind = as_run_file_kind(file, i, map);
        source->kind[i] = kind == AS_NO_INDEX ? NONE : (uint16_t)kind;
        source->alike += source->alike == i && kind == i;
    }
}

/* --- finding --- */

static bool find(struct gathering *gathering, struct piece *piece, struct source *source, int64_t lead)
{
    const struct as_run_file *file = source->file;
    size_t n = file->head == NULL ? 0 : (size_t)file->head->leads;
    source->place = as_ids_seek(file->lead, n, source->place, lead);
    if (source->place == n || file->lead[source->place] != lead)
        return false;
    gathering->sound &= as_run_file_place_sound(file, source->place);
    if (gathering->sound) {
        piece->source = source;
        piece->run = as_run_file_run(file, source->place);
    }
    return true;
}

/* Where a run lies that is looked for soon comes meanwhile, unless the base has gaps. */
static void fetch(const struct gathering *gathering, const struct as_dataset *dataset, uint32_t row)
{
    const struct as_run_file *file = gathering->base.file;
    if (row + AS_IDS_AHEAD >= dataset->leads || file->head == NULL || file->head->leads == 0)
        return;
    size_t near = as_ids_near(file->lead, (size_t)file->head->leads, gathering->base.place,
                              dataset->lead_id[row + AS_IDS_AHEAD]);
    __builtin_prefetch(&file->lead[near]);
    __builtin_prefetch(&file->start[near]);
}

static enum as_status find_own(struct gathering *gathering, struct piece *piece, int64_t lead, bool merged,
                               struct as_error *error)
{
    piece->own = gathering->own_log.n;
    enum as_status status =
        merged ? as_runs_merged(&gathering->own, lead, error) : as_runs_read(&gathering->own, lead, error);
    piece->own_n = gathering->own_log.n - piece->own;
    return status;
}

static enum as_status find_all(struct gathering *gathering, struct as_error *error)
{
    struct as_event_log *log = gathering->runs->log;
    const struct as_load *load = gathering->runs->load;
    const struct as_dataset *dataset = load->dataset;
    const struct as_fresh_events *fresh = gathering->fresh;
    enum as_status status = AS_OK;
    size_t next = 0;
    for (uint32_t row = 0; row < dataset->leads && gathering->sound && status == AS_OK; row++) {
        int64_t lead = dataset->lead_id[row];
        struct piece *piece = &gathering->piece[row];
        bool merged = load->took_in != NULL && as_bit(load->took_in, row);
        while (next < fresh->n && fresh->at[next].lead < lead)
            next++;
        if (merged || as_fresh_altered(fresh, lead)) {
            status = find_own(gathering, piece, lead, merged, error);
        } else {
            if (!find(gathering, piece, &gathering->delta, lead))
                find(gathering, piece, &gathering->base, lead);
            fetch(gathering, dataset, row);
            for (piece->fresh = next; next < fresh->n && fresh->at[next].lead == lead; next++)
                piece->fresh_n++;
        }
        log->start[row] = (uint32_t)gathering->room;
        gathering->room += piece->run.n + piece->own_n + piece->fresh_n;
        if (gathering->room >= UINT32_MAX)
            status = as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
    }
    return status;
}

/* --- copying --- */

static void put(struct as_runs *runs, uint32_t at, uint32_t time, uint16_t kind, uint32_t id)
{
    runs->log->time[at] = time;
    runs->log->kind[at] = kind;
    if (runs->keep_ids)
        runs->id[at] = id;
}

/* Whether all kinds have the same codes in the schema. */
static bool all_alike(const struct piece *piece)
{
    const uint16_t *kind = piece->run.kind, alike = piece->source->alike;
    unsigned others = 0;
    for (size_t i = 0; i < piece->run.n; i++)
        others |= kind[i] >= alike;
    return others == 0;
}

/* The run that a file has, up to the moment; where it ends. */
static uint32_t copy_run(struct as_runs *runs, uint32_t end, const struct piece *piece)
{
    const struct as_run_of *run = &piece->run;
    if (run->n > 0 && run->time[run->n - 1] <= runs->load->request->at && all_alike(piece)) {
        memcpy(runs->log->time + end, run->time, run->n * sizeof *run->time);
        memcpy(runs->log->kind + end, run->kind, run->n * sizeof *run->kind);
        if (runs->keep_ids)
            memcpy(runs->id + end, run->id, run->n * sizeof *run->id);
        return end + (uint32_t)run->n;
    }
    for (size_t i = 0; i < run->n && run->time[i] <= runs->load->request->at; i++) {
        uint16_t kind = piece->source->kind[run->kind[i] % AS_MAX_EVENT_KINDS];
        if (kind != NONE)
            put(runs, end++, run->time[i], kind, runs->keep_ids ? run->id[i] : 0);
    }
    return end;
}

/* Behind those of the same time, which came in before it. */
static void insert(struct as_runs *runs, uint32_t start, uint32_t end, const struct as_fresh_event *one)
{
    const struct as_event_log *log = runs->log;
    for (; end > start && log->time[end - 1] > one->time; end--)
        put(runs, end, log->time[end - 1], log->kind[end - 1], runs->keep_ids ? runs->id[end - 1] : 0);
    put(runs, end, one->time, one->kind, one->id);
}

static void copy_piece(struct gathering *gathering, uint32_t row)
{
    struct as_runs *runs = gathering->runs;
    const struct as_snapshot_request *request = runs->load->request;
    struct piece *piece = &gathering->piece[row];
    const struct as_event_log *own = &gathering->own_log;
    uint32_t start = runs->log->start[row], end = copy_run(runs, start, piece);
    for (size_t i = piece->own; i < piece->own + piece->own_n; i++)
        put(runs, end++, own->time[i], own->kind[i], runs->keep_ids ? gathering->own.id[i] : 0);
    const struct as_fresh_event *one = gathering->fresh->at + piece->fresh;
    for (size_t i = 0; i < piece->fresh_n; i++)
        if (one[i].time <= request->at && one[i].known_at <= request->known_at)
            insert(runs, start, end++, &one[i]);
    piece->end = end;
}

enum { ROWS_AT_ONCE = 1024, RUNS_AHEAD = 8, LINE = 64 };

/* All of it, and the line that it ends in. */
static void fetch_array(const void *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += LINE)
        __builtin_prefetch((const char *)at + i);
    __builtin_prefetch((const char *)at + bytes);
}

static enum as_status copy_rows(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct gathering *gathering = context;
    uint32_t rows = gathering->runs->load->dataset->leads, row = (uint32_t)(item * ROWS_AT_ONCE);
    (void)worker, (void)error;
    for (uint32_t n = 0; n < ROWS_AT_ONCE && row < rows; n++, row++) {
        if (row + RUNS_AHEAD < rows) {
            const struct as_run_of *soon = &gathering->piece[row + RUNS_AHEAD].run;
            fetch_array(soon->time, soon->n * sizeof *soon->time);
            fetch_array(soon->kind, soon->n * sizeof *soon->kind);
            if (gathering->runs->keep_ids)
                fetch_array(soon->id, soon->n * sizeof *soon->id);
        }
        copy_piece(gathering, row);
    }
    return AS_OK;
}

/* What was not copied leaves gaps behind runs: they move together. */
static void close_up(struct gathering *gathering)
{
    struct as_runs *runs = gathering->runs;
    struct as_event_log *log = runs->log;
    uint32_t rows = runs->load->dataset->leads, at = 0;
    for (uint32_t row = 0; row < rows; row++) {
        uint32_t from = log->start[row], n = gathering->piece[row].end - from;
        if (from != at) {
            memmove(log->time + at, log->time + from, n * sizeof *log->time);
            memmove(log->kind + at, log->kind + from, n * sizeof *log->kind);
            if (runs->keep_ids)
                memmove(runs->id + at, runs->id + from, n * sizeof *runs->id);
        }
        log->start[row] = at;
        at += n;
    }
    log->start[rows] = at;
    log->end = log->start + 1;
    log->n = at;
}

static enum as_status gather(struct gathering *gathering, struct as_error *error)
{
    struct as_runs *runs = gathering->runs;
    size_t rows = runs->load->dataset->leads;
    gathering->piece = calloc(rows + 1, sizeof *gathering->piece);
    runs->log->start = calloc(rows + 1, sizeof *runs->log->start);
    if (gathering->piece == NULL || runs->log->start == NULL)
        return as_error_memory(error);
    enum as_status status = find_all(gathering, error);
    if (status == AS_OK && gathering->sound)
        status = as_runs_room(runs, gathering->room, error);
    if (status != AS_OK || !gathering->sound)
        return status;
    status =
        as_parallel(as_processors(), (rows + ROWS_AT_ONCE - 1) / ROWS_AT_ONCE, copy_rows, gathering, error);
    close_up(gathering);
    return status;
}

enum as_status as_runs_gather(bool *done, struct as_runs *runs, const struct as_projection *held,
                              const struct as_fresh_events *fresh, struct as_error *error)
{
    struct gathering *gathering = calloc(1, sizeof *gathering);
    if (gathering == NULL)
        return as_error_memory(error);
    *gathering = (struct gathering){.runs = runs, .fresh = fresh, .sound = true};
    gathering->own = (struct as_runs){
        .load = runs->load, .log = &gathering->own_log, .keep_ids = runs->keep_ids, .wanted = runs->wanted};
    begin(&gathering->base, &held->base, &runs->load->map);
    begin(&gathering->delta, &held->delta, &runs->load->map);
    enum as_status status = gather(gathering, error);
    *done = gathering->sound;
    if (!gathering->sound) {
        free(runs->log->start);
        *runs->log = (struct as_event_log){.n = 0};
    }
    free(gathering->piece);
    free(gathering->own_log.time);
    free(gathering->own_log.kind);
    free(gathering->own.id);
    free(gathering->own.run);
    free(gathering);
    return status;
}
