/* Run lists: events read from the tables and put into the order of a run file, for all leads or for some. */
#include "store/read_ahead.h"
#include "store/readers.h"
#include "store/snapshot/fresh_events.h"

#include "base/thread.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The events of one lead while they are put into order. */
struct sorting {
    struct event {
        uint32_t time, id;
        uint16_t kind;
    } * at;
    uint32_t *time, *id; /* in order, as a file has them */
    uint16_t *kind;
    size_t n, room;
    int64_t newest_known;
};

static int by_time_and_id(const void *a, const void *b)
{
    const struct event *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status grow(struct sorting *sorting, struct as_error *error)
{
    size_t room = sorting->room == 0 ? 256 : sorting->room * 2;
    void *at = realloc(sorting->at, room * sizeof *sorting->at);
    if (at != NULL)
        sorting->at = at;
    void *time = realloc(sorting->time, room * sizeof *sorting->time);
    if (time != NULL)
        sorting->time = time;
    void *id = realloc(sorting->id, room * sizeof *sorting->id);
    if (id != NULL)
        sorting->id = id;
    void *kind = realloc(sorting->kind, room * sizeof *sorting->kind);
    if (kind != NULL)
        sorting->kind = kind;
    if (at == NULL || time == NULL || id == NULL || kind == NULL)
        return as_error_memory(error);
    sorting->room = room;
    return AS_OK;
}

static enum as_status put(struct sorting *sorting, struct event event, struct as_error *error)
{
    if (sorting->n == sorting->room && grow(sorting, error) != AS_OK)
        return AS_ERR_MEMORY;
    sorting->at[sorting->n++] = event;
    return AS_OK;
}

/* Columns from `first` on: time, kind_id, id, known_at. */
static enum as_status take(struct sorting *sorting, bool *whole, const struct as_field_map *map,
                           sqlite3_stmt *stmt, int first, struct as_error *error)
{
    int64_t id = sqlite3_column_int64(stmt, first + 2), known = sqlite3_column_int64(stmt, first + 3);
    uint32_t kind = as_kind_of(map, sqlite3_column_int64(stmt, first + 1));
    if (kind == AS_NO_INDEX || id < 0 || id > UINT32_MAX) {
        *whole = false;
        return AS_OK;
    }
    if (known > sorting->newest_known)
        sorting->newest_known = known;
    return put(sorting,
               (struct event){(uint32_t)sqlite3_column_int64(stmt, first), (uint32_t)id, (uint16_t)kind},
               error);
}

/* The run in order; sorting is empty afterwards, its arrays are valid until the next take. */
static struct as_run_of in_order(struct sorting *sorting)
{
    bool ordered = true;
    size_t n = sorting->n;
    for (size_t i = 1; i < n && ordered; i++)
        ordered = by_time_and_id(&sorting->at[i - 1], &sorting->at[i]) <= 0;
    if (!ordered)
        qsort(sorting->at, n, sizeof *sorting->at, by_time_and_id);
    for (size_t i = 0; i < n; i++) {
        sorting->time[i] = sorting->at[i].time;
        sorting->id[i] = sorting->at[i].id;
        sorting->kind[i] = sorting->at[i].kind;
    }
    sorting->n = 0;
    return (struct as_run_of){n, sorting->time, sorting->id, sorting->kind};
}

static void free_sorting(struct sorting *sorting)
{
    free(sorting->at);
    free(sorting->time);
    free(sorting->id);
    free(sorting->kind);
}

static enum as_status append(struct as_run_list *list, struct as_run_of run, struct as_error *error)
{
    if (list->time == NULL || list->events + run.n > list->room) {
        size_t room = (list->events + run.n) * 2 + 1024;
        void *time = realloc(list->time, room * sizeof *list->time);
        if (time != NULL)
            list->time = time;
        void *id = realloc(list->id, room * sizeof *list->id);
        if (id != NULL)
            list->id = id;
        void *kind = realloc(list->kind, room * sizeof *list->kind);
        if (kind != NULL)
            list->kind = kind;
        if (time == NULL || id == NULL || kind == NULL)
            return as_error_memory(error);
        list->room = room;
    }
    if (run.n > 0) {
        memcpy(list->time + list->events, run.time, run.n * sizeof *run.time);
        memcpy(list->id + list->events, run.id, run.n * sizeof *run.id);
        memcpy(list->kind + list->events, run.kind, run.n * sizeof *run.kind);
    }
    list->events += run.n;
    return AS_OK;
}

/* --- all leads --- */

/* A piece has so many events, if leads have about the same, and no more leads than this: what threads hold of
 * pieces is bounded. */
enum { PIECE_EVENTS = 1 << 19, PIECE_LEADS = 1 << 16, FEW_LEADS = 256 };
/* Pieces read and not yet written, for each thread. */
enum { AHEAD = 2 };

struct piece {
    struct as_run_list list;
    bool whole;
};

struct scan {
    struct as_readers readers;
    const struct as_field_map *map;
    struct as_run_file_writer *writer;
    struct piece pieces[AS_MAX_THREADS * AHEAD]; /* by item % ahead */
    struct as_read_ahead *read_ahead;
    size_t ahead, all;
    int64_t leads_each;
    atomic_bool whole;
};

/* The ids of those who have a place in the file, with events or without: a snapshot takes places as they lie
 * when the file has everybody whom it has. Whom it leaves out is left out here, unless events are there. */
struct leads {
    sqlite3_stmt *stmt;
    int64_t next; /* INT64_MAX: no more */
};

static enum as_status step(struct leads *leads, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    leads->next =
        as_sql_row(&status, store, leads->stmt, error) ? sqlite3_column_int64(leads->stmt, 0) : INT64_MAX;
    return status;
}

static enum as_status add_lead(struct as_run_list *list, int64_t lead, struct as_run_of run,
                               struct as_error *error)
{
    enum as_status status = append(list, run, error);
    list->lead[list->leads++] = lead;
    list->start[list->leads] = (uint32_t)list->events;
    return status;
}

/* Those before a lead that has events, and then itself. */
static enum as_status add_silent(struct as_run_list *list, struct leads *leads, struct as_store *store,
                                 int64_t lead, struct as_error *error)
{
    enum as_status status = AS_OK;
    while (status == AS_OK && leads->next < lead) {
        status = add_lead(list, leads->next, (struct as_run_of){.n = 0}, error);
        if (status == AS_OK)
            status = step(leads, store, error);
    }
    return status == AS_OK && leads->next == lead && lead != INT64_MAX ? step(leads, store, error) : status;
}

/* Both statements ascend by lead. */
static enum as_status join(struct piece *piece, struct sorting *sorting, struct leads *leads,
                           sqlite3_stmt *events, struct as_store *store, const struct as_field_map *map,
                           struct as_error *error)
{
    int64_t lead = 0;
    enum as_status status = step(leads, store, error);
    bool more = status == AS_OK && as_sql_row(&status, store, events, error);
    while (status == AS_OK && piece->whole && (more || sorting->n > 0)) {
        int64_t next = more ? sqlite3_column_int64(events, 0) : 0;
        if (sorting->n > 0 && (!more || next != lead)) {
            status = add_silent(&piece->list, leads, store, lead, error);
            if (status == AS_OK)
                status = add_lead(&piece->list, lead, in_order(sorting), error);
        }
        lead = next;
        if (status == AS_OK && more) {
            status = take(sorting, &piece->whole, map, events, 1, error);
            more = status == AS_OK && as_sql_row(&status, store, events, error);
        }
    }
    return status == AS_OK && piece->whole ? add_silent(&piece->list, leads, store, INT64_MAX, error)
                                           : status;
}

static enum as_status read_piece(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct scan *scan = context;
    struct as_store *store = scan->readers.at[worker];
    struct piece *piece = &scan->pieces[item % scan->ahead];
    struct sorting sorting = {.newest_known = AS_TIME_NONE};
    int64_t after = (int64_t)item * scan->leads_each, last = after + scan->leads_each;
    size_t room = (size_t)scan->leads_each;
    *piece = (struct piece){.whole = true};
    if (!atomic_load(&scan->whole))
        return AS_OK;
    piece->list.lead = malloc(room * sizeof *piece->list.lead);
    piece->list.start = calloc(room + 1, sizeof *piece->list.start);
    if (piece->list.lead == NULL || piece->list.start == NULL)
        return as_error_memory(error);
    struct leads leads = {
        .stmt = as_sql_fresh(store, error,
                             "SELECT id FROM lead WHERE id > ? AND id <= ? AND erased_at IS NULL"
                             " AND merged_into IS NULL ORDER BY id",
                             "ii", after, last)};
    sqlite3_stmt *events =
        as_sql_fresh(store, error,
                     "SELECT lead_id, time, kind_id, id, known_at FROM event INDEXED BY event_run"
                     " WHERE lead_id > ? AND lead_id <= ? ORDER BY lead_id, time, kind_id, known_at",
                     "ii", after, last);
    enum as_status status = leads.stmt == NULL || events == NULL
                                ? as_sql_failed(store, error)
                                : join(piece, &sorting, &leads, events, store, scan->map, error);
    as_sql_end(store, events);
    as_sql_end(store, leads.stmt);
    piece->list.newest_known = sorting.newest_known;
    free_sorting(&sorting);
    return status;
}

static void free_piece(struct piece *piece)
{
    free(piece->list.lead);
    as_run_list_free(&piece->list);
}

static enum as_status write_piece(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct scan *scan = context;
    struct piece *piece = &scan->pieces[item % scan->ahead];
    const struct as_run_list *list = &piece->list;
    enum as_status status = AS_OK;
    (void)worker;
    if (!piece->whole)
        atomic_store(&scan->whole, false);
    for (size_t i = 0; i < list->leads && status == AS_OK && scan->whole; i++)
        status =
            as_run_file_add(scan->writer, list->lead[i], as_run_list_run(list, i), list->newest_known, error);
    free_piece(piece);
    as_read_ahead_reached(scan->read_ahead, item + 1, scan->all);
    return status;
}

enum as_status as_run_list_scan(struct as_run_file_writer *writer, bool *whole, struct as_store *store,
                                const struct as_field_map *map, int64_t last_lead, int64_t events,
                                struct as_error *error)
{
    static const char *const trees[] = {"lead", "event_run"};
    struct scan *scan = calloc(1, sizeof *scan);
    if (scan == NULL)
        return as_error_memory(error);
    int64_t each = events > last_lead ? PIECE_EVENTS / (events / (last_lead + 1) + 1) : PIECE_LEADS;
    scan->leads_each = each < FEW_LEADS ? FEW_LEADS : each > PIECE_LEADS ? PIECE_LEADS : each;
    scan->map = map;
    scan->writer = writer;
    atomic_init(&scan->whole, true);
    size_t pieces = scan->all = (size_t)((last_lead + scan->leads_each - 1) / scan->leads_each);
    as_read_ahead_begin(&scan->read_ahead, store, trees, sizeof trees / sizeof *trees);
    as_readers_open(&scan->readers, store, pieces);
    scan->ahead = scan->readers.n * (size_t)AHEAD;
    enum as_status status =
        as_relay(scan->readers.n, pieces, scan->ahead, read_piece, write_piece, scan, error);
    for (size_t i = 0; i < scan->ahead; i++)
        free_piece(&scan->pieces[i]);
    as_readers_close(&scan->readers);
    as_read_ahead_end(scan->read_ahead);
    *whole = scan->whole;
    free(scan);
    return status;
}

/* --- some leads --- */

static enum as_status take_rows(struct sorting *sorting, bool *whole, struct as_store *store,
                                const struct as_field_map *map, int64_t lead, struct as_error *error)
{
    enum as_status status = AS_OK;
    sqlite3_stmt *stmt = as_sql(store, error,
                                "SELECT time, kind_id, id, known_at FROM event INDEXED BY event_run"
                                " WHERE lead_id = ? ORDER BY time, kind_id, known_at",
                                "i", lead);
    while (status == AS_OK && as_sql_row(&status, store, stmt, error))
        status = take(sorting, whole, map, stmt, 0, error);
    sqlite3_reset(stmt);
    return status;
}

static enum as_status take_kept(struct sorting *sorting, bool *whole, const struct as_field_map *map,
                                const struct as_projection *held, int64_t lead, struct as_error *error)
{
    enum as_status status = AS_OK;
    const struct as_run_file *file;
    struct as_run_of run = as_projection_run(&file, held, lead);
    if (run.n > 0 && file->head->newest_known > sorting->newest_known)
        sorting->newest_known = file->head->newest_known;
    for (size_t i = 0; i < run.n && status == AS_OK; i++) {
        uint32_t kind = as_run_file_kind(file, run.kind[i], map);
        *whole &= kind != AS_NO_INDEX;
        status = put(sorting, (struct event){run.time[i], run.id[i], (uint16_t)kind}, error);
    }
    return status;
}

static enum as_status take_fresh(struct sorting *sorting, const struct as_fresh_events *fresh, int64_t lead,
                                 struct as_error *error)
{
    enum as_status status = AS_OK;
    size_t n;
    const struct as_fresh_event *one = as_fresh_of(&n, fresh, lead);
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        if (one[i].known_at > sorting->newest_known)
            sorting->newest_known = one[i].known_at;
        status = put(sorting, (struct event){one[i].time, one[i].id, one[i].kind}, error);
    }
    return status;
}

enum as_status as_run_list_gather(struct as_run_list *out, bool *whole, struct as_store *store,
                                  const struct as_field_map *map, const struct as_projection *held,
                                  const struct as_fresh_events *fresh, int64_t *leads, size_t n,
                                  struct as_error *error)
{
    struct sorting sorting = {.newest_known = AS_TIME_NONE};
    enum as_status status = AS_OK;
    *whole = fresh->whole && fresh->fits;
    *out = (struct as_run_list){.leads = n, .lead = leads, .start = calloc(n + 1, sizeof *out->start)};
    if (out->start == NULL)
        return as_error_memory(error);
    for (size_t i = 0; i < n && status == AS_OK && *whole; i++) {
        if (as_fresh_altered(fresh, leads[i])) {
            status = take_rows(&sorting, whole, store, map, leads[i], error);
        } else {
            status = take_kept(&sorting, whole, map, held, leads[i], error);
            if (status == AS_OK)
                status = take_fresh(&sorting, fresh, leads[i], error);
        }
        if (status == AS_OK)
            status = append(out, in_order(&sorting), error);
        out->start[i + 1] = (uint32_t)out->events;
        if (status == AS_OK && out->events >= UINT32_MAX)
            *whole = false;
    }
    out->newest_known = sorting.newest_known;
    free_sorting(&sorting);
    return status;
}

struct as_run_of as_run_list_run(const struct as_run_list *list, size_t place)
{
    uint32_t start = list->start[place];
    return (struct as_run_of){list->start[place + 1] - start, list->time + start, list->id + start,
                              list->kind + start};
}

void as_run_list_free(struct as_run_list *list)
{
    free(list->start);
    free(list->time);
    free(list->id);
    free(list->kind);
    *list = (struct as_run_list){.leads = 0};
}
