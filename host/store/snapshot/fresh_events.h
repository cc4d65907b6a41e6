/* Fresh events: what the files of events do not have. Internal to host/store.
 *
 * Most of it is events that came in since, which lie in the table in the order they came: they are read in
 * one go and laid behind the run that a file has. Leads with an event that was altered or removed are read
 * from the table whole.
 */
#ifndef AS_STORE_FRESH_EVENTS_H
#define AS_STORE_FRESH_EVENTS_H

#include "store/snapshot/projection.h"

struct as_fresh_event {
    int64_t lead, known_at;
    uint32_t time, id;
    uint16_t kind; /* schema index */
};
struct as_fresh_events {
    struct as_fresh_event *at; /* by (lead, time, id) */
    size_t n, room;
    int64_t *altered; /* leads whose runs the files no longer have right, ascending */
    size_t altered_n;
    bool whole; /* false: there are events of kinds that the schema does not have; they are left out here */
    bool fits;  /* false: an id is beyond 32 bits */
};

/* projection: one that was found. leads: whose events are wanted, ascending, n of them; NULL everybody's.
 * Freed with as_fresh_free, on failure too. */
enum as_status as_fresh_read(struct as_fresh_events *out, struct as_store *store,
                             const struct as_field_map *map, const struct as_projection *projection,
                             const int64_t *leads, size_t n, struct as_error *error);
void as_fresh_free(struct as_fresh_events *fresh);
/* All leads with something fresh, ascending; malloc'ed. */
enum as_status as_fresh_leads(int64_t **leads, size_t *n, const struct as_fresh_events *fresh,
                              struct as_error *error);
bool as_fresh_altered(const struct as_fresh_events *fresh, int64_t lead);
/* The lead's events among the fresh ones. */
const struct as_fresh_event *as_fresh_of(size_t *n, const struct as_fresh_events *fresh, int64_t lead);

#endif
