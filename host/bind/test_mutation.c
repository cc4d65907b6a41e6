/* Tries a pack's tests against its mutants, in process: the pack is changed in place, compiled again, and the
 * files run in fresh sandboxes until a case fails. Which changes there are is host/score/mutation.h's. */
#include "bind/test_session.h"

#include <stdlib.h>
#include <string.h>

struct mutating {
    struct as_test_session session;
    struct as_test_totals totals;
    struct as_error first; /* the first failure on the pack as it is */
    uint32_t last;         /* the file that noticed the mutant before: likely to notice its neighbour */
    bool steady;           /* the pack as it is passes */
};

static enum as_status see(void *context, const struct as_test_result *result, struct as_error *error)
{
    struct mutating *mutating = context;
    (void)error;
    if (result->status == AS_TEST_FAILED && !mutating->steady) {
        mutating->first = *result->error;
        if (mutating->first.file[0] == '\0')
            as_error_at(&mutating->first, result->file, result->line);
    }
    return AS_OK;
}

/* Runs files until a case fails, that of `last` first. */
static enum as_status try_tests(struct mutating *mutating, struct as_error *error)
{
    struct as_test_session *session = &mutating->session;
    uint32_t n = session->source->files.n, first = mutating->last;
    enum as_status status = AS_OK;
    session->stopped = false;
    for (uint32_t i = 0; status == AS_OK && !session->stopped && i < n; i++) {
        uint32_t k = i == 0 ? first : i <= first ? i - 1 : i;
        const struct as_source_file *file = &session->source->files.at[k];
        if (!as_test_file_is(file->name))
            continue;
        status = as_test_session_file(session, file, error);
        if (session->stopped)
            mutating->last = k;
    }
    return status;
}

/* One mutant: killed when session.stopped is set afterwards. */
static enum as_status try_mutant(struct mutating *mutating, const struct as_mutant *mutant, bool *refused,
                                 struct as_error *error)
{
    struct as_bench *bench = &mutating->session.bench;
    struct as_plan *plan = bench->plan;
    struct as_error why = AS_ERROR_INIT;
    as_mutant_swap(mutant);
    enum as_status status = as_plan_new(&bench->plan, bench->pack, &why);
    *refused = status == AS_ERR_RULE;
    if (status == AS_OK) {
        status = try_tests(mutating, error);
        as_plan_free(bench->plan);
    } else if (*refused) {
        status = AS_OK;
    } else {
        *error = why;
    }
    bench->plan = plan;
    as_mutant_swap(mutant);
    return status;
}

static enum as_status try_all(struct as_mutation_totals *totals, struct mutating *mutating,
                              const struct as_mutation *mutation, const struct as_mutation_options *options,
                              struct as_error *error)
{
    enum as_status status = AS_OK;
    for (uint32_t i = 0; status == AS_OK && i < mutation->mutants.n; i++) {
        const struct as_mutant *mutant = &mutation->mutants.at[i];
        bool refused;
        status = try_mutant(mutating, mutant, &refused, error);
        if (status != AS_OK)
            break;
        totals->refused += refused;
        totals->mutants += !refused;
        if (!refused && mutating->session.stopped)
            totals->killed++;
        else if (!refused)
            status = options->survived(options->context, mutant, error);
        if (status == AS_OK && options->progress != NULL &&
            !options->progress(options->context, i + 1, mutation->mutants.n))
            status = as_error_set(error, AS_ERR_STOPPED, "stopped");
    }
    return status;
}

enum as_status as_tests_mutate(struct as_mutation_totals *totals, const struct as_source *source,
                               const struct as_mutation_options *options, struct as_error *error)
{
    *totals = (struct as_mutation_totals){0};
    struct mutating mutating = {.first = AS_ERROR_INIT};
    struct as_test_options run = {.filter = options->filter,
                                  .steps = options->steps,
                                  .library = options->library,
                                  .fail_fast = true,
                                  .each = see,
                                  .context = &mutating};
    mutating.session =
        (struct as_test_session){.source = source, .options = &run, .totals = &mutating.totals};
    struct as_mutation mutation = {.mutants = {0}};
    enum as_status status = as_test_session_open(&mutating.session, error);
    if (status == AS_OK)
        status = try_tests(&mutating, error);
    if (status == AS_OK && mutating.session.stopped) {
        *error = mutating.first;
        status = error->status;
    }
    mutating.steady = true;
    if (status == AS_OK) {
        /* The session's script is its own: nobody else sees the pack change. */
        struct as_pack *pack = (struct as_pack *)(uintptr_t)mutating.session.bench.pack;
        status = as_mutation_open(&mutation, pack, error);
    }
    if (status == AS_OK) {
        totals->same = mutation.same;
        status = try_all(totals, &mutating, &mutation, options, error);
    }
    as_mutation_close(&mutation);
    as_test_session_close(&mutating.session);
    return status;
}
