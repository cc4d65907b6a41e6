/* Offers to sales: to whom a lead goes, and that it is offered once for each time it comes to sales_ready. */
#include "run/effects/effect_writing.h"

#include "store/report/appointments.h"
#include "store/work/work.h"

#include <inttypes.h>
#include <string.h>

/* --- to whom --- */

struct finding {
    struct as_effect_writing *w;
    struct as_offered_to *out;
    int64_t since; /* what was held before is of an earlier turn */
};

/* The last one counts: one that stands, was missed, or was held in this turn. */
static enum as_status take(void *context, const struct as_appointment *one, struct as_error *error)
{
    struct finding *finding = context;
    struct as_arena *arena = &finding->w->arena;
    *finding->out = (struct as_offered_to){.starts = AS_TIME_NONE};
    if (one->state == AS_APPOINTMENT_CANCELLED ||
        (one->state == AS_APPOINTMENT_HELD && one->ended < finding->since))
        return AS_OK;
    finding->out->with = as_arena_copy(arena, one->with, strlen(one->with));
    finding->out->by = one->by == NULL ? NULL : as_arena_copy(arena, one->by, strlen(one->by));
    finding->out->starts = one->starts;
    return finding->out->with == NULL || (one->by != NULL && finding->out->by == NULL)
               ? as_error_memory(error)
               : AS_OK;
}

enum as_status as_effect_offered_to(struct as_offered_to *out, struct as_effect_writing *w, uint32_t model,
                                    uint32_t row, struct as_error *error)
{
    const struct as_dataset *dataset = w->request->decision->dataset;
    const struct as_prior *prior = as_prior_at(dataset, model, row);
    struct finding finding = {w, out, prior->decided ? prior->entered : AS_TIME_NONE};
    struct as_appointment_query query = {dataset->lead_id[row], NULL, w->request->record->at,
                                         w->request->record->known_at};
    enum as_status status = AS_OK;
    *out = (struct as_offered_to){.starts = AS_TIME_NONE};
    if (!w->asked_appointments)
        status = as_store_any_appointments(&w->any_appointments, w->store, error);
    w->asked_appointments = status == AS_OK;
    return status == AS_OK && w->any_appointments
               ? as_store_appointments(w->store, &query, take, &finding, error)
               : status;
}

void as_effect_put_offered_to(struct as_json *json, const struct as_offered_to *to, const char *owner)
{
    as_json_put_text(json, "owner", owner);
    as_json_put_text(json, "to", to->with != NULL ? to->with : owner);
    as_json_key(json, "appointment");
    if (to->with == NULL) {
        as_json_text(json, NULL);
        return;
    }
    as_json_open(json, '{');
    as_json_put_text(json, "with", to->with);
    as_json_put_time(json, "starts", to->starts);
    as_json_put_text(json, "by", to->by);
    as_json_close(json, '}');
}

/* --- offering --- */

struct offered {
    int64_t since;
    const char *model;
    bool already;
};

static enum as_status note_offer(void *context, const struct as_offer_row *row, struct as_error *error)
{
    struct offered *offered = context;
    (void)error;
    if (row->offered >= offered->since && as_str_is(as_str_of(row->model), offered->model))
        offered->already = true;
    return AS_OK;
}

enum as_status as_effect_offer(struct as_effect_writing *w, uint32_t model, uint32_t row, const char *owner,
                               struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const struct as_standing *standing = as_standing_at(decision, model, row);
    const char *model_name = decision->pack->models.at[model]->name;
    int64_t lead_id = decision->dataset->lead_id[row];
    struct as_offered_to to;
    enum as_status status = as_effect_offered_to(&to, w, model, row, error);
    if (status != AS_OK)
        return status;
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "handoff/%s/%s/%" PRId64 "/%" PRId64, request->record->pack, model_name, lead_id,
                  standing->entered);
    char grade[AS_GRADE_TEXT];
    struct as_json json = as_effect_payload(w, model_name, lead_id);
    as_effect_put_offered_to(&json, &to, owner);
    as_json_put_text(&json, "grade", as_grade_show(grade, decision->pack->models.at[model], standing->grade));
    as_json_close(&json, '}');
    bool added = false;
    status = as_effect_put(&added, w, AS_EFFECT_HANDOFF,
                           &(struct as_effect_about){.lead_id = lead_id, .not_before = AS_TIME_NONE}, error);
    w->made->handoff += added;
    if (status != AS_OK || request->held || request->dry || (!added && !request->sweep && w->room == NULL))
        return status;
    struct offered offered = {standing->entered, model_name, false};
    if (!added) {
        status =
            as_store_offers(w->store, request->record->pack, lead_id, false, note_offer, &offered, error);
        if (status != AS_OK || offered.already)
            return status;
    }
    return as_effect_rows_offer(w->rows, model_name, lead_id, to.with != NULL ? to.with : owner,
                                request->record->at, error);
}
