/* Stand-in: what a pack's own conditions say about a fact, as the material of values that stand for a real
 * one. A value made of it carries nothing of the real one but which conditions hold. */
#ifndef AS_SCORE_STAND_IN_H
#define AS_SCORE_STAND_IN_H

#include "score/tree/condition.h"

/* Conditions that read the fact, and what they compare it with. */
struct as_stand_in {
    AS_LIST(const struct as_expr *)
    leaves;                       /* each once; those that functions and scores decide are not among them */
    AS_LIST(struct as_str) words; /* texts, entries of lists, the plain parts of patterns; each once */
    AS_LIST(double) numbers;      /* as written: money in units */
};

/* Adds what `pack` says of the field or answer. Everything lives in the arena or the pack. */
enum as_status as_stand_in_add(struct as_stand_in *out, struct as_arena *arena, const struct as_pack *pack,
                               uint32_t field, struct as_error *error);
/* The words that events' properties of this name are compared with. */
enum as_status as_stand_in_property(struct as_stand_in *out, struct as_arena *arena,
                                    const struct as_pack *pack, const char *property, struct as_error *error);

/* Appends the words that stand in the text, in the order of the text, joined by blanks; the longer of two
 * that begin at one place. Compared without case. */
void as_stand_in_within(struct as_buf *out, const struct as_stand_in *stand_in, struct as_str text);

#endif
