/* Guard: programmes run their course. */
#ifndef AS_RUN_GUARD_H
#define AS_RUN_GUARD_H

#include "store/work/programmes.h"

/* AS_ERR_CONFLICT when a version drops or changes a programme that goes on and has not had its least
 * exposure: the message names how many of how many people and days, and the day from which on it may. */
enum as_status as_guard_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                   struct as_error *error);

/* The same of one programme that somebody wants to stop. */
enum as_status as_guard_stop(struct as_store *store, const struct as_programme_row *row, int64_t at,
                             struct as_error *error);

/* A run by this version: what it drops or changes ends, what it has anew begins. */
enum as_status as_follow_programmes(struct as_store *store, const struct as_pack *pack, int64_t at,
                                    struct as_error *error);

#endif
