/* Test session: a loaded pack and the run of one of its test files. Internal to the test runner and its
 * mutation; a thread has a session of its own.
 */
#ifndef AS_BIND_TEST_SESSION_H
#define AS_BIND_TEST_SESSION_H

#include "bind/trial/test_runner.h"
#include "bind/trial/trial_module.h"

struct as_test_session {
    const struct as_source *source;
    const struct as_test_options *options;
    struct as_schema *schema;
    struct as_script *script;
    struct as_bench bench;
    struct as_trial_context context;
};

/* Loads the pack. Close it also after a failure. */
enum as_status as_test_session_open(struct as_test_session *session, const struct as_source *source,
                                    const struct as_test_options *options, struct as_error *error);
void as_test_session_close(struct as_test_session *session);

/* Which cases of a file run: properties, tried on many generated leads, take long. */
enum as_test_cases { AS_CASES_ALL, AS_CASES_PLAIN, AS_CASES_PROPERTIES };

/* What the cases of one file came to; copies that live in the arena. */
struct as_test_file_run {
    uint64_t order; /* draws the order of the cases when they are shuffled */
    uint64_t seed;  /* of generated leads */
    enum as_test_cases cases;
    uint32_t first;      /* the case to begin with: those before it run last */
    uint32_t last;       /* set: the case that ran last, which is the one that failed under fail_fast */
    uint32_t properties; /* set: how many cases are properties */
    struct as_arena arena;
    AS_LIST(struct as_test_result) results;
    uint32_t left_out; /* cases that nobody asked for */
    bool failed;
};

bool as_test_file_is(const char *name); /* ends in _test.lua */
/* Runs one file in a fresh sandbox; ends at the first failure under fail_fast. run->arena is open. */
enum as_status as_test_session_file(struct as_test_file_run *run, struct as_test_session *session,
                                    const struct as_source_file *file, struct as_error *error);

/* The next of a sequence of numbers that a seed alone decides. */
uint64_t as_test_draw(uint64_t *state);
/* The numbers 0 … n-1, drawn into an order when `shuffle`, in an array to be freed; NULL: memory is out. */
uint32_t *as_test_order(uint32_t n, bool shuffle, uint64_t *state);

#endif
