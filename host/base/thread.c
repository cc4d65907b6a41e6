/* A fixed number of threads over numbered items. What an item is, is the caller's. */
#include "base/thread.h"
#include "base/limits.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

struct parallel_shared {
    atomic_size_t next;
    atomic_bool stopped;
    size_t n;
    as_work_fn work;
    void *context;
};

struct parallel_worker {
    struct parallel_shared *shared;
    pthread_t thread;
    unsigned index;
    size_t failed_item;
    enum as_status status;
    struct as_error error;
};

/* Items are handed out in order, so every item below a failing one has started and will be heard. */
static void *work_through(void *argument)
{
    struct parallel_worker *worker = argument;
    struct parallel_shared *shared = worker->shared;
    while (!atomic_load(&shared->stopped)) {
        size_t item = atomic_fetch_add(&shared->next, 1);
        if (item >= shared->n)
            break;
        worker->status = shared->work(shared->context, worker->index, item, &worker->error);
        if (worker->status != AS_OK) {
            worker->failed_item = item;
            atomic_store(&shared->stopped, true);
            break;
        }
    }
    return NULL;
}

enum as_status as_parallel(unsigned threads, size_t n, as_work_fn work, void *context, struct as_error *error)
{
    if (n == 0)
        return AS_OK;
    if (threads == 0)
        threads = 1;
    if (threads > AS_MAX_THREADS)
        threads = AS_MAX_THREADS;
    if (threads > n)
        threads = (unsigned)n;
    struct parallel_shared shared = {.n = n, .work = work, .context = context};
    struct parallel_worker *workers = calloc(threads, sizeof *workers);
    if (!workers)
        return as_error_memory(error);
    unsigned started = 1; /* the caller's */
    for (unsigned i = 0; i < threads; i++) {
        workers[i].shared = &shared;
        workers[i].index = i;
    }
    /* When the system gives no more threads the work is done by those there are. */
    while (started < threads &&
           pthread_create(&workers[started].thread, NULL, work_through, &workers[started]) == 0)
        started++;
    work_through(&workers[0]);
    for (unsigned i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    const struct parallel_worker *first = NULL;
    for (unsigned i = 0; i < started; i++)
        if (workers[i].status != AS_OK && (!first || workers[i].failed_item < first->failed_item))
            first = &workers[i];
    enum as_status status = first ? first->status : AS_OK;
    if (first && error && error->status == AS_OK) {
        *error = first->error;
        if (error->status == AS_OK)
            as_error_set(error, status, "work item %zu failed", first->failed_item);
    }
    free(workers);
    return status;
}

unsigned as_processors(void)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    if (sched_getaffinity(0, sizeof set, &set) != 0)
        return 1;
    int n = CPU_COUNT(&set);
    return n < 1 ? 1 : (unsigned)n;
}
