/* Event runs: the events of each lead, from the projection where it can say, else in one ordered scan of a
 * covering index. */
#include "store/snapshot/event_runs.h"

#include "base/growth.h"
#include "base/ids.h"

#include <stdlib.h>
#include <string.h>

static int by_time(const void *a, const void *b)
{
    const struct as_one_event *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

enum as_status as_runs_room(struct as_runs *runs, size_t more, struct as_error *error)
{
    struct as_event_log *log = runs->log;
    size_t all = log->n + more;
    if (all > runs->room) {
        size_t room = all + all / 2 + 4096;
        uint32_t *times = realloc(log->time, room * sizeof *times);
        if (times != NULL)
            log->time = times;
        uint16_t *kinds = realloc(log->kind, room * sizeof *kinds);
        if (kinds != NULL)
            log->kind = kinds;
        uint32_t *ids = runs->keep_ids ? realloc(runs->id, room * sizeof *ids) : NULL;
        if (ids != NULL)
            runs->id = ids;
        if (times == NULL || kinds == NULL || (runs->keep_ids && ids == NULL))
            return as_error_memory(error);
        if (room >= UINT32_MAX)
            return as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
        runs->room = room;
    }
    return AS_OK;
}

static enum as_status lay(struct as_runs *runs, const struct as_one_event *one, struct as_error *error)
{
    struct as_event_log *log = runs->log;
    enum as_status status = as_runs_room(runs, 1, error);
    if (status != AS_OK)
        return status;
    log->time[log->n] = one->time;
    log->kind[log->n] = one->kind;
    if (runs->keep_ids)
        runs->id[log->n] = one->id;
    log->n++;
    return AS_OK;
}

enum as_status as_runs_push(struct as_runs *runs, int64_t id, uint32_t time, uint16_t kind,
                            struct as_error *error)
{
    if (id > UINT32_MAX)
        return as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
    if (!as_grow((void **)&runs->run, &runs->run_room, runs->run_n, sizeof *runs->run))
        return as_error_memory(error);
    runs->run[runs->run_n++] = (struct as_one_event){(uint32_t)id, time, kind};
    return AS_OK;
}

enum as_status as_runs_flush(struct as_runs *runs, struct as_error *error)
{
    enum as_status status = AS_OK;
    bool ordered = true;
    for (size_t i = 1; i < runs->run_n && ordered; i++)
        ordered = by_time(&runs->run[i - 1], &runs->run[i]) <= 0;
    if (!ordered)
        qsort(runs->run, runs->run_n, sizeof *runs->run, by_time);
    for (size_t i = 0; i < runs->run_n && status == AS_OK; i++)
        status = lay(runs, &runs->run[i], error);
    runs->run_n = 0;
    return status;
}

bool as_runs_unstitched(const struct as_runs *runs, int64_t event)
{
    return as_ids_have(runs->unstitched, runs->unstitched_count, event);
}

bool as_runs_homeless(const struct as_runs *runs, int64_t event)
{
    return as_ids_have(runs->homeless, runs->homeless_count, event);
}

static enum as_status find_later(int64_t **ids, size_t *n, struct as_load *load, const char *sql,
                                 struct as_error *error)
{
    struct as_id_list later = {.at = NULL};
    enum as_status status = as_id_gather(
        &later, load->store, as_sql_fresh(load->store, error, sql, "i", load->request->known_at), error);
    *ids = later.at;
    *n = later.n;
    return status;
}

/* --- leads --- */

/* The union of the logs of a lead and of those merged into it: an event that both have counts once, as often
 * as the one that has it oftenest. */
static const char merged_run[] =
    "WITH RECURSIVE now(merged, survivor) AS (SELECT merged, survivor FROM merge WHERE at <= ?2"
    " AND (undone_at IS NULL OR undone_at > ?2)), who(id) AS (SELECT ?1 UNION SELECT n.merged FROM who w"
    " JOIN now n ON n.survivor = w.id), numbered AS (SELECT e.id, e.time, e.kind_id, e.hash,"
    " row_number() OVER (PARTITION BY e.lead_id, e.time, e.kind_id, e.hash ORDER BY e.id) AS nth FROM event e"
    " WHERE e.lead_id IN (SELECT id FROM who) AND e.known_at <= ?2 AND e.time <= ?3)"
    " SELECT min(id), time, kind_id FROM numbered GROUP BY time, kind_id, hash, nth";

enum as_status as_runs_merged(struct as_runs *runs, int64_t lead, struct as_error *error)
{
    const struct as_snapshot_request *request = runs->load->request;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(runs->load->store, error, merged_run, "iii", lead, request->known_at, request->at);
    while (as_sql_row(&status, runs->load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0), kind = sqlite3_column_int64(stmt, 2);
        uint32_t index = as_kind_of(&runs->load->map, kind);
        if (index == AS_NO_INDEX || !runs->wanted[index] || as_runs_unstitched(runs, id))
            continue;
        if ((status = as_runs_push(runs, id, (uint32_t)sqlite3_column_int64(stmt, 1), (uint16_t)index,
                                   error)) != AS_OK)
            break;
    }
    sqlite3_reset(stmt);
    return status == AS_OK ? as_runs_flush(runs, error) : status;
}

enum as_status as_runs_read(struct as_runs *runs, int64_t lead, struct as_error *error)
{
    const struct as_load *load = runs->load;
    enum as_status status;
    sqlite3_stmt *stmt = as_sql(load->store, error,
                                "SELECT time, kind_id, id FROM event INDEXED BY event_run WHERE lead_id = ?"
                                " AND time <= ? AND known_at <= ?",
                                "iii", lead, load->request->at, load->request->known_at);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t kind = as_kind_of(&load->map, sqlite3_column_int64(stmt, 1));
        if (kind != AS_NO_INDEX &&
            (status = as_runs_push(runs, sqlite3_column_int64(stmt, 2),
                                   (uint32_t)sqlite3_column_int64(stmt, 0), (uint16_t)kind, error)) != AS_OK)
            break;
    }
    sqlite3_reset(stmt);
    return status == AS_OK ? as_runs_flush(runs, error) : status;
}

static enum as_status take_row(struct as_runs *runs, sqlite3_stmt *stmt, struct as_error *error)
{
    int64_t kind = sqlite3_column_int64(stmt, 2), id = sqlite3_column_int64(stmt, 3);
    uint32_t index = as_kind_of(&runs->load->map, kind);
    if (index == AS_NO_INDEX || !runs->wanted[index] || as_runs_unstitched(runs, id))
        return AS_OK;
    return as_runs_push(runs, id, (uint32_t)sqlite3_column_int64(stmt, 1), (uint16_t)index, error);
}

/* Both the scan and the rows ascend by lead: a merge join. */
static enum as_status join_scan(struct as_runs *runs, sqlite3_stmt *stmt, struct as_error *error)
{
    struct as_load *load = runs->load;
    struct as_dataset *dataset = load->dataset;
    struct as_event_log *log = runs->log;
    enum as_status status = AS_OK;
    bool more = as_sql_row(&status, load->store, stmt, error);
    int64_t lead = more ? sqlite3_column_int64(stmt, 0) : 0;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        log->start[row] = (uint32_t)log->n;
        int64_t own = dataset->lead_id[row];
        bool merged = load->took_in != NULL && as_bit(load->took_in, row);
        if (merged)
            status = as_runs_merged(runs, own, error);
        while (more && status == AS_OK && lead <= own) {
            if (lead == own && !merged)
                status = take_row(runs, stmt, error);
            if (status == AS_OK && (more = as_sql_row(&status, load->store, stmt, error)))
                lead = sqlite3_column_int64(stmt, 0);
        }
        if (status == AS_OK)
            status = as_runs_flush(runs, error);
        if ((row & 0xffff) == 0xffff && load->request->progress != NULL)
            load->request->progress(load->request->progress_context, "events", row, dataset->leads);
    }
    log->start[dataset->leads] = (uint32_t)log->n;
    log->end = log->start + 1;
    return status;
}

static enum as_status load_lead_runs(struct as_runs *runs, struct as_error *error)
{
    struct as_load *load = runs->load;
    const struct as_snapshot_request *request = load->request;
    struct as_buf ids = {0};
    sqlite3_stmt *stmt;
    runs->log->start = calloc((size_t)load->dataset->leads + 1, sizeof *runs->log->start);
    if (runs->log->start == NULL)
        return as_error_memory(error);
    if (load->part) {
        as_ids_json(&ids, load->dataset->lead_id, load->dataset->leads);
        stmt = as_sql_fresh(load->store, error,
                            "SELECT lead_id, time, kind_id, id FROM event INDEXED BY event_run"
                            " WHERE lead_id IN (SELECT value FROM json_each(?3))"
                            " AND time <= ?2 AND known_at <= ?1 ORDER BY lead_id, time, kind_id, known_at",
                            "iit", request->known_at, request->at, as_buf_c(&ids));
    } else {
        stmt = as_sql_fresh(load->store, error,
                            "SELECT lead_id, time, kind_id, id FROM event INDEXED BY event_run"
                            " WHERE lead_id > 0 AND time <= ?2 AND known_at <= ?1"
                            " ORDER BY lead_id, time, kind_id, known_at",
                            "ii", request->known_at, request->at);
    }
    enum as_status status = stmt == NULL ? as_sql_failed(load->store, error) : join_scan(runs, stmt, error);
    as_sql_end(load->store, stmt);
    as_buf_free(&ids);
    return status;
}

static bool any_property(const struct as_load *load)
{
    for (uint32_t i = 0; i < load->schema->properties.n; i++)
        if (load->request->properties == NULL || as_bit(load->request->properties, i))
            return true;
    return false;
}

enum as_status as_load_events(struct as_load *load, struct as_error *error)
{
    struct as_dataset *dataset = load->dataset;
    uint8_t *wanted = calloc((size_t)load->schema->kinds.n + 1, 1);
    if (wanted == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < load->schema->kinds.n; i++)
        wanted[i] = load->request->kinds == NULL || as_bit(load->request->kinds, i);
    bool properties = any_property(load), of_accounts = load->request->account_events;
    struct as_runs leads = {.load = load,
                            .log = &dataset->lead_events,
                            .keep_ids = properties || of_accounts,
                            .wanted = wanted,
                            .properties = properties};
    struct as_runs accounts = {.load = load,
                               .log = &dataset->account_events,
                               .keep_ids = properties,
                               .wanted = wanted,
                               .properties = properties};
    enum as_status status =
        find_later(&leads.unstitched, &leads.unstitched_count, load,
                   "SELECT event_id FROM event_stitch WHERE at > ? ORDER BY event_id", error);
    if (status == AS_OK && of_accounts)
        status = find_later(&accounts.homeless, &accounts.homeless_count, load,
                            "SELECT event_id FROM event_home WHERE at > ? ORDER BY event_id", error);
    accounts.unstitched = leads.unstitched;
    accounts.unstitched_count = leads.unstitched_count;
    if (load->request->kinds != NULL) {
        size_t bytes = AS_BIT_WORDS(load->schema->kinds.n) * sizeof *dataset->kinds;
        if ((dataset->kinds = malloc(bytes + 1)) == NULL)
            status = as_error_memory(error);
        else
            memcpy(dataset->kinds, load->request->kinds, bytes);
    }
    bool mapped = false;
    if (status == AS_OK && load->mapped && leads.unstitched_count == 0)
        status = as_runs_map(&mapped, &leads, error);
    if (status == AS_OK && !mapped)
        status = load_lead_runs(&leads, error);
    if (status == AS_OK && of_accounts)
        status = as_runs_of_accounts(&accounts, &leads, error);
    if (status == AS_OK)
        status = as_runs_properties(&leads, dataset->leads, error);
    if (status == AS_OK && of_accounts)
        status = as_runs_properties(&accounts, dataset->accounts, error);
    free(leads.run);
    free(accounts.run);
    if (leads.id_pages.at == NULL)
        free(leads.id);
    as_pages_free(&leads.id_pages);
    free(accounts.id);
    free(leads.unstitched);
    free(accounts.homeless);
    free(wanted);
    return status;
}
