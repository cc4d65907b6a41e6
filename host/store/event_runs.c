/* Event runs: the events of each lead in one ordered scan of a covering index, and the events of accounts
 * built from them and from what is known of a company only. */
#include "store/loading.h"

#include <stdlib.h>
#include <string.h>

/* One event while runs are built. */
struct one {
    int64_t id;
    uint32_t time;
    uint16_t kind;
};

struct runs {
    struct as_load *load;
    struct as_event_log *log;
    int64_t *id; /* by place in the log; NULL when nobody asks */
    size_t room;
    bool keep_ids;
    int64_t *homeless; /* events that had no account yet at known_at, ascending */
    size_t homeless_count;
    int64_t *unstitched; /* events that were anonymous at known_at, ascending */
    size_t unstitched_count;
    struct one *run; /* events of one row that have to be sorted */
    size_t run_n, run_room;
    const uint8_t *wanted; /* by database kind: 1 when it is loaded */
};

static int by_time(const void *a, const void *b)
{
    const struct one *x = a, *y = b;
    if (x->time != y->time)
        return x->time < y->time ? -1 : 1;
    return x->id < y->id ? -1 : x->id > y->id;
}

static enum as_status push_event(struct runs *runs, int64_t id, uint32_t time, uint16_t kind,
                                 struct as_error *error)
{
    struct as_event_log *log = runs->log;
    if (log->n == runs->room) {
        size_t room = runs->room == 0 ? 4096 : runs->room + runs->room / 2;
        uint32_t *times = realloc(log->time, room * sizeof *times);
        if (times != NULL)
            log->time = times;
        uint16_t *kinds = realloc(log->kind, room * sizeof *kinds);
        if (kinds != NULL)
            log->kind = kinds;
        int64_t *ids = runs->keep_ids ? realloc(runs->id, room * sizeof *ids) : NULL;
        if (ids != NULL)
            runs->id = ids;
        if (times == NULL || kinds == NULL || (runs->keep_ids && ids == NULL))
            return as_error_memory(error);
        if (room >= UINT32_MAX)
            return as_error_set(error, AS_ERR_LIMIT, "more than %u events", UINT32_MAX);
        runs->room = room;
    }
    log->time[log->n] = time;
    log->kind[log->n] = kind;
    if (runs->keep_ids)
        runs->id[log->n] = id;
    log->n++;
    return AS_OK;
}

static enum as_status push_one(struct runs *runs, struct one one, struct as_error *error)
{
    if (runs->run_n == runs->run_room) {
        size_t room = runs->run_room == 0 ? 256 : runs->run_room * 2;
        struct one *grown = realloc(runs->run, room * sizeof *grown);
        if (grown == NULL)
            return as_error_memory(error);
        runs->run = grown;
        runs->run_room = room;
    }
    runs->run[runs->run_n++] = one;
    return AS_OK;
}

static enum as_status flush_run(struct runs *runs, struct as_error *error)
{
    enum as_status status = AS_OK;
    if (runs->run_n > 1)
        qsort(runs->run, runs->run_n, sizeof *runs->run, by_time);
    for (size_t i = 0; i < runs->run_n && status == AS_OK; i++)
        status = push_event(runs, runs->run[i].id, runs->run[i].time, runs->run[i].kind, error);
    runs->run_n = 0;
    return status;
}

static int by_id(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

static bool is_among(int64_t event, const int64_t *ids, size_t n)
{
    return n > 0 && bsearch(&event, ids, n, sizeof event, by_id) != NULL;
}

static bool unstitched(const struct runs *runs, int64_t event)
{
    return is_among(event, runs->unstitched, runs->unstitched_count);
}

static enum as_status find_later(int64_t **ids, size_t *n, struct as_load *load, const char *sql,
                                 struct as_error *error)
{
    enum as_status status;
    size_t room = 0;
    sqlite3_stmt *stmt = as_sql_fresh(load->store, error, sql, "i", load->request->known_at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        if (*n == room) {
            room = room == 0 ? 64 : room * 2;
            int64_t *grown = realloc(*ids, room * sizeof *grown);
            if (grown == NULL) {
                status = as_error_memory(error);
                break;
            }
            *ids = grown;
        }
        (*ids)[(*n)++] = sqlite3_column_int64(stmt, 0);
    }
    sqlite3_finalize(stmt);
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

static enum as_status load_merged(struct runs *runs, int64_t lead, struct as_error *error)
{
    const struct as_snapshot_request *request = runs->load->request;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql(runs->load->store, error, merged_run, "iii", lead, request->known_at, request->at);
    if (stmt == NULL)
        return as_sql_failed(runs->load->store, error);
    while (as_sql_row(&status, runs->load->store, stmt, error)) {
        int64_t id = sqlite3_column_int64(stmt, 0), kind = sqlite3_column_int64(stmt, 2);
        uint32_t index = as_kind_of(&runs->load->map, kind);
        if (index == AS_NO_INDEX || !runs->wanted[kind] || unstitched(runs, id))
            continue;
        if ((status =
                 push_one(runs, (struct one){id, (uint32_t)sqlite3_column_int64(stmt, 1), (uint16_t)index},
                          error)) != AS_OK)
            break;
    }
    sqlite3_reset(stmt);
    return status == AS_OK ? flush_run(runs, error) : status;
}

/* Puts events of the same second, which the index gives by kind, into the order of their ids. */
static void sort_tie(struct runs *runs, size_t from, int64_t *tie)
{
    struct as_event_log *log = runs->log;
    for (size_t i = log->n - 1; i > from && tie[i - 1 - from] > tie[i - from]; i--) {
        uint16_t kind = log->kind[i];
        log->kind[i] = log->kind[i - 1];
        log->kind[i - 1] = kind;
        int64_t id = tie[i - from];
        tie[i - from] = tie[i - 1 - from];
        tie[i - 1 - from] = id;
        if (runs->keep_ids) {
            id = runs->id[i];
            runs->id[i] = runs->id[i - 1];
            runs->id[i - 1] = id;
        }
    }
}

enum { MOST_TIED = 4096 }; /* events of one lead in one second that are put into order; beyond that by kind */

static enum as_status take_row(struct runs *runs, sqlite3_stmt *stmt, uint32_t row, size_t *tie_from,
                               int64_t *tie, struct as_error *error)
{
    struct as_event_log *log = runs->log;
    uint32_t time = (uint32_t)sqlite3_column_int64(stmt, 1);
    int64_t kind = sqlite3_column_int64(stmt, 2), id = sqlite3_column_int64(stmt, 3);
    uint32_t index = as_kind_of(&runs->load->map, kind);
    if (index == AS_NO_INDEX || !runs->wanted[kind] || unstitched(runs, id))
        return AS_OK;
    bool tied = log->n > log->start[row] && log->time[log->n - 1] == time && log->n - *tie_from < MOST_TIED;
    if (!tied)
        *tie_from = log->n;
    tie[log->n - *tie_from] = id;
    enum as_status status = push_event(runs, id, time, (uint16_t)index, error);
    if (status == AS_OK && tied)
        sort_tie(runs, *tie_from, tie);
    return status;
}

/* Both the scan and the rows ascend by lead: a merge join. */
static enum as_status join_scan(struct runs *runs, sqlite3_stmt *stmt, struct as_error *error)
{
    struct as_load *load = runs->load;
    struct as_dataset *dataset = load->dataset;
    struct as_event_log *log = runs->log;
    size_t tie_from = 0;
    enum as_status status = AS_OK;
    int64_t *tie = malloc(MOST_TIED * sizeof *tie);
    if (tie == NULL)
        return as_error_memory(error);
    bool more = as_sql_row(&status, load->store, stmt, error);
    int64_t lead = more ? sqlite3_column_int64(stmt, 0) : 0;
    for (uint32_t row = 0; row < dataset->leads && status == AS_OK; row++) {
        log->start[row] = (uint32_t)log->n;
        tie_from = log->n;
        int64_t own = dataset->lead_id[row];
        bool merged = load->took_in != NULL && as_bit(load->took_in, row);
        if (merged)
            status = load_merged(runs, own, error);
        while (more && status == AS_OK && lead <= own) {
            if (lead == own && !merged)
                status = take_row(runs, stmt, row, &tie_from, tie, error);
            if (status == AS_OK && (more = as_sql_row(&status, load->store, stmt, error)))
                lead = sqlite3_column_int64(stmt, 0);
        }
        if ((row & 0xffff) == 0xffff && load->request->progress != NULL)
            load->request->progress(load->request->progress_context, "events", row, dataset->leads);
    }
    log->start[dataset->leads] = (uint32_t)log->n;
    log->end = log->start + 1;
    free(tie);
    return status;
}

static enum as_status load_lead_runs(struct runs *runs, struct as_error *error)
{
    struct as_load *load = runs->load;
    const struct as_snapshot_request *request = load->request;
    struct as_buf ids = {0};
    sqlite3_stmt *stmt;
    runs->log->start = calloc((size_t)load->dataset->leads + 1, sizeof *runs->log->start);
    if (runs->log->start == NULL)
        return as_error_memory(error);
    if (load->part) {
        as_buf_char(&ids, '[');
        for (uint32_t i = 0; i < load->dataset->leads; i++)
            as_buf_printf(&ids, "%s%lld", i == 0 ? "" : ",", (long long)load->dataset->lead_id[i]);
        as_buf_char(&ids, ']');
        stmt =
            as_sql_fresh(load->store, error,
                         "SELECT lead_id, time, kind_id, id FROM event INDEXED BY event_run WHERE lead_id IN"
                         " (SELECT value FROM json_each(?3)) AND time <= ?2 AND known_at <= ?1"
                         " ORDER BY lead_id, time, kind_id, known_at",
                         "iit", request->known_at, request->at, as_buf_c(&ids));
    } else {
        stmt = as_sql_fresh(load->store, error,
                            "SELECT lead_id, time, kind_id, id FROM event INDEXED BY event_run WHERE lead_id "
                            "> 0 AND time <= ?2"
                            " AND known_at <= ?1 ORDER BY lead_id, time, kind_id, known_at",
                            "ii", request->known_at, request->at);
    }
    enum as_status status = stmt == NULL ? as_sql_failed(load->store, error) : join_scan(runs, stmt, error);
    sqlite3_finalize(stmt);
    as_buf_free(&ids);
    return status;
}

/* --- accounts --- */

/* What is known of companies only, by account, while their runs are built. */
static enum as_status gather_anonymous(struct as_gathered *out, struct runs *runs, struct as_error *error)
{
    struct as_load *load = runs->load;
    enum as_status status;
    sqlite3_stmt *stmt =
        as_sql_fresh(load->store, error,
                     "SELECT account_id, time, kind_id, id, lead_id FROM event INDEXED BY event_account"
                     " WHERE account_id IS NOT NULL AND time <= ?2 AND known_at <= ?1",
                     "ii", load->request->known_at, load->request->at);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (as_sql_row(&status, load->store, stmt, error)) {
        uint32_t row = as_account_row(load, sqlite3_column_int64(stmt, 0));
        int64_t kind = sqlite3_column_int64(stmt, 2), id = sqlite3_column_int64(stmt, 3);
        uint32_t index = as_kind_of(&load->map, kind);
        if (is_among(id, runs->homeless, runs->homeless_count))
            continue;
        bool anonymous = sqlite3_column_type(stmt, 4) == SQLITE_NULL || unstitched(runs, id);
        if (row == AS_NO_INDEX || index == AS_NO_INDEX || !runs->wanted[kind] || !anonymous)
            continue;
        struct one one = {id, (uint32_t)sqlite3_column_int64(stmt, 1), (uint16_t)index};
        if ((status = as_gathered_add(out, row, &one, error)) != AS_OK)
            break;
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum as_status build_account_runs(struct runs *accounts, const struct runs *leads,
                                         struct as_error *error)
{
    struct as_load *load = accounts->load;
    struct as_dataset *dataset = load->dataset;
    struct as_gathered anonymous;
    uint32_t *start = NULL;
    void *items = NULL;
    as_gathered_init(&anonymous, sizeof(struct one));
    enum as_status status = gather_anonymous(&anonymous, accounts, error);
    if (status == AS_OK)
        status = as_gathered_lay(&start, &items, &anonymous, dataset->accounts, error);
    else
        as_gathered_free(&anonymous);
    accounts->log->start = calloc((size_t)dataset->accounts + 1, sizeof *accounts->log->start);
    if (status == AS_OK && accounts->log->start == NULL)
        status = as_error_memory(error);
    for (uint32_t a = 0; a < dataset->accounts && status == AS_OK; a++) {
        accounts->log->start[a] = (uint32_t)accounts->log->n;
        for (uint32_t m = dataset->member_start[a]; m < dataset->member_start[a + 1] && status == AS_OK;
             m++) {
            uint32_t lead = dataset->member[m];
            for (uint32_t e = leads->log->start[lead]; e < leads->log->end[lead] && status == AS_OK; e++)
                status = push_one(
                    accounts, (struct one){leads->id[e], leads->log->time[e], leads->log->kind[e]}, error);
        }
        const struct one *own = items;
        for (uint32_t i = start[a]; i < start[a + 1] && status == AS_OK; i++)
            status = push_one(accounts, own[i], error);
        if (status == AS_OK)
            status = flush_run(accounts, error);
    }
    if (status == AS_OK) {
        accounts->log->start[dataset->accounts] = (uint32_t)accounts->log->n;
        accounts->log->end = accounts->log->start + 1;
    }
    free(start);
    free(items);
    return status;
}

/* --- properties --- */

static enum as_status load_property(struct as_load *load, struct as_event_log *log, const uint32_t *place,
                                    int64_t most, uint32_t property, struct as_error *error)
{
    const struct as_property *declared = &load->schema->properties.at[property];
    enum as_type type = declared->type == AS_TYPE_REFERENCE ? AS_TYPE_TEXT : declared->type;
    struct as_column *column;
    int64_t seconds;
    enum as_status status = as_column_new(&column, type, log->n, NULL, 0, error);
    if (status != AS_OK)
        return status;
    log->property[property] = column;
    sqlite3_stmt *stmt = as_sql_fresh(
        load->store, error, "SELECT value, currency, event_id FROM event_value WHERE property_id = ?", "i",
        load->map.property[property]);
    if (stmt == NULL)
        return as_sql_failed(load->store, error);
    while (status == AS_OK && as_sql_row(&status, load->store, stmt, error)) {
        int64_t event = sqlite3_column_int64(stmt, 2);
        if (event >= most || place[event] == 0)
            continue;
        size_t row = place[event] - 1;
        switch (type) {
        case AS_TYPE_BOOLEAN:
            as_column_set_boolean(column, row, sqlite3_column_int(stmt, 0) != 0);
            break;
        case AS_TYPE_INTEGER:
            as_column_set_i64(column, row, sqlite3_column_int64(stmt, 0));
            break;
        case AS_TYPE_NUMBER:
            as_column_set_f64(column, row, sqlite3_column_double(stmt, 0));
            break;
        case AS_TYPE_MONEY:
            status =
                as_column_set_money(column, row, sqlite3_column_int64(stmt, 0), as_sql_str(stmt, 1), error);
            break;
        case AS_TYPE_DATE:
            if (as_time_parse(&seconds, NULL, as_sql_str(stmt, 0)))
                as_column_set_i64(column, row, as_day_of(seconds));
            break;
        default:
            status = as_column_set_text(column, row, as_sql_str(stmt, 0), error);
        }
    }
    sqlite3_finalize(stmt);
    return status;
}

static enum as_status load_properties(struct runs *runs, struct as_error *error)
{
    struct as_load *load = runs->load;
    struct as_event_log *log = runs->log;
    int64_t most = 0;
    bool found;
    log->property = calloc((size_t)load->schema->properties.n + 1, sizeof(struct as_column *));
    if (log->property == NULL)
        return as_error_memory(error);
    if (!runs->keep_ids)
        return AS_OK;
    enum as_status status = as_sql_get(&most, &found, load->store, error, "SELECT max(id) FROM event", "");
    uint32_t *place = status == AS_OK ? calloc((size_t)++most, sizeof *place) : NULL;
    if (place == NULL)
        return status != AS_OK ? status : as_error_memory(error);
    for (size_t i = 0; i < log->n; i++)
        place[runs->id[i]] = (uint32_t)i + 1;
    for (uint32_t i = 0; i < load->schema->properties.n && status == AS_OK; i++)
        if (load->map.property[i] != 0 &&
            (load->request->properties == NULL || as_bit(load->request->properties, i)))
            status = load_property(load, log, place, most, i, error);
    free(place);
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
    uint8_t *wanted = calloc((size_t)load->map.kind_of_room + 1, 1);
    if (wanted == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < load->schema->kinds.n; i++)
        if (load->request->kinds == NULL || as_bit(load->request->kinds, i))
            wanted[load->map.kind[i]] = 1;
    wanted[0] = 0;
    bool properties = any_property(load), of_accounts = load->request->account_events;
    struct runs leads = {
        .load = load, .log = &dataset->lead_events, .keep_ids = properties || of_accounts, .wanted = wanted};
    struct runs accounts = {
        .load = load, .log = &dataset->account_events, .keep_ids = properties, .wanted = wanted};
    enum as_status status =
        find_later(&leads.unstitched, &leads.unstitched_count, load,
                   "SELECT event_id FROM event_stitch WHERE at > ? ORDER BY event_id", error);
    if (status == AS_OK && of_accounts)
        status = find_later(&accounts.homeless, &accounts.homeless_count, load,
                            "SELECT event_id FROM event_home WHERE at > ? ORDER BY event_id", error);
    accounts.unstitched = leads.unstitched;
    accounts.unstitched_count = leads.unstitched_count;
    if (status == AS_OK)
        status = load_lead_runs(&leads, error);
    if (status == AS_OK && of_accounts)
        status = build_account_runs(&accounts, &leads, error);
    if (status == AS_OK)
        status = load_properties(&leads, error);
    if (status == AS_OK && of_accounts)
        status = load_properties(&accounts, error);
    free(leads.run);
    free(accounts.run);
    free(leads.id);
    free(accounts.id);
    free(leads.unstitched);
    free(accounts.homeless);
    free(wanted);
    return status;
}
