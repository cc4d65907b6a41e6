/* The order in which people are contacted. A raised hand goes first within its stage: who has just asked
 * still has the question in mind, and an answer within the hour is worth more than any score. So the newest
 * comes first, but not before one that a promise is running out for. */
#include "run/queue/queue_order.h"

#include "base/growth.h"

#include <stdlib.h>

static int by_number(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

int as_candidate_order(const struct as_candidate *a, const struct as_candidate *b)
{
    bool raised_a = a->hand_raise != AS_NO_INDEX, raised_b = b->hand_raise != AS_NO_INDEX;
    int order = by_number(b->stage, a->stage);
    if (order == 0)
        order = by_number(raised_b, raised_a);
    if (order == 0 && raised_a) {
        order = by_number(a->promised == AS_TIME_NONE, b->promised == AS_TIME_NONE);
        if (order == 0)
            order = by_number(a->promised, b->promised);
        if (order == 0)
            order = by_number(b->hand_raised_at, a->hand_raised_at);
    }
    if (order == 0)
        order = by_number(b->interest, a->interest);
    if (order == 0)
        order = by_number(a->due, b->due);
    if (order == 0)
        order = by_number(a->row, b->row);
    return order != 0 ? order : by_number(a->pack, b->pack);
}

static int compare(const void *a, const void *b)
{
    return as_candidate_order(a, b);
}

bool as_candidates_add(struct as_candidates *candidates, const struct as_candidate *candidate)
{
    if (!as_grow((void **)&candidates->at, &candidates->room, candidates->n, sizeof *candidates->at))
        return false;
    candidates->at[candidates->n++] = *candidate;
    return true;
}

void as_candidates_sort(struct as_candidates *candidates)
{
    if (candidates->n > 1)
        qsort(candidates->at, candidates->n, sizeof *candidates->at, compare);
}

void as_candidates_free(struct as_candidates *candidates)
{
    free(candidates->at);
    *candidates = (struct as_candidates){NULL, 0, 0};
}
