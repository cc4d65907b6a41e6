/* At a desk: the runs of one twin made within this process, at a desk that stays open while other processes
 * write to the database. */
#ifndef AS_TEST_AT_DESK_H
#define AS_TEST_AT_DESK_H

#include <stdint.h>

struct at_desk;
/* Ends the program when something cannot be opened, as all of these do when they fail. */
struct at_desk *at_desk_open(const char *database, const char *const *packs, int n);
/* A run for `at`, of what was known then. How many packs failed. */
int at_desk_run(struct at_desk *at_desk, int64_t at);
void at_desk_close(struct at_desk *at_desk); /* NULL is fine */

#endif
