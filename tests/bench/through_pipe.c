/* One event through a pipe to its answer: `assay follow` reads lines of one end, and what it answers is read
 * at the other. Taken is the time from the line in memory to the line that says it is done, on the clock.
 *
 *     through_pipe ASSAY PACK DATABASE LEADS [EVENTS]     1000 events unless told otherwise
 *
 * The database has been imported and decided once. */
#include "w1_rows.h"

#include "base/text.h"
#include "base/time.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static uint32_t draw(uint64_t *state, uint32_t below)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return (uint32_t)(((*state >> 32) * below) >> 32);
}

static void give_up(const char *what)
{
    perror(what);
    exit(3);
}

static pid_t start(FILE **into, FILE **from, char **argv)
{
    int lines[2], answers[2];
    if (pipe(lines) != 0 || pipe(answers) != 0)
        give_up("pipe");
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0) {
        dup2(lines[0], STDIN_FILENO);
        dup2(answers[1], STDOUT_FILENO);
        close(lines[1]);
        close(answers[0]);
        execl(argv[1], argv[1], "follow", "-", argv[2], "--db", argv[3], "--at", "2026-06-30", (char *)NULL);
        give_up(argv[1]);
    }
    close(lines[0]);
    close(answers[1]);
    *into = fdopen(lines[1], "w");
    *from = fdopen(answers[0], "r");
    if (*into == NULL || *from == NULL)
        give_up("fdopen");
    return child;
}

static void wait_done(FILE *from, uint64_t *decisions)
{
    char *line = NULL;
    size_t room = 0;
    while (getline(&line, &room, from) > 0) {
        *decisions += strncmp(line, "{\"is\":\"decision\"", 16) == 0;
        if (strncmp(line, "{\"is\":\"done\"", 12) == 0) {
            free(line);
            return;
        }
        if (strncmp(line, "{\"is\":\"refused\"", 15) == 0)
            fputs(line, stderr);
    }
    give_up("the answers ended");
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int64_t leads = 0, events = 1000;
    if (argc < 5 || argc > 6 || !as_parse_int(&leads, as_str_of(argv[4])) ||
        (argc > 5 && !as_parse_int(&events, as_str_of(argv[5]))) || leads < 1 || leads > UINT32_MAX ||
        events < 1) {
        fprintf(stderr, "usage: through_pipe ASSAY PACK DATABASE LEADS [EVENTS]\n");
        return 2;
    }
    FILE *into, *from;
    uint64_t state = 7, decisions = 0, before = 0;
    int64_t *took = calloc((size_t)events, sizeof *took);
    if (took == NULL)
        give_up("memory");
    pid_t child = start(&into, &from, argv);
    wait_done(from, &before);
    for (int64_t i = 0; i < events; i++) {
        char at[AS_TIME_TEXT], line[256];
        as_time_format(at, W1_AT - (int64_t)draw(&state, 3 * 86400));
        int n = snprintf(line, sizeof line,
                         "{\"import\":\"events\",\"id\":\"pipe-%" PRId64 "\",\"at\":\"%s\",\"kind\":\"%s\","
                         "\"lead_id\":\"L%" PRIu32 "\"}\n",
                         i, at, w1_kinds[draw(&state, W1_KINDS)], draw(&state, (uint32_t)leads));
        int64_t began = as_clock_ticks();
        if (fwrite(line, 1, (size_t)n, into) != (size_t)n || fflush(into) != 0)
            give_up("writing a line");
        wait_done(from, &decisions);
        took[i] = as_clock_ticks() - began;
    }
    fclose(into);
    int status;
    if (waitpid(child, &status, 0) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        give_up("assay follow");
    fclose(from);
    qsort(took, (size_t)events, sizeof *took, by_size);
    printf("%" PRId64 " lines one by one through a pipe; %" PRId64 " leads; answered %" PRIu64 " decisions\n",
           events, leads, decisions);
    printf("%-28s p50 %8.2f ms   p99 %8.2f ms   most %8.2f ms\n", "line to answer",
           (double)took[events / 2] / 1e6, (double)took[events - 1 - events / 100] / 1e6,
           (double)took[events - 1] / 1e6);
    free(took);
    return 0;
}
