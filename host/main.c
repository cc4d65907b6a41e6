/* The program: memory, signals, then the command line. */
#include "base/pages.h"
#include "cmd/commands.h"
#include "cmd/line/context.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>

/* The one variable of the program: a signal handler has no other way to be heard. */
static volatile sig_atomic_t interrupted;

/* The first interrupt asks; after it the default action is back, so a second one kills. */
static void on_interrupt(int signal_number)
{
    interrupted = signal_number;
}

/* Columns of all leads are mappings of their own: they take memory where they are written to alone, and are
 * gone when they are freed. Left to itself, malloc puts what is as large as anything freed before among the
 * small blocks, clears it by writing, and keeps what lies below one that is still in use. Columns of some
 * thousand leads are no mappings: one takes what the last had, whose pages are there.
 *
 * The first 16 MB of small blocks come in large pages where the system has some: a run about few leads takes
 * 2,000 page faults for them else, which is a fifth of its time. */
static void set_memory(void)
{
    enum { LEAST_MAPPED = 1 << 20, GROWN_BY = 16 << 20, FREE_AT_THE_END = 2 * GROWN_BY };
    mallopt(M_MMAP_THRESHOLD, LEAST_MAPPED);
    mallopt(M_TOP_PAD, GROWN_BY);
    mallopt(M_TRIM_THRESHOLD,
            FREE_AT_THE_END);               /* else the first call sets it low, and it is asked for again */
    void *grows = malloc(LEAST_MAPPED / 2); /* more than there is before the first call */
    if (grows != NULL)
        as_pages_prefer_huge(grows, GROWN_BY);
    free(grows);
}

int main(int argc, char **argv)
{
    set_memory();
    struct sigaction on = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&on.sa_mask);
    sigaction(SIGINT, &on, NULL);
    sigaction(SIGTERM, &on, NULL);
    /* Writing to a reader that went away, or more than a file may hold, is an error to handle, not a reason to die
     * in a transaction. */
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    int code = as_command_main(as_commands(), argc - 1, argv + 1, &interrupted, stdout, stderr);
    if (interrupted) {
        /* Shells tell an interrupted child from a failed one by its signal. */
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
    return code;
}
