/* Recorded: when rows and their facts came to be known, for whoever must not use what came later. */
#ifndef AS_STORE_RECORDED_H
#define AS_STORE_RECORDED_H

#include "data/facts/schema.h"
#include "store/store.h"

typedef enum as_status (*as_recorded_fn)(void *context, int64_t row_id, int64_t known_from,
                                         struct as_error *error);
/* When each lead or account was first known, by id. */
enum as_status as_store_first_known(struct as_store *store, enum as_level level, as_recorded_fn each,
                                    void *context, struct as_error *error);
/* Since when the value that was held of a field at `known_at` is known, of the rows where that is later than
 * the row itself; by id. */
enum as_status as_store_recorded_later(struct as_store *store, enum as_level level, const char *field,
                                       int64_t known_at, as_recorded_fn each, void *context,
                                       struct as_error *error);

#endif
