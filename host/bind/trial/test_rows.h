/* Test rows: descriptions of leads that would show what the tests of a pack have not shown of its conditions,
 * found among generated leads and made small. */
#ifndef AS_BIND_TEST_ROWS_H
#define AS_BIND_TEST_ROWS_H

#include "bind/trial/test_session.h"

struct as_test_rows {
    struct as_arena arena;
    const char *
        *at;    /* by want, then by index into the coverage's conditions or decided; NULL: none was found */
    uint32_t n; /* of each want */
};

/* Looks for rows; what is not found stays NULL. The session's bench counts nothing meanwhile. *out is always
 * set and freed by as_test_rows_free. */
enum as_status as_test_rows_find(struct as_test_rows *out, struct as_test_session *session,
                                 const struct as_coverage *coverage, struct as_error *error);
void as_test_rows_free(struct as_test_rows *rows);

#endif
