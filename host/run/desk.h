/* Desk: packs that lie ready to decide again and again: what a run needs of them is made once and kept, and
 * what it needs of the database is asked for again only when it may have changed.
 *
 * A run at a desk decides as a run of its own process would: whoever else writes to the database meanwhile is
 * noticed. Packs, their functions and the schema given with a request must outlive the desk; one desk is for
 * one thread.
 */
#ifndef AS_RUN_DESK_H
#define AS_RUN_DESK_H

#include "run/run.h"

struct as_desk;
enum as_status as_desk_open(struct as_desk **out, struct as_store *store, struct as_error *error);
/* As as_run, which is a desk that is opened for one run. The schema is the same at every run. */
enum as_status as_desk_run(struct as_run_result *out, struct as_desk *desk,
                           const struct as_run_request *request, struct as_error *error);
/* When a run is worth making though nothing is new: a clock of some pack's service level stands otherwise
 * from then on, or a lead whose time is over may go to somebody, or, at the moment of the last run, that one
 * left something to the next. The first such moment after `after` (AS_TIME_NONE: of all); AS_TIME_NONE:
 * never. */
int64_t as_desk_next(const struct as_desk *desk, int64_t after);
void as_desk_close(struct as_desk *desk); /* NULL is fine */

#endif
