/* Conditions of a pack: every place where one decides something (a root), and what and, or, not and
 * at_least_of join in it (its leaves). Coverage and mutation of rule tests count by them.
 */
#ifndef AS_SCORE_CONDITION_H
#define AS_SCORE_CONDITION_H

#include "score/tree/pack.h"

enum as_root_kind {
    AS_ROOT_RULE,
    AS_ROOT_CRITERION,
    AS_ROOT_DISQUALIFIER,
    AS_ROOT_RECYCLE,
    AS_ROOT_MODEL,
    AS_ROOT_PERSONA,
    AS_ROOT_NEVER,
    AS_ROOT_TRACK,
    AS_ROOT_STEP,
    AS_ROOT_OUTCOME,
    AS_ROOT_ROUTE,
    AS_ROOT_TEMPLATE,
    AS_ROOT_PLAY,
    AS_ROOT_TIER,
};

struct as_root {
    enum as_root_kind kind;
    const char *name; /* "right size" */
    const char *of;   /* the gate of a criterion, the track of a step; NULL else */
    const struct as_expr *when;
    enum as_level level;                 /* of the place where it stands */
    const struct as_model *model;        /* of a RECYCLE */
    const struct as_recycle *recycle;    /* of a RECYCLE */
    uint32_t programme;                  /* of an OUTCOME: its index */
    const struct as_expr *const *leaves; /* in order of reading, each once */
    uint32_t leaf_count;
};
struct as_roots {
    AS_LIST(struct as_root) at;
};

/* All roots in order of declaration, kind by kind; they live in `arena` and borrow from the pack. */
enum as_status as_roots_of(struct as_roots *out, struct as_arena *arena, const struct as_pack *pack,
                           struct as_error *error);

/* A pack that asks nothing but these conditions, which stand in the place of personas; with `scores` the
 * models that they may read as well. Borrows everything from `pack`, lists, rates and segment too. */
void as_pack_asking(struct as_pack *out, const struct as_pack *pack, const struct as_persona *asked,
                    uint32_t n, bool scores);

/* `"right size"`, `the criterion "need" of "sales_ready"`. Appends. */
void as_root_say(struct as_buf *out, const struct as_root *root);

/* Whether a node joins conditions: and, or, not, at_least_of. Every other condition is a leaf. */
bool as_expr_joins(const struct as_expr *expr);

/* The state of a tree for given states of its leaves, in the logic of host/score/README.md. states[i] goes
 * with leaves[i]; a leaf that is not among them is unknown. */
enum as_tri as_kleene(const struct as_expr *expr, const struct as_expr *const *leaves,
                      const enum as_tri *states, uint32_t n);

/* Whether leaf i, known, decides the root alone: the root's state is another when only that leaf is turned.
 */
bool as_leaf_decides(const struct as_root *root, const enum as_tri *states, uint32_t i);

#endif
