/* Test runner: a pack's *_test.lua files, each in a fresh sandbox with a step budget, reported case by case.
 */
#ifndef AS_BIND_TEST_RUNNER_H
#define AS_BIND_TEST_RUNNER_H

#include "bind/host.h"

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

struct as_test_options {
    const char *filter;  /* cases whose file or name contains it, whatever the ASCII case; NULL all */
    uint64_t steps;      /* VM steps a case may take; 0: AS_TEST_STEPS */
    const char *library; /* see as_script_limits */
    /* Called for every case in order; a status other than AS_OK stops the tests and is returned. */
    enum as_status (*each)(void *context, const struct as_test_result *result, struct as_error *error);
    void *context;
};

struct as_test_totals {
    uint32_t files, passed, failed, pending, left_out; /* left_out: by the filter */
};

/* Runs the tests of a pack that is loaded from `source`. A pack that does not load is that error. A test file
 * that does not load, or holds no test, is a failed case of its own; AS_ERR_MISSING when the pack has no test
 * file at all. */
enum as_status as_tests_run(struct as_test_totals *totals, const struct as_source *source,
                            const struct as_test_options *options, struct as_error *error);

#endif
