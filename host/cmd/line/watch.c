/* Phases of long work as bars, one after the other. */
#include "cmd/line/watch.h"

#include <stdio.h>
#include <string.h>

/* SQL that runs says no more than that it does. */
static void show_store(void *context, uint64_t done, uint64_t all)
{
    struct as_watch *watch = context;
    if (done > 0 || all > 0)
        as_watch_show(watch, watch->what, done, all);
    else if (watch->phase[0] == '\0')
        as_watch_show(watch, watch->what, 0, 0);
    else
        as_watch_show(watch, watch->phase, watch->done, watch->all);
}

void as_watch_open(struct as_watch *watch, struct as_context *context, const char *what, const char *unit)
{
    *watch = (struct as_watch){.context = context, .what = what, .unit = unit};
    if (context->store != NULL)
        as_store_watch(context->store, show_store, watch);
}

bool as_watch_show(void *context, const char *phase, uint64_t done, uint64_t all)
{
    struct as_watch *watch = context;
    if (strcmp(watch->phase, phase) != 0) {
        as_watch_hide(watch);
        snprintf(watch->phase, sizeof watch->phase, "%s", phase);
        as_progress_start(&watch->progress, &watch->context->terminal, watch->phase, watch->unit);
    }
    watch->done = done;
    watch->all = all;
    as_progress_show(&watch->progress, all == 0 ? -1 : (double)done / (double)all, done);
    return watch->context->interrupted == NULL || !*watch->context->interrupted;
}

void as_watch_begin(struct as_watch *watch, uint64_t all)
{
    as_watch_show(watch, watch->what, 0, all);
    if (watch->context->terminal.err_is_terminal)
        watch->progress.shown = 0;
    as_watch_show(watch, watch->what, 0, all);
}

void as_watch_hide(struct as_watch *watch)
{
    if (watch->phase[0] != '\0')
        as_progress_end(&watch->progress);
}

void as_watch_close(struct as_watch *watch)
{
    as_watch_hide(watch);
    if (watch->context->store != NULL)
        as_store_watch(watch->context->store, NULL, NULL);
}
