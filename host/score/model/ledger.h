/* Ledger and trace: every point of one lead's score, and the value of every condition behind it.
 *
 * A trace evaluates one lead (and what its account needs) with all intermediate values kept, by the same
 * kernels as a run. Its ledger balances or as_ledger_of fails with AS_ERR_BUG naming the rule.
 */
#ifndef AS_SCORE_LEDGER_H
#define AS_SCORE_LEDGER_H

#include "score/plan/plan.h"

enum as_entry_kind {
    AS_ENTRY_RULE,     /* a condition held, or a function gave points */
    AS_ENTRY_EVENTS,   /* the decayed sum of a rule's events */
    AS_ENTRY_RULE_CAP, /* what the rule's own cap took */
    AS_ENTRY_GROUP_CAP,
    AS_ENTRY_CAP,   /* what the score's cap took */
    AS_ENTRY_FLOOR, /* what the score's floor gave */
};
struct as_entry {
    enum as_entry_kind kind;
    const struct as_rule *rule; /* NULL for group and score entries */
    const char *group;
    int64_t points;   /* milli-points */
    uint32_t events;  /* EVENTS: how many counted */
    const char *note; /* what a function says; NULL: nothing */
};
/* A rule that could not be decided, and what it could add. */
struct as_open_rule {
    const struct as_rule *rule;
    enum as_tri state; /* AS_UNKNOWN or AS_UNMEASURABLE */
    int64_t low, high; /* milli-points it may add */
};
struct as_ledger {
    const struct as_score *score;
    int64_t value, low, high; /* milli-points */
    AS_LIST(struct as_entry) entries;
    AS_LIST(struct as_open_rule) open;
};

struct as_trace;
enum as_status as_trace_new(struct as_trace **out, const struct as_plan *plan,
                            const struct as_dataset *dataset, const struct as_run_options *options,
                            uint32_t lead_row, struct as_error *error);
void as_trace_free(struct as_trace *trace);
/* The plan the trace was made by. */
const struct as_plan *as_trace_plan(const struct as_trace *trace);

/* The state of a condition for the traced lead, or, where only its account was asked, for that; AS_UNKNOWN
 * for a lead without one. */
enum as_tri as_trace_state(const struct as_trace *trace, const struct as_expr *expr);
/* The same where the condition stands: at the lead, or at its account (a criterion of an account's gate and
 * what is inside it). */
enum as_tri as_trace_state_at(const struct as_trace *trace, const struct as_expr *expr, enum as_level level);
/* The state of a programme's condition, by the programme's index, or of one inside it, its events counted
 * since the lead came. */
enum as_tri as_trace_outcome_part(const struct as_trace *trace, uint32_t programme,
                                  const struct as_expr *expr);
/* The state of recycle->when or of a condition inside it, its events counted since the stage was entered. */
enum as_tri as_trace_recycle_part(const struct as_trace *trace, const struct as_recycle *recycle,
                                  const struct as_expr *expr);
/* The value of a fact or feature as a person reads it; false when unknown. */
bool as_trace_show(struct as_buf *out, const struct as_trace *trace, const struct as_expr *expr);
/* For group operators: the lead rows for which the inner condition has this state. Returns how many; fills at
 * most `most`. */
uint32_t as_trace_members(uint32_t *rows, uint32_t most, const struct as_trace *trace,
                          const struct as_expr *group_call, enum as_tri state);

/* Entries in the order rules, rule caps, group caps, cap, floor; entries of 0 points are left out. The ledger
 * lives in `arena`. */
enum as_status as_ledger_of(struct as_ledger *out, struct as_arena *arena, const struct as_trace *trace,
                            const struct as_score *score, struct as_error *error);

/* Ledgers of many leads in one pass, for decisions that are stored: calls back per lead row and score. The
 * lead rows ascend. outcome: everybody's, of the same plan, dataset and options, whose texts need not be
 * looked at again; NULL is fine. Works on the caller's thread alone, options->worker. */
typedef enum as_status (*as_ledger_fn)(void *context, uint32_t lead_row, const struct as_ledger *ledger,
                                       struct as_error *error);
enum as_status as_ledgers(const struct as_plan *plan, const struct as_dataset *dataset,
                          const struct as_run_options *options, const struct as_outcome *outcome,
                          const uint32_t *lead_rows, uint32_t n, as_ledger_fn each, void *context,
                          struct as_error *error);

#endif
