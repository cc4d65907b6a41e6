/* Choice: whom a run decides about: everybody, or only those whose decision may have changed since the last
 * run: leads with news, those who share an account with them where rules look at the members, those for whom
 * a clock ran out, those who wait for an owner or for room in sales, and those for whom today is the day from
 * which time alone may matter. Stages, grades, verdicts, decisions and effects are those of a run over
 * everybody.
 */
#ifndef AS_RUN_CHOICE_H
#define AS_RUN_CHOICE_H

#include "store/snapshot/news.h"

struct as_running;

struct as_choice {
    bool part;             /* false: everybody */
    const char *why;       /* of everybody, in words: "the first run"; NULL when part */
    bool promises;         /* of everybody: leads without news have the days that the last run promised */
    struct as_news news;   /* of a part: whom; with promises: who has news */
    int64_t seen[AS_LOGS]; /* how far this run sees each log */
    bool all_seen;         /* nothing lies before that which a later run may see */
    uint64_t feeds;
};

/* Chooses for all packs of the run together; their plans must be there. Freed with as_choice_free, on failure
 * too. */
enum as_status as_choose(struct as_choice *out, struct as_running *running, struct as_error *error);
void as_choice_free(struct as_choice *choice);

#endif
