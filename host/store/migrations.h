/* Migrations: the way of the file from one format to the next. Internal to host/store. */
#ifndef AS_STORE_MIGRATIONS_H
#define AS_STORE_MIGRATIONS_H

#include "base/embedded.h"
#include "store/database.h"

/* formats/, by its manifest. */
extern const struct as_embedded_file as_formats_files[];
extern const size_t as_formats_count;

/* Brings an opened file to the newest format that n scripts make; each one's name begins with the number of
 * the format that it makes, and they ascend. An empty file is made by all of them, one of a format of theirs
 * by those that make higher ones: in one transaction, whole or not at all. AS_ERR_DATA with advice: it is not
 * ours, of a format of before the first or after the last, or it would have to change and is only read. */
enum as_status as_migrate(struct as_store *store, const struct as_embedded_file *scripts, size_t n,
                          struct as_error *error);

#endif
