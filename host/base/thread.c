/* A fixed number of threads over numbered items: those that all may do, and those that one thread takes in
 * order. What an item is, is the caller's. */
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

/* --- made by all, taken by one --- */

struct relay {
    pthread_mutex_t lock;
    pthread_cond_t moved; /* an item was made or taken, or all is over */
    size_t n, ahead, next, taken;
    bool *made; /* by slot */
    bool stopped;
    size_t failed_item;
    enum as_status status;
    struct as_error error; /* of the lowest item that failed */
    as_work_fn make;
    void *context;
};

struct relay_worker {
    struct relay *relay;
    pthread_t thread;
    unsigned index;
};

/* The lock is held. */
static void relay_failed(struct relay *relay, size_t item, enum as_status status,
                         const struct as_error *error)
{
    if (relay->status == AS_OK || item < relay->failed_item) {
        relay->status = status;
        relay->failed_item = item;
        relay->error = *error;
    }
    relay->stopped = true;
}

static bool may_make(const struct relay *relay)
{
    return relay->next < relay->n && relay->next - relay->taken < relay->ahead;
}

/* The lock is held, but not while the item is made. */
static void make_next(struct relay *relay, unsigned worker)
{
    struct as_error error = AS_ERROR_INIT;
    size_t item = relay->next++;
    pthread_mutex_unlock(&relay->lock);
    enum as_status status = relay->make(relay->context, worker, item, &error);
    pthread_mutex_lock(&relay->lock);
    if (status != AS_OK)
        relay_failed(relay, item, status, &error);
    relay->made[item % relay->ahead] = true;
    pthread_cond_broadcast(&relay->moved);
}

static void *make_all(void *argument)
{
    const struct relay_worker *worker = argument;
    struct relay *relay = worker->relay;
    pthread_mutex_lock(&relay->lock);
    while (!relay->stopped && relay->next < relay->n) {
        if (may_make(relay))
            make_next(relay, worker->index);
        else
            pthread_cond_wait(&relay->moved, &relay->lock);
    }
    pthread_mutex_unlock(&relay->lock);
    return NULL;
}

static void take_all(struct relay *relay, as_work_fn take)
{
    pthread_mutex_lock(&relay->lock);
    while (!relay->stopped && relay->taken < relay->n) {
        size_t item = relay->taken;
        if (relay->made[item % relay->ahead]) {
            struct as_error error = AS_ERROR_INIT;
            pthread_mutex_unlock(&relay->lock);
            enum as_status status = take(relay->context, 0, item, &error);
            pthread_mutex_lock(&relay->lock);
            if (status != AS_OK)
                relay_failed(relay, item, status, &error);
            relay->made[item % relay->ahead] = false;
            relay->taken++;
            pthread_cond_broadcast(&relay->moved);
        } else if (may_make(relay)) {
            make_next(relay, 0);
        } else {
            pthread_cond_wait(&relay->moved, &relay->lock);
        }
    }
    pthread_cond_broadcast(&relay->moved);
    pthread_mutex_unlock(&relay->lock);
}

enum as_status as_relay(unsigned threads, size_t n, size_t ahead, as_work_fn make, as_work_fn take,
                        void *context, struct as_error *error)
{
    struct relay relay = {.n = n, .ahead = ahead < 1 ? 1 : ahead, .make = make, .context = context};
    struct relay_worker workers[AS_MAX_THREADS];
    unsigned started = 1; /* the caller's */
    if (threads > AS_MAX_THREADS)
        threads = AS_MAX_THREADS;
    if (threads > n)
        threads = (unsigned)n;
    if (n == 0)
        return AS_OK;
    relay.made = calloc(relay.ahead, sizeof *relay.made);
    if (relay.made == NULL)
        return as_error_memory(error);
    if (pthread_mutex_init(&relay.lock, NULL) != 0) {
        free(relay.made);
        return as_error_memory(error);
    }
    pthread_cond_init(&relay.moved, NULL);
    for (; started < threads; started++) {
        workers[started] = (struct relay_worker){.relay = &relay, .index = started};
        if (pthread_create(&workers[started].thread, NULL, make_all, &workers[started]) != 0)
            break;
    }
    take_all(&relay, take);
    for (unsigned i = 1; i < started; i++)
        pthread_join(workers[i].thread, NULL);
    pthread_cond_destroy(&relay.moved);
    pthread_mutex_destroy(&relay.lock);
    free(relay.made);
    if (relay.status != AS_OK && error != NULL && error->status == AS_OK) {
        *error = relay.error;
        if (error->status == AS_OK)
            as_error_set(error, relay.status, "work item %zu failed", relay.failed_item);
    }
    return relay.status;
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
