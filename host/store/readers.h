/* Readers: connections beside the store's own, so that threads read at the same time. Internal to host/store.
 */
#ifndef AS_STORE_READERS_H
#define AS_STORE_READERS_H

#include "store/database.h"

struct as_readers {
    struct as_store *at[AS_MAX_THREADS]; /* the first is the store itself */
    unsigned n;
};

/* As many as there are processors, but no more than pieces of work; fewer where one cannot be had, as of a
 * database in memory: the store itself is always there. Each sees what is committed when it begins to read:
 * the caller keeps others from writing what is read, or finds again what they write. */
void as_readers_open(struct as_readers *readers, struct as_store *store, size_t pieces);
void as_readers_close(struct as_readers *readers);

#endif
