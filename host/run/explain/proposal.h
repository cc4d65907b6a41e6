/* Proposals: for a condition that does not hold, changes of single facts that might make it hold. Whether
 * they do is for the search of ways to find out. */
#ifndef AS_RUN_PROPOSAL_H
#define AS_RUN_PROPOSAL_H

#include "run/explain/overlay.h"
#include "score/model/ledger.h"

struct as_proposal {
    struct as_change change;
    const struct as_expr *leaf;   /* the condition it was made for; NULL: an event that earns points */
    const struct as_score *score; /* what it is to raise; NULL: it is for the condition itself */
    uint32_t cost; /* 1 for each unknown fact learnt or event, 2 for a known fact that changes */
    bool repeats;  /* an event of which more may help more */
};
enum { AS_PROPOSALS_MOST = 96 };
struct as_proposals {
    struct as_arena *arena; /* holds the texts */
    struct as_proposal at[AS_PROPOSALS_MOST];
    uint32_t n;
};

/* Appends what might make `condition` hold for the traced lead; what does not fit any more is left out. */
enum as_status as_propose(struct as_proposals *out, const struct as_trace *trace,
                          const struct as_expr *condition, enum as_level level, int64_t at,
                          struct as_error *error);

#endif
