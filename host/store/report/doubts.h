/* Doubts: what the data says that can hardly have been so, because somebody wrote it later, in bulk, or to
 * look well. Nothing is changed by it; each finding names its rows. */
#ifndef AS_STORE_DOUBTS_H
#define AS_STORE_DOUBTS_H

#include "store/store.h"

/* What is looked for, in the order in which it is told. */
enum as_doubt_kind {
    AS_DOUBT_BEFORE_CREATED, /* an act of the lifecycle on a day before its lead was created */
    AS_DOUBT_SKIPPED_STAGES, /* won without ever having been accepted, where others are accepted */
    AS_DOUBT_MADE_AFTER,     /* a deal that was made after the day on which it closed */
    AS_DOUBT_SAME_DAY,       /* one that closed on the day on which it was made */
    AS_DOUBT_MOVED_CLOSE,    /* a close date that moved AS_DOUBT_MOVES times */
    AS_DOUBT_LATE_SOURCE,    /* the source of a deal or of its lead changed after it was won */
    AS_DOUBT_QUARTER_END, /* more wins in the last week of quarters than chance gives: chi-squared, p < .001
                           */
    AS_DOUBT_ONE_SECOND,  /* AS_DOUBT_BULK acts of people at one second */
    AS_DOUBT_ONE_HAND,    /* one user made AS_DOUBT_SHARE % of a month's entries within one hour */
};
enum { AS_DOUBTS = AS_DOUBT_ONE_HAND + 1 };
/* Three moves are a habit, two a delay. Twenty at one second are no person's. A quarter of a month's work is
 * not done in an hour; fewer than twenty entries are no month's work. */
enum { AS_DOUBT_MOVES = 3, AS_DOUBT_BULK = 20, AS_DOUBT_SHARE = 25 };
const char *as_doubt_name(enum as_doubt_kind kind);   /* "close date moved" … */
const char *as_doubt_advice(enum as_doubt_kind kind); /* what to ask or do */

/* A row of a finding: rows of one finding follow each other with the same words. Strings live during the
 * call. */
struct as_doubt {
    enum as_doubt_kind kind;
    const char *what; /* "deal O1 closed on 2026-02-01 and was made on 2026-02-03" */
    const char *row;  /* "deal O1", "lead #3", "touch #7" */
};
typedef enum as_status (*as_doubt_fn)(void *context, const struct as_doubt *doubt, struct as_error *error);
/* Of what happened not after `at`. */
enum as_status as_store_doubts(struct as_store *store, int64_t at, as_doubt_fn each, void *context,
                               struct as_error *error);

#endif
