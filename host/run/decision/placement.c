/* Tracks for a whole decision. host/score places one lead; this file asks it for every lead over threads and
 * keeps of each answer only what a run writes, since a full answer carries sentences. */
#include "run/decision/placement.h"

#include "base/thread.h"

#include <stdlib.h>

const struct as_standing *as_leading_standing(uint32_t *model, const struct as_decision *decision,
                                              uint32_t lead_row)
{
    const struct as_standing *first = NULL;
    for (uint32_t m = 0; m < decision->pack->models.n; m++) {
        const struct as_standing *standing = as_standing_at(decision, m, lead_row);
        if (standing->outside)
            continue;
        if (standing->stage != AS_STAGE_DISQUALIFIED) {
            *model = m;
            return standing;
        }
        if (first == NULL) {
            *model = m;
            first = standing;
        }
    }
    return first;
}

static uint16_t track_code(const struct as_pack *pack, const struct as_track *track)
{
    for (uint32_t t = 0; track != NULL && t < pack->tracks.n; t++)
        if (pack->tracks.at[t] == track)
            return (uint16_t)(t + 1);
    return 0;
}

/* The step an enrolment stood at before this decision; AS_NO_INDEX when the lead was not in the track. */
static uint32_t step_before(const struct as_dataset *dataset, uint32_t row, const struct as_track *track,
                            int64_t entered)
{
    const struct as_enrolment_log *log = &dataset->enrolments;
    if (log->start == NULL)
        return AS_NO_INDEX;
    for (uint32_t i = log->start[row]; i < log->start[row + 1]; i++)
        if (log->at[i].entered == entered &&
            as_str_is(as_intern_text(dataset->tracks, log->at[i].track), track->name))
            return log->at[i].step;
    return AS_NO_INDEX;
}

struct placing {
    const struct as_decision *decision;
    struct as_place_row *rows;
};

static enum as_status place_one(struct as_place_row *out, const struct as_decision *decision, uint32_t row,
                                struct as_error *error)
{
    uint32_t model;
    const struct as_standing *standing = as_leading_standing(&model, decision, row);
    if (standing == NULL)
        return AS_OK;
    struct as_placement place;
    enum as_status status =
        as_nurture_place(&place, decision->nurture, row, standing, decision->options.at, error);
    if (status == AS_OK) {
        out->tried = place.comes ? track_code(decision->pack, place.tried) : 0;
        out->arm = place.comes ? (uint8_t)place.arm : AS_ARM_NONE;
    }
    if (status != AS_OK || place.track == NULL)
        return status;
    uint32_t before =
        place.enters ? AS_NO_INDEX : step_before(decision->dataset, row, place.track, place.entered);
    *out = (struct as_place_row){
        .entered = place.entered,
        .due = place.due,
        .lead = place.lead,
        .track = track_code(decision->pack, place.track),
        .step = place.step,
        .before = before == AS_NO_INDEX ? (place.enters ? 0 : place.step) : (uint16_t)before,
        .denial = (uint8_t)place.contact.denial,
        .enters = place.enters,
        .ended = place.ended,
        .advanced = before != AS_NO_INDEX && before != place.step,
        .by_word = place.word != NULL,
        .by_rules = track_code(decision->pack, place.by_rules),
        .displaced = place.displaced,
        .adopted = place.adopted,
        .tried = out->tried,
        .arm = out->arm,
    };
    return AS_OK;
}

static enum as_status place_batch(void *context, unsigned worker, size_t item, struct as_error *error)
{
    struct placing *placing = context;
    (void)worker;
    uint32_t from = (uint32_t)(item * AS_BATCH), leads = placing->decision->dataset->leads;
    uint32_t to = leads - from < AS_BATCH ? leads : from + AS_BATCH;
    for (uint32_t row = from; row < to; row++) {
        enum as_status status = place_one(&placing->rows[row], placing->decision, row, error);
        if (status != AS_OK)
            return status;
    }
    return AS_OK;
}

enum as_status as_placements(struct as_place_row **out, const struct as_decision *decision,
                             struct as_error *error)
{
    *out = NULL;
    if (decision->pack->tracks.n == 0)
        return AS_OK;
    size_t leads = decision->dataset->leads;
    struct as_place_row *rows = calloc(leads + 1, sizeof *rows);
    if (rows == NULL)
        return as_error_memory(error);
    struct placing placing = {decision, rows};
    enum as_status status = as_parallel(decision->options.threads, (leads + AS_BATCH - 1) / AS_BATCH,
                                        place_batch, &placing, error);
    if (status != AS_OK) {
        free(rows);
        return status;
    }
    *out = rows;
    return AS_OK;
}
