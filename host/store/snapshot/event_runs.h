/* Event runs: what the parts that fill a snapshot's events share. Internal to host/store. */
#ifndef AS_STORE_EVENT_RUNS_H
#define AS_STORE_EVENT_RUNS_H

#include "store/snapshot/loading.h"
#include "store/snapshot/projection.h"

/* One event while runs are built. */
struct as_one_event {
    uint32_t id, time;
    uint16_t kind;
};

struct as_runs {
    struct as_load *load;
    struct as_event_log *log;
    uint32_t *id;             /* by place in the log; NULL when nobody asks */
    struct as_pages id_pages; /* at not NULL: where id lies */
    size_t room;
    bool keep_ids;
    int64_t *homeless; /* events that had no account yet at known_at, ascending */
    size_t homeless_count;
    int64_t *unstitched; /* events that were anonymous at known_at, ascending */
    size_t unstitched_count;
    struct as_one_event *run; /* events of one row that have to be sorted */
    size_t run_n, run_room;
    const uint8_t *wanted; /* by schema kind: 1 when it was asked for */
    bool properties;       /* some property is wanted */
};

/* event_runs.c. An event of the row being built, in any order; flush lays them down by (time, id). */
enum as_status as_runs_push(struct as_runs *runs, int64_t id, uint32_t time, uint16_t kind,
                            struct as_error *error);
enum as_status as_runs_flush(struct as_runs *runs, struct as_error *error);
/* Room in the log's arrays for so many events more. */
enum as_status as_runs_room(struct as_runs *runs, size_t more, struct as_error *error);
bool as_runs_unstitched(const struct as_runs *runs, int64_t event);
bool as_runs_homeless(const struct as_runs *runs, int64_t event);
/* The events that the table has of a lead, laid down; and the union of a lead's events and of those merged
 * into it, laid down. */
enum as_status as_runs_read(struct as_runs *runs, int64_t lead, struct as_error *error);
enum as_status as_runs_merged(struct as_runs *runs, int64_t lead, struct as_error *error);

/* mapped_runs.c: the leads' runs from the projection. *done false: it cannot say what was known then, or
 * there is none. */
enum as_status as_runs_map(bool *done, struct as_runs *runs, struct as_error *error);

/* part_runs.c: the runs of a part, copied from the projection. *done false: a file's index leads
 * astray. */
struct as_fresh_events;
enum as_status as_runs_gather(bool *done, struct as_runs *runs, const struct as_projection *held,
                              const struct as_fresh_events *fresh, struct as_error *error);

/* account_runs.c */
enum as_status as_runs_of_accounts(struct as_runs *accounts, const struct as_runs *leads,
                                   struct as_error *error);
/* event_values.c: the properties of the events laid down, of so many rows. */
enum as_status as_runs_properties(struct as_runs *runs, uint32_t rows, struct as_error *error);

#endif
