/* Score file: the scores of one model, a column a score, in one file that is mapped as it is. Internal to
 * host/store; knows nothing of SQL, since the extension for other programs reads it too.
 *
 * A head, the leads' row ids ascending, their days where these differ, and for each score value, low and high
 * in milli-points by lead: 32 bits where all fit, else 64. Where low and high never differ from value they
 * are value's column. A file is named by the sum of its head, which is of what it holds: the same scores are
 * the same file. Never changed once it is written.
 *
 * A base has all leads of a model. A delta beside it has those that were scored since, and those that are
 * gone since: a lead that is in the delta is not asked for in the base.
 */
#ifndef AS_STORE_SCORE_FILE_H
#define AS_STORE_SCORE_FILE_H

#include "base/limits.h"
#include "base/pages.h"
#include "data/facts/points.h"

#include <stdbool.h>
#include <stdio.h>

/* Before its sixteen digits the file's name has the database's and this. */
#define AS_SCORE_FILE_INFIX "-scores-"

struct as_score_file_column {
    int64_t score_id;
    uint64_t value, low, high; /* offsets */
    uint64_t wide;             /* 1: 64 bits an item */
};
struct as_score_file_head {
    char magic[8];
    uint32_t version, byte_order;
    uint64_t leads, scores, lead_at, bytes;
    uint64_t day_at; /* 0: all rows are of the day that the row of score_file says */
    uint64_t base;   /* a delta's: sum of the file that it lies over; 0 for a base */
    uint64_t body;   /* sum of all behind the head */
    struct as_score_file_column column[AS_MAX_SCORES];
    uint64_t sum; /* of the head with 0 here */
};

/* The day of a lead in a delta that has no scores any more: erased, merged, or the model is not about it. */
#define AS_SCORE_GONE INT32_MIN

/* What is to be written: by score, as a run has it, for the rows kept. */
struct as_score_source {
    size_t leads;
    const uint32_t *row;    /* of each lead to be written, ascending by id; NULL: the rows as they come */
    const int64_t *lead_id; /* by row */
    const int32_t *day;     /* by row, UTC days since 1970; NULL: as in the head */
    uint64_t base;          /* as in the head */
    uint32_t scores;
    struct as_score_source_column {
        int64_t score_id;
        struct as_points_column points; /* by row */
    } column[AS_MAX_SCORES];
};
static inline size_t as_score_row(const struct as_score_source *source, size_t place)
{
    return source->row == NULL ? place : source->row[place];
}
/* Writes a file to an empty stream in which one can go back; *head is its head. */
enum as_status as_score_file_write(struct as_score_file_head *head, FILE *file,
                                   const struct as_score_source *source, struct as_error *error);

struct as_score_file {
    struct as_pages pages;
    const struct as_score_file_head *head; /* NULL: not open */
    const int64_t *lead;
    const int32_t *day; /* NULL: as in the head */
};
/* False for a file that is not there or not what it should be. */
bool as_score_file_open(struct as_score_file *out, const char *path, uint64_t sum);
/* The same of bytes in memory, which must outlive it. */
bool as_score_file_over(struct as_score_file *out, const void *bytes, size_t n, uint64_t sum);
void as_score_file_close(struct as_score_file *file);
/* True when every byte is as it was written; reads the whole file. */
bool as_score_file_whole(const struct as_score_file *file);
/* The column of a score and the place of a lead; -1 when there is none. */
int as_score_file_column(const struct as_score_file *file, int64_t score_id);
int64_t as_score_file_place(const struct as_score_file *file, int64_t lead);
struct as_points as_score_file_points(const struct as_score_file *file, int column, int64_t place);

#endif
