/* Stage: one lead's step through the lifecycle of one model (DESIGN section 3, Stages).
 *
 * A pure function of what was decided before, what the gates say now and what people recorded. Deciding again
 * at the same instant, with the new standing as the prior one, changes nothing. */
#ifndef AS_SCORE_STAGE_H
#define AS_SCORE_STAGE_H

#include "base/bits.h"
#include "score/standing.h"

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
 * Records newer than the entry into the prior stage apply first, in order of time:
 *   accepted     enters `accepted` from any stage before it
 *   rejected     by its reason. fix: the lead stays or goes back to `sales_ready` and asks for attention;
 * nurture: back to `nurture`, gates closed for the reason's time (else AS_REJECTED_COOL_OFF); disqualify:
 * `disqualified`, which no disqualifier lifts. A reason that is not listed: the model's recycle from this
 * stage when it holds, else nurture. Only from `sales_ready` and `accepted`, disqualify from any open stage.
 *   won, lost, no_decision  end the lifecycle from any stage
 *   override     enters the stage it names and holds there against the rules until the next record
 * Then, unless an override holds: a disqualifier that holds disqualifies; when all are definitely gone, the
 * disqualification they caused lifts, back to the furthest gates that hold; a recycle goes back; otherwise
 * the lead climbs gate by gate, each of which passes now, up to the first that does not. Gates behind the
 * stage reached are not asked again. A lifecycle that has ended is only moved by records and recycles. No
 * lead climbs while it cools off, nor in the instant in which it was recycled; no lead is recycled in the
 * instant in which it entered its stage, nor in the decision in which a record moved it, since the recycle's
 * events count from there; while a disqualifier is unknown no lead climbs to `sales_ready` or beyond. What is
 * unknown never moves a lead back, and so a stale feed demotes nobody. A model that does not speak about a
 * lead (`about` is no, or unknown for a lead it never spoke about) leaves its stage as it was. */
void as_stage_decide(struct as_standing *out, const struct as_model *model,
                     const struct as_stage_facts *facts);

/* Sets the bits of the event kinds and properties that acts are read from. Any may be NULL. */
void as_stage_needs(const struct as_pack *pack, uint64_t *kinds, uint64_t *properties);

#endif
