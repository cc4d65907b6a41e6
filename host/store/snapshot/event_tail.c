/* Event tail: keeping the last rows of the table of events at hand, in files and in memory. */
#include "store/snapshot/event_tail.h"

#include "store/companion.h"
#include "store/snapshot/projection.h"
#include "store/snapshot/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* So many rows (4 MB) are kept; and so many at most go into a file at once. */
enum { MOST_KEPT = 1 << 17 };
/* Fewer new rows than these are read sooner than a file is written and synced. */
enum { FEWEST_WRITTEN = 2048 };

static void close_parts(struct as_event_tail *tail, unsigned from)
{
    while (tail->parts > from)
        as_tail_file_close(&tail->part[--tail->parts].file);
}

void as_event_tail_free(struct as_event_tail *tail)
{
    if (tail == NULL)
        return;
    close_parts(tail, 0);
    free(tail->at);
    free(tail->altered.at);
    free(tail);
}

/* --- files --- */

static enum as_status open_part(bool *found, struct as_tail_part *part, const struct as_store *store,
                                struct as_error *error)
{
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_EVENTS, part->file.sum);
    enum as_status status =
        path.failed ? as_error_memory(error)
                    : as_tail_file_open(&part->file, found, as_buf_c(&path), part->file.sum, error);
    as_buf_free(&path);
    return status;
}

static bool same(const struct as_tail_part *a, const struct as_tail_part *b)
{
    return a->since == b->since && a->last == b->last && a->last_change == b->last_change &&
           a->file.sum == b->file.sum;
}

static enum as_status find_altered(struct as_event_tail *tail, struct as_store *store, struct as_error *error)
{
    enum as_status status = AS_OK;
    tail->altered.n = 0;
    for (unsigned i = 0; i < tail->parts && status == AS_OK; i++)
        status = as_id_gather(
            &tail->altered, store,
            as_sql_fresh(store, error,
                         "SELECT event_id FROM event_change WHERE id > ? AND event_id > ? AND event_id <= ?",
                         "iii", tail->part[i].last_change, tail->part[i].since, tail->part[i].last),
            error);
    tail->altered.n = as_ids_each_once(tail->altered.at, tail->altered.n);
    return status;
}

/* The files that rows name, where all of them are there; else none. Those that are open stay open. */
static enum as_status open_parts(struct as_event_tail *tail, struct as_store *store, struct as_error *error)
{
    enum as_status status;
    bool all = true;
    unsigned n = 0;
    sqlite3_stmt *stmt =
        as_sql_fresh(store, error, "SELECT since, last, last_change, sum FROM event_tail ORDER BY since", "");
    while (as_sql_row(&status, store, stmt, error) && all) {
        struct as_tail_part part = {.since = sqlite3_column_int64(stmt, 0),
                                    .last = sqlite3_column_int64(stmt, 1),
                                    .last_change = sqlite3_column_int64(stmt, 2),
                                    .file.sum = (uint64_t)sqlite3_column_int64(stmt, 3)};
        all = n < AS_LAYERS && (n == 0 || tail->part[n - 1].last == part.since);
        if (all && n < tail->parts && same(&part, &tail->part[n])) {
            n++;
            continue;
        }
        close_parts(tail, n);
        if (all)
            status = open_part(&all, &part, store, error);
        if (status == AS_OK && all) {
            tail->part[n++] = part;
            tail->parts = n;
        }
        if (status != AS_OK)
            break;
    }
    as_sql_end(store, stmt);
    close_parts(tail, n);
    if (!all || status != AS_OK)
        close_parts(tail, 0);
    return status == AS_OK ? find_altered(tail, store, error) : status;
}

/* --- the rest --- */

void as_tail_row_read(struct as_tail_row *out, sqlite3_stmt *stmt)
{
    int64_t lead = sqlite3_column_int64(stmt, 1);
    *out = (struct as_tail_row){
        .id = sqlite3_column_int64(stmt, 0),
        .about = lead != 0 ? lead : -sqlite3_column_int64(stmt, 2),
        .known_at = sqlite3_column_int64(stmt, 4),
        .time = (uint32_t)sqlite3_column_int64(stmt, 3),
        .kind = (uint32_t)sqlite3_column_int64(stmt, 5),
    };
}

sqlite3_stmt *as_event_rows(struct as_store *store, int64_t since, int64_t until, struct as_error *error)
{
    return as_sql_fresh(store, error,
                        "SELECT id, lead_id, account_id, time, known_at, kind_id FROM event WHERE id > ?"
                        " AND id <= ? ORDER BY id",
                        "ii", since, until);
}

/* What is kept and still so; empty otherwise. */
enum as_status as_event_tail_keep(struct as_event_tail **out, struct as_store *store, struct as_error *error)
{
    int64_t version, own = as_own_version(store);
    enum as_status status = as_data_version(&version, store, error);
    if (status != AS_OK)
        return status;
    if (store->events == NULL && (store->events = calloc(1, sizeof *store->events)) == NULL)
        return as_error_memory(error);
    struct as_event_tail *tail = *out = store->events;
    if (tail->at == NULL || tail->version != version || tail->own != own) {
        free(tail->at);
        tail->at = NULL;
        tail->n = 0;
        tail->version = version;
        tail->own = own;
    }
    return open_parts(tail, store, error);
}

/* The rows from `since` on in front of those that are there; room for `most` of all. */
static enum as_status reach_back(struct as_event_tail *tail, struct as_store *store, int64_t since,
                                 size_t most, struct as_error *error)
{
    enum as_status status = AS_OK;
    size_t n = 0;
    struct as_tail_row *rows = malloc((most + 1) * sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    sqlite3_stmt *stmt = as_event_rows(store, since, tail->at == NULL ? INT64_MAX : tail->since, error);
    while (n < most && as_sql_row(&status, store, stmt, error))
        as_tail_row_read(&rows[n++], stmt);
    as_sql_end(store, stmt);
    if (status != AS_OK) {
        free(rows);
        return status;
    }
    if (tail->n > 0)
        memcpy(rows + n, tail->at, tail->n * sizeof *rows);
    free(tail->at);
    tail->at = rows;
    tail->n += n;
    tail->since = since;
    return AS_OK;
}

enum as_status as_event_tail_reach(bool *fits, struct as_event_tail *tail, struct as_store *store,
                                   int64_t since, struct as_error *error)
{
    int64_t last;
    *fits = true;
    if (tail->at != NULL && tail->since <= since)
        return AS_OK;
    enum as_status status = as_sql_get(&last, NULL, store, error, "SELECT max(id) FROM event", "");
    *fits = status == AS_OK && last - since <= MOST_KEPT;
    return *fits ? reach_back(tail, store, since, last > since ? (size_t)(last - since) : 0, error) : status;
}

int64_t as_event_tail_end(const struct as_event_tail *tail, int64_t since)
{
    int64_t end = tail->parts > 0 && tail->part[0].since <= since ? tail->part[tail->parts - 1].last : since;
    return end > since ? end : since;
}

/* --- writing --- */

/* From where on rows are to be written: behind the files, else behind the files of runs. *any false: there
 * are none, and whoever makes them reads all. */
static enum as_status end_of_files(int64_t *since, bool *any, struct as_store *store, struct as_error *error)
{
    const struct as_event_tail *tail = store->events;
    struct as_projection held;
    *any = tail->parts > 0;
    if (*any) {
        *since = tail->part[tail->parts - 1].last;
        return AS_OK;
    }
    enum as_status status = as_projection_open(&held, store, error);
    *any = status == AS_OK && held.found;
    if (*any)
        *since = held.delta.head != NULL ? held.delta.head->last_event : held.base.head->last_event;
    as_projection_close(&held);
    return status;
}

static enum as_status write_file(uint64_t *sum, struct as_store *store, unsigned first,
                                 const struct as_tail_row *rows, size_t n, struct as_error *error)
{
    const struct as_event_tail *tail = store->events;
    struct as_tail_rows piece[AS_LAYERS + 1];
    size_t pieces = 0;
    struct as_buf path = {0};
    for (unsigned i = first; i < tail->parts; i++)
        piece[pieces++] = (struct as_tail_rows){tail->part[i].file.at, tail->part[i].file.n};
    piece[pieces++] = (struct as_tail_rows){rows, n};
    as_companion_temporary(&path, store, AS_COMPANION_EVENTS);
    enum as_status status =
        path.failed ? as_error_memory(error) : as_tail_file_write(sum, as_buf_c(&path), piece, pieces, error);
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&path), AS_COMPANION_EVENTS, *sum, error);
    if (path.n > 0)
        unlink(as_buf_c(&path)); /* there only when it did not become the file */
    as_buf_free(&path);
    return status;
}

/* Within a transaction. */
static enum as_status write_behind(struct as_store *store, int64_t since, struct as_error *error)
{
    const struct as_event_tail *tail = store->events;
    int64_t last_change, last = since;
    uint64_t sum = 0;
    size_t n = tail->n, rows_of[AS_LAYERS];
    const struct as_tail_row *rows = tail->at;
    while (n > 0 && rows->id <= since) {
        rows++;
        n--;
    }
    if (n == 0)
        return AS_OK;
    last = rows[n - 1].id;
    for (unsigned i = 0; i < tail->parts; i++)
        rows_of[i] = tail->part[i].file.n;
    const unsigned first = as_layers_joined(rows_of, tail->parts, n, SIZE_MAX);
    if (first < tail->parts)
        since = tail->part[first].since;
    enum as_status status =
        as_sql_get(&last_change, NULL, store, error,
                   "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'event_change'", "");
    for (unsigned i = first; i < tail->parts; i++) /* what they have is not asked for again */
        last_change = tail->part[i].last_change < last_change ? tail->part[i].last_change : last_change;
    if (status == AS_OK)
        status = write_file(&sum, store, first, rows, n, error);
    /* All, where there are files that may not be trusted. */
    if (status == AS_OK)
        status = as_sql_do(store, error, "DELETE FROM event_tail WHERE since >= ?", "i",
                           tail->parts == 0 ? INT64_MIN : since);
    if (status == AS_OK)
        status = as_sql_do(store, error,
                           "INSERT INTO event_tail(since, last, last_change, sum) VALUES(?, ?, ?, ?)", "iiii",
                           since, last, last_change, (int64_t)sum);
    return status;
}

enum as_status as_store_keep_events(struct as_store *store, struct as_error *error)
{
    struct as_event_tail *tail;
    int64_t since = 0, last = 0;
    bool any = false;
    if (store->lock_fd < 0 || store->mode == AS_STORE_READ)
        return AS_OK;
    enum as_status status = as_event_tail_keep(&tail, store, error);
    if (status == AS_OK)
        status = end_of_files(&since, &any, store, error);
    if (status == AS_OK && any)
        status = as_sql_get(&last, NULL, store, error, "SELECT max(id) FROM event", "");
    if (status != AS_OK || !any || last - since < FEWEST_WRITTEN || last - since > MOST_KEPT)
        return status;
    status = as_event_tail_reach(&any, tail, store, since, error);
    if (status == AS_OK)
        status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    return as_store_end(store, write_behind(store, since, error), error);
}

enum as_status as_event_tail_lacks(int64_t *n, struct as_store *store, int64_t since, struct as_error *error)
{
    struct as_event_tail *tail;
    int64_t last = 0;
    enum as_status status = as_event_tail_keep(&tail, store, error);
    if (status == AS_OK)
        status = as_sql_get(&last, NULL, store, error, "SELECT max(id) FROM event", "");
    if (status == AS_OK)
        since = as_event_tail_end(tail, since);
    *n = last > since ? last - since : 0;
    return status;
}

enum as_status as_event_tail_drop(struct as_store *store, struct as_error *error)
{
    return as_sql_do(store, error, "DELETE FROM event_tail", "");
}

enum as_status as_event_tail_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    struct as_event_tail *tail;
    enum as_status status = as_event_tail_keep(&tail, store, error);
    for (unsigned i = 0; status == AS_OK && i < tail->parts; i++)
        if (!as_tail_file_whole(&tail->part[i].file))
            status = as_companion_spoilt(found, store, AS_COMPANION_EVENTS, tail->part[i].file.sum, error);
    return status;
}
