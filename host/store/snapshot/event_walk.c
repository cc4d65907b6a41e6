/* Event walk: through the files of new events, one after the other, and through what they lack. */
#include "store/snapshot/event_walk.h"

#include "base/ids.h"
#include "base/search.h"

/* Into a piece: to its first row with an id beyond walk->since. */
static void enter(struct as_event_walk *walk, const struct as_tail_row *at, size_t n)
{
    walk->at = at;
    walk->n = n;
    AS_SEARCH(walk->next, n, at[walk->next].id <= walk->since);
}

enum as_status as_event_walk_begin(struct as_event_walk *walk, struct as_store *store, int64_t since,
                                   struct as_error *error)
{
    struct as_event_tail *tail = NULL;
    bool fits = false;
    *walk = (struct as_event_walk){.store = store, .since = since};
    enum as_status status = as_event_tail_keep(&tail, store, error);
    if (status != AS_OK)
        return status;
    int64_t covered = as_event_tail_end(tail, since);
    if (tail->parts == 0 || tail->part[0].since > since)
        walk->piece = tail->parts;
    status = as_event_tail_reach(&fits, tail, store, covered, error);
    if (status == AS_OK && !fits && (walk->stmt = as_event_rows(store, covered, INT64_MAX, error)) == NULL)
        status = as_sql_failed(store, error);
    return status;
}

void as_event_walk_choose(struct as_event_walk *walk, const int64_t *leads, size_t n)
{
    walk->choice = (struct as_event_choice){.leads = leads, .n = n};
}

/* Of what the last file has, rows that were read before it was written are no more. */
static bool next_piece(struct as_event_walk *walk)
{
    const struct as_event_tail *tail = walk->store->events;
    unsigned piece = walk->piece++;
    if (piece > tail->parts || (piece == tail->parts && walk->stmt != NULL))
        return false;
    const struct as_tail_file *file = piece < tail->parts ? &tail->part[piece].file : NULL;
    walk->choice = (struct as_event_choice){.leads = walk->choice.leads, .n = walk->choice.n};
    if (file != NULL && walk->choice.leads != NULL) {
        walk->choice.file = file;
        walk->choice.since = walk->since;
    } else {
        enter(walk, file != NULL ? file->at : tail->at, file != NULL ? file->n : tail->n);
    }
    if (piece < tail->parts && tail->part[piece].last > walk->since)
        walk->since = tail->part[piece].last;
    return true;
}

static const struct as_tail_row *next_chosen(struct as_event_walk *walk)
{
    struct as_event_choice *choice = &walk->choice;
    const struct as_tail_file *file = choice->file;
    for (;;) {
        while (choice->places > 0) {
            uint32_t place = *choice->place++;
            choice->places--;
            if (place < file->n && file->at[place].id > choice->since)
                return &file->at[place];
        }
        if (choice->next == choice->n || choice->from == file->leads)
            return NULL;
        choice->place = as_tail_file_of(&choice->places, file, &choice->from, choice->leads[choice->next++]);
        if (choice->place == NULL)
            choice->places = 0;
    }
}

/* NULL after the last one of what is at hand. */
static const struct as_tail_row *next_row(struct as_event_walk *walk)
{
    do {
        const struct as_tail_row *row = walk->choice.file != NULL ? next_chosen(walk)
                                        : walk->next < walk->n    ? &walk->at[walk->next++]
                                                                  : NULL;
        if (row != NULL)
            return row;
    } while (next_piece(walk));
    return NULL;
}

/* As the table has it now; *there false: it is gone. */
static enum as_status read_again(struct as_tail_row *out, bool *there, struct as_store *store, int64_t id,
                                 struct as_error *error)
{
    enum as_status status;
    sqlite3_stmt *stmt = as_event_rows(store, id - 1, id, error);
    *there = as_sql_row(&status, store, stmt, error);
    if (*there)
        as_tail_row_read(out, stmt);
    as_sql_end(store, stmt);
    return status;
}

bool as_event_walk_next(struct as_event_row *out, struct as_event_walk *walk, enum as_status *status,
                        struct as_error *error)
{
    const struct as_id_list *altered = &walk->store->events->altered;
    struct as_tail_row read;
    const struct as_tail_row *row = next_row(walk);
    bool there = false;
    *status = AS_OK;
    for (; row != NULL && as_ids_have(altered->at, altered->n, row->id); row = next_row(walk)) {
        if ((*status = read_again(&read, &there, walk->store, row->id, error)) != AS_OK)
            return false;
        if (there)
            break;
    }
    if (row == NULL && walk->stmt != NULL && as_sql_row(status, walk->store, walk->stmt, error)) {
        as_tail_row_read(&read, walk->stmt);
        there = true;
    }
    if (there)
        row = &read;
    if (row == NULL)
        return false;
    *out = (struct as_event_row){.id = row->id,
                                 .lead = row->about > 0 ? row->about : 0,
                                 .account = row->about < 0 ? -row->about : 0,
                                 .time = row->time,
                                 .known_at = row->known_at,
                                 .kind = row->kind};
    return true;
}

void as_event_walk_end(struct as_event_walk *walk)
{
    as_sql_end(walk->store, walk->stmt);
    *walk = (struct as_event_walk){.store = walk->store};
}
