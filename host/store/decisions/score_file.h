/* Score file: the scores of one model, a column a score, in one file that is mapped as it is. Internal to
 * host/store; knows nothing of SQL, since the extension for other programs reads it too. Written by
 * score_writing.h.
 *
 * A head, the leads' row ids ascending, their days where these differ, and for each score value, low and high
 * in milli-points by lead: 32 bits where all fit, else 64. Where low and high never differ from value they
 * are value's column. A file is named by the sum of its head, which is of what it holds. Never changed once
 * it is written.
 *
 * A base has all leads of a model. From one day to the next most of it stays as it is (who the leads are,
 * scores that time does not change): a base may leave that out and name the file that has it, its ground,
 * which is a base with nothing left out. A layer over a base (store/layers.h) has those that a run scored and
 * those that it found gone: a lead that is in it is not asked for in older layers nor in the base.
 */
#ifndef AS_STORE_SCORE_FILE_H
#define AS_STORE_SCORE_FILE_H

#include "base/limits.h"
#include "base/pages.h"
#include "data/facts/points.h"
#include "store/head.h"

#include <stdbool.h>

/* Before its sixteen digits the file's name has the database's and this. */
#define AS_SCORE_FILE_INFIX "-scores-"

/* Items begin at multiples of this; where they are many, as as_pages_begin has it. */
enum { AS_SCORE_ALIGNMENT = 64 };

struct as_score_file_column {
    int64_t score_id;
    uint64_t value, low, high; /* offsets */
    uint64_t wide;             /* 1: 64 bits an item */
    uint64_t grounded;         /* 1: they are offsets in the ground */
};
struct as_score_file_head {
    struct as_head begin;
    uint64_t leads, scores, lead_at, bytes;
    uint64_t lead_grounded; /* 1: lead_at is an offset in the ground */
    uint64_t day_at;        /* 0: all rows are of the day that the row of score_file says */
    uint64_t base;          /* a layer's: sum of the file that it lies over; 0 for a base */
    uint64_t ground;        /* a base's: sum of the file that has what is left out here; 0: nothing is */
    uint64_t body;          /* sum of all behind the head */
    struct as_score_file_column column[AS_MAX_SCORES];
    uint64_t sum; /* of the head with 0 here */
};

/* The day of a lead in a layer that has no scores any more: erased, merged, or the model is not about it. */
#define AS_SCORE_GONE INT32_MIN

/* as_head_seal for a head in which all else is said. */
void as_score_head_seal(struct as_score_file_head *head);

static inline size_t as_score_item(bool wide)
{
    return wide ? sizeof(int64_t) : sizeof(int32_t);
}

struct as_score_file {
    struct as_pages pages, ground_pages;
    const struct as_score_file_head *head, *ground; /* NULL: not open, and there is none */
    const int64_t *lead;
    const int32_t *day; /* NULL: as in the head */
    struct as_score_items {
        const void *value, *low, *high; /* int64_t each where wide, else int32_t */
        bool wide;
    } column[AS_MAX_SCORES];
};
/* False for a file that is not there or not what it should be. Its ground lies beside it, under a path that
 * ends with its own sixteen digits. */
bool as_score_file_open(struct as_score_file *out, const char *path, uint64_t sum);
/* The same of bytes in memory, which must outlive it and have no ground. */
bool as_score_file_over(struct as_score_file *out, const void *bytes, size_t n, uint64_t sum);
void as_score_file_close(struct as_score_file *file);
/* The column of a score and the place of a lead; -1 when there is none. */
int as_score_file_column(const struct as_score_file *file, int64_t score_id);
int64_t as_score_file_place(const struct as_score_file *file, int64_t lead);
struct as_points as_score_file_points(const struct as_score_file *file, int column, int64_t place);

#endif
