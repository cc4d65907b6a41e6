/* Part runs: the events of a few leads of many, copied out of the projection's files with what came in since
 * behind each run. Nothing is laid side by side for them, since most of what files have nobody asks for. */
#include "store/id_list.h"
#include "store/snapshot/event_runs.h"
#include "store/snapshot/fresh_events.h"

#include <stdlib.h>
#include <string.h>

/* A file on the way through its leads. */
struct source {
    const struct as_run_file *file;
    size_t place;                      /* where the last lead was looked for */
    uint16_t kind[AS_MAX_EVENT_KINDS]; /* the schema's by the file's; NONE: the schema does not have it */
};
enum { NONE = UINT16_MAX };

struct gathering {
    struct as_runs *runs;
    const struct as_fresh_events *fresh;
    size_t next; /* the first fresh event of a lead not passed yet */
    struct source base, delta;
};

static void begin(struct source *source, const struct as_run_file *file, const struct as_field_map *map)
{
    source->file = file;
    source->place = 0;
    for (uint16_t i = 0; file->head != NULL && i < AS_MAX_EVENT_KINDS; i++) {
        uint32_t kind = as_run_file_kind(file, i, map);
        source->kind[i] = kind == AS_NO_INDEX ? NONE : (uint16_t)kind;
    }
}

static bool find(struct as_run_of *out, struct source *source, int64_t lead)
{
    const struct as_run_file *file = source->file;
    size_t n = file->head == NULL ? 0 : (size_t)file->head->leads;
    source->place = as_ids_seek(file->lead, n, source->place, lead);
    bool found = source->place < n && file->lead[source->place] == lead;
    if (found)
        *out = as_run_file_run(file, source->place);
    return found;
}

/* The run that a file has, up to the moment; there is room for it. */
static void take_run(struct as_runs *runs, const struct as_run_of *run, const uint16_t *kinds)
{
    struct as_event_log *log = runs->log;
    size_t n = run->n;
    while (n > 0 && run->time[n - 1] > runs->load->request->at)
        n--;
    for (size_t i = 0; i < n; i++) {
        uint16_t kind = kinds[run->kind[i] % AS_MAX_EVENT_KINDS];
        if (kind == NONE)
            continue;
        log->time[log->n] = run->time[i];
        log->kind[log->n] = kind;
        if (runs->keep_ids)
            runs->id[log->n] = run->id[i];
        log->n++;
    }
}

/* A fresh event: those of a run are before it when they are of the same time, since they came in before it.
 */
static void insert(struct as_runs *runs, size_t start, const struct as_fresh_event *one)
{
    struct as_event_log *log = runs->log;
    size_t at = log->n++;
    for (; at > start && log->time[at - 1] > one->time; at--) {
        log->time[at] = log->time[at - 1];
        log->kind[at] = log->kind[at - 1];
        if (runs->keep_ids)
            runs->id[at] = runs->id[at - 1];
    }
    log->time[at] = one->time;
    log->kind[at] = one->kind;
    if (runs->keep_ids)
        runs->id[at] = one->id;
}

static enum as_status take_lead(struct gathering *gathering, int64_t lead, struct as_error *error)
{
    struct as_runs *runs = gathering->runs;
    const struct as_snapshot_request *request = runs->load->request;
    const struct as_fresh_events *fresh = gathering->fresh;
    struct as_run_of run = {.n = 0};
    const uint16_t *kinds = gathering->delta.kind;
    size_t start = runs->log->n;
    if (!find(&run, &gathering->delta, lead)) {
        kinds = gathering->base.kind;
        find(&run, &gathering->base, lead);
    }
    size_t end = gathering->next;
    while (end < fresh->n && fresh->at[end].lead == lead)
        end++;
    enum as_status status = as_runs_room(runs, run.n + (end - gathering->next), error);
    if (status != AS_OK)
        return status;
    take_run(runs, &run, kinds);
    for (size_t i = gathering->next; i < end; i++)
        if (fresh->at[i].time <= request->at && fresh->at[i].known_at <= request->known_at)
            insert(runs, start, &fresh->at[i]);
    return AS_OK;
}

static enum as_status take_all(struct gathering *gathering, struct as_error *error)
{
    struct as_runs *runs = gathering->runs;
    const struct as_load *load = runs->load;
    const struct as_dataset *dataset = load->dataset;
    const struct as_fresh_events *fresh = gathering->fresh;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        int64_t lead = dataset->lead_id[row];
        runs->log->start[row] = (uint32_t)runs->log->n;
        while (gathering->next < fresh->n && fresh->at[gathering->next].lead < lead)
            gathering->next++;
        if (load->took_in != NULL && as_bit(load->took_in, row))
            status = as_runs_merged(runs, lead, error);
        else if (fresh->altered_n > 0 && as_fresh_altered(fresh, lead))
            status = as_runs_read(runs, lead, error);
        else
            status = take_lead(gathering, lead, error);
    }
    runs->log->start[dataset->leads] = (uint32_t)runs->log->n;
    runs->log->end = runs->log->start + 1;
    return status;
}

enum as_status as_runs_gather(struct as_runs *runs, const struct as_projection *held,
                              const struct as_fresh_events *fresh, struct as_error *error)
{
    struct gathering *gathering = calloc(1, sizeof *gathering);
    runs->log->start = calloc((size_t)runs->load->dataset->leads + 1, sizeof *runs->log->start);
    enum as_status status = AS_OK;
    if (gathering == NULL || runs->log->start == NULL) {
        status = as_error_memory(error);
    } else {
        gathering->runs = runs;
        gathering->fresh = fresh;
        begin(&gathering->base, &held->base, &runs->load->map);
        begin(&gathering->delta, &held->delta, &runs->load->map);
        status = take_all(gathering, error);
    }
    free(gathering);
    return status;
}
