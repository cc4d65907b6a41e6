/* A base decided for one question: for repl_base.c, repl_narrow.c and repl_decided.c alone. */
#ifndef AS_BIND_REPL_BASE_H
#define AS_BIND_REPL_BASE_H

#include "bind/session/repl_parts.h"

/* One plan over many leads; freed by base_free. */
struct as_base {
    struct as_pack pack; /* what the plan is made of */
    struct as_persona asked;
    struct as_plan *plan;
    struct as_needs needs;
    struct as_dataset *dataset;
    struct as_outcome *outcome;
    struct as_run_options options;
    uint64_t *hits; /* bit per lead row */
    int64_t *points;
};

void as_base_free(struct as_base *base);

/* Plan and facts of a pack, nothing run. lead_id 0: every lead. */
enum as_status as_base_open(struct as_base *base, struct as_repl *repl, const struct as_pack *pack,
                            int64_t lead_id, struct as_error *error);
/* Decides conditions, which stand in the place of personas, over every lead; of the pack's own rules only
 * what they can reach is kept. `asked` outlives the base. */
enum as_status as_base_decide(struct as_base *base, struct as_repl *repl, const struct as_persona *asked,
                              uint32_t n, bool scores, struct as_error *error);
/* Hits: for whom a condition of the session holds. */
enum as_status as_base_ask(struct as_base *base, struct as_repl *repl, const struct as_expr *condition,
                           struct as_error *error);
/* Hits and points: to whom a rule of the pack gives points. */
enum as_status as_base_fire(struct as_base *base, struct as_repl *repl, const char *rule,
                            struct as_error *error);

#endif
