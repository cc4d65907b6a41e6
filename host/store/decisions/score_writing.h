/* Score writing: score files made, by all threads, and compared with what a run says. Internal to host/store.
 */
#ifndef AS_STORE_SCORE_WRITING_H
#define AS_STORE_SCORE_WRITING_H

#include "store/decisions/score_file.h"

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

/* A file that is laid out and not yet written. */
struct as_score_layout {
    struct as_score_file_head head; /* without its sums */
    bool same;                      /* the file of before says just the same, of all rows on one day */
};
/* Looks at all points: what they need, and which of them the base of before, open, has just so (NULL: there
 * is none); these are left out, and that base, or its own ground, is the new file's. */
void as_score_lay_out(struct as_score_layout *out, const struct as_score_source *source,
                      const struct as_score_file *before);
/* Writes what was laid out, head.bytes bytes, to a file that is empty, or where file is -1 to `memory`, which
 * is as large and zeroed; completes the head. The source is the same. */
enum as_status as_score_write(struct as_score_layout *layout, int file, char *memory,
                              const struct as_score_source *source, struct as_error *error);
/* True when every byte of a file and its ground is as it was written; reads all of both. */
bool as_score_file_whole(const struct as_score_file *file);

#endif
