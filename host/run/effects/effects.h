/* Effects: what a pack's decision wants done, written beside the decision in its transaction: owners, offers
 * to sales, tasks for people, messages for the outbox, places in tracks. */
#ifndef AS_RUN_EFFECTS_H
#define AS_RUN_EFFECTS_H

#include "run/decision/moves.h"
#include "run/decision/placement.h"
#include "run/decision/summary.h"
#include "store/decisions/decisions.h"

struct as_effects_request {
    const struct as_run_record *record;
    const struct as_decision *decision; /* of the pack that is written */
    const struct as_moves *moves;       /* by model */
    const struct as_place_row *places;  /* NULL: no tracks */
    const struct as_decision *const
        *all; /* every pack of the run, this one too: whose contact policies bind */
    uint32_t all_count;
    uint64_t *promised; /* bit per lead: some pack of this run contacts it already */
    bool dry;           /* counts what would be made; writes nothing */
    bool baseline;      /* owners and tracks only */
    bool held;          /* messages wait; tasks and offers are made when they are let go */
    bool sweep;         /* look at every lead at its stage, not only at those that moved: makes up for runs
                           whose effects were held, or after which leads waited for room by other rules */
    struct as_owed_list
        *owed; /* out: the clocks that run, and what was done about them; NULL: nobody looks */
    struct as_arena *owed_arena; /* holds it */
    bool owed_part;              /* of the leads that are decided about alone */
    int64_t baseline_at;         /* leads that stood at their stage by then are never offered by machine;
                                    AS_TIME_NONE: no baseline */
};

/* Writes what a pack wants of the outside, within the transaction that is open, and notes in
 * request->promised whom it contacts. Keys that the outbox has are passed over. *made counts all of it, dry
 * or not. */
enum as_status as_effects_write(struct as_effects_made *made, struct as_store *store,
                                const struct as_effects_request *request, struct as_error *error);

/* joint_contact.c. The strictest word of all packs on contacting a lead: the first denial in the order of
 * packs, quiet hours only where nothing else denies. Quiet hours and days off are denied until the first
 * instant that those of all packs leave open; quiet hours that would end on a day off of any pack are denied
 * as that. *by: whose word it is (of quiet hours those that end latest), NULL when allowed. */
enum as_status as_contact_joint(struct as_contact_answer *out, const char **by,
                                const struct as_decision *const *all, uint32_t n, uint32_t lead_row,
                                const struct as_contact_question *question, struct as_error *error);

/* The lead was kept from sales by an unknown disqualifier, and is no longer. */
bool as_handed_over_late(const struct as_decision *decision, uint32_t model, uint32_t row);

/* Whether the answer lets the contact be planned for today: it is allowed, or only has to wait for the
 * morning. */
static inline bool as_contact_today(enum as_denial denial)
{
    return denial == AS_CONTACT_ALLOWED || denial == AS_DENIED_QUIET;
}

#endif
