/* Because: in one line, what moved a lead: the rule whose points changed most, else the facts its gate rests
 * on. */
#ifndef AS_RUN_BECAUSE_H
#define AS_RUN_BECAUSE_H

#include "run/decision/decision.h"
#include "store/store.h"

/* The line for a lead that moved in `model` of the decision, to be asked before the decision is stored; NULL
 * when nothing can be said (out of the lifecycle by an act, first decisions). It lives in the arena. */
enum as_status as_move_because(const char **out, struct as_arena *arena, struct as_store *store,
                               const struct as_decision *decision, uint32_t model, uint32_t lead_row,
                               struct as_error *error);

#endif
