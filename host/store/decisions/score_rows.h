/* Score rows: one score of many leads, or of one, as it lies in the files of a model and in recent rows over
 * them, read as one in order of lead. Internal to host/store; knows nothing of SQL, since the extension for
 * other programs reads them too.
 */
#ifndef AS_STORE_SCORE_ROWS_H
#define AS_STORE_SCORE_ROWS_H

#include "store/decisions/score_stack.h"

/* Points in milli-points; day AS_SCORE_GONE: the lead has none any more. */
struct as_score_row {
    int64_t lead, value, low, high;
    int32_t day;
};

struct as_score_rows {
    const struct as_score_stack *stack;
    int32_t day;                       /* of the stack's base */
    const struct as_score_row *recent; /* leads ascending */
    struct as_score_rows_part {
        int column; /* of a file */
        int64_t place, end;
        int64_t lead;      /* at this place, INT64_MAX at the end */
    } part[AS_LAYERS + 2]; /* of the stack's files; behind them the recent rows */
    unsigned in;           /* the part that has the row */
};
/* The rows of a score, of one lead or of all (NULL), with n recent ones of the same; the stack, which has
 * files, and the recent rows outlive them. False: there are none. Recent ones hold instead of those of
 * layers, newer layers' instead of older ones' and those of the base. */
bool as_score_rows_begin(struct as_score_rows *rows, const struct as_score_stack *stack, int64_t day,
                         int64_t score_id, const int64_t *lead, const struct as_score_row *recent, size_t n);
/* False behind the last one. */
bool as_score_rows_next(struct as_score_rows *rows);
struct as_score_row as_score_rows_at(const struct as_score_rows *rows);

#endif
