/* Memo: what functions answered, by the facts that they read on the way to it. A function of a pack is pure, so that what it reads
 * next follows from what it has read, and what it answers from all of it: facts are asked in the function's own order, down a tree,
 * and where another row of the same run had the same ones, its answer stands. */
#ifndef AS_BIND_MEMO_H
#define AS_BIND_MEMO_H

#include "score/plan/plan.h"

/* What one call reads, in order. */
struct as_trail {
    uint32_t field[16]; /* schema fields, answers too */
    uint32_t n;
    bool lost; /* it read what is no field (an event, another row), or more than fits */
};
static inline void as_trail_lose(struct as_trail *trail)
{
    if (trail != NULL)
        trail->lost = true;
}
/* NULL is fine: nobody asks. */
void as_trail_read(struct as_trail *trail, uint32_t field);

struct as_memo; /* of one worker in one run over one dataset */

/* NULL when memory is out. */
struct as_memo *as_memo_new(const struct as_dataset *dataset, uint32_t functions);
void as_memo_free(struct as_memo *memo); /* NULL is fine */

enum as_memo_answer {
    AS_MEMO_KNOWN, /* *out has it */
    AS_MEMO_NEW,   /* call it with a trail, and keep what it gives */
    AS_MEMO_NEVER  /* call it: its answers do not come again often enough, or there is no more room */
};
enum as_memo_answer as_memo_find(struct as_function_result *out, struct as_memo *memo, uint32_t function,
                                 uint32_t row);
/* After AS_MEMO_NEW. level: of the rows that the function is called for. Without memory it is given up. */
void as_memo_keep(struct as_memo *memo, uint32_t function, enum as_level level, uint32_t row,
                  const struct as_trail *trail, const struct as_function_result *result);

#endif
