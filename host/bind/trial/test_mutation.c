/* Tries a pack's tests against its mutants, in process: the pack is changed in place, compiled again, and the
 * files run in fresh sandboxes until a case fails. Every thread has the pack for itself and takes one mutant
 * after the other. Which changes there are is host/score/testing/mutation.h's. */
#include "bind/trial/test_session.h"

#include "base/limits.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* What came of a mutant. */
enum fate { LEFT_OUT, REFUSED, KILLED, SURVIVED };

/* One thread's copy of the pack, and of its mutants: enumerating gives every copy the same. */
struct seat {
    struct as_test_session session;
    struct as_mutation mutation;
    uint32_t last, last_case; /* what noticed the mutant before: likely to notice its neighbour */
    bool *plain;              /* by file: it holds no property */
    bool open;
};

struct mutating {
    const struct as_source *source;
    const struct as_mutation_options *options;
    struct as_test_options run; /* how the tests run */
    struct seat *seats;
    unsigned threads;
    uint8_t *fates; /* by mutant */
    uint32_t n, done;
    pthread_mutex_t lock;
};

static enum as_status open_seat(struct seat *seat, const struct mutating *mutating, struct as_error *error)
{
    if (seat->open)
        return AS_OK;
    seat->open = true;
    seat->plain = calloc(mutating->source->files.n + 1u, sizeof *seat->plain);
    if (seat->plain == NULL)
        return as_error_memory(error);
    enum as_status status = as_test_session_open(&seat->session, mutating->source, &mutating->run, error);
    if (status != AS_OK)
        return status;
    /* The session's script is its own: nobody else sees the pack change. */
    struct as_pack *pack = (struct as_pack *)(uintptr_t)seat->session.bench.pack;
    return as_mutation_open(&seat->mutation, pack, error);
}

/* Runs file k; first gets its first failure unless it is NULL. */
static enum as_status try_file(bool *failed, struct as_error *first, struct seat *seat, uint32_t k,
                               enum as_test_cases cases, struct as_error *error)
{
    const struct as_source_file *file = &seat->session.source->files.at[k];
    struct as_test_file_run run = {
        .seed = seat->session.options->seed, .cases = cases, .first = k == seat->last ? seat->last_case : 0};
    as_arena_init(&run.arena);
    enum as_status status = as_test_session_file(&run, &seat->session, file, error);
    *failed = run.failed;
    if (run.failed) {
        seat->last = k;
        seat->last_case = run.last;
    } else if (status == AS_OK && cases == AS_CASES_PLAIN) {
        seat->plain[k] = run.properties == 0;
    }
    for (uint32_t r = 0; first != NULL && status == AS_OK && r < run.results.n; r++)
        if (run.results.at[r].status == AS_TEST_FAILED) {
            *first = *run.results.at[r].error;
            as_error_at(first, run.results.at[r].file, run.results.at[r].line);
        }
    as_arena_free(&run.arena);
    return status;
}

/* Runs files until a case fails: that of `last` first, and properties after all other cases, since they take
 * long. first: that failure; NULL: nobody asks. */
static enum as_status try_tests(bool *failed, struct as_error *first, struct seat *seat,
                                struct as_error *error)
{
    static const enum as_test_cases passes[] = {AS_CASES_PLAIN, AS_CASES_PROPERTIES};
    const struct as_source *source = seat->session.source;
    enum as_status status = AS_OK;
    *failed = false;
    for (int pass = 0; pass < 2; pass++)
        for (uint32_t i = 0; status == AS_OK && !*failed && i < source->files.n; i++) {
            uint32_t k = i == 0 ? seat->last : i <= seat->last ? i - 1 : i;
            if (!as_test_file_is(source->files.at[k].name) || (pass > 0 && seat->plain[k]))
                continue;
            status = try_file(failed, first, seat, k, passes[pass], error);
        }
    return status;
}

static enum as_status try_mutant(enum fate *fate, struct seat *seat, const struct as_mutant *mutant,
                                 struct as_error *error)
{
    struct as_bench *bench = &seat->session.bench;
    struct as_plan *plan = bench->plan;
    struct as_error why = AS_ERROR_INIT;
    bool failed = false;
    as_mutant_swap(mutant);
    enum as_status status = as_plan_new(&bench->plan, bench->pack, &why);
    if (status == AS_OK) {
        status = try_tests(&failed, NULL, seat, error);
        *fate = failed ? KILLED : SURVIVED;
        as_plan_free(bench->plan);
    } else if (status == AS_ERR_RULE) {
        *fate = REFUSED;
        status = AS_OK;
    } else {
        *error = why;
    }
    bench->plan = plan;
    as_mutant_swap(mutant);
    return status;
}

/* as_work_fn: one mutant. */
static enum as_status try_item(void *context, unsigned worker, size_t i, struct as_error *error)
{
    struct mutating *mutating = context;
    struct seat *seat = &mutating->seats[worker];
    enum fate fate = LEFT_OUT;
    enum as_status status = open_seat(seat, mutating, error);
    if (status == AS_OK)
        status = try_mutant(&fate, seat, &seat->mutation.mutants.at[i], error);
    pthread_mutex_lock(&mutating->lock);
    mutating->fates[i] = (uint8_t)fate;
    mutating->done++;
    if (status == AS_OK && mutating->options->progress != NULL &&
        !mutating->options->progress(mutating->options->context, mutating->done, mutating->n))
        status = as_error_set(error, AS_ERR_STOPPED, "stopped");
    pthread_mutex_unlock(&mutating->lock);
    return status;
}

static void count(struct as_mutation_totals *totals, const struct mutating *mutating)
{
    for (uint32_t i = 0; i < mutating->n; i++) {
        enum fate fate = (enum fate)mutating->fates[i];
        totals->refused += fate == REFUSED;
        totals->mutants += fate == KILLED || fate == SURVIVED;
        totals->killed += fate == KILLED;
    }
}

/* Tells of the survivors in their order. */
static enum as_status tell(const struct mutating *mutating, struct as_error *error)
{
    const struct as_mutation *mutation = &mutating->seats[0].mutation;
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < mutating->n; i++) {
        if (mutating->fates[i] == SURVIVED)
            status = mutating->options->survived(mutating->options->context, &mutation->mutants.at[i], error);
    }
    return status;
}

/* Nobody asks for single results: as_test_session_file keeps them. */
static enum as_status ignore(void *context, const struct as_test_result *result, struct as_error *error)
{
    (void)context;
    (void)result;
    (void)error;
    return AS_OK;
}

static void close_all(struct mutating *mutating)
{
    for (unsigned i = 0; mutating->seats != NULL && i < mutating->threads; i++)
        if (mutating->seats[i].open) {
            free(mutating->seats[i].plain);
            as_mutation_close(&mutating->seats[i].mutation);
            as_test_session_close(&mutating->seats[i].session);
        }
    free(mutating->seats);
    free(mutating->fates);
    pthread_mutex_destroy(&mutating->lock);
}

enum as_status as_tests_mutate(struct as_mutation_totals *totals, const struct as_source *source,
                               const struct as_mutation_options *options, struct as_error *error)
{
    *totals = (struct as_mutation_totals){0};
    struct mutating mutating = {.source = source,
                                .options = options,
                                .threads = options->jobs > 1 ? options->jobs : 1,
                                .run = {.filter = options->filter,
                                        .tags = options->tags,
                                        .steps = options->steps,
                                        .seed = options->seed,
                                        .library = options->library,
                                        .fail_fast = true,
                                        .each = ignore}};
    if (mutating.threads > AS_MAX_THREADS)
        mutating.threads = AS_MAX_THREADS;
    struct as_error first = AS_ERROR_INIT;
    bool failed = false;
    pthread_mutex_init(&mutating.lock, NULL);
    mutating.seats = calloc(mutating.threads, sizeof *mutating.seats);
    enum as_status status = mutating.seats == NULL ? as_error_memory(error) : AS_OK;
    if (status == AS_OK)
        status = open_seat(&mutating.seats[0], &mutating, error);
    if (status == AS_OK)
        status = try_tests(&failed, &first, &mutating.seats[0], error);
    if (status == AS_OK && failed) {
        *error = first;
        status = error->status;
    }
    if (status == AS_OK) {
        mutating.n = mutating.seats[0].mutation.mutants.n;
        mutating.fates = calloc(mutating.n + 1u, 1);
        status = mutating.fates == NULL ? as_error_memory(error) : AS_OK;
    }
    if (status == AS_OK) {
        totals->same = mutating.seats[0].mutation.same;
        status = as_parallel(mutating.threads, mutating.n, try_item, &mutating, error);
        count(totals, &mutating);
    }
    if (status == AS_OK)
        status = tell(&mutating, error);
    close_all(&mutating);
    return status;
}
