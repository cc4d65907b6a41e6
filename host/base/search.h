/* Search: a place in an array that is in order. */
#ifndef AS_BASE_SEARCH_H
#define AS_BASE_SEARCH_H

#include <stdint.h>

/* Leaves in `place`, an unsigned variable of the caller's, the first of n places for which `before` is false,
 * an expression in `place` that is true of places up to one and of none behind it; n when it is true of all.
 * AS_SEARCH(i, list->n, list->at[i].id < id); */
#define AS_SEARCH(place, n, before)                                                                          \
    do {                                                                                                     \
        uint64_t low_ = 0, high_ = (n);                                                                      \
        while (low_ < high_) {                                                                               \
            (place) = (low_ + high_) / 2;                                                                    \
            if (before)                                                                                      \
                low_ = (place) + UINT64_C(1);                                                                \
            else                                                                                             \
                high_ = (place);                                                                             \
        }                                                                                                    \
        (place) = low_;                                                                                      \
    } while (0)

#endif
