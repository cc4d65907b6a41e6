/* Runs the rule tests of a pack: every file an item of work for one of the threads, each of which has the
 * pack loaded for itself. Results are handed on in the order of the files, whichever thread was first. */
#include "bind/trial/test_rows.h"

#include "base/limits.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>

/* One file to run, once. */
struct item {
    const struct as_source_file *file;
    struct as_test_file_run run;
    bool done;
};

/* One thread's copy of the pack. */
struct seat {
    struct as_test_session session;
    struct as_coverage coverage;
    bool open;
};

struct running {
    const struct as_source *source;
    const struct as_test_options *options;
    struct as_test_totals *totals;
    struct item *items;
    uint32_t n, next; /* next: the first whose results were not handed on */
    struct seat *seats;
    unsigned threads;
    bool stopped; /* fail_fast, and a case failed */
    pthread_mutex_t lock;
};

static enum as_status open_seat(struct seat *seat, const struct running *running, struct as_error *error)
{
    if (seat->open)
        return AS_OK;
    seat->open = true;
    enum as_status status = as_test_session_open(&seat->session, running->source, running->options, error);
    if (status == AS_OK && running->options->covered != NULL) {
        status = as_coverage_open(&seat->coverage, seat->session.bench.pack, error);
        seat->session.bench.coverage = &seat->coverage;
    }
    return status;
}

/* Hands on the results of one file. */
static enum as_status hand_on(struct running *running, const struct item *item, struct as_error *error)
{
    const struct as_test_options *options = running->options;
    uint32_t *counts[] = {&running->totals->passed, &running->totals->failed, &running->totals->pending};
    enum as_status status = AS_OK;
    running->totals->files++;
    running->totals->left_out += item->run.left_out;
    for (uint32_t i = 0; status == AS_OK && i < item->run.results.n; i++) {
        const struct as_test_result *result = &item->run.results.at[i];
        ++*counts[result->status];
        status = options->each(options->context, result, error);
    }
    running->stopped = running->stopped || (options->fail_fast && item->run.failed);
    return status;
}

/* as_work_fn: runs a file, then hands on what is ready in the order of the files. */
static enum as_status run_item(void *context, unsigned worker, size_t i, struct as_error *error)
{
    struct running *running = context;
    struct item *item = &running->items[i];
    struct seat *seat = &running->seats[worker];
    pthread_mutex_lock(&running->lock);
    bool stopped = running->stopped;
    pthread_mutex_unlock(&running->lock);
    if (stopped)
        return AS_OK;
    enum as_status status = open_seat(seat, running, error);
    if (status == AS_OK)
        status = as_test_session_file(&item->run, &seat->session, item->file, error);
    pthread_mutex_lock(&running->lock);
    item->done = status == AS_OK;
    while (status == AS_OK && !running->stopped && running->next < running->n &&
           running->items[running->next].done) {
        struct item *ready = &running->items[running->next++];
        status = hand_on(running, ready, error);
        as_arena_free(&ready->run.arena);
        ready->run.results.n = 0;
    }
    pthread_mutex_unlock(&running->lock);
    return status;
}

/* The files in the order to run, as often as asked. */
static enum as_status list_items(struct running *running, struct as_error *error)
{
    const struct as_test_options *options = running->options;
    const struct as_source *source = running->source;
    uint32_t repeat = options->repeat > 0 ? options->repeat : 1;
    uint64_t state = options->seed;
    running->items = calloc((size_t)source->files.n * repeat + 1, sizeof *running->items);
    if (running->items == NULL)
        return as_error_memory(error);
    for (uint32_t again = 0; again < repeat; again++) {
        uint32_t *order = as_test_order(source->files.n, options->shuffle, &state);
        if (order == NULL)
            return as_error_memory(error);
        for (uint32_t i = 0; i < source->files.n; i++) {
            const struct as_source_file *file = &source->files.at[order[i]];
            if (!as_test_file_is(file->name))
                continue;
            struct item *item = &running->items[running->n++];
            *item = (struct item){.file = file,
                                  .run = {.order = as_test_draw(&state), .seed = options->seed + again}};
            as_arena_init(&item->run.arena);
        }
        free(order);
    }
    return AS_OK;
}

static void close_all(struct running *running)
{
    for (uint32_t i = 0; running->items != NULL && i < running->n; i++)
        as_arena_free(&running->items[i].run.arena);
    for (unsigned i = 0; running->seats != NULL && i < running->threads; i++)
        if (running->seats[i].open) {
            as_coverage_close(&running->seats[i].coverage);
            as_test_session_close(&running->seats[i].session);
        }
    free(running->items);
    free(running->seats);
    pthread_mutex_destroy(&running->lock);
}

enum as_status as_tests_run(struct as_test_totals *totals, const struct as_source *source,
                            const struct as_test_options *options, struct as_error *error)
{
    *totals = (struct as_test_totals){0};
    struct running running = {.source = source, .options = options, .totals = totals};
    pthread_mutex_init(&running.lock, NULL);
    enum as_status status = list_items(&running, error);
    running.threads = options->jobs > 1 ? options->jobs : 1;
    if (running.threads > running.n)
        running.threads = running.n > 0 ? running.n : 1;
    if (running.threads > AS_MAX_THREADS)
        running.threads = AS_MAX_THREADS;
    running.seats = calloc(running.threads, sizeof *running.seats);
    if (status == AS_OK && running.seats == NULL)
        status = as_error_memory(error);
    if (status == AS_OK) /* also a pack without tests is first of all one that loads */
        status = open_seat(&running.seats[0], &running, error);
    if (status == AS_OK && running.n == 0) {
        status = as_error_set(error, AS_ERR_MISSING, "the pack \"%s\" has no tests",
                              running.seats[0].session.bench.pack->name);
        as_error_advise(error, "write them beside the rules in files that end in _test.lua");
    }
    if (status == AS_OK)
        status = as_parallel(running.threads, running.n, run_item, &running, error);
    if (status == AS_OK && options->covered != NULL) {
        struct seat *first = &running.seats[0];
        for (unsigned i = 1; i < running.threads; i++)
            if (running.seats[i].open)
                as_coverage_merge(&first->coverage, &running.seats[i].coverage);
        struct as_test_rows rows;
        status = as_test_rows_find(&rows, &first->session, &first->coverage, error);
        if (status == AS_OK)
            status =
                options->covered(options->context, &first->coverage, &rows, first->session.bench.pack, error);
        as_test_rows_free(&rows);
    }
    close_all(&running);
    return status;
}
