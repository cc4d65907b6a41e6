/* Counting a decision for the morning screen. Everything here is counted from the decision itself; what only
 * the store knows (names, feeds, past runs) is added by the run. */
#include "run/decision/summary.h"

const char *as_hold_name(enum as_hold hold)
{
    return hold == AS_HOLD_FIRST ? "first run" : hold == AS_HOLD_MOVES ? "too many moves" : "";
}

const struct as_gate *as_next_gate(const struct as_model *model, uint8_t stage)
{
    if (stage >= AS_STAGE_OPPORTUNITY)
        return NULL;
    for (uint32_t g = 0; g < model->gates.n; g++)
        if (model->gates.at[g]->stage > stage)
            return model->gates.at[g];
    return NULL;
}

const char *as_move_by(const struct as_model *model, const struct as_standing *standing)
{
    if (standing->stage == AS_STAGE_DISQUALIFIED && standing->disqualifier > 0)
        return model->disqualifiers.at[standing->disqualifier - 1].name;
    const struct as_gate *gate = standing->cause == AS_CAUSE_GATE || standing->cause == AS_CAUSE_FIRST
                                     ? as_gate_into(model, (enum as_stage)standing->stage)
                                     : NULL;
    return gate != NULL ? gate->name : as_cause_name(standing->cause);
}

/* Grade codes are 1 + letter * 16 + number with at most 16 bands an axis. */
enum { GRADE_CODES = 1 + 16 * 16 + 1 };

struct counting {
    struct as_model_summary *out;
    uint64_t *grades, *disqualified;
    struct as_gate_summary *gates;
    uint32_t next[AS_STAGE_COUNT]; /* the gate that leads of a stage have to pass next; AS_NO_INDEX none */
};

static void count_alike(struct counting *counting, const struct as_tally_row *row)
{
    struct as_model_summary *out = counting->out;
    if (row->outside)
        return;
    out->leads += row->leads;
    out->stages[row->stage] += row->leads;
    out->attention += row->attention ? row->leads : 0;
    out->blocked += row->blocked ? row->leads : 0;
    if (row->stage == AS_STAGE_DISQUALIFIED && row->disqualifier > 0)
        counting->disqualified[row->disqualifier - 1] += row->leads;
    if (row->grade < GRADE_CODES)
        counting->grades[row->grade] += row->leads;
    for (uint32_t g = 0; g < out->model->gates.n; g++) {
        struct as_gate_summary *gate = &counting->gates[g];
        enum as_gate_verdict verdict = as_verdict_of(row->verdicts, g);
        gate->pass += verdict == AS_GATE_PASS ? row->leads : 0;
        gate->fail += verdict == AS_GATE_FAIL ? row->leads : 0;
        gate->insufficient += verdict == AS_GATE_INSUFFICIENT ? row->leads : 0;
        if (counting->next[row->stage] != g)
            continue;
        gate->waiting += row->leads;
        gate->undecided += verdict == AS_GATE_INSUFFICIENT ? row->leads : 0;
    }
}

static enum as_status open_counting(struct counting *counting, struct as_model_summary *out,
                                    struct as_arena *arena, struct as_error *error)
{
    const struct as_model *model = out->model;
    *counting = (struct counting){.out = out};
    counting->grades = as_arena_array(arena, GRADE_CODES, sizeof *counting->grades);
    counting->disqualified =
        as_arena_array(arena, model->disqualifiers.n + (size_t)1, sizeof *counting->disqualified);
    counting->gates = as_arena_array(arena, model->gates.n + (size_t)1, sizeof *counting->gates);
    if (counting->grades == NULL || counting->disqualified == NULL || counting->gates == NULL)
        return as_error_memory(error);
    for (uint32_t stage = 0; stage < AS_STAGE_COUNT; stage++) {
        const struct as_gate *next = as_next_gate(model, (uint8_t)stage);
        counting->next[stage] = AS_NO_INDEX;
        for (uint32_t g = 0; g < model->gates.n; g++)
            if (model->gates.at[g] == next)
                counting->next[stage] = g;
    }
    for (uint32_t g = 0; g < model->gates.n; g++)
        counting->gates[g].gate = model->gates.at[g];
    out->disqualified = counting->disqualified;
    return AS_OK;
}

static enum as_status list_grades(struct counting *counting, struct as_arena *arena, struct as_error *error)
{
    struct as_model_summary *out = counting->out;
    for (uint16_t code = 1; code < GRADE_CODES; code++) {
        struct as_grade_count grade = {.code = code, .n = counting->grades[code]};
        if (grade.n == 0)
            continue;
        as_grade_show(grade.grade, out->model, code);
        if (!as_list_push(arena, &out->grades, grade))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* What holds leads up is found by looking at them; a part of them does not tell. */
static enum as_status list_gates(struct counting *counting, struct as_arena *arena,
                                 const struct as_decision *decision, struct as_error *error)
{
    struct as_model_summary *out = counting->out;
    enum as_status status = AS_OK;
    for (uint32_t g = 0; g < out->model->gates.n && status == AS_OK; g++) {
        struct as_gate_summary *gate = &counting->gates[g];
        if (gate->undecided > 0 && !decision->dataset->part)
            status = as_blocker_of(gate, arena, decision, out->model, error);
        if (status == AS_OK && !as_list_push(arena, &out->gates, *gate))
            return as_error_memory(error);
    }
    return status;
}

/* The disqualifier that is unknown for most leads of the model: what to find out first. */
static uint32_t most_unknown(const struct as_decision *decision, const struct as_model *model)
{
    uint64_t most = 0;
    uint32_t found = 0;
    for (uint32_t d = 0; d < model->disqualifiers.n; d++) {
        struct as_verdicts verdicts =
            as_outcome_verdicts_at(decision->outcome, model->disqualifiers.at[d].when, AS_LEVEL_LEAD);
        uint64_t unknown = 0;
        for (uint32_t row = 0; row < decision->dataset->leads; row++)
            unknown += as_verdict_at(verdicts, row) >= AS_UNKNOWN &&
                       as_standing_at(decision, model->index, row)->blocked;
        if (unknown > most) {
            most = unknown;
            found = d + 1;
        }
    }
    return found;
}

static enum as_status count_model(struct as_model_summary *out, struct as_arena *arena,
                                  const struct as_decision *decision, const struct as_moves *moves,
                                  const struct as_tally *others, struct as_error *error)
{
    const struct as_model *model = out->model;
    const struct as_stood *stood = &decision->stood[model->index];
    struct counting counting;
    enum as_status status = open_counting(&counting, out, arena, error);
    if (status != AS_OK)
        return status;
    for (size_t i = 0; i < stood->alike_n; i++)
        count_alike(&counting, &stood->alike[i]);
    for (size_t i = 0; others != NULL && i < others->n; i++) {
        count_alike(&counting, &others->at[i]);
        out->known += others->at[i].leads;
    }
    if (out->blocked > 0 && !decision->dataset->part)
        out->blocker = most_unknown(decision, model);
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
        for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
            out->into[stage][cause] = moves->into[stage][cause];
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        out->regraded[cause] = moves->regraded[cause];
    out->changed = moves->n;
    out->moved = moves->moved;
    out->known += moves->known;
    status = list_grades(&counting, arena, error);
    return status == AS_OK ? list_gates(&counting, arena, decision, error) : status;
}

static void count_regions(struct as_summary *summary, const struct as_decision *decision)
{
    const struct as_segment *segment = &decision->pack->segment;
    if (!segment->declared)
        return;
    for (uint32_t row = 0; row < decision->dataset->accounts; row++)
        summary->regions[as_region_at(decision->pack, decision->outcome, row)]++;
}

static void count_pressure(struct as_summary *summary, const struct as_decision *decision)
{
    if (!decision->pack->policy.declared)
        return;
    for (uint32_t row = 0; row < decision->dataset->leads; row++)
        summary->pressured += as_nurture_pressure(decision->nurture, row, decision->options.at).alarm;
}

enum as_status as_summary_count(struct as_summary *summary, const struct as_decision *decision,
                                const struct as_moves *moves, const struct as_tally *others,
                                struct as_error *error)
{
    summary->decided = summary->leads = decision->dataset->leads;
    summary->accounts = decision->dataset->accounts;
    for (uint32_t m = 0; m < decision->pack->models.n; m++) {
        struct as_model_summary model = {.model = decision->pack->models.at[m]};
        enum as_status status = count_model(&model, summary->arena, decision, &moves[m],
                                            others == NULL ? NULL : &others[m], error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(summary->arena, &summary->models, model))
            return as_error_memory(error);
    }
    if (decision->dataset->part)
        return AS_OK;
    count_regions(summary, decision);
    count_pressure(summary, decision);
    return AS_OK;
}
