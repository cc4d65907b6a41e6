/* Contact policy: may this person be contacted now, on this channel, with this request?
 *
 * Counts seconds, not days. The strictest of all packs' policies binds; the caller asks each and keeps the
 * first denial. Formulas: methods.md "Contact pressure and consent".
 */
#ifndef AS_SCORE_CONTACT_H
#define AS_SCORE_CONTACT_H

#include "score/plan.h"

enum as_denial {
    AS_CONTACT_ALLOWED = 0,
    AS_DENIED_NEVER,          /* unsubscribed, bounced, do not contact */
    AS_DENIED_CONSENT,        /* objection, refusal, or the basis the country needs is missing */
    AS_DENIED_CAP,            /* so many in a window already */
    AS_DENIED_GAP,            /* too soon after the last touch */
    AS_DENIED_FIRST_DOWNLOAD, /* one content event is not a request to be called */
    AS_DENIED_LADDER,         /* asks for more than the buyer has permitted */
    AS_DENIED_QUIET,          /* outside the person's waking business hours */
};
const char *as_denial_name(enum as_denial denial); /* "gap" … */

struct as_contact_question {
    int64_t at;
    const char *channel;
    const char *ask;         /* an entry of policy->needs; NULL: the lowest rung */
    bool answers_hand_raise; /* a reply to the buyer's own request: caps and gap do not delay it */
};
struct as_contact_answer {
    enum as_denial denial;
    int64_t until;           /* earliest instant at which this reason ends; AS_TIME_NONE: never by time alone */
    char reason[200];        /* "2 e-mails in the last 7 days (limit 2)" */
};

/* The permission rung a buyer has reached, 1-based: 1 after nothing but content, 2 after acknowledging a problem
 * (answer need at least acknowledged), 3 after product interest or evaluating, 4 after a hand-raise. Bounded by the
 * ladder's length. */
uint8_t as_contact_rung(const struct as_pack *pack, const struct as_dataset *dataset, uint32_t lead_row, int64_t at);

enum as_status as_contact_ask(struct as_contact_answer *out, const struct as_pack *pack, const struct as_outcome *outcome,
                              const struct as_dataset *dataset, uint32_t lead_row, const struct as_contact_question *question,
                              struct as_error *error);

#endif
