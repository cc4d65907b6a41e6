/* Mutation of a pack: one small change of its rules at a time, to see whether its tests notice.
 *
 * Enumerating is pure and deterministic: pack and order of declaration decide. A change that provably means
 * the same (a bound that lands on the same range, a cap that no sum reaches) is left out. Changes are made in
 * place and undone; a plan compiled before stays valid only for the pack as it was.
 */
#ifndef AS_SCORE_MUTATION_H
#define AS_SCORE_MUTATION_H

#include "score/tree/condition.h"

struct as_mutant {
    const char *before, *after; /* "at_least(200)", "more_than(200)"; after NULL: it is dropped */
    const char *where;          /* `"right size"` */
    struct as_position position;
    void *target; /* what is changed, of the pack */
    void *other;  /* what stands there instead: swapped with the target */
    size_t size;
};

struct as_mutation {
    struct as_arena arena;
    AS_LIST(struct as_mutant) mutants;
    uint32_t same; /* left out: provably equivalent */
};

/* All changes of a pack, which must outlive them. AS_ERR_LIMIT beyond AS_MAX_MUTANTS. */
enum as_status as_mutation_open(struct as_mutation *mutation, struct as_pack *pack, struct as_error *error);
void as_mutation_close(struct as_mutation *mutation);

/* Makes the change, or undoes it. */
void as_mutant_swap(const struct as_mutant *mutant);

/* `"at_least(200)" becomes "more_than(200)" in "right size", qualification.lua:10`. Appends. */
void as_mutant_say(struct as_buf *out, const struct as_mutant *mutant);

/* Parts, for mutation_expr.c. */
struct as_mutating {
    struct as_mutation *mutation;
    struct as_pack *pack;
    const char *where;
    struct as_position position;
    uint64_t *seen; /* a bit per node: its changes are noted, so that each is changed once */
    bool failed;    /* memory is out */
};
/* Notes that `size` bytes at target become those at `made`, which are copied. before and after: copied. */
void as_mutating_add(struct as_mutating *mutating, void *target, const void *made, size_t size,
                     const char *before, const char *after);
/* Where the changes that follow stand: `the gate "nurture"`. */
void as_mutating_stand(struct as_mutating *mutating, struct as_position position, const char *what,
                       const char *name);
/* A number becomes another, one step up and one down (unless that would be below one step): "gap 24". */
void as_mutating_number(struct as_mutating *mutating, int64_t *target, int64_t made, int64_t unit,
                        const char *word);
void as_mutating_around(struct as_mutating *mutating, int64_t *number, int64_t step, const char *word);
/* A list without its item i, which is called `before`. */
#define as_mutating_without(mutating, list, i, before)                                                       \
    as_mutating_drop((mutating), (list), sizeof *(list), &(list)->at, &(list)->n, sizeof *(list)->at, (i),   \
                     (before))
void as_mutating_drop(struct as_mutating *mutating, void *list, size_t list_size, void *at, uint32_t *n,
                      size_t size, uint32_t i, const char *before);
/* A limit: one more and one less, a longer and a shorter time. */
void as_mutating_rate(struct as_mutating *mutating, struct as_rate *rate, const char *word);

/* mutation_policy.c: contact, nurturing, routing, account plans. */
void as_mutating_policy(struct as_mutating *mutating);
/* mutation_leaf.c: what a single condition may be instead: its opposite, a pattern without one of its words.
 * Its bounds and windows are mutation_expr.c's. */
void as_mutating_leaf(struct as_mutating *mutating, const struct as_expr *expr);
/* mutation_expr.c: the node becomes another. */
void as_mutating_become(struct as_mutating *mutating, const struct as_expr *expr, const struct as_expr *made);
/* The call with another argument i (the receiver is 0). */
void as_mutating_become_with(struct as_mutating *mutating, const struct as_expr *expr, uint32_t i,
                             struct as_literal argument);
/* The changes of a condition and of all it reads. */
void as_mutating_expr(struct as_mutating *mutating, const struct as_expr *expr);

#endif
