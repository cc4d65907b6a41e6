/* Pseudo-terminal: whether this machine gives one out; a bare container without /dev/pts does not. */
#ifndef ASSAY_TEST_PSEUDO_TERMINAL_H
#define ASSAY_TEST_PSEUDO_TERMINAL_H

#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* What a test program returns that was skipped. */
enum { SKIPPED = 77 };

static inline bool has_pseudo_terminal(void)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY), other = -1;
    if (terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0 && ptsname(terminal) != NULL)
        other = open(ptsname(terminal), O_RDWR | O_NOCTTY);
    if (terminal >= 0)
        close(terminal);
    if (other >= 0)
        close(other);
    else
        fputs("skipped: there is no pseudo-terminal here\n", stderr);
    return other >= 0;
}

#endif
