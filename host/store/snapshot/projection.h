/* Projection: the events of all leads as columns in files beside the database, FILE-events-*, so that a run
 * need not scan tables. Internal to host/store, but for the two calls at the end.
 *
 * A base has every lead's run, a delta the runs of those whose events changed since. The tables stay the
 * truth: a file that is missing, torn or of another database is taken for none, and the next run builds it
 * anew. A file is written under a temporary name, synced and renamed before the row of `projection` that
 * names it is committed, and never changed afterwards.
 */
#ifndef AS_STORE_PROJECTION_H
#define AS_STORE_PROJECTION_H

#include "store/facts/fields.h"
#include "store/found.h"
#include "store/snapshot/run_file.h"

struct as_projection {
    bool found;
    struct as_run_file base, delta; /* delta.head NULL: none */
};

/* Runs of some leads, gathered from the tables: ascending, each by (second, id). */
struct as_run_list {
    size_t leads, events, room, run_room;
    int64_t *lead; /* the caller's */
    uint32_t *start, *time, *id;
    uint16_t *kind;
    int64_t newest_known;
};

/* The sum by which the table of files names a part; and naming one. */
enum as_status as_projection_part(int64_t *sum, bool *named, struct as_store *store, const char *part,
                                  struct as_error *error);
enum as_status as_projection_name(struct as_store *store, const char *part, uint64_t sum,
                                  struct as_error *error);

/* *out is to be closed also when nothing was found. Nobody has looked at the indexes yet. */
enum as_status as_projection_open(struct as_projection *out, struct as_store *store, struct as_error *error);
/* Takes files whose indexes lead astray for none; before all their runs are read. */
void as_projection_look(struct as_projection *projection);
void as_projection_close(struct as_projection *projection);
/* What the files have of a lead, in the file that speaks of it; *file NULL: nothing. */
struct as_run_of as_projection_run(const struct as_run_file **file, const struct as_projection *projection,
                                   int64_t lead);
/* The schema's index of a kind as the file has it; AS_NO_INDEX for one that the schema does not have. */
uint32_t as_run_file_kind(const struct as_run_file *file, uint16_t kind, const struct as_field_map *map);
/* Whether the files should be brought up before everybody, or a part, is read: they are missing, or much has
 * come in since. */
enum as_status as_projection_behind(bool *behind, struct as_store *store, bool everybody,
                                    struct as_error *error);
/* projection_making.c. Brings the files up to the tables; does nothing unless this process holds the
 * database's lock. */
enum as_status as_projection_refresh(struct as_store *store, const struct as_field_map *map, uint32_t kinds,
                                     struct as_error *error);

/* run_list.c. Kinds are schema indexes. *whole false: an event cannot be kept in such a list (a kind that the
 * schema does not have, an id beyond 32 bits). The runs of these leads: those of the files with what is
 * fresh. */
struct as_fresh_events;
enum as_status as_run_list_gather(struct as_run_list *out, bool *whole, struct as_store *store,
                                  const struct as_field_map *map, const struct as_projection *held,
                                  const struct as_fresh_events *fresh, int64_t *leads, size_t n,
                                  struct as_error *error);
struct as_run_of as_run_list_run(const struct as_run_list *list, size_t place);
void as_run_list_free(struct as_run_list *list); /* not the leads */
/* The runs of all leads up to the last id from the tables into a file, in which they have about so many
 * events: read by all processors, for which the caller keeps other writers of events away. */
enum as_status as_run_list_scan(struct as_run_file_writer *writer, bool *whole, struct as_store *store,
                                const struct as_field_map *map, int64_t last_lead, int64_t events,
                                struct as_error *error);

/* Removes the files, and with them what they still had of rows that are gone; within a transaction it holds
 * once that commits. What they say is built anew when it is next needed. */
enum as_status as_store_drop_projection(struct as_store *store, struct as_error *error);
/* Tells of files that are not as they were written. */
enum as_status as_projection_check(struct as_found *found, struct as_store *store, struct as_error *error);

#endif
