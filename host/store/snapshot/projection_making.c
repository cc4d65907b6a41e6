/* Projection: bringing the files up to the tables. Which there are, and whether they are behind, is
 * projection.c's; what the tables have is run_list.c's. */
#include "store/snapshot/projection.h"

#include "base/ids.h"
#include "store/companion.h"
#include "store/snapshot/basis.h"
#include "store/snapshot/event_tail.h"
#include "store/snapshot/fresh_events.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A delta has whole runs of its leads, some ten events for each that came in: a smaller share than that of
 * other files would be reached soon, and a base is much to write. */
enum { DELTA_SHARE = 4 };

/* A file being made. */
struct making {
    struct as_store *store;
    const struct as_field_map *map;
    struct as_run_file_head head;
    struct as_run_file_writer *writer;
    struct as_buf path; /* temporary */
    uint16_t *kinds;    /* of one run, in the codes of now */
    size_t kinds_room;
};

static enum as_status begin(struct making *making, uint64_t leads, uint64_t events, struct as_error *error)
{
    as_buf_reset(&making->path);
    as_companion_temporary(&making->path, making->store, AS_COMPANION_EVENTS);
    return making->path.failed ? as_error_memory(error)
                               : as_run_file_begin(&making->writer, as_buf_c(&making->path), &making->head,
                                                   leads, events, error);
}

static bool same_kinds(const struct as_run_file *file, const struct as_run_file_head *head)
{
    return memcmp(file->head->kind_id, head->kind_id, sizeof head->kind_id) == 0;
}

static enum as_status add_from(struct making *making, const struct as_run_file *file, bool same, size_t place,
                               struct as_error *error)
{
    struct as_run_of run = as_run_file_run(file, place);
    if (!same) {
        if (run.n > making->kinds_room) {
            uint16_t *grown = realloc(making->kinds, run.n * 2 * sizeof *grown);
            if (grown == NULL)
                return as_error_memory(error);
            making->kinds = grown;
            making->kinds_room = run.n * 2;
        }
        for (size_t i = 0; i < run.n; i++)
            making->kinds[i] = (uint16_t)as_run_file_kind(file, run.kind[i], making->map);
        run.kind = making->kinds;
    }
    return as_run_file_add(making->writer, file->lead[place], run, file->head->newest_known, error);
}

/* A file on its way into a new one. */
struct source {
    const struct as_run_file *file;
    size_t next, n;
    bool same; /* its kinds have the codes of now */
};

static struct source open_source(const struct as_run_file *file, const struct as_run_file_head *head)
{
    bool there = file != NULL && file->head != NULL;
    return (struct source){file, 0, there ? (size_t)file->head->leads : 0, there && same_kinds(file, head)};
}

static int64_t next_lead(const struct source *source)
{
    return source->next < source->n ? source->file->lead[source->next] : INT64_MAX;
}

/* Its leads up to `before`: in one go where nothing in them changes. */
static enum as_status add_until(struct making *making, struct source *source, int64_t before,
                                struct as_error *error)
{
    enum as_status status = AS_OK;
    if (source->next == source->n)
        return AS_OK;
    size_t end =
        before == INT64_MAX ? source->n : as_ids_seek(source->file->lead, source->n, source->next, before);
    if (source->same && end > source->next) {
        status = as_run_file_add_many(making->writer, source->file, source->next, end - source->next, error);
        source->next = end;
    }
    for (; source->next < end && status == AS_OK; source->next++)
        status = add_from(making, source->file, source->same, source->next, error);
    return status;
}

/* What there is of leads: of several that have one the newest speaks, its change, then the delta, then the
 * base. */
struct merging {
    struct making *making;
    struct source old, newer;
};

/* All in front of a lead. */
static enum as_status merge_until(struct merging *merging, int64_t before, struct as_error *error)
{
    struct making *making = merging->making;
    struct source *old = &merging->old, *newer = &merging->newer;
    enum as_status status = AS_OK;
    while (status == AS_OK && next_lead(newer) < before) {
        int64_t lead = next_lead(newer);
        status = add_until(making, old, lead, error);
        old->next += next_lead(old) == lead;
        /* Of the delta as many as the base has nothing between. */
        size_t first = newer->next++;
        while (next_lead(newer) < before && next_lead(old) > next_lead(newer))
            newer->next++;
        size_t end = newer->next;
        newer->next = first;
        if (status == AS_OK)
            status = add_until(making, newer, end < newer->n ? newer->file->lead[end] : INT64_MAX, error);
    }
    return status == AS_OK ? add_until(making, old, before, error) : status;
}

static enum as_status merge_changes(struct merging *merging, const struct as_run_list *changes,
                                    struct as_error *error)
{
    enum as_status status = AS_OK;
    for (size_t c = 0; c < changes->leads && status == AS_OK; c++) {
        int64_t lead = changes->lead[c];
        status = merge_until(merging, lead, error);
        if (status == AS_OK)
            status = as_run_file_add(merging->making->writer, lead, as_run_list_run(changes, c),
                                     changes->newest_known, error);
        merging->old.next += next_lead(&merging->old) == lead;
        merging->newer.next += next_lead(&merging->newer) == lead;
    }
    return status;
}

static enum as_status publish(struct making *making, bool base, struct as_error *error)
{
    struct as_store *store = making->store;
    uint64_t sum;
    enum as_status status = as_run_file_end(&sum, making->writer, error);
    as_run_file_writer_free(making->writer);
    making->writer = NULL;
    if (status == AS_OK)
        status = as_companion_settle(store, as_buf_c(&making->path), AS_COMPANION_EVENTS, sum, error);
    if (status == AS_OK)
        status = as_store_begin(store, error);
    if (status != AS_OK)
        return status;
    if (base)
        status = as_sql_do(store, error, "DELETE FROM projection WHERE part IN ('base', 'delta')", "");
    if (status == AS_OK)
        status = as_projection_name(store, base ? "base" : "delta", sum, error);
    if (status == AS_OK)
        status = as_event_tail_drop(store, error);
    if (status == AS_OK)
        status = as_store_cut_event_changes(store, making->head.last_change, error);
    status = as_store_end(store, status, error);
    return status == AS_OK ? as_companion_sweep(store, error) : status;
}

/* The positions are taken before anything is read: what comes in meanwhile is found again as a change. */
static enum as_status open_head(struct making *making, uint32_t kinds, struct as_error *error)
{
    making->head = (struct as_run_file_head){.newest_known = AS_TIME_NONE, .newest_time = AS_TIME_NONE};
    for (uint32_t i = 0; i < kinds && i < AS_MAX_EVENT_KINDS; i++)
        making->head.kind_id[i] = (uint32_t)making->map->kind[i];
    enum as_status status = as_sql_get(&making->head.last_event, NULL, making->store, error,
                                       "SELECT coalesce(max(id), 0) FROM event", "");
    return status != AS_OK ? status
                           : as_sql_get(&making->head.last_change, NULL, making->store, error,
                                        "SELECT coalesce(max(seq), 0) FROM sqlite_sequence"
                                        " WHERE name = 'event_change'",
                                        "");
}

static enum as_status build_base(struct making *making, struct as_error *error)
{
    int64_t leads;
    bool whole = true;
    enum as_status status =
        as_sql_get(&leads, NULL, making->store, error, "SELECT coalesce(max(id), 0) FROM lead", "");
    /* Beyond these the tables are read, as ever: 32 bits hold an event's id. */
    if (status != AS_OK || making->head.last_event >= UINT32_MAX)
        return status;
    status = begin(making, (uint64_t)leads, (uint64_t)making->head.last_event, error);
    if (status == AS_OK)
        status = as_run_list_scan(making->writer, &whole, making->store, making->map, leads,
                                  making->head.last_event, error);
    if (status == AS_OK && whole)
        status = publish(making, true, error);
    return status;
}

/* At least as many events as these leads have, with room for what others bring meanwhile. */
static enum as_status most_events(uint64_t *out, struct as_store *store, const struct as_projection *held,
                                  const struct as_fresh_events *fresh, const int64_t *leads, size_t n,
                                  struct as_error *error)
{
    enum { ROOM = 1024 };
    const struct as_run_file *file;
    enum as_status status = AS_OK;
    *out = fresh->n + ROOM;
    for (size_t i = 0; i < n && status == AS_OK; i++) {
        int64_t own = 0;
        if (as_fresh_altered(fresh, leads[i]))
            status = as_sql_get(&own, NULL, store, error, "SELECT 2 * count(*) FROM event WHERE lead_id = ?",
                                "i", leads[i]);
        else
            own = (int64_t)as_projection_run(&file, held, leads[i]).n;
        *out += (uint64_t)own;
    }
    return status;
}

/* So many leads are gathered at once: of all of them it would be as much again as the base. */
enum { LEADS_AT_ONCE = 1 << 14 };

static enum as_status merge(bool *whole, struct making *making, const struct as_projection *held, bool fold,
                            const struct as_fresh_events *fresh, int64_t *leads, size_t n,
                            struct as_error *error)
{
    struct merging merging = {making, open_source(fold ? &held->base : NULL, &making->head),
                              open_source(&held->delta, &making->head)};
    enum as_status status = AS_OK;
    *whole = true;
    for (size_t from = 0; from < n && *whole && status == AS_OK; from += LEADS_AT_ONCE) {
        struct as_run_list changes;
        size_t more = n - from < LEADS_AT_ONCE ? n - from : LEADS_AT_ONCE;
        status = as_run_list_gather(&changes, whole, making->store, making->map, held, fresh, leads + from,
                                    more, error);
        if (status == AS_OK && *whole)
            status = merge_changes(&merging, &changes, error);
        as_run_list_free(&changes);
    }
    return status == AS_OK && *whole ? merge_until(&merging, INT64_MAX, error) : status;
}

static enum as_status bring_up(struct making *making, const struct as_projection *held,
                               const struct as_fresh_events *fresh, int64_t *leads, size_t n,
                               struct as_error *error)
{
    const struct as_run_file *base = &held->base, *delta = &held->delta;
    uint64_t events, delta_leads = delta->head == NULL ? 0 : delta->head->leads,
                     delta_events = delta->head == NULL ? 0 : delta->head->events;
    bool whole;
    enum as_status status = most_events(&events, making->store, held, fresh, leads, n, error);
    if (status != AS_OK)
        return status;
    bool fold = delta_events + events > base->head->events / DELTA_SHARE;
    making->head.base = fold ? 0 : base->head->sum;
    status = begin(making, (fold ? base->head->leads : 0) + delta_leads + n,
                   (fold ? base->head->events : 0) + delta_events + events, error);
    if (status == AS_OK)
        status = merge(&whole, making, held, fold, fresh, leads, n, error);
    return status == AS_OK && whole ? publish(making, fold, error) : status;
}

enum as_status as_projection_refresh(struct as_store *store, const struct as_field_map *map, uint32_t kinds,
                                     struct as_error *error)
{
    if (store->lock_fd < 0 || store->mode == AS_STORE_READ || store->depth > 0)
        return AS_OK;
    struct making making = {.store = store, .map = map};
    struct as_projection held;
    struct as_fresh_events fresh = {.at = NULL};
    int64_t *leads = NULL;
    size_t n = 0;
    /* What a process that was killed left behind. */
    enum as_status status = as_companion_sweep(store, error);
    if (status == AS_OK)
        status = open_head(&making, kinds, error);
    if (status == AS_OK)
        status = as_projection_open(&held, store, error);
    if (status != AS_OK)
        return status;
    as_projection_look(&held);
    if (held.found)
        status = as_fresh_read(&fresh, store, map, &held, NULL, 0, error);
    if (status == AS_OK && held.found)
        status = as_fresh_leads(&leads, &n, &fresh, error);
    /* Looking up most leads one by one in the tables is slower than one scan. */
    if (status == AS_OK &&
        (!held.found || !fresh.whole || !fresh.fits || fresh.altered_n > held.base.head->leads / 2))
        status = build_base(&making, error);
    else if (status == AS_OK && n > 0)
        status = bring_up(&making, &held, &fresh, leads, n, error);
    as_run_file_writer_free(making.writer);
    if (making.path.n > 0)
        unlink(as_buf_c(&making.path)); /* there only when it did not become the file */
    as_buf_free(&making.path);
    free(making.kinds);
    free(leads);
    as_fresh_free(&fresh);
    as_projection_close(&held);
    return status;
}
