/* Figure: one number of a report with what makes it honest: its unit, how many it stands on, its interval, or
 * why it is not known. */
#ifndef AS_RUN_FIGURE_H
#define AS_RUN_FIGURE_H

#include "base/arena.h"
#include "run/decision/json.h"
#include "score/statistics/comparison.h"
#include "score/statistics/survival.h"

enum as_figure_kind {
    AS_FIGURE_NONE, /* not known; why says */
    AS_FIGURE_TEXT,
    AS_FIGURE_COUNT,
    AS_FIGURE_SHARE,  /* 0..1 of n, with Wilson's interval */
    AS_FIGURE_NUMBER, /* without a unit */
    AS_FIGURE_DAYS,
    AS_FIGURE_HOURS,
    AS_FIGURE_MONEY,
    AS_FIGURE_DAY, /* a date */
};
struct as_figure {
    enum as_figure_kind kind;
    const char *text;  /* TEXT; NONE: why it is not known */
    int64_t count;     /* COUNT; SHARE: of how many it is true; MONEY: hundredths; DAY: days since 1970 */
    double value;      /* SHARE, NUMBER, DAYS, HOURS */
    bool has_interval; /* at 95 %; a programme's at that of its look */
    double low, high;  /* high infinite: it has no upper end */
    bool has_n;
    uint64_t n;           /* observations it stands on */
    const char *currency; /* MONEY; "" where none is given */
};

/* The widest interval of a share that still says something: 20 points. */
#define AS_FIGURE_WIDEST 0.2
/* The confidence of every interval in reports. */
#define AS_FIGURE_CONFIDENCE 0.95

/* Nothing to show, and why not: borrowed. */
struct as_figure as_figure_none(const char *why);
struct as_figure as_figure_text(const char *text); /* NULL: unknown */
struct as_figure as_figure_count(uint64_t count);
/* hits of n; NONE for n 0. */
struct as_figure as_figure_share(uint64_t hits, uint64_t n);
struct as_figure as_figure_days(double days, uint64_t n);
/* Days by which a share has got on, with its interval; NONE, with `otherwise`, where so many never did. */
struct as_figure as_figure_quantile(const struct as_survival *survival, double share, uint64_t n,
                                    const char *otherwise);
/* A mean with Student's interval; NONE, with `otherwise`, of nothing. */
struct as_figure as_figure_mean(const struct as_moments *moments, const char *otherwise);
/* How many points of percent hits/n lies above other_hits/other_n, with its interval (as_share_gap); none
 * where a side has nobody. */
struct as_figure as_figure_gap(const struct as_beside *beside);
struct as_figure as_figure_money(int64_t hundredths, const char *currency);
struct as_figure as_figure_day(int64_t day);

/* As people read it: "63.15 % [62.0, 64.3] of 6,711". with_n: says how many. */
void as_figure_say(struct as_buf *out, const struct as_figure *figure, bool with_n);
/* As a value in JSON: bare where a bare value says all, else an object (host/run/report/README.md). */
void as_figure_json(struct as_json *json, const struct as_figure *figure);

#endif
