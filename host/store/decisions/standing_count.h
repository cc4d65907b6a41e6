/* Standing count: how many leads stand alike, kept beside the files so that nobody need count all. Internal
 * to host/store. */
#ifndef AS_STORE_STANDING_COUNT_H
#define AS_STORE_STANDING_COUNT_H

#include "base/status.h"
#include "data/facts/dataset.h"
#include "score/model/standing.h"

/* As of a row of a tally that has the label of the disqualifier, 1 and up, for its number. */
static inline uint64_t as_standing_key(const struct as_prior *prior)
{
    const struct as_tally_row row = {.stage = prior->stage,
                                     .outside = prior->outside,
                                     .attention = prior->attention,
                                     .blocked = prior->blocked,
                                     .grade = prior->grade,
                                     .verdicts = prior->verdicts,
                                     .disqualifier = (uint16_t)(prior->disqualifier + 1)}; /* 0: none */
    return as_tally_key(&row);
}
/* Labels from this code on do not fit. */
enum { AS_STANDING_LABELS = UINT16_MAX };

struct as_standing_entry {
    uint64_t key;
    int64_t leads;
};
struct as_standing_count {
    struct as_standing_entry *at; /* open addressing; leads 0: free, or nobody stands so */
    size_t room, used;
};
/* Adds n (which may be negative) to the leads that stand so; those never decided are not counted. */
enum as_status as_standing_count_add(struct as_standing_count *count, const struct as_prior *prior, int64_t n,
                                     struct as_error *error);
enum as_status as_standing_count_key(struct as_standing_count *count, uint64_t key, int64_t n,
                                     struct as_error *error);
/* Moves the entries that somebody stands in to the front, ascending; their number. The count is not added to
 * any more. */
size_t as_standing_count_pack(struct as_standing_count *count);
void as_standing_count_free(struct as_standing_count *count); /* fine for one that is all zero */

#endif
