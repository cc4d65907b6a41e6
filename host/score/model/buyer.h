/* Buyer: what a person has shown of themselves, from buyer's events and stated answers alone. What sellers do
 * is never evidence. */
#ifndef AS_SCORE_BUYER_H
#define AS_SCORE_BUYER_H

#include "score/tree/pack.h"

#include "data/facts/dataset.h"

/* Product interest and raised hands speak for the phase so long; after that the buyer has moved back. */
#define AS_PHASE_DAYS 90

/* Which columns and kinds carry evidence, looked up once. */
struct as_buyer_answer {
    const struct as_answer_column *column; /* NULL: not declared or not loaded */
    const struct as_field *field;
};
struct as_buyer {
    const struct as_dataset *dataset;
    uint8_t *kinds; /* by event kind: set of enum as_buyer_sign */
    struct as_buyer_answer need, evaluating, decision_by, funds_access, funds_commit, phase;
    uint32_t acknowledged; /* least code of the answer `need` that acknowledges one */
};
enum as_buyer_sign {
    AS_SIGN_CONTENT = 1,
    AS_SIGN_PRODUCT = 2,
    AS_SIGN_HAND_RAISE = 4,
    AS_SIGN_LEAVES = 8, /* unsubscribes or reports spam */
};
/* The signs a kind of event gives: none unless the buyer does it. */
uint8_t as_buyer_signs_of(const struct as_event_kind *kind);
enum as_status as_buyer_open(struct as_buyer *buyer, const struct as_dataset *dataset,
                             struct as_error *error);
void as_buyer_close(struct as_buyer *buyer);

/* What one lead's events say up to `at`; instants are AS_TIME_NONE where there is none. */
struct as_buyer_events {
    int64_t first_content, last_product, last_hand_raise, last_leave;
};
struct as_buyer_events as_buyer_events_of(const struct as_buyer *buyer, uint32_t lead_row, int64_t at);

/* 1 … 4, as in as_nurture_rung, without the ladder's bound. */
uint8_t as_buyer_rung(const struct as_buyer *buyer, uint32_t lead_row, int64_t at,
                      const struct as_buyer_events *events);

/* The three phases and the six steps they sum up. */
enum as_phase { AS_PHASE_DISCOVERY, AS_PHASE_CONSIDERATION, AS_PHASE_DECISION };
const char *as_phase_name(enum as_phase phase); /* "discovery" … */
enum { AS_BUYING_STEPS = 6 };
const char *as_buying_step_name(uint32_t step); /* "loosening of the status quo" … */
enum as_phase as_phase_of_step(uint32_t step);
/* The model of four stages that others work with, and the phase each belongs to: evaluating is considering,
 * since nothing is justified or selected yet. */
enum { AS_BUYING_STAGES = 4 };
const char *as_buying_stage_name(uint32_t stage); /* "awareness" … "purchase" */
enum as_phase as_phase_of_stage(uint32_t stage);
/* Reads a phase, a step or a stage by name, without regard to case; false when it is none. */
bool as_phase_parse(enum as_phase *phase, struct as_str text);

/* The phase the buyer is in. What the buyer or a questionnaire says (answer `buying_phase` or `phase`) comes
 * first; then decision while a date to decide by (answer decision_by) lies ahead or the funds are there
 * (funds_access, funds_commit); consideration while evaluating, or within AS_PHASE_DAYS of product interest
 * or a raised hand that a later "not evaluating" does not take back; else discovery. May move backward. */
enum as_phase as_buyer_phase(const struct as_buyer *buyer, uint32_t lead_row, int64_t at);
/* The first UTC day after today on which the phase may be another one without new facts; AS_DAY_NEVER. */
int32_t as_buyer_phase_until(const struct as_buyer *buyer, uint32_t lead_row, int64_t at);

#endif
