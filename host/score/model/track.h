/* Tracks: which nurturing track a lead is in, its next step, and when that is due. */
#ifndef AS_SCORE_TRACK_H
#define AS_SCORE_TRACK_H

#include "score/model/contact.h"
#include "score/model/standing.h"

struct as_placement {
    const struct as_track
        *track;           /* NULL: none fits, the lead's stage is not for nurturing, or it is held out */
    uint16_t step;        /* next step, 0-based; equals the number of steps when done */
    bool enters;          /* newly entered by this decision */
    bool ended;           /* by this decision: all steps are done, or the lead left the track */
    int64_t entered, due; /* when it entered, when the step is due */
    int64_t lead;         /* who entered: id of a lead merged into this one; 0: the lead itself */
    struct as_contact_answer contact; /* once the step is due: may today's touch be made */
    const struct as_track_word *word; /* a person's word that put it there or keeps it out; NULL: the rules */
    const struct as_track *by_rules;  /* beside a word: where the rules would have the lead; NULL: nowhere */
    bool displaced;                   /* another stay ends, for this one */
    bool adopted;                     /* the stay goes on, by another's word than before */
    /* What the track that it entered, or would have entered, is tried by; NULL: nothing that it came to.
     * comes: by this decision. until: when its time is over. */
    const struct as_programme *programme;
    enum as_arm arm;
    const struct as_track *tried;
    bool comes;
    int64_t until;
};

/* The person's word on the lead's track that holds: the last one, unless it was lifted or the stay that it
 * began has ended. NULL: none. */
const struct as_track_word *as_track_word(const struct as_dataset *dataset, uint32_t lead_row);

/* First track, in order of declaration, whose persona, phase and condition hold; a lead already in a track
 * stays until it ends, its condition is no longer true (unknown is not: a stale feed takes nobody out) or its
 * stage leaves nurturing. Only stages nurture and worth_a_call are nurtured, and a disqualified
 * lead in the track that its disqualifier names, customers in the cross-sell track for one. A step with
 * done_when is passed over when that holds; otherwise it is done by a touch on its channel made since it
 * became due. The next step's wait runs from that touch, or from the day the step passed over was due. A
 * track whose steps were all done is entered again only where `once` is given and over; one that a lead left
 * before its end may be entered again, and `once` binds that too.
 *
 * A person's word goes before all of this but the stages [A8.3]: the lead enters the track that it names at
 * once, leaving another, and stays whatever the conditions say, until its steps are done, its stage leaves
 * nurturing or the word is lifted; or it is in no track. A stay that a lifted word began ends, unless the
 * rules would have it too. Until the stage is one that is nurtured the word waits. */
enum as_status as_nurture_place(struct as_placement *out, const struct as_nurture *nurture, uint32_t lead_row,
                                const struct as_standing *standing, int64_t at, struct as_error *error);

/* The same for one lead alone: opens, places, closes. */
enum as_status as_place(struct as_placement *out, const struct as_pack *pack,
                        const struct as_outcome *outcome, const struct as_dataset *dataset, uint32_t lead_row,
                        const struct as_standing *standing, int64_t at, struct as_error *error);

/* The phase the buyer is in ("discovery", "consideration", "decision"), from buyer evidence only; may move
 * backward. See as_buyer_phase of score/model/buyer.h. */
const char *as_buying_phase(const struct as_pack *pack, const struct as_dataset *dataset, uint32_t lead_row,
                            int64_t at);

#endif
