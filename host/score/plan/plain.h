/* Plain values: of many distinct texts those that folding leaves as they are but for capitals, laid one
 * behind the other in lower case, so that what is sought is sought in all of them at once. Internal to
 * tables. */
#ifndef AS_SCORE_PLAIN_H
#define AS_SCORE_PLAIN_H

#include "score/plan/kernel.h"

enum { AS_PLAIN_VALUES = 4096 };

struct as_plain {
    char *text; /* NUL, then each value with a NUL behind it */
    size_t room;
    uint32_t n;
    uint32_t end[AS_PLAIN_VALUES + 1]; /* by value: behind its NUL; the first is behind the first NUL */
    bool other[AS_PLAIN_VALUES];       /* values that are not plain: nothing lies there */
};

/* Memory of an earlier call is used again. `text_of` gives the texts with the codes from `from` on. */
enum as_status as_plain_lay(struct as_plain *plain, uint32_t n, uint32_t from,
                            struct as_str (*text_of)(const void *context, uint32_t code), const void *context,
                            struct as_error *error);
void as_plain_free(struct as_plain *plain); /* of a zeroed one too */

/* A plain value in lower case, as folding leaves it. */
static inline struct as_str as_plain_at(const struct as_plain *plain, uint32_t value)
{
    const uint32_t begin = plain->end[value];
    return (struct as_str){plain->text + begin, plain->end[value + 1] - begin - 1};
}

/* Answers of a predicate for all plain values, by value; those of others stay. False, and nothing done, when
 * it has to be asked value by value. */
bool as_plain_answer(uint8_t *answers, const struct as_plain *plain, const struct as_predicate *predicate,
                     enum as_machine machine);

#endif
