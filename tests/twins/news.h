/* News: what happens to both twins between two runs, drawn from a seed. */
#ifndef AS_TEST_NEWS_H
#define AS_TEST_NEWS_H

#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { LEADS = 160, ACCOUNTS = 70, MOST_WORDS = 24, MOST_PACKS = 4 };

struct twins {
    char assay[1024], demo[1024], folder[64];
    char packs[1024];
    const char *pack[MOST_PACKS];
    int pack_count;
    uint64_t chance;
    int64_t now;
    int leads, accounts, files;
    int parts, runs;      /* of the one that decides a part */
    bool tries, crowded;  /* a pack has programmes; more leads than can be served */
    int left;             /* runs of a part that could not serve some, neither with an owner nor with room */
    int looks;            /* that were taken at them */
    struct at_desk *desk; /* NULL: every run is a process of its own */
    struct following *following; /* NULL: the other one does not follow */
    struct as_buf lines;         /* that it has not been given yet */
    bool refused;                /* by the other twin, of what they say */
    int woken;                   /* how often time alone had it decide */
    struct as_buf told;          /* the commands of this round */
};

/* Below `below`, evenly. */
uint32_t draw(struct twins *t, uint32_t below);
#define ONE_OF(t, list) list[draw(t, sizeof list / sizeof *list)]
/* The same words in both folders; `whole` is added for the one that decides about everybody. given: ends with
 * NULL. Ends the program where one of them refuses what the other does. */
void both(struct twins *t, bool runs, int64_t at, const char *const *given);

/* What waits in lines is taken in and decided, before something else is done to the database. */
void let_follow(struct twins *t);

/* What comes in before a run at t->now. */
void bring_news(struct twins *t);

#endif
