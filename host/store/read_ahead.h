/* Read ahead: what is about to be read of the database file is brought into memory by threads that wait for
 * the disk instead of those that compute. Internal to host/store.
 *
 * The pages of a table or index that grew beside others lie with gaps between them, so that the system does
 * not see that they are read in order and each is waited for. Here they are known beforehand, from the pages
 * above them, and come in large pieces. It is a hint: what is wrong or missing in it costs time, nothing
 * else.
 */
#ifndef AS_STORE_READ_AHEAD_H
#define AS_STORE_READ_AHEAD_H

#include "store/database.h"

struct as_read_ahead;

/* Begins to read the pages of up to AS_READ_AHEAD_TREES tables and indexes, each in the order of its keys; of
 * none the whole file, unless it is more than half of the memory. *out NULL where that is of no use: of a
 * small file, one in memory, or where there is no thread to be had. */
enum { AS_READ_AHEAD_TREES = 3 };
void as_read_ahead_begin(struct as_read_ahead **out, struct as_store *store, const char *const *trees,
                         size_t n);
/* The caller has read `done` of `all` parts of what it reads, about: so far ahead of it that the system would
 * let go of what was brought nobody reads. Until it is told nothing it is taken to be at the beginning. */
void as_read_ahead_reached(struct as_read_ahead *ahead, uint64_t done, uint64_t all);
/* Stops and waits for the threads. NULL is fine. */
void as_read_ahead_end(struct as_read_ahead *ahead);

#endif
