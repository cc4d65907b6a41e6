/* Test runner: a pack's *_test.lua files, each in a fresh sandbox with a step budget, reported case by case;
 * what they cover of the pack, and which changes of the pack they notice.
 */
#ifndef AS_BIND_TEST_RUNNER_H
#define AS_BIND_TEST_RUNNER_H

#include "bind/script/host.h"
#include "score/testing/coverage.h"
#include "score/testing/mutation.h"

/* The name of the case that a file which does not load, or holds no test, is. */
#define AS_TEST_WHOLE_FILE "the file as a whole"

enum as_test_status { AS_TEST_PASSED, AS_TEST_FAILED, AS_TEST_PENDING };

/* One case. Texts live during the callback. */
struct as_test_result {
    const char *file; /* inside the pack */
    int line;         /* where the case stands; 0 for a file as a whole */
    const char *name; /* "an inquiry › is never handed over" */
    enum as_test_status status;
    const struct as_error *error; /* of a failed case, with the line that failed; else NULL */
    const char *report;           /* what made the decision so, in lines; "" for none */
};

/* Descriptions of leads that would show what no test showed. */
struct as_test_rows;
/* What a lead is wanted for: that a condition is yes, is no; that a leaf decides alone, being yes, being no.
 */
enum as_row_want { AS_ROW_YES, AS_ROW_NO, AS_ROW_DECIDES_YES, AS_ROW_DECIDES_NO };
enum { AS_ROW_WANTS = AS_ROW_DECIDES_NO + 1 };
/* The row for place i of the coverage's conditions or decided, `decide { … }` in lines; NULL when none was
 * found. */
const char *as_test_row(const struct as_test_rows *rows, enum as_row_want want, uint32_t i);

struct as_test_options {
    const char *filter; /* cases whose file or name contains it, whatever the ASCII case; NULL all */
    const char *tags;   /* "a,b,-c": cases tagged a or b, and not c; NULL all */
    /* Whether a case shall run, beside the filter; NULL: every one. Called on any thread. */
    bool (*only)(void *context, const char *file, const char *name);
    uint64_t steps;      /* VM steps a case may take; 0: AS_TEST_STEPS */
    size_t memory;       /* see as_script_limits */
    const char *library; /* see as_script_limits */
    bool fail_fast;      /* stop at the first case that fails */
    bool shuffle;        /* files, and cases in a file, in an order drawn from `seed` */
    uint64_t seed;       /* also of generated leads */
    uint32_t repeat; /* run everything so often; 0: once. Each time with other leads, and shuffled in another
                        order */
    uint32_t jobs;   /* files that run at once, each on a thread; 0: one */
    /* Called once when all ran, with what they covered and rows for what they did not; NULL: nobody counts.
     */
    enum as_status (*covered)(void *context, const struct as_coverage *coverage,
                              const struct as_test_rows *rows, const struct as_pack *pack,
                              struct as_error *error);
    /* Called for every case in the order of the files, one call at a time, on any thread; a status other than
     * AS_OK stops the tests and is returned. */
    enum as_status (*each)(void *context, const struct as_test_result *result, struct as_error *error);
    void *context;
};

struct as_test_totals {
    uint32_t files, passed, failed, pending, left_out; /* left_out: not asked for */
};

/* Runs the tests of a pack that is loaded from `source`. A pack that does not load is that error. A test file
 * that does not load, or holds no test, is a failed case of its own; AS_ERR_MISSING when the pack has no test
 * file at all. */
enum as_status as_tests_run(struct as_test_totals *totals, const struct as_source *source,
                            const struct as_test_options *options, struct as_error *error);

struct as_mutation_totals {
    uint32_t mutants, killed; /* killed: some case failed */
    uint32_t same;            /* left out as equivalent */
    uint32_t refused;         /* left out: the changed pack does not compile */
};
struct as_mutation_options {
    const char *filter; /* cases that may notice, as in as_test_options */
    const char *tags;
    uint64_t steps;
    uint64_t seed; /* of generated leads */
    uint32_t jobs; /* mutants that are tried at once; 0: one */
    const char *library;
    /* Called for every mutant that all cases passed, in order, when all were tried; a status other than AS_OK
     * stops. */
    enum as_status (*survived)(void *context, const struct as_mutant *mutant, struct as_error *error);
    /* Called after every mutant, one call at a time, on any thread; false stops with AS_ERR_STOPPED. May be
     * NULL. */
    bool (*progress)(void *context, uint32_t done, uint32_t all);
    void *context;
};

/* Tries the tests against every mutant of the pack, each file in a fresh sandbox, until one fails.
 * AS_ERR_RULE when a case fails already on the pack as it is. */
enum as_status as_tests_mutate(struct as_mutation_totals *totals, const struct as_source *source,
                               const struct as_mutation_options *options, struct as_error *error);

#endif
