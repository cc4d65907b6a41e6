/* A town with one pack, "p", and one lead, Ann, of whom something is told. */
#ifndef AS_TEST_TELLING_H
#define AS_TEST_TELLING_H

#include "town.h"

struct telling {
    struct town town;
    struct as_pack *pack;
    struct as_run_pack given;
};

/* Ann is known from day `known` on. */
static inline int telling_open(void **state, int64_t known)
{
    struct telling *t = calloc(1, sizeof *t);
    town_open(&t->town);
    t->pack = town_pack(&t->town, "p", "h1", 40);
    t->given.pack = t->pack;
    town_lead(&t->town, "ann", "Head of operations", known);
    *state = t;
    return 0;
}

static inline int telling_close(void **state)
{
    struct telling *t = *state;
    as_pack_free(t->pack);
    town_close(&t->town);
    free(t);
    return 0;
}

#endif
