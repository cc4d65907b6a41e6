/* The program: signals, then the command line. */
#include "cmd/commands.h"
#include "cmd/line/context.h"

#include <signal.h>

/* The one variable of the program: a signal handler has no other way to be heard. */
static volatile sig_atomic_t interrupted;

/* The first interrupt asks; after it the default action is back, so a second one kills. */
static void on_interrupt(int signal_number)
{
    interrupted = signal_number;
}

int main(int argc, char **argv)
{
    struct sigaction on = {.sa_handler = on_interrupt, .sa_flags = (int)SA_RESETHAND};
    sigemptyset(&on.sa_mask);
    sigaction(SIGINT, &on, NULL);
    sigaction(SIGTERM, &on, NULL);
    /* Writing to a reader that went away is an error to handle, not a reason to die in a transaction. */
    signal(SIGPIPE, SIG_IGN);
    int code = as_command_main(as_commands(), argc - 1, argv + 1, &interrupted, stdout, stderr);
    if (interrupted) {
        /* Shells tell an interrupted child from a failed one by its signal. */
        signal(interrupted, SIG_DFL);
        raise(interrupted);
    }
    return code;
}
