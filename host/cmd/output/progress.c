/* Progress of long work, on the error stream so that output can be piped. */
#include "base/time.h"
#include "cmd/output/terminal.h"

#include <math.h>

static const int64_t second = 1000000000;

void as_progress_start(struct as_progress *progress, const struct as_terminal *terminal, const char *what,
                       const char *unit)
{
    int64_t now = as_clock_ticks();
    *progress =
        (struct as_progress){.terminal = terminal, .what = what, .unit = unit, .started = now, .shown = now};
}

static void draw_bar(struct as_progress *progress, double done, const char *count, int64_t elapsed)
{
    enum { CELLS = 24 };
    FILE *err = progress->terminal->err;
    fprintf(err, "\r\x1b[K%s ", progress->what);
    if (done >= 0) {
        int full = (int)(done * CELLS);
        fputc('[', err);
        for (int i = 0; i < CELLS; i++)
            fputc(i < full ? '#' : '.', err);
        fprintf(err, "] %3.0f%% ", done * 100);
    }
    fprintf(err, " %s %s", count, progress->unit);
    if (done > 0.02 && elapsed > 2 * second)
        fprintf(err, ", %.0fs left", ceil((double)elapsed / 1e9 * (1 - done) / done));
    fflush(err);
    progress->drawn = true;
}

void as_progress_show(struct as_progress *progress, double done, uint64_t count)
{
    const struct as_terminal *terminal = progress->terminal;
    if (terminal->quiet)
        return;
    int64_t now = as_clock_ticks();
    if (now - progress->shown < (terminal->err_is_terminal ? second / 10 : 5 * second))
        return;
    progress->shown = now;
    char text[AS_COUNT_TEXT];
    as_count_format(text, count);
    if (done > 1)
        done = 1;
    if (terminal->err_is_terminal)
        draw_bar(progress, done, text, now - progress->started);
    else if (done >= 0)
        fprintf(terminal->err, "%s: %.0f%%, %s %s\n", progress->what, done * 100, text, progress->unit);
    else
        fprintf(terminal->err, "%s: %s %s\n", progress->what, text, progress->unit);
}

void as_progress_end(struct as_progress *progress)
{
    if (progress->drawn) {
        fputs("\r\x1b[K", progress->terminal->err);
        fflush(progress->terminal->err);
        progress->drawn = false;
    }
}
