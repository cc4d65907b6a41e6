/* Snapshot: the facts of one moment, loaded into columns. */
#ifndef AS_STORE_SNAPSHOT_H
#define AS_STORE_SNAPSHOT_H

#include "data/dataset.h"
#include "store/store.h"

struct as_snapshot_request {
    int64_t at, known_at;       /* events after `at`, and anything learnt after known_at, are invisible */
    const uint64_t *fields, *kinds, *properties; /* bit sets over the schema; NULL: all */
    bool account_events;
    const char *pack;           /* whose prior standings; NULL: none */
    const char *const *models;
    uint32_t model_count;
    const int64_t *lead_ids;    /* NULL: all; else these leads with everyone of their accounts */
    uint32_t lead_count;
    const int64_t *account_ids; /* in addition: these accounts with everyone of them */
    uint32_t account_count;
    void (*progress)(void *context, const char *what, uint64_t done, uint64_t all); /* may be NULL */
    void *progress_context;
};

enum as_status as_store_snapshot(struct as_dataset **out, struct as_store *store, const struct as_schema *schema,
                                 const struct as_snapshot_request *request, struct as_error *error);

#endif
