/* Projection: which files of events there are, and whether they are up to date. Making them so is
 * projection_making.c's, the form of a file run_file.c's. */
#include "store/snapshot/projection.h"

#include "base/ids.h"
#include "store/companion.h"
#include "store/decisions/kept_standings.h"
#include "store/decisions/scores.h"
#include "store/snapshot/event_tail.h"

/* New events wait for their place in files of runs, which costs a new delta, until they are this many and one
 * for so many in the base: a run about everybody copies the runs of all leads that wait. A run about a part
 * takes of what waits its own from the files of what came in, and lets them grow; but what is in none of them
 * either is read each time. */
enum { WAITING_EVENTS = 500, WAITING_SHARE = 800, WAITING_SHARE_OF_PART = 8, WAITING_UNFILED = 1 << 17 };
/* Altered events cost a look into the table each time somebody reads. */
enum { DELTA_CHANGES = 5000 };

/* --- opening --- */

enum as_status as_projection_part(int64_t *sum, bool *named, struct as_store *store, const char *part,
                                  struct as_error *error)
{
    return as_sql_get(sum, named, store, error, "SELECT sum FROM projection WHERE part = ?", "t", part);
}

enum as_status as_projection_name(struct as_store *store, const char *part, uint64_t sum,
                                  struct as_error *error)
{
    return as_sql_do(store, error,
                     "INSERT INTO projection(part, sum) VALUES(?1, ?2) ON CONFLICT DO UPDATE SET sum = ?2",
                     "ti", part, (int64_t)sum);
}

static enum as_status open_part(struct as_run_file *out, bool *named, bool *found, struct as_store *store,
                                const char *part, struct as_error *error)
{
    int64_t sum;
    *found = false;
    enum as_status status = as_projection_part(&sum, named, store, part, error);
    if (status != AS_OK || !*named)
        return status;
    struct as_buf path = {0};
    as_companion_path(&path, store->path, AS_COMPANION_EVENTS, (uint64_t)sum);
    status = path.failed ? as_error_memory(error)
                         : as_run_file_open(out, found, as_buf_c(&path), (uint64_t)sum, error);
    as_buf_free(&path);
    return status;
}

enum as_status as_projection_open(struct as_projection *out, struct as_store *store, struct as_error *error)
{
    bool named, base, delta = false;
    *out = (struct as_projection){.found = false};
    enum as_status status = open_part(&out->base, &named, &base, store, "base", error);
    if (status == AS_OK && base)
        status = open_part(&out->delta, &named, &delta, store, "delta", error);
    /* What changed before a delta was written is no longer in the log: without it the base is too old. */
    out->found =
        status == AS_OK && base && delta == named && (!delta || out->delta.head->base == out->base.head->sum);
    if (!out->found)
        as_projection_close(out);
    return status;
}

void as_projection_look(struct as_projection *projection)
{
    if (projection->found && (!as_run_file_sound(&projection->base) ||
                              (projection->delta.head != NULL && !as_run_file_sound(&projection->delta))))
        as_projection_close(projection);
}

void as_projection_close(struct as_projection *projection)
{
    as_run_file_close(&projection->base);
    as_run_file_close(&projection->delta);
    projection->found = false;
}

uint32_t as_run_file_kind(const struct as_run_file *file, uint16_t kind, const struct as_field_map *map)
{
    return as_kind_of(map, file->head->kind_id[kind % AS_MAX_EVENT_KINDS]);
}

static size_t place_of(const struct as_run_file *file, int64_t lead)
{
    return file->head == NULL ? SIZE_MAX : as_ids_place(file->lead, (size_t)file->head->leads, lead);
}

struct as_run_of as_projection_run(const struct as_run_file **file, const struct as_projection *projection,
                                   int64_t lead)
{
    size_t place = place_of(&projection->delta, lead);
    *file = &projection->delta;
    if (place == SIZE_MAX) {
        place = place_of(&projection->base, lead);
        *file = &projection->base;
    }
    if (place != SIZE_MAX)
        return as_run_file_run(*file, place);
    *file = NULL;
    return (struct as_run_of){0};
}

enum as_status as_projection_behind(bool *behind, struct as_store *store, bool everybody,
                                    struct as_error *error)
{
    struct as_projection held;
    int64_t events = 0, changes = 0;
    bool found;
    enum as_status status = as_projection_open(&held, store, error);
    if (status == AS_OK && everybody)
        as_projection_look(&held);
    *behind = status == AS_OK && !held.found;
    if (status != AS_OK || *behind)
        return status;
    const struct as_run_file_head *head = held.delta.head != NULL ? held.delta.head : held.base.head;
    status = as_sql_get(&events, &found, store, error, "SELECT max(id) FROM event", "");
    if (status == AS_OK)
        status = as_sql_get(&changes, &found, store, error,
                            "SELECT seq FROM sqlite_sequence WHERE name = 'event_change'", "");
    int64_t share = everybody ? WAITING_SHARE : WAITING_SHARE_OF_PART, unfiled = 0;
    if (status == AS_OK && !everybody && events - head->last_event > WAITING_UNFILED)
        status = as_event_tail_lacks(&unfiled, store, head->last_event, error);
    *behind = events - head->last_event > (int64_t)held.base.head->events / share + WAITING_EVENTS ||
              changes - head->last_change > DELTA_CHANGES || unfiled > WAITING_UNFILED;
    as_projection_close(&held);
    return status;
}

/* --- for others --- */

enum as_status as_store_drop_projection(struct as_store *store, struct as_error *error)
{
    enum as_status status = as_sql_do(store, error, "DELETE FROM projection", "");
    if (status == AS_OK)
        status = as_event_tail_drop(store, error);
    if (status == AS_OK)
        status = as_scores_forget(store, error);
    if (status == AS_OK)
        status = as_standings_forget(store, error);
    return status == AS_OK ? as_companion_sweep(store, error) : status;
}

enum as_status as_projection_check(struct as_found *found, struct as_store *store, struct as_error *error)
{
    struct as_projection held;
    enum as_status status = as_projection_open(&held, store, error);
    if (status != AS_OK || !held.found)
        return status;
    const struct as_run_file *parts[] = {&held.base, &held.delta};
    for (size_t i = 0; i < 2 && status == AS_OK; i++)
        if (parts[i]->head != NULL && !as_run_file_whole(parts[i]))
            status = as_companion_spoilt(found, store, AS_COMPANION_EVENTS, parts[i]->head->sum, error);
    as_projection_close(&held);
    return status;
}
