/* Work over batches by a fixed number of threads. */
#ifndef AS_BASE_THREAD_H
#define AS_BASE_THREAD_H

#include "base/status.h"

#include <stddef.h>

/* One piece of work. `worker` is 0..threads-1 and never runs two items at once, so that per-worker
 * scratch needs no lock. Returns AS_OK to go on; anything else stops the whole. */
typedef enum as_status (*as_work_fn)(void *context, unsigned worker, size_t item, struct as_error *error);

/* Runs items 0..n-1 over up to `threads` threads (the caller's is one of them), handing them out in
 * order. After a failure no new item starts, all threads are joined, and the error of the lowest failing
 * item is given. threads 0 counts as 1; at most AS_MAX_THREADS. */
enum as_status as_parallel(unsigned threads, size_t n, as_work_fn work, void *context,
                           struct as_error *error);

/* Items that threads make and the caller's thread takes, one after the other in order: `make` is called as in
 * as_parallel, `take` by the caller's thread alone, whose worker is 0 and which makes items too while none is
 * there to be taken. At most `ahead` items (at least 1) are made and not yet taken: what one leaves may lie
 * in slot item % ahead, which is free again when it was taken. After a failure nothing more is made or taken
 * and the error of the lowest failing item is given. */
enum as_status as_relay(unsigned threads, size_t n, size_t ahead, as_work_fn make, as_work_fn take,
                        void *context, struct as_error *error);

/* Processors this process may use, at least 1. */
unsigned as_processors(void);

#endif
