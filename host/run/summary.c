/* Counting a decision for the morning screen. Everything here is counted from the decision itself; what only
 * the store knows (names, feeds, past runs) is added by the run. */
#include "run/summary.h"

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
    if (standing->cause == AS_CAUSE_GATE || standing->cause == AS_CAUSE_FIRST)
        for (uint32_t g = 0; g < model->gates.n; g++)
            if (model->gates.at[g]->stage == standing->stage)
                return model->gates.at[g]->name;
    return as_cause_name(standing->cause);
}

/* Grade codes are 1 + letter * 16 + number with at most 16 bands an axis. */
enum { GRADE_CODES = 1 + 16 * 16 + 1 };

static enum as_status count_grades(struct as_model_summary *out, struct as_arena *arena,
                                   const struct as_standing *standings, uint32_t leads,
                                   struct as_error *error)
{
    uint64_t *count = as_arena_array(arena, GRADE_CODES, sizeof *count);
    if (count == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < leads; row++)
        if (!standings[row].outside && standings[row].grade > 0 && standings[row].grade < GRADE_CODES)
            count[standings[row].grade]++;
    for (uint16_t code = 1; code < GRADE_CODES; code++) {
        struct as_grade_count grade = {.code = code, .n = count[code]};
        if (grade.n == 0)
            continue;
        as_grade_show(grade.grade, out->model, code);
        if (!as_list_push(arena, &out->grades, grade))
            return as_error_memory(error);
    }
    return AS_OK;
}

static enum as_status count_gates(struct as_model_summary *out, struct as_arena *arena,
                                  const struct as_decision *decision, struct as_error *error)
{
    const struct as_model *model = out->model;
    const struct as_standing *standings = decision->standings[model->index];
    for (uint32_t g = 0; g < model->gates.n; g++) {
        struct as_gate_summary gate = {.gate = model->gates.at[g]};
        for (uint32_t row = 0; row < decision->dataset->leads; row++) {
            const struct as_standing *standing = &standings[row];
            if (standing->outside)
                continue;
            enum as_gate_verdict verdict = as_verdict_of(standing->verdicts, g);
            gate.pass += verdict == AS_GATE_PASS;
            gate.fail += verdict == AS_GATE_FAIL;
            gate.insufficient += verdict == AS_GATE_INSUFFICIENT;
            if (as_next_gate(model, standing->stage) == gate.gate) {
                gate.waiting++;
                gate.undecided += verdict == AS_GATE_INSUFFICIENT;
            }
        }
        enum as_status status =
            gate.undecided == 0 ? AS_OK : as_blocker_of(&gate, arena, decision, model, error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(arena, &out->gates, gate))
            return as_error_memory(error);
    }
    return AS_OK;
}

/* The disqualifier that is unknown for most leads of the model: what to find out first. */
static uint32_t most_unknown(const struct as_decision *decision, const struct as_model *model)
{
    const struct as_standing *standings = decision->standings[model->index];
    uint64_t most = 0;
    uint32_t found = 0;
    for (uint32_t d = 0; d < model->disqualifiers.n; d++) {
        struct as_verdicts verdicts =
            as_outcome_verdicts_at(decision->outcome, model->disqualifiers.at[d].when, AS_LEVEL_LEAD);
        uint64_t unknown = 0;
        for (uint32_t row = 0; row < decision->dataset->leads; row++)
            unknown += standings[row].blocked && as_verdict_at(verdicts, row) >= AS_UNKNOWN;
        if (unknown > most) {
            most = unknown;
            found = d + 1;
        }
    }
    return found;
}

static enum as_status count_model(struct as_model_summary *out, struct as_arena *arena,
                                  const struct as_decision *decision, const struct as_moves *moves,
                                  struct as_error *error)
{
    const struct as_model *model = out->model;
    const struct as_standing *standings = decision->standings[model->index];
    uint64_t *disqualified = as_arena_array(arena, model->disqualifiers.n + (size_t)1, sizeof *disqualified);
    if (disqualified == NULL)
        return as_error_memory(error);
    for (uint32_t row = 0; row < decision->dataset->leads; row++) {
        const struct as_standing *standing = &standings[row];
        if (standing->outside)
            continue;
        out->leads++;
        out->stages[standing->stage]++;
        out->attention += standing->attention;
        out->blocked += standing->blocked;
        if (standing->stage == AS_STAGE_DISQUALIFIED && standing->disqualifier > 0)
            disqualified[standing->disqualifier - 1]++;
    }
    out->disqualified = disqualified;
    if (out->blocked > 0)
        out->blocker = most_unknown(decision, model);
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++)
        for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
            out->into[stage][cause] = moves->into[stage][cause];
    for (int cause = 0; cause < AS_MOVE_CAUSES; cause++)
        out->regraded[cause] = moves->regraded[cause];
    out->changed = moves->n;
    out->moved = moves->moved;
    out->known = moves->known;
    enum as_status status = count_grades(out, arena, standings, decision->dataset->leads, error);
    return status == AS_OK ? count_gates(out, arena, decision, error) : status;
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
                                const struct as_moves *moves, struct as_error *error)
{
    summary->leads = decision->dataset->leads;
    summary->accounts = decision->dataset->accounts;
    for (uint32_t m = 0; m < decision->pack->models.n; m++) {
        struct as_model_summary model = {.model = decision->pack->models.at[m]};
        enum as_status status = count_model(&model, summary->arena, decision, &moves[m], error);
        if (status != AS_OK)
            return status;
        if (!as_list_push(summary->arena, &summary->models, model))
            return as_error_memory(error);
    }
    count_regions(summary, decision);
    count_pressure(summary, decision);
    return AS_OK;
}
