/* A pack's word on whom to contact, how often, when and for what. Answering is score/model/contact.h's. */
#ifndef AS_SCORE_CONTACT_POLICY_H
#define AS_SCORE_CONTACT_POLICY_H

#include "score/tree/blackout.h"
#include "score/tree/expr.h"

/* "2 per 7d" for a channel; channel "any" counts all. */
struct as_contact_cap {
    const char *channel;
    struct as_rate most;
};
struct as_ladder_need {
    const char *ask; /* "demo" */
    uint8_t rung;    /* 1-based place in the ladder */
};
/* So many questions in one touch while the buyer permits this rung and no higher one. */
struct as_question_cap {
    uint8_t rung; /* 1-based place in the ladder */
    uint32_t most;
};
struct as_never {
    const char *channel; /* "any" or a channel */
    const struct as_expr *when;
};
struct as_consent_rule {
    const char *country; /* "DE"; NULL: unknown or unlisted */
    enum { AS_CONSENT_NEEDS_OPT_OUT, AS_CONSENT_NEEDS_OPT_IN, AS_CONSENT_NEEDS_DOUBLE_OPT_IN } basis;
};
struct as_contact_policy {
    bool declared;
    struct as_position position;
    AS_LIST(struct as_contact_cap) caps;
    int64_t gap;                  /* seconds, 0 none */
    int64_t after_first_download; /* seconds, 0 none */
    int64_t pressure_half_life;   /* seconds; 0: pressure is shown but denies nothing */
    double pressure_budget; /* what touches may weigh for each rung permitted; a touch weighs the rung it asks
                               for */
    bool has_quiet;
    int quiet_from, quiet_to;         /* minutes of the local day; from > to spans midnight */
    const struct as_expr *quiet_zone; /* IANA zone; NULL UTC */
    AS_LIST(const char *) ladder;     /* permission levels, lowest first */
    AS_LIST(struct as_ladder_need) needs;
    AS_LIST(struct as_question_cap) questions; /* by rung, never fewer on a higher one; no limit elsewhere */
    AS_LIST(struct as_never) never;
    AS_LIST(struct as_consent_rule) consents;
    struct as_blackout blackout;
};

/* The rung of the ladder that a touch which asks for `ask` needs; 0 when the policy does not know it. */
uint8_t as_policy_rung(const struct as_contact_policy *policy, struct as_str ask);

#endif
