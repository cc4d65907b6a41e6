/* Grades: a letter and a number from the bands of up to two scores. */
#ifndef AS_SCORE_GRADE_H
#define AS_SCORE_GRADE_H

#include "score/tree/pack.h"

#include "data/facts/dataset.h"

/* 0 none, else 1 + letter band * AS_GRADE_BANDS + number band; bands count from the highest, 0. An axis has
 * fewer than AS_GRADE_BANDS bands. */
enum { AS_GRADE_BANDS = 16, AS_GRADE_AXES = 2 };

/* The grade of the shown values of the model's axes (milli-points, one an axis): on each the highest band
 * whose `from` is at most the value, else the lowest. */
uint16_t as_grade_of(const struct as_model *model, const int64_t *values);

/* One axis of one lead: what is shown, what it may be, and whether the part that is open hangs on a feed that
 * is stale. */
struct as_graded {
    int64_t value, low, high;
    bool stale;
};
/* The same, but a stale feed takes nobody's grade away: a stale axis keeps the band of the grade held before
 * as long as that lies within what the score may be, and otherwise moves no further than it must. `before` is
 * 0 for none. */
uint16_t as_grade_held(const struct as_model *model, const struct as_graded *axes, uint16_t before);

/* Whether a score reads events of a stale feed: by points of events, by a condition, through another score,
 * or through a function, which may read anything. */
bool as_score_is_stale(const struct as_score *score, const struct as_dataset *dataset);

/* "B2", "A", or "" for none. Returns out. */
enum { AS_GRADE_TEXT = 32 };
char *as_grade_show(char out[AS_GRADE_TEXT], const struct as_model *model, uint16_t grade);

#endif
