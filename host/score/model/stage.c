/* The lifecycle as a pure step from facts about one lead. Gathering those facts from columns is standing.c's.
 */
#include "score/model/stage.h"

/* The step in progress. */
struct step {
    struct as_standing *out;
    const struct as_model *model;
    const struct as_stage_facts *facts;
    bool held;  /* an override holds the stage against the rules */
    bool ruled; /* the rules may lift a disqualification: no record made it */
};

static bool is_open(uint8_t stage)
{
    return stage >= AS_STAGE_SUSPECT && stage <= AS_STAGE_OPPORTUNITY;
}

static void enter(struct step *step, enum as_stage stage, int64_t time, enum as_cause cause)
{
    struct as_standing *out = step->out;
    out->stage = (uint8_t)stage;
    out->entered = time;
    out->cause = (uint8_t)cause;
    if (stage <= AS_STAGE_WON && stage > out->furthest)
        out->furthest = (uint8_t)stage;
    step->held = false;
    step->ruled = cause != AS_CAUSE_ACT && cause != AS_CAUSE_OVERRIDE;
}

static void go_back(struct step *step, enum as_stage to, int64_t time, int64_t cool_off, enum as_cause cause)
{
    enter(step, to, time, cause);
    step->out->recycles++;
    step->out->recycled = time;
    step->out->cool_off = cool_off > 0 ? time + cool_off : AS_TIME_NONE;
}

static void reject(struct step *step, const struct as_stage_record *record)
{
    struct as_standing *out = step->out;
    const struct as_stage_facts *facts = step->facts;
    if (record->listed && record->reject.does == AS_REJECT_DISQUALIFY) {
        if (is_open(out->stage))
            enter(step, AS_STAGE_DISQUALIFIED, record->time, AS_CAUSE_ACT);
        return;
    }
    if (out->stage != AS_STAGE_SALES_READY && out->stage != AS_STAGE_ACCEPTED)
        return;
    if (record->listed && record->reject.does == AS_REJECT_FIX) {
        enter(step, AS_STAGE_SALES_READY, record->time, AS_CAUSE_ACT);
    } else if (!record->listed && facts->recycle != NULL && facts->recycle->from == out->stage) {
        go_back(step, facts->recycle->to, facts->at, facts->recycle->cool_off, AS_CAUSE_RECYCLE);
    } else {
        int64_t after =
            record->listed && record->reject.after > 0 ? record->reject.after : AS_REJECTED_COOL_OFF;
        go_back(step, AS_STAGE_NURTURE, record->time, after, AS_CAUSE_ACT);
    }
}

static void apply(struct step *step, const struct as_stage_record *record)
{
    if (record->overrides) {
        if (record->stage == AS_STAGE_NONE) {
            step->held = false;
            step->ruled = true;
        } else {
            enter(step, record->stage, record->time, AS_CAUSE_OVERRIDE);
            step->held = true;
        }
        return;
    }
    switch (record->act) {
    case AS_ACT_ACCEPTED:
        if (is_open(step->out->stage) && step->out->stage < AS_STAGE_ACCEPTED)
            enter(step, AS_STAGE_ACCEPTED, record->time, AS_CAUSE_ACT);
        break;
    case AS_ACT_REJECTED:
        reject(step, record);
        break;
    case AS_ACT_WON:
        enter(step, AS_STAGE_WON, record->time, AS_CAUSE_ACT);
        break;
    case AS_ACT_LOST:
        enter(step, AS_STAGE_LOST, record->time, AS_CAUSE_ACT);
        break;
    case AS_ACT_NO_DECISION:
        enter(step, AS_STAGE_NO_DECISION, record->time, AS_CAUSE_ACT);
        break;
    case AS_ACT_NONE:
    case AS_ACT_HANDOFF:
        break;
    }
}

/* Whether the prior stage, entered in the very second of the record, is what this record makes of a lead. */
static bool explains(const struct as_prior *prior, const struct as_stage_record *record)
{
    if (record->overrides)
        return record->stage == prior->stage;
    switch (record->act) {
    case AS_ACT_ACCEPTED:
        return prior->stage == AS_STAGE_ACCEPTED;
    case AS_ACT_REJECTED:
        if (record->listed && record->reject.does == AS_REJECT_FIX)
            return prior->stage == AS_STAGE_SALES_READY;
        if (record->listed && record->reject.does == AS_REJECT_DISQUALIFY)
            return prior->stage == AS_STAGE_DISQUALIFIED;
        return prior->recycled == prior->entered;
    case AS_ACT_WON:
        return prior->stage == AS_STAGE_WON;
    case AS_ACT_LOST:
        return prior->stage == AS_STAGE_LOST;
    case AS_ACT_NO_DECISION:
        return prior->stage == AS_STAGE_NO_DECISION;
    case AS_ACT_NONE:
    case AS_ACT_HANDOFF:
        break;
    }
    return false;
}

/* What a record that was applied says about the prior stage. */
static void recognise(struct step *step, const struct as_stage_record *record)
{
    const struct as_standing *out = step->out;
    if (record->overrides) {
        step->held = record->stage == out->stage;
        step->ruled = !step->held;
    } else if (record->act == AS_ACT_REJECTED && record->listed &&
               record->reject.does == AS_REJECT_DISQUALIFY && out->stage == AS_STAGE_DISQUALIFIED) {
        step->ruled = false;
    }
}

static void climb(struct step *step)
{
    struct as_standing *out = step->out;
    const struct as_model *model = step->model;
    bool cooling = (out->cool_off != AS_TIME_NONE && step->facts->at < out->cool_off) ||
                   out->recycled == step->facts->at;
    for (uint32_t i = 0; i < model->gates.n; i++) {
        const struct as_gate *gate = model->gates.at[i];
        if (gate->stage <= out->stage)
            continue;
        if (cooling || (out->blocked && gate->stage >= AS_STAGE_SALES_READY) ||
            as_verdict_of(out->verdicts, gate->index) != AS_GATE_PASS)
            return;
        enter(step, gate->stage, step->facts->at, AS_CAUSE_GATE);
    }
}

/* While a lead cools off, the gate to nurturing alone stays open to what was disqualified: it has to stand
 * somewhere. */
static void lift(struct step *step)
{
    const struct as_model *model = step->model;
    enter(step, AS_STAGE_SUSPECT, step->facts->at, AS_CAUSE_DISQUALIFY);
    if (model->gates.n > 0 && model->gates.at[0]->stage == AS_STAGE_NURTURE &&
        as_verdict_of(step->out->verdicts, model->gates.at[0]->index) == AS_GATE_PASS)
        enter(step, AS_STAGE_NURTURE, step->facts->at, AS_CAUSE_DISQUALIFY);
    climb(step);
    step->out->cause = AS_CAUSE_DISQUALIFY;
}

static void follow_rules(struct step *step, bool moved)
{
    struct as_standing *out = step->out;
    const struct as_stage_facts *facts = step->facts;
    if (facts->disqualifier != 0 && is_open(out->stage)) {
        enter(step, AS_STAGE_DISQUALIFIED, facts->at, AS_CAUSE_DISQUALIFY);
        return;
    }
    if (!moved && out->entered < facts->at && facts->disqualifier == 0 && facts->recycle != NULL &&
        facts->recycle->from == out->stage) {
        go_back(step, facts->recycle->to, facts->at, facts->recycle->cool_off, AS_CAUSE_RECYCLE);
        return;
    }
    if (out->stage == AS_STAGE_DISQUALIFIED && step->ruled && facts->disqualifier == 0 && !facts->unsure)
        lift(step);
    else if (is_open(out->stage))
        climb(step);
}

/* Sales gave the lead back to have its data put right. */
static bool is_given_back(const struct step *step)
{
    for (uint32_t i = 0; i < step->facts->record_count; i++) {
        const struct as_stage_record *record = &step->facts->records[i];
        if (step->out->stage == AS_STAGE_SALES_READY && record->time == step->out->entered &&
            !record->overrides && record->act == AS_ACT_REJECTED && record->listed &&
            record->reject.does == AS_REJECT_FIX)
            return true;
    }
    return false;
}

static bool asks_for_attention(const struct step *step)
{
    const struct as_standing *out = step->out;
    if (step->held)
        return step->facts->disqualifier != 0 && is_open(out->stage);
    if (is_given_back(step))
        return true;
    if (!is_open(out->stage))
        return false;
    for (uint32_t i = 0; i < step->model->gates.n; i++) {
        const struct as_gate *gate = step->model->gates.at[i];
        if (gate->stage <= out->stage && as_verdict_of(out->verdicts, gate->index) == AS_GATE_FAIL)
            return true;
    }
    return false;
}

/* Whether any record moved the lead. */
static bool apply_records(struct step *step, bool first)
{
    const struct as_stage_facts *facts = step->facts;
    int64_t since = step->out->entered;
    uint32_t i = 0;
    bool moved = false;
    if (!first) {
        while (i < facts->record_count && facts->records[i].time < since)
            i++;
        /* Up to the last that explains the stage they were applied when it was decided; others came to be
         * known later, but not within that decision's own instant. */
        uint32_t applied = i;
        for (uint32_t n = i; n < facts->record_count && facts->records[n].time == since; n++)
            if (since == facts->at || explains(facts->prior, &facts->records[n]))
                applied = n + 1;
        for (; i < applied; i++)
            recognise(step, &facts->records[i]);
    }
    for (; i < facts->record_count; i++) {
        uint8_t stage = step->out->stage;
        int64_t entered = step->out->entered;
        apply(step, &facts->records[i]);
        moved |= step->out->stage != stage || step->out->entered != entered;
    }
    return moved;
}

void as_stage_decide(struct as_standing *out, const struct as_model *model,
                     const struct as_stage_facts *facts)
{
    const struct as_prior *prior = facts->prior;
    bool first = prior->stage == AS_STAGE_NONE;
    *out = (struct as_standing){
        .stage = prior->stage,
        .prior_stage = prior->stage,
        .furthest = prior->furthest,
        .recycles = prior->recycles,
        .entered = first ? AS_TIME_NONE : prior->entered,
        .recycled = first ? AS_TIME_NONE : prior->recycled,
        .cool_off = first ? AS_TIME_NONE : prior->cool_off,
    };
    if (facts->about == AS_NO || (facts->about != AS_YES && first)) {
        out->outside = true;
        return;
    }
    out->verdicts = facts->verdicts;
    out->disqualifier = facts->disqualifier;

    struct step step = {out, model, facts, false, true};
    if (first)
        enter(&step, AS_STAGE_SUSPECT, AS_TIME_NONE, AS_CAUSE_FIRST);
    bool moved = apply_records(&step, first);
    out->blocked = facts->unsure && facts->disqualifier == 0 && is_open(out->stage);
    if (out->entered == AS_TIME_NONE)
        out->entered = facts->at;
    if (!step.held)
        follow_rules(&step, moved || first);
    out->blocked = facts->unsure && facts->disqualifier == 0 && is_open(out->stage);
    out->attention = asks_for_attention(&step);
    if (first)
        out->cause = AS_CAUSE_FIRST;
    else if (out->stage == out->prior_stage)
        out->cause = AS_CAUSE_NONE;
}

void as_stage_needs(const struct as_pack *pack, uint64_t *kinds, uint64_t *properties)
{
    const struct as_schema *schema = pack->rules.schema;
    if (pack->models.n == 0)
        return;
    for (uint32_t kind = 0; kind < schema->kinds.n; kind++) {
        enum as_act act = schema->kinds.at[kind]->act;
        if (!as_act_moves(act))
            continue;
        if (kinds != NULL)
            as_bit_set(kinds, kind);
        uint32_t reason = as_schema_property(schema, kind, AS_STR("reason"));
        if (act == AS_ACT_REJECTED && reason != AS_NO_INDEX && properties != NULL)
            as_bit_set(properties, reason);
    }
}
