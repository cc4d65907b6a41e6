/* Test session: a loaded pack and its test files. Internal to the test runner and its mutation. */
#ifndef AS_BIND_TEST_SESSION_H
#define AS_BIND_TEST_SESSION_H

#include "bind/test_runner.h"
#include "bind/trial.h"

struct as_test_session {
    const struct as_source *source;
    const struct as_test_options *options;
    struct as_test_totals *totals;
    struct as_schema *schema;
    struct as_script *script;
    struct as_bench bench;
    uint64_t order; /* state of the shuffle */
    bool stopped;   /* fail_fast, and a case failed */
};

/* Loads the pack. `session` holds source, options and totals. Close it also after a failure. */
enum as_status as_test_session_open(struct as_test_session *session, struct as_error *error);
void as_test_session_close(struct as_test_session *session);

bool as_test_file_is(const char *name); /* ends in _test.lua */
/* Runs one file in a fresh sandbox. */
enum as_status as_test_session_file(struct as_test_session *session, const struct as_source_file *file,
                                    struct as_error *error);

#endif
