/* Readers: several connections to one database. What is read through them is the callers'. */
#include "store/readers.h"

#include "base/thread.h"

void as_readers_open(struct as_readers *readers, struct as_store *store, size_t pieces)
{
    unsigned most = as_in_memory(store) ? 1 : as_processors();
    *readers = (struct as_readers){.at = {store}, .n = 1};
    while (readers->n < most && readers->n < AS_MAX_THREADS && readers->n < pieces &&
           as_store_open(&readers->at[readers->n], store->path, AS_STORE_READ, NULL) == AS_OK)
        readers->n++;
}

void as_readers_close(struct as_readers *readers)
{
    while (readers->n > 1)
        as_store_close(readers->at[--readers->n]);
}
