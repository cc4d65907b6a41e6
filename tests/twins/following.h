/* Following: one twin taken in and decided by `assay follow`, in a process of its own whose clock is ours: it
 * stands still until it is told to go on. */
#ifndef AS_TEST_FOLLOWING_H
#define AS_TEST_FOLLOWING_H

#include "base/text.h"

#include <stdint.h>

struct following;
/* What came of a moment. */
struct followed {
    int runs;         /* how often it decided: woken by a clock of a service level, or for lines */
    uint64_t refused; /* lines */
};

/* folder: of the database; packs end with NULL. Ends the program when anything fails, as all of these do. */
struct following *following_start(struct followed *out, const char *folder, const char *const *packs, int n,
                                  int64_t at);
/* It is `at` now, and these lines are there; none: only time has passed. */
void following_go_on(struct followed *out, struct following *following, int64_t at, struct as_str lines);
void following_end(struct following *following); /* NULL is fine */

#endif
