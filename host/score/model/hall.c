/* Hall: opening and closing what standings are decided from. */
#include "score/model/hall.h"

#include <stdlib.h>
#include <string.h>

void as_hall_close(struct as_hall *hall)
{
    if (hall->gates != NULL)
        for (uint32_t i = 0; i < hall->model->gates.n; i++) {
            free(hall->gates[i].pass);
            free(hall->gates[i].fail);
        }
    free(hall->gates);
    free(hall->disqualifiers);
    free(hall->sent_to);
    free(hall->personas);
    free(hall->recycles);
    free(hall->act);
    free(hall->disqualifier_code);
    free(hall->persona_code);
    for (unsigned i = 0; i < AS_MAX_THREADS; i++) {
        free(hall->records[i].at);
        as_alike_free(&hall->alike[i]);
        free(hall->kins[i]);
    }
    free(hall->counts.key);
    free(hall->counts.leads);
    free(hall->of);
    free(hall->worker_of);
}

static enum as_status fill_gate(struct as_gate_bits *bits, const struct as_hall *hall,
                                const struct as_gate *gate, struct as_error *error)
{
    size_t rows = gate->level == AS_LEVEL_LEAD ? hall->dataset->leads : hall->dataset->accounts;
    size_t words = AS_BIT_WORDS(rows);
    bits->pass = malloc((words + 1) * sizeof *bits->pass);
    bits->fail = calloc(words + 1, sizeof *bits->fail);
    if (bits->pass == NULL || bits->fail == NULL)
        return as_error_memory(error);
    memset(bits->pass, 0xff, (words + 1) * sizeof *bits->pass);
    for (uint32_t i = 0; i < gate->criteria.n; i++) {
        struct as_verdicts v = as_outcome_verdicts_at(hall->outcome, gate->criteria.at[i].when, gate->level);
        if (v.known == NULL)
            continue;
        for (size_t w = 0; w < words; w++) {
            bits->pass[w] &= v.truth[w];
            bits->fail[w] |= v.known[w] & ~v.truth[w];
        }
    }
    return AS_OK;
}

/* The acts that move a lead, by event kind; stays NULL when there are none, so that no event is looked at. */
static enum as_status fill_acts(struct as_hall *hall, struct as_error *error)
{
    const struct as_schema *schema = hall->dataset->schema;
    if (hall->dataset->lead_events.start == NULL || schema->kinds.n == 0)
        return AS_OK;
    hall->act = calloc(schema->kinds.n, sizeof *hall->act);
    if (hall->act == NULL)
        return as_error_memory(error);
    for (uint32_t kind = 0; kind < schema->kinds.n; kind++) {
        enum as_act act = schema->kinds.at[kind]->act;
        hall->act[kind] = (uint8_t)(as_act_moves(act) ? act : AS_ACT_NONE);
    }
    hall->acts = as_outcome_acts(hall->outcome);
    return AS_OK;
}

/* Where a disqualifier sends its leads, if that is a track; a model takes them by its own condition. */
static uint16_t track_named(const struct as_pack *pack, const char *to)
{
    for (uint32_t i = 0; to != NULL && i < pack->tracks.n; i++)
        if (strcmp(pack->tracks.at[i]->name, to) == 0)
            return (uint16_t)(i + 1);
    return 0;
}

/* The code of a name among the labels that priors say: one that nobody has when no prior says it. */
static uint32_t label_of(const struct as_dataset *dataset, const char *name)
{
    uint32_t code =
        dataset->labels == NULL ? AS_INTERN_NONE : as_intern_find(dataset->labels, as_str_of(name));
    return code == AS_INTERN_NONE ? AS_NO_INDEX - 1 : code;
}

static enum as_status fill_labels(struct as_hall *hall, struct as_error *error)
{
    const struct as_model *model = hall->model;
    uint32_t disqualifiers = model->disqualifiers.n, personas = hall->pack->personas.n;
    hall->disqualifier_code = malloc((disqualifiers + (size_t)1) * sizeof *hall->disqualifier_code);
    hall->persona_code = malloc((personas + (size_t)1) * sizeof *hall->persona_code);
    if (hall->disqualifier_code == NULL || hall->persona_code == NULL)
        return as_error_memory(error);
    hall->disqualifier_code[0] = hall->persona_code[0] = AS_NO_INDEX;
    for (uint32_t i = 0; i < disqualifiers; i++)
        hall->disqualifier_code[i + 1] = label_of(hall->dataset, model->disqualifiers.at[i].name);
    for (uint32_t i = 0; i < personas; i++)
        hall->persona_code[i + 1] = label_of(hall->dataset, hall->pack->personas.at[i].name);
    return AS_OK;
}

/* What each stage leaves to be seen while nothing is recorded of a lead and no disqualifier or recycle
 * touches it. */
static void fill_rungs(struct as_hall *hall)
{
    const struct as_model *model = hall->model;
    for (int stage = 0; stage < AS_STAGE_COUNT; stage++) {
        struct as_rung *rung = &hall->rungs[stage];
        bool open = stage >= AS_STAGE_SUSPECT && stage <= AS_STAGE_OPPORTUNITY;
        *rung = (struct as_rung){.steady = stage != AS_STAGE_NONE && stage != AS_STAGE_DISQUALIFIED,
                                 .next = AS_NO_INDEX};
        for (uint32_t i = 0; i < model->gates.n; i++) {
            const struct as_gate *gate = model->gates.at[i];
            if (open && gate->stage <= (enum as_stage)stage)
                rung->behind |= (uint16_t)(1u << (2 * gate->index));
            else if (open && rung->next == AS_NO_INDEX)
                rung->next = gate->index;
        }
    }
}

static bool bands_fall(const struct as_grade_axis *axis)
{
    for (uint32_t i = 1; i < axis->bands.n; i++)
        if (axis->bands.at[i].from > axis->bands.at[i - 1].from)
            return false;
    return true;
}

enum as_status as_hall_open(struct as_hall *hall, struct as_error *error)
{
    const struct as_model *model = hall->model;
    hall->about = as_outcome_verdicts_at(hall->outcome, model->when, AS_LEVEL_LEAD);
    hall->plain_grades = true;
    hall->gates = calloc(model->gates.n + 1, sizeof *hall->gates);
    hall->disqualifiers = calloc(model->disqualifiers.n + 1, sizeof *hall->disqualifiers);
    hall->sent_to = calloc(model->disqualifiers.n + 1, sizeof *hall->sent_to);
    hall->personas = calloc(hall->pack->personas.n + 1, sizeof *hall->personas);
    hall->recycles = calloc(model->recycles.n + 1, sizeof *hall->recycles);
    if (hall->gates == NULL || hall->disqualifiers == NULL || hall->sent_to == NULL ||
        hall->personas == NULL || hall->recycles == NULL)
        return as_error_memory(error);
    for (uint32_t i = 0; i < model->gates.n; i++) {
        enum as_status status = fill_gate(&hall->gates[i], hall, model->gates.at[i], error);
        if (status != AS_OK)
            return status;
    }
    for (uint32_t i = 0; i < model->disqualifiers.n; i++) {
        hall->disqualifiers[i] =
            as_outcome_verdicts_at(hall->outcome, model->disqualifiers.at[i].when, AS_LEVEL_LEAD);
        hall->sent_to[i] = track_named(hall->pack, model->disqualifiers.at[i].to);
    }
    for (uint32_t i = 0; i < hall->pack->personas.n; i++)
        hall->personas[i] =
            as_outcome_verdicts_at(hall->outcome, hall->pack->personas.at[i].when, AS_LEVEL_LEAD);
    for (uint32_t i = 0; i < model->recycles.n; i++)
        hall->recycles[i] = as_outcome_recycle(hall->outcome, &model->recycles.at[i]);
    for (uint32_t i = 0; i < model->axes.n && i < AS_GRADE_AXES; i++) {
        hall->axis[i] = as_outcome_score(hall->outcome, model->axes.at[i].score);
        hall->stale[i] = as_score_is_stale(model->axes.at[i].score, hall->dataset);
        hall->plain_grades &= !hall->stale[i] && bands_fall(&model->axes.at[i]);
    }
    fill_rungs(hall);
    enum as_status status = fill_labels(hall, error);
    return status == AS_OK ? fill_acts(hall, error) : status;
}
