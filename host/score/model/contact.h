/* Contact policy: may this person be contacted now, on this channel, with this request?
 *
 * Counts seconds, not days. The strictest of all packs' policies binds; the caller asks each and keeps the
 * first denial. Pressure is the sum of cost * 2^(-age / half-life) over what was sent.
 */
#ifndef AS_SCORE_CONTACT_H
#define AS_SCORE_CONTACT_H

#include "score/plan/plan.h"

enum as_denial {
    AS_CONTACT_ALLOWED = 0,
    AS_DENIED_NEVER,          /* unsubscribed, bounced, do not contact */
    AS_DENIED_CONSENT,        /* objection, refusal, or the basis the country needs is missing */
    AS_DENIED_CAP,            /* so many in a window already */
    AS_DENIED_GAP,            /* too soon after the last touch */
    AS_DENIED_FIRST_DOWNLOAD, /* one content event is not a request to be called */
    AS_DENIED_LADDER,         /* asks for more than the buyer has permitted */
    AS_DENIED_QUESTIONS,      /* asks more questions than the buyer has permitted */
    AS_DENIED_PRESSURE,       /* all touches together weigh more than the buyer has permitted */
    AS_DENIED_BLACKOUT,       /* a weekend or a day off where the person is */
    AS_DENIED_QUIET,          /* outside the person's waking business hours */
};
enum { AS_DENIAL_COUNT = AS_DENIED_QUIET + 1 };
const char *as_denial_name(enum as_denial denial); /* "gap" … */

struct as_contact_question {
    int64_t at;
    const char *channel;
    const char *ask;         /* an entry of policy->needs; NULL: the lowest rung */
    bool answers_hand_raise; /* a reply to the buyer's own request: caps, gaps and pressure do not delay it,
                                nor does a blackout that spares it */
    uint32_t questions;      /* how many it asks: a form of nine fields asks nine */
};
enum { AS_CONTACT_REASON = 200 };
struct as_contact_answer {
    enum as_denial denial;
    int64_t until; /* earliest instant at which this reason ends; AS_TIME_NONE: never by time alone */
    char reason[AS_CONTACT_REASON]; /* "2 e-mails in the last 7 days (limit 2)" */
};

/* Everything that answers need of one outcome, looked up once. Read-only after it is opened, so that any
 * number of threads may ask; asking allocates nothing unless the quiet hours' zone is computed by an
 * expression. Pack, outcome and dataset must outlive it. outcome may be NULL where the pack's conditions
 * (never, zone) need not be asked. */
struct as_nurture;
enum as_status as_nurture_open(struct as_nurture **out, const struct as_pack *pack,
                               const struct as_outcome *outcome, const struct as_dataset *dataset,
                               struct as_error *error);
/* Brings the outcome's days forward (as_outcome_not_before) where tracks ask for a buying phase and time may
 * change it. */
void as_nurture_until(struct as_outcome *outcome, const struct as_nurture *nurture, int64_t at);
void as_nurture_close(struct as_nurture *nurture); /* NULL is fine */

/* What forbids the contact longest, the first in order of enum as_denial among equals. Never and consent bind
 * every question; a country's basis counts for the channel asked; where several words on consent meet, the
 * strictest holds. A sales request (a call, or an ask above the lowest rung) waits out `after_first_download`
 * from the first content event unless the buyer has raised a hand since. Days off (closed_hours.h) last until
 * an instant that quiet hours leave open. AS_ERR_MISSING when the ask is none of the policy's. */
enum as_status as_nurture_ask(struct as_contact_answer *out, const struct as_nurture *nurture,
                              uint32_t lead_row, const struct as_contact_question *question,
                              struct as_error *error);

/* The permission rung a buyer has reached, 1-based: 1 after nothing but content, 2 after acknowledging a
 * problem (answer need, stated, at least acknowledged), 3 after product interest or evaluating, 4 after a
 * hand-raise. Bounded by the ladder's length when there is one. Only the buyer raises it; leaving a channel
 * or reporting spam takes back what was permitted before. */
uint8_t as_nurture_rung(const struct as_nurture *nurture, uint32_t lead_row, int64_t at);

/* Contact pressure: the sum of each touch's cost times 2^(-age/half_life), ages in seconds. */
double as_pressure(const int64_t *time, const double *cost, size_t n, int64_t at, int64_t half_life);
/* The index of one lead: a touch costs the rung it asked for (1 when unknown). A person may be asked for as
 * much a week as they have permitted: the budget is twice the rung, and the alarm rings above it. A policy's
 * own half-life and budget take the place of these. */
#define AS_PRESSURE_HALF_LIFE       (7 * AS_DAY_SECONDS)
#define AS_PRESSURE_BUDGET_PER_RUNG 2.0
struct as_contact_pressure {
    double index, budget;
    bool alarm;
};
struct as_contact_pressure as_nurture_pressure(const struct as_nurture *nurture, uint32_t lead_row,
                                               int64_t at);

/* Channels are the values of lead.unsubscribed, which a pack may declare with others. AS_ERR_MISSING with the
 * nearest; AS_OK where any value goes. */
enum as_status as_contact_channel(const struct as_schema *schema, const char *channel,
                                  struct as_error *error);

/* as_nurture_ask of one lead alone: checks the channel, opens, asks, closes. */
enum as_status as_contact_ask(struct as_contact_answer *out, const struct as_pack *pack,
                              const struct as_outcome *outcome, const struct as_dataset *dataset,
                              uint32_t lead_row, const struct as_contact_question *question,
                              struct as_error *error);

/* Sets the bits of the fields, answers and event kinds that contact and phases are read from, beside the
 * pack's own expressions. Any may be NULL. */
void as_nurture_needs(const struct as_pack *pack, uint64_t *fields, uint64_t *kinds);

#endif
