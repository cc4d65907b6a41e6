/* The families of checks, as check.c calls them; for check*.c alone. */
#ifndef AS_SCORE_CHECK_PARTS_H
#define AS_SCORE_CHECK_PARTS_H

#include "score/check/check.h"
#include "score/check/extent.h"

struct as_checking {
    const struct as_check_input *input;
    const struct as_pack *pack;
    struct as_extents extents;
    struct as_findings *out;
};

/* A condition, and where it stands: `rule "right size" of score "fit"`. */
struct as_place {
    const char *what;
    const struct as_expr *when;
    struct as_position position; /* of the declaration */
};
/* Calls `each` with every condition of the pack that stands by itself, in order. The name is good during the
 * call. */
void as_each_place(const struct as_pack *pack,
                   void (*each)(struct as_checking *checking, const struct as_place *place),
                   struct as_checking *checking);

void as_check_conditions(struct as_checking *checking); /* check_condition.c: never, always, idle parts */
void as_check_scores(struct as_checking *checking);     /* check_score.c: duplicates, bands */
void as_check_gates(struct as_checking *checking);      /* check_gate.c: BANT, gates that add nothing */
void as_check_nurturing(struct as_checking *checking);  /* check_nurturing.c: personas, tracks, routes */
void as_check_programmes(struct as_checking *checking); /* check_programme.c: people that it takes */
void as_check_plans(struct as_checking *checking);      /* check_agreement.c: templates, the agreement */
void as_check_language(struct as_checking *checking);   /* check_language.c: questions in words of ours */
void as_check_unused(struct as_checking *checking);     /* check_unused.c: lists, fields, functions */

/* Declarations in the schema say "acme/pack.lua", so that two packs can be told apart: cut to the file inside
 * of the pack; false for those of others. */
bool as_own_position(struct as_position *position, const struct as_pack *pack);

/* True when two conditions cannot hold together. */
bool as_exclude_each_other(struct as_checking *checking, const struct as_expr *a, const struct as_expr *b);
/* True when b surely holds wherever a does: neither no nor unknown. */
bool as_implies(struct as_checking *checking, const struct as_expr *a, const struct as_expr *b);

#endif
