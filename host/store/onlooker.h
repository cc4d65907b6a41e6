/* Onlooker: reads a database in a folder that the process may not write to. Internal to host/store.
 *
 * SQLite reads a file with a log only together with the log and what connections share of it, both beside the
 * file. Where they are there it reads them; where neither is and nobody may make them, the file is whole by
 * itself and can be read as one that nobody writes to. Somebody may nevertheless: so it is looked at again
 * when all was read.
 */
#ifndef AS_STORE_ONLOOKER_H
#define AS_STORE_ONLOOKER_H

#include "base/text.h"

#include <sys/stat.h>

/* Whether the file at `path` is to be read so: *name, zeroed by the caller who also frees it, gets the URI
 * that SQLite opens it by, and *seen the file as it stands. Otherwise, and where memory is out, nothing
 * changes. */
bool as_onlooker_name(struct as_buf *name, struct stat *seen, const char *path);
/* Whether it still stands as it did. */
bool as_onlooker_unchanged(const struct stat *seen, const char *path);

#endif
