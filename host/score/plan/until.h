/* Until when decisions hold: for each asked node and row the first day on which its value may be another one,
 * worked out behind the kernels of a batch while their values are at hand. README.md has the rules.
 *
 * First bits tell which rows time can change at all; only of rows on which something decided hangs are events
 * looked at again and days worked out. Internal to score/. */
#ifndef AS_SCORE_UNTIL_H
#define AS_SCORE_UNTIL_H

#include "score/plan/kernel.h"

/* What events give a rule on either side of 0: faded as they are today, and in full. */
struct as_sides {
    int64_t plus, minus, full_plus, full_minus;
};
/* A rule that may move the score of a row. */
struct as_mover {
    int32_t day;                  /* from when on it may give anything between its ends */
    int64_t down, up;             /* how far those are */
    const struct as_rule *fading; /* what its points do before; NULL: they stay the same */
    uint32_t share;               /* which of the score's fades like it */
    struct as_sides sides;
};

/* How many days ahead are tried. */
enum { AS_UNTIL_AHEAD = 32 };
/* What is lost of events of one half-life, or one line, by the days that are tried; for the row at hand, what
 * rules give that do nothing but fade so. */
struct as_until_share {
    enum as_fading fading;
    int64_t days;
    double lost[AS_UNTIL_AHEAD];
    double plus, minus;
};
/* A rule that time can move, and which share it has. */
struct as_until_part {
    const struct as_part *part;
    uint32_t share;
};
/* A worker's room for a score. */
struct as_until_score {
    int64_t *below, *above;              /* by row: how far it may fall and rise without reaching a border */
    struct as_until_part *parts, *plain; /* those that time can move; apart those that do nothing but fade */
    uint32_t part_count, plain_count;
    struct as_until_share *shares;
    uint32_t share_count;
    uint8_t step_of[512];              /* by days ahead: the first of the days tried that is not before */
    const struct as_program *program;  /* whose events its rules count; NULL none */
    uint32_t mover_count, plus, minus; /* of the row at hand: movers, and rules that only fade */
};

/* A worker's room. */
struct as_until {
    uint64_t **may; /* by asked node: AS_BATCH_WORDS, the rows whose value time may change */
    int32_t **day; /* by asked node: AS_BATCH days, AS_DAY_NEVER where time changes nothing; bound like vec */
    int32_t **told;    /* by asked node of a function: what it said of each row it was called for */
    int32_t **scratch; /* what `day` is where a node is not handed on */
    uint64_t need[AS_BATCH_WORDS]; /* rows on which something decided may change */
    int64_t *down, *up;            /* by row: how far a score may ever fall, and rise */
    struct as_until_score *scores;
    uint64_t *active;        /* by row: queries to be answered */
    struct as_mover *movers; /* of one row of a score */
};

static inline void as_until_forget(int32_t *days, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        days[i] = AS_DAY_NEVER;
}
/* until_room.c: room for all workers, for batches of at most so many rows, and days that say never. */
bool as_until_open(struct as_run *run, size_t room);
/* After the kernels of a batch. */
void as_until_batch(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t stratum);
/* Days of accounts become days of their leads; after all strata. Nothing unless asked for. */
void as_until_hand_down(struct as_run *run);

/* Answers a program's queries for the rows of `need`, and writes their days (until_events.c). */
void as_until_events(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                     const struct as_program *program);
/* Which rows of a score may ever cross a border, and when (until_score.c). */
bool as_until_score_open(struct as_until_score *score, struct as_run *run, const struct as_score_plan *plan,
                         size_t room);
void as_until_score_may(struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                        uint32_t node);
void as_until_score(const struct as_run *run, struct as_worker *worker, const struct as_chunk *chunk,
                    uint32_t node);

/* The day that a function told. */
static inline int32_t as_until_told(const struct as_run *run, int64_t day)
{
    if (day == AS_TIME_NONE || day >= AS_DAY_NEVER)
        return AS_DAY_NEVER;
    return day <= run->today ? (int32_t)run->today + 1 : (int32_t)day;
}

/* today + days, never when that is further than days are counted. */
static inline int32_t as_until_after(const struct as_run *run, uint64_t days)
{
    return days > INT32_MAX / 2 ? AS_DAY_NEVER : (int32_t)(run->today + (int64_t)days);
}

#endif
