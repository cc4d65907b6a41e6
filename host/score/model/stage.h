/* Stage: one lead's step through the lifecycle of one model.
 *
 * A pure function of what was decided before, what the gates say now and what people recorded. Deciding again
 * at the same instant, with the new standing as the prior one, changes nothing. */
#ifndef AS_SCORE_STAGE_H
#define AS_SCORE_STAGE_H

#include "base/bits.h"
#include "score/model/standing.h"

/* A rejected hand-off without a stated time closes the gates for so long, so that the facts that sales has
 * just refused do not offer the lead again the next morning. */
#define AS_REJECTED_COOL_OFF (30 * AS_DAY_SECONDS)

/* Something a person recorded: an act of sales or an override. */
struct as_stage_record {
    int64_t time;
    bool overrides;
    enum as_act act;                /* of an act */
    enum as_stage stage;            /* of an override; AS_STAGE_NONE: let the rules decide again */
    bool listed;                    /* a rejection whose reason the model lists */
    struct as_reject_reason reject; /* what that reason does */
};

struct as_stage_facts {
    int64_t at;
    const struct as_prior *prior;
    enum as_tri about;                /* does the model speak about this lead? */
    uint16_t verdicts;                /* as in struct as_standing */
    uint16_t disqualifier;            /* 1 + index of the first that holds, 0 none */
    bool unsure;                      /* a disqualifier is unknown */
    const struct as_recycle *recycle; /* the first that starts at the prior stage and holds; NULL none */
    /* Records from the entry into the prior stage up to `at`, ascending, overrides after acts of the same
     * second; all records for a lead without a prior stage. Those of the very second of entry made that stage
     * what it is. */
    const struct as_stage_record *records;
    uint32_t record_count;
};

/* Fills everything of *out but grade and persona.
 *
 * Records newer than the entry into the prior stage apply first, in order of time. So do, in a later
 * decision, those of the very second of entry that follow the one which made the prior stage what it is.
 *
 * - accepted enters `accepted` from any open stage before it.
 * - rejected does what its reason says, from `sales_ready` and `accepted`. Fix: the lead is in `sales_ready`
 * and asks for attention. Nurture: back to `nurture`, gates closed for the reason's time (else
 * AS_REJECTED_COOL_OFF). Disqualify, from any open stage: `disqualified`, which no disqualifier lifts. A
 * reason that is not listed: the model's recycle from this stage when it holds, else as nurture.
 * - won, lost and no_decision end the lifecycle, from any stage.
 * - an override enters the stage it names and holds there against the rules until the next record.
 *
 * Then, unless an override holds, the rules move the lead.
 *
 * - A disqualifier that holds disqualifies what is open. When all are definitely gone, the disqualification
 * they caused lifts, back to the furthest gates that hold.
 * - Else a recycle goes back; not in the instant in which the lead entered its stage, nor in the decision in
 * which a record moved it, since the recycle's events count from there.
 * - Else the lead climbs gate by gate, each of which passes now, up to the first that does not. Gates behind
 * the stage reached are not asked again. No lead climbs while it cools off, nor in the instant in which it
 * was recycled; while a disqualifier is unknown none climbs to `sales_ready` or beyond.
 *
 * What is unknown never moves a lead back, and so a stale feed demotes nobody. An ended lifecycle is moved by
 * records and recycles only. A model that does not speak about a lead (`about` is no, or unknown for a lead
 * it never spoke about) leaves its stage as it was. */
void as_stage_decide(struct as_standing *out, const struct as_model *model,
                     const struct as_stage_facts *facts);

/* Sets the bits of the event kinds and properties that acts are read from. Any may be NULL. */
void as_stage_needs(const struct as_pack *pack, uint64_t *kinds, uint64_t *properties);

#endif
