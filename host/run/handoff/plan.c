/* Plan: the persona's tracks, how far the lead came in them, and what there is for the persona beside them.
 */
#include "run/handoff/packing.h"

#include "store/work/work.h"

#include <stdlib.h>
#include <string.h>

const char *as_step_state_name(enum as_step_state state)
{
    static const char *const names[] = {[AS_STEP_LATER] = "later",
                                        [AS_STEP_NEXT] = "next",
                                        [AS_STEP_OFFERED] = "offered",
                                        [AS_STEP_TAKEN] = "taken",
                                        [AS_STEP_PASSED] = "passed"};
    return names[state];
}

/* How far the lead came in a track: the last time it was in it. */
struct place {
    const char *track;
    uint16_t step;
    bool open;
};
struct placing {
    struct as_packing *packing;
    AS_LIST(struct place) places;
    const char *last;  /* the track that the lead is in, else was in last */
    bool last_by_word; /* a person put it there */
};

static enum as_status take_enrolment(void *context, const struct as_enrolment_row *row,
                                     struct as_error *error)
{
    struct placing *placing = context;
    struct place place = {as_packing_keep(placing->packing, row->track), row->step,
                          row->ended == AS_TIME_NONE};
    struct as_arena *arena = &placing->packing->out->explanation.arena;
    if (placing->packing->failed || !as_list_push(arena, &placing->places, place))
        return as_error_memory(error);
    placing->last = place.track;
    placing->last_by_word = row->by_word;
    return AS_OK;
}

static const struct place *place_in(const struct placing *placing, const char *track)
{
    for (uint32_t i = placing->places.n; i > 0; i--)
        if (strcmp(placing->places.at[i - 1].track, track) == 0)
            return &placing->places.at[i - 1];
    return NULL;
}

/* What happened with a piece of content: taken by the lead, or offered, and when. */
static enum as_step_state state_of(int64_t *offered, const struct as_package *package, const char *content,
                                   const struct as_resource *resource)
{
    enum as_step_state state = AS_STEP_LATER;
    *offered = AS_TIME_NONE;
    for (uint32_t i = 0; i < package->touches.n; i++)
        if (package->touches.at[i].content != NULL && strcmp(package->touches.at[i].content, content) == 0) {
            state = AS_STEP_OFFERED;
            *offered = package->touches.at[i].time;
        }
    for (uint32_t i = 0; i < package->events.n; i++) {
        const struct as_package_event *event = &package->events.at[i];
        if (event->consumed && ((resource != NULL && event->resource == resource) ||
                                (event->content != NULL && strcmp(event->content, content) == 0)))
            state = AS_STEP_TAKEN;
    }
    return state;
}

static enum as_status add_track(struct as_packing *p, const struct placing *placing,
                                const struct as_track *track, bool current, struct as_error *error)
{
    struct as_package *out = p->out;
    struct as_arena *arena = &out->explanation.arena;
    const struct place *place = place_in(placing, track->name);
    struct as_package_track made = {.track = track, .current = current};
    bool next_found = false;
    for (uint32_t s = 0; s < track->steps.n; s++) {
        const struct as_step *step = &track->steps.at[s];
        struct as_package_step one = {.step = step, .state = AS_STEP_LATER, .offered = AS_TIME_NONE};
        if (step->content != NULL) {
            one.resource = as_resource_find(&out->catalogue, step->content, NULL, NULL);
            one.state = state_of(&one.offered, out, step->content, one.resource);
        }
        if (one.state == AS_STEP_LATER && place != NULL && s < place->step)
            one.state = AS_STEP_PASSED;
        if (one.state == AS_STEP_LATER && current && !next_found) {
            one.state = AS_STEP_NEXT;
            next_found = true;
        }
        if (!as_list_push(arena, &made.steps, one))
            return as_error_memory(error);
    }
    return as_list_push(arena, &out->plan, made) ? AS_OK : as_error_memory(error);
}

static bool is_for(const struct as_track *track, const char *persona)
{
    if (track->persona == NULL)
        return track->when == NULL;
    return persona != NULL && strcmp(track->persona, persona) == 0;
}

/* The track that says what comes next: the one the lead is in or was in last, if it is for the persona still
 * or a person chose it; else the first for the persona in this phase. */
static const struct as_track *current_track(const struct as_package *package, const struct placing *placing)
{
    const struct as_explanation *explanation = &package->explanation;
    const char *persona = explanation->contact.persona, *phase = as_phase_name(package->phase);
    const struct as_track *fits = NULL;
    for (uint32_t t = 0; t < explanation->pack->tracks.n; t++) {
        const struct as_track *track = explanation->pack->tracks.at[t];
        bool last = placing->last != NULL && strcmp(track->name, placing->last) == 0;
        if (last && placing->last_by_word)
            return track;
        if (!is_for(track, persona))
            continue;
        if (last)
            return track;
        if (fits == NULL && (track->phase == NULL || strcmp(track->phase, phase) == 0))
            fits = track;
    }
    return fits;
}

static int by_trust(const void *left, const void *right)
{
    const struct as_resource *a = *(const struct as_resource *const *)left,
                             *b = *(const struct as_resource *const *)right;
    if (a->trust != b->trust)
        return a->trust < b->trust ? -1 : 1;
    return strcmp(a->key, b->key);
}

/* What is for the persona, either of the phase or of the others. */
static enum as_status add_resources(struct as_package *out, bool now, struct as_error *error)
{
    uint32_t first = out->resources.n;
    for (uint32_t i = 0; i < out->catalogue.list.n; i++) {
        const struct as_resource *one = &out->catalogue.list.at[i];
        if (as_resource_suits(one, out->explanation.contact.persona) &&
            as_resource_in_phase(one, out->phase) == now &&
            !as_list_push(&out->explanation.arena, &out->resources, one))
            return as_error_memory(error);
    }
    if (out->resources.n > first)
        qsort(out->resources.at + first, out->resources.n - first, sizeof *out->resources.at, by_trust);
    return AS_OK;
}

enum as_status as_pack_plan(struct as_packing *packing, struct as_error *error)
{
    struct as_package *out = packing->out;
    const struct as_pack *pack = out->explanation.pack;
    const char *persona = out->explanation.contact.persona;
    struct placing placing = {.packing = packing};
    enum as_status status = as_store_enrolments(packing->store, pack->name, packing->request->lead_id,
                                                packing->request->at, take_enrolment, &placing, error);
    const struct as_track *current = status == AS_OK ? current_track(out, &placing) : NULL;
    for (uint32_t t = 0; t < pack->tracks.n && status == AS_OK; t++) {
        const struct as_track *track = pack->tracks.at[t];
        if (is_for(track, persona) || place_in(&placing, track->name) != NULL)
            status = add_track(packing, &placing, track, track == current, error);
    }
    if (status == AS_OK)
        status = add_resources(out, true, error);
    return status == AS_OK ? add_resources(out, false, error) : status;
}
