/* Score table: the scores of all score files as the table score_value(score_id, lead_id, value, low, high,
 * day) of SQL, points in milli-points. Internal to host/store. Built twice: into the host, and with
 * AS_SQLITE_EXTENSION into a module that other programs load. */
#ifndef AS_STORE_SCORE_TABLE_H
#define AS_STORE_SCORE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct sqlite3;

/* The scores of a database in memory, which has no files: bytes of the file that a model's row names, NULL
 * none. */
typedef const void *(*as_score_bytes_fn)(void *context, int64_t model_id, size_t *n);

/* A SQLite result code. in_memory may be NULL. */
int as_score_table_register(struct sqlite3 *db, as_score_bytes_fn in_memory, void *context);

#endif
