/* Alike: standings that leads share because they stand alike in everything. Internal to host/score/model. */
#ifndef AS_SCORE_ALIKE_H
#define AS_SCORE_ALIKE_H

#include "score/model/standing.h"

/* All that a standing says, in words. */
struct as_alike_key {
    uint64_t word[6];
};
/* One worker's, in order of arrival. */
struct as_alike {
    struct as_standing *at;
    struct as_alike_key *key; /* of each */
    uint64_t *leads;          /* how many stand so */
    size_t n, room;
    uint32_t *place; /* by hash: 1 + index, 0 free */
    size_t places;   /* a power of two */
};
/* *index is that of the standing, which one lead more has. */
enum as_status as_alike_add(uint32_t *index, struct as_alike *alike, const struct as_standing *standing,
                            struct as_error *error);
void as_alike_free(struct as_alike *alike); /* fine for one that is all zero */

#endif
