/* Effects of one pack's decision. Keys name what is wanted (which lead entered which stage when, which step
 * of which stay in a track), never the run that wanted it, so that deciding again wants nothing new. Sending
 * is host/net's business. */
#include "run/effects/effect_writing.h"

#include "score/model/programme.h"
#include "store/work/programmes.h"
#include "store/work/work.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct as_json as_effect_payload(struct as_effect_writing *w, const char *model, int64_t lead_id)
{
    as_buf_reset(&w->payload);
    struct as_json json = {.out = &w->payload};
    as_json_open(&json, '{');
    as_json_put_text(&json, "pack", w->request->record->pack);
    if (model != NULL)
        as_json_put_text(&json, "model", model);
    if (lead_id != 0)
        as_json_put_int(&json, "lead", lead_id);
    return json;
}

static enum as_status put_row(bool *added, struct as_effect_writing *w, const char *key,
                              enum as_effect_kind kind, const struct as_effect_about *about,
                              const char *destination, struct as_error *error)
{
    struct as_effect effect = {
        .key = key,
        .kind = kind,
        .lead_id = about->lead_id,
        .account_id = about->account_id,
        .at = w->request->record->at,
        .held = w->request->held,
        .payload_json = as_buf_c(&w->payload),
        .destination = destination,
        .due = about->not_before,
        .withdrawn = about->withdrawn,
    };
    return as_effect_rows_add(added, w->rows, &effect, error);
}

/* The first destination that takes the kind has the effect's own row; each further one a row beside it, made
 * with it or never: a destination that is declared later gets nothing of the past. */
enum as_status as_effect_put(bool *added, struct as_effect_writing *w, enum as_effect_kind kind,
                             const struct as_effect_about *about, struct as_error *error)
{
    const struct as_pack *pack = w->request->decision->pack;
    if (w->key.failed || w->payload.failed)
        return as_error_memory(error);
    if (w->request->dry) {
        struct as_str key = {w->key.p, w->key.n};
        *added = as_intern_find(w->known, key) == AS_INTERN_NONE;
        return as_intern_add(w->known, key) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
    }
    uint32_t next = 0;
    const char *to = about->destination;
    while (about->destination == NULL && to == NULL && next < pack->destinations.n) {
        const struct as_destination *destination = &pack->destinations.at[next++];
        if ((destination->takes & 1u << kind) != 0)
            to = destination->name;
    }
    enum as_status status = put_row(added, w, as_buf_c(&w->key), kind, about, to, error);
    while (status == AS_OK && *added && about->destination == NULL && next < pack->destinations.n) {
        const struct as_destination *destination = &pack->destinations.at[next++];
        bool beside;
        const char *key = as_arena_printf(&w->arena, "%s>%s", as_buf_c(&w->key), destination->name);
        if ((destination->takes & 1u << kind) == 0)
            continue;
        status = key == NULL ? as_error_memory(error)
                             : put_row(&beside, w, key, kind, about, destination->name, error);
    }
    return status;
}

bool as_handed_over_late(const struct as_decision *decision, uint32_t model, uint32_t row)
{
    const struct as_standing *standing = as_standing_at(decision, model, row);
    const struct as_prior *prior = as_prior_at(decision->dataset, model, row);
    return prior->blocked && !standing->blocked && !standing->outside &&
           standing->stage == AS_STAGE_SALES_READY && prior->stage == AS_STAGE_SALES_READY;
}

/* --- tracks --- */

enum as_status as_effect_put_task(bool *added, struct as_effect_writing *w, const struct as_task *task,
                                  struct as_error *error)
{
    struct as_json json = as_effect_payload(w, NULL, task->lead_id);
    as_json_put_text(&json, "task", task->text);
    as_json_put_text(&json, "role", task->role);
    as_json_put_text(&json, "of", task->play);
    if (task->account_id != 0)
        as_json_put_int(&json, "account", task->account_id);
    as_json_put_time(&json, "due", task->due);
    as_json_close(&json, '}');
    struct as_effect_about about = {
        .lead_id = task->lead_id, .account_id = task->account_id, .not_before = AS_TIME_NONE};
    if (w->request->held || w->request->dry)
        return as_effect_put(added, w, AS_EFFECT_TASK, &about, error);
    /* A task that exists (a plan's, made with the plan) is told to nobody again. */
    bool made = false, told = false;
    enum as_status status = as_store_put_task(&made, w->store, task, error);
    if (status == AS_OK && made)
        status = as_effect_put(&told, w, AS_EFFECT_TASK, &about, error);
    *added = made;
    return status;
}

static enum as_status step_of(struct as_effect_writing *w, uint32_t row, const struct as_place_row *place,
                              struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const struct as_track *track = decision->pack->tracks.at[place->track - 1];
    int64_t lead_id = decision->dataset->lead_id[row], at = request->record->at;
    if (place->ended || place->step >= track->steps.n || place->due > at ||
        !as_contact_today((enum as_denial)place->denial))
        return AS_OK;
    const struct as_step *step = &track->steps.at[place->step];
    as_buf_reset(&w->key);
    as_buf_printf(&w->key, "step/%s/%" PRId64 "/%s/%" PRId64 "/%u", request->record->pack, lead_id,
                  track->name, place->entered, place->step);
    const char *step_key = as_arena_copy(&w->arena, as_buf_c(&w->key), w->key.n);
    if (step_key == NULL)
        return as_error_memory(error);
    bool added = false;
    if (step->task != NULL) {
        struct as_task task = {.key = step_key,
                               .pack = request->record->pack,
                               .text = step->task,
                               .role = step->role,
                               .play = step->name,
                               .lead_id = lead_id,
                               .created = at,
                               .due = place->due};
        enum as_status status = as_effect_put_task(&added, w, &task, error);
        w->made->task += added;
        return status == AS_OK && added ? as_effects_of_step(w, step, step_key, row, error) : status;
    }
    if (step->content == NULL || as_bit(request->promised, row))
        return AS_OK;
    struct as_contact_question question = {at, step->channel, step->ask, false, step->questions};
    struct as_contact_answer answer;
    const char *by;
    enum as_status status =
        as_contact_joint(&answer, &by, request->all, request->all_count, row, &question, error);
    if (status != AS_OK || !as_contact_today(answer.denial))
        return status;
    struct as_json json = as_effect_payload(w, NULL, lead_id);
    as_json_put_text(&json, "track", track->name);
    as_json_put_text(&json, "step", step->name);
    as_json_put_text(&json, "content", step->content);
    as_json_put_text(&json, "channel", step->channel);
    as_json_put_text(&json, "ask", step->ask);
    /* Quiet hours do not unmake a message; whoever delivers it waits for the morning. */
    struct as_effect_about about = {
        .lead_id = lead_id,
        .not_before = answer.denial == AS_DENIED_QUIET ? answer.until : AS_TIME_NONE,
    };
    as_json_put_time(&json, "not_before", about.not_before);
    as_json_close(&json, '}');
    status = as_effect_put(&added, w, AS_EFFECT_SEND, &about, error);
    w->made->send += added;
    if (status == AS_OK)
        as_bit_set(request->promised, row);
    return status == AS_OK && added ? as_effects_of_step(w, step, step_key, row, error) : status;
}

/* Steps of effects alone are passed on the day they are due: those between where the lead stood and where it
 * stands now. */
static enum as_status passed_steps(struct as_effect_writing *w, uint32_t row,
                                   const struct as_place_row *place, struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_track *track = decision->pack->tracks.at[place->track - 1];
    int64_t lead_id = decision->dataset->lead_id[row];
    enum as_status status = AS_OK;
    for (uint32_t i = place->before; i < place->step && i < track->steps.n && status == AS_OK; i++) {
        const struct as_step *step = &track->steps.at[i];
        if (step->content != NULL || step->task != NULL)
            continue;
        if (step->done_when != NULL &&
            as_verdict_at(as_outcome_verdicts_at(decision->outcome, step->done_when, AS_LEVEL_LEAD), row) ==
                AS_YES)
            continue;
        const char *key = as_arena_printf(&w->arena, "step/%s/%" PRId64 "/%s/%" PRId64 "/%u",
                                          w->request->record->pack, lead_id, track->name, place->entered, i);
        status = key == NULL ? as_error_memory(error) : as_effects_of_step(w, step, key, row, error);
    }
    return status;
}

/* The stays that a lead leaves for the one it enters. */
static enum as_status leave_others(struct as_effect_writing *w, uint32_t row, struct as_error *error)
{
    const struct as_dataset *dataset = w->request->decision->dataset;
    const struct as_enrolment_log *log = &dataset->enrolments;
    enum as_status status = AS_OK;
    for (uint32_t i = log->start[row]; i < log->start[row + 1] && status == AS_OK; i++) {
        const struct as_enrolment *left = &log->at[i];
        struct as_stay stay = {.lead_id = left->lead != 0 ? left->lead : dataset->lead_id[row],
                               .track = as_intern_text(dataset->tracks, left->track).p,
                               .entered = left->entered,
                               .due = left->step_due,
                               .step = left->step,
                               .ended = true};
        if (!left->ended)
            status = as_store_enrol(w->store, w->request->record, &stay, error);
    }
    return status;
}

static enum as_status keep_stay(struct as_effect_writing *w, uint32_t row, const struct as_place_row *place,
                                struct as_error *error)
{
    const struct as_decision *decision = w->request->decision;
    const struct as_dataset *dataset = decision->dataset;
    const struct as_track_word *word = place->by_word ? as_track_word(dataset, row) : NULL;
    const struct as_track *track = decision->pack->tracks.at[place->track - 1];
    struct as_stay stay = {.lead_id = place->lead != 0 ? place->lead : dataset->lead_id[row],
                           .track = track->name,
                           .persona = track->persona,
                           .entered = place->entered,
                           .due = place->due,
                           .step = place->step,
                           .ended = place->ended,
                           .begins = place->enters || place->adopted,
                           .word = word == NULL ? 0 : word->id};
    if (word != NULL && place->by_rules != 0)
        stay.instead = decision->pack->tracks.at[place->by_rules - 1]->name;
    enum as_status status = place->displaced ? leave_others(w, row, error) : AS_OK;
    return status == AS_OK ? as_store_enrol(w->store, w->request->record, &stay, error) : status;
}

/* Who comes to a programme is on record before anything is done for it. */
static enum as_status come(struct as_effect_writing *w, uint32_t row, const struct as_place_row *place,
                           struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    const struct as_track *track = decision->pack->tracks.at[place->tried - 1];
    const struct as_programme *programme = as_programme_of(decision->pack, track->name);
    return as_store_come(w->store, request->record, programme, decision->dataset->lead_id[row],
                         (enum as_arm)place->arm, track->name,
                         request->record->at + programme->within * AS_DAY_SECONDS, error);
}

static enum as_status tracks_of(struct as_effect_writing *w, struct as_error *error)
{
    const struct as_effects_request *request = w->request;
    const struct as_decision *decision = request->decision;
    enum as_status status = AS_OK;
    for (uint32_t row = 0; row < decision->dataset->leads && status == AS_OK; row++) {
        const struct as_place_row *place = &request->places[row];
        if (place->tried != 0 && !request->dry)
            status = come(w, row, place, error);
        if (place->track == 0 || status != AS_OK)
            continue;
        if (!request->dry && (place->enters || place->ended || place->advanced || place->adopted))
            status = keep_stay(w, row, place, error);
        if (status == AS_OK && !request->baseline)
            status = passed_steps(w, row, place, error);
        if (status == AS_OK && !request->baseline)
            status = step_of(w, row, place, error);
    }
    return status;
}

static enum as_status note_key(void *context, const struct as_effect_row *row, struct as_error *error)
{
    return as_intern_add(context, as_str_of(row->key)) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status note_task(void *context, const struct as_task *task, struct as_error *error)
{
    return as_intern_add(context, as_str_of(task->key)) == AS_INTERN_NONE ? as_error_memory(error) : AS_OK;
}

static enum as_status know_keys(struct as_effect_writing *w, struct as_error *error)
{
    w->known = as_intern_new();
    if (w->known == NULL)
        return as_error_memory(error);
    enum as_status status =
        as_store_effects(w->store, w->request->record->pack, NULL, note_key, w->known, error);
    return status == AS_OK
               ? as_store_tasks(w->store, w->request->record->pack, false, note_task, w->known, error)
               : status;
}

enum as_status as_effects_write(struct as_effects_made *made, struct as_store *store,
                                const struct as_effects_request *request, struct as_error *error)
{
    struct as_effect_writing w = {.made = made, .store = store, .request = request};
    const struct as_pack *pack = request->decision->pack;
    *made = (struct as_effects_made){0};
    w.roster.arena = &w.arena;
    enum as_status status =
        request->dry ? know_keys(&w, error) : as_effect_rows_new(&w.rows, store, request->record, error);
    if (status == AS_OK && pack->routes.n > 0)
        status = as_store_roster(&w.roster, store, pack->name, request->record->at, error);
    if (status == AS_OK)
        status = as_effects_hand_over(&w, error);
    for (uint32_t m = 0; m < pack->models.n && status == AS_OK; m++)
        status = as_effects_react(&w, m, error);
    if (status == AS_OK && request->places != NULL)
        status = tracks_of(&w, error);
    if (status == AS_OK && pack->templates.n > 0)
        status = as_effects_of_plans(&w, error);
    if (status == AS_OK && request->owed != NULL && pack->service_levels.n > 0)
        status = as_effects_of_service_levels(&w, error);
    if (status == AS_OK && pack->on_post.n > 0 && !request->baseline)
        status = as_effects_of_posts(&w, error);
    if (status == AS_OK && w.rows != NULL)
        status = as_effect_rows_write(w.rows, error);
    as_room_close(w.room);
    free(w.owner);
    for (int what = 0; what < AS_WAITS; what++)
        free(w.waiting[what].at);
    as_effect_rows_free(w.rows);
    as_intern_free(w.known);
    as_buf_free(&w.key);
    as_buf_free(&w.payload);
    as_arena_free(&w.arena);
    return status;
}
