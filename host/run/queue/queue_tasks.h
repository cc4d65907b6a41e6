/* Tasks of the queue: what runs and people left to be done that is no step the queue tells of already:
 * managers' tasks of service levels, those of watches, stages and plays. Internal to the queue.
 */
#ifndef AS_RUN_QUEUE_TASKS_H
#define AS_RUN_QUEUE_TASKS_H

#include "run/queue/queue.h"
#include "store/work/work.h"

/* Whether a task is asked for, and not told of elsewhere. */
typedef bool (*as_task_wanted_fn)(const void *context, const struct as_task *task);

/* Fills out->tasks, by due (none last), at most `most`, and counts all of them. */
enum as_status as_queue_read_tasks(struct as_queue *out, struct as_store *store, uint32_t most,
                                   as_task_wanted_fn wanted, const void *context, struct as_error *error);

#endif
