/* Refinery: what each of our people did with leads before sales had them. */
#ifndef AS_STORE_REFINERY_H
#define AS_STORE_REFINERY_H

#include "store/store.h"

struct as_refinery_row {
    const char *user;                  /* "" in the row of all */
    uint64_t contacted, asked, placed; /* leads, each once */
    uint64_t conversations, documented, probed, stimulated;
};
typedef enum as_status (*as_refinery_fn)(void *context, const struct as_refinery_row *row,
                                         struct as_error *error);
/* Of what happened in [since, until]; by name, or all together. since AS_TIME_NONE: ever. */
enum as_status as_store_refinery(struct as_store *store, int64_t since, int64_t until, bool together,
                                 as_refinery_fn each, void *context, struct as_error *error);

/* Stays in tracks of a pack that began then: by whose word, and where the rules had the lead. */
struct as_placed_row {
    const char *track, *instead; /* instead "": nowhere, or by the rules */
    bool by_word;
    uint64_t leads;
};
typedef enum as_status (*as_placed_fn)(void *context, const struct as_placed_row *row,
                                       struct as_error *error);
enum as_status as_store_placed(struct as_store *store, const char *pack, int64_t since, int64_t until,
                               as_placed_fn each, void *context, struct as_error *error);

#endif
