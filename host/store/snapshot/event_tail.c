/* Event tail: keeping the last rows of the table of events at hand. */
#include "store/snapshot/event_tail.h"

#include <stdlib.h>
#include <string.h>

/* So many rows (6 MB) are kept. */
enum { MOST_KEPT = 1 << 17 };

struct as_event_tail {
    int64_t version, changes; /* of the database, by others and by us, when they were read */
    int64_t since;            /* they are all with ids beyond this */
    struct as_event_row *at;
    size_t n;
};

void as_event_tail_free(struct as_event_tail *tail)
{
    if (tail != NULL)
        free(tail->at);
    free(tail);
}

static void read_row(struct as_event_row *out, sqlite3_stmt *stmt)
{
    *out = (struct as_event_row){
        .id = sqlite3_column_int64(stmt, 0),
        .lead = sqlite3_column_int64(stmt, 1),
        .account = sqlite3_column_int64(stmt, 2),
        .time = sqlite3_column_int64(stmt, 3),
        .known_at = sqlite3_column_int64(stmt, 4),
        .kind = sqlite3_column_int64(stmt, 5),
    };
}

static sqlite3_stmt *open_rows(struct as_store *store, int64_t since, int64_t until, struct as_error *error)
{
    return as_sql_fresh(store, error,
                        "SELECT id, lead_id, account_id, time, known_at, kind_id FROM event WHERE id > ?"
                        " AND id <= ? ORDER BY id",
                        "ii", since, until);
}

/* What is kept and still so; empty otherwise. */
static enum as_status kept(struct as_event_tail **out, struct as_store *store, struct as_error *error)
{
    int64_t version, changes = sqlite3_total_changes64(store->db);
    enum as_status status = as_data_version(&version, store, error);
    if (status != AS_OK)
        return status;
    if (store->events == NULL && (store->events = calloc(1, sizeof *store->events)) == NULL)
        return as_error_memory(error);
    struct as_event_tail *tail = *out = store->events;
    if (tail->at == NULL || tail->version != version || tail->changes != changes) {
        free(tail->at);
        *tail = (struct as_event_tail){.version = version, .changes = changes};
    }
    return AS_OK;
}

/* The rows from `since` on in front of those that are there; room for `most` of all. */
static enum as_status reach_back(struct as_event_tail *tail, struct as_store *store, int64_t since,
                                 size_t most, struct as_error *error)
{
    enum as_status status;
    size_t n = 0;
    struct as_event_row *rows = malloc((most + 1) * sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    sqlite3_stmt *stmt = open_rows(store, since, tail->at == NULL ? INT64_MAX : tail->since, error);
    status = stmt == NULL ? as_sql_failed(store, error) : AS_OK;
    while (status == AS_OK && n < most && as_sql_row(&status, store, stmt, error))
        read_row(&rows[n++], stmt);
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

/* The place of the first with an id beyond `since`. */
static size_t first_beyond(const struct as_event_tail *tail, int64_t since)
{
    size_t low = 0, high = tail->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (tail->at[middle].id <= since)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum as_status as_event_walk_begin(struct as_event_walk *walk, struct as_store *store, int64_t since,
                                   struct as_error *error)
{
    struct as_event_tail *tail = NULL;
    int64_t last = 0;
    bool found;
    *walk = (struct as_event_walk){.store = store};
    enum as_status status = kept(&tail, store, error);
    if (status == AS_OK && (tail->at == NULL || tail->since > since)) {
        status = as_sql_get(&last, &found, store, error, "SELECT max(id) FROM event", "");
        if (status == AS_OK && last - since > MOST_KEPT) {
            walk->stmt = open_rows(store, since, INT64_MAX, error);
            return walk->stmt == NULL ? as_sql_failed(store, error) : AS_OK;
        }
        if (status == AS_OK)
            status = reach_back(tail, store, since, last > since ? (size_t)(last - since) : 0, error);
    }
    if (status == AS_OK) {
        walk->at = tail->at;
        walk->n = tail->n;
        walk->next = first_beyond(tail, since);
    }
    return status;
}

bool as_event_walk_next(struct as_event_row *out, struct as_event_walk *walk, enum as_status *status,
                        struct as_error *error)
{
    *status = AS_OK;
    if (walk->stmt == NULL) {
        if (walk->next == walk->n)
            return false;
        *out = walk->at[walk->next++];
        return true;
    }
    if (!as_sql_row(status, walk->store, walk->stmt, error))
        return false;
    read_row(out, walk->stmt);
    return true;
}

void as_event_walk_end(struct as_event_walk *walk)
{
    as_sql_end(walk->store, walk->stmt);
    *walk = (struct as_event_walk){.store = walk->store};
}
