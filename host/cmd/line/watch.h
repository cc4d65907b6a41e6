/* Watch: what long work shows while it goes on, and how it hears that the user has had enough of it. */
#ifndef AS_CMD_WATCH_H
#define AS_CMD_WATCH_H

#include "cmd/line/context.h"

struct as_watch {
    struct as_context *context;
    const char *what, *unit; /* `what` where the work itself gives no name */
    struct as_progress progress;
    char phase[AS_MAX_NAME]; /* "" none is shown */
    uint64_t done, all;
};

/* From here on the open store, too, says how far it is. unit: what is counted, "leads". Both texts outlive
 * the watch. */
void as_watch_open(struct as_watch *watch, struct as_context *context, const char *what, const char *unit);
/* Takes a struct as_watch, as work's `progress` with its context. all 0: nobody knows. false when the user
 * interrupted. */
bool as_watch_show(void *watch, const char *phase, uint64_t done, uint64_t all);
/* The same before something that may be long in saying more: on a terminal it is shown at once. */
void as_watch_begin(struct as_watch *watch, uint64_t all);
/* Takes the bar away while something else is printed. */
void as_watch_hide(struct as_watch *watch);
/* Removes what is shown, and lets go of the store. */
void as_watch_close(struct as_watch *watch);

#endif
